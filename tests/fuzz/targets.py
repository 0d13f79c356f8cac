"""What is fuzzed: each reader as a function of bytes, which returns for a good text, a refused one, and nothing else.

A refusal is a BackpropError whose text is a message for people: it has words, points into the text, and nothing in it
can reach a terminal as a command. Anything else that is raised is a finding.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.references import Reference
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.deriving.schedule import derive
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.formats.terminal.plain import document
from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, SourceError
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.files import decode
from backprop_cli.problem.reader import load, load_text
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.state import State
from backprop_cli.writing.notation import load_notation

SMALL = 60  # lines of a derivation that is solved as well
TABLE = "inputs: [x1]\nsamples: points.csv\nlayers: [{neurons: [y], weights: [[1]]}]\nloss: squared_error\n"


def problem(data: bytes) -> None:
    """A problem file is loaded, derived, and solved where it is small; letters and samples beside it are allowed."""
    with refused("<fuzz>"):
        loaded = load_text(decode(data, "<fuzz>"), "<fuzz>", letters=True)
        if loaded.problem.letters or loaded.problem.training.perceptron is not None:
            return
        if loaded.problem.training.epochs <= 2 and len(loaded.problem.samples) <= 2:
            derivation = derive(loaded.problem)
            if len(derivation.lines) <= SMALL:
                solve(derivation)


def formula(data: bytes) -> None:
    """A formula is read; it has a value or a named error, and slopes that have one."""
    text = data.decode("utf-8", "replace")
    names = frozenset({"x", "y", "out_h1"})
    with refused():
        found = parse(text, names=names)
        one = rational(1)
        with precision(limits.FIRST_PRECISION):
            for reading in (found, *slopes(found, {}).values()):
                evaluate(reading, Certified(), lambda _name: one)


def answers(data: bytes) -> None:
    """A sheet of answers is read, and marked with diagnosis. The first byte says as which kind of file."""
    checker = _checker()
    format_ = ("", "yaml", "json", "csv", "tsv")[data[0] % 5] if data else ""
    with refused("<sheet>"):
        sheet = read_text(decode(data[1:], "<sheet>"), "<sheet>", checker.names, format_)
        check_sheet(checker, sheet)


def working(data: bytes) -> None:
    """A hand-in is read and judged, every equals sign of it. The first byte says with which ending."""
    checker = _checker()
    endings = (".txt", ".md", ".tex", ".html", ".ipynb", ".xlsx", ".docx", "", ".csv")
    with refused("<sheet>"):
        check_sheet(
            checker, read_bytes(data[1:], "<sheet>", endings[data[0] % len(endings)] if data else "", checker.reader)
        )


def replies(data: bytes) -> None:
    """A reply to the tutor's first question, whatever it is: a number, a whole line, a formula, words."""
    lesson = _lesson()
    state, _response = begin(lesson, State())
    _state, response = reply(lesson, state, data.decode("utf-8", "replace"))
    assert response.blocks or response.question is not None or _state.ended


def table(data: bytes) -> None:
    """Samples from a CSV file beside their problem."""
    folder = _folder()
    (folder / "problem.yaml").write_text(TABLE, "utf-8")
    (folder / "points.csv").write_bytes(data)
    with refused(str(folder)):
        load(str(folder / "problem.yaml"))


def notation(data: bytes) -> None:
    """A notation of one's own, with which a problem is then written."""
    path = _folder() / "own.toml"
    path.write_bytes(data)
    load_notation.cache_clear()
    with refused():
        document(solution_document(solution_of(load("mini-step", str(path)), SolveOptions()), "unicode"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (problem, formula, answers, working, replies, table, notation)
}


# ---- what a refusal is ---------------------------------------------------------------------------------------


@contextmanager
def refused(source: str | None = None) -> Iterator[None]:
    """Lets a proper refusal pass."""
    refusal: BackpropError | None = None
    try:
        yield
    except BackpropError as error:
        refusal = error
    if refusal is not None:
        _assert_proper(refusal, source)


def _assert_proper(refusal: BackpropError, source: str | None) -> None:
    said = str(refusal)
    assert said.strip(), f"{refusal!r} says nothing"
    assert all(char.isprintable() or char == "\n" for char in said) or source is None, f"{said!r} moves a terminal"
    if isinstance(refusal, FormulaError):
        assert refusal.offset >= 0, refusal
    if isinstance(refusal, SourceError):
        assert source is not None
        assert said.startswith(source), f"{said!r} does not say where"
        for complaint in refusal.complaints:
            assert complaint.span is None or min(complaint.span.line, complaint.span.column) >= 1, complaint


@cache
def _checker() -> Checker:
    asked = tuple(map(Reference.parse, ("delta_h1", "dE/dw5")))
    return Checker(WorkedProblem(replace(load("mazur").problem, ask_formulas=asked)))


@cache
def _lesson() -> Lesson:
    return lesson_of(WorkedProblem(load("mazur").problem))


@cache
def _folder() -> Path:
    import atexit

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
