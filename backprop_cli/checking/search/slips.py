"""Slips of the pen: a digit, two digits, the point, a digit of a number that was given."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula, Name, Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.doubles import evaluated
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.numbers.exact import rational

if TYPE_CHECKING:
    from backprop_cli.checking.search.engine import Sheet

_FEWEST = 4
_FIGURES = 4  # of fewer, one wrong digit is any number
_SLIPS = {"digit": 1.5, "two digits": 3.0, "point": 2.0, "given digit": 2.0}


def slips_of(sheet: Sheet, quantity: Quantity, answer: float, half: float, follows: float) -> Iterator[Weighed]:
    """The slips that make the answer of what should stand there."""
    unit = 2 * half
    if unit <= 0 or math.isnan(follows) or abs(follows) / unit > 1e12:
        return
    written, right = round(answer / unit), round(follows / unit)
    word = _slip(str(abs(written)), str(abs(right))) if written * right > 0 else ""
    if not word and any(round(follows * 10**k / unit) == written for k in (-3, -2, -1, 1, 2, 3)) and written:
        word = "point"
    if word:
        yield _weighed(quantity, word, Name(quantity), None)
    if len(str(abs(written))) >= _FIGURES:
        yield from _of_given_numbers(sheet, quantity, answer, half)


def _slip(written: str, right: str) -> str:
    """What is wrong with the digits: one of them, or two that are exchanged."""
    if len(written) != len(right) or written == right or len(right) < _FIGURES:
        return ""
    places = [place for place, (one, other) in enumerate(zip(written, right, strict=True)) if one != other]
    if len(places) == 1:
        last = places[0] == len(right) - 1 and abs(int(written[-1]) - int(right[-1])) <= 1
        return "" if last else "digit"
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        return "two digits" if written[first] == right[second] and written[second] == right[first] else ""
    return ""


def _of_given_numbers(sheet: Sheet, quantity: Quantity, answer: float, half: float) -> Iterator[Weighed]:
    """A number of the problem copied wrongly into the line: which number would give the answer?"""
    formula = sheet.search.lines.roots(quantity, sheet.answers)[0].formula
    constants = sheet.search.derivation.constants
    names = [one for one in dict.fromkeys(quantities_in(formula)) if one in constants]
    for name in names:
        given = constants[name]
        text = _text(given)
        if text is None:
            continue
        for other in _miscopied(text):
            values = {one: sheet.world.known(one)[0] for one in quantities_in(formula)} | {name: float(other)}
            if abs(evaluated(formula, values.__getitem__) - answer) <= half:
                number = Number(rational(*Decimal(other).as_integer_ratio()), other)
                yield _weighed(quantity, "given digit", Name(name), number)


def _text(given: Formula) -> str | None:
    if not isinstance(given, Number) or given.text is None or not given.text.lstrip("-").replace(".", "", 1).isdigit():
        return None
    return given.text


def _miscopied(text: str) -> Iterator[str]:
    """The decimals that differ in one digit, or in two neighbours exchanged."""
    for place, digit in enumerate(text):
        if digit.isdigit():
            for other in "0123456789":
                if other != digit:
                    yield text[:place] + other + text[place + 1 :]
            after = text[place + 1 : place + 2]
            if after.isdigit() and after != digit:
                yield text[:place] + after + digit + text[place + 2 :]


def _weighed(quantity: Quantity, word: str, part: Formula, instead: Formula | None) -> Weighed:
    """A slip with its prior."""
    key = ("slip", word) if instead is None else ("slip", word, str(part), str(instead))
    edit = Edit(f"slip: {word}", key, _SLIPS[word], word, part, part, instead)
    return Weighed(quantity, edit, _SLIPS[word] / _FEWEST)
