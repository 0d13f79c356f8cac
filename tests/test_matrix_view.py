"""The solution in matrices: each equation holds in its numbers, which are those of the page and of PyTorch."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from helpers import View, backprop, decimal, loaded, random_network, render, render_json, solved
from layered import (
    OF_OTHER_TYPES,
    WITH_LAYERS,
    WITHOUT_LAYERS,
    Data,
    bundled_solution,
    numbers,
)

from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.ground.wrapping import width
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.writing.notation import notations


def matrices(solution: Solution) -> Data:
    """The view as data."""
    data: Data = json.loads(render_json(View(solution, "matrix")))
    return data


def of(text: str, **wishes: Any) -> Data:
    """The only sheet of a problem in the text, with many digits."""
    sheets = matrices(solution_of(loaded(text), SolveOptions(digits=15, **wishes)))["sheets"]
    assert len(sheets) == 1
    sheet: Data = sheets[0]
    return sheet


def equations(sheet: Data) -> dict[str, Data]:
    """The equations by their left sides."""
    return {equation["left"]: equation for equation in sheet["equations"]}


# ---- a calculator for the formulas, which knows nothing of the program -----------------------------------------


@dataclass(frozen=True)
class Grid:
    """Numbers in rows, with @ for the product of matrices and * entry by entry."""

    rows: list[list[float]]

    def __matmul__(self, other: Grid) -> Grid:
        assert len(self.rows[0]) == len(other.rows)
        return Grid([[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*other.rows, strict=True)]
                     for row in self.rows])  # fmt: skip

    def each(self, other: Grid | float, operation: Any) -> Grid:
        if not isinstance(other, Grid):
            return Grid([[operation(a, other) for a in row] for row in self.rows])
        assert [len(row) for row in self.rows] == [len(row) for row in other.rows], "shapes differ"
        return Grid([[operation(a, b) for a, b in zip(row, others, strict=True)]
                     for row, others in zip(self.rows, other.rows, strict=True)])  # fmt: skip

    def __add__(self, other: Grid | float) -> Grid:
        return self.each(other, lambda a, b: a + b)

    def __sub__(self, other: Grid | float) -> Grid:
        return self.each(other, lambda a, b: a - b)

    def __rsub__(self, other: float) -> Grid:
        return self.each(other, lambda a, b: b - a)

    def __mul__(self, other: Grid | float) -> Grid:
        return self.each(other, lambda a, b: a * b)

    __rmul__ = __mul__

    def __truediv__(self, other: Grid | float) -> Grid:
        return self.each(other, lambda a, b: a / b)

    def __rtruediv__(self, other: float) -> Grid:
        return self.each(other, lambda a, b: b / a)

    def __neg__(self) -> Grid:
        return self * -1.0

    def __pow__(self, exponent: float) -> Grid:
        return self.each(exponent, lambda a, b: a**b)

    @property
    def T(self) -> Grid:  # noqa: N802 - as NumPy calls it
        return Grid([list(column) for column in zip(*self.rows, strict=True)])


def diag(column: Grid) -> Grid:
    """The square matrix with these numbers on its diagonal."""
    size = len(column.rows)
    return Grid([[column.rows[i][0] if i == j else 0.0 for j in range(size)] for i in range(size)])


def value(formula: str, sheet: Data) -> Grid | float | None:
    """The formula with the matrices put in, or None where it has functions that the calculator does not know."""
    if set("<|") & set(formula):
        return None
    names: dict[str, Any] = {name: Grid(numbers(one)) for name, one in sheet["matrices"].items()}
    names |= {name: float(one["decimal"]) for name, one in sheet["numbers"].items()}
    known: dict[str, Any] = {"diag": diag}
    text = formula
    for index, name in enumerate(sorted(names, key=len, reverse=True)):
        pattern = r"(?<![\w/])" + re.escape(name) + r"(?![\w'(])"
        text, count = re.subn(pattern, f" Q{index}Q ", text)
        known |= {f"Q{index}Q": names[name]} if count else {}
    text = text.replace("^T", ".T").replace(" .T", ".T").replace("^", "**")
    if re.search(r"(?<![\w.])(?!Q\d+Q|diag\b)[a-zA-Z_]", text.replace(".T", "")):
        return None
    result: Grid | float = eval(text, {"__builtins__": {}}, known)  # the formula is our own, and its names are checked
    return result


def largest(grid: Grid | float) -> float:
    """The largest number without its sign."""
    return max(abs(one) for row in grid.rows for one in row) if isinstance(grid, Grid) else abs(grid)


def check(sheet: Data, tolerance: float = 1e-9) -> int:
    """Evaluates every formula that the calculator knows; how many those are."""
    done = 0
    for equation in sheet["equations"]:
        result = equation["result"]
        if "decimals" not in result:
            continue
        expected = numbers(result)
        assert result["shape"] == [len(expected), len(expected[0])]
        holes = [[text is None for text in row] for row in result["decimals"]]
        for formula in equation["formulas"]:
            found = value(formula, sheet)
            if found is None:
                continue
            assert isinstance(found, Grid), formula
            done += 1
            for row, others, hidden in zip(found.rows, expected, holes, strict=True):
                for a, b, hole in zip(row, others, hidden, strict=True):
                    assert hole or a == pytest.approx(b, rel=tolerance, abs=tolerance), (formula, equation["left"])
    return done


SKIPS_AND_SHARES = """
inputs: {a: 1, b: 2}
targets: {o: 1, p: 0}
layers:
  - neurons: [h, g]
    activation: tanh
    weights: {h: {a: w1 = 0.5}, g: {a: w2 = -0.3, b: w1}}
    bias: {h: c = 0.1}
  - neurons: [o, p]
    activation: identity
    weights: {o: {h: w3 = 1, a: w4 = -1}, p: {h: w2, g: w5 = 0.25}}
    bias: [d = 0, c]
loss: half_squared_error
learning_rate: 0.1
fixed: [w5]
"""
SMALL = """
inputs: [1, 2]
targets: [1, 0]
layers:
  - weights: [[0.5, -0.5], [0.25, 1], [1/3, 2]]
    activation: {activation}
    bias: [0, 0.1, -0.2]
  - weights: [[1, -1, 0.5], [0.25, 0.75, -1]]
    activation: {last}
    bias: [0.5, 0]
loss: {loss}
learning_rate: 0.1
"""


# ---- every equation holds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_LAYERS)
def test_the_products_of_a_bundled_problem_are_what_they_say(name: str) -> None:
    wishes = SolveOptions(digits=15, then_forward=True)
    sheets = matrices(solution_of(load(name), wishes))["sheets"]
    tolerance = 0.06 if load(name).problem.rounding else 1e-9  # lines that are rounded do not fit to the last digit
    assert sum(check(sheet, tolerance) for sheet in sheets if not sheet["after"]) >= len(sheets)


@pytest.mark.parametrize("detail", [Detail.TEXTBOOK, Detail.FULL])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax", "z / (1 + abs(z))", "1.7159*tanh(2/3*z)"])
def test_the_products_hold_for_every_activation(activation: str, detail: Detail) -> None:
    text = SMALL.replace("{activation}", activation).replace("{last}", activation)
    sheet = of(text.replace("{loss}", "half_squared_error"), detail=detail)
    assert check(sheet) >= 10


@pytest.mark.parametrize("seed", range(20))
def test_the_products_of_a_random_network_are_what_they_say(seed: int) -> None:
    """Shared weights, missing connections, skipped layers, batches, signs of δ, thresholds, optimizers."""
    random = Random(seed)
    losses = ["half_squared_error", "squared_error", "mean_squared_error", "half_mean_squared_error", "huber"]
    last = random.choice(["identity", "sigmoid", "softmax", "tanh"])
    network = random_network(
        random, ["sigmoid", "tanh", "relu", "softmax", "elu"], last=last, loss=random.choice(losses)
    )
    more = [line for line in ("delta: -dE/dnet", "optimizer: momentum", "penalty: {l2: 0.1}") if random.random() < 0.3]
    detail = random.choice([Detail.TEXTBOOK, Detail.FULL])
    solution = solution_of(loaded(network.with_lines(*more).text()), SolveOptions(digits=16, detail=detail))
    assert sum(map(check, matrices(solution)["sheets"])) > 0


def test_a_wrong_number_would_be_noticed() -> None:
    sheet = of(SKIPS_AND_SHARES)
    equations(sheet)["delta_1"]["result"]["decimals"][0][0] = "-1.06"
    with pytest.raises(AssertionError):
        check(sheet)


# ---- the numbers are those of the solution ---------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_LAYERS)
def test_every_number_that_the_page_has_is_the_same_in_matrices(name: str) -> None:
    solution = bundled_solution(name)
    page = {step.quantity.key: step.value.decimal.text() for step in solution.trace.steps}
    seen = 0
    for sheet in matrices(solution)["sheets"]:
        results = [equation["result"] for equation in sheet["equations"]]
        for matrix in [*sheet["matrices"].values(), *(one for one in results if "decimals" in one)]:
            for keys, texts in zip(matrix["quantities"], matrix["decimals"], strict=True):
                for key, text in zip(keys, texts, strict=True):
                    assert key not in page or page[key] == text
                    seen += key in page
    assert seen


def test_the_matrices_of_the_most_read_example_are_those_of_its_author() -> None:
    """Matt Mazur, A Step by Step Backpropagation Example (2015): net inputs, outputs, gradients, new weights."""
    (sheet,) = matrices(solution_of(load("mazur"), SolveOptions()))["sheets"]
    found = equations(sheet)
    assert found["net_1"]["result"]["decimals"] == [["0.3775"], ["0.3925"]]
    assert found["out_1"]["result"]["decimals"] == [["0.593269992"], ["0.596884378"]]
    assert [round(float(row[0]), 8) for row in found["out_2"]["result"]["decimals"]] == [0.75136507, 0.77292847]
    assert found["dE/dW2"]["result"]["decimals"][0] == ["0.0821670406", "0.0826676278"]
    new = [[round(float(text), 8) for text in row] for row in found["W2_new"]["result"]["decimals"]]
    assert new == [[0.35891648, 0.40866619], [0.51130127, 0.56137012]]
    new = [[round(float(text), 8) for text in row] for row in found["W1_new"]["result"]["decimals"]]
    assert new == [[0.14978072, 0.19956143], [0.24975114, 0.29950229]]
    assert found["net_1"]["formulas"] == ["W1 @ x + b1*ones_2"]
    assert found["delta_1"]["formulas"][0] == "(W2^T @ delta_2) * sigmoid'(net_1)"
    assert found["dE/dW1"]["formulas"] == ["delta_1 @ x^T"]
    assert found["W1_new"]["formulas"] == ["W1 - eta*dE/dW1"]


ACTIVATION_OF_TORCH = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "elu": "elu", "softplus": "softplus", "swish": "silu",
    "gelu": "gelu", "softsign": "softsign",
}  # fmt: skip
LOSS_OF_TORCH = {
    "half_squared_error": lambda f, out, t: ((t - out) ** 2).sum() / 2,
    "mean_squared_error": lambda f, out, t: f.mse_loss(out, t),
    "absolute_error": lambda f, out, t: (t - out).abs().sum(),
    "mean_absolute_error": lambda f, out, t: f.l1_loss(out, t),
    "cross_entropy": lambda f, out, t: -(t * out.log()).sum(),
    "binary_cross_entropy": lambda f, out, t: f.binary_cross_entropy(out, t, reduction="sum"),
}


WEIGHTS = ["2", "0.5", "3"]  # of the samples


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("loss", LOSS_OF_TORCH)
@pytest.mark.parametrize("activation", ACTIVATION_OF_TORCH)
def test_the_matrices_are_those_of_pytorch(activation: str, loss: str, samples: int) -> None:
    """A dense network written as tensors: forward pass, ∂E/∂net by autograd, gradients and one step of SGD."""
    compare_with_pytorch(activation, loss, samples)


@pytest.mark.parametrize("counted", ["in every delta", "weighted mean", "weighted sum", "weighted, in every delta"])
@pytest.mark.parametrize("loss", LOSS_OF_TORCH)
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_the_share_in_delta_and_the_weights_of_samples_are_those_of_pytorch(
    activation: str, loss: str, counted: str
) -> None:
    """The δ of the mean loss, and a weighted mean or sum over the samples, by autograd."""
    compare_with_pytorch(activation, loss, 3, counted)


def compare_with_pytorch(activation: str, loss: str, samples: int, counted: str = "alike") -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    f = torch.nn.functional
    random = Random(f"{activation} {loss} {samples}")
    last = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(
        loss, random.choice(["identity", "softmax"])
    )
    sizes = (2, 3, 2)

    def grid(rows: int, columns: int) -> list[list[str]]:
        return [[decimal(random) for _ in range(columns)] for _ in range(rows)]

    weights = [grid(sizes[1], sizes[0]), grid(sizes[2], sizes[1])]
    biases = [grid(1, sizes[1])[0], grid(1, sizes[2])[0]]
    inputs = grid(samples, sizes[0])
    targets = [random.choice([["1", "0"], ["0", "1"]]) for _ in range(samples)]
    marks = [f", weight: {one}" if "weighted" in counted else "" for one in WEIGHTS[:samples]]
    rows = zip(inputs, targets, marks, strict=False)
    text = "samples:\n" + "".join(f"  - {{inputs: {i}, targets: {t}{w}}}\n" for i, t, w in rows)
    in_delta = counted.endswith("in every delta")
    text += "batch_mean: delta\n" * in_delta + "reduce: sum\n" * (counted == "weighted sum")
    text += f"batch: full\nloss: {loss}\nlearning_rate: 0.25\nlayers:\n"
    for w, b, name in zip(weights, biases, (activation, last), strict=True):
        text += f"  - {{weights: {w}, bias: {b}, activation: {name}}}\n"
    found = equations(of(text.replace("'", "")))

    def tensor(rows: list[list[str]]) -> Any:
        return torch.tensor([[float(one) for one in row] for row in rows], dtype=torch.float64)

    parameters = [tensor(weights[0]), tensor([biases[0]]).T, tensor(weights[1]), tensor([biases[1]]).T]
    for parameter in parameters:
        parameter.requires_grad_()
    w1, b1, w2, b2 = parameters
    net1 = w1 @ tensor(inputs).T + b1
    out1 = getattr(f, ACTIVATION_OF_TORCH[activation])(net1)
    net2 = w2 @ out1 + b2
    out2 = {"softmax": lambda z: f.softmax(z, 0), "sigmoid": torch.sigmoid, "identity": lambda z: z}[last](net2)
    parts = [LOSS_OF_TORCH[loss](f, out2[:, k], tensor(targets)[k]) for k in range(samples)]
    weights_ = [float(one) if "weighted" in counted else 1.0 for one in WEIGHTS[:samples]]
    total = sum(w * part for w, part in zip(weights_, parts, strict=True))
    total = total if counted == "weighted sum" else total / sum(weights_)
    of_delta = total if in_delta else sum(parts)
    deltas = torch.autograd.grad(of_delta, [net1, net2], retain_graph=True)
    gradients = torch.autograd.grad(total, parameters)
    expected = {"net_1": net1, "out_1": out1, "net_2": net2, "out_2": out2, "delta_1": deltas[0], "delta_2": deltas[1]}
    for name, parameter, gradient in zip(["W1", "b1", "W2", "b2"], parameters, gradients, strict=True):
        expected |= {f"dE/d{name}": gradient, f"{name}_new": parameter - gradient / 4}
    for name, tensor_ in expected.items():
        for row, others in zip(numbers(found[name]["result"]), tensor_.tolist(), strict=True):
            assert row == pytest.approx(others, rel=1e-10, abs=1e-12), name


# ---- what is special -------------------------------------------------------------------------------------------


def test_softmax_goes_through_its_jacobian_where_no_short_form_is_allowed() -> None:
    text = SMALL.replace("{activation}", "sigmoid").replace("{last}", "softmax")
    for loss in ("half_squared_error", "squared_error"):
        found = equations(of(text.replace("{loss}", loss)))
        assert found["delta_2"]["formulas"] == ["(dout_2/dnet_2)^T @ dE/dout_2"]
        assert found["dout_2/dnet_2"]["formulas"] == ["diag(out_2) - out_2 @ out_2^T"]
    short = text.replace("{loss}", "cross_entropy")
    assert equations(of(short))["delta_2"]["formulas"] == ["out_2 - t"]
    long = equations(of(short, detail=Detail.FULL))
    assert long["delta_2"]["formulas"] == ["(dout_2/dnet_2)^T @ dE/dout_2"]
    a, b = (numbers(one["delta_2"]["result"]) for one in (long, equations(of(short))))
    assert [row[0] for row in a] == pytest.approx([row[0] for row in b])


def test_a_softmax_in_a_batch_has_a_jacobian_for_each_sample() -> None:
    text = """
samples: [{inputs: [1, 2], targets: [1, 0]}, {inputs: [0, -1], targets: [0, 1]}]
batch: full
layers: [{weights: [[0.5, -0.5], [0.25, 1]], activation: softmax}]
loss: squared_error
"""
    found = equations(of(text))
    columns = [found[f"delta_1^({k})"]["result"]["decimals"] for k in (1, 2)]
    both = found["delta_1"]["result"]["decimals"]
    assert [[row[0]] for row in both] == columns[0]
    assert [[row[1]] for row in both] == columns[1]


def test_missing_connections_are_null_and_shared_parameters_are_summed() -> None:
    sheet = of(SKIPS_AND_SHARES)
    found = equations(sheet)
    assert sheet["matrices"]["W1"]["quantities"] == [["w1", None], ["w2", "w1"]]
    assert sheet["matrices"]["W2(0)"]["quantities"] == [["w4", None], [None, None]]
    assert found["net_2"]["formulas"] == ["W2 @ out_1 + W2(0) @ x + b2"]
    places = numbers(found["delta_1 @ x^T"]["result"])
    total = numbers(found["dE/dW1"]["result"])
    assert total[0][0] == total[1][1] == pytest.approx(places[0][0] + places[1][1])
    elsewhere = numbers(found["delta_2 @ out_1^T"]["result"])
    assert total[1][0] == pytest.approx(places[1][0] + elsewhere[1][0])


def test_a_fixed_parameter_keeps_its_value_and_has_no_part_in_the_update() -> None:
    sheet = of(SKIPS_AND_SHARES)
    assert sheet["matrices"]["dE/dW2"]["decimals"][1][1] == "0"
    assert equations(sheet)["W2_new"]["result"]["quantities"][1][1] == "w5"
    assert float(equations(sheet)["dE/dW2"]["result"]["decimals"][1][1]) != 0


def test_one_bias_of_a_whole_layer_is_a_number_and_its_gradient_the_sum_of_the_deltas() -> None:
    (sheet,) = matrices(solution_of(load("mazur-biases"), SolveOptions()))["sheets"]
    found = equations(sheet)
    assert found["dE/db1"]["formulas"] == ["ones_2^T @ delta_1"]
    assert found["dE/db1"]["result"]["decimal"] == "0.0187256094"
    assert sheet["numbers"]["b1"]["decimal"] == "0.35"


def test_a_batch_has_a_column_for_each_sample_and_the_mean_of_their_gradients() -> None:
    (sheet,) = matrices(solution_of(load("xor-batch"), SolveOptions()))["sheets"]
    found = equations(sheet)
    assert sheet["samples"] == [1, 2, 3, 4]
    assert sheet["matrices"]["x"]["decimals"] == [["0", "0", "1", "1"], ["0", "1", "0", "1"]]
    assert found["dE/dW2"]["formulas"] == ["(1/4)*delta_2 @ out_1^T"]
    assert found["dE/db2"]["formulas"] == ["(1/4)*delta_2 @ ones_4"]
    assert found["E"]["formulas"] == ["(1/4)*(1/2)*||t - out_2||^2"]


def test_a_batch_that_sums_has_no_mean() -> None:
    text = backprop("problems", "--show", "xor-batch").out.replace("reduce: mean", "reduce: sum")
    found = equations(of(text))
    assert found["dE/dW2"]["formulas"] == ["delta_2 @ out_1^T"]
    assert check(of(text))


def test_online_training_has_a_sheet_for_each_sample() -> None:
    sheets = matrices(solution_of(load("online-two-samples"), SolveOptions(then_forward=True)))["sheets"]
    assert [sheet["samples"] for sheet in sheets] == [[1], [2], [1, 2]]
    assert [sheet["after"] for sheet in sheets] == [False, False, True]
    first, second = (equations(sheet) for sheet in sheets[:2])
    new = first["W1_new"]["result"]
    assert sheets[1]["matrices"]["W1"]["decimals"] == new["decimals"]
    assert second["net_1"]["formulas"] == ["W1 @ x + b1"]


def test_thresholds_are_subtracted_and_go_the_other_way() -> None:
    (sheet,) = matrices(solution_of(load("thresholds"), SolveOptions(digits=15)))["sheets"]
    found = equations(sheet)
    assert found["net_1"]["formulas"] == ["W1 @ x - theta1"]
    assert found["-dE/dW2"]["formulas"] == ["delta_2 @ out_1^T"]
    assert found["-dE/dtheta2"]["formulas"] == ["-delta_2"]
    assert found["W2_new"]["formulas"] == ["W2 + eta*(-dE/dW2)"]
    assert check(sheet)


def test_updated_output_weights_carry_the_hidden_deltas_where_the_problem_says_so() -> None:
    (sheet,) = matrices(solution_of(load("sequential-update"), SolveOptions()))["sheets"]
    assert equations(sheet)["delta_1"]["formulas"][0] == "(W2_new^T @ delta_2) * sigmoid'(net_1)"
    assert sheet["matrices"]["W2_new"]["quantities"] == [["w5_new", "w6_new"]]


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw"])
def test_an_optimizer_writes_its_state_as_matrices(optimizer: str) -> None:
    text = SMALL.replace("{activation}", "tanh").replace("{last}", "identity").replace("{loss}", "squared_error")
    sheet = of(text + f"optimizer: {optimizer}\n")
    page = {step.quantity.key for step in solved(text + f"optimizer: {optimizer}\n").trace.steps}
    updates = [equation for equation in sheet["equations"] if equation["phase"] == "update"]
    shown = {key for one in updates for row in one["result"]["quantities"] for key in row}
    assert shown == {key for key in page if key.endswith("_new") or key.partition("_")[0] in ("mhat", "vhat", "step")}
    assert all(equation["formulas"] for equation in updates)


def test_adam_counts_its_steps() -> None:
    text = backprop("problems", "--show", "online-two-samples").out + "optimizer: adam\n"
    first, second = matrices(solution_of(loaded(text), SolveOptions()))["sheets"]
    assert [sheet["numbers"]["t"]["decimal"] for sheet in (first, second)] == ["1", "2"]
    assert equations(second)["mhat_W1"]["formulas"] == ["m_W1_new/(1 - beta1^t)"]


def test_prescribed_values_are_marked_as_given() -> None:
    text = "given: {net_p1: 2, net_p2: 1}\ntargets: p1\nlayers: [{neurons: [p1, p2], activation: softmax}]\n"
    found = equations(of(text + "loss: cross_entropy\n"))
    assert found["net_1"]["given"]
    assert found["net_1"]["result"]["decimals"] == [["2"], ["1"]]
    found = equations(of("inputs: [1]\ngiven: {dE/dout_y1: 2}\nlayers: [{weights: [[3]], activation: tanh}]\n"))
    assert found["dE/dout_1"]["given"]
    assert found["delta_1"]["formulas"] == ["dE/dout_1 * tanh'(net_1)"]


def test_a_neuron_that_the_objective_does_not_depend_on_has_delta_0() -> None:
    sheet = of("inputs: [1, 2]\nlayers: [{weights: [[1, 2], [3, 4]], activation: tanh}]\nobjective: y2\n")
    assert equations(sheet)["delta_1"]["result"]["quantities"] == [[None], ["delta_y2"]]
    assert equations(sheet)["delta_1"]["result"]["decimals"][0] == ["0"]
    assert check(sheet)


def test_without_a_loss_there_is_only_the_forward_pass() -> None:
    sheet = of("inputs: [1, 2]\nlayers: [{weights: [[1, 2]], activation: tanh}]\n")
    assert {equation["phase"] for equation in sheet["equations"]} == {"forward"}


# ---- on the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("charset", ["unicode", "ascii"])
@pytest.mark.parametrize("name", WITH_LAYERS)
def test_nothing_is_wider_than_the_page(name: str, charset: str, columns: int) -> None:
    page = render(View(bundled_solution(name), "matrix", "", charset), columns)
    assert max(map(width, page.splitlines())) <= columns
    assert charset == "unicode" or page.isascii()


@pytest.mark.parametrize("notation", notations())
def test_every_notation_has_symbols_for_whole_layers(notation: str) -> None:
    for name in ("mazur", "xor-batch"):
        page = render(View(solution_of(load(name, notation), SolveOptions()), "matrix"))
        assert "{" not in page
        assert "_{" not in page
        assert "ᵀ" in page


def test_nielsen_counts_the_inputs_as_the_first_layer_and_writes_layers_above() -> None:
    page = render(View(solution_of(load("softmax-network", "nielsen"), SolveOptions()), "matrix"))
    for line in (
        "z² = W²·x + b²",
        "a² = ReLU(z²) =",
        "δ³ = a³ − y",
        "δ² = ((W³)ᵀ·δ³) ⊙ ReLU′(z²)",
        "∂C/∂W³ = δ³·(a²)ᵀ",
    ):
        assert line in page


def test_a_matrix_that_has_no_room_is_shortened_but_its_shape_stays() -> None:
    row = ", ".join(["0.125"] * 40)
    rows = ", ".join([f"[{row}]"] * 30)
    text = f"inputs: [{', '.join(['0.5'] * 40)}]\nlayers: [{{weights: [{rows}], activation: tanh}}]\n"
    page = render(View(solution_of(loaded(text), SolveOptions()), "matrix"))
    assert "⋯" in page
    assert "⋮" in page
    assert "⋱" in page
    assert "30×40" in page
    assert "40×1" in page
    assert max(map(width, page.splitlines())) <= 80
    ascii_page = render(View(solution_of(loaded(text), SolveOptions()), "matrix", "", "ascii"))
    assert "..." in ascii_page
    assert "30x40" in ascii_page


def test_a_number_that_is_wider_than_the_page_is_not_broken() -> None:
    page = backprop("solve", "mazur", "--matrix", "--digits", "90", NO_COLOR="1").out
    assert max(map(len, re.findall(r"0\.59\d+", page))) == 92
    assert "≈ ⎡0.593269992107187255" in page


def test_equals_stands_before_exact_results_and_about_before_rounded_ones() -> None:
    page = backprop("solve", "mazur", "--matrix").out
    assert "= ⎡0.3775⎤\n" in page
    assert "≈ ⎡0.593269992⎤\n" in page


@pytest.mark.parametrize("name", WITHOUT_LAYERS)
def test_a_problem_without_layers_is_told_so(name: str) -> None:
    run = backprop("solve", name, "--matrix")
    assert run.code == 2
    assert run.out == ""
    assert "layers" in run.err


@pytest.mark.parametrize("view", ["--matrix", "--jacobian"])
@pytest.mark.parametrize("name", OF_OTHER_TYPES)
def test_a_problem_with_layers_of_another_type_is_told_so(name: str, view: str) -> None:
    run = backprop("solve", name, view)
    assert (run.code, run.out) == (2, "")
    assert "this view is of dense layers" in run.err


def test_the_view_is_written_to_a_file_and_as_ascii(tmp_path: Any) -> None:
    path = tmp_path / "page.txt"
    assert backprop("solve", "mazur", "--matrix", "-o", path).code == 0
    assert path.read_text("utf-8") == render(View(solution_of(load("mazur"), SolveOptions()), "matrix"))
    json_path = tmp_path / "page.json"
    assert backprop("solve", "mazur", "--matrix", "-o", json_path).code == 0
    assert json.loads(json_path.read_text("utf-8"))["view"] == "matrix"
    assert backprop("solve", "mazur", "--matrix", "--ascii").out.isascii()
