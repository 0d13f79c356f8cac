"""Letters that books use for different things are judged by the meaning that makes the line right."""

from __future__ import annotations

from functools import cache

import pytest

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.problem.reader import load, load_text
from backprop_cli.solving.worked import WorkedProblem

ONE_OUTPUT = """
inputs: {x1: 0.5, x2: 0.3}
targets: {y: 0.8}
layers:
  - {neurons: [h1, h2], activation: sigmoid, weights: [[w1 = 0.4, w2 = 0.1], [w3 = -0.5, w4 = 0.9]]}
  - {neurons: [y], activation: sigmoid, weights: [[w5 = 0.6, w6 = -0.2]], bias: [b3 = 0.1]}
loss: half_squared_error
learning_rate: 0.5
notation: nielsen
"""
CLASSES = """
inputs: {x1: 1, x2: 0.5}
targets: k1
layers:
  - {neurons: [k1, k2], activation: softmax, weights: [[w1 = 0.2, w2 = 0.6], [w3 = 0.4, w4 = -0.6]]}
loss: cross_entropy
notation: cs231n
"""


@cache
def checker(problem: str, notation: str) -> Checker:
    text = problem.replace("notation: nielsen", f"notation: {notation}")
    return Checker(WorkedProblem(load_text(text, "problem").problem))


def report(work: str, problem: str = ONE_OUTPUT, notation: str = "nielsen") -> Report:
    known = checker(problem, notation)
    return check_sheet(known, read_bytes(work.encode(), "ann.txt", ".txt", known.reader))


def judged(work: str, problem: str = ONE_OUTPUT, notation: str = "nielsen") -> list[bool | None]:
    """Whether each formula on a sheet was found right."""
    return [one.formula for one in report(work, problem, notation).working.values()]


@pytest.mark.parametrize(
    ("work", "notation"),
    [
        ("delta_y = (a^3_1 - y)·a^3_1·(1 - a^3_1)", "nielsen"),
        ("delta_y = (ŷ - y)·ŷ·(1 - ŷ)", "goodfellow"),
        ("delta_y = (out_y - t)·out_y·(1 - out_y)", "plain"),
        ("delta_y = (y - d)·y·(1 - y)", "plain"),  # y is the output here, and d the target
        ("delta_y = (o - y)·o·(1 - o)", "plain"),
        ("E = ½(y - a^3_1)²", "nielsen"),
        ("E = 1/2 (y - a^3)^2", "nielsen"),  # a^3 is no power: the third layer has one unit
        ("out_y = σ(z^3)", "nielsen"),
    ],
)
def test_a_right_line_is_right_whatever_its_letters_stand_for(work: str, notation: str) -> None:
    assert judged(work, ONE_OUTPUT, notation) == [True]


@pytest.mark.parametrize(
    "work",
    [
        "delta_y = (a^3_1 - y)·a^3_1·(1 + a^3_1)",
        "delta_y = (a^3_1 - y)·(1 - a^3_1)",
        "E = ½(y - a^3_1)",
        "out_y = 2·σ(z^3)",
    ],
)
def test_no_meaning_makes_a_wrong_line_right(work: str) -> None:
    assert judged(work) in ([False], [None], [])


@pytest.mark.parametrize("work", ["ds_k1 = p_k1 - y_k1", "ds_k2 = p_2 - y_2", "ds_k1 = p_k1 - 1", "ds_k2 = p_k2 - 0"])
def test_the_outputs_of_a_softmax_have_letters_of_their_own(work: str) -> None:
    assert judged(work, CLASSES) == [True]


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("O6*(1-O6)", "the error T₆ − O₆ was left out"),
        ("(T6-O6)*O6", "not the whole slope of this activation: only its first factor"),
    ],
)
def test_of_two_mistakes_with_one_value_the_letters_tell_which(letters: str, said: str) -> None:
    known = Checker(WorkedProblem(load("han-kamber").problem))  # T₆ = 1: the error is 1 − O₆
    work = f"O6 = 0.48\nErr6 = {letters} = 0.2496"
    found = check_sheet(known, read_bytes(work.encode(), "ann.txt", ".txt", known.reader))
    words = Explainer(found).explanation(found.marks[-1])
    assert (words.said, words.others) == (said, ())


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [("d_y", "-0.0502", "delta_y"), ("d_h1", "-0.0075", "delta_h1"), ("d_{h2}", "0.0025", "delta_h2")],
)
def test_a_latin_d_is_delta(name: str, value: str, key: str) -> None:
    found = report(f"{name} = {value}", notation="plain")
    assert [mark.quantity.key for mark in found.marks] == [key]
    assert not found.unread


def test_a_latin_d_with_the_value_of_the_target_is_the_target() -> None:
    found = report("d_y = 0.8\nout_y = 0.57", notation="plain")
    assert [mark.quantity.key for mark in found.marks] == ["out_y"]
    assert not found.unread
