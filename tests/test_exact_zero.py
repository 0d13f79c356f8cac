"""What is exactly 0, or another short fraction, is written so, although no number of digits could tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load_text
from backprop_cli.solving.solution import SolveOptions, solution_of

SHARED_BIAS = """\
inputs: {a: -0.3, b: 0.9}
targets: [0, 0, 1, 0]
layers:
  - {neurons: [h1, h2], activation: tanh, weights: [[0.3, 0.7], [-0.2, 0.4]], bias: [0.05, -0.1]}
  - {activation: softmax, weights: [[0.5, -0.4], [-0.6, 0.9], [0.2, 0.2], [0.3, -0.7]], bias: c = 0.25}
loss: cross_entropy
learning_rate: 0.3
"""
BEFORE_A_BATCH_NORM = """\
samples:
  - {inputs: {x: 0.7}, targets: {y: 1}}
  - {inputs: {x: -0.4}, targets: {y: 0}}
  - {inputs: {x: 0.1}, targets: {y: 0.5}}
layers:
  - {neurons: [h], weights: [[0.4]], bias: [c = 0.1], activation: identity}
  - {type: batch_normalization, gamma: 1.2, beta: 0.1}
  - {neurons: [y], activation: sigmoid, weights: [[0.5]], bias: [0.2]}
loss: half_squared_error
batch: full
learning_rate: 0.5
"""


@pytest.mark.parametrize("text", [SHARED_BIAS, BEFORE_A_BATCH_NORM], ids=["Σp − Σt", "Σx̂"])
def test_a_bias_that_changes_nothing_has_the_gradient_0(text: str) -> None:
    """Σp = Σt = 1 behind a softmax; a batch normalization takes the mean, and with it any bias, away."""
    line = backprop("solve", "-", "--only", "dE/dc", stdin=text).out.rstrip().split("\n")[-1]
    assert line.endswith(" = 0")


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adagrad", "momentum"])
def test_a_gradient_of_0_moves_no_bias(optimizer: str) -> None:
    """With v = 0, Adam's step is η·0/(√0 + ε) = 0."""
    run = backprop("solve", "-", "--only", "c_new", stdin=SHARED_BIAS + f"optimizer: {optimizer}\n")
    assert run.code == 0
    assert run.out.rstrip().endswith("= 0.25")


def test_a_wrong_answer_for_it_is_marked_and_so_are_the_others(tmp_path: Path) -> None:
    """net_h1 = 0.3·(−0.3) + 0.7·0.9 + 0.05 = 0.59"""
    problem = tmp_path / "p.yaml"
    problem.write_text(SHARED_BIAS, "utf-8")
    run = backprop("check", problem, "-", stdin="answers: {net_h1: 0.59, dE/dc: 0.3}")
    assert run.code == 1
    assert "1 of 2 marks" in run.out


def test_two_places_of_a_window_that_stay_equally_large_share_the_gradient() -> None:
    """After an update their values are irrational: that they are equal is seen in letters."""
    text = bundled()["small-cnn"].read_text("utf-8") + "epochs: 2\n"
    solution = solution_of(load_text(text, "cnn.yaml"), SolveOptions(Detail.FULL))
    places = [solution.trace[f"epoch 2 / out_c2_{place}"] for place in ("1_1", "1_2", "2_1", "2_2")]
    shares = [solution.trace[f"epoch 2 / dE/dout_c2_{place}"] for place in ("1_1", "1_2", "2_1", "2_2")]
    numbers = [float(value.number) for value in places]
    assert numbers[1] == pytest.approx(numbers[3], rel=1e-15)
    assert numbers[2] == max(numbers)
    assert [share.exact for share in shares] == [0, 0, None, 0]


def test_what_was_seen_to_be_0_is_not_proven_again_from_the_beginning() -> None:
    """Two weights are learned alike: in the tenth epoch, only that epoch is written out."""
    text = bundled()["small-cnn"].read_text("utf-8") + "epochs: 10\n"
    solution = solution_of(load_text(text, "cnn.yaml"), SolveOptions(Detail.FULL))
    assert solution.trace["epoch 10 / dE/dout_c2_2_2"].exact == 0


@pytest.mark.parametrize(
    ("graph", "end"),
    [
        ("a: exp(x)/(exp(x) + exp(x) + exp(x))", "= 1/3 ≈ 0.333333333"),
        ("a: sqrt(x)*sqrt(x)", "= 2"),
        ("a: sigmoid(ln(7))", "= 0.875"),
        ("a: exp(ln(x) + ln(3)) / 100", "= 0.06"),
        ("a: sigmoid(40)", "≈ 1.00000000"),  # 1 − 4·10⁻¹⁸
        ("a: tanh(20) - 1 + x", "≈ 2.00000000"),
        ("a: x + exp(-90)", "≈ 2.00000000"),
    ],
)
def test_what_is_a_short_fraction_is_said_to_be_one_and_what_is_only_near_it_is_not(graph: str, end: str) -> None:
    run = backprop("solve", "-", "--only", "a", stdin=f"inputs: {{x: 2}}\ngraph: {{{graph}}}\n")
    assert run.out.rstrip().endswith(end), run.out
