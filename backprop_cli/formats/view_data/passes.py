"""Both passes of the chain rule as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import Quantity, place
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.formats.view_data.cells import Cells
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import speller
from backprop_cli.views.factors import Factors
from backprop_cli.views.passes import Pass, PassesView, passes_view
from backprop_cli.writing.dialects import PROGRAM


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The passes as data: `local` times `upstream` is `product`; a row without `via` is the sum of those above it."""
    view = passes_view(solution)
    return {"passes": [_data(view, one) for one in view.passes]}


def _data(view: PassesView, one: Pass) -> dict[str, Any]:
    problem = view.solution.problem
    write = speller(problem, view.trace, PROGRAM, "plain")
    cells = Cells(write)
    whole = WholeSpeller(problem, write, one.at, columns=False, notation="plain")

    def row(factors: Factors) -> dict[str, Any]:
        data: dict[str, Any] = {"of": _name(factors.of), "via": None if factors.via is None else _name(factors.via)}
        if factors.via is not None:
            data["local"] = {"formula": whole.text(factors.local), **(cells.number(factors.local_value) or {})}
            data["upstream"] = {"formula": whole.text(factors.upstream), **(cells.number(factors.upstream_value) or {})}
        return {**data, "product": cells.number(factors.product)}

    groups = [{"layer": group.label or None, "rows": [row(factors) for factors in group.rows]} for group in one.groups]
    return {"epoch": place(one.at, "epoch") or 1, "sample": place(one.at, "sample") or 1, "groups": groups}


def _name(quantity: Quantity) -> str:
    """The key without an address; a parameter that has been updated is the same parameter."""
    return quantity.bare_key.removesuffix("_new")
