"""The Jacobians of layers against PyTorch's, their patterns, and what one may ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers import View, backprop, loaded, render, render_json
from layered import WITH_LAYERS, bundled_solution, numbers

from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.ground.wrapping import width
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.writing.notation import notations

Data = dict[str, Any]
WEIGHTS = [[0.5, -0.75], [0.25, 1.0], [-1.5, 2.0]]
ONE_LAYER = """
inputs: [1.5, 0.5]
layers: [{{weights: [[0.5, -0.75], [0.25, 1], [-1.5, 2]], bias: [0.1, 0.2, 0.3], activation: {activation}}}]
"""


def jacobians(text: str, layer: str = "", digits: int = 16) -> list[Data]:
    """The Jacobians of a problem in the text."""
    view = View(solution_of(loaded(text), SolveOptions(digits=digits)), "jacobian", layer)
    found: list[Data] = json.loads(render_json(view))["jacobians"]
    return found


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "softsign", "swish",
                                        "gelu", "softmax"])  # fmt: skip
def test_a_jacobian_is_that_of_pytorch(activation: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    f = torch.nn.functional
    functions = {"swish": f.silu, "softmax": lambda z: f.softmax(z, 0)}
    function = functions.get(activation) or getattr(f, activation)
    weights = torch.tensor(WEIGHTS, dtype=torch.float64)
    bias = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    inputs = torch.tensor([1.5, 0.5], dtype=torch.float64)
    by_net = torch.autograd.functional.jacobian(function, weights @ inputs + bias)
    by_input = torch.autograd.functional.jacobian(lambda x: function(weights @ x + bias), inputs)
    (found,) = jacobians(ONE_LAYER.format(activation=activation))
    for matrix, expected in ((found["values"], by_net), (found["inputs"][0]["values"], by_input)):
        assert matrix["shape"] == list(expected.shape)
        for row, others in zip(numbers(matrix), expected.tolist(), strict=True):
            assert row == pytest.approx(others, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax", "z*sigmoid(z)"])
def test_the_slope_in_the_inputs_is_the_jacobian_times_the_weights(activation: str) -> None:
    (found,) = jacobians(ONE_LAYER.format(activation=activation))
    jacobian, product = numbers(found["values"]), numbers(found["inputs"][0]["values"])
    for row, others in zip(jacobian, product, strict=True):
        expected = [sum(slope * WEIGHTS[k][j] for k, slope in enumerate(row)) for j in range(2)]
        assert others == pytest.approx(expected, rel=1e-12, abs=1e-13)
    assert found["diagonal"] == (activation != "softmax")


def test_the_jacobian_of_a_softmax_is_full_and_symmetric_and_its_rows_sum_to_0() -> None:
    (found,) = jacobians(ONE_LAYER.format(activation="softmax"), digits=25)
    rows = numbers(found["values"])
    assert found["nonzero"] == 9
    for i, row in enumerate(rows):
        assert sum(row) == pytest.approx(0, abs=1e-15)
        assert row == [other[i] for other in rows]
    assert found["formulas"][0][:2] == ["out_y1*(1 - out_y1)", "-out_y1*out_y2"]
    page = backprop("solve", "softmax", "--jacobian").out
    assert "Full, 9 of 9 entries non-zero. Symmetric, and every row sums to 0" in page


def test_a_relu_layer_has_a_0_on_its_diagonal_for_each_dead_neuron() -> None:
    page = backprop("solve", "dead-relu", "--jacobian", "1").out
    assert "Diagonal, 1 of 4 entries non-zero." in page
    assert "= ⎡0  ·⎤" in page
    (found,) = jacobians(backprop("problems", "--show", "dead-relu").out, "1")
    assert found["values"]["decimals"] == [["0", "0"], ["0", "1"]]
    assert found["formulas"] == [["relu'(net_h1)", "0"], ["0", "relu'(net_h2)"]]
    assert found["inputs"][0]["values"]["decimals"] == [["0", "0"], ["0.3", "0.2"]]


@pytest.mark.parametrize(("asked", "layers"), [("", [1, 2]), ("1", [1]), ("2", [2]), ("h2", [1]), ("o1", [2])])
def test_a_layer_is_asked_for_by_its_number_or_by_one_of_its_neurons(asked: str, layers: list[int]) -> None:
    run = backprop("solve", "mazur", "--jacobian", *([asked] if asked else []), "--json")
    assert [one["layer"] for one in json.loads(run.out)["jacobians"]] == layers


def test_the_name_of_a_neuron_goes_before_the_number_of_a_layer() -> None:
    """Han and Kamber call their output neuron 6, and Negnevitsky's network has neurons 3, 4 and 5."""
    (found,) = json.loads(backprop("solve", "han-kamber", "--jacobian", "6", "--json").out)["jacobians"]
    assert found["neurons"] == ["6"]


@pytest.mark.parametrize(("asked", "helpful"), [("3", "the layers are 1, 2"), ("h9", "the layers are"), ("0", "1, 2"),
                                                ("hh1", "did you mean 'h1'?")])  # fmt: skip
def test_a_layer_that_does_not_exist_is_refused_with_a_hint(asked: str, helpful: str) -> None:
    run = backprop("solve", "mazur", "--jacobian", asked)
    assert (run.code, run.out) == (2, "")
    assert helpful in run.err


def test_the_layer_may_be_left_out_before_other_options_and_at_the_end() -> None:
    page = backprop("solve", "mazur", "--jacobian").out
    assert backprop("solve", "--jacobian", "--digits", "9", "mazur").out == page
    assert backprop("solve", "mazur", "--jacobian=1").out == backprop("solve", "mazur", "--jacobian", "1").out
    assert backprop("solve", "--jacobian", "-", stdin=backprop("problems", "--show", "mazur").out).out == page


def test_every_sample_has_its_own() -> None:
    found = json.loads(backprop("solve", "xor-batch", "--jacobian", "2", "--json").out)["jacobians"]
    assert [one["sample"] for one in found] == [1, 2, 3, 4]
    assert len({one["values"]["decimals"][0][0] for one in found}) == 4


def test_weights_that_skip_a_layer_have_a_product_of_their_own() -> None:
    text = """
inputs: [2]
layers:
  - {neurons: [h], weights: [[3]]}
  - {neurons: [o], weights: {o: {h: 5, x1: 7}}, activation: square}
"""
    (found,) = jacobians(text, "o")
    slope = 2 * (5 * 6 + 7 * 2)
    assert [(one["layer"], numbers(one["values"])) for one in found["inputs"]] == [
        (1, [[5.0 * slope]]),
        (0, [[7.0 * slope]]),
    ]


@pytest.mark.parametrize("charset", ["unicode", "ascii"])
@pytest.mark.parametrize("name", WITH_LAYERS)
def test_nothing_is_wider_than_the_page(name: str, charset: str) -> None:
    for columns in (60, 100):
        page = render(View(bundled_solution(name), "jacobian", "", charset), columns)
        assert max(map(width, page.splitlines())) <= columns
        assert charset == "unicode" or page.isascii()


@pytest.mark.parametrize("notation", notations())
def test_every_notation_has_a_symbol_for_it(notation: str) -> None:
    page = render(View(solution_of(load("mazur", notation), SolveOptions()), "jacobian"))
    assert "{" not in page
    assert "0.241300709" in page


def test_a_problem_without_layers_is_told_so() -> None:
    run = backprop("solve", "two-paths", "--jacobian")
    assert (run.code, run.out) == (2, "")
    assert "graph" in run.err
