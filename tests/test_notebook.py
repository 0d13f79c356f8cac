"""Worked solutions as notebooks: the cells run in order, and every value is compared with the solution."""

from __future__ import annotations

import contextlib
import io
import json
from base64 import b64decode
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from helpers import backprop, solved
from programs import HOSTILE, NAMES, differences, expressions, losses, solution

from backprop_cli.formats.code.notebook import render
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

CASES: dict[str, Any] = {
    **{name: (lambda name=name: solution(name)) for name in NAMES},
    "nine digits": lambda: solution_of(load("mazur"), SolveOptions(then_forward=True)),
    "expressions": expressions,
    "hostile": lambda: solved(HOSTILE),
    **{f"loss {name}": (lambda one=one: one) for name, one in losses().items()},
}


def cells(one: Solution, kind: str) -> list[str]:
    """The texts of the cells of a kind."""
    return ["".join(cell["source"]) for cell in json.loads(render(one))["cells"] if cell["cell_type"] == kind]


def run(sources: list[str]) -> str:
    """What the cells print, run in order in one space of names."""
    into, names = io.StringIO(), {"__name__": "__main__"}
    with contextlib.redirect_stdout(into):
        for source in sources:
            exec(compile(source, "cell", "exec"), names)
    return into.getvalue()


@pytest.mark.parametrize("case", CASES)
def test_the_cells_run_and_agree_with_the_solution(case: str) -> None:
    one = CASES[case]()
    sources = cells(one, "code")
    printed = run(sources)
    assert len(printed.splitlines()) == len(one.trace.steps)
    assert sum(source.count("assert agrees(") for source in sources) == len(one.trace.steps)
    if case != "nine digits":
        assert not differences(one, printed)


def test_a_wrong_number_stops_the_notebook() -> None:
    sources = cells(solution("mazur"), "code")
    broken = [source.replace("w5 = 0.40", "w5 = 0.41") for source in sources]
    assert broken != sources
    with pytest.raises(AssertionError):
        run(broken)


@pytest.mark.skipif(find_spec("nbformat") is None, reason="nbformat is not installed")
@pytest.mark.parametrize("name", ["mazur", "cs231n-gates", "lstm"])
def test_the_file_is_a_valid_notebook(name: str) -> None:
    import nbformat

    notebook = nbformat.reads(render(solution(name)), as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_every_part_is_explained_before_it_is_computed() -> None:
    texts = cells(solution("mazur"), "markdown")
    assert any("### Backward pass: hidden layer" in text and "δₕ₁ = (δₒ₁·w₅ + δₒ₂·w₇)" in text for text in texts)
    assert any("a sigmoid is its output times one minus its output" in text for text in texts)


def test_a_title_is_only_text() -> None:
    one = solved(HOSTILE.replace(HOSTILE.splitlines()[1], "title: '<script>alert(1)</script> [x](http://e.org) $a$'"))
    assert cells(one, "markdown")[0].startswith(r"# \<script\>alert\(1\)\</script\> \[x\]\(http://e\.org\) \$a\$")


def test_the_ending_of_the_file_says_that_it_is_a_notebook(tmp_path: Path) -> None:
    assert backprop("solve", "mazur", "-o", tmp_path / "solution.ipynb").code == 0
    assert (tmp_path / "solution.ipynb").read_text("utf-8") == backprop("solve", "mazur", "--format", "notebook").out


def test_the_network_is_drawn_in_a_cell_that_needs_no_other_file() -> None:
    cell = json.loads(render(solution_of(load("mazur"), SolveOptions())))["cells"][1]
    assert cell["source"] == ["![a network of 2 → 2 → 2 units](attachment:picture.svg)"]
    image = b64decode(cell["attachments"]["picture.svg"]["image/svg+xml"]).decode()
    assert fromstring(image).tag == "{http://www.w3.org/2000/svg}svg"
    assert ">0.5933<" in image
