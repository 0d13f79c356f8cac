"""`backprop lint`: what an author should know: units that do not learn, and mistakes that the numbers hide.

Where digits are advised, they are worked out here from the two numbers that are to be told apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import exp
from pathlib import Path

import pytest
from helpers import backprop, loaded
from rich.console import Console
from sheets import problem

from backprop_cli.checking.lint import LintRemark, Weight, lint
from backprop_cli.formats.reports.linting import remarks_page
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.reader import bundled
from backprop_cli.solving.worked import WorkedProblem

GOLDEN = Path(__file__).parent / "golden" / "linting"
CLEAN = """\
title: Nothing to remark
inputs: {x1: 0.7, x2: -1.3}
targets: {y1: 0.8, y2: 0.1}
layers:
  - neurons: [h1, h2]
    activation: sigmoid
    weights: [[0.45, -0.62], [-0.83, 0.27]]
    bias: [0.37, -0.58]
  - neurons: [y1, y2]
    activation: sigmoid
    weights: [[0.94, -0.71], [0.53, 1.19]]
    bias: [-0.24, 0.66]
loss: half_squared_error
learning_rate: 0.3
"""
TWINS = CLEAN.replace("[-0.83, 0.27]", "[0.45, -0.62]").replace("0.37, -0.58", "0.37, 0.37")
TWINS = TWINS.replace("[[0.94, -0.71], [0.53, 1.19]]", "[[0.94, 0.94], [0.53, 0.53]]")
SATURATED = CLEAN.replace("0.37, -0.58", "18, -0.58")
DEAD = CLEAN.replace("activation: sigmoid\n    weights: [[0.45", "activation: relu\n    weights: [[-0.45").replace(
    "0.37, -0.58", "-3, 2.58")  # fmt: skip
STEP = CLEAN.replace("activation: sigmoid\n    weights: [[0.45", "activation: step\n    weights: [[0.45")
SMALL_BIAS = """\
inputs: {x: 0.5}
targets: {y: 1}
layers:
  - neurons: [y]
    activation: sigmoid
    weights: [[w = 0.4]]
    bias: b = 0.0001
loss: half_squared_error
learning_rate: 0.3
ask: [net_y]
"""


NETWORK_OF_ONE = """
inputs: [0.7]
targets: [0.2]
layers: [{weights: [[0.3]], activation: sigmoid, bias: [0.1]}]
loss: half_squared_error
learning_rate: 0.3
"""


def remarks(source: str, everything: bool = False, rounding: Rounding | None = None) -> list[LintRemark]:
    """The remarks on a bundled problem, or the one in a text."""
    return lint(WorkedProblem(problem(source, rounding)), everything)


def of_kind(kind: str, source: str, rounding: Rounding | None = None) -> Mapping[str, LintRemark]:
    """The remarks of one kind, by what they say."""
    return {remark.said: remark for remark in remarks(source, rounding=rounding) if remark.kind == kind}


def keys(remark: LintRemark) -> list[str]:
    """The lines of a remark."""
    return [line.key for line in remark.lines]


# ---- units ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "kind", "lines"),
    [
        (DEAD, "dead", ["out_h1"]),
        (SATURATED, "saturated", ["out_h1"]),
        (TWINS, "symmetric", ["out_h1", "out_h2"]),
        (STEP, "flat", ["out_h1", "out_h2"]),
        ("dead-relu", "dead", ["out_h1"]),
    ],
)
def test_a_unit_that_does_not_learn_is_a_warning(source: str, kind: str, lines: list[str]) -> None:
    (remark,) = of_kind(kind, source).values()
    assert remark.weight is Weight.WARNING
    assert keys(remark) == lines
    assert remark.advice


@pytest.mark.parametrize("kind", ["dead", "saturated", "symmetric", "flat"])
def test_a_healthy_network_has_no_such_remark(kind: str) -> None:
    assert of_kind(kind, CLEAN) == {}


@pytest.mark.parametrize(("name", "kind"), [("vanishing", "vanishing"), ("exploding", "exploding")])
def test_the_point_of_an_exercise_is_a_note(name: str, kind: str) -> None:
    (remark,) = of_kind(kind, name).values()
    assert remark.weight is Weight.NOTE


# ---- mistakes that the numbers hide --------------------------------------------------------------------------


def digits_that_tell(right: float, wrong: float, first: int = 1) -> int:
    """The first number of places with which a wrong number is more than 1½ units of the last digit from the right one.

    So far from it, it is neither right nor the last digit off by one, however the two are rounded.
    """
    return next(places for places in range(first, 20) if abs(round(wrong, places) - right) > 1.5 * 10**-places)


def test_a_mistake_that_rounds_to_the_right_answer_is_told_with_the_digits_that_show_it() -> None:
    """net = 0.5·0.4 + 0.0001 = 0.2001 and without the bias 0.2: the same to three figures, not to four places."""
    found = of_kind("digits", SMALL_BIAS)
    remark = found["“the bias was left out” is too near to the right answer to be told from it"]
    assert remark.advice == "ask for 4 decimal places"  # three figures are enough where nobody asks: 0.200
    assert keys(remark) == ["net_y"]
    assert remark.weight is Weight.WARNING  # this mistake can be made in no other line


@pytest.mark.parametrize(("places", "weight"), [(2, Weight.WARNING), (3, None), (4, None)])
def test_updated_weights_are_hidden_on_the_2_2_2_example_at_two_places(places: int, weight: Weight | None) -> None:
    """δ_h1 = 0.008771 is 0.007294 with updated weights, δ_h2 0.009954 is 0.008450 (of which 0.0001 is carried)."""
    said = "“the hidden δ were computed with the already updated output weights” rounds to the right answer"
    remark = of_kind("digits", "mazur", Rounding(places=places)).get(said)
    assert (remark.weight if remark else None) is weight
    if remark is not None:
        assert remark.advice == f"ask for {digits_that_tell(0.008771355, 0.007294, places)} decimal places"


def test_a_mistake_that_comes_out_one_unit_away_is_not_hidden() -> None:
    """w1_new = 0.149780716; with η² it is 0.15 − 0.25·0.000438568 = 0.149890358; uphill it is 0.150219284."""
    at_four = of_kind("digits", "mazur", Rounding(places=4))
    assert not any("the learning rate was used twice" in said for said in at_four)
    assert not any("added instead of subtracted" in said for said in at_four)
    at_three = of_kind("digits", "mazur", Rounding(places=3))
    twice = at_three["“the learning rate was used twice” rounds to the right answer"]
    assert {"w1_new", "w3_new"} <= set(keys(twice))
    assert twice.advice == "ask for 4 decimal places"
    assert twice.weight is Weight.NOTE  # w5_new shows it


def test_a_mistake_that_a_number_hides_for_ever_is_told() -> None:
    """With an input of 1, a gradient of δ alone is δ·1; more digits do not help."""
    source = SMALL_BIAS.replace("x: 0.5", "x: 1").replace("ask: [net_y]", "ask: [dE/dw]")
    remark = of_kind("hidden", source)[
        "“the gradient is δ alone: the input of the weight was left out” changes nothing"
    ]
    assert remark.weight is Weight.WARNING
    assert keys(remark) == ["dE/dw"]
    assert "choose other numbers" in remark.advice


def test_a_mistake_that_some_line_shows_is_a_note() -> None:
    """In the dead unit, everything is 0 whatever is done; the other one shows it."""
    notes = [remark for remark in remarks("dead-relu") if remark.weight is Weight.NOTE]
    assert any("the slope was left out" in remark.said or "learning rate" in remark.said for remark in notes)


def test_ties_hide_nothing() -> None:
    """0.0275 to three places is a tie, and 0.028 is far from 0.378."""
    assert not any("bias" in said for said in of_kind("digits", "mazur", Rounding(places=3)))


# ---- mistakes that look the same -----------------------------------------------------------------------------


HALF_OR_RATE = "“a factor 2 in the slope of the loss: …” and “the learning rate is inside δ” give the same number"
NO_ACTIVATION_OR_RELU = (
    "“the activation was left out: the output is the net input” and “another activation was used: …” "
    "give the same number"
)


def test_a_learning_rate_of_a_half_cannot_be_told_from_a_factor_two() -> None:
    """½·δ is η·δ, and so the rate inside δ is a factor 2 left out."""
    half = of_kind("coinciding", CLEAN.replace("learning_rate: 0.3", "learning_rate: 0.5"))
    remark = half[HALF_OR_RATE]
    assert remark.weight is Weight.WARNING
    assert remark.advice == "another learning rate tells them apart"
    assert keys(remark) == ["delta_y1", "delta_y2"]
    assert not any("rate-in-delta" in said for said in of_kind("coinciding", CLEAN))


def test_the_2_2_2_example_has_it() -> None:
    assert HALF_OR_RATE in of_kind("coinciding", "mazur")
    sigmoid = 1 / (1 + exp(-0.3775))
    assert round(max(0.3775, 0), 4) == 0.3775 != round(sigmoid, 4)
    same = of_kind("coinciding", "mazur")[NO_ACTIVATION_OR_RELU]
    assert "out_h1" in keys(same)  # ReLU of 0.3775 is 0.3775


# ---- what is looked at ---------------------------------------------------------------------------------------


def test_only_what_is_asked_for_is_looked_at_unless_everything_is() -> None:
    asked = {key for remark in remarks(SMALL_BIAS) if remark.kind == "digits" for key in keys(remark)}
    everything = {key for remark in remarks(SMALL_BIAS, everything=True) for key in keys(remark)}
    assert asked == {"net_y"}
    assert len(everything) > 1


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_can_be_looked_at(name: str) -> None:
    for remark in remarks(name):
        assert remark.said
        assert "{" not in remark.said + remark.advice


# ---- the command ---------------------------------------------------------------------------------------------


def test_a_problem_without_warnings_ends_with_0_and_one_with_warnings_with_1() -> None:
    clean = backprop("lint", "-", stdin=CLEAN)
    assert (clean.code, clean.err) == (0, "")
    assert "warning" not in clean.out
    assert backprop("lint", "mazur").code == 1
    nothing = backprop("lint", "mini-step")
    assert nothing.code == 0
    assert "Nothing to remark" in nothing.out


def test_a_wrong_file_or_option_ends_with_2() -> None:
    for words, stdin in ((["-"], "inputs: [1"), (["nothing.yaml"], ""), (["mazur", "--round", "x"], "")):
        run = backprop("lint", *words, stdin=stdin)
        assert (run.code, run.out) == (2, "")
        assert "Traceback" not in run.err


def test_round_looks_at_other_digits() -> None:
    assert "already updated output weights" in " ".join(backprop("lint", "mazur", "--round", "2").out.split())
    assert "already updated output weights" not in " ".join(backprop("lint", "mazur", "--round", "4f").out.split())


def test_of_many_epochs_the_first_are_looked_at_and_it_is_said() -> None:
    few, many = (remarks(f"{NETWORK_OF_ONE}epochs: {epochs}\n") for epochs in (5, 1000))
    assert [one.said for one in many if one.kind == "epochs"] == ["only the first 5 of 1,000 epochs were looked at"]
    assert [one for one in many if one.kind != "epochs"] == few


def test_json_is_the_remarks() -> None:
    run = backprop("lint", "dead-relu", "--json")
    assert run.code == 1
    data = json.loads(run.out)
    assert all(list(remark) == ["weight", "kind", "said", "lines", "advice"] for remark in data)
    assert {remark["weight"] for remark in data} == {"warning", "note"}
    assert [remark["weight"] for remark in data] == sorted((remark["weight"] for remark in data), reverse=True)
    dead = next(remark for remark in data if remark["kind"] == "dead")
    assert dead["lines"] == ["out_h1"]
    assert json.loads(backprop("lint", "mini-step", "--json").out) == []


def test_ascii_is_ascii() -> None:
    page = backprop("lint", "dead-relu", "--ascii").out
    assert page.isascii()
    assert "?" not in page.replace("all dead?", "")


@pytest.mark.parametrize("name", ["mazur", "dead-relu"])
def test_the_remarks_read_as_they_were_accepted(name: str, request: pytest.FixtureRequest) -> None:
    console = Console(width=80, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(remarks_page(problem(name), remarks(name)))
    page = "\n".join(line.rstrip() for line in capture.get().split("\n"))
    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--accept"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert golden.exists(), f"no golden file: look at the page, then pytest {__file__} --accept"
    assert page == golden.read_text("utf-8")


def test_hostile_titles_do_not_reach_the_terminal() -> None:
    source = CLEAN.replace("Nothing to remark", '"a\\e[31mb"')
    assert "\x1b" not in backprop("lint", "-", stdin=source, NO_COLOR="1").out
    assert loaded(source).problem.title
