"""Tidying a formula changes how it is written and never what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import (
    ONE,
    TIDY,
    ZERO,
    Apply,
    Formula,
    Name,
    Number,
    add,
    apply,
    as_formula,
    divide,
    fold,
    multiply,
    names_in,
    negate,
    number,
    power,
    replace,
    size,
)
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import rational

law = settings(max_examples=400, deadline=None)
F = Fraction

o, t, x, y, z = (Name(letter) for letter in "otxyz")
VALUES = {"o": F(3, 5), "t": F(-7, 4), "x": F(2), "y": F(-1, 3), "z": F(0)}


def minus(formula: Formula | int) -> Apply:
    """Minus the formula, as it stands."""
    return apply("negative", formula)


def exact(value: Fraction) -> Any:
    return rational(value.numerator, value.denominator)


def value(formula: Formula) -> Fraction:
    result: Any = evaluate(formula, Certified(), lambda symbol: exact(VALUES[str(symbol)]))
    return F(int(result.p), int(result.q))


# Formulas written in three ways at once: as they stand, tidied, and as the fraction that paper gives

Written = tuple[Formula, Formula, Fraction | None]  # None: it has no value

BY_HAND: dict[str, Callable[..., Fraction]] = {
    "sum": lambda *terms: sum(terms, F(0)),
    "product": lambda *factors: _product(factors),
    "negative": lambda a: -a,
    "quotient": lambda a, b: a / b,
    "power": lambda a, n: a ** int(n),
}


def _product(factors: tuple[Fraction, ...]) -> Fraction:
    result = F(1)
    for factor in factors:
        result *= factor
    return result


def together(operation: str, *parts: Written) -> Written:
    """The operation on the parts, in each of the three ways."""
    raw = Apply(operation, tuple(part[0] for part in parts))
    tidied = TIDY[operation](*(part[1] for part in parts))
    by_hand = [part[2] for part in parts]
    if None in by_hand:
        return raw, tidied, None
    try:
        return raw, tidied, BY_HAND[operation](*by_hand)
    except ZeroDivisionError:
        return raw, tidied, None


leaves = st.one_of(
    st.sampled_from([(Name(letter), Name(letter), worth) for letter, worth in VALUES.items()]),
    st.sampled_from([F(0), F(1), F(-1), F(2), F(-2), F(1, 2), F(3)]).map(
        lambda worth: (Number(exact(worth)), Number(exact(worth)), worth)
    ),
)


def larger(parts: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    exponents = st.sampled_from([(number(n), number(n), F(n)) for n in (0, 1, 2, 3, -1)])
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map(lambda inner: together("sum", *inner)),
        st.lists(parts, min_size=1, max_size=4).map(lambda inner: together("product", *inner)),
        parts.map(lambda inner: together("negative", inner)),
        st.builds(lambda a, b: together("quotient", a, b), parts, parts),
        st.builds(lambda a, n: together("power", a, n), parts, exponents),
    )


written = st.recursive(leaves, larger, max_leaves=10)


@law
@given(written)
def test_tidying_preserves_the_value(formula: Written) -> None:
    raw, tidied, by_hand = formula
    assume(by_hand is not None)
    assert value(raw) == by_hand
    assert value(tidied) == by_hand


def _parts(formula: Formula) -> Iterator[Formula]:
    yield formula
    if isinstance(formula, Apply):
        for argument in formula.arguments:
            yield from _parts(argument)


@law
@given(written)
def test_what_a_person_drops_without_a_word_is_never_written(formula: Written) -> None:
    """No sum in a sum, no product in a product, no +0, ·1, /1, double minus, or second number in a product."""
    for part in _parts(formula[1]):
        match part:
            case Apply("sum", terms):
                assert len(terms) > 1
                assert ZERO not in terms
                assert not any(isinstance(term, Apply) and term.operation == "sum" for term in terms)
            case Apply("product", factors):
                assert len(factors) > 1
                assert ONE not in factors
                assert ZERO not in factors
                assert not any(isinstance(factor, Number) for factor in factors[1:])
                assert not any(isinstance(f, Apply) and f.operation in ("product", "negative") for f in factors)
            case Apply("negative", (inner,)):
                assert not (isinstance(inner, Apply) and inner.operation == "negative")
            case Apply("quotient", (_, denominator)):
                assert denominator != ONE
            case Apply("power", (_, exponent)):
                assert exponent not in (ZERO, ONE)


@law
@given(written)
@example((x, x, F(2)))
def test_tidying_what_is_tidy_changes_nothing(formula: Written) -> None:
    tidied = formula[1]
    assert replace(tidied, lambda name: name, tidy=True) == tidied


@law
@given(written)
def test_a_formula_tidied_afterwards_has_the_same_value(formula: Written) -> None:
    raw, _, by_hand = formula
    assume(by_hand is not None)
    assert value(replace(raw, lambda name: name, tidy=True)) == by_hand


@law
@given(written, written)
def test_pythons_operators_write_formulas(left: Written, right: Written) -> None:
    a, b, worth_a, worth_b = left[1], right[1], left[2], right[2]
    assume(worth_a is not None and worth_b is not None)
    assert worth_a is not None
    assert worth_b is not None
    assert value(a + b) == worth_a + worth_b
    assert value(a - b) == worth_a - worth_b
    assert value(a * b) == worth_a * worth_b
    assert value(-a) == -worth_a
    assert value(a**2) == worth_a**2
    assert value(2 + a) == 2 + worth_a
    assert value(2 - a) == 2 - worth_a
    assert value(2 * a) == 2 * worth_a
    assert value(a + 3) == worth_a + 3
    assert value(a - 3) == worth_a - 3
    assert value(a / 3) == worth_a / 3
    if worth_b:
        assert value(a / b) == worth_a / worth_b
        assert value(2 / b) == 2 / worth_b


# By example: left as it is asked for, right as a person writes it


@pytest.mark.parametrize(
    ("tidied", "expected"),
    [
        (add(), ZERO),
        (add(x), x),
        (add(x, ZERO), x),
        (add(ZERO, ZERO), ZERO),
        (add(ZERO, x, ZERO, y), apply("sum", x, y)),
        (add(add(x, y), z), apply("sum", x, y, z)),
        (add(x, add(y, z)), apply("sum", x, y, z)),
        (x - y, apply("sum", x, minus(y))),
        (x - minus(y), apply("sum", x, y)),
        (x - 1, apply("sum", x, minus(1))),
        (x - 1 + 1, x),
        (x - 1 - 1, apply("sum", x, minus(2))),
        (1 - y, apply("sum", 1, minus(y))),
        (multiply(), ONE),
        (multiply(x), x),
        (multiply(ONE, x), x),
        (multiply(x, ONE, ONE), x),
        (multiply(ONE), ONE),
        (multiply(x, ZERO, y), ZERO),
        (multiply(x, multiply(y, z)), apply("product", x, y, z)),
        (multiply(x, number(2), y, number(3)), apply("product", 6, x, y)),
        (multiply(number(1, 2), number(2), x), x),
        (multiply(number(-1), x), minus(x)),
        (multiply(number(-2), x), minus(apply("product", 2, x))),
        (multiply(minus(x), y), minus(apply("product", x, y))),
        (multiply(minus(x), minus(y)), apply("product", x, y)),
        (multiply(number(3), minus(apply("product", 2, x))), minus(apply("product", 6, x))),
        (multiply(number(1, 2), minus(apply("product", 2, x))), minus(x)),
        (multiply(minus(apply("product", 2, x)), minus(apply("product", 5, y))), apply("product", 10, x, y)),
        (negate(x), minus(x)),
        (negate(minus(x)), x),
        (negate(number(2)), number(-2)),
        (negate(ZERO), ZERO),
        (divide(x, ONE), x),
        (divide(ZERO, x), ZERO),
        (divide(number(1), number(2)), number(1, 2)),
        (divide(minus(x), y), minus(apply("quotient", x, y))),
        (divide(x, minus(y)), minus(apply("quotient", x, y))),
        (divide(minus(x), minus(y)), apply("quotient", x, y)),
        (divide(x, ZERO), apply("quotient", x, 0)),
        (divide(ZERO, ZERO), apply("quotient", 0, 0)),
        (power(x, ONE), x),
        (power(x, ZERO), ONE),
        (power(x, number(2)), apply("power", x, 2)),
    ],
)
def test_a_formula_is_written_as_one_would(tidied: Formula, expected: Formula) -> None:
    assert tidied == expected


@pytest.mark.parametrize(
    ("tidied", "expected"),
    [
        (negate(t - o), o - t),
        (negate(multiply(t - o, x)), apply("product", apply("sum", o, minus(t)), x)),
        (multiply(negate(t - o), x), apply("product", apply("sum", o, minus(t)), x)),
        (multiply(number(-1), t - o, x), apply("product", apply("sum", o, minus(t)), x)),
        (multiply(number(-2), t - o), apply("product", 2, apply("sum", o, minus(t)))),
        (multiply(x, minus(y), t - o), apply("product", x, y, apply("sum", o, minus(t)))),
    ],
)
def test_minus_a_difference_is_the_difference_turned_round(tidied: Formula, expected: Formula) -> None:
    """−(t − o)·x is written (o − t)·x."""
    assert tidied == expected
    assert isinstance(tidied, Apply)
    assert tidied.operation != "negative"


def test_the_slope_of_a_sigmoid_keeps_its_one_minus_output() -> None:
    """−x·y·(1 − y) stays: the 1 − y is how one knows a sigmoid, and y − 1 would hide it."""
    assert negate(multiply(x, y, 1 - y)) == minus(apply("product", x, y, apply("sum", 1, minus(y))))


def test_a_number_keeps_how_it_was_written_and_equals_the_number_it_is() -> None:
    written_ = Number(rational(2, 5), "0.40")
    assert written_ == number(2, 5)
    assert hash(written_) == hash(number(2, 5))
    kept = multiply(ONE, x, written_)
    assert isinstance(kept, Apply)
    assert [factor.text for factor in kept.arguments if isinstance(factor, Number)] == ["0.40"]


def test_apply_tidies_nothing() -> None:
    assert apply("sum", x, 0).arguments == (x, ZERO)
    assert apply("product", 1, minus(minus(x))).arguments == (ONE, Apply("negative", (minus(x),)))


def test_whole_numbers_are_formulas() -> None:
    assert as_formula(-3) == number(-3)
    assert as_formula(x) is x
    assert number(2, 4) == number(1, 2)


# Reading formulas


def test_names_are_found_from_left_to_right_as_often_as_they_are_used() -> None:
    formula = apply("sum", apply("product", x, y), minus(x), 3, apply("max", z, x))
    assert list(names_in(formula)) == [x, y, x, z, x]
    assert list(names_in(number(3))) == []


def test_replacing_changes_every_name_and_only_names() -> None:
    formula = apply("sum", apply("product", x, y), number(2), x)
    assert replace(formula, lambda name: z if name == x else name) == apply("sum", apply("product", z, y), 2, z)
    assert replace(formula, lambda name: name) is formula


def test_replacing_with_tidy_writes_sums_and_products_anew() -> None:
    formula = apply("sum", apply("product", x, y), z)
    nothing: dict[Name, Formula] = {x: ZERO}
    assert replace(formula, lambda name: nothing.get(name, name)) == apply("sum", apply("product", 0, y), z)
    assert replace(formula, lambda name: nothing.get(name, name), tidy=True) == z


@law
@given(written, st.sampled_from("otxyz"))
def test_replacing_a_name_by_its_value_keeps_the_value(formula: Written, letter: str) -> None:
    raw, _, by_hand = formula
    assume(by_hand is not None)
    known = {letter: Number(exact(VALUES[letter]))}
    assert value(replace(raw, lambda name: known.get(str(name.symbol), name))) == by_hand
    assert value(replace(raw, lambda name: known.get(str(name.symbol), name), tidy=True)) == by_hand


def test_what_has_a_name_is_written_by_its_name() -> None:
    net = apply("sum", apply("product", x, y), z)
    known: dict[Formula, Formula] = {net: Name("net"), apply("tanh", Name("net")): Name("out")}
    assert fold(net, known) == Name("net")
    assert fold(apply("product", net, apply("exp", net)), known) == apply(
        "product", Name("net"), apply("exp", Name("net"))
    )
    assert fold(x, known) == x
    assert fold(apply("sum", x, y), known) == apply("sum", x, y)


def test_the_size_counts_numbers_names_and_operations() -> None:
    assert size(x) == size(ONE) == 1
    assert size(apply("sum", x, apply("product", 2, y), minus(z))) == 7


@law
@given(written)
def test_tidying_never_makes_a_formula_longer_by_more_than_its_minus_signs(formula: Written) -> None:
    """x + (−1) becomes x − 1 and −a/b a minus sign in front: nothing else is ever added."""
    raw, tidied, _ = formula
    numbers = sum(isinstance(part, Number) and part.value < 0 for part in _parts(raw))
    signs = sum(isinstance(part, Apply) and part.operation in ("negative", "sum") for part in _parts(raw))
    assert size(tidied) <= size(raw) + 2 * numbers + signs
