"""Recurrent layers and layers applied per step: published numbers, by hand; with PyTorch in test_layers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of


def test_a_single_softmax_step_takes_a_class_by_its_index() -> None:
    layers = "layers:\n  - {per_step: true, weights: [[1], [2]], activation: softmax}\nloss: cross_entropy\n"
    one_hot = solved(f"inputs: [0.5, 1]\ntargets: [0, 1, 1, 0]\n{layers}")
    assert decimals(solved(f"inputs: [0.5, 1]\ntargets: [1, 0]\n{layers}")) == decimals(one_hot)


def test_thresholds_are_subtracted_in_every_step() -> None:
    """net = w·x + u·h − θ: as a bias of −θ, whose gradient has the other sign."""
    text = "inputs: [1, 0.5]\ntargets: [1, 0]\nlayers:\n" \
           "  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5, bias: 0.25}\n" \
           "loss: half_squared_error\nlearning_rate: 0.1\n"  # fmt: skip
    bias = decimals(solved(text.replace("0.25", "-0.25")))
    threshold = decimals(solved(text + "threshold: true\n"))
    assert threshold["out_h2"] == bias["out_h2"]
    assert threshold["dE/dtheta1"] == -bias["dE/db1"]
    assert threshold["theta1_new"] == -bias["b1_new"]


# ---- what is written -----------------------------------------------------------------------------------------

THREE_STEPS = """\
inputs: {x: [1, 1, 1]}
layers:
  - {type: recurrent, weights: wxh = 0.8, recurrent_weights: whh = 0.5, initial: 0, returns: last}
objective: h3
"""


def test_the_published_three_steps_of_one_unit() -> None:
    """A public chapter on recurrent networks, example 2: h = 0.66404, 0.81171, 0.83543, and both gradients."""
    trace = solved(THREE_STEPS).trace
    printed = {"out_h1": "0.66404", "out_h2": "0.81171", "out_h3": "0.83543", "dh3/dwhh": "0.279391",
               "dh3/dwxh": "0.367975"}  # fmt: skip
    for key, text in printed.items():
        places = len(text.partition(".")[2])
        assert f"{float(trace[key].decimal.text()):.{places}f}" == text


def test_in_full_detail_the_gradient_of_a_weight_is_a_sum_over_the_steps() -> None:
    """dh3/dwhh is 0 from step 1 (the state before it is 0) and δ·h from steps 2 and 3."""
    values = decimals(solved(THREE_STEPS))
    shares = [values[f"dh3/dwxh via net_h{step}"] for step in (1, 2, 3)]
    assert float(sum(shares)) == pytest.approx(float(values["dh3/dwxh"]), abs=1e-13)
    assert [float(share) for share in shares] == pytest.approx([float(values[f"delta_h{n}"]) for n in (1, 2, 3)])
    page = backprop("solve", "-", "--detail", "full", stdin=THREE_STEPS).out
    assert "∂h₃/∂whh via netₕ₂ = δₕ₂·outₕ₁" in page
    assert "∂h₃/∂whh           = ∂h₃/∂whh via netₕ₁ + ∂h₃/∂whh via netₕ₂" in page


def test_a_bias_is_a_sum_of_deltas_without_lines_between() -> None:
    text = THREE_STEPS.replace("initial: 0", "bias: 0.1")
    keys = decimals(solved(text))
    assert "dh3/db1" in keys
    assert not [key for key in keys if key.startswith("dh3/db1 via")]


def test_the_textbook_s_page_has_the_sum_in_one_line() -> None:
    page = backprop("solve", "-", stdin=THREE_STEPS).out
    assert "via" not in page
    assert "∂h₃/∂wxh = δₕ₁·x₁ + δₕ₂·x₂ + δₕ₃·x₃" in page


def test_a_step_s_share_is_not_updated_in_a_batch() -> None:
    """Shares belong to a sample; what is averaged over the batch is their sum."""
    text = THREE_STEPS.replace("inputs: {x: [1, 1, 1]}", "samples: [{inputs: [1, 1, 1]}, {inputs: [1, 0, 1]}]")
    keys = decimals(solved(text + "learning_rate: 0.5\nbatch: full\n"))
    assert "sample 2 / dh3/dwxh via net_h3" in keys
    assert "dh3/dwxh via net_h3" not in keys
    shares = [float(keys[f"sample {n} / dh3/dwxh"]) for n in (1, 2)]
    assert float(keys["dh3/dwxh"]) == pytest.approx(sum(shares) / 2, abs=1e-13)


def test_the_way_through_a_later_step_is_not_taken_for_a_part_of_the_loss() -> None:
    """net_h2 leads to E_h2 and, through step 3, to E_h3: its path is not ∂E_h2/∂out_h1; that of net_h3 is a part."""
    text = THREE_STEPS.replace(", returns: last", "").replace(
        "objective: h3", "targets: [0, 0, 1]\nloss: squared_error"
    )
    keys = decimals(solved(text))
    assert {"dE/dout_h1 via net_h2", "dE_h1/dout_h1", "dE_h3/dout_h2", "dE_h2/dout_h2"} <= keys.keys()
    both = [float(keys[key]) for key in ("dE/dout_h1 via net_h2", "dE_h1/dout_h1")]
    assert float(keys["dE/dout_h1"]) == pytest.approx(sum(both), abs=1e-13)


def test_with_negative_deltas_updates_add() -> None:
    text = "inputs: [1, 0.5]\ntargets: [1, 0]\nlayers:\n  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5}\n" \
           "loss: half_squared_error\nlearning_rate: 0.1\n"  # fmt: skip
    usual, turned = decimals(solved(text)), decimals(solved(text + "delta: -dE/dnet\n"))
    assert turned["delta_h1"] == -usual["delta_h1"]
    assert (turned["w1_new"], turned["u1_new"]) == (usual["w1_new"], usual["u1_new"])


@pytest.mark.parametrize("detail", Detail)
def test_every_detail_gives_the_same_new_weights(detail: Detail) -> None:
    text = THREE_STEPS + "learning_rate: 0.5\n"
    assert solved(text, detail).trace["whh_new"].decimal.text() == solved(text).trace["whh_new"].decimal.text()


def test_names_given_to_units_get_the_number_of_the_step() -> None:
    keys = "neurons: [p, q2], weights: [[1, 0], [0, 1]], recurrent_weights: [[1, 0], [0, 1]], activation: relu"
    text = f"inputs: {{a: [1, 2], b: [0, 1]}}\nlayers:\n  - {{type: recurrent, {keys}}}\nobjective: p2\n"
    assert {"net_p1", "net_q2_1", "net_p2", "net_q2_2"} <= decimals(solved(text)).keys()


def test_two_recurrent_layers_have_names_of_their_own() -> None:
    layer = "  - {type: recurrent, weights: 0.5, recurrent_weights: 0.25}\n"
    keys = decimals(solved(f"inputs: [1, 2]\ntargets: [0, 1]\nlayers:\n{layer}{layer}loss: squared_error\n"))
    assert {"out_h1", "out_h2", "out_h2_1", "out_h2_2", "dE/dw2", "dE/du2"} <= keys.keys()


def test_names_that_are_taken_are_avoided() -> None:
    """An input h1 and a weight h2 leave the names h1 and h2 to them."""
    text = "inputs: {h1: 1, h2: 2}\nlayers:\n  - {type: recurrent, weights: 1, recurrent_weights: 1}\n" \
           "  - weights: [[1, 1]]\n"  # fmt: skip
    assert {"out_h1_1", "out_h1_2"} <= decimals(solved(text + "objective: y1\n")).keys()


def test_targets_name_the_last_layer_s_units() -> None:
    text = (
        "inputs: [1, 2]\ntargets: {p: [0, 1]}\nlayers:\n  - {per_step: true, weights: [[0.5]]}\nloss: squared_error\n"
    )
    assert {"out_p1", "out_p2"} <= decimals(solved(text)).keys()


def test_rounding_given_values_and_fixed_parameters_work_step_by_step() -> None:
    text = THREE_STEPS + "learning_rate: 1\nfixed: [wxh]\n"
    rounded = solved(text + "rounding: {places: 2}\n", Detail.TEXTBOOK).trace
    assert [rounded[f"out_h{n}"].decimal.text() for n in (1, 2, 3)] == ["0.66", "0.81", "0.84"]
    given = decimals(solved(text + "given: {out_h2: 0.5}\n"))
    assert given["net_h3"] == Fraction("1.05")
    assert "wxh_new" not in given


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    text = "inputs: [1, 0.5]\ntargets: [1, 0]\nlayers:\n" \
           "  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5}\n" \
           "  - {per_step: true, weights: [[1]], activation: sigmoid}\n" \
           "loss: half_squared_error\nlearning_rate: 0.5\n"  # fmt: skip
    run = solution_of(loaded(text + "report: [1, 5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(text + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["u1"] == worked["epoch 5 / u1_new"].decimal.text()


def test_verify_agrees() -> None:
    run = backprop("verify", "-", stdin=THREE_STEPS)
    assert run.code == 0, run.out
    assert "6 of 6 gradients agree" in run.out


MANY = "[" + ", ".join(["1"] * 300) + "]"
TOO_LARGE = {
    "recurrent": f"weights: [{MANY}], recurrent_weights: 1",
    "attention": "",
    "embedding": f"table: {MANY}",
    "gru": ", ".join(f"{gate}: {{weights: 1, recurrent_weights: 1}}" for gate in ("reset", "update", "candidate")),
}
INPUTS = {"recurrent": f"[{', '.join([MANY] * 200)}]", "gru": f"[{', '.join(['1'] * 9000)}]"}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_a_layer_that_would_be_too_large_unrolled_is_refused_at_once(kind: str) -> None:
    keys, inputs = TOO_LARGE[kind], INPUTS.get(kind, MANY)
    text = f"inputs: {inputs}\nlayers:\n  - {{type: {kind}{', ' if keys else ''}{keys}}}\nobjective: h1\n"
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert "terms; the limit is 50,000" in run.err
