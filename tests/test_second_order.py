"""Newton, Gauss-Newton, line search and conjugate gradients against SymPy, NumPy's solver, PyTorch and books."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
import sympy
from formula_graphs import graph
from helpers import backprop

from backprop_cli.ground.wrapping import width
from backprop_cli.views.second_order import METHODS

ROSENBROCK = "100*(y - x^2)^2 + (1 - x)^2"
HESTENES = graph("(4*x^2 + 2*x*y + 3*y^2)/2 - x - 2*y", x="2", y="1")  # Wikipedia's example of conjugate gradients
FIT = """
samples:
  - {inputs: [0], targets: [1/4]}
  - {inputs: [1], targets: [3/4]}
  - {inputs: [2], targets: [1]}
layers: [{neurons: [p], weights: [[w = 0]], bias: [b = 0], activation: sigmoid}]
loss: half_squared_error
batch: full
reduce: sum
"""


def data(method: str, *arguments: str, stdin: str = "") -> dict[str, Any]:
    """The view as JSON."""
    run = backprop("solve", *(arguments or ("-",)), "--second-order", method, "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def values(found: dict[str, Any], step: int = -1) -> dict[str, str]:
    """The exact values, or else the decimals, of the lines of a step by their names without address."""
    lines = found["steps"][step]["lines"]
    return {line["quantity"].split(" / ")[-1]: line["exact"] or line["decimal"] for line in lines}


def said(method: str, text: str, *more: str) -> str:
    """The page in one line."""
    run = backprop("solve", "-", "--second-order", method, *more, stdin=text)
    assert run.code == 0, run.err
    return " ".join(run.out.split())


def refused(method: str, text: str) -> str:
    run = backprop("solve", "-", "--second-order", method, stdin=text)
    assert (run.code, run.out) == (2, "")
    return run.err


# ---- Newton ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damping", [None, "1", "0.5"])
@pytest.mark.parametrize(
    ("formula", "point"),
    [
        (ROSENBROCK, {"x": "-1.2", "y": "1"}),
        ("x^2*y + y^2*z + z^2*x + x*y*z", {"x": "1", "y": "2", "z": "1"}),
        ("x^4 + x", {"x": "1"}),
        ("v^2*w + w^3*x + x^2*y + y^2*v + v^4 + w^2", {"v": "1", "w": "2", "x": "1/2", "y": "-1"}),
    ],
)
def test_newtons_step_is_that_of_sympy(formula: str, point: dict[str, str], damping: str | None) -> None:
    names = sympy.symbols(list(point))
    at = {name: sympy.Rational(point[str(name)]) for name in names}
    f = sympy.sympify(formula.replace("^", "**"))
    slope = sympy.Matrix([f.diff(name) for name in names]).subs(at)
    matrix = sympy.hessian(f, names).subs(at) + sympy.Rational(damping or 0) * sympy.eye(len(names))
    expected = sympy.Matrix([at[name] for name in names]) - matrix.LUsolve(slope)
    found = values(data(f"newton:{damping}" if damping else "newton", stdin=graph(formula, **point)))
    for name, new in zip(names, expected, strict=True):
        assert float(Fraction(found[f"{name}_new"])) == pytest.approx(float(new), rel=1e-8)


def test_newtons_step_on_rosenbrocks_valley_is_published() -> None:
    found = data("newton", stdin=graph(ROSENBROCK, x="-1.2", y="1"))
    assert values(found)["x_new"] == "-523/445"  # −1.1753, 1.3807, f = 4.7319 in every textbook on optimization
    assert values(found)["y_new"] == "3072/2225"
    assert (found["before"]["decimal"], found["after"]["decimal"]) == ("24.2", "4.73188433")
    assert found["descends"] is True


def test_on_a_quadratic_newton_ends_in_one_step() -> None:
    text = graph("(x^2 + 10*y^2)/2", x="10", y="1")
    found = data("newton", stdin=text)
    assert [values(found)[name] for name in ("x_new", "y_new")] == ["0", "0"]
    assert found["after"]["exact"] == "0"
    assert "The objective is quadratic, so the gradient is 0 there." in said("newton", text)


def test_newton_goes_to_a_saddle_point_and_the_page_says_so() -> None:
    text = graph("x^2 - y^2", x="1", y="2")
    assert [values(data("newton", stdin=text))[name] for name in ("x_new", "y_new")] == ["0", "0"]
    page = said("newton", text)
    assert "The Hessian is not positive definite here, so Newton's step need not go down" in page


def test_a_step_that_is_too_long_for_the_model_is_said() -> None:
    assert "It does not fall: the quadratic model is not the objective" in said("newton", graph("sqrt(1 + x^2)", x="3"))


def test_a_singular_hessian_is_said_with_what_helps() -> None:
    text = graph("(x + y)^2", x="1", y="1")
    assert "the Hessian is singular here" in refused("newton", text)
    assert "newton:0.1" in refused("newton", text)
    found = values(data("newton:1", stdin=text))  # (H + I)·step = g: [[3, 2], [2, 3]]·s = [4, 4]
    assert (found["det"], found["x_new"]) == ("5", "1/5")
    assert "with this damping, too" in refused("newton:2", graph("x^2*0 - x^2", x="1"))


def test_many_parameters_are_solved_by_elimination() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    double = {"dtype": torch.float64}
    inputs = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], **double)
    targets = torch.tensor([0, 1, 1, 0], **double)

    def error(p: Any) -> Any:
        hidden = torch.sigmoid(inputs @ p[0:4].reshape(2, 2).T + p[4:6])
        return ((torch.sigmoid(hidden @ p[6:8] + p[8]) - targets) ** 2 / 2).mean()

    start = torch.tensor([1, 2, -1, -1, -1, 1, 2, 1, -2], **double, requires_grad=True)
    (slope,) = torch.autograd.grad(error(start), start)
    step = torch.linalg.solve(torch.autograd.functional.hessian(error, start.detach()), slope)
    found = values(data("newton", "xor-batch"))
    names = ["w1", "w2", "w3", "w4", "b1", "b2", "w5", "w6", "b3"]
    news = [float(Fraction(found[f"{name}_new"])) for name in names]
    assert news == pytest.approx((start.detach() - step).tolist(), rel=1e-7)
    page = " ".join(backprop("solve", "xor-batch", "--second-order").out.split())
    assert "The system of 9 equations is solved by Gauss's elimination, whose 276 lines are left out" in page


def test_the_bundled_valley_and_bowl_end_where_their_comments_say() -> None:
    valley = values(data("newton", "rosenbrock"))
    assert (valley["x_new"], valley["y_new"]) == ("-523/445", "3072/2225")
    bowl = values(data("conjugate-gradients", "quadratic-bowl"))
    assert (bowl["x_new"], bowl["y_new"]) == ("2", "-2")


# ---- line search -------------------------------------------------------------------------------------------------


def test_exact_line_search_on_an_ill_conditioned_quadratic() -> None:
    """From (10, 1), f = ½(x² + 10y²): g = (10, 10), α = 200/1100 = 2/11, the zigzag of every textbook."""
    text = graph("(x^2 + 10*y^2)/2", x="10", y="1")
    found = values(data("line-search", stdin=text))
    assert (found["gg"], found["gHg"], found["alpha"]) == ("200", "1100", "2/11")
    assert (found["x_new"], found["y_new"]) == ("90/11", "-9/11")


def test_shewchuks_first_step_of_steepest_descent() -> None:
    """Shewchuk (1994), An introduction to the conjugate gradient method, section 4: from (−2, −2)."""
    found = values(data("line-search", stdin=graph("(3*x^2 + 4*x*y + 6*y^2)/2 - 2*x + 8*y", x="-2", y="-2")))
    assert (found["alpha"], found["x_new"], found["y_new"]) == ("13/75", "2/25", "-46/75")


def test_a_line_search_where_it_curves_downwards_goes_up_and_says_so() -> None:
    text = graph("x^2 - y^2", x="1", y="2")
    found = values(data("line-search", stdin=text))
    assert (found["alpha"], found["x_new"], found["y_new"]) == ("-5/6", "8/3", "-4/3")
    assert "so α is negative" in said("line-search", text)


def test_a_line_search_needs_a_gradient_and_a_curvature() -> None:
    assert "the gradient is 0 here already" in refused("line-search", graph("x^2", x="0"))
    assert "does not curve in this direction" in refused("line-search", graph("x^2 - y^2", x="1", y="1"))
    assert "this is the minimum of its model" in said("line-search", graph(ROSENBROCK, x="-1.2", y="1"))


# ---- Gauss and Newton --------------------------------------------------------------------------------------------


def test_gauss_newton_on_one_neuron_is_the_normal_equations() -> None:
    """J = [[0, ¼], [¼, ¼], [½, ¼]], r = (¼, −¼, −½): JᵀJ·step = Jᵀr gives −3/2 and 5/6."""
    found = data("gauss-newton", stdin=FIT)
    lines = values(found)
    assert (lines["M11"], lines["M12"], lines["M22"]) == ("5/16", "3/16", "3/16")
    assert (lines["step_w"], lines["step_b"]) == ("-3/2", "5/6")
    assert (lines["w_new"], lines["b_new"]) == ("3/2", "-5/6")
    assert found["jacobian"]["decimals"] == [["0", "0.25"], ["0.25", "0.25"], ["0.5", "0.25"]]
    assert found["jacobian"]["rows"] == ["sample 1 / out_p", "sample 2 / out_p", "sample 3 / out_p"]


def test_gauss_newton_with_residuals_as_nodes() -> None:
    text = """
parameters: {a: 1, b: 0}
graph: {r1: a - 2, r2: a*exp(b) - 1, f: r1^2 + r2^2}
objective: f
"""
    found = values(data("gauss-newton", stdin=text))  # J = [[1, 0], [1, 1]], r = (−1, 0), M = 2JᵀJ
    assert (found["M11"], found["M12"], found["M22"]) == ("4", "2", "2")
    assert (found["a_new"], found["b_new"]) == ("2", "-1")
    assert values(data("gauss-newton:2", stdin=text))["det"] == "20"  # (4 + 2)·(2 + 2) − 2²


def test_on_linear_residuals_gauss_newton_is_newton() -> None:
    text = FIT.replace("activation: sigmoid", "activation: identity")
    one, other = (values(data(method, stdin=text)) for method in ("gauss-newton", "newton"))
    assert {name: one[name] for name in ("w_new", "b_new")} == {name: other[name] for name in ("w_new", "b_new")}


@pytest.mark.parametrize("loss", ["squared_error", "mean_squared_error", "half_mean_squared_error"])
@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_the_step_of_gauss_and_newton_does_not_depend_on_the_factor_of_the_loss(loss: str, reduce: str) -> None:
    text = FIT.replace("half_squared_error", loss).replace("reduce: sum", f"reduce: {reduce}")
    found = values(data("gauss-newton", stdin=text))
    assert (found["w_new"], found["b_new"]) == ("3/2", "-5/6")


def test_what_is_no_sum_of_squares_has_no_gauss_newton() -> None:
    text = FIT.replace("half_squared_error", "binary_cross_entropy")
    assert "Gauss-Newton needs a sum of squares" in refused("gauss-newton", text)
    assert "Gauss-Newton needs a sum of squares" in refused("gauss-newton", graph(ROSENBROCK, x="-1.2", y="1"))
    assert "the matrix JᵀJ is singular here" in refused("gauss-newton", graph("(x + y)^2", x="1", y="1"))


# ---- conjugate gradients -----------------------------------------------------------------------------------------


def test_conjugate_gradients_take_the_published_two_steps() -> None:
    """Wikipedia, Conjugate gradient method, numerical example: A = [[4, 1], [1, 3]], b = (1, 2), x₀ = (2, 1)."""
    found = data("conjugate-gradients", stdin=HESTENES)
    assert [step["address"] for step in found["steps"]] == ["", "step 1", "step 2"]
    first, second = values(found, 1), values(found, 2)
    assert (first["alpha"], first["x_new"], first["y_new"]) == ("73/331", "78/331", "112/331")
    assert (first["beta"], first["r_x_new"], first["r_y_new"]) == ("961/109561", "-93/331", "248/331")
    assert (second["alpha"], second["x_new"], second["y_new"]) == ("331/803", "1/11", "7/11")
    assert (second["r_x_new"], second["r_y_new"]) == ("0", "0")
    assert "beta" not in second


def test_conjugate_gradients_end_when_nothing_is_left() -> None:
    found = data("conjugate-gradients", stdin=graph("(x^2 + y^2)/2", x="3", y="4"))
    assert [step["address"] for step in found["steps"]] == ["", "step 1"]
    assert found["after"]["exact"] == "0"


def test_three_parameters_take_three_steps_to_the_solution_of_the_system() -> None:
    text = graph("(4*x^2 + 3*y^2 + 2*z^2)/2 + x*y - y*z - x - 2*y - 3*z", x="0", y="0", z="0")
    expected = sympy.Matrix([[4, 1, 0], [1, 3, -1], [0, -1, 2]]).LUsolve(sympy.Matrix([1, 2, 3]))
    found = data("conjugate-gradients", stdin=text)
    assert len(found["steps"]) == 4
    last = values(found)
    assert [Fraction(last[f"{name}_new"]) for name in "xyz"] == [Fraction(int(one.p), int(one.q)) for one in expected]


def test_conjugate_gradients_fit_a_linear_neuron() -> None:
    text = FIT.replace("activation: sigmoid", "activation: identity")
    found = values(data("conjugate-gradients", stdin=text))
    assert (found["w_new"], found["b_new"]) == ("3/8", "7/24")  # the regression line of (0, ¼), (1, ¾), (2, 1)


def test_what_is_not_quadratic_or_has_no_minimum_is_refused() -> None:
    assert "d2f/dxdx depends on the parameters" in refused("conjugate-gradients", graph(ROSENBROCK, x="0", y="0"))
    assert "need a quadratic objective" in refused("conjugate-gradients", FIT)
    assert "does not curve upwards" in refused("conjugate-gradients", graph("x^2 - y^2", x="1", y="2"))
    assert "the gradient is 0 here already" in refused("conjugate-gradients", graph("x^2", x="0"))


# ---- what may be asked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("newtn", "did you mean 'newton'?"),
        ("quasi", "newton, gauss-newton, line-search"),
        ("newton:-1", "the damping λ is a number that is not negative"),
        ("newton:much", "not 'much'"),
        ("line-search:1", "line-search has no damping"),
    ],
)
def test_a_method_that_does_not_exist_is_refused_with_a_hint(method: str, message: str) -> None:
    assert message in refused(method, HESTENES)


def test_left_out_the_method_is_newtons() -> None:
    assert backprop("solve", "-", "--second-order", stdin=HESTENES) == backprop(
        "solve", "-", "--second-order", "newton", stdin=HESTENES
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("charset", [(), ("--ascii",)])
def test_every_page_fits_the_terminal(method: str, columns: int, charset: tuple[str, ...]) -> None:
    text = FIT.replace("activation: sigmoid", "activation: identity")
    run = backprop("solve", "-", "--second-order", method, *charset, stdin=text, COLUMNS=str(columns))
    assert run.code == 0, run.err
    assert max(map(width, run.out.splitlines())) <= columns
    assert run.out.isascii() or not charset


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format_", ["html", "latex", "typst", "markdown"])
def test_every_page_is_written_in_every_format(method: str, format_: str) -> None:
    text = FIT.replace("activation: sigmoid", "activation: identity")
    run = backprop("solve", "-", "--second-order", method, "--format", format_, stdin=text)
    assert run.code == 0, run.err
    assert run.out
