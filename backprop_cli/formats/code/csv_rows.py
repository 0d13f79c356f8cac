"""The table of a solution as comma-separated values: a row a line, in the names of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.formats.view_data.table import as_data
from backprop_cli.ground.delimited import csv_text
from backprop_cli.solving.solution import Solution


def render(solution: Solution) -> str:
    """The table of the solution, with its usual columns."""
    return rows_of(as_data(solution, "")["rows"])


def rows_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows below their columns; what is not there is an empty cell."""
    head = list(dict.fromkeys(column for row in rows for column in row))
    body = [["" if row.get(column) is None else str(row[column]) for column in head] for row in rows]
    return csv_text([head, *body])
