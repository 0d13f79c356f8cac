"""Ten assignments of all kinds, as they are handed out: `tests/handouts/write.py` writes their pages to look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from blemishes import WIDE, blemishes
from helpers import backprop

FOLDER = Path(__file__).parent / "handouts"
ASSIGNMENTS = sorted(FOLDER.glob("[0-9]*.yaml"))


def test_there_are_ten() -> None:
    assert len(ASSIGNMENTS) == 10


def test_what_writes_them_says_how_and_writes_nothing(tmp_path: Path) -> None:
    asked = [sys.executable, FOLDER / "write.py", "--help"]
    run = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "FOLDER" in run.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("part", ["sheet", "key", "rubric"])
def test_a_page_in_chinese_is_set_as_chinese_is(assignment: Path, part: str) -> None:
    page = backprop("worksheet", assignment, "--part", part, "--lang", "zh", COLUMNS=str(WIDE))
    assert page.code == 0, page.err
    assert blemishes(page.out) == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en", "de"])
def test_every_page_is_set_as_pdf_and_html(assignment: Path, language: str, tmp_path: Path) -> None:
    for format_ in ("pdf", "html"):
        to = ("--format", format_, "-o", f"{tmp_path}/", "--lang", language)
        assert backprop("worksheet", assignment, "--part", "all", *to).code == 0
        solution = tmp_path / f"solution.{format_}"
        assert backprop("solve", assignment, "-o", solution, "--lang", language).code == 0
        assert {file.stem for file in tmp_path.glob(f"*.{format_}")} == {"sheet", "key", "rubric", "solution"}


@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_a_solution_answers_what_is_asked_in_words(language: str) -> None:
    """Of h1, net is −1.5: ReLU is off. From x1, the way over h2 alone has a slope."""
    end = backprop("solve", FOLDER / "01-words-and-steps.yaml", "--lang", language, COLUMNS=str(WIDE)).out
    dead = {"en": "? Dead, because", "zh": "死亡，因为", "de": "? Tot, denn"}[language]
    assert dead in end
    assert {"en": "? h2, because", "zh": "？h2，因为", "de": "? h2, denn"}[language] in end


@pytest.mark.parametrize("part", ["sheet", "key"])
def test_what_is_given_is_given_once(part: str) -> None:
    """The masks of the dropout layer, which are inputs and facts of their own."""
    page = backprop("worksheet", "dropout", "--part", part).out
    assert page.count("m₁ = 1, m₂ = 0, m₃ = 1") == (part == "sheet")


@pytest.mark.parametrize(("language", "word"), [("en", "local"), ("zh", "局部"), ("de", "lokal")])
def test_a_local_derivative_that_shares_its_signs_with_a_gradient_is_told_apart_in_the_readers_language(
    language: str, word: str
) -> None:
    """f = s + ln(1 + u²): of u directly 2u/(1 + u²) = 1, with the way over s 5."""
    lines = backprop("solve", FOLDER / "curvature.yaml", "--lang", language).out.splitlines()
    assert any(line.startswith(f"   {word} ∂f/∂u = ") and line.endswith(" = 1") for line in lines)
