"""A table of a document in a width: what is too wide goes on below, and words go on in a second line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from backprop_cli.documents.model import Inline, Table, plain
from backprop_cli.formats.terminal.boxes import aligned

_GAP = 2
_WORDY = 20  # cells; words that are wider may go on in a second line
_ROOM, _ROOM_ACROSS = 16, 48  # of a cell to write in, and of all that stand beside one another


class TableInWidth:
    """Lays out one table; `write` writes words and symbols in the page's character set."""

    def __init__(self, table: Table, width: int, write: Callable[[Inline], str]) -> None:
        self.table = table
        self.width = width
        self.empty = "_" * min(_ROOM, _ROOM_ACROSS // table.across) if table.across else ""
        self.head = [write(cell) for cell in table.head]
        self.columns = [
            [write(row[column]) if row[column] else self.empty for row in table.rows]
            for column in range(len(table.head))
        ]

    def parts(self, indent: int) -> Iterator[RenderableType]:
        """The table; one that is too wide in several, each with the first columns, unless words in it can be broken."""
        pages = [(columns, rows) for columns in self.pages() if (rows := self.rows(columns)) or not self.table.rows]
        for number, (columns, rows) in enumerate(pages):
            yield from [Text()] if number else []
            yield Padding(self.grid(columns, rows), (0, 0, 0, indent))

    def pages(self) -> Iterator[Sequence[int]]:
        """The columns that stand beside one another."""
        every = range(len(self.head))
        if any(map(self.is_wordy, every)):
            yield every
            return
        kept = list(every[: self.table.keeps])
        page = kept
        for column in every[self.table.keeps :]:
            if page != kept and sum(self.wide(one) + _GAP for one in (*page, column)) - _GAP > self.width:
                yield page
                page = kept
            page = [*page, column]
        yield page

    def is_wordy(self, column: int) -> bool:
        """Whether the cells of a column are words that may go on in a second line."""
        return any(" " in text and cell_len(text) > _WORDY for text in self.columns[column])

    def wide(self, column: int) -> int:
        """How many cells wide a column would like to be."""
        return max(map(cell_len, [self.head[column], *self.columns[column]]))

    def rows(self, columns: Sequence[int]) -> list[int]:
        """The rows that say something in these columns."""
        own = columns[self.table.keeps :]
        return [
            number
            for number, row in enumerate(self.table.rows)
            if len(columns) == len(self.head) or any(plain(row[column]) != self.table.nothing for column in own)
        ]

    def grid(self, columns: Sequence[int], rows: Sequence[int]) -> Grid:
        """These columns and rows; what is to be filled in is a line to write on."""
        grid = Grid(box=None, pad_edge=False, padding=(0, _GAP, 1 if self.table.to_fill else 0, 0))
        for column in columns:
            right = self.table.align[column] == "right"
            whole = not self.is_wordy(column) and self.wide(column) <= self.width
            title = Text(self.head[column], "dim")
            grid.add_column(title, justify="right" if right else "left", no_wrap=whole, overflow="fold")
        cells = [self.cells(column) for column in columns]
        for row in rows:
            grid.add_row(*(Text(texts[row]) for texts in cells))
        return grid

    def cells(self, column: int) -> list[str]:
        """The cells of a column; numbers with their points under one another."""
        texts = self.columns[column]
        return aligned(texts) if self.table.align[column] == "right" and texts else texts
