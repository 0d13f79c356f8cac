"""Exact rationals: read from text, written as decimals or fractions, never a float.

They are FLINT's `fmpq`, the numbers that SymPy's QQ computes with on FLINT: they pass to SymPy as they are, and SymPy's
0.3 seconds of start-up are paid only where its symbols are needed (numbers/symbolic.py).
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf, log2
from typing import Any

from flint import fmpq as Rational
from flint import fmpz

from backprop_cli.ground import limits
from backprop_cli.ground.words import _, in_figures, plural

__all__ = ["Rational", "decimal_digits", "decimal_text", "digits_of", "numeral", "rational", "to_float"]

_NUMERAL = re.compile(r"(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?")


def rational(numerator: int, denominator: int = 1) -> Rational:
    """numerator/denominator as an exact number; ZeroDivisionError when the denominator is 0."""
    return Rational(numerator, denominator)


@lru_cache(maxsize=1024)  # a class has the same marks again and again
def from_text(text: str) -> Rational:
    """The number that `str` wrote: 3 or 35/12."""
    top, _slash, bottom = text.partition("/")
    return rational(int(top), int(bottom or "1"))


def to_float(value: Any) -> float:
    """A float near the rational or the ball, ±∞ beyond them. FLINT's own conversion came with python-flint 0.9."""
    try:
        return int(value.p) / int(value.q) if isinstance(value, Rational) else float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def numeral(text: str) -> Rational:
    """The exact value of an unsigned decimal such as `0.15`, `.5` or `2e-3`.

    Raises ValueError when the text is no numeral and OverflowError when it is longer or larger than the limits.
    """
    match = _NUMERAL.fullmatch(text)
    if not match or not text.isascii() or not (match[1] or match[2]):
        raise ValueError(text)
    whole, part, exponent = match[1], match[2] or "", match[3] or "0"
    if len(text) > limits.NUMBER_LENGTH or len(exponent) > 8 or abs(int(exponent)) > limits.EXPONENT:
        raise OverflowError(text)
    shift = int(exponent) - len(part)
    digits = int(whole + part)
    return rational(digits * 10**shift) if shift >= 0 else rational(digits, 10**-shift)


def decimal_digits(value: Rational) -> int | None:
    """How many decimals the value needs, or None when its decimals never end."""
    denominator = int(value.q)
    twos = (denominator & -denominator).bit_length() - 1
    odd = denominator >> twos
    fives = round((odd.bit_length() - 1) / log2(5))
    # 5**k has ⌊k·log2 5⌋ + 1 binary digits, so only two candidates can be the exponent.
    for candidate in (fives, fives + 1):
        if 5**candidate == odd:
            return max(twos, candidate)
    return None


def decimal_text(scaled: int, places: int) -> str:
    """The decimal `scaled`·10^−places, written out: `decimal_text(3775, 4)` is `0.3775`."""
    digits = digits_of(scaled) + "0" * (-places if scaled else 0)
    sign = "-" if scaled < 0 else ""
    if places <= 0:
        return sign + digits
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def digits_of(number: int) -> str:
    """The digits of a whole number without its sign; Python's own conversion is refused beyond 4,300 digits."""
    return str(abs(fmpz(number)))


def marks_text(value: Rational) -> str:
    """Marks as a reader is told them: 1, 0.5, 1/3, and 2 11/12 for 35/12."""
    text = in_figures(short_text(value))
    if "/" not in text or abs(value.p) < value.q:
        return text
    whole, rest = divmod(abs(int(value.p)), int(value.q))
    return f"{'-' if value < 0 else ''}{whole} {rest}/{value.q}"


def marks_in_words(value: Rational) -> str:
    """14 marks"""
    if value.q == 1 and value >= 0:
        return plural("{count} mark", "{count} marks", int(value))
    return _("{marks} marks").format(marks=marks_text(value))


_PLACES = 4  # of marks in a table


def decimal_number(value: Rational) -> str:
    """The number as a spreadsheet adds it up: 1, 0.5, and 2.9167 for 35/12."""
    return _decimal(int(value.p), int(value.q))


@lru_cache(maxsize=1024)  # by whole numbers: to hash a rational makes a Fraction of it
def _decimal(top: int, bottom: int) -> str:
    exact = decimal_digits(rational(top, bottom))
    if exact is not None and exact <= _PLACES:
        return decimal_text(top * 10**exact // bottom, exact)
    return decimal_text(round(top * 10**_PLACES / bottom), _PLACES)


def short_text(value: Rational) -> str:
    """The number as marks are written: 1, 0.5, 1/3."""
    places = decimal_digits(value)
    if places is None or places > 2:
        return f"{value.p}/{value.q}"
    return decimal_text(int(value.p * 10**places // value.q), places)
