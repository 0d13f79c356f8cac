"""How a number was copied wrong: its own sign and digits before another thing that has that value by chance."""

from __future__ import annotations

from functools import cache

import pytest

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.problem.reader import load_text
from backprop_cli.solving.worked import WorkedProblem

PROBLEM = """
inputs: {x1: 0.7, x2: 0.35}
targets: {y: 0.6}
layers:
  - {neurons: [h1, h2], activation: tanh, weights: [[w1 = 0.25, w2 = -0.8], [w3 = 0.45, w4 = 0.8]]}
  - {neurons: [y], activation: tanh, weights: [[w5 = -0.25, w6 = 1.234]]}
loss: half_squared_error
learning_rate: 0.1
"""
# net_h1 = −0.105, net_h2 = 0.595, out_h1 = −0.1046, out_h2 = 0.5335, net_y = 0.6845, out_y = 0.5945


@cache
def checker(loss: str = "half_squared_error", output: str = "tanh") -> Checker:
    text = PROBLEM.replace("half_squared_error", loss).replace("[y], activation: tanh", f"[y], activation: {output}")
    return Checker(WorkedProblem(load_text(text, "problem").problem))


def page(work: str, key: str, known: Checker) -> tuple[str, str, str]:
    """What is said of a line, and what to do."""
    found = check_sheet(known, read_bytes(work.encode(), "ann.txt", ".txt", known.reader))
    mark = next(one for one in found.marks if one.quantity.key == key)
    words = Explainer(found).explanation(mark)
    return Explainer(found).verdict_of(mark), words.said, words.advice


BEFORE = "out_h1 = -0.1046\nout_h2 = 0.5335\n"


@pytest.mark.parametrize(
    ("work", "key", "said"),
    [
        ("net_h1 = 0.25*0.7 + 0.8*0.35 = 0.455", "net_h1",  # 0.8 is w4, too
         "right formula, but the minus of w₂ was lost: 0.8 was put in"),
        ("net_h2 = -0.45*0.7 + 0.8*0.35 = -0.035", "net_h2",
         "right formula, but w₃ was given a minus: -0.45 was put in"),
        ("net_y = (-0.25)*(-0.1046) + 1.234*0.5437 = 0.6971", "net_y",
         "right formula, but 0.5437 was put in for out_h₂"),
        ("net_y = (-0.25)*(-0.1046) + 1.234*0.5353 = 0.6867", "net_y",
         "right formula, but two digits of out_h₂ were exchanged: 0.5353 was put in"),
        ("net_y = (-0.25)*(-0.1046) + 1.243*0.5335 = 0.6893", "net_y",
         "right formula, but two digits of w₆ were exchanged: 1.243 was put in"),
        ("net_y = (-0.25)*(-0.1046) + 1.24*0.5335 = 0.6877", "net_y",
         "right formula, but a digit of w₆ was lost: 1.24 was put in"),
        ("net_y = (-0.25)*(-0.1046) + 1.234*(-0.1046) = -0.1029", "net_y",
         "right formula, but -0.1046, your out_h₁, was put in for out_h₂"),
        ("net_y = (-0.25)*(-0.1046) + 1.234*0.35 = 0.4581", "net_y",
         "right formula, but 0.35, which is x₂, was put in for out_h₂"),
        # where the sign of a value is lost, the numbers say why
        ("dE/dw1 = delta_h1 * x1 = 0.0005*0.7 = 0.00035\ndelta_h1 = -0.0005", "dE/dw1",
         "right formula, but the minus of δ_h₁ was lost: 0.0005 was put in"),
        ("dE/dw1 = delta_h1 * x1 = (-0.0005)*0.7 = 0.00035\ndelta_h1 = -0.0005", "dE/dw1",
         "right formula, slip in the arithmetic: (−0.0005)·0.7 is −0.0003500, not 0.00035"),
    ],
)  # fmt: skip
def test_how_a_number_was_copied_wrong_is_said(work: str, key: str, said: str) -> None:
    assert page(BEFORE + work, key, checker())[0] == said


def test_the_minus_of_a_formula_is_no_part_of_the_number_put_in() -> None:
    work = "net_h2 = 0.595\nnet_y = 0.6845\nout_y = 1/(1 + exp(-0.595)) = 0.6445"
    said = page(work, "out_y", checker("binary_cross_entropy", "sigmoid"))[0]
    assert said == "right formula, but 0.595, your net_h₂, was put in for net_y"


def test_the_rule_of_a_slope_is_said_with_the_numbers() -> None:
    work = f"{BEFORE}out_y = 0.5945\ndelta_y = (0.5945 - 0.6)*(1 - 0.5945) = -0.00223"
    said = page(work, "delta_y", checker())[2]
    assert said == "the slope of tanh is one minus its output squared: 1 − out_y² = 1 − 0.5945²"


def test_behind_a_sigmoid_no_softmax_is_spoken_of() -> None:
    known = checker("binary_cross_entropy", "sigmoid")
    work = f"{BEFORE}out_y = 0.6647\ndelta_y = (0.6647 - 0.6)*0.6647*(1 - 0.6647) = 0.01442"
    said = page(work, "delta_y", known)
    assert "softmax" not in "".join(said)
    assert said[1:] == (
        "the slope out·(1 − out) was multiplied on: behind a sigmoid with binary cross-entropy δ is out − t",
        "the slope of the sigmoid is in out − t already",
    )


def test_numbers_are_written_as_mathematics() -> None:
    said = page(f"{BEFORE}out_y = 0.5945\nE = 1/2 (0.6 - 0.5945)^2 = 0.0000251", "E", checker())[0]
    assert said.startswith("right formula, slip in the arithmetic: ½·(0.6 − 0.5945)² is 0.0000")
