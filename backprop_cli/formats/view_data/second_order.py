"""Steps of the second order as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.residuals import Residuals
from backprop_cli.formats.view_data import line_as_data, value_as_data
from backprop_cli.formats.view_data.cells import Cells
from backprop_cli.formats.view_data.hessian import matrix_data, point
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.views.matrix_formulas import Matrix
from backprop_cli.views.second_order import goes_down
from backprop_cli.views.second_work import SecondOrder
from backprop_cli.writing.dialects import PROGRAM


def as_data(found: SecondOrder) -> dict[str, Any]:
    """The step as plain data, in canonical names: its matrix, its lines, the objective before and after."""
    second, trace = found.start.second, found.trace
    write = speller(found.start.problem, trace, PROGRAM, "plain")

    def line(quantity: Quantity) -> dict[str, Any]:
        return line_as_data(trace.by_quantity[quantity], write)

    damping = found.damping
    return {
        **point(found.start, "second-order"),
        "method": found.method.name,
        "damping": str(damping.value) if isinstance(damping, Number) else None,
        **matrix_data(found.start),
        "jacobian": None if found.residuals is None else _jacobian(found.residuals, write),
        "steps": [{"address": " / ".join(map(str, part.at)), "lines": [line(one.quantity) for one in part.written]}
                  for part in found.parts],
        "before": value_as_data(trace.value(second.objective)),
        "after": value_as_data(trace.value(found.ends)),
        "descends": goes_down(found),
    }  # fmt: skip


def _jacobian(residuals: Residuals, write: Speller) -> dict[str, Any]:
    """What is squared, in rows, and the Jacobian of it."""
    return {
        "rows": [one.key for one in residuals.squared],
        **Cells(write).matrix(Matrix(residuals.jacobian)),
    }
