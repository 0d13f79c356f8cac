"""Draws equations of matrices: brackets around aligned numbers, the shape beneath, signs on the middle row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.ground.records import record
from backprop_cli.ground.words import decimal_sign
from backprop_cli.writing.dialects import DIALECTS, MatrixLayout

_GAP = "  "
_BRACKETS = {"one": ("[", "]"), "first": ("⎡", "⎤"), "middle": ("⎢", "⎥"), "last": ("⎣", "⎦")}


@record
class Box:
    """Rows of text in an equation, and what stands beneath; a sign or a word has one row."""

    rows: tuple[str, ...]
    style: str = ""
    caption: str = ""
    breaks: int = 0  # whether a line may be broken before it: before + and ·, better before = and ≈
    top: bool = False  # whether signs stand on its first row

    @property
    def width(self) -> int:
        """How wide it is, in cells."""
        return max(cell_len(text) for text in (*self.rows, self.caption))

    @property
    def above(self) -> int:
        """How many of its rows are above the row on which signs stand: half of them."""
        return 0 if self.top else (len(self.rows) - 1) // 2


NOT_HERE, BEFORE_A_SIGN, BEFORE_A_SIDE = range(3)


def sign(text: str, breaks: int = NOT_HERE) -> Box:
    """A sign between two boxes."""
    return Box((text,), "dim", "", breaks)


def matrix(written: MatrixLayout, room: int, ascii_only: bool, style: str = "", centre: bool = False) -> Box:
    """The matrix in brackets, its numbers aligned at the point; what has no room gives way to dots, the shape stays."""
    columns = [_column(cells, centre) for cells in zip(*written.rows, strict=True)]
    dots = DIALECTS["ascii" if ascii_only else "unicode"].dots
    if len(columns) > 1 and not _fits(columns, room):
        gap = _column([dots[2] if cells[0] in dots else dots[0] for cells in written.rows], centre)
        body, end = [one for one in columns[:-1] if one[0].strip() != dots[0]], columns[-1]
        while len(body) > 1 and not _fits([*body, gap, end], room):
            body.pop()
        columns = [*body, gap, end] if _fits([*body, gap, end], room) else [*body, gap]
    rows = [_GAP.join(cells) for cells in zip(*columns, strict=True)]
    return Box(tuple(_bracketed(rows, ascii_only)), style, written.shape)


def _column(cells: Sequence[str], centre: bool) -> list[str]:
    """The cells of a column in one width: dots and points where there is no number are centred."""
    apart = [index for index, text in enumerate(cells) if centre or text in _NO_NUMBER]
    return aligned(cells, apart)


def _fits(columns: Sequence[Sequence[str]], room: int) -> bool:
    return 2 + sum(cell_len(one[0]) for one in columns) + len(_GAP) * (len(columns) - 1) <= room


_NO_NUMBER = {one for name in ("unicode", "ascii") for one in (*DIALECTS[name].dots, DIALECTS[name].nothing)}


def aligned(texts: Sequence[str], apart: Collection[int] = ()) -> list[str]:
    """The texts of a column, their decimal points under one another; those with indices in `apart` are centred."""
    heads = [text.partition(decimal_sign())[0] for text in texts]
    pairs = [pair for index, pair in enumerate(zip(heads, texts, strict=True)) if index not in apart]
    left = max((cell_len(head) for head, _text in pairs), default=max(map(cell_len, texts)))
    right = max((cell_len(text) - cell_len(head) for head, text in pairs), default=0)
    cells = []
    for index, (head, text) in enumerate(zip(heads, texts, strict=True)):
        before = " " * (left - cell_len(head))
        put = before + text + " " * (left + right - len(before) - cell_len(text))
        cells.append(_centred(text, left + right) if index in apart else put)
    return cells


def _centred(text: str, width: int) -> str:
    before = max(0, width - cell_len(text)) // 2
    return " " * before + text + " " * (width - before - cell_len(text))


def _bracketed(rows: list[str], ascii_only: bool) -> Iterator[str]:
    for index, row in enumerate(rows):
        place = "one" if len(rows) == 1 else "first" if not index else "last" if index == len(rows) - 1 else "middle"
        left, right = _BRACKETS["one" if ascii_only else place]
        yield left + row + right


def lines(boxes: Sequence[Box], start: int, width: int) -> list[Text]:
    """The boxes beside one another, in as many lines as the width needs; those after the first begin at `start`."""
    done: list[list[Box]] = [[]]
    for side in _groups(boxes, BEFORE_A_SIDE):
        _start_anew(done, side, start, width)
        for group in _groups(side, BEFORE_A_SIGN):
            _start_anew(done, group, start, width)
            done[-1] += group
    return [text for line in done for text in _side_by_side(line)]


def stacked(rows: Sequence[Text]) -> Text:
    """The rows as one text, which is never broken elsewhere: a number that is wider than the page sticks out."""
    text = Text(no_wrap=True, overflow="ignore")
    for index, row in enumerate(rows):
        text.append("\n" if index else "").append_text(row)
    return text


def _start_anew(done: list[list[Box]], group: Sequence[Box], start: int, width: int) -> None:
    """Begins a new line where the group has no room on the last one, unless nothing stands there yet."""
    used = sum(box.width for box in done[-1])
    if used > start and used + sum(box.width for box in group) > width:
        done.append([Box((" " * start,))])


def _groups(boxes: Sequence[Box], breaks: int) -> list[list[Box]]:
    """The boxes in groups between which a line may be broken."""
    groups: list[list[Box]] = []
    for box in boxes:
        if box.breaks >= breaks or not groups:
            groups.append([box])
        else:
            groups[-1].append(box)
    return groups


def _side_by_side(line: Sequence[Box]) -> list[Text]:
    """One line of boxes as rows of text."""
    above = max(box.above for box in line)
    below = max(len(box.rows) - box.above for box in line)
    rows = []
    for row in range(-above, below):
        text = Text()
        for box in line:
            index = row + box.above
            if 0 <= index < len(box.rows):
                text.append(_centred(box.rows[index], box.width), box.style)
            else:
                text.append(" " * box.width)
        rows.append(text)
    if any(box.caption for box in line):
        captions = Text()
        for box in line:
            captions.append(_centred(box.caption, box.width), "dim")
        rows.append(captions)
    for text in rows:
        text.rstrip()
    return rows
