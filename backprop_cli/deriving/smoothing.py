"""Label smoothing: what a cross-entropy compares its outputs with, t′ = (1 − ε)·t + ε/K (Szegedy et al. 2016)."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, Apply, Name, number
from backprop_cli.algebra.parts import LossParts
from backprop_cli.algebra.quantities import SMOOTH, Kind, Phase, Quantity
from backprop_cli.problem.model import Problem


def aim(problem: Problem, neuron: str) -> Quantity:
    """What the loss compares an output with: its target t, or the smoothed one t′."""
    smooths = problem.loss is not None and problem.loss.smoothing is not None
    return smoothed(neuron) if smooths else Quantity(Kind.TARGET, neuron)


def smoothed(neuron: str) -> Quantity:
    """The smoothed target t′ of an output."""
    return Quantity(Kind.AUX, f"{SMOOTH}{neuron}")


def unsmoothed(quantity: Quantity) -> Name:
    """The target of a smoothed target, in the same sample; anything else is itself."""
    if quantity.kind is not Kind.AUX or not quantity.name.startswith(SMOOTH):
        return Name(quantity)
    at = tuple(place for place in quantity.at if place.word == "sample")
    return Name(Quantity(Kind.TARGET, quantity.name.removeprefix(SMOOTH), at=at))


def smoothing_lines(problem: Problem) -> Iterator[Line]:
    """The smoothed target of every output, where the loss has label smoothing; K is the size of its softmax."""
    epsilon = problem.loss.smoothing if problem.loss is not None else None
    if epsilon is None:
        return
    kept = Apply("sum", (ONE, Apply("negative", (epsilon,))))
    for group in problem.layers[-1].groups or (problem.outputs,):
        share = Apply("quotient", (epsilon, number(len(group))))
        for output in group:
            formula = Apply("sum", (Apply("product", (kept, Name(Quantity(Kind.TARGET, output)))), share))
            yield Line(Phase.LOSS, smoothed(output), formula, parts=LossParts((formula,)))
