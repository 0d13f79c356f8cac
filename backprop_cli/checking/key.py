"""The key of a problem: every quantity's true value, and the one value that is expected of a student.

It is made once for a problem and marks any number of sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace as _replace
from functools import cached_property
from typing import Any, TypeVar

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation, Line, quantities_in, rename
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.references import is_from_another_start
from backprop_cli.checking.rules import BITS, CompiledFormula, Rules
from backprop_cli.deriving.detail import units_with_delta, with_factors
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.trace import Trace
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import Exactly, ball
from backprop_cli.problem.model import Detail
from backprop_cli.solving.rounded_lines import Rounded
from backprop_cli.solving.worked import WorkedProblem

__all__ = ["BITS", "AnswerKey"]
Made = TypeVar("Made")


class AnswerKey:
    """True and expected values, and formulas, of one problem."""

    def __init__(self, worked: WorkedProblem) -> None:
        self.worked = worked
        self.problem = _replace(worked.by_hand, report=(), rounding=None)
        self.derivation: Derivation = worked.exactly.full
        self.trace: Trace = worked.exactly.values
        self.reported = {line.quantity: line for line in worked.reported.lines}
        self.order = {one: index for index, one in enumerate([*self.derivation.index, *self.reported])}
        self.rounded = Rounded(worked)
        self.shared: dict[str, Any] = {}  # what is made of the formulas alone
        self.memory: dict[str, Any] = {}  # what is made of the numbers, too
        self._made: dict[Callable[[AnswerKey], Any], Any] = {}
        self._rules = Rules()
        self._rule: dict[Quantity, CompiledFormula] = {}
        self._numbers: dict[Quantity, Real] = {}
        self._balls: dict[Quantity, Ball] = {}
        self._above: dict[Quantity, frozenset[Quantity]] = {}

    def once(self, make: Callable[[AnswerKey], Made]) -> Made:
        """What `make` makes of this key and its numbers, made when it is first asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        found: Made = self._made[make]
        return found

    def anew(self, worked: WorkedProblem) -> AnswerKey:
        """The key of another problem; where only its numbers are others, it shares all that is made of formulas."""
        other = AnswerKey(worked)
        if other._formulas == self._formulas:
            other._rules, other._rule, other.shared, other._above = self._rules, self._rule, self.shared, self._above
        return other

    @cached_property
    def _formulas(self) -> tuple[object, ...]:
        """The lines without their numbers."""
        return (
            self.derivation.constants.keys(),
            [(line.quantity, line.given or line.formula) for line in self.derivation.lines],
        )

    def without_rounding(self) -> AnswerKey:
        """The same key, which accepts no rounded lines but those that follow."""
        other = copy(self)
        other.rounded = Rounded()
        return other

    def beside(self, lines: Sequence[Line]) -> AnswerKey:
        """The same key with further lines, which are computed from its own and which nothing is computed from."""
        other = copy(self)
        other.__dict__.pop("lines_worked_out", None)
        other.derivation = _replace(self.derivation, lines=(*self.derivation.lines, *lines))
        other.order = {one: index for index, one in enumerate([*other.derivation.index, *self.reported])}
        other.shared, other.memory, other._made = {}, {}, {}
        other._rule, other._above = dict(self._rule), dict(self._above)
        other._numbers, other._balls = dict(self._numbers), dict(self._balls)
        with precision(BITS):
            for line in lines:
                value = evaluate(line.formula, Exactly(), other.true)  # type: ignore[arg-type]
                other._numbers[line.quantity] = value
        return other

    # ---- values ----------------------------------------------------------------------------------------------

    def true(self, quantity: Quantity) -> Real:
        """The value of a quantity: exact where it is rational."""
        number = self._numbers.get(quantity)
        if number is None:
            found = self.worked.reported.value(quantity) if quantity in self.reported else self.trace.value(quantity)
            number = self._numbers[quantity] = found.number
        return number

    def true_ball(self, quantity: Quantity) -> Ball:
        """The value of a quantity as a ball."""
        value = self._balls.get(quantity)
        if value is None:
            with precision(BITS):
                value = self._balls[quantity] = ball(self.true(quantity))
        return value

    def expected(self, quantity: Quantity) -> Real:
        """The one right value that key, report, rubric and worksheet show: rounded on the way where it is asked."""
        rounded = self.rounded.get(quantity)
        return self.true(quantity) if rounded is None else rounded

    def expected_ball(self, quantity: Quantity) -> Ball:
        """The expected value as a ball."""
        rounded = self.rounded.get(quantity)
        return self.true_ball(quantity) if rounded is None else ball(rounded)

    # ---- lines -----------------------------------------------------------------------------------------------

    def line(self, quantity: Quantity) -> Line | None:
        """The line of a quantity, or what is reported of it; None for what is given in the problem."""
        return self.derivation.index.get(quantity) or self.reported.get(quantity)

    def formula(self, quantity: Quantity) -> Formula | None:
        """The formula of its line."""
        line = self.line(quantity)
        return None if line is None else line.formula

    def written_out(self, quantity: Quantity) -> Formula:
        """The formula of a line; where it only repeats another line, as δ may be ∂E/∂out, the formula of that one."""
        formula: Formula = Name(quantity)
        while isinstance(formula, Name) and isinstance(formula.symbol, Quantity) and self.is_worked(formula.symbol):
            formula = self.derivation.index[formula.symbol].formula
        return formula

    def in_short(self, quantity: Quantity) -> Formula | None:
        """The line as textbooks write it where several factors are merged, p − t, at its address; None where none are.

        None also where it uses what is not known there.
        """
        line = self.derivation.index.get(quantity)
        if line is None or line.short is None:
            return None
        sample = tuple(place for place in quantity.at if place.word == "sample")
        known: dict[Quantity, Quantity] = {}
        for one in quantities_in(line.short):
            places = (one.at_address(at) for at in (one.at, quantity.at, sample))
            found = next((it for it in places if it in self.order or it in self.derivation.constants), None)
            if found is None:
                return None
            known[one] = found
        return rename(line.short, known.__getitem__)

    def is_worked(self, quantity: Quantity) -> bool:
        """Whether a quantity is worked out by a formula, and not given."""
        line = self.derivation.index.get(quantity)
        return line is not None and not line.given

    @cached_property
    def lines_worked_out(self) -> tuple[tuple[Quantity, tuple[Quantity, ...]], ...]:
        """The lines that are worked out, in their order, each with what it is computed from."""
        lines = (line.quantity for line in self.derivation.lines if not line.given)
        return tuple((one, self.rule(one).names) for one in lines)

    def rule(self, quantity: Quantity) -> CompiledFormula:
        """The formula of a line, ready to be evaluated."""
        rule = self._rule.get(quantity)
        if rule is None:
            rule = self._rule[quantity] = self._rules.rule(self.derivation.index[quantity].formula)
        return rule

    def rule_of(self, formula: Formula) -> CompiledFormula:
        """Another formula, ready to be evaluated."""
        return self._rules.rule(formula)

    def ancestors(self, quantity: Quantity) -> frozenset[Quantity]:
        """The lines that a line is computed from, itself included."""
        found = self._above.get(quantity)
        if found is None:
            found = self._above[quantity] = frozenset(self.above([quantity]))
        return found

    def above(self, quantities: Iterable[Quantity], most: int | None = None) -> dict[Quantity, None]:
        """These lines and all that they are computed from, the nearest first; no more than `most` of them."""
        waiting = [one for one in quantities if one in self.order]
        found = dict.fromkeys(waiting)
        for one in waiting:
            if most is not None and len(found) > most:
                break
            for name in self.rule(one).names if self.is_worked(one) else ():
                if name not in found and name in self.order:
                    found[name] = None
                    waiting.append(name)
        return found

    def needs(self, quantity: Quantity, other: Quantity) -> bool:
        """Whether a line is computed from another one, or is that line."""
        least = self.order.get(other)
        if least is None:
            return False
        waiting, seen = [quantity], {quantity}
        while waiting:
            if (one := waiting.pop()) == other:
                return True
            for name in self.rule(one).names if self.is_worked(one) else ():
                if name not in seen and self.order.get(name, -1) >= least:
                    seen.add(name)
                    waiting.append(name)
        return False

    @cached_property
    def textbook(self) -> frozenset[Quantity]:
        """The lines that a textbook writes."""
        return frozenset(self.worked.exactly.derivation(then_forward=True).index)

    def with_factors(self, quantity: Quantity) -> Formula:
        """The formula of a line with the factors in it that textbooks write there and not on lines of their own."""
        lines = self.derivation.index
        return with_factors(lines[quantity], lines, self._with_delta)

    @cached_property
    def _with_delta(self) -> frozenset[str] | None:
        return units_with_delta(self.derivation.index)

    @cached_property
    def other_updates(self) -> Mapping[Quantity, Formula]:
        """Updates by the gradient, where those of the problem are by δ = −∂E/∂net and do not mention it."""
        conventions = self.problem.conventions
        if not conventions.negative_delta:
            return {}
        other = derive(_replace(self.problem, conventions=_replace(conventions, negative_delta=False)), Detail.FULL)
        known = {*self.derivation.constants, *self.order}
        return {
            line.quantity: line.formula
            for line in other.lines
            if line.quantity.kind is Kind.NEW
            and line.quantity in self.order
            and line.formula != self.derivation.index[line.quantity].formula
            and known.issuperset(quantities_in(line.formula))
        }

    def old_of(self, quantity: Quantity) -> Quantity | None:
        """The old value of an updated parameter; after a reported epoch, the one at the start."""
        if quantity in self.reported:
            if is_from_another_start(quantity):
                return None
            start = quantity.bare
            return start if quantity.kind is Kind.PARAMETER and start in self.derivation.constants else None
        if quantity.kind is not Kind.NEW or quantity.name not in self.problem.parameters:
            return None
        same = (one for one in self.rule(quantity).names if one.name == quantity.name)
        return next((one for one in same if one.kind in (Kind.PARAMETER, Kind.NEW)), None)
