"""The picture of a page that moves: its parts carry the names of quantities; a table where there is no picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import AFTER, Kind, Phase, Quantity, delta, gradient, net, out, parameter
from backprop_cli.checking.descriptions import describe_address
from backprop_cli.documents.worked import owner
from backprop_cli.formats.print import scenes, svg
from backprop_cli.pictures.facts import Facts, Show, facts_of
from backprop_cli.pictures.kinds import picture_of
from backprop_cli.pictures.wiring import wiring_of
from backprop_cli.problem.letters import letters_of
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.solver import solve
from backprop_cli.solving.spelling import speller
from backprop_cli.views.edges import passes_in

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = 4  # of a number in a picture


def drawn(solution: Solution) -> str:
    """The network or the graph as SVG, with the numbers of its first pass; empty where there is none."""
    from backprop_cli.pictures import graph

    problem = solution.problem
    kind = "graph" if problem.nodes else "network" if problem.layers and problem.inputs else ""
    if not kind or len(problem.nodes) > graph.MOST:
        return ""
    facts = _facts(solution)
    picture = picture_of(problem, kind, facts)
    return svg.picture(scenes.drawn(picture), picture.description, names=_names(problem, facts))


def _facts(solution: Solution) -> Facts:
    """The facts of the first pass, so short that they fit beside a line."""
    problem, derivation = solution.problem, solution.trace.derivation
    if letters_of(problem) or not any(AFTER not in address for address in passes_in(derivation)):
        return facts_of(problem, None, Show.NAMES)
    short = Solution(problem, solve(derivation, solution.rounding, _DIGITS), solution.detail)
    return facts_of(problem, short, Show.GRADIENTS)


def _names(problem: Problem, facts: Facts) -> Callable[[str, str], str]:
    """What says which quantity is meant by an item of the picture, as a key without an address."""
    biases: Mapping[str, str] = wiring_of(problem).biases if problem.layers else {}
    nodes = {quantity.key: quantity for quantity in _of_graph(facts)}

    def name(role: str, key: str) -> str:
        match role:
            case "unit":
                return _unit(problem, key).bare_key
            case "value" if problem.layers:
                return _unit(problem, key).bare_key
            case "wire" | "weight" | "kernel" | "gate" | "value" | "name":
                return key
            case "bias":
                return parameter(biases.get(key, key)).bare_key
            case "delta":
                return delta(net(key)).bare_key
            case "target":
                return Quantity(Kind.TARGET, key).bare_key
            case "gradient" if facts.one is not None and key in nodes:
                return gradient(facts.one.objective, nodes[key]).bare_key
            case "loss" if facts.one is not None:
                return facts.one.objective.bare_key
        return ""

    return name


def _of_graph(facts: Facts) -> list[Quantity]:
    return [] if facts.one is None else list(facts.one.known.values())


def _unit(problem: Problem, name: str) -> Quantity:
    return Quantity(Kind.INPUT, name) if name in problem.inputs else out(name)


def lit(solution: Solution, named: Iterable[str]) -> dict[Quantity, list[str]]:
    """The names in a picture that each quantity lights: its own, and those of the unit, gate or weight that it is of.

    The best comes first. What is not drawn lights what it goes into first on the way forward; else what it comes from.
    """
    known, trace = set(named), solution.trace
    found = {one: _own(one, known) for one in (*trace.constants, *(step.quantity for step in trace.steps))}
    users: dict[Quantity, list[Quantity]] = {}
    for step in trace.steps:
        for used in quantities_in(step.line.formula):
            users.setdefault(used, []).append(step.quantity)

    def lend(phases: Collection[Phase]) -> None:
        for step in reversed(trace.steps):
            if step.line.phase in phases:
                lent = (found[one] for one in users.get(step.quantity, ()))
                found[step.quantity] = found[step.quantity] or next(filter(None, lent), [])

    lend((Phase.FORWARD,))
    for step in trace.steps:
        parts = (found[one] for one in quantities_in(step.line.formula))
        found[step.quantity] = found[step.quantity] or next(filter(None, parts), [])
    lend(tuple(Phase))
    return found


def _own(quantity: Quantity, known: Collection[str]) -> list[str]:
    of = owner(quantity)
    names = dict.fromkeys([quantity.bare_key, out(of).bare_key, Quantity(Kind.INPUT, of).bare_key, of])
    return [name for name in names if name in known]


def names_in(picture: str) -> list[str]:
    """The names that the parts of a picture carry."""
    return [
        element.attrib["data-quantity"] for element in fromstring(picture).iter() if "data-quantity" in element.attrib
    ]


def table(solution: Solution, places: Mapping[Quantity, int]) -> str:
    """What stands in place of a picture: a row a pass and a column a quantity, whose cells carry their places."""
    top = Element("table")
    quantities = [step.quantity for step in solution.trace.steps]
    columns = list(dict.fromkeys(quantity.bare_key for quantity in quantities))
    head, write = SubElement(SubElement(top, "thead"), "tr"), speller(solution.problem, solution.trace)
    SubElement(head, "td")
    for quantity in {quantity.bare_key: quantity for quantity in quantities}.values():
        SubElement(head, "th", {"scope": "col"}).text = write.symbol(quantity, quantity.at)
    body = SubElement(top, "tbody")
    for address in dict.fromkeys(quantity.at for quantity in quantities):
        row = SubElement(body, "tr")
        SubElement(row, "th", {"scope": "row"}).text = describe_address(address, solution.problem) if address else ""
        here = {quantity.bare_key: places[quantity] for quantity in quantities if quantity.at == address}
        for key in columns:
            cell = SubElement(row, "td", {"data-quantity": str(here[key])} if key in here else {})
            SubElement(cell, "span")
    return tostring(top, "unicode", short_empty_elements=False)
