"""Marks hand-ins to an assignment, exercise by exercise; to a problem alone, which is one of one exercise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.comparable import comparable
from backprop_cli.checking.handed_in import opened, read_bytes
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.other_names import with_other_names
from backprop_cli.checking.parted import exercise_of_file, how_to_say, nothing_says, parted_work
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_exercises
from backprop_cli.checking.works import Work
from backprop_cli.ground.errors import Complaint, SourceError
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.assignment import Assignment, exercise_key
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.working.model import HandIn

_NOTHING = rational(0)


@record(slots=False)
class Reports:
    """The reports on a hand-in, one for each exercise; of a problem alone, one.

    `lost` is what lateness costs of the marks of all exercises together.
    """

    reports: tuple[Report, ...]
    is_alone: bool = True
    days_late: int = 0
    lost: Rational = _NOTHING
    notes: tuple[str, ...] = ()  # what is to be said of the whole hand-in
    ids: tuple[str, ...] = ()  # whose it is, where what stands in it says so

    def numbered(self) -> Iterator[tuple[int, Report]]:
        """The reports with the numbers of their exercises."""
        return enumerate(self.reports, start=1)

    @property
    def earned(self) -> Rational:
        """The marks of all exercises, without those that lateness costs."""
        return sum((one.earned for one in self.reports), _NOTHING) - self.lost

    @property
    def taken_off(self) -> Rational:
        """The marks that lateness costs, of all exercises and of each."""
        return sum((one.lost for one in self.reports), self.lost)

    @property
    def worth(self) -> Rational:
        """The marks that could be had."""
        return sum((one.worth for one in self.reports), _NOTHING)

    @property
    def all_right(self) -> bool:
        """Whether every exercise is."""
        return all(one.all_right for one in self.reports)


class Checkers:
    """Marks any number of hand-ins to one assignment."""

    def __init__(
        self, checkers: tuple[Checker, ...], title: str = "", is_alone: bool = True, variant: str = ""
    ) -> None:
        self.checkers = checkers
        self.variant = variant
        self.student = ""  # whose hand-ins alone it marks
        self.title = title or checkers[0].problem.title
        self.is_alone = is_alone

    @classmethod
    def of(cls, assignment: Assignment, in_class: bool = True) -> Checkers:
        """What marks an assignment.

        `in_class`, of a problem that asks for nothing in particular every line of its template counts, as it does in
        every assignment.
        """
        alone = assignment.head is None
        title = assignment.head.title if assignment.head else ""
        checkers = (_checker(one.loaded, in_class or not alone) for one in assignment.exercises)
        variant = assignment.head.variant if assignment.head else ""
        return cls(tuple(checkers), title, alone, variant)

    def of_work(self, work: Work) -> Checkers:
        """What marks a hand-in: the same for everybody, unless each has another variant."""
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """What its exercises are called; none where it is one problem."""
        return () if self.is_alone else tuple(exercise_key(number) for number in range(1, len(self.checkers) + 1))

    @cached_property
    def first(self) -> Checker:
        """That of the first exercise."""
        return self.checkers[0]

    def solved(self) -> None:
        """Makes every key: an exercise that has no solution is no fault of a sheet. Raises what solving it does."""
        for checker in self.checkers:
            _made = checker.key

    # ---- reading -----------------------------------------------------------------------------------------------

    def read(self, data: bytes, source: str, ending: str) -> tuple[Sheet, ...]:
        """The sheets of all exercises in a file. Raises SourceError where nothing can be read, or told apart."""
        readers = [one.reader for one in self.checkers]
        if self.is_alone:
            return (read_bytes(data, source, ending, readers[0]),)
        found = opened(data, source, ending)
        if isinstance(found, HandIn):
            parts = parted_work(found, len(readers))
            return tuple(reader.sheet(part) for reader, part in zip(readers, parts, strict=True))
        names, format_ = [one.names for one in readers], ending.removeprefix(".")
        sheets = with_other_names(lambda said: read_exercises(found, source, names, format_, said), readers, source)
        if sheets is None:
            raise SourceError(source, [Complaint(nothing_says(), hint=how_to_say())], found)
        return tuple(reader.with_matrices(sheet) for reader, sheet in zip(readers, sheets, strict=True))

    def read_files(self, files: Sequence[tuple[bytes, str, str]]) -> tuple[Sheet, ...]:
        """The sheets of all exercises in one or more files, of which each may be named by the exercise that it is of.

        Raises SourceError where nothing of any file can be read.
        """
        if len(files) == 1 and (self.is_alone or not exercise_of_file(files[0][1])):
            return self.read(*files[0])
        sheets: list[Sheet | None] = [None] * len(self.checkers)
        errors = []
        for data, source, ending in files:
            try:
                found = self._of_file(data, source, ending)
            except SourceError as error:
                errors.append(error)
                continue
            for place, sheet in found.items():
                if sheets[place] is None or sheet.answers or sheet.parts:
                    sheets[place] = sheet
        if len(errors) == len(files):
            raise errors[0]
        unread = tuple(one for error in errors for one in error.complaints)
        read = [one or Sheet((), files[0][1]) for one in sheets]
        return (_replace(read[0], unread=(*read[0].unread, *unread)), *read[1:])

    def _of_file(self, data: bytes, source: str, ending: str) -> dict[int, Sheet]:
        """The sheets in a file by the places of their exercises: by what stands in it, else by its name."""
        number = exercise_of_file(source)
        try:
            return dict(enumerate(self.read(data, source, ending)))
        except SourceError as error:
            if not 1 <= number <= len(self.checkers) or nothing_says() not in {one.message for one in error.complaints}:
                raise
        return {number - 1: read_bytes(data, source, ending, self.checkers[number - 1].reader)}

    # ---- marking -----------------------------------------------------------------------------------------------

    def check(self, sheets: tuple[Sheet, ...], days_late: int = 0) -> Reports:
        """The reports; an exercise of which nothing can be read has no marks, and costs the others none.

        Raises SourceError where nothing of any exercise can be read.
        """
        found, errors = [], []
        for checker, sheet in zip(self.checkers, sheets, strict=True):
            try:
                found.append(check_sheet(checker, sheet))
            except SourceError as error:
                errors.append(error)
                empty = Sheet((), sheet.source, sheet.student, text=sheet.text)
                found.append(_replace(check_sheet(checker, empty), unread=error.complaints))
        if len(errors) == len(found):
            raise errors[0]
        reports = Reports(tuple(found), self.is_alone)
        return self.late(reports, days_late) if days_late else reports

    def late(self, reports: Reports, days: int) -> Reports:
        """The same for a hand-in that came so many days late: by the rule of all exercises, else by that of each."""
        if self.is_alone:
            (report,) = reports.reports
            return Reports((report.handed_in_late(self.first.marking, days),), days_late=days)
        if len({one.marking.rule.late for one in self.checkers}) == 1:
            left = self.first.marking.after(reports.earned, reports.worth, days)
        else:
            pairs = zip(self.checkers, reports.reports, strict=True)
            left = sum((one.marking.after(report.earned, report.worth, days) for one, report in pairs), _NOTHING)
        return _replace(reports, days_late=days, lost=reports.earned - left)


def _checker(loaded: Loaded, in_class: bool) -> Checker:
    loaded = comparable(loaded)
    worked = WorkedProblem.of(loaded).in_full()  # of which the key is made
    lines = frozenset(line.quantity for line in asked_lines(worked)) if in_class else frozenset()
    return Checker(worked, Marking(loaded.problem, lines=lines))
