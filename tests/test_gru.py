"""GRU layers: conventions, names, long training; test_layers has them with PyTorch."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.solving.solution import SolveOptions, solution_of

CONVENTIONS = ("pytorch", "cho", "chung")

# ---- what is written -----------------------------------------------------------------------------------------

ONE_UNIT = """\
inputs: [1, 0.5]
targets: [1, 0]
layers:
  - type: gru
    reset: {weights: 1, recurrent_weights: 0.5}
    update: {weights: 0.5, recurrent_weights: -1}
    candidate: {weights: 2, recurrent_weights: 1, bias: 0.25}
    initial: 0.5
loss: half_squared_error
learning_rate: 0.1
"""


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_an_initial_state_what_is_kept_of_it_is_written_0(convention: str) -> None:
    """The gates of the first step are there; nothing is kept, and δ of the reset gate is 0."""
    text = ONE_UNIT.replace("    initial: 0.5\n", f"    convention: {convention}\n")
    trace = solved(text).trace
    assert trace["delta_r1"].exact == 0
    explicit = decimals(solved(ONE_UNIT.replace("initial: 0.5", f"initial: 0\n    convention: {convention}")))
    ours = decimals(solved(text))
    assert {key: explicit[key] for key in ours if "via" not in key} == {k: v for k, v in ours.items() if "via" not in k}


def test_thresholds_are_subtracted_inside_the_reset_too() -> None:
    text = ONE_UNIT.replace("bias: 0.25", "bias: 0.25, recurrent_bias: 0.5")
    threshold = decimals(solved(text + "threshold: true\n"))
    bias = decimals(solved(text.replace("0.25, recurrent_bias: 0.5", "-0.25, recurrent_bias: -0.5")))
    assert threshold["out_h2"] == bias["out_h2"]
    assert threshold["dE/dtheta_hn1"] == -bias["dE/dbhn1"]


def test_a_second_layer_has_names_of_its_own() -> None:
    layer = ONE_UNIT[ONE_UNIT.index("  - type") : ONE_UNIT.index("loss")]
    keys = decimals(solved(ONE_UNIT.replace("loss", f"{layer}loss")))
    assert {"out_n1", "out_h2", "out_n2_1", "out_h2_2"} <= keys.keys()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_long_training_ends_where_epochs_worked_out_line_by_line_do(convention: str) -> None:
    text = ONE_UNIT.replace("type: gru", f"type: gru\n    convention: {convention}")
    run = solution_of(loaded(text + "report: [1, 5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(text + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["un1"] == worked["epoch 5 / un1_new"].decimal.text()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_verify_agrees(convention: str) -> None:
    run = backprop("verify", "-", stdin=ONE_UNIT.replace("type: gru", f"type: gru\n    convention: {convention}"))
    assert (run.code, "10 of 10 gradients agree" in run.out) == (0, True)
