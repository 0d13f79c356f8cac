"""Rule 2: what an answer is where it follows from earlier answers of the sheet, right or wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.by_hand import RoundedResult
from backprop_cli.checking.enclosure import Enclosure
from backprop_cli.checking.line import MISSING, PART_FIGURES, AnsweredLine
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.shown import rounded
from backprop_cli.numbers.certified import Ball, Real, magnitude
from backprop_cli.numbers.enclosures import ball, looks_equal, settled
from backprop_cli.numbers.exact import Rational, decimal_digits, rational
from backprop_cli.numbers.rounded import Rounding

_WIDEST_UNITS, _WIDEST_PART = 10, rational(1, 50)  # how wide to either side an enclosure is that says something
_FINE_SOURCES = 20  # how many times wider that may be where everything it comes from has its digits
_FEWEST_FIGURES = 3  # that anybody keeps on the way
_SHORT_PLACES = 4  # of a value that comes out
_NOTHING = rational(0)


def followed(line: AnsweredLine) -> Enclosure | None:
    """The enclosure from the student's own values that v meets with its digits, and that says something."""
    for one in _ways(line):
        if is_met_by(line, one):
            return one
    plain = line.enclosures.of(line.quantity)
    if plain is None or _cuts_off(line) or not line.key.is_worked(line.quantity):
        return None
    if not _is_near(line, plain) or line.is_unchanged():
        return None
    digits = _digits(line)
    widened = line.enclosures.rounded_on_the_way(line.quantity, digits)
    met = next((one for one in widened if is_met_by(line, one, in_full=True)), None)
    return _worked_by_hand(line, digits, plain) if met is None else met


def _worked_by_hand(line: AnsweredLine, digits: tuple[Rounding, ...], plain: Enclosure) -> Enclosure | None:
    """What follows where v is just the number that rounding on the way leads to."""
    if line.given.half_unit == 0 or line.given.value == 0 or line.marking.rule.tolerance is not None:
        return None
    fewest = line.marking.enough(line.quantity).figures or _FEWEST_FIGURES
    wanted = [one for one in dict.fromkeys((*digits, *line.habits.digits)) if (one.figures or fewest) >= fewest]
    for one in line.enclosures.by_hand(line.quantity, [_by_rule(line, each) for each in wanted]):
        if _is_just(line, one, plain):
            return Enclosure(one.value, plain.noise, plain.used)
    return None


def _is_just(line: AnsweredLine, one: RoundedResult, plain: Enclosure) -> bool:
    """Whether v is this number as it is written, with the digits asked for or without the zeros at their end.

    Where fewer digits are kept on the way than are asked for, numbers agree by accident.
    """
    is_near = not abs(line.value - one.value) > line.given.half_unit
    if not is_near and one.written != line.given.value:
        return False
    unit = line.unit_at(one.value)
    if one.unit > unit:
        return False
    if line.given.unit > unit:
        shows_it = line.habits.drops_zeros and _may_be_short(line, plain, unit, in_full=False)
        return one.written == line.given.value and shows_it
    return is_near and not _breaks_the_tie(line, one.value, unit)


def _by_rule(line: AnsweredLine, digits: Rounding) -> Rounding:
    """These digits, with the rule for ties that the problem names."""
    rule = line.rule_of_ties
    return digits if rule is None else replace(digits, ties=rule.ties, is_named=True)


def _ways(line: AnsweredLine) -> Iterator[Enclosure]:
    """What follows: by the formula, or by an update over the own gradient."""
    plain = line.enclosures.of(line.quantity)
    if plain is not None:
        yield plain
    other = line.key.other_updates.get(line.quantity)
    if other is not None and not line.enclosures.sources.keys().isdisjoint(quantities_in(other)):
        by_gradient = line.enclosures.by(line.quantity, other)
        if by_gradient is not None:
            yield by_gradient


def _is_near(line: AnsweredLine, enclosure: Enclosure) -> bool:
    """Whether rounding on the way could make the difference at all."""
    away = abs(enclosure.middle - ball(line.given.value))
    near = abs(enclosure.middle) / 10 + 20 * line.given.unit + enclosure.width
    return not away > near or not away > near + line.largest / 10  # what is left of large summands


def _digits(line: AnsweredLine) -> tuple[Rounding, ...]:
    """To which digits partial results may have been rounded: those asked for, and those of the answer."""
    found: list[Rounding] = []
    if line.marking.is_asked(line.quantity):
        rule = line.marking.digits(line.quantity)
        found.append(Rounding(rule.places, rule.figures))
    figures = line.given.figures
    if figures is not None and figures > 0:
        value = ball(line.given.value)
        last = min(line.given.unit, line.unit_at(value))  # zeros at the end may not be written
        lasts = [last, *([2 * line.half_unit] if line.half_unit > line.given.half_unit else [])]  # 1970
        found += [Rounding(figures=magnitude(value) - magnitude(one) + 1) for one in lasts]
        found += [Rounding(places=-magnitude(last))] if last <= 1 else []
    elif line.given.is_open:
        rule = line.marking.digits(line.quantity)
        found.append(Rounding(rule.places, rule.figures))
    return tuple(dict.fromkeys(found))


def is_met_by(line: AnsweredLine, enclosure: Enclosure, in_full: bool = False) -> bool:
    """Whether v is what an enclosure gives; `in_full`: with all its digits, or all but one."""
    given, value = line.given, enclosure.middle
    away, width = abs(value - line.value), enclosure.width
    slack = line.half_unit
    if line.marking.rule.tolerance is not None:
        return line.reads(value, _NOTHING, width)
    if given.is_open:
        slack = line.unit_at(value) / 2
    if _cuts_off(line):
        return _is_cut_from(line, enclosure) and says_something(line, enclosure, line.unit_at(value))
    if away > width + slack:
        return False
    unit = line.unit_at(value)
    if _breaks_the_tie(line, value, unit):
        return False
    if given.unit > unit:
        if given.value == 0 and line.habits.drops_zeros:
            return not abs(value) > unit / 2
        if given.value == 0 or not _may_be_short(line, enclosure, unit, in_full):
            return looks_equal(value, given.value) and _shows_nothing(line, enclosure)
        slack = unit / 2  # zeros at the end are not written
    if not away > slack:  # just what the numbers on the sheet give
        return True
    if given.unit > unit and not line.habits.drops_zeros:
        return False
    if in_full and not _is_small(line, enclosure, unit):
        return False
    return not away > width + slack and says_something(line, enclosure, unit)


def _is_small(line: AnsweredLine, enclosure: Enclosure, unit: Rational) -> bool:
    """Whether rounding on the way moves the line by little; what moves an update by half of its step tells no step."""
    width, value = enclosure.width, enclosure.middle
    if line.old is not None and width > abs(value - line.own_old()) / 2:
        return False
    return not width > unit or not width > _WIDEST_PART * abs(value)


def _cuts_off(line: AnsweredLine) -> bool:
    """Whether digits are to be cut off and not rounded."""
    return line.rule_of_ties is not None and line.rule_of_ties.ties == "truncate"


def _breaks_the_tie(line: AnsweredLine, value: Ball, unit: Rational) -> bool:
    """Whether the value is a tie, and v the number to which the rule for ties does not lead."""
    rule = line.rule_of_ties
    if rule is None or line.given.unit < unit or not looks_equal(abs(value - line.value), unit / 2):
        return False
    return bool(line.given.value != rounded(settled(value), rule).value)


def _is_cut_from(line: AnsweredLine, enclosure: Enclosure) -> bool:
    """Whether v is cut off from a value of an enclosure, of which every source was cut off itself."""
    size, own, reach = abs(enclosure.middle), abs(line.value), 2 * enclosure.width
    if looks_equal(enclosure.middle, line.given.value) or enclosure.middle * line.given.value < 0:
        return not enclosure.middle * line.given.value < 0
    unit = max(line.given.unit, line.unit_at(enclosure.middle))
    return bool(own < size + reach) and bool(own + unit > size - reach)


def _may_be_short(line: AnsweredLine, enclosure: Enclosure, unit: Rational, in_full: bool) -> bool:
    """Whether fewer digits than U will do: zeros are left out, or the line's right value is short, too.

    Of one figure, that is believed where all it comes from has its digits: 0.1·0.1 is 0.01 by accident.
    """
    if line.given.unit <= MISSING * unit and (line.given.figures or 0) >= PART_FIGURES + in_full:
        return True
    if not in_full and _comes_from_all_digits(line, enclosure):
        return True
    return not in_full and is_short(line.key.true(line.quantity))


def is_short(value: Real) -> bool:
    """Whether a value has no more decimal places than a few."""
    places = decimal_digits(value) if isinstance(value, Rational) else None
    return places is not None and places <= _SHORT_PLACES


def says_something(line: AnsweredLine, enclosure: Enclosure, unit: Rational) -> bool:
    """Whether an enclosure is narrow enough: intervals of one-digit answers hold anything."""
    width, size = enclosure.width, enclosure.middle
    if line.old is not None:  # an update says something by its step
        size = size - line.own_old()
    if line.marking.rule.free_digits:
        unit = unit / 100
    if _comes_from_all_digits(line, enclosure):
        width = width / _FINE_SOURCES
    return not width > _WIDEST_UNITS * unit or not width > _WIDEST_PART * abs(size)


def _comes_from_all_digits(line: AnsweredLine, enclosure: Enclosure) -> bool:
    """Whether every answer that an enclosure comes from has its digits, so that it is wide by cancellation only."""
    return all(line.enclosures.has_digits(one) for one in enclosure.used)


def _shows_nothing(line: AnsweredLine, enclosure: Enclosure) -> bool:
    """Whether the line comes out as 0, or as the old value, which have no digits to show."""
    middle = enclosure.middle
    return is_nothing(middle) or (line.old is not None and looks_equal(middle, line.own_old()))


def is_empty(line: AnsweredLine, enclosure: Enclosure, wrong: Collection[Quantity]) -> bool:
    """Whether the line shows no work of its own: it comes out as 0, as the old value, or repeats a short answer.

    `wrong` are the wrong answers, from which it comes.
    """
    if _shows_nothing(line, enclosure):
        return True
    if line.given.unit <= line.unit_at(enclosure.middle):
        return False
    return any(looks_equal(line.enclosures.sources[one].middle, line.given.value) for one in wrong)
