"""The error e = t − y of an output as a line of its own: what the perceptron rule goes by, and courses ask for."""

from __future__ import annotations

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.parts import LossParts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.deriving import networks
from backprop_cli.problem.model import Problem


def error(neuron: str) -> Quantity:
    """t − y of an output."""
    return Quantity(Kind.AUX, f"e_{neuron}")


def error_lines(problem: Problem, at: Address = ()) -> list[Line]:
    """The error t − y of each output, of the sample at an address."""
    return [
        Line(Phase.LOSS, error(name).at_address(at), difference, parts=LossParts((difference,)))
        for name in problem.outputs
        for difference in [Name(networks.target(name).at_address(at)) - Name(networks.out(name).at_address(at))]
    ]
