"""What stands in a row of MathML: signs between terms and factors, and brackets, which a long row may open."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BETWEEN_TERMS = ("+", "−", "·", "⊙", "⋅")
SIGNS_BETWEEN = {f"<mo>{sign}</mo>": sign for sign in _BETWEEN_TERMS}
_AT_FIRST = {sign: f'<mo form="prefix">{char}</mo>' for sign, char in SIGNS_BETWEEN.items()}
_CLOSED = tuple(f"{bracket}</mo>" for bracket in ")]}⟩!")


def signed(row: list[str]) -> list[str]:
    """The row: a minus behind an opening bracket or another sign is that of a number and has no space around it."""
    opens = True
    for index, element in enumerate(row):
        if opens and element in SIGNS_BETWEEN:
            row[index] = _AT_FIRST[element]
        opens = (
            element.startswith(("<mo>", "<mo ")) and not element.endswith(_CLOSED) and 'form="postfix"' not in element
        )
    return row


# ---- brackets ----------------------------------------------------------------------------------------------------

_TABLE = re.compile("<mtable>(.*?)</mtable>", re.S)
_BELOW = "<munder>"  # where the shape of a matrix stands
_LINE, _FRACTION, _ROW, _LABEL = 1.4, 2.4, 1.3, 1.6  # em; a bracket is as high above its middle as below it


class Bracketed(str):
    """Brackets that grow with what stands between them, as one element that still knows its parts."""

    opening: str
    inside: Sequence[str]
    closing: str

    def __new__(cls, opening: str, inside: Sequence[str], closing: str) -> Bracketed:
        """The whole element."""
        whole = f"<mrow>{fence(opening, 'prefix')}{''.join(inside)}{fence(closing, 'postfix')}</mrow>"
        element = super().__new__(cls, whole)
        element.opening, element.inside, element.closing = opening, inside, closing
        return element

    def opened(self) -> tuple[str, Sequence[str], str]:
        """Bracket, what stands between and bracket, for several lines: of a fixed size, since no line sees them all."""
        size = f"{_height(self):.3g}em"
        return fence(self.opening, "prefix", size), self.inside, fence(self.closing, "postfix", size)


def _height(element: str) -> float:
    """About how high it is, in the size of its letters: one line, a fraction, or the most rows of its matrices."""
    label = _LABEL if _BELOW in element else 0.0
    rows = max((table.count("<mtr>") for table in _TABLE.findall(element)), default=0)
    return max(_ROW * rows + label, _FRACTION if "<mfrac" in element else _LINE)


def fence(bracket: str, form: str, size: str = "") -> str:
    """A bracket that grows, or one of this size."""
    fixed = f' minsize="{size}" maxsize="{size}"' if size else ""
    return f'<mo stretchy="true" form="{form}"{fixed}>{bracket}</mo>'
