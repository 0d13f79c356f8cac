"""Sets columns of text side by side, numbers with their points under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.formats.boxes import aligned, stacked


@dataclass(frozen=True)
class Column:
    """A column: what stands above it, its cells, how they are styled, and whether they are numbers."""

    head: str
    cells: tuple[str, ...]
    style: str = ""
    numbers: bool = False

    @property
    def set(self) -> list[str]:
        """The cells in one width."""
        cells = aligned(self.cells) if self.numbers and self.cells else list(self.cells)
        width = max(map(cell_len, [self.head, *cells]))
        return [cell + " " * (width - cell_len(cell)) for cell in cells]

    @property
    def width(self) -> int:
        """How many cells wide it is."""
        return max(map(cell_len, [self.head, *self.set]))


_GAP = "  "


def width(columns: Sequence[Column]) -> int:
    """How wide the table is."""
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def table(columns: Sequence[Column], indent: int) -> Text:
    """The columns with their heads."""
    lines = [Text(" " * indent)]
    for column in columns:
        lines[0].append(column.head + " " * (column.width - cell_len(column.head)) + _GAP, "dim")
    cells = [column.set for column in columns]
    for row in range(len(columns[0].cells)):
        line = Text(" " * indent)
        for column, texts in zip(columns, cells, strict=True):
            line.append(texts[row] + _GAP, column.style)
        lines.append(line)
    for line in lines:
        line.rstrip()
    return stacked(lines)
