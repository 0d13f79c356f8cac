"""The vectors and matrices of dense layers by the names that slides give them: dW1, W2_new, db1, Z1, δ2, A2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.problem.model import Layer, Problem

GRADIENTS = ("dE/d", "d", "dL/d", "dC/d", "dJ/d")  # before the name of a matrix: its gradient
_UNITS = {  # what the units of a layer have, and how that is called before the number of the layer
    "net": ("net_", "z", "Z"),
    "out": ("out_", "a", "A"),
    "delta": ("delta_", "dz", "dZ", "dE/dZ", "dL/dZ", "dC/dZ", "dJ/dZ"),
}


def wholes_of_layers(problem: Problem) -> Mapping[str, tuple[str, ...]]:
    """The keys of the entries of each, by its name in a row, row by row; layers count from 1.

    What the problem calls something of its own, as b1 where that is a number, is no vector or matrix.
    """
    units = [name for layer in problem.layers for name in layer.units]
    taken = {in_a_row(name) for name in (*problem.parameters, *problem.inputs, *units)}
    found: dict[str, tuple[str, ...]] = {}
    dense = [layer for layer in problem.layers if any(neuron.connections for neuron in layer.neurons)]
    for number, layer in enumerate(dense, start=1):
        numbers = [str(number), *([""] if len(dense) == 1 else [])]
        for kind, heads in _UNITS.items() if str(number) not in units else ():
            found |= {f"{head}{number}": tuple(f"{kind}_{one.name}" for one in layer.neurons) for head in heads}
        for name, parameters in (pair for own in numbers for pair in _parameters(layer, own)):
            if parameters == (name,) or (in_a_row(name) not in taken and parameters):
                found[f"{name}_new"] = tuple(f"{one}_new" for one in parameters)
                found |= {f"{head}{name}": tuple(f"dE/d{one}" for one in parameters) for head in GRADIENTS}
    rows = ((in_a_row(name), entries) for name, entries in found.items())
    return {row: entries for row, entries in rows if row not in taken}


def _parameters(layer: Layer, number: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """W1 and b1, each parameter once; W and b without a number."""
    weights = [one.parameter for neuron in layer.neurons for one in neuron.connections]
    biases = [neuron.bias for neuron in layer.neurons if neuron.bias is not None]
    yield f"W{number}", tuple(dict.fromkeys(weights))
    yield f"b{number}", tuple(dict.fromkeys(biases))
