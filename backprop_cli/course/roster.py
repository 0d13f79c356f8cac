"""Who is in a class: a list of students, by their ids and their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.tables import Table, needs, plain, read_table
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _

_IDS = ("id", "student id", "studentid", "sid", "sis user id", "sis login id", "user id", "identifier", "id number",
        "username", "user name", "login", "login name", "email", "email address", "e-mail", "matriculation number",
        "matrikelnummer", "matrikel-nr.", "kennung", "benutzername", "anmeldename", "e-mail-adresse", "teilnehmer-id",
        "学号", "编号", "用户名", "邮箱", "numéro étudiant", "identifiant", "número de id", "correo",
        "学籍番号")  # fmt: skip
_NAMES = ("name", "full name", "fullname", "student", "student name", "vollständiger name", "teilnehmer", "学生",
          "姓名",
          "nom complet", "nombre completo", "氏名")  # fmt: skip
_GIVEN = ("first name", "firstname", "given name", "vorname", "名", "prénom", "nombre")
_FAMILY = ("last name", "lastname", "surname", "family name", "nachname", "姓", "nom", "apellidos", "apellido(s)")
_GROUPS = ("group", "team", "gruppe", "组", "小组", "groupe", "grupo", "section")
_GROUP_WORD = re.compile(r"^(?:group|team|gruppe|groupe|grupo|小?组|第)|小?组$")


@record
class Student:
    """Somebody on the list: a name, the ids that the list has of them, the surest first, and a group."""

    name: str
    ids: tuple[str, ...] = ()
    group: str = ""
    line: int = 0

    @property
    def said(self) -> str:
        """The name with what tells twins apart."""
        return f"{self.name} ({self.ids[0]})" if self.ids else self.name


@record(slots=False)
class Roster:
    """The students of a class."""

    source: str
    students: tuple[Student, ...]
    remarks: tuple[str, ...] = ()  # what in the list is not as it should be

    @cached_property
    def _by_id(self) -> dict[str, Student]:
        return {plain(one): student for student in self.students for one in student.ids}

    @cached_property
    def _by_name(self) -> dict[tuple[str, ...], list[Student]]:
        found: dict[tuple[str, ...], list[Student]] = {}
        for student in self.students:
            found.setdefault(_words(student.name), []).append(student)
        return found

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The groups by what tells them apart: `Group 12` by 12."""
        return {group_name(one.group): one.group for one in self.students if one.group}

    def called(self, text: str) -> list[Student]:
        """Who has this id or this name: of one name, several."""
        student = self._by_id.get(plain(text))
        return [student] if student is not None else self._by_name.get(_words(text), [])

    def whose(self, row: SheetRow) -> list[Student]:
        """Whose a hand-in may be: by an id of the platform, on the sheet or in the file's name, else by the name."""
        stem = Path(row.file).stem
        pieces = [stem, *stem.replace("-", "_").split("_"), *Path(row.file).parts[:-1]]
        for text in (*row.ids, row.student, *pieces):
            if (student := self._by_id.get(plain(text))) is not None:
                return [student]
        for text in (row.student, stem):
            if students := self._by_name.get(_words(text)):
                return students
        return []


def group_name(text: str) -> str:
    """The name of a group without that word, case, blanks and signs: `Group 12`, group12 and 第12组 are 12."""
    said = "".join(char for char in plain(text) if char.isalnum())
    return _GROUP_WORD.sub("", said) or said


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever their order: Lovelace, Ada and ada_lovelace are one; 'LovelaceAda' is another."""
    apart = "".join(char if char.isalnum() else " " for char in plain(name))
    return tuple(sorted(apart.split()))


def read_roster(path: Path) -> Roster:
    """The list in a file: CSV or a spreadsheet with a column of names, or of first and last names, and of ids.

    Raises SourceError where there are no names, or where one id is two students', each located.
    """
    table = read_table(path)
    name, given, family = table.column(_NAMES), table.column(_GIVEN), table.column(_FAMILY)
    if name is None and (given is None or family is None):
        needs(table, {"name": name})
    ids = [place for place, cell in enumerate(table.header) if plain(cell.text) in {plain(one) for one in _IDS}]
    group = table.column(_GROUPS)
    students, complaints, known = [], [], dict[str, int]()
    for row in table.rows:
        parts = [table.value(row, one) for one in ((given, family) if name is None else (name,))]
        called = " ".join(filter(None, parts))
        found = tuple(dict.fromkeys(filter(None, (table.value(row, one) for one in ids))))
        line = table.line_of(row)
        if not called and not found:
            continue
        for one in found:
            if (earlier := known.setdefault(plain(one), line)) != line:
                said = _("the id {id!r} stands in line {line} already").format(id=one, line=earlier)
                complaints.append(table.complaint(row, said))
        students.append(Student(called or found[0], found, table.value(row, group), line))
    if complaints:
        raise table.failure(complaints)
    return Roster(str(path), tuple(students), tuple(_remarks(table, students, bool(ids))))


def _remarks(table: Table, students: list[Student], has_ids: bool) -> Iterator[str]:
    """What a lecturer should know of the list."""
    if not has_ids:
        yield _("{source}: no column of ids; students are told apart by their names").format(source=table.source)
    seen: dict[tuple[str, ...], Student] = {}
    for student in students:
        twin = seen.setdefault(_words(student.name), student)
        if twin is not student and not (twin.ids and student.ids):
            said = _("{source}: {name} stands in lines {one} and {two}, and no id tells them apart")
            yield said.format(source=table.source, name=student.name, one=twin.line, two=student.line)
