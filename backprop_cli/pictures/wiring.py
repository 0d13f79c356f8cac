"""Which unit sees which, and through which parameter: a network's lines as connections between its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.parts import NetParts, name_of
from backprop_cli.algebra.quantities import Kind, Quantity, net, out
from backprop_cli.deriving.networks import layer_lines
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Layer, Problem


@record
class Wire:
    """One connection; `parameter` is empty where it is not simply a weight times what the sender puts out."""

    sender: str
    receiver: str
    parameter: str = ""


@record(slots=False)
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
        lines = {line.quantity: line for line in layer_lines(problem, layer)}
        for unit in layer.outputs:
            wires += [wire for wire in _into(unit, layer, lines) if wire.sender in known]
            bias = name_of(_net(unit, lines).bias, (Kind.PARAMETER,))
            if bias is not None:
                biases[unit] = _called(bias)
    return Wiring(tuple(wires), biases)


def _net(unit: str, lines: Mapping[Quantity, Line]) -> NetParts:
    """The weights, senders and bias of a unit; nothing where it has no net input."""
    line = lines.get(net(unit))
    return line.parts if line is not None and isinstance(line.parts, NetParts) else NetParts()


def _into(unit: str, layer: Layer, lines: Mapping[Quantity, Line]) -> Iterator[Wire]:
    """The connections into one unit, through whatever the layer writes down on the way.

    What is carried from another step is of the unit there: it is no way past that unit.
    """
    parameters = {term.sender: _called(term.weight) for term in _net(unit, lines).terms}
    others = {net(other) for other in layer.outputs if other != unit}
    seen: set[Quantity] = set()
    senders: set[str] = set()
    waiting = [out(unit)]
    while waiting:
        line = lines.get(waiting.pop())
        for used in () if line is None else quantities_in(line.formula):
            if used in seen or used in others:
                continue
            seen.add(used)
            found: tuple[str, ...] | None = None
            if used.kind is Kind.INPUT or (used.kind is Kind.OUT and (used not in lines or used.name in layer.outputs)):
                found = (used.name,)
            elif layer.over_steps and layer.sections.get(used.name, "") != layer.sections.get(unit, ""):
                found = tuple(_units_of(used, layer, lines)) or None  # of a step that nobody outside sees: past it
            if found is None:
                waiting.append(used)
                continue
            for sender in found:
                if sender != unit and sender not in senders:
                    senders.add(sender)
                    yield Wire(sender, unit, parameters.get(Name(used), ""))


def _units_of(state: Quantity, layer: Layer, lines: Mapping[Quantity, Line]) -> Iterator[str]:
    """The units of the step of a state that put out what it comes to there."""
    step = layer.sections.get(state.name, "")
    for unit in layer.outputs:
        line = lines.get(out(unit)) if layer.sections.get(unit, "") == step else None
        if line is not None and state in quantities_in(line.formula):
            yield unit


def _called(name: Formula) -> str:
    return name.symbol.name if isinstance(name, Name) and isinstance(name.symbol, Quantity) else ""
