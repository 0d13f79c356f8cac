"""Forward mode as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.formats.view_data import head, line_as_data, value_as_data
from backprop_cli.solving.spelling import speller
from backprop_cli.views.tangents import ForwardMode, Sweep
from backprop_cli.writing.dialects import PROGRAM


def as_data(mode: ForwardMode) -> dict[str, Any]:
    """The sweeps as plain data, in canonical names; all lines of one sweep, or only the results of several."""
    trace, one = mode.trace, mode.one
    write = speller(one.problem, trace, PROGRAM, "plain")

    def row(quantity: Quantity, tangent: Quantity) -> dict[str, Any]:
        placed = one.here(quantity)
        known = placed in trace.by_quantity or placed in trace.constants
        return {"quantity": quantity.bare_key, "value": value_as_data(trace.value(placed)) if known else None,
                "tangent": line_as_data(trace.by_quantity[tangent], write)}  # fmt: skip

    def sweep(one_sweep: Sweep) -> dict[str, Any]:
        found = {
            "seed": one_sweep.seed.bare_key,
            "derivative": value_as_data(trace.value(one_sweep.result)),
            "gradient": line_as_data(trace.by_quantity[one_sweep.gradient], write) if one_sweep.gradient else None,
            "agrees": mode.agrees(one_sweep),
        }
        return found if mode.every else {**found, "lines": [row(*pair) for pair in one_sweep.tangents]}

    return {
        **head(one.problem, "forward-mode", trace),
        "address": " / ".join(map(str, one.address)),
        "objective": one.objective.bare_key,
        "sweeps": [sweep(one_sweep) for one_sweep in mode.sweeps],
        "cost": {"leaves": len(mode.leaves), "lines": mode.lines, "tangents": len(mode.leaves) * mode.lines},
    }
