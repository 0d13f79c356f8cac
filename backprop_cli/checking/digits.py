"""Digits as they are copied: whether an answer is another number with one digit miscopied."""

from __future__ import annotations

from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.exact import Rational, digits_of
from backprop_cli.numbers.rounded import Rounding, round_to

_FEWEST = 3  # of fewer digits, any two are nearly the same


def miscopied(value: Rational, half_unit: Rational, right: Ball) -> bool:
    """Whether the answer is the right number with one digit changed, or two neighbours exchanged."""
    if half_unit == 0 or (value < 0) != bool(right < 0):
        return False
    places = len(digits_of(int((1 / (2 * half_unit)).p))) - 1 if half_unit < 1 else 0
    try:
        rounded = round_to(right, Rounding(places=places))
    except Undecided:
        return False
    scale = 10**places
    wrong_digits = digits_of(int((value * scale).p))
    right_digits = digits_of(int((rounded.value * scale).p))
    if len(wrong_digits) != len(right_digits) or len(right_digits) < _FEWEST:
        return False
    differ = [n for n, (a, b) in enumerate(zip(wrong_digits, right_digits, strict=True)) if a != b]
    if len(differ) == 1:
        return True
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    first, second = differ
    return wrong_digits[first] == right_digits[second] and wrong_digits[second] == right_digits[first]
