"""Solves a derivation: every line evaluated in order, at whatever precision makes every printed digit certain."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.evaluation import Values, evaluate_lines, take_all
from backprop_cli.algebra.formula import Formula, names_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real, compact, is_beyond, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, is_tiny, round_to, to_digits
from backprop_cli.problem.model import RoundingRule

_PROOF_BITS = 1 << 11  # what this precision does not settle may be exactly 0: time to prove it
_PROOF_DEPTH = 5  # so many lines back a proof in letters goes
_PROOF_LINES = 60  # a proof expands at most so many lines into one expression


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
    bits = limits.FIRST_PRECISION
    while True:
        run = _Run(derivation, rounding, digits, proven, bits >= limits.LAST_PRECISION, unrounded)
        try:
            with precision(bits):
                return run.trace()
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
        self.reached: Quantity | None = None  # the last one that had a value, which may still have no digits
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


def _prove_in_letters(run: _Run, quantity: Quantity, proven: dict[Quantity, Rational | None]) -> bool:
    """Whether letters settle the line, which stand for what is worked out a few lines before: it is a rational number
    whatever they are, or all that is not told from 0 in it is 0, so that two places of a window are equally large.
    """
    formulas = {line.quantity: line.formula for line in run.derivation.lines}
    if quantity not in formulas:
        return False  # a constant has no lines before it
    near = {quantity}
    for _depth in range(_PROOF_DEPTH):
        with suppress(Undecided, MathError, RecursionError), precision(limits.LAST_PRECISION):
            exact = _in_letters(run, formulas, quantity, near)
            if exact is not None or run.reached != quantity:
                proven[quantity] = exact
                return True
        used = {name.symbol for one in near for name in names_in(formulas[one])}
        near = near | {one for one in used if one in formulas}  # type: ignore[misc]
        if len(near) > _PROOF_LINES:
            return False
    return False


def _in_letters(
    run: _Run, formulas: Mapping[Quantity, Formula], quantity: Quantity, near: set[Quantity]
) -> Rational | None:
    """The number that a line is, written out over the lines `near` it; letters for others that are not rational.

    None where it depends on the letters. Raises Undecided where it has a sign that neither they nor its value settle.
    """
    from backprop_cli.numbers.paired import Paired

    domain = Paired()
    known: dict[Hashable, Any] = {}

    def value(name: Hashable) -> Any:
        if name not in known:
            number = run.values.known[name]
            known[name] = domain.number(number) if isinstance(number, Rational) else written_out(name, number)
        return known[name]

    def written_out(name: Hashable, number: Real) -> Any:
        if name in near:
            with suppress(Undecided, MathError):  # a ReLU, or the largest of a window: a letter will do
                return evaluate(formulas[name], domain, value)  # type: ignore[index]
        return domain.letter(number, len(known))

    return domain.identity(evaluate(formulas[quantity], domain, value))


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
