"""How much is written: the full derivation, or the same with factors merged into one line as textbooks do."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace as _replace

from backprop_cli.derivation import Line, Template
from backprop_cli.formula import Formula, Name, replace
from backprop_cli.problem.model import Detail
from backprop_cli.quantities import Kind, Quantity

IN_FULL = (Kind.LOCAL, Kind.PATH)


def view(template: Template, detail: Detail, keep: Collection[str]) -> Template:
    """The template in the wanted detail; quantities whose keys are in `keep` stay lines of their own."""
    if detail is Detail.FULL:
        return template
    is_graph = any(line.quantity.kind is Kind.NODE for line in template.lines)
    if is_graph and detail is Detail.TEXTBOOK:
        return template  # a graph on paper shows its local derivatives
    merged: dict[Quantity, Formula] = {}
    kept: list[Line] = []

    def put(name: Name) -> Formula:
        return merged.get(name.symbol, name)  # type: ignore[call-overload, no-any-return]

    for line in template.lines:
        short = line.short if line.short is not None else line.formula
        formula = replace(short, put, tidy=True) if _mentions(short, merged) else short
        if not line.given and line.quantity.key not in keep and _is_merged(line, is_graph):
            merged[line.quantity] = formula
        else:
            kept.append(_replace(line, formula=formula, short=None))
    return _replace(template, lines=tuple(_without_input_gradients(kept, is_graph, keep)))


def _mentions(formula: Formula, merged: dict[Quantity, Formula]) -> bool:
    found = False

    def look(name: Name) -> Formula:
        nonlocal found
        found = found or name.symbol in merged
        return name

    replace(formula, look)
    return found


def _is_merged(line: Line, is_graph: bool) -> bool:
    quantity = line.quantity
    if quantity.kind is Kind.GRADIENT and not is_graph:
        return quantity.by is not None and quantity.by.kind is Kind.OUT
    return quantity.kind in IN_FULL


def _without_input_gradients(lines: list[Line], is_graph: bool, keep: Collection[str]) -> list[Line]:
    """A network's sheet does not ask for ∂E/∂input unless it says so; a graph's does."""
    if is_graph:
        return lines
    wanted: Callable[[Quantity], bool] = lambda q: not (  # noqa: E731
        q.kind is Kind.GRADIENT and q.by is not None and q.by.kind is Kind.INPUT and q.key not in keep
    )
    return [line for line in lines if wanted(line.quantity)]
