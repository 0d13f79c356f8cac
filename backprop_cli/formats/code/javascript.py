"""The worked solution as a program in JavaScript that computes it again, for Node or for a page of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.code import javascript_dialect as language
from backprop_cli.formats.code.assignments import CodeWriter
from backprop_cli.formats.code.python import script
from backprop_cli.solving.solution import Solution


def render(solution: Solution) -> str:
    """The program; it prints every quantity by its key."""
    return script(JavaScriptWriter(solution), [])


class JavaScriptWriter(CodeWriter):
    """Writes the lines of one solution as statements of JavaScript."""

    sign = "//"

    def __init__(self, solution: Solution) -> None:
        super().__init__(solution, language.JAVASCRIPT, reserved=language.RESERVED)

    def constant(self, quantity: Quantity) -> str:
        """const w5 = 0.40;"""
        return f"const {super().constant(quantity)};"

    def line(self, step: Step) -> str:
        """const net_h1 = w1*i1 + w2*i2 + b1;"""
        return f"const {super().line(step)};"

    def rounding_helper(self, name: str, ties: str, figures: bool) -> str:
        """The source of the function that rounds as a problem says."""
        return language.rounding_helper(name, ties, figures)

    def show(self) -> str:
        """The function that prints."""
        return language.SHOW.format(digits=self.digits)

    def shown(self, steps: Sequence[Step]) -> list[str]:
        """A call that prints each of these."""
        return [f"show({dumps(step.quantity.key)}, {self.names[step.quantity]});" for step in steps]
