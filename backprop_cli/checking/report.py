"""The report on a sheet: every line with its verdict and its marks, and the causes of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.ground.errors import Complaint
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.working.model import Remark

if TYPE_CHECKING:
    from backprop_cli.checking.equations import Equations
    from backprop_cli.checking.formula_answers import FormulaMark
    from backprop_cli.checking.hypothesis import Hypothesis
    from backprop_cli.checking.word_answers import WordMark

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
            rule = replace(rule, places=max(rule.places, min(len(part), _MOST_PLACES)))
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
    factors: Report | None = None  # on factors of the chain rule that stand on lines of their own
    changes: tuple[Equations, ...] = ()  # faulty lines of changes, where no verdict tells of them
    missed: tuple[Remark, ...] = ()  # lines with work in them that were not understood
    words: tuple[WordMark, ...] = ()  # the questions that were asked

    @property
    def _all(self) -> tuple[Mark | FormulaMark | WordMark, ...]:
        return (*self.marks, *self.formulas, *self.words)

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
        """Whether all that was read is right, and no line of work was left that was not understood."""
        return self.all_read_is_right and not self.missed

    @property
    def all_read_is_right(self) -> bool:
        """Whether every line that is asked for has full marks, and no digit is wrong; an empty sheet is not right."""
        full = all(mark.earned == mark.worth and not mark.verdict.remark for mark in self.marks)
        in_letters = all(mark.outcome is Outcome.RIGHT for mark in self.formulas)
        in_words = all(mark.outcome in FULL_MARKS for mark in self.words)
        good = full and in_letters and in_words and not self.wrong and not self.unread and not self.changes
        good = good and not (self.factors and self.factors.wrong)
        return bool(self.marks or self.formulas or self.words) and good

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
        return replace(self, days_late=days, lost=self.earned - marking.after(self.earned, self.worth, days))

    def following(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """The lines that are right as they follow from this wrong one."""
        follows = (mark for mark in self.marks if mark.verdict.rule is Outcome.FOLLOWS)
        return tuple(mark.quantity for mark in follows if quantity in mark.verdict.because)
