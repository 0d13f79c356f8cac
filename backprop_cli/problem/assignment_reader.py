"""Reads an assignment and the problems of its exercises, every complaint located in the file that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from dataclasses import replace as _replace
from datetime import date, datetime, time, timedelta
from pathlib import Path as FilePath

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, SourcesError, UsageError, together
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, language_called, listed, short_names
from backprop_cli.problem.assignment import Assignment, Due, Exercise, Head, VariantsRule
from backprop_cli.problem.assignment_schema import AssignmentFile, ExerciseFile, VariantsFile
from backprop_cli.problem.cases import CASES, count_cases, title_of_case
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.finding import File, find
from backprop_cli.problem.marking import read_points
from backprop_cli.problem.reader import EXERCISES, Above, Case, Loaded, load_file
from backprop_cli.problem.tree import Entries, Path, Tree, plain, read_tree, text_at
from backprop_cli.problem.validation import validated

LOGOS = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".svg": b"<svg"}  # and their signs
_HEAD = 1_000  # bytes in which the sign stands


def load(name: str, notation: str | None = None) -> Assignment:
    """The assignment, or the problem alone, at a path, on standard input (`-`) or bundled under this name.

    `notation` takes the place of the files' own. Raises SourceError or SourcesError with every complaint; UsageError
    where there is nothing of this name.
    """
    return read(find(name), notation)


def read(file: File, notation: str | None = None) -> Assignment:
    """The assignment or the problem in a file: one with `exercises` is an assignment, and so is one with `cases`."""
    tree = read_tree(file.text, file.source)
    several = isinstance(tree, Entries) and CASES in tree.values and EXERCISES not in tree.values
    if several and file.case is None:
        assert isinstance(tree, Entries)
        return _of_cases(file, tree, notation)
    if not isinstance(tree, Entries) or EXERCISES not in tree.values:
        return Assignment.of(load_file(file, notation, letters=True))
    return _Reader(file, tree, notation).assignment()


def _of_cases(file: File, tree: Entries, notation: str | None) -> Assignment:
    """Every set of numbers of a problem as an exercise; raises everything that is wrong in any of them."""
    count = count_cases(tree, file.source, file.text)
    exercises: list[Exercise] = []
    errors: list[SourceError] = []
    title = text_at(tree, ("title",))
    said = _ if file.is_bundled else str
    whole = said(title.value or "") if title is not None else ""
    for place in range(count):
        try:
            loaded = load_file(file, notation, letters=True, above=Case(place))
        except (SourceError, SourcesError) as error:
            errors += error.errors
            continue
        named = title_of_case(tree, whole, place)
        loaded = _replace(loaded, problem=_replace(loaded.problem, title=named))
        exercises.append(Exercise(place + 1, loaded))
    if errors:
        raise together(errors)
    head = Head(title=whole)
    return Assignment(file.source, file.text, tree, tuple(exercises), head, file.folder)


@record(slots=False)
class _Reader:
    """Reads one assignment, and collects what is wrong in it and in its problems."""

    file: File
    tree: Entries
    notation: str | None
    errors: list[SourceError] = field(default_factory=list)

    def assignment(self) -> Assignment:
        """The assignment; raises everything that is wrong."""
        mended = validated(self.tree, AssignmentFile)
        file, book = mended.file, ComplaintBook(mended.tree)
        if file is None:
            listing = self.tree.values[EXERCISES]
            for place in range(len(getattr(listing, "values", ()))):
                if isinstance(plain(listing), list):
                    self.problem(place, book)
            self.fail(mended.and_more(book.complaints))
        assert file is not None
        if not 0 < len(file.exercises) <= limits.EXERCISES:
            message = _("{count} exercises: from 1 to {most}").format(count=len(file.exercises), most=limits.EXERCISES)
            book.complain((EXERCISES,), message)
        head = self.head(file, book)
        own = not mended.complaints  # with what stands here in place of the problem's own keys
        exercises = [
            self.exercise(place, one, book, own) for place, one in enumerate(file.exercises[: limits.EXERCISES])
        ]
        students = self.beside(file.students, ("students",), book)
        self.fail(mended.and_more(book.complaints))
        return Assignment(
            self.file.source, self.file.text, self.tree, tuple(one for one in exercises if one is not None), head,
            self.file.folder, students, _variants(file.variants),
        )  # fmt: skip

    def fail(self, complaints: Sequence[Complaint]) -> None:
        """Raises what is wrong, where anything is."""
        own = [SourceError(self.file.source, complaints, self.file.text)] if complaints else []
        if errors := [*own, *self.errors]:
            raise together(errors)

    # ---- the head ----------------------------------------------------------------------------------------------

    def head(self, file: AssignmentFile, book: ComplaintBook) -> Head:
        """What stands at the top of the sheet; of a bundled assignment, in the reader's language."""
        said = _ if self.file.is_bundled else str
        book.complain_of_words(file.text or "", ("text",))
        return Head(
            title=said(file.title or ""),
            course=said(file.course or ""),
            number=(file.number or "").strip(),
            due=_due(file.due, book),
            text=said(file.text or ""),
            logo=self.logo(file.logo, book),
            language=_language(file.language, book),
            variant=" ".join((file.variant or "").split()),
        )

    def logo(self, name: str | None, book: ComplaintBook) -> FilePath | None:
        """The file of the logo."""
        path = self.beside(name, ("logo",), book)
        if path is None or not path.is_file():
            return path
        sign = LOGOS.get(path.suffix.lower())
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
        if sign is None or sign not in data[:_HEAD] or len(data) > limits.FILE_BYTES:
            said = _("a logo is a picture in one of these formats: {names}")
            book.complain(("logo",), said.format(names=listed(LOGOS)))
        return path

    def beside(self, name: str | None, where: Path, book: ComplaintBook) -> FilePath | None:
        """The file that a key names, which must be there."""
        if name is None:
            return None
        path = (self.file.folder or FilePath()) / name.strip()
        if not path.is_file():
            book.complain(where, _("there is no file called {name!r} beside the assignment").format(name=name.strip()))
        return path

    # ---- exercises ---------------------------------------------------------------------------------------------

    def exercise(self, place: int, file: ExerciseFile, book: ComplaintBook, own: bool) -> Exercise | None:
        """An exercise with its problem; None where something is wrong with that."""
        points = read_points(file.points, book, (EXERCISES, place, "points"))
        loaded = self.problem(place, book, own)
        if loaded is None:
            return None
        said = _ if self.file.is_bundled else str
        title = said(file.title) if file.title else loaded.problem.title
        problem = _replace(loaded.problem, title=title, text=said(loaded.problem.text))
        return Exercise(place + 1, _replace(loaded, problem=problem), points)

    def problem(self, place: int, book: ComplaintBook, own: bool = False) -> Loaded | None:
        """The problem that an exercise names, with its `own` keys in place of the file's, where those can be read."""
        where: Path = (EXERCISES, place, "problem")
        named = text_at(self.tree, where)
        if named is None:
            return None  # which was said of its shape
        if not (named.value or "").strip():
            book.complain(where, _("nothing is written here; expected {what}").format(what=_("a text")))
            return None
        name = str(named.value).strip()
        try:
            file = find(name, self.file.folder or FilePath())
            if is_assignment(read_tree(file.text, file.source)):
                book.complain(where, _("this is an assignment, too: an exercise is one problem"))
                return None
            above = Above(self.file.source, self.file.text, place) if own else None
            return load_file(file, self.notation, letters=True, above=above)
        except SourcesError as error:
            self.errors.extend(error.errors)
        except SourceError as error:
            if any(one.span for one in error.complaints):
                self.errors.append(error)
            else:  # of the file as a whole, which may be none
                book.complain(where, f"{error.source}: {error.complaints[0].message}", error.complaints[0].hint)
        except UsageError as error:
            book.complain(where, str(error))
        return None


def is_assignment(tree: Tree) -> bool:
    """Whether a file is an assignment, and no problem."""
    return isinstance(tree, Entries) and EXERCISES in tree.values


def _variants(file: VariantsFile | None) -> VariantsRule | None:
    return None if file is None else VariantsRule(file.per, file.seed, file.like, file.band)


_ONLY_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _due(text: str | None, book: ComplaintBook) -> Due | None:
    """The first moment that is too late: of a day, the beginning of the next one."""
    if text is None:
        return None
    written = " ".join(text.split())
    try:
        if _ONLY_DATE.fullmatch(written):
            return Due(datetime.combine(date.fromisoformat(written) + timedelta(days=1), time()), written)
        if _ONLY_DATE.match(written) and ":" in written:
            return Due(datetime.fromisoformat(written) + timedelta(microseconds=1), written)
    except (ValueError, OverflowError):
        pass
    hint = _("a date is year, month and day: 2026-12-10, or 2026-12-10 12:00")
    book.complain(("due",), _("{text!r} is not a date").format(text=written), hint)
    return None


def _language(text: str | None, book: ComplaintBook) -> str:
    if text is None:
        return ""
    found = language_called(text.strip())
    if found is None:
        book.complain(("language",), _("no language called {name!r} ({hint})").format(
            name=text.strip(), hint=listed(short_names())
        ))  # fmt: skip
    return found or ""
