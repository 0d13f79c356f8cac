"""The Jacobian ∂out/∂net of a layer: diagonal where each neuron has its own activation, full for a softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.networks import forward_lines
from backprop_cli.problem.model import Problem
from backprop_cli.views.matrix_formulas import Whole

Slopes: TypeAlias = Mapping[str, Mapping[str, Formula]]  # by neurons: of the output of one in the net input of another


def layer_slopes(problem: Problem) -> list[Slopes]:
    """∂out/∂net of every layer: for each neuron, the derivatives of its output in the net inputs it depends on."""
    lines = [line for line in forward_lines(problem) if line.quantity.kind is Kind.OUT]
    known: Mapping[Formula, Formula] = {line.formula: Name(line.quantity) for line in lines}
    own = {line.quantity.name: line.formula for line in lines}
    return [
        {
            neuron.name: {_name(symbol): slope for symbol, slope in slopes(own[neuron.name], known).items()}
            for neuron in layer.neurons
        }
        for layer in problem.layers
    ]


def _name(symbol: object) -> str:
    assert isinstance(symbol, Quantity)
    return symbol.name


def is_diagonal(by_neuron: Slopes) -> bool:
    """Whether every neuron depends on its own net input only."""
    return all(set(found) <= {name} for name, found in by_neuron.items())


def jacobian_name(of: Quantity, by: Quantity) -> Name:
    """∂out/∂net of a layer."""
    return Name(Whole(Quantity(Kind.LOCAL, of=of, by=by, at=of.at)))
