"""Marks the numbers of any number of sheets of one problem, and has what the rest of a sheet is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.asked import asked_formulas
from backprop_cli.checking.computed import ComputedMarking, places_of
from backprop_cli.checking.given import Given, given_of
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.sharing import with_shares
from backprop_cli.checking.shown import digits_of
from backprop_cli.checking.turned_signs import good_deltas, is_borne_out, signs_are_turned
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.verdicts import Outcome, Verdict
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.reports import NamesWithReports
from backprop_cli.ground.recent import Recent
from backprop_cli.ground.words import language
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.solving.worked import WorkedProblem

if TYPE_CHECKING:
    from backprop_cli.checking.equations import EquationJudge
    from backprop_cli.checking.factor_lines import Factor
    from backprop_cli.checking.work import WorkReader
    from backprop_cli.questions.question import Question

_MOST_REPORTS = 256
_MOST_FACTORED = 16  # sets of factors that are remembered
_NOTHING = rational(0)


class Checker:
    """Marks the sheets of one problem; `checking/reporting` reads the rest of a sheet with it."""

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
        if self.marking.rule.free_sign and signs_are_turned(report, answers):
            good, judge = len(good_deltas(report, answers)), Judge(self._other_sign, answers, self.marking)
            deltas = [one for one in answers if one.kind is Kind.DELTA and answers[one].value != 0]
            if sum(map(judge.may_be_good, deltas)) > good:  # before mistakes are looked for by that sign, too
                other = self._report(judge, texts)
                more = len(good_deltas(other, answers)) > good
                if more and other.earned > report.earned and is_borne_out(other):
                    return replace(other, flipped=True)
        return report

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
