"""Tangents, Jacobians, second derivatives and steps by them as lines that are asked, checked and trained with."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import pytest
import sympy
from helpers import backprop, decimals, loaded, solved

from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.api.problem import load
from backprop_cli.solving.solution import SolveOptions, solution_of

NETWORK = """\
inputs: {x1: 1, x2: 2}
targets: {y: 1}
layers:
  - {neurons: [h], weights: [[w1 = 0.5, w2 = -0.2]], activation: tanh}
  - {neurons: [y], weights: [[v = 0.8]], bias: b = 0.1}
loss: half_squared_error
learning_rate: 0.1
"""
VALUES = {"w1": "1/2", "w2": "-1/5", "v": "4/5", "b": "1/10"}
BATCH = """\
samples:
  - {inputs: {x: 1}, targets: {y: 2}}
  - {inputs: {x: 2}, targets: {y: 3}}
  - {inputs: {x: 4}, targets: {y: 4}}
layers: [{weights: [[w = 0]], bias: b = 0}]
loss: half_squared_error
batch: full
"""


def of_sympy() -> tuple[Any, dict[str, Any], dict[Any, Any]]:
    """E of the network as an expression, its parameters and x1, and their values."""
    letters = {name: sympy.Symbol(name) for name in (*VALUES, "x1")}
    w1, w2, v, b, x1 = letters.values()
    error = (1 - (v * sympy.tanh(w1 * x1 + w2 * 2) + b)) ** 2 / 2
    return error, letters, {letters[k]: sympy.Rational(text) for k, text in VALUES.items()} | {x1: 1}


# ---- asked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [*combinations_with_replacement(VALUES, 2)])
def test_a_second_derivative_is_askable_without_more_in_either_order(one: str, other: str) -> None:
    error, letters, values = of_sympy()
    expected = float(sympy.diff(error, letters[one], letters[other]).subs(values))
    for key in (f"d2E/d{one}d{other}", f"d2E/d{other}d{one}"):
        found = decimals(solved(f"{NETWORK}ask: [{key}]\n"))
        ours = found.get(f"d2E/d{one}d{other}", found.get(f"d2E/d{other}d{one}"))
        assert float(ours) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("seed", [*VALUES, "x1"])
def test_a_tangent_of_the_loss_is_its_derivative(seed: str) -> None:
    error, letters, values = of_sympy()
    expected = float(sympy.diff(error, letters[seed]).subs(values))
    assert float(decimals(solved(f"{NETWORK}ask: [dot_E by {seed}]\n"))[f"dot_E by {seed}"]) == pytest.approx(expected)


@pytest.mark.parametrize("seed", ["x1", "w1", "v", "b"])
def test_an_entry_of_a_jacobian_is_the_derivative_of_an_output(seed: str) -> None:
    _error, letters, values = of_sympy()
    output = letters["v"] * sympy.tanh(letters["w1"] * letters["x1"] + letters["w2"] * 2) + letters["b"]
    expected = float(sympy.diff(output, letters[seed]).subs(values))
    found = decimals(solved(f"{NETWORK}ask: [dout_y/d{seed}]\n"))
    assert float(found[f"dout_y/d{seed}"]) == pytest.approx(expected)
    assert float(decimals(solved(f"{NETWORK}ask: [dout_y/dout_h]\n"))["dout_y/dout_h"]) == 0.8


def test_nothing_is_written_that_nobody_wants() -> None:
    assert not [key for key in decimals(solved(NETWORK)) if key.startswith(("d2", "dot_"))]


def test_the_keys_write_them_all() -> None:
    keys = decimals(solved(f"{NETWORK}hessian: all\nforward_mode: [w1, x1]\n"))
    assert len([key for key in keys if key.startswith("d2E")]) == 10
    assert {"dot_net_h by w1", "dot_E by x1", "dot_out_y by w1"} <= keys.keys()
    assert {"d2E/dw1dw1", "d2E/dw1dv", "d2E/dvdv"} == {
        key for key in decimals(solved(f"{NETWORK}hessian: [w1, v]\n")) if key.startswith("d2E")
    }


def test_in_a_batch_each_sample_has_its_own_and_the_batch_their_mean() -> None:
    values = decimals(solved(f"{BATCH}learning_rate: 0.1\nhessian: all\n"))
    assert [values[f"sample {n} / d2E/dwdw"] for n in (1, 2, 3)] == [1, 4, 16]
    assert values["d2E/dwdw"] == 7
    assert values["d2E/dbdb"] == 1


def test_sheets_ask_and_mark_them_and_a_wrong_one_is_followed() -> None:
    asked = "out_h, d2E/dw1dw2, dot_out_h by w1, dout_y/dx1"
    text = f"{NETWORK}ask: [{asked}]\n"
    problem = load(text)
    right = {key: str(round(value, 8)) for key, value in decimals(solved(text)).items() if key in asked}
    assert problem.check(right).marks == 4
    assert problem.check(right | {"d2E/dw1dw2": "7"}).marks == 3
    template = backprop("check", "-", "--template", stdin=text).out
    assert "d2E/dw1dw2:" in template
    assert "second derivative of E with respect to w₁ and w₂" in template
    sheet = backprop("worksheet", "-", stdin=text).out
    for words in ("∂²E/∂w₁∂w₂", "out_h˙(w₁)", "∂out_y/∂x₁", "tangent of out_h"):
        assert words in sheet
    for kind in ("latex", "typst", "markdown", "html", "python", "numpy", "pytorch", "javascript", "json"):
        assert backprop("solve", "-", "--format", kind, stdin=text).code == 0, kind
    assert "out_h˙(w₁)" in backprop("names", "-", stdin=text).out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("hessian: [w9]\n", "there is no 'w9' to differentiate by"),
        ("forward_mode: net_h\n", "there is no 'net_h' to differentiate by"),
        ("ask: [d2E/dw1dw9]\n", "no quantity called 'd2E/dw1dw9'"),
        ("hessian: all\nhidden_uses: updated\n", "these derivatives are of the objective by its own formulas"),
        ("hessian: all\ngiven: {out_h: 0.5}\n", "these derivatives are of the objective by its own formulas"),
    ],
)
def test_what_cannot_be_differentiated_is_said(more: str, said: str) -> None:
    done = backprop("solve", "-", stdin=NETWORK + more)
    assert done.code == 2
    assert said in done.err


# ---- steps -----------------------------------------------------------------------------------------------------

ROSENBROCK = "parameters: {x: -1.2, y: 1}\ngraph: {f: 100*(y - x^2)^2 + (1 - x)^2}\nobjective: f\n"


@pytest.mark.parametrize("damping", ["0", "1/2", "10"])
def test_each_of_several_steps_of_newton_is_that_of_sympy(damping: str) -> None:
    x, y = sympy.symbols("x y")
    f = 100 * (y - x**2) ** 2 + (1 - x) ** 2
    g, h = sympy.Matrix([f.diff(x), f.diff(y)]), sympy.hessian(f, (x, y))
    at = sympy.Matrix([sympy.Rational(-6, 5), 1])
    method = "newton" if damping == "0" else f"{{name: newton, lambda: {damping}}}"
    values = solved(f"{ROSENBROCK}optimizer: {method}\nepochs: 3\n").trace
    for epoch in (1, 2, 3):
        point = {x: at[0], y: at[1]}
        at = at - (h + sympy.Rational(damping) * sympy.eye(2)).subs(point).LUsolve(g.subs(point))
        for name, expected in zip("xy", at, strict=True):
            assert float(values[f"epoch {epoch} / {name}_new"].decimal.text()) == pytest.approx(float(expected))


DAMPED = [
    ("newton", "H·step = g", "(H + λI)·step = g"),
    ("gauss_newton", "JᵀJ stands", "(JᵀJ + λI)·step = g"),
]


@pytest.mark.parametrize(("name", "undamped", "damped"), DAMPED)
def test_a_damped_step_is_explained_as_damped(name: str, undamped: str, damped: str) -> None:
    """On the solution, on the sheet and in the view."""
    text = """
inputs: {x: 2}
targets: {y: 1}
layers: [{neurons: [y], weights: [[w = 0.75]], activation: tanh}]
loss: half_squared_error
"""
    for command in ("solve", "worksheet"):
        said = " ".join(backprop(command, "-", stdin=f"{text}optimizer: {name}\n").out.split())
        assert undamped in said
        assert "λI" not in said
        said = " ".join(backprop(command, "-", stdin=f"{text}optimizer: {{name: {name}, lambda: 2}}\n").out.split())
        assert damped in said
        assert undamped not in said
    assert damped in " ".join(backprop("solve", "-", "--second-order", f"{name}:2", stdin=text).out.split())


def test_a_learning_rate_makes_the_step_of_newton_shorter() -> None:
    whole = decimals(solved(f"{ROSENBROCK}optimizer: newton\n"))
    half = decimals(solved(f"{ROSENBROCK}optimizer: newton\nlearning_rate: 0.5\n"))
    assert float(half["x_new"]) == pytest.approx(-1.2 - 0.5 * float(whole["step_x"]))


@pytest.mark.parametrize(
    ("name", "epochs"), [("newton", 1), ("gauss_newton", 1), ("conjugate_gradients", 2), ("line_search", 60)]
)
def test_every_method_comes_to_the_line_of_least_squares(name: str, epochs: int) -> None:
    """(1, 2), (2, 3), (4, 4): w = 9/14, b = 3/2; the exact methods need as many steps as there are parameters."""
    run = solution_of(loaded(f"{BATCH}optimizer: {name}\nreport: [{epochs}]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {one.bare_key: float(value.text()) for one, value in run.reports[-1].values.items()}
    assert last["w"] == pytest.approx(9 / 14, abs=1e-7)
    assert last["b"] == pytest.approx(1.5, abs=1e-7)
    assert name in SECOND_ORDER


def test_a_residual_with_a_parameter_in_itself_and_in_a_node_before_it_has_all_of_its_derivative() -> None:
    """r1 = x² + x − 3 over q = x², whose own slope in x is 1: ∂r1/∂x = 2x + 1 = 5, so JᵀJ = [26 2; 2 4]."""
    text = "parameters: {x: 2, y: 1}\ngraph: {q: x^2, r1: q + x - 3, r2: x*y - 2, f: (r1^2 + r2^2)/2}\nobjective: f\n"
    trace = solved(f"{text}optimizer: gauss_newton\n").trace
    assert [trace[key].exact for key in ("M11", "M12", "M22")] == [26, 2, 4]
    step = sympy.Matrix([[26, 2], [2, 4]]).LUsolve(sympy.Matrix([15, 0]))
    assert [trace["x_new"].exact, trace["y_new"].exact] == [2 - step[0], 1 - step[1]]


@pytest.mark.parametrize("name", SECOND_ORDER)
def test_long_training_is_that_of_the_lines(name: str) -> None:
    text = f"{BATCH}optimizer: {name}\n".replace("[[w = 0]], bias: b = 0", "[[w = 0.5]], bias: b = -1")
    epochs = 2 if name in ("conjugate_gradients", "line_search") else 1
    run = solution_of(loaded(f"{text}report: [{epochs}]\n"), SolveOptions(digits=10)).training
    assert run is not None
    last = {one.bare_key: value.text() for one, value in run.reports[-1].values.items()}
    trace = solved(f"{text}epochs: {epochs}\n", digits=10).trace
    at = f"epoch {epochs} / " if epochs > 1 else ""
    assert float(last["w"]) == pytest.approx(float(trace[f"{at}w_new"].decimal.text()))


@pytest.mark.parametrize("rule", ["step_below: 1e-8", "gradient_below: 1e-8", "change_below: 1e-8", "loss_below: 1e-8"])
def test_training_by_newton_stops(rule: str) -> None:
    text = f"{ROSENBROCK}optimizer: newton\nreport: [100]\nstop: {{{rule}}}\n"
    run = solution_of(loaded(text), SolveOptions()).training
    assert run is not None
    assert run.reports[-1].epoch < 10


def test_more_than_three_parameters_are_eliminated() -> None:
    text = "parameters: {a: 1, b: 2, c: -1, d: 1/2}\n" \
           "graph: {f: a^2 + 2*b^2 + c^2 + d^2 + a*b - c*d + c - a}\nobjective: f\noptimizer: newton\n"  # fmt: skip
    a, b, c, d = sympy.symbols("a b c d")
    f = a**2 + 2 * b**2 + c**2 + d**2 + a * b - c * d + c - a
    minimum = sympy.solve([f.diff(one) for one in (a, b, c, d)])
    trace = solved(text).trace
    for one, value in minimum.items():
        assert trace[f"{one}_new"].exact == value


def test_the_view_and_the_lines_have_the_same_step() -> None:
    for name in SECOND_ORDER:
        page = backprop("solve", "-", "--second-order", name, "--only", "x", stdin=ROSENBROCK)
        assert "no method" not in page.err
    lines = backprop("solve", "-", stdin=f"{ROSENBROCK}optimizer: newton\n").out
    view = backprop("solve", "-", "--second-order", stdin=ROSENBROCK).out
    for line in ("det    = ∂²f/∂x²·∂²f/∂y² − (∂²f/∂x∂y)²", "x⁺     = x − step_x"):
        assert line in lines
        assert line in view


def test_a_step_is_asked_and_a_mistake_in_the_hessian_is_followed() -> None:
    text = f"{ROSENBROCK}optimizer: newton\nask: [d2f/dx2, d2f/dxdy, step_x, x_new]\n"
    problem = load(text)
    right = {"d2f/dxdx": "1330", "d2f/dxdy": "480", "step_x": "-11/445", "x_new": "-523/445"}
    assert problem.check(right).marks == 4
    minus = (-215.6 * 200 + 88 * 700) / (1330 * 200 - 700**2)  # with another mixed derivative
    followed = right | {"d2f/dxdy": "700", "step_x": f"{minus:.6f}", "x_new": f"{-1.2 - minus:.6f}"}
    assert problem.check(followed).marks == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("graph: {f: (a + b)^2}\nobjective: f\noptimizer: newton\n", "the matrix is singular here"),
        ("graph: {f: sin(a)*b}\nobjective: f\noptimizer: gauss_newton\n", "needs a sum of squares"),
        ("graph: {f: a^4 + b^2}\nobjective: f\noptimizer: conjugate_gradients\n", "need a quadratic objective"),
        ("graph: {f: a + b}\nobjective: f\noptimizer: line_search\n", "does not curve in this direction"),
        ("graph: {f: a^2 + b^2}\nobjective: f\noptimizer: newtn\n", "did you mean 'newton'?"),
        ("graph: {f: a^2}\nobjective: f\noptimizer: {name: line_search, lambda: 1}\n", "has no setting 'lambda'"),
        ("graph: {f: a^2}\nobjective: f\noptimizer: newton\nmaximize: true\n", "newton has no 'maximize'"),
        ("graph: {f: a^2}\nobjective: f\noptimizer: newton\nclip: {norm: 1}\n", "newton has no 'clip'"),
        ("graph: {f: a^2}\nobjective: f\noptimizer: newton\nshow: changes\n", "newton has no such lines to show"),
        ("gradients: {a: 1}\noptimizer: newton\n", "these derivatives are of the objective"),
    ],
)
def test_where_there_is_no_step_it_is_said_why(text: str, said: str) -> None:
    done = backprop("solve", "-", stdin=f"parameters: {{a: 1, b: 2}}\n{text}")
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_the_bundled_steps_end_near_the_minimum_that_its_comment_gives() -> None:
    trace = solved(load("newton-steps").text, digits=12).trace
    assert trace["epoch 2 / x_new"].exact == sympy.Rational(26, 21)
    assert abs(float(trace["epoch 3 / x_new"].decimal.text()) - 1.130901123) < 0.02


@pytest.mark.parametrize(
    "name",
    ["d2f/dxdy", "d2f/dydx", "∂²f/∂x∂y", "∂^2f/∂y∂x", r"$\frac{\partial^2 f}{\partial x \partial y}$", "d²f/dxdy",
     r"$\frac{d^2 f}{dx\,dy}$"],
)  # fmt: skip
def test_a_second_derivative_in_a_student_s_own_working_is_known(name: str) -> None:
    text = f"{ROSENBROCK}optimizer: newton\nask: [d2f/dxdy]\n"
    assert load(text).check(f"{name} = -400*(-1.2) = 480\n").marks == 1


@pytest.mark.parametrize(
    "work",
    ["step_x = df/dx/(d2f/dx2)", "step_x = (∂f/∂x)/(∂²f/∂x²)", "step_x = (df/dx)/(d²f/dx²)",
     r"$step_x = \frac{\partial f}{\partial x} / \frac{\partial^2 f}{\partial x^2}$"],
)  # fmt: skip
def test_a_second_derivative_is_read_in_a_formula(work: str) -> None:
    text = (
        "parameters: {x: 2}\ngraph: {f: x^4 - 3*x^2 + x}\nobjective: f\noptimizer: newton\nask: {formula: [step_x]}\n"
    )
    assert load(text).check(work + "\n").marks == 1


def test_a_node_of_a_graph_has_derivatives_in_what_its_formula_does_not_name() -> None:
    """b = (wx)² + cwx: ∂b/∂x = 2w²x + cw = 39, ∂b/∂w = 2wx² + cx = 26; ∂b/∂a is the local one, as ever."""
    text = "inputs: {x: 2}\nparameters: {w: 3, c: 1}\ngraph: {a: w*x, b: a^2 + c*a, f: b + a}\nobjective: f\n"
    values = decimals(solved(f"{text}ask: [db/da, db/dx, db/dw, df/dw]\n"))
    assert [values[key] for key in ("db/da", "db/dx", "db/dw", "df/dw")] == [13, 39, 26, 28]
    assert "dot_b by c" not in values
    assert not [key for key in decimals(solved(f"{text}ask: [db/da, df/dx]\n")) if key.startswith("dot_")]
