"""The report on a sheet as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.report import Mark, Report
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
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, as_printed, labelled

if TYPE_CHECKING:
    from backprop_cli.checking.formula_answers import FormulaMark


@in_its_own_words
def report_markdown(report: Report, student: str = "", answers: bool = True) -> str:
    """The same report as Markdown."""
    explainer = Explainer(report)
    lines = [f"# {escaped(' · '.join(filter(None, (report.key.problem.title, student))) or _('Report'))}", ""]
    lines += _answers(report, explainer, answers)
    if report.words:
        rows = ([sign_of(one.outcome)[0], labelled(one.question.key, one.question.said), one.written,
                 verdict_on_words(one, answers), marks_on(one)] for one in report.words)  # fmt: skip
        lines += _table([_("question"), _("yours"), _("verdict"), _("marks")], rows)
    lines += [line for said in notes_on(report) for line in (escaped(said), "")]
    lines += [
        escaped(text.plain) for text in (*digits_missing(report, explainer), *remarks_on(report, explainer, "unicode"))
    ]
    lines += [f"- {escaped(said.strip())}" if said[:1] == " " else escaped(said)
              for said in (text.plain for text in not_understood(report, "unicode"))]  # fmt: skip
    for place, mark in enumerate(told_apart(report)):
        words = explainer.explanation(mark, numbers=answers)
        title = _("Look first at {symbol}") if place == 0 else "{symbol}"
        lines += [
            f"## {escaped(title.format(symbol=words.symbol))}",
            "",
            *_paragraphs(what_was_found(words, "unicode")),
        ]
        if formulas := [visible(line.plain) for line in formulas_of(words, "unicode")]:
            lines += [*(f"    {line}" for line in formulas), ""]
        lines += _paragraphs(what_to_do(words, "unicode"))
    return "\n".join([*lines, f"**{escaped(total_of(report).plain)}**", ""])


def _answers(report: Report, explainer: Explainer, answers: bool) -> list[str]:
    """The answers, and the formulas that were asked for, as tables."""
    head = [_("quantity"), _("yours"), *([_("expected")] if answers else []), _("verdict"), _("marks")]

    def row(mark: Mark | FormulaMark, outcome: Outcome, expected: str, verdict: str) -> list[str]:
        known = [expected] if answers else []
        return [sign_of(outcome)[0], explainer.symbol(mark.quantity), mark.written, *known, verdict, marks_on(mark)]

    numbers = [row(one, one.verdict.rule, as_printed(one.expected_text), explainer.verdict_of(one))
               for one in report.marks]  # fmt: skip
    formulas = [row(one, one.outcome, explainer.formula_of(one), explainer.formula_verdict(one))
                for one in report.formulas]  # fmt: skip
    return [*_table(head, numbers), *(_table(head, formulas) if formulas else [])]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table, with a column of signs before the named ones."""
    above = [f"| {' | '.join(['', *head])} |", f"|{'---|' * (len(head) + 1)}"]
    return [*above, *(f"| {' | '.join(map(escaped, row))} |" for row in rows), ""]


def _paragraphs(texts: Iterator[Text]) -> list[str]:
    return [line for text in texts for line in (escaped(text.plain), "")]


def escaped(text: str) -> str:
    """The text with nothing in it that Markdown or HTML would obey."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_{}[]#|!~$" else char for char in text)
