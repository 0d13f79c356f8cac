"""What a step and a sign are at exactly 0, as the problem says: `step_at_zero`, `sign_at_zero`."""

from __future__ import annotations

from fractions import Fraction

import pytest
from helpers import backprop, decimals, solved

from backprop_cli.api.problem import load


def unit(activation: str, x: str, more: str) -> str:
    layer = f"{{neurons: [y], activation: {activation}, weights: [[w = 0.5]]}}"
    return f"inputs: {{x: {x}}}\nlayers: [{layer}]\nobjective: y\n{more}\n"


@pytest.mark.parametrize("value", ["0", "1/2", "1"])
def test_a_step_at_0_is_what_the_problem_says_and_elsewhere_a_step(value: str) -> None:
    found = [decimals(solved(unit("step", x, f"step_at_zero: {value}")))["out_y"] for x in ("-3", "0", "3")]
    assert found == [0, Fraction(value), 1]


@pytest.mark.parametrize("value", ["-1", "0", "1"])
def test_a_sign_at_0_is_what_the_problem_says_and_elsewhere_a_sign(value: str) -> None:
    found = [decimals(solved(unit("sign", x, f"sign_at_zero: {value}")))["out_y"] for x in ("-3", "0", "3")]
    assert found == [-1, int(value), 1]
    assert decimals(solved(unit("sign", "3", f"sign_at_zero: {value}")))["delta_y"] == 0


def test_it_may_stand_among_the_conventions_and_is_said_on_page_and_worksheet() -> None:
    text = unit("step", "0", "conventions: {step_at_zero: 0}")
    said = "At a net input of exactly 0 a unit puts out 0."
    assert decimals(solved(text))["out_y"] == 0
    assert said in backprop("solve", "-", stdin=text).out
    assert said in backprop("worksheet", "-", stdin=text).out
    assert "puts out" not in backprop("solve", "-", stdin=unit("step", "0", "")).out
    for form in ("html", "latex", "typst", "markdown"):
        assert "puts out 0" in backprop("solve", "-", "--format", form, stdin=text).out


PERCEPTRON = """
samples:
  - {inputs: [1, 1], targets: [1]}
  - {inputs: [1, -1], targets: [-1]}
layers: [{weights: [[w1 = 0, w2 = 0]], activation: sign}]
rule: perceptron
learning_rate: 1
"""


@pytest.mark.parametrize(("value", "corrected"), [("1", [False, True]), ("-1", [True, False]), ("0", [True, True])])
def test_the_perceptron_rule_goes_by_it(value: str, corrected: list[bool]) -> None:
    """At net 0 a unit that puts out 1 is right for the first sample; one that puts out 0 is right for none.

    With sign(0) = −1, the first correction (2, 2) makes the net of the second sample 0: −1, which is right.
    """
    found = decimals(solved(PERCEPTRON + f"sign_at_zero: {value}"))
    assert [found[f"sample {number} / e_y1"] != 0 for number in (1, 2)] == corrected
    page = backprop("solve", "-", stdin=PERCEPTRON + f"sign_at_zero: {value}").out
    assert f"puts out {value.replace('-', '−')}." in page


def test_an_answer_is_checked_by_it() -> None:
    opened = load(unit("step", "0", "step_at_zero: 0\nask: [out_y]"))
    assert not opened.check({"out_y": "0"})["out_y"].is_wrong
    assert opened.check({"out_y": "1"})["out_y"].is_wrong


@pytest.mark.parametrize("form", ["python", "numpy", "pytorch"])
def test_programs_have_it(form: str) -> None:
    text = unit("sign", "0", "sign_at_zero: 1")
    source = backprop("solve", "-", "--format", form, stdin=text).out
    if form == "pytorch":
        pytest.importorskip("torch", reason="the program is one for PyTorch")
    shown: list[str] = []
    exec(compile(source, form, "exec"), {"print": lambda *words: shown.append(" ".join(map(str, words)))})
    assert any(line.startswith("out_y = 1") for line in shown)
