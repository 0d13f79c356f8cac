"""The outputs of a network at one step as a vector, ŷ_2 = (0.835, 0.165), where each step has several units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.checking.whole_names import heads_of_kind, heads_of_the_outputs
from backprop_cli.problem.model import Problem
from backprop_cli.views.matrix_formulas import Matrix

_OF_A_STEP = re.compile(r"(?P<stem>.*?[^\d])(?P<step>\d{1,3})")


def step_vectors(problem: Problem, derivation: Derivation) -> Iterator[tuple[str, Address, Matrix]]:
    """The nets, outputs and deltas of the last layer at each step, by their names with the number of the step."""
    layers = problem.layers
    if len(layers) < 2 or not any(layer.over_steps for layer in layers):
        return
    steps: dict[str, list[str]] = {}
    for unit in layers[-1].outputs:
        if found := _OF_A_STEP.fullmatch(unit):
            steps.setdefault(found["step"], []).append(unit)
    places = dict.fromkeys(line.quantity.at for line in derivation.lines)
    for step, units in steps.items():
        for kind in (Kind.NET, Kind.OUT, Kind.DELTA, Kind.TARGET):
            for at in places if len(units) > 1 else ():
                entries = [Quantity(kind, unit, at=at) for unit in units]
                known = derivation.constants if kind is Kind.TARGET else derivation.index
                if all(one in known for one in entries):
                    column = Matrix(tuple((one,) for one in entries))
                    names = dict.fromkeys((*heads_of_kind(kind), *heads_of_the_outputs(kind)))
                    yield from ((f"{name}_{step}", at, column) for name in names)
