"""LaTeX mathematics of a document as MathML, with every name in it as text, in pieces where a line may be broken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from html import unescape

from backprop_cli.formats.print.mathml_elements import NOTHING, Reader
from backprop_cli.formats.print.mathml_rows import SIGNS_BETWEEN, Bracketed, signed

_FIGURES = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_OPENING, _CLOSING = ("{", "\\left"), ("}", "\\right")
_BETWEEN = re.compile(r"\\(?:left|right)(?![a-z])|(?<!\\)[{}]|(?<=[^ ]) (?:[+-]|\\cdot) (?=[^ ])")
_REACHES = re.compile(r"\\(?:begin|text|displaystyle|operatorname|[{}])")  # what reaches over signs, or hides some
_TAG = re.compile("<[^<>]*>")
_INFIX = {element: f'<mo form="infix">{sign}</mo>' for element, sign in SIGNS_BETWEEN.items()}
_TERMS = frozenset(element for element, sign in SIGNS_BETWEEN.items() if sign in "+−")
_FACTORS = SIGNS_BETWEEN.keys() - _TERMS
_A_TERM, _A_FACTOR = 5, 8  # characters before a sign at which a line may be broken
_LONG = 28  # characters of a side, or of a bracket in it, that is offered to the browser in pieces


def math(latex: str) -> str:
    """The mathematics as one `<math>`."""
    return _math("".join(_parts(latex)))


def side(sign: str, latex: str) -> list[str]:
    """A sign and what stands behind it: one `<math>`, or several where a long line may be broken before + and ·.

    Those of a term among others are in an element of their own: it is broken only where it has no room in a line.
    """
    parts = _parts(latex)
    is_long = len(latex) > _LONG and _length(parts) > _LONG
    terms = (
        [[*_cut(term, _FACTORS, _A_FACTOR)] for term in _cut(_opened(parts), _TERMS, _A_TERM)] if is_long else [[parts]]
    )
    first = terms[0][0]
    group = f"<mrow>{''.join(first)}</mrow>" if first else NOTHING  # a minus behind the sign is that of a number
    terms[0][0] = [*_parts(sign), group]
    written = [[_math("".join(piece)) for piece in term] for term in terms]
    if len(written) == 1:
        return written[0]
    return [one[0] if len(one) == 1 else f'<span class="term">{"<wbr>".join(one)}</span>' for one in written]


def _cut(parts: Iterable[str], signs: Collection[str], least: int) -> Iterator[list[str]]:
    """The parts in pieces, cut before each of these signs, but not where a piece would have fewer characters."""
    piece: list[str] = []
    for part in parts:
        cut = part in signs and _length(piece) >= least
        if cut:
            yield piece
            piece = []
        piece.append(_INFIX[part] if cut else part)
    yield piece


def _opened(parts: Iterable[str]) -> Iterator[str]:
    """The parts, and in the place of a long bracket what it consists of."""
    for part in parts:
        if isinstance(part, Bracketed) and _length((part,)) > _LONG:
            opening, inside, closing = part.opened()
            yield from (opening, *_opened(inside), closing)
        else:
            yield part


def _length(parts: Sequence[str]) -> int:
    """How many characters of them are seen."""
    return len(unescape(_TAG.sub("", "".join(parts))))


def _math(inside: str) -> str:
    return f"<math>{inside}</math>" if inside else "<math />"


def _parts(latex: str) -> list[str]:
    """What stands at the top of the mathematics."""
    parts: list[str] = []
    for operand in _operands(latex):
        parts += [f"<mn>{operand}</mn>"] if _FIGURES.fullmatch(operand) else _operand(operand)
    return signed(parts)


def _operands(latex: str) -> Iterator[str]:
    """Terms, factors and the signs between them, each by itself where nothing reaches from one to another."""
    if _REACHES.search(latex):
        yield latex
        return
    depth, start = 0, 0
    for match in _BETWEEN.finditer(latex):
        depth += (match[0] in _OPENING) - (match[0] in _CLOSING)
        if not depth and match[0] not in _CLOSING:
            yield from (latex[start : match.start()], match[0])
            start = match.end()
    yield latex[start:]


@lru_cache(maxsize=16384)
def _operand(latex: str) -> tuple[str, ...]:
    """The elements of a term or a factor, of which many stand in several lines."""
    return tuple(Reader(latex).row())
