"""The report on a sheet: its numbers first, then what working, changes, factors, formulas and words say of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.computed import as_computed
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS
from backprop_cli.checking.report import Report
from backprop_cli.ground.errors import Complaint, MathError, SourceError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import precision
from backprop_cli.working.model import Chain


def check_sheet(checker: Checker, sheet: Sheet) -> Report:
    """The report on a sheet as it was read; an answer that has no value (1/0) is one line that cannot be read.

    Raises SourceError where no answer has a value.
    """
    notes = sheet.notes
    if sheet.bits:
        checker = checker.of_numbers(sheet.bits)
        sheet, notes = as_computed(sheet, checker.key, checker.marking)
    if checker.problem.lettered:
        sheet = _without_stand_ins(sheet, checker)
    answers, complaints = _numbers(checker, sheet)
    if complaints and not answers and not sheet.words and not sheet.parts:
        raise SourceError(sheet.source, complaints, sheet.text)
    texts = {answer.quantity: answer.text for answer in sheet.answers if answer.text}
    report = checker.check(answers, texts)
    if sheet.parts or sheet.changes:
        report = _with_work(checker, report, sheet, answers)
    if sheet.factors:
        report = _with_factors(checker, report, sheet, answers)
    report = _with_formulas(checker, report, sheet, answers)
    if checker.questions:
        from backprop_cli.checking.word_answers import judge_words

        report = replace(report, words=judge_words(checker.questions, sheet.words, answers, checker.marking))
    return replace(report, commas=sheet.commas, unread=tuple(complaints), notes=notes, missed=sheet.lost)


def _numbers(checker: Checker, sheet: Sheet) -> tuple[dict[Quantity, Given], list[Complaint]]:
    """The answers, and what is complained of: those that could not be read, and those that have no value."""
    answers: dict[Quantity, Given] = {}
    complaints = list(sheet.unread)
    with precision(BITS):
        for quantity, written in sheet.written.items():
            try:
                answers[quantity] = checker.given(quantity, written)
            except (MathError, Undecided) as problem:
                complaints.append(sheet.complaint(quantity, _("this has no value: {problem}").format(problem=problem)))
    return answers, complaints


def _with_work(checker: Checker, report: Report, sheet: Sheet, answers: Mapping[Quantity, Given]) -> Report:
    """The report in view of the working on the sheet, and of what changes from one line to the next."""
    from backprop_cli.checking.in_view_of_work import in_the_letters, with_changes, with_working

    judge = checker.equations(report.key, sheet.book)
    if sheet.parts:
        found = judge.judged(sheet.parts, answers)
        report = with_working(in_the_letters(report, found, judge), found, answers, checker.marking)
    if sheet.changes:
        from backprop_cli.checking.changes import judged_changes

        report = with_changes(report, judged_changes(judge, sheet.changes, answers), answers, checker.marking)
    return report


def _with_formulas(checker: Checker, report: Report, sheet: Sheet, answers: Mapping[Quantity, Given]) -> Report:
    """The report with the formulas that are asked for; else with those that stand where no value does."""
    lines = checker.asked_formulas or _in_letters_alone(checker, sheet)
    if not lines or (checker.problem.lettered and not checker.asked_formulas):
        return report
    from backprop_cli.checking.formula_answers import judge_formulas, written_in_letters

    judge = checker.equations(report.key, sheet.book)
    if checker.asked_formulas:
        marks = judge_formulas(judge, lines, sheet.parts, answers, checker.marking)
    else:
        counts = not checker.marking.asked(checker.key.order)
        marks = written_in_letters(judge, lines, sheet.parts, answers, checker.marking, counts)
    return replace(report, formulas=marks)


def _in_letters_alone(checker: Checker, sheet: Sheet) -> list[Line]:
    """The lines of which a sheet has work and no value, in the order of the problem."""
    alone = sheet.parts.keys() - sheet.written.keys()
    if not alone:
        return []
    textbook = {line.quantity: line for line in checker.worked.derivation(then_forward=True).lines}
    lines = ((one, textbook.get(one) or checker.key.line(one)) for one in checker.key.order if one in alone)
    return [line for one, line in lines if line is not None and not line.given and checker.key.is_worked(one)]


def _without_stand_ins(sheet: Sheet, checker: Checker) -> Sheet:
    """The sheet without numbers for what a letter decides: none is compared with one that stands in for the letter.

    Where its formula is asked for, they are judged with that; where it is not, this is complained of.
    """
    lettered, asked = checker.problem.lettered, {line.quantity for line in checker.asked_formulas}
    complaints = tuple(
        sheet.complaint(one, _("{key} depends on a letter, and has no value").format(key=one.key))
        for one in sheet.written
        if one in lettered and one not in asked
    )
    answers = tuple(answer for answer in sheet.answers if answer.quantity not in lettered)
    return replace(sheet, answers=answers, unread=(*sheet.unread, *complaints))


def _with_factors(checker: Checker, report: Report, sheet: Sheet, answers: Mapping[Quantity, Given]) -> Report:
    """The report with what the factors of the chain rule on the sheet say."""
    from backprop_cli.checking.factors import judged_factors, with_factors
    from backprop_cli.checking.written_numbers import value_in_chain

    written: dict[Quantity, tuple[Given, str]] = {}
    for one in sheet.factors:
        said = value_in_chain(Chain(one.name, one.spot, one.parts))[1]
        with precision(BITS), suppress(MathError, Undecided):
            if said is not None:
                written.setdefault(one.quantity, (checker.given(one.quantity, said), said.text.strip()))
    key = checker.with_factors(report.key, sheet.factors)
    meanings = checker.reader.meanings.by_the_book(sheet.book) if sheet.book else checker.reader.meanings
    factors = judged_factors(key, meanings, sheet.factors, written, answers, checker.marking)
    return with_factors(report, factors, sheet.factors, sheet.parts, checker.marking)
