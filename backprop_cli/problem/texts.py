"""What a text in a problem file says: a number, a name, a word; and what is said where it says none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from backprop_cli.algebra.expressions import FormulaError, parse_constant
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.ground import limits
from backprop_cli.ground.words import _
from backprop_cli.problem.letters import NEVER, NO_LETTERS, Letters
from backprop_cli.problem.tree import NOTHING


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """`w1 = 0.15`, `0.15` or `w1`."""

    name: str | None
    value: Formula | None


@dataclass(frozen=True, slots=True)
class Token:
    """A word where a number could stand: the name of a row in a table, or else the complaint that it is no number."""

    text: str
    message: str
    hint: str | None
    part: tuple[int, int]


def problem_with(message: str, offset: int = 0, length: int = 0, hint: str | None = None) -> PydanticCustomError:
    """A complaint about a text; offset and length say which part of it is meant (length 0: all of it)."""
    context = {"message": message, "offset": offset, "length": length, "hint": hint or ""}
    return PydanticCustomError("problem", "{message}", context)


def text_of(value: Any, what: str) -> str:
    if value is NOTHING:
        raise problem_with(_("nothing is written here; expected {what}").format(what=what))
    if not isinstance(value, str):
        shape = _("a list") if isinstance(value, list) else _("a mapping")
        raise problem_with(_("expected {what}, not {shape}").format(what=what, shape=shape))
    return value


def read_number(value: Any, letters: Letters = NO_LETTERS, offset: int = 0) -> Formula:
    """A constant formula from its text, or a letter."""
    text = text_of(value, _("a number"))
    if letters.has(text.strip()):
        return Name(text.strip())
    try:
        return parse_constant(text, letters.names)
    except FormulaError as error:
        message, start, length = error.message, error.offset, error.length
        if text.strip().lower() in ("nan", "inf", ".nan", ".inf", "-inf", "-.inf", "+.inf", "infinity"):
            message, hint = _("{text!r} is not a number one can compute with").format(text=text.strip()), None
            start, length = len(text) - len(text.lstrip()), len(text.strip())
        else:
            hint = error.hint or _number_hint(text, letters is not NEVER)
        raise problem_with(message, offset + start, length, hint) from None


def _number_hint(text: str, may_be_letter: bool) -> str | None:
    digits = text.replace(",", ".")
    if (
        "," in text
        and digits.replace(".", "", 1).replace("-", "", 1).isascii()
        and digits.lstrip("+-").replace(".", "", 1).isdigit()
    ):
        return _("decimals are written with a point: {text}").format(text=digits)
    if may_be_letter and text.strip().isidentifier():
        return _("a number is written 0.15, 1/3 …; as a letter, list it: letters: [{name}]").format(name=text.strip())
    return _("a number is written 0.15, 1/3, 2e-3, ln(2) …")


def read_named_number(value: Any, letters: Letters = NO_LETTERS) -> NamedNumber:
    """A number that may carry a name."""
    text = text_of(value, _("a number"))
    name, equals, number = text.partition("=")
    if equals:
        start = len(name) + 1
        return NamedNumber(read_name(name.strip()), read_number(number, letters, start))
    if text.strip().isidentifier() and text.strip() not in ("pi", "e", "nan", "inf"):
        return NamedNumber(read_name(text.strip()), None)
    return NamedNumber(None, read_number(text, letters))


def read_value(value: Any, letters: Letters = NO_LETTERS) -> Any:
    """The value of an input: a constant formula, or a token."""
    try:
        return read_number(value, letters)
    except PydanticCustomError as error:
        if not isinstance(value, str) or not value.strip().isidentifier():
            raise
        context = error.context or {}
        return Token(value.strip(), context["message"], context["hint"] or None, (context["offset"], context["length"]))


def read_name(value: Any) -> str:
    """A name for a neuron, parameter, node or input."""
    name = text_of(value, _("a name")).strip()
    if len(name) > limits.NAME_LENGTH:
        raise problem_with(
            _("a name of {n:,} characters; the limit is {limit}").format(n=len(name), limit=limits.NAME_LENGTH)
        )
    if not name.isidentifier() or not name.isprintable():
        hint = _("a name has letters, digits and _, and starts with a letter: w1, h_2")
        if any(char in name for char in "()[]"):
            hint = _("between { and }, a formula with a comma needs quotes")
        raise problem_with(_("{name!r} cannot be a name").format(name=name), hint=hint)
    return name


def read_neuron_name(value: Any) -> str:
    """A name for a neuron; numbers are allowed (unit 4)."""
    text = text_of(value, _("a name")).strip()
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else read_name(text)


def read_text(value: Any) -> str:
    """Free text."""
    text = text_of(value, _("a text"))
    if len(text) > limits.TEXT_LENGTH:
        raise problem_with(
            _("a text of {n:,} characters; the limit is {limit:,}").format(n=len(text), limit=limits.TEXT_LENGTH)
        )
    return text
