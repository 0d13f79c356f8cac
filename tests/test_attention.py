"""Attention: a published forward pass, masks, named inputs; test_layers compares it with PyTorch."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.solving.solution import SolveOptions, solution_of


def test_the_illustrated_self_attention_of_three_inputs() -> None:
    """Raimi Karim, "Illustrated: Self-Attention" (2019): queries, keys, values and scores of three inputs."""
    text = """\
inputs: {x: [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]]}
layers:
  - type: attention
    scaled: false
    query: {weights_by_input: [[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 1]]}
    key: {weights_by_input: [[0, 0, 1], [1, 1, 0], [0, 1, 0], [1, 1, 0]]}
    value: {weights_by_input: [[0, 2, 0], [0, 3, 0], [1, 0, 3], [1, 1, 0]]}
objective: ya1
"""
    values = decimals(solved(text))
    vectors = {
        letter: [[int(values[f"{letter}{mark}{step}"]) for mark in "abc"] for step in (1, 2, 3)] for letter in "qkv"
    }
    assert vectors == {
        "q": [[1, 0, 2], [2, 2, 2], [2, 1, 3]],
        "k": [[0, 1, 1], [4, 4, 0], [2, 3, 1]],
        "v": [[1, 2, 3], [2, 8, 0], [2, 6, 3]],
    }
    assert [[int(values[f"s{row}{column}"]) for column in (1, 2, 3)] for row in (1, 2, 3)] == [
        [2, 4, 4], [4, 16, 12], [4, 12, 10],
    ]  # fmt: skip
    assert f"{float(values['alpha12']):.4f}" == "0.4683"


# ---- what is written -----------------------------------------------------------------------------------------

PLAIN = """\
inputs: {x: [[1, 0, 0, 2], [0, 2, 1, 1]]}
layers:
  - {type: attention}
  - {per_step: true, weights: [[1, 1, 0, -1]]}
targets: [1, 2]
loss: half_squared_error
learning_rate: 0.1
"""


def test_a_root_that_is_a_number_stays_exact_and_one_that_is_not_stays_a_root() -> None:
    """√4 = 2, so scores of rational features are rational; √2 is written as it is."""
    trace = solved(PLAIN).trace
    assert [str(trace[key].exact) for key in ("s11", "s12", "s22")] == ["5/2", "1", "3"]
    page = backprop("solve", "-", stdin=PLAIN).out
    assert "= (1·1 + 0·0 + 0·0 + 2·2)/√4 = 2.5" in page
    short = PLAIN.replace("[[1, 0, 0, 2], [0, 2, 1, 1]]", "[[1, 0], [0, 2]]").replace("[[1, 1, 0, -1]]", "[[1, 1]]")
    assert "s₁₁ = (x₁₁·x₁₁ + x₁₂·x₁₂)/√2" in backprop("solve", "-", stdin=short).out


def test_the_page_has_a_heading_for_every_part() -> None:
    text = PLAIN.replace("type: attention", "type: attention, value: {weights: [[1, 0, 0, 0]]}").replace(
        "1, 1, 0, -1", "1"
    )
    page = backprop("solve", "-", stdin=text).out
    headings = [f"attention (layer 1): {part}" for part in ("values", "scores", "attention weights", "outputs")]
    places = [page.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "∂E/∂s₁₂ = −∂E/∂α₁₁·α₁₁·α₁₂ + ∂E/∂α₁₂·α₁₂·(1 − α₁₂)" in page


def test_with_a_causal_mask_the_first_step_sees_only_itself() -> None:
    """α11 is 1 exactly, no score of it with a later step is written, and its score has no gradient."""
    trace = solved(PLAIN.replace("type: attention", "type: attention, mask: causal")).trace
    keys = [step.quantity.key for step in trace.steps]
    assert trace["alpha11"].exact == 1
    assert trace["dE/ds11"].exact == 0
    assert "s12" not in keys
    assert "s21" in keys
    assert str(trace["out_ha1"].exact) == "1"


def test_ten_steps_have_names_that_cannot_be_confused() -> None:
    text = "inputs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]\nlayers:\n  - {type: attention, scaled: false}\nobjective: y1\n"
    assert {"s1_11", "s11_1", "alpha11_11"} <= decimals(solved(text)).keys()


def test_one_query_may_be_asked_of_several_keys() -> None:
    """A decoder's state against the encoder's: one query, one context vector."""
    text = "inputs: {s: [1, 0], h: [[1, 2], [0, 1], [2, 0]]}\nlayers:\n" \
           "  - {type: attention, query: s, key: h, value: h, scaled: false}\nobjective: ya1\n"  # fmt: skip
    values = decimals(solved(text))
    assert [values[f"s1{n}"] for n in (1, 2, 3)] == [1, 0, 2]
    assert {"out_ya1", "out_yb1"} <= values.keys()
    assert "out_ya2" not in values


def test_two_layers_of_attention_have_names_of_their_own() -> None:
    text = PLAIN.replace("  - {type: attention}\n", "  - {type: attention}\n  - {type: attention, scaled: false}\n")
    assert {"s12", "s2_12", "alpha12", "alpha2_12", "out_ha1", "out_h2_a1"} <= decimals(solved(text)).keys()


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    text = PLAIN.replace("type: attention", "type: attention, query: {weights: [[0.5, 0, 0, 0.2]]}, "
                         "key: {weights: [[0.1, 0, 0.4, 0]]}")  # fmt: skip
    run = solution_of(loaded(text + "report: [1, 5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(text + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["wq4"] == worked["epoch 5 / wq4_new"].decimal.text()


@pytest.mark.parametrize("mask", ["none", "causal"])
def test_verify_agrees(mask: str) -> None:
    run = backprop("verify", "-", stdin=PLAIN.replace("type: attention", f"type: attention, mask: {mask}"))
    assert (run.code, "12 of 12 gradients agree" in run.out) == (0, True)
