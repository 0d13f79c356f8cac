"""What a text in a problem file says: a number, a name, a word; and what is said where it says none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace as _replace
from functools import partial
from typing import Any

from backprop_cli.algebra.expressions import FormulaError, parse_constant
from backprop_cli.algebra.formula import Formula
from backprop_cli.ground import limits
from backprop_cli.ground.errors import of_masks
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.file_model import Fault, Misread
from backprop_cli.problem.tree import NOTHING


@record
class NamedNumber:
    """`w1 = 0.15`, `0.15` or `w1`."""

    name: str | None
    value: Formula | None


@record
class Unread:
    """A text where a number is expected, which is none by itself: what it says is settled by the letters of its file.

    `offset` is where it begins in the value of the file, `own` are the names that mean just this number ({key} is its
    key). `put` makes of the number what stands in its place.
    """

    text: str
    offset: int = 0
    own: tuple[str, ...] = ()
    put: Callable[[Formula], Any] = lambda formula: formula
    may_be_word: bool = False


@record
class Token:
    """A word where a number could stand: the name of a row in a table, or else the failure to read it as a number."""

    text: str
    failure: FormulaError


def problem_with(message: str, offset: int = 0, length: int = 0, hint: str | None = None) -> Misread:
    """A complaint about a text; offset and length say which part of it is meant (length 0: all of it)."""
    context = {"message": message, "offset": offset, "length": length, "hint": hint or ""}
    return Misread([Fault("problem", said=context)])


def text_of(value: Any, what: str) -> str:
    if value is NOTHING:
        raise problem_with(_("nothing is written here; expected {what}").format(what=what))
    if not isinstance(value, str):
        shape = _("a list") if isinstance(value, list) else _("a mapping")
        raise problem_with(_("expected {what}, not {shape}").format(what=what, shape=shape))
    return value


def read_number(value: Any, own: tuple[str, ...] = (), offset: int = 0) -> Formula | Unread:
    """A constant formula from its text; or what may be one once the letters of the file are known."""
    text = text_of(value, _("a number"))
    try:
        return parse_constant(text)
    except FormulaError:
        return Unread(text, offset, own)


def read_plain_number(value: Any) -> Formula:
    """A constant formula from its text, which cannot be a letter."""
    text = text_of(value, _("a number"))
    try:
        return parse_constant(text)
    except FormulaError as error:
        failure = explained(error, text, may_be_letter=False)
        raise problem_with(failure.message, failure.offset, failure.length, failure.hint) from None


def explained(error: FormulaError, text: str, may_be_letter: bool) -> FormulaError:
    """Why a text is no number, with how numbers are written."""
    if text.strip().lower() in ("nan", "inf", ".nan", ".inf", "-inf", "-.inf", "+.inf", "infinity"):
        message = _("{text!r} is not a number one can compute with").format(text=text.strip())
        hint = of_masks() if text.strip().startswith("-") else None
        return FormulaError(message, len(text) - len(text.lstrip()), len(text.strip()), hint)
    if _DECIMAL_COMMA.fullmatch(text.strip()):
        hint = _("decimals are written with a point: {text}").format(text=text.strip().replace(",", "."))
    else:
        hint = error.hint or _number_hint(text.strip(), may_be_letter)
    return FormulaError(error.message, error.offset, error.length, hint)


def _number_hint(text: str, may_be_letter: bool) -> str:
    if may_be_letter and text.isidentifier():
        return _("a number is written 0.15, 1/3 …; as a letter, list it: letters: [{name}]").format(name=text)
    return _("a number is written 0.15, 1/3, 2e-3, ln(2) …")


_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)


def read_named_number(value: Any) -> NamedNumber | Unread:
    """A number that may carry a name; or what may be one once the letters of the file are known."""
    text = text_of(value, _("a number"))
    before, equals, number = text.partition("=")
    if not equals and text.strip().isidentifier() and text.strip() not in ("pi", "e", "nan", "inf"):
        return NamedNumber(read_name(text.strip()), None)
    name = read_name(before.strip()) if equals else None
    put = partial(NamedNumber, name)
    read = read_number(number if equals else text, (name,) if name else (), len(before) + 1 if equals else 0)
    return _replace(read, put=put) if isinstance(read, Unread) else put(read)


def read_value(value: Any) -> Formula | Unread:
    """The value of an input: a constant formula, or what may be one, or a token."""
    read = read_number(value, OWN_KEY)
    return _replace(read, may_be_word=read.text.strip().isidentifier()) if isinstance(read, Unread) else read


OWN_KEY = ("{key}",)  # of a number that may be left open by its key's name


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
