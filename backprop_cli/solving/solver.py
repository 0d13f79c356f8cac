"""Solves a derivation: every line evaluated in order, at whatever precision makes every printed digit certain."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.evaluation import Values, evaluate_lines, take_all
from backprop_cli.algebra.formula import names_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Ball, Certified, Real, compact, is_beyond, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, is_tiny, round_to, to_digits
from backprop_cli.problem.model import RoundingRule

_PROOF_BITS = 1 << 11  # what this precision does not settle may be exactly 0: time to prove it
_PROOF_DEPTH = 5  # so many lines back a proof in letters goes
_PROOF_LINES = 60  # a proof expands at most so many lines into one expression
_BOTTOMS = (*range(1, 25), 100, 1_000, 10_000)  # denominators of the fractions that a value may really be
_LARGE, _NEAR = 1e6, 1e-8  # of such a value; of its float to the fraction
_MOST_DOUBTED = 24  # lines of one derivation that are looked at so


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
    proven: dict[Quantity, Rational | None] = {}
    doubted: set[Quantity] = set()
    bits = limits.FIRST_PRECISION
    while True:
        run = _Run(derivation, rounding, digits, proven, bits >= limits.LAST_PRECISION, unrounded)
        try:
            with precision(bits):
                trace = run.trace()
                if rounding is None and _prove_short(run, proven, doubted):
                    continue
                return trace
        except Undecided as doubt:
            if bits >= _PROOF_BITS and run.at not in proven and rounding is None and _prove(run, run.at, proven):
                continue
            if run.last:
                name = run.at.key if run.at else ""
                raise MathError(
                    _("{name}: {doubt}, neither by precision nor by exact simplification").format(
                        name=name, doubt=doubt
                    )
                ) from None
            bits *= 4


class _Run:
    """One attempt at one precision; `at` is the line that it is working on, `last` that there will be no finer one."""

    def __init__(
        self,
        derivation: Derivation,
        rounding: RoundingRule | None,
        digits: int,
        proven: Mapping[Quantity, Rational | None],
        last: bool,
        unrounded: frozenset[Quantity],
    ) -> None:
        self.derivation = derivation
        self.rounding = rounding
        self.digits = digits
        self.proven = proven
        self.last = last
        self.unrounded = unrounded
        self.written: dict[Quantity, Value] = {}
        domains = dict.fromkeys(proven, Certified(undecided_is_zero=True))
        self.values = Values(derivation.constants, Certified(), self._write, domains=domains)

    @property
    def at(self) -> Quantity | None:
        return self.values.at

    def trace(self) -> Trace:
        derivation, written = self.derivation, self.written
        take_all(self.values, derivation.lines)
        constants = {quantity: written[quantity] for quantity in derivation.constants}
        steps = tuple(Step(line, written[line.quantity]) for line in derivation.lines)
        return Trace(derivation, steps, constants, self.digits, self.rounding is not None)

    def _write(self, quantity: Quantity, number: Real) -> Real:
        """What is written down for a value, and used by the lines after it."""
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
        if (exact := self.proven.get(quantity)) is not None:
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


def _prove(run: _Run, quantity: Quantity | None, proven: dict[Quantity, Rational | None]) -> bool:
    """Whether exact symbols settle the line that no precision does; notes what they say of it in `proven`.

    First the line over the lines shortly before it, with letters for what is not rational in those: Σδ = Σp − Σt of a
    softmax is 0 whatever its net inputs are. Then the whole line, evaluated by SymPy with everything that it needs.
    """
    if quantity is None:
        return False
    return _prove_in_letters(run, quantity, proven) or _prove_in_numbers(run.derivation, quantity, proven)


def _prove_short(run: _Run, proven: dict[Quantity, Rational | None], doubted: set[Quantity]) -> bool:
    """Whether some lines of which only balls are known are short fractions: e²/(e² + e²) is ½, and e^ln(2) is 2.

    `doubted` are those that have been tried, once each.
    """
    found = False
    for line in run.derivation.lines:
        if len(doubted) >= _MOST_DOUBTED:
            break
        held = None if line.quantity in doubted else _short_fraction(run.values[line.quantity])
        if held is not None:
            doubted.add(line.quantity)
            if _exactly(run, line.quantity, proven) == held:
                proven[line.quantity] = held
                found = True
    return found


def _short_fraction(number: Real) -> Rational | None:
    """The fraction with a small denominator that a ball holds, which is hardly ever by chance."""
    if isinstance(number, Rational):
        return None
    near = float(number)
    for bottom in _BOTTOMS if abs(near) < _LARGE else ():
        top = round(near * bottom)
        held: Rational = rational(top) / bottom
        if abs(near * bottom - top) < _NEAR and number.overlaps(Ball(held)):
            return held
    return None


def _exactly(run: _Run, quantity: Quantity, proven: Mapping[Quantity, Rational | None]) -> Rational | None:
    """A line as a rational, evaluated in exact symbols from the last lines that are rational; None without a proof."""
    from backprop_cli.numbers.symbolic import Symbolic

    domain, index, known = Symbolic(), run.derivation.index, dict[Hashable, Any]()

    def value(name: Hashable) -> Any:
        if name not in known:
            number = proven.get(name) or run.values[name]  # type: ignore[call-overload]
            if isinstance(number, Rational):
                known[name] = domain.number(number)
            elif len(known) > _PROOF_LINES:
                raise Undecided
            else:
                formula = index[name].formula if name in index else run.derivation.constants[name]  # type: ignore[index]
                known[name] = evaluate(formula, domain, value)
                domain.refuse_long(known[name])
        return known[name]

    with suppress(Undecided, MathError, RecursionError):
        exact: Rational | None = domain.as_rational(evaluate(index[quantity].formula, domain, value))
        return exact
    return None


def _prove_in_letters(run: _Run, quantity: Quantity, proven: dict[Quantity, Rational | None]) -> bool:
    """Whether the line is a rational number whatever the values are from which it is worked out a few lines before."""
    from backprop_cli.numbers.symbolic import Symbolic

    formulas = {line.quantity: line.formula for line in run.derivation.lines}
    if quantity not in formulas:
        return False  # a constant has no lines before it
    domain, near = Symbolic(), {quantity}
    for _depth in range(_PROOF_DEPTH):
        known: dict[Hashable, Any] = {}

        def value(name: Hashable, near: set[Quantity] = near, known: dict[Hashable, Any] = known) -> Any:
            if name not in known:
                number = run.values.known.get(name)
                if isinstance(number, Rational):
                    known[name] = domain.number(number)
                elif name in near:
                    known[name] = evaluate(formulas[name], domain, value)  # type: ignore[index]
                else:
                    known[name] = domain.letter(len(known))
            return known[name]

        try:
            exact = domain.identity(evaluate(formulas[quantity], domain, value))
        except (Undecided, MathError, RecursionError):
            exact = None
        if exact is not None:
            proven[quantity] = exact
            return True
        used = {name.symbol for one in near for name in names_in(formulas[one])}
        near = near | {one for one in used if one in formulas}  # type: ignore[misc]
        if len(near) > _PROOF_LINES:
            return False
    return False


def _prove_in_numbers(derivation: Derivation, quantity: Quantity, proven: dict[Quantity, Rational | None]) -> bool:
    """Whether the line comes through in exact symbols.

    SymPy raises where it cannot prove a sign, so a line that comes through has its signs: what no precision told from 0
    in it is 0. Where the whole line simplifies to a rational, that is its value.
    """
    from backprop_cli.numbers.symbolic import Symbolic

    needed = derivation.ancestors([quantity])
    lines = [line for line in derivation.lines if line.quantity in needed]
    if len(lines) > _PROOF_LINES:
        return False
    domain = Symbolic()

    def short(_name: Quantity, value: Any) -> Any:
        domain.refuse_long(value)
        return value

    try:
        known = evaluate_lines(lines, derivation.constants, domain, short)
        proven[quantity] = domain.as_rational(known[quantity])
    except (Undecided, MathError, RecursionError):
        return False
    return True
