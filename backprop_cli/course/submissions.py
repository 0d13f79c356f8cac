"""Whose a file is, and which of somebody's files counts: from what a class handed in to the works that are marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backprop_cli.checking.handed_in import ENDINGS
from backprop_cli.checking.parted import exercise_of_file
from backprop_cli.checking.works import Work
from backprop_cli.course.files import Found, files_of
from backprop_cli.course.platforms import Whose, whose
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import Due

_DIGITS = re.compile(r"(\d+)")
_MOST_SAID = 5  # further files of a student that are named


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

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called: by its file, with or without its folders or its ending, by its student or an id."""
        name = self.found.parts[-1]
        return self.found.file, name, Path(name).stem, *filter(None, (self.student,)), *self.ids

    def work(self, days_late: int = 0) -> Work:
        """What is marked. Raises OSError where it cannot be read."""
        others = tuple((_bytes_of(one), one.file, one.ending) for one in self.others)
        return Work(
            self.found.file, _bytes_of(self.found), self.found.ending, self.student, days_late, self.notes, self.ids,
            self.folder, others,
        )  # fmt: skip

    def empty(self) -> Work:
        """The same without its bytes, of which nothing is marked."""
        return Work(self.found.file, b"", self.found.ending, self.student, 0, self.notes, self.ids, self.folder)


def _bytes_of(one: Found) -> bytes:
    assert one.read is not None
    return one.read()


def submissions(paths: Iterable[Path], of_several: bool = False) -> list[Submission]:
    """What was handed in, by student; of several files of one student the last one that may be a sheet.

    Of an assignment (`of_several`), those that are named by their exercises are one hand-in.

    Raises UsageError where there is nothing to mark.
    """
    found = list(files_of(paths))
    hand_ins = list(_by_student(found, of_several))
    if all(one.refused for one in hand_ins):
        said = [_("no sheets: give files or folders with {endings}").format(endings=listed(ENDINGS))]
        raise UsageError("\n".join([*said, *(f"{one.found.file}: {one.refused}" for one in hand_ins)]))
    return hand_ins


@dataclass(slots=True)
class _Heap:
    """The files of one student."""

    whose: Whose | None
    student: str
    files: list[Found] = field(default_factory=list)


def _by_student(found: list[Found], of_several: bool) -> Iterator[Submission]:
    stems = Counter(stem for one in found if not one.refused for stem in {_stem(one)})
    heaps: dict[object, _Heap] = {}
    for one in found:
        known = whose(one.parts)
        if known is not None:
            heap = heaps.setdefault((known.platform, known.key), _Heap(known, known.name))
        elif len(one.parts) > 1 and not one.refused and (stems[_stem(one)] > 1 or _is_of_several(one, of_several)):
            heap = heaps.setdefault(("folder", one.file[: -len(one.parts[-1])]), _Heap(None, one.parts[-2]))
        else:
            heap = heaps.setdefault(("file", one.file), _Heap(None, ""))
        heap.files.append(one)
    for heap in heaps.values():
        yield from _counted(heap, of_several)


def _is_of_several(one: Found, of_several: bool) -> bool:
    return of_several and exercise_of_file(one.parts[-1]) > 0


def _stem(one: Found) -> str:
    return Path(one.parts[-1]).stem.casefold()


def _counted(heap: _Heap, of_several: bool) -> Iterator[Submission]:
    """The file of a student that counts, with a note on the others; where none may be a sheet, all with the reason."""
    known = heap.whose
    ids = () if known is None else (known.key, *known.ids)
    folder = "" if known is None else known.folder
    readable = sorted((one for one in heap.files if not one.refused), key=_age)
    if not readable:
        for one in heap.files:
            yield Submission(one, heap.student, ids, folder, refused=one.refused)
        return
    parts = {number: one for one in readable if (number := exercise_of_file(one.parts[-1]))} if of_several else {}
    together = [parts[number] for number in sorted(parts)] if len(parts) > 1 else readable[-1:]
    others = [one for one in heap.files if one not in together]
    notes = tuple(_notes(together[0], others, known))
    yield Submission(together[0], heap.student, ids, folder, notes, others=tuple(together[1:]))


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


def days_by_time(hand_ins: Iterable[Submission], due: Due) -> dict[str, int]:
    """How many days late each file is by the time that it bears, without those that were in time."""
    times = {one.found.file: max(file.when for file in (one.found, *one.others)) for one in hand_ins if not one.refused}
    days = {file: due.days_late(when) for file, when in times.items() if when}
    return {file: count for file, count in days.items() if count}


def days_by_file(
    hand_ins: Iterable[Submission], late: Mapping[str, int], students: Mapping[str, str]
) -> dict[str, int]:
    """How many days each file is late, `late` being by any of its names; `students` is what the sheets themselves say.

    Raises UsageError for a name that nobody has.
    """
    known: dict[str, list[str]] = {}
    for one in hand_ins:
        for name in one.names:
            known.setdefault(name, []).append(one.found.file)
    for file, name in students.items():
        known.setdefault(name, []).append(file)
    days: dict[str, int] = {}
    for name, count in late.items():
        if name not in known:
            hint = did_you_mean(name, known) or _("by the name of the file or of the student")
            raise UsageError(_("no sheet called {name!r} that could be late ({hint})").format(name=name, hint=hint))
        for file in known[name]:
            days[file] = max(days.get(file, 0), count)
    return days
