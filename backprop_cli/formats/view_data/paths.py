"""Every path from a quantity to the loss as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.view_data import head, line_as_data, value_as_data
from backprop_cli.solving.spelling import speller
from backprop_cli.views.paths import Path, Paths
from backprop_cli.writing.dialects import PROGRAM


def as_data(paths: Paths) -> dict[str, Any]:
    """The paths as plain data, in canonical names."""
    trace = paths.trace
    write = speller(paths.one.problem, trace, PROGRAM, "plain")

    def line(quantity: Quantity) -> dict[str, Any]:
        return line_as_data(trace.by_quantity[quantity], write)

    def path(one: Path) -> dict[str, Any]:
        step = trace.by_quantity[one.product]
        written = write.formula(Step(Line(step.line.phase, step.quantity, one.formula), step.value))
        stations = [quantity.bare_key for quantity in one.through]
        return {"through": stations, "factors": [factor.key for factor in one.factors],
                **line(one.product), "formula": written}  # fmt: skip

    return {
        **head(paths.one.problem, "paths", trace),
        "address": " / ".join(map(str, paths.one.address)),
        "from": paths.start.bare_key,
        "to": paths.one.objective.bare_key,
        "count": paths.count,
        "shown": len(paths.shown),
        "factors": [line(factor) for factor in paths.factors],
        "paths": list(map(path, paths.shown)),
        "sum": value_as_data(trace.value(paths.total)) if paths.total else None,
        "gradient": line(paths.gradient) if paths.gradient else None,
        "agrees": paths.agrees,
    }
