"""Matrices as answers: entry by entry, also as formulas of matrices; another shape and a transposed one are told."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from backprop_cli.algebra.references import Reference
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem


@cache
def checker(name: str, *formulas: str) -> Checker:
    asked = tuple(map(Reference.parse, formulas))
    return Checker(WorkedProblem(replace(load(name).problem, ask_formulas=asked)))


def report(work: str, name: str = "mazur", ending: str = ".txt", formulas: tuple[str, ...] = ()) -> dict[str, Any]:
    own = checker(name, *formulas)
    sheet = read_bytes(work.encode(), f"work{ending}", ending, own.reader)
    return dict(json.loads(report_json(check_sheet(own, sheet))))


GRADIENTS = "[[0.08217, 0.08267], [-0.02260, -0.02274]]"
RIGHT = {  # a formula of matrices with its value, and which entries it is
    f"dE/dW2 = delta2 out1^T = {GRADIENTS}": ["dE/dw5", "dE/dw6", "dE/dw7", "dE/dw8"],
    f"dE/dW2 = [[0.1385],[-0.03810]] * [[0.5933, 0.5969]] = {GRADIENTS}": ["dE/dw5", "dE/dw6", "dE/dw7", "dE/dw8"],
    "delta1 = (W2^T delta2) ⊙ out1 ⊙ (1 - out1) = [0.008771, 0.009954]": ["delta_h1", "delta_h2"],
    "delta1 = W2.T @ delta2 * σ'(net1) = [0.008771 0.009954]": ["delta_h1", "delta_h2"],
    "net1 = W1 x + b1 = [0.3775, 0.3925]": ["net_h1", "net_h2"],
    "a1 = σ(z1) = [0.5933, 0.5969]": ["out_h1", "out_h2"],
    "h = [0.5933; 0.5969]": ["out_h1", "out_h2"],
    "W2_new = W2 - eta * dE/dW2 = [[0.3589, 0.4087], [0.5113, 0.5614]]": ["w5_new", "w6_new", "w7_new", "w8_new"],
}


@pytest.mark.parametrize("work", RIGHT)
def test_each_entry_is_the_quantity_that_it_stands_for(work: str) -> None:
    found = report(work)
    assert [line["quantity"] for line in found["lines"] if line["verdict"] == "right"] == RIGHT[work]
    assert [line for line in found["lines"] if (line.get("working") or {}).get("formula") is False] == []
    assert found["not_read"] == []


def test_latex_writes_matrices_too() -> None:
    work = (
        r"$\frac{\partial E}{\partial W_2} = \delta_2 \, out_1^T = \begin{bmatrix} 0.08217 & 0.08267 \\"
        r" -0.02260 & -0.02274 \end{bmatrix}$"
    )
    found = report(work, ending=".tex")
    assert [line["working"]["formula"] for line in found["lines"]] == [True] * 4


def test_a_formula_of_matrices_answers_for_its_entries() -> None:
    found = report("dE/dW2 = delta2 out1^T\n", formulas=("dE/dw6", "dE/dw7"))
    assert [(one["quantity"], one["answer"], one["verdict"]) for one in found["formulas"]] == [
        ("dE/dw6", "delta_o1*out_h2", "right"), ("dE/dw7", "delta_o2*out_h1", "right"),
    ]  # fmt: skip


def test_what_is_wrong_with_a_formula_of_matrices_is_named() -> None:
    found = report("delta1 = (W2 delta2) ⊙ out1 ⊙ (1 - out1)\n", formulas=("delta_h1",))
    assert found["formulas"][0]["verdict"] == "mistake"
    assert "wrong way round" in found["formulas"][0]["said"]


SHAPES = {
    "dE/dW2 = out1 delta2^T = [[0.08217, -0.02260], [0.08267, -0.02274]]":
        "dE/dW2 is written transposed: it has a row for every receiving neuron",
    "dE/dW2 = [[1, 2, 3], [4, 5, 6]]": "dE/dW2 has 2×2 entries here, and not 2×3",
    "dE/dW2 = delta2^T out1": "dE/dW2 has 2×2 entries here, and not 1×1",
    "dE/dW2 = W2 out1^T": "2×2 and 1×2 entries cannot be multiplied",
}  # fmt: skip


@pytest.mark.parametrize("work", SHAPES)
def test_another_shape_and_a_transposed_matrix_are_recognised(work: str) -> None:
    assert report(f"net_h1 = 0.3775\n{work}\n")["not_read"] == [SHAPES[work]]


def test_feature_maps_and_vectors_of_a_graph_are_read() -> None:
    found = report("net_y = [[0.25, 3.25], [0.75, -0.25]]\n", "convolution-2d")
    assert [line["quantity"] for line in found["lines"]] == ["net_y1_1", "net_y1_2", "net_y2_1", "net_y2_2"]
    found = report("p = [0.6652, 0.2447, 0.0900]\ndelta = [-0.3348, 0.2447, 0.0900]\n", "softmax")
    assert [line["verdict"] for line in found["lines"]] == ["right"] * 6
