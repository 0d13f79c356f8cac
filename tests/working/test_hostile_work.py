"""Work that must not hurt: long, deep and repeated things are read, judged or refused within two seconds of work."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache

import pytest
from patience import within

from backprop_cli.algebra.references import Reference
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.ground.errors import BackpropError
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.state import State

MANY = 20_000
SECONDS = 2  # of work
ROWS = {
    "words without end": "output " + "of " * MANY + "h1 = 3",
    "brackets": "delta_h1 = " + "(" * MANY + "1" + ")" * MANY,
    "powers": "delta_h1 = " + "e^" * MANY + "1 = 2",
    "a tower": "delta_h1 = 9^9^9^9^9 = 3",
    "exponentials": "out_h1 = exp(exp(exp(exp(9)))) = 3",
    "factors without signs": "delta_h1 = " + "w5 " * MANY + " = 3",
    "factors": "delta_h1 = " + "w5*" * 3_000 + "w6 = 3",
    "numbers put in": "net_h1 = " + "*".join(["0.15"] * 399) + " = 3",
    "derivatives": "delta_h1 = " + "∂E/∂w1*" * 300 + "1 = 3",
    "derivatives of derivatives": "∂net_o1/∂" * 3_000 + "w5 = 3",
    "products of matrices": "dE/dW2 = " + "W2*" * 200 + "W2 = 1",
    "a large matrix": "dE/dW2 = [[" + ",".join(["1"] * 3_999) + "]]",
    "brackets of a matrix": "W" + "[" * MANY + " = 3",
    "sentences": ". and then a = 3" * 3_000,
    "words and a full stop": "x = 1. aa bb cc dd ee ff gg " * 2_000,
    "an index without end": "δ^{(" * MANY + "2)}_1 = 3",
    "bars": "|" * MANY + " = 3",
    "slopes of slopes": "delta_h1 = " + "relu'(" * 3_000 + "w5" + ")" * 3_000,
    "a table of one unit": "| unit | net |\n|---|---|\n" + "| h1 | 0.3 = 0.3 = 0.3 |\n" * 3_000,
    "stars": "*w5 = 3\n" * 5_000,
    "one line again and again": "\n".join(f"w5 = w5 - eta*dE/dw5 = 0.4 - 0.5*0.08 = 0.{n}" for n in range(1_000)),
    "names of two books": "\n".join(f"z_h1 = a_h1*{n} = 0.{n}" for n in range(1_500)),
    "indices": "\n".join(f"∂E/∂W^{{(2)}}_{{12}} = δ^{{(2)}}_1 a^{{(1)}}_2 = 0.{n}" for n in range(1_500)),
    "wrong formulas": "\n".join(f"delta_h1 = (delta_o1*w5 + delta_o2*w7)*out_h1*{n}" for n in range(1_000)),
}


@cache
def checker() -> Checker:
    asked = tuple(map(Reference.parse, ("delta_h1", "dE/dw5")))
    own = Checker(WorkedProblem(replace(load("mazur").problem, ask_formulas=asked)))
    check_sheet(own, read_bytes(b"delta_h1 = w5 = 3\n", "a.txt", ".txt", own.reader))  # what is made once is made
    return own


@pytest.mark.parametrize("ending", [".md", ".tex"])
@pytest.mark.parametrize("what", ROWS)
def test_hostile_work_is_judged_or_refused_in_time(what: str, ending: str) -> None:
    own = checker()
    with within(SECONDS), suppress(BackpropError):
        check_sheet(own, read_bytes(ROWS[what].encode(), f"a{ending}", ending, own.reader))


@cache
def lesson() -> Lesson:
    return lesson_of(WorkedProblem(load("mazur").problem))


@pytest.mark.parametrize("what", ROWS)
def test_a_hostile_reply_is_answered(what: str) -> None:
    state, _response = begin(lesson(), State())
    with within(SECONDS):
        _state, response = reply(lesson(), state, ROWS[what].replace("\n", " "))
    assert response.blocks
