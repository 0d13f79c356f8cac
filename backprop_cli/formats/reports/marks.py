"""Marks as programs read them: exactly, as a text, and beside it as a number."""

from __future__ import annotations

from backprop_cli.numbers.exact import Rational, short_text


def marks_data(earned: Rational, worth: Rational) -> dict[str, object]:
    """What was earned, and of how much: 35/12 is `"marks": "35/12"`, and `"earned": 2.9166666666666665`."""
    return {
        "marks": short_text(earned),
        "of": short_text(worth),
        "earned": json_number(earned),
        "worth": json_number(worth),
    }


def json_number(value: Rational) -> int | float:
    """The nearest number that JSON's readers know; a whole one stays whole."""
    return int(value.p) if value.q == 1 else int(value.p) / int(value.q)
