"""A solution as assignments: a name, an expression over earlier names, and the functions that they need."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.code.formulas import CodeDialect, by_names
from backprop_cli.formats.code.identifiers import Identifiers
from backprop_cli.formats.code.python_dialect import SHOW, rounding_helper
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.solving.solution import Solution

MOST_DIGITS = 15  # that a float has


class CodeWriter:
    """Writes the lines of one solution in one dialect; `rounds` says whether it rounds where the problem does.

    The statements are Python's; a writer of another language says how its own are written.
    """

    sign = "#"  # before a comment

    def __init__(
        self, solution: Solution, dialect: CodeDialect, rounds: bool = True, reserved: Sequence[str] = ()
    ) -> None:
        self.solution = solution
        self.dialect = dialect
        self.rule = solution.rounding if rounds else None
        self.digits = min(solution.trace.digits, MOST_DIGITS)
        self.names = Identifiers([*dialect.helpers, *_ROUNDERS, "agrees", *reserved])

    def expression(self, formula: Formula) -> str:
        """A formula over the names of the program."""
        return self.dialect.spell(formula, by_names(self._name)).text

    def _name(self, symbol: Hashable) -> str:
        return self.names[symbol]

    def constant(self, quantity: Quantity) -> str:
        """w5 = 0.40"""
        return f"{self.names[quantity]} = {self.expression(self.solution.trace.derivation.constants[quantity])}"

    def line(self, step: Step) -> str:
        """net_h1 = w1*i1 + w2*i2 + b1"""
        return f"{self.names[step.quantity]} = {self.value(step)}"

    def value(self, step: Step) -> str:
        """The right side of a line, rounded if the problem rounds it."""
        text = self.expression(step.line.formula)
        rule = self.rounding(step)
        if rule is None:
            return text
        return f"{_rounder(rule)}({text}, {rule.places if rule.places is not None else rule.figures})"

    def rounding(self, step: Step) -> Rounding | None:
        """How a line is rounded when it is written, if it is."""
        return self.rule.of(step.quantity.kind) if self.rule is not None and not step.line.given else None

    def helpers(self) -> list[str]:
        """The functions that the lines call."""
        trace = self.solution.trace
        formulas = [*trace.derivation.constants.values(), *(step.line.formula for step in trace.steps)]
        needed = {name for formula in formulas for name in self.dialect.needs(formula)}
        found = [source for name, source in self.dialect.helpers.items() if name in needed]
        rules = {rule for step in trace.steps if (rule := self.rounding(step)) is not None}
        kinds = {(_rounder(rule), rule.ties, rule.places is None) for rule in rules}
        return found + [self.rounding_helper(*kind) for kind in sorted(kinds)]

    def rounding_helper(self, name: str, ties: str, figures: bool) -> str:
        """The source of the function that rounds as a problem says."""
        return rounding_helper(name, ties, figures)

    def show(self) -> str:
        """The function that prints."""
        return SHOW.format(digits=self.digits)

    def shown(self, steps: Sequence[Step]) -> list[str]:
        """A call that prints each of these."""
        return [f"show({step.quantity.key!r}, {self.names[step.quantity]})" for step in steps]


_ROUNDERS = [f"rounded{kind}{ties}" for kind in ("", "_to_figures") for ties in ("", "_half_even", "_truncate")]


def _rounder(rule: Rounding) -> str:
    kind = "_to_figures" if rule.places is None else ""
    return f"rounded{kind}" + ("" if rule.ties == "half-up" else "_" + rule.ties.replace("-", "_"))
