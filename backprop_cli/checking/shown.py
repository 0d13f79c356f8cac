"""The right values as they are shown: in key, rubric, report and worksheet alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.references import is_from_another_start, is_reported
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.certified import Real, magnitude, precision
from backprop_cli.numbers.enclosures import ball, settled
from backprop_cli.numbers.rounded import Decimal, Rounding, round_to

_MOST_PLACES = 12  # a step that shows only after that is not shown


def shown(key: AnswerKey, marking: Marking, quantity: Quantity) -> Decimal:
    """The right value of a quantity as it is shown."""
    return rounded(key.expected(quantity), digits_of(key, marking, quantity))


def digits_of(key: AnswerKey, marking: Marking, quantity: Quantity) -> Rounding:
    """To how many digits the value of a quantity is shown."""
    if quantity not in marking.shown:
        marking.shown[quantity] = digits_shown(marking, quantity, key.formula(quantity), key.true)
    return marking.shown[quantity]


def digits_shown(
    marking: Marking, quantity: Quantity, formula: Formula | None, value_of: Callable[[Quantity], Real]
) -> Rounding:
    """To how many digits a value is shown: those asked for, else so many that the last one asked of students is seen.

    The value of 0.15 − 0.00000022 is shown as 0.1499998, although values of its kind have four places.
    """
    usual = marking.digits(quantity)
    if usual.places is None or marking.is_asked(quantity):
        return usual
    with precision(BITS):
        value = value_of(quantity)
        old = _old_in(marking, quantity, formula)
        unit = marking.unit(quantity, value, ball(value) - ball(value_of(old)) if old is not None else None)
        places = -magnitude(unit) if unit != 0 else 0
        most = _MOST_PLACES if old is not None else places
    return usual if places <= usual.places else _replace(usual, places=min(places, most))


def rounded(value: Real, digits: Rounding) -> Decimal:
    """A value rounded to these digits, also where it is a tie, or 0, that was not computed exactly."""
    with precision(BITS):
        try:
            return round_to(value, digits)
        except Undecided:
            return round_to(settled(ball(value)), digits)


def _old_in(marking: Marking, quantity: Quantity, formula: Formula | None) -> Quantity | None:
    """The old value of an updated parameter in its formula; of one after a reported epoch, the one at the start."""
    if is_reported(quantity):
        is_kept = quantity.kind is Kind.PARAMETER and not is_from_another_start(quantity)
        return quantity.bare if is_kept else None
    if formula is None or quantity.kind is not Kind.NEW or quantity.name not in marking.problem.parameters:
        return None
    same = (one for one in quantities_in(formula) if one.name == quantity.name)
    return next((one for one in same if one.kind in (Kind.PARAMETER, Kind.NEW)), None)
