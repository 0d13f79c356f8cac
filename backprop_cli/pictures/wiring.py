"""Which unit sees which, and through which parameter: a network's lines as connections between its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import Kind, Quantity, net, out
from backprop_cli.deriving.networks import layer_lines
from backprop_cli.problem.model import Layer, Problem


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection; `parameter` is empty where it is not simply a weight times what the sender puts out."""

    sender: str
    receiver: str
    parameter: str = ""


@dataclass(frozen=True)
class Wiring:
    """All connections, and the bias of each unit that has one."""

    wires: tuple[Wire, ...]
    biases: Mapping[str, str]


def wiring_of(problem: Problem) -> Wiring:
    """The connections in the order of the layers and of the sums."""
    known = {*problem.inputs, *(unit for layer in problem.layers for unit in layer.outputs)}
    wires: list[Wire] = []
    biases: dict[str, str] = {}
    for layer in problem.layers:
        lines = {line.quantity: line.formula for line in layer_lines(problem, layer)}
        for unit in layer.outputs:
            wires += [wire for wire in _into(unit, layer, lines) if wire.sender in known]
            if (bias := _bias(unit, layer, lines)) is not None:
                biases[unit] = bias
    return Wiring(tuple(wires), biases)


def _into(unit: str, layer: Layer, lines: Mapping[Quantity, Formula]) -> Iterator[Wire]:
    """The connections into one unit, through whatever the layer writes down on the way."""
    parameters = _weights(lines.get(net(unit)))
    others = {net(other) for other in layer.outputs if other != unit}
    seen: set[Quantity] = set()
    waiting = [out(unit)]
    while waiting:
        formula = lines.get(waiting.pop())
        for used in () if formula is None else quantities_in(formula):
            if used in seen or used in others:
                continue
            seen.add(used)
            if used.kind is Kind.INPUT or (used.kind is Kind.OUT and (used not in lines or used.name in layer.outputs)):
                if used.name != unit:
                    yield Wire(used.name, unit, parameters.get(used, ""))
            else:
                waiting.append(used)


def _weights(formula: Formula | None) -> dict[Quantity, str]:
    """The parameter that each sender is multiplied by in a net input."""
    found: dict[Quantity, str] = {}
    for term in _terms(formula):
        used = quantities_in(term)
        if isinstance(term, Apply) and term.operation == "product" and len(used) == 2 == len(term.arguments):
            parameter, sender = sorted(used, key=lambda one: one.kind is not Kind.PARAMETER)
            if parameter.kind is Kind.PARAMETER:
                found[sender] = parameter.name
    return found


def _bias(unit: str, layer: Layer, lines: Mapping[Quantity, Formula]) -> str | None:
    """The parameter that is added to a net input as it is."""
    own = next((neuron.bias for neuron in layer.neurons if neuron.name == unit), None)
    if own is not None or net(unit) not in lines:
        return own
    for term in _terms(lines[net(unit)]):
        used = quantities_in(term)
        if len(used) == 1 and used[0].kind is Kind.PARAMETER:
            return used[0].name
    return None


def _terms(formula: Formula | None) -> tuple[Formula, ...]:
    if formula is None:
        return ()
    return formula.arguments if isinstance(formula, Apply) and formula.operation == "sum" else (formula,)
