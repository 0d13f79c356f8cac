"""LSTM layers: what is written, names, conventions; test_layers compares them with PyTorch."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.spelling import speller

ONE_UNIT = """\
inputs: [1, 0.5]
targets: [0.5, 1]
layers:
  - type: lstm
    forget: {weights: 1, recurrent_weights: 0.5, bias: 0.5}
    input: {weights: -1, recurrent_weights: 0.25}
    candidate: {weights: 0.5, recurrent_weights: -0.5}
    output: {weights: 2, recurrent_weights: 1}
loss: half_squared_error
learning_rate: 0.1
"""


def test_a_cell_state_collects_what_goes_through_the_output_and_what_is_carried_on() -> None:
    values = {key: float(value) for key, value in decimals(solved(ONE_UNIT)).items()}
    carried, shown = values["dE/dc1 via c2"], values["dE/dc1 via out_h1"]
    assert carried == pytest.approx(values["dE/dc2"] * values["out_f2"], abs=1e-12)
    assert values["dE/dc1"] == pytest.approx(carried + shown, abs=1e-12)


def test_the_page_goes_step_by_step_forward_and_back() -> None:
    page = backprop("solve", "-", stdin=ONE_UNIT).out
    places = [page.index(text) for text in ("LSTM, step 1", "LSTM, step 2", "Backward pass", "4  Gradients")]
    assert places == sorted(places)
    backward = page[places[2] : places[3]]
    assert backward.index("LSTM, step 2") < backward.index("LSTM, step 1")
    assert "c₂     = out_f₂·c₁ + out_i₂·out_g₂" in page
    assert "out_h₂ = out_o₂·tanh(c₂)" in page
    assert "∂E/∂c₁     = ∂E/∂out_h₁·out_o₁·(1 − tanh(c₁)²) + ∂E/∂c₂·out_f₂" in page


def test_without_an_initial_state_the_first_step_forgets_nothing() -> None:
    """c1 = out_f1·0 + …: the forget gate is written, and its δ is 0."""
    trace = solved(ONE_UNIT).trace
    assert trace["delta_f1"].exact == 0
    assert "out_f₁·0 + out_i₁·out_g₁" in backprop("solve", "-", stdin=ONE_UNIT).out


def test_a_given_cell_gradient_starts_the_backward_pass() -> None:
    text = ONE_UNIT.replace("targets: [0.5, 1]\n", "").replace("loss: half_squared_error\n", "")
    values = decimals(solved(text + "given: {dE/dc2: 0.5}\n"))
    assert values["dE/dc2"] == 0.5
    assert float(values["dE/dc1 via c2"]) == pytest.approx(0.5 * float(values["out_f2"]), abs=1e-12)


def test_cell_states_are_rounded_asked_and_given_like_other_quantities() -> None:
    rounded = solved(ONE_UNIT + "rounding: {kinds: {cell: {places: 2}}}\n", Detail.TEXTBOOK).trace
    assert len(rounded["c1"].decimal.text()) == 4
    assert len(rounded["out_h1"].decimal.text()) > 8
    assert [quantity.key for quantity in solved(ONE_UNIT + "ask: [c2, delta_f2]\n").asked] == ["c2", "delta_f2"]
    assert decimals(solved(ONE_UNIT + "given: {c1: 0.25}\n"))["c1"] == 0.25


def test_other_activations_may_take_the_place_of_sigmoid_and_tanh() -> None:
    """With hard gates and no squashing everything stays rational: net_f1 = 1.5 gives 3/4, net_i1 = −1 gives 1/3."""
    text = ONE_UNIT.replace("type: lstm", "type: lstm\n    gate_activation: hard_sigmoid\n    activation: identity")
    trace = solved(text).trace
    assert str(trace["out_f1"].exact) == "3/4"
    assert str(trace["c1"].exact) == "1/6"
    assert str(trace["out_h1"].exact) == "5/36"


def test_thresholds_are_subtracted_in_every_gate() -> None:
    bias = decimals(solved(ONE_UNIT.replace("bias: 0.5", "bias: -0.5")))
    threshold = decimals(solved(ONE_UNIT + "threshold: true\n"))
    assert threshold["out_h2"] == bias["out_h2"]
    assert threshold["dE/dtheta_f1"] == -bias["dE/dbf1"]


def test_a_second_layer_has_names_of_its_own() -> None:
    layer = ONE_UNIT[ONE_UNIT.index("  - type") : ONE_UNIT.index("loss")]
    keys = decimals(solved(ONE_UNIT.replace("loss", f"{layer}loss")))
    assert {"c1", "out_f2", "out_h2", "c2_1", "out_f2_2", "out_h2_2", "dE/dwf1", "dE/dwf2"} <= keys.keys()


def test_inputs_called_i_leave_the_input_gate_another_name() -> None:
    keys = decimals(solved(ONE_UNIT.replace("inputs: [1, 0.5]", "inputs: {i: [1, 0.5]}")))
    assert {"dE/di1", "out_i1_1", "out_h1_2"} <= keys.keys()


@pytest.mark.parametrize("notation", ["nielsen", "goodfellow", "hagan", "mitchell", "cs231n"])
def test_a_notation_numbers_outputs_and_names_gates(notation: str) -> None:
    """No two quantities of the page are written alike."""
    solution = solution_of(loaded(ONE_UNIT + f"notation: {notation}\n"), SolveOptions())
    write = speller(solution.problem, solution.trace)
    written = [write.symbol(step.quantity) for step in solution.trace.steps]
    assert len(set(written)) == len(written)


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    run = solution_of(loaded(ONE_UNIT + "report: [1, 5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(ONE_UNIT + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["uf1"] == worked["epoch 5 / uf1_new"].decimal.text()


def test_verify_agrees() -> None:
    run = backprop("verify", "-", stdin=ONE_UNIT)
    assert (run.code, "11 of 11 gradients agree" in run.out) == (0, True)
