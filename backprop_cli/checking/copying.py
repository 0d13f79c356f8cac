"""How a number was miscopied from its own value: without its sign, with two digits exchanged, or with one too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_cli.checking.put_in import PutIn
from backprop_cli.ground.words import n_
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import ball

HOW: Mapping[str, str] = {
    "minus lost": n_("right formula, but the minus of {symbol} was lost: {number} was put in"),
    "minus added": n_("right formula, but {symbol} was given a minus: {number} was put in"),
    "exchanged": n_("right formula, but two digits of {symbol} were exchanged: {number} was put in"),
    "digit lost": n_("right formula, but a digit of {symbol} was lost: {number} was put in"),
}
_MOST_PLACES = 9
_FEWEST_DIGITS = 3  # of a number whose digits say something


def how_copied(wrong: PutIn, values: Sequence[Ball]) -> str:
    """A key of HOW, by what a number is of one of the values that belong there; empty where it is none of that."""
    found = (how for value in values if (how := _how(wrong, value)))
    return next(found, "")


def _how(wrong: PutIn, value: Ball) -> str:
    if wrong.says(-value) and not wrong.says(value):
        return "minus lost" if wrong.value > 0 else "minus added"
    number = float(value.mid())
    if bool(ball(wrong.value) * value.mid() < 0):
        return ""
    written = wrong.text.lstrip("-−+")
    places = len(written.partition(".")[2])
    for more in (0, 1):
        right = f"{abs(number):.{min(places + more, _MOST_PLACES)}f}"
        if len(right.replace(".", "").lstrip("0")) >= _FEWEST_DIGITS and right != written:
            if _is_exchanged(written, right):
                return "exchanged"
            if more and _is_without_one(written, right):
                return "digit lost"
    return ""


def _is_exchanged(written: str, right: str) -> bool:
    """Whether two digits side by side have changed places."""
    if len(written) != len(right):
        return False
    apart = [at for at, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and written[apart[0]] == right[apart[1]]
        and written[apart[1]] == right[apart[0]]
    )


def _is_without_one(written: str, right: str) -> bool:
    """Whether a digit inside a number is missing; without its last one it is rounded or cut off."""
    return any(
        right[:at] + right[at + 1 :] == written for at, char in enumerate(right[:-1]) if char.isdigit()
    ) and not right.startswith(written)
