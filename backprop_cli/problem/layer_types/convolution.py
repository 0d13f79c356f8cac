"""Convolution: kernels that slide over the layer before, the same weights at every place (LeCun 1989)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import net
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Activation, Count, Named, NameText, Truth, Vector, nested, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.grids import Grid, indexed, leaves, refuse_uneven, shape_of
from backprop_cli.problem.json_schema import exactly_one
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.windows import (
    Dimensions,
    Padding,
    Planes,
    Sizes,
    Window,
    planes_of,
    window_over,
)
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site, activated
from backprop_cli.problem.tree import Path

_KIND = n_("convolution")
Place = tuple[int, ...]


class ConvolutionFile(FileModel, json_schema_extra=exactly_one("kernel", "kernels")):
    """Kernels slide over values, or over rows and columns: net_c1_2 = Σ k·x + b, with the same k and b at every place.

    As everywhere in deep learning this is a cross-correlation, the kernel is not turned round, unless `flip` says so.
    """

    type: one_word("convolution", "A convolution over one axis (values) or two (rows and columns).")
    kernel: nested(Named, 3) | None = Field(
        None,
        description="One kernel: `[1, 0, -1]`, or rows: `[[1, 0], [0, -1]]`; for several channels, one of these for "
        "each. What comes out has no axis for channels.",
    )
    kernels: nested(Named, 4) | None = Field(
        None, description="Several kernels, each as in `kernel`; what comes out has a channel for each of them."
    )
    bias: Vector | None = Field(None, description="One number for all kernels, or one per kernel.")
    stride: Sizes | None = Field(None, description="How far the kernel moves: a number (1), or [rows, columns].")
    padding: Padding = Field(
        0,
        description="Zeros around: a number, [rows, columns], `valid` (none), or `same` (as many places come out as go "
        "in, with stride 1). Terms with such a zero are not written.",
    )
    dilation: Sizes = Field(1, description="How far apart the places are that the kernel looks at.")
    groups: Count = Field(
        1,
        description="In how many groups channels and kernels are: a kernel sees the channels of its group only. As "
        "many groups as channels is a depthwise convolution.",
    )
    transposed: Truth = Field(
        False,
        description="The other way round: every value is spread over the places that come out, times the kernel; "
        "`stride` moves these apart, `padding` cuts off at the rim.",
    )
    flip: Truth = Field(False, description="Turn the kernel round: convolution as mathematics defines it.")
    dimensions: Dimensions | None = Field(
        None,
        description="1 or 2, where it is not clear: two axes are rows and columns, with 1 they are channels of values.",
    )
    activation: Activation = Field(
        "identity", description="As in a dense layer; softmax is over the kernels, at every place."
    )
    name: NameText | None = Field(None, description="What the units' names begin with: c gives c1_1, c1_2, …")


def build(site: Site, file: Any) -> Layer | None:
    """net_c at a place is the sum over the kernel of its weights times what lies under them, plus the bias."""
    activation = site.activation(file.activation)
    planes = planes_of(site, file.dimensions)
    kernels = _kernels(site, file, planes) if planes is not None and _in_groups(site, file, planes) else None
    if planes is None or kernels is None:
        return None
    weights, sizes, grid = kernels
    where = "kernels" if file.kernels is not None else "kernel"
    window = window_over(site, planes, sizes, file, where, 1, len(weights))
    if window is None:
        return None
    biases = site.vector(file.bias, len(weights), site.bias_letter, "bias", why=_("one for each kernel"))
    shape, axes = planes.laid_out(None if file.kernels is None else len(weights), window.places)
    units = site.unit_grid(file.name, "cdfg", shape, axes)
    if units is None:
        return None
    out_planes = Planes(units, None if file.kernels is None else len(weights), window.places)
    nets: dict[str, Formula] = {}
    channels = (planes.channels or 1) // file.groups
    for kernel, of_kernel in enumerate(weights):
        first = kernel * file.groups // len(weights) * channels
        seen = range(first, first + channels)
        for place in window.all_places:
            terms = list(_terms(site, of_kernel, planes, seen, window, place, file.flip))
            nets[out_planes.at(kernel, place)] = site.net_input(terms, biases[kernel] if biases else None)
    groups = _groups(out_planes, window, len(weights)) if activation is None else ()
    return Layer(
        tuple(map(Neuron, units.names)),
        activation,
        site.label(_(_KIND)),
        _KIND,
        tuple(_cells(units, nets, activation, groups)),
        units.shape,
        groups,
        frozenset(str(bias.symbol) for bias in biases or ()),
        axes=units.axes,
        kernels=grid,
    )


def _terms(
    site: Site, weights: Mapping[Place, Name], planes: Planes, seen: range, window: Window, place: Place, flip: bool
) -> Iterator[Formula]:
    """k·x for every place under the kernel that is not in the padding, for each of the channels that are seen."""
    last = [slide.size - 1 for slide in window.slides]
    for number_of, channel in enumerate(seen):
        for own, index in window.seen(place):
            turned = tuple(end - one for end, one in zip(last, own, strict=True)) if flip else own
            yield Apply("product", (weights[(number_of, *turned)], site.sender(planes.at(channel, index))))


def _groups(planes: Planes, window: Window, kernels: int) -> tuple[tuple[str, ...], ...]:
    """The units that a softmax takes together: those at one place; of a single kernel, all of them."""
    if planes.channels is None:
        return (planes.grid.names,)
    return tuple(tuple(planes.at(kernel, place) for kernel in range(kernels)) for place in window.all_places)


def _cells(
    units: Grid, nets: Mapping[str, Formula], activation: Formula | None, groups: tuple[tuple[str, ...], ...]
) -> Iterator[Cell]:
    """Net input and output of each unit in turn; a softmax needs the net inputs of its whole group first."""
    if activation is None:
        yield from (Cell(net(name), nets[name]) for name in units.names)
        for group in groups:
            yield from activated(group, None)
        return
    for name in units.names:
        yield Cell(net(name), nets[name])
        yield from activated([name], activation)


# ---- kernels -------------------------------------------------------------------------------------------------


def _kernels(site: Site, file: Any, planes: Planes) -> tuple[list[dict[Place, Name]], Place, Grid | None] | None:
    """The weights of each kernel by channel and place, the kernels' size, and their names as a grid; None: complained.

    The grid is None where the file gives some of the weights names of its own.
    """
    if (file.kernel is None) == (file.kernels is None):
        message = _("a convolution has one 'kernel' or several 'kernels'")
        site.complain((), message, _("write kernel: [[1, 0], [0, -1]]") if file.kernel is None else None)
        return None
    several = file.kernels is not None
    path: Path = ("kernels",) if several else ("kernel",)
    listed = file.kernels if isinstance(file.kernels, list) else [file.kernels if several else file.kernel]
    paths = [(*path, index) for index in range(len(listed))] if isinstance(file.kernels, list) else [path]
    channels = (planes.channels or 1) // file.groups
    if not all(_fits(site, one, where, planes, channels, several) for one, where in zip(listed, paths, strict=True)):
        return None
    shapes = [shape_of(one) for one in listed]
    different = next((index for index, shape in enumerate(shapes) if shape != shapes[0]), None)
    if different is not None:
        site.complain(paths[different], _("this kernel has another size than the first one"))
        return None
    return _declared(site, listed, paths, planes, several)


def _declared(
    site: Site, listed: list[Any], paths: list[Path], planes: Planes, several: bool
) -> tuple[list[dict[Place, Name]], Place, Grid | None]:
    shape = shape_of(listed[0])
    whole = (len(listed), *shape) if several else shape
    given = [(where, one) for one, path in zip(listed, paths, strict=True) for where, one in leaves(one, path)]

    def automatic(letter: str) -> list[str]:
        return [name for name, (_where, one) in zip(indexed(letter, whole), given, strict=True) if one.name is None]

    grid = Grid.placed(site.fresh("kgfm", automatic), whole)
    names = [site.declare_as(name, one, where) for name, (where, one) in zip(grid.names, given, strict=True)]
    with_channels = len(shape) > len(planes.lengths)
    weights: list[dict[Place, Name]] = [{} for _one in listed]
    for name, (where, _one) in zip(names, given, strict=True):
        place = tuple(step for step in where if isinstance(step, int))
        kernel, place = (place[0], place[1:]) if several else (0, place)
        weights[kernel][place if with_channels else (0, *place)] = name
    sizes = shape[-len(planes.lengths) :]
    return weights, sizes, grid if all(one.name is None for _where, one in given) else None


def _in_groups(site: Site, file: Any, planes: Planes) -> bool:
    """Whether channels and kernels can be parted into the groups; complains where they cannot."""
    kernels = len(file.kernels) if isinstance(file.kernels, list) else 1
    sizes = {_("channels"): planes.channels or 1, _("kernels"): kernels}
    uneven = next((what for what, count in sizes.items() if count % file.groups), None)
    if uneven is not None:
        message = _("{count} {what} cannot be parted into {groups} equal groups")
        site.complain(("groups",), message.format(count=sizes[uneven], what=uneven, groups=file.groups))
    return uneven is None


def _fits(site: Site, kernel: Any, path: Path, planes: Planes, channels: int, several: bool) -> bool:
    """Whether a kernel has the axes that it needs; complains where it has not."""
    shape, axes = shape_of(kernel), len(planes.lengths)
    if shape and refuse_uneven(kernel, "kernel", (*site.path, *path), site.book):
        return False
    if len(shape) == axes + 1 and shape[0] == channels:
        return True
    if len(shape) == axes and channels == 1:
        return True
    if len(shape) == axes or len(shape) == axes + 1:
        had = shape[0] if len(shape) > axes else 1
        message = _("a kernel for {count} channels, but the layer before has {channels}")
        if channels != (planes.channels or 1):
            message = _("a kernel for {count} channels, but each group has {channels}")
        hint = _("several kernels stand under 'kernels'") if not several and channels == 1 else None
        site.complain(path, message.format(count=had, channels=channels), hint)
        return False
    what, hint = _(" and ").join(planes.words), None
    if len(shape) > axes:
        message = _("this kernel is nested more deeply than channels of {what}").format(what=what)
    else:
        message = _("this kernel slides over {what}, but does not have them").format(what=what)
        one_kernel = _("a single kernel stands under 'kernel'")
        hint = one_kernel if several else _("where the layer before is channels of values, write dimensions: 1")
    site.complain(path, message, hint)
    return False


CONVOLUTION = LayerType("convolution", ConvolutionFile, build)
