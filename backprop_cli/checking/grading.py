"""Marks the sheets of a class: a report on each, and what the class knows, finds hard and gets wrong.

A sheet that cannot be read is reported and leaves the others unharmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.hand_ins import HandIn, hand_ins
from backprop_cli.checking.handed_in import read_hand_in
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.report import Checker, Mark, Report, check_sheet
from backprop_cli.checking.verdicts import NEAR_MISSES, Outcome
from backprop_cli.ground.errors import BackpropError, SourceError, UsageError, did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.model import Problem
from backprop_cli.solving.worked import WorkedProblem

GROUPS = {
    "right": (Outcome.RIGHT, Outcome.CARRIED),
    "follows": (Outcome.FOLLOWS,),
    "part": (Outcome.TOO_FEW, Outcome.NEAR),
    "wrong": (Outcome.MISTAKE, Outcome.WRONG, Outcome.UNREADABLE),
    "blank": (Outcome.BLANK,),
}
_NOTHING = rational(0)


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """One sheet of the class: where it is, whose it is, and the report on it, or why there is none."""

    path: Path
    student: str
    report: Report | None = None
    failure: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the sheet may be called."""
        return str(self.path), self.path.name, self.path.stem, self.student

    @property
    def share(self) -> Rational | None:
        """The part of all marks that it earned; None where there is nothing to earn or nothing to read."""
        if self.report is None or self.report.worth == 0:
            return None
        return self.report.earned / self.report.worth


@dataclass(slots=True)
class LineCount:
    """How a class did in one line: how many were judged so, by the names of GROUPS, and the marks together."""

    quantity: Quantity
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUPS, 0))
    earned: Rational = _NOTHING
    worth: Rational = _NOTHING

    @property
    def share(self) -> Rational | None:
        """The part of the marks for this line that the class earned."""
        return self.earned / self.worth if self.worth != 0 else None


@dataclass(slots=True)
class MistakeCount:
    """A mistake of the class: an example of it, in which lines it shows, and on whose sheets."""

    name: str
    example: Hypothesis | None = None  # None where it is a near miss
    lines: dict[Quantity, None] = field(default_factory=dict)
    sheets: dict[Graded, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Class:
    """The sheets of a class, in the order in which they were given."""

    checker: Checker
    sheets: tuple[Graded, ...]

    @property
    def problem(self) -> Problem:
        """What they answer."""
        return self.checker.problem

    @cached_property
    def marked(self) -> tuple[Graded, ...]:
        """The sheets that could be read."""
        return tuple(sheet for sheet in self.sheets if sheet.report is not None)

    @cached_property
    def shares(self) -> list[Rational]:
        """What each sheet earned of what could be earned, from the least to the most."""
        return sorted(sheet.share for sheet in self.marked if sheet.share is not None)

    @property
    def mean(self) -> Rational | None:
        """The mean of the shares."""
        return sum(self.shares, _NOTHING) / len(self.shares) if self.shares else None

    @property
    def median(self) -> Rational | None:
        """The median of the shares: of an even number, the mean of the two in the middle."""
        if not self.shares:
            return None
        middle = len(self.shares) // 2
        low = self.shares[middle] if len(self.shares) % 2 else self.shares[middle - 1]
        return (low + self.shares[middle]) / 2

    @cached_property
    def lines(self) -> tuple[LineCount, ...]:
        """Every line that is asked for or that somebody answered, in the order of the work."""
        found: dict[Quantity, LineCount] = {}
        for mark in self._marks():
            count = found.setdefault(mark.quantity, LineCount(mark.quantity))
            count.counts[_group(mark)] += 1
            count.earned += mark.earned
            count.worth += mark.worth
        order = self.checker.key.order
        return tuple(sorted(found.values(), key=lambda one: order.get(one.quantity, -1)))

    def _marks(self) -> Iterator[Mark]:
        for sheet in self.marked:
            assert sheet.report is not None
            yield from sheet.report.marks

    @cached_property
    def mistakes(self) -> tuple[MistakeCount, ...]:
        """The mistakes, those on most sheets first; of several that one line may show, the likeliest."""
        found: dict[str, MistakeCount] = {}
        for sheet in self.marked:
            assert sheet.report is not None
            for mark in sheet.report.marks:
                name, example = _mistake(mark)
                if name:
                    count = found.setdefault(name, MistakeCount(name, example))
                    count.lines[mark.quantity] = None
                    count.sheets[sheet] = None
        return tuple(sorted(found.values(), key=lambda one: -len(one.sheets)))


def _group(mark: Mark) -> str:
    rule = Outcome.WRONG if mark.verdict.vague else mark.verdict.rule
    return next(name for name, rules in GROUPS.items() if rule in rules)


def _mistake(mark: Mark) -> tuple[str, Hypothesis | None]:
    verdict = mark.verdict
    if verdict.causes:
        return verdict.causes[0].mistake.name, verdict.causes[0]
    return (verdict.near, None) if verdict.near in NEAR_MISSES else ("", None)


def grade(problem: Problem, paths: Iterable[Path], late: Mapping[str, int] = MappingProxyType({})) -> Class:
    """The class whose sheets are these files, or the sheets in these folders.

    Where the problem asks for nothing in particular, every line of its template counts. `late` has the days by the name
    of the file, with or without its ending, or of the student. Raises UsageError where there is no sheet, or none of
    such a name, or where the problem does not say what a day costs.
    """
    files = hand_ins(paths)
    worked = WorkedProblem(problem)
    asked = frozenset(line.quantity for line in asked_lines(worked))
    checker = Checker(worked, Marking(problem, lines=asked))
    return Class(checker, _with_late(tuple(_graded(checker, one) for one in files), late, checker.marking))


def _with_late(sheets: tuple[Graded, ...], late: Mapping[str, int], marking: Marking) -> tuple[Graded, ...]:
    """The sheets, with what it costs that some are late."""
    if late and marking.rule.late is None:
        hint = _("write marking: {late: {percent: 10}} into it, or points")
        raise UsageError(_("the problem does not say what a late day costs ({hint})").format(hint=hint))
    known = {name for sheet in sheets for name in sheet.names}
    for name in late:
        if name not in known:
            hint = did_you_mean(name, known) or _("by the name of the file or of the student")
            raise UsageError(_("no sheet called {name!r} that could be late ({hint})").format(name=name, hint=hint))
    return tuple(_late(one, max(late.get(name, 0) for name in one.names), marking) for one in sheets)


def _late(sheet: Graded, days: int, marking: Marking) -> Graded:
    if sheet.report is None or not days:
        return sheet
    return _replace(sheet, report=sheet.report.handed_in_late(marking, days))


def _graded(checker: Checker, one: HandIn) -> Graded:
    """The sheet with its report, or with the reason why there is none: one sheet never costs another."""
    path = one.path
    if one.refused:
        return Graded(path, path.stem, failure=f"{path}: {one.refused}")
    try:
        sheet = read_hand_in(path, checker.reader)
        report = check_sheet(checker, sheet)
    except SourceError as error:
        return Graded(path, path.stem, failure=str(error))
    except (BackpropError, RecursionError) as error:
        return Graded(path, path.stem, failure=f"{path}: {str(error) or _('nested too deeply')}")
    except Exception as error:  # whatever it is, the others are marked
        said = _("it could not be marked ({reason})").format(reason=f"{type(error).__name__}: {error}")
        return Graded(path, path.stem, failure=f"{path}: {said}")
    return Graded(path, sheet.student or path.stem, report)
