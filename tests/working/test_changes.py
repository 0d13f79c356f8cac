"""Lines of a change, Δw = η·δ·o: read, judged, and used where the new value comes from them."""

from __future__ import annotations

from functools import cache

import pytest

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.reports.reading import what_was_read
from backprop_cli.problem.reader import load_text
from backprop_cli.solving.worked import WorkedProblem

DELTA_RULE = """
inputs: {x1: 0.9, x2: -0.4}
targets: {y: 1}
layers:
  - {neurons: [y], activation: sigmoid, weights: [[w1 = 0.6, w2 = -0.8]]}
loss: half_squared_error
learning_rate: 0.2
delta: -dE/dnet
"""
# net = 0.86, out = 0.7027, δ = (1 − 0.7027)·0.7027·0.2973 = 0.06211; Δw1 = 0.2·0.06211·0.9 = 0.01118, Δw2 = −0.004969
DELTA = "δ_y = 0.06211\n"


@cache
def checker() -> Checker:
    return Checker(WorkedProblem(load_text(DELTA_RULE, "problem").problem))


def report(work: str) -> Report:
    return check_sheet(checker(), read_bytes(work.encode(), "ann.txt", ".txt", checker().reader))


def of_new(work: str, key: str = "w1_new") -> tuple[Outcome, str]:
    """The verdict on a new value, and what is said of it."""
    found = report(work)
    mark = next(mark for mark in found.marks if mark.quantity.key == key)
    return mark.verdict.rule, Explainer(found).verdict_of(mark)


RIGHT = [
    "Δw1 = η·δ_y·x1 = 0.2·0.06211·0.9 = 0.01118\nw1' = w1 + Δw1 = 0.6 + 0.01118 = 0.6112",
    "Delta w1 = eta*delta_y*x1 = 0.2*0.06211*0.9 = 0.01118\nw1_new = 0.6 + 0.01118 = 0.6112",
    "Δw_2 = 0.2·0.06211·(-0.4) = -0.004969\nw2' = -0.805",
    "Δw1 = -η·∂E/∂w1\nw1' = 0.6112",
    "Δw1 = -0.01118\nw1' = w1 - Δw1 = 0.6112",  # as what is subtracted
    "dw1 = η·δ_y·x1 = 0.01118\nw1' = 0.6112",
    "change in w1 = 0.2*0.06211*0.9 = 0.01118\nw1' = 0.6112",
]


@pytest.mark.parametrize("work", RIGHT)
def test_a_right_line_of_a_change_is_read_and_costs_nothing(work: str) -> None:
    sheet = read_bytes((DELTA + work).encode(), "ann.txt", ".txt", checker().reader)
    found = report(DELTA + work)
    assert len(sheet.changes) == 1
    assert not found.missed
    assert not found.changes
    assert found.all_right


@pytest.mark.parametrize(
    ("work", "key", "said"),
    [
        (
            "Δw1 = η·δ_y·x1 = 0.2·0.06211·0.4 = 0.004969\nw1' = 0.6 + 0.004969 = 0.605",
            "w1_new", "in Δw₁: right formula, but 0.4 was put in for x₁",
        ),
        (
            "Δw1 = 0.2·0.06211·0.9 = 0.1118\nw1' = w1 + Δw1 = 0.7118",
            "w1_new", "in Δw₁: right formula, slip in the arithmetic: 0.2·0.06211·0.9 is 0.0112, not 0.1118",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_the_line_of_a_change_explains_the_new_value(work: str, key: str, said: str) -> None:
    assert of_new(DELTA + work, key) == (Outcome.NEAR, said)


def test_a_new_value_with_few_digits_is_not_right_where_the_change_before_it_is_wrong() -> None:
    rule, said = of_new(f"{DELTA}Δw2 = 0.2·0.06211·(-0.8) = -0.009938\nw2' = -0.8 - 0.009938 = -0.81", "w2_new")
    assert (rule, said[:8]) == (Outcome.NEAR, "in Δw₂: ")


def test_a_fault_in_a_change_that_leads_to_nothing_is_told_all_the_same() -> None:
    found = report(f"{DELTA}Δw1 = η·δ_y·x2 = -0.004969\nw1' = 0.6112")
    assert [Explainer(found).found_in(one)[:8] for one in found.changes] == ["in Δw₁: "]
    assert not found.all_right


def test_what_was_read_lists_the_lines_of_changes() -> None:
    sheet = read_bytes((DELTA + RIGHT[0]).encode(), "ann.txt", ".txt", checker().reader)
    assert "# line 2: Δw1 = η·δ_y·x1 = 0.2·0.06211·0.9 = 0.01118" in what_was_read(sheet)


def test_the_change_of_something_that_is_not_updated_is_listed() -> None:
    found = report(f"{DELTA}Δw7 = 0.3")
    assert [(one.spot.line, one.why) for one in found.missed] == [(2, "no parameter called 'w7' that is updated")]


@pytest.mark.parametrize(
    ("work", "rule"),
    [
        ("w1' = w1 + η·δ_y·x1 = 0.6 + 0.0062 = 0.61", Outcome.NEAR),  # it is 0.6112
        ("w1' = 0.6 + 0.0112 = 0.61", Outcome.TOO_FEW),
    ],
)
def test_few_digits_do_not_hide_numbers_that_give_another_value(work: str, rule: Outcome) -> None:
    assert of_new(DELTA + work)[0] is rule
