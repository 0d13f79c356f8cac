"""Who has which variant: the index that `generate` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_cli.checking import assignments
from backprop_cli.checking.rows import SheetRow
from backprop_cli.checking.works import Work
from backprop_cli.course.authors import Authors, authors
from backprop_cli.course.roster import Roster, Student
from backprop_cli.ground.errors import Complaint, SourceError, UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import Assignment
from backprop_cli.working import archives

INDEX = "index.json"
KIND = "variants"
_ID = re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]{3})[-‐–]?([0-9A-Za-z]{3})(?![0-9A-Za-z])")
_TAGS = re.compile(rb"<[^<>]*>")


@record
class StudentVariant:
    """One variant: its id, its file, whose it is, and its right answers, by the keys of the lines of all exercises.

    `given` are the numbers that it gives, by their names.
    """

    id: str
    file: str
    students: tuple[Student, ...]
    right: Mapping[str, str] = field(default_factory=dict, hash=False)
    given: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def said(self) -> str:
        """The id, and whose it is."""
        if not self.students:
            return self.id
        return _("{id} ({names})").format(id=self.id, names=listed(one.name for one in self.students))


@record(slots=False)
class Index:
    """The variants of an assignment, in a folder."""

    folder: Path
    variants: tuple[StudentVariant, ...]
    made: dict[str, Any] = field(default_factory=dict, repr=False)  # the assignments by the variants, made plain

    @cached_property
    def by_id(self) -> Mapping[str, StudentVariant]:
        """The variants by their ids."""
        return {one.id: one for one in self.variants}

    @cached_property
    def roster(self) -> Roster | None:
        """Everybody who has a variant; None where they are nobody's."""
        students = tuple(student for one in self.variants for student in one.students)
        return Roster(str(self.folder / INDEX), students) if students else None

    @cached_property
    def assignment(self) -> Assignment:
        """That of the first variant: head, marking and lines are the same in all."""
        return self.load(self.variants[0])

    def load(self, variant: StudentVariant) -> Assignment:
        """The assignment of a variant."""
        if variant.id in self.made:
            make, arguments = self.made[variant.id]
            found: Assignment = make(*arguments)
            return found
        return assignments.load(str(self.folder / variant.file))

    def owner(self, whose: Authors) -> StudentVariant | None:
        """The variant of everybody who handed something in; None where nobody knows who, or it has several."""
        them = set(whose.students)
        return next((one for one in self.variants if them and them <= set(one.students)), None)

    def whose(self, work: Work, signed: str) -> Authors:
        """Whose a hand-in is, by the names or an id on it, or by what is known of it."""
        if self.roster is None:
            return Authors()
        return authors(self.roster, SheetRow(work.file, work.student or signed, ids=work.ids, signed=signed))

    def said_in(self, work: Work) -> tuple[StudentVariant, ...]:
        """The variants whose ids, or QR codes as a scanner reads them, stand in a hand-in or in the names of its files.

        In the order in which they stand there.
        """
        texts = [text for data, name in ((work.data, work.file), *((one[0], one[1]) for one in work.others))
                 for text in (_text(data), name.replace("_", " "))]  # fmt: skip
        ids = (f"{one[1]}-{one[2]}".upper() for text in texts for one in _ID.finditer(text))
        return tuple(self.by_id[one] for one in dict.fromkeys(ids) if one in self.by_id)


def _text(data: bytes) -> str:
    """All the text in a hand-in, whatever its format."""
    if data[:2] == b"PK":
        try:
            archive = archives.opened(data, "")
            names = [one for one in archive.namelist() if one.endswith((".xml", ".rels"))]
            data = b" ".join(_TAGS.sub(b"", archives.content(archive, one, "")) for one in names)
        except SourceError:
            return ""
    return data.replace(b"\0", b"").decode("utf-8", "replace")


def read_index(path: Path) -> Index:
    """The index in a folder, or at a path. Raises UsageError where there is none, SourceError where it is damaged."""
    path = path / INDEX if path.is_dir() else path
    try:
        data = json.loads(path.read_text("utf-8"))
        variants = tuple(
            StudentVariant(
                one["id"], one["file"], tuple(_student(who) for who in one["students"]), one["right"], one["given"]
            )
            for one in data["variants"]
        )
    except OSError as error:
        message = _("cannot read {path}: {reason}").format(path=path, reason=reason_of(error))
        raise UsageError(message) from None
    except (ValueError, KeyError, TypeError):
        raise SourceError(str(path), [Complaint(_("this is no index of variants"))]) from None
    return Index(path.parent, variants)


def is_index(path: Path) -> bool:
    """Whether a path is that of an index, or of a folder with one."""
    if path.is_dir():
        return (path / INDEX).is_file()
    if not path.is_file():  # a pipe would be waited for
        return False
    try:
        with path.open("rb") as file:
            return path.suffix == ".json" and f'"backprop": "{KIND}"'.encode() in file.read(200)
    except OSError:
        return False


def index_beside(assignment: Assignment) -> Index:
    """The index of an assignment's variants: beside its file, or in the folder of its name. Raises UsageError."""
    folder = assignment.folder or Path()
    places = (folder / Path(assignment.source).stem, folder)
    found = next((one for one in places if (one / INDEX).is_file()), None)
    if found is None:
        hint = _("`backprop generate --assignment {source} -o {folder}` makes them").format(
            source=assignment.source, folder=places[0]
        )
        raise UsageError(
            _("each student is to have a variant, but there is no index of them ({hint})").format(hint=hint)
        )
    return read_index(found)


def _student(data: Mapping[str, Any]) -> Student:
    return Student(data["name"], tuple(data["ids"]), data["group"])


def index_text(variants: tuple[StudentVariant, ...], more: Mapping[str, Any]) -> str:
    """The index as JSON; `more` is for the reader."""
    rows = [
        {"id": one.id, "file": one.file, "right": one.right, "given": one.given,
         "students": [{"name": who.name, "ids": list(who.ids), "group": who.group} for who in one.students]}
        for one in variants
    ]  # fmt: skip
    return json.dumps({"backprop": KIND, **more, "variants": rows}, ensure_ascii=False, indent=1) + "\n"
