"""Judges every equals sign of a line: is it the formula, are these the numbers, and is that what they give?

A formula is right if it gives the line's value on copies of the problem in which all numbers are others: any
equivalent form is, and one with lines of its own merged into it. Numbers put in are compared with those that the
student has. The arithmetic is worked out again, with each number anywhere within its last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace as with_
from functools import cached_property
from itertools import islice, pairwise, product

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, add, negate, parts_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.diagnosis import searched
from backprop_cli.checking.equivalence import Equivalence
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.put_in import (
    NumbersPutIn,
    PutIn,
    exactly,
    next_step,
    numbers_in,
    parts_of,
    value_in,
    with_numbers,
    with_zeros,
    worked_out,
)
from backprop_cli.checking.resolving import Resolver
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.search.lines import Lines, Weighed
from backprop_cli.checking.search.worlds import Worlds
from backprop_cli.checking.substitution import Copied, Substitution
from backprop_cli.checking.values import Written
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.working.model import ChainSide

_SAME = 1e-9
_TINY = 1e-300
_MOST_MEANT = 3  # things that one number in a formula may stand for
_MOST_READINGS = 64  # ways to read the numbers of one formula
_MOST_ABOVE = 60  # lines before one that its numbers may be of


@record
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
    strange: str | None = None  # a number put in that is no value of the line; empty where there is none
    gives: Ball | None = None
    worked: str = ""  # the numbers put in, as written
    middle: Ball | None = None  # what they give, whatever is written behind them
    change: str = ""  # the name of the line, where it is that of a change, and what is written in it
    says: str = ""
    follows: Ball | None = None  # what the right formula gives, where it stands before the value and no numbers do

    @property
    def slip(self) -> bool:
        """Whether all was right but the arithmetic."""
        return self.arithmetic is False and self.numbers is not False and self.formula is not False


class EquationJudge:
    """Judges the working of any number of sheets of one problem."""

    def __init__(self, key: AnswerKey, meanings: Meanings) -> None:
        self.key, self.meanings = key, meanings

    @cached_property
    def resolver(self) -> Resolver:
        """Understands the names in formulas."""
        return Resolver(self.key, self.meanings)

    @cached_property
    def substitution(self) -> Substitution:
        """Compares the numbers put in."""
        return Substitution(self.key, self.lines)

    @cached_property
    def lines(self) -> Lines:
        """The usual edits of every line, which are those of the search."""
        return searched(self.key).lines

    @cached_property
    def equivalence(self) -> Equivalence:
        """Which formulas are a line's."""
        return Equivalence(self.key)

    @cached_property
    def worlds(self) -> Worlds:
        """Copies of the problem with other numbers."""
        return Worlds(self.key.derivation, frozenset())

    def judged(
        self, parts: Mapping[Quantity, Sequence[ChainSide]], answers: Mapping[Quantity, Given]
    ) -> dict[Quantity, Equations]:
        """What was found in each line that shows its working."""
        with precision(BITS):
            found = {quantity: self._line(quantity, said, answers) for quantity, said in parts.items()
                     if self.key.is_worked(quantity)}  # fmt: skip
        return {quantity: one for quantity, one in found.items() if one is not None}

    def _line(
        self, quantity: Quantity, parts: Sequence[ChainSide], answers: Mapping[Quantity, Given]
    ) -> Equations | None:
        formulas, steps, value = parts_of(parts)
        if not formulas and not steps:
            return None
        resolved = [one for formula in formulas if (one := self.read(formula, quantity, answers)) is not None]
        summed = bool(steps) and any(sign in part.text for part in parts for sign in "∑Σ")
        wrong = next((one for one in resolved if not self.is_right(one, quantity)
                      and not (summed and self._counts_the_bias(one, quantity))), None)  # fmt: skip
        edit = self.edit_of(wrong, quantity) if wrong is not None else None
        work = Equations(quantity, None if not resolved else wrong is None, edit=edit)
        if not steps and resolved and wrong is None and value is not None:
            work = with_(work, follows=self.substitution.carried(quantity, answers))
        steps = [exactly(one, self.given_numbers) for one in steps]
        return self._with_numbers(work, steps, value, resolved, answers) if steps else work

    def _counts_the_bias(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a sum with an index is the line's but for its bias, which many count as the weight of an input 1."""
        match self.key.formula(quantity):
            case Apply("sum", summands):
                biases = [one for one in summands if isinstance(one, Name)]
                return any(self.is_right(add(formula, one), quantity) for one in biases)
        return False

    def _with_numbers(
        self,
        work: Equations,
        steps: Sequence[NumbersPutIn],
        value: Written | None,
        formulas: Sequence[Formula],
        answers: Mapping[Quantity, Given],
    ) -> Equations:
        """The same, with what is found in the numbers put in: which was copied wrong, and where the first slip is."""
        compared = [self.substitution.numbers(one, work.quantity, formulas, answers) for one in steps]
        numbers, copied = next((one for one in compared if one[0] is not None), compared[-1])
        strange = self.substitution.strange(steps[-1], work.quantity, formulas, answers) if numbers is None else None
        finer = [with_zeros(one, lambda: [self.key.true_ball(name) for name in self._used(work.quantity)])
                 for one in steps]  # fmt: skip
        slips = [(one, after.text, *next_step(one, after)) for one, after in pairwise(finer)]
        if value is not None:
            slips.append((finer[-1], value.text.strip(), *worked_out(finer[-1], value)))
        at = next((one for one in slips if one[2] is False), slips[-1] if slips else None)
        last, says, arithmetic, gives = at or (steps[-1], "", None, None)
        return with_(work, numbers=numbers, copied=copied, strange=strange, arithmetic=arithmetic, gives=gives,
                     worked=last.text, middle=steps[-1].middle, says=says)  # fmt: skip

    def read(self, formula: Formula, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Formula | None:
        """A formula over quantities, in the meaning of its letters that makes it right; if none does, in the likeliest.

        None where a name in it is the student's own.
        """
        likeliest: Formula | None = None
        for meant in self.readings(formula, quantity, answers):
            if self.is_right(meant, quantity):
                return meant
            likeliest = likeliest or meant
        return likeliest

    def readings(
        self,
        formula: Formula,
        quantity: Quantity,
        answers: Mapping[Quantity, Given],
        put: Callable[[Formula], Formula] = lambda formula: formula,
    ) -> Iterator[Formula]:
        """A formula over quantities in every meaning of its letters, put into the line's formula where it is a part."""
        for one in self.resolver.readings(formula, quantity):
            yield self.as_meant(put(one), quantity, answers)

    # ---- formulas --------------------------------------------------------------------------------------------

    def as_meant(self, formula: Formula, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Formula:
        """A formula in letters and numbers with what its numbers stand for: 0.5 for η, 0.0822 for a gradient."""
        numbers = list(numbers_in(formula))
        if not numbers or self.is_right(formula, quantity):
            return formula
        used = [one for one in self._used(quantity) if one != quantity]
        settled = self._settled(quantity)
        choices = [[*self._may_stand_for(one, used, settled, answers), Number(one.value, one.text)] for one in numbers]
        for chosen in islice(product(*choices), _MOST_READINGS):
            found = with_numbers(formula, iter(chosen))
            if self.is_right(found, quantity):
                return found
        return formula

    def _settled(self, quantity: Quantity) -> Mapping[Formula, Ball]:
        """What is worked out from settings alone in the formula of a line, and what it is worth: 1 − β, η/N."""
        formula = self.key.formula(quantity)
        parts = dict.fromkeys(parts_in(formula)) if formula is not None else {}
        found = [one for one in parts if isinstance(one, Apply) and (names := quantities_in(one))
                 and all(name.kind is Kind.CONSTANT for name in names)]  # fmt: skip
        worth = {one: value_in(one, self.key.true_ball) for one in found}  # type: ignore[arg-type]
        return {one: value for one, value in worth.items() if value is not None}

    def _may_stand_for(
        self,
        number: PutIn,
        used: Sequence[Quantity],
        settled: Mapping[Formula, Ball],
        answers: Mapping[Quantity, Given],
    ) -> Iterator[Formula]:
        """What a number in a formula may be, the nearest first: -1 is also the minus before something that is 1."""
        yield from (part for part, value in settled.items() if number.says(value))
        values = {one: self.substitution.values(one, answers) for one in used}
        nearest = sorted(used, key=lambda one: float(abs(abs(values[one][0]) - abs(number.value)).mid()))
        found: Iterator[Formula] = (
            Name(one) if sign > 0 else negate(Name(one))
            for one in nearest
            for sign in (1, -1)
            if any(number.says(sign * value) for value in values[one])
        )
        yield from islice(found, _MOST_MEANT)

    def _used(self, quantity: Quantity) -> dict[Quantity, None]:
        """Everything that a line is computed from, what is given included, the nearest first."""
        found: dict[Quantity, None] = {}
        for one in self.key.above([quantity], _MOST_ABOVE):
            formula = self.key.formula(one)
            found |= dict.fromkeys(quantities_in(formula) if formula is not None else [])
        return found

    @cached_property
    def given_numbers(self) -> frozenset[object]:
        """The numbers that the problem gives."""
        return frozenset(self.key.true(one) for one in self.key.derivation.constants)

    def is_right(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a formula gives the line's value whatever the numbers are, but for a given 0 or 1."""
        return self.equivalence.is_right(formula, quantity, strictly=False) is not False

    def edit_of(self, formula: Formula, quantity: Quantity) -> Candidate | None:
        """The mistake that a wrong formula is: what makes it of its line, or of one in it.

        A row of the table of mistakes has the words of a teacher, so it goes before the likeliest edit.
        """
        meaning = self._meaning(formula)
        line = self.key.line(quantity)
        assert line is not None
        within = [one for one in quantities_in(line.formula) if self.key.is_worked(one)]
        for place in (quantity, *within):
            put = self._put_into(line.formula, place) if place != quantity else lambda edited: edited
            edits = self.lines.edits(place, self.key.order.keys())
            same = [one for one in edits if all(map(_same, self._meaning(put(one.edit.formula)), meaning))]
            if same:
                return _candidate(max(same, key=lambda one: (bool(one.pattern[0]), one.prior)))
        return None

    def borne_out(self, work: Equations, guesses: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
        """Those of the guesses by value that the letters of a line say; all of them where they say none."""
        if work.edit is None or len(guesses) < 2:
            return guesses
        with precision(BITS):
            said = self._meaning(work.edit.formula)
            found = [(one, one.candidate(work.quantity)) for one in guesses]
            same = [one for one, guess in found if guess is not None and guess.made_in == work.edit.made_in
                    and all(map(_same, self._meaning(guess.formula), said))]  # fmt: skip
        return tuple(same) or guesses

    @staticmethod
    def _put_into(formula: Formula, place: Quantity) -> Callable[[Formula], Formula]:
        """Puts another formula in the place of a quantity."""
        return lambda edited: replace(formula, lambda name: edited if name.symbol == place else name)

    def _meaning(self, formula: Formula) -> tuple[float, ...]:
        return tuple(world.once(formula)[0] for world in self.worlds.moved)


def _same(one: float, other: float) -> bool:
    return math.isfinite(one) and math.isfinite(other) and abs(one - other) <= _SAME * max(abs(one), abs(other), _TINY)


def _candidate(one: Weighed) -> Candidate:
    edit = one.edit
    return Candidate(edit.kind, edit.key, one.line, edit.formula, 1.0, edit.part, edit.instead, one.pattern)
