"""Writes a computation graph's forward pass as named formulas, split into primitive gates on request."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, replace
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.problem.model import Detail, Problem


def node(name: str) -> Quantity:
    """A node of the computation graph: a named expression."""
    return Quantity(Kind.NODE, name)


def forward_lines(problem: Problem) -> Iterator[Line]:
    """Every node in the order of the file, which is a topological order of the computation graph."""
    kinds = dict.fromkeys(problem.inputs, Kind.INPUT) | dict.fromkeys(problem.parameters, Kind.PARAMETER)
    kinds |= dict.fromkeys(problem.nodes, Kind.NODE)

    def meaning(name: Name) -> Formula:
        return Name(Quantity(kinds[str(name.symbol)], str(name.symbol)))

    gate_names = iter(f"g{number}" for number in range(1, 1_000_000) if f"g{number}" not in kinds)
    for name, formula in problem.nodes.items():
        meant = replace(formula, meaning)
        lines = list(_gates(meant, name, gate_names)) if problem.detail is Detail.GATES else [(name, meant)]
        for quantity, gate in lines:
            rules = (OPERATIONS[gate.operation].rule,) if isinstance(gate, Apply) else ()
            yield Line(Phase.FORWARD, node(quantity), gate, rules=rules)


def _gates(formula: Formula, name: str, names: Iterator[str]) -> Iterator[tuple[str, Formula]]:
    """The formula as gates of one operation each, in the order of computation; the last one has the given name."""
    lines: list[tuple[str, Formula]] = []

    def operand(argument: Formula) -> Formula:
        if not isinstance(argument, Apply) or _is_constant(argument):
            return argument
        gate = gate_of(argument)
        lines.append((next(names), gate))
        return Name(node(lines[-1][0]))

    def gate_of(part: Apply) -> Formula:
        return Apply(part.operation, tuple(operand(argument) for argument in _binary(part).arguments))

    last = gate_of(formula) if isinstance(formula, Apply) else formula
    yield from lines
    yield name, last


def _binary(formula: Apply) -> Apply:
    """a + b + c as (a + b) + c: a gate on paper has at most two inputs, and a − b is a plus a minus gate."""
    if formula.operation in ("sum", "product") and len(formula.arguments) > 2:
        *front, last = formula.arguments
        return Apply(formula.operation, (Apply(formula.operation, tuple(front)), last))
    return formula


def _is_constant(formula: Formula) -> bool:
    match formula:
        case Name():
            return False
        case Number():
            return True
        case Apply(_, arguments):
            return all(map(_is_constant, arguments))
