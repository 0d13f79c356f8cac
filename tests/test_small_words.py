"""Small words that are right: one neuron is no neurons, and what a file says is not advised to it."""

from __future__ import annotations

import re

import pytest
from helpers import backprop

LAYER = "inputs: {x: 1}\ntargets: {y: 1}\nlayers: [{%s}]\nloss: half_squared_error\n"
WRONG = {
    "neurons: [y], weights: [[1]], bias: [1, 2]": "2 biases for 1 neuron (y)",
    "neurons: [y], weights: [[1], [2], [3]]": "3 rows of weights for 1 neuron (y)",
    "neurons: [y1, y2], weights: [[1]]": "1 row of weights for 2 neurons (y1, y2)",
    "neurons: [y], weights_by_input: [[1], [2]]": "2 rows of weights for 1 input of this layer (x)",
    "per_step: true, neurons: 1, weights: [[1, 2]]": "weights is 1×2, and 1×1 is needed",
}


@pytest.mark.parametrize("layer", WRONG)
def test_counts_are_said_in_the_number_that_they_are(layer: str) -> None:
    assert WRONG[layer] in backprop("solve", "-", stdin=LAYER % layer).err


def test_a_place_of_one_number_is_said_as_one() -> None:
    text = "parameters: {x: 1}\ngraph: {f: 'x[1]'}\nobjective: f\n"
    assert "a place in brackets has 1 number here, and this is a number" in backprop("solve", "-", stdin=text).err


def test_a_sample_with_one_value_for_two_inputs_is_said_as_one() -> None:
    text = "samples: [{inputs: [1, 2], targets: [1]}, {inputs: [1], targets: [1]}]\nlayers: [{weights: [[1, 2]]}]\n"
    assert "1 value for 2 inputs (x1, x2)" in backprop("solve", "-", stdin=text).err


def test_the_errors_of_samples_in_the_view_of_matrices_have_their_numbers() -> None:
    text = f"{SAMPLES}batch: full\n".replace("half_squared_error", "binary_cross_entropy").replace(
        "[[w = 0.5]]", "[[w = 0.5]], activation: sigmoid")  # fmt: skip
    page = backprop("solve", "-", "--matrix", stdin=text).out
    left = re.findall(r"^ +(E\S*) += ", page, re.MULTILINE)
    assert left == ["E⁽¹⁾", "E⁽²⁾", "E"]
    assert "E⁽²⁾ = −(t_y⁽²⁾·ln(out_y⁽²⁾) + (1 − t_y⁽²⁾)·ln(1 − out_y⁽²⁾))" in page


SAMPLES = """
samples: [{inputs: {x: 1}, targets: {y: 1}}, {inputs: {x: 2}, targets: {y: 0}}]
layers: [{neurons: [y], weights: [[w = 0.5]]}]
loss: half_squared_error
learning_rate: 0.1
"""


def test_a_file_that_says_its_batch_is_not_told_of_another() -> None:
    unsaid, said = (backprop("solve", "-", stdin=SAMPLES + more).out for more in ("", "batch: online\n"))
    for page in (unsaid, said):
        assert "The 2 samples are taken one by one (online)" in page
    assert "With `batch: full` they change once" in " ".join(unsaid.split())
    assert "batch: full" not in said


@pytest.mark.parametrize(("row", "noted"), [
    ("[0,2,0,0]", ""), ("[0,2,0]", ""), ("[1,0,0,2]", ""), ("[0,25,0,5]", "0,25"), ("[0,25, 0,5]", "0,25"),
    ("[0,5]", "0,5"), ("[1,05,0,2]", "1,05"),
])  # fmt: skip
def test_a_row_without_blanks_is_no_row_of_decimal_commas(row: str, noted: str) -> None:
    """In pairs, 0,2 and 0,0 would be numbers that nobody writes so; 0,25 and 0,5 are those of a decimal comma."""
    said = backprop("lint", "-", stdin=f"inputs: {{x: {row}}}\ngraph: {{f: sum(x)}}\nobjective: f\n").out
    assert ("is two numbers here" in said) is bool(noted)
    assert f"{noted} is two numbers here" in said or not noted
