"""Whether the numbers put into a formula are those that belong there, and which of them was copied wrong."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from itertools import islice, product

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, add, multiply, negate, parts_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.copying import how_copied
from backprop_cli.checking.given import Given
from backprop_cli.checking.habits import usual_half_unit
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.matching import Matcher
from backprop_cli.checking.put_in import NumbersPutIn, PutIn, value_in
from backprop_cli.checking.search.lines import Lines
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import ball, radius
from backprop_cli.numbers.exact import Rational, rational

_COPIED_FROM = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET)
_PLAIN = (rational(0), rational(1), rational(2), rational(1, 2))  # everywhere on a sheet
_VAGUE = 0.02  # of a value
_HALF, _THE_SAME = rational(1, 2), rational(1, 10**12)
_MOST_SIGNS = 8  # ways to set the signs of numbers that are put right


@record
class Copied:
    """A number that was copied wrong: what stands there, what belongs there, and how.

    `how` is a key of HOW, empty where it is not known; `instead` is whose value it is, if anyone's.
    """

    written: str
    belongs: Quantity
    instead: Quantity | None = None
    how: str = ""


class Substitution:
    """Compares the numbers put into the lines of one problem with those that a student has."""

    def __init__(self, key: AnswerKey, lines: Lines) -> None:
        self.key, self.lines = key, lines

    def numbers(
        self, worked: NumbersPutIn, quantity: Quantity, formulas: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> tuple[bool | None, Copied | None]:
        """Whether the numbers put in are those of the formula, as the student has them or as they are; or which is not.

        Where the student wrote no formula in letters, it is the line's, or the line's with others merged into it.
        """
        settled = {one for formula in formulas for one in quantities_in(formula)
                   if one.kind is Kind.LOCAL and isinstance(self.key.formula(one), Number)}  # fmt: skip
        return self.among(worked, (*formulas, *self.forms(quantity, answers)), answers, settled)

    def among(
        self,
        worked: NumbersPutIn,
        forms: Sequence[Formula],
        answers: Mapping[Quantity, Given],
        settled: Collection[Quantity] = (),
    ) -> tuple[bool | None, Copied | None]:
        """The same, where the numbers belong to one of these formulas; slopes that are `settled` are not worked out."""
        matcher = Matcher(worked, lambda one: self.values(one, answers))
        found = [(formula, wrong) for formula in forms if (wrong := matcher.mismatches(formula)) is not None]
        if any(not wrong for _formula, wrong in found):
            return True, None
        for formula, wrong in sorted(found, key=lambda one: len(one[1])):
            if any(self._is_worked_wrongly(worked.put_in[one.number], one.belongs, answers, settled) for one in wrong):
                continue
            if self._fits(worked, {one.number: one.belongs for one in wrong}, answers, formula):
                written, belongs = worked.put_in[wrong[0].number], wrong[0].belongs
                return False, self._copied(written.without_minus if wrong[0].minus else written, belongs, answers)
        return self._in_another_shape(worked, forms, answers)

    def _is_worked_wrongly(
        self, number: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given], settled: Collection[Quantity] = ()
    ) -> bool:
        """Whether a number was worked out wrongly and not copied: a slope, one summand in place of the sum.

        A slope with an answer of its own was not worked out here, nor is one that is `settled`.
        """
        if belongs.kind is Kind.LOCAL:
            return belongs not in answers and belongs not in settled
        match self.key.formula(belongs) if belongs not in answers else None:
            case Apply("sum", summands):
                names = [one.symbol for one in summands if isinstance(one, Name)]
                return any(any(map(number.says, self.values(one, answers))) for one in names)  # type: ignore[arg-type]
        return False

    def _in_another_shape(
        self, worked: NumbersPutIn, forms: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> tuple[bool | None, Copied | None]:
        """The same of numbers that stand in another shape: whether each is the value of something in the formula."""
        for formula in forms:
            known = {one: self.values(one, answers) for one in quantities_in(formula)}
            own = [part.value for part in parts_in(formula) if isinstance(part, Number)]  # such as the 1 of 1 − out
            left, missing = _matched(worked.put_in, known, own)
            if not left and self._fits(worked, {}, answers, formula):
                return True, None
            if len(left) == 1 and len(missing) == 1 and not self._is_worked_wrongly(left[0], missing[0], answers):
                place = worked.put_in.index(left[0])
                if self._fits(worked, {place: missing[0]}, answers, formula):
                    return False, self._copied(left[0], missing[0], answers)
        return None, None

    def strange(
        self, worked: NumbersPutIn, quantity: Quantity, formulas: Sequence[Formula], answers: Mapping[Quantity, Given]
    ) -> str:
        """The first number put in that is the value of nothing in the line, as written; empty where each is one."""
        forms = (*formulas, *self.forms(quantity, answers))
        known = {one: self.values(one, answers) for formula in forms for one in quantities_in(formula)}
        left, _missing = _matched(worked.put_in, known, [])
        turned = [one for one in _factors_in(worked.indexed) if (number := worked.put_in[one]).value < 0
                  and not any(number.says(value) for values in known.values() for value in values)]  # fmt: skip
        return next((one.text for one in (*left, *(worked.put_in[place] for place in turned))), "")

    def forms(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Iterator[Formula]:
        """The line's formula, how it is written without lines in between, and each without what is plainly 1 or 0."""
        found = list(self._written_out(quantity, answers))
        yield from dict.fromkeys((*found, *map(self._plainer, found)))

    def _written_out(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Iterator[Formula]:
        line = self.key.line(quantity)
        assert line is not None
        yield line.formula
        yield from (root.formula for root in self.lines.roots(quantity, ()))
        blank = {one: found.formula for one in quantities_in(line.formula)
                 if one not in answers and (found := self.key.line(one)) is not None and not found.given}  # fmt: skip
        if blank:
            yield replace(line.formula, lambda name: blank.get(name.symbol, name))  # type: ignore[call-overload]

    def _plainer(self, formula: Formula) -> Formula:
        """A formula without the factors 1 and the terms 0 that given numbers and slopes are in this problem."""
        match formula:
            case Name(symbol) if self._is_plain(symbol):
                return Number(rational(int(self.key.true(symbol) == 1)))  # type: ignore[arg-type]
            case Apply("relu_slope", _):
                slope = value_in(formula, self.key.true_ball)  # type: ignore[arg-type]
                same = (one for one in _PLAIN[:2] if slope is not None and not abs(slope - one) > 0)
                return next(map(Number, same), formula)
            case Apply("product", arguments):
                return multiply(*map(self._plainer, arguments))
            case Apply("sum", arguments):
                return add(*map(self._plainer, arguments))
            case Apply("negative", (inside,)):
                return negate(self._plainer(inside))
        return formula

    def _is_plain(self, symbol: Hashable) -> bool:
        """Whether a name is an input or a target that is 0 or 1."""
        assert isinstance(symbol, Quantity)
        given = symbol.kind in (Kind.INPUT, Kind.TARGET) and not self.key.is_worked(symbol)
        return given and self.key.true(symbol) in _PLAIN[:2]

    def values(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> tuple[Ball, ...]:
        """What a quantity may have as its value on this sheet: the student's own, and the right one.

        That of a blank line follows from the answers that it is computed from.
        """
        right = self.key.true_ball(quantity)
        if (own := answers.get(quantity)) is not None:
            if abs(ball(own.value) - right) < _THE_SAME:  # it has no digits beyond the written ones
                return (right,)
            return radius(ball(own.value), _half_unit(own, answers)), right
        line = self.key.line(quantity)
        used = quantities_in(line.formula) if line is not None and not line.given else []
        if line is None or not any(one in answers for one in used):
            return (right,)
        carried = value_in(line.formula, lambda name: self._answered(name, answers))
        return (right,) if carried is None else (carried, right)

    def carried(self, quantity: Quantity, answers: Mapping[Quantity, Given]) -> Ball | None:
        """What the formula of a line gives with the student's own values; None where it has no value."""
        line = self.key.line(quantity)
        return None if line is None else value_in(line.formula, lambda name: self._value(name, answers))

    def _answered(self, name: Hashable, answers: Mapping[Quantity, Given]) -> Ball:
        """The student's own value, or the right one."""
        assert isinstance(name, Quantity)
        own = answers.get(name)
        return self.key.true_ball(name) if own is None else radius(ball(own.value), _half_unit(own, answers))

    def _value(self, name: Hashable, answers: Mapping[Quantity, Given]) -> Ball:
        assert isinstance(name, Quantity)
        return self.values(name, answers)[0]

    def _fits(
        self, worked: NumbersPutIn, wrong: Mapping[int, Quantity], answers: Mapping[Quantity, Given], formula: Formula
    ) -> bool:
        """Whether with the right numbers in their places the numbers give what the formula does, and else do not."""
        right = value_in(formula, lambda name: self._value(name, answers))
        if right is None:
            return False
        balls = {place: self.values(belongs, answers)[0] for place, belongs in wrong.items()}
        for signs in islice(product((1, -1), repeat=len(wrong)), _MOST_SIGNS):
            signed = {place: sign * value for sign, (place, value) in zip(signs, balls.items(), strict=True)}
            hull = worked.hull([signed.get(place) for place in range(len(worked.put_in))])
            if hull is not None and not abs(right - hull.mid()) > hull.rad() + abs(hull.mid()) / 500:
                return True
        return False

    def _copied(self, wrong: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given]) -> Copied:
        """How a number was copied wrong: its own sign or digits first, then as the value of something else."""
        if how := how_copied(wrong, self.values(belongs, answers)):
            return Copied(wrong.text, belongs, None, how)
        whose = self._whose(wrong, belongs, answers)
        if (
            whose is None
            and wrong.value < 0
            and (own := self._whose(wrong.without_minus, belongs, answers)) is not None
        ):
            return Copied(wrong.without_minus.text, belongs, own)  # the minus is that of 1 − β
        return Copied(wrong.text, belongs, whose)

    def _whose(self, wrong: PutIn, belongs: Quantity, answers: Mapping[Quantity, Given]) -> Quantity | None:
        """Whose value a number is: of something of the same kind, else of the only thing on the sheet that has it."""
        known = (*self.key.derivation.constants, *self.key.derivation.index)
        others = (one for one in known if one != belongs)
        found = [one for one in others if any(_is_that(wrong, value) for value in self.values(one, answers))]
        same = [one for one in found if one.kind is belongs.kind]
        same = [one for one in same if one.at == belongs.at] or same
        if same:
            return same[0] if len(same) == 1 else None
        own = [one for one in found if one in answers or one.kind in _COPIED_FROM]
        return own[0] if len(own) == 1 and wrong.value not in _PLAIN else None


def _half_unit(own: Given, answers: Mapping[Quantity, Given]) -> Rational:
    """Half a unit of the last digit of an answer; a whole number among decimals has as many digits as they."""
    usual = usual_half_unit(answers.values()) if own.half_unit == _HALF else None
    return own.half_unit if usual is None else usual


def _is_that(number: PutIn, value: Ball) -> bool:
    """Whether a number is this value, which says what it is to about as many digits: 0.67 is no 1 of one figure."""
    reach = float(value.rad())
    return number.says(value) and reach <= max(10 * float(number.half_unit), abs(float(value.mid())) * _VAGUE)


def _factors_in(formula: Formula) -> Iterator[int]:
    """The places of the numbers that are factors of a product themselves."""
    for part in parts_in(formula):
        if isinstance(part, Apply) and part.operation == "product":
            yield from (one.symbol for one in part.arguments if isinstance(one, Name) and isinstance(one.symbol, int))


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
