"""Parts as formulas and matrices: what students write, and what it says."""

from __future__ import annotations

from contextlib import suppress

import pytest

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.ground import limits
from backprop_cli.working.formulas import read_formula
from backprop_cli.working.matrices import read_matrix

FORMULAS = {
    "0.15*0.05 + 0.35": "0.15 * 0.05 + 0.35",
    "1/(1+e^-net_h1)": "1 / ( 1 + e ^ - net_h1 )",
    "1/(1+e^{-0.3775})": "1 / ( 1 + e ^ ( - 0.3775 ) )",
    "½(0.99 − 0.7729)²": "( 1 / 2 ) * ( 0.99 - 0.7729 ) ^ ( 2 )",
    "2½ + x": "2 + ( 1 / 2 ) + x",
    "w_1 i_1 + w_2 i_2": "w_1 * i_1 + w_2 * i_2",
    "∂E/∂out_{o1} * ∂out_{o1}/∂net_{o1}": "∂E/∂out_{o1} * ∂out_{o1}/∂net_{o1}",
    "dE/dout_o1*dout_o1/dnet_o1": "dE/dout_o1 * dout_o1/dnet_o1",
    "delta_o1/delta_h1": "delta_o1 / delta_h1",
    "w_5 - η ∂E/∂w_5": "w_5 - η * ∂E/∂w_5",
    "σ(z_1^{(2)})": "sigmoid ( z_1^{(2)} )",
    "σ'(z_1)*3": "( sigmoid ( z_1 ) * ( 1 - sigmoid ( z_1 ) ) ) * 3",
    "0,5(1−o_1)": "0.5 * ( 1 - o_1 )",
    "max(0,3)": "max ( 0 , 3 )",
    "max(0; 0,3)": "max ( 0 , 0.3 )",
    "0,15*0,05": "0.15 * 0.05",
    "a^2_1 * b^2": "a^2_1 * b ^ 2",
    "a⁽²⁾₁*3": "a^{(2)}₁ * 3",
    "out_h1(1-out_h1)": "out_h1 * ( 1 - out_h1 )",
    "2x": "2 * x",
    "0.15 x 0.05": "0.15 * 0.05",
    "|x - 1|": "abs ( x - 1 )",
    "δₒ₁·outₕ₁": "δₒ₁ * outₕ₁",
    "W[1,2]*x": "W[1,2] * x",
    "ReLU(-1) + Exp(2)": "relu ( - 1 ) + exp ( 2 )",
    "[(a+b)*c]*d": "( ( a + b ) * c ) * d",
    "w^{neu}_5 - w5'": "w^{neu}_5 - w5'",
    "1 - tanh^2(z_3)": "1 - tanh ( z_3 ) ^ 2",
    "1 - tanh^{2}(z_3 + 1)*q": "1 - tanh ( z_3 + 1 ) ^ 2 * q",
    "-ln p_4 + 1": "- ln ( p_4 ) + 1",
    "t_1 ln 0.25": "t_1 * ln ( 0.25 )",
    "d7·(1 − h3²)": "d7 * ( 1 - h3 ^ ( 2 ) )",
    "q³ + h₁²": "q ^ ( 3 ) + h₁ ^ ( 2 )",
    "a²₁*3": "a^(2)₁ * 3",
    "5x(q+r)": "5 * x * ( q + r )",
    "5x(2+3)": "5 * ( 2 + 3 )",
    "x(q+r)": "x * ( q + r )",
}


@pytest.mark.parametrize("written", FORMULAS)
def test_a_formula_of_a_student_is_one_of_ours(written: str) -> None:
    assert read_formula(written).text == FORMULAS[written]


def test_the_names_are_those_that_were_written() -> None:
    assert read_formula("(out_{o1} - t_1)·out_{o1} (1 − out_{o1})").names == ("out_{o1}", "t_1")


def test_f_is_what_the_problem_says_that_it_is() -> None:
    assert read_formula("f(net_h1)", {"f": "sigmoid"}).text == "sigmoid ( net_h1 )"


REFUSED = ("", "0.3 0.4", '__import__("os")', "lambda: 0", "a +", "(a", "a)", "∏ w_i x_i")
LONG = ("σ'(", "a^", "{", "(", "−", "1/", "|", "a_{", "a^{(", "a", "d", "∂")


@pytest.mark.parametrize("written", [*REFUSED, "x" * (limits.FORMULA_LENGTH + 1), *(one * 1200 for one in LONG[:-3])])
def test_what_is_no_formula_is_refused(written: str) -> None:
    with pytest.raises(FormulaError, match=r"."):
        read_formula(written)


@pytest.mark.parametrize("letter", LONG[-3:])
def test_a_very_long_name_is_a_name_or_refused(letter: str) -> None:
    with suppress(FormulaError):
        assert read_formula(letter * 4900).names


MATRICES = {
    "[[0.1498, 0.1996], [0.2498, 0.2995]]": (("0.1498", "0.1996"), ("0.2498", "0.2995")),
    "array([[ 0.0822, 0.0827], [-0.0226, -0.0227]])": (("0.0822", "0.0827"), ("-0.0226", "-0.0227")),
    "tensor([[0.3589]], dtype=torch.float64, grad_fn=<SubBackward0>)": (("0.3589",),),
    "np.array([1., 2.])": (("1.", "2."),),
    "[ 0.1385 -0.0381]": (("0.1385", "-0.0381"),),
    "[0.1 0.2; 0.3 0.4]": (("0.1", "0.2"), ("0.3", "0.4")),
    "[[0,15, 0,20], [0,25, 0,30]]": (("0,15", "0,20"), ("0,25", "0,30")),
    "[0,15; 0,20]": (("0,15", "0,20"),),
    "[0.1,0.2]^T": (("0.1",), ("0.2",)),
    "(0.1385, -0.0381)": (("0.1385", "-0.0381"),),
    "[w1*i1 + b1, 3]": (("w1*i1 + b1", "3"),),
    "[[0.1385], [-0.0381]]": (("0.1385",), ("-0.0381",)),
}


@pytest.mark.parametrize("written", MATRICES)
def test_a_matrix_is_read_entry_by_entry(written: str) -> None:
    found = read_matrix(written)
    assert found is not None
    assert found.rows == MATRICES[written]


@pytest.mark.parametrize(
    "written", ["(0.1+2)*(3)", "[[1,2],[3]]", "(1)/(2)", "0.3", "", "[", "[]", "[[]]", "[" * 3000, "(0.5)"]
)
def test_what_is_no_matrix_is_none(written: str) -> None:
    assert read_matrix(written) is None


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("0.4 x 2 + 3x4", "0.4 * 2 + 3 * 4"),
        ("w1 x1 + w2 x2", "w1 * x1 + w2 * x2"),
        ("(0.4) x (2)", "( 0.4 ) * ( 2 )"),
        ("0,7*0,5 + 0.1", "0.7 * 0.5 + 0.1"),
        ("max(0,0.5)", "max ( 0 , 0.5 )"),
    ],
)
def test_an_x_and_a_comma_are_what_they_are_meant_to_be(written: str, plain: str) -> None:
    assert read_formula(written).text == plain
