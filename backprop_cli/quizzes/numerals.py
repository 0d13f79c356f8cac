"""Numbers as programs read them: a point, an exponent where it is short, no sign but a minus."""

from __future__ import annotations

from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text
from backprop_cli.numbers.rounded import to_digits

_DIGITS = 15  # that a double holds
_SMALL, _LARGE = -5, 15  # sizes that are written without an exponent


def number(value: Rational) -> str:
    """0.0375, 1.25e-07"""
    if value == 0:
        return "0"
    text = to_digits(value, _DIGITS).text("e{}", (_SMALL, _LARGE))
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{mark}{exponent}"


def per_cent(share: Rational) -> str:
    """A share of the marks of a hundred: 50, 33.33333"""
    whole = share * 100
    if whole.q == 1:
        return str(int(whole.p))
    places = decimal_digits(whole)
    shown = places if places is not None and places <= 5 else 5
    return decimal_text(round(whole.p * 10**shown / whole.q), shown)
