"""Numbers put into a formula: as they stand in a line, and what they give, each anywhere within its last digit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from backprop_cli.algebra.calculus import evaluate, spelled_out
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, parts_in, rewritten
from backprop_cli.algebra.formula import replace as replaced
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.written_numbers import formula_in, is_rounded, read_number
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import Hull, ball, is_finite, radius
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.working.model import ChainSide

_NOTHING = rational(0)
_LONGEST = 400  # numbers put into one line
_EULER = Apply("exp", (Number(rational(1)),))  # what e is among numbers; among letters it may be an error
_FEW = 2  # figures of a value in which no digit is hidden
_NEARLY = rational(1, 10**9)
_A_TOUCH = 1 + rational(1, 10**12)


@record
class PutIn:
    """A number put into a formula: as written, its value, half a unit of its last digit."""

    text: str
    value: Rational
    half_unit: Rational

    @property
    def without_minus(self) -> PutIn:
        """A negative number without its sign, which is that of the formula: 0.38 of 1/(1 + e^(-0.38))."""
        return replace(self, text=self.text.lstrip("-"), value=-self.value)

    def says(self, value: Ball) -> bool:
        """Whether it is this value, to the digits of the one that has fewer."""
        apart = abs(ball(value.mid()) - self.value)
        return not apart > max(ball(self.half_unit), ball(value.rad())) * _A_TOUCH

    def is_cut_from(self, value: Ball) -> bool:
        """Whether it is this value without its last digits, and has some."""
        beyond = (ball(value.mid()) - self.value) * (1 if self.value > 0 else -1)
        return 0 < 20 * self.half_unit < abs(self.value) and bool(0 < beyond < 2 * self.half_unit)


@record
class NumbersPutIn:
    """Numbers put in: the formula that they make, and each of them where it stands in it, from left to right."""

    text: str
    formula: Formula
    put_in: tuple[PutIn, ...]

    @property
    def indexed(self) -> Formula:
        """The formula with the place of each number as a name for it."""
        return with_numbers(self.formula, map(Name, count()))

    def hull(self, instead: Sequence[Ball | None] = (), part: Formula | None = None) -> Ball | None:
        """What they give, or a part of them does, with other numbers in place of some; None where nothing is given."""
        balls = [radius(ball(one.value), one.half_unit) for one in self.put_in]
        values = [
            other if other is not None else one
            for one, other in zip(balls, instead or [None] * len(balls), strict=True)
        ]
        return value_in(self.indexed if part is None else part, lambda index: _at(values, index))

    @property
    def middle(self) -> Ball | None:
        """What they give as they are written."""
        return self.hull([ball(one.value) for one in self.put_in])


class _Hull(Hull):
    """Balls, in which numbers stay what they are: which argument is the largest is no ball."""

    def number(self, value: Rational | int) -> Any:
        return value


def value_in(formula: Formula, value_of_name: Callable[[Hashable], Any]) -> Ball | None:
    """The value of a formula over balls; None where it has none."""
    try:
        found = ball(evaluate(spelled_out(formula), _Hull(), value_of_name))
    except (BackpropError, ZeroDivisionError):
        return None
    return found if is_finite(found) else None


def _at(values: Sequence[Ball], index: Hashable) -> Ball:
    assert isinstance(index, int)
    return values[index]


def parts_of(parts: Sequence[ChainSide]) -> tuple[list[Formula], list[NumbersPutIn], Written | None]:
    """The formulas in letters, the numbers put in, step by step, and the value behind the last of them."""
    formulas: list[Formula] = []
    steps: list[NumbersPutIn] = []
    value: Written | None = None
    leads_on = True  # whether what stands before a value has been understood
    for part in parts:
        written = read_number(part.text)
        if written is not None and written.kind == "decimal":
            if not leads_on:
                continue
            value = value if value is not None and is_rounded(value, written) else written
            continue
        read = formula_in(part.text)
        leads_on = read is not None
        if read is None:
            continue
        if read.names and read.names != ("e",):
            formulas.append(read.formula)
        elif isinstance(read.formula, Apply):
            formula = _signed(replaced(read.formula, lambda _e: _EULER))
            put_in = tuple(numbers_in(formula))
            if 0 < len(put_in) <= _LONGEST and isinstance(formula, Apply):
                steps, value = [*steps, NumbersPutIn(part.text, formula, put_in)], None
    return formulas, steps, value


def _signed(formula: Formula) -> Formula:
    """The formula in which a number with a minus before it is one number."""
    match formula:
        case Apply("negative", (Number(value, text),)) if value > 0:
            return Number(-value, f"-{text or value}")
        case Apply(operation, arguments):
            return Apply(operation, tuple(map(_signed, arguments)))
    return formula


def numbers_in(formula: Formula) -> Iterator[PutIn]:
    """The numbers in a formula, from left to right."""
    for part in parts_in(formula):
        if isinstance(part, Number):
            written = read_number(part.text or "")
            decimal = written is not None and written.kind == "decimal" and part.text is not None and "." in part.text
            half = written.half_unit if written is not None and decimal else rational(0)
            yield PutIn(part.text or str(part.value), part.value, half)


def with_numbers(formula: Formula, instead: Iterator[Formula]) -> Formula:
    """The formula with other things in place of its numbers, from left to right."""
    return rewritten(formula, lambda part: next(instead) if isinstance(part, Number) else None)


def exactly(worked: NumbersPutIn, given: frozenset[object]) -> NumbersPutIn:
    """Numbers put in, of which those that the problem gives have no digits beyond the written ones."""
    return replace(worked, put_in=tuple(
        replace(one, half_unit=_NOTHING) if given & {abs(one.value), one.value} else one for one in worked.put_in
    ))  # fmt: skip


def with_zeros(worked: NumbersPutIn, known: Callable[[], Sequence[Ball]]) -> NumbersPutIn:
    """Numbers put in, of which a shorter one has as many digits as the others where these would be zeros: 0.69, 0.6900.

    That is so where it is one of the `known` values to that many digits.
    """
    finest = min((one.half_unit for one in worked.put_in if one.half_unit), default=_NOTHING)
    if all(one.half_unit in (finest, _NOTHING) for one in worked.put_in):
        return worked
    values = known()

    def longer(one: PutIn) -> PutIn:
        fine = replace(one, half_unit=finest)
        return fine if one.half_unit and any(fine.says(value) or fine.says(-value) for value in values) else one

    return replace(worked, put_in=tuple(map(longer, worked.put_in)))


def worked_out(worked: NumbersPutIn, value: Written) -> tuple[bool | None, Ball | None]:
    """Whether the value is what the numbers give; if not, what they give."""
    hull = worked.hull()
    if hull is None:
        return None, None
    try:
        said = ball(value_of(value))
    except BackpropError:
        return None, None
    middle = worked.middle
    if middle is not None and _comes_out(middle, value) and abs(middle - said) > value.half_unit:
        return False, middle
    slack = value.half_unit * 2 + hull.rad()
    return (True, None) if not abs(hull.mid() - said) > slack else (False, worked.middle)


def _comes_out(middle: Ball, value: Written) -> bool:
    """Whether numbers come out exactly within the one or two figures that are written: 0.5 + 0.2 is 0.7, not 0.8."""
    if value.places is None or value.figures is None or value.figures > _FEW:
        return False
    scaled = middle * rational(10) ** value.places
    return not abs(scaled - round(float(scaled.mid()))) > _NEARLY


def next_step(worked: NumbersPutIn, after: NumbersPutIn) -> tuple[bool | None, Ball | None]:
    """Whether numbers give what the next ones do, which were worked out from them; if not, what they give."""
    one, other = worked.hull(), after.hull()
    if one is None or other is None:
        return None, None
    slack = (one.rad() + other.rad()) * 2
    return (True, None) if not abs(one.mid() - other.mid()) > slack else (False, worked.middle)
