"""Rules 3 to 5: answers with too few digits, one unit off, or with another sign or point."""

from __future__ import annotations

from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.enclosure import Enclosure
from backprop_cli.checking.following import is_met_by, says_something
from backprop_cli.checking.line import MISSING, PART_FIGURES, AnsweredLine
from backprop_cli.checking.marking import is_nothing
from backprop_cli.numbers.certified import Ball, Real, middle
from backprop_cli.numbers.enclosures import ball, looks_equal
from backprop_cli.numbers.exact import Rational, rational


def is_covered_by_the_right_value(line: AnsweredLine) -> bool:
    """Whether the right value lies within what is written, which has too few digits."""
    return line.given.unit > line.unit and not abs(ball(line.given.value) - line.expected) > line.given.half_unit


def covering(line: AnsweredLine) -> Enclosure | None:
    """What follows from earlier answers, where it lies within what is written and that has too few digits."""
    enclosure = line.enclosures.of(line.quantity)
    if enclosure is None or not enclosure.used or line.given.half_unit == 0:
        return None
    if abs(enclosure.middle - ball(line.given.value)) > enclosure.width + line.given.half_unit:
        return None
    unit = line.unit_at(enclosure.middle)
    is_just_so = not abs(enclosure.middle - ball(line.given.value)) > unit / 2
    return enclosure if line.given.unit > unit and (is_just_so or says_something(line, enclosure, unit)) else None


def is_covered(line: AnsweredLine) -> bool:
    """Whether what is written holds the right value, or the one that follows, but with too few digits."""
    return is_covered_by_the_right_value(line) or covering(line) is not None


def earns_for_its_digits(line: AnsweredLine) -> bool:
    """Whether an answer with too few digits has at least two figures, and lacks no more than two."""
    unit = line.unit
    if not is_covered_by_the_right_value(line) and (follow := covering(line)) is not None:
        unit = line.unit_at(follow.middle)
    return (line.given.figures or 0) >= PART_FIGURES and line.given.unit <= MISSING * unit


def nearly(line: AnsweredLine) -> tuple[str, Enclosure | None]:
    """`cut off` or `last digit` where v is one unit off; and the enclosure, where it is off what follows."""
    if line.given.half_unit == 0 or not isinstance(line.given.value, Rational):
        return "", None
    plain = line.enclosures.of(line.quantity)
    true = line.key.true(line.quantity)
    is_whole = looks_equal(true, line.expected)
    targets: list[tuple[Real, Enclosure | None]] = [(line.expected if is_whole else true, None)]
    if plain is not None and plain.used:
        targets.append((plain.middle, plain))
    for target, enclosure in targets:
        unit = line.unit if enclosure is None else line.unit_at(target)
        if line.given.unit <= unit and (near := _one_off(line, target)):
            return near, enclosure
    return "", None


def is_cut_too_short(line: AnsweredLine) -> bool:
    """Whether what is written is the right value, cut off where it has too few digits: it says nothing of a mistake."""
    if (line.given.figures or 0) <= PART_FIGURES or not isinstance(line.given.value, Rational):
        return False
    return line.given.unit > line.unit and _one_off(line, line.key.true(line.quantity)) == "cut off"


def _one_off(line: AnsweredLine, target: Real) -> str:
    """What is said of an answer that is one unit of its last digit from the target; a whole target is just so."""
    unit, value = line.given.unit, line.given.value
    scaled = ball(target) / unit
    nearest = _middle_of(scaled)
    if abs(scaled - nearest) < rational(1, 10**20):
        return ""
    steps = value / unit
    if abs(ball(steps)) < abs(scaled) and abs(scaled - steps) < 1:
        return "cut off"
    is_other = line.rule_of_ties is not None and abs(scaled - steps) < 1  # where another rule leads
    return "last digit" if is_other or steps - nearest in (1, -1) else ""


def has_a_point(line: AnsweredLine) -> bool:
    """Whether a decimal point can be in the wrong place: neither v nor the right value is 0, and no count is asked."""
    return line.quantity.kind is not Kind.EPOCH and line.given.value != 0 and not is_nothing(line.expected)


def with_other_sign(line: AnsweredLine) -> bool:
    """Whether −v would be right, or would follow with all its digits; of a count, it is no slip."""
    if line.given.value == 0 or line.quantity.kind is Kind.EPOCH:
        return False
    other = line.like(line.given.times(rational(-1)))
    plain = line.enclosures.of(line.quantity)
    if other.is_right() or plain is None:
        return other.is_right()
    return line.given.unit <= line.unit_at(plain.middle) and is_met_by(other, plain)


def _middle_of(value: Ball) -> Rational:
    """The whole number nearest to a ball."""
    above = middle(value) + rational(1, 2)
    return rational(int(above.p // above.q))
