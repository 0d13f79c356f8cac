"""The bundled problems as a course: its contents, and a book in which every problem is worked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from backprop_cli.api.problem import Problem
from backprop_cli.documents.model import Block, Document, Heading, NewPage, Role, Say, Terms, Text
from backprop_cli.documents.writing import lower
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, labelled, language_tag
from backprop_cli.problem.chapters import CHAPTERS, Chapter
from backprop_cli.problem.finding import as_bundled, bundled, title_line
from backprop_cli.problem.reader import load_file
from backprop_cli.questions.reading import understood

Told = Callable[[int, int], None]


def contents(dialect: str, chapters: Sequence[int] = ()) -> Document:
    """The course, chapter by chapter: what each is about, its problems in their order, and what each teaches.

    `chapters` are numbers from 1, all unless any is named; raises UsageError for a number that no chapter has.
    """
    return _document(dialect, chain.from_iterable(_contents(*one) for one in _chosen(chapters)))


def book(dialect: str, chapters: Sequence[int] = (), told: Told = lambda done, total: None) -> Document:
    """The same as one document: the contents, then every problem with its worked solution, as `solve` shows it.

    `told` is called with how many problems are worked, of how many. Raises UsageError as `contents` does.
    """
    chosen, files = _chosen(chapters), bundled()
    total, done, blocks = sum(len(one.problems) for _n, one in chosen), 0, [*contents(dialect, chapters).blocks]
    for number, chapter in chosen:
        blocks += [NewPage(), *_opening(number, chapter)]
        for place, (name, teaches) in enumerate(chapter.problems.items(), start=1):
            problem = Problem(understood(load_file(as_bundled(files[name]))))
            blocks += [_heading(number, place, problem), Say((Text(name, "code"), _said(teaches)))]
            blocks += map(lower, map(lower, problem.page(None).document(dialect).blocks))
            done += 1
            told(done, total)
    return _document(dialect, blocks)


def _chosen(chapters: Sequence[int]) -> list[tuple[int, Chapter]]:
    """The chapters with these numbers, in the order of the course."""
    for number in chapters:
        if not 1 <= number <= len(CHAPTERS):
            said = _("no chapter {number}: the course has chapters 1 to {last}")
            raise UsageError(said.format(number=number, last=len(CHAPTERS)))
    return [(number, one) for number, one in enumerate(CHAPTERS, start=1) if not chapters or number in chapters]


def _document(dialect: str, blocks: Iterator[Block] | Sequence[Block]) -> Document:
    return Document(_("Backpropagation by hand: a course"), language_tag(), dialect, tuple(blocks))


def _contents(number: int, chapter: Chapter) -> Iterator[Block]:
    """A chapter and a line for each of its problems."""
    files = bundled()
    yield from _opening(number, chapter)
    yield Terms(tuple(
        ((Text(name, "code"),), (Text(_(title_line(files[name].read_text("utf-8"))), "strong"), _said(teaches)))
        for name, teaches in chapter.problems.items()
    ))  # fmt: skip


def _opening(number: int, chapter: Chapter) -> Iterator[Block]:
    yield Heading(1, Role.SHEET, (Text(_(chapter.title)),), number)
    yield Say((Text(_(chapter.about)),))


def _heading(number: int, place: int, problem: Problem) -> Heading:
    """3.3 One step on a 2-2-2 network"""
    return Heading(2, Role.PART, (Text(f"{number}.{place} {problem.model.title}"),))


def _said(teaches: str) -> Text:
    """What a problem teaches, behind a colon."""
    return Text(labelled("", _(teaches)))
