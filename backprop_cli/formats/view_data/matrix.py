"""A solution in matrices as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import place
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.formats.view_data.cells import Cells
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import speller
from backprop_cli.views.matrices import Item, MatrixSheet, MatrixView, matrix_view, single_numbers
from backprop_cli.views.matrix_formulas import Matrix, MatrixEquation
from backprop_cli.writing.dialects import PROGRAM


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The sheets as data; names are canonical: `W1 @ x + b1`, with @ for the product of matrices."""
    view = matrix_view(solution)
    return {"sheets": [_sheet_data(view, sheet) for sheet in view.sheets]}


def _sheet_data(view: MatrixView, sheet: MatrixSheet) -> dict[str, Any]:
    batch = sheet.batch
    write = speller(view.solution.problem, view.trace, PROGRAM, "plain")
    cells = Cells(write)
    whole = WholeSpeller(view.solution.problem, write, batch.at, columns=False, notation="plain")
    names = dict.fromkeys(single_numbers(sheet))
    return {
        "epoch": place(batch.at, "epoch") or 1,
        "samples": list(batch.samples),
        "after": batch.is_after,
        "matrices": {whole.text(name): cells.matrix(one) for name, one in sheet.matrices.items()},
        "numbers": {whole.text(Name(one)): cells.number(one) for one in names},
        "equations": [_item_data(item, view, whole, cells) for item in sheet.items],
    }


def _item_data(item: Item, view: MatrixView, whole: WholeSpeller, cells: Cells) -> dict[str, Any]:
    if isinstance(item, MatrixEquation):
        result = item.result
        return {
            "phase": item.phase.value,
            "layer": item.layer,
            "left": whole.text(item.left),
            "formulas": [whole.text(side) for side in item.sides],
            "given": item.given,
            "result": cells.matrix(result) if isinstance(result, Matrix) else cells.number(result),
        }
    step = view.trace.by_quantity[item]
    return {
        "phase": step.line.phase.value,
        "layer": None,
        "left": item.key,
        "formulas": [cells.speller.formula(step)],
        "given": step.line.given,
        "result": cells.number(item),
    }
