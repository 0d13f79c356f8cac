"""Judges every equals sign of a line: is it the formula, are these the numbers, and is that what they give?

A formula is right if it gives the line's value on copies of the problem in which all numbers are others: any
equivalent form is, and one with lines of its own merged into it. Numbers put in are compared with those that the
student has. The arithmetic is worked out again, with each number anywhere within its last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, add, multiply, names_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.equivalence import Equivalence
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.matching import Matcher
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.put_in import (
    PutIn,
    Worked,
    exactly,
    numbers_in,
    parts_of,
    value_in,
    with_numbers,
    worked_out,
)
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.search.lines import Lines, Weighed
from backprop_cli.checking.search.worlds import Worlds
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball, radius
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.working.model import Part

_SAME = 1e-9
_TINY = 1e-300
_MOST_MEANT = 3  # things that one number in a formula may stand for
_MOST_READINGS = 64  # ways to read the numbers of one formula
_MOST_PATHS = 8  # paths of a derivative that is written in one factor
_MOST_SIGNS = 8  # ways to set the signs of numbers that are put right
_MOST_ABOVE = 60  # lines before one that its numbers may be of


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
    def equivalence(self) -> Equivalence:
        """Which formulas are a line's."""
        return Equivalence(self.key)

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
                     if self.key.is_worked(quantity)}  # fmt: skip
        return {quantity: one for quantity, one in found.items() if one is not None}

    def _line(self, quantity: Quantity, parts: Sequence[Part], answers: Mapping[Quantity, Given]) -> Equations | None:
        formulas, worked, value = parts_of(parts)
        if not formulas and worked is None:
            return None
        resolved = [self.as_meant(one, quantity, answers) for formula in formulas
                    if (one := self.resolved(formula, quantity)) is not None]  # fmt: skip
        wrong = next((one for one in resolved if not self.is_right(one, quantity)), None)
        worked = worked and exactly(worked, self._given)
        is_right = None if not resolved else wrong is None
        edit = self.edit_of(wrong, quantity) if wrong is not None else None
        numbers, copied = (None, None) if worked is None else self.numbers(worked, quantity, resolved, answers)
        arithmetic, gives = (None, None) if worked is None or value is None else worked_out(worked, value)
        text = "" if worked is None else worked.text
        return Equations(quantity, is_right, numbers, arithmetic, edit, copied, gives, text)

    # ---- formulas --------------------------------------------------------------------------------------------

    def resolved(self, formula: Formula, quantity: Quantity) -> Formula | None:
        """A formula over quantities; None where a name in it is the student's own."""
        used = [one for one in self.key.ancestors(quantity) if one.kind is Kind.NEW and one != quantity]
        meant: dict[str, Formula] = {}
        for name in names_in(formula):
            text = str(name.symbol)
            if (other := self._on_the_way(text, quantity)) is not None:
                meant[text] = other
                continue
            found = self.meanings.in_formula(text, quantity)
            if not found or found[0] == quantity:
                return None
            current = [one for one in used if found[0].kind is Kind.PARAMETER and one.name == found[0].name]
            meant[text] = Name(max(current, key=self.key.order.__getitem__) if current else found[0])
        return self._with_kinks(replace(formula, lambda name: meant[str(name.symbol)]))

    def _with_kinks(self, formula: Formula) -> Formula:
        """The formula in which a step is the slope of ReLU, with its value at 0, where the problem has that."""
        match formula:
            case Apply("step", (inside, _at_zero)) if self._at_zero is not None:
                return Apply("relu_slope", (self._with_kinks(inside), self._at_zero))
            case Apply(operation, arguments):
                return Apply(operation, tuple(map(self._with_kinks, arguments)))
        return formula

    @cached_property
    def _at_zero(self) -> Formula | None:
        """The slope of ReLU at 0 in this problem; None where there is none in it."""
        formulas = (line.formula for line in self.key.derivation.lines)
        slopes_of_relu = (found for formula in formulas for found in _of_operation(formula, "relu_slope"))
        return next((found.arguments[1] for found in slopes_of_relu), None)

    def knows(self, text: str, quantity: Quantity) -> bool:
        """Whether a name in the formula of a line means something that is there before the line."""
        if self._on_the_way(text, quantity) is not None:
            return True
        found = self.meanings.in_formula(text, quantity)
        return bool(found) and (found[0] == quantity or not self.key.needs(found[0], quantity))

    def _on_the_way(self, text: str, quantity: Quantity) -> Formula | None:
        """What has no line of its own: the error e of an output, a factor ∂net/∂w of the chain rule."""
        if text == "e":
            pairs = [(target, out) for target, out in self.meanings.pairs if out.name == quantity.name]
            return Name(pairs[0][0]) - Name(pairs[0][1]) if pairs else None
        factor = self.meanings.factor(text, quantity)
        return None if factor is None else self.derivative(*factor)

    def derivative(self, of: Quantity, by: Quantity) -> Formula | None:
        """∂of/∂by along every path from line to line; None where it is not computed from it, or far from it."""
        line = self.key.line(of)
        if line is None or line.given:
            return None
        found: list[Formula] = []
        for name, slope in slopes(line.formula, {}).items():
            assert isinstance(name, Quantity)
            if name == by:
                found.append(slope)
            elif (
                self.key.is_worked(name)
                and self.key.order[name] > self.key.order.get(by, -1)
                and len(found) < _MOST_PATHS
            ):
                inner = self.derivative(name, by)
                found += [] if inner is None else [multiply(slope, inner)]
        return add(*found) if found else None

    def as_meant(self, formula: Formula, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Formula:
        """A formula in letters and numbers with what its numbers stand for: 0.5 for η, 0.0822 for a gradient."""
        numbers = list(numbers_in(formula))
        if not numbers or self.is_right(formula, quantity):
            return formula
        used = [one for one in self._used(quantity) if one != quantity]
        choices: list[list[Formula]] = []
        for one in numbers:
            meant = [name for name in used if any(map(one.says, self._values(name, answers)))]
            nearest = sorted(meant, key=lambda name: float(abs(self._values(name, answers)[0] - one.value).mid()))
            choices.append([*map(Name, nearest[:_MOST_MEANT]), Number(one.value, one.text)])
        for chosen in islice(product(*choices), _MOST_READINGS):
            found = with_numbers(formula, iter(chosen))
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

    @cached_property
    def _given(self) -> frozenset[object]:
        """The numbers that the problem gives."""
        return frozenset(self.key.true(one) for one in self.key.derivation.constants)

    def is_right(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a formula gives the line's value whatever the numbers are, but for a given 0 or 1."""
        return self.equivalence.is_right(formula, quantity, strictly=False) is not False

    def edit_of(self, formula: Formula, quantity: Quantity) -> Candidate | None:
        """The usual mistake that a wrong formula is: the likeliest edit of its line, or of one in it, that gives it."""
        meaning = self._meaning(formula)
        line = self.key.line(quantity)
        assert line is not None
        within = [one for one in quantities_in(line.formula) if self.key.is_worked(one)]
        for place in (quantity, *within):
            put = self._put_into(line.formula, place) if place != quantity else lambda edited: edited
            edits = self.lines.edits(place, self.key.order.keys())
            same = [one for one in edits if all(map(_same, self._meaning(put(one.edit.formula)), meaning))]
            if same:
                return _candidate(max(same, key=lambda one: one.prior))
        return None

    @staticmethod
    def _put_into(formula: Formula, place: Quantity) -> Callable[[Formula], Formula]:
        """Puts another formula in the place of a quantity."""
        return lambda edited: replace(formula, lambda name: edited if name.symbol == place else name)

    def _meaning(self, formula: Formula) -> tuple[float, ...]:
        return tuple(world.floats.once(formula)[0] for world in self.worlds.moved)

    # ---- numbers ---------------------------------------------------------------------------------------------

    def numbers(
        self, worked: Worked, quantity: Quantity, formulas: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> tuple[bool | None, Copied | None]:
        """Whether the numbers put in are those of the formula, as the student has them or as they are; or which is not.

        Where the student wrote no formula in letters, it is the line's, or the line's with others merged into it.
        """
        matcher = Matcher(worked, lambda one: self._values(one, answers))
        forms = (*formulas, *self._forms(quantity))
        found = [(formula, wrong) for formula in forms if (wrong := matcher.mismatches(formula)) is not None]
        if any(not wrong for _formula, wrong in found):
            return True, None
        for formula, wrong in sorted(found, key=lambda one: len(one[1])):
            if self._fits(worked, {one.number: one.belongs for one in wrong}, answers, formula):
                written, belongs = worked.put_in[wrong[0].number], wrong[0].belongs
                return False, Copied(written.text, belongs, self._whose(written, belongs, answers))
        return self._among(worked, forms, answers)

    def _among(
        self, worked: Worked, forms: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> tuple[bool | None, Copied | None]:
        """The same of numbers that stand in another shape: whether each is the value of something in the formula."""
        for formula in forms:
            known = {one: self._values(one, answers) for one in quantities_in(formula)}
            left, missing = _matched(worked.put_in, known, _numbers_of(formula))
            if not left and self._fits(worked, {}, answers, formula):
                return True, None
            if len(left) == 1 and len(missing) == 1:
                place = worked.put_in.index(left[0])
                if self._fits(worked, {place: missing[0]}, answers, formula):
                    return False, Copied(left[0].text, missing[0], self._whose(left[0], missing[0], answers))
        return None, None

    def _forms(self, quantity: Quantity) -> Iterator[Formula]:
        """The line's formula, and how it is written without lines in between."""
        line = self.key.line(quantity)
        assert line is not None
        yield line.formula
        yield from (root.formula for root in self.lines.roots(quantity, ()))

    def _values(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> tuple[Ball, ...]:
        """What a quantity may have as its value on this sheet: the student's own, and the right one."""
        own = answers.get(quantity)
        right = self.key.true_ball(quantity)
        return (right,) if own is None else (radius(ball(own.value), own.half_unit), right)

    def _value(self, name: Hashable, answers: Mapping[Quantity, Given]) -> Ball:
        assert isinstance(name, Quantity)
        return self._values(name, answers)[0]

    def _fits(
        self, worked: Worked, wrong: Mapping[int, Quantity], answers: Mapping[Quantity, Given], formula: Formula
    ) -> bool:
        """Whether with the right numbers in their places the numbers give what the formula does, and else do not."""
        right = value_in(formula, lambda name: self._value(name, answers))
        if right is None:
            return False
        balls = {place: self._values(belongs, answers)[0] for place, belongs in wrong.items()}
        for signs in islice(product((1, -1), repeat=len(wrong)), _MOST_SIGNS):
            signed = {place: sign * value for sign, (place, value) in zip(signs, balls.items(), strict=True)}
            hull = worked.hull([signed.get(place) for place in range(len(worked.put_in))])
            if hull is not None and not abs(right - hull.mid()) > hull.rad() + abs(hull.mid()) / 500:
                return True
        return False

    def _whose(self, wrong: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given]) -> Quantity | None:
        """Whose value a number is: that of something of the same kind, near the one that belongs there."""
        same = [one for one in (*self.key.derivation.constants, *self.key.derivation.index) if one.kind is belongs.kind]
        found = [one for one in same if one != belongs and any(map(wrong.says, self._values(one, answers)))]
        return found[0] if len(found) == 1 else None


# ---- numbers put in -----------------------------------------------------------------------------------------------


def _of_operation(formula: Formula, operation: str) -> Iterator[Apply]:
    """Every part of a formula that is this operation."""
    if isinstance(formula, Apply):
        if formula.operation == operation:
            yield formula
        for argument in formula.arguments:
            yield from _of_operation(argument, operation)


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


def _same(one: float, other: float) -> bool:
    return math.isfinite(one) and math.isfinite(other) and abs(one - other) <= _SAME * max(abs(one), abs(other), _TINY)


def _candidate(one: Weighed) -> Candidate:
    edit = one.edit
    return Candidate(edit.kind, edit.key, one.line, edit.formula, 1.0, edit.part, edit.instead, one.pattern)
