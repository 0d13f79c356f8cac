"""The rows of a class by the list of who is in it: a row for everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field, replace
from functools import cached_property

from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.authors import authors
from backprop_cli.course.roster import Roster, Student
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed


@record(slots=False)
class Enrolled(Collection[SheetRow]):
    """The rows of a class with the names and ids of its list; who handed in nothing has a row at the end.

    What several handed in together has a row for each of them. A hand-in of nobody stays, with a note; of two of one
    student the later one counts.
    """

    roster: Roster
    rows: Collection[SheetRow]
    _last: dict[Student, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            for student in authors(self.roster, row).students:
                if row.is_marked or student not in self._last:
                    self._last[student] = row.file

    @cached_property
    def _count(self) -> int:
        absent = sum(student not in self._last for student in self.roster.students)
        return absent + sum(max(1, len(authors(self.roster, row).students)) for row in self.rows)

    def __iter__(self) -> Iterator[SheetRow]:
        for row in self.rows:
            yield from self._named(row)
        for student in self.roster.students:
            if student not in self._last:
                why = _("no hand-in")
                yield SheetRow("", student.name, why, ids=student.ids, is_absent=True)

    def _named(self, row: SheetRow) -> Iterator[SheetRow]:
        found = authors(self.roster, row)
        notes = row.notes
        if found.strangers:
            notes = (*notes, _("not on the list: {names}").format(names=listed(found.strangers)))
        if found.twins:
            names = listed(student.said for student in found.twins)
            notes = (*notes, _("it may be of {names}: write the id on it").format(names=names))
        elif not found.students:
            notes = (*notes, _("nobody of this name or id is on the list"))
        if not found.students:
            yield replace(row, notes=notes)
        together = tuple(student.name for student in found.students) if len(found.students) > 1 else ()
        others = {one for student in found.students for one in student.ids}
        is_counted = False  # for one of them
        for student in found.students:
            own = (*student.ids, *(one for one in row.ids if one not in others))
            named = replace(row, student=student.name, ids=tuple(dict.fromkeys(own)), notes=notes, signed="",
                            authors=together)  # fmt: skip
            if row.is_marked and self._last[student] != row.file:
                why = _("{file}: not counted: {other} of the same student came later")
                yield replace(named, failure=why.format(file=row.file, other=self._last[student]))
            else:
                yield replace(named, is_shared=is_counted)
                is_counted = True

    def __len__(self) -> int:
        return self._count

    def __contains__(self, row: object) -> bool:
        return any(one == row for one in self)
