"""A run of a class in one SQLite file: what was marked, when, and by what; what is marked is not marked again.

Every batch is written as it comes, so that a run that is killed goes on where it was. A store without a path is a
temporary file, which is gone with the process: reports read rows from a store, however large the class.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace as _replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from weakref import finalize

from backprop_cli.checking.rows import SheetRow
from backprop_cli.checking.works import Work
from backprop_cli.course.tables import plain
from backprop_cli.course.tasks import Marked
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _

_MARK = 0x6261636B  # which program's file it is: SQLite keeps it in the header
_SQLITE = b"SQLite format 3\0"  # what a database begins with
_LAYOUT = 2  # of the tables, and of the rows in them
_TABLES = """
CREATE TABLE markings (id INTEGER PRIMARY KEY, setting TEXT, begun TEXT, ended TEXT);
CREATE TABLE sheets (marking INTEGER, place INTEGER, file TEXT, content TEXT, PRIMARY KEY (marking, place));
CREATE TABLE verdicts (content TEXT PRIMARY KEY, row TEXT, kind TEXT, feedback TEXT);
CREATE INDEX by_file ON sheets (marking, file);
"""
_MOST_KEPT = 2_000  # rows that are not made of their text anew: 8 kB each
_DECIDED = "CREATE TABLE IF NOT EXISTS decided (marking INTEGER, file TEXT, marks TEXT, PRIMARY KEY (marking, file))"


def content_of(work: Work, setting: str) -> str:
    """What tells whether a hand-in was marked already: its bytes, whose it is, and by what it is marked."""
    known = (setting, work.file, work.ending, work.student, work.days_late, work.notes, work.ids, work.folder)
    digest = blake2b(repr(known).encode("utf-8", "replace"), digest_size=16)
    digest.update(work.data)
    for data, name, ending in work.others:
        digest.update(repr((name, ending, len(data))).encode("utf-8", "replace") + data)
    return digest.hexdigest()


def is_run(path: Path) -> bool:
    """Whether a file is the run of a class, also where somebody is still writing into it."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            if file.read(len(_SQLITE)) != _SQLITE:
                return False
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            return bool(base.execute("PRAGMA application_id").fetchone() == (_MARK,))
    except (OSError, sqlite3.Error):
        return False


@record
class MarkChange:
    """A sheet of which a second marking says something else: its marks before and now, None where it had none."""

    file: str
    student: str
    before: str | None
    now: str | None


class Store:
    """The markings of a class. Raises UsageError where the file is something else, or cannot be written."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known: dict[str, SheetRow] = {}  # by their contents
        try:
            self._base = sqlite3.connect(
                str(path) if path else "", isolation_level=None, timeout=20, check_same_thread=False
            )
            finalize(self, self._base.close)  # at the latest when the program ends; whichever thread lets go of it
            self._open()
        except sqlite3.Error as error:
            raise self._failure(error) from None

    def _open(self) -> None:
        (mark,) = self._base.execute("PRAGMA application_id").fetchone()
        (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and mark != _MARK:
            message = _("{path} is a database of something else; nothing was written into it")
            raise UsageError(message.format(path=self.path))
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        if tables:
            (layout,) = self._base.execute("PRAGMA user_version").fetchone()
            if layout != _LAYOUT:
                message = _("{path} was written by another version of backprop; begin a new run")
                raise UsageError(message.format(path=self.path))
            return
        with self._writing():
            self._base.execute(f"PRAGMA application_id = {_MARK}")
            self._base.execute(f"PRAGMA user_version = {_LAYOUT}")
            for statement in filter(str.strip, _TABLES.split(";")):
                self._base.execute(statement)

    def _failure(self, error: Exception) -> UsageError:
        return UsageError(_("{path}: no run of a class can be kept there ({reason})").format(
            path=self.path or "-", reason=error
        ))  # fmt: skip

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All of it is written, or nothing."""
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Leaves one file."""
        self._base.close()

    # ---- marking -----------------------------------------------------------------------------------------------

    def begin(self, setting: str) -> int:
        """A new marking by a setting, or the last one where it was by the same setting and never ended."""
        last = self._base.execute("SELECT id, setting, ended FROM markings ORDER BY id DESC LIMIT 1").fetchone()
        if last and last[1] == setting and last[2] is None:
            with self._writing():
                self._base.execute("DELETE FROM sheets WHERE marking = ?", (last[0],))
            return int(last[0])
        with self._writing():
            found = self._base.execute("INSERT INTO markings (setting, begun) VALUES (?, ?)", (setting, _now()))
        return int(found.lastrowid or 0)

    def is_marked(self, content: str, kind: str) -> bool:
        """Whether a hand-in was marked already, with feedback of this kind where one is wanted."""
        found = self._base.execute("SELECT kind FROM verdicts WHERE content = ?", (content,)).fetchone()
        return found is not None and kind in ("", found[0])

    def put(self, marking: int, sheets: Iterable[tuple[int, str, str]]) -> None:
        """Lists sheets of a marking: place, file, content."""
        with self._writing():
            rows = ((marking, *one) for one in sheets)
            self._base.executemany("INSERT OR REPLACE INTO sheets VALUES (?, ?, ?, ?)", rows)

    def keep(self, contents: Iterable[str], marked: Iterable[Marked], kind: str) -> None:
        """Keeps a batch of what was marked, with feedback of a kind."""
        rows = [(content, row, kind, said) for content, (row, said) in zip(contents, marked, strict=True)]
        with self._writing():
            self._base.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", rows)
        for content, row, _kind, _said in rows:
            self._known.pop(content, None)
            if len(self._known) < _MOST_KEPT:  # now, while other processes mark
                self.row_of(content, row)

    def take(self, marking: int, path: Path, setting: str, kind: str) -> None:
        """Takes in what was marked in another run; who is in both counts as in the one that is taken in, said so.

        Raises UsageError where that run has no complete marking by this setting, or no feedback of a kind.
        """
        other = Store(path)
        number = other.last(setting)
        if number is None:
            hint = _("mark its sheets again by this one")
            message = _("{path} was not marked by this problem as it stands, in this language ({hint})")
            raise UsageError(message.format(path=path, hint=hint))
        with self._writing():
            here = {name: place for place, row in self._placed(marking) for name in _names_of(row)}
            place = max(here.values(), default=-1)
            for text, has, feedback in other._joined(number, "row, kind, feedback"):
                row, place = SheetRow.from_text(text), place + 1
                if kind and row.is_marked and has != kind:
                    hint = _("mark there with --feedback, too")
                    raise UsageError(_("{path} has no such reports in it ({hint})").format(path=path, hint=hint))
                for before in {here[name] for name in _names_of(row) if name in here}:
                    row = _of_both(row, self._at(marking, before), path)
                    self._base.execute("DELETE FROM sheets WHERE marking = ? AND place = ?", (marking, before))
                content = (
                    f"{blake2b(f'{path} {place}'.encode('utf-8', 'replace'), digest_size=16).hexdigest()} {marking}"
                )
                self._base.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)",
                                   (content, row.as_text(), has, feedback))  # fmt: skip
                self._base.execute("INSERT INTO sheets VALUES (?, ?, ?, ?)", (marking, place, row.file, content))
                here.update(dict.fromkeys(_names_of(row), place))
        other.close()

    def last(self, setting: str) -> int | None:
        """The last complete marking by a setting; None where there is none."""
        query = "SELECT max(id) FROM markings WHERE setting = ? AND ended IS NOT NULL"
        (found,) = self._base.execute(query, (setting,)).fetchone()
        return None if found is None else int(found)

    def _at(self, marking: int, place: int) -> SheetRow:
        query = "SELECT row FROM sheets JOIN verdicts USING (content) WHERE marking = ? AND place = ?"
        return SheetRow.from_text(self._base.execute(query, (marking, place)).fetchone()[0])

    def _of_file(self, marking: int | None, file: str) -> SheetRow | None:
        query = "SELECT row FROM sheets JOIN verdicts USING (content) WHERE marking = ? AND file = ?"
        found = self._base.execute(query, (marking, file)).fetchone()
        return None if found is None else SheetRow.from_text(found[0])

    def _placed(self, marking: int) -> Iterator[tuple[int, SheetRow]]:
        query = "SELECT place, row FROM sheets JOIN verdicts USING (content) WHERE marking = ? ORDER BY place"
        yield from ((place, SheetRow.from_text(row)) for place, row in self._base.execute(query, (marking,)))

    def decide(self, marking: int, rows: Iterable[SheetRow]) -> None:
        """Keeps the marks of sheets on which somebody decided by hand; what was judged stays as it is."""
        with self._writing():
            self._base.execute(_DECIDED)
            marks = ((marking, row.file, _marks(row)) for row in rows)
            self._base.executemany("INSERT OR REPLACE INTO decided VALUES (?, ?, ?)", marks)

    def _marks_of(self, marking: int | None, row: SheetRow | None) -> str | None:
        """The marks of a sheet in a marking, with what was decided by hand."""
        if row is None:
            return None
        self._base.execute(_DECIDED)
        query = "SELECT marks FROM decided WHERE marking = ? AND file = ?"
        found = self._base.execute(query, (marking, row.file)).fetchone()
        return _marks(row) if found is None else str(found[0])

    def end(self, marking: int) -> None:
        """The marking is complete."""
        with self._writing():
            self._base.execute("UPDATE markings SET ended = ? WHERE id = ?", (_now(), marking))

    # ---- reading -----------------------------------------------------------------------------------------------

    def rows(self, marking: int) -> Collection[SheetRow]:
        """The rows of a marking, in the order of its sheets."""
        return _Rows(self, marking)

    def row_of(self, content: str, text: str) -> SheetRow:
        """The row in a text; whoever reads the rows walks over all, and again: it is the first ones that stay."""
        row = self._known.get(content)
        if row is None:
            row = SheetRow.from_text(text)
            if len(self._known) < _MOST_KEPT:
                self._known[content] = row
        return row

    def feedback(self, marking: int) -> Iterator[tuple[SheetRow, str]]:
        """The sheets with the feedback on them."""
        for row, feedback in self._joined(marking, "row, feedback"):
            yield SheetRow.from_text(row), feedback

    def _joined(self, marking: int, what: str) -> Iterator[tuple[str, ...]]:
        query = f"SELECT {what} FROM sheets JOIN verdicts USING (content) WHERE marking = ? ORDER BY place"
        yield from self._base.execute(query, (marking,))

    def count(self, marking: int) -> int:
        """How many sheets a marking has."""
        query = "SELECT count(*) FROM sheets JOIN verdicts USING (content) WHERE marking = ?"
        return int(self._base.execute(query, (marking,)).fetchone()[0])

    def before(self, marking: int) -> int | None:
        """The marking before this one; None where it is the first."""
        query = "SELECT max(id) FROM markings WHERE id < ? AND ended IS NOT NULL"
        (found,) = self._base.execute(query, (marking,)).fetchone()
        return None if found is None else int(found)

    def changes(self, marking: int) -> Iterator[MarkChange]:
        """Who has other marks than in the marking before, and whose sheet is new or gone."""
        earlier = self.before(marking)
        for row in self.rows(marking):
            old = self._of_file(earlier, row.file)
            was, now = self._marks_of(earlier, old), self._marks_of(marking, row)
            if was != now or (old is None and earlier is not None):
                yield MarkChange(row.file, row.student, was, now)
        gone = "SELECT file FROM sheets WHERE marking = ? EXCEPT SELECT file FROM sheets WHERE marking = ?"
        for (file,) in self._base.execute(gone, (earlier, marking)):
            if (old := self._of_file(earlier, file)) is not None:
                yield MarkChange(file, old.student, self._marks_of(earlier, old), None)


def _names_of(row: SheetRow) -> tuple[str, ...]:
    """What a student is known by in two runs: the numbers, else the name."""
    return row.ids or (plain(row.student),)


def _of_both(row: SheetRow, old: SheetRow, path: Path) -> SheetRow:
    """The row that counts where two runs have one; of the two, one that was marked."""
    kept, other = (old, row) if old.is_marked and not row.is_marked else (row, old)
    said = _("in two runs, of which {path} counts; the other says {marks}")
    marks = _marks(other) or _("not marked")
    return _replace(kept, notes=(*kept.notes, said.format(path=path if kept is row else other.file, marks=marks)))


def _marks(row: SheetRow | None) -> str | None:
    return None if row is None or not row.is_marked else str(row.earned)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@record(slots=False)
class _Rows(Collection[SheetRow]):
    """The rows of a marking: read one after the other, as often as somebody asks."""

    store: Store
    marking: int

    def __iter__(self) -> Iterator[SheetRow]:
        return (self.store.row_of(*found) for found in self.store._joined(self.marking, "content, row"))

    def __len__(self) -> int:
        return self.store.count(self.marking)

    def __contains__(self, row: object) -> bool:
        return any(one == row for one in self)
