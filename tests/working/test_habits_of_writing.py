"""Ways of writing that mean the same: brackets left out, samples side by side, steps alone, our own solution copied."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from backprop_cli.api import load as solved
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.working.formulas import read_formula


@cache
def checker(problem: str) -> Checker:
    return Checker(WorkedProblem(load(problem).problem))


def report(problem: str, work: str, ending: str = ".txt") -> dict[str, Any]:
    own = checker(problem)
    found: dict[str, Any] = json.loads(
        report_json(check_sheet(own, read_bytes(work.encode(), f"ann{ending}", ending, own.reader)))
    )
    return found


RIGHT = {  # work that is right, and all that is read of it
    "samples before a colon hold for the lines after it": ("xor-batch", "Sample 1: net_h1 = -1, out_h1 = 0.2689\n"
        "net_h2 = 1\nSample 2: net_h1 = 1; out_h1 = 0.7311, sample 3: net_h1 = 0",
        ["sample 1 / net_h1", "sample 1 / out_h1", "sample 1 / net_h2", "sample 2 / net_h1", "sample 2 / out_h1",
         "sample 3 / net_h1"]),
    "a row of numbers is one for each sample": ("xor-batch", "net_y = -0.7311, -0.0379, -0.5, 0.0305",
        [f"sample {n} / net_y" for n in (1, 2, 3, 4)]),
    "estimates and indices by number": ("softmax", "ŷ_1 = 0.665\n\\hat y_2 = 0.245\np_{p_3} = 0.0900\nδ₁ = -0.335",
        ["out_p1", "out_p2", "out_p3", "delta_p1"]),
    "functions without brackets": ("recurrent", "net_h1 = 0.8\nout_h1 = tanh 0.8 = 0.6640\n"
        "net_h2 = 0.8 + 0.5·tanh 0.8 = 1.1320\nout_h2 = tanh net_h2 = 0.8117",
        ["net_h1", "out_h1", "net_h2", "out_h2"]),
    "a raised plus, and a gradient as a number among letters": ("binary-cross-entropy",
        "w₁⁺ = w₁ - 0.4·(-1) = 0.9\nb⁺ = 0.5 － 0.4×（－0.5） ＝ 0.7", ["w1_new", "b_new"]),
    "a target that is called like its output": ("binary-cross-entropy", "Given: x1=2, x2=-1, y=1\nŷ = σ(0) = 0.5\n"
        "dL/dŷ = -1/ŷ = -2\ndŷ/dz = 0.25\ndL/dz = a - y = -0.5", ["out_p", "dE/dout_p", "dout_p/dnet_p", "delta_p"]),
    "the step alone": ("mazur", "Δw5 = -0.5*0.1385*0.5933 = -0.0411\nΔw6 = 0.0413", ["w5_new", "w6_new"]),
    "calculations on the side": ("softmax", "e^2 = 7.389, e^1 = 2.718\nsum = 11.107\np1 = 7.389/11.107 = 0.6653",
        ["out_p1"]),
    "units numbered through the network": ("mazur", "z1 = 0.3775\na1 = 0.5933\n"
        "z3 = 0.4·0.5933 + 0.45·0.5969 + 0.6 = 1.1059\n"
        "δ3 = (0.7514 - 0.01)·0.7514·(1 - 0.7514) = 0.1385", ["net_h1", "out_h1", "net_o1", "delta_o1"]),
    "a value and the same one rounded": ("mazur", "net_h1 = 0.15*0.05 + 0.2*0.1 + 0.35 = 0.3775 ≈ 0.38", ["net_h1"]),
    "letters of an optimizer": ("momentum", "Step 1\nv = 0.9*0.5 + 0.01*0.1 = 0.451\np = 1 - 0.451 = 0.549",
        ["step 1 / v_p_new", "step 1 / p_new"]),
    "the weight at the start of an epoch": ("one-weight", "Epoch 1\nw = 0 - 0.5*(-1) = 0.5\nEpoch 2\nw = 0.5\ny = 0.5",
        ["epoch 1 / w_new", "epoch 2 / out_y"]),
    "e among numbers": ("softmax", "p_1 = e^2/(e^2 + e + 1) = 0.665", ["out_p1"]),
    "what is no work": ("mazur", "Datum: 3.4.2024\nsamples 4\nHere e = -dE/dnet, so it adds\nnet_h1 = 0.3775",
        ["net_h1"]),
}  # fmt: skip


@pytest.mark.parametrize("habit", RIGHT)
def test_right_work_is_right_in_every_way_of_writing(habit: str) -> None:
    problem, work, keys = RIGHT[habit]
    found = report(problem, work)
    assert [line["quantity"] for line in found["lines"] if line["answer"]] == sorted(
        keys, key=[one["quantity"] for one in found["lines"]].index
    )
    assert (found["all_right"], found["not_read"], found["not_understood"]) == (True, [], [])
    assert [line.get("remark") for line in found["lines"] if line.get("remark")] == []


TABLES = {
    ".md": "| | sample 1 | sample 2 |\n|---|---|---|\n| net_h1 | -1 | 2 - 1 = 1 |\n| out_h1 | 0.2689 | 0.7311 |\n",
    ".csv": "name;sample 1;sample 2\nnet_h1;-1;1\nout_h1;0.2689;0.7311\n",
    ".html": "<table><tr><th></th><th>sample 1</th><th>sample 2</th></tr><tr><td>net_h1</td><td>-1</td><td>1</td></tr>"
    "<tr><td>out_h1</td><td>0.2689</td><td>0.7311</td></tr></table>",
}


@pytest.mark.parametrize("ending", TABLES)
def test_a_table_has_a_column_for_every_sample(ending: str) -> None:
    found = report("xor-batch", TABLES[ending], ending)
    assert {line["quantity"]: line["answer"] for line in found["lines"] if line["answer"]} == {
        "sample 1 / net_h1": "-1", "sample 1 / out_h1": "0.2689",
        "sample 2 / net_h1": "1", "sample 2 / out_h1": "0.7311",
    }  # fmt: skip
    assert found["all_right"]


def test_a_table_in_csv_may_have_the_calculation_beside_the_value() -> None:
    found = report("mazur", "name,calculation,value\nnet_h1,0.15*0.05+0.2*0.1+0.35,0.3875\n", ".csv")
    assert found["lines"][0]["near"] == "arithmetic"


def test_each_step_of_the_numbers_is_judged() -> None:
    slip = report("mazur", "out_h1 = 0.5933\nout_h2 = 0.5969\n"
                  "net_o1 = 0.4·0.5933 + 0.45·0.5969 + 0.6 = 0.2373 + 0.2786 + 0.6 = 1.1159")["lines"][2]  # fmt: skip
    assert slip["said"].endswith("is 1.1059, not 0.2373 + 0.2786 + 0.6")
    copied = report("mazur", "out_h1 = 0.5933\nout_h2 = 0.5969\n"
                    "net_o1 = 0.45·0.5933 + 0.45·0.5969 + 0.6 = 1.1059")["lines"][2]  # fmt: skip
    assert copied["remark"].startswith("the value is right, but the numbers that stand here do not give it")


def test_a_slip_on_the_side_is_told() -> None:
    found = report("softmax", "e^2 = 7.398\np_1 = 0.665")
    assert found["not_understood"][0]["why"] == "e^2 is 7.3891, not 7.398"


def test_a_name_that_may_be_several_things_is_told_by_its_work_or_asked_about() -> None:
    found = report("mazur", "z1 = 0.15·0.05 + 0.2·0.1 + 0.35 = 0.3875")
    assert found["lines"][0]["near"] == "arithmetic"
    asked = report("mazur", "net_h1 = 0.3775\nz1 = 0.5\nδ1 = 0.2")
    assert [one.split(" (")[0] for one in asked["not_read"]] == [
        "'z1' may be several quantities", "'δ1' may be several quantities",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-ln 0.66", "-ln(0.66)"), ("-ln0.66", "-ln(0.66)"), ("σ 0.3775", "σ(0.3775)"), ("exp -1.1", "exp(-1.1)"),
        ("ln 1/2", "ln(1/2)"), ("tanh^2 0.5", "tanh(0.5)^2"), ("1 - tanh² 0.8", "1 - tanh(0.8)^2"),
        ("ln x^2 + 1", "ln(x^2) + 1"), ("t ln p + (1-t) ln (1-p)", "t*ln(p) + (1-t)*ln(1-p)"),
        ("log_{10} 0.5", "log10(0.5)"), ("w_{5}δ_{c1}", "w_{5}*δ_{c1}"), ("(∂f/∂x)²", "(∂f/∂x)^2"),
    ],
)  # fmt: skip
def test_brackets_and_signs_may_be_left_out(text: str, same: str) -> None:
    assert read_formula(text).formula == read_formula(same).formula


OURS = ("mazur", "han-kamber", "xor-batch", "linear-regression", "adam", "recurrent", "watermelon")


@pytest.mark.parametrize("problem", OURS)
def test_our_own_solution_is_understood_line_by_line(problem: str) -> None:
    found = report(problem, str(solved(problem).solve()))
    assert (found["all_right"], found["not_read"], found["not_understood"]) == (True, [], [])
