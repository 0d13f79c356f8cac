"""Judges every equals sign of a line: is it the formula, are these the numbers, and is that what they give?

A formula is right if it gives the line's value on copies of the problem in which all numbers are others: any
equivalent form is, and one with lines of its own merged into it. Numbers put in are compared with those that the
student has. The arithmetic is worked out again, with each number anywhere within its last digit.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property
from itertools import count, islice, product

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, names_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.search.lines import Lines, Weighed
from backprop_cli.checking.search.worlds import Worlds
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.ground.errors import BackpropError
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import Hull, ball, is_finite, radius
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.working.formulas import numeral_text, read_formula
from backprop_cli.working.model import Part

_SAME = 1e-9
_TINY = 1e-300
_NOTHING = rational(0)
_MOST_MEANT = 3  # things that one number in a formula may stand for
_MOST_READINGS = 64  # ways to read the numbers of one formula
_MOST_ABOVE = 60  # lines before one that its numbers may be of
_LONGEST = 400  # numbers put into one line


@dataclass(frozen=True, slots=True)
class PutIn:
    """A number put into a formula: as written, its value, half a unit of its last digit."""

    text: str
    value: Rational
    half_unit: Rational

    def says(self, value: Ball) -> bool:
        """Whether it is this value to the digits written."""
        return not abs(value - self.value) > self.half_unit


@dataclass(frozen=True, slots=True)
class Copied:
    """A number that was copied wrong: what stands there, what belongs there, and whose value it is, if anyone's."""

    written: str
    belongs: Quantity
    instead: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Equations:
    """What was found in the working of one line; None where there was nothing to judge.

    `edit` is what was done to the formula; `copied` which number is wrong; `gives` what the numbers give where the
    value is another.
    """

    quantity: Quantity
    formula: bool | None = None
    numbers: bool | None = None
    arithmetic: bool | None = None
    edit: Candidate | None = None
    copied: Copied | None = None
    gives: Ball | None = None
    worked: str = ""  # the numbers put in, as written

    @property
    def slip(self) -> bool:
        """Whether all was right but the arithmetic."""
        return self.arithmetic is False and self.numbers is not False and self.formula is not False


class EquationJudge:
    """Judges the working of any number of sheets of one problem."""

    def __init__(self, key: AnswerKey, meanings: Meanings) -> None:
        self.key, self.meanings = key, meanings

    @cached_property
    def lines(self) -> Lines:
        """The usual edits of every line."""
        return Lines(self.key.problem, self.key.derivation)

    @cached_property
    def worlds(self) -> Worlds:
        """Copies of the problem with other numbers."""
        return Worlds(self.key.derivation, frozenset())

    def judged(
        self, parts: Mapping[Quantity, Sequence[Part]], answers: Mapping[Quantity, Given]
    ) -> dict[Quantity, Equations]:
        """What was found in each line that shows its working."""
        with precision(BITS):
            found = {quantity: self._line(quantity, said, answers) for quantity, said in parts.items()
                     if self.key.line(quantity) is not None}  # fmt: skip
        return {quantity: one for quantity, one in found.items() if one is not None}

    def _line(self, quantity: Quantity, parts: Sequence[Part], answers: Mapping[Quantity, Given]) -> Equations | None:
        formulas, worked, value = _sorted(parts)
        if not formulas and worked is None:
            return None
        resolved = [self.as_meant(one, quantity, answers) for formula in formulas
                    if (one := self.resolved(formula, quantity)) is not None]  # fmt: skip
        wrong = next((one for one in resolved if not self.is_right(one, quantity)), None)
        worked = worked and self.exactly(worked)
        is_right = None if not resolved else wrong is None
        edit = self.edit_of(wrong, quantity) if wrong is not None else None
        numbers, copied = (None, None) if worked is None else self.numbers(worked, quantity, resolved, answers)
        arithmetic, gives = (None, None) if worked is None or value is None else _arithmetic(worked, value)
        text = "" if worked is None else worked.text
        return Equations(quantity, is_right, numbers, arithmetic, edit, copied, gives, text)

    # ---- formulas --------------------------------------------------------------------------------------------

    def resolved(self, formula: Formula, quantity: Quantity) -> Formula | None:
        """A formula over quantities; None where a name in it is the student's own."""
        used = [one for one in self.key.ancestors(quantity) if one.kind is Kind.NEW and one != quantity]
        meant: dict[str, Quantity] = {}
        for name in names_in(formula):
            text = str(name.symbol)
            found = self.meanings.in_formula(text, quantity)
            if not found or found[0] == quantity:
                return None
            current = [one for one in used if found[0].kind is Kind.PARAMETER and one.name == found[0].name]
            meant[text] = max(current, key=self.key.order.__getitem__) if current else found[0]
        return replace(formula, lambda name: Name(meant[str(name.symbol)]))

    def as_meant(self, formula: Formula, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Formula:
        """A formula in letters and numbers with what its numbers stand for: 0.5 for η, 0.0822 for a gradient."""
        numbers = list(_put_in(formula))
        if not numbers or self.is_right(formula, quantity):
            return formula
        used = [one for one in self._used(quantity) if one != quantity]
        choices: list[list[Formula]] = []
        for one in numbers:
            meant = [name for name in used if any(map(one.says, self._values(name, answers)))]
            nearest = sorted(meant, key=lambda name: float(abs(self._values(name, answers)[0] - one.value).mid()))
            choices.append([*map(Name, nearest[:_MOST_MEANT]), Number(one.value, one.text)])
        for chosen in islice(product(*choices), _MOST_READINGS):
            found = _with_numbers(formula, iter(chosen))
            if self.is_right(found, quantity):
                return found
        return formula

    def _used(self, quantity: Quantity) -> dict[Quantity, None]:
        """Everything that a line is computed from, what is given included, the nearest first."""
        found: dict[Quantity, None] = {}
        for one in self.key.above([quantity], _MOST_ABOVE):
            line = self.key.line(one)
            found |= dict.fromkeys(quantities_in(line.formula) if line is not None else [])
        return found

    def exactly(self, worked: _Worked) -> _Worked:
        """Numbers put in, of which those that the problem gives have no digits beyond the written ones."""
        given = {self.key.true(one) for one in self.key.derivation.constants}
        return _replace(worked, put_in=tuple(
            _replace(one, half_unit=_NOTHING) if one.value in given else one for one in worked.put_in
        ))  # fmt: skip

    def is_right(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a formula gives the line's value whatever the numbers are."""
        return all(
            _same(world.floats.once(formula)[0], world.known(quantity)[0])
            for world in (self.worlds.right, *self.worlds.moved)
        )

    def edit_of(self, formula: Formula, quantity: Quantity) -> Candidate | None:
        """The usual mistake that a wrong formula is: the likeliest edit that means the same."""
        meaning = self._meaning(formula)
        same = [one for one in self.lines.edits(quantity, self.key.derivation.index.keys())
                if all(map(_same, self._meaning(one.edit.formula), meaning))]  # fmt: skip
        return _candidate(max(same, key=lambda one: one.prior)) if same else None

    def _meaning(self, formula: Formula) -> tuple[float, ...]:
        return tuple(world.floats.once(formula)[0] for world in self.worlds.moved)

    # ---- numbers ---------------------------------------------------------------------------------------------

    def numbers(
        self, worked: _Worked, quantity: Quantity, formulas: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> tuple[bool | None, Copied | None]:
        """Whether the numbers put in are those of the formula, as the student has them or as they are; or which is not.

        Where the student wrote no formula in letters, it is the line's, or the line's with others merged into it.
        """
        for formula in (*formulas, *self._forms(quantity)):
            known = {one: self._values(one, answers) for one in quantities_in(formula)}
            left, missing = _matched(worked.put_in, known, _numbers_of(formula))
            if not left:
                return True, None
            if len(left) == 1 and len(missing) == 1 and self._fits(worked, left[0], missing[0], answers, formula):
                return False, Copied(left[0].text, missing[0], self._whose(left[0], missing[0], answers))
        return None, None

    def _forms(self, quantity: Quantity) -> Iterator[Formula]:
        """The line's formula, and how it is written without lines in between."""
        line = self.key.line(quantity)
        assert line is not None
        yield line.formula
        yield from (root.formula for root in self.lines.roots(quantity, ()))

    def _values(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> tuple[Ball, ...]:
        """What a quantity may have as its value on this sheet."""
        own = answers.get(quantity)
        right = self.key.true_ball(quantity)
        return (right,) if own is None else (ball(own.value), right)

    def _value(self, name: Hashable, answers: Mapping[Quantity, Given]) -> Ball:
        assert isinstance(name, Quantity)
        return self._values(name, answers)[0]

    def _fits(
        self, worked: _Worked, wrong: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given], formula: Formula
    ) -> bool:
        """Whether with the right number in its place the numbers give what the formula does."""
        put_right = [self._values(belongs, answers)[0] if one is wrong else None for one in worked.put_in]
        hull = worked.hull(put_right)
        if hull is None:
            return False
        right = evaluate(formula, Hull(), lambda name: self._value(name, answers))
        return is_finite(ball(right)) and not abs(ball(right) - hull.mid()) > hull.rad() + abs(hull.mid()) / 500

    def _whose(self, wrong: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given]) -> Quantity | None:
        """Whose value a number is: that of something of the same kind, near the one that belongs there."""
        same = [one for one in (*self.key.derivation.constants, *self.key.derivation.index) if one.kind is belongs.kind]
        found = [one for one in same if one != belongs and any(map(wrong.says, self._values(one, answers)))]
        return found[0] if len(found) == 1 else None


# ---- parts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Worked:
    """Numbers put in: the formula that they make, and each of them where it stands in it, from left to right."""

    text: str
    formula: Formula
    put_in: tuple[PutIn, ...]

    def hull(self, instead: Sequence[Ball | None] = ()) -> Ball | None:
        """What they give, each anywhere within its last digit, or another number in its place."""
        balls = [radius(ball(one.value), one.half_unit) for one in self.put_in]
        values = [
            other if other is not None else one
            for one, other in zip(balls, instead or [None] * len(balls), strict=True)
        ]
        try:
            found = ball(
                evaluate(_with_numbers(self.formula, map(Name, count())), Hull(), lambda index: _at(values, index))
            )
        except BackpropError:
            return None
        return found if is_finite(found) else None


def _at(values: Sequence[Ball], index: Hashable) -> Ball:
    assert isinstance(index, int)
    return values[index]


def _sorted(parts: Sequence[Part]) -> tuple[list[Formula], _Worked | None, Written | None]:
    """The formulas in letters, the last numbers put in, and the last value."""
    formulas: list[Formula] = []
    worked, value = None, None
    for part in parts:
        written = _written(part.text)
        if written is not None and written.kind == "decimal":
            value = written
            continue
        try:
            read = read_formula(part.text)
        except FormulaError:
            continue
        if read.names:
            formulas.append(read.formula)
        elif isinstance(read.formula, Apply):
            put_in = tuple(_put_in(read.formula))
            if 1 < len(put_in) <= _LONGEST:
                worked, value = _Worked(part.text, read.formula, put_in), None
    return formulas, worked, value


def _written(text: str) -> Written | None:
    try:
        return read_value(numeral_text(text))
    except FormulaError:
        return None


def _put_in(formula: Formula) -> Iterator[PutIn]:
    """The numbers in a formula, from left to right."""
    match formula:
        case Number(value, text):
            written = _written(text or "")
            decimal = written is not None and written.kind == "decimal" and text is not None and "." in text
            half = written.half_unit if written is not None and decimal else rational(0)
            yield PutIn(text or str(value), value, half)
        case Apply(_, arguments):
            for argument in arguments:
                yield from _put_in(argument)


def _with_numbers(formula: Formula, instead: Iterator[Formula]) -> Formula:
    """The formula with other things in place of its numbers, from left to right."""
    match formula:
        case Number():
            return next(instead)
        case Apply(operation, arguments):
            return Apply(operation, tuple(_with_numbers(argument, instead) for argument in arguments))
    return formula


def _numbers_of(formula: Formula) -> list[Rational]:
    """The numbers that are a formula's own, such as the 1 of 1 − out."""
    match formula:
        case Number(value):
            return [value]
        case Apply(_, arguments):
            return [one for argument in arguments for one in _numbers_of(argument)]
    return []


def _matched(
    put_in: Sequence[PutIn], known: Mapping[Quantity, Sequence[Ball]], own: Sequence[Rational]
) -> tuple[list[PutIn], list[Quantity]]:
    """The numbers that are nobody's value, and the quantities whose value nobody put in."""
    constants = {*own, rational(1), rational(2), rational(1, 2), rational(0)}
    left: list[PutIn] = []
    used: set[Quantity] = set()
    for one in put_in:
        mine = {quantity for quantity, values in known.items() if any(map(one.says, values)) or
                any(one.says(-value) for value in values)}  # fmt: skip
        used |= mine
        if not mine and one.value not in constants:
            left.append(one)
    return left, [quantity for quantity in known if quantity not in used]


def _arithmetic(worked: _Worked, value: Written) -> tuple[bool | None, Ball | None]:
    """Whether the value is what the numbers give; if not, what they give."""
    hull = worked.hull()
    if hull is None:
        return None, None
    try:
        said = ball(value_of(value))
    except BackpropError:
        return None, None
    middle = worked.hull([ball(one.value) for one in worked.put_in])
    slack = value.half_unit * 2 + hull.rad()
    return (True, None) if not abs(hull.mid() - said) > slack else (False, middle)


def _same(one: float, other: float) -> bool:
    return math.isfinite(one) and math.isfinite(other) and abs(one - other) <= _SAME * max(abs(one), abs(other), _TINY)


def _candidate(one: Weighed) -> Candidate:
    edit = one.edit
    return Candidate(edit.kind, edit.key, one.line, edit.formula, 1.0, edit.part, edit.instead, one.pattern)
