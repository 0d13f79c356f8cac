"""The row of a hand-in, from the reports on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from backprop_cli.checking.checkers import Reports
from backprop_cli.checking.diagnoses_data import diagnoses_data
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.formula_answers import FormulaMark
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.phrases import said_of
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.rows import GROUP_OF, Judged, LineRow, MistakeRow, SheetRow
from backprop_cli.checking.verdicts import NEAR_MISSES, Outcome
from backprop_cli.checking.word_answers import WordMark
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import exercise_key


def row_of(file: str, student: str, reports: Reports) -> SheetRow:
    """What is kept of the reports on a hand-in; in an assignment, every line says of which exercise it is."""
    rows: list[LineRow] = []
    first: tuple[str, str] | None = None
    mistakes: dict[str, MistakeRow] = {}
    notes: list[str] = []
    for number, report in reports.numbered():
        explainer = Explainer(report)
        within = partial(_within, number=0 if reports.is_alone else number)
        rows += [_line(mark, explainer, within) for mark in report.marks]
        rows += [_formula(mark, within) for mark in report.formulas]
        rows += [_word(mark, within) for mark in report.words]
        if first is None and (wrong := report.first_wrong) is not None:
            first = within(wrong.quantity.key), explainer.verdict(wrong.verdict)
        for one in _mistakes(report, explainer, within):
            known = mistakes.get(one.name)
            mistakes[one.name] = one if known is None else known._replace(lines=(*known.lines, *one.lines))
        notes += [within(said) for said in _unread(report)]
    return SheetRow(
        file, student, "", tuple(rows), first, tuple(mistakes.values()), reports.days_late, str(reports.taken_off),
        tuple(notes),
    )  # fmt: skip


def _within(key: str, number: int) -> str:
    """A line of an exercise, or of a problem alone."""
    return exercise_key(number, key) if number else key


def _unread(report: Report) -> Iterator[str]:
    """What on the sheet was not understood."""
    yield from (one.message for one in report.unread)
    for line in report.missed:
        yield _("{where} was not understood: {text}").format(where=line.spot.said, text=" ".join(line.text.split()))


def _line(mark: Mark, explainer: Explainer, within: Callable[[str], str]) -> LineRow:
    verdict = mark.verdict
    rule = Outcome.WRONG if verdict.vague else verdict.rule
    group = GROUP_OF[rule]
    data = diagnoses_data(verdict, explainer) if verdict.causes or verdict.others else {}
    marks = str(mark.earned), str(mark.worth)
    return LineRow(within(mark.quantity.key), mark.written, Judged(verdict.rule.value, group, *marks, data))


def _formula(mark: FormulaMark, within: Callable[[str], str]) -> LineRow:
    group = GROUP_OF[mark.outcome]
    judged = Judged(mark.outcome.value, group, str(mark.earned), str(mark.worth), {}, in_letters=True)
    return LineRow(within(mark.quantity.key), mark.written, judged)


def _word(mark: WordMark, within: Callable[[str], str]) -> LineRow:
    group = GROUP_OF[mark.outcome]
    judged = Judged(mark.outcome.value, group, str(mark.earned), str(mark.worth), {})
    return LineRow(within(mark.question.key), mark.written, judged)


def _mistakes(report: Report, explainer: Explainer, within: Callable[[str], str]) -> Iterator[MistakeRow]:
    """The mistakes of a sheet; of several that one line may show, the likeliest."""
    found: dict[str, list[Mark]] = {}
    for mark in report.marks:
        if name := _name(mark):
            found.setdefault(name, []).append(mark)
    for name, marks in found.items():
        told, said = _words(marks[0], explainer)
        yield MistakeRow(name, said, told, tuple(within(mark.quantity.key) for mark in marks))


def _name(mark: Mark) -> str:
    verdict = mark.verdict
    if verdict.causes:
        return verdict.causes[0].mistake.name
    return verdict.near if verdict.near in NEAR_MISSES else ""


def _words(mark: Mark, explainer: Explainer) -> tuple[str, str]:
    """What a teacher calls a mistake, and how it was made in this line."""
    if not mark.verdict.causes:
        told = _(NEAR_MISSES[mark.verdict.near]).format(other=_("another line"))
        return told, told
    cause: Hypothesis = mark.verdict.causes[0]
    told = said_of(cause, explainer.key, spell=lambda formula: explainer.spelled(formula, ()))
    return told, explainer.said(cause, mark.quantity) if cause.found else told
