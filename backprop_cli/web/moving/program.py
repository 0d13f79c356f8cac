"""The lines of a solution as functions of JavaScript over one array of values, in their order."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from json import dumps

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.formats.code.javascript import JavaScriptWriter
from backprop_cli.solving.solution import Solution


class Places(JavaScriptWriter):
    """Writes a quantity as its place in the array of values, v[12]."""

    def __init__(self, solution: Solution, places: Mapping[Quantity, int]) -> None:
        super().__init__(solution)
        self.places = places

    def _name(self, symbol: Hashable) -> str:
        assert isinstance(symbol, Quantity)
        return f"v[{self.places[symbol]}]"


def program(solution: Solution, places: Mapping[Quantity, int]) -> str:
    """`given`, the numbers that are given, and `lines`, a function each of the values so far, behind their helpers."""
    write = Places(solution, places)
    given = [write.expression(formula) for formula in solution.trace.derivation.constants.values()]
    lines = [f"v => {write.value(step)}" for step in solution.trace.steps]
    return "\n".join([*write.helpers(), f"const given = [{', '.join(given)}];", _listed("lines", lines)])


def _listed(name: str, entries: list[str]) -> str:
    return f"const {name} = [\n" + "".join(f"{entry},\n" for entry in entries) + "];"


def in_script(value: object) -> str:
    """The value as JSON that may stand in an element of a page, whatever texts are in it."""
    return dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
