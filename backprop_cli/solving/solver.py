"""Solves a derivation: every line evaluated in order, at whatever precision makes every printed digit certain."""

from __future__ import annotations

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.evaluation import Values
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real, compact, is_beyond, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, is_tiny, round_to, to_digits
from backprop_cli.problem.model import RoundingRule
from backprop_cli.solving.proofs import Proofs

_PROOF_BITS = 1 << 11  # what this precision does not settle may be exactly 0: time to prove it


def solve(
    derivation: Derivation,
    rounding: RoundingRule | None = None,
    digits: int = 9,
    unrounded: frozenset[Quantity] = frozenset(),
) -> Trace:
    """The trace of a derivation, with `digits` correct significant digits in each decimal.

    With `rounding`, every line is rounded when it is written and the next line uses the rounded value; but not the
    `unrounded` ones. A value that neither the last precision nor exact symbols tell from 0 is given as 0 to `digits`
    places, which is certain. Raises MathError, naming the line, where a quantity has no value or a sign is not settled.
    """
    proofs = Proofs(derivation)
    bits = limits.FIRST_PRECISION
    while True:
        may_prove = bits >= _PROOF_BITS and rounding is None
        run = _Run(derivation, rounding, digits, proofs, may_prove, bits >= limits.LAST_PRECISION, unrounded)
        try:
            with precision(bits):
                trace = run.trace()
                if rounding is None and proofs.find_fractions(run.values.known):
                    continue
                return trace
        except Undecided as doubt:
            if run.last:
                name = run.at.key if run.at else ""
                raise MathError(
                    _("{name}: {doubt}, neither by precision nor by exact simplification").format(
                        name=name, doubt=doubt
                    )
                ) from None
            bits *= 4


class _Run:
    """One attempt at one precision; `at` is the line that it is working on, `last` that there will be no finer one.

    What is not settled at this precision is proven where it `may_prove`, before a finer one is tried.
    """

    def __init__(
        self,
        derivation: Derivation,
        rounding: RoundingRule | None,
        digits: int,
        proofs: Proofs,
        may_prove: bool,
        last: bool,
        unrounded: frozenset[Quantity],
    ) -> None:
        self.derivation = derivation
        self.rounding = rounding
        self.digits = digits
        self.proofs = proofs
        self.may_prove = may_prove
        self.last = last
        self.unrounded = unrounded
        self.written: dict[Quantity, Value] = {}
        self.reached: Quantity | None = None  # the last one that had a value, which may still have no digits
        self.values = Values(derivation.constants, Certified(), self._write, domains=proofs.domains)

    @property
    def at(self) -> Quantity | None:
        return self.values.at

    def trace(self) -> Trace:
        derivation, written = self.derivation, self.written
        for quantity, formula in derivation.constants.items():
            self._take(quantity, formula)
        for line in derivation.lines:
            self._take(line.quantity, line.formula)
        constants = {quantity: written[quantity] for quantity in derivation.constants}
        steps = tuple(Step(line, written[line.quantity]) for line in derivation.lines)
        return Trace(derivation, steps, constants, self.digits, self.rounding is not None)

    def _take(self, quantity: Quantity, formula: Formula) -> None:
        try:
            self.values.take(quantity, formula)
        except Undecided:
            has_value = self.reached == quantity
            if not self.may_prove or not self.proofs.settle(quantity, self.values.known, has_value):
                raise
            self.values.take(quantity, formula)

    def _write(self, quantity: Quantity, number: Real) -> Real:
        """What is written down for a value, and used by the lines after it."""
        self.reached = quantity
        value = self.written[quantity] = self._value(quantity, self._settled(quantity, compact(number)))
        return value.number

    def _settled(self, quantity: Quantity, number: Real) -> Real:
        if isinstance(number, Rational):
            return number
        if not number.is_finite():
            raise Undecided(_("the value is not settled"))
        if is_beyond(number, limits.SIZE):
            message = _("{name}: the value is beyond 10^±{limit:,}")
            raise MathError(message.format(name=quantity.key, limit=limits.SIZE))
        if (exact := self.proofs.values.get(quantity)) is not None:
            return exact
        return rational(0) if number == 0 else number  # nothing is left of the irrational numbers in it

    def _rule(self, quantity: Quantity) -> Rounding | None:
        """How a line is rounded; neither constants nor what is given are."""
        line = self.derivation.index.get(quantity)
        if self.rounding is None or line is None or line.given or quantity in self.unrounded:
            return None
        return self.rounding.of(quantity.kind)

    def _value(self, quantity: Quantity, number: Real) -> Value:
        rule = self._rule(quantity)
        if rule is not None:
            decimal = round_to(number, rule)
            return Value(decimal.value, decimal)
        try:
            return Value(number, to_digits(number, self.digits))
        except Undecided:
            if self.last and is_tiny(number):
                return Value(number, round_to(number, Rounding(places=self.digits)))
            raise
