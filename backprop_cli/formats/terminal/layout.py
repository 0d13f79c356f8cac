"""Lays out equations in a width: on one line where they fit, else broken where mathematics breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.ground.records import record
from backprop_cli.ground.words import value_mark

LABEL, EQUALS, FORMULA, NUMBERS, VALUE = "bold cyan", "dim", "", "", "bold green"
_ACCENTS = 3  # characters that share a cell, at most: a letter with its accents
_SUM_BREAKS = (" + ", " − ", " - ")
_PRODUCT_BREAKS = ("·", "*", "/")


@record
class Piece:
    """One side of an equation: the sign before it, its text, and how it is styled."""

    sign: str
    text: str
    style: str = ""


@record
class LaidOutEquation:
    """label = piece = piece ≈ piece."""

    label: str
    pieces: tuple[Piece, ...]

    def fits(self, label_width: int, width: int) -> bool:
        """Whether there is room for the equation on one line."""
        return label_width + sum(_room(piece, width) for piece in self.pieces) <= width


def _room(piece: Piece, most: int) -> int:
    """The cells that a piece takes behind another; of a very long one, more than `most`, uncounted."""
    return cell_len(f" {piece.sign} {piece.text}") if len(piece.text) <= _ACCENTS * most else most + 1


def block(equations: Sequence[LaidOutEquation], width: int, indent: int = 2) -> Text:
    """The equations under one another, their equals signs aligned; each on one line if it fits."""
    label_width = max((cell_len(equation.label) for equation in equations), default=0)
    lines: list[Text] = []
    for equation in equations:
        fits = equation.fits(label_width, width - indent)
        lines += _one_line(equation, label_width) if fits else _stacked(equation, label_width, width - indent)
    text = Text(no_wrap=True, overflow="ignore")  # the lines are broken already: Rich need not look at them again
    for index, line in enumerate(lines):
        text.append("\n" + " " * indent if index else " " * indent).append_text(line)
    return text


def indented(text: Text, indent: int) -> Text:
    """Every line of the text behind so many spaces."""
    return Text("\n").join(Text(" " * indent).append_text(line) for line in text.split("\n"))


def _label(label: str, width: int) -> Text:
    return Text().append(label + " " * (width - cell_len(label)), LABEL)


def _one_line(equation: LaidOutEquation, label_width: int) -> list[Text]:
    line = _label(equation.label, label_width)
    for piece in equation.pieces:
        line.append(f" {piece.sign} ", EQUALS).append(piece.text, piece.style)
    return [line]


def _stacked(equation: LaidOutEquation, label_width: int, width: int) -> list[Text]:
    """One piece a line, but a piece that fits behind the one before it (not the first) joins it."""
    lines = [_label(equation.label, label_width)]
    for index, piece in enumerate(equation.pieces):
        room = _room(piece, width)
        joins = index == 0 or (index > 1 and cell_len(lines[-1].plain) + room <= width)
        if not joins:
            lines.append(Text(" " * label_width))
        lines[-1].append(f" {piece.sign} ", EQUALS)
        start = cell_len(lines[-1].plain)
        broken = break_formula(piece.text, max(12, width - start))
        lines[-1].append(broken[0], piece.style)
        lines += [Text(" " * start).append(part, piece.style) for part in broken[1:]]
    return lines


def break_formula(text: str, width: int) -> list[str]:
    """The formula in lines of at most `width` cells, broken before a + or − of the outermost brackets if possible."""
    lines: list[str] = []
    rest, room = text, width
    while cell_len(rest[: 2 * room + 2]) > room:  # no more than is needed to see it: a sum may have 500 terms
        at = _break_point(rest, room)
        lines.append(rest[:at].rstrip())
        rest, room = "  " + rest[at:].lstrip(), width
    return [*lines, rest]


def _break_point(text: str, width: int) -> int:
    """Where to break: the last sum sign that fits, at the least depth; else a product sign; else anywhere."""
    best: dict[int, int] = {}
    depth = cells = 0
    least = max(4, width // 3)
    for index, char in enumerate(text):
        if cells > width:
            break
        cells += cell_len(char)
        depth += (char in "([") - (char in ")]")
        if index < least:
            continue
        if text[index : index + 3] in _SUM_BREAKS:
            best[2 * depth] = index
        elif char in _PRODUCT_BREAKS:
            best[2 * depth + 1] = index
    return best[min(best)] if best else max(1, width)


def listed(items: Sequence[str], width: int) -> list[str]:
    """The values one after the other, in lines of at most `width` cells that break only between items."""
    lines = [""]
    for index, item in enumerate(items):
        text = item + (value_mark() if index < len(items) - 1 else "")
        if lines[-1] and cell_len(f"{lines[-1]} {text}") > width:
            lines.append(text)
        else:
            lines[-1] = f"{lines[-1]} {text}".strip()
    return lines


def hanging(head: Text, body: Iterable[Text]) -> Text:
    """A head with lines behind it, the second and later ones under the first."""
    text = Text().append_text(head)
    for number, line in enumerate(body):
        text.append("\n" + " " * cell_len(head.plain) if number else "").append_text(line)
    return text
