"""A table of steps in a width: formulas broken where mathematics breaks; where it is narrow, a card a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from backprop_cli.documents.model import Band, Inline, Math, Table
from backprop_cli.formats.terminal.boxes import aligned
from backprop_cli.formats.terminal.layout import EQUALS, LABEL, VALUE, break_formula, hanging
from backprop_cli.ground.records import record
from backprop_cli.ground.wrapping import wrapped

_GAP = 2
_LEAST = 24  # cells that a formula needs to be read
_LOOKED_AT = 500  # rows whose lengths decide how wide the columns are
_BAND = ("bold", "bold magenta")  # of a pass, of a part

_Line = tuple[str, str]  # a text and its style


@record(slots=False)
class _Columns:
    """The columns side by side: in each, one of the table's, or two of them, the second below the first."""

    stacks: tuple[tuple[int, ...], ...]
    widths: tuple[int, ...]


class StepsInWidth:
    """Lays out one table; `write` writes words and symbols in the page's character set."""

    def __init__(self, table: Table, width: int, write: Callable[[Inline], str], ascii_only: bool) -> None:
        self.table = table
        self.width = width
        self.write = write
        self.line = "-" if ascii_only else "─"
        self.head = [write(cell) for cell in table.head]
        self.texts = [[write(row[n]) for row in table.rows] for n in range(len(table.head))]

    def parts(self, indent: int) -> Iterator[RenderableType]:
        """The head, and under each band its rows; or cards, where the columns have no room beside one another."""
        single = tuple((n,) for n in range(len(self.head)))
        columns = self.columns(single) or self.columns(self.table.stacks)
        pieces = self.cards() if columns is None else self.tabled(columns)
        yield from (Padding(piece, (0, 0, 0, indent)) for piece in pieces)

    # ---- side by side --------------------------------------------------------------------------------------------

    def columns(self, stacks: tuple[tuple[int, ...], ...]) -> _Columns | None:
        """How wide each column is: formulas so that they take few lines; None where there is no room for them.

        The lines of a cell grow like its length over its width, so what is left of the page goes, cell by cell, where
        the sum of (length/width)² falls most.
        """
        natural = [max(cell_len(text) for n in stack for text in (self.head[n], *self.texts[n])) for stack in stacks]
        widths = [
            max(min(_LEAST, wide) if self.is_broken(n) else self.natural(n) for n in stack)
            for stack, wide in zip(stacks, natural, strict=True)
        ]
        free = self.width - sum(widths) - _GAP * (len(widths) - 1)
        if free < 0:
            return None
        weights = [
            sum(cell_len(text) ** 2 for n in stack if self.is_broken(n) for text in self.texts[n][:_LOOKED_AT])
            for stack in stacks
        ]
        for _cell in range(free):
            growing = [n for n, weight in enumerate(weights) if weight and widths[n] < natural[n]]
            if not growing:
                break
            widths[max(growing, key=lambda n: weights[n] * (widths[n] ** -2 - (widths[n] + 1) ** -2))] += 1
        return _Columns(stacks, tuple(widths))

    def natural(self, column: int) -> int:
        """How wide a column would like to be."""
        return max(map(cell_len, [self.head[column], *self.texts[column]]))

    def is_broken(self, column: int) -> bool:
        """Whether the cells of a column may go on in a second line."""
        return column in self.table.broken

    def is_right(self, stack: Sequence[int]) -> bool:
        """Whether a column is one of numbers, with their points under one another."""
        return len(stack) == 1 and self.table.align[stack[0]] == "right"

    def tabled(self, columns: _Columns) -> Iterator[RenderableType]:
        """The head above a rule, then the rows under their bands."""
        cells = [self.cells(stack, width) for stack, width in zip(columns.stacks, columns.widths, strict=True)]
        grid = self.grid(columns)
        grid.add_row(*map(self.heading, columns.stacks, columns.widths))
        yield grid
        yield Rule(characters=self.line, style="dim")
        at = 0
        for bands, rows in self.table.banded:
            yield from map(self.band, bands)
            grid = self.grid(columns)
            for row in range(at, at + len(rows)):
                grid.add_row(*(_below_one_another(column[row]) for column in cells))
            at += len(rows)
            yield from [grid] if rows else []
        yield Rule(characters=self.line, style="dim")

    def grid(self, columns: _Columns) -> Grid:
        """A grid without rows."""
        grid = Grid.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
        for width in columns.widths:
            grid.add_column(width=width, no_wrap=True)
        return grid

    def heading(self, stack: Sequence[int], width: int) -> Text:
        """What stands above a column."""
        texts = [self.head[n] for n in stack]
        return _below_one_another(
            [(_at_the_right(one, width) if self.is_right(stack) else one, "dim") for one in texts]
        )

    def cells(self, stack: Sequence[int], width: int) -> list[list[_Line]]:
        """The cells of a column, each in its lines."""
        if self.is_right(stack) and self.table.rows:
            style = self.style(stack[0])
            return [[(_at_the_right(text, width), style)] for text in aligned(self.texts[stack[0]])]
        return [
            [line for n in stack if n == stack[0] or not self.is_said(n - 1, row) for line in self.lines(n, row, width)]
            for row in range(len(self.table.rows))
        ]

    def is_said(self, column: int, row: int) -> bool:
        """Whether what stands in a cell is said again in the one below it: of a whole number, the decimal."""
        return self.texts[column][row] == self.texts[column + 1][row]

    def lines(self, column: int, row: int, width: int) -> list[_Line]:
        """What stands in a cell, in lines; none of an empty one."""
        text, style = self.texts[column][row], self.style(column)
        if cell_len(text) <= width or not self.is_broken(column):
            return [(text, style)] if text else []
        pieces = [(self.write((piece,)), piece) for piece in self.table.rows[row][column]]
        broken = [
            break_formula(text, width) if isinstance(one, Math) else wrapped(text.strip(), width)
            for text, one in pieces
        ]
        return [(line, style) for lines in broken for line in lines]

    def style(self, column: int) -> str:
        """How the cells of a column look: a name at the left, a value at the right."""
        return VALUE if column == len(self.head) - 1 else "" if self.is_broken(column) else LABEL

    def band(self, band: Band) -> RenderableType:
        """What stands above rows."""
        lines = wrapped(self.write(band.text), self.width)
        return _below_one_another([(line, _BAND[band.level]) for line in lines])

    # ---- one below the other -------------------------------------------------------------------------------------

    def cards(self) -> Iterator[RenderableType]:
        """Each row as a card: its cells before the first formula on one line, the others below, behind their names."""
        first = range(min(self.table.broken, default=len(self.head)))
        others = range(len(first), len(self.head))
        wide = max((cell_len(self.head[n]) for n in others), default=0)
        at = 0
        for bands, rows in self.table.banded:
            yield from map(self.band, bands)
            yield from (self.card(row, first, others, wide) for row in range(at, at + len(rows)))
            at += len(rows)

    def card(self, row: int, first: Sequence[int], others: Sequence[int], wide: int) -> RenderableType:
        """One row as a card."""
        head = Text("  ").join(Text(self.texts[n][row], self.style(n)) for n in first)
        lines, indent = [head] if first else [], " " * _GAP * bool(first)
        for n in others:
            name = Text(indent + self.head[n] + " " * (wide - cell_len(self.head[n]) + _GAP), EQUALS)
            body = self.lines(n, row, max(_LEAST // 2, self.width - cell_len(name.plain)))
            lines += [hanging(name, [Text(*line) for line in body])] if body else []
        return Text("\n", no_wrap=True, overflow="ignore").join(lines)


def _at_the_right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _below_one_another(lines: Sequence[_Line]) -> Text:
    return Text("\n", no_wrap=True, overflow="ignore").join(Text(*line) for line in lines)
