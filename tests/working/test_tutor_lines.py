"""The tutor takes whole lines: judged as a sheet is, said back, and put where they belong."""

from __future__ import annotations

import pytest

from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Response, Say
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.state import State


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return lesson_of(WorkedProblem(load("mazur").problem))


def told(lesson: Lesson, *replies: str) -> tuple[State, list[str]]:
    """The state after these replies, and what is said to the last one."""
    state, response = begin(lesson, State())
    for text in replies:
        state, response = reply(lesson, state, text)
    return state, said(response)


def said(response: Response) -> list[str]:
    return [block.text for block in response.blocks if isinstance(block, Say)]


LINE = "0.15*0.05 + 0.2*0.1 + 0.35"


@pytest.mark.parametrize(
    "text",
    [
        f"= {LINE} = 0.3775",
        f"net_h1 = {LINE} = 0.3775",
        f"net_h1 = w1*i1 + w2*i2 + b1 = {LINE} = 0.3775",
        "netₕ₁＝0.15*0.05+0.2*0.1+0.35＝0.3775",
        f"z_h1 = {LINE} ≈ 0.3775",
    ],
)
def test_a_whole_line_is_judged_and_its_value_said_back(lesson: Lesson, text: str) -> None:
    state, words = told(lesson, text)
    assert state.entry("net_h1").answer == "0.3775"
    assert words == ["netₕ₁ = 0.3775; right."]


def test_a_slip_in_the_arithmetic_is_told_and_is_no_lack_of_knowledge(lesson: Lesson) -> None:
    state, words = told(lesson, f"= {LINE} = 0.3757")
    assert words == ["Right formula, slip in the arithmetic: 0.15·0.05 + 0.2·0.1 + 0.35 is 0.3775, not 0.3757."]
    assert (state.entry("net_h1").wrong, state.entry("net_h1").mistakes) == (0, ("arithmetic",))


def test_letters_alone_are_judged_and_the_number_is_asked_for(lesson: Lesson) -> None:
    assert told(lesson, "= w1*i1 + w2*i2 + b1")[1] == ["The formula is right. Now its number."]
    state, words = told(lesson, "w1*i1 + w2*i2")
    assert len(words) == 1
    assert words[0].startswith("The bias")
    assert (state.at, state.entry("net_h1").wrong) == (0, 0)


def test_work_for_another_line_is_put_there_where_that_is_wished(lesson: Lesson) -> None:
    elsewhere = "net_h2 = 0.25*0.05 + 0.3*0.1 + 0.35 = 0.3925"
    state, words = told(lesson, elsewhere)
    assert words == ["This is work for netₕ₂; here netₕ₁ is asked for.", "put notes 0.3925 there."]
    assert state.entry("net_h2").answer == ""
    state, _words = told(lesson, elsewhere, "put", "0.3775", "0.5933", "")
    assert (state.entry("net_h2").answer, state.at) == ("0.3925", 3)
    assert told(lesson, "put")[1] == ["There is no number of yours to be put elsewhere."]


def test_given_shows_the_numbers_and_is_no_hint(lesson: Lesson) -> None:
    state, words = told(lesson, "given")
    assert "i₁ = 0.05, i₂ = 0.10" in words
    assert state.entry("net_h1").hints == 0
