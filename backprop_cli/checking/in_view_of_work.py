"""A report in view of the work on the sheet: lines of formulas, of numbers put in, and of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.by_value import seen_by_value
from backprop_cli.checking.elimination import by_elimination
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import rational

if TYPE_CHECKING:
    from backprop_cli.checking.changes import Judged
    from backprop_cli.checking.equations import EquationJudge, Equations
    from backprop_cli.checking.hypothesis import Hypothesis


def in_the_letters(report: Report, found: Mapping[Quantity, Equations], judge: EquationJudge) -> Report:
    """The report in which, of several guesses by value, only those are left that the letters of the lines bear out."""
    told: dict[tuple[Hypothesis, ...], tuple[Hypothesis, ...]] = {}
    for mark in report.marks:
        causes, work = mark.verdict.causes, found.get(mark.quantity)
        if work is not None and (fewer := judge.borne_out(work, causes)) != causes:
            told.setdefault(causes, fewer)
    return replace(report, marks=tuple(
        replace(mark, verdict=replace(mark.verdict, causes=told.get(mark.verdict.causes, mark.verdict.causes)))
        for mark in report.marks
    ))  # fmt: skip


def with_working(
    report: Report, found: Mapping[Quantity, Equations], answers: Mapping[Quantity, Given], marking: Marking
) -> Report:
    """The report with what the working says: a wrong value with the right formula before it is a slip."""
    marks = []
    seen = dict(found)
    for mark in report.marks:
        work = by_elimination(found.get(mark.quantity), mark.verdict, answers.get(mark.quantity))
        if work is not None:
            seen[mark.quantity] = work
        verdict = _seen_in(mark.verdict, work)
        if work is not None and mark.quantity in answers and _hides(mark, work, answers[mark.quantity], report.key):
            verdict = Verdict(mark.quantity, Outcome.NEAR, near="numbers" if work.copied is None else "copied")
        marks.append(replace(mark, verdict=verdict, earned=mark.worth * marking.share(verdict)))
    working = seen | {
        mark.quantity: seen_by_value(seen[mark.quantity], mark.verdict) for mark in marks if mark.quantity in seen
    }
    return replace(report, marks=tuple(marks), working=working)


def with_changes(
    report: Report, found: Iterable[Judged], answers: Mapping[Quantity, Given], marking: Marking
) -> Report:
    """The report with what the lines of changes say: their faults explain the new values that come from them."""
    marks = {mark.quantity: mark for mark in report.marks}
    working, changes = dict(report.working), list(report.changes)
    for one in (one for one in found if one.is_faulty):
        new = one.change.new
        mark, given = marks.get(new), answers.get(new)
        leads_on = mark is not None and given is not None and one.gives(given)
        if mark is None or not (leads_on and (mark.verdict.is_wrong or mark.verdict.rule is Outcome.TOO_FEW)):
            changes.append(one.work)
            continue
        working[new] = one.work
        verdict = _seen_in(replace(mark.verdict, rule=Outcome.WRONG), one.work)
        if verdict.rule is Outcome.WRONG and mark.verdict.rule is Outcome.MISTAKE:
            verdict = mark.verdict
        marks[new] = replace(mark, verdict=verdict, earned=mark.worth * marking.share(verdict))
    return replace(report, marks=tuple(marks.values()), working=working, changes=tuple(changes))


def _hides(mark: Mark, work: Equations, given: Given, key: AnswerKey) -> bool:
    """Whether a value is right only as it has few digits, while the numbers put in give another one to all of them."""
    if mark.verdict.rule not in (Outcome.TOO_FEW, Outcome.RIGHT) or mark.verdict.because or work.middle is None:
        return False
    if work.numbers or work.arithmetic is False or mark.digits.places is None:
        return False
    with precision(BITS):
        unit = rational(1, 10**mark.digits.places)
        return given.unit > unit and bool(abs(work.middle - key.true_ball(mark.quantity)) > 5 * unit)


def _seen_in(verdict: Verdict, work: Equations | None) -> Verdict:
    """A verdict in the light of the working."""
    if work is None:
        return verdict
    if verdict.rule in FULL_MARKS and work.formula is False and not verdict.remark:
        return replace(verdict, remark="formula")
    if verdict.rule in FULL_MARKS and work.arithmetic is False and not verdict.remark:
        return replace(verdict, remark="numbers")
    shows = work.formula or work.numbers
    is_sign = verdict.rule is Outcome.NEAR and verdict.near == "sign"  # which was lost somewhere
    if (verdict.rule in (Outcome.MISTAKE, Outcome.WRONG) or is_sign) and work.formula is not False:
        if work.copied is not None and work.arithmetic is not False:
            return Verdict(verdict.quantity, Outcome.NEAR, near="copied")
        if work.arithmetic is False and shows and work.copied is None:
            return Verdict(verdict.quantity, Outcome.NEAR, near="arithmetic")
    return verdict
