"""The files of a class in a temporary database: however many there are, few of them are in memory at a time."""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from backprop_cli.course.files import files_of
from backprop_cli.course.found import Found, parted
from backprop_cli.course.gradescope import METADATA
from backprop_cli.course.platforms import whose
from backprop_cli.ground.records import record

_TABLES = """
CREATE TABLE found (file BLOB PRIMARY KEY, given INTEGER, key BLOB, parts BLOB, path BLOB, inside BLOB, refused TEXT,
                    at REAL, known BLOB, folder BLOB, stem BLOB, several INTEGER) WITHOUT ROWID;
"""
# Whose a file is: as the platform says; else by its folder, where files of other folders are called the same, or where
# each is an exercise of one hand-in; else it is somebody's own.
_HEAPS = """
CREATE TABLE listed AS
WITH repeated AS (SELECT stem FROM found WHERE refused = '' GROUP BY stem HAVING count(*) > 1),
     placed AS (SELECT *, row_number() OVER (ORDER BY given, key) AS place, coalesce(known, CASE
         WHEN length(folder) > 0 AND refused = '' AND (several OR stem IN repeated) THEN 'folder ' || hex(folder)
         ELSE 'file ' || hex(file) END) AS heap FROM found)
SELECT file, parts, path, inside, refused, at, heap LIKE 'folder %' AS by_folder, place,
       min(place) OVER (PARTITION BY heap) AS first
FROM placed;
CREATE INDEX in_order ON listed (first, place);
DROP TABLE found;
"""
_ROW = "file, parts, path, inside, refused, at"


@record
class Heap:
    """The files of one student; `by_folder`: it is the folder that says whose they are."""

    files: tuple[Found, ...]
    by_folder: bool


class Listing:
    """Files in heaps, each of one student; `is_part` tells whether a name is that of one of several exercises.

    They are in the order in which they were given, those of a folder or an archive by their names.
    """

    def __init__(self, paths: Iterable[Path], is_part: Callable[[str], bool]) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(_TABLES)
        self.metadata: list[Found] = []  # of Gradescope
        self._base.execute("BEGIN")
        rows = (_columns(given, one, is_part) for given, path in enumerate(paths) for one in self._hand_ins(path))
        self._base.executemany(f"INSERT OR IGNORE INTO found VALUES ({', '.join('?' * 12)})", rows)
        self._base.execute("COMMIT")
        self._base.executescript(_HEAPS)

    def _hand_ins(self, path: Path) -> Iterator[Found]:
        """The files, without what a platform puts beside the hand-ins."""
        for one in files_of([path]):
            if one.parts[-1] == METADATA and not one.refused:
                self.metadata.append(one)
            else:
                yield one

    def heaps(self, file: str | None = None) -> Iterator[Heap]:
        """The files of each student; of the one whose `file` it is, where one is named."""
        where, named = "", tuple[bytes, ...]()
        if file is not None:
            where, named = "WHERE first = (SELECT first FROM listed WHERE file = ?)", (os.fsencode(file),)
        query = f"SELECT first, by_folder, {_ROW} FROM listed {where} ORDER BY first, place"
        for (_first, by_folder), rows in groupby(self._base.execute(query, named), key=itemgetter(0, 1)):
            yield Heap(tuple(_found(row[2:]) for row in rows), bool(by_folder))

    @property
    def count(self) -> int:
        """How many hand-ins there are: one for each heap in which a file can be read, else one for each file."""
        one = "SELECT CASE WHEN sum(refused = '') THEN 1 ELSE count(*) END AS hand_ins FROM listed GROUP BY first"
        return int(self._base.execute(f"SELECT coalesce(sum(hand_ins), 0) FROM ({one})").fetchone()[0])

    @property
    def has_any(self) -> bool:
        """Whether any file is read."""
        return bool(self._base.execute("SELECT EXISTS (SELECT 1 FROM listed WHERE refused = '')").fetchone()[0])

    @property
    def refused(self) -> Iterator[Found]:
        """The files that are not read."""
        return map(_found, self._base.execute(f"SELECT {_ROW} FROM listed WHERE refused != '' ORDER BY first, place"))


def _columns(given: int, one: Found, is_part: Callable[[str], bool]) -> tuple[Any, ...]:
    known = whose(one.parts)
    name = one.parts[-1]
    file = os.fsencode(one.file)
    return (
        file, given, file.replace(b"/", b"\0"), pickle.dumps(one.parts), os.fsencode(one.path),
        pickle.dumps(one.inside), one.refused.encode("utf-8", "replace").decode(), one.when,
        None if known is None else os.fsencode(f"{known.platform} {known.key}"),
        os.fsencode(one.file[: -len(name)]) if len(one.parts) > 1 else b"",
        os.fsencode(parted(name)[0].casefold()), is_part(name),
    )  # fmt: skip


def _found(row: tuple[Any, ...]) -> Found:
    file, parts, path, inside, refused, when = row
    return Found(os.fsdecode(file), pickle.loads(parts), os.fsdecode(path), pickle.loads(inside), refused, when)
