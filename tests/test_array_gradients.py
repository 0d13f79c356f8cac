"""The chain rule of whole arrays says the same as that of their entries."""

from __future__ import annotations

import pytest

from backprop_cli.algebra.array_expressions import parse_array
from backprop_cli.algebra.array_gradients import ArrayChainRule
from backprop_cli.algebra.array_layout import laid_out
from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.formula import Formula, Name, add, multiply
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import rational, to_float
from backprop_cli.problem.grids import entries_of


def _array(stem: str, *shape: int, turned: bool = False) -> Array:
    return Array(shape, tuple(map(Name, entries_of(stem, shape))), turned)


ARRAYS = {
    "x": _array("x", 2), "v": _array("v", 3), "r": _array("r", 2, turned=True), "A": _array("A", 2, 2),
    "B": _array("B", 2, 3), "C": _array("C", 3, 2), "col": _array("col", 2, 1), "row": _array("row", 1, 3),
}  # fmt: skip
NUMBERS = ("s", "u")
FORMULAS = [
    "A @ x", "B @ v + x", "v @ C", "x @ v.T", "r @ A", "r @ x", "A @ B @ C", "B.T @ x", "x.T @ A @ x", "dot(x, x)",
    "dot(A @ x, x)", "outer(x, v)", "trace(A @ A)", "norm(B)", "norm(v, 1)", "norm(x - s)^2", "sum(B^2)", "mean(A)",
    "softmax(v)", "softmax(B)", "softmax(s * v)", "sigmoid(A @ x)", "relu(B)", "tanh(x)^2", "leaky_relu(v, 0.1)",
    "max(0, B)", "B + v", "s * B", "B / v", "B * col", "B + row", "x / (1 + exp(-s))", "A[1, 2] * x", "A[2] @ x",
    "A[:, 1] + x", "x[2] + s", "[s, u] * x", "[x[1], s] @ A", "sum(B, axis=0)", "mean(B, axis=1)", "-ln(sigmoid(v))",
    "s^2 + u", "exp(x)^s", "transpose(x) + r", "B - mean(B, axis=0)", "sum(relu(A @ x) + s)", "swish(x) * 2", "abs(v)",
]  # fmt: skip
NO_FORMULA = ["max(v)", "concat(x, v)", "softmax(B, axis=0)", "norm(B, axis=1)"]
_VALUES = [rational(top, 4) for top in (2, -5, 8, 3, -2, 6, 12, -9, 1)]


def _value(symbol: object) -> object:
    """A number for every name, none of them at a kink of what is tried here."""
    return _VALUES[sum(ord(letter) * place for place, letter in enumerate(str(symbol), start=1)) % len(_VALUES)]


def _number(formula: Formula) -> float:
    return to_float(evaluate(formula, Certified(), _value))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_term_laid_out_is_the_gradient_of_every_entry(text: str) -> None:
    """Σ over the entries of the result of (upstream · ∂entry/∂name), for every name of the formula."""
    found = parse_array(text, ARRAYS, lambda name: name in ARRAYS or name in NUMBERS)
    result = found.array
    upstream = Array(result.shape, tuple(Name(f"g{k}") for k in range(len(result.entries))), result.turned)
    known = {**ARRAYS, "G": upstream} if result.shape else ARRAYS
    rule = ArrayChainRule(known)
    value = found.formula
    terms = rule.terms(value, found.formula, Name("G") if result.shape else Name("g0"))
    for name, several in terms.items():
        assert None not in several, name
        own = ARRAYS.get(name) or Array((), (Name(name),))
        laid = [laid_out(one, known) for one in several if one is not None]
        assert {(one.shape, one.turned) for one in laid} == {(own.shape, own.turned)}
        for place, entry in enumerate(own.entries):
            paths = [multiply(up, slopes(one, {}).get(entry.symbol, add()))
                     for up, one in zip(upstream.entries, result.entries, strict=True)]  # fmt: skip
            whole = sum(_number(one.entries[place]) for one in laid)
            assert whole == pytest.approx(_number(add(*paths)), rel=1e-12, abs=1e-12), (name, entry)


@pytest.mark.parametrize("text", NO_FORMULA)
def test_what_no_formula_says_is_left_out_and_not_made_up(text: str) -> None:
    """Their gradients are shown as numbers alone."""
    found = parse_array(text, ARRAYS, lambda name: name in ARRAYS)
    assert None in [
        one
        for several in ArrayChainRule(ARRAYS).terms(found.formula, found.formula, Name("g")).values()
        for one in several
    ]
