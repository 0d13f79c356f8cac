"""Pooling: the largest, or the mean, of what lies under a window, channel by channel."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name, number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import out
from backprop_cli.ground import limits
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Count, NameText, Truth, by_shape, number_or_word, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.windows import (
    Dimensions,
    Padding,
    Planes,
    Sizes,
    Window,
    per_axis,
    planes_of,
    window_over,
)
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site, ruled

MAX, AVERAGE, GLOBAL = "max_pooling", "average_pooling", "global"
_KINDS = {MAX: n_("max pooling"), AVERAGE: n_("average pooling")}
_size: Any = number_or_word(1, "neurons", GLOBAL, what=n_("size"))


class PoolingFile(FileModel):
    """What the two kinds of pooling have in common."""

    size: by_shape(list=list[Count], text=_size) = Field(
        2,
        description="The window: a number, [rows, columns], or `global`: one window over everything, so that one value "
        "comes out of each channel.",
    )
    stride: Sizes | None = Field(
        None, description="How far the window moves; left out: by its size. What no window covers is left out."
    )
    padding: Padding = Field(0, description="Places around, as in a convolution; they are never the largest.")
    dimensions: Dimensions | None = Field(
        None,
        description="1 or 2, where it is not clear: two axes are rows and columns, with 1 they are channels of values.",
    )
    name: NameText | None = Field(None, description="What the units' names begin with: p gives p1_1, p1_2, …")


class MaxPoolingFile(PoolingFile):
    """The largest of each window takes the whole gradient; equally large ones share it in equal parts.

    (PyTorch gives all of it to the first of these.)
    """

    type: one_word(MAX, "The largest of each window.")


class AveragePoolingFile(PoolingFile):
    """The mean of each window; its gradient goes in equal parts to everything under the window."""

    type: one_word(AVERAGE, "The mean of each window.")
    padding_counts: Truth = Field(
        True, description="Whether padding counts as zeros in the mean; `false`: the mean is of the rest."
    )


def build(site: Site, file: Any) -> Layer | None:
    """out_p at a place is the largest, or the mean, of what its window sees in one channel."""
    planes = planes_of(site, file.dimensions)
    window = _window(site, file, planes) if planes is not None else None
    if planes is None or window is None:
        return None
    units = _units(site, file, planes, window)
    if units is None:
        return None
    places = _places(file, planes, window, units)
    cells: list[Cell] = []
    for name in units.names:
        channel, place = places[name]
        seen = [site.sender(planes.at(channel, index)) for _own, index in window.seen(place)]
        cells.append(_largest(name, seen) if file.type == MAX else _mean(name, seen, window, file.padding_counts))
    kind = _KINDS[file.type]
    return Layer(
        tuple(map(Neuron, units.names)),
        Name("z"),
        site.label(_(kind)),
        kind,
        tuple(cells),
        units.shape,
        axes=units.axes,
    )


def _largest(name: str, seen: Sequence[Formula]) -> Cell:
    return ruled(out(name), seen[0] if len(seen) == 1 else Apply("max", tuple(seen)))


def _mean(name: str, seen: Sequence[Formula], window: Window, padding_counts: bool) -> Cell:
    """(a + b + c + d)/4: a mean as it is written by hand."""
    count = window.size if padding_counts else len(seen)
    total = seen[0] if len(seen) == 1 else Apply("sum", tuple(seen))
    formula = total if count == 1 else Apply("quotient", (total, number(count)))
    return Cell(out(name), formula, OPERATIONS["mean"].rule)


def _window(site: Site, file: Any, planes: Planes) -> Window | None:
    """The window, or None after a complaint."""
    whole = file.size == GLOBAL
    if whole and (file.stride is not None or file.padding != 0):
        key = "stride" if file.stride is not None else "padding"
        site.complain_at_key((key,), _("a global window has no {key}").format(key=key))
        return None
    sizes = list(planes.lengths) if whole else per_axis(site, "size", file.size, len(planes.lengths))
    if sizes is not None and file.type == MAX and prod(sizes) > limits.WINDOW:
        message = _("a window over {count:,} places; the limit is {limit:,}")
        site.complain(("size",), message.format(count=prod(sizes), limit=limits.WINDOW))
        return None
    window = window_over(site, planes, sizes, file, "size", sizes) if sizes is not None else None
    if window is not None and not all(any(True for _one in window.seen(place)) for place in window.all_places):
        site.complain(("padding",), _("a window lies in the padding alone"))
        return None
    return window


def _units(site: Site, file: Any, planes: Planes, window: Window) -> Grid | None:
    """The names of the units; a global window leaves no places, only channels."""
    if file.size == GLOBAL:
        return site.unit_grid(file.name, "pqsu", (planes.channels or 1,))
    return site.unit_grid(file.name, "pqsu", *planes.laid_out(planes.channels, window.places))


def _places(file: Any, planes: Planes, window: Window, units: Grid) -> dict[str, tuple[int, tuple[int, ...]]]:
    """The channel and the place of each unit."""
    channels = range(planes.channels or 1)
    if file.size == GLOBAL:
        return {name: (channel, (0,) * len(window.slides)) for channel, name in enumerate(units.names)}
    pooled = Planes(units, planes.channels, window.places)
    return {pooled.at(channel, place): (channel, place) for channel in channels for place in window.all_places}


MAX_POOLING = LayerType(MAX, MaxPoolingFile, build)
AVERAGE_POOLING = LayerType(AVERAGE, AveragePoolingFile, build)
