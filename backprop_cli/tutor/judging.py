"""Judges the replies of a lesson over the earlier ones: numbers, the working in them, formulas without numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import given_of
from backprop_cli.checking.key import BITS
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.search.sentences import said as said_of_edit
from backprop_cli.checking.sheets import Answer, Sheet
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Certified, Real, precision
from backprop_cli.numbers.enclosures import within
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.tutor.lesson import Lesson, Texts
from backprop_cli.working.model import ChainSide

_TELLING = 3  # figures from which it is no accident that a number is another line's
_NOTHING = rational(0)


def judged(
    lesson: Lesson, quantity: Quantity, written: Written, before: Texts, parts: tuple[ChainSide, ...] = ()
) -> tuple[Mark, Report]:
    """How a reply is judged over the earlier ones, with the working in it.

    Raises MathError or Undecided where it has no value.
    """
    with precision(BITS):
        value_of(written)
    answers = {**_known(lesson, before), quantity: written}
    found = tuple(Answer(one, one.key, answer) for one, answer in answers.items())
    sheet = Sheet(found, "", parts={quantity: parts} if parts else {})
    report = check_sheet(lesson.checker, sheet)
    return next(mark for mark in report.marks if mark.quantity == quantity), report


def formula_of(
    lesson: Lesson, quantity: Quantity, parts: Iterable[ChainSide], before: Texts
) -> tuple[bool | None, str]:
    """Whether the letters in a line are its formula (None: they cannot be judged), and what was done to it."""
    answers = _known(lesson, before)
    with precision(BITS):
        known = {one: given_of(answer, value_of(answer), lambda _value: _NOTHING) for one, answer in answers.items()}
    found = lesson.checker.equations(lesson.key).judged({quantity: tuple(parts)}, known).get(quantity)
    if found is None or found.edit is None:
        return (None if found is None else found.formula), ""
    return False, said_of_edit(found.edit, lambda formula: lesson.speller.symbols_of(formula, quantity.at))


def _known(lesson: Lesson, before: Texts) -> dict[Quantity, Written]:
    """What is given and what was answered before, where there is a number."""
    texts = {**lesson.given, **before}
    return {one: written for one, text in texts.items() if (written := read_value(text)) is not None}


def computed(lesson: Lesson, quantity: Quantity, texts: Texts) -> Decimal:
    """The value that follows from the student's own numbers, to the digits asked for; else the right one."""
    chain = lesson.key.derivation.only([quantity])
    own = {one: written for one, text in texts.items() if one in chain.index and (written := read_value(text))}
    own.pop(quantity, None)
    lines = list(_changed(chain.lines, own))
    try:
        with precision(BITS):
            known = {name: lesson.key.true(name) for line in lines for name in quantities_in(line.formula)}
            known |= {one: value_of(written) for one, written in own.items()}
            value = evaluate_lines(lines, {}, Certified(), known=known)[quantity]
            return rounded(value, lesson.rounding(quantity))
    except (MathError, Undecided):
        return lesson.right(quantity)


def right_for(lesson: Lesson, quantity: Quantity, written: Written) -> Quantity | None:
    """Another line for which a wrong reply would be right: one in the same pass if there is one, or None.

    A short number, which may be there by accident, has to be the exact value of a line of the same kind.
    """
    others = [one for one in lesson.lines if one != quantity and one in lesson.key.order]
    with precision(BITS):
        value = value_of(written)
        if written.figures is None or not isinstance(value, Rational):
            fitting = [one for one in others if _rounds_to(lesson, one, value)]
        elif written.figures >= _TELLING:
            fitting = [one for one in others if within(lesson.key.true(one), value, written.half_unit)]
        else:
            same = [one for one in others if one.kind is quantity.kind and lesson.key.true(one) == value]
            fitting = [] if value in (0, 1, -1) else same
    near = [one for one in fitting if one.at == quantity.at]
    return next(iter(near or fitting), None)


def _rounds_to(lesson: Lesson, quantity: Quantity, value: Real) -> bool:
    """Whether a calculation comes to a line's value, to the digits asked for, and that is no accident."""
    right = lesson.right(quantity)
    return right.text() == rounded(value, lesson.rounding(quantity)).text() and _figures(right) >= _TELLING


def _changed(lines: Iterable[Line], own: Collection[Quantity]) -> Iterator[Line]:
    """The lines that other numbers in place of their own change, and the last line in any case."""
    changed, (*before, last) = set(own), lines
    for line in before:
        if line.quantity not in own and not changed.isdisjoint(quantities_in(line.formula)):
            changed.add(line.quantity)
            yield line
    yield last


def _figures(number: Decimal) -> int:
    return len(number.text().lstrip("-0.").replace(".", ""))
