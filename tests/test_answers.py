"""Answers as students hand them in: numbers, names and sheets are read as they are meant, and refused where they lie.

Expected values are written out by hand, or come from Python's own decimal arithmetic, which keeps digits as written.
"""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml
from helpers import as_fraction, loaded, names_of
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import within

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_lines, digits_asked
from backprop_cli.checking.asking import ask
from backprop_cli.checking.blank_sheets import TEMPLATES, blank_sheet
from backprop_cli.checking.handed_in import read_hand_in
from backprop_cli.checking.sheets import Sheet, read_text
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.checking.work import WorkReader
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.writers import positions
from backprop_cli.ground.errors import MathError, SourceError, UsageError
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.notation import load_notation, notations
from backprop_cli.writing.writer import Writer

PROBLEMS = list(bundled())


@cache
def problem(name: str, notation: str | None = None) -> Problem:
    """A bundled problem in a notation."""
    return load(name, notation).problem


@cache
def worked(name: str, notation: str | None = None) -> WorkedProblem:
    """A bundled problem with what is worked out of it."""
    return WorkedProblem(problem(name, notation))


@cache
def names(name: str = "mazur", notation: str | None = None) -> Names:
    """The names of a bundled problem."""
    return names_of(problem(name, notation))


@cache
def reader() -> WorkReader:
    """What reads hand-ins to the usual problem."""
    return WorkReader(worked("mazur"), names())


def written(text: str) -> Written:
    """The number that a text says."""
    found = read_value(text)
    assert found is not None
    return found


def exact(value: Written) -> Fraction:
    """The number itself, where it is rational."""
    return as_fraction(value_of(value))


@contextmanager
def at_once() -> Iterator[None]:
    """Two seconds are the most that anything a student writes may take."""
    with within(2):
        yield


# ---- numbers ---------------------------------------------------------------------------------------------------

# text: (value, half a unit of the last digit, places, figures)
DECIMALS = {
    "0.40": ("0.4", "1/200", 2, 2),
    "0.4": ("0.4", "1/20", 1, 1),
    ".5": ("0.5", "1/20", 1, 1),
    "-.5": ("-0.5", "1/20", 1, 1),
    "5.": ("5", "1/2", 0, 1),
    "12": ("12", "1/2", 0, 2),
    "1200": ("1200", "1/2", 0, 4),
    "010": ("10", "1/2", 0, 2),
    "0": ("0", "1/2", 0, 1),
    "0.000": ("0", "1/2000", 3, 1),
    "0.000438568": ("0.000438568", "1/2000000000", 9, 6),
    "2.5e-3": ("0.0025", "1/20000", 4, 2),
    "2.5E-3": ("0.0025", "1/20000", 4, 2),
    "2.50e-3": ("0.0025", "1/200000", 5, 3),
    "2.5·10^-3": ("0.0025", "1/20000", 4, 2),
    "2.5x10^-3": ("0.0025", "1/20000", 4, 2),
    "2.5*10^-3": ("0.0025", "1/20000", 4, 2),
    "2.5 × 10^(-3)": ("0.0025", "1/20000", 4, 2),
    "2.5*10**-3": ("0.0025", "1/20000", 4, 2),
    "2.5·10⁻³": ("0.0025", "1/20000", 4, 2),
    "12e3": ("12000", "500", -3, 2),
    "59.3%": ("0.593", "1/2000", 3, 3),
    "59 %": ("0.59", "1/200", 2, 2),
    "≈ 0.5933": ("0.5933", "1/20000", 4, 4),
    "= 0.5933": ("0.5933", "1/20000", 4, 4),
    "~0.5933": ("0.5933", "1/20000", 4, 4),
    "~= 0.5933": ("0.5933", "1/20000", 4, 4),
    "+0.5933": ("0.5933", "1/20000", 4, 4),
    "−0.5933": ("-0.5933", "1/20000", 4, 4),
    "– 0.5933": ("-0.5933", "1/20000", 4, 4),
    "≈ −0.5933": ("-0.5933", "1/20000", 4, 4),
    "\u00a00.5933\u2009": ("0.5933", "1/20000", 4, 4),
    "0.593\u2009269\u2009992": ("0.593269992", "1/2000000000", 9, 9),
    "10\u202f000": ("10000", "1/2", 0, 5),
}


@pytest.mark.parametrize("text", DECIMALS)
def test_a_decimal_keeps_the_precision_that_it_claims(text: str) -> None:
    found = written(text)
    value, half_unit, places, figures = DECIMALS[text]
    assert (exact(found), as_fraction(found.half_unit)) == (Fraction(value), Fraction(half_unit))
    assert (found.places, found.figures, found.kind) == (places, figures, "decimal")
    assert not found.decimal_comma
    assert found.text == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_a_decimal_of_pythons_is_read_as_python_means_it(number: Decimal) -> None:
    _sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if abs(exponent) > 300:
        return
    found = written(str(number))
    assert exact(found) == Fraction(number)
    assert (found.places, as_fraction(found.half_unit)) == (-exponent, Fraction(10) ** exponent / 2)
    assert found.figures == max(1, len("".join(map(str, digits)).lstrip("0")))


@pytest.mark.parametrize("text", ["0,5933", "−0,5933", ",5933", "59,33%", "5,933e-1", "5,933·10^-1"])
def test_a_decimal_comma_is_read_as_a_point_and_noted(text: str) -> None:
    found = written(text)
    assert abs(exact(found)) == Fraction("0.5933")
    assert found.decimal_comma
    assert found.places == 4


@pytest.mark.parametrize(
    ("text", "offset", "instead"),
    [
        ("1,234.5", 5, "1234.5"),
        ("1.234,5", 5, "1234.5"),
        ("1,234,567", 5, "1234567"),
        ("-1.234.567", 6, "-1234567"),
        ("0.593.269", 5, "0593269"),
    ],
)
def test_separated_thousands_are_refused(text: str, offset: int, instead: str) -> None:
    with pytest.raises(FormulaError, match="second separator") as caught:
        read_value(text)
    assert (caught.value.offset, caught.value.hint) == (offset, f"write {instead}")


@pytest.mark.parametrize("text", ["0.5933…", "0.5933...", "0.5933 …", "≈ 0.5933 ..."])
def test_dots_say_that_the_digits_go_on(text: str) -> None:
    found = written(text)
    assert (exact(found), found.places, found.goes_on) == (Fraction("0.5933"), 4, True)
    assert not written("0.5933").goes_on


@pytest.mark.parametrize("text", ["", "  ", "~", "-", "—", "−", "?", "…", "...", "___", "=", "≈", " - ", "\u00a0"])
def test_blank_is_blank_and_not_nought(text: str) -> None:
    assert read_value(text) is None


# text: the value, rounded to 12 places by hand calculation
EXACT_FORMS = {
    "3/20": "0.15",
    "-3/20": "-0.15",
    "−1/3": "-0.333333333333",
    "1/(1+e^(-151/400))": "0.593269992107",
    "1/(1 + exp(-151/400))": "0.593269992107",
    "sqrt(2)/2": "0.707106781187",
    "√2/2": "0.707106781187",
    "ln(2)": "0.693147180560",
    "pi": "3.141592653590",
    "10^-3": "0.001",
    "2*3": "6",
}
CALCULATIONS = {
    "0.4*0.5933+0.45*0.5969+0.6": "1.105925",
    "0.40 − 0.5·0.08217": "0.358915",
    "1/(1+e^(-0.3775))": "0.593269992107",
    "0.3/2": "0.15",
    "-(0.1+0.2)": "-0.3",
    "= 0.5*2": "1",
}


@pytest.mark.parametrize("text", [*EXACT_FORMS, *CALCULATIONS])
def test_an_expression_is_exact_unless_decimals_stand_in_it(text: str) -> None:
    found = written(text)
    expected = {**EXACT_FORMS, **CALCULATIONS}[text]
    assert found.kind == ("exact" if text in EXACT_FORMS else "calculation")
    assert (as_fraction(found.half_unit), found.places, found.figures) == (0, None, None)
    right = Fraction(expected)
    with precision(128):
        error = value_of(found) - rational(right.numerator, right.denominator)
    assert -rational(1, 10**12) < error < rational(1, 10**12)


@pytest.mark.parametrize("text", ["1/0", "sqrt(-1)", "ln(0)", "ln(-2)", "0^(-1)", "(-8)^(1/3)", "1/(2-2)"])
def test_what_has_no_value_is_read_but_cannot_be_evaluated(text: str) -> None:
    with pytest.raises(MathError):
        value_of(written(text))


def test_a_fraction_stays_one() -> None:
    formula = written("3/20").formula
    assert isinstance(formula, Number)
    assert formula.text == "3/20"


# text: what is said, at which character
NO_NUMBERS: dict[str, tuple[str, int]] = {
    "nan": ("not a number one can compute with", 0),
    "inf": ("not a number one can compute with", 0),
    "-inf": ("not a number one can compute with", 1),
    "Infinity": ("not a number one can compute with", 0),
    "1_000": ("write 1000, not 1_000", 1),
    "٠.5": ("not one of the digits 0 to 9", 0),
    "0.٥": ("not one of the digits 0 to 9", 2),
    "0.5\u200b933": ("an invisible character (U+200B)", 3),
    "\u202e0.5": ("an invisible character (U+202E)", 0),
    "0.5 0.6": ("an operator is missing", 4),
    "0.5933 or so": ("'or' is not a number", 7),
    "yes": ("'yes' is not a number", 0),
    "net_h1*0.4": ("'net_h1' is not a number", 0),
    "0,4*0.5": ("decimals are written with a point", 1),
    "5,": ("a comma here", 1),
    "1:30": ("does not belong", 1),
    "sqrt 2": ("'sqrt' is a function", 0),
    "x.__class__.__mro__[-1].__subclasses__()": ("does not belong", 1),
    "__import__('os').system('echo hurt')": ("does not belong", 11),
    "lambda: 0": ("does not belong", 6),
    "[x for x in (1,)]": ("does not belong", 0),
    "f'{1}'": ("does not belong", 1),
    "factorial(10**6)": ("no function called 'factorial'", 0),
    "1e10000000": ("an exponent beyond", 0),
    "1e1000000": ("an exponent beyond", 0),
    "1e" + "9" * 5000: ("the limit is", 0),
    "1·10^99999999999999999999": ("an exponent beyond", 0),
    "9" * 4000: ("more than 400 characters", 0),
    "-" * 4999 + "x": ("is not a number", 4999),
    "-" * 100_000 + "1": ("the limit is", 0),
    "1+" * 20_000 + "1": ("the limit is", 0),
    "(" * 3000 + "1" + ")" * 3000: ("the limit is", 0),
    "(" * 2000 + "1" + ")" * 2000: ("nested more than", 0),
    "x" * 4000: ("is not a number", 0),
}


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: text[:40])
def test_what_is_no_number_is_refused_at_its_place(text: str) -> None:
    said, offset = NO_NUMBERS[text]
    with at_once(), pytest.raises(FormulaError) as caught:
        read_value(text)
    assert said in f"{caught.value.message} ({caught.value.hint})"
    assert len(caught.value.message) < 200
    assert "nested" in said or caught.value.offset == offset


@pytest.mark.parametrize("text", ["9**9**9", "2^(2^(2^(2^9)))", "exp(exp(exp(9)))", "9^9^9^9", "e^e^e^e^e", "1/9^9^9"])
def test_what_is_too_large_is_read_but_never_computed(text: str) -> None:
    with at_once(), pytest.raises(MathError):
        value_of(written(text))


@settings(max_examples=300)
@given(st.text(max_size=40) | st.text("0123456789.,+-−*/^() e%x·10…≈~\u202f", max_size=24))
def test_any_text_is_a_number_or_blank_or_refused(text: str) -> None:
    refused: FormulaError | None = None
    found: Written | None = None
    with at_once():
        try:
            found = read_value(text)
        except FormulaError as error:
            refused = error
    assert refused is None or 0 <= refused.offset <= len(text)
    assert found is None or (found.kind == "decimal") == (found.places is not None)


# ---- names -----------------------------------------------------------------------------------------------------

SPELLINGS = {
    "net_h1": ["net_h1", "netₕ₁", "net h1", "net_{h1}", "Net_h1", "NET_H1", "neth1", "net_h₁", "$net_{h1}$"],
    "delta_h1": ["δ_h1", "δₕ₁", "delta_h1", "Delta_h1", "delta h1", "\\delta_{h1}", "\\delta_{h_1}", "δ_h₁"],
    "dE/dw5": ["∂E/∂w₅", "∂E/∂w5", "dE/dw5", "dE / dw5", "dE_total/dw5", "∂E_total/∂w₅", "de/dw5", "dE_dw5",
               "\\partial E/\\partial w_5"],
    "w5_new": ["w₅⁺", "w5+", "w5'", "w5′", "w5’", "w5_new", "w5 new", "w5*", "w5(new)", "w_5^+", "W5_NEW", "w5_new ="],
    "E": ["E", "E_total", "Etotal", "e", "E_{total}", "E total"],
    "E_o1": ["E_o1", "Eₒ₁", "E_{o1}", "E o1"],
    "dE/dout_h1": ["∂E/∂outₕ₁", "dE/dout_h1", "dE_total/dout_h1"],
    "dout_h1/dnet_h1": ["∂outₕ₁/∂netₕ₁", "dout_h1/dnet_h1"],
    "dE_o1/dout_h1": ["∂Eₒ₁/∂outₕ₁", "dE_o1/dout_h1"],
    "after / E": ["after / E", "after/E", "After / E_total", "after the update / E", "after update / e"],
    "after / net_h1": ["after / netₕ₁", "after/net_h1"],
}  # fmt: skip


@pytest.mark.parametrize("key", SPELLINGS)
def test_a_quantity_may_be_written_in_many_ways(key: str) -> None:
    assert {text: names().resolve(text).key for text in SPELLINGS[key]} == dict.fromkeys(SPELLINGS[key], key)


BOOKS = {
    "nielsen": {"z^2_1": "net_h1", "z²₁": "net_h1", "a^3_2": "out_o2", "δ³₁": "delta_o1", "delta^3_1": "delta_o1",
                "∂C/∂w₅": "dE/dw5", "w₅′": "w5_new", "C": "E", "C_total": "E", "C_1": "E_o1", "net_h1": "net_h1"},
    "bishop": {"a_h1": "net_h1", "zₕ₁": "out_h1", "out_h1": "out_h1"},
    "hagan": {"n^1_1": "net_h1", "a²₁": "out_o1", "s^2_1": "delta_o1", "F": "E"},
    "han-kamber": {"I_h1": "net_h1", "Oₕ₁": "out_h1", "Err_o1": "delta_o1", "Errₒ₁": "delta_o1"},
    "goodfellow": {"ŷ_o1": "out_o1", "yhat_o1": "out_o1", "y\u0302_o1": "out_o1", "hₕ₁": "out_h1", "gₕ₁": "delta_h1"},
    "cs231n": {"dw5": "dE/dw5", "ds_h1": "delta_h1", "L": "E", "dE/dw5": "dE/dw5"},
    "negnevitsky": {"X_h1": "net_h1", "y_o1": "out_o1"},
    "mitchell": {"o_h1": "out_h1", "δₒ₁": "delta_o1"},
    "zhou": {"αₕ₁": "net_h1", "beta_o1": "net_o1", "b_h1": "out_h1", "ŷₒ₁": "out_o1", "g_o1": "delta_o1",
             "e_h1": "delta_h1", "net_o1": "net_o1"},
}  # fmt: skip


@pytest.mark.parametrize("notation", BOOKS)
def test_the_names_of_the_problems_notation_are_answers_too(notation: str) -> None:
    book = names("mazur", notation)
    assert {text: book.resolve(text).key for text in BOOKS[notation]} == BOOKS[notation]


@pytest.mark.parametrize("notation", notations())
@pytest.mark.parametrize("name", PROBLEMS)
def test_everything_is_found_under_the_name_that_is_printed(name: str, notation: str) -> None:
    """In every notation, in Unicode and ASCII, at its address."""
    known = names(name, notation)
    for book in ("plain", notation):
        for charset in ("unicode", "ascii"):
            writer = Writer(load_notation(book), charset, positions(known.problem))
            for quantity in known.quantities:
                text = " / ".join([*map(str, quantity.at), writer.symbol(quantity.bare)])
                assert known.resolve(text) == quantity
                assert known.resolve(writer.symbol(quantity.bare), quantity.at) == quantity


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_line_of_the_textbook_has_a_name(name: str) -> None:
    known = names(name)
    for line in worked(name).derivation().lines:
        assert known.resolve(line.quantity.key) == line.quantity


def test_case_counts_where_it_tells_names_apart() -> None:
    known = names_of(
        loaded("inputs: {x: 1}\nparameters: {w: 2, W: 3}\ngraph: {q: w*x, Q: W*q, Z: Q}\nobjective: Z").problem
    )
    assert known.resolve("q").key == "q"
    assert known.resolve("Q").key == "Q"
    assert known.resolve("dZ/dw").key == "dZ/dw"
    assert known.resolve("dZ/dW").key == "dZ/dW"
    assert known.resolve("z").key == "Z"
    with pytest.raises(UnknownName, match="may be several quantities"):
        known.resolve("dz/dw")


def test_names_that_run_together_are_told_apart_by_their_key() -> None:
    """Neuron 1 of layer h1_1 and neuron h11 read the same in a row."""
    known = names_of(
        loaded(
            "inputs: {x: 1}\nlayers:\n  - {neurons: [h11, h1_1], weights: [[1], [2]]}\n"
            "  - {neurons: [y], weights: [[1, 1]]}\ntargets: [1]\nloss: squared_error"
        ).problem
    )
    assert known.resolve("net_h11").key == "net_h11"
    assert known.resolve("net_h1_1").key == "net_h1_1"
    with pytest.raises(UnknownName, match="'neth11' may be several quantities") as caught:
        known.resolve("neth11")
    assert caught.value.hint == "write net_h11 or net_h1_1"


ADDRESSES = {
    "epoch 2 / sample 1 / net_y": "epoch 2 / sample 1 / net_y",
    "Epoch 2/Sample 1/net_y": "epoch 2 / sample 1 / net_y",
    "epoch_2 / sample-1 / net_y": "epoch 2 / sample 1 / net_y",
    "sample 1 / epoch 2 / net_y": "epoch 2 / sample 1 / net_y",
    "epoch2/dE/dw": "epoch 2 / dE/dw",
    "epoch 1 / E": "epoch 1 / E",
    "after / E": "after / E",
    "epoch 2 / w⁺": "epoch 2 / w_new",
    "epoch 2 / net_y^(3)": "epoch 2 / sample 3 / net_y",
    "epoch 2 / net_y⁽³⁾": "epoch 2 / sample 3 / net_y",
    "after / sample 2 / out_y": "after / sample 2 / out_y",
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_a_path(text: str) -> None:
    assert names("linear-regression").resolve(text).key == ADDRESSES[text]


def test_a_bare_name_is_enough_where_there_is_only_one() -> None:
    assert names("mazur").resolve("net_h1").key == "net_h1"  # and not after / net_h1
    assert names("mazur").resolve("epoch 1 / sample 1 / net_h1").key == "net_h1"
    assert names("xor-batch").resolve("w5_new").key == "w5_new"
    assert names("momentum").resolve("step 2 / p_new").key == "step 2 / p_new"


@pytest.mark.parametrize(
    ("name", "text", "message", "hint"),
    [
        ("mazur", "net_h3", "no quantity called 'net_h3'", "did you mean 'net_h2'?"),
        ("mazur", "nett_h1", "no quantity called 'nett_h1'", "did you mean 'net_h1'?"),
        ("mazur", "δ_h7", "no quantity called 'δ_h7'", "did you mean 'delta_h2'?"),
        ("mazur", "h1", "no quantity called 'h1'", "write net_h1 or out_h1"),
        ("mazur", "w5", "w5 is given, it is not worked out", "the updated value is w5_new"),
        ("mazur", "b1", "b1 is given, it is not worked out", None),
        ("mazur", "i₁", "i1 is given, it is not worked out", None),
        ("mazur", "after / dE/dw5", "there is no dE/dw5 at 'after'", "write dE/dw5"),
        ("mazur", "epoch 2 / E", "there is no E at 'epoch 2'", "write E or after / E"),
        ("mazur", "5933", "no quantity called '5933'", "a comma separates answers; decimals are written with a point"),
        ("one-weight", "w_new", "'w_new' is worked out more than once", "say which: epoch 1 / w_new, epoch 2 / w_new"),
        (
            "linear-regression",
            "E",
            "'E' is worked out more than once",
            "say which: epoch 1 / E, epoch 2 / E, after / E, epoch 1 / sample 1 / E, epoch 1 / sample 2 / E, "
            "epoch 1 / sample 3 / E, …",
        ),
        ("mazur", "x" * 100_000, "no quantity called '" + "x" * 59 + "…'", None),
        ("mazur", "after/" * 30_000, "no quantity called '" + ("after/" * 10)[:59] + "…'", None),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_a_suggestion(
    name: str, text: str, message: str, hint: str | None
) -> None:
    with at_once(), pytest.raises(UnknownName) as caught:
        names(name).resolve(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_any_text_is_a_name_or_none(text: str) -> None:
    try:
        found = names("linear-regression").resolve(text)
    except UnknownName:
        return
    assert found in names("linear-regression").quantities


# ---- sheets ----------------------------------------------------------------------------------------------------

EXPECTED = {
    "net_h1": "0.3775",
    "out_h1": "0.5933",
    "E": None,
    "dE/dw5": "0.08217",
    "w5_new": "3/8",
    "after / E": "0.291",
}
SHEETS = {
    "yaml": """
student: Ann Lee
answers:
  net_h1: 0.3775   # a remark
  out_h1: 0.5933
  E:
  dE/dw5: 0.08217
  w5_new: 3/8
  after:
    E: 0.291
""",
    "yaml in another notation, dashes for blanks": """
name: Ann Lee
answers: {netₕ₁: 0.3775, outₕ₁: 0.5933, E_total: -, ∂E/∂w₅: '0.08217', w5': 3/8, after / E: 0.291}
""",
    "yaml without `answers`": """
student: Ann Lee
net_h1: 0.3775
out_h1: "0.5933"
E: ?
dE/dw5: 0.08217
w₅⁺: 3/8
after / E: 0.291
""",
    "json": """{
\t"student": "Ann Lee",
\t"answers": {
\t\t"net_h1": 0.3775, "out_h1": "0.5933", "E": null, "\\u2202E/\\u2202w\\u2085": 0.08217, "w5_new": "3/8",
\t\t"after": {"E": 0.291}
\t}
}""",
    "json without spaces": '{"student":"Ann Lee","net_h1":0.3775,"out_h1":0.5933,"E":"","dE/dw5":0.08217,"w5_new":'
    '"3/8","after":{"E":0.291}}',
    "csv": "quantity,answer\nstudent,Ann Lee\nnet_h1,0.3775\nout_h1,0.5933\nE,\ndE/dw5,0.08217\nw5_new,3/8\n"
    "after / E,0.291\n",
    "csv without a heading": "net_h1,0.3775\nout_h1, 0.5933 \n\n# mine\nE\ndE/dw5,0.08217\nw5_new,3/8\nafter/E,0.291\n"
    "student,Ann Lee\n",
    "csv with notes": 'name,value,why\nstudent,Ann Lee,\n"net_h1","0.3775","a, b"\nout_h1,0.5933,\nE,,forgot\n'
    "dE/dw5,0.08217\nw5_new,3/8\nafter / E,0.291,,,\n",
    "csv of a spreadsheet": "sep=;\r\nGröße;Wert\r\nstudent;Ann Lee\r\nnet_h1;0,3775\r\nout_h1;0,5933\r\nE;\r\n"
    "dE/dw5;0,08217\r\nw5_new;3/8\r\nafter / E;0,291\r\n",
    "semicolons": "student; Ann Lee\nnet_h1; 0.3775\nout_h1; 0.5933\nE;\ndE/dw5; 0,08217\nw5_new; 3/8\nafter/E; 0.291",
    "tabs": "student\tAnn Lee\nnetₕ₁\t0.3775\noutₕ₁\t0.5933\nE\t-\n∂E/∂w₅\t0.08217\nw₅⁺\t3/8\nafter / E\t0.291",
}


def sheet(text: str, format_: str = "", name: str = "mazur") -> Sheet:
    """The sheet in a text."""
    return read_text(text, "ann", names(name), format_)


def refusal(text: str, format_: str = "", name: str = "mazur") -> str:
    """What is said of a sheet that cannot be read."""
    with at_once(), pytest.raises(SourceError) as caught:
        sheet(text, format_, name)
    return str(caught.value)


@pytest.mark.parametrize("layout", SHEETS)
@pytest.mark.parametrize("named", [True, False])
def test_a_sheet_says_the_same_in_every_layout(layout: str, named: bool) -> None:
    """By the ending of its file, and without one."""
    found = sheet(SHEETS[layout], {"y": "yaml", "j": "json"}.get(layout[0], "csv") if named else "")
    said = {one.quantity.key: one.written.text.replace(",", ".") if one.written else None for one in found.answers}
    assert said == EXPECTED
    assert list(said) == list(EXPECTED)
    assert found.student == "Ann Lee"
    assert not any(one.decimal_comma for one in found.written.values())
    assert set(found.written) == {one.quantity for one in found.answers if one.written}
    assert all(found.by_quantity[one.quantity] is one for one in found.answers)


@pytest.mark.parametrize("layout", SHEETS)
def test_an_answer_knows_its_place(layout: str) -> None:
    lines = SHEETS[layout].replace("\r\n", "\n").split("\n")
    for one in sheet(SHEETS[layout].replace("\r\n", "\n")).answers:
        assert one.span is not None
        start = one.span.column - 1
        there = lines[one.span.line - 1][start : start + one.span.length].strip("\"'")
        if one.written is None:
            assert names().resolve(there) == one.quantity
        else:
            assert there == one.written.text or lines[one.span.line - 1][start:].startswith(one.written.text)


def test_the_text_of_a_number_never_passes_through_a_float() -> None:
    text = '{"net_h1": 0.37750000000000000000000000000000001, "out_h1": 0.50, "E": 1e-400}'
    found = {one.quantity.key: one.written for one in sheet(text, "json").answers}
    assert [one.places for one in found.values() if one] == [35, 2, 400]
    assert found["E"] is not None
    assert exact(found["E"]) == Fraction(1, 10**400)


def test_answers_stand_under_the_address_of_their_pass() -> None:
    text = """
answers:
  epoch 1:
    sample 1: {net_y: 1, out_y: 2}
    Sample_2:
      net_y: 3
    E: 21.25
    sample 3 / net_y: 4
  epoch 2 / sample 1:
    net_y: 5
  epoch 2:
    sample 2:
  after: {sample 1: {E: 6}, E: 7}
  epoch 2 / E: 8
"""
    assert [one.quantity.key for one in sheet(text, "yaml", "linear-regression").answers] == [
        "epoch 1 / sample 1 / net_y", "epoch 1 / sample 1 / out_y", "epoch 1 / sample 2 / net_y", "epoch 1 / E",
        "epoch 1 / sample 3 / net_y", "epoch 2 / sample 1 / net_y", "after / sample 1 / E", "after / E", "epoch 2 / E",
    ]  # fmt: skip


def test_a_name_of_the_problem_is_an_answer_although_it_reads_like_the_students() -> None:
    known = names_of(loaded("inputs: {x: 1}\ngraph: {name: 2*x, student: name + x}\nobjective: student").problem)
    found = read_text("name: 2\nstudent: 3\n", "ann", known)
    assert [one.quantity.key for one in found.answers] == ["name", "student"]
    found = read_text("name: Ann\nanswers: {name: 2}\n", "ann", known)
    assert ([one.quantity.key for one in found.answers], found.student) == (["name"], "Ann")


def test_an_empty_mapping_of_answers_is_a_sheet_with_nothing_on_it() -> None:
    assert sheet("student: Ann\nanswers:\n").answers == ()
    assert sheet('{"answers": {}}', "json").answers == ()


def test_every_complaint_is_made_at_once() -> None:
    text = """\
student: Ann
answers:
  net_h1: 0.37x
  net_h3: 0.4
  w5: 0.36
  E: 0.2984
  E_total: 0.2984
  E: 0.3
  net_o1: one
  hidden layer:
    net_h2: 0.39
  delta_h1: 1,234.5
extra: 3
"""
    assert (
        complaints_about(text)
        == """\
ann:3:15: 'x' is not a number
    3 |   net_h1: 0.37x
      |               ^  an answer is a number: put the numbers in, as in 0.4*0.5933
ann:4:3: no quantity called 'net_h3'
    4 |   net_h3: 0.4
      |   ^^^^^^  did you mean 'net_h2'?
ann:5:3: w5 is given, it is not worked out
    5 |   w5: 0.36
      |   ^^  the updated value is w5_new
ann:7:3: E is answered twice; the first answer is in line 6
    7 |   E_total: 0.2984
      |   ^^^^^^^
ann:8:3: 'E' stands here twice; the first is in line 6
    8 |   E: 0.3
      |   ^
ann:9:11: 'one' is not a number
    9 |   net_o1: one
      |           ^^^  an answer is a number: put the numbers in, as in 0.4*0.5933
ann:10:3: 'hidden layer' is no part of an address, so nothing can stand under it
   10 |   hidden layer:
      |   ^^^^^^^^^^^^  known here: after
ann:12:18: a second separator: a number has one decimal point, and nothing between its thousands
   12 |   delta_h1: 1,234.5
      |                  ^  write 1234.5"""
    )
    assert sheet(text).beside == ("extra",)


def complaints_about(text: str, format_: str = "yaml") -> str:
    """What cannot be read on a sheet of which the rest is read."""
    found = sheet(text, format_)
    return str(SourceError("ann", list(found.unread), found.text))


def test_complaints_about_a_table_are_located_too() -> None:
    assert (
        complaints_about('net_h1,0.3775\n"net_h3","0.4O"\nE,0,29,84\nE,0.3\nE,0.3\n', "csv")
        == """\
ann:2:2: no quantity called 'net_h3'
    2 | "net_h3","0.4O"
      |  ^^^^^^  did you mean 'net_h2'?
ann:2:14: 'O' is not a number
    2 | "net_h3","0.4O"
      |              ^  an answer is a number: put the numbers in, as in 0.4*0.5933
ann:3:8: 3 columns: a row has a name and a number
    3 | E,0,29,84
      |        ^^  decimals are written with a point, or put a semicolon between the columns
ann:5:1: E is answered twice; the first answer is in line 4
    5 | E,0.3
      | ^"""
    )


HOSTILE_SHEETS: dict[str, tuple[str, str, str]] = {
    "nothing": ("", "", "the file is empty"),
    "only remarks": ("# a\n\n# b\n", "yaml", "the file is empty"),
    "a list": ("- net_h1: 1\n", "yaml", "a sheet is a mapping"),
    "one word": ("net_h1", "yaml", "a sheet is a mapping"),
    "answers that are a number": ("answers: 3", "yaml", "answers is a mapping of names to numbers"),
    "answers misspelt": ("anwsers: {net_h1: 1}", "yaml", "did you mean 'answers'?"),
    "an alias bomb": ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "yaml", "anchors (&name) are not read"),
    "self-reference": ("&a [*a]", "yaml", "anchors (&name) are not read"),
    "a tag": ("answers: !!python/object/apply:os.system [echo]", "yaml", "tags (!name) are not read"),
    "deep brackets": ("a: " + "[" * 1000 + "]" * 1000, "yaml", "nested more than 40 deep"),
    "brackets that never close": ("a: " + "[" * 1000, "yaml", "ann:1:44: nested more than 40 deep"),
    "deep brackets behind others": ("a: [[1], [2]]\nb: " + "[" * 1000, "yaml", "ann:2:44: nested more than 40 deep"),
    "deep braces in json": ('{"a":' * 100_000, "json", "nested more than 40 deep"),
    "deep addresses": ("{after: " * 1000 + "}" * 1000, "yaml", "nested more than 40 deep"),
    "two documents": ("E: 1\n---\nE: 2\n", "yaml", "a second document"),
    "broken json": ('{"E": 1,, }', "json", "ann:1:9: not JSON from here on"),
    "single quotes in json": ("{'E' 1}", "json", "JSON has double quotes"),
    "a comma in flow": ("{net_h1: 0,3775}", "yaml", ""),
    "too long": ("E: 1\n" * 300_000, "yaml", "the limit for a sheet is 1,000,000"),
    "very many wrong rows": ("x,1\n" * 200_000, "csv", "no quantity called 'x'"),
    "very many wrong keys": ("".join(f"y{n}: 1\n" for n in range(25_000)), "yaml", "no quantity called 'y0'"),
    "very many more": ("".join(f"{n}: 1\n" for n in range(100_000)), "yaml", "more than 60,000 values"),
    "very many empty keys": ('{"a":1,' + ",".join(f'"{n}":' for n in range(90_000)), "json", "not JSON"),
    "very many times the same": ("E,1\n" * 200_000, "csv", "E is answered twice"),
    "one row of very many columns": ("E," * 400_000, "csv", "columns"),
    "a row of quotes": ("E," + '"' * 900_000, "csv", "the limit is 5,000"),
    "formulas of a spreadsheet": ("=cmd(),1\n@x,2\n", "csv", "no quantity called '=cmd()'"),
    "terminal controls": ("\x1b[31mE: 1", "yaml", "ann:1:1: not YAML: a control character"),
    "markup": ("'[/]': 1\n'[link=x]y[/link]': 2", "yaml", "no quantity called '[/]'"),
    "a very long name": ("x" * 900_000 + ",1", "csv", "no quantity called 'xxx"),
    "a very long number": ("E," + "1" * 900_000, "csv", "the limit is 5,000"),
    "true": ('{"E": true}', "json", "'true' is not a number"),
    "a date": ("E: 2024-01-01", "yaml", ""),
}


@pytest.mark.parametrize("case", HOSTILE_SHEETS)
def test_a_sheet_that_means_harm_gets_one_located_message(case: str) -> None:
    text, format_, said = HOSTILE_SHEETS[case]
    if said:
        assert said in refusal(text, format_)
        assert "\x1b" not in refusal(text, format_)
    else:
        assert sheet(text, format_).answers


def test_a_file_is_read_by_its_ending_or_its_looks(tmp_path: Path) -> None:
    for ending, layout in (("yaml", "yaml"), ("YML", "yaml"), ("json", "json"), ("csv", "csv"), ("txt", "tabs")):
        path = tmp_path / f"ann.{ending}"
        path.write_bytes(b"\xef\xbb\xbf" + SHEETS[layout].encode())
        assert len(read_hand_in(path, reader()).answers) == len(EXPECTED)


def test_what_is_no_file_of_text_is_refused(tmp_path: Path) -> None:
    def of(make: Callable[[Path], object], name: str = "ann.yaml") -> str:
        path = tmp_path / name
        make(path)
        with at_once(), pytest.raises(SourceError) as caught:
            read_hand_in(path, reader())
        return str(caught.value).removeprefix(f"{path}")

    assert of(lambda path: None, "none.yaml").startswith(": there is no such file")
    assert of(Path.mkdir, "folder.yaml") == ": this is a folder, not a file"
    assert "NUL" in of(lambda path: path.write_bytes(b"E: 1\0"))
    assert "not a text in UTF-8" in of(lambda path: path.write_bytes(bytes(range(256))))
    assert of(os.mkfifo, "pipe.yaml") == ": this is not a regular file"
    assert "more than 4,000,000 bytes" in of(lambda path: path.write_bytes(b"#" * 5_000_000))


def test_a_sheet_may_come_through_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for layout, text in SHEETS.items():
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
        assert len(read_hand_in("-", reader()).answers) == len(EXPECTED), layout


def test_an_answer_can_be_complained_about_later() -> None:
    found = sheet("answers:\n  net_h1: 1/0\n  E: 1\n")
    error = SourceError("ann", [found.complaint(found.answers[0].quantity, "division by zero")], found.text)
    assert str(error) == "ann:2:11: division by zero\n    2 |   net_h1: 1/0\n      |           ^^^"


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60) | st.text("net_h1E:,;\t\n 0.3{}[]\"'-?#", max_size=60),
    st.sampled_from(["", "yaml", "json", "csv"]),
)
def test_any_text_is_a_sheet_or_a_located_complaint(text: str, format_: str) -> None:
    refused: SourceError | None = None
    with at_once():
        try:
            sheet(text, format_)
        except SourceError as error:
            refused = error
    assert refused is None or refused.complaints


def test_a_large_sheet_is_read_in_time() -> None:
    """Sixty epochs of four samples: more than 5,000 answers, and the names for them."""
    text = "samples:\n" + "".join(f"  - {{inputs: [{n}], targets: [1]}}\n" for n in range(4))
    text += "layers:\n  - {weights: [[0.1], [0.2]], activation: sigmoid}\n  - {weights: [[0.1, 0.3]]}\n"
    text += "loss: squared_error\nlearning_rate: 0.01\nepochs: 60\n"
    known = names_of(loaded(text).problem)
    rows = "".join(f"{one.key},0.5\n" for one in known.quantities)
    with at_once():
        assert len(read_text(rows, "ann", known).answers) == len(known.quantities) > 5_000


# ---- the sheet to fill in --------------------------------------------------------------------------------------


@cache
def decimals(name: str, notation: str) -> Mapping[Quantity, str]:
    """What a good student writes: every line of the textbook to six figures."""
    trace = worked(name, notation).trace(digits=6)
    return {step.quantity: step.value.decimal.text() for step in trace.steps}


@pytest.mark.parametrize("format_", TEMPLATES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_sheet_that_is_not_filled_in_is_all_blank(name: str, format_: str) -> None:
    for notation in notations():
        found = read_text(blank_sheet(worked(name, notation), format_=format_), "sheet", names(name, notation), format_)
        assert found.answers
        assert found.written == {}
        assert found.student is None


@pytest.mark.parametrize("format_", TEMPLATES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_sheet_that_is_filled_in_says_what_was_filled_in(name: str, format_: str) -> None:
    for notation in notations():
        lines = asked_lines(worked(name, notation))
        filled = {line.quantity: decimals(name, notation)[line.quantity] for line in lines}
        text = blank_sheet(worked(name, notation), format_=format_, filled=filled)
        found = read_text(text, "sheet", names(name, notation), format_)
        assert {one: value.text for one, value in found.written.items()} == filled
        assert {one: exact(value) for one, value in found.written.items()} == {
            one: Fraction(decimals(name, notation)[one]) for one in filled
        }


def test_the_sheet_has_the_lines_of_the_work_in_their_order() -> None:
    found = sheet(blank_sheet(worked("mazur")), "yaml")
    assert [one.quantity.key for one in found.answers] == [
        "net_h1", "out_h1", "net_h2", "out_h2", "net_o1", "out_o1", "net_o2", "out_o2", "E_o1", "E_o2", "E",
        "delta_o1", "delta_o2", "delta_h1", "delta_h2", "dE/dw5", "dE/dw6", "dE/dw7", "dE/dw8", "dE/dw1", "dE/dw2",
        "dE/dw3", "dE/dw4", *(f"w{n}_new" for n in range(1, 9)),
    ]  # fmt: skip


def test_an_exercise_that_asks_has_only_what_it_asks_on_its_sheet() -> None:
    text = load("mazur").text + "ask: [w5_new, delta_h1, after / E, dE/dout_h1]\n"
    asking = loaded(text).problem
    assert [line.quantity.key for line in asked_lines(WorkedProblem(asking))] == [
        "dE/dout_h1",
        "delta_h1",
        "w5_new",
        "after / E",
    ]
    assert len(asked_lines(WorkedProblem(asking), everything=True)) > 30
    found = read_text(blank_sheet(WorkedProblem(asking)), "sheet", names_of(asking))
    assert [one.quantity.key for one in found.answers] == ["dE/dout_h1", "delta_h1", "w5_new", "after / E"]


def test_what_is_given_is_not_asked() -> None:
    text = load("mazur").text + "given: {out_h1: 0.6}\n"
    assert "out_h1" not in {line.quantity.key for line in asked_lines(WorkedProblem(loaded(text).problem))}


def test_the_sheet_says_what_each_line_is() -> None:
    text = blank_sheet(worked("mazur", "nielsen"))
    for line in (
        "# One step on a 2-2-2 network",
        "  # Forward pass (at least 3 significant figures)",
        "  # hidden layer",
        "  z^2_1:      # z²₁, weighted input z of h₁",
        "  C_1:        # C₁, share of o₁ in the cost C",
        "  C:          # cost C",
        "  # Backward pass (at least 3 significant figures)",
        "  delta^3_1:  # δ³₁, error δ of o₁",
        "  dC/dw5:     # ∂C/∂w₅, gradient with respect to w₅",
        "  w5_new:     # w₅′, w₅ after the update",
    ):
        assert line in text.split("\n")


def test_a_sheet_is_what_other_programs_take_it_for() -> None:
    """Any YAML, JSON or CSV reader finds the same names."""
    keys = [line.quantity.key for line in asked_lines(worked("mazur"))]
    assert list(yaml.safe_load(blank_sheet(worked("mazur")))["answers"]) == keys
    assert list(json.loads(blank_sheet(worked("mazur"), format_="json"))["answers"]) == keys
    rows = list(csv.reader(io.StringIO(blank_sheet(worked("mazur"), format_="csv"))))
    assert [row[0] for row in rows[2:]] == keys
    assert {len(row) for row in rows} == {3}


def test_titles_and_names_stay_harmless_in_a_sheet() -> None:
    text = 'title: "a\\nanswers: {E: 1}\\n\\e[31m \\u202e =cmd()"\n'
    text += 'inputs: {x: 1}\ngraph: {"null": 2*x, "on": "null + 1", q: "on*x"}\nobjective: q\n'
    known = names_of(loaded(text).problem)
    for format_ in TEMPLATES:
        made = blank_sheet(WorkedProblem(known.problem), format_=format_)
        assert "\x1b" not in made
        assert "\u202e" not in made
        assert [one.quantity.key for one in read_text(made, "sheet", known, format_).answers][:3] == ["null", "on", "q"]


def test_a_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no format called 'ymal' for a sheet \(did you mean 'yaml'\?\)"):
        blank_sheet(worked("mazur"), format_="ymal")


def test_four_digits_are_asked_unless_the_problem_says_otherwise() -> None:
    asked = {line.quantity.key: digits_asked(problem("mazur"), line.quantity) for line in asked_lines(worked("mazur"))}
    assert {key for key, rule in asked.items() if rule == Rounding(figures=4)} == {
        key for key in asked if key.startswith(("delta", "dE"))
    }
    assert {rule for key, rule in asked.items() if not key.startswith(("delta", "dE"))} == {Rounding(places=4)}
    rounded = problem("han-kamber")
    said = {
        line.quantity.key: digits_asked(rounded, line.quantity).places for line in asked_lines(worked("han-kamber"))
    }
    assert (said["net_4"], said["delta_4"], said["w14_new"]) == (3, 4, 3)
    adam = {line.quantity.key: digits_asked(problem("adam"), line.quantity) for line in asked_lines(worked("adam"))}
    assert (adam["m_x0_new"], adam["x0_new"]) == (Rounding(figures=4), Rounding(places=4))


# ---- questions one at a time -----------------------------------------------------------------------------------


def replies(name: str, *said: str) -> tuple[Sheet, list[str], list[str]]:
    """The sheet of these replies, the prompts, and what was said in between."""
    prompts: list[str] = []
    notes: list[str] = []
    rest = iter(said)

    def reply_to(prompt: str) -> str | None:
        prompts.append(prompt)
        return next(rest, None)

    asked = [line.quantity for line in asked_lines(worked(name))]
    return ask(names(name), asked, reply_to, notes.append), prompts, notes


def answered(found: Sheet) -> dict[str, str]:
    """What was written, by key."""
    return {one.key: value.text for one, value in found.written.items()}


def test_the_quantities_are_asked_for_in_the_order_of_the_work() -> None:
    found, prompts, notes = replies("mazur", *["0.5"] * 31)
    assert len(prompts) == len(found.answers) == len(found.written) == 31
    assert prompts[:2] == ["[1/31] netₕ₁, net input of h₁ = ", "[2/31] outₕ₁, output of h₁ = "]
    assert notes == []


def test_an_empty_reply_is_blank_and_the_end_of_input_ends() -> None:
    found, prompts, _notes = replies("mazur", "0.3775", "", "0.3925")
    assert answered(found) == {"net_h1": "0.3775", "net_h2": "0.3925"}
    assert len(prompts) == 4
    assert len(found.answers) == 31


def test_quit_ends_and_keeps_what_there_is() -> None:
    found, prompts, _notes = replies("mazur", "0.3775", " QUIT ", "0.3925")
    assert (answered(found), len(prompts)) == ({"net_h1": "0.3775"}, 2)


def test_back_returns_and_an_empty_reply_keeps_the_answer() -> None:
    found, prompts, _notes = replies(
        "mazur", "back", "0.3775", "0.59", "back", "0.5933", "back", "back", "", "-", "quit"
    )
    assert answered(found) == {"net_h1": "0.3775"}
    assert prompts[3] == "[3/31] netₕ₂, net input of h₂ = "
    assert prompts[4] == "[2/31] outₕ₁, output of h₁ [0.59] = "


def test_an_unreadable_reply_is_explained_and_asked_for_again() -> None:
    found, prompts, notes = replies("mazur", "0.3 775", "0.3775", "quit")
    assert answered(found) == {"net_h1": "0.3775"}
    assert prompts[0] == prompts[1]
    assert notes == ["  0.3 775\n      ^^^ an operator is missing before '775'"]


def test_each_pass_is_announced() -> None:
    _found, _prompts, notes = replies("linear-regression", *["1"] * 60)
    assert notes == [
        *(f"Epoch 1, sample {n}" for n in range(1, 5)), "Epoch 1, all samples",
        *(f"Epoch 2, sample {n}" for n in range(1, 5)), "Epoch 2, all samples",
    ]  # fmt: skip


def test_a_flood_of_nonsense_ends_with_its_input() -> None:
    with at_once():
        found, _prompts, notes = replies("mazur", *["exec('x')"] * 5_000)
    assert (answered(found), len(notes)) == ({}, 5_000)


def test_the_reading_of_answers_is_safe_in_threads() -> None:
    """Dictionaries are made when they are first needed: two readers at once find the same."""
    known = names_of(problem("xor-batch"))
    results: list[str] = []
    workers = [threading.Thread(target=lambda: results.append(known.resolve("w₅⁺").key)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == ["w5_new"] * 8


def test_a_calculation_may_have_decimal_commas_throughout() -> None:
    found = read_value("0,3*0,5 + 0,24")
    assert found is not None
    assert found.decimal_comma
    assert value_of(found) == rational(39, 100)


def test_marks_of_a_chinese_keyboard_are_marks() -> None:
    sheet = read_text("answers：\n  net_h1： ０.３７７５\n  out_h1：０，５９３３\n", "ann", names())
    assert [answer.text for answer in sheet.answers] == ["０.３７７５", "０,５９３３"]
    sheet = read_text("｛net_h1：0.3775，out_h1：0.5933｝", "ann", names())
    assert len(sheet.written) == 2


def test_a_sheet_may_be_indented_with_tabs() -> None:
    text = "student:\tAnn\nanswers:\n\tw5_new:\t0.3589\n\tnet_h1: 0,3775\n"
    sheet = read_text(text, "sheet.yaml", names_of(load("mazur").problem), "yaml")
    assert (sheet.student, [answer.text for answer in sheet.answers]) == ("Ann", ["0.3589", "0,3775"])
