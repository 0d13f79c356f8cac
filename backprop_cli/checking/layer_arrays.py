"""The arrays of each layer as programs keep them: net_1, out_1, delta_1, W1, b1, their gradients and new values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Quantity, parameter
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.deriving.whole_layers import GRADIENTS
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.views.matrix_formulas import Cell, Matrix

_UNITS = {  # what units have, and how programs call it
    Kind.NET: ("net", "z"),
    Kind.OUT: ("out", "a", "h"),
    Kind.DELTA: ("delta",),
}


def layer_arrays(problem: Problem, derivation: Derivation) -> Mapping[str, Matrix]:
    """The arrays by their names in a row: a row for each unit, a column for each sample of the one batch that there is.

    None where there are several updates, of which it would have to be said which one is meant.
    """
    passes = _passes(derivation)
    if passes is None:
        return {}
    layers = [layer for layer in problem.layers if any(neuron.connections for neuron in layer.neurons)]
    found = (pair for number, layer in enumerate(layers, start=1) for pair in _of(layer, number, passes, derivation))
    return {in_a_row(name).casefold(): matrix for name, matrix in found}


def _passes(derivation: Derivation) -> Sequence[Address] | None:
    """The address of each sample's pass; None where there is more in an address than a sample."""
    found = dict.fromkeys(one.at for one in derivation.index if one.kind is Kind.NET and AFTER not in one.at)
    return list(found) if all(len(at) <= 1 and all(place.word == "sample" for place in at) for at in found) else None


def _of(layer: Layer, number: int, passes: Sequence[Address], derivation: Derivation) -> Iterator[tuple[str, Matrix]]:
    known = derivation.index
    for kind, heads in _UNITS.items():
        units = tuple(
            tuple(one if (one := Quantity(kind, neuron.name, at=at)) in known else None for at in passes)
            for neuron in layer.neurons
        )
        if any(any(row) for row in units):
            yield from ((f"{head}_{number}", Matrix(units)) for head in heads)
    senders = {tuple(one.sender for one in neuron.connections) for neuron in layer.neurons}
    if len(senders) == 1:
        weights = [[one.parameter for one in neuron.connections] for neuron in layer.neurons]
        yield from _parameters(f"W{number}", weights, derivation)
    biases = list(dict.fromkeys(neuron.bias for neuron in layer.neurons if neuron.bias is not None))
    if biases:
        yield from _parameters(f"b{number}", [[one] for one in biases], derivation)


def _parameters(name: str, table: Sequence[Sequence[str]], derivation: Derivation) -> Iterator[tuple[str, Matrix]]:
    """A matrix of parameters, that of their gradients and that of their new values; no entry where one is fixed."""
    gradients = {one.by: one for one in derivation.index if one.kind is Kind.GRADIENT and not one.at and not one.name}

    def matrix(cell: Callable[[str], Cell]) -> Matrix:
        return Matrix(tuple(tuple(map(cell, row)) for row in table))

    def new(one: str) -> Cell:
        found = Quantity(Kind.NEW, one)
        return found if found in derivation.index else None

    yield name, matrix(parameter)
    yield f"{name}_new", matrix(new)
    of_gradients = matrix(lambda one: gradients.get(parameter(one)))
    yield from ((f"{head}{name}", of_gradients) for head in (*GRADIENTS, "grad_"))
