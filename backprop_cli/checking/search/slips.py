"""Slips of the pen: a digit, two digits, the point, a digit of a number that was given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from backprop_cli.algebra.formula import Formula, Name, Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.doubles import evaluated
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import rational

Miscopied = tuple[Quantity, str, float]  # what was given, what was copied, and what comes out
_SLIPS = {"digit": 4.0, "two digits": 4.0, "point": 2.0, "given digit": 2.0}
_FEWEST = 4  # as in other families of edits
_FIGURES = 4  # of fewer, one wrong digit is any number
_LONGEST = 1e12  # units of the last digit; of more, no float knows them all
_POINTS = (-3, -2, -1, 1, 2, 3)


@record(slots=False)
class Miswritten:
    """An answer, half a unit of its last digit, and what it would be if it followed from the answers before it."""

    quantity: Quantity
    answer: float
    half: float
    follows: float

    @property
    def written(self) -> int:
        """Its digits."""
        return round(self.answer / (2 * self.half))


def slips_of(one: Miswritten, copied: Sequence[Miscopied]) -> Iterator[Weighed]:
    """The slips that make the answer of what should stand there, by a number of the problem copied wrongly, too."""
    if one.half <= 0 or math.isnan(one.follows) or max(abs(one.follows), abs(one.answer)) / one.half > _LONGEST:
        return
    word = _slip(one)
    if word:
        yield _weighed(one.quantity, word, Name(one.quantity), None, 9 * len(str(abs(one.written))))
    if len(str(abs(one.written))) >= _FIGURES:
        for name, other, value in copied:
            if abs(value - one.answer) <= one.half:
                number = Number(rational(*Decimal(other).as_integer_ratio()), other)
                yield _weighed(one.quantity, "given digit", Name(name), number, len(copied), name.key, other)


def miscopied(
    formula: Formula, values: Mapping[Quantity, float], constants: Mapping[Quantity, Formula]
) -> Iterator[Miscopied]:
    """What a line would be with a number of the problem copied wrongly; `values` are those of its names."""
    for name in values:
        for other in _miscopied(constants.get(name)):
            changed = {**values, name: float(other)}
            yield name, other, evaluated(formula, changed.__getitem__)


def _slip(one: Miswritten) -> str:
    """What is wrong with the digits: one of them, two that are exchanged, the place of the point."""
    unit, written = 2 * one.half, one.written
    right = round(one.follows / unit)
    if any(round(one.follows * 10.0**places / unit) == written for places in _POINTS) and written:
        return "point"
    digits, others = str(abs(written)), str(abs(right))
    if written * right <= 0 or len(digits) != len(others) or len(others) < _FIGURES:
        return ""
    wrong = [place for place, (mine, other) in enumerate(zip(digits, others, strict=True)) if mine != other]
    if len(wrong) == 1:
        last = wrong[0] == len(others) - 1 and abs(int(digits[-1]) - int(others[-1])) <= 1
        return "" if last else "digit"
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and digits[wrong[0]] == others[wrong[1]]:
        return "two digits" if digits[wrong[1]] == others[wrong[0]] else ""
    return ""


def _miscopied(given: Formula | None) -> Iterator[str]:
    """The decimals that differ from a given one in one digit, or in two neighbours exchanged."""
    if not isinstance(given, Number) or given.text is None or not given.text.lstrip("-").replace(".", "", 1).isdigit():
        return
    text = given.text
    for place, digit in enumerate(text):
        if digit.isdigit():
            yield from (text[:place] + other + text[place + 1 :] for other in "0123456789" if other != digit)
            after = text[place + 1 : place + 2]
            if after.isdigit() and after != digit:
                yield text[:place] + after + digit + text[place + 2 :]


def _weighed(quantity: Quantity, word: str, part: Formula, instead: Formula | None, count: int, *which: str) -> Weighed:
    """A slip with its prior, as one of so many that there might have been; `which` tells it from others of its kind."""
    edit = Edit(f"slip: {word}", ("slip", word, *which), _SLIPS[word], word, part, part, instead)
    return Weighed(quantity, edit, _SLIPS[word] / max(_FEWEST, count))
