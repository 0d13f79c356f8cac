"""How much is written: every factor of the chain rule on its line, or factors merged into one as textbooks do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import Formula, Name, replace
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.problem.model import Detail, Problem

IN_FULL = (Kind.LOCAL, Kind.PATH)


def view(lines: tuple[Line, ...], detail: Detail, keep: Collection[str]) -> tuple[Line, ...]:
    """All lines of a sample, or of a derivation, in the wanted detail; those of the keys in `keep` stay their own."""
    if detail is Detail.FULL:
        return lines
    is_graph = any(line.quantity.kind is Kind.NODE for line in lines)
    with_delta = {line.quantity.name for line in lines if line.quantity.kind is Kind.DELTA}
    if is_graph and detail is not Detail.BRIEF:
        return lines  # a graph on paper shows its local derivatives
    merged: dict[Quantity, Line] = {}
    kept: list[Line] = []

    for line in lines:
        whole = _with_merged(line, merged)
        if not line.given and line.quantity.bare_key not in keep and _is_merged(line, is_graph, with_delta):
            merged[line.quantity] = whole
        else:
            kept.append(whole)
    return tuple(_asked_for(kept, is_graph, keep))


def inputs_shown(problem: Problem, lines: Collection[Line]) -> frozenset[str]:
    """The keys of ∂E/∂x of the inputs, where the problem shows them."""
    if "inputs" not in problem.show:
        return frozenset()
    found = (line.quantity for line in lines if line.quantity.kind is Kind.GRADIENT)
    return frozenset(one.bare_key for one in found if one.by is not None and one.by.kind is Kind.INPUT)


def _with_merged(line: Line, merged: Mapping[Quantity, Line]) -> Line:
    """The line with the merged lines that it uses written out in it, and what is said of them."""
    if line.given:
        return line
    if line.short is not None:
        return _replace(line, formula=line.short, short=None, rules=line.short_rules)
    used = [merged[quantity] for quantity in quantities_in(line.formula) if quantity in merged]
    if not used:
        return line

    def put(name: Name) -> Formula:
        assert isinstance(name.symbol, Quantity)
        return merged[name.symbol].formula if name.symbol in merged else name

    rules = dict.fromkeys(rule for one in (*used, line) for rule in one.rules)
    return _replace(line, formula=replace(line.formula, put, tidy=True), rules=tuple(rules))


def units_with_delta(lines: Collection[Quantity]) -> frozenset[str] | None:
    """The units that have a δ among all lines of a derivation; None for a graph, in which nothing is merged."""
    if any(one.kind is Kind.NODE for one in lines):
        return None
    return frozenset(one.name for one in lines if one.kind is Kind.DELTA)


def with_factors(line: Line, lines: Mapping[Quantity, Line], with_delta: frozenset[str] | None) -> Formula:
    """The formula of a line in full detail with the factors written out in it that textbooks merge into it.

    `lines` are all of the derivation, `with_delta` their `units_with_delta`.
    """
    if line.given or with_delta is None:
        return line.formula

    def put(name: Name) -> Formula:
        assert isinstance(name.symbol, Quantity)
        used = lines.get(name.symbol)
        if used is None or used.given or not _is_merged(used, False, with_delta):
            return name
        return replace(used.formula, put, tidy=True)

    return replace(line.formula, put, tidy=True)


def _is_merged(line: Line, is_graph: bool, with_delta: Collection[str]) -> bool:
    """Whether a line is written out in those that use it: ∂E/∂out is part of the neuron's δ, where it has one."""
    quantity = line.quantity
    if quantity.kind is Kind.GRADIENT and not is_graph:
        return quantity.by is not None and quantity.by.kind is Kind.OUT and quantity.by.name in with_delta
    return quantity.kind in IN_FULL


def _asked_for(lines: list[Line], is_graph: bool, keep: Collection[str]) -> list[Line]:
    """The lines without those that no sheet asks for unless it says so.

    These are a network's ∂E/∂input, the gradients of parameters that are not updated while others are, and, where
    δ = −∂E/∂net and an update reads w + η·δ·x, the gradients that no update uses.
    """
    updated = {line.quantity.name for line in lines if line.quantity.kind is Kind.NEW}
    used = {one.bare for line in lines if line.phase is Phase.UPDATE for one in quantities_in(line.formula)}

    def wanted(quantity: Quantity) -> bool:
        if quantity.kind is not Kind.GRADIENT or quantity.by is None or quantity.bare_key in keep:
            return True
        if quantity.by.kind is Kind.INPUT:
            return is_graph
        return quantity.by.kind is not Kind.PARAMETER or not updated or quantity.bare in used

    return [line for line in lines if wanted(line.quantity)]
