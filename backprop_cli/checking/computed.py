"""Numbers that a program computed: each has the digits that its arithmetic has, and is judged by those.

A number in float32 has 24 binary digits, and what is computed with it has fewer that are right: a difference of two
nearly equal numbers has hardly any. How many there are is found by computing the problem once more, over balls of just
so many bits, each of which holds every value that rounding can lead to (as in Higham 2002, section 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from dataclasses import replace as _replace
from math import floor, frexp, log10
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.values import Written
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import Exactly, ball, is_finite
from backprop_cli.numbers.exact import Rational, numeral, rational, to_float
from backprop_cli.numbers.rounded import Rounding, round_to

_OF_THE_MEAN = n_(
    "δ on this sheet has the 1/n of the mean over the batch in it; it is judged as n times that, the δ of each sample."
)
_FINEST = 40  # decimal places; nobody looks beyond
_MOST_FIGURES = 18  # that a double needs
_NOTHING = rational(0)
_LARGER = 8  # times
_SAFE = 2  # functions are right to a few units only, and sums are added in any order


@record(slots=False)
class ComputedMarking(Marking):
    """How a sheet is marked that a program computed: the digits asked for are those that its arithmetic has.

    `places` are the decimal places of each line, in the last of which a right number may be off by one.
    """

    places: Mapping[Quantity, int] = field(default_factory=dict)

    def digits(self, quantity: Quantity) -> Rounding:
        """As many places as the numbers on the sheet have."""
        places = self.places.get(quantity)
        return super().digits(quantity) if places is None else Rounding(places=max(places, 0))

    def is_asked(self, quantity: Quantity) -> bool:
        """Whether it is known how many digits this quantity has."""
        return quantity in self.places or super().is_asked(quantity)

    def unit(self, quantity: Quantity, value: Real, step: Real | None = None, size: Real = _NOTHING) -> Rational:
        """Two units of the last place, which is off by one at most."""
        places = self.places.get(quantity)
        if places is None:
            return super().unit(quantity, value, step, size)
        own = 2 * _unit(places)
        return max(own, super().unit(quantity, value, step, size)) if super().is_asked(quantity) else own


def places_of(derivation: Derivation, bits: int) -> dict[Quantity, int]:
    """To how many decimal places each line is certain where it is computed in numbers of so many bits.

    A line that is not certain at all is not among them.
    """
    found: dict[Quantity, int] = {}
    values: dict[Any, Ball] = {}
    with precision(bits):
        domain = Exactly()
        for quantity, formula in derivation.constants.items():
            values[quantity] = ball(evaluate(formula, domain))
        for line in derivation.lines:
            values[line.quantity] = ball(evaluate(line.formula, domain, values.__getitem__))
            places = _places(values[line.quantity], bits)
            if places is not None:
                found[line.quantity] = places
    return found


def _places(value: Ball, bits: int) -> int | None:
    """The decimal places of a value that are certain but for one unit of the last; None where it is anything at all."""
    if not is_finite(value):
        return None
    return _places_within(max(float(value.rad()), abs(float(value.mid())) / 2**bits))


def _places_within(width: float) -> int:
    """The decimal places that are certain where a value is known to ± so much."""
    return _FINEST if width == 0 else min(_FINEST, floor(-log10(_SAFE * width)))


def _unit(places: int) -> Rational:
    return rational(10) ** -places


# ---- sheets --------------------------------------------------------------------------------------------------------


def as_computed(sheet: Sheet, key: AnswerKey, marking: Marking) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet with each number written to the digits that it has, and known to one unit of the last; and notes."""
    places = marking.places if isinstance(marking, ComputedMarking) else {}
    answers, notes = sheet.answers, []
    if _has_mean_in_deltas(sheet, key):
        answers = tuple(_times(one, len(key.problem.samples)) for one in answers)
        notes.append(_(_OF_THE_MEAN))
    return _replace(sheet, answers=tuple(_cut(one, places, sheet.bits) for one in answers)), tuple(notes)


def _has_mean_in_deltas(sheet: Sheet, key: AnswerKey) -> bool:
    """Whether the δ of the outputs come right with the number of samples: they have the 1/n of the mean in them."""
    samples, outputs = len(key.problem.samples), key.problem.outputs
    pairs = [
        (float(one.formula.value), float(ball(key.true(quantity)).mid()))
        for quantity, one in sheet.written.items()
        if quantity.kind is Kind.DELTA and quantity.name in outputs and isinstance(one.formula, Number)
    ]
    apart, with_mean = (sum(abs(factor * own - true) for own, true in pairs) for factor in (1, samples))
    return samples > 1 and 2 * with_mean < apart


def _times(answer: Answer, factor: int) -> Answer:
    """A δ, so many times as large; every other answer as it is."""
    written = answer.written
    if answer.quantity.kind is not Kind.DELTA or written is None or not isinstance(written.formula, Number):
        return answer
    return _replace(answer, written=_replace(written, formula=Number(written.formula.value * factor)))


def _cut(answer: Answer, places: Mapping[Quantity, int], bits: int) -> Answer:
    written, certain = answer.written, places.get(answer.quantity)
    if written is None or certain is None or written.kind != "decimal" or not isinstance(written.formula, Number):
        return answer
    return _replace(answer, written=_cut_number(written.formula.value, certain, bits))


def _cut_number(value: Rational, certain: int, bits: int) -> Written:
    """The number rounded to these places, shown as it was given; one much larger than the right one has fewer."""
    own = _places_within(abs(float(value)) / 2**bits / _LARGER)
    places = min(certain, own)
    text = text_to(value, places)
    number = -numeral(text[1:]) if text[0] == "-" else numeral(text)
    figures = max(1, len(text.partition("e")[0].replace(".", "").lstrip("-0")))
    return Written(_as_given(value, bits), Number(number, text), _unit(places), places, figures, "decimal")


def _as_given(value: Rational, bits: int) -> str:
    """The shortest decimal that is no other number of so many bits, as NumPy and PyTorch print it."""
    if value == 0:
        return "0"
    _fraction, exponent = frexp(to_float(value))
    near = rational(2) ** (exponent - bits) / 2
    tries = (round_to(value, Rounding(figures=figures)) for figures in range(1, _MOST_FIGURES))
    return next((one.text() for one in tries if abs(one.value - value) < near), str(to_float(value)))


def text_to(value: Rational, places: int) -> str:
    """The number rounded to so many decimal places; with an exponent where they are negative."""
    scaled = value * rational(10) ** places
    whole = int((2 * scaled.p + scaled.q) // (2 * scaled.q))
    if whole == 0:
        return "0"
    sign, digits = ("-" if whole < 0 else ""), str(abs(whole))
    if places <= 0:
        return f"{sign}{digits}" + (f"e{-places}" if places else "")
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
