"""The Hessian as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.formats.view_data import head, line_as_data, value_as_data
from backprop_cli.formats.view_data.cells import Cells
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.views.eigenvalues import Eigenvalue
from backprop_cli.views.hessian import Hessian
from backprop_cli.views.matrix_formulas import Matrix
from backprop_cli.writing.dialects import PROGRAM


def as_data(found: Hessian) -> dict[str, Any]:
    """The Hessian as plain data, in canonical names, with every line that leads to it from the gradient on."""
    return {**point(found, "hessian"), **matrix_data(found)}


def point(found: Hessian, view: str) -> dict[str, Any]:
    """Which problem, objective and parameters it is about."""
    second = found.second
    return {
        **head(found.problem, view, found.trace),
        "address": " / ".join(map(str, second.at)),
        "objective": second.objective.bare_key,
        "parameters": [one.bare_key for one in second.variables],
    }


def matrix_data(found: Hessian) -> dict[str, Any]:
    """The gradient, the rows with their lines, the matrix and its eigenvalues."""
    second, trace = found.second, found.trace
    write = speller(found.problem, trace, PROGRAM, "plain")

    def line(quantity: Quantity) -> dict[str, Any]:
        return line_as_data(trace.by_quantity[quantity], write)

    return {
        "gradient": [line(one) for one in second.gradients],
        "rows": [{"parameter": row.seed.bare_key, "lines": [line(one.quantity) for one in row.lines]}
                 for row in second.rows],
        "hessian": Cells(write).matrix(Matrix(second.entries)),
        "invariants": [line(one.quantity) for one in found.invariants],
        "eigenvalues": [_eigenvalue(one, write) for one in found.eigenvalues],
        "verdict": found.verdict.value,
        "critical": found.is_critical,
    }  # fmt: skip


def _eigenvalue(one: Eigenvalue, write: Speller) -> dict[str, Any]:
    """Its decimals, its sign (null where it is not settled), and its closed form."""
    return {
        **(value_as_data(one.value) or {}),
        "sign": one.sign if one.is_settled else None,
        "closed": None if one.closed is None else write.constant_formula(one.closed).text,
    }
