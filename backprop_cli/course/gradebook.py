"""Marks back into the platform: its own exported table with the marks filled in, and every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from backprop_cli.checking.rows import SheetRow
from backprop_cli.course.enrolled import Enrolled
from backprop_cli.course.roster import Roster, Student
from backprop_cli.course.tables import CsvCell, Table, needs, plain, read_table
from backprop_cli.ground.errors import Complaint, UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.exact import Rational, decimal_number, from_text, numeral

_GRADE = ("grade", "bewertung", "note", "calificación", "calificacion", "nota", "valutazione", "成绩", "评分", "分数",
          "評点", "beoordeling", "ocena")  # fmt: skip
_MOST = ("maximum grade", "max grade", "bestwertung", "maximale bewertung", "höchstbewertung", "note maximale",
         "calificación máxima", "nota máxima", "最高分", "最高成绩", "最大評点")  # fmt: skip
_COMMENT = ("feedback comments", "feedback als kommentar", "feedback-kommentare", "commentaires de feedback",
            "comentarios de retroalimentación", "反馈评论", "反馈意见", "评语")  # fmt: skip
_PARTICIPANT = re.compile(r"\D+?\s?(\d+)")
_CANVAS_COLUMN = re.compile(r".+ \(\d+\)")
_POSSIBLE = ("points possible", "punkte möglich", "mögliche punkte", "可能的分数")
_ALREADY = ("", "-", "–")


@record(slots=False)
class Book:
    """An exported grade book or grading worksheet: its table, the column of marks, and that of comments, if any."""

    table: Table
    grade: int
    comment: int | None
    most: int | None
    students: tuple[tuple[Student, tuple[CsvCell, ...]], ...]
    possible: str = ""  # the points of the whole column, where a row says so

    @cached_property
    def comma(self) -> bool:
        """Whether numbers in it have a decimal comma."""
        cells = [cell.text for row in self.table.rows for cell in row]
        return any(re.fullmatch(r"\d+,\d+", text.strip()) for text in cells)


def read_book(path: Path, column: str = "") -> Book:
    """A grade book of Canvas or a grading worksheet of Moodle, in its language. `column` names the one to be filled.

    Raises SourceError or UsageError where it is neither, or where it is not clear which column is meant.
    """
    table = read_table(path)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise UsageError(_("{path}: export the grade book as CSV; a spreadsheet would not keep its bytes").format(
            path=path
        ))  # fmt: skip
    titles = [plain(cell.text) for cell in table.header]
    if titles[:1] == ["student"] and "id" in titles:
        return _canvas(table, titles, column)
    return _moodle(table, column)


def _chosen(table: Table, column: str) -> int:
    titles = {cell.text.strip(): place for place, cell in enumerate(table.header)}
    if column not in titles:
        hint = did_you_mean(column, titles) or listed(titles)
        raise table.failure([Complaint(_("no column called {name!r}").format(name=column), None, hint)])
    return titles[column]


def _canvas(table: Table, titles: list[str], column: str) -> Book:
    """`Student, ID, SIS User ID, SIS Login ID, Section, NAME (id), …`; a row above the students has the points."""
    names = [cell.text.strip() for cell in table.header]
    empty = [
        place for place, name in enumerate(names)
        if _CANVAS_COLUMN.fullmatch(name) and all(table.value(row, place) in _ALREADY for row in _people(table))
    ]  # fmt: skip
    if not column and len(empty) != 1:
        known = listed(repr(name) for name in names if _CANVAS_COLUMN.fullmatch(name))
        message = _("say with --column which one is to be filled: {names}").format(names=known)
        raise table.failure([Complaint(message)])
    grade = _chosen(table, column) if column else empty[0]
    ids = [place for place, title in enumerate(titles) if title in ("id", "sis user id", "sis login id")]
    students = tuple((_student(table, row, 0, ids), row) for row in _people(table))
    over = next((row for row in table.rows if plain(table.value(row, 0)) in _POSSIBLE), None)
    return Book(table, grade, None, None, students, "" if over is None else table.value(over, grade))


def _people(table: Table) -> Iterator[tuple[CsvCell, ...]]:
    """The rows of students: the points and the student that Canvas makes up for tests are none."""
    return (row for row in table.rows if table.value(row, 1) and plain(table.value(row, 0)) not in _POSSIBLE)


def _moodle(table: Table, column: str) -> Book:
    """Identifier ("Participant 123"), full name, …, grade, maximum, comments, in the language of the site."""
    grade = _chosen(table, column) if column else table.column(_GRADE)
    needs(table, {"Grade": grade})
    assert grade is not None
    first = next((place for place in range(len(table.header)) if _has_participants(table, place)), None)
    if first is None:
        message = _("no column of participants: this is no grading worksheet of Moodle and no grade book of Canvas")
        raise table.failure([Complaint(message)])
    others = [place for place, cell in enumerate(table.header) if "@" in table.value(table.rows[0], place) and cell]
    name = first + 1 if len(table.header) > first + 1 else first
    students = []
    for row in table.rows:
        known = _student(table, row, name, others)
        number = _PARTICIPANT.fullmatch(table.value(row, first))
        assert number is not None
        students.append((replace(known, ids=(number[1], *known.ids)), row))
    return Book(table, grade, table.column(_COMMENT), table.column(_MOST), tuple(students))


def _has_participants(table: Table, place: int) -> bool:
    return bool(table.rows) and all(_PARTICIPANT.fullmatch(table.value(row, place)) for row in table.rows)


def _student(table: Table, row: tuple[CsvCell, ...], name: int, ids: list[int]) -> Student:
    found = tuple(filter(None, (table.value(row, place) for place in ids)))
    return Student(table.value(row, name), found, line=table.line_of(row))


# ---- filling -----------------------------------------------------------------------------------------------------


@record
class Filled:
    """The table with the marks, how many there are, and what was not done, and why."""

    data: bytes
    count: int
    remarks: tuple[str, ...]


def fill(book: Book, rows: Collection[SheetRow], overwrite: bool = False) -> Filled:
    """Fills the marks of the sheets into the book; a mark that stands there already stays, unless `overwrite`.

    Raises UsageError where nobody of those who were marked is in it.
    """
    roster = Roster(book.table.source, tuple(student for student, _row in book.students))
    lines = {student.line: row for student, row in book.students}
    cells: dict[int, str] = {}
    remarks: list[str] = []
    count = met = 0
    for row in Enrolled(roster, rows):
        if not row.is_marked:
            if not row.is_absent and row.file:
                remarks.append(_("no marks: {why}").format(why=row.failure.split("\n")[0]))
            continue
        found = roster.whose(row)
        if len(found) != 1:
            remarks.append(_("{file}: {why}").format(file=row.file, why=row.notes[-1] if row.notes else row.student))
            continue
        met += 1
        line = lines[found[0].line]
        said = _mark(book, line, row, overwrite)
        if isinstance(said, str):
            remarks.append(said)
            continue
        cells |= said
        count += 1
    if not met and any(row.is_marked for row in rows):
        message = _("{path}: nobody whose sheet was marked is in it: is it of another course, or of another year?")
        raise UsageError(message.format(path=book.table.source))
    return Filled(book.table.filled(cells), count, tuple(remarks))


def _mark(book: Book, line: tuple[CsvCell, ...], row: SheetRow, overwrite: bool) -> dict[int, str] | str:
    """The cells of one student, or why they are not filled."""
    table, grade = book.table, book.grade
    text = decimal_number(row.earned)
    most = table.value(line, book.most) or book.possible
    if (limit := _number(most)) is not None and row.earned > limit:
        message = _("{student}: {marks} marks are more than the {most} that the book has room for: not filled in")
        return message.format(student=row.student, marks=text, most=most)
    there = table.value(line, grade)
    if there not in _ALREADY and _number(there) != row.earned and not overwrite:
        message = _("{student}: the book has {there}, not {marks}; it stays (--overwrite replaces it)")
        return message.format(student=row.student, there=there, marks=text)
    if grade >= len(line):
        return _("{student}: its row of the book is too short").format(student=row.student)
    cells: dict[int, str] = {}
    if _number(there) != row.earned:  # what says the same, however it is written, stays
        cells[line[grade].start] = text.replace(".", ",") if book.comma else text
    if book.comment is not None and book.comment < len(line) and not table.value(line, book.comment):
        cells[line[book.comment].start] = _comment(row)
    return cells


def _comment(row: SheetRow) -> str:
    """What is said of a sheet in one line."""
    if row.earned == row.worth:
        return _("all right")
    if row.mistakes:
        return listed((f"{one.lines[0]}: {one.said}" if one.lines else one.said for one in row.mistakes), most=3)
    return _("look first at {key}").format(key=row.first[0]) if row.first else ""


def _number(text: str) -> Rational | None:
    """A number with a point or a comma, or 18 17/22; None where there is none."""
    whole, _blank, fraction = text.strip().rpartition(" ")
    try:
        if "/" not in text:
            return numeral(text.strip().replace(",", "."))
        return numeral(whole or "0") + from_text(fraction)
    except (ValueError, ArithmeticError):
        return None
