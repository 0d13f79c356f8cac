"""Layer normalization (Ba, Kiros and Hinton 2016): each sample by itself, over its units."""

from __future__ import annotations

from typing import Any

from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import choice, one_word
from backprop_cli.problem.file_model import Field
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.normalization import (
    NormalizationFile,
    epsilon_of,
    groups_of,
    normalized_layer,
    standardized,
    statistics,
    step_groups,
)
from backprop_cli.problem.layer_types.unitwise import has_steps, unit_names
from backprop_cli.problem.model import Layer
from backprop_cli.problem.sites import Site

_KIND = n_("layer normalization")


class LayerNormalizationFile(NormalizationFile):
    """Layer normalization: mean and variance over the units of the layer before, for each sample by itself."""

    type: one_word("layer_normalization", "Layer normalization: each sample over its units.")
    over: choice("features", "all", what=n_("choice")) = Field(
        "features",
        description="In a sequence of steps with several features: each step over its `features`, with one γ and β "
        "per feature, or over `all` units at once.",
    )


def build(site: Site, file: Any) -> Layer | None:
    """μ, σ² and x̂ of each sample over its units, or of each of its steps over the features."""
    names = unit_names(site, file.neurons, "n")
    if names is None:
        return None
    before = site.before
    width = before.shape[1] if has_steps(before) and file.over == "features" else len(names)
    if width < 2:
        message = _("layer normalization over one unit alone: its variance is 0")
        site.complain_at_key(("type",), message, _("batch_normalization goes over the samples"))
        return None
    groups = groups_of(site, *step_groups(site, width))
    own = [place % width for place in range(len(names))]
    values = standardized(site, groups, epsilon_of(site, file))
    return normalized_layer(site, file, _KIND, names, statistics(site, groups), values, own)


LAYER_NORMALIZATION = LayerType("layer_normalization", LayerNormalizationFile, build)
