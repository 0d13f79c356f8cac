"""What a lecturer prints from an assignment: one sheet with a head, its key and its rubric, exercise after exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace as _replace

from backprop_cli.documents.model import (
    Blank,
    Block,
    Document,
    Fact,
    Facts,
    Form,
    Heading,
    Inline,
    Logo,
    Role,
    Say,
    Table,
    Text,
)
from backprop_cli.documents.prose import prose
from backprop_cli.documents.writing import lower, texts, title_of
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, aside, labelled, language_tag, plural
from backprop_cli.numbers.exact import Rational, marks_text, rational
from backprop_cli.problem.assignment import Assignment, Head
from backprop_cli.problem.letters import standing_in
from backprop_cli.problem.reader import Loaded
from backprop_cli.worksheets import parts as single
from backprop_cli.worksheets.exercise import Exercise, exercise_of
from backprop_cli.worksheets.parts import Choices
from backprop_cli.worksheets.qr import qr_code
from backprop_cli.worksheets.sheet import out_of

_TITLES = {"sheet": "{title}", "key": "Key: {title}", "rubric": "Marking rubric: {title}"}  # which are said in sheet.py


def handouts(names: Iterable[str], assignment: Assignment, dialect: str, choices: Choices) -> dict[str, Document]:
    """Those of the three documents that are named, their mathematics in a dialect; of a problem alone, its own."""
    comparable = [_comparable(one.loaded) for one in assignment.exercises]
    if assignment.head is None:
        return single.parts(names, comparable[0], dialect, choices)
    if choices.only:
        raise UsageError(_("--only is of one problem; in an assignment, each exercise has `ask`"))
    written = [exercise_of(loaded, dialect) for loaded in comparable]
    return {
        name: _document(name, assignment.head, [
            (exercise, single.body(name, exercise, loaded, choices))
            for exercise, loaded in zip(written, comparable, strict=True)
        ], dialect)
        for name in names
    }  # fmt: skip


def _comparable(loaded: Loaded) -> Loaded:
    return _replace(loaded, problem=standing_in(loaded.problem)) if loaded.problem.letters else loaded


def _document(name: str, head: Head, exercises: list[tuple[Exercise, Iterable[Block]]], dialect: str) -> Document:
    title = " ".join(visible(head.title).split()) or _("Worksheet")
    blocks = [*_head(head, [one for one, _body in exercises], dialect, blank=name == "sheet")]
    for number, (exercise, body) in enumerate(exercises, start=1):
        blocks.append(Heading(1, Role.SHEET, _heading(number, exercise)))
        blocks += map(lower, body)
    return Document(_(_TITLES[name]).format(title=title), language_tag(), dialect, tuple(blocks))


def _heading(number: int, exercise: Exercise) -> Inline:
    """Exercise 2: One step (14 marks)"""
    said, title = _("Exercise {number}").format(number=number), title_of(exercise.problem)
    return (Text(aside(labelled(said, title) if title else said, marks_in_words(exercise.total))),)


def marks_in_words(points: Rational) -> str:
    """14 marks"""
    return plural("{count} mark", "{count} marks", int(points)) if points.q == 1 else _("{marks} marks").format(
        marks=marks_text(points)
    )  # fmt: skip


def _head(head: Head, exercises: list[Exercise], dialect: str, blank: bool) -> Iterator[Block]:
    """The head of the sheet; `blank`: with room for the name and for marks."""
    if head.logo is not None and blank:
        kind = head.logo.suffix.lower().removeprefix(".")
        yield Logo(head.logo.read_bytes(), "jpeg" if kind == "jpg" else kind, str(head.logo))
    if head.variant and blank and (code := qr_code(head.variant)) is not None:
        yield code
    facts = {
        _("variant"): head.variant,
        _("course"): head.course,
        _("sheet"): head.number,
        _("due"): head.due.written if head.due else "",
    }
    if said := tuple(Fact(word, texts([" ".join(visible(value).split())])) for word, value in facts.items() if value):
        yield Facts(said)
    total = sum((one.total for one in exercises), rational(0))
    if blank:
        yield Form((Blank(_("Name"), 28), Blank(_("Student number"), 14)))
        yield _points(exercises, total)
        yield from prose(head.text, dialect)
    else:
        yield Say((Text(_("{total} marks in all.").format(total=marks_text(total))),))


def _points(exercises: list[Exercise], total: Rational) -> Table:
    """A column for each exercise and one for the total, to write the marks in."""
    head = texts([_("exercise"), *map(str, range(1, len(exercises) + 1)), _("total")])
    row = texts([_("marks"), *(out_of(one.total) for one in exercises), out_of(total)])
    return Table(head, (row,), ("left", *["right"] * (len(exercises) + 1)))
