"""Draws equations of matrices: brackets around aligned numbers, the shape beneath, signs on the middle row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

_TALL = 10  # rows that are shown of a matrix; of more, the first ones and the last
_GAP = "  "
_BRACKETS = {"one": ("[", "]"), "first": ("⎡", "⎤"), "middle": ("⎢", "⎥"), "last": ("⎣", "⎦")}


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of text in an equation, and what stands beneath; a sign or a word has one row."""

    rows: tuple[str, ...]
    style: str = ""
    caption: str = ""
    breaks: int = 0  # whether a line may be broken before it: before + and ·, better before = and ≈

    @property
    def width(self) -> int:
        """How wide it is, in cells."""
        return max(cell_len(text) for text in (*self.rows, self.caption))

    @property
    def above(self) -> int:
        """How many of its rows are above the row on which signs stand."""
        return (len(self.rows) - 1) // 2


NOT_HERE, BEFORE_A_SIGN, BEFORE_A_SIDE = range(3)


def sign(text: str, breaks: int = NOT_HERE) -> Box:
    """A sign between two boxes."""
    return Box((text,), "dim", "", breaks)


def matrix(
    shape: tuple[int, int],
    text: Callable[[int, int], str],
    room: int,
    ascii_only: bool,
    style: str = "",
    centre: bool = False,
) -> Box:
    """The matrix in brackets, its numbers aligned at the point; what has no room gives way to dots, the shape stays."""
    gap_down, gap_across, gap_both = ("...", "...", "...") if ascii_only else ("⋮", "⋯", "⋱")
    down = _first_and_last(shape[0], _TALL)

    def column(index: int) -> list[str]:
        texts = [gap_down if row is None else text(row, index) for row in down]
        return aligned(texts, range(len(texts)) if centre else _marks(down, texts))

    def fits(columns: list[list[str]]) -> bool:
        return 2 + sum(cell_len(one[0]) for one in columns) + len(_GAP) * (len(columns) - 1) <= room

    across: list[list[str]] = []
    while len(across) < shape[1] and (not across or fits(across)):
        across.append(column(len(across)))
    if shape[1] > 1 and not (len(across) == shape[1] and fits(across)):
        dots = aligned([gap_both if row is None else gap_across for row in down])
        end = column(shape[1] - 1)
        across = across[: shape[1] - 2] or across[:1]
        while len(across) > 1 and not fits([*across, dots, end]):
            across.pop()
        across += [dots, end] if len(across) < shape[1] - 1 and fits([*across, dots, end]) else [dots]
    rows = [_GAP.join(cells) for cells in zip(*across, strict=True)]
    by = "x" if ascii_only else "×"
    return Box(tuple(_bracketed(rows, ascii_only)), style, f"{shape[0]}{by}{shape[1]}")


def _first_and_last(count: int, most: int) -> list[int | None]:
    """The indices that are shown; None stands for those that are not."""
    return [*range(count)] if count <= most else [*range(most - 4), None, count - 2, count - 1]


def aligned(texts: Sequence[str], apart: Collection[int] = ()) -> list[str]:
    """The texts of a column, their decimal points under one another; those with indices in `apart` are centred."""
    heads = [text.partition(".")[0] for text in texts]
    pairs = [pair for index, pair in enumerate(zip(heads, texts, strict=True)) if index not in apart]
    left = max((cell_len(head) for head, _text in pairs), default=max(map(cell_len, texts)))
    right = max((cell_len(text) - cell_len(head) for head, text in pairs), default=0)
    cells = []
    for index, (head, text) in enumerate(zip(heads, texts, strict=True)):
        before = " " * (left - cell_len(head))
        put = before + text + " " * (left + right - len(before) - cell_len(text))
        cells.append(_centred(text, left + right) if index in apart else put)
    return cells


def _marks(down: Sequence[int | None], texts: Sequence[str]) -> list[int]:
    """Where there are dots in place of rows, or a point in place of a number."""
    pairs = enumerate(zip(down, texts, strict=True))
    return [index for index, (row, text) in pairs if row is None or text in ("·", ".")]


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
