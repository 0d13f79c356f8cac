"""Solves a derivation: every line evaluated in order, at whatever precision makes every printed digit certain."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from backprop_cli import limits
from backprop_cli.calculus import evaluate
from backprop_cli.derivation import Derivation, Line
from backprop_cli.errors import MathError, Undecided
from backprop_cli.formula import Formula
from backprop_cli.numbers.certified import Certified, Real, compact, precision
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.rounded import Decimal, round_to, to_digits
from backprop_cli.problem.model import RoundingRule
from backprop_cli.quantities import Quantity
from backprop_cli.trace import Step, Trace, Value
from backprop_cli.words import _

_PROOF_BITS = 1 << 11  # what this precision does not settle may be exactly 0: time to prove it
_PROOF_LINES = 60  # a proof expands at most so many lines into one expression


def solve(derivation: Derivation, rounding: RoundingRule | None = None, digits: int = 9) -> Trace:
    """The trace of a derivation, with `digits` correct significant digits in each decimal.

    With `rounding`, every line is rounded when it is written and the next line uses the rounded value. Raises
    MathError, naming the line, where a quantity has no value or neither precision nor proof settles a sign.
    """
    proven: set[Quantity] = set()
    bits = limits.FIRST_PRECISION
    while True:
        run = _Run(derivation, rounding, digits, proven)
        try:
            with precision(bits):
                return run.trace()
        except Undecided as doubt:
            if bits >= _PROOF_BITS and run.at not in proven and _is_proven(derivation, run.at, rounding):
                assert run.at is not None
                proven.add(run.at)
            elif bits >= limits.LAST_PRECISION:
                name = run.at.key if run.at else ""
                raise MathError(f"{name}: {doubt}, " + _("neither by precision nor by exact simplification")) from None
            else:
                bits *= 2


class _Run:
    """One attempt at one precision; `at` is the line that it is working on."""

    def __init__(
        self, derivation: Derivation, rounding: RoundingRule | None, digits: int, proven: set[Quantity]
    ) -> None:
        self.derivation = derivation
        self.rounding = rounding
        self.digits = digits
        self.proven = proven
        self.at: Quantity | None = None
        self.numbers: dict[Hashable, Real] = {}

    def trace(self) -> Trace:
        constants = {
            quantity: self._value(quantity, self._evaluate(quantity, formula), rounded=False)
            for quantity, formula in self.derivation.constants.items()
        }
        steps = tuple(Step(line, self._step(line)) for line in self.derivation.lines)
        return Trace(self.derivation, steps, constants, self.digits, self.rounding is not None)

    def _step(self, line: Line) -> Value:
        number = self._evaluate(line.quantity, line.formula)
        value = self._value(line.quantity, number, rounded=not line.given)
        self.numbers[line.quantity] = value.number
        return value

    def _evaluate(self, quantity: Quantity, formula: Formula) -> Real:
        self.at = quantity
        domain = Certified(undecided_is_zero=quantity in self.proven)
        try:
            number = compact(evaluate(formula, domain, self.numbers.__getitem__))
        except MathError as problem:
            raise MathError(f"{quantity.key}: {problem}") from None
        if not isinstance(number, Rational):
            if not number.is_finite():
                raise Undecided(_("the value is not settled"))
            if number == 0 or (quantity in self.proven and number.contains(0)):
                number = domain.number(0)  # nothing is left of the irrational numbers in it
        self.numbers[quantity] = number
        return number

    def _value(self, quantity: Quantity, number: Real, rounded: bool) -> Value:
        rule = self.rounding.of(quantity.kind) if self.rounding and rounded else None
        if rule is not None:
            decimal = round_to(number, rule)
            return Value(decimal.value, decimal)
        return Value(number, to_digits(number, self.digits))


def _is_proven(derivation: Derivation, quantity: Quantity | None, rounding: RoundingRule | None) -> bool:
    """Whether exact symbols settle the line: what no precision tells from 0 in it is 0, or has a proven sign."""
    from backprop_cli.numbers.symbolic import Symbolic

    if quantity is None or rounding is not None:
        return False
    ancestors = [line for line in derivation.lines if line.quantity in derivation.ancestors([quantity])]
    if len(ancestors) > _PROOF_LINES:
        return False
    domain = Symbolic()
    known: dict[Hashable, Any] = {}
    look: Callable[[Hashable], Any] = lambda symbol: known[symbol]  # noqa: E731
    formulas: Mapping[Quantity, Formula] = {line.quantity: line.formula for line in ancestors}
    try:
        for name, formula in {**derivation.constants, **formulas}.items():
            known[name] = evaluate(formula, domain, look)
        value = known[quantity]
        return domain.sign(value) == 0 or _has_decided(derivation.index.get(quantity))
    except (Undecided, MathError, RecursionError):
        return False


def _has_decided(line: Line | None) -> bool:
    """Evaluating in symbols raises where it cannot decide, so a line that came through has its signs."""
    return line is not None


__all__ = ["Decimal", "solve"]
