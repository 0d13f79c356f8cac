"""The Hessian against PyTorch, SymPy and the hand, its eigenvalues and their verdict, and what has none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from formula_graphs import graph
from helpers import Network, as_fraction, backprop, loaded, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.deriving.second_derivatives import Differentiated, row_of
from backprop_cli.ground import limits
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.eigenvalues import Definiteness
from backprop_cli.views.hessian import Hessian, hessian, solved
from backprop_cli.writing.notation import notations

law = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 10**6)
SMOOTH = ("sigmoid", "tanh", "softplus", "swish")
x, y, z = sympy.symbols("x y z")


def data(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """The view as JSON."""
    run = backprop("solve", *arguments, "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def matrix(found: dict[str, Any]) -> list[list[float]]:
    """The Hessian in floats."""
    return [[float(one) for one in row] for row in found["hessian"]["decimals"]]


def exactly(found: Hessian) -> list[list[Fraction]]:
    """The entries as fractions."""
    return [[as_fraction(found.trace.value(one).exact) for one in row] for row in found.second.entries]


# ---- the entries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "point"),
    [
        ("x^2 - y^2", {"x": "1", "y": "2"}),
        ("100*(y - x^2)^2 + (1 - x)^2", {"x": "-1.2", "y": "1"}),  # Rosenbrock (1960)
        ("x^2*y + y^2*z + z^2*x + x*y*z", {"x": "1", "y": "2", "z": "1"}),
        ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", {"x": "0", "y": "0"}),  # Himmelblau (1972)
        ("x/(y + z^2)", {"x": "3", "y": "1", "z": "1/2"}),
        ("x^3 - 3*x*y^2", {"x": "0", "y": "0"}),  # the monkey saddle
    ],
)
def test_every_entry_of_a_graph_is_that_of_sympy(formula: str, point: dict[str, str]) -> None:
    expression = sympy.sympify(formula.replace("^", "**"))
    names = [symbol for symbol in (x, y, z) if str(symbol) in point]
    values = {symbol: sympy.Rational(point[str(symbol)]) for symbol in names}
    expected = sympy.hessian(expression, names).subs(values).tolist()
    found = exactly(hessian(WorkedProblem.of(loaded(graph(formula, **point)))))
    assert found == [[Fraction(int(one.p), int(one.q)) for one in row] for row in expected]


def test_the_hessian_of_the_published_example_is_pytorchs() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    double = {"dtype": torch.float64}
    inputs, targets = torch.tensor([0.05, 0.10], **double), torch.tensor([0.01, 0.99], **double)

    def error(w: Any) -> Any:
        out_h = torch.sigmoid(w[0:4].reshape(2, 2) @ inputs + 0.35)
        out_o = torch.sigmoid(w[4:8].reshape(2, 2) @ out_h + 0.6)
        return ((targets - out_o) ** 2).sum() / 2

    start = torch.tensor([0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55], **double)
    expected = torch.autograd.functional.hessian(error, start).tolist()
    found = matrix(data("mazur", "--hessian", "--digits", "15"))
    for row, others in zip(found, expected, strict=True):
        assert row == pytest.approx(others, rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_a_softmax_over_a_batch_is_pytorchs(reduce: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    text = f"""
samples:
  - {{inputs: [0.5, -1], targets: [1, 0, 0]}}
  - {{inputs: [1.5, 2], targets: [0, 0, 1]}}
layers: [{{weights: [[0.2, -0.4], [0.1, 0.3], [-0.5, 0.6]], activation: softmax}}]
loss: cross_entropy
batch: full
reduce: {reduce}
"""
    inputs = torch.tensor([[0.5, -1.0], [1.5, 2.0]], dtype=torch.float64)
    start = torch.tensor([0.2, -0.4, 0.1, 0.3, -0.5, 0.6], dtype=torch.float64)

    def error(w: Any) -> Any:
        return torch.nn.functional.cross_entropy(inputs @ w.reshape(3, 2).T, torch.tensor([0, 2]), reduction=reduce)

    expected = torch.autograd.functional.hessian(error, start).tolist()
    for row, others in zip(matrix(data("-", "--hessian", stdin=text)), expected, strict=True):
        assert row == pytest.approx(others, rel=1e-7, abs=1e-9)


@law
@given(seeds)
def test_every_entry_is_the_slope_of_the_gradient(seed: int) -> None:
    network = random_network(Random(seed), SMOOTH, samples=1, epochs=1)
    parameters = sorted(network.parameters)
    names = Random(seed).sample(parameters, min(2, len(parameters)))
    problem = loaded(network.text()).problem
    found = hessian(WorkedProblem(problem), ",".join(names), digits=25)
    step = Fraction(1, 10**20)
    for column, name in enumerate(names):
        higher, lower = (gradients(network, name, names, move) for move in (step, -step))
        for row in range(len(names)):
            difference = (higher[row] - lower[row]) / (2 * step)
            entry = as_fraction(found.trace.value(found.second.entries[row][column]).decimal.value)
            assert abs(entry - difference) <= Fraction(1, 10**15) * max(1, abs(difference)), (row, column)


def gradients(network: Network, name: str, names: Sequence[str], step: Fraction) -> list[Fraction]:
    """The gradient to sixty digits, with one parameter moved."""
    moved = {**network.parameters, name: str(Fraction(network.parameters[name]) + step)}
    found = hessian(WorkedProblem.of(loaded(replace(network, parameters=moved).text())), ",".join(names), digits=60)
    return [as_fraction(found.trace.value(one).decimal.value) for one in found.second.gradients]


REASONS = (
    "no loss and no objective", "prescribes values", "is no gradient", "are no gradient", "too large", "penalty",
    "needs numbers", "does not depend", "no parameters",
)  # fmt: skip


@pytest.mark.parametrize("name", bundled())
def test_the_order_of_differentiation_does_not_matter(name: str) -> None:
    """Schwarz's theorem over every bundled problem: the row of each parameter has what its column has."""
    problem = load(name).problem
    if problem.letters:
        return
    chosen = ",".join(list(problem.parameters)[:2])
    run = backprop("solve", name, "--hessian", chosen)
    if run.code == 2:
        assert any(reason in run.err for reason in REASONS), run.err
        return
    found = hessian(WorkedProblem(problem), chosen)
    second = found.second
    differ = Differentiated(second.base.lines)
    whole = [row_of(differ, second.gradients, seed) for seed in second.variables]
    known = {line.quantity for line in second.lines_of_rows}
    trace = solved(second, [line for row in whole for line in row.lines if line.quantity not in known], 9)
    for i, row in enumerate(whole):
        for j, entry in enumerate(row.entries):
            one, other = trace.value(entry), trace.value(whole[j].entries[i])
            assert one.decimal.value == pytest.approx(other.decimal.value, rel=1e-8, abs=1e-8), (i, j)


# ---- the verdict -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "point", "said"),
    [
        ("x^2 + x*y + y^2", {"x": "0", "y": "0"}, "a minimum."),
        ("-x^2 - 3*y^2", {"x": "0", "y": "0"}, "a maximum."),
        ("x^2 - y^2", {"x": "0", "y": "0"}, "a saddle point."),
        ("x^4 + y^2", {"x": "0", "y": "0"}, "degenerate; second derivatives alone do not say"),
        ("(x + y)^2", {"x": "1", "y": "-1"}, "degenerate"),
        ("x^2 - y^2", {"x": "1", "y": "2"}, "this point itself is none"),
        ("exp(x) + exp(y)", {"x": "0", "y": "1"}, "curves upwards in every direction"),
        ("ln(x)", {"x": "2"}, "curves downwards in every direction"),
    ],
)
def test_the_eigenvalues_say_what_the_point_is(formula: str, point: dict[str, str], said: str) -> None:
    page = backprop("solve", "-", "--hessian", stdin=graph(formula, **point)).out
    assert said in " ".join(page.split())


def test_two_eigenvalues_are_closed_forms() -> None:
    found = data("-", "--hessian", stdin=graph("100*(y - x^2)^2 + (1 - x)^2", x="-1.2", y="1"))
    assert [one["closed"] for one in found["eigenvalues"]] == ["765 + sqrt(549625)", "765 - sqrt(549625)"]
    assert found["verdict"] == "positive definite"
    assert found["critical"] is False
    assert [(one["quantity"], one["decimal"]) for one in found["invariants"]] == [("tr", "1530"), ("det", "35600")]


def test_three_eigenvalues_are_closed_where_the_cubic_splits_and_else_by_cosines() -> None:
    text = graph("x^2 - x*y + y^2 - y*z + z^2", x="0", y="0", z="0")
    found = data("-", "--hessian", stdin=text)
    assert [one["closed"] or one["exact"] for one in found["eigenvalues"]] == ["2 + sqrt(2)", "2", "2 - sqrt(2)"]
    text = graph("x^2*y + y^2*z + z^2*x + x*y*z", x="1", y="2", z="1")
    expected = sorted(sympy.Matrix([[4, 3, 4], [3, 2, 5], [4, 5, 2]]).eigenvals(), key=lambda one: -sympy.re(one.n(30)))
    found = data("-", "--hessian", "--digits", "20", stdin=text)
    for one, other in zip(found["eigenvalues"], expected, strict=True):
        assert one["decimal"] == str(sympy.re(other.n(20)))
    page = backprop("solve", "-", "--hessian", "--ascii", stdin=text).out
    assert "tr/3 + 2*p*cos((arccos(r) + 4*pi)/3)" in page


def test_the_eigenvalues_of_a_network_are_numpys_and_what_is_not_settled_is_said() -> None:
    found = data("mazur", "--hessian", "--digits", "15")
    signs = [one["sign"] for one in found["eigenvalues"]]
    assert signs == [1, 1, 1, None, None, None, -1, -1]  # three directions that the loss does not see
    values = sympy.Matrix(matrix(found)).evalf(30).eigenvals(multiple=True)
    expected = sorted((float(sympy.re(one)) for one in values), reverse=True)
    assert [float(one["decimal"]) for one in found["eigenvalues"]] == pytest.approx(expected, abs=1e-12)
    page = " ".join(backprop("solve", "mazur", "--hessian").out.split())
    assert "What is shown as ≈ 0 cannot be told from 0." in page


def test_a_determinant_that_is_0_is_proven_to_be() -> None:
    text = """
inputs: [2]
targets: [1]
layers: [{neurons: [p], weights: [[w = 0.3]], bias: [b = 0.1], activation: sigmoid}]
loss: binary_cross_entropy
"""
    found = hessian(WorkedProblem.of(loaded(text)))
    assert found.verdict is Definiteness.DEGENERATE
    assert found.is_settled
    assert found.eigenvalues[1].value.exact == 0


# ---- what may be asked -------------------------------------------------------------------------------------------


def test_the_parameters_can_be_named_in_any_notation_and_those_that_are_fixed_too() -> None:
    found = data("mazur", "--hessian", "w₅, b2")
    assert found["parameters"] == ["w5", "b2"]
    assert found["hessian"]["quantities"] == [["d2E/dw5dw5", "d2E/dw5db2"], ["d2E/dw5db2", "d2E/db2db2"]]
    assert data("mazur", "--hessian", "w5,w6")["hessian"]["decimals"][0] == ["-0.0122229542", "-0.0122974202"]


def test_without_parameters_the_inputs_of_a_graph_move() -> None:
    assert matrix(data("two-paths", "--hessian")) == [[0, 1], [1, 2]]


def test_samples_one_by_one_are_not_a_batch_and_the_page_says_so() -> None:
    page = " ".join(backprop("solve", "online-two-samples", "--hessian").out.split())
    assert "The samples are trained one by one, so this is the Hessian of the first one" in page


def test_a_vector_is_named_as_a_whole() -> None:
    text = 'parameters: {v: [1, 2]}\ngraph: {f: "dot(v, v)"}\nobjective: f\n'
    assert matrix(data("-", "--hessian", "v", stdin=text)) == [[2, 0], [0, 2]]


@pytest.mark.parametrize(
    ("text", "argument", "said"),
    [
        (graph("x^2", x="1"), "q", "no quantity called 'q'"),
        ("gradients: {w: [1]}\nparameters: {w: 1}\nlearning_rate: 1\n", "", "no loss and no objective"),
    ],
)
def test_what_has_no_hessian_is_refused_with_a_reason(text: str, argument: str, said: str) -> None:
    run = backprop("solve", "-", "--hessian", *([argument] if argument else []), stdin=text)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_too_many_parameters_are_refused_with_the_limit_and_what_to_write() -> None:
    names = [f"w{number}" for number in range(1, limits.HESSIAN + 2)]
    text = graph(" + ".join(f"{name}^2" for name in names), **dict.fromkeys(names, "1"))
    run = backprop("solve", "-", "--hessian", stdin=text)
    assert (run.code, run.out) == (2, "")
    assert "13 parameters" in run.err
    assert f"the limit is {limits.HESSIAN}" in run.err
    assert "--hessian w1,w2" in run.err


@pytest.mark.parametrize("option", ["--only", "--detail"])
def test_what_means_nothing_to_the_page_is_refused(option: str) -> None:
    run = backprop("solve", "mazur", "--hessian", option, "full")
    assert run.code == 2


@pytest.mark.parametrize("notation", notations())
def test_every_notation_writes_second_derivatives(notation: str) -> None:
    page = backprop("solve", "mazur", "--hessian", "w5", "--notation", notation).out
    assert "∂²" in page
    assert "{" not in page


def test_second_derivatives_are_fractions_in_latex() -> None:
    text = graph("x^2*y", x="1", y="2")
    page = backprop("solve", "-", "--hessian", "--format", "latex", stdin=text).out
    assert r"\frac{\partial^2 f}{\partial x \partial y} &= 2 \cdot x" in page
    assert r"\frac{\partial^2 f}{\partial x^2} &= 2 \cdot y" in page


def test_rounded_lines_lead_to_a_hessian_of_rounded_lines() -> None:
    run = backprop("solve", "mazur", "--hessian", "w5", "--round", "3")
    assert run.code == 0, run.err
    assert "∂E/∂w₅ = δₒ₁·outₕ₁ = 0.139·0.593 ≈ 0.082" in run.out
    assert "outₒ₁˙   = outₒ₁·(1 − outₒ₁)·netₒ₁˙ = 0.751·(1 − 0.751)·0.593 = 0.110890407" in run.out


@pytest.mark.parametrize("name", ["mazur", "xor-batch", "two-paths", "matrix-attention"])
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_page_fits_the_terminal(name: str, columns: int) -> None:
    run = backprop("solve", name, "--hessian", ",".join(list(load(name).problem.parameters)[:6]), "--ascii",
                   COLUMNS=str(columns))  # fmt: skip
    assert run.code == 0, run.err
    assert run.out.isascii()
    assert max(map(len, run.out.split("\n"))) <= columns


# ---- letters -----------------------------------------------------------------------------------------------------


LETTERS = """
letters: [a, b, x, y]
parameters: {x: x, y: y}
inputs: {a: a, b: b}
graph: {f: a*x^2 + b*x*y + x*y^3}
objective: f
"""


def test_in_letters_every_entry_is_the_formula_of_sympy() -> None:
    found = data("-", "--hessian", stdin=LETTERS)
    a, b = sympy.symbols("a b")
    expected = sympy.hessian(a * x**2 + b * x * y + x * y**3, (x, y))
    closed = {line["quantity"]: line["closed"] for row in found["rows"] for line in row["lines"]}
    for row, others in zip(found["hessian"], expected.tolist(), strict=True):
        for key, other in zip(row, others, strict=True):
            assert sympy.expand(sympy.sympify(closed[key].replace("^", "**")) - other) == 0, key
    det = next(line["closed"] for line in found["invariants"] if line["quantity"] == "det")
    assert sympy.expand(sympy.sympify(det.replace("^", "**")) - expected.det()) == 0


def test_in_letters_the_page_has_the_matrix_and_what_the_verdict_depends_on() -> None:
    page = backprop("solve", "-", "--hessian", stdin=LETTERS).out
    assert "H = ⎡     2·a  b + 3·y²⎤" in page
    assert "a minimum for det > 0 and tr > 0" in page
    for format_ in ("html", "latex", "typst", "markdown"):
        assert backprop("solve", "-", "--hessian", "--format", format_, stdin=LETTERS).code == 0


def test_a_network_in_letters_has_formulas_too() -> None:
    text = """
symbolic: true
inputs: [x]
targets: [t]
layers: [{neurons: [p], weights: [[w]], bias: [b], activation: sigmoid}]
loss: binary_cross_entropy
"""
    run = backprop("solve", "-", "--hessian", stdin=text)
    assert run.code == 0, run.err
    assert "∂²E/∂b²" in run.out


def test_a_step_of_the_second_order_needs_numbers() -> None:
    run = backprop("solve", "-", "--second-order", stdin=LETTERS)
    assert (run.code, run.out) == (2, "")
    assert "needs numbers" in run.err


def test_a_weight_of_a_sample_weighs_its_second_derivatives() -> None:
    text = """
batch: full
reduce: sum
samples:
  - {inputs: [1], targets: [0], weight: 3}
  - {inputs: [2], targets: [1]}
layers: [{neurons: [p], weights: [[w = 0.5]], activation: identity}]
loss: half_squared_error
"""
    assert matrix(data("-", "--hessian", stdin=text)) == [[3 * 1 + 4]]
