"""The Hessian of a problem in letters as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.formats.view_data.symbolic import step_in_letters
from backprop_cli.problem.letters import letters_of
from backprop_cli.solving.symbolic import symbolic_speller
from backprop_cli.views.open_hessian import OpenHessian
from backprop_cli.writing.dialects import PROGRAM


def as_data(found: OpenHessian) -> dict[str, Any]:
    """The Hessian in letters as plain data: its lines as `solve --symbolic` has them, the matrix by their names."""
    second, trace = found.second, found.solution.trace
    write = symbolic_speller(found.solution, PROGRAM, "plain")

    def line(quantity: Quantity) -> dict[str, Any]:
        return step_in_letters(trace.by_quantity[quantity], write)

    return {
        "problem": second.problem.title,
        "view": "hessian",
        "arithmetic": "symbolic",
        "digits": trace.digits,
        "letters": list(letters_of(second.problem)),
        "address": " / ".join(map(str, second.at)),
        "objective": second.objective.bare_key,
        "parameters": [one.bare_key for one in second.variables],
        "gradient": [line(one) for one in second.gradients],
        "rows": [{"parameter": row.seed.bare_key, "lines": [line(one.quantity) for one in row.lines]}
                 for row in second.rows],
        "hessian": [[one.key for one in row] for row in second.entries],
        "invariants": [line(one.quantity) for one in found.invariants],
    }  # fmt: skip
