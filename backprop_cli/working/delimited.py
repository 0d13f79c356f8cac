"""A table in text with more than a name and a number in its rows: calculations, or a column for every sample."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.working.columns import in_order
from backprop_cli.working.formulas import is_sum
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn, Spot
from backprop_cli.working.rows import SAYS_WORK, TableCell, cell, heads_of, read_rows
from backprop_cli.working.statements import is_name
from backprop_cli.working.tables import table

_PAIR, _WORKED = 2, 3  # cells of a row: a name, its work and its value


def read(text: str, source: str) -> HandIn:
    """The chains of a table."""
    gatherer = Gatherer(source)
    read_rows(in_order(list(_rows(text))), gatherer)
    return gatherer.hand_in(text, "csv")


def is_worked(text: str) -> bool:
    """Whether a table has more than a name and a number in its rows: its first row says or shows so, or a pair does."""
    rows = [[one for one in row if one.text] for row in _rows(text)]
    if any(len(row) == _PAIR and "=" in row[1].text and is_name(row[0].text) for row in rows):
        return True
    first = next(_rows(text), [])
    said = [one for one in first if one.text]
    if len(said) < _WORKED:
        return False
    if any(SAYS_WORK.search(one.text) for one in said[1:]) or heads_of([one.text for one in first]):
        return True
    return is_name(said[0].text) and said[-1].is_value and any(is_sum(one.text) for one in said[1:-1])


def _rows(text: str) -> Iterator[list[TableCell]]:
    """The rows of the table without those of a comment."""
    for row in table(text)[1]:
        if row and not (row[0].value or "").startswith("#"):
            yield [cell(one.value or "", Spot(*one.span)) for one in row]
