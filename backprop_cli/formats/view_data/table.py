"""The table of a solution as JSON: what is asked for of every line, with its place."""

from __future__ import annotations

from typing import Any

from backprop_cli.documents.table_columns import columns_called
from backprop_cli.documents.worked import layer_labels, owner
from backprop_cli.formats.json import as_data as solution_as_data
from backprop_cli.formats.view_data.symbolic import as_data as letters_as_data
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.symbolic import SymbolicSolution

_ALWAYS = ("phase", "epoch", "sample")
_KEYS = {
    "quantity": "quantity",
    "name": "quantity",
    "formula": "formula",
    "numbers": "substituted",
    "decimal": "decimal",
}


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The data of the solution, with `columns` and `rows` in place of its steps."""
    data = letters_as_data(solution) if isinstance(solution, SymbolicSolution) else solution_as_data(solution)
    columns, layers = columns_called(argument), layer_labels(solution.problem)
    shown = [*solution.trace.steps, *solution.chosen_of_report]
    rows = []
    for number, (step, line) in enumerate(zip(shown, data.pop("steps"), strict=True), start=1):
        known = {
            "step": number,
            "layer": layers.get(owner(step.quantity)),
            "exact": line["exact"] or line.get("closed"),
        }
        known |= {column: line[key] for column, key in _KEYS.items()}
        place = {key: line[key] for key in _ALWAYS}
        rows.append({**place, **{column: known[column] for column in columns if column not in place}})
    return {**data, "view": "table", "columns": list(columns), "rows": rows}
