"""The lines of a solution as functions of JavaScript, each kind of line once, in the order of the lines."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from json import dumps

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.code.javascript import JavaScriptWriter
from backprop_cli.solving.solution import Solution


def used(step: Step) -> dict[Quantity, int]:
    """What a line is worked out from, each with its place among them."""
    return {quantity: place for place, quantity in enumerate(dict.fromkeys(quantities_in(step.line.formula)))}


class Places(JavaScriptWriter):
    """Writes a quantity as its place among those that its line uses, v[1]."""

    def __init__(self, solution: Solution) -> None:
        super().__init__(solution)
        self.places: dict[Quantity, int] = {}

    def work(self, step: Step) -> str:
        """v[0]*v[1] + v[2], the right side of a line; lines of the same kind have the same."""
        self.places = used(step)
        return self.value(step)

    def _name(self, symbol: Hashable) -> str:
        assert isinstance(symbol, Quantity)
        return f"v[{self.places[symbol]}]"


def program(solution: Solution, places: Mapping[Quantity, int]) -> str:
    """`given`, the numbers that are given, and `lines`, a function each of the values so far, behind their helpers.

    `uses` has the places of what each line is worked out from.
    """
    write, kinds = Places(solution), dict[str, int]()
    steps = solution.trace.steps
    given = [write.expression(formula) for formula in solution.trace.derivation.constants.values()]
    of = [kinds.setdefault(write.work(step), len(kinds)) for step in steps]
    uses = [[places[quantity] for quantity in used(step)] for step in steps]
    return "\n".join(
        [
            *write.helpers(),
            f"const given = [{', '.join(given)}];",
            _listed("kinds", [f"v => {work}" for work in kinds]),
            f"const uses = '{';'.join(' '.join(map(str, one)) for one in uses)}'"
            '.split(";").map(used => used ? used.split(" ").map(Number) : []);',
            f"const lines = {dumps(of, separators=(',', ':'))}.map(",
            "  (kind, line) => values => kinds[kind](uses[line].map(place => values[place])));",
        ]
    )


def _listed(name: str, entries: Sequence[str]) -> str:
    return f"const {name} = [\n" + "".join(f"{entry},\n" for entry in entries) + "];"


def in_script(value: object) -> str:
    """The value as JSON that may stand in an element of a page, whatever texts are in it."""
    return dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
