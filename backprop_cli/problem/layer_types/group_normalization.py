"""Group normalization (Wu and He 2018): each sample over groups of its channels; one a group is instance norm."""

from __future__ import annotations

from typing import Any

from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import number_or_word, one_word
from backprop_cli.problem.file_model import Field
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.normalization import (
    NormalizationFile,
    epsilon_of,
    groups_of,
    normalized_layer,
    standardized,
    statistics,
)
from backprop_cli.problem.layer_types.unitwise import has_steps, unit_names
from backprop_cli.problem.model import Layer
from backprop_cli.problem.sites import Site

_KIND = n_("group normalization")
_INSTANCE = "channels"
_groups: Any = number_or_word(1, "neurons", _INSTANCE, what=n_("number of groups"))


class GroupNormalizationFile(NormalizationFile):
    """Group normalization: mean and variance over the places of a few channels, for each sample by itself.

    γ and β are of each channel. In a flat layer every unit is a channel.
    """

    type: one_word("group_normalization", "Group or instance normalization: each sample over groups of channels.")
    groups: _groups = Field(
        1,
        description="How many groups the channels are in; `channels`: as many as there are channels, which is "
        "instance normalization.",
    )


def build(site: Site, file: Any) -> Layer | None:
    """μ, σ² and x̂ of each sample over the places of each group of channels (Wu and He 2018, eq. 7)."""
    names = unit_names(site, file.neurons, "n")
    if names is None:
        return None
    channels = _channels(site)
    count = len(channels) if file.groups == _INSTANCE else int(file.groups)
    if len(channels) % count:
        message = _("{channels} channels cannot be parted into {groups} equal groups")
        site.complain(("groups",), message.format(channels=len(channels), groups=count))
        return None
    size = len(channels) // count
    members = [
        tuple(place for channel in channels[start : start + size] for place in channel)
        for start in range(0, len(channels), size)
    ]
    if len(members[0]) == 1:
        message = _("a group of one value alone: its variance is 0")
        site.complain(("groups",), message, _("write fewer groups"))
        return None
    groups = groups_of(site, members, [""] if count == 1 else [f"_{number}" for number in range(1, count + 1)])
    own = {place: channel for channel, places in enumerate(channels) for place in places}
    values = standardized(site, groups, epsilon_of(site, file))
    first = statistics(site, groups)
    return normalized_layer(site, file, _KIND, names, first, values, [own[place] for place in range(len(names))])


def _channels(site: Site) -> list[tuple[int, ...]]:
    """The places of each channel: the features of steps, the first axis of a grid, or each unit of a flat layer."""
    shape, size = site.before.shape, len(site.before.names)
    if has_steps(site.before):
        return [tuple(range(feature, size, shape[1])) for feature in range(shape[1])]
    area = size // shape[0] if site.before.axes.startswith("c") or len(shape) == 3 else 1
    return [tuple(range(start, start + area)) for start in range(0, size, area)]


GROUP_NORMALIZATION = LayerType("group_normalization", GroupNormalizationFile, build)
