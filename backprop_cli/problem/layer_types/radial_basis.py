"""Radial basis functions (Broomhead and Lowe 1988): units that answer to how near the inputs are to their centre."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name, add, negate, number, power
from backprop_cli.algebra.quantities import net, out
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Matrix, NeuronName, Vector, by_shape, choice, one_word
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import grid_layer
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site, ruled

_KIND = n_("radial basis")


class RadialBasisFile(FileModel, json_schema_extra={"required": ["type", "centers", "widths"]}):
    """Radial basis units: net_h1 = Σ(x − c)² and out_h1 = exp(−net_h1/(2σ²)).

    Centres and widths are parameters; where only the next layer learns, name them under `fixed`.
    """

    type: one_word("radial_basis", "Radial basis functions around centres.")
    neurons: by_shape(list=list[NeuronName]) | None = Field(
        None, description="The units' names; otherwise h1, h2, …, or those of the targets."
    )
    centers: Matrix | None = Field(None, description="One row per unit: its centre, a number per input.")
    widths: Vector | None = Field(None, description="σ of the units: one number for all, or one per unit.")
    function: choice("gaussian", "multiquadric", "inverse_multiquadric", what=n_("function")) = Field(
        "gaussian",
        description="gaussian: exp(−d²/(2σ²)); multiquadric: √(d² + σ²); inverse_multiquadric: 1/√(d² + σ²).",
    )


def build(site: Site, file: Any) -> Layer | None:
    """d² = Σ(x − c)² and φ(d) of every unit (Broomhead and Lowe 1988, eq. 2.2; multiquadrics: Hardy 1971)."""
    senders = [site.sender(name) for name in site.before.names]
    if not senders:
        site.complain((), _("there is nothing before this layer"), _("write inputs: [1, 2]"))
        return None
    height = len(file.neurons) if file.neurons is not None else None
    centers = site.matrix(file.centers, height, len(senders), "c", "centers")
    if centers is None:
        return None
    widths = site.vector(file.widths, len(centers), "sigma", "widths")
    if widths is None:
        if file.widths is None:
            message = _("this layer has no {key}").format(key="widths")
            site.complain((), message, _("write {key}: …").format(key="widths"))
        return None
    names = list(file.neurons) if file.neurons is not None else site.unit_names(len(centers))
    cells: list[Cell] = []
    for name, center, width in zip(names, centers, widths, strict=True):
        squares = [power(add(sender, negate(one)), number(2)) for sender, one in zip(senders, center, strict=True)]
        cells.append(Cell(net(name), squares[0] if len(squares) == 1 else Apply("sum", tuple(squares))))
        cells.append(ruled(out(name), _function(file.function, Name(net(name)), width)))
    return grid_layer([(name,) for name in names], cells, "radial basis", site.label(_(_KIND)), over_steps=False)


def _function(kind: str, square: Formula, width: Formula) -> Formula:
    """φ of a squared distance."""
    if kind == "gaussian":
        scale = Apply("product", (number(2), power(width, number(2))))
        return Apply("exp", (negate(Apply("quotient", (square, scale))),))
    root = Apply("sqrt", (add(square, power(width, number(2))),))
    return root if kind == "multiquadric" else Apply("quotient", (number(1), root))


RADIAL_BASIS = LayerType("radial_basis", RadialBasisFile, build)
