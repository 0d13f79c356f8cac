"""Factors of the chain rule on lines of their own are judged; lines that are crossed out, and places, are read so."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.formats.reports.reading import what_was_read
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

FORWARD = "net_h1 = 0.3775\nout_h1 = 0.5933\nnet_o1 = 1.1059\nout_o1 = 0.7514\n"


@cache
def checker(problem: str) -> Checker:
    return Checker(WorkedProblem(load(problem).problem))


def report(problem: str, work: str, ending: str = ".txt") -> dict[str, Any]:
    own = checker(problem)
    found = check_sheet(own, read_bytes(work.encode(), f"work{ending}", ending, own.reader))
    return dict(json.loads(report_json(found)))


FACTORS = {  # a line, its verdict, and which of formula, numbers and arithmetic is wrong
    "∂net_o1/∂w5 = out_h1 = 0.5933": ("right", None),
    "dnet_o1/dw5 = 0.5933": ("right", None),
    "∂net_h1/∂w1 = i1 = 0.05": ("right", None),
    "∂net_o1/∂out_h1 = w5 = 0.4": ("right", None),
    "∂net_o1/∂w5 = w5 = 0.4": ("mistake", "formula"),
    "∂net_o1/∂w5 = out_h1 = 0.5969": ("mistake", None),
}


@pytest.mark.parametrize("line", FACTORS)
def test_a_factor_without_a_line_of_its_own_is_judged(line: str) -> None:
    verdict, fault = FACTORS[line]
    (found,) = report("mazur", FORWARD + "net_h2 = 0.3925\nout_h2 = 0.5969\n" + line)["factors"]
    wrong = [kind for kind in ("formula", "numbers", "arithmetic") if found["working"].get(kind) is False] if (
        "working" in found) else []  # fmt: skip
    assert (found["verdict"], found["marks"], found["of"]) == (verdict, "0", "0")
    assert fault is None or wrong == [fault]


def test_a_factor_follows_from_what_the_student_has() -> None:
    work = FORWARD.replace("0.5933", "0.6933") + "∂net_o1/∂w5 = out_h1 = 0.6933"
    (found,) = report("mazur", work)["factors"]
    assert (found["verdict"], found["follows_from"]) == ("follows", ["out_h1"])


def test_a_slope_with_a_prime_is_the_factor_that_the_derivation_has() -> None:
    lines = {one["quantity"]: one for one in report("mazur", FORWARD + "σ'(net_o1) = 0.7514*0.2486 = 0.1968")["lines"]}
    assert lines["dout_o1/dnet_o1"]["working"]["arithmetic"] is False


def test_the_fault_of_a_factor_is_told_where_it_shows_first() -> None:
    work = FORWARD + "delta_o1 = 0.1385\n∂net_o1/∂w5 = w5 = 0.4\n∂E/∂w5 = 0.1385*0.4 = 0.0554\nw5_new = 0.3723"
    found = report("mazur", work)
    lines = {one["quantity"]: one for one in found["lines"]}
    assert (lines["dE/dw5"]["verdict"], lines["dE/dw5"]["marks"]) == ("wrong", "0")
    assert lines["dE/dw5"]["working"]["said"].startswith("in ∂netₒ₁/∂w₅: ")
    assert lines["w5_new"]["verdict"] == "follows"
    assert not found["all_right"]


CROSSED_OUT = {
    "wrong, crossed out: net_h1 = 0.5\nnet_h1 = 0.3775": ".txt",
    "durchgestrichen: net_h1 = 0,5\nnet_h1 = 0,3775": ".txt",
    "~~net_h1 = 0.5~~\n\nnet_h1 = 0.3775": ".md",
    "<p><s>net_h1 = 0.5</s></p><p><del>net_h1 = 0.4</del> net_h1 = 0.3775</p>": ".html",
    "<p><s>net_h1 = 0.5</p><p>net_h1 = 0.3775</p>": ".html",
    "\\sout{net_h1 = 0.5}\n\n$net_{h1} = 0.3775$": ".tex",
}


@pytest.mark.parametrize("work", CROSSED_OUT)
def test_what_is_crossed_out_does_not_count(work: str) -> None:
    found = report("mazur", work, CROSSED_OUT[work])
    assert found["all_right"]
    assert [line["quantity"] for line in found["lines"]] == ["net_h1"]


@pytest.mark.parametrize("column", ["[0.32; 0.49; 0.38; 0.51]", "[[0.32], [0.49], [0.38], [0.51]]"])
def test_a_column_over_samples_is_not_called_transposed(column: str) -> None:
    assert report("xor-batch", f"out_y = {column}")["not_read"] == []


PLACES = {
    "first step: v_p = 0.9*0.5 + 0.01*0.1 = 0.451": "step 1 / v_p_new",
    "2nd iteration\np = 0.1412": "step 2 / p_new",
    "第二步：p = 0.1412": "step 2 / p_new",
    "zweiter Schritt\np = 0.1412": "step 2 / p_new",
    "t = 2: p = 0.1412": "step 2 / p_new",
    "p^(2) = 0.1412": "step 2 / p_new",
    "| step | p |\n|---|---|\n| 2 | 0.1412 |": "step 2 / p_new",
}


@pytest.mark.parametrize("work", PLACES)
def test_a_place_is_read_in_every_way_of_saying_it(work: str) -> None:
    own = checker("momentum")
    sheet = read_bytes(work.encode(), "work", ".md" if "|" in work else ".txt", own.reader)
    assert [answer.quantity.key for answer in sheet.answers] == [PLACES[work]], what_was_read(sheet)
