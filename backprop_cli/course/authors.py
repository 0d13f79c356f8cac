"""Whose a hand-in is: one student's, that of several who named themselves on it, or that of a whole group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.roster import Roster, Student, group_name
from backprop_cli.ground.records import record

_AND = r"[;&+/\n；]|\b(?:and|und|et|y)\b|[和与]"
_BETWEEN = (re.compile(_AND, re.I), re.compile(rf"[,，、()]|{_AND}", re.I))  # two names
_MOST = 30  # names on one sheet


@record
class Authors:
    """Everybody who handed something in together; `group` is theirs, where that is what is known.

    `twins` are those of one name, where nobody knows which of them it is; `strangers` names that are not on the list.
    """

    students: tuple[Student, ...] = ()
    group: str = ""
    twins: tuple[Student, ...] = ()
    strangers: tuple[str, ...] = ()


def authors(roster: Roster, row: SheetRow) -> Authors:
    """Whose a hand-in is, by what the platform and the file's name say of it, and by the names that stand on it."""
    together = _together(roster, row.student, row.ids)
    if together.students:
        return together
    known = roster.whose(row)
    together = _together(roster, row.signed, row.ids)
    if together.students and (len(known) != 1 or known[0] in together.students):
        return together
    if len(known) == 1:
        return Authors(tuple(known))
    group = "" if known else _group(roster, row)
    members = tuple(one for one in roster.students if group and one.group == group)
    return Authors(members, group, tuple(known))


def _together(roster: Roster, names: str, ids: tuple[str, ...]) -> Authors:
    """Those whose names stand in a text one after the other; nobody where it is one name, as in `Lovelace, Ada`.

    A comma may stand in a name or between two: it is read so that most of them are known.
    """
    if roster.called(names):
        return Authors()
    found = [_all_of(roster, [one.strip() for one in between.split(names) if one.strip()], ids) for between in _BETWEEN]
    return max(found, key=lambda one: len(one.students))


def _all_of(roster: Roster, pieces: list[str], ids: tuple[str, ...]) -> Authors:
    """Those who have these names."""
    if not 1 < len(pieces) <= _MOST:
        return Authors()
    students: dict[Student, None] = {}
    strangers = []
    for piece in pieces:
        found = roster.called(piece)
        sure = [one for one in found if len(found) == 1 or set(one.ids) & set(ids)]
        students |= dict.fromkeys(sure)
        is_name = group_name(piece) not in roster.groups and any(map(str.isalpha, piece))
        strangers += [piece] if is_name and not sure else []
    return Authors(tuple(students), strangers=tuple(strangers))


def _group(roster: Roster, row: SheetRow) -> str:
    """The group that a hand-in, its file or its folder is named by; a number alone is no group's in a file's name."""
    stem = Path(row.file).stem
    for text in _names(row):
        name = group_name(text)
        if name in roster.groups and (
            name != text or not name.isdecimal() or (text in (row.student, row.signed) and text != stem)
        ):
            return roster.groups[name]
    return ""


def _names(row: SheetRow) -> Iterator[str]:
    path = Path(row.file)
    yield from (row.student, row.signed, path.stem, *path.stem.split("_"), *reversed(path.parts[:-1]))
