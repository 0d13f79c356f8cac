"""Embeddings: tokens and numbers of rows, several samples; with PyTorch in test_layers."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of

WORDS = """\
inputs: {x: [the, cat, the]}
targets: [1, 0, 1]
layers:
  - {type: embedding, table: {the: [0.5, -1], cat: [1, 0.25], sat: [0, 1]}}
  - {per_step: true, weights: [[1, 2]]}
loss: half_squared_error
learning_rate: 0.1
"""


def test_only_rows_that_are_picked_learn_and_a_token_that_comes_twice_learns_twice() -> None:
    """δ = −2.5, 1.5, −2.5 at the cat the: ∂E/∂the_1 = −2.5 − 2.5, ∂E/∂cat_1 = 1.5, ∂E/∂sat_1 = 0."""
    trace = solved(WORDS).trace
    exact = {key: str(trace[key].exact) for key in ("out_ea1", "out_eb2", "dE/dthe_1", "dE/dcat_1", "dE/dsat_1")}
    assert exact == {"out_ea1": "1/2", "out_eb2": "1/4", "dE/dthe_1": "-5", "dE/dcat_1": "3/2", "dE/dsat_1": "0"}
    assert trace["sat_1_new"].exact == 0
    assert str(trace["the_2_new"].exact) == "0"


def test_tokens_and_numbers_of_rows_say_the_same() -> None:
    numbers = WORDS.replace("[the, cat, the]", "[0, 1, 0]")
    assert decimals(solved(numbers)) == decimals(solved(WORDS))


def test_every_sample_picks_its_own_rows() -> None:
    text = WORDS.replace("inputs: {x: [the, cat, the]}\ntargets: [1, 0, 1]\n",
                         "samples:\n  - {inputs: {x: [cat, cat]}, targets: [0, 0]}\n"
                         "  - {inputs: {x: [sat, the]}, targets: [1, 1]}\nbatch: full\n")  # fmt: skip
    values = decimals(solved(text))
    assert [values[f"sample {n} / out_ea1"] for n in (1, 2)] == [1, 0]
    assert values["sample 1 / dE/dthe_1"] == values["sample 2 / dE/dcat_1"] == 0
    assert values["sample 1 / dE/dcat_1"] == 3


def test_the_page_shows_the_column_and_the_row_that_is_picked() -> None:
    page = backprop("solve", "-", stdin=WORDS).out
    assert "out_ea₂ = (the_1, cat_1, sat_1)[x₂] = (0.5, 1, 0)[1] = 1" in page
    assert "∂E/∂cat_1 = ∂E/∂out_ea₁·[x₁ = 1] + ∂E/∂out_ea₂·[x₂ = 1]" in page
    assert "a look-up passes its gradient to the row it picks" in page
    assert "(the_1, cat_1, sat_1)[x2]" in backprop("solve", "-", "--ascii", stdin=WORDS).out


@pytest.mark.parametrize("detail", Detail)
def test_the_number_of_a_row_has_no_gradient(detail: Detail) -> None:
    keys = [step.quantity.key for step in solved(WORDS, detail).trace.steps]
    assert not [key for key in keys if key.startswith("dE/dx")]
    run = backprop("verify", "-", stdin=WORDS)
    assert (run.code, "8 of 8 gradients agree" in run.out) == (0, True)


def test_rows_without_tokens_are_numbered_from_0() -> None:
    text = WORDS.replace("{the: [0.5, -1], cat: [1, 0.25], sat: [0, 1]}", "[[0.5, -1], [1, 0.25], [0, 1]]")
    values = decimals(solved(text.replace("[the, cat, the]", "[0, 2, 0]")))
    assert {"dE/dva0", "dE/dvb2", "va2_new"} <= values.keys()


def test_a_table_of_one_column_has_one_parameter_a_row() -> None:
    text = WORDS.replace("{the: [0.5, -1], cat: [1, 0.25], sat: [0, 1]}", "{the: 0.5, cat: 1}").replace(
        "[[1, 2]]", "[[1]]"
    )
    assert {"out_e1", "dE/dthe", "cat_new"} <= decimals(solved(text)).keys()
    listed = text.replace("{the: 0.5, cat: 1}", "[0.5, v1 = 1]").replace("[the, cat, the]", "[0, 1, 0]")
    assert {"dE/dv0", "dE/dv1"} <= decimals(solved(listed)).keys()
    assert {"dE/dv1_0", "dE/dv1"} <= decimals(
        solved(listed.replace("[0.5, v1", "[0.5, v0").replace("[[1]]", "[[v1 = 1]]"))
    ).keys()


def test_an_embedding_feeds_a_recurrent_layer_step_by_step() -> None:
    text = WORDS.replace(
        "  - {per_step", "  - {type: recurrent, weights: [[0.5, 1]], recurrent_weights: 0.5}\n  - {per_step"
    )
    values = decimals(solved(text.replace("[[1, 2]]", "[[1]]")))
    assert float(values["net_h2"]) == pytest.approx(0.5 * 1 + 0.25 + 0.5 * float(values["out_h1"]), abs=1e-12)


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    text = WORDS.replace("per_step: true", "per_step: true, activation: tanh")
    run = solution_of(loaded(text + "report: [1, 5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(text + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["cat_1"] == worked["epoch 5 / cat_1_new"].decimal.text()
