"""A number as a student wrote it: what it says, and how precisely it says it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.expressions import FUNCTIONS, FormulaError, parse_constant
from backprop_cli.algebra.formula import Apply, Formula, Number
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real, compact, precision
from backprop_cli.numbers.enclosures import is_narrow
from backprop_cli.numbers.exact import Rational, numeral, rational

_THIN = "\u202f"  # stands for every space that may group digits: thin, narrow, no-break
_THIN_SPACES = "\u00a0\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
_MINUSES = "−–‐‑‒﹣－"
_TIMES = "·×⋅∙∗"
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    "\u3000": " "
}  # as a Chinese keyboard types
_ONE_FOR_ONE = str.maketrans(
    _WIDE | dict.fromkeys(_THIN_SPACES, _THIN) | dict.fromkeys(_MINUSES, "-") | dict.fromkeys(_TIMES, "*")
)
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_NOTHING = frozenset("~-—?….=≈_")
_BEFORE = re.compile(
    r"(?:(?:ca|approx)\.|about\b)?[\s≈≃≅≐=~]*(?:\+(?=[^+-]))?\s*", re.I
)  # what may stand before a number and says nothing of it
_DOTS = ("…", "...")  # after digits: they go on
_DECIMAL = re.compile(
    rf"""(?P<sign>[+-]?)\s*(?=[0-9.,])
    (?P<whole>[0-9]{{1,3}}(?:{_THIN}[0-9]{{3}})+|[0-9]*)
    (?:(?P<point>[.,])(?P<part>(?:[0-9]{{3}}{_THIN})+[0-9]{{1,3}}|[0-9]*))?
    (?:\s*[eE]\s*(?P<e>[+-]?[0-9]+)
      |\s*[*xX]\s*10\s*(?:(?:\^|\*\*)\s*(?P<power>\(\s*[+-]?\s*[0-9]+\s*\)|[+-]?\s*[0-9]+)|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?
    \s*(?P<percent>%?)""",
    re.X,
)
_SEPARATORS = re.compile(rf"[+-]?\s*[0-9]+(?:[.,{_THIN}][0-9]+)+")
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_PRECISIONS = (256, 1024, limits.LAST_PRECISION)  # binary digits: the last one settles sin(1e3000)
_NOT_NUMBERS = ("nan", "inf", "infinity")
_LONGEST_MESSAGE = 160


@record
class Written:
    """A number as written: its value as a formula without names, and half a unit of its last digit.

    `kind` is decimal, exact (3/20, sqrt(2)/2, ln(2): half a unit of nothing) or calculation, which is an expression
    with decimals in it that the student left to be worked out. Only decimals have `places` (negative where the last
    digit stands before the point, as in 12e3) and `figures`; 0 has one figure. `goes_on` says that dots follow the
    digits, which are then cut off and not rounded.
    """

    text: str
    formula: Formula
    half_unit: Rational
    places: int | None
    figures: int | None
    kind: Literal["decimal", "exact", "calculation"]
    decimal_comma: bool = False
    goes_on: bool = False

    @property
    def is_worked_out(self) -> bool:
        """Whether it is shown by its value: a calculation, also one with whole numbers; 3/20 is left as it is."""
        return self.kind == "calculation" or (self.kind == "exact" and _is_worked_out(self.formula))


@lru_cache(maxsize=4096)  # a class writes the same right numbers
def read_value(text: str) -> Written | None:
    """The number that the text says, or None where nothing is written: ``, ~, -, ? and … are blank, and not 0.

    Raises FormulaError, with the place in the text and a suggestion, where it is no number.
    """
    if len(text) > limits.FORMULA_LENGTH:
        message = _("an answer of {length:,} characters; the limit is {limit:,}")
        raise FormulaError(message.format(length=len(text), limit=limits.FORMULA_LENGTH), 0)
    plain = text.translate(_ONE_FOR_ONE)
    if all(char in _NOTHING or char.isspace() for char in plain):
        return None
    _refuse_strange(plain)
    before = _BEFORE.match(plain)
    assert before is not None
    start, body = before.end(), plain[before.end() :].rstrip()
    goes_on = body.endswith(_DOTS)
    if goes_on:
        body = body.removesuffix("…" if body[-1] == "…" else "...").rstrip()
    return _decimal(text, body, start, goes_on) or _expression(text, body, start)


def value_of(written: Written) -> Real:
    """The number itself: a rational, or a ball so narrow that it can be told from every other number of a sheet.

    Raises MathError where there is none (1/0, sqrt(-1)), and Undecided where no precision settles it.
    """
    if isinstance(written.formula, Number):
        return written.formula.value
    for bits in _PRECISIONS:
        with precision(bits):
            try:
                value = compact(evaluate(written.formula, Certified()))
            except Undecided:
                continue
            if isinstance(value, Rational) or is_narrow(value):
                return value
    raise Undecided(_("the value is not settled"))


# ---- decimals ------------------------------------------------------------------------------------------------


def _decimal(text: str, body: str, start: int, goes_on: bool) -> Written | None:
    """The text as a decimal with its precision, or None where it is something else."""
    match = _DECIMAL.fullmatch(body)
    if match is None or not (match["whole"] or match["part"]) or (match["point"] == "," and not match["part"]):
        _refuse_separators(body, start)
        return None
    whole, part = (match[name].replace(_THIN, "") if match[name] else "" for name in ("whole", "part"))
    raised = (match["e"] or match["power"] or (match["raised"] or "").translate(_SUPERSCRIPTS)).strip("() ")
    exponent = "".join(raised.split()) or "0"
    percent = bool(match["percent"])
    said = f"{whole}.{part}" if part else whole
    try:
        value = numeral(f"{said}e{exponent}") / (100 if percent else 1)
    except OverflowError:
        message = _("a number with more than {length} characters or an exponent beyond ±{exponent}")
        message = message.format(length=limits.NUMBER_LENGTH, exponent=limits.EXPONENT)
        raise FormulaError(message, start, len(body)) from None
    negative = match["sign"] == "-"
    shift = int(exponent) - 2 * percent
    places = len(part) - shift
    number = Number(-value if negative else value, ("-" if negative else "") + (f"{said}e{shift}" if shift else said))
    figures = max(1, len((whole + part).lstrip("0")))
    half = rational(1, 2) * rational(10) ** -places
    return Written(text, number, half, places, figures, "decimal", match["point"] == ",", goes_on)


def _refuse_separators(body: str, start: int) -> None:
    """Refuses 1,234.5 and 1.234,5: which of the marks is the decimal point is anybody's guess."""
    if not _SEPARATORS.fullmatch(body) or len(body) > limits.NUMBER_LENGTH:
        return
    marks = [char for char in body if char in ".,"]
    if len(marks) < 2:
        return
    whole, part = body, ""
    if len(set(marks)) > 1:  # the last one is the point, most likely
        at = max(body.rfind("."), body.rfind(","))
        whole, part = body[:at], "." + body[at + 1 :]
    for mark in (".", ",", _THIN):
        whole = whole.replace(mark, "")
    second = [index for index, char in enumerate(body) if char in ".,"][1]
    raise FormulaError(
        _("a second separator: a number has one decimal point, and nothing between its thousands"),
        start + second,
        1,
        _("write {number}").format(number=whole + part),
    )


# ---- fractions and other expressions ---------------------------------------------------------------------------


def _expression(text: str, body: str, start: int) -> Written:
    """The text as a fraction, an exact form or a calculation."""
    comma = False
    try:
        formula = parse_constant(body)
    except FormulaError as error:
        with_points = _DECIMAL_COMMA.sub(".", body)
        comma = "." not in body and with_points != body
        try:
            formula = parse_constant(with_points if comma else body)
        except FormulaError:
            raise _explained(error, body, start) from None
    kind: Literal["exact", "calculation"] = "calculation" if _has_decimals(formula) else "exact"
    return Written(text, formula, rational(0), None, None, kind, comma)


def _has_decimals(formula: Formula) -> bool:
    match formula:
        case Number(_, text):
            return text is not None and any(char in text for char in ".eE")
        case Apply(_, arguments):
            return any(map(_has_decimals, arguments))
    return False


def _is_worked_out(formula: Formula) -> bool:
    """Whether nobody leaves it so: a sum or a product of whole numbers, or a fraction that is a whole number."""
    if _is_a_sum(formula):
        return True
    match formula:
        case Apply("quotient", (Number(above), Number(below))):
            return bool(below != 0 and (above / below).q == 1)
        case Number(value, text):
            return text is not None and "/" in text and value.q == 1
    return False


def _is_a_sum(formula: Formula) -> bool:
    """Whether whole numbers are added or multiplied, as in 4*2-1, and nothing else is in it."""
    match formula:
        case Apply("sum" | "product" | "negative" | "power" | "square", arguments):
            return all(isinstance(one, Number) or _is_a_sum(one) for one in arguments)
    return False


def _explained(error: FormulaError, body: str, start: int) -> FormulaError:
    """The parser's complaint in words for an answer, at its place in the whole text."""
    message, instead = error.message, None
    word = body[error.offset : error.offset + error.length]
    if word.lower() in _NOT_NUMBERS:
        message = _("{text!r} is not a number one can compute with").format(text=word)
        return FormulaError(_cut(message, _LONGEST_MESSAGE), start + error.offset, error.length)
    if word.isidentifier() and word not in FUNCTIONS and not body[error.offset + len(word) :].lstrip().startswith("("):
        message = _("{word!r} is not a number").format(word=_cut(word, 40))
        instead = _("an answer is a number: put the numbers in, as in 0.4*0.5933")
    message = _cut(message, _LONGEST_MESSAGE)
    return FormulaError(message, start + error.offset, error.length, lambda: error.hint or instead)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


# ---- what no number is written with ----------------------------------------------------------------------------


def _refuse_strange(text: str) -> None:
    """Refuses what cannot be seen, and digits other than 0 to 9, which look like what they are not."""
    for offset, char in enumerate(text):
        if char.isascii():
            continue
        if unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn"):
            message = _("an invisible character (U+{code:04X})").format(code=ord(char))
            raise FormulaError(message, offset, 1, _("type the number anew"))
        if char.isdecimal():
            message = _("{char!r} is not one of the digits 0 to 9").format(char=char)
            raise FormulaError(message, offset, 1, _("type the number anew"))
