"""Root mean square normalization (Zhang and Sennrich 2019): each sample by its own size, without a mean."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Name, add, divide, number, power
from backprop_cli.algebra.quantities import cell
from backprop_cli.ground.words import n_
from backprop_cli.problem.fields import one_word
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.normalization import (
    NormalizationFile,
    epsilon_of,
    normalized_layer,
    step_groups,
    xhat,
)
from backprop_cli.problem.layer_types.unitwise import has_steps, unit_names
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, ruled

_KIND = n_("RMS normalization")


class RmsNormalizationFile(NormalizationFile):
    """RMS normalization: x̂ = x/√(Σx²/n + ε) over the units of the layer before, or over the features of each step."""

    type: one_word(
        "rms_normalization", "RMS normalization: each sample, or each of its steps, by its root mean square."
    )


def build(site: Site, file: Any) -> Layer | None:
    """rms = √(Σx²/n + ε) and x̂ = x/rms (Zhang and Sennrich 2019, eq. 4), with ε in the root as LLaMA and PyTorch do."""
    names = unit_names(site, file.neurons, "n")
    if names is None:
        return None
    before = site.before
    width = before.shape[1] if has_steps(before) else len(names)
    rows, endings = step_groups(site, width)
    sizes = site.free_names(["rms", f"rms{site.index + 1}"], endings)
    senders = [site.sender(name) for name in before.names]
    epsilon = epsilon_of(site, file)
    first, values = [], []
    for size, row in zip(map(cell, sizes), rows, strict=True):
        mean = divide(Apply("sum", tuple(power(senders[place], number(2)) for place in row)), number(width))
        first.append(ruled(size, Apply("sqrt", (add(mean, epsilon),))))
        values += [Cell(xhat(before.names[place]), divide(senders[place], Name(size))) for place in row]
    return normalized_layer(site, file, _KIND, names, first, values, [place % width for place in range(len(names))])


RMS_NORMALIZATION = LayerType("rms_normalization", RmsNormalizationFile, build)
