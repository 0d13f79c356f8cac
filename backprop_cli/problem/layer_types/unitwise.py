"""Layers with a unit for each unit of the layer before: what their units are called."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified
from backprop_cli.problem.counts import names_here
from backprop_cli.problem.grids import Grid, indexed
from backprop_cli.problem.layer_types.sequences import units_of
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site

LINEAR = Apply("identity", (Name("z"),))  # the activation of a layer that has none


def unit_names(site: Site, neurons: Sequence[str] | None, letter: str) -> tuple[str, ...] | None:
    """A name for each unit of the layer before: the given ones, those of the targets, or the letter with its place.

    In a sequence of steps with several features, a name is given to each feature. None when it complained.
    """
    before = site.before
    steps = has_steps(before)
    size = before.shape[1] if steps else len(before.names)
    if not before.names:
        site.complain((), _("there is nothing before this layer"), _("write inputs: [1, 2]"))
        return None
    if neurons is not None and len(neurons) != size:
        message = names_here(len(neurons), size)
        site.complain(("neurons",), message)
        return None
    if site.last and neurons is None:
        return tuple(site.output_names(len(before.names)))
    if steps:
        units = units_of(site, neurons, size, before.shape[0], letter)
        return None if units is None else tuple(name for row in units.named(letter) for name in row)
    return tuple(neurons) if neurons is not None else indexed(site.free_letter(letter), before.shape)


def unitwise_layer(
    site: Site,
    names: Sequence[str],
    cells: Sequence[Cell],
    kind: str,
    activation: Formula | None = LINEAR,
    biases: frozenset[str] = frozenset(),
) -> Layer:
    """A layer with these outputs, which lie as the units before them do."""
    neurons, before = tuple(Neuron(name) for name in names), site.before
    label = site.label(_(kind))
    return Layer(neurons, activation, label, kind, tuple(cells), before.shape, biases=biases, axes=before.axes)


def has_steps(before: Grid) -> bool:
    """Whether the units before lie in steps with several features."""
    return len(before.shape) == 2 and before.axes in ("", "tf")


def sign_of(constant: Formula) -> int:
    """−1, 0 or 1: the sign of a number of the file."""
    domain = Certified()
    return domain.sign(evaluate(constant, domain, lambda symbol: symbol))
