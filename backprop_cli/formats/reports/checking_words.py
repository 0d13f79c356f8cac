"""What a report on a sheet says, line by line, for a terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.descriptions import describe_digits
from backprop_cli.checking.explain import Explainer, Explanation
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import (
    _,
    as_sentence,
    aside,
    clauses,
    decimal_sign,
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
_FLIPPED = n_("δ on this sheet has the other sign throughout, up to the updates: it is judged by that sign.")
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


def notes_on(report: Report) -> Iterator[str]:
    """What is said of the whole sheet, before its lines."""
    yield from map(as_sentence, report.notes)
    if report.flipped:
        yield _(_FLIPPED)
    if report.commas and decimal_sign() != ",":
        yield _("Decimals are written with a comma on this sheet; it is read so.")
    for complaint in report.unread:
        where = f"{complaint.span.line}:{complaint.span.column}: " if complaint.span is not None else ""
        hint = f" ({complaint.hint})" if complaint.hint else ""
        said = _("Note: {what}") if complaint.was_read else _("Not read: {what}")
        yield said.format(what=visible(f"{where}{complaint.message}{hint}"))


def verdict_on_words(mark: WordMark, answers: bool) -> str:
    """The verdict on an answer in words, and, where right values are shown, why another word is right."""
    from backprop_cli.checking.word_answers import verdict_on, why

    said = verdict_on(mark)
    should = _("it should be {word}").format(word=why(mark.question))
    return clauses([said, should]) if answers and mark.outcome is not Outcome.RIGHT else said


def marks_on(mark: Mark | FormulaMark | WordMark) -> str:
    """The marks of a line, of how many."""
    return "" if mark.worth == 0 else marks_of(mark.earned, mark.worth)


def marks_of(earned: Rational, worth: Rational) -> str:
    """1/2 for one of two marks; where a fraction is among them, with a word: 1/3 of 2 11/12."""
    one, all_ = marks_text(earned), marks_text(worth)
    return _("{earned} of {worth}").format(earned=one, worth=all_) if "/" in one + all_ else f"{one}/{all_}"


def sign_of(rule: Outcome, charset: str = "unicode") -> tuple[str, str]:
    """The sign of a verdict, and its style."""
    sign, plain, style = _SIGNS[rule]
    return (plain if charset == "ascii" else sign), style


def digits_missing(report: Report, explainer: Explainer) -> Iterator[Text]:
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


def remarks_on(report: Report, explainer: Explainer, charset: str) -> Iterator[Text]:
    """What there is to say of lines that are right."""
    by_words: dict[str, list[str]] = {}
    for mark in report.remarked:
        by_words.setdefault(explainer.remark(mark), []).append(explainer.symbol(mark.quantity))
    for words, lines in by_words.items():
        yield Text.assemble((listed(lines), "bold"), labelled("", in_charset(charset, as_sentence(words))))
        yield Text()
    if report.factors is not None:
        of_factors = explainer.like(report.factors)
        for mark in (*report.factors.wrong, *report.factors.remarked):
            said = of_factors.remark(mark) if not mark.verdict.is_wrong else of_factors.verdict(mark.verdict)
            on_the_way = _("{name}, a factor on the way").format(name=of_factors.symbol(mark.quantity))
            yield Text(in_charset(charset, labelled(on_the_way, visible(said))))
            yield Text()
    for work in report.changes:
        yield Text(in_charset(charset, as_sentence(visible(explainer.found_in(work)))))
        yield Text()


def not_understood(report: Report, charset: str) -> Iterator[Text]:
    """The lines with work in them that were not understood, each with its place."""
    if not report.missed:
        return
    yield Text(_("Not understood, and so not judged:"), "yellow")
    for one in report.missed[:_MOST_MISSED]:
        yield Text(in_charset(charset, f"   {missed_line(one)}"), "yellow")
    if hint := next((one.hint for one in report.missed if one.hint), ""):  # which names there are is said once
        yield Text(in_charset(charset, as_sentence(hint)))
    if (more := len(report.missed) - _MOST_MISSED) > 0:
        said = plural("{count:,} more line: --what lists it", "{count:,} more lines: --what lists them", more)
        yield Text(f"   {said}", "yellow")
    yield Text()


def missed_line(one: Remark) -> str:
    """A line that was not understood: its place, what stands there, and why."""
    return labelled(one.spot.said, aside(visible(" ".join(one.text.split()))[:_LONGEST_MISSED], visible(one.why)))


def what_was_found(words: Explanation, charset: str) -> Iterator[Text]:
    """What was done, and what else it may have been."""
    yield Text(in_charset(charset, as_sentence(words.said)))
    for other in words.others:
        yield Text(in_charset(charset, _("or: {said}").format(said=other)), "dim")
    if words.at:
        yield Text(_("It was done before this line, in {symbol}, and shows here.").format(symbol=words.at))


def formulas_of(words: Explanation, charset: str) -> Iterator[Text]:
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
            numbers = in_charset(charset, f"= {words.done_numbers}" + ("" if same else f" {sign} {words.yours}"))
            yield Text.assemble(" " * wide, numbers)
    if words.should:
        yield Text.assemble((_padded(should, wide), "dim"), (f"{symbol} = {words.should}", "green"))


def what_to_do(words: Explanation, charset: str) -> Iterator[Text]:
    """The rule, where else it was broken, and what is fine all the same."""
    if words.advice:
        yield Text(in_charset(charset, as_sentence(words.advice)), "italic")
    if words.lines:
        yield Text(_("The same in: {lines}").format(lines=listed(words.lines)))
    if words.following:
        said = _("Fine, because they follow from your value: {lines}")
        yield Text(said.format(lines=listed(words.following)), "cyan")


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - cell_len(text))


def total_of(report: Report) -> Text:
    """The marks of the sheet, in words."""
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


def told_apart(report: Report) -> Iterator[Mark]:
    """The wrong lines, one for each cause."""
    told: set[Quantity] = set()
    for mark in report.wrong:
        if mark.quantity not in told:
            yield mark
            told |= {one for cause in report.causes if cause.hypotheses == mark.verdict.causes for one in cause.lines}
