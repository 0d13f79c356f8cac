"""Equations in which matrices stand, drawn: in symbols, then with the matrices put in, then the result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.documents.model import Equation, Side, SideRole, plain
from backprop_cli.formats.terminal import boxes
from backprop_cli.formats.terminal.boxes import Box
from backprop_cli.formats.terminal.layout import LABEL, VALUE, break_formula
from backprop_cli.writing.dialects import MatrixLayout, in_a_line, matrices_in

_BETWEEN = re.compile(r"( [+−⊙*@/-] |[·*])")  # signs before which a line may be broken
_APART = "   "
_LEAST = 12  # cells for a formula
_BESIDE = 6  # cells of a sign and two brackets


def has_matrix(text: str) -> bool:
    """Whether a matrix stands in the text."""
    return in_a_line(text) != text


def is_drawn(equation: Equation) -> bool:
    """Whether the equation takes more than one row of text."""
    return any(has_matrix(side.text) for side in equation.sides)


def drawn(equation: Equation, width: int, indent: int, ascii_only: bool) -> Text:
    """The equation in as many lines as it needs."""
    left = plain(equation.left)
    start = indent + cell_len(left)
    room = width - start - _BESIDE
    head, rest = [Box((" " * indent,)), Box((left,), LABEL)], list(equation.sides)
    symbols: list[str] = []
    if rest and rest[0].part is SideRole.FORMULA and not has_matrix(rest[0].text):
        first = rest.pop(0)
        symbols = break_formula(first.text, max(_LEAST, room))
        head += [_sign(first), Box((symbols[0],))]
    body = [box for side in rest for box in (_sign(side, boxes.BEFORE_A_SIDE), *_boxes(side, room, ascii_only))]
    body += [Box(("  " + equation.note,), "dim")] if equation.note else []
    if len(symbols) < 2 and (not symbols or len(rest) == 1):
        return boxes.stacked(boxes.lines([*head, *body], start, width))
    above = boxes.lines(head, start, width) + [Text(" " * (start + 3) + text) for text in symbols[1:]]
    return boxes.stacked(above + boxes.lines([Box((" " * start,)), *body], start, width))


def _sign(side: Side, breaks: int = boxes.NOT_HERE) -> Box:
    return boxes.sign(f" {side.sign} ", breaks)


def _boxes(side: Side, room: int, ascii_only: bool) -> Iterator[Box]:
    """A side as boxes: matrices, what stands between them, and the signs before which a line may be broken."""
    style = VALUE if side.part is SideRole.VALUE else ""
    if not has_matrix(side.text):
        yield Box((side.text,), style)
        return
    for piece in matrices_in(side.text):
        if isinstance(piece, MatrixLayout):
            yield boxes.matrix(piece, room, ascii_only, style, centre=side.part is SideRole.FORMULA)
            continue
        for text in _BETWEEN.split(piece):
            if _BETWEEN.fullmatch(text):
                yield boxes.sign(f" {text.strip()} ", boxes.BEFORE_A_SIGN)
            elif text:
                yield Box((text,))


def values(given: Sequence[str], width: int, ascii_only: bool) -> list[Text]:
    """What is given: matrices beside one another, as many as there is room for."""
    rows: list[list[Box]] = [[]]
    for text in given:
        value = [_top(piece, width, ascii_only) for piece in matrices_in(text) if piece]
        gap = [Box((_APART,))] if rows[-1] else []
        if gap and sum(box.width for box in (*rows[-1], *gap, *value)) > width:
            rows.append(value)
        else:
            rows[-1] += [*gap, *value]
    return [line for row in rows for line in boxes.lines(row, 0, width)]


def _top(piece: str | MatrixLayout, width: int, ascii_only: bool) -> Box:
    """A piece of what is given, the signs beside it on its first row."""
    if isinstance(piece, MatrixLayout):
        return replace(boxes.matrix(piece, width, ascii_only), top=True)
    return Box((piece,))
