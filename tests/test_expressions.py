"""The parser reads arithmetic as Python does, refuses everything else with a place, and executes nothing."""

from __future__ import annotations

import ast
import contextlib
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from patience import within

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.expressions import FUNCTIONS, FormulaError, parse, parse_constant
from backprop_cli.algebra.formula import Formula, Name, Number, apply, names_in, number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.numbers.exact import Rational, rational

law = settings(max_examples=300, deadline=None)
F = Fraction
X = Name("x")
SECOND = 1.0
LONGEST = limits.FORMULA_LENGTH


class NoValueError(Exception):
    """Python has no value for it either, or one too large to be worth comparing."""


def value(text: str) -> Any:
    return evaluate(parse_constant(text), Certified(), {}.__getitem__)


def as_fraction(number_: Any) -> Fraction:
    assert isinstance(number_, Rational)
    return F(int(number_.p), int(number_.q))


def of_x(text: str) -> Formula:
    return parse(text, names=frozenset("x"))


def refusal(text: str, names: frozenset[str] = frozenset()) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text, names=names)
    return caught.value


def read(text: str) -> Formula | FormulaError:
    """The formula in x, or the refusal."""
    try:
        return of_x(text)
    except FormulaError as error:
        return error


# Precedence, against Python's own grammar


def pythons(text: str) -> Fraction:
    """The value of the text by Python's grammar, in fractions; numerals keep the decimals they are written with."""
    return _carried_out(ast.parse(text.replace("^", "**"), mode="eval").body, text.replace("^", "**"))


def _carried_out(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant():
            return F(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=sign, operand=operand):
            inner = _carried_out(operand, text)
            return -inner if isinstance(sign, ast.USub) else inner
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _carried_out(left, text), _carried_out(right, text))
    raise AssertionError(ast.dump(node))


def _combined(operator: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div() if right:
            return left / right
        case ast.Pow() if right.denominator == 1 and abs(right) <= 12 and (left or right >= 0):
            if max(map(abs, left.as_integer_ratio())).bit_length() <= 200:
                return F(left ** int(right))
    raise NoValueError


numerals = st.sampled_from(["0", "1", "2", "3", "7", "10", "0.5", ".25", "4.", "1.50", "2e-1", "3E2"])
signs = st.sampled_from(["+", "-", "*", "/", "^", "**"])
gaps = st.sampled_from(["", " ", "  "])


def longer(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Written one after the other without brackets, so that the grammar alone says what belongs to what."""
    return st.one_of(
        st.builds(lambda a, gap, sign, b: f"{a}{gap}{sign}{gap}{b}", texts, gaps, signs, texts),
        st.builds("({})".format, texts),
        st.builds("-{}".format, texts),
        st.builds("+{}".format, texts),
        st.builds("{}^{}".format, texts, st.sampled_from(["2", "3", "-1", "(1-2)", "2^2"])),
    )


@law
@given(st.recursive(numerals, longer, max_leaves=12))
@example("-2^2")
@example("2^-1")
@example("2^3^2")
@example("2*-3")
@example("1-2-3")
@example("12/3/2")
@example("12/3*2")
@example("--2")
@example("-2^-2")
@example("2-+-2")
@example("-1/2^2*4")
def test_precedence_is_pythons(text: str) -> None:
    try:
        expected = pythons(text)
    except NoValueError:
        assume(False)
    assert as_fraction(value(text)) == expected


trees = st.recursive(
    st.integers(0, 9).map(ast.Constant),
    lambda inner: st.one_of(
        st.builds(
            ast.BinOp,
            inner,
            st.sampled_from([ast.Add(), ast.Sub(), ast.Mult(), ast.Div()]),
            inner,
        ),
        st.builds(lambda a: ast.UnaryOp(ast.USub(), a), inner),
        st.builds(lambda a, n: ast.BinOp(a, ast.Pow(), ast.Constant(n)), inner, st.integers(0, 3)),
    ),
    max_leaves=15,
)


@law
@given(trees)
def test_a_tree_printed_with_the_fewest_brackets_keeps_its_value(tree: ast.expr) -> None:
    """Printed by Python's ast.unparse, which writes only the brackets that are needed."""
    text = ast.unparse(ast.fix_missing_locations(ast.Expression(tree)))
    try:
        expected = _carried_out(ast.parse(text, mode="eval").body, text)
    except NoValueError:
        assume(False)
    assert as_fraction(value(text)) == expected == _tree_value(tree)


def _tree_value(tree: ast.expr) -> Fraction:
    match tree:
        case ast.Constant(value=constant):
            assert isinstance(constant, int)
            return F(constant)
        case ast.UnaryOp(operand=operand):
            return -_tree_value(operand)
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _tree_value(left), _tree_value(right))
    raise AssertionError


@pytest.mark.parametrize("text", ["1/0", "2/(3-3)", "0^-1", "(1-1)^-2", "1/(0*5)"])
def test_what_has_no_value_in_python_is_a_mathematical_error(text: str) -> None:
    with pytest.raises(ZeroDivisionError):
        eval(text.replace("^", "**"))
    with pytest.raises(MathError):
        value(text)


def test_minus_binds_weaker_than_the_power_and_a_chain_of_powers_goes_right() -> None:
    assert of_x("-x^2") == apply("negative", apply("power", X, 2))
    assert of_x("2^x^2") == apply("power", 2, apply("power", X, 2))


def test_sums_and_products_are_flat() -> None:
    assert of_x("x + 1 + x") == apply("sum", X, 1, X)
    assert of_x("x - 1 - x") == apply("sum", X, apply("negative", number(1)), apply("negative", X))
    assert of_x("x * 2 * x") == apply("product", X, 2, X)


# Constants and numbers


def test_e_to_the_x_is_exp() -> None:
    assert of_x("e^x") == of_x("e**x") == of_x("exp(x)") == apply("exp", X)
    assert of_x("e^-x^2") == apply("exp", apply("negative", apply("power", X, 2)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e", lambda: +mpmath.e), ("pi", lambda: +mpmath.pi), ("π", lambda: +mpmath.pi), ("2*π", lambda: 2 * mpmath.pi),
        ("ln(2)", lambda: mpmath.ln(2)), ("sqrt(3)/2", lambda: mpmath.sqrt(3) / 2), ("e^2", lambda: mpmath.exp(2)),
        ("log(2)", lambda: mpmath.ln(2)), ("log10(2)", lambda: mpmath.log10(2)), ("tan(1)", lambda: mpmath.tan(1)),
        ("σ(1)", lambda: 1 / (1 + mpmath.exp(-1))), ("√(2)", lambda: mpmath.sqrt(2)),
        ("2^(1/3)", lambda: mpmath.cbrt(2)),
    ],
)  # fmt: skip
def test_a_constant_has_mpmaths_value(text: str, expected: Any) -> None:
    with precision(200), mpmath.workdps(50):
        assert abs(arb(value(text)) - arb(mpmath.nstr(expected(), 45))) < arb("1e-40")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.15", F(3, 20)), ("-1/3", F(-1, 3)), ("2e-3", F(1, 500)), (".5", F(1, 2)), ("sqrt(4)", F(2)), ("+3", F(3)),
     ("log2(8)", F(3)), ("ln(1)", F(0)), ("e^0", F(1)), ("max(1, 2/3, -5)", F(1)), ("min(1, 2/3, -5)", F(-5)),
     ("sum(1, 2, 3)", F(6)), ("mean(1, 2, 6)", F(3)), ("abs(-2/7)", F(2, 7)), ("relu(-1)", F(0)), ("step(0)", F(1)),
     ("leaky_relu(-1)", F(-1, 100)), ("leaky_relu(-1, 0.2)", F(-1, 5)), ("sigmoid(0)", F(1, 2))],
)  # fmt: skip
def test_a_rational_constant_is_exact(text: str, expected: Fraction) -> None:
    assert as_fraction(value(text)) == expected


@pytest.mark.parametrize("text", ["0.40", "-0.40", "1.500", "2e-3", ".5", "7"])
def test_a_numeral_stays_a_number_and_keeps_how_it_was_written(text: str) -> None:
    formula = parse_constant(text)
    assert isinstance(formula, Number)
    assert formula.text == text
    assert as_fraction(formula.value) == F(text)


def test_an_unicode_minus_and_other_signs_are_read_as_what_they_are() -> None:
    assert of_x("−x") == of_x("-x")
    assert of_x("x − 1") == of_x("x – 1") == of_x("x - 1")
    assert of_x("2×x") == of_x("2·x") == of_x("2⋅x") == of_x("2*x")
    assert of_x("x ÷ 2") == of_x("x/2")
    assert of_x("x\u00a0+\u00a01") == of_x("x + 1")
    assert parse_constant("−0.5") == number(-1, 2)


# Names and functions


def test_names_are_only_those_that_are_known() -> None:
    assert parse("w1 * out_h1", names=frozenset({"w1", "out_h1"})) == apply("product", Name("w1"), Name("out_h1"))
    assert parse("Δw + η", known=lambda name: name in ("Δw", "η")) == apply("sum", Name("Δw"), Name("η"))
    assert "'w2'" in str(refusal("w1 + w2", frozenset({"w1"})))


def test_a_known_name_hides_a_constant_but_not_a_function_of_another_name() -> None:
    assert parse("e * 2", names=frozenset("e")) == apply("product", Name("e"), 2)
    assert parse("pi", names=frozenset({"pi"})) == Name("pi")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_written(name: str) -> None:
    operation = OPERATIONS[name]
    count = 2 if operation.arity is None else operation.arity
    assert parse(f"{name}({', '.join('x' * count)})", names=frozenset("x")) == apply(name, *[X] * count)
    if operation.optional:
        assert of_x(f"{name}({', '.join('x' * (count - operation.optional))})") == apply(
            name, *[X] * (count - operation.optional), *operation.defaults
        )


@pytest.mark.parametrize("name", sorted(FUNCTIONS - {name for name in FUNCTIONS if OPERATIONS[name].arity is None}))
def test_a_function_with_too_many_or_no_arguments_is_refused(name: str) -> None:
    count = OPERATIONS[name].arity
    assert count is not None
    error = refusal(f"1 + {name}({', '.join('x' * (count + 1))})", frozenset("x"))
    assert error.offset == 4
    assert name in error.message
    refusal(f"{name}()")


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - FUNCTIONS - {"pi"}))
def test_what_is_only_for_derivations_cannot_be_written(name: str) -> None:
    assert f"{name!r}" in refusal(f"{name}(x, x)", frozenset("x")).message


@pytest.mark.parametrize(
    ("text", "offset", "length", "hint"),
    [
        ("sigmod(1)", 0, 6, "sigmoid"), ("1 + sigmiod(1)", 4, 7, "sigmoid"), ("Sigmod(1)", 0, 6, "sigmoid"),
        ("softpluss(1)", 0, 9, "softplus"), ("leakyrelu(1)", 0, 9, "leaky_relu"), ("2*sqr(1)", 2, 3, "sqrt"),
    ],
)  # fmt: skip
def test_a_misspelt_function_is_suggested(text: str, offset: int, length: int, hint: str) -> None:
    error = refusal(text)
    assert (error.offset, error.length) == (offset, length)
    assert error.hint == f"did you mean {hint!r}?"


def test_a_misspelt_name_is_suggested() -> None:
    error = refusal("w1 * out_hi", frozenset({"w1", "out_h1"}))
    assert (error.offset, error.length, error.hint) == (5, 6, "did you mean 'out_h1'?")


def test_the_functions_are_listed_where_nothing_is_near() -> None:
    hint = refusal("qqqqq(1)").hint
    assert hint is not None
    assert {"sigmoid", "tanh", "ln"} <= set(hint.removeprefix("one of: ").split(", "))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0), ("1 +", 3), ("1 + * 2", 4), ("(1 + 2", 0), ("1 + (2", 4), ("1 + 2)", 5), ("1 2", 2), ("2x", 1),
        ("x 2", 2), ("1 $ 2", 2), ("0,15", 1), ("max(1, )", 7), ("max(", 4), ("1__0", 1), ("1_000", 1), ("sin", 0),
        ("1 + sin", 4), ("3 ^", 3), ("()", 1), ("x = 1", 2), ("1..2", 2), ("x % 2", 2), ("1; 2", 1), ("x[0]", 1),
        ("'a'", 0), ("1e", 1), ("0x10", 1), ("x!", 1), ("5 // 2", 3), ("1 < 2", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_place(text: str, offset: int) -> None:
    error = refusal(text, frozenset("x"))
    assert error.offset == offset
    assert error.length >= 1
    assert error.message


@pytest.mark.parametrize(("text", "offset"), [("π + @", 4), ("x·π·π·$", 6), ("2 − π × sigmod(1)", 8), ("π π", 2)])
def test_the_place_is_counted_in_the_text_as_it_was_written(text: str, offset: int) -> None:
    """A π is one character, also where it is read as `pi`."""
    assert refusal(text, frozenset("x")).offset == offset


def test_a_decimal_comma_is_explained() -> None:
    assert "0.15" in (refusal("0,15").hint or "")


def test_digits_are_not_grouped_with_underscores() -> None:
    assert "1_000" in (refusal("1_000").hint or "")


# Hostile text

EXECUTED = [
    "__import__('os').system('echo pwned')", "x.__class__.__mro__[-1].__subclasses__()", "lambda: 0", "[x for x in x]",
    "().__class__", "f'{x}'", "x.real", "eval('1')", "exec('1')", "open('/etc/passwd')", "(lambda x: x)(1)",
    "x if x else x", "print(x)", "x := 1", "@x", "`id`", "$(id)", "globals()", "__builtins__", "x;x", "import os",
    "1 .__add__(2)",
]  # fmt: skip
UNENDING = [
    "9**9**9", "9^9^9", "factorial(10**6)", "2^(2^(2^(2^9)))", "exp(exp(exp(9)))", "exp(exp(exp(20)))", "exp(1e308)",
    "(1/3)^1e9", "1/3^1e9", "exp(3)^1e30", "ln(0)", "1/0", "0^-1", "sqrt(-1)", "(-8)^(1/3)", "1e4000^1000",
    "exp(-1e308)",
]  # fmt: skip
TOO_LARGE = ["1e10000000", "1e1000000", "1e-1000000", "1e99999999999999999999", "9" * 1000, "0." + "1" * 1000]
NO_NUMBERS = [
    "nan", "inf", "-inf", "NaN", "Infinity", "1_000", "１２", "١٢", "1\u200b2", "\u200b1", "0,15", "1'000", "½", "2²",
    "0b1", "1j", "1e5.5", "\u202e1", "1\x00", "\x1b[31m1", "०", "٫5",
]  # fmt: skip
TOO_LONG = [
    "-" * 100_000 + "1", "+".join(["1"] * 20_000), "(" * 3_000 + "1" + ")" * 3_000, "(" * 61 + "1" + ")" * 61,
    "abs(" * 61 + "1" + ")" * 61, "^".join(["1"] * 200), "1" + "^-1" * 100, "x" * 100_000, " " * 100_000,
    "max(" * 3_000, "(" * 9_000,
]  # fmt: skip


@pytest.mark.parametrize("text", EXECUTED + TOO_LARGE + NO_NUMBERS + TOO_LONG, ids=lambda text: text[:20])
def test_hostile_text_is_refused_at_once_and_at_a_place(text: str) -> None:
    with within(SECOND):
        error = refusal(text, frozenset("x"))
    assert 0 <= error.offset <= len(text)
    assert error.offset + error.length <= max(len(text), 1) + 1
    assert error.message
    assert len(error.message) < 1_000


@pytest.mark.parametrize("text", UNENDING)
def test_a_number_that_nobody_could_write_down_is_an_error_at_once(text: str) -> None:
    with within(SECOND), precision(limits.FIRST_PRECISION), pytest.raises((FormulaError, MathError)):
        value(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [("1" + "/1" * (LONGEST // 2 - 1), 1), ("1" + "/1*1" * (LONGEST // 4 - 1), 1),
     ("+".join(["1"] * (LONGEST // 2)), LONGEST // 2), ("*".join(["1"] * (LONGEST // 2)), 1),
     ("-" * (LONGEST // 2 * 2 - 2) + "1", 1), ("1" + "-1+1" * (LONGEST // 4 - 1), 1),
     ("max(" + ",".join(["1"] * (LONGEST // 2 - 3)) + ")", 1), ("1" + "+1/1" * (LONGEST // 4 - 1), LONGEST // 4),
     ("(" * 50 + "1" + ")" * 50, 1), ("+".join(["(1)"] * (LONGEST // 4)), LONGEST // 4)],
    ids=lambda value: str(value)[:6],
)  # fmt: skip
def test_a_long_formula_is_computed_or_refused_and_never_overflows_the_stack(text: str, result: int) -> None:
    assert len(text) <= LONGEST
    with within(SECOND):
        formula = read(text)
        if isinstance(formula, FormulaError):
            assert 0 <= formula.offset <= len(text)
        else:
            assert as_fraction(evaluate(formula, Certified(), {}.__getitem__)) == result


@pytest.mark.parametrize("factor", ["1e4000", "9^60000", "7e-4000"])
def test_a_product_of_huge_numbers_is_computed_or_refused_within_two_seconds(factor: str) -> None:
    """Each is within the limits; together they have millions of digits."""
    with within(2 * SECOND), contextlib.suppress(MathError, FormulaError), precision(limits.FIRST_PRECISION):
        value("*".join([factor] * ((LONGEST + 1) // (len(factor) + 1))))


@law
@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused_within_itself(text: str) -> None:
    formula = read(text)
    if isinstance(formula, FormulaError):
        assert 0 <= formula.offset <= len(text)
    else:
        assert set(names_in(formula)) <= {X}


SIGNS = ["x", "1", "2.5", "+", "-", "*", "/", "^", "(", ")", ",", "sin(", "max(", "e", "pi", "π", "−"]


@law
@given(st.lists(st.sampled_from(SIGNS), max_size=25).map(" ".join))
def test_any_row_of_signs_is_a_formula_or_refused_within_itself(text: str) -> None:
    formula = read(text)
    if isinstance(formula, FormulaError):
        assert 0 <= formula.offset <= len(text)
    else:
        assert set(names_in(formula)) <= {X}


def test_a_hostile_formula_executes_nothing(tmp_path: Any) -> None:
    mark = tmp_path / "mark"
    refusal(f"__import__('pathlib').Path({str(mark)!r}).touch()")
    refusal(f"open({str(mark)!r}, 'w')")
    assert not mark.exists()


def test_the_most_that_is_allowed_is_read() -> None:
    deepest = "(" * limits.FORMULA_DEPTH + "1" + ")" * limits.FORMULA_DEPTH
    assert parse_constant(deepest) == Number(rational(1))
    assert "60" in refusal(f"({deepest})").message
