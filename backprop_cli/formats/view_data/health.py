"""The sizes of gradients and what is wrong with them as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.formats.view_data import value_as_data
from backprop_cli.health.findings import Ailment, Health, definition
from backprop_cli.health.magnitudes import Sizes


def as_data(health: Health) -> dict[str, Any]:
    """The sizes and the findings as plain data, in canonical names; the layers from the first to the last."""
    return {
        "problem": health.problem.title,
        "view": "gradients",
        "arithmetic": "exact",
        "objective": health.objective.bare_key if health.objective else None,
        "samples": health.samples,
        "layers": [
            {
                "layer": layer.label,
                "delta": _sizes_as_data(layer.deltas),
                "ratio": value_as_data(layer.ratio),
                "weights": _sizes_as_data(layer.weights),
            }
            for layer in health.layers
        ],
        "findings": [
            {
                "kind": finding.ailment.value,
                "quantities": [quantity.bare_key for quantity in finding.where],
                "layers": list(finding.layers),
                "factor": value_as_data(finding.factor),
            }
            for finding in health.findings
        ],
        "definitions": {ailment.value: definition(ailment) for ailment in Ailment},
    }


def _sizes_as_data(sizes: Sizes | None) -> dict[str, Any] | None:
    if sizes is None:
        return None
    values = {"mean": sizes.mean, "largest": sizes.largest, "norm": sizes.norm}
    return {"count": sizes.count, **{name: value_as_data(value) for name, value in values.items()}}
