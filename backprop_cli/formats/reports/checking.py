"""The report on a sheet, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop_cli.checking.explain import Explainer, Explanation
from backprop_cli.checking.report import Report
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.reports.checking_words import (
    digits_missing,
    formulas_of,
    marks_on,
    not_understood,
    notes_on,
    remarks_on,
    sign_of,
    told_apart,
    total_of,
    verdict_on_words,
    what_to_do,
    what_was_found,
)
from backprop_cli.formats.reports.own_words import in_its_own_words
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, as_printed, labelled


@in_its_own_words
def report_page(
    report: Report,
    student: str = "",
    answers: bool = True,
    charset: str = "unicode",
    headed: bool = True,
) -> RenderableType:
    """The table of verdicts, and under it the first wrong line as a teacher explains it.

    Without `answers`, no value is shown that the student did not write. `headed`: with the title of the problem.
    """
    explainer = Explainer(report, charset)
    parts = [*_head(report, student if headed else None, charset)]
    if report.marks:
        parts += [_number_table(report, explainer, answers, charset), Text()]
    if report.formulas:
        parts += [_formula_table(report, explainer, answers, charset), Text()]
    if report.words:
        parts += [_word_table(report, answers, charset), Text()]
    parts += _explained(report, explainer, answers, charset)
    return Group(*parts, *not_understood(report, charset), total_of(report))


def _head(report: Report, student: str | None, charset: str) -> Iterator[RenderableType]:
    """The title and the student, unless that is None, and what is to be said first."""
    title = visible(report.key.problem.title)
    names = (" - " if charset == "ascii" else " · ").join(filter(None, (title, visible(student or ""))))
    if names and student is not None:
        yield Text(in_charset(charset, names), "bold")
        yield Text()
    for said in notes_on(report):
        yield Text(in_charset(charset, said), "yellow")
        yield Text()


def _table(columns: Sequence[str], folds: bool = True) -> Table:
    """A table with a column of signs before the named ones, and one of marks behind; unless it folds, verdicts wrap."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column, overflow="fold" if folds else "ellipsis", no_wrap=not folds and column != columns[-1])
    table.add_column(_("marks"), justify="right", no_wrap=True)
    return table


def _number_table(report: Report, explainer: Explainer, answers: bool, charset: str) -> Table:
    """The answers, each beside its verdict."""
    expected = [_("expected")] if answers else []
    table = _table([_("quantity"), _("yours"), *expected, _("verdict")], folds=False)
    for mark in report.marks:
        sign, style = sign_of(mark.verdict.rule, charset)
        symbol = Text(visible(explainer.symbol(mark.quantity)), "bold")
        row = [Text(sign, style), symbol, Text(in_charset(charset, visible(mark.written)))]
        if answers:
            row.append(Text(in_charset(charset, as_printed(mark.expected_text)), "dim"))
        row += [Text(in_charset(charset, explainer.verdict_of(mark)), style), Text(marks_on(mark), "dim")]
        table.add_row(*row)
    return table


def _formula_table(report: Report, explainer: Explainer, answers: bool, charset: str) -> Table:
    """The formulas that were asked for, each under what it is of."""
    table = _table([_("formula"), _("verdict")])
    for mark in report.formulas:
        sign, style = sign_of(mark.outcome, charset)
        symbol = visible(explainer.symbol(mark.quantity))
        said = Text.assemble(
            (symbol, "bold"), f" = {in_charset(charset, visible(mark.written))}" if mark.written else ""
        )
        verdict = Text(in_charset(charset, explainer.formula_verdict(mark)), style)
        if answers and mark.outcome is not Outcome.RIGHT:
            should = _("; it should be {formula}").format(formula=explainer.formula_of(mark))
            verdict.append(in_charset(charset, should), "dim")
        table.add_row(Text(sign, style), said, verdict, Text(marks_on(mark), "dim"))
    return table


def _word_table(report: Report, answers: bool, charset: str) -> Table:
    """The questions, each with what was answered, and why something else is right."""
    table = _table([_("question"), _("yours"), _("verdict")])
    for mark in report.words:
        sign, style = sign_of(mark.outcome, charset)
        said, written = in_charset(charset, visible(mark.question.key)), in_charset(charset, visible(mark.written))
        verdict = Text(in_charset(charset, verdict_on_words(mark, answers)), style)
        table.add_row(Text(sign, style), Text(said, "bold"), Text(written), verdict, Text(marks_on(mark), "dim"))
    return table


def _explained(report: Report, explainer: Explainer, answers: bool, charset: str) -> Iterator[RenderableType]:
    """The first wrong line at length, then the others that do not share its cause, in a line each."""
    yield from digits_missing(report, explainer)
    yield from remarks_on(report, explainer, charset)
    first = report.first_wrong
    if first is None:
        return
    words = explainer.explanation(first, numbers=answers)
    yield Text(_("Look first at {symbol}").format(symbol=words.symbol), "bold magenta")
    yield from (Padding(line, (0, 0, 0, 3)) for line in _lines(words, charset))
    yield Text()
    others = list(told_apart(report))[1:]
    if others:
        yield Text(_("Then"), "bold magenta")
        for mark in others:
            words = explainer.explanation(mark, numbers=answers)
            yield Padding(_short(words, charset), (0, 0, 0, 3))
        yield Text()


def _lines(words: Explanation, charset: str) -> Iterator[Text]:
    yield from what_was_found(words, charset)
    yield from formulas_of(words, charset)
    yield from what_to_do(words, charset)


def _short(words: Explanation, charset: str) -> Text:
    text = Text.assemble((words.symbol, "bold"), labelled("", in_charset(charset, words.said)))
    if words.should:
        text.append(_("; it should be {formula}").format(formula=words.should), "dim")
    return text
