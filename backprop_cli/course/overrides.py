"""What a tutor decides by hand: a line's marks, with a comment, by whom and when, over what was judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from backprop_cli.checking.rows import LineRow, SheetRow
from backprop_cli.course.tables import Table, needs, plain, read_table
from backprop_cli.ground.errors import Complaint, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.exact import Rational, from_text, marks_in_words, marks_text, numeral

_MOST_NAMED = 6
_WHO = ("student", "file", "sheet", "id", "name")
_MARK = ("marks", "mark", "points", "punkte", "分数")
_LINE, _COMMENT = ("line", "quantity", "zeile", "行"), ("comment", "kommentar", "评语")
_BY, _WHEN = ("by", "who", "tutor", "von", "批改人"), ("when", "date", "datum", "日期")


@record
class Override:
    """A decision: whose sheet, which line (none: of the sheet as a whole), its marks (none: a comment only)."""

    whose: str
    line: str
    marks: Rational | None
    comment: str
    by: str
    when: str
    row: int

    @property
    def said(self) -> str:
        """What is noted on the sheet."""
        by = " ".join(filter(None, (self.by, self.when)))
        marks = marks_in_words(self.marks) if self.marks is not None else ""
        said = ", ".join(filter(None, (marks, self.comment)))
        where = f"{self.line}: {said}" if self.line else said
        return f"{where} ({by})" if by else where


def read_overrides(path: Path) -> Overrides:
    """The decisions in a table with the columns student (or file, or id), line, marks, comment, by, when.

    Raises SourceError for what is no number of marks, located.
    """
    table = read_table(path)
    columns = {name: table.column(words) for name, words in (
        ("student", _WHO), ("line", _LINE), ("marks", _MARK), ("comment", _COMMENT), ("by", _BY), ("when", _WHEN)
    )}  # fmt: skip
    needs(table, {name: columns[name] for name in ("student", "line", "marks")})
    found, complaints = [], []
    for row in table.rows:
        cells = {name: table.value(row, place) for name, place in columns.items()}
        marks = None
        if cells["marks"]:
            try:
                marks = numeral(cells["marks"].replace(",", "."))
            except (ValueError, ArithmeticError):
                said = _("{text!r} is no number of marks").format(text=cells["marks"])
                complaints.append(table.complaint(row, said))
                continue
        found.append(Override(
            cells["student"], cells["line"], marks, cells["comment"], cells["by"], cells["when"], table.line_of(row)
        ))  # fmt: skip
    if complaints:
        raise table.failure(complaints)
    return Overrides(table, tuple(found))


@record(slots=False)
class Overrides:
    """The decisions in a file."""

    table: Table
    listed: tuple[Override, ...]

    def over(self, rows: Collection[SheetRow]) -> Overridden:
        """The rows with the decisions over them. Raises SourceError for one on a sheet or a line that is none."""
        return Overridden(rows, self._by_file(rows))

    def _by_file(self, rows: Collection[SheetRow]) -> dict[str, list[Override]]:
        names: dict[str, SheetRow] = {}
        several: dict[str, dict[str, None]] = {}  # of those whose names are the same, what tells them apart
        for row in (row for row in rows if row.is_marked):
            path = Path(row.file)
            for name in (*row.ids, row.student, row.file, path.name, path.stem):
                if names.setdefault(plain(name), row).file != row.file:
                    both = (names[plain(name)], row)
                    several.setdefault(plain(name), {}).update({(*one.ids, one.file)[0]: None for one in both})
        found: dict[str, list[Override]] = {}
        complaints: list[Complaint] = []
        for one in self.listed:
            sheet = names.get(plain(one.whose))
            why = _why_not(one, sheet, names, several.get(plain(one.whose), ()))
            if why is not None:
                message, hint = why
                complaints.append(Complaint(f"{_('line {line}').format(line=one.row)}: {message}", None, hint))
            elif sheet is not None:
                found.setdefault(sheet.file, []).append(one)
        if complaints:
            raise self.table.failure(complaints)
        return found


def _why_not(
    one: Override, sheet: SheetRow | None, names: Mapping[str, SheetRow], several: Collection[str]
) -> tuple[str, str | None] | None:
    """Why a decision cannot be carried out, and what may be meant."""
    if several:
        return _("{name!r} may be one of several").format(name=one.whose), listed(several, most=_MOST_NAMED)
    if sheet is None:
        return _("no sheet of {name!r}").format(name=one.whose), did_you_mean(plain(one.whose), names)
    lines = {row.key: row for row in sheet.lines}
    if one.line and one.line not in lines:
        return _("no line called {name!r}").format(name=one.line), did_you_mean(one.line, lines)
    if one.line and one.marks is not None and not 0 <= one.marks <= from_text(lines[one.line].worth):
        worth = marks_text(from_text(lines[one.line].worth))
        return _("{line} has at most {worth} marks").format(line=one.line, worth=worth), None
    if one.marks is not None and not one.line:
        return _("name the line that gets the marks"), None
    return None


@record(slots=False)
class Overridden(Collection[SheetRow]):
    """The rows of a class with decisions over them."""

    rows: Collection[SheetRow]
    by_file: Mapping[str, list[Override]]

    def __iter__(self) -> Iterator[SheetRow]:
        return (self._decided(row, self.by_file.get(row.file, [])) for row in self.rows)

    @staticmethod
    def _decided(row: SheetRow, found: list[Override]) -> SheetRow:
        if not found:
            return row
        marks = {one.line: one.marks for one in found if one.line and one.marks is not None}
        lines = tuple(_with_marks(line, marks.get(line.key)) for line in row.lines)
        return replace(row, lines=lines, notes=(*row.notes, *(one.said for one in found)))

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, row: object) -> bool:
        return any(one == row for one in self)


def _with_marks(line: LineRow, marks: Rational | None) -> LineRow:
    return line if marks is None else line._replace(judged=line.judged._replace(earned=str(marks)))
