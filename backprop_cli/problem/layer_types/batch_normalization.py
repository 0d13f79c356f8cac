"""Batch normalization (Ioffe and Szegedy 2015): each unit over the samples of a batch, which meet in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Number, by_shape, choice, one_word
from backprop_cli.problem.file_model import Field
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.json_schema import both_or_none
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.normalization import (
    NormalizationFile,
    NormalizedGroup,
    epsilon_of,
    groups_of,
    normalized_layer,
    standardized,
    statistics,
)
from backprop_cli.problem.layer_types.unitwise import sign_of, unit_names
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.needed import of_numbers
from backprop_cli.problem.sites import Site

_KIND = n_("batch normalization")
_Numbers: Any = by_shape(list=list[Number], text=Number)


class BatchNormalizationFile(NormalizationFile, json_schema_extra=both_or_none("mean", "variance")):
    """Batch normalization: mean and variance of each unit over the samples of a batch, or as they are given."""

    type: one_word("batch_normalization", "Batch normalization: each unit over the samples of a batch.")
    per: choice("unit", "feature", "channel", what=n_("choice")) | None = Field(
        None,
        description="What has a mean and a variance of its own: each `unit`, each `feature` over all steps (the second "
        "axis of two), or each `channel` over all its places (the first axis); where nothing is said, the channels "
        "behind a convolution, the features of steps, else the units.",
    )
    mean: _Numbers | None = Field(
        None, description="A given mean, one or a list, as when the trained network is used; then no batch is needed."
    )
    variance: _Numbers | None = Field(None, description="The given variance that goes with `mean`.")


def build(site: Site, file: Any) -> Layer | None:
    """μ and σ² of each unit over the samples of a batch, or as given; then x̂ of each sample."""
    names = unit_names(site, file.neurons, "n")
    per = file.per or _usual(site.before)
    members = None if names is None else _members(site, per)
    if names is None or members is None:
        return None
    groups = groups_of(site, members, _endings(site, per, len(members)))
    if file.mean is not None or file.variance is not None:
        first = _given_statistics(site, file, groups)
    else:
        enough = len(members[0]) > 1 or _has_variance(site)
        first = statistics(site, groups, shared=site.surroundings.batch > 1) if enough else None
    if first is None:
        return None
    number = {place: index for index, group in enumerate(groups) for place in group.members}
    values = standardized(site, groups, epsilon_of(site, file))
    return normalized_layer(site, file, _KIND, names, first, values, [number[place] for place in range(len(names))])


def _usual(before: Grid) -> str:
    """What has a mean and a variance of its own where the file does not say it."""
    if before.axes == "tf":
        return "feature"
    return "channel" if before.axes.startswith("c") or len(before.shape) == 3 else "unit"


def _members(site: Site, per: str) -> list[tuple[int, ...]] | None:
    """The places of the units that are normalized together; None when it complained."""
    shape, size = site.before.shape, len(site.before.names)
    if (per == "feature" and len(shape) != 2) or (per == "channel" and len(shape) < 2):
        what = _("steps with several features") if per == "feature" else _("channels")
        site.complain(("per",), _("the layer before has no {what}").format(what=what), _("write per: unit"))
        return None
    if per == "feature":
        return [tuple(range(feature, size, shape[1])) for feature in range(shape[1])]
    area = size // shape[0] if per == "channel" else 1
    return [tuple(range(start, start + area)) for start in range(0, size, area)]


def _endings(site: Site, per: str, count: int) -> list[str]:
    """What the names of the statistics end in: the unit, or the number of the feature or of the channel."""
    if per == "unit":
        return [f"_{name}" for name in site.before.names]
    return [f"_{per[0]}{number}" for number in range(1, count + 1)]


def _has_variance(site: Site) -> bool:
    """Whether every batch has at least two samples; complains where one has not."""
    message, hint = "", _("write batch: full, or how many samples go into one update")
    if site.surroundings.samples == 1:
        message = _("batch normalization needs at least two samples: one alone has no variance")
        hint = _("write samples: …, or a mean and a variance that are given")
    elif site.surroundings.batch == 1:
        message = _("batch normalization looks at a batch of samples, but here each is a batch of its own")
    elif site.surroundings.samples % site.surroundings.batch == 1:
        message = _("the last batch has only one sample, which has no variance")
    if message:
        site.complain_at_key(("type",), message, hint)
    return not message


def _given_statistics(site: Site, file: Any, groups: Sequence[NormalizedGroup]) -> list[Cell] | None:
    """Mean and variance as numbers, the same for every batch; None when it complained."""
    cells: list[Cell] = []
    for key, other in (("mean", "variance"), ("variance", "mean")):
        given = getattr(file, key)
        if given is None:
            message = _("{other} without {key}: both are given, or none").format(other=other, key=key)
            site.complain_at_key((other,), message)
            return None
        values = given if isinstance(given, list) else [given] * len(groups)
        if len(values) != len(groups):
            site.complain((key,), of_numbers((key,), len(values), len(groups)))
            return None
        cells += [Cell(getattr(group, key), value) for group, value in zip(groups, values, strict=True)]
    return None if _is_negative(site, file) else cells


def _is_negative(site: Site, file: Any) -> bool:
    """Whether a given variance is below 0; complains where it is."""
    values = file.variance if isinstance(file.variance, list) else [file.variance]
    found = next((index for index, value in enumerate(values) if sign_of(value) < 0), None)
    if found is not None:
        steps = ("variance", found) if values is file.variance else ("variance",)
        site.complain(steps, _("a variance cannot be negative"))
    return found is not None


BATCH_NORMALIZATION = LayerType("batch_normalization", BatchNormalizationFile, build)
