"""Whose a file is, and which of somebody's files counts: from what a class handed in to the works that are marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from backprop_cli.checking.handed_in import ENDINGS
from backprop_cli.checking.parted import exercise_of_file
from backprop_cli.checking.works import Work
from backprop_cli.course.archived import Opener
from backprop_cli.course.found import Found
from backprop_cli.course.gradescope import people_in
from backprop_cli.course.listing import Heap, Listing
from backprop_cli.course.platforms import Whose, whose
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import Due

_DIGITS = re.compile(r"(\d+)")
_MOST_SAID = 5  # further files of a student that are named
_MOST_REFUSED = 50  # files that are named where none may be a sheet
_MOST_NEAR = 20_000  # names that a wrong one is compared with


@record
class Submission:
    """A hand-in that is to be marked, or the reason why a file is not: `refused`."""

    found: Found
    student: str = ""  # where the platform or the folder says it
    ids: tuple[str, ...] = ()
    folder: str = ""
    notes: tuple[str, ...] = ()
    refused: str = ""
    others: tuple[Found, ...] = ()  # further files of it: each is named by the exercise that it is of
    when: float = 0.0  # it was handed in, as the platform says, else as its files do

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called: by its file, with or without its folders or its ending, by its student or an id."""
        name = self.found.parts[-1]
        return self.found.file, name, Path(name).stem, *filter(None, (self.student,)), *self.ids

    def work(self, opener: Opener, days_late: int = 0) -> Work:
        """What is marked. Raises OSError where it cannot be read."""
        others = tuple((opener.read(one), one.file, one.ending) for one in self.others)
        return Work(
            self.found.file, opener.read(self.found), self.found.ending, self.student, days_late, self.notes, self.ids,
            self.folder, others,
        )  # fmt: skip

    def empty(self) -> Work:
        """The same without its bytes, of which nothing is marked."""
        return Work(self.found.file, b"", self.found.ending, self.student, 0, self.notes, self.ids, self.folder)


class Submissions(Collection[Submission]):
    """What was handed in, by student; of several files of one student the last one that may be a sheet.

    Of an assignment (`of_several`), those that are named by their exercises are one hand-in. They can be walked as
    often as is needed. Raises UsageError where there is nothing to mark.
    """

    def __init__(self, paths: Iterable[Path], of_several: bool = False) -> None:
        self.of_several = of_several
        self._listing = Listing(paths, lambda name: of_several and exercise_of_file(name) > 0)
        self._count = self._listing.count
        opener = Opener()
        lists = (people_in(opener.read(one), one.file) for one in self._listing.metadata)
        self._people: dict[str, Whose] = {key: known for one in lists for key, known in one.items()}
        if not self._listing.has_any:
            refused = (f"{one.file}: {one.refused}" for one in self._listing.refused)
            said = [_("no sheets: give files or folders with {endings}").format(endings=listed(ENDINGS))]
            said += islice(refused, _MOST_REFUSED)
            more = sum(1 for _one in refused)
            raise UsageError("\n".join([*said, *([_("and {count} more").format(count=more)] if more else [])]))

    def __iter__(self) -> Iterator[Submission]:
        return (one for heap in self._listing.heaps() for one in self._counted(heap))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, one: object) -> bool:
        return any(one == known for known in self)

    def of_file(self, file: str) -> Submission | None:
        """The hand-in that is known by this file."""
        found = (one for heap in self._listing.heaps(file) for one in self._counted(heap))
        return next((one for one in found if one.found.file == file), None)

    def _counted(self, heap: Heap) -> Iterator[Submission]:
        """The hand-in of a student, whose it is by the name of the folder, or by the list of the platform."""
        known = whose(heap.files[0].parts)
        if known is not None and known.platform == "gradescope":
            known = self._people.get(known.key, known)
        return _counted(heap, known, self.of_several)


def _counted(heap: Heap, known: Whose | None, of_several: bool) -> Iterator[Submission]:
    """The file of a student that counts, with a note on the others; where none may be a sheet, all with the reason."""
    ids = () if known is None else (known.key, *known.ids)
    folder = "" if known is None else known.folder
    student = known.name if known is not None else heap.files[0].parts[-2] if heap.by_folder else ""
    readable = sorted((one for one in heap.files if not one.refused), key=_age)
    if not readable:
        for one in heap.files:
            yield Submission(one, student, ids, folder, refused=one.refused)
        return
    parts = {number: one for one in readable if (number := exercise_of_file(one.parts[-1]))} if of_several else {}
    together = [parts[number] for number in sorted(parts)] if len(parts) > 1 else readable[-1:]
    others = [one for one in heap.files if one not in together]
    notes = tuple(_notes(together[0], others, known))
    when = known.when if known is not None and known.when else max(one.when for one in together)
    yield Submission(together[0], student, ids, folder, notes, others=tuple(together[1:]), when=when)


def _notes(last: Found, others: list[Found], known: Whose | None) -> Iterator[str]:
    if others:
        names = listed((one.parts[-1] for one in others), _MOST_SAID)
        yield _("of {count} files of this student, {file} counts; not marked: {others}").format(
            count=len(others) + 1, file=last.parts[-1], others=names
        )
    if known is not None and known.late:
        yield _("the platform says that it is late")


def _age(one: Found) -> tuple[object, ...]:
    """Which of two files is the later: by the attempt in its name, an upload before a text that was typed, by time."""
    known = whose(one.parts)
    typed = "onlinetext" in "/".join(one.parts)
    return (known.attempt if known else "", not typed, one.when, _natural(one.file))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """attempt-9 before attempt-10"""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in _DIGITS.split(name))


def days_by_time(one: Submission, due: Due) -> int:
    """How many days late a hand-in is."""
    return due.days_late(one.when) if one.when and not one.refused else 0


def days_by_name(
    hand_ins: Iterable[Submission], late: Mapping[str, int], students: Iterable[tuple[str, str]]
) -> dict[str, int]:
    """How many days each file is late, `late` being by any of its names; `students` are those of the sheets themselves.

    Raises UsageError for a name that nobody has.
    """
    days: dict[str, int] = {}
    seen: set[str] = set()
    near: dict[str, None] = {}  # names that may have been meant
    by_file = ((one.found.file, one.names) for one in hand_ins)
    for file, names in chain(by_file, ((file, (student,)) for file, student in students)):
        for name in names:
            if name in late:
                seen.add(name)
                days[file] = max(days.get(file, 0), late[name])
            elif len(near) < _MOST_NEAR:
                near[name] = None
    for name in late:
        if name not in seen:
            hint = did_you_mean(name, near) or _("by the name of the file or of the student")
            raise UsageError(_("no sheet called {name!r} that could be late ({hint})").format(name=name, hint=hint))
    return days
