"""The bundled problems as a course: every problem has its place, and the book works every one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.api.book import book, contents
from backprop_cli.formats import DOCUMENTS, document_renderer
from backprop_cli.ground.words import language_tag, languages, set_language
from backprop_cli.ground.wrapping import width
from backprop_cli.problem.chapters import CHAPTERS
from backprop_cli.problem.finding import bundled

IN_ORDER = [name for chapter in CHAPTERS for name in chapter.problems]
SMALL = (1, 2)  # the chapters that ordinary runs work out
RESULTS = {  # of the problems of these chapters, as their sources print them
    "1.1": "0.7",  # mini-step, in the head
    "1.3": "−191",  # overshoot: from 4 below the minimum at 5, each step goes 7 times as far to the other side
    "2.3": "5",  # two-paths: Olah's 2·1 + 3·1
}


@pytest.fixture(params=languages())
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn."""
    before = language_tag()
    set_language(request.param)
    yield str(request.param)
    set_language(before)


def test_every_bundled_problem_has_one_place_in_the_course() -> None:
    """A new problem gets its line in problem/chapters.py."""
    assert sorted(IN_ORDER) == sorted(bundled())


def test_the_course_lists_every_problem_in_order_with_what_it_teaches(language: str) -> None:
    page = backprop("problems", "--course", "--lang", language).out
    assert re.findall(r"^   ([a-z][a-z0-9-]+)  +\S", page, re.M) == IN_ORDER
    assert all(width(line) <= 80 for line in page.splitlines())
    assert re.findall(r"^(\d+)  ", page, re.M) == [str(n) for n in range(1, len(CHAPTERS) + 1)]


@pytest.mark.parametrize("columns", [60, 75, 80, 90])
def test_no_word_of_the_course_is_cut(columns: int) -> None:
    """A line of wide characters may end one cell before the edge, with a space behind it."""
    for name in ("en", "zh"):
        assert "…" not in backprop("problems", "--course", "--lang", name, COLUMNS=str(columns)).out


def test_a_chapter_alone_keeps_its_number() -> None:
    page = backprop("problems", "--chapter", "5").out
    assert "5  Classes" in page
    assert "mazur" not in page


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_book_of_two_chapters_works_every_problem_of_them(name: str) -> None:
    dialect = DOCUMENTS[name]
    text = document_renderer(name)(book(dialect, SMALL))
    if name == "pdf":
        assert isinstance(text, bytes)
        assert text.startswith(b"%PDF")
        return
    assert isinstance(text, str)
    for chapter in SMALL:
        for number in range(1, len(CHAPTERS[chapter - 1].problems) + 1):
            assert text.count(f"{chapter}.{number} ") >= 1


def test_the_book_has_the_published_results(language: str) -> None:
    text = str(document_renderer("text")(book("unicode", SMALL)))
    for number, result in RESULTS.items():
        chapter, place = number.split(".")
        written = result.replace(".", "," if language == "de" else ".")
        start = text.index(f"\n{number} ")
        end = text.find(f"\n{chapter}.{int(place) + 1} ", start)
        assert re.search(rf"= {re.escape(written)}$", text[start:end], re.M), number


def test_the_book_begins_with_the_contents() -> None:
    listed = contents("unicode", SMALL).blocks
    assert book("unicode", SMALL).blocks[: len(listed)] == listed


def test_what_lies_in_the_folder_under_a_problems_name_is_not_in_the_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two-paths").mkdir()
    (tmp_path / "max-gate").write_text("title: nothing", "utf-8")
    assert backprop("problems", "--chapter", "2", "-o", "book.txt").code == 0
    assert "∂e/∂b" in (tmp_path / "book.txt").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["html", "pdf"])
def test_the_whole_book_is_written_in_every_language(name: str, language: str) -> None:
    text = document_renderer(name)(book(DOCUMENTS[name]))
    assert len(text) > 1_000_000
