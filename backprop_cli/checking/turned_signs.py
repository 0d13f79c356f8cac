"""Whether a sheet uses the other sign of δ throughout: which δ are good, and what on the sheet bears that out."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome

_GOOD = (*FULL_MARKS, Outcome.TOO_FEW)


def signs_are_turned(report: Report, answers: Mapping[Quantity, Given]) -> bool:
    """Whether it is worth a try: some δ is not right, and none but 0 is, not even as far as it goes."""
    good = good_deltas(report, answers)
    if any(mark.verdict.rule is Outcome.RIGHT or not mark.verdict.because for mark in good):
        return False
    deltas = [mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.written]
    return len(good) < len(deltas)


def is_borne_out(report: Report) -> bool:
    """Whether anything on the sheet shows which sign of δ is meant: a gradient or an update that is not 0.

    An update that follows from a gradient which is wrong itself shows nothing of δ. Nothing needs to where nothing
    in the problem could: it ends with δ, or all that comes after is 0.
    """
    showing = _showing_the_sign(report.key)
    right = [mark for mark in report.marks if mark.written and mark.verdict.rule in FULL_MARKS]
    return not showing or any(
        mark.quantity in showing and not any(map(_is_gradient, mark.verdict.because)) for mark in right
    )


def _showing_the_sign(key: AnswerKey) -> set[Quantity]:
    """The lines that have another value where δ is taken for its opposite: gradients that are not 0, and their updates.

    What a penalty alone moves is none of them.
    """
    lines = key.derivation.index
    gradients = {one: not is_nothing(key.expected(one)) for one in lines if _is_gradient(one)}
    moved = {one.by.name for one, is_any in gradients.items() if is_any and one.by is not None}
    still = {one.by.name for one in gradients if one.by is not None} - moved
    olds = {one: old for one in lines if one.name not in still and (old := key.old_of(one)) is not None}
    updates = {one for one, old in olds.items() if key.expected(one) != key.true(old)}
    return {one for one, is_any in gradients.items() if is_any} | updates


def _is_gradient(quantity: Quantity) -> bool:
    return quantity.by is not None and quantity.by.kind is Kind.PARAMETER


def good_deltas(report: Report, answers: Mapping[Quantity, Given]) -> list[Mark]:
    """Every δ that is right or follows, if only as far as it goes; but for 0 and 0.000, which have no sign."""
    deltas = (mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.verdict.rule in _GOOD)
    return [mark for mark in deltas if answers[mark.quantity].value != 0]
