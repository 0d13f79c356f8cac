"""The numbers that are drawn from: small integers and short decimals, by what they are for."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.numbers.exact import decimal_text

# Activations and losses whose lines end after a few decimals when the numbers they are given do.
ENDING_ACTIVATIONS = ("identity", "relu", "leaky_relu", "abs", "square", "hard_tanh", "step", "sign")
ENDING_LOSSES = ("half_squared_error", "squared_error", "mean_squared_error", "half_mean_squared_error",
                 "absolute_error", "huber", "hinge", "squared_hinge", "perceptron")  # fmt: skip
ENDING_OPTIMIZERS = (None, "sgd")


def decimals(low: int, high: int, places: int = 1, without: Sequence[int] = (0,)) -> tuple[str, ...]:
    """Every decimal from `low` to `high`, counted in units of the last place, but for some; 10 tenths are 1."""
    return tuple(_text(units, places) for units in range(low, high + 1) if units not in without)


def _text(units: int, places: int) -> str:
    while places and units % 10 == 0:
        units, places = units // 10, places - 1
    return decimal_text(units, places)


WHOLE = decimals(-3, 3, 0)
FURTHER = decimals(-9, 9, 0, without=(-1, 0, 1))
HALVES = (*WHOLE, "-1.5", "-0.5", "0.5", "1.5")
TENTHS = decimals(-9, 9)
UP_TO_TWO = decimals(-20, 20, without=(-10, 0, 10))

EXACT = {"input": decimals(-4, 4, 0, without=(0,)), "weight": HALVES, "bias": WHOLE, "target": FURTHER,
         "rate": ("0.1", "0.2", "0.1", "0.4"), "deep": ("-2", "-1", "1", "2", "-0.5", "0.5")}  # fmt: skip
ROUNDED = {"input": UP_TO_TWO, "weight": decimals(-12, 12, without=(-10, 0, 10)), "bias": TENTHS,
           "target": UP_TO_TWO, "rate": ("0.1", "0.2", "0.3", "0.4"),
           "deep": decimals(-16, 16, without=(-2, -1, 0, 1, 2))}  # fmt: skip

TARGETS = {
    "sigmoid": decimals(1, 9),
    "tanh": TENTHS,
    "relu": decimals(2, 9, 0),
    "hard_sigmoid": decimals(1, 9),
    "softplus": decimals(1, 30, without=(0, 10, 20)),
    "square": decimals(2, 9, 0),
    "abs": decimals(2, 9, 0),
}
