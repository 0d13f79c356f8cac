"""The table of a solution as a spreadsheet: its parts under headings, decimals as numbers, formulas as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Any

from backprop_cli.algebra.quantities import Phase
from backprop_cli.documents.table_columns import COLUMNS
from backprop_cli.documents.worked import phase_called
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, told

_WIDTHS = {"step": 6, "formula": 40, "numbers": 48, "exact": 24}
_USUAL, _ROWS, _TEXT = 16, 1_000_000, 32_000
_PLACE = ("exercise", "epoch", "sample", "phase")  # what a heading says, and no cell


def workbook(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as a workbook of one sheet. Raises UsageError without XlsxWriter, and for more rows than a sheet has."""
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(_("a spreadsheet needs XlsxWriter: pip install 'backprop-cli[xlsx]'")) from None
    if 2 * len(rows) > _ROWS:
        raise UsageError(_("the solution has more lines than a spreadsheet: ask for fewer epochs"))
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    _Sheet(book, rows).write()
    book.close()
    return file.getvalue()


class _Sheet:
    """Writes the rows from top to bottom."""

    def __init__(self, book: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows
        self.columns = [one for one in dict.fromkeys(key for row in rows for key in row) if one not in _PLACE]
        self.sheet = book.add_worksheet(_("Solution"))
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.band = book.add_format({"bold": True, "bg_color": "#D9D9D9"})
        self.text = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.number = book.add_format({"valign": "top"})
        self.at = 0

    def write(self) -> None:
        """The columns, then each part under its heading."""
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, _WIDTHS.get(column, _USUAL))
            self.sheet.write_string(0, index, _(COLUMNS[column]), self.head)
        self.sheet.freeze_panes(1, 0)
        for where, group in groupby(self.rows, lambda row: [row.get(key) for key in _PLACE]):
            self.at += 1
            for index in range(len(self.columns)):
                self.sheet.write_string(self.at, index, self.heading(*where) if not index else "", self.band)
            for row in group:
                self.at += 1
                self.row(row)

    def heading(self, exercise: int | None, epoch: int | None, sample: int | None, phase: str) -> str:
        """Where a part stands, as far as there are several: exercise, epoch and sample, and what it is."""
        several = {key: len({row.get(key) for row in self.rows}) > 1 for key in _PLACE}
        words = [
            _("Exercise {number}").format(number=exercise) if exercise else "",
            _("epoch {n}").format(n=epoch) if several["epoch"] else "",
            _("sample {n}").format(n=sample) if several["sample"] and sample else "",
            phase_called(Phase(phase)),
        ]
        return told(filter(None, words))

    def row(self, row: Mapping[str, Any]) -> None:
        """The cells of a line."""
        for index, column in enumerate(self.columns):
            value = row.get(column)
            if column in ("step", "decimal") and value is not None:
                self.sheet.write_number(self.at, index, float(value), self.number)
            elif value is not None:
                self.sheet.write_string(self.at, index, visible(str(value))[:_TEXT], self.text)
