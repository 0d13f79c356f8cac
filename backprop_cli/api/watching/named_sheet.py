"""The sheet of a step whose layers have no matrices: every number under the name that it has in the problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backprop_cli.algebra.quantities import Address, Kind, Place, Quantity
from backprop_cli.api.watching.kinds import names_of
from backprop_cli.api.watching.recorder import Layer, Seen, samples_of
from backprop_cli.api.watching.sheets import gradient_of
from backprop_cli.checking.key import AnswerKey


def numbers_of(seen: Seen, key: AnswerKey) -> dict[str, Any]:
    """Net inputs, outputs and δ of each unit in each sample, gradients and new values of each parameter, and E."""
    found: dict[str, Any] = {}
    count = len(samples_of(seen.layers[0], (one.takes for one in seen.layers[0].passes)))
    at: list[Address] = [(Place("sample", n),) for n in range(1, count + 1)] if count > 1 else [()]
    for layer, own in zip(seen.layers, key.problem.layers, strict=True):
        units = [neuron.name for neuron in own.neurons]
        for kind, values in _of_units(seen, layer):
            found |= dict(_placed(kind, units, at, values, key))
    if len(seen.objective) == 1:
        found["E"] = seen.layers[0].passes[0].net.new_tensor(seen.objective[0])
    for number, layer in enumerate(seen.layers, start=1):
        for one, names in names_of(number, layer):
            found |= dict(_of_parameter(seen, one, names))
    return found


def _of_units(seen: Seen, layer: Layer) -> Iterator[tuple[Kind, Any]]:
    one = layer.passes[0]
    is_logarithm = layer.activation == "softmax" and one.out is not None and bool((one.out < 0).any())
    out = one.net if one.out is None else one.out.exp() if is_logarithm else one.out
    yield Kind.NET, one.net
    if one.out is not None or layer is not seen.layers[-1]:  # behind the last one the loss may have a function
        yield Kind.OUT, out
    if one.gradient is not None:
        yield Kind.DELTA, one.gradient


def _placed(kind: Kind, units: list[str], at: list[Address], values: Any, key: AnswerKey) -> Iterator[tuple[str, Any]]:
    """The values by the names of their units; what the problem has no line for is left out, as the net of a pool."""
    table = values.reshape(len(at), -1)
    for address, row in zip(at, table, strict=True):
        for name, value in zip(units, row, strict=True):
            quantity = Quantity(kind, name, at=address)
            if key.line(quantity) is not None:
                yield " / ".join((*map(str, address), Quantity(kind, name).key)), value


def _of_parameter(seen: Seen, one: Any, names: list[str]) -> Iterator[tuple[str, Any]]:
    if not one.requires_grad:
        return
    if "backward" in seen.events:
        yield from (
            (f"dE/d{name}", value) for name, value in zip(names, gradient_of(seen, one).reshape(-1), strict=True)
        )
    if "step" in seen.events:
        yield from ((f"{name}_new", value) for name, value in zip(names, seen.end[id(one)].reshape(-1), strict=True))
