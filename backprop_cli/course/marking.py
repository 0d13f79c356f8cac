"""Marks a class: what was handed in goes out in batches, and comes back as rows in a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from backprop_cli.checking.checkers import Checkers, Reports
from backprop_cli.checking.rows import SheetRow, refused
from backprop_cli.checking.works import Work
from backprop_cli.course import running
from backprop_cli.course.archived import Opener
from backprop_cli.course.store import MarkChange, Store, content_of, is_run
from backprop_cli.course.submissions import Submission, Submissions, days_by_name, days_by_time
from backprop_cli.course.tasks import MarkingSetting, MarkingTask
from backprop_cli.course.variants import Index
from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Assignment

BATCH = 25  # sheets that go to a process at once
PART = 8  # of the sheets that are left, no more than this part goes: all processes end at nearly the same time


@record(slots=False)
class Wishes:
    """How a class is marked.

    `late` are days by the name of a file or a student, and `by_due` those by the times of the files;
    `feedback` is one of tasks.FEEDBACK, or empty; `jobs` how many processes mark, None for as many as the machine has
    cores where there is enough to do; `cluster` the address of a scheduler; `run` the file of a run that is kept;
    `index` says who has which variant; `shown` is told how many sheets are done, and of how many.
    """

    late: Mapping[str, int] = field(default_factory=dict)
    by_due: bool = False
    feedback: str = ""
    answers: bool = True
    jobs: int | None = None
    cluster: str = ""
    run: Path | None = None
    index: Index | None = None
    shown: Callable[[int, int], None] = lambda done, of: None


@record(slots=False, eq=False)
class MarkedClass:
    """A class that was marked; `hand_ins` are none where only the runs of others were taken in."""

    store: Store
    number: int
    hand_ins: Submissions | None
    feedback_format: str
    checkers: Checkers

    @property
    def rows(self) -> Collection[SheetRow]:
        """The rows of the sheets, which can be walked as often as is needed."""
        return self.store.rows(self.number)

    @property
    def changes(self) -> Iterator[MarkChange]:
        """Who has other marks than in the marking before."""
        return self.store.changes(self.number)

    def reports(self) -> Iterator[tuple[str, str, Reports]]:
        """The file, the student and the reports of each sheet that was marked, judged once more."""
        from backprop_cli.checking.judging import judged

        opener = Opener()
        for row in self.rows:
            one = self.hand_ins.of_file(row.file) if row.is_marked and self.hand_ins is not None else None
            if one is not None:
                student, _signed, reports = judged(self.checkers, one.work(opener, row.days_late))
                yield row.file, student, reports

    def decide(self, rows: Iterable[SheetRow]) -> None:
        """Keeps the marks that somebody decided by hand, so that the next marking can be compared with them."""
        self.store.decide(self.number, rows)

    def feedback(self) -> Iterator[tuple[SheetRow, str]]:
        """The sheets that were marked, with the feedback on them."""
        return ((row, said) for row, said in self.store.feedback(self.number) if row.is_marked)


def mark(assignment: Assignment, paths: Iterable[Path], wishes: Wishes) -> MarkedClass:
    """Marks what was handed in, and takes in what other runs among the paths have marked.

    Raises UsageError where there is nothing, or where a wish cannot be fulfilled.
    """
    _can_be_late(assignment, wishes)
    runs, others = _apart(paths, wishes.run)
    hand_ins = Submissions(others, not assignment.is_alone) if others or not runs else None
    setting = MarkingSetting.of(assignment, wishes.feedback, wishes.answers, wishes.index)
    store = Store(wishes.run)
    number = store.begin(setting.digest)
    checkers = Checkers.of(assignment) if wishes.index is None else setting.checkers()
    checkers.solved()
    if hand_ins is not None:
        marker = _Marker(store, number, setting, wishes, checkers)
        due = assignment.head.due if assignment.head is not None and wishes.by_due else None
        marker.mark(enumerate(hand_ins), len(hand_ins), lambda one: 0 if due is None else days_by_time(one, due))
        if wishes.late:
            students = ((row.file, row.student) for row in store.rows(number))
            days = days_by_name(hand_ins, wishes.late, students)
            late = ((place, one) for place, one in enumerate(hand_ins) if one.found.file in days)
            marker.mark(late, len(days), lambda one: days[one.found.file])
    for path in runs:
        store.take(number, path, setting.digest, setting.kind)
    store.end(number)
    return MarkedClass(store, number, hand_ins, wishes.feedback, checkers)


def _apart(paths: Iterable[Path], ours: Path | None) -> tuple[list[Path], list[Path]]:
    """The runs of others among what is to be marked, and all the rest. Raises UsageError for our own."""
    runs: list[Path] = []
    others: list[Path] = []
    for path in paths:
        (runs if is_run(path) else others).append(path)
    if ours is not None and any(ours.exists() and path.samefile(ours) for path in runs):
        raise UsageError(_("{path} is the run that --run keeps: name another one").format(path=ours))
    return runs, others


def _can_be_late(assignment: Assignment, wishes: Wishes) -> None:
    if wishes.by_due and (assignment.head is None or assignment.head.due is None):
        hint = _("write due: 2026-12-10 into it")
        raise UsageError(_("nothing says when it had to be handed in ({hint})").format(hint=hint))
    if (wishes.late or wishes.by_due) and all(one.loaded.problem.marking.late is None for one in assignment.exercises):
        hint = _("write marking: {late: {percent: 10}} into it, or points")
        raise UsageError(_("the problem does not say what a late day costs ({hint})").format(hint=hint))


@dataclass(slots=True)
class _Marker:
    """Sends hand-ins out and keeps what comes back."""

    store: Store
    number: int
    setting: MarkingSetting
    wishes: Wishes
    checkers: Checkers
    opener: Opener = field(default_factory=Opener)
    waiting: dict[int, list[str]] = field(default_factory=dict)  # the contents of the works of each task
    told: int = 0

    def mark(self, hand_ins: Iterable[tuple[int, Submission]], count: int, days: Callable[[Submission], int]) -> None:
        """Marks those of so many that were not marked before; `days` says how late one is."""
        self.told = 0
        for place, rows in self._results(self._tasks(iter(hand_ins), count, days), count):
            contents = self.waiting.pop(place)
            self.store.keep(contents, rows, self.setting.kind)
            self._tell(len(contents), count)

    def _results(self, tasks: Iterator[MarkingTask], count: int) -> running.Results:
        jobs = self.wishes.jobs or (running.cores() if count >= running.FEW else 1)
        if self.wishes.cluster:
            return running.on_cluster(tasks, self.wishes.cluster)
        return running.on_cores(tasks, jobs) if jobs > 1 else running.here(tasks, self.checkers)

    def _tasks(
        self, hand_ins: Iterator[tuple[int, Submission]], count: int, days: Callable[[Submission], int]
    ) -> Iterator[MarkingTask]:
        """The batches that are still to be marked; what needs no marking is kept at once."""
        tasks, left = 0, count
        while batch := list(islice(hand_ins, min(BATCH, 1 + left // PART))):
            left -= len(batch)
            works, contents = [], []
            listed: list[tuple[int, str, str]] = []
            for place, one in batch:
                work, row = self._opened(one, days(one))
                content = content_of(work, self.setting.digest)
                listed.append((place, work.file, content))
                if row is not None:
                    self.store.keep([content], [(row.as_text(), "")], self.setting.kind)
                elif not self.store.is_marked(content, self.setting.kind):
                    works.append(work)
                    contents.append(content)
            self.store.put(self.number, listed)
            self._tell(len(listed) - len(works), count)
            if works:
                self.waiting[tasks] = contents
                tasks += 1
                yield MarkingTask(self.setting, tuple(works))

    def _tell(self, more: int, total: int) -> None:
        self.told += more
        self.wishes.shown(self.told, total)

    def _opened(self, one: Submission, days_late: int) -> tuple[Work, SheetRow | None]:
        """The work, and its row where there is nothing to mark: it is no sheet, or cannot be read."""
        if one.refused:
            return one.empty(), refused(one.empty(), f"{one.found.file}: {one.refused}")
        try:
            return one.work(self.opener, days_late), None
        except OSError as error:
            return one.empty(), refused(one.empty(), f"{one.found.file}: {reason_of(error)}")
