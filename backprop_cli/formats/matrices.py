"""Values that lie in rows and columns, written as matrices: one for each channel, side by side where there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product, zip_longest

from rich.cells import cell_len

from backprop_cli.problem.grids import Grid, indexed

_TALLEST = 12
_MOST = 8  # matrices of one grid
_GAP = "   "


def matrices(
    grid: Grid, label: Callable[[str], str], value: Callable[[str], str], width: int, ascii_only: bool
) -> str | None:
    """x = the values of a grid in brackets; None where it has no rows and columns, or more than there is room for.

    `label` writes the name of a matrix, `value` the value that goes by a name.
    """
    if not grid.stem or len(grid.shape) < 2 or grid.shape[-2] > _TALLEST:
        return None
    leads = list(product(*(range(size) for size in grid.shape[:-2])))
    if len(leads) > _MOST:
        return None
    blocks = [_matrix(grid, lead, label, value, ascii_only) for lead in leads]
    if max(cell_len(block[0]) for block in blocks) > width:
        return None
    return "\n".join(line for band in _bands(blocks, width) for line in band)


def _matrix(
    grid: Grid, lead: Sequence[int], label: Callable[[str], str], value: Callable[[str], str], ascii_only: bool
) -> list[str]:
    """The lines of one matrix, all equally wide."""
    rows, columns = grid.shape[-2:]
    texts = [[value(grid.at(*lead, row, column)) for column in range(columns)] for row in range(rows)]
    wide = [max(cell_len(row[column]) for row in texts) for column in range(columns)]
    name = label(indexed(grid.stem, [step + 1 for step in lead])[-1] if lead else grid.stem)
    lines: list[str] = []
    for number, row in enumerate(texts):
        left, right = _brackets(number, rows, ascii_only)
        cells = "  ".join(" " * (size - cell_len(text)) + text for size, text in zip(wide, row, strict=True))
        head = f"{name} = " if number == 0 else " " * (cell_len(name) + 3)
        lines.append(f"{head}{left} {cells} {right}")
    return lines


def _brackets(row: int, rows: int, ascii_only: bool) -> tuple[str, str]:
    if ascii_only or rows == 1:
        return "[", "]"
    return ("⎡", "⎤") if row == 0 else ("⎣", "⎦") if row == rows - 1 else ("⎢", "⎥")


def _bands(blocks: Sequence[list[str]], width: int) -> Iterator[list[str]]:
    """The blocks side by side, as many in a band as the width has room for."""
    band: list[str] = []
    for block in blocks:
        if band and cell_len(band[0]) + len(_GAP) + cell_len(block[0]) > width:
            yield band
            band = []
        band = [left + _GAP + right for left, right in zip_longest(band, block, fillvalue="")] if band else block
    if band:
        yield band
