"""Whether two formulas are the same: they agree at random points, where the identities of the problem hold.

At a point every given number is another exact one, and every line is worked out from them, so that a formula may use
any line, or write it out. What adds up to 1 in the problem (the targets of a softmax) does so at every point; what
counts (the number of a step, of a row) stays. Values are certified balls: two that do not meet are different.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from random import Random
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, operations_in, rewritten
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import STEP_NUMBER
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.put_in import value_in
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, rational

_COUNTED = frozenset((STEP_NUMBER.name, COUNT.name, "N", "every", "at"))  # whole numbers that say when, not how much
_SIGNED = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET)
_PLAIN = (rational(0), rational(1))
_ZERO_OR_ONE = (Kind.INPUT, Kind.TARGET)  # what is often plain
_GRAIN = 9973  # a prime: no two random numbers are related
_NEAR = 1e-20  # relative; balls are much narrower
_NEVER = 1e-40  # absolute: what is 0 in one of them
_LITTLE = rational(1, 10**6)
_JUMPS = ("is_max", "is_min", "equal")
_MOST_ABOVE = 200  # lines before one that are looked at
_FEWEST = 2  # points that have to agree
_MOST_SPELLED = 60  # lines that are written out in letters


class TestPoint:
    """Other numbers in the place of all that is given, and what every line comes to."""

    def __init__(self, key: AnswerKey, given: Mapping[Quantity, Real]) -> None:
        self.key = key
        self._known: dict[Quantity, Ball | None] = {one: ball(value) for one, value in given.items()}

    def value(self, formula: Formula) -> Ball | None:
        """What a formula comes to here; None where it has no value."""
        self._work_out(quantities_in(formula))
        if any(self._known.get(one) is None for one in quantities_in(formula)):
            return None
        return value_in(formula, self._of_name)

    def of(self, quantity: Quantity) -> Ball | None:
        """What a line comes to here."""
        return self.value(Name(quantity))

    def _of_name(self, symbol: Hashable) -> Ball:
        assert isinstance(symbol, Quantity)
        found = self._known[symbol]
        assert found is not None
        return found

    def _work_out(self, quantities: object) -> None:
        assert isinstance(quantities, list | tuple)
        unknown = [one for one in quantities if one not in self._known]  # of a known line, all above it is known
        wanted = [one for one in self.key.above(unknown) if one not in self._known]
        for one in sorted(wanted, key=self.key.order.__getitem__):
            formula = self.key.derivation.index[one].formula
            known = all(self._known.get(name) is not None for name in quantities_in(formula))
            self._known[one] = value_in(formula, self._of_name) if known else None


class Equivalence:
    """Decides for the lines of one problem which formulas are theirs."""

    def __init__(self, key: AnswerKey) -> None:
        self.key = key

    @cached_property
    def anywhere(self) -> tuple[TestPoint, ...]:
        """Points at which every number is another one, near by and far away."""
        return tuple(self._point(seed, far=seed % 2 == 1, plain=False) for seed in range(4))

    @cached_property
    def with_plain_numbers(self) -> tuple[TestPoint, ...]:
        """Points near by at which inputs and targets that are 0 or 1 stay so: nobody writes a factor 1, a term 0."""
        return tuple(self._point(seed, far=False, plain=True) for seed in range(2))

    def is_right(self, formula: Formula, quantity: Quantity, strictly: bool = True) -> bool | None:
        """Whether a formula is that of a line; None where nothing can be told.

        Where not `strictly`, it may leave out factors and terms that a given 0 or 1 makes plain.
        """
        right = self._agree(formula, quantity, self.beside if self._jumps(quantity) else self.anywhere)
        if right is False and not strictly:
            return self._agree(formula, quantity, self.with_plain_numbers)
        return self._in_letters(formula, quantity) if right is None else right

    @cached_property
    def with_plain_targets(self) -> tuple[TestPoint, ...]:
        """The same where only targets stay 0 or 1: of a softmax, −ln p is the error of the class that is right."""
        return tuple(self._point(seed, far=False, plain=True, kinds=(Kind.TARGET,)) for seed in range(2))

    def is_right_in_letters(self, formula: Formula, quantity: Quantity) -> bool | None:
        """Whether a formula that was asked for is that of a line; targets that are 0 or 1 may be put in."""
        right = self.is_right(formula, quantity)
        return right if right is not False else self._agree(formula, quantity, self.with_plain_targets)

    @cached_property
    def beside(self) -> tuple[TestPoint, ...]:
        """Points so near that what is the largest stays so."""
        return tuple(self._point(seed, far=False, plain=False, least=True) for seed in range(2))

    def _jumps(self, quantity: Quantity) -> bool:
        """Whether which row is looked up, or which is the largest, decides what a line is."""
        above = (self.key.derivation.index[one].formula for one in self.key.above([quantity], _MOST_ABOVE))
        return any(part for formula in above for part in operations_in(formula, *_JUMPS))

    def _in_letters(self, formula: Formula, quantity: Quantity) -> bool | None:
        """The same by SymPy, over what is given, where there are no values at the points: the root of a negative one.

        None where the formulas are too long for it, or depend on a sign.
        """
        from backprop_cli.numbers.symbolic import SymbolicLetters

        domain = SymbolicLetters()
        spelled: dict[Hashable, Any] = {}

        def letter(name: Hashable) -> Any:
            if name not in spelled:
                assert isinstance(name, Quantity)
                written_out = self.key.is_worked(name) and len(spelled) < _MOST_SPELLED
                line = self.key.derivation.index[name].formula if written_out else None
                spelled[name] = domain.letter(name) if line is None else evaluate(line, domain, letter)
            return spelled[name]

        with suppress(Undecided, MathError, RecursionError):
            return bool(domain.numerator(evaluate(formula, domain, letter) - letter(quantity)) == 0)
        return None

    def same(self, one: Formula, other: Formula) -> bool:
        """Whether two formulas, right or wrong, mean the same."""
        agree = [_same(point.value(one), point.value(other)) for point in self.anywhere]
        return False not in agree and True in agree

    def _agree(self, formula: Formula, quantity: Quantity, points: tuple[TestPoint, ...]) -> bool | None:
        with precision(BITS):
            found = [_same(point.value(formula), point.of(quantity)) for point in points]
        if False in found:
            return False
        return True if found.count(True) >= _FEWEST else None

    # ---- points ----------------------------------------------------------------------------------------------

    def _point(
        self, seed: int, far: bool, plain: bool, least: bool = False, kinds: tuple[Kind, ...] = _ZERO_OR_ONE
    ) -> TestPoint:
        dice = Random(seed)
        with precision(BITS):
            if self.key.problem.stood_in:
                return TestPoint(self.key, self._with_other_letters(dice))
            given: dict[Quantity, Real] = {}
            for one in (*self.key.derivation.constants, *self._given_lines):
                value = self.key.true(one)
                stays = one in self._counted or (
                    plain and value in _PLAIN and (one.kind in kinds or self._is_a_state(one))
                )
                other = value if stays else _moved(value, dice, far and one.kind in _SIGNED)
                given[one] = value + (other - value) * _LITTLE if least else other
            for group in () if plain else self._shares:
                parts = [rational(dice.randint(1, _GRAIN)) for _target in group]
                given |= {one: part / sum(parts, rational(0)) for one, part in zip(group, parts, strict=True)}
            return TestPoint(self.key, given)

    def _is_a_state(self, one: Quantity) -> bool:
        """Whether it is what an optimizer remembers, which is 0 before its first step."""
        return one.kind is Kind.PARAMETER and one.name not in self.key.problem.parameters

    def _with_other_letters(self, dice: Random) -> dict[Quantity, Real]:
        """The given numbers, with others in the place of letters."""
        letters = {name: _moved(rational(1, 2), dice, far=True) for name in sorted(self.key.problem.stood_in)}
        found: dict[Quantity, Real] = {one: self.key.true(one) for one in self._given_lines}
        for one, formula in self.key.derivation.constants.items():
            value = value_in(_lettered(formula, letters), _no_name)
            found[one] = self.key.true(one) if value is None else value
        return found

    @property
    def _given_lines(self) -> Iterator[Quantity]:
        return (line.quantity for line in self.key.derivation.lines if line.given)

    @cached_property
    def _counted(self) -> frozenset[Quantity]:
        """What is a number of something: of a step, of a row that is looked up."""
        rows = {name for line in self.key.derivation.lines for name in _looked_up(line.formula)}
        return frozenset(one for one in self.key.derivation.constants
                         if one in rows or (one.kind is Kind.CONSTANT and one.name in _COUNTED))  # fmt: skip

    @cached_property
    def _shares(self) -> tuple[tuple[Quantity, ...], ...]:
        """The targets of every softmax whose targets add up to 1."""
        found: dict[tuple[Quantity, ...], None] = {}
        targets = {(one.name, one.at): one for one in self.key.derivation.constants if one.kind is Kind.TARGET}
        for line in self.key.derivation.lines:
            match line.formula:
                case Apply("softmax", (_which, *nets)):
                    units = [name.symbol for name in nets if isinstance(name, Name)]
                    names = [one for one in units if isinstance(one, Quantity)]
                    group = tuple(target for one in names if (target := _target_of(one, targets)) is not None)
                    if len(group) == len(nets) and sum(map(self.key.true, group)) == 1:
                        found[group] = None
        return tuple(found)


def _lettered(formula: Formula, letters: Mapping[str, Rational]) -> Formula:
    """The formula with these numbers for its letters."""

    def number(part: Formula) -> Formula | None:
        return Number(letters[part.text]) if isinstance(part, Number) and part.text and part.text in letters else None

    return rewritten(formula, number)


def _no_name(symbol: Hashable) -> Ball:
    raise AssertionError(symbol)


def _target_of(net: Quantity, targets: Mapping[tuple[str, Address], Quantity]) -> Quantity | None:
    """The target of a unit, at its sample."""
    sample = tuple(place for place in net.at if place.word == "sample")
    return targets.get((net.name, sample)) or targets.get((net.name, net.at)) or targets.get((net.name, ()))


def _looked_up(formula: Formula) -> Iterator[Quantity]:
    """What a formula looks a row up by."""
    for found in operations_in(formula, "pick", "equal"):
        yield from quantities_in(found.arguments[0])


def _moved(value: Real, dice: Random, far: bool) -> Rational:
    """Another exact number: near by and of the same sign, or of any; what lies between 0 and 1 stays there."""
    share = rational(dice.randint(1, _GRAIN - 1), _GRAIN)
    near = rational(round(float(ball(value).mid()) * 10**9), 10**9)
    if near == 0:
        return share / 4 + rational(1, 50)
    if not far:
        return near * (rational(17, 20) + share / 7)
    if 0 < near <= 1:
        return share
    return near * (2 * share - 1) + rational(1, 10)


def _same(one: Ball | None, other: Ball | None) -> bool | None:
    """Whether two values are the same; None where that cannot be told."""
    if one is None or other is None:
        return None if one is None and other is None else False
    apart = float(abs(one - other).upper())
    return apart <= max(_NEAR * max(abs(float(one.mid())), abs(float(other.mid()))), _NEVER)
