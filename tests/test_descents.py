"""Starting points and the picture of a descent: where it ends, what is drawn, and that it stands in the right place."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from math import sin

import pytest
from helpers import backprop, loaded
from rich.text import Text

from backprop_cli.algebra.formula import as_number
from backprop_cli.formats.terminal.plot import Axis, Mark, plot
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.training.landscape import Landscape
from backprop_cli.training.trials import TrialComparison, compared

WELL = "parameters: {w: 0}\ngraph: {E: (w^2 - 1)^2 + 0.3*w}\nlearning_rate: 0.05\n"
ROOTS = (-1.0355787, 0.9601496)  # of 4w(w² − 1) + 0.3, the two minima


def comparison(text: str) -> TrialComparison:
    found = compared(loaded(text).problem, 9)
    assert found is not None
    return found


def landscapes(text: str) -> tuple[Landscape, ...]:
    return solution_of(loaded(text), SolveOptions()).landscapes


# ---- starting points -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("starts", ["{w: [-1.6, 0.2, 1.5]}", "[{w: -1.6}, {w: 0.2}, {w: 1.5}]"])
def test_each_start_ends_in_the_valley_it_begins_in(starts: str) -> None:
    found = comparison(f"{WELL}starts: {starts}\n")
    for trial, root in zip(found.trials, (ROOTS[0], ROOTS[1], ROOTS[1]), strict=True):
        assert trial.minimum is not None
        assert Fraction(str(trial.minimum.low)) < Fraction(root) + Fraction(1, 10**6)
        assert abs(Fraction(str(trial.minimum.low)) - Fraction(root)) < Fraction(1, 10**5)
        assert abs(Fraction(str(trial.minimum.high)) - Fraction(root)) < Fraction(1, 10**5)


def test_a_start_is_only_said_to_have_reached_a_minimum_where_that_is_proven() -> None:
    early = comparison(f"{WELL}starts: {{w: [0.2]}}\nepochs: 2\n").trials[0]
    assert early.minimum is None
    top = comparison("parameters: {w: 0}\ngraph: {E: (w^2 - 1)^2}\nlearning_rate: 0.05\nstarts: {w: [0]}\n").trials[0]
    assert top.minimum is None  # the slope is 0, but it is a maximum


@pytest.mark.parametrize("loss", ["(w - 1)^2 + step(w - 1)", "floor(100*w)^2", "sign(w)*w"])
def test_a_loss_with_a_step_is_not_said_to_have_a_minimum(loss: str) -> None:
    text = f"parameters: {{w: 3}}\ngraph: {{E: {loss}}}\nlearning_rate: 0.1\nstarts: {{w: [3]}}\n"
    assert comparison(text).trials[0].minimum is None


def test_several_parameters_start_together() -> None:
    text = ("parameters: {u: 1, v: 2, w: 3}\ngraph: {E: u^2 + 2*v^2 + w^2}\nlearning_rate: 0.1\nepochs: 3\n"
            "starts: {u: [1, 2], v: [3, 4], w: 5}\n")  # fmt: skip
    first, second = comparison(text).trials
    starts = [{name: str(as_number(at)) for name, at in one.problem.parameters.items()} for one in (first, second)]
    assert starts == [{"u": "1", "v": "3", "w": "5"}, {"u": "2", "v": "4", "w": "5"}]
    ends = {name.bare_key: value.text() for name, value in second.run.reports[-1].values.items()}
    assert (ends["u"], ends["v"], ends["w"]) == ("1.024", "0.864", "2.56")


def test_the_first_start_is_the_one_that_is_worked_out() -> None:
    trace = solution_of(loaded(f"{WELL}starts: {{w: [0.5, -1]}}\n"), SolveOptions()).trace
    assert trace["w"].decimal.text() == "0.5"
    assert trace["dE/dw"].decimal.text() == "-1.2"  # 4·0.5·(0.25 − 1) + 0.3


def test_json_has_the_starts_and_their_ends() -> None:
    data = json.loads(backprop("solve", "-", "--json", stdin=f"{WELL}starts: {{w: [-1.6, 1.5]}}\n").out)
    assert [one["start"] for one in data["starts"]] == [{"w": "-1.6"}, {"w": "1.5"}]
    low, high = map(Fraction, data["starts"][1]["minimum_between"])
    assert low < Fraction(ROOTS[1]) + Fraction(1, 10**6)
    assert high - low < Fraction(1, 10**5)
    assert [len(path) for path in data["descents"][0]["paths"]] == [8, 8]


# ---- the curve and its points --------------------------------------------------------------------------------


def test_the_curve_is_the_loss() -> None:
    (one,) = landscapes(f"{WELL}starts: {{w: [-1.6, 1.5]}}\n")
    for place, height in one.curve:
        w = float(Fraction(str(place)))
        assert height is not None
        assert float(Fraction(str(height))) == pytest.approx((w * w - 1) ** 2 + 0.3 * w, abs=1e-12)


def test_the_points_lie_on_the_curve() -> None:
    problem = "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}]\nloss: squared_error\n"
    (one,) = landscapes(f"{problem}learning_rate: 0.1\nepochs: 5\n")
    (points,) = one.descents
    assert [point.epoch for point in points] == [0, 1, 2, 3, 4, 5]
    for point in points:
        w = Fraction(str(point.place.value))
        assert Fraction(str(point.loss.value)) == (10 - 2 * w) ** 2


def test_what_runs_away_is_cut_off_and_said() -> None:
    problem = "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}]\nloss: squared_error\n"
    (one,) = landscapes(f"{problem}learning_rate: 1\nepochs: 6\n")
    assert [point.epoch for point in one.descents[0]] == [0, 1, 2]
    assert one.beyond == ((3, 4, 5, 6),)
    page = backprop("solve", "-", stdin=f"{problem}learning_rate: 1\nepochs: 6\n").out
    assert "3 to 6 lie outside the picture" in page


def test_a_loss_without_a_value_leaves_a_gap() -> None:
    (one,) = landscapes("parameters: {w: 0.1}\ngraph: {E: w - ln(w)}\nlearning_rate: 0.01\nepochs: 3\n")
    heights = [height for _place, height in one.curve]
    assert all(height is not None for height in heights[5:])
    (one,) = landscapes("parameters: {w: 0.02}\ngraph: {E: sqrt(w)}\nlearning_rate: 0.001\nepochs: 4\n")
    assert one.curve


@pytest.mark.parametrize(
    "text",
    [
        "inputs: [1, 2]\ntargets: [1]\nlayers: [{weights: [[1, 2]]}]\nloss: squared_error\n"
        "learning_rate: 0.1\nepochs: 3\n",
        f"{WELL}epochs: 3\nrounding: {{places: 4}}\n",
        "parameters: {w: 1}\ngradients: {w: [1, 2]}\nlearning_rate: 0.1\n",
        "parameters: {w: 1}\ngraph: {E: w^2}\n",
        f"{WELL}",
    ],
)
def test_there_is_no_picture_where_there_is_nothing_to_draw(text: str) -> None:
    assert landscapes(text) == ()


def test_several_rates_have_a_picture_each_and_several_starts_one() -> None:
    assert len(landscapes(f"{WELL.replace('0.05', '[0.01, 0.05, 0.1]')}epochs: 5\n")) == 3
    (one,) = landscapes(f"{WELL}starts: {{w: [-1, 0, 1]}}\n")
    assert len(one.descents) == 3


# ---- the drawing ---------------------------------------------------------------------------------------------


def curve(function: object, low: float, high: float, count: int = 120) -> list[tuple[Rational, Rational | None]]:
    places = [low + (high - low) * index / count for index in range(count + 1)]
    return [(exact(x), exact(function(x))) for x in places]  # type: ignore[operator]


def exact(value: float) -> Rational:
    one = Fraction(value)
    return rational(one.numerator, one.denominator)


def drawn(marks: list[Mark], width: int = 70, height: int = 12, ascii_only: bool = False) -> list[str]:
    lines = plot(curve(sin, -3.0, 3.0), marks, ("x", "y"), width, height, ascii_only)
    assert all(isinstance(line, Text) for line in lines)
    return [line.plain for line in lines]


@pytest.mark.parametrize("width", [40, 60, 76, 100])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_picture_keeps_to_its_width_and_height(width: int, ascii_only: bool) -> None:
    lines = drawn([Mark(exact(1.0), exact(sin(1.0)), "1")], width, 12, ascii_only)
    assert len(lines) == 12 + 3
    assert max(map(len, lines)) <= width
    assert not ascii_only or all(line.isascii() for line in lines)


def test_a_mark_stands_where_its_numbers_say() -> None:
    """At x = −1.5 and 1.5 of −3 … 3: a quarter and three quarters of the way; low on the left, high on the right."""
    lines = drawn([Mark(exact(x), exact(sin(x)), "") for x in (-1.5, 1.5)], 70, 12)
    left = next(line.index("┤") for line in lines if "┤" in line) + 1
    rows = [(row, line.index("●") - left) for row, line in enumerate(lines[1:13]) if "●" in line]
    columns = 70 - left - 1
    assert [row for row, _column in rows] == [0, 11]
    assert [column / columns for _row, column in rows] == pytest.approx([0.75, 0.25], abs=0.03)


def test_the_curve_has_no_holes() -> None:
    for line in zip(*(row.ljust(76)[8:70] for row in drawn([], 76, 14)[1:15]), strict=True):
        assert any(char != " " for char in line)


def test_labels_stand_beside_their_points_and_never_on_one_another() -> None:
    marks = [Mark(exact(-2.0 + 0.2 * n), exact(sin(-2.0 + 0.2 * n)), str(10 + n)) for n in range(20)]
    lines = drawn(marks, 76, 14)
    text = "\n".join(lines[1:15])
    assert text.count("●") == 20
    shown = re.findall(r"(?<![\d.])\d\d(?![\d.])", text)
    assert len(shown) >= 15
    assert set(shown) <= {mark.label for mark in marks}


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        ("0", "10", 6, ["0", "2", "4", "6", "8", "10"]),
        ("-1.2", "1.3", 6, ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
        ("0.0012", "0.0019", 4, ["0.0012", "0.0014", "0.0016", "0.0018"]),
        ("0", "3.2e9", 4, ["0", "1e9", "2e9", "3e9"]),
        ("4e-12", "9e-12", 3, ["4e-12", "6e-12", "8e-12"]),
        ("-250", "40", 6, ["-250", "-200", "-150", "-100", "-50", "0"]),
    ],
)
def test_ticks_are_round_numbers(low: str, high: str, most: int, expected: list[str]) -> None:
    ends = [rational(Fraction(text).numerator, Fraction(text).denominator) for text in (low, high)]
    ticks = Axis(ends[0], ends[1], 100).ticks(most)
    assert [text for _dot, text in ticks] == expected
    assert [dot for dot, _text in ticks] == sorted({dot for dot, _text in ticks})
    assert all(0 <= dot < 100 for dot, _text in ticks)


@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.parametrize("option", [(), ("--ascii",)])
def test_the_page_with_its_picture_fits_the_terminal(columns: str, option: tuple[str, ...]) -> None:
    run = backprop("solve", "-", *option, stdin=f"{WELL}starts: {{w: [-1.6, 0.2, 1.5]}}\n", COLUMNS=columns)
    assert run.code == 0
    assert max(map(len, run.out.split("\n"))) <= int(columns)
    assert not option or run.out.isascii()
