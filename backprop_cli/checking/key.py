"""The key of a problem: every quantity's true value, and what every usual mistake would make of it.

It is made once for a problem and marks any number of sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property
from typing import Any

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import Formula, Name, multiply
from backprop_cli.algebra.operations import OPERATIONS, jumps
from backprop_cli.algebra.optimizers import LEARNING_RATE
from backprop_cli.algebra.parts import GradientParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.mistakes import SLIP, mistakes
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.checking.parts import Part
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.deriving.trace import Trace
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import Hull, ball, is_finite
from backprop_cli.solving.worked import Rounded, WorkedProblem
from backprop_cli.training.formula_code import compiled

BITS = 256


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One way of going wrong: a mistake, in one of its variants, with the wrong formula of every line it touches."""

    mistake: Mistake
    variant: str
    formulas: Mapping[Quantity, Formula]


MISCOPIED = Hypothesis(SLIP, "", {})


@dataclass(frozen=True)
class Rule:
    """A formula ready to be evaluated on balls: its value, and its slopes in its names (None where it jumps)."""

    names: tuple[Quantity, ...]
    value: Callable[..., tuple[Any, ...]]
    slopes: Callable[..., tuple[Any, ...]] | None


class Key:
    """True values, formulas and hypotheses of one problem."""

    def __init__(self, worked: WorkedProblem) -> None:
        self.worked = worked
        self.problem = _replace(worked.by_hand, report=(), rounding=None)
        self.derivation: Derivation = worked.exactly.full
        self.trace: Trace = worked.exactly.values
        self.order = {line.quantity: index for index, line in enumerate(self.derivation.lines)}
        self.rounded = Rounded(worked)
        self._rules: dict[tuple[Hypothesis | None, Quantity], Rule] = {}
        self._numbers: dict[Quantity, Real] = {}
        self._true: dict[Quantity, Ball] = {}
        self._touched: dict[Hypothesis, frozenset[Quantity]] = {}
        self._scratch: dict[Hypothesis, dict[Quantity, Ball | None]] = {}

    def anew(self, worked: WorkedProblem) -> Key:
        """The key of another problem; where only its numbers are others, it shares all that is made of formulas."""
        other = Key(worked)
        if other._formulas == self._formulas:
            shared = ("hypotheses", "hypotheses_of", "textbook", "ancestors", "before")
            vars(other).update({name: getattr(self, name) for name in shared})
            other._rules, other._touched = self._rules, self._touched
        return other

    @cached_property
    def _formulas(self) -> tuple[object, ...]:
        """The lines without their numbers."""
        return (
            self.derivation.constants.keys(),
            [(line.quantity, line.given or line.formula) for line in self.derivation.lines],
        )

    def without_rounding(self) -> Key:
        """The same key, which accepts no rounded lines but those that follow."""
        other = copy(self)
        other.rounded = Rounded()
        return other

    def line(self, quantity: Quantity) -> Line | None:
        """The line of a quantity; None for what is given in the problem."""
        return self.derivation.index.get(quantity)

    def true(self, quantity: Quantity) -> Real:
        """The value of a quantity: exact where it is rational."""
        number = self._numbers.get(quantity)
        if number is None:
            number = self._numbers[quantity] = self.trace.value(quantity).number
        return number

    def true_ball(self, quantity: Quantity) -> Ball:
        """The value of a quantity as a ball."""
        value = self._true.get(quantity)
        if value is None:
            with precision(BITS):
                value = self._true[quantity] = ball(self.true(quantity))
        return value

    def rule(self, quantity: Quantity, hypothesis: Hypothesis | None = None) -> Rule:
        """The formula of a line (a wrong one, under a hypothesis that touches it), compiled when first asked for."""
        if hypothesis is not None and quantity not in hypothesis.formulas:
            hypothesis = None
        rule = self._rules.get((hypothesis, quantity))
        if rule is None:
            line = self.derivation.index[quantity]
            formula = hypothesis.formulas[quantity] if hypothesis else line.formula
            names = tuple(dict.fromkeys(quantities_in(formula)))
            with precision(BITS):
                value = compiled([formula], names, Hull())
                by_name = slopes(formula, {})
                steps = None if jumps(formula) else compiled([by_name[name] for name in names], names, Hull())
            rule = self._rules[hypothesis, quantity] = Rule(names, value, steps)
        return rule

    @cached_property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """Every mistake that can be made in this problem, in the order of the table."""
        found: dict[tuple[str, str], dict[Quantity, Formula]] = {}
        around = Surroundings(self.problem, self.derivation)
        parts = [Part(line, around) for line in self.derivation.lines if not line.given]
        for name, mistake in mistakes().items():
            for part in parts:
                for variant, formula in mistake.write(part):
                    is_wrong = formula not in (part.formula, part.written_out)
                    if is_wrong and self._can_be_done(part.quantity, formula):
                        lines = found.setdefault((name, variant), {})
                        lines[part.quantity] = formula
                        lines |= self._in_the_update(part, formula)
        return tuple(Hypothesis(mistakes()[name], variant, lines) for (name, variant), lines in found.items())

    def _in_the_update(self, part: Part, wrong: Formula) -> dict[Quantity, Formula]:
        """Where δ = −∂E/∂net an update reads w + η·δ·x, without its gradient's name: what it reads by a wrong one."""
        by = part.quantity.by
        if by is None or not isinstance(part.made, GradientParts) or not self.problem.conventions.negative_delta:
            return {}
        new = self.derivation.index.get(Quantity(Kind.NEW, by.name, at=part.quantity.at))
        if new is None or part.quantity in quantities_in(new.formula):
            return {}
        before = [Name(one) for one in quantities_in(new.formula) if one.name == by.name]
        return {new.quantity: before[0] - multiply(Name(LEARNING_RATE), wrong)} if before else {}

    def _can_be_done(self, quantity: Quantity, formula: Formula) -> bool:
        """Whether everything in a wrong formula exists and does not need the line itself."""
        known, above = self.derivation, self.ancestors
        return all(
            name in known.constants or (name in known.index and quantity not in above[name])
            for name in quantities_in(formula)
        )

    @cached_property
    def hypotheses_of(self) -> Mapping[Quantity, tuple[Hypothesis, ...]]:
        """The hypotheses that touch a line, by quantity."""
        by_line: dict[Quantity, list[Hypothesis]] = {}
        for hypothesis in self.hypotheses:
            for quantity in hypothesis.formulas:
                by_line.setdefault(quantity, []).append(hypothesis)
        return {quantity: tuple(found) for quantity, found in by_line.items()}

    @cached_property
    def textbook(self) -> frozenset[Quantity]:
        """The lines that a textbook writes."""
        return frozenset(self.worked.exactly.derivation(then_forward=True).index)

    @cached_property
    def ancestors(self) -> Mapping[Quantity, frozenset[Quantity]]:
        """The lines that each line is computed from, itself included."""
        found: dict[Quantity, frozenset[Quantity]] = {}
        for line in self.derivation.lines:
            above = (found.get(name, frozenset()) for name in quantities_in(line.formula))
            found[line.quantity] = frozenset({line.quantity}).union(*above)
        return found

    @cached_property
    def before(self) -> Mapping[Quantity, frozenset[Quantity]]:
        """The lines that each line is computed from, without itself."""
        return {quantity: above - {quantity} for quantity, above in self.ancestors.items()}

    def touches(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether the mistake is made in the line or in one that it is computed from."""
        lines = self._touched.get(hypothesis)
        if lines is None:
            wrong = hypothesis.formulas.keys()
            lines = frozenset(one for one, above in self.ancestors.items() if not above.isdisjoint(wrong))
            self._touched[hypothesis] = lines
        return quantity in lines

    def from_scratch(self, hypothesis: Hypothesis, quantity: Quantity) -> Ball | None:
        """The value of a quantity if the mistake was made in every line that it touches; None where it has none."""
        known = self._scratch.setdefault(hypothesis, {})
        with precision(BITS):
            return self._scratched(hypothesis, quantity, known, 0)

    def _scratched(
        self, hypothesis: Hypothesis, quantity: Quantity, known: dict[Quantity, Ball | None], depth: int
    ) -> Ball | None:
        if quantity in known:
            return known[quantity]
        line = self.line(quantity)
        if line is None or line.given or not self.touches(hypothesis, quantity):
            known[quantity] = self.true_ball(quantity)
            return known[quantity]
        known[quantity] = None  # a wrong formula that needs itself has no value
        rule = self.rule(quantity, hypothesis)
        values = [self._scratched(hypothesis, name, known, depth + 1) for name in rule.names]
        if None not in values:
            value = ball(rule.value(*values)[0])
            known[quantity] = value if is_finite(value) else None
        return known[quantity]


def range_of(operation: str) -> tuple[int | None, int | None]:
    """Between which values the outputs of an activation lie (None: no bound)."""
    return OPERATIONS[operation].range if operation in OPERATIONS else (None, None)
