"""The numbers that are drawn from: small integers and short decimals, by what they are for."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.numbers.exact import decimal_text


def decimals(low: int, high: int, places: int = 1, without: Sequence[int] = (0,)) -> tuple[str, ...]:
    """Every decimal from `low` to `high`, counted in units of the last place, but for some; 10 tenths are 1."""
    return tuple(short(units, places) for units in range(low, high + 1) if units not in without)


def short(units: int, places: int) -> str:
    """So many units of the last place, as the shortest decimal."""
    while places and units % 10 == 0:
        units, places = units // 10, places - 1
    return decimal_text(units, places)


WHOLE = decimals(-3, 3, 0)
NOT_ONE = ("-3", "-2", "-1.5", "-0.5", "0.5", "1.5", "2", "3")
FURTHER = decimals(-9, 9, 0, without=(-1, 0, 1))
MOSTLY_WHOLE = (*WHOLE, *WHOLE, "-0.5", "0.5")
TENTHS = decimals(-9, 9)
UP_TO_TWO = decimals(-20, 20, without=(-10, 0, 10))

_RATES = ("0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2")
EXACT = {"input": decimals(-4, 4, 0), "weight": MOSTLY_WHOLE, "bias": WHOLE, "target": FURTHER, "rate": _RATES,
         "deep": ("-2", "-1", "1", "2", "-0.5", "0.5"), "wide": ("-1", "1", "-0.5", "0.5")}  # fmt: skip
# For squares.
GENTLE = {**EXACT, "input": decimals(-3, 3, 0), "weight": EXACT["deep"], "bias": decimals(-2, 2, 0)}
# For units that end at −1 and 1.
WITHIN_ONE = {"input": ("-2", "-1", "-0.5", "0.5", "1", "2"), "weight": TENTHS, "bias": TENTHS, "target": UP_TO_TWO,
              "rate": _RATES, "deep": TENTHS, "wide": TENTHS}  # fmt: skip
# The learning rates are such that a step taken with the new weights, or with η², shows in the fourth place; they are
# not 0.5, with which twice the gradient is the gradient without η.
ROUNDED = {"input": UP_TO_TWO, "weight": decimals(-12, 12, without=(-10, 0, 10)), "bias": TENTHS, "target": UP_TO_TWO,
           "rate": ("0.2", "0.3", "0.4", "0.6"), "deep": decimals(-16, 16, without=(-2, -1, 0, 1, 2)),
           "wide": TENTHS}  # fmt: skip
# With three places or fewer, what shows has to be larger.
_LARGER = decimals(-20, 20, without=(-10, *range(-4, 5), 10))
COARSE = {**ROUNDED, "weight": _LARGER, "rate": ("0.6", "0.8", "1.2", "1.5"), "deep": _LARGER}

TARGETS = {
    "sigmoid": decimals(1, 9),
    "tanh": TENTHS,
    "hard_tanh": TENTHS,
    "relu": decimals(2, 9, 0),
    "hard_sigmoid": decimals(1, 9),
    "softplus": decimals(1, 30, without=(0, 10, 20)),
    "square": decimals(2, 9, 0),
    "abs": decimals(2, 9, 0),
}
