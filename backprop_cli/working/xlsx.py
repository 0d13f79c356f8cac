"""Spreadsheets: on every worksheet, a name with its formula, numbers and value beside it, read as values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.working import archives, limits
from backprop_cli.working.columns import in_order
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn, Spot
from backprop_cli.working.rows import TableCell, cell, read_rows
from backprop_cli.working.statements import is_name

_EMPTY = TableCell("", Spot(1))


def read(data: bytes, source: str) -> HandIn:
    """The chains of a workbook; raises SourceError where it cannot be opened, and UsageError without openpyxl."""
    try:
        import openpyxl
    except ImportError:
        raise UsageError(_("reading a spreadsheet needs openpyxl: pip install 'backprop-cli[xlsx]'")) from None
    archive = archives.opened(data, source)
    gatherer = Gatherer(source)
    try:
        book = openpyxl.load_workbook(archive.fp, read_only=True, data_only=True)
        for sheet in book.worksheets:
            gatherer.heading(sheet.title)
            read_rows(in_order(list(_with_matrices(_rows(sheet)))), gatherer)
        _note_formulas(archive.fp, gatherer)
    except Exception as error:  # whatever a damaged workbook makes of its reader
        if isinstance(error, MemoryError):
            raise
        raise archives.damaged(source) from None
    return gatherer.hand_in("", "xlsx")


def _rows(sheet: Any) -> Iterator[list[TableCell]]:
    """The rows of a worksheet, each cell as text with its place."""
    for number, row in enumerate(sheet.iter_rows(max_row=limits.ROWS, max_col=limits.COLUMNS), start=1):
        yield [_cell(one, sheet.title, number) for one in row]


def _cell(found: Any, sheet: str, row: int) -> TableCell:
    value = found.value
    if value is None or isinstance(value, bool):
        return _EMPTY
    spot = Spot(row, getattr(found, "column", 1) or 1, 1, f"{sheet}!{found.coordinate}")
    return cell(repr(value) if isinstance(value, int | float) else str(value)[: limits.LINE], spot)


def _with_matrices(rows: Iterable[Sequence[TableCell]]) -> Iterator[Sequence[TableCell]]:
    """The rows, each matrix in one: a name with two or more numbers beside it, and more of them under these, is one."""
    block: list[Sequence[TableCell]] = []  # without empty cells
    first: Sequence[TableCell] = ()  # with them
    for row in rows:
        filled = [one for one in row if one.text]
        if block and filled and len(filled) == len(block[0]) - 1 and all(one.is_value for one in filled):
            block.append(filled)
            continue
        yield from _ended(block, first)
        block = []
        if len(filled) > 2 and is_name(filled[0].text) and all(one.is_value for one in filled[1:]):
            block, first = [filled], row
        else:
            yield row
    yield from _ended(block, first)


def _ended(block: Sequence[Sequence[TableCell]], row: Sequence[TableCell]) -> Iterator[Sequence[TableCell]]:
    """A block that is over: a matrix, as a name with a list beside it, or one row, which is none."""
    if len(block) < 2:
        yield from [row] * len(block)
        return
    name, *first = block[0]
    rows = [first, *block[1:]]
    text = "[" + ", ".join("[" + ", ".join(one.text for one in row) + "]" for row in rows) + "]"
    yield [name, TableCell(text, first[0].spot)]


def _note_formulas(file: Any, gatherer: Gatherer) -> None:
    """Remarks on formulas whose values the file does not hold, because no program ever worked them out."""
    import openpyxl

    read = {chain.spot.cell for chain in gatherer.chains}
    values = openpyxl.load_workbook(file, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(file, read_only=True)
    for sheet, said in zip(values.worksheets, formulas.worksheets, strict=True):
        pairs = zip(sheet.iter_rows(max_row=limits.ROWS), said.iter_rows(max_row=limits.ROWS), strict=False)
        for number, (row, other) in enumerate(pairs, start=1):
            for found, formula in zip(row, other, strict=False):
                if found.value is None and isinstance(formula.value, str) and _FORMULA.match(formula.value):
                    place = f"{sheet.title}!{formula.coordinate}"
                    if place not in read:
                        why = _(
                            "the file does not hold the value of this formula: open it in a spreadsheet and save it"
                        )
                        gatherer.remark(formula.value, Spot(number, formula.column, 1, place), why)


_FORMULA = re.compile(r"=.")
