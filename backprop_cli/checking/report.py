"""Checks a sheet against a problem: every line with its verdict and its marks, and the causes of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.enclosure import Given
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.key import BITS, Hypothesis, Key
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.sheets import Sheet
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.verdicts import FULL_MARKS, Rule, Verdict
from backprop_cli.checking.work import WorkReader
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.trace import Value
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, round_to
from backprop_cli.solving.worked import WorkedProblem


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a report: what was answered, how it was judged, and what it earns."""

    quantity: Quantity
    written: str  # as it stands on the sheet; empty where it was left blank
    verdict: Verdict
    expected: Value
    earned: Rational
    worth: Rational
    digits: Rounding  # that are asked for

    @property
    def expected_text(self) -> str:
        """The right value to the digits asked for, or to as many as were written if those are more."""
        rule = self.digits
        part = self.written.partition(".")[2]
        if rule.places is not None and part.isdigit():
            rule = Rounding(places=max(rule.places, len(part)))
        with precision(BITS):
            return round_to(self.expected.number, rule).text()


@dataclass(frozen=True, slots=True)
class Cause:
    """A mistake and the lines that it explains; several hypotheses where nothing on the sheet tells them apart."""

    hypotheses: tuple[Hypothesis, ...]
    lines: tuple[Quantity, ...]


@dataclass(frozen=True)
class Report:
    """Every line in the order of the work."""

    key: Key
    marks: tuple[Mark, ...]
    flipped: bool = False  # the sheet uses the other sign of δ throughout

    @property
    def earned(self) -> Rational:
        """The marks of the sheet."""
        return sum((mark.earned for mark in self.marks), rational(0))

    @property
    def worth(self) -> Rational:
        """The marks that could be had."""
        return sum((mark.worth for mark in self.marks), rational(0))

    @property
    def all_right(self) -> bool:
        """Whether every line that is asked for has full marks; an empty sheet is not right."""
        return bool(self.marks) and all(mark.earned == mark.worth for mark in self.marks) and not self.wrong

    @cached_property
    def wrong(self) -> tuple[Mark, ...]:
        """The lines that are themselves at fault, first to last."""
        return tuple(mark for mark in self.marks if mark.verdict.is_wrong)

    @property
    def too_short(self) -> tuple[Mark, ...]:
        """The lines that are right but have fewer digits than are asked for."""
        return tuple(mark for mark in self.marks if mark.verdict.rule is Rule.TOO_FEW)

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

    def following(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """The lines that are right as they follow from this wrong one."""
        follows = (mark for mark in self.marks if mark.verdict.rule is Rule.FOLLOWS)
        return tuple(mark.quantity for mark in follows if quantity in mark.verdict.because)


_NOTHING = rational(0)


class Checker:
    """Marks any number of sheets of one problem."""

    def __init__(self, worked: WorkedProblem, marking: Marking | None = None) -> None:
        self.worked = worked
        self.problem = worked.problem
        self.marking = marking or Marking(self.problem)
        self.key = Key(worked)

    @cached_property
    def names(self) -> Names:
        """Every name that an answer may have."""
        return Names.of(self.problem, self.key.derivation)

    @cached_property
    def reader(self) -> WorkReader:
        """Reads what students hand in."""
        return WorkReader(self.worked, self.names)

    @cached_property
    def _asked(self) -> dict[Quantity, Rational]:
        """What the exercise asks for, and the marks of each; empty where it asks for nothing in particular."""
        return {quantity: self.marking.worth(quantity) for quantity in self.marking.asked(self.key.order)}

    @cached_property
    def _other_sign(self) -> Key:
        conventions = self.problem.conventions
        other = _replace(conventions, negative_delta=not conventions.negative_delta)
        return Key(WorkedProblem(_replace(self.problem, conventions=other)))

    def check(
        self, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str], commas: Iterable[Quantity] = ()
    ) -> Report:
        """The report on one sheet; blank answers are simply not there.

        A sheet that uses the other sign of δ throughout, up to its updates, is judged by that sign.
        """
        report = self._judged(self.key, answers, texts, frozenset(commas))
        if self._signs_are_turned(report, answers):
            other = self._judged(self._other_sign, answers, texts, frozenset(commas))
            if other.earned > report.earned and self._is_borne_out(other):
                return _replace(other, flipped=True)
        return report

    def _signs_are_turned(self, report: Report, answers: Mapping[Quantity, Given]) -> bool:
        """Whether it is worth a try: some δ is the negative of the right one, and no δ but 0 is right."""
        deltas = [mark for mark in report.marks if mark.quantity.kind is Kind.DELTA and mark.written]
        if not deltas or any(mark.verdict.rule is Rule.RIGHT and mark.expected.exact != 0 for mark in deltas):
            return False
        return any(mark.verdict.rule is not Rule.RIGHT for mark in deltas)

    def _is_borne_out(self, report: Report) -> bool:
        """Whether anything on the sheet shows which sign of δ is meant: a gradient or an update that is not 0."""
        for mark in report.marks:
            quantity = mark.quantity
            if not mark.written or mark.verdict.rule not in FULL_MARKS:
                continue
            if quantity.by is not None and quantity.by.kind is Kind.PARAMETER and mark.expected.exact != 0:
                return True
            if quantity.kind is Kind.NEW and quantity.name in self.problem.parameters:
                names = report.key.rule(quantity).names
                old = [name for name in names if name.name == quantity.name]
                if any(mark.expected.number != report.key.true(name) for name in old):
                    return True
        return False

    def _judged(
        self, key: Key, answers: Mapping[Quantity, Given], texts: Mapping[Quantity, str], commas: frozenset[Quantity]
    ) -> Report:
        judge = Judge(key, answers, self.marking, commas)
        verdicts = judge.judged()
        worths = self._asked or {quantity: self.marking.worth(quantity) for quantity in verdicts}
        shown = sorted({*worths, *verdicts}, key=lambda one: key.order.get(one, -1))
        marks = []
        for quantity in shown:
            verdict = verdicts.get(quantity) or Verdict(quantity, Rule.BLANK)
            worth = worths.get(quantity, _NOTHING)
            earned = worth * self.marking.share(verdict.rule)
            digits = self.marking.digits(quantity)
            marks.append(
                Mark(quantity, texts.get(quantity, ""), verdict, key.trace.value(quantity), earned, worth, digits)
            )
        return Report(key, tuple(marks))


_FIGURES_OF_A_DOUBLE = 14


def check_sheet(checker: Checker, sheet: Sheet) -> Report:
    """The report on a sheet as it was read. Raises SourceError, located, for an answer that has no value (1/0)."""
    answers: dict[Quantity, Given] = {}
    complaints: dict[Quantity, str] = {}
    with precision(BITS):
        for quantity, written in sheet.written.items():
            try:
                value = value_of(written)
            except (MathError, Undecided) as problem:
                complaints[quantity] = _("this has no value: {problem}").format(problem=problem)
                continue
            answers[quantity] = Given(value, _half_unit(checker.marking, quantity, written, value))
    if complaints:
        raise sheet.failure(complaints)
    texts = {quantity: written.text.strip() for quantity, written in sheet.written.items()}
    commas = [quantity for quantity, written in sheet.written.items() if written.decimal_comma]
    return checker.check(answers, texts, commas)


def _half_unit(marking: Marking, quantity: Quantity, written: Written, value: Real) -> Rational:
    """Half a unit of the last digit that an answer claims."""
    if written.kind == "calculation":  # left to be worked out, it is as good as the digits asked for
        return marking.unit(quantity, value) / 2
    if written.kind == "exact" or not isinstance(value, Rational):
        return written.half_unit
    half = written.half_unit
    if (written.figures or 0) > _FIGURES_OF_A_DOUBLE:  # the last ones that a program prints are noise
        half = max(half, min(marking.unit(quantity, value) / 2, abs(value) * rational(1, 10**_FIGURES_OF_A_DOUBLE)))
    if value == 0 and marking.digits(quantity).places is not None:  # 0 is how many write 0.0000
        return min(half, marking.unit(quantity, value) / 2)
    if written.places == 0 and value != 0:
        unit = marking.unit(quantity, value)
        if (value / unit).q == 1:  # 41000 to three figures: the zeros are no digits
            half = max(half, unit / 2)
    return half
