"""The lines of a source in TeX, and of a text in which TeX stands between its marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from backprop_cli.working.model import Spot, TextLine
from backprop_cli.working.tex import FUNCTIONS, TexReader
from backprop_cli.working.tex_words import CELL, HEADING, QUAD, ROW, SYMBOLS

Complain = Callable[[str, Spot, str], None]

_MATH = re.compile(
    r"(?<!\\)\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    r"|(?<![\\$\w])\$(?P<inline>[^$\n]+?)\$(?!\d)"
    r"|(?P<block>\\begin\{(?P<kind>align|aligned|equation|gather|eqnarray|split|multline|[bpv]?matrix)\*?\}.+?\\end\{(?P=kind)\*?\})",
    re.S,
)


_MACRO = re.compile(r"\\([a-zA-Z]+)")


def lines_of_tex(
    source: str, complain: Complain, cell: str = "", first: int = 1, is_math: bool = False
) -> list[TextLine]:
    """The lines of a source in TeX, and the rows of its tables."""
    starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def line_of(at: int) -> int:
        return bisect_right(starts, at) - 1 + first

    reader = TexReader(source, lambda text, at, why: complain(text, Spot(line_of(at), 1, len(text), cell), why))
    reader.math = is_math
    lines: list[TextLine] = []
    text, number = "", first
    for piece, at in [*reader.everything(), ("\n", len(source))]:
        for index, more in enumerate(piece.split("\n")):
            if index:
                lines.append(_line(text, number, cell))
                text, number = "", line_of(at) + (index if piece.count("\n") == len(piece) else 0)
            if not text.strip():
                number = line_of(at)
            text += more
    return lines


def _line(text: str, number: int, cell: str) -> TextLine:
    text = re.sub(r" {2,}", " ", text).replace(QUAD, "   ")
    whole = len(text.strip())
    if text.startswith(ROW):
        return TextLine("", number, 1, cell, whole, row=tuple(text[1:].split(CELL)))
    return TextLine(text.lstrip(HEADING), number, 1, cell, whole, text.startswith(HEADING))


def without_tex(text: str, spot: Spot, complain: Complain) -> str:
    """A text of a cell with the TeX in it made plain."""
    lines = with_tex([TextLine(text, spot.line, spot.column, spot.cell)], complain)
    return " ".join(line.text for line in lines)


def with_tex(lines: Iterable[TextLine], complain: Complain) -> Iterator[TextLine]:
    """The lines of a text in which TeX stands between its marks, with the TeX made plain."""
    found = list(lines)
    text = "\n".join(line.text for line in found)
    if "$" not in text and "\\" not in text:
        yield from found
        return
    starts = [0]
    for line in found:
        starts.append(starts[-1] + len(line.text) + 1)
    yield from _spliced(text, found, starts, complain)


def _spliced(text: str, lines: list[TextLine], starts: list[int], complain: Complain) -> Iterator[TextLine]:
    """The lines with the mathematics among them put in, in their order."""
    pieces: list[tuple[str, int, bool]] = []  # the text, which line it begins in, and whether it stands by itself
    end = 0
    for match in _MATH.finditer(text):
        kind = next(name for name in ("display", "bracket", "round", "inline", "block") if match[name] is not None)
        pieces.append((text[end : match.start()], end, False))
        pieces.append((match[kind], match.start(kind), kind in ("display", "bracket", "block")))
        end = match.end()
    pieces.append((text[end:], end, False))
    if len(pieces) == 1:
        yield from (_bare(line, complain) for line in lines)
        return
    open_line: TextLine | None = None
    for index, (piece, start, displayed) in enumerate(pieces):
        first = bisect_right(starts, start) - 1
        base = lines[first]
        if index % 2:
            added = [
                TextLine(one.text, one.number, base.column, base.cell, len(base.text), base.heading)
                for one in lines_of_tex(piece, complain, base.cell, base.number, True)
            ]
        else:
            added = []
            for offset, more in enumerate(piece.split("\n")):
                line = lines[first + offset]
                whole = line.whole if more == line.text else len(line.text)
                added.append(_bare(TextLine(more, line.number, line.column, line.cell, whole, line.heading), complain))
        if open_line is not None and not displayed and added:
            joined = TextLine(open_line.text + added[0].text, open_line.number, open_line.column, open_line.cell,
                              len(base.text), open_line.heading)  # fmt: skip
            added[0] = joined
        elif open_line is not None:
            yield open_line
        yield from added[:-1]
        open_line = added[-1] if added else None
        if displayed and open_line is not None:
            yield open_line
            open_line = None
    if open_line is not None:
        yield open_line


def _bare(line: TextLine, complain: Complain) -> TextLine:
    r"""A line without marks around its TeX, as `\delta_1 = \frac{1}{2}`, made plain; any other as it is."""
    known = (found[1] in SYMBOLS or found[1] in FUNCTIONS for found in _MACRO.finditer(line.text))
    if not any(known):
        return line
    read = lines_of_tex(line.text, complain, line.cell, line.number, True)
    text = " ".join(one.text.strip() for one in read if one.text.strip())
    return TextLine(text, line.number, line.column, line.cell, len(line.text), line.heading)
