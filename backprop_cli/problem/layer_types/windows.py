"""Windows that slide over rows and columns: what convolution and pooling share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import how_to_raise
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Count, by_shape, number_or_word, whole_number
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.needed import of_numbers
from backprop_cli.problem.sites import Site

_AXIS_WORDS = {1: (n_("values"),), 2: (n_("rows"), n_("columns"))}
_STEPS_LAST = "tf"  # a sequence with features: the channels stand last


_padding: Any = number_or_word(0, "neurons", "same", "valid", what=n_("padding"))
_zeros: Any = whole_number(0, "neurons")
Sizes: Any = by_shape(list=list[Count], text=Count)
Padding: Any = by_shape(list=list[_zeros], text=_padding)
Dimensions: Any = whole_number(1, 2)


@record
class Planes:
    """The units of the layer before as channels, each with one (values) or two (rows, columns) axes.

    `channels` is None where there is no axis for them, which is one channel without a number.
    """

    grid: Grid
    channels: int | None
    lengths: tuple[int, ...]

    def at(self, channel: int, place: Sequence[int]) -> str:
        """The name at a place of a channel (both from 0)."""
        if self.channels is None:
            return self.grid.at(*place)
        return self.grid.at(*place, channel) if self.grid.axes == _STEPS_LAST else self.grid.at(channel, *place)

    def laid_out(self, channels: int | None, lengths: Sequence[int]) -> tuple[tuple[int, ...], str]:
        """The shape and the axes of units with these channels that come from these planes."""
        axes = "x" if len(lengths) == 1 else "yx"
        if channels is None:
            return tuple(lengths), axes
        if self.grid.axes == _STEPS_LAST:
            return (*lengths, channels), _STEPS_LAST
        return (channels, *lengths), "c" + axes

    @property
    def words(self) -> tuple[str, ...]:
        """What the axes count."""
        return tuple(_(word) for word in _AXIS_WORDS[len(self.lengths)])


def planes_of(site: Site, wanted: int | None) -> Planes | None:
    """The layer before as planes, or None after a complaint.

    One axis: values. Three: channels of rows and columns. Two are rows and columns, unless the file (which may say how
    many dimensions are `wanted`) or the layer that they come from says that they are channels of values.
    """
    grid = site.before
    shape, axes = grid.shape, grid.axes
    if not grid.names:
        site.complain((), _("there are no values to slide over"), _("write inputs: [[1, 0], [0, 1]]"))
        return None
    channelled = len(shape) == 3 or axes in ("cx", _STEPS_LAST) or (wanted == 1 and len(shape) == 2)
    lengths = shape[:-1] if axes == _STEPS_LAST else shape[1:] if channelled else shape
    if wanted is not None and wanted != len(lengths):
        _refuse_dimensions(site, wanted, shape)
        return None
    channels = (shape[-1] if axes == _STEPS_LAST else shape[0]) if channelled else None
    return Planes(grid, channels, lengths)


def _refuse_dimensions(site: Site, wanted: int, shape: Sequence[int]) -> None:
    sizes = "×".join(map(str, shape))
    hint = _("rows and columns are nested lists: inputs: [[1, 0], [0, 1]]") if wanted == 2 else None
    site.complain(("dimensions",), _("the layer before is {sizes}").format(sizes=sizes), hint)


@record
class Slide:
    """A window along one axis: over `length` places it starts at −`before` and moves by `stride`."""

    length: int
    size: int
    stride: int
    before: int
    places: int
    dilation: int = 1

    def seen(self, place: int) -> list[tuple[int, int]]:
        """The window's own places and the places that they lie on, without those in the padding."""
        start = place * self.stride - self.before
        over = ((own, start + own * self.dilation) for own in range(self.size))
        return [(own, index) for own, index in over if 0 <= index < self.length]


@record(slots=False)
class Spread(Slide):
    """The other way round (a transposed convolution): each of `length` places spreads over `size` places that come out.

    The first place lies at −`before`, and each lies `stride` further than the one before.
    """

    def seen(self, place: int) -> list[tuple[int, int]]:
        """The window's own places and the places whose spread reaches this one through them."""
        over = ((own, place + self.before - own * self.dilation) for own in range(self.size))
        return [
            (own, at // self.stride)
            for own, at in over
            if at % self.stride == 0 and 0 <= at < self.length * self.stride
        ]


@record
class Window:
    """A window over one or two axes."""

    slides: tuple[Slide, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """How many places the window takes along each axis: the size of what comes out."""
        return tuple(slide.places for slide in self.slides)

    def seen(self, place: Sequence[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The window's own places and the places that they lie on, in the order of reading."""
        axes = [slide.seen(one) for slide, one in zip(self.slides, place, strict=True)]
        for pairs in product(*axes):
            yield tuple(own for own, _index in pairs), tuple(index for _own, index in pairs)

    @property
    def size(self) -> int:
        """How many places the window has itself."""
        return prod(slide.size for slide in self.slides)

    @property
    def all_places(self) -> Iterator[tuple[int, ...]]:
        """Every place of what comes out."""
        return product(*(range(slide.places) for slide in self.slides))


def window_over(
    site: Site, planes: Planes, sizes: Sequence[int], file: Any, where: str, stride: Any, kernels: int = 1
) -> Window | None:
    """The window of a layer that has `stride`, `padding` and perhaps `dilation`; None after a complaint.

    `where` is the key that says how large the window is; `stride` stands where the file has none.
    """
    count = len(planes.lengths)
    strides = per_axis(site, "stride", stride if file.stride is None else file.stride, count)
    dilations = per_axis(site, "dilation", getattr(file, "dilation", 1), count)
    padding = per_axis(site, "padding", file.padding, count)
    if strides is None or dilations is None or padding is None:
        return None
    slides: list[Slide] = []
    slide_over = _spread if getattr(file, "transposed", False) else _slide
    for axis, length in enumerate(planes.lengths):
        slide = slide_over(length, sizes[axis], strides[axis], padding[axis], dilations[axis])
        if slide is None:
            reach = (sizes[axis] - 1) * dilations[axis] + 1
            message = _("a window of {size} does not fit into {length} {what}")
            said = message.format(size=reach, length=length, what=planes.words[axis])
            site.complain((where,), said, _dilated(sizes[axis], dilations[axis], reach))
            return None
        slides.append(slide)
    window = Window(tuple(slides))
    terms = kernels * prod(window.places) * window.size * (planes.channels or 1)
    if terms > limits.TERMS:
        message = _("{count:,} terms in this layer; the limit is {limit:,}")
        site.complain((where,), message.format(count=terms, limit=limits.TERMS), how_to_raise("terms"))
        return None
    return window


def _dilated(size: int, dilation: int, reach: int) -> str | None:
    """Where the width of a dilated window comes from; None where it is as wide as its kernel."""
    if reach == size:
        return None
    message = _("{size} weights with dilation {dilation} reach over ({size} − 1)·{dilation} + 1 = {reach}")
    return message.format(size=size, dilation=dilation, reach=reach)


def _slide(length: int, size: int, stride: int, padding: int | str, dilation: int) -> Slide | None:
    reach = (size - 1) * dilation + 1
    if padding == "same":  # as many places as steps; what cannot be halved is padded at the end
        places = -(-length // stride)
        before = max(0, (places - 1) * stride + reach - length) // 2
        return Slide(length, size, stride, before, places, dilation)
    before = 0 if padding == "valid" else int(padding)
    places = (length + 2 * before - reach) // stride + 1
    return Slide(length, size, stride, before, places, dilation) if places > 0 else None


def _spread(length: int, size: int, stride: int, padding: int | str, dilation: int) -> Slide | None:
    """With `same`, as many places come out as stride times those that go in; the padding cuts off what is over."""
    reach = (size - 1) * dilation + 1
    whole = (length - 1) * stride + reach
    if padding == "same":
        before = max(0, reach - stride) // 2
        return Spread(length, size, stride, before, length * stride, dilation)
    before = 0 if padding == "valid" else int(padding)
    return Spread(length, size, stride, before, whole - 2 * before, dilation) if whole > 2 * before else None


def per_axis(site: Site, key: str, given: Any, count: int) -> list[Any] | None:
    """One value for every axis, or a list with one for each; None after a complaint."""
    if not isinstance(given, list):
        return [given] * count
    if len(given) != count:
        site.complain((key,), of_numbers((key,), len(given), count, _("one for each axis")))
        return None
    return given
