"""The report on a sheet: for the terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.descriptions import describe_digits
from backprop_cli.checking.explain import Explainer, Explanation
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.terminal.ascii import in_ascii
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import (
    _,
    as_sentence,
    aside,
    clauses,
    decimal_sign,
    in_figures,
    labelled,
    listed,
    n_,
    plural,
)
from backprop_cli.numbers.exact import Rational, marks_text
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.working.model import Remark

if TYPE_CHECKING:
    from backprop_cli.checking.formula_answers import FormulaMark
    from backprop_cli.checking.word_answers import WordMark

_MOST_MISSED = 20  # lines that were not understood, on the page
_LONGEST_MISSED = 80  # characters of each
_SIGNS = {
    Outcome.RIGHT: ("✓", "+", "green"),
    Outcome.CARRIED: ("✓", "+", "green"),
    Outcome.FOLLOWS: ("↳", ">", "cyan"),
    Outcome.TOO_FEW: ("~", "~", "yellow"),
    Outcome.NEAR: ("≈", "~", "yellow"),
    Outcome.MISTAKE: ("✗", "x", "bold red"),
    Outcome.WRONG: ("✗", "x", "bold red"),
    Outcome.UNREADABLE: ("?", "?", "bold red"),
    Outcome.BLANK: ("·", ".", "dim"),
}


def report_page(
    report: Report,
    student: str = "",
    answers: bool = True,
    charset: str = "unicode",
    notation: str | None = None,
    headed: bool = True,
) -> RenderableType:
    """The table of verdicts, and under it the first wrong line as a teacher explains it.

    Without `answers`, no value is shown that the student did not write. `headed`: with the title of the problem.
    """
    explainer = Explainer(report, charset, notation)
    parts = [*_head(report, student if headed else None, charset)]
    if report.marks:
        parts += [_table(report, explainer, answers, charset), Text()]
    if report.formulas:
        parts += [_formula_table(report, explainer, answers, charset), Text()]
    if report.words:
        parts += [_word_table(report, answers, charset), Text()]
    parts += _explained(report, explainer, answers, charset)
    return Group(*parts, *_missed(report, charset), _total(report))


def _head(report: Report, student: str | None, charset: str) -> Iterator[RenderableType]:
    """The title and the student, unless that is None, and what is to be said first."""
    title = visible(report.key.problem.title)
    names = (" - " if charset == "ascii" else " · ").join(filter(None, (title, visible(student or ""))))
    if names and student is not None:
        yield Text(_in(charset, names), "bold")
        yield Text()
    for said in _notes(report):
        yield Text(_in(charset, said), "yellow")
        yield Text()


def _notes(report: Report) -> Iterator[str]:
    """What is said of the whole sheet, before its lines."""
    yield from map(as_sentence, report.notes)
    if report.flipped:
        yield _(_FLIPPED)
    if report.commas and decimal_sign() != ",":
        yield _("Decimals are written with a comma on this sheet; it is read so.")
    for complaint in report.unread:
        where = f"{complaint.span.line}:{complaint.span.column}: " if complaint.span is not None else ""
        hint = f" ({complaint.hint})" if complaint.hint else ""
        yield _("Not read: {what}").format(what=visible(f"{where}{complaint.message}{hint}"))


_FLIPPED = n_("δ on this sheet has the other sign throughout, up to the updates: it is judged by that sign.")


def _in(charset: str, text: str) -> str:
    """The text in the character set."""
    return in_ascii(text) if charset == "ascii" else text


def _table(report: Report, explainer: Explainer, answers: bool, charset: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column(_("quantity"), no_wrap=True)
    table.add_column(_("yours"), no_wrap=True)
    if answers:
        table.add_column(_("expected"), no_wrap=True)
    table.add_column(_("verdict"))
    table.add_column(_("marks"), justify="right", no_wrap=True)
    for mark in report.marks:
        sign, style = sign_of(mark.verdict.rule, charset)
        row = [
            Text(sign, style),
            Text(visible(explainer.symbol(mark.quantity)), "bold"),
            Text(_in(charset, visible(mark.written))),
        ]
        if answers:
            row.append(Text(in_figures(mark.expected_text), "dim"))
        row += [Text(_in(charset, explainer.verdict_of(mark)), style), Text(_of(mark), "dim")]
        table.add_row(*row)
    return table


def _formula_table(report: Report, explainer: Explainer, answers: bool, charset: str) -> Table:
    """The formulas that were asked for, each under what it is of."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column(_("formula"), overflow="fold")
    table.add_column(_("verdict"), overflow="fold")
    table.add_column(_("marks"), justify="right", no_wrap=True)
    for mark in report.formulas:
        sign, style = sign_of(mark.outcome, charset)
        symbol = visible(explainer.symbol(mark.quantity))
        said = Text.assemble((symbol, "bold"), f" = {_in(charset, visible(mark.written))}" if mark.written else "")
        verdict = Text(_in(charset, explainer.formula_verdict(mark)), style)
        if answers and mark.outcome is not Outcome.RIGHT:
            should = _("; it should be {formula}").format(formula=explainer.formula_of(mark))
            verdict.append(_in(charset, should), "dim")
        table.add_row(Text(sign, style), said, verdict, Text(_of(mark), "dim"))
    return table


def _word_table(report: Report, answers: bool, charset: str) -> Table:
    """The questions, each with what was answered, and why something else is right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column(_("question"), overflow="fold")
    table.add_column(_("yours"), overflow="fold")
    table.add_column(_("verdict"), overflow="fold")
    table.add_column(_("marks"), justify="right", no_wrap=True)
    for mark in report.words:
        sign, style = sign_of(mark.outcome, charset)
        said, written = _in(charset, visible(mark.question.key)), _in(charset, visible(mark.written))
        verdict = Text(_in(charset, _on_words(mark, answers)), style)
        table.add_row(Text(sign, style), Text(said, "bold"), Text(written), verdict, Text(_of(mark), "dim"))
    return table


def _on_words(mark: WordMark, answers: bool) -> str:
    """The verdict on an answer in words, and, where right values are shown, why another word is right."""
    from backprop_cli.checking.word_answers import verdict_on, why

    said = verdict_on(mark)
    should = _("it should be {word}").format(word=why(mark.question))
    return clauses([said, should]) if answers and mark.outcome is not Outcome.RIGHT else said


def _of(mark: Mark | FormulaMark | WordMark) -> str:
    return "" if mark.worth == 0 else marks_of(mark.earned, mark.worth)


def marks_of(earned: Rational, worth: Rational) -> str:
    """1/2 for one of two marks; where a fraction is among them, with a word: 1/3 of 2 11/12."""
    one, all_ = marks_text(earned), marks_text(worth)
    return _("{earned} of {worth}").format(earned=one, worth=all_) if "/" in one + all_ else f"{one}/{all_}"


def sign_of(rule: Outcome, charset: str = "unicode") -> tuple[str, str]:
    """The sign of a verdict, and its style."""
    sign, plain, style = _SIGNS[rule]
    return (plain if charset == "ascii" else sign), style


def _explained(report: Report, explainer: Explainer, answers: bool, charset: str) -> Iterator[RenderableType]:
    """The first wrong line at length, then the others that do not share its cause, in a line each."""
    yield from _digits(report, explainer)
    yield from _remarks(report, explainer, charset)
    first = report.first_wrong
    if first is None:
        return
    words = explainer.explanation(first, numbers=answers)
    yield Text(_("Look first at {symbol}").format(symbol=words.symbol), "bold magenta")
    yield from (Padding(line, (0, 0, 0, 3)) for line in _lines(words, charset))
    yield Text()
    others = list(_told_apart(report))[1:]
    if others:
        yield Text(_("Then"), "bold magenta")
        for mark in others:
            words = explainer.explanation(mark, numbers=answers)
            yield Padding(_short(words, charset), (0, 0, 0, 3))
        yield Text()


def _digits(report: Report, explainer: Explainer) -> Iterator[Text]:
    """Which lines need more digits, and how many."""
    for wanted in dict.fromkeys(map(_wanted, report.too_short)):
        lines = listed(explainer.symbol(mark.quantity) for mark in report.too_short if _wanted(mark) == wanted)
        if wanted is None:
            yield Text(_("Too few digits, three significant figures would do: {lines}").format(lines=lines), "yellow")
        else:
            said = _("Too few digits, {digits} are asked for: {lines}")
            yield Text(said.format(digits=describe_digits(wanted), lines=lines), "yellow")
        yield Text()


def _wanted(mark: Mark) -> Rounding | None:
    """The digits that were asked for, if anybody did."""
    return mark.digits if mark.is_asked else None


def _remarks(report: Report, explainer: Explainer, charset: str) -> Iterator[Text]:
    """What there is to say of lines that are right."""
    by_words: dict[str, list[str]] = {}
    for mark in report.remarked:
        by_words.setdefault(explainer.remark(mark), []).append(explainer.symbol(mark.quantity))
    for words, lines in by_words.items():
        yield Text.assemble((listed(lines), "bold"), labelled("", _in(charset, as_sentence(words))))
        yield Text()
    for work in report.changes:
        yield Text(_in(charset, as_sentence(visible(explainer.found_in(work)))))
        yield Text()


def _missed(report: Report, charset: str) -> Iterator[Text]:
    """The lines with work in them that were not understood, each with its place."""
    if not report.missed:
        return
    yield Text(_("Not understood, and so not judged:"), "yellow")
    for one in report.missed[:_MOST_MISSED]:
        yield Text(_in(charset, f"   {missed_line(one)}"), "yellow")
    if (more := len(report.missed) - _MOST_MISSED) > 0:
        said = plural("{count:,} more line: --what lists it", "{count:,} more lines: --what lists them", more)
        yield Text(f"   {said}", "yellow")
    yield Text()


def missed_line(one: Remark) -> str:
    """A line that was not understood: its place, what stands there, and why."""
    where = one.spot.cell or _("line {line}").format(line=one.spot.line)
    return labelled(where, aside(visible(" ".join(one.text.split()))[:_LONGEST_MISSED], visible(one.why)))


def _lines(words: Explanation, charset: str) -> Iterator[Text]:
    yield from _found(words, charset)
    yield from _formulas(words, charset)
    yield from _to_do(words, charset)


def _found(words: Explanation, charset: str) -> Iterator[Text]:
    """What was done, and what else it may have been."""
    yield Text(_in(charset, as_sentence(words.said)))
    for other in words.others:
        yield Text(_in(charset, _("or: {said}").format(said=other)), "dim")
    if words.at:
        yield Text(_("It was done before this line, in {symbol}, and shows here.").format(symbol=words.at))


def _formulas(words: Explanation, charset: str) -> Iterator[Text]:
    """The formula that the answer fits, with the student's numbers, and the right one."""
    about = "~=" if charset == "ascii" else "≈"
    symbol = words.at or words.symbol
    fits, should = _("your line fits"), _("it should be")
    wide = max(cell_len(fits), cell_len(should)) + 2
    if words.done:
        yield Text.assemble((_padded(fits, wide), "dim"), f"{symbol} = {words.done}")
        if words.done_numbers:
            same = words.done_numbers.replace("−", "-") == words.yours.replace("−", "-")
            sign = "=" if words.exactly else about
            numbers = _in(charset, f"= {words.done_numbers}" + ("" if same else f" {sign} {words.yours}"))
            yield Text.assemble(" " * wide, numbers)
    if words.should:
        yield Text.assemble((_padded(should, wide), "dim"), (f"{symbol} = {words.should}", "green"))


def _to_do(words: Explanation, charset: str) -> Iterator[Text]:
    """The rule, where else it was broken, and what is fine all the same."""
    if words.advice:
        yield Text(_in(charset, as_sentence(words.advice)), "italic")
    if words.lines:
        yield Text(_("The same in: {lines}").format(lines=listed(words.lines)))
    if words.following:
        said = _("Fine, because they follow from your value: {lines}")
        yield Text(said.format(lines=listed(words.following)), "cyan")


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - cell_len(text))


def _short(words: Explanation, charset: str) -> Text:
    text = Text.assemble((words.symbol, "bold"), labelled("", _in(charset, words.said)))
    if words.should:
        text.append(_("; it should be {formula}").format(formula=words.should), "dim")
    return text


def _total(report: Report) -> Text:
    written = [*(mark.written for mark in report.formulas), *(mark.written for mark in report.words)]
    if not report.marks and not any(written):
        return Text(_("There is no answer on this sheet yet."))
    if report.worth == 0:
        return Text(_("Nothing on this sheet is asked for."))
    said = _("{earned} of {worth} marks").format(earned=marks_text(report.earned), worth=marks_text(report.worth))
    said = taken_off(said, report.days_late, report.lost)
    if not report.all_read_is_right:
        return Text(said, "bold")
    return Text(labelled(said, _("all that was read is right") if report.missed else _("all right")), "bold green")


def taken_off(said: str, days_late: int, lost: Rational) -> str:
    """The marks, with what lateness costs of them."""
    if not days_late:
        return said
    days = plural("{count} day late", "{count} days late", days_late)
    return _("{marks}; {days}: {lost} taken off").format(marks=said, days=days, lost=marks_text(lost))


# ---- Markdown ----------------------------------------------------------------------------------------------------


def report_markdown(report: Report, student: str = "", answers: bool = True, notation: str | None = None) -> str:
    """The same report as Markdown."""
    explainer = Explainer(report, "unicode", notation)
    head = [_("quantity"), _("yours"), *([_("expected")] if answers else []), _("verdict"), _("marks")]
    lines = [f"# {escaped(' · '.join(filter(None, (report.key.problem.title, student))) or _('Report'))}", ""]
    lines += [f"| {' | '.join(['', *head])} |", f"|{'---|' * (len(head) + 1)}"]
    for mark in report.marks:
        cells = [_SIGNS[mark.verdict.rule][0], explainer.symbol(mark.quantity), mark.written]
        cells += [in_figures(mark.expected_text)] if answers else []
        cells += [explainer.verdict_of(mark), _of(mark)]
        lines.append(f"| {' | '.join(map(escaped, cells))} |")
    lines.append("")
    lines += _formulas_in_markdown(report, explainer, answers)
    lines += _words_in_markdown(report, answers)
    lines += [line for said in _notes(report) for line in (escaped(said), "")]
    lines += [escaped(text.plain) for text in (*_digits(report, explainer), *_remarks(report, explainer, "unicode"))]
    lines += [f"- {escaped(said.strip())}" if said[:1] == " " else escaped(said)
              for said in (text.plain for text in _missed(report, "unicode"))]  # fmt: skip
    for place, mark in enumerate(_told_apart(report)):
        words = explainer.explanation(mark, numbers=answers)
        title = _("Look first at {symbol}") if place == 0 else "{symbol}"
        lines += [f"## {escaped(title.format(symbol=words.symbol))}", "", *_paragraphs(_found(words, "unicode"))]
        if formulas := [visible(line.plain) for line in _formulas(words, "unicode")]:
            lines += [*(f"    {line}" for line in formulas), ""]
        lines += _paragraphs(_to_do(words, "unicode"))
    return "\n".join([*lines, f"**{escaped(_total(report).plain)}**", ""])


def _formulas_in_markdown(report: Report, explainer: Explainer, answers: bool) -> list[str]:
    """The formulas that were asked for, as a table."""
    if not report.formulas:
        return []
    head = [_("quantity"), _("yours"), *([_("expected")] if answers else []), _("verdict"), _("marks")]
    lines = [f"| {' | '.join(['', *head])} |", f"|{'---|' * (len(head) + 1)}"]
    for mark in report.formulas:
        cells = [_SIGNS[mark.outcome][0], explainer.symbol(mark.quantity), mark.written]
        cells += [explainer.formula_of(mark)] if answers else []
        cells += [explainer.formula_verdict(mark), _of(mark)]
        lines.append(f"| {' | '.join(map(escaped, cells))} |")
    return [*lines, ""]


def _words_in_markdown(report: Report, answers: bool) -> list[str]:
    """The questions, as a table."""
    if not report.words:
        return []
    head = ["", _("question"), _("yours"), _("verdict"), _("marks")]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for mark in report.words:
        said = labelled(mark.question.key, mark.question.said)
        cells = [_SIGNS[mark.outcome][0], said, mark.written, _on_words(mark, answers), _of(mark)]
        lines.append(f"| {' | '.join(map(escaped, cells))} |")
    return [*lines, ""]


def _told_apart(report: Report) -> Iterator[Mark]:
    """The wrong lines, one for each cause."""
    told: set[Quantity] = set()
    for mark in report.wrong:
        if mark.quantity not in told:
            yield mark
            told |= {one for cause in report.causes if cause.hypotheses == mark.verdict.causes for one in cause.lines}


def _paragraphs(texts: Iterator[Text]) -> list[str]:
    return [line for text in texts for line in (escaped(text.plain), "")]


def escaped(text: str) -> str:
    """The text with nothing in it that Markdown or HTML would obey."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in "\\`*_{}[]#|!~$" else char for char in text)
