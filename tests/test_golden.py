"""Golden worked solutions: documents a teacher can read, accepted with `pytest --accept`, reviewed like prose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_cli.documents.conventions_page import conventions_document
from backprop_cli.documents.model import Document
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.documents.symbolic_page import symbolic_document
from backprop_cli.formats.terminal.plain import document
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled
from backprop_cli.questions.reading import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.symbolic import symbolic_solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.comparison import compare

FOLDER = Path(__file__).parent / "golden"
SPECIAL = {
    "mazur-full": ("mazur", SolveOptions(Detail.FULL, then_forward=True), None, "unicode", 100),
    "mazur-brief": ("mazur", SolveOptions(Detail.BRIEF), None, "unicode", 80),
    "mazur-ascii": ("mazur", SolveOptions(then_forward=True), None, "ascii", 80),
    "mazur-nielsen": ("mazur", SolveOptions(), "nielsen", "unicode", 80),
    "mazur-mitchell": ("mazur", SolveOptions(), "mitchell", "unicode", 80),
    "mazur-wide": ("mazur", SolveOptions(), None, "unicode", 120),
    "mazur-only-w5": ("mazur", SolveOptions(only=("w5_new",)), None, "unicode", 80),
    "learning-rates-ascii": ("learning-rates", SolveOptions(), None, "ascii", 80),
    "starting-points-wide": ("starting-points", SolveOptions(), None, "unicode", 120),
    "perceptron-and-full": ("perceptron-and", SolveOptions(Detail.FULL), None, "unicode", 80),
    "schedule-han-kamber": ("schedule", SolveOptions(only=("epoch 2 / w_new",)), "han-kamber", "unicode", 80),
    "pooling-full": ("pooling", SolveOptions(Detail.FULL), None, "unicode", 80),
    "small-cnn-nielsen-ascii": ("small-cnn", SolveOptions(Detail.BRIEF), "nielsen", "ascii", 100),
    "softmax-full": ("softmax", SolveOptions(Detail.FULL), None, "unicode", 80),
}


def conventions(name: str, dialect: str) -> Document:
    return conventions_document(compare(WorkedProblem.of(load(name))), dialect)


def in_letters(name: str) -> Document:
    """The solution of a bundled problem in letters."""
    return symbolic_document(symbolic_solution_of(load(name), SolveOptions(), True), "unicode")


PAGES: dict[str, Callable[[], str]] = {
    "mazur-conventions": lambda: document(conventions("mazur", "unicode")),
    "one-neuron-symbolic": lambda: document(in_letters("one-neuron")),
    "mazur-symbolic": lambda: document(in_letters("mazur")),
    "conventions-ascii": lambda: document(
        conventions_document(compare(WorkedProblem.of(load("conventions"))), "ascii")
    ),
}
CASES = {name: (name, SolveOptions(), None, "unicode", 80) for name in bundled()} | SPECIAL


@pytest.mark.parametrize("case", CASES)
def test_the_worked_solution_reads_as_it_was_accepted(case: str, request: pytest.FixtureRequest) -> None:
    name, wishes, notation, charset, width = CASES[case]
    compare_with_golden(
        case, document(solution_document(solution_of(load(name, notation), wishes), charset), width), request
    )


@pytest.mark.parametrize("case", PAGES)
def test_another_page_reads_as_it_was_accepted(case: str, request: pytest.FixtureRequest) -> None:
    compare_with_golden(case, PAGES[case](), request)


def compare_with_golden(case: str, page: str, request: pytest.FixtureRequest) -> None:
    """The page is the golden one; with `--accept`, it becomes it."""
    golden = FOLDER / f"{case}.txt"
    if request.config.getoption("--accept"):
        golden.write_text(page, "utf-8")
    assert golden.exists(), f"no golden file: look at the page, then pytest {__file__} --accept"
    assert page == golden.read_text("utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {*CASES, *PAGES}
