"""The table of operations against SymPy's derivatives, finite differences, PyTorch's autograd and mpmath's values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import mpmath
import pytest
import sympy
from flint import arb

from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, apply, names_in, number
from backprop_cli.algebra.operations import ACTIVATIONS, ALIASES, OPERATIONS
from backprop_cli.checking.search.doubles import Doubles
from backprop_cli.ground.errors import MathError
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.numbers.enclosures import Exactly, Hull
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.symbolic import Symbolic

Point = tuple[Fraction, ...]

SEVERAL = 3  # how many arguments an operation on any number of arguments is tried with
POINTS = 8
PROMISED = {  # what the caller promises about settings; a row is not asked elsewhere
    "huber": lambda e, delta: delta > 0,
    "clip": lambda z, low, high: low < high,
    "inside": lambda z, low, high: low < high,
}


def is_near(value: Any, expected: Any, digits: int) -> bool:
    """Whether a certified value is proven to agree with the expected one to so many digits."""
    expected = arb(str(expected)) if not isinstance(expected, arb) else expected
    return bool(abs(arb(value) - expected) < arb(f"1e-{digits}") * (1 + abs(expected)))


def exact(value: Fraction) -> Any:
    return rational(value.numerator, value.denominator)


def promise(name: str) -> Callable[..., bool]:
    """Whether an operation is asked at these arguments."""
    return PROMISED.get(name, lambda *_: True)


def value_at(formula: Formula, point: Point) -> Any:
    """The formula's certified value with `point[i]` for the name i."""
    return evaluate(formula, Certified(), lambda index: exact(point[index]))


def shapes(name: str, several: int = SEVERAL) -> list[Apply]:
    """The operation on the names 0, 1, …; once for each choice where its first argument chooses among the others."""
    arity = OPERATIONS[name].arity
    names = [Name(index) for index in range(several if arity is None else arity)]
    if name in ("softmax", "is_max", "is_min"):
        return [apply(name, which, *names) for which in range(1, several + 1)]
    if name == "pick":
        return [apply(name, which, *names) for which in range(several)]
    return [apply(name, *names)]


def width(formula: Apply) -> int:
    """How many names the formula has."""
    return len(set(names_in(formula)))


def points(formula: Apply) -> list[Point]:
    """Random rational points at which the operation has a value.

    Away from kinks: with 97 below the line no coordinate is an integer, and no two have the same size.
    """
    random = Random(formula.operation)
    promised = promise(formula.operation)
    numerators = [n for n in range(5, 420) if n % 97]
    found: list[Point] = []
    for _ in range(400):
        sizes = random.sample(numerators, width(formula))
        point = tuple(Fraction(random.choice((1, 1, -1)) * size, 97) for size in sizes)
        try:
            value_at(formula, point)
        except MathError:
            continue
        if promised(*point):
            found.append(point)
        if len(found) == POINTS:
            return found
    raise AssertionError(f"{formula.operation} has a value at only {len(found)} of 400 points")


def check_against_sympy(formula: Apply) -> None:
    """Every partial derivative is SymPy's derivative of the value, to 30 digits."""
    letters = sympy.symbols(f"x:{width(formula)}", real=True)
    symbolic = evaluate(formula, Symbolic(), lambda index: letters[index])
    own = slopes(formula, {})
    for index, letter in enumerate(letters):
        derivative = sympy.diff(symbolic, letter)
        for point in points(formula):
            numbers = {name: sympy.Rational(*x.as_integer_ratio()) for name, x in zip(letters, point, strict=True)}
            expected = sympy.N(derivative.subs(numbers), 50)
            with precision(300):
                value = value_at(own[index], point)
                assert is_near(value, expected, 30), complaint(formula, index, point, value, expected)


def check_against_differences(formula: Apply) -> None:
    """Every partial derivative is (f(x + h) − f(x − h))/2h with h = 2^−120, to 50 digits."""
    step = Fraction(1, 2**120)
    own = slopes(formula, {})
    for index in range(width(formula)):
        for point in points(formula):
            with precision(700):
                after = value_at(formula, (*point[:index], point[index] + step, *point[index + 1 :]))
                before = value_at(formula, (*point[:index], point[index] - step, *point[index + 1 :]))
                expected = (arb(after) - arb(before)) / arb(exact(2 * step))
                value = value_at(own[index], point)
                assert is_near(value, expected, 50), complaint(formula, index, point, value, expected)


def complaint(formula: Apply, index: int, point: Point, value: Any, expected: Any) -> str:
    return f"∂{formula.operation}/∂{index} at {', '.join(map(str, point))} is {value} and should be {expected}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_partial_derivative_is_sympys(name: str) -> None:
    for formula in shapes(name):
        check_against_sympy(formula)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_partial_derivative_is_the_limit_of_differences(name: str) -> None:
    for formula in shapes(name):
        check_against_differences(formula)


def slope_around(formula: Apply, index: int, point: Point) -> arb | None:
    """The slope from both sides, or None where the two differ, or jump, or the operation has no value."""
    step = Fraction(1, 2**120)
    try:
        before, here, after = (
            arb(value_at(formula, (*point[:index], point[index] + shift, *point[index + 1 :])))
            for shift in (-step, 0, step)
        )
    except MathError:
        return None
    left, right = ((value / arb(exact(step))) for value in (here - before, after - here))
    return right if abs(left - right) < arb("1e-30") and abs(right) < JUMP else None


KINKS = (Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(1))
JUMP = 2**60
NOT_AT_ZERO = [("power", 0), ("power", 1), ("share", 1)]  # refused where the formula of the slope divides by 0


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.arity != 0])
def test_at_the_kink_of_one_argument_the_slope_in_another_is_right(name: str) -> None:
    """Where kinks and ties are: wherever both sides agree on a slope it is the partial derivative."""
    compared = 0
    for formula in shapes(name):
        own = slopes(formula, {})
        for point in product(KINKS, repeat=width(formula)):
            for index in range(width(formula)):
                with precision(700):
                    expected = slope_around(formula, index, point) if promise(name)(*point) else None
                    if expected is None:
                        continue
                    try:
                        value = value_at(own[index], point)
                    except MathError:
                        assert (name, index) in NOT_AT_ZERO
                        continue
                    assert is_near(value, expected, 30), complaint(formula, index, point, value, expected)
                    compared += 1
    assert compared


@pytest.mark.parametrize("name", ["max", "min", "clip"])
def test_at_a_tie_the_slopes_add_up_to_one(name: str) -> None:
    """What is shifted with all its arguments has slopes with the sum 1, whoever gets how much of it."""
    for formula in shapes(name):
        for point in product(KINKS, repeat=width(formula)):
            if promise(name)(*point):
                assert sum(value_at(slope, point) for slope in slopes(formula, {}).values()) == 1


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.steepest])
def test_the_steepest_slope_is_the_largest_that_an_activation_has(name: str) -> None:
    formula = shapes("softmax", 2)[0] if name == "softmax" else apply(name, Name(0), *OPERATIONS[name].defaults)
    steepest = value_at(OPERATIONS[name].steepest, ())  # type: ignore[arg-type]
    found = [
        arb(value_at(slopes(formula, {})[0], (Fraction(z, 8), Fraction(0))[: width(formula)])) for z in range(-64, 65)
    ]
    assert all(abs(slope) < steepest + arb("1e-12") for slope in found)
    assert any(abs(slope) > steepest * 99 / 100 for slope in found)


@pytest.mark.parametrize("check", [check_against_sympy, check_against_differences])
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("sigmoid", lambda y, z: y * (1 + y)),
        ("tanh", lambda y, z: y**2 - 1),
        ("sqrt", lambda y, x: 1 / (2 * x)),
        ("sin", lambda y, x: -apply("cos", x)),
    ],
)
def test_a_wrong_row_would_be_caught(
    monkeypatch: pytest.MonkeyPatch, check: Callable[[Apply], None], name: str, wrong: Callable[..., Formula]
) -> None:
    check(apply(name, Name(0)))
    monkeypatch.setitem(OPERATIONS, name, replace(OPERATIONS[name], partials=(wrong,)))
    with pytest.raises(AssertionError, match=f"∂{name}/∂0"):
        check(apply(name, Name(0)))


@pytest.mark.parametrize("exponent", [Fraction(n) for n in (2, 3, 7, -1, -2)] + [Fraction(1, 2), Fraction(-3, 2)])
def test_a_power_with_a_constant_exponent_has_the_slope_of_the_power_rule(exponent: Fraction) -> None:
    """Negative bases too, where the exponent is whole: the general rule with its logarithm would not do."""
    formula = apply("power", Name(0), Number(exact(exponent)))
    slope = slopes(formula, {})[0]
    bases = [Fraction(3, 7), Fraction(5, 2)] + ([Fraction(-4, 3), Fraction(-1)] if exponent.denominator == 1 else [])
    for base in bases:
        with precision(200), mpmath.workdps(60):
            x, n = m(exact(base)), m(exact(exponent))
            assert is_near(value_at(slope, (base,)), mpmath.nstr(n * x ** (n - 1), 50), 40)


def test_the_row_with_the_number_passes_its_gradient_on_and_a_number_that_is_no_row_picks_nothing() -> None:
    formula = apply("pick", Name("which"), Name("first"), Name("second"))
    for which, expected in ((0, [1, 0]), (1, [0, 1]), (2, [0, 0])):
        slope = slopes(formula, {})
        chosen = [evaluate(slope[row], Certified(), lambda _, n=which: rational(n)) for row in ("first", "second")]
        assert chosen == expected
    assert slopes(formula, {})["which"] == number(0)
    assert value_at(apply("pick", 2, Name(0), Name(1)), (Fraction(5), Fraction(6))) == 0


def test_the_slope_of_a_square_at_zero_is_zero() -> None:
    assert value_at(slopes(apply("power", Name(0), 2), {})[0], (Fraction(0),)) == 0
    assert value_at(slopes(apply("square", Name(0)), {})[0], (Fraction(0),)) == 0


def test_the_slope_of_a_power_of_two_is_written_with_its_exponent_carried_out() -> None:
    """∂(x²)/∂x is 2·x, and not 2·x^(2 − 1)."""
    assert slopes(apply("power", Name("x"), 2), {})["x"] == apply("product", 2, Name("x"))


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.arity is None])
def test_an_operation_on_any_number_of_arguments_is_right_for_one_two_and_four(name: str, count: int) -> None:
    for formula in shapes(name, count):
        check_against_differences(formula)


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.public and row.arity != 0])
def test_every_operation_that_may_be_written_has_the_sentence_a_teacher_says(name: str) -> None:
    assert OPERATIONS[name].rule.count(" ") >= 3


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_row_stands_under_its_own_name(name: str) -> None:
    assert OPERATIONS[name].name == name


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_means_an_operation_that_exists_and_hides_none(alias: str) -> None:
    assert ALIASES[alias] in OPERATIONS
    assert alias not in OPERATIONS


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.optional])
def test_what_may_be_left_out_has_a_value_to_stand_in(name: str) -> None:
    assert len(OPERATIONS[name].defaults) == OPERATIONS[name].optional


# Values


def m(value: Any) -> Any:
    return mpmath.mpf(int(value.p)) / int(value.q)


def _softmax(which: Any, *nets: Any) -> Any:
    return mpmath.exp(nets[int(which) - 1]) / mpmath.fsum(mpmath.exp(net) for net in nets)


VALUES: dict[str, Callable[..., Any]] = {  # the operations that are no activations, by mpmath and Python
    "sum": lambda *x: mpmath.fsum(x),
    "product": lambda *x: mpmath.fprod(x),
    "mean": lambda *x: mpmath.fsum(x) / len(x),
    "negative": lambda x: -x,
    "quotient": lambda a, b: a / b,
    "power": mpmath.power,
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "ln": mpmath.ln,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "cos": mpmath.cos,
    "cos_pi": mpmath.cospi,
    "tan": mpmath.tan,
    "erf": mpmath.erf,
    "pi": lambda: +mpmath.pi,
    "floor": mpmath.floor,
    "max": max,
    "min": min,
    "pick": lambda which, *rows: rows[int(which)],
    "equal": lambda a, b: int(a == b),
    "is_max": lambda which, *x: int(x[int(which) - 1] >= max(x)),
    "is_min": lambda which, *x: int(x[int(which) - 1] <= min(x)),
    "normal_cdf": mpmath.ncdf,
    "normal_pdf": mpmath.npdf,
    "softmax": _softmax,
    "relu_slope": lambda z, at_zero: int(z > 0),
    "leaky_relu_slope": lambda z, a: 1 if z > 0 else a,
    "elu_slope": lambda z, a: 1 if z > 0 else a * mpmath.exp(z),
    "inside": lambda z, low, high: int(low < z < high),
    "standardized": lambda x, mean, variance, epsilon: (x - mean) / mpmath.sqrt(variance + epsilon),
    "huber": lambda e, d: e * e / 2 if abs(e) <= d else d * (abs(e) - d / 2),
    "times_ln": lambda t, p: t * mpmath.ln(p),
    "share": lambda t, p: t / p,
    "clip": lambda z, low, high: min(max(z, low), high),
}


def test_every_operation_that_is_no_activation_has_its_value_checked_here() -> None:
    assert set(VALUES) == set(OPERATIONS) - set(ACTIVATIONS)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_mpmaths_to_40_digits(name: str) -> None:
    for formula in shapes(name):
        for point in points(formula):
            with precision(250), mpmath.workdps(70):
                arguments = [m(value_at(argument, point)) for argument in formula.arguments]
                expected = mpmath.nstr(mpmath.mpf(VALUES[name](*arguments)), 60)
                assert is_near(value_at(formula, point), expected, 40)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (apply("sigmoid", 0), Fraction(1, 2)),
        (apply("tanh", 0), Fraction(0)),
        (apply("swish", 0), Fraction(0)),
        (apply("softmax", 2, 0, 0, 0), Fraction(1, 3)),
        (apply("relu", number(-3, 7), 0), Fraction(0)),
        (apply("relu", number(3, 7), 0), Fraction(3, 7)),
        (apply("leaky_relu", -3, number(1, 100)), Fraction(-3, 100)),
        (apply("elu", number(5, 3), 1), Fraction(5, 3)),
        (apply("softsign", -3), Fraction(-3, 4)),
        (apply("hard_sigmoid", 1), Fraction(2, 3)),
        (apply("hard_tanh", number(-9, 8)), Fraction(-1)),
        (apply("max", number(1, 3), number(2, 7)), Fraction(1, 3)),
        (apply("min", number(1, 3), number(2, 7)), Fraction(2, 7)),
        (apply("sqrt", number(9, 4)), Fraction(3, 2)),
        (apply("times_ln", 0, 0), Fraction(0)),
        (apply("floor", number(-7, 2)), Fraction(-4)),
        *(
            (apply("cos_pi", number(n, 6)), value)
            for n, value in (
                (0, Fraction(1)),
                (2, Fraction(1, 2)),
                (3, Fraction(0)),
                (4, Fraction(-1, 2)),
                (6, Fraction(-1)),
                (8, Fraction(-1, 2)),
                (-3, Fraction(0)),
                (-14, Fraction(1, 2)),
                (18, Fraction(-1)),
                (24, Fraction(1)),
            )
        ),
        (apply("standardized", 3, 10, 25, 0), Fraction(-7, 5)),
    ],
)
def test_what_is_rational_stays_rational(formula: Formula, value: Fraction) -> None:
    result = value_at(formula, ())
    assert isinstance(result, type(exact(value)))
    assert result == exact(value)


# Activations against PyTorch

TORCH: dict[str, Callable[..., Any]] = {
    "square": lambda torch, z: torch.square(z),
    "sin": lambda torch, z: torch.sin(z),
    "abs": lambda torch, z: torch.abs(z),
    "identity": lambda torch, z: torch.nn.functional.linear(z.reshape(1, 1), torch.ones(1, 1).double()).sum(),
    "sigmoid": lambda torch, z: torch.sigmoid(z),
    "tanh": lambda torch, z: torch.tanh(z),
    "relu": lambda torch, z, at_zero: torch.nn.functional.relu(z),
    "leaky_relu": lambda torch, z, a: torch.nn.functional.leaky_relu(z, a),
    "elu": lambda torch, z, a: torch.nn.functional.elu(z, a),
    "softplus": lambda torch, z: torch.nn.functional.softplus(z),
    "softsign": lambda torch, z: torch.nn.functional.softsign(z),
    "swish": lambda torch, z: torch.nn.functional.silu(z),
    "gelu": lambda torch, z: torch.nn.functional.gelu(z),
    "hard_sigmoid": lambda torch, z: torch.nn.functional.hardsigmoid(z),
    "hard_tanh": lambda torch, z: torch.nn.functional.hardtanh(z),
    "sign": lambda torch, z: torch.sign(z),
}
NOT_IN_TORCH = {"step": "PyTorch has heaviside, and refuses to differentiate it"}
DIGITS = {"hard_sigmoid": 7}  # the others 12; PyTorch's slope of hardsigmoid is 1/6 in single precision
SETTINGS = {"leaky_relu": [Fraction(1, 100), Fraction(1, 5)], "elu": [Fraction(1), Fraction(3, 2)]}


def test_every_activation_is_compared_with_pytorch_or_says_why_not() -> None:
    assert set(ACTIVATIONS) - set(TORCH) == set(NOT_IN_TORCH)
    assert set(TORCH) <= set(ACTIVATIONS)


def compare_with_torch(name: str, at: list[Fraction]) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    settings: list[tuple[Formula, ...]] = [(Number(exact(a)),) for a in SETTINGS.get(name, [])]
    for parameters in settings or [OPERATIONS[name].defaults]:
        formula = apply(name, Name(0), *parameters)
        slope = slopes(formula, {})[0]
        floats = [int(p.value.p) / int(p.value.q) for p in parameters if isinstance(p, Number)]
        for point in at:
            z = torch.tensor(float(point), dtype=torch.float64, requires_grad=True)
            value = TORCH[name](torch, z, *floats)
            value.backward()
            assert is_near(value_at(formula, (point,)), repr(value.item()), 12)
            assert is_near(value_at(slope, (point,)), repr(z.grad.item()), DIGITS.get(name, 12))


@pytest.mark.parametrize("name", TORCH)
def test_an_activation_and_its_slope_are_pytorchs(name: str) -> None:
    random = Random(name)
    compare_with_torch(name, [Fraction(random.randint(-600, 600), 128) + Fraction(1, 256) for _ in range(12)])


@pytest.mark.parametrize(
    ("name", "at"),
    [("relu", 0), ("leaky_relu", 0), ("elu", 0), ("abs", 0), ("sign", 0), ("softsign", 0), ("square", 0),
     ("hard_sigmoid", -3), ("hard_sigmoid", 3), ("hard_tanh", -1), ("hard_tanh", 1)],
)  # fmt: skip
def test_at_a_kink_the_slope_is_the_one_pytorch_takes(name: str, at: int) -> None:
    compare_with_torch(name, [Fraction(at)])


# Kinks, written out


@pytest.mark.parametrize("at_zero", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_the_slope_of_relu_at_zero_is_what_the_problem_says(at_zero: Fraction) -> None:
    relu = apply("relu", Name(0), Number(exact(at_zero)))
    slope = slopes(relu, {})[0]
    at = {z: value_at(slope, (Fraction(z),)) for z in (-1, 0, 1)}
    assert at == {-1: 0, 0: exact(at_zero), 1: 1}
    assert value_at(relu, (Fraction(0),)) == 0


@pytest.mark.parametrize("at_zero", [Fraction(0), Fraction(1, 2), Fraction(1)])
def test_a_step_at_zero_has_the_value_the_problem_says_and_is_flat(at_zero: Fraction) -> None:
    step = apply("step", Name(0), Number(exact(at_zero)))
    assert {z: value_at(step, (Fraction(z),)) for z in (-1, 0, 1)} == {-1: 0, 0: exact(at_zero), 1: 1}
    assert value_at(slopes(step, {})[0], (Fraction(0),)) == 0


def test_a_step_is_one_at_zero_when_nothing_is_said() -> None:
    assert OPERATIONS["step"].defaults == (number(1),)


def test_the_slope_of_the_absolute_value_at_zero_is_zero() -> None:
    slope = slopes(apply("abs", Name(0)), {})[0]
    assert {z: value_at(slope, (Fraction(z),)) for z in (-2, 0, 2)} == {-2: -1, 0: 0, 2: 1}


@pytest.mark.parametrize(
    ("values", "largest", "smallest"),
    [
        ((1, 2, 3), (0, 0, 1), (1, 0, 0)),
        ((3, 1, 3), (Fraction(1, 2), 0, Fraction(1, 2)), (0, 1, 0)),
        ((2, 2, 2), (Fraction(1, 3),) * 3, (Fraction(1, 3),) * 3),
        ((-1, -1, 5), (0, 0, 1), (Fraction(1, 2), Fraction(1, 2), 0)),
    ],
)
def test_ties_share_the_slope_of_max_and_of_min(
    values: tuple[int, ...], largest: tuple[Any, ...], smallest: tuple[Any, ...]
) -> None:
    point = tuple(map(Fraction, values))
    for name, expected in (("max", largest), ("min", smallest)):
        slope = slopes(apply(name, *(Name(index) for index in range(3))), {})
        assert [value_at(slope[index], point) for index in range(3)] == [exact(Fraction(x)) for x in expected]


def test_ties_share_as_in_pytorchs_amax() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    for values in ((3, 1, 3), (2, 2, 2), (0, -1, -1), (4, 5, 5)):
        for name, reduce in (("max", torch.amax), ("min", torch.amin)):
            tensor = torch.tensor(values, dtype=torch.float64, requires_grad=True)
            reduce(tensor, 0).backward()
            slope = slopes(apply(name, *(Name(index) for index in range(3))), {})
            own = [value_at(slope[index], tuple(map(Fraction, values))) for index in range(3)]
            assert [float(int(x.p) / int(x.q)) for x in own] == pytest.approx(tensor.grad.tolist(), abs=1e-15)


def test_a_name_used_twice_in_a_max_collects_both_shares() -> None:
    assert value_at(slopes(apply("max", Name(0), Name(0)), {})[0], (Fraction(7),)) == 1


def test_the_slope_of_the_huber_loss_at_its_corner_is_the_cut() -> None:
    slope = slopes(apply("huber", Name(0), 2), {})[0]
    assert {e: value_at(slope, (Fraction(e),)) for e in (-5, -2, -1, 0, 1, 2, 5)} == {
        -5: -2, -2: -2, -1: -1, 0: 0, 1: 1, 2: 2, 5: 2,
    }  # fmt: skip


def test_the_huber_loss_at_its_corner_is_still_half_the_square() -> None:
    for cut in (Fraction(1, 2), Fraction(3)):
        huber = apply("huber", Name(0), Name(1))
        assert value_at(huber, (cut, cut)) == value_at(huber, (-cut, cut)) == exact(cut * cut / 2)


def test_a_setting_that_is_left_out_is_what_pytorch_takes() -> None:
    """negative_slope=0.01 of F.leaky_relu, alpha=1.0 of F.elu; a step is 1 at 0, and the slope of ReLU 0."""
    left_out = {"leaky_relu": Fraction(1, 100), "elu": Fraction(1), "step": Fraction(1), "relu": Fraction(0)}
    for name, value in left_out.items():
        assert [value_at(default, ()) for default in OPERATIONS[name].defaults] == [exact(value)]


def test_zero_times_the_logarithm_of_zero_counts_as_zero_and_so_does_its_slope() -> None:
    """A one-hot target of 0 never minds what the output is, even where the output is exactly 0."""
    formula = apply("times_ln", Name(0), Name(1))
    assert value_at(formula, (Fraction(0), Fraction(0))) == 0
    assert value_at(slopes(formula, {})[1], (Fraction(0), Fraction(0))) == 0


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("ln", (0,)), ("ln", (-1,)), ("log2", (0,)), ("log10", (-3,)), ("sqrt", (-1,)), ("quotient", (1, 0)),
        ("power", (-2, Fraction(1, 2))), ("power", (0, -1)), ("power", (0, Fraction(-1, 2))), ("times_ln", (1, 0)),
    ],
)  # fmt: skip
def test_where_there_is_no_value_there_is_a_mathematical_error(name: str, point: tuple[Any, ...]) -> None:
    with pytest.raises(MathError):
        value_at(apply(name, *(Name(index) for index in range(len(point)))), tuple(map(Fraction, point)))


@pytest.mark.parametrize("net", [-1000, -700, 700, 1000])
def test_a_sigmoid_far_out_neither_overflows_nor_loses_its_slope(net: int) -> None:
    """With floating point, e^1000 is infinite and 1 − σ(1000) is 0; here the slope is e^−1000 to the last digit."""
    slope = slopes(apply("sigmoid", Name(0)), {})[0]
    with precision(4000), mpmath.workdps(600):
        power = mpmath.exp(-abs(net))
        value = value_at(slope, (Fraction(net),)) / arb(mpmath.nstr(power / (1 + power) ** 2, 500))
        assert is_near(value, 1, 400)


def test_softmax_of_huge_nets_is_finite_and_sums_to_one() -> None:
    with precision(200):
        parts = [value_at(apply("softmax", which, 1000, 999, -1000), ()) for which in (1, 2, 3)]
        assert is_near(parts[0], repr(1 / (1 + math.exp(-1))), 15)
        assert is_near(sum(parts), 1, 40)


DOMAINS = {"hull": Hull, "exactly": Exactly, "certified": Certified, "doubles": Doubles}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_domain_has_a_value_for_every_operation(name: str, domain: str) -> None:
    """The same one as mpmath gives the formula in numbers that need no rounding."""
    numbers = [Fraction(3, 4), Fraction(1, 2), Fraction(5, 4), Fraction(7, 8), Fraction(9, 16)]
    for formula in shapes(name):
        point = tuple(numbers[: 1 + max((name.symbol for name in names_in(formula)), default=-1)])
        chooses = any(isinstance(argument, Number) for argument in formula.arguments)
        if not promise(name)(*point) or (chooses and domain == "hull"):  # where `Exactly` is for choices by number
            continue
        wanted = float(value_at(formula, point))
        known = [float(one) if domain == "doubles" else exact(one) for one in point]
        assert float(evaluate(formula, DOMAINS[domain](), known.__getitem__)) == pytest.approx(wanted, abs=1e-12)
