"""Programs that solutions are written as: what they are made of, and how near their numbers are."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from helpers import as_fraction, solved

from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

NAMES = list(bundled())

CLOSE = 1e-9


@cache
def solution(name: str) -> Solution:
    """A bundled problem's solution, with the forward pass after the update, to as many digits as a float has."""
    return solution_of(load(name), SolveOptions(then_forward=True, digits=15))


def numbers(printed: str) -> list[tuple[str, float]]:
    """The names and the numbers that a program prints."""
    pairs = (line.rsplit(" = ", 1) for line in printed.splitlines())
    return [(name, float(value)) for name, value in pairs]


def differences(one: Solution, printed: str, whole: bool = True) -> list[str]:
    """The quantities that are not printed as the solution has them."""
    said = numbers(printed)
    wanted = {step.quantity.key: step.value.decimal.value for step in one.trace.steps}
    left_out = wanted.keys() - {key for key, _value in said}
    assert not (left_out if whole else [key for key in left_out if "_new" in key])
    assert {key for key, _value in said} <= wanted.keys()
    return [f"{key}: {one} is not {wanted[key]}" for key, one in said if not near(one, as_fraction(wanted[key]))]


def near(said: float, wanted: Fraction) -> bool:
    return abs(Fraction(said) - wanted) <= CLOSE * max(abs(wanted), Fraction(1, 10**6))


HOSTILE = """
title: "end\\nimport os; os.abort()\\r\\"\\"\\" '''\\u2028import os"
inputs: {import: 1, print: 2, four: 3, math: 4, show: 5, "new": 6, window: 7}
targets: {lambda: 1}
layers:
  - neurons: [lambda]
    activation: sigmoid
    weights: [[None = 0.1, exec = 0.2, w = 0.3, relu = 0.4, max = 0.5, Math = 0.6, console = 0.7]]
    bias: exp = 0.25
loss: half_squared_error
learning_rate: 0.5
"""

ACTIVATIONS = """
inputs: {x: 0.3, v: -0.7, zero: 0, three: 3}
graph:
"""

EXPRESSIONS = [
    "sigmoid(x - v)", "tanh(-x)", "relu(v)", "relu(zero)", "relu(zero, 1/2)", "leaky_relu(v)", "leaky_relu(v, 0.2)",
    "elu(v)", "softplus(x*v)", "softsign(v)", "swish(x)", "gelu(x)", "hard_sigmoid(x)", "hard_tanh(v)",
    "hard_tanh(three)", "step(zero)", "step(v)", "sign(v)", "square(v)", "-v^2", "(-v)^2 - (x - v)", "x - (v - x)",
    "2^-x", "x/v/x", "x/(v*x)", "sqrt(x)", "exp(-x)", "ln(x)", "log2(x)", "log10(x)", "sin(x)", "cos(x)", "tan(x)",
    "abs(v)", "floor(v)", "max(x, v, x)", "min(x, v, v)", "mean(x, v, 1)", "sum(x, v)", "erf(v)", "x*-v", "-(x/v)^3",
    "pi*x",
]  # fmt: skip


@cache
def expressions() -> Solution:
    """Every operation that a graph may use, with its slope."""
    lines = [f"  n{number}: {text}" for number, text in enumerate(EXPRESSIONS)]
    total = " + ".join(f"n{number}" for number in range(len(EXPRESSIONS)))
    return solved("\n".join([*ACTIVATIONS.strip().splitlines(), *lines, f"  f: {total}", "objective: f"]))


LOSSES = """
inputs: {x: 0.3, v: 0.6}
targets: TARGETS
layers: [{neurons: [o1, o2], activation: ACTIVATION, weights: [[0.4, -0.9], [0.3, 0.2]], bias: [0.1, 0.2]}]
loss: LOSS
learning_rate: 0.1
"""


@cache
def losses() -> dict[str, Solution]:
    """A small network with each loss."""
    from backprop_cli.algebra.losses import LOSSES as TABLE

    found = {}
    for name in TABLE:
        activation = "softmax" if "cross" in name or name == "kl_divergence" else "tanh"
        activation = "sigmoid" if name == "binary_cross_entropy" else activation
        targets = "{o1: 1, o2: 0}" if activation != "tanh" else "{o1: 1, o2: -1}"
        text = LOSSES.replace("TARGETS", targets).replace("ACTIVATION", activation)
        found[name] = solved(text.replace("LOSS", name.replace("_base_", "(") + (")" if "_base_" in name else "")))
    return found


ROUNDED = """
inputs: {x: 0.5}
graph: {up: x*0.25, even: x*0.75, down: -x*0.25, large: x*24690.9, none: 0*x}
objective: up
rounding: {ROUNDING, ties: TIES}
"""
