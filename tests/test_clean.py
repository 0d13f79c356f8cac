"""Lint's verdict found quickly is lint's verdict; what no numbers could show is a note, and not a warning."""

from __future__ import annotations

import pytest
from helpers import loaded

from backprop_cli.checking.clean import warnings_of
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.lint import LintRemark, Weight, lint
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem

LINEAR = """\
inputs: {x1: 3, x2: -2}
targets: {y: 4}
layers:
  - neurons: [h1, h2]
    weights: [[0.5, 1.5], [-2, 3]]
  - neurons: [y]
    weights: [[-1.5, 2]]
loss: half_squared_error
learning_rate: 0.1
"""
BELOW = "“the sign of the error was dropped”"
ERRORS = "“the errors of the units above were sent back instead of their δ”"


def of(problem: Problem, weight: Weight) -> list[LintRemark]:
    """Lint's remarks of one weight."""
    return [remark for remark in lint(WorkedProblem(problem)) if remark.weight is weight]


SMALL = ("mini-step", "one-weight", "mazur", "dead-relu", "softmax", "adam", "two-paths", "max-gate", "schedule")


@pytest.mark.parametrize(
    "name", [name if name in SMALL else pytest.param(name, marks=pytest.mark.slow) for name in bundled()]
)
def test_the_quick_answer_is_the_answer_of_lint(name: str) -> None:
    problem = load(name).problem
    assert bool(of(problem, Weight.WARNING)) == (next(warnings_of(AnswerKey(WorkedProblem(problem))), None) is not None)


def test_what_is_right_in_any_linear_network_is_a_note() -> None:
    """Behind the identity, an error is its δ, whatever the weights and targets are."""
    problem = loaded(LINEAR).problem
    said = [remark.said for remark in of(problem, Weight.NOTE) if remark.kind == "same"]
    assert any(one.startswith(ERRORS) for one in said)
    assert not any(ERRORS in remark.said for remark in of(problem, Weight.WARNING))


def test_what_another_target_would_show_is_a_warning() -> None:
    """The output is −1.5·(−1.5) + 2·(−12) = −21.75: below a target of 4 the error is negative, above one of −40 not."""
    assert not any(BELOW in remark.said for remark in of(loaded(LINEAR).problem, Weight.WARNING))
    above = loaded(LINEAR.replace("y: 4", "y: -40")).problem
    (warning,) = [remark for remark in of(above, Weight.WARNING) if BELOW in remark.said]
    assert warning.kind == "hidden"


def test_what_another_weight_would_show_is_a_warning() -> None:
    """Weights of 1 hide that the δ were sent back without them."""
    text = LINEAR.replace("-1.5, 2", "1, 1")
    assert any(remark.kind == "hidden" for remark in of(loaded(text).problem, Weight.WARNING))


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam", "adamax", "nadam", "adamw"])
def test_what_no_sheet_has_the_digits_for_is_a_note(optimizer: str) -> None:
    """ε is 1e-8 or 1e-10 beside a root of about ½: it shows from the ninth place on, if at all."""
    text = "parameters: {w: 1.2}\ngradients: {w: [0.3, -0.7]}\nlearning_rate: 0.3\nrounding: {places: 4}\n"
    problem = loaded(f"{text}optimizer: {optimizer}\n").problem
    assert any("ε" in remark.said for remark in of(problem, Weight.NOTE))
    assert not any("ε" in remark.said for remark in of(problem, Weight.WARNING))
    assert ("hidden", "epsilon") not in list(warnings_of(AnswerKey(WorkedProblem(problem))))
