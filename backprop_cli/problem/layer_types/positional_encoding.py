"""Positional encoding: what says where a step stands is added to its features (Vaswani et al. 2017, §3.5)."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, number
from backprop_cli.algebra.quantities import out
from backprop_cli.ground.words import n_
from backprop_cli.problem.fields import Matrix, Number, by_shape, choice, one_word, whole_number
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.sequences import refuse_no_steps, steps_of
from backprop_cli.problem.layer_types.unitwise import unit_names, unitwise_layer
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site

_KIND = n_("positional encoding")
_SINUSOIDAL = "sinusoidal"
_from: Any = whole_number(0, "neurons")


class PositionalEncodingFile(FileModel):
    """Positional encoding: a vector for the place of a step is added to its features."""

    type: one_word("positional_encoding", "Adds to every step what says where it stands.")
    encoding: by_shape(list=Matrix, text=choice(_SINUSOIDAL, what=n_("encoding"))) = Field(
        _SINUSOIDAL,
        description="`sinusoidal`: sin(p/base^(2i/d)) and cos(p/base^(2i/d)) in turn, where p is the place and d the "
        "number of features; or a list with a row of weights per step, which are learned.",
    )
    base: Number | None = Field(None, description="The base of the sinusoidal encoding: 10000 where nothing is said.")
    first: _from = Field(0, description="The place of the first step.")


def build(site: Site, file: Any) -> Layer | None:
    """out = x + PE: PE(p, 2i) = sin(p/10000^(2i/d)), and PE(p, 2i + 1) its cosine (Vaswani et al. 2017, §3.5)."""
    steps = steps_of(site)
    if not steps:
        refuse_no_steps(site)
        return None
    added = _added(site, file, len(steps), len(steps[0]))
    names = unit_names(site, None, "p") if added is not None else None
    if added is None or names is None:
        return None
    senders = [sender for features in steps for sender in features]
    cells = [
        Cell(out(name), Apply("sum", (sender, one))) for name, sender, one in zip(names, senders, added, strict=True)
    ]
    return unitwise_layer(site, names, cells, _KIND)


def _added(site: Site, file: Any, steps: int, width: int) -> list[Formula] | None:
    """What is added to every feature of every step; None after a complaint."""
    if isinstance(file.encoding, list):
        rows = site.matrix(file.encoding, steps, width, "e", "encoding")
        return None if rows is None else [one for row in rows for one in row]
    return [
        _sinusoid(file.first + step, feature, width, file.base or number(10000))
        for step in range(steps)
        for feature in range(width)
    ]


def _sinusoid(place: int, feature: int, width: int, base: Formula) -> Formula:
    """sin or cos of the place over base^(2i/d), where i counts the pairs of features."""
    pair = 2 * (feature // 2)
    angle: Formula = number(place)
    if pair and place:
        angle = Apply("quotient", (angle, Apply("power", (base, number(pair, width)))))
    return Apply("cos" if feature % 2 else "sin", (angle,))


POSITIONAL_ENCODING = LayerType("positional_encoding", PositionalEncodingFile, build)
