"""Every equals sign judged by itself: the formula, the numbers put in, the arithmetic; and what hand-ins become."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.handed_in import read_bytes, read_hand_in
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.formats.reports.reading import what_was_read
from backprop_cli.numbers.exact import short_text
from backprop_cli.problem.reader import load_text
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem


@cache
def checker(name: str = "mazur") -> Checker:
    return Checker(WorkedProblem(load(name).problem))


def report(work: str, ending: str = ".txt", name: str = "mazur") -> Report:
    """The report on a hand-in."""
    return check_sheet(checker(name), read_bytes(work.encode(), f"ann{ending}", ending, checker(name).reader))


def line(work: str, key: str) -> tuple[Outcome, str, str]:
    """The rule by which a line was judged, what is said of it, and what it earned."""
    found = report(work)
    mark = next(mark for mark in found.marks if mark.quantity.key == key)
    return mark.verdict.rule, Explainer(found).verdict_of(mark), short_text(mark.earned)


# ---- what a hand-in becomes --------------------------------------------------------------------------------------

NET = "0.15*0.05 + 0.2*0.1 + 0.35 = 0.3775"
CELL = "net_h1 = 0.3775\n\nout_h1 = 0.5933\n\n$\\delta_{o1} = 0.1385$\n\n∂E/∂w5 = 0.08217"
HAND_INS = {
    ".txt": f"net_h1 = {NET}\nout_h1 = 0.5933\nδ_o1 = 0.1385\ndL/dw5 = 0.08217\n",
    ".md": f"**net_h1** = {NET}\n\n|q|v|\n|-|-|\n|out_h1|0.5933|\n|δ_o1|0.1385|\n|dw5|0.08217|\n",
    ".tex": r"$net_{h_1} = 0.3775$, $out_{h1} = 0.5933$, $\delta_{o_1} = 0{,}1385$,"
    r" $\frac{\partial E}{\partial w_5} = 0.08217$",
    ".html": "<p>net<sub>h1</sub> = 0.3775</p><p>out_h1 = 0.5933<br>&delta;<sub>o1</sub> = 0.1385</p>grad_w5 = 0.08217",
    ".ipynb": json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": CELL}]}),
    ".yaml": f"answers:\n  net_h1: {NET}\n  out_h1: 0.5933\n  delta_o1: 0.1385\n  dE/dw5: 0.08217\n",
}


@pytest.mark.parametrize("ending", HAND_INS)
def test_a_hand_in_is_judged_the_same_in_every_format(ending: str) -> None:
    found = report(HAND_INS[ending], ending)
    assert [(mark.quantity.key, mark.written, mark.verdict.rule) for mark in found.marks] == [
        ("net_h1", "0.3775", Outcome.RIGHT), ("out_h1", "0.5933", Outcome.RIGHT), ("delta_o1", "0.1385", Outcome.RIGHT),
        ("dE/dw5", "0.08217", Outcome.RIGHT),
    ]  # fmt: skip
    assert found.all_right


@pytest.mark.parametrize(
    ("work", "key", "written"),
    [
        ("h1: out = 0.5933", "out_h1", "0.5933"),
        ("The total error is 0.2984", "E", "0.2984"),
        ("w5 = 0.40\nw5 = 0.3589", "w5_new", "0.3589"),
        ("w5 := w5 - 0.5*0.0822 = 0.3589", "w5_new", "0.3589"),
        ("w5' = 0.3589", "w5_new", "0.3589"),
        ("C = 0.2984", "E", "0.2984"),
        ("After the update\nnet_h1 = 0.38", "after / net_h1", "0.38"),
    ],
)
def test_a_name_is_understood_where_only_one_quantity_can_be_meant(work: str, key: str, written: str) -> None:
    assert [(mark.quantity.key, mark.written) for mark in report(work).marks if mark.written] == [(key, written)]


@pytest.mark.parametrize(
    ("work", "key"),
    [("∂L/∂W[1,2] = 0.0827", "dE/dw6"), ("∂L/∂W[1,2] = 0.000877", "dE/dw2"), ("W[1,1] = 0.3589", "w5_new")],
)
def test_an_entry_without_a_layer_is_of_that_whose_value_comes_right(work: str, key: str) -> None:
    assert [mark.quantity.key for mark in report(work).marks if mark.written] == [key]


def test_an_entry_that_may_be_of_either_layer_is_asked_about() -> None:
    found = report("net_h1 = 0.3775\n∂L/∂W[2,1] = 0.5")
    assert [mark.quantity.key for mark in found.marks if mark.written] == ["net_h1"]
    assert [one.message for one in found.unread] == ["'∂L/∂W[2,1]' may be several quantities"]


TWO_INPUTS = """
inputs: {x1: 0.6, x2: 0.1}
targets: {y: 1}
layers:
  - {neurons: [h1, h2], activation: sigmoid, weights: [[w1 = 0.2, w2 = -0.4], [w3 = 0.7, w4 = 0.3]], bias: b1 = 0.1}
  - {neurons: [y], activation: sigmoid, weights: [[w5 = 0.5, w6 = -0.6]], bias: c = 0.25}
loss: half_squared_error
learning_rate: 0.5
"""


@cache
def two_inputs() -> Checker:
    return Checker(WorkedProblem(load_text(TWO_INPUTS, "problem").problem))


def sheet_of(work: str) -> tuple[dict[str, str], list[str]]:
    """What was read on a hand-in to the problem above, and the hints on what was not."""
    sheet = read_bytes(work.encode(), "ann.txt", ".txt", two_inputs().reader)
    return {one.quantity.key: one.text for one in sheet.answers}, [one.hint or "" for one in sheet.unread]


@pytest.mark.parametrize(
    ("work", "key"),
    [
        ("h1:\n  net = 0.18", "net_h1"),
        ("Neuron h2\n  Out = 0.6", "out_h2"),
        ("hidden unit 2:\nz = 0.25", "net_h2"),
        ("h1:\nNow its output, by the sigmoid\nout = 0.5", "out_h1"),
        ("Output layer\nδ = -0.11", "delta_y"),
        ("Output layer: delta = -0.11", "delta_y"),
        ("Ausgabeneuron:\nNetto = 0.1", "net_y"),
        ("输出层\n净输入 = 0.1", "net_y"),
        ("Output = 0.54", "out_y"),
        ("y\u0302 = 0.54", "out_y"),
        ("Ausgabe = 0.54", "out_y"),
        ("Fehler = 0.1", "E"),
        ("Gesamtfehler = 0.1", "E"),
        ("误差 = 0.1", "E"),
        ("w5 <- w5 - 0.5*0.1 = 0.45", "w5_new"),
        ("w5 ← w5 - 0.5*0.1 = 0.45", "w5_new"),
    ],
)
def test_a_name_without_an_index_is_understood_where_only_one_can_be_meant(work: str, key: str) -> None:
    read, hints = sheet_of(work)
    assert (list(read), hints) == ([key], [])


@pytest.mark.parametrize(
    ("work", "hint"),
    [
        ("δ = 0.1", "write delta_y or delta_h1 or delta_h2"),
        ("Hidden layer\nnet = 0.1", "write net_h1 or net_h2"),
        ("dL/dz_h1 = 0.1", "write dE/dout_h1 or delta_h1"),
        ("h1:\nnet_h1 = 0.18\nBackward\nδ = 0.1", "write delta_y or delta_h1 or delta_h2"),
    ],
)
def test_a_name_without_an_index_is_asked_about_where_several_can_be_meant(work: str, hint: str) -> None:
    assert sheet_of(f"{work}\nnet_y = 0.2\n")[1] == [hint]


def test_a_parameter_that_is_called_like_the_loss_of_another_book_is_the_parameter() -> None:
    work = "c = 0.25\nnet_y = w5*out_h1 + w6*out_h2 + c = 0.1851"
    found = check_sheet(two_inputs(), read_bytes(work.encode(), "ann.txt", ".txt", two_inputs().reader))
    assert [work.formula for work in found.working.values()] == [True]


@pytest.mark.parametrize(
    ("work", "is_right"),
    [
        ("net_h1 = Σ_i w_i x_i + b1 = 0.18", True),
        ("net_h2 = ∑_{i=1}^{2} w_{2i} x_i = 0.4", False),  # without the bias
        ("net_y = \u2211 w·out + c = 0.2", True),
        ("net_y = ∑ w5*out_h1 + w6*out_h2 + c = 0.2", True),
        ("E = ½ Σ_k (t_k − o_k)² = 0.1", True),
        ("E = Σ_k (t_k − o_k)² = 0.1", False),
        ("delta_h1 = (Σ_k δ_k w_{jk})·out_h1·(1 − out_h1) = 0.3", True),
        ("delta_h1 = (sum_k δ_k w_{jk})·out_h1 = 0.3", False),
        ("net_h1 = ∑_i q_i r_i = 0.3", None),
    ],
)
def test_a_sum_with_an_index_is_the_sum_of_its_line(work: str, is_right: bool | None) -> None:
    found = check_sheet(two_inputs(), read_bytes(work.encode(), "ann.txt", ".txt", two_inputs().reader))
    assert [one.formula for one in found.working.values()] in ([is_right], [])
    assert is_right is None or found.working


def test_what_follows_from_a_blank_line_is_no_number_copied_wrong() -> None:
    work = "net_y = 0.4\nδ_y = (0.5987 − 1)·0.5987·(1 − 0.5987) = −0.0964\nc_new = 0.25 − 0.5·(−0.0964) = 0.2982"
    found = check_sheet(two_inputs(), read_bytes(work.encode(), "ann.txt", ".txt", two_inputs().reader))
    assert all(one.numbers is not False for one in found.working.values())


def test_a_gradient_without_a_line_of_its_own_is_written_out_in_an_update() -> None:
    """Also where η is 1, so that a factor 1 stands there."""
    work = "δ_y = -0.1\nout_h1 = 0.5\nw5_new = 0.5 - 1*(-0.1)*0.5 = 0.55"
    problem = load_text(TWO_INPUTS.replace("learning_rate: 0.5", "learning_rate: 1"), "problem").problem
    own = Checker(WorkedProblem(problem))
    found = check_sheet(own, read_bytes(work.encode(), "ann.txt", ".txt", own.reader))
    assert [one.numbers for one in found.working.values()] == [True]


def test_a_derivative_by_what_a_book_calls_z_is_a_delta() -> None:
    read, hints = sheet_of("z_y = 0.1420\na_y = 0.5354\ndL/dz_y = -0.1156")
    assert (read, hints) == ({"net_y": "0.1420", "out_y": "0.5354", "delta_y": "-0.1156"}, [])


def test_a_y_beside_a_p_is_the_target() -> None:
    found = check_sheet(
        two_inputs(), read_bytes(b"E = 1/2 (y_y - p_y)^2 = 0.1", "ann.txt", ".txt", two_inputs().reader)
    )
    assert [one.formula for one in found.working.values()] == [True]


def test_a_number_with_another_last_digit_is_another_number() -> None:
    """Two numbers of one decimal, each anywhere within its last digit, would touch."""
    found = report(f"{RIGHT}out_h1 = 0.5933\nnet_o1 = 0.5*0.5933 + 0.45*0.5969 + 0.60 = 1.1653".replace(
        "net_o1 = 1.1059\n", ""))  # fmt: skip
    assert [work.numbers for work in found.working.values()] == [False]


def test_work_beyond_what_is_judged_is_told_with_its_place() -> None:
    work = "".join(f"w5 = w5 - 0.5*0.0822 = 0.40 - 0.5*0.0822 = 0.3589{digit % 10}\n" for digit in range(30))
    told = [one for one in report(work).unread if "60" in one.message]
    assert [one.span and one.span.line for one in told] == [21]
    assert "w5_new" in told[0].message


def test_what_is_given_may_be_repeated_and_must_be_copied_right() -> None:
    assert not report("w1 = 0.15, i1 = 0.05, lr = 0.5\nnet_h1 = 0.3775").unread
    assert [one.message for one in report("i1 = 0.06\nnet_h1 = 0.3775").unread] == [
        "i1 is given, and has another value in the problem"
    ]


def test_a_quantity_of_ones_own_costs_nothing_and_a_misspelt_one_is_told() -> None:
    assert not report("Δw5 = -0.0411\nxyz = 3\nnet_h1 = 0.3775").unread
    assert [one.hint for one in report("net_h11 = 0.3775\nout_h1 = 0.5933").unread] == ["did you mean 'net_h1'?"]


def test_of_two_answers_the_first_counts_and_a_rounded_one_is_the_same() -> None:
    assert not report("net_h1 = 0.3775\nnet_h1 = 0.38").unread
    found = report("net_h1 = 0.3775\nnet_h1 = 0.4775")
    assert found.marks[0].written == "0.3775"
    assert [one.message for one in found.unread] == ["net_h1 is answered twice; the first answer is in line 1"]


def test_the_entries_of_a_matrix_are_the_answers_that_they_stand_for() -> None:
    work = "dW2 = [[0.08217, 0.08267], [-0.02260, -0.02274]]\nout_h = [0.5933 0.5969]\n"
    found = report(work + "W1_new = array([[0.1498, 0.1996],\n [0.2498, 0.2995]])")
    assert {mark.quantity.key: mark.written for mark in found.marks} == {
        "out_h1": "0.5933", "out_h2": "0.5969", "dE/dw5": "0.08217", "dE/dw6": "0.08267", "dE/dw7": "-0.02260",
        "dE/dw8": "-0.02274", "w1_new": "0.1498", "w2_new": "0.1996", "w3_new": "0.2498", "w4_new": "0.2995",
    }  # fmt: skip
    assert found.all_right


def test_a_transposed_matrix_and_one_of_another_shape_are_recognised() -> None:
    turned = report("dW2 = [[0.08217, -0.02260], [0.08267, -0.02274]]")
    assert [one.message for one in turned.unread] == [
        "dW2 is written transposed: it has a row for every receiving neuron"
    ]
    assert all(mark.verdict.rule is Outcome.RIGHT for mark in turned.marks)
    wrong = report("dW2 = [[1, 2, 3], [4, 5, 6]]\nnet_h1 = 0.3775")
    assert [one.message for one in wrong.unread] == ["dW2 has 2×2 entries here, and not 2×3"]


def test_what_was_read_is_a_sheet_that_can_be_handed_in(tmp_path: Path) -> None:
    sheet = read_bytes(HAND_INS[".md"].encode(), "ann.md", ".md", checker().reader)
    (tmp_path / "read.yaml").write_text(what_was_read(sheet), "utf-8")
    again = read_hand_in(tmp_path / "read.yaml", checker().reader)
    assert {one.quantity: one.text for one in again.answers} == {one.quantity: one.text for one in sheet.answers}


# ---- the three things that go wrong ------------------------------------------------------------------------------

RIGHT = (
    "net_h1 = 0.3775\nnet_h2 = 0.3925\nout_h1 = 0.5933\nout_h2 = 0.5969\nnet_o1 = 1.1059\nnet_o2 = 1.2249\n"
    "out_o1 = 0.7514\nout_o2 = 0.7729\n"
)


def test_a_slip_in_the_arithmetic_costs_half() -> None:
    work = RIGHT.replace(
        "net_o1 = 1.1059", "net_o1 = w5*out_h1 + w6*out_h2 + b2 = 0.40*0.5933 + 0.45*0.5969 + 0.60 = 1.1509"
    )
    said = "right formula, slip in the arithmetic: 0.40·0.5933 + 0.45·0.5969 + 0.60 is 1.1059, not 1.1509"
    assert line(work, "net_o1") == (Outcome.NEAR, said, "0.5")


def test_a_number_in_place_of_another_is_named() -> None:
    work = RIGHT.replace(
        "net_o2 = 1.2249", "net_o2 = w7*out_h1 + w8*out_h2 + b2 = 0.40*0.5933 + 0.55*0.5969 + 0.60 = 1.1656"
    )
    said = "right formula, but the numbers have w₅ where w₇ belongs"
    assert line(work, "net_o2") == (Outcome.NEAR, said, "0.5")


GATES = "q = 3\ndf/dq = -4\n"
IN_ITS_PLACE = (False, "right formula, but 5, which is y, was put in for ∂q/∂y")
TOO_MANY = (True, "it was multiplied by y, which belongs elsewhere")


@pytest.mark.parametrize(
    ("before", "working", "found"),
    [
        ("dq/dy = 1\n", "df/dq*dq/dy = (-4)*5", IN_ITS_PLACE),  # the slope is on the sheet
        ("dq/dy = 1\n", "(-4)*5", IN_ITS_PLACE),
        ("", "df/dq*dq/dy = (-4)*5", IN_ITS_PLACE),  # it is in the letters of the line
        ("dq/dy = 1\n", "(-4)*1*5", TOO_MANY),  # it is there, and y besides
        ("", "df/dq*y = (-4)*5", TOO_MANY),
        ("", "(-4)*5", TOO_MANY),
    ],
)
def test_another_number_in_the_place_of_a_slope_of_1_is_no_factor_too_many(
    before: str, working: str, found: tuple[bool, str]
) -> None:
    told = report(f"{GATES}{before}df/dy = {working} = -20", name="cs231n-gates")
    mark = next(mark for mark in told.marks if mark.quantity.key == "df/dy")
    assert (told.working[mark.quantity].formula is False, Explainer(told).verdict_of(mark)) == found


@pytest.mark.parametrize(
    "formula",
    [
        "(out_o1 - t_o1)*out_o1*(1 - out_o1)",
        "-(t_o1 - out_o1)*out_o1*(1 - out_o1)",
        "(out_o1 - t_o1)*(out_o1 - out_o1^2)",
        "dE/dout_o1 * dout_o1/dnet_o1",
        "(out_o1 - 0.01)*σ'(net_o1)",
        "(0.7514 - t_o1)*out_o1*(1 - out_o1)",
    ],
)
def test_every_form_of_a_formula_is_right(formula: str) -> None:
    found = report(f"{RIGHT}delta_o1 = {formula} = 0.1385")
    work = next(work for quantity, work in found.working.items() if quantity.key == "delta_o1")
    assert work.formula is True


def test_a_wrong_formula_is_named_in_letters() -> None:
    found = report(f"{RIGHT}delta_o1 = (out_o1 - t_o1)*(1 - out_o1) = 0.1843")
    data = json.loads(report_json(found))
    work = next(one["working"] for one in data["lines"] if one["quantity"] == "delta_o1")
    assert work["formula"] is False
    assert work["said"].startswith("in the formula: not the whole slope of this activation")


def test_a_right_value_by_a_wrong_formula_is_remarked_on() -> None:
    found = report(f"{RIGHT}delta_o1 = (out_o1 - t_o1)*(1 - out_o1) = 0.1385")
    mark = next(mark for mark in found.marks if mark.quantity.key == "delta_o1")
    assert (mark.verdict.rule, mark.verdict.remark) == (Outcome.RIGHT, "formula")
    assert not found.all_right


def test_a_formula_of_ones_own_names_is_not_judged() -> None:
    found = report("delta_o1 = err * slope = 0.1385")
    assert all(work.formula is None for work in found.working.values())


def test_a_course_may_share_the_mark_out_otherwise() -> None:
    text = (
        "inputs: {x: 2}\ntargets: {y: 1}\nlayers: [{neurons: [y], weights: [[w = 0.3]], bias: b = 0.1}]\n"
        "loss: squared_error\nmarking: {formula: 3/4, arithmetic: 1/4}\n"
    )
    own = Checker(WorkedProblem(load_text(text, "problem").problem))
    found = check_sheet(own, read_bytes(b"net_y = w*x + b = 0.3*2 + 0.1 = 0.9\n", "a.txt", ".txt", own.reader))
    assert [short_text(mark.earned) for mark in found.marks] == ["0.75"]


def test_where_no_point_has_a_value_letters_decide(tmp_path: Path) -> None:
    """Every other number than 1 gives the root of a negative one."""
    text = "inputs: {a: 1}\ngraph:\n  s: sqrt(a - 0.999)\n  f: 3*s\nobjective: f\nask: {formula: [s, f]}\n"
    path = tmp_path / "root.yaml"
    path.write_text(text, "utf-8")
    right = backprop("check", path, "-", stdin="formulas:\n  s: (a - 0.999)^0.5\n  f: s + 2*s\n")
    assert "2 of 2 marks" in right.out, right.out
    wrong = backprop("check", path, "-", stdin="formulas:\n  s: sqrt(a) - 0.999\n  f: s + s\n")
    assert "0 of 2 marks" in wrong.out, wrong.out
