"""Formulas that are asked for are questions of the tutor: in problems in numbers, and in problems in letters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from backprop_cli.algebra.references import Reference
from backprop_cli.api import load as load_api
from backprop_cli.ground.errors import UsageError
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Formula, Response, Say, Tone
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.sitting import evidence
from backprop_cli.tutor.state import State

LETTERS = Path(__file__).parent / "in_letters.yaml"


@cache
def in_letters() -> Lesson:
    return lesson_of(WorkedProblem.of(load_api(str(LETTERS)).comparable))


@cache
def beside_numbers() -> Lesson:
    asked = tuple(map(Reference.parse, ("delta_o1", "delta_h1")))
    problem = replace(load("mazur").problem, ask=tuple(map(Reference.parse, ("E", "delta_o1"))), ask_formulas=asked)
    return lesson_of(WorkedProblem(problem))


def told(lesson: Lesson, *replies: str) -> tuple[State, Response]:
    """The state after these replies, and what is said to the last one."""
    state, response = begin(lesson, State())
    for text in replies:
        state, response = reply(lesson, state, text)
    return state, response


def said(response: Response, tone: Tone | None = None) -> list[str]:
    return [block.text for block in response.blocks if isinstance(block, Say) and tone in (None, block.tone)]


def shown(response: Response) -> list[str]:
    return [f"{block.left} = {block.sides[0][1]}" for block in response.blocks if isinstance(block, Formula)]


def test_the_formula_of_a_line_is_asked_for_before_its_number() -> None:
    keys = [(task.quantity.key, task.in_letters) for task in beside_numbers().tasks]
    assert keys == [("E", False), ("delta_o1", True), ("delta_o1", False), ("delta_h1", True)]
    _state, response = told(beside_numbers(), "0.2984")
    assert response.question is not None
    assert response.question.digits == "its formula, in letters"


def test_a_problem_in_letters_asks_for_every_formula_and_for_no_number() -> None:
    assert [task.quantity.key for task in in_letters().tasks] == [
        "net_y", "out_y", "E", "delta_y", "dE/dw", "dE/db", "w_new", "b_new",
    ]  # fmt: skip
    assert all(task.in_letters for task in in_letters().tasks)


@pytest.mark.parametrize(
    "text", ["w x + b", "= b + x*w", "net_y = w·x + b", "\\sum_i w_i x_i + b".replace("\\sum", "Σ")]
)
def test_every_form_of_a_formula_is_right(text: str) -> None:
    state, response = told(in_letters(), text)
    assert (state.at, said(response, Tone.RIGHT)) == (1, ["Right."])
    assert shown(response)[0] == "net_y = w·x + b"


@pytest.mark.parametrize(
    ("text", "words", "tone"),
    [
        ("w x", "The bias was left out.", Tone.WRONG),
        ("w x - 7 b", "This is not the formula of net_y.", Tone.WRONG),
        ("foo*x", "What is foo?", Tone.HINT),
        ("0.3775", "Here its formula is asked for, in letters.", Tone.HINT),
        ("E = 1/2 (t-out_y)^2", "This is work for E; here net_y is asked for.", Tone.HINT),
        ("what?", "This is no formula.", Tone.HINT),
        ("keep", "There is no formula of yours to keep yet.", Tone.PLAIN),
    ],
)
def test_what_is_said_to_another_reply(text: str, words: str, tone: Tone) -> None:
    state, response = told(in_letters(), text)
    assert (state.at, said(response, tone)) == (0, [words])
    assert bool(state.entry("formula / net_y").wrong) == (tone is Tone.WRONG)


def test_three_hints_lead_to_the_formula() -> None:
    _state, response = told(in_letters(), "hint")
    assert said(response) == ["net_y, the net input of y, is computed from w, x, b."]
    state, response = told(in_letters(), "hint", "hint", "hint")
    assert shown(response) == ["net_y = w·x + b"]
    assert state.entry("formula / net_y").hints == 3


def test_a_formula_that_is_kept_is_what_later_ones_may_be_written_out_with() -> None:
    before = ("w x + b", "σ(net_y)", "1/2 (t-out_y)^2", "(out_y-t)(1-out_y)", "keep")
    state, response = told(in_letters(), *before, "(out_y-t)(1-out_y) x")
    assert said(response, Tone.RIGHT) == ["Right, with your formula of δ_y."]
    assert "∂E/∂w = δ_y·x" in shown(response)
    assert (state.entry("formula / delta_y").kept, state.entry("formula / dE/dw").kept) == (True, False)
    assert said(told(in_letters(), *before, "(out_y-t) out_y x")[1], Tone.WRONG)
    assert said(told(in_letters(), *before, "delta_y x")[1], Tone.RIGHT) == ["Right."]


def test_the_work_so_far_shows_formulas_and_no_number_that_only_stands_in() -> None:
    _state, response = told(in_letters(), "w x + b", "show")
    assert (shown(response), len(response.blocks)) == (["net_y = w x + b"], 1)


def test_enter_and_back_keep_a_formula() -> None:
    state, _response = told(in_letters(), "w x + b", "back", "")
    assert (state.at, state.entry("formula / net_y").answer) == (1, "w x + b")


def test_formulas_are_evidence_of_what_a_learner_knows() -> None:
    state, _response = told(beside_numbers(), "0.2984", "(t1-o1)*o1*(1-o1)", "(o1-t1)*o1*(1-o1)", "0.1385")
    assert evidence(beside_numbers(), state) == {
        "E": ("loss", True), "formula / delta_o1": ("output-delta", False), "delta_o1": ("output-delta", True),
    }  # fmt: skip
    assert state.entry("formula / delta_o1").mistakes


def test_a_skill_that_no_formula_needs_is_refused() -> None:
    with pytest.raises(UsageError, match="softmax"):
        lesson_of(WorkedProblem.of(load_api(str(LETTERS)).comparable), skill="softmax")
    only = lesson_of(WorkedProblem.of(load_api(str(LETTERS)).comparable), only=("dE/dw",))
    assert [task.key for task in only.tasks] == ["formula / dE/dw"]
