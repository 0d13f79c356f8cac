"""Numbers are exact, and every digit of those that cannot be is right: against fractions, decimal and mpmath."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from patience import within

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.formula import Name, apply, number
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Certified, compact, floor, is_exact, magnitude, precision, scaled
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text, numeral, rational
from backprop_cli.numbers.rounded import Decimal, Rounding, Ties, round_to, to_digits
from backprop_cli.numbers.symbolic import Symbolic
from backprop_cli.solving.solver import solve

law = settings(max_examples=200, deadline=None)
slow_law = settings(max_examples=60, deadline=None)

F = Fraction
D = decimal.Decimal
PYTHONS: dict[Ties, str] = {
    "half-up": decimal.ROUND_HALF_UP,
    "half-even": decimal.ROUND_HALF_EVEN,
    "truncate": decimal.ROUND_DOWN,
}
certified = Certified()

whole = st.integers(-(10**30), 10**30)
fractions = st.builds(F, whole, st.integers(1, 10**15))
decimals = st.builds(lambda digits, places: F(digits, 10**places), whole, st.integers(0, 25))
ties = st.builds(lambda digits, places: F(10 * digits + 5, 10 ** (places + 1)), whole, st.integers(0, 12))
rounding_ties = st.sampled_from(sorted(PYTHONS))


def exact(value: Fraction) -> Any:
    return rational(value.numerator, value.denominator)


def as_fraction(value: Any) -> Fraction:
    assert isinstance(value, Rational)
    return F(int(value.p), int(value.q))


def m(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


# Numerals

digits = st.text("0123456789", min_size=1, max_size=40)
points = st.sampled_from(["{0}", "{0}.{1}", ".{1}", "{0}."])
exponents = st.just("") | st.builds("{}{}".format, st.sampled_from(["e", "E", "e+", "e-", "E-"]), st.integers(0, 300))
numerals = st.builds(lambda point, before, after, e: point.format(before, after) + e, points, digits, digits, exponents)


@law
@given(numerals)
@example("0.15")
@example("2e-3")
@example(".5")
@example("0010.0100E+2")
def test_a_numeral_is_exactly_the_number_it_says(text: str) -> None:
    assert as_fraction(numeral(text)) == F(text) == F(D(text))


@pytest.mark.parametrize(
    "text",
    ["", ".", "e5", "1e", "1e+", "-1", "+1", "1_000", "1,5", "0x10", "nan", "inf", " 1", "1 ", "1\n", "1/2", "1.2.3",
     "١٢", "１２", "1²", "½", "1\u200b"],
)  # fmt: skip
def test_what_is_no_numeral_is_refused(text: str) -> None:
    """Also what Python's float would read: underscores, blanks, full-width and Arabic digits."""
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        numeral(text)


@pytest.mark.parametrize(
    "text", ["1e10000000", "1e-10000000", "1e1000000", "1e999999999999999999", "1e4001", "1e-4001", "9" * 401]
)
def test_a_numeral_too_large_to_convert_is_refused_at_once(text: str) -> None:
    with within(0.1), pytest.raises(OverflowError):
        numeral(text)


def test_a_numeral_at_the_limits_is_read() -> None:
    assert as_fraction(numeral(f"1e{limits.EXPONENT}")) == 10**limits.EXPONENT
    assert as_fraction(numeral(f"1e-{limits.EXPONENT}")) == F(1, 10**limits.EXPONENT)
    assert as_fraction(numeral("7" * limits.NUMBER_LENGTH)) == int("7" * limits.NUMBER_LENGTH)


def test_a_denominator_of_zero_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        rational(1, 0)


@law
@given(fractions)
def test_a_rational_is_the_fraction_in_lowest_terms(value: Fraction) -> None:
    number = rational(value.numerator * 6, value.denominator * 6)
    assert (int(number.p), int(number.q)) == value.as_integer_ratio()


# Decimals


@law
@given(fractions | decimals)
@example(F(1, 3))
@example(F(3, 40))
@example(F(1, 2**90))
@example(F(1, 5**90))
def test_the_number_of_decimals_is_the_smallest_that_makes_it_whole(value: Fraction) -> None:
    needed = decimal_digits(exact(value))
    if needed is None:
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        assert rest > 1
    else:
        assert (value * 10**needed).denominator == 1
        assert needed == 0 or (value * 10 ** (needed - 1)).denominator != 1


@pytest.mark.parametrize("exponent", [1, 2, 10, 27, 100, 1000, 3000])
def test_the_number_of_decimals_is_right_for_high_powers_too(exponent: int) -> None:
    assert decimal_digits(rational(1, 5**exponent)) == exponent
    assert decimal_digits(rational(1, 2**exponent)) == exponent
    assert decimal_digits(rational(1, 10**exponent)) == exponent
    assert decimal_digits(rational(1, 5**exponent * 2 * 3)) is None
    assert decimal_digits(rational(1, 5**exponent + 2)) is None


@law
@given(whole, st.integers(-20, 40))
@example(0, -1)
def test_a_decimal_is_written_out(scaled_value: int, places: int) -> None:
    assert decimal_text(scaled_value, places) == f"{D(scaled_value).scaleb(-places, decimal.Context(prec=80)):f}"


@pytest.mark.parametrize(
    ("scaled_value", "places", "text"),
    [(3775, 4, "0.3775"), (-5, 3, "-0.005"), (0, 2, "0.00"), (12, 0, "12"), (12, -3, "12000"), (-120, 1, "-12.0")],
)
def test_decimal_text_by_example(scaled_value: int, places: int, text: str) -> None:
    assert decimal_text(scaled_value, places) == text


# Rounding


@law
@given(decimals | ties | fractions, st.integers(0, 12), rounding_ties)
@example(F(-5, 2), 0, "half-up")
@example(F(-5, 2), 0, "half-even")
@example(F(-1, 2), 0, "half-even")
@example(F(-9, 10), 0, "truncate")
@example(F(1, 3), 0, "half-up")
def test_rounding_to_places_is_decimals(value: Fraction, places: int, ties: Ties) -> None:
    """Ties and negatives included: half-up rounds the size up, as on paper, whatever the sign."""
    with decimal.localcontext(prec=120):
        expected = (D(value.numerator) / D(value.denominator)).quantize(D(1).scaleb(-places), PYTHONS[ties])
    rounded = round_to(exact(value), Rounding(places=places, ties=ties))
    assert as_fraction(rounded.value) == F(expected)
    assert rounded.whole_truth == (F(expected) == value)


@law
@given(decimals | ties | fractions, st.integers(1, 20), rounding_ties)
@example(F(9996, 1000), 3, "half-up")
@example(F(-9996, 1000), 3, "half-even")
@example(F(12345), 2, "half-up")
@example(F(1, 10**20), 4, "half-up")
@example(F(999, 1000), 3, "half-up")
def test_rounding_to_figures_is_decimals(value: Fraction, figures: int, ties: Ties) -> None:
    """The digits, and how many of them are written: 9.996 to three figures is 10.0 and not 10.00."""
    assume(value != 0)
    with decimal.localcontext(prec=120):
        quotient = D(value.numerator) / D(value.denominator)
    expected = decimal.Context(prec=figures, rounding=PYTHONS[ties]).create_decimal(quotient)
    rounded = round_to(exact(value), Rounding(figures=figures, ties=ties))
    assert as_fraction(rounded.value) == F(expected)
    assert rounded.whole_truth == (F(expected) == value)
    if not rounded.whole_truth:  # a value that ends earlier is written as it ends
        assert len(str(abs(rounded.digits))) == figures


@pytest.mark.parametrize(
    ("value", "rounding", "text"),
    [
        (F(151, 400), Rounding(places=2), "0.38"),
        (F(1, 8), Rounding(places=2), "0.13"),
        (F(1, 8), Rounding(places=2, ties="half-even"), "0.12"),
        (F(-1, 8), Rounding(places=2), "-0.13"),
        (F(-1, 8), Rounding(places=2, ties="truncate"), "-0.12"),
        (F(2, 3), Rounding(places=4), "0.6667"),
        (F(2, 3), Rounding(figures=2), "0.67"),
        (F(2, 3), Rounding(places=4, ties="truncate"), "0.6666"),
        (F(200, 3), Rounding(figures=1), "70"),
        (F(1, 3000), Rounding(figures=2), "0.00033"),
        (F(3, 20), Rounding(places=4), "0.15"),  # a value that ends earlier is written as it ends
        (F(0), Rounding(places=4), "0"),
        (F(-1, 10**9), Rounding(places=4), "0.0000"),  # no minus before a zero
        (F(9996, 1000), Rounding(figures=3), "10.0"),
    ],
)
def test_rounding_by_example(value: Fraction, rounding: Rounding, text: str) -> None:
    assert round_to(exact(value), rounding).text() == text


@pytest.mark.parametrize(
    ("decimal_", "text"),
    [
        (Decimal(123456, 4, False), "12.3456"),
        (Decimal(-123, 12, False), "-1.23e-010"),
        (Decimal(5, 20, True), "5e-020"),
        (Decimal(1234, -15, False), "1.234e18"),
        (Decimal(0, 9, False), "0.000000000"),
    ],
)
def test_a_decimal_out_of_the_plain_range_is_written_with_an_exponent(decimal_: Decimal, text: str) -> None:
    assert F(decimal_.text()) == as_fraction(decimal_.value) == F(text)
    assert ("e" in decimal_.text()) == ("e" in text)


@law
@given(whole, st.integers(-30, 60))
def test_the_text_of_a_decimal_says_its_value(number: int, places: int) -> None:
    decimal_ = Decimal(number, places, True)
    assert F(decimal_.text()) == as_fraction(decimal_.value) == F(number) / F(10) ** places


@pytest.mark.parametrize("rounding", [Rounding(places=4), Rounding(figures=4), Rounding(figures=9)])
def test_a_number_of_five_thousand_digits_can_be_written(rounding: Rounding) -> None:
    """Python refuses to write whole numbers of more than 4300 digits; a solution may hold one all the same."""
    text = round_to(certified.power(rational(10), rational(5000)), rounding).text()
    assert D(text) == D("1e5000")


# Certified digits


IRRATIONAL: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp": (certified.exp, mpmath.exp),
    "ln": (certified.ln, mpmath.ln),
    "log2": (lambda x: certified.log(x, 2), lambda x: mpmath.log(x, 2)),
    "log10": (lambda x: certified.log(x, 10), mpmath.log10),
    "sqrt": (certified.sqrt, mpmath.sqrt),
    "sin": (certified.sin, mpmath.sin),
    "cos": (certified.cos, mpmath.cos),
    "tanh": (certified.tanh, mpmath.tanh),
    "erf": (certified.erf, mpmath.erf),
    "sigmoid": (lambda x: 1 / (1 + certified.exp(-x)), lambda x: 1 / (1 + mpmath.exp(-x))),
    "cube root": (lambda x: certified.power(x, rational(1, 3)), lambda x: mpmath.power(x, mpmath.mpf(1) / 3)),
}
some_fractions = st.fractions(-40, 40, max_denominator=200)


def settled(compute: Callable[[], Decimal]) -> Decimal:
    """What the computation gives at the first precision that settles it."""
    for power in range(5, 14):
        try:
            with precision(1 << power):
                return compute()
        except Undecided:
            continue
    raise AssertionError("not settled by 8192 bits")


def is_correctly_rounded(decimal_: Decimal, expected: Any) -> bool:
    half_a_unit = mpmath.mpf(10) ** -decimal_.places / 2
    return bool(abs(m(as_fraction(decimal_.value)) - expected) <= half_a_unit)


@pytest.mark.parametrize("name", IRRATIONAL)
@slow_law
@given(value=some_fractions, figures=st.integers(1, 60))
def test_every_digit_of_an_irrational_number_is_mpmaths(name: str, value: Fraction, figures: int) -> None:
    function, mpmaths = IRRATIONAL[name]
    if name in ("ln", "log2", "log10", "sqrt", "cube root"):
        assume(value > 0)
    if name == "cube root":
        assume(not all(round(part ** (1 / 3)) ** 3 == part for part in value.as_integer_ratio()))
    with precision(64):
        assume(not is_exact(function(exact(value))))
    decimal_ = settled(lambda: to_digits(function(exact(value)), figures))
    with mpmath.workdps(3 * figures + 40):
        assert is_correctly_rounded(decimal_, mpmaths(m(value)))
    assert not decimal_.whole_truth
    assert len(str(abs(decimal_.digits))) == figures


@pytest.mark.parametrize("ties", PYTHONS)
@slow_law
@given(value=some_fractions, places=st.integers(0, 30))
def test_an_irrational_number_is_rounded_to_places_as_mpmath_does(ties: Ties, value: Fraction, places: int) -> None:
    assume(value != 0)
    decimal_ = settled(lambda: round_to(certified.tanh(exact(value)), Rounding(places=places, ties=ties)))
    with mpmath.workdps(200):
        size = abs(mpmath.tanh(m(value))) * 10**places
        expected = int(mpmath.floor(size if ties == "truncate" else size + mpmath.mpf(1) / 2))
    assert (decimal_.digits, decimal_.places) == (expected if value > 0 else -expected, places)


@law
@given(st.integers(8, 220), st.integers(1, 60), some_fractions)
def test_a_precision_too_low_is_said_and_never_guessed(bits: int, figures: int, value: Fraction) -> None:
    """At any precision whatever: either the right digits or Undecided."""
    assume(value != 0)
    try:
        with precision(bits):
            decimal_ = to_digits(certified.exp(exact(value)), figures)
    except Undecided:
        return
    with mpmath.workdps(3 * figures + 40):
        assert is_correctly_rounded(decimal_, mpmath.exp(m(value)))


@law
@given(
    st.integers(-3, 3),
    st.fractions(F(-1, 200), F(1, 200), max_denominator=10**6) | st.fractions(-9, 9, max_denominator=10**4),
    st.integers(1, 9),
    st.integers(1, 8),
    rounding_ties,
)
@example(1, F(-124, 100_000), 3, 3, "half-up")
@example(0, F(0), 3, 2, "half-even")
def test_a_ball_is_rounded_only_when_all_of_it_rounds_to_the_same(
    exponent: int, offset: Fraction, width: int, figures: int, ties: Ties
) -> None:
    """Also at a power of ten: in 9.9876 ± 0.02 there are 9.97, 9.99 and 10.0, and none of them may be guessed."""
    middle, radius = F(10) ** exponent * (1 + offset), F(10) ** (exponent - width) * 2
    with precision(100):
        ball = arb(exact(middle), exact(radius))
        try:
            rounded = round_to(ball, Rounding(figures=figures, ties=ties))
        except Undecided:
            return
    context = decimal.Context(prec=figures, rounding=PYTHONS[ties])
    for part in (F(-97, 101), F(-31, 101), F(1, 101), F(47, 101), F(99, 101)):
        inside = middle + radius * part
        with decimal.localcontext(prec=120):
            quotient = D(inside.numerator) / D(inside.denominator)
        assert as_fraction(rounded.value) == F(context.create_decimal(quotient))


def test_thirty_digits_do_not_come_from_twenty_bits() -> None:
    with precision(20), pytest.raises(Undecided):
        to_digits(certified.exp(rational(1)), 30)
    with precision(120):
        assert to_digits(certified.exp(rational(1)), 30).text() == "2.71828182845904523536028747135"


def test_the_sign_of_a_number_that_no_precision_tells_from_zero_is_not_guessed() -> None:
    for bits in (53, 1000, 20_000):
        with precision(bits):
            nothing = certified.ln(rational(2)) + certified.ln(rational(3)) - certified.ln(rational(6))
            with pytest.raises(Undecided):
                certified.sign(nothing)
            with pytest.raises(Undecided):
                certified.divide(rational(1), nothing)
            with pytest.raises(Undecided):
                to_digits(nothing, 3)
            assert Certified(undecided_is_zero=True).sign(nothing) == 0


def test_a_rounding_that_hangs_on_a_digit_far_away_is_settled_by_more_precision() -> None:
    """(√2)² + 10⁻⁵⁰ − 1/2 is just above 3/2: at 100 bits it is not known to be, at 300 it is."""

    def rounded() -> Decimal:
        root = certified.sqrt(rational(2))
        return round_to(root * root + rational(1, 10**50) - rational(1, 2), Rounding(places=0))

    with precision(100), pytest.raises(Undecided):
        rounded()
    with precision(300):
        assert rounded().digits == 2


@pytest.mark.parametrize("figures", [1, 9])
@pytest.mark.parametrize(("net", "text"), [(2000, "1.00000000"), (-2000, "-1.00000000"), (50, "1.00000000")])
def test_a_saturated_output_is_one_to_every_digit_shown(net: int, text: str, figures: int) -> None:
    """erf(2000) differs from 1 in its 1,737,181st digit: nine digits are certain without looking there."""
    with precision(192):
        decimal_ = to_digits(certified.erf(rational(net)), figures)
    assert F(decimal_.text()) == F(text)
    assert len(str(abs(decimal_.digits))) == figures
    assert not decimal_.whole_truth


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (lambda d: d.sqrt(rational(2)) * d.sqrt(rational(2)), "2.00000000"),
        (lambda d: d.power(d.sqrt(rational(5)), rational(2)), "5.00000000"),
        (lambda d: d.power(rational(8), rational(1, 3)), "2.00000000"),
        (lambda d: d.exp(d.ln(rational(3, 4))), "0.750000000"),
        (lambda d: d.sin(d.pi() / 6), "0.500000000"),
        (lambda d: d.sqrt(rational(10)) * d.sqrt(rational(10)), "10.0000000"),
        (lambda d: d.cos(d.pi()), "-1.00000000"),
    ],
)
def test_a_number_that_happens_to_be_rational_has_its_digits_all_the_same(
    value: Callable[[Certified], Any], text: str
) -> None:
    """(√2)² is known only as a ball around 2, at every precision; that its nine digits are 2.00000000 is certain."""
    with precision(192):
        decimal_ = to_digits(value(certified), 9)
    assert decimal_.text() == text
    assert not decimal_.whole_truth


def test_the_sign_is_proven() -> None:
    with precision(60):
        assert certified.sign(certified.exp(rational(-40))) == 1
        assert certified.sign(certified.exp(rational(1)) - 3) == -1
        assert [certified.sign(rational(n)) for n in (-2, 0, 2)] == [-1, 0, 1]


@law
@given(fractions | decimals)
def test_the_magnitude_is_the_exponent_of_the_first_digit(value: Fraction) -> None:
    assume(value != 0)
    exponent = magnitude(exact(value))
    assert F(10) ** exponent <= abs(value) < F(10) ** (exponent + 1)


@pytest.mark.parametrize("exponent", [-300, -3, -1, 0, 1, 12, 300])
def test_the_magnitude_is_right_at_the_powers_of_ten(exponent: int) -> None:
    assert magnitude(exact(F(10) ** exponent)) == exponent
    assert magnitude(exact(F(10) ** exponent - F(1, 10**400))) == exponent - 1
    with precision(2000):
        assert magnitude(arb(exact(F(10) ** exponent * F(101, 100)))) == exponent


@law
@given(fractions)
def test_the_floor_is_pythons(value: Fraction) -> None:
    assert floor(exact(value)) == value.__floor__()


@law
@given(fractions, st.integers(-40, 40))
def test_scaling_moves_the_point(value: Fraction, places: int) -> None:
    assert as_fraction(scaled(exact(value), places)) == value * F(10) ** places


# What is rational stays rational


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda d: d.sqrt(rational(4)), F(2)),
        (lambda d: d.sqrt(rational(9, 16)), F(3, 4)),
        (lambda d: d.sqrt(rational(0)), F(0)),
        (lambda d: d.sqrt(rational(10**60)), F(10**30)),
        (lambda d: d.log(rational(8), 2), F(3)),
        (lambda d: d.log(rational(1, 1024), 2), F(-10)),
        (lambda d: d.log(rational(1, 100), 10), F(-2)),
        (lambda d: d.log(rational(10**3000), 10), F(3000)),
        (lambda d: d.log(rational(1), 10), F(0)),
        (lambda d: d.ln(rational(1)), F(0)),
        (lambda d: d.exp(rational(0)), F(1)),
        (lambda d: d.power(rational(4), rational(1, 2)), F(2)),
        (lambda d: d.power(rational(4), rational(-3, 2)), F(1, 8)),
        (lambda d: d.power(rational(-2, 3), rational(3)), F(-8, 27)),
        (lambda d: d.power(rational(-2, 3), rational(-3)), F(-27, 8)),
        (lambda d: d.power(rational(7, 5), rational(0)), F(1)),
        (lambda d: d.power(rational(0), rational(0)), F(1)),
        (lambda d: d.power(rational(0), rational(1, 2)), F(0)),
        (lambda d: d.power(rational(-1), rational(10**9 + 1)), F(-1)),
        (lambda d: d.power(rational(0), rational(10**9)), F(0)),
        (lambda d: d.divide(rational(1), rational(3)), F(1, 3)),
        (lambda d: d.sin(rational(0)), F(0)),
        (lambda d: d.cos(rational(0)), F(1)),
        (lambda d: d.tanh(rational(0)), F(0)),
        (lambda d: d.erf(rational(0)), F(0)),
        (lambda d: d.number(5), F(5)),
    ],
)
def test_what_is_rational_is_exact(value: Callable[[Certified], Any], expected: Fraction) -> None:
    assert as_fraction(value(certified)) == expected


@pytest.mark.parametrize(
    ("value", "square"),
    [(certified.sqrt(rational(2)), F(2)), (certified.sqrt(rational(8, 9)), F(8, 9))],
)
def test_what_is_not_rational_is_a_ball_that_holds_it(value: Any, square: Fraction) -> None:
    assert not is_exact(value)
    assert (value * value).contains(arb(exact(square)))


@law
@given(st.builds(F, st.integers(-50, 50), st.integers(1, 30)), st.integers(-9, 9))
def test_whole_powers_are_exact(base: Fraction, exponent: int) -> None:
    assume(base != 0 or exponent >= 0)
    assert as_fraction(certified.power(exact(base), rational(exponent))) == base**exponent


@law
@given(st.integers(0, 10**20), st.integers(1, 10**10))
def test_the_root_of_a_square_is_exact(top: int, bottom: int) -> None:
    assert as_fraction(certified.sqrt(rational(top**2, bottom**2))) == F(top, bottom)


@law
@given(st.sampled_from([2, 10]), st.integers(-200, 200))
def test_the_logarithm_of_a_power_of_its_base_is_exact(base: int, exponent: int) -> None:
    assert as_fraction(certified.log(exact(F(base) ** exponent), base)) == exponent
    assert not is_exact(certified.log(exact(F(base) ** exponent + F(1, 10**300)), base))


@pytest.mark.parametrize("exponent", [3, -3, 1000, 999_999, 1_000_000, 1_000_001, 2_000_000])
def test_a_whole_power_of_an_irrational_number_is_that_power(exponent: int) -> None:
    """(√2)ⁿ against mpmath's 2^(n/2), also where n is large."""
    with precision(300), mpmath.workdps(60):
        power = certified.power(certified.sqrt(rational(2)), rational(exponent))
        expected = arb(mpmath.nstr(mpmath.mpf(2) ** (mpmath.mpf(exponent) / 2), 55))
        assert abs(arb(power) / expected - 1) < arb("1e-40")


@pytest.mark.parametrize("exponent", [1, 2, 3, 7])
def test_a_whole_power_of_what_cannot_be_told_from_0_is_around_0(exponent: int) -> None:
    """The square of an error that is 0 but not known to be: a small ball, and not one without an end."""
    domain = Certified()
    with precision(200):
        difference = domain.sqrt(rational(2)) * domain.sqrt(rational(2)) - 2
        power = domain.power(difference, rational(exponent))
        assert power.contains(0)
        assert abs(power) < rational(1, 10**30)


def test_a_power_near_one_with_a_huge_exponent_is_not_cut_short() -> None:
    """(1 + e⁻²⁰)^2000000 is e^(2000000·ln(1 + e⁻²⁰)) ≈ 1.00413083: the digits by mpmath."""
    with precision(200), mpmath.workdps(60):
        power = certified.power(1 + certified.exp(rational(-20)), rational(2_000_000))
        expected = (1 + mpmath.exp(-20)) ** 2_000_000
        assert abs(arb(power) - arb(mpmath.nstr(expected, 50))) < arb("1e-40")


def test_a_fraction_grown_past_use_goes_on_as_a_ball_that_holds_it() -> None:
    with precision(128):
        short, long = rational(1, 3), rational(3) ** 20_000 / rational(2) ** 20_000
        assert compact(short) is short
        assert not is_exact(compact(long))
        assert abs(compact(long) / long - 1) < arb("1e-30")


@pytest.mark.parametrize("rounding", [Rounding(places=4), Rounding(figures=4), Rounding(figures=9, ties="half-even")])
def test_nothing_times_an_irrational_number_is_zero_and_is_written_so(rounding: Rounding) -> None:
    """An input of 0 makes the gradients of its weights exactly 0, whatever the delta; no precision is needed."""
    with precision(192):
        nothing = rational(0) * certified.exp(rational(1))
        assert certified.sign(nothing) == 0
        assert round_to(nothing, rounding).text().strip("0.") == ""


# Mathematical errors


@pytest.mark.parametrize(
    "value",
    [
        lambda d: d.divide(rational(1), rational(0)),
        lambda d: d.divide(rational(0), rational(0)),
        lambda d: d.ln(rational(0)),
        lambda d: d.ln(rational(-1)),
        lambda d: d.ln(-d.exp(rational(1))),
        lambda d: d.log(rational(0), 2),
        lambda d: d.log(rational(-8), 2),
        lambda d: d.sqrt(rational(-1)),
        lambda d: d.sqrt(-d.exp(rational(1))),
        lambda d: d.power(rational(-8), rational(1, 3)),
        lambda d: d.power(rational(0), rational(-1)),
        lambda d: d.power(rational(0), rational(-1, 2)),
        lambda d: d.power(rational(-2), d.exp(rational(1))),
    ],
)
def test_where_there_is_no_value_a_mathematical_error_says_so(value: Callable[[Certified], Any]) -> None:
    with precision(100), pytest.raises(MathError, match=r"\w+ \w+"):
        value(certified)


@pytest.mark.parametrize("bits", [64, 192, 1024])
@pytest.mark.parametrize(
    "value",
    [
        lambda d: d.exp(rational(10**308)),
        lambda d: d.exp(rational(-(10**308))),
        lambda d: d.exp(d.exp(d.exp(rational(9)))),
        lambda d: d.power(rational(9), d.power(rational(9), rational(9))),
        lambda d: d.power(rational(2), rational(2**512)),
        lambda d: d.power(rational(1, 3), rational(10**9)),
        lambda d: d.power(rational(3, 2), rational(-(10**9))),
        lambda d: d.power(d.exp(rational(3)), rational(10**30)),
    ],
)
def test_what_would_hang_is_a_mathematical_error_at_once(value: Callable[[Certified], Any], bits: int) -> None:
    """Refused by proof, not left undecided: more precision would not change it and would cost minutes."""
    with within(0.5), precision(bits), pytest.raises(MathError):
        value(certified)


@pytest.mark.parametrize("net", [-1000, 1000, 100_000, -100_000])
def test_large_exponents_within_the_limit_are_computed(net: int) -> None:
    with precision(100), mpmath.workdps(40):
        value = certified.exp(rational(net))
        assert abs(arb(value) / arb(mpmath.nstr(mpmath.exp(net), 35)) - 1) < arb("1e-20")


# Exact symbols

symbolic = Symbolic()


@pytest.mark.parametrize(
    "value",
    [
        lambda d, x: d.sqrt(x),
        lambda d, x: d.ln(x),
        lambda d, x: d.log(x, 2),
        lambda d, x: d.log(x, 10),
        lambda d, x: d.divide(d.number(1), x),
        lambda d, x: d.power(x, d.number(rational(3, 10))),
        lambda d, x: d.power(x, d.number(-1)),
        lambda d, x: d.by_sign(x, lambda: -x, lambda: x, lambda: x),
    ],
)
def test_what_is_too_small_to_be_told_from_zero_is_not_taken_for_zero(value: Callable[[Symbolic, Any], Any]) -> None:
    """1 + erf(−300) is about 10⁻³⁹⁰⁸⁹ and not 0: its root is not 0 and its logarithm exists.

    A proof that evaluates such a line must stop there, because the caller takes whatever came through as settled.
    """
    with pytest.raises(Undecided):
        value(symbolic, 1 + symbolic.erf(symbolic.number(-300)))


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        (lambda d: d.sqrt(d.number(3)) ** 2 - 3, 0),
        (lambda d: d.ln(d.number(2)) + d.ln(d.number(3)) - d.ln(d.number(6)), 0),
        (lambda d: d.exp(d.ln(d.number(5))) - 5, 0),
        (lambda d: d.sin(d.pi()), 0),
        (lambda d: d.exp(d.number(-60)), 1),
        (lambda d: d.sqrt(d.number(2)) - d.number(rational(141421357, 10**8)), -1),
    ],
)
def test_exact_symbols_prove_the_signs_that_no_precision_tells(value: Callable[[Symbolic], Any], sign: int) -> None:
    assert symbolic.sign(value(symbolic)) == sign


def test_a_line_that_exact_symbols_cannot_settle_is_not_given_an_exact_value() -> None:
    """√(1 + erf(−300)) is about 10⁻¹⁹⁵⁴⁵: an error that says so, or a decimal, but never `= 0`."""
    x, y = Quantity(Kind.INPUT, "x"), Quantity(Kind.OUT, "y")
    formula = apply("sqrt", apply("sum", 1, apply("erf", Name(x))))
    derivation = Derivation({x: number(-300)}, (Line(Phase.FORWARD, y, formula),))
    try:
        value = solve(derivation)["out_y"]
    except MathError as error:
        assert "not settled" in str(error)  # noqa: PT017 - a decimal is right as well
    else:
        assert not value.decimal.whole_truth
        assert value.number != 0
