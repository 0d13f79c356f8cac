"""What a lecturer prints from an assignment: one sheet with a head, its key and its rubric, exercise after exercise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace as _replace

from backprop_cli.checking.comparable import comparable
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
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, aside, labelled, language_tag
from backprop_cli.numbers.exact import Rational, marks_in_words, marks_text, rational
from backprop_cli.problem.assignment import Assignment, Head
from backprop_cli.solving.exercises import only_in
from backprop_cli.worksheets import parts as single
from backprop_cli.worksheets.exercise import SheetExercise, exercise_of
from backprop_cli.worksheets.parts import Choices
from backprop_cli.worksheets.qr import qr_code
from backprop_cli.worksheets.sheet import out_of

Told = Callable[[], None]


def handouts(
    names: Collection[str], assignment: Assignment, dialect: str, choices: Choices, told: Told = lambda: None
) -> dict[str, Document]:
    """Those of the three documents that are named, their mathematics in a dialect; of a problem alone, its own.

    `told` is called for each exercise that was written into one of them, or for each document of a problem alone.
    """
    problems = {one.number: comparable(one.loaded) for one in assignment.exercises}
    if assignment.head is None:
        made = single.parts(names, problems[1], dialect, choices)
        for _name in made:
            told()
        return made
    only, in_full = only_in(problems, choices.only), "rubric" in names
    wanted = {number: _replace(choices, only=chosen) for number, chosen in only.items()}
    written = {number: exercise_of(problems[number], dialect, one.only, in_full) for number, one in wanted.items()}
    return {
        name: _document(name, assignment.head, {
            number: (written[number], single.body(name, written[number], one))
            for number, one in wanted.items()
        }, dialect, told)
        for name in names
    }  # fmt: skip


def _document(
    name: str, head: Head, exercises: Mapping[int, tuple[SheetExercise, Iterable[Block]]], dialect: str, told: Told
) -> Document:
    title = " ".join(visible(head.title).split()) or _("Worksheet")
    blocks = [*_head(head, {number: one.total for number, (one, _body) in exercises.items()}, dialect, name == "sheet")]
    for number, (exercise, body) in exercises.items():
        blocks.append(Heading(1, Role.SHEET, _heading(number, exercise)))
        blocks += (_of_exercise(number, lower(block)) for block in body)
        told()
    return Document(_(single.TITLES[name]).format(title=title), language_tag(), dialect, tuple(blocks))


def _of_exercise(number: int, block: Block) -> Block:
    """The block, in which what is handed in says of which exercise it is."""
    if not isinstance(block, Table) or not block.entries:
        return block
    return _replace(block, entries=tuple(_replace(one, exercise=number) for one in block.entries))


def _heading(number: int, exercise: SheetExercise) -> Inline:
    """Exercise 2: One step (14 marks)"""
    said, title = _("Exercise {number}").format(number=number), title_of(exercise.problem)
    return (Text(aside(labelled(said, title) if title else said, marks_in_words(exercise.total))),)


def _head(head: Head, totals: Mapping[int, Rational], dialect: str, blank: bool) -> Iterator[Block]:
    """The head of the sheet, with the marks of each exercise; `blank`: with room for the name and for marks."""
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
    total = sum(totals.values(), rational(0))
    if blank:
        yield Form((Blank(_("Name"), 28, student=True), Blank(_("Student number"), 14, student=True)))
        yield _points(totals, total)
        yield from prose(head.text, dialect)
    else:
        yield Say((Text(_("{total} marks in all.").format(total=marks_text(total))),))


def _points(totals: Mapping[int, Rational], total: Rational) -> Table:
    """A column for each exercise and one for the total, to write the marks in."""
    head = texts([_("exercise"), *map(str, totals), _("total")])
    row = texts([_("marks"), *map(out_of, totals.values()), out_of(total)])
    return Table(head, (row,), ("left", *["right"] * (len(totals) + 1)))
