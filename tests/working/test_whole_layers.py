"""Vectors and matrices by the names of several books: which layer is meant is told by shapes and values."""

from __future__ import annotations

from functools import cache

import pytest

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.problem.reader import load_text
from backprop_cli.solving.worked import WorkedProblem

SIGMOIDS = """
inputs: {x1: 1, x2: -1}
targets: {y: 0.5}
layers:
  - neurons: [h1, h2]
    activation: sigmoid
    weights: [[w1 = 0.3, w2 = -0.1], [w3 = 0.2, w4 = 0.7]]
    bias: [b1 = 0.05, b2 = -0.2]
  - {neurons: [y], activation: sigmoid, weights: [[w5 = 0.9, w6 = -0.4]], bias: [b3 = 0.15]}
loss: half_squared_error
learning_rate: 0.1
notation: nielsen
"""
# z² = (0.45, −0.7), a² = (0.6106, 0.3318), z³ = 0.5669, a³ = 0.6380, δ³ = 0.0319, δ² = (0.0068, −0.0028)
CLASSES = """
inputs: {x1: 2, x2: 1}
targets: k2
layers:
  - neurons: [h1, h2]
    activation: relu
    weights: [[w1 = 0.5, w2 = 0.1], [w3 = -0.3, w4 = 0.8]]
    bias: [b1 = 0.2, b2 = 0]
  - neurons: [k1, k2, k3]
    activation: softmax
    weights: [[w5 = 0.1, w6 = 1], [w7 = 0.6, w8 = -1], [w9 = -0.2, w10 = 0.5]]
    bias: [b3 = 0.1, b4 = -0.1, b5 = 0]
loss: cross_entropy
notation: cs231n
"""
# s_h = (1.3, 0.2), h = (1.3, 0.2), s = (0.43, 0.48, -0.16), p = (0.3838, 0.4035, 0.2127)
RELU = SIGMOIDS.replace("nielsen", "goodfellow").replace("h2]\n    activation: sigmoid", "h2]\n    activation: relu")
# a = (0.45, −0.7), h = (0.45, 0), a_y = 0.555, ŷ = 0.6353, g_y = 0.03135


@cache
def checker(problem: str) -> Checker:
    return Checker(WorkedProblem(load_text(problem, "problem").problem))


def report(work: str, problem: str, ending: str = ".txt") -> Report:
    return check_sheet(checker(problem), read_bytes(work.encode(), f"ann{ending}", ending, checker(problem).reader))


RIGHT = [
    (SIGMOIDS, "w^2 = [[0.3, -0.1], [0.2, 0.7]]\nz^2 = w^2 x + b^2 = [0.45, -0.7]", 2),
    (SIGMOIDS, "z^2 = [0.45, -0.7]\na^2 = σ(z^2) = [0.6106, 0.3318]", 4),
    (SIGMOIDS, "(BP1) δ^3 = 0.0319\n(BP4) ∂C/∂w^3 = δ^3 (a^2)^T = [[0.0195, 0.0106]]", 3),
    (SIGMOIDS, "(2.3) ∂C/∂b^2 = δ^2 = [0.0068, -0.0028]", 2),
    (SIGMOIDS, "z^3 = 0.9*0.6106 - 0.4*0.3318 + 0.15 = 0.5668\na^3 = σ(z^3) = 0.6380", 2),
    (CLASSES, "b1 = [0.2, 0]\ns_h = W1·x + b1 = [1.3, 0.2]\nh = max(0, s_h) = [1.3, 0.2]", 4),
    (CLASSES, "s = W2·h + b2 = [0.43, 0.48, -0.16]\np = [0.3838, 0.4035, 0.2127]", 6),
    (CLASSES, "p = [0.3838, 0.4035, 0.2127]\nds = p - y = [0.3838, -0.5965, 0.2127]", 6),
    (CLASSES, "ds = [0.3838, -0.5965, 0.2127]\ndh = W2^T · ds = [-0.3621, 1.0866]", 5),
    (CLASSES, "probs = [0.3838, 0.4035, 0.2127]", 3),
    (RELU, "a^(1) = W^(1) x + b^(1) = [[0.3, -0.1], [0.2, 0.7]] [[1], [-1]] + [[0.05], [-0.2]] = [0.45, -0.7]", 2),
    (RELU, "a^(2) = 0.9*0.45 + 0.15 = 0.555\nŷ = σ(a^(2)) = 0.6353", 2),
    (RELU, "ŷ = 0.6353\ng^(2) = (ŷ - y)·ŷ·(1 - ŷ) = 0.03135", 2),
    (RELU, "∇_{W^{(2)}} L = [[0.01411, 0]]", 2),
    (RELU, "a1 = [0.45, -0.7]\na2 = W2 h + b2 = 0.555\ng2 = 0.03135", 4),  # the second layer has one unit
    (RELU, "a_1 = 0.45\na_2 = -0.7\na_3 = 0.555", 3),  # units counted through
    (RELU, "g = (ŷ - y)·ŷ·(1 - ŷ) = 0.03135", 1),
    (SIGMOIDS, "z^3 = w^3 a^2 + b^3 = 0.5668", 1),
    (SIGMOIDS, "∂C/∂w^2 = δ^2 (a^1)^T = [[0.0068, -0.0068], [-0.0028, 0.0028]]", 4),
    (CLASSES, "p1 = 0.3838\np2 = 0.4035\nds2 = p2 - 1 = -0.5965", 3),
    (CLASSES, "scores = [0.43, 0.48, -0.16]\nprobs = exp(scores)/sum(exp(scores)) = [0.3838, 0.4035, 0.2127]", 6),
    (CLASSES, "∂L/∂s_2 = p - y = [0.3838, -0.5965, 0.2127]", 3),
]


@pytest.mark.parametrize(("problem", "work", "answers"), RIGHT)
def test_right_vectors_and_matrices_are_understood(problem: str, work: str, answers: int) -> None:
    found = report(work, problem)
    said = ([(one.quantity.key, one.verdict.rule) for one in found.marks if one.verdict.remark or one.verdict.is_wrong],
            found.unread, found.missed)  # fmt: skip
    assert said == ([], (), ())
    assert len([one for one in found.marks if one.written]) == answers
    assert all(one.formula is not False for one in found.working.values())


@pytest.mark.parametrize(
    ("problem", "work", "keys"),
    [
        (SIGMOIDS, "z^2 = w^2 x - b^2 = [0.35, -0.3]", {"net_h1", "net_h2"}),
        (CLASSES, "ds = y - p = [-0.3838, 0.5965, -0.2127]", {"delta_k1", "delta_k2", "delta_k3"}),
    ],
)
def test_wrong_formulas_of_vectors_stay_wrong(problem: str, work: str, keys: set[str]) -> None:
    assert {one.quantity.key for one in report(work, problem).working.values() if one.formula is False} == keys
