"""Marks sheets of a problem: their numbers first, then what their working, their changes and formulas say of those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.asked import asked_formulas
from backprop_cli.checking.computed import ComputedMarking, as_computed, places_of
from backprop_cli.checking.given import Given, given_of
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking, is_nothing
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.sharing import with_shares
from backprop_cli.checking.shown import digits_of
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.reports import NamesWithReports
from backprop_cli.ground.errors import MathError, SourceError, Undecided
from backprop_cli.ground.recent import Recent
from backprop_cli.ground.words import _, language
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.working.model import Chain

if TYPE_CHECKING:
    from backprop_cli.checking.equations import EquationJudge
    from backprop_cli.checking.factor_lines import Factor
    from backprop_cli.checking.work import WorkReader
    from backprop_cli.questions.question import Question

_MOST_REPORTS = 256
_MOST_FACTORED = 16  # sets of factors that are remembered
_NOTHING = rational(0)
_GOOD = (*FULL_MARKS, Outcome.TOO_FEW)


class Checker:
    """Marks any number of sheets of one problem."""

    def __init__(self, worked: WorkedProblem, marking: Marking | None = None) -> None:
        self.worked = worked
        self.problem = worked.problem
        self.marking = marking or Marking(self.problem)
        self._equations: dict[tuple[AnswerKey, str], EquationJudge] = {}
        self._of_numbers: dict[int, Checker] = {}
        # that a report has the answers keeps their identity
        self._known = Recent[tuple[object, ...], tuple[Mapping[Quantity, Given], Report]](_MOST_REPORTS)
        self._factored: dict[tuple[AnswerKey, frozenset[Quantity]], AnswerKey] = {}

    @cached_property
    def key(self) -> AnswerKey:
        """The right values."""
        return AnswerKey(self.worked)

    def given(self, quantity: Quantity, written: Written) -> Given:
        """An answer as numbers; of what many write, which is read once, the same ones each time."""
        known = self.marking.given
        found = known.get((quantity, id(written)))
        if found is None:
            given = given_of(written, value_of(written), partial(self.marking.unit, quantity))
            found = written, given  # that it has what was written keeps its identity
            known.keep((quantity, id(written)), found)
        return found[1]

    @cached_property
    def names(self) -> Names:
        """Every name that an answer may have."""
        first = self.worked.exactly.full
        return NamesWithReports.of(self.problem, first) if self.problem.report else Names.of(self.problem, first)

    @cached_property
    def reader(self) -> WorkReader:
        """Reads what students hand in."""
        from backprop_cli.checking.work import WorkReader

        return WorkReader(self.worked, self.names)

    def of_numbers(self, bits: int) -> Checker:
        """Marks sheets that a program computed with numbers of so many bits."""
        if bits not in self._of_numbers:
            places = places_of(self.worked.exactly.full, bits)
            self._of_numbers[bits] = Checker(self.worked, ComputedMarking(self.problem, places=places))
        return self._of_numbers[bits]

    def equations(self, key: AnswerKey, book: str = "") -> EquationJudge:
        """Judges the working of sheets by a key (this one, or that of the other sign), in the notation of a book."""
        if (key, book) not in self._equations:
            meanings = self.reader.meanings.by_the_book(book) if book else self.reader.meanings
            from backprop_cli.checking.equations import EquationJudge

            self._equations[key, book] = EquationJudge(key, meanings)
        return self._equations[key, book]

    def with_factors(self, key: AnswerKey, factors: Sequence[Factor]) -> AnswerKey:
        """The key with a line for each of these factors of the chain rule; a class writes the same ones."""
        wanted = key, frozenset(one.quantity for one in factors)
        if wanted not in self._factored:
            from backprop_cli.checking.factors import with_lines_of

            if len(self._factored) >= _MOST_FACTORED:
                self._factored.clear()
            self._factored[wanted] = with_lines_of(key, factors)
        return self._factored[wanted]

    @cached_property
    def _asked(self) -> dict[Quantity, Rational]:
        """What the exercise asks for, and the marks of each; empty where it asks for nothing in particular."""
        return {quantity: self.marking.worth(quantity) for quantity in self.marking.asked(self.key.order)}

    @cached_property
    def _other_sign(self) -> AnswerKey:
        conventions = self.problem.conventions
        other = replace(conventions, negative_delta=not conventions.negative_delta)
        return AnswerKey(WorkedProblem(replace(self.problem, conventions=other)))

    def check(self, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str]) -> Report:
        """The report on one sheet; blank answers are simply not there, those that cannot be read only in `texts`.

        A sheet that uses the other sign of δ throughout, up to its updates, is judged by that sign. What many hand in,
        word for word, is judged once.
        """
        said = (language(), *((one, id(given)) for one, given in answers.items()), *texts.items())
        found = self._known.get(said)
        if found is None:
            found = self._known.keep(said, ({**answers}, self._by_either_sign(answers, texts)))
        return found[1]

    def forget(self) -> None:
        """Judges every sheet anew."""
        self._known.clear()

    def _by_either_sign(self, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str]) -> Report:
        report = self._report(Judge(self.key, answers, self.marking), texts)
        if self.marking.rule.free_sign and self._signs_are_turned(report, answers):
            good, judge = len(_good_deltas(report, answers)), Judge(self._other_sign, answers, self.marking)
            deltas = [one for one in answers if one.kind is Kind.DELTA and answers[one].value != 0]
            if sum(map(judge.may_be_good, deltas)) > good:  # before mistakes are looked for by that sign, too
                other = self._report(judge, texts)
                more = len(_good_deltas(other, answers)) > good
                if more and other.earned > report.earned and self._is_borne_out(other):
                    return replace(other, flipped=True)
        return report

    def _signs_are_turned(self, report: Report, answers: Mapping[Quantity, Given]) -> bool:
        """Whether it is worth a try: some δ is not right, and none but 0 is, not even as far as it goes."""
        good = _good_deltas(report, answers)
        if any(mark.verdict.rule is Outcome.RIGHT or not mark.verdict.because for mark in good):
            return False
        deltas = [mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.written]
        return len(good) < len(deltas)

    def _is_borne_out(self, report: Report) -> bool:
        """Whether anything on the sheet shows which sign of δ is meant: a gradient or an update that is not 0.

        An update that follows from a gradient which is wrong itself shows nothing of δ. Nothing needs to where nothing
        in the problem could: it ends with δ, or all that comes after is 0.
        """
        showing = _showing_the_sign(report.key)
        right = [mark for mark in report.marks if mark.written and mark.verdict.rule in FULL_MARKS]
        return not showing or any(
            mark.quantity in showing and not any(map(_is_gradient, mark.verdict.because)) for mark in right
        )

    @cached_property
    def asked_formulas(self) -> tuple[Line, ...]:
        """The lines that are asked for as formulas."""
        return tuple(asked_formulas(self.worked))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions that are asked. Raises UsageError for one that the problem does not have."""
        if not self.problem.ask_words:
            return ()
        from backprop_cli.questions.table import questions_of

        return questions_of(self.worked)

    def _report(self, judge: Judge, texts: Mapping[Quantity, str]) -> Report:
        key, answers = judge.key, judge.answers
        verdicts = with_shares(judge.judged(), key, answers)
        verdicts |= {one: Verdict(one, Outcome.UNREADABLE) for one in texts if one not in answers}
        free = {} if self.problem.asks_no_numbers else {one: self.marking.worth(one) for one in verdicts}
        worths = self._asked or free
        shown = sorted({*worths, *verdicts}, key=lambda one: key.order.get(one, -1))
        marks = []
        for quantity in shown:
            verdict = verdicts.get(quantity) or Verdict(quantity, Outcome.BLANK)
            worth = worths.get(quantity, _NOTHING)
            earned = worth * self.marking.share(verdict)
            digits = digits_of(key, self.marking, quantity)
            asked, on_the_way = self.marking.is_asked(quantity), key.rounded.get(quantity) is not None
            value, written = key.expected(quantity), texts.get(quantity, "")
            marks.append(Mark(quantity, written, verdict, value, earned, worth, digits, asked, on_the_way))
        return Report(key, tuple(marks))


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


def _good_deltas(report: Report, answers: Mapping[Quantity, Given]) -> list[Mark]:
    """Every δ that is right or follows, if only as far as it goes; but for 0 and 0.000, which have no sign."""
    deltas = (mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.verdict.rule in _GOOD)
    return [mark for mark in deltas if answers[mark.quantity].value != 0]


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
    answers: dict[Quantity, Given] = {}
    complaints = list(sheet.unread)
    with precision(BITS):
        for quantity, written in sheet.written.items():
            try:
                answers[quantity] = checker.given(quantity, written)
            except (MathError, Undecided) as problem:
                complaints.append(sheet.complaint(quantity, _("this has no value: {problem}").format(problem=problem)))
    if complaints and not answers and not sheet.words and not sheet.parts:
        raise SourceError(sheet.source, complaints, sheet.text)
    texts = {answer.quantity: answer.text for answer in sheet.answers if answer.text}
    report = checker.check(answers, texts)
    if sheet.parts:
        from backprop_cli.checking.in_view_of_work import in_the_letters, with_working

        judge = checker.equations(report.key, sheet.book)
        found = judge.judged(sheet.parts, answers)
        report = with_working(in_the_letters(report, found, judge), found, answers, checker.marking)
    if sheet.changes:
        from backprop_cli.checking.changes import judged_changes
        from backprop_cli.checking.in_view_of_work import with_changes

        judge = checker.equations(report.key, sheet.book)
        report = with_changes(report, judged_changes(judge, sheet.changes, answers), answers, checker.marking)
    if sheet.factors:
        report = _with_factors(checker, report, sheet, answers)
    if checker.asked_formulas:
        from backprop_cli.checking.formula_answers import judge_formulas

        judge = checker.equations(report.key, sheet.book)
        marks = judge_formulas(judge, checker.asked_formulas, sheet.parts, answers, checker.marking)
        report = replace(report, formulas=marks)
    elif (alone := _in_letters_alone(checker, sheet)) and not checker.problem.lettered:
        from backprop_cli.checking.formula_answers import written_in_letters

        judge, counts = checker.equations(report.key, sheet.book), not checker.marking.asked(checker.key.order)
        marks = written_in_letters(judge, alone, sheet.parts, answers, checker.marking, counts)
        report = replace(report, formulas=marks)
    if checker.questions:
        from backprop_cli.checking.word_answers import judge_words

        report = replace(report, words=judge_words(checker.questions, sheet.words, answers, checker.marking))
    return replace(report, commas=sheet.commas, unread=tuple(complaints), notes=notes, missed=sheet.lost)


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
