"""Residual connection: what an earlier layer put out is added again (He, Zhang, Ren and Sun 2015)."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Activation, Matrix, NameText, NeuronName, by_shape, number_or_word, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site, activated, weighted

_KIND = n_("residual")
INPUTS = "inputs"
_where: Any = number_or_word(0, "neurons", INPUTS, what=n_("layer"))


class ResidualFile(FileModel, json_schema_extra={"required": ["type", "from"]}):
    """Adds what an earlier layer put out to what the layer before puts out: out_r = f(x) + x.

    The gradient of what is added again is the sum over both paths.
    """

    type: one_word("residual", "A skip connection that is added to the layer before.")
    from_: by_shape(list=list[NeuronName], text=_where) | None = Field(
        None,
        alias="from",
        description="What is added again: the number of an earlier layer (the first is 1), `inputs` (or 0), or a list "
        "of names of inputs and units.",
    )
    projection: Matrix | None = Field(
        None, description="Where the sizes differ, a matrix for what is added, one row per unit: f(x) + W·x."
    )
    activation: Activation = Field("identity", description="After the addition; left out: none, and no line for it.")
    name: NameText | None = Field(None, description="What the units' names begin with: r gives r1, r2, …")


def build(site: Site, file: Any) -> Layer | None:
    """out_r = out of the layer before + out of an earlier one, through an activation if there is one."""
    activation, skipped = site.activation(file.activation), _skipped(site, file.from_)
    terms = _terms(site, file, skipped) if skipped is not None else None
    if terms is None:
        return None
    before = site.before
    units = site.unit_grid(file.name, "rsuv", before.shape, before.axes)
    if units is None:
        return None
    plain = activation is not None and getattr(activation, "operation", "") == "identity"
    cells: list[Cell] = []
    for name, sender, added in zip(units.names, before.names, terms, strict=True):
        total = Apply("sum", (site.sender(sender), *added))
        cells.append(Cell(out(name) if plain else net(name), total))
        if not plain and activation is not None:
            cells += activated([name], activation)
    cells += activated(units.names, None) if activation is None else []
    neurons = tuple(map(Neuron, units.names))
    return Layer(neurons, activation, site.label(_(_KIND)), _KIND, tuple(cells), units.shape, axes=units.axes)


def _skipped(site: Site, given: Any) -> Grid | None:
    """What is added again; None after a complaint."""
    if isinstance(given, list):
        known = [site.check_sender(name, ("from", index)) for index, name in enumerate(given)]
        return Grid.flat(given) if all(known) else None
    if given is None:
        site.complain((), _("a residual connection comes from an earlier layer"), _("write from: 1, or from: inputs"))
        return None
    number = 0 if given == INPUTS else int(given)
    if number >= site.index:
        message = _("a residual connection comes from an earlier layer than the one before it")
        hint = _("0 (the inputs) to {last}").format(last=site.index - 1) if site.index > 1 else _("write from: inputs")
        hint = hint if site.index else _("the first layer has none before it")
        site.complain(("from",), message, hint)
        return None
    return site.stack.grids[number]


def _terms(site: Site, file: Any, skipped: Grid) -> list[list[Formula]] | None:
    """What is added to each unit; None after a complaint."""
    senders = [site.sender(name) for name in skipped.names]
    size = len(site.before.names)
    if file.projection is not None:
        rows = site.matrix(file.projection, size, len(senders), "w", "projection")
        return None if rows is None else [weighted(row, senders) for row in rows]
    if _squeezed(skipped) == _squeezed(site.before) and len(senders) == size:
        return [[sender] for sender in senders]
    message = _("{count} values are added to {size}").format(count=_sizes(skipped), size=_sizes(site.before))
    site.complain(("from",), message, _("with a projection, one row per unit, the sizes may differ"))
    return None


def _squeezed(grid: Grid) -> tuple[int, ...]:
    return tuple(size for size in grid.shape if size > 1)


def _sizes(grid: Grid) -> str:
    return "×".join(map(str, grid.shape)) or str(len(grid.names))


RESIDUAL = LayerType("residual", ResidualFile, build)
