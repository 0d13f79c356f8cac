"""Formulas as answers: asked for, handed out, judged in every equivalent form, and what was done to a wrong one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from backprop_cli.algebra.references import Reference
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.comparable import comparable
from backprop_cli.checking.filled import key_sheet
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.deriving.understanding import understood
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.ground.errors import SourceError
from backprop_cli.problem.reader import load_text
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

PROBLEMS = Path(__file__).parents[2] / "problems"


@cache
def asking(*formulas: str, name: str = "mazur") -> Checker:
    problem = load(name).problem
    return Checker(WorkedProblem(replace(problem, ask_formulas=tuple(map(Reference.parse, formulas)))))


def report(own: Checker, work: str, ending: str = ".txt") -> Report:
    return check_sheet(own, read_bytes(work.encode(), f"work{ending}", ending, own.reader))


def verdict(work: str, key: str, name: str = "mazur") -> tuple[str, str]:
    """The verdict on one formula, and what is said of it."""
    data = json.loads(report_json(report(asking(key, name=name), work)))
    (found,) = data["formulas"]
    return found["verdict"], found["said"]


RIGHT = {
    "delta_o1 = (out_o1 - t_o1)*out_o1*(1-out_o1)": "delta_o1",
    "δ_o1 = -(t_o1 - out_o1)·σ'(net_o1)": "delta_o1",
    "$\\delta_{o1} = \\frac{\\partial E}{\\partial out_{o1}} \\cdot \\frac{\\partial out_{o1}}{\\partial net_{o1}}$":
        "delta_o1",
    "delta_h1 = (delta_o1*w5 + delta_o2*w7)*out_h1*(1 - out_h1)": "delta_h1",
    "delta_h1 = ((out_o1 - t_o1)*out_o1*(1-out_o1)*w5 + delta_o2*w7)*out_h1*(1-out_h1)": "delta_h1",
    "dE/dw5 = (out_o1 - t_o1) out_o1 (1 - out_o1) out_h1": "dE/dw5",
    "dE/dw1 = delta_h1 * dnet_h1/dw1": "dE/dw1",
    "w5_new = w5 - 0.5 dE/dw5": "w5_new",
    "$w_5 \\leftarrow w_5 - \\eta\\frac{\\partial E}{\\partial w_5}$": "w5_new",
    "$\\delta_{h1} = (w_5\\delta_{o1} + w_7\\delta_{o2})out_{h1}(1-out_{h1})$": "delta_h1",
    "net_h1 = i1 w1 + w2 i2 + b1": "net_h1",
    "out_h1 = e^net_h1/(1 + e^net_h1)": "out_h1",
    "E = 1/2 ((t_o1 - out_o1)^2 + (t_o2 - out_o2)^2)": "E",
}  # fmt: skip
WRONG = {
    "delta_o1 = (out_o1 - t_o1)*(1-out_o1)": ("delta_o1", "mistake", "not the whole slope"),
    "delta_o1 = (t_o1 - out_o1)*out_o1*(1-out_o1)": ("delta_o1", "mistake", "target − output"),
    "dE/dw1 = delta_h1": ("dE/dw1", "mistake", "left out"),
    "w5_new = w5 + eta*dE/dw5": ("w5_new", "mistake", "added"),
    "net_h1 = w1 + 7*i2": ("net_h1", "wrong", "wrong"),
    "delta_o1 = err*slope": ("delta_o1", "unreadable", "what is err, slope?"),
    "delta_h1 = dE/dw1/i1": ("delta_h1", "unreadable", "what is dE/dw1?"),
    "delta_o1 = 0.1385": ("delta_o1", "blank", "blank"),
}


@pytest.mark.parametrize("work", RIGHT)
def test_a_formula_is_right_in_every_form(work: str) -> None:
    assert verdict(work, RIGHT[work]) == ("right", "right")


@pytest.mark.parametrize("work", WRONG)
def test_what_was_done_to_a_wrong_formula_is_said(work: str) -> None:
    key, outcome, said = WRONG[work]
    found = verdict(work, key)
    assert found[0] == outcome
    assert said in found[1]


def test_a_factor_that_happens_to_be_one_belongs_to_a_formula() -> None:
    assert verdict("dE/dw1 = delta_p", "dE/dw1", "binary-cross-entropy")[0] != "right"
    assert verdict("delta_p = out_p - t_p", "delta_p", "binary-cross-entropy") == ("right", "right")


@pytest.mark.parametrize("path", sorted(PROBLEMS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_key_of_every_formula_is_right(path: Path) -> None:
    problem = load(str(path)).problem
    worked = WorkedProblem(problem)
    lines = [line.quantity for line in worked.derivation().lines if not line.given][:120]
    asked = tuple(Reference(one.at, one.bare_key, one.key) for one in lines)
    own = Checker(WorkedProblem(replace(problem, ask=(), ask_formulas=asked)))
    found = report(own, key_sheet(own.worked), ".yaml")
    assert [(mark.quantity.key, mark.written) for mark in found.formulas if mark.earned != mark.worth] == []
    assert len(found.formulas) == len(lines)


# ---- in a problem file -------------------------------------------------------------------------------------------

NETWORK = (
    "inputs: {x: 2}\ntargets: {y: 1}\nlayers: [{neurons: [y], weights: [[w = 0.3]], bias: b = 0.1}]\n"
    "loss: squared_error\nlearning_rate: 0.1\n"
)


def problem_with(ask: str) -> Checker:
    return Checker(WorkedProblem(understood(load_text(NETWORK + ask, "problem")).problem))


def test_values_and_formulas_are_asked_for_side_by_side() -> None:
    own = problem_with("ask: {values: [w_new], formula: [w_new, dE/dw]}\nmarks: {dE/dw: 3, w_new: 2}\n")
    found = report(own, "formulas: {w_new: w - eta*dE/dw, dE/dw: delta_y*x}\nanswers: {w_new: 0.42}\n", ".yaml")
    assert found.all_right
    assert [str(mark.worth) for mark in (*found.marks, *found.formulas)] == ["2", "3", "1"]


def test_formulas_alone_are_asked_for() -> None:
    own = problem_with("ask: {formula: [dE/dw]}\n")
    assert [str(mark.worth) for mark in report(own, "net_y = 0.7\ndE/dw = (out_y - t_y)*2*x\n").marks] == ["0"]
    found = report(own, "dE/dw = 2*(out_y - t_y)*x\n")
    assert (found.all_right, str(found.worth)) == (True, "1")
    assert "answers:" not in key_sheet(own.worked)


@pytest.mark.parametrize("format_", ["yaml", "json", "csv"])
def test_a_key_with_formulas_is_right_in_every_format(format_: str) -> None:
    own = problem_with("ask: {values: [E], formula: [dE/dw, delta_y]}\n")
    assert report(own, key_sheet(own.worked, format_), f".{format_}").all_right


def test_a_name_that_is_none_is_complained_about_where_it_stands() -> None:
    with pytest.raises(SourceError) as caught:
        problem_with("ask: {formula: [delta_z], values: [E, Q]}\n")
    assert [(one.message, one.span and one.span[:2]) for one in caught.value.complaints] == [
        ("no quantity called 'delta_z'", (6, 17)), ("no quantity called 'Q'", (6, 39)),
    ]  # fmt: skip


def test_a_formula_that_nobody_asked_for_is_said_to_be_one() -> None:
    found = report(
        problem_with("ask: {values: [E], formula: [dE/dw]}\n"), "formulas: {E: x}\nanswers: {E: 0.09}\n", ".yaml"
    )
    assert [one.message for one in found.unread] == ["no formula of E is asked for"]


# ---- problems in letters -----------------------------------------------------------------------------------------

LETTERS = (
    "inputs: {x: x}\ntargets: {y: t}\nletters: [t]\nlearning_rate: eta\nloss: half_squared_error\n"
    "layers: [{neurons: [y], activation: sigmoid, weights: [[w = w]], bias: b = b}]\n"
)


def in_letters(ask: str = "") -> Checker:
    loaded = understood(load_text(LETTERS + ask, "problem", letters=True))
    return Checker(WorkedProblem.of(comparable(loaded)))


def test_a_problem_in_letters_asks_for_every_formula() -> None:
    own = in_letters()
    work = (
        "net_y = w x + b\nout_y = σ(net_y)\nE = 1/2 (t - out_y)^2\ndelta_y = (out_y - t) out_y (1 - out_y)\n"
        "dE/dw = delta_y x\ndE/db = (σ(w x + b) - t) σ'(net_y)\nw_new = w - eta dE/dw\nb_new = b - η delta_y\n"
    )
    assert report(own, work).all_right
    assert report(own, key_sheet(own.worked), ".yaml").all_right


def test_a_mistake_in_a_line_that_is_written_out_is_found() -> None:
    found = report(in_letters("ask: {formula: [dE/dw]}\n"), "dE/dw = (out_y - t)(1 - out_y) x\n")
    (mark,) = found.formulas
    assert (mark.outcome.value, mark.edit and mark.edit.made_in.key) == ("mistake", "delta_y")


# ---- one unknown weight ------------------------------------------------------------------------------------------

UNKNOWN = (  # of two outputs; what belongs to the first alone has values
    "inputs: {x: 2}\ntargets: {a: 1, b: 0}\nlearning_rate: 0.5\nloss: half_squared_error\n"
    "layers: [{neurons: [a, b], activation: sigmoid, weights: [[v = 0.25], [w = w]]}]\n"
)
OF_A = "answers: {net_a: 0.5, out_a: 0.6225, delta_a: -0.08872, dE/dv: -0.1774, v_new: 0.3387}\n"


def unknown(ask: str = "") -> Checker:
    return Checker(WorkedProblem.of(comparable(understood(load_text(UNKNOWN + ask, "problem", letters=True)))))


def test_an_unknown_weight_that_no_answer_depends_on_stops_nothing() -> None:
    own = unknown("ask: [net_a, out_a, delta_a, dE/dv, v_new]\n")
    found = report(own, OF_A, ".yaml")
    assert found.all_right
    assert (found.earned, found.worth, found.formulas) == (5, 5, ())
    wrong = report(own, OF_A.replace("-0.1774", "0.1774"), ".yaml")
    assert [mark.quantity.key for mark in wrong.wrong] == ["dE/dv"]


@pytest.mark.parametrize("ask", ["", "ask: [out_a, E_a, net_b, delta_b, dE/dw, E]\n"])
def test_values_are_asked_where_no_letter_decides_and_formulas_elsewhere(ask: str) -> None:
    own = unknown(ask)
    values = [line.quantity.key for line in asked_lines(own.worked)]
    formulas = [line.quantity.key for line in own.asked_formulas]
    assert {"out_a", "E_a"} <= set(values)
    assert {"net_b", "delta_b", "dE/dw", "E"} <= set(formulas)
    assert not {*values} & {*formulas}
    assert report(own, key_sheet(own.worked), ".yaml").all_right


def test_a_number_for_what_a_letter_decides_is_no_answer() -> None:
    """Not even the one that it has while a number stands in for the letter."""
    own = unknown("ask: [net_a, net_b]\n")
    stood_in = own.key.expected(own.names.resolve("net_b"))
    (mark,) = report(own, f"answers: {{net_a: 0.5, net_b: {float(stood_in):.6f}}}\n", ".yaml").formulas
    assert (mark.outcome.value, mark.earned) == ("unreadable", 0)
    assert "in letters" in mark.why
    data = report(own, "answers: {net_a: 0.5, out_b: 0.7}\n", ".yaml")
    (complaint,) = data.unread
    assert "no formula of out_b" in complaint.message
    assert "a letter" in (complaint.hint or "")


@pytest.mark.parametrize(("work", "ending"), [
    ("net_a = 0.25*2 = 0.5\nnet_b = {}\nout_b = 0.7\n", ".txt"),
    ("$net_a = 0.5$\n\n$net_b = {}$\n\n$out_b = 0.7$\n", ".md"),
    ("quantity,answer\nnet_a,0.5\nnet_b,{}\nout_b,0.7\n", ".csv"),
    ("answers: {{net_a: 0.5, net_b: {}, out_b: 0.7}}\n", ".yaml"),
])  # fmt: skip
def test_in_no_form_of_work_is_a_number_compared_with_one_that_stands_in(work: str, ending: str) -> None:
    own = unknown("ask: [net_a, net_b]\n")
    stood_in = own.key.expected(own.names.resolve("net_b"))
    found = report(own, work.format(f"{float(stood_in):.6f}"), ending)
    assert [(mark.quantity.key, mark.verdict.rule.value) for mark in found.marks] == [("net_a", "right")]
    (mark,) = found.formulas
    assert (mark.outcome.value, mark.earned) == ("unreadable", 0)
    (complaint,) = found.unread
    assert "out_b" in complaint.message


def test_one_letter_is_one_number() -> None:
    text = LETTERS.replace("targets: {y: t}\nletters: [t]", "targets: {y: a}\nletters: [a]").replace("{x: x}", "{x: a}")
    own = Checker(WorkedProblem.of(comparable(understood(load_text(text, "problem", letters=True)))))
    found = report(own, "E = 1/2 (a - out_y)^2\nnet_y = w a + b\n")
    assert [mark.outcome.value for mark in found.formulas if mark.written] == ["right", "right"]
