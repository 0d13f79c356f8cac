"""Checks a sheet against a problem: every line with its verdict and its marks, and the causes of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from dataclasses import replace as _replace
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
from backprop_cli.checking.sharing import with_shares
from backprop_cli.checking.shown import digits_of, rounded
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.checking.work import WorkReader
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.reports import NamesWithReports
from backprop_cli.ground.errors import Complaint, MathError, SourceError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.working.model import Remark

if TYPE_CHECKING:
    from backprop_cli.checking.changes import Judged
    from backprop_cli.checking.equations import EquationJudge, Equations
    from backprop_cli.checking.formula_answers import FormulaMark
    from backprop_cli.checking.hypothesis import Hypothesis

_MOST_KNOWN = 200_000  # answers that are remembered
_MOST_PLACES = 15  # more are never shown
_NOTHING = rational(0)


@record
class Mark:
    """One line of a report: what was answered, how it was judged, and what it earns."""

    quantity: Quantity
    written: str  # as it stands on the sheet; empty where it was left blank
    verdict: Verdict
    expected: Real  # what the key prints
    earned: Rational
    worth: Rational
    digits: Rounding  # to which the key prints it
    is_asked: bool = True  # whether anybody asked for digits
    is_rounded: bool = False  # whether the expected value has no further digits

    @property
    def expected_text(self) -> str:
        """The right value as the key prints it, or to as many places as were written if those are more."""
        rule = self.digits
        part = self.written.partition(".")[2]
        if rule.places is not None and part.isdigit() and not self.is_rounded:
            rule = _replace(rule, places=max(rule.places, min(len(part), _MOST_PLACES)))
        return rounded(self.expected, rule).text()


@record
class Cause:
    """A mistake and the lines that it explains; several hypotheses where nothing on the sheet tells them apart."""

    hypotheses: tuple[Hypothesis, ...]
    lines: tuple[Quantity, ...]


@record(slots=False)
class Report:
    """Every line in the order of the work."""

    key: AnswerKey
    marks: tuple[Mark, ...]
    flipped: bool = False  # the sheet uses the other sign of δ throughout
    commas: bool = False  # decimals are written with a comma
    unread: tuple[Complaint, ...] = ()  # what on the sheet is no answer to this problem
    working: Mapping[Quantity, Equations] = field(default_factory=dict)  # what was found in the lines that show it
    days_late: int = 0
    lost: Rational = _NOTHING  # by that
    formulas: tuple[FormulaMark, ...] = ()  # that were asked for
    notes: tuple[str, ...] = ()  # what is to be said of the whole sheet
    changes: tuple[Equations, ...] = ()  # faulty lines of changes, where no verdict tells of them
    missed: tuple[Remark, ...] = ()  # lines with work in them that were not understood

    @property
    def _all(self) -> tuple[Mark | FormulaMark, ...]:
        return (*self.marks, *self.formulas)

    @property
    def earned(self) -> Rational:
        """The marks of the sheet, without those that lateness costs."""
        return sum((mark.earned for mark in self._all), _NOTHING) - self.lost

    @property
    def worth(self) -> Rational:
        """The marks that could be had."""
        return sum((mark.worth for mark in self._all), _NOTHING)

    @property
    def all_right(self) -> bool:
        """Whether every line that is asked for has full marks, and no digit is wrong; an empty sheet is not right."""
        full = all(mark.earned == mark.worth and not mark.verdict.remark for mark in self.marks)
        in_letters = all(mark.outcome is Outcome.RIGHT for mark in self.formulas)
        good = full and in_letters and not self.wrong and not self.unread and not self.changes
        return bool(self.marks or self.formulas) and good

    @cached_property
    def wrong(self) -> tuple[Mark, ...]:
        """The lines that are themselves at fault, first to last."""
        return tuple(mark for mark in self.marks if mark.verdict.is_wrong)

    @property
    def too_short(self) -> tuple[Mark, ...]:
        """The lines that are right, or follow, but have fewer digits than are asked for."""
        return tuple(mark for mark in self.marks if mark.verdict.rule is Outcome.TOO_FEW)

    @property
    def remarked(self) -> tuple[Mark, ...]:
        """The lines on which there is something to say that costs nothing."""
        return tuple(mark for mark in self.marks if mark.verdict.remark and not mark.verdict.is_wrong)

    @property
    def first_wrong(self) -> Mark | None:
        """The line to look at first."""
        return self.wrong[0] if self.wrong else None

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The mistakes, each once, in the order of the lines where they show first."""
        found: dict[tuple[Hypothesis, ...], list[Quantity]] = {}
        for mark in self.marks:
            if mark.verdict.causes:
                found.setdefault(mark.verdict.causes, []).append(mark.quantity)
        return tuple(Cause(hypotheses, tuple(lines)) for hypotheses, lines in found.items())

    def handed_in_late(self, marking: Marking, days: int) -> Report:
        """The same report for a sheet that came so many days late."""
        return _replace(self, days_late=days, lost=self.earned - marking.after(self.earned, self.worth, days))

    def following(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """The lines that are right as they follow from this wrong one."""
        follows = (mark for mark in self.marks if mark.verdict.rule is Outcome.FOLLOWS)
        return tuple(mark.quantity for mark in follows if quantity in mark.verdict.because)


class Checker:
    """Marks any number of sheets of one problem."""

    def __init__(self, worked: WorkedProblem, marking: Marking | None = None) -> None:
        self.worked = worked
        self.problem = worked.problem
        self.marking = marking or Marking(self.problem)
        self.key = AnswerKey(worked)
        self._equations: dict[tuple[AnswerKey, str], EquationJudge] = {}
        self._of_numbers: dict[int, Checker] = {}

    def given(self, quantity: Quantity, written: Written) -> Given:
        """An answer as numbers; of what many write, which is read once, the same ones each time."""
        known = self.marking.given
        found = known.get((quantity, id(written)))
        if found is None:
            given = given_of(written, value_of(written), partial(self.marking.unit, quantity))
            found = written, given  # that it has what was written keeps its identity
            if len(known) < _MOST_KNOWN:
                known[quantity, id(written)] = found
        return found[1]

    @cached_property
    def names(self) -> Names:
        """Every name that an answer may have."""
        first = self.worked.exactly.full
        return NamesWithReports.of(self.problem, first) if self.problem.report else Names.of(self.problem, first)

    @cached_property
    def reader(self) -> WorkReader:
        """Reads what students hand in."""
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

    @cached_property
    def _asked(self) -> dict[Quantity, Rational]:
        """What the exercise asks for, and the marks of each; empty where it asks for nothing in particular."""
        return {quantity: self.marking.worth(quantity) for quantity in self.marking.asked(self.key.order)}

    @cached_property
    def _other_sign(self) -> AnswerKey:
        conventions = self.problem.conventions
        other = _replace(conventions, negative_delta=not conventions.negative_delta)
        return AnswerKey(WorkedProblem(_replace(self.problem, conventions=other)))

    def check(self, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str]) -> Report:
        """The report on one sheet; blank answers are simply not there, those that cannot be read only in `texts`.

        A sheet that uses the other sign of δ throughout, up to its updates, is judged by that sign.
        """
        report = self._judged(self.key, answers, texts)
        if self.marking.rule.free_sign and self._signs_are_turned(report, answers):
            other = self._judged(self._other_sign, answers, texts)
            more = len(_good_deltas(other, answers)) > len(_good_deltas(report, answers))
            if more and other.earned > report.earned and self._is_borne_out(other):
                return _replace(other, flipped=True)
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

        Nothing needs to where nothing in the problem could: it ends with δ, or all that comes after is 0.
        """
        if not any(_shows_the_sign(report.key, one) for one in report.key.derivation.index):
            return True
        for mark in report.marks:
            quantity = mark.quantity
            if mark.written and mark.verdict.rule in FULL_MARKS and _shows_the_sign(report.key, quantity):
                return True
        return False

    @cached_property
    def asked_formulas(self) -> tuple[Line, ...]:
        """The lines that are asked for as formulas."""
        return tuple(asked_formulas(self.worked))

    def _judged(self, key: AnswerKey, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str]) -> Report:
        verdicts = with_shares(Judge(key, answers, self.marking).judged(), key, answers)
        verdicts |= {one: Verdict(one, Outcome.UNREADABLE) for one in texts if one not in answers}
        free = {} if self.problem.asks_formulas_alone else {one: self.marking.worth(one) for one in verdicts}
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


def _shows_the_sign(key: AnswerKey, quantity: Quantity) -> bool:
    """Whether a line has another value where δ is taken for its opposite: a gradient that is not 0, an update."""
    if quantity.by is not None and quantity.by.kind is Kind.PARAMETER:
        return not is_nothing(key.expected(quantity))
    old = key.old_of(quantity)
    return old is not None and key.expected(quantity) != key.true(old)


_GOOD = (*FULL_MARKS, Outcome.TOO_FEW)


def _good_deltas(report: Report, answers: Mapping[Quantity, Given]) -> list[Mark]:
    """Every δ that is right or follows, if only as far as it goes; but for 0 and 0.000, which have no sign."""
    deltas = (mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.verdict.rule in _GOOD)
    return [mark for mark in deltas if answers[mark.quantity].value != 0]


def check_sheet(checker: Checker, sheet: Sheet) -> Report:
    """The report on a sheet as it was read; an answer that has no value (1/0) is one line that cannot be read.

    Raises SourceError where no answer has a value.
    """
    notes: tuple[str, ...] = ()
    if sheet.bits:
        checker = checker.of_numbers(sheet.bits)
        sheet, notes = as_computed(sheet, checker.key, checker.marking)
    answers: dict[Quantity, Given] = {}
    complaints = list(sheet.unread)
    with precision(BITS):
        for quantity, written in sheet.written.items():
            try:
                answers[quantity] = checker.given(quantity, written)
            except (MathError, Undecided) as problem:
                complaints.append(sheet.complaint(quantity, _("this has no value: {problem}").format(problem=problem)))
    if complaints and not answers and not (checker.asked_formulas and sheet.parts):
        raise SourceError(sheet.source, complaints, sheet.text)
    texts = {answer.quantity: answer.text for answer in sheet.answers if answer.text}
    report = checker.check(answers, texts)
    if sheet.parts:
        judge = checker.equations(report.key, sheet.book)
        found = judge.judged(sheet.parts, answers)
        report = _with_working(_in_the_letters(report, found, judge), found, answers, checker.marking)
    if sheet.changes:
        from backprop_cli.checking.changes import judged_changes

        judge = checker.equations(report.key, sheet.book)
        report = _with_changes(report, judged_changes(judge, sheet.changes, answers), answers, checker.marking)
    if checker.asked_formulas:
        from backprop_cli.checking.formula_answers import judge_formulas

        judge = checker.equations(report.key, sheet.book)
        marks = judge_formulas(judge, checker.asked_formulas, sheet.parts, answers, checker.marking)
        report = _replace(report, formulas=marks)
    return _replace(report, commas=sheet.commas, unread=tuple(complaints), notes=notes, missed=sheet.lost)


def _in_the_letters(report: Report, found: Mapping[Quantity, Equations], judge: EquationJudge) -> Report:
    """The report in which, of several guesses by value, only those are left that the letters of the lines bear out."""
    told: dict[tuple[Hypothesis, ...], tuple[Hypothesis, ...]] = {}
    for mark in report.marks:
        causes, work = mark.verdict.causes, found.get(mark.quantity)
        if work is not None and (fewer := judge.borne_out(work, causes)) != causes:
            told.setdefault(causes, fewer)
    return _replace(report, marks=tuple(
        _replace(mark, verdict=_replace(mark.verdict, causes=told.get(mark.verdict.causes, mark.verdict.causes)))
        for mark in report.marks
    ))  # fmt: skip


def _with_working(
    report: Report, found: Mapping[Quantity, Equations], answers: Mapping[Quantity, Given], marking: Marking
) -> Report:
    """The report with what the working says: a wrong value with the right formula before it is a slip."""
    from backprop_cli.checking.by_value import seen_by_value

    marks = []
    for mark in report.marks:
        work = found.get(mark.quantity)
        verdict = _seen_in(mark.verdict, work)
        if work is not None and mark.quantity in answers and _hides(mark, work, answers[mark.quantity], report.key):
            verdict = Verdict(mark.quantity, Outcome.NEAR, near="numbers" if work.copied is None else "copied")
        marks.append(_replace(mark, verdict=verdict, earned=mark.worth * marking.share(verdict)))
    working = dict(found) | {
        mark.quantity: seen_by_value(found[mark.quantity], mark.verdict) for mark in marks if mark.quantity in found
    }
    return _replace(report, marks=tuple(marks), working=working)


def _with_changes(
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
        verdict = _seen_in(_replace(mark.verdict, rule=Outcome.WRONG), one.work)
        if verdict.rule is Outcome.WRONG and mark.verdict.rule is Outcome.MISTAKE:
            verdict = mark.verdict
        marks[new] = _replace(mark, verdict=verdict, earned=mark.worth * marking.share(verdict))
    return _replace(report, marks=tuple(marks.values()), working=working, changes=tuple(changes))


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
        return _replace(verdict, remark="formula")
    shows = work.formula or work.numbers
    is_sign = verdict.rule is Outcome.NEAR and verdict.near == "sign"  # which was lost somewhere
    if (verdict.rule in (Outcome.MISTAKE, Outcome.WRONG) or is_sign) and work.formula is not False:
        if work.copied is not None and work.arithmetic is not False:
            return Verdict(verdict.quantity, Outcome.NEAR, near="copied")
        if work.arithmetic is False and shows and work.copied is None:
            return Verdict(verdict.quantity, Outcome.NEAR, near="arithmetic")
    return verdict
