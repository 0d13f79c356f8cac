"""What a platform is told of the answers to one line: right, usual mistakes, nearly right, in the order of marking.

A platform compares numbers and knows nothing else: neither how many digits were written, nor other lines. So rounding
carried on, answers with too few digits and what follows from a usual mistake in an earlier line stand as numbers of
their own (see `help quiz`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.hypothesis import KEPT
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.search.weigh import says_a_sign
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.values import read_value
from backprop_cli.checking.verdicts import NEAR_MISSES
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _, as_sentence, sentences
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import ball, is_finite, settled
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, to_digits
from backprop_cli.quizzes.model import CARRIED, FOLLOWS, MISTAKE, NEAR, POINT, RIGHT, SIGN, TOO_FEW, Reply
from backprop_cli.quizzes.rounded_work import RoundedWork
from backprop_cli.worksheets.exercise import SheetExercise
from backprop_cli.worksheets.usual import UsualMistake, UsualMistakes

MOST_MISTAKES = 4  # of one line, as in the rubric
MOST_CONSEQUENCES = 24  # of mistakes in earlier lines
_FIGURES = 15  # of a value that an answer is compared with: what a double holds
_ROUGHLY = 3  # figures of what is no more than a bound
_LEAST = rational(1, 10**15)  # of a tolerance for one number, as a share of it
_MORE_FIGURES = 2  # than are asked for, to which students round each line
_FEW = (10, 100)  # how many times coarser an answer may be that has too few digits
_SHIFTS = (10, rational(1, 10))
_ONE, _NOTHING, _HALF = rational(1), rational(0), rational(1, 2)


class Replies:
    """Makes the replies to the lines of one exercise."""

    def __init__(self, exercise: SheetExercise) -> None:
        self.exercise = exercise
        self.marking = exercise.marking
        self.mistakes = UsualMistakes(exercise)
        self.key: AnswerKey = self.mistakes.key

    @cached_property
    def usual(self) -> Mapping[Quantity, tuple[UsualMistake, ...]]:
        """The usual mistakes of every line."""
        return {
            line.quantity: tuple(self._with_value(self.mistakes.of(line.quantity, MOST_MISTAKES)))
            for line in self.exercise.lines
            if self.key.is_worked(line.quantity)
        }

    def _with_value(self, mistakes: Iterable[UsualMistake]) -> Iterator[UsualMistake]:
        """Those whose number can be worked out here."""
        with precision(BITS):
            yield from [one for one in mistakes if self._by(one.formula) is not None]

    def unit(self, quantity: Quantity) -> Rational:
        """One unit of the last digit that is asked for of the right value."""
        if quantity not in self.key.order:
            return self.marking.unit(quantity, self.expected(quantity))
        judge = self.mistakes.telling.judge
        with precision(BITS):
            return judge.lines[quantity].unit

    def unit_compared(self, quantity: Quantity) -> Rational:
        """Twice what an answer may be away from the right value: one unit, or by the tolerance of the course."""
        return self.right(quantity).tolerance * 2 if self.marking.rule.tolerance is not None else self.unit(quantity)

    def number_of(self, quantity: Quantity) -> Rational:
        """The value of a line that an answer is compared with, or what is given, to the figures that a double has."""
        with precision(BITS):
            is_asked = quantity in self.mistakes.telling.judge.answers
            return self.right(quantity).value if is_asked else self._number(self.expected(quantity))

    def value_by(self, mistake: UsualMistake) -> Rational | None:
        """What a mistake gives in otherwise right work; None where that is no one number."""
        with precision(BITS):
            found = self._by(mistake.formula)
            return None if found is None else self._number(found)

    def expected(self, quantity: Quantity) -> Real:
        """The right value."""
        return self.key.expected(quantity)

    def of(self, quantity: Quantity, before: Sequence[Quantity] = ()) -> tuple[Reply, ...]:
        """The replies, of which the first that takes an answer counts; no later one is taken whole by an earlier.

        `before` are the lines that are asked for in the same question, before this one.
        """
        found: list[Reply] = []
        with precision(BITS):
            for reply in self._all(quantity, before):
                follows = reply.kind == FOLLOWS and sum(one.kind == FOLLOWS for one in found)
                if follows < MOST_CONSEQUENCES and not any(one.takes(reply.value) for one in found):
                    found.append(reply)
        return tuple(found)

    def _all(self, quantity: Quantity, before: Sequence[Quantity]) -> Iterator[Reply]:
        right, unit = self.right(quantity), self.unit(quantity)
        rule = self.marking.rule
        named, mirrored = list[Reply](), list[Reply]()  # what gives the right value with the other sign
        yield right
        if quantity.kind is Kind.EPOCH:  # a count is right, or it is not
            return
        yield from self._carried(quantity)
        for one in self.usual.get(quantity, ()):
            said = sentences(as_sentence(words) for words in (one.said, one.advice) if words)
            value = self._number(self._by(one.formula))
            reply = Reply(MISTAKE, value, self.slack(quantity, value), _NOTHING, said, one.name)
            if abs(value + right.value) > right.tolerance:
                yield reply
            elif not self.is_a_slip_of_the_sign(one):
                (named if says_a_sign((one.name, one.hypothesis.variant)) else mirrored).append(reply)
        old = self.key.old_of(quantity)
        if old is not None:
            kept = sentences(as_sentence(_(words)) for words in (KEPT.mistake.said, KEPT.mistake.advice))
            yield self._one(MISTAKE, self._number(self.key.expected(old)), _NOTHING, kept)
        yield from named
        yield from self._consequences(quantity, before)
        yield from mirrored
        if right.value != 0:
            said = as_sentence(_(NEAR_MISSES["sign"]))
            yield Reply(SIGN, -right.value, right.tolerance, rule.near_miss, said)
            said = as_sentence(_(NEAR_MISSES["point"]))
            for shift in _SHIFTS:
                yield Reply(POINT, right.value * shift, right.tolerance * shift, rule.near_miss, said)
        if rule.tolerance is None and unit != 0:
            yield from self._by_digits(quantity, right, unit)
            yield from self._carried_too_short(quantity)

    def is_a_slip_of_the_sign(self, mistake: UsualMistake) -> bool:
        """Whether it gives the right value with the other sign and `check` sees no more in it; of δ, a convention."""
        value, right = self.value_by(mistake), self.right(mistake.quantity)
        if value is None or abs(value + right.value) > right.tolerance:
            return False
        written = read_value(mistake.decimal.text())
        report = check_sheet(self._checker, Sheet((Answer(mistake.quantity, mistake.name, written),), mistake.name))
        worth = self.marking.worth(mistake.quantity)
        return any(0 < one.earned < worth for one in report.marks if one.quantity == mistake.quantity)

    @cached_property
    def _checker(self) -> Checker:
        return Checker(self.exercise.worked, self.marking)

    def _by_digits(self, quantity: Quantity, right: Reply, unit: Rational) -> Iterator[Reply]:
        """The right value with too few digits, and the numbers beside it."""
        value, rule = self.expected(quantity), self.marking.rule
        said = as_sentence(_("right as far as it goes: too few digits"))
        for factor in _FEW:
            coarse = unit * factor
            if abs(ball(value)) >= 10 * coarse:  # two figures
                near = _nearest(value, coarse)
                yield self._one(TOO_FEW, near, rule.too_few, said)
        if not self._is_just_so(value, unit):
            nearest = _nearest(value, unit)
            for beside in (nearest - unit, nearest + unit):
                cut = abs(beside) < abs(ball(value)) and abs(ball(value) - beside) < unit
                said = as_sentence(_(NEAR_MISSES["cut off" if cut else "last digit"]))
                yield self._one(NEAR, beside, rule.near_miss, said)

    def _is_just_so(self, value: Real, unit: Rational) -> bool:
        """Whether the value comes out exactly within the digits asked for, so that one off is wrong."""
        return bool(abs(ball(value) / unit - _nearest(value, unit) / unit) < rational(1, 10**20))

    # ---- right ---------------------------------------------------------------------------------------------------

    def right(self, quantity: Quantity) -> Reply:
        """The right value, give or take half a unit, or the tolerance of the course."""
        value, unit, tolerance = self.expected(quantity), self.unit(quantity), self.marking.rule.tolerance
        number = self._number(value)
        if quantity.kind is Kind.EPOCH:
            return Reply(RIGHT, number, abs(number) * _LEAST, _ONE, _("right"))
        if tolerance is not None:
            return Reply(RIGHT, number, tolerance.size * (abs(number) if tolerance.relative else 1), _ONE, _("right"))
        digits = self.marking.digits(quantity)
        if digits.is_named and digits.ties == "truncate" and unit != 0 and not self._is_just_so(value, unit):
            cut = rounded(value, digits).value  # what is cut off lies between this and the next one
            number = cut + (unit / 2 if number > 0 else -unit / 2)
            return Reply(RIGHT, number, unit / 2, _ONE, _("right"))
        return Reply(RIGHT, number, max(unit / 2, abs(number) * _LEAST), _ONE, _("right"))

    def _carried(self, quantity: Quantity) -> Iterator[Reply]:
        """What the line comes to where the lines before it were rounded otherwise than the key rounds them."""
        if not self.key.is_worked(quantity) or self.marking.rule.tolerance is not None:
            return
        said = _("right, with your rounding carried on")
        if self.exercise.worked.problem.rounding is not None:
            value = self._number(self.key.true(quantity))
            yield Reply(CARRIED, value, self.slack(quantity, value), _ONE, as_sentence(said))
        for found, last in (*self.rounded.numbers(quantity), *self.rounded.by_hand(quantity)):
            if last <= self.unit(quantity) and found not in self._no_work(quantity):
                yield self._one(CARRIED, found, _ONE, said)

    def _carried_too_short(self, quantity: Quantity) -> Iterator[Reply]:
        """The same where such work has too few digits: a part of the marks for two figures and more."""
        if self.marking.rule.tolerance is not None:
            return
        said = as_sentence(_("right as far as it goes: too few digits"))
        for found, last in self.rounded.numbers(quantity):
            is_enough = abs(found) >= 10 * last and last <= _FEW[-1] * self.unit(quantity)
            if last > self.unit(quantity) and is_enough and found not in self._no_work(quantity):
                yield self._one(TOO_FEW, found, self.marking.rule.too_few, said)

    def _no_work(self, quantity: Quantity) -> tuple[Real, ...]:
        """The numbers that show no work: 0, and the old value."""
        old = self.key.old_of(quantity)
        return (_NOTHING,) if old is None else (_NOTHING, self.key.expected(old))

    def worked_by_hand(self, quantity: Quantity) -> tuple[Rational, ...]:
        """The numbers, other than the right one, that right work comes out as where what is on the way is rounded."""
        if self.marking.rule.tolerance is not None:
            return ()
        right, none = self.right(quantity), self._no_work(quantity)
        found = (number for number, _last in self.rounded.by_hand(quantity))
        return tuple(dict.fromkeys(one for one in found if one not in none and not right.takes(one)))

    def moved_on_the_way(self, quantity: Quantity) -> tuple[Rational, ...]:
        """How far rounding on the way moves the line at most, by each way of working."""
        return self.rounded.widths(quantity)

    @cached_property
    def rounded(self) -> RoundedWork:
        """The work of those who round."""
        return RoundedWork(self.exercise, self.key, self.unit)

    def with_mistake(self, mistake: UsualMistake) -> Mapping[Quantity, Real]:
        """The line of a mistake, and the lines behind it."""
        with precision(BITS):
            return self._after(self._here(mistake), mistake.quantity)

    def _here(self, mistake: UsualMistake) -> UsualMistake:
        """The same mistake with the numbers of this exercise, where it is one of another variant."""
        if mistake in self.usual.get(mistake.quantity, ()):
            return mistake
        here = self._by(mistake.formula)
        return mistake if here is None else _replace(mistake, decimal=to_digits(self._number(here), _FIGURES))

    # ---- other values ----------------------------------------------------------------------------------------------

    def _consequences(self, quantity: Quantity, before: Sequence[Quantity]) -> Iterator[Reply]:
        """What follows from each usual mistake in an earlier line of the same question."""
        if not self.key.is_worked(quantity) or self.marking.rule.follow_through == "false":
            return
        above = self.key.ancestors(quantity)
        page = self.exercise.page
        for root in reversed(before):
            if root not in above:
                continue
            for mistake in self.usual.get(root, ()):
                written, exactly = (self._after(mistake, root, one).get(quantity) for one in (True, False))
                if written is None or exactly is None:
                    continue
                said = as_sentence(_("follows from your {lines}").format(lines=page.symbol(root).characters))
                number, other = self._number(written), self._number(exactly)
                slack = max(self.slack(quantity, number), abs(number - other))
                yield Reply(FOLLOWS, number, slack, _ONE, said, mistake.name)

    def _after(self, mistake: UsualMistake, root: Quantity, as_written: bool = True) -> Mapping[Quantity, Ball]:
        """The lines behind a mistake, otherwise worked out right from what it gives, as it is written or exactly."""
        made: dict[object, Mapping[Quantity, Ball]] = self.key.memory.setdefault("quiz", {})
        known = made.get((mistake, as_written))
        if known is None:
            given = None if as_written else self._by(mistake.formula)
            values: dict[Quantity, Ball] = {root: ball(mistake.decimal.value) if given is None else given}
            for line in self.key.derivation.lines:
                names = () if line.given or line.quantity == root else self.key.rule(line.quantity).names
                if any(name in values for name in names):
                    value = self._by(line.formula, values)
                    if value is not None:
                        values[line.quantity] = value
            known = made[mistake, as_written] = values
        return known

    def _by(self, formula: Formula, own: Mapping[Quantity, Real] | None = None) -> Ball | None:
        """What a formula gives over these values, and over the right ones where there is none; None for no number."""
        rule = self.key.rule_of(formula)
        values = own or {}
        try:
            known = (ball(values[one] if one in values else self.key.expected(one)) for one in rule.names)
            found = ball(rule.value(*known)[0])
        except (MathError, Undecided):
            return None
        return found if is_finite(found) and _is_sharp(found) else None

    def slack(self, quantity: Quantity, value: Rational) -> Rational:
        """Half a unit of the last digit asked for, of another value of the line."""
        unit = self.unit(quantity)
        if self.marking.rule.tolerance is not None:
            return self.right(quantity).tolerance
        if is_nothing(value) or self.marking.enough(quantity).places is not None:
            return unit / 2
        old = self.key.old_of(quantity)
        step = None if old is None else ball(value) - self.key.expected_ball(old)
        return max(self.marking.unit(quantity, value, step) / 2, abs(value) * _LEAST)

    def _one(self, kind: str, value: Rational, share: Rational, said: str) -> Reply:
        """The reply to one number as it is written."""
        return Reply(kind, value, abs(value) * _LEAST, share, as_sentence(said))

    @staticmethod
    def _number(value: Real | None) -> Rational:
        """The value as a decimal of so many figures as a double has."""
        assert value is not None
        try:
            return to_digits(value, _FIGURES).value
        except Undecided:
            return to_digits(settled(ball(value)), _FIGURES).value


def _is_sharp(value: Ball) -> bool:
    """Whether a value is one number: not so of a step at a value that may be just below or just above it."""
    return not value.rad() > abs(value.mid()) * _LEAST + _LEAST


def _nearest(value: Real, unit: Rational) -> Rational:
    """The value rounded to a unit."""
    places = Rounding(places=max(0, len(str(unit.q)) - 1))
    if unit.q == 1:
        return rational(int(rounded(ball(value) / unit, Rounding(places=0)).value)) * unit
    return rounded(value, places).value
