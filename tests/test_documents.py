"""Worked solutions as documents: what stands in them, the sentences of what is done and why, and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop, cells_of, letters_and_digits, loaded, missing, worked
from typesetters import accept, balanced

from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.quantities import Kind, Phase
from backprop_cli.deriving.writers import writer_for
from backprop_cli.documents.model import Document, Facts, Given, Heading, Lines, Math, Note, Role, Say, Side, plain
from backprop_cli.documents.sentences import SENTENCES
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats import ENDINGS, FORMATS
from backprop_cli.formats.terminal.plain import document
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

FOLDER = Path(__file__).parent / "golden" / "documents"
NUMBERS = [name for name in bundled() if not load(name, letters=True).problem.letters]
GOLDEN = ("mazur", "cs231n-gates", "adam")


@cache
def solved(name: str, detail: Detail | None = None, then_forward: bool = False) -> Solution:
    """A bundled problem, solved."""
    return solution_of(load(name), SolveOptions(detail, then_forward=then_forward))


def of(document: Document, kind: type) -> list[Any]:
    """The blocks of one kind."""
    return [block for block in document.blocks if isinstance(block, kind)]


def mathematics(value: Any) -> Iterator[str]:
    """Every piece of mathematics in a document."""
    if isinstance(value, Math | Side):
        yield value.text
    elif isinstance(value, tuple):
        for item in value:
            yield from mathematics(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from mathematics(getattr(value, field.name))


# ---- what stands in a document -----------------------------------------------------------------------------------


def test_the_parts_are_those_of_the_lecture_in_their_order() -> None:
    headings = of(worked_document(solved("mazur"), "unicode"), Heading)
    assert [(one.number, plain(one.text)) for one in headings if one.role is Role.PART] == [
        (1, "Forward pass"), (2, "Error"), (3, "Backward pass: δ"), (4, "Gradients"), (5, "Update"),
    ]  # fmt: skip


def test_levels_leave_no_gap() -> None:
    for name in NUMBERS:
        level = 0
        for heading in of(worked_document(solved(name), "unicode"), Heading):
            assert 1 <= heading.level <= level + 1, (name, heading)
            level = heading.level


def test_passes_stand_above_their_parts() -> None:
    document = worked_document(solved("xor-batch"), "unicode")
    passes = [plain(one.text) for one in of(document, Heading) if one.role is Role.PASS]
    assert passes == ["Sample 1", "Sample 2", "Sample 3", "Sample 4", "All samples"]
    assert [plain(one.values[0]) for one in of(document, Given)] == ["x₁ = 0", "x₁ = 0", "x₁ = 1", "x₁ = 1"]


@pytest.mark.parametrize("name", NUMBERS)
def test_every_line_of_the_trace_stands_in_the_document_once_and_in_order(name: str) -> None:
    solution = solved(name)
    found = [one.key for lines in of(worked_document(solution, "unicode"), Lines) for one in lines.equations]
    keys = [step.quantity.key for step in solution.trace.steps]
    assert found[: len(keys)] == keys


@pytest.mark.parametrize("name", [name for name in NUMBERS if not load(name).problem.arrays])
def test_the_document_says_what_the_page_says_in_the_same_order(name: str) -> None:
    """The terminal's page, of any width, is the document without the sentences of what is done."""
    solution = solved(name)
    page = squeezed(document(solution_document(solution, "unicode"), 100_000))
    place = 0
    for block in worked_document(solution, "unicode").blocks:
        for part in on_the_page(block):
            found = page.find(squeezed(part), place)
            assert found >= 0, (name, part)
            place = found + len(squeezed(part))


def on_the_page(block: Any) -> Iterator[str]:
    """The texts of a block that stand on the terminal's page too."""
    match block:
        case Heading() | Note():
            yield plain(block.text)
        case Say() if block.rule:
            yield plain(block.text)
        case Given():
            yield ", ".join(map(plain, block.values))
        case Lines():
            for one in block.equations:
                yield plain(one.left) + "".join(f"{side.sign}{side.text}" for side in one.sides) + one.note


def squeezed(said: str) -> str:
    """The text without its spaces."""
    return re.sub(r"\s+", "", said)


def test_only_leaves_the_sheet_out() -> None:
    solution = solution_of(load("mazur"), SolveOptions(only=("net_h1",)))
    assert [type(block) for block in worked_document(solution, "latex").blocks] == [Heading, Say, Lines]
    assert [type(block) for block in worked_document(solution, "unicode").blocks] == [Heading, Lines]


def test_numbers_equal_to_the_formula_are_not_written_twice() -> None:
    lines = of(worked_document(solved("cs231n-gates"), "unicode"), Lines)
    assert [side.text for side in lines[1].equations[0].sides] == ["1"]  # ∂f/∂f


# ---- sentences ---------------------------------------------------------------------------------------------------


def sentences(document: Document) -> list[str]:
    """What is said of what is done."""
    return [plain(say.text) for say in of(document, Say) if not say.rule]


@pytest.mark.parametrize("name", [*ACTIVATIONS, "softmax"])
def test_every_activation_has_a_sentence(name: str) -> None:
    assert (Phase.FORWARD, Kind.OUT, name) in SENTENCES or name in ("cos", "tan")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_part_is_explained_where_it_first_occurs(name: str) -> None:
    explained: set[Phase] = set()
    document = worked_document(solved(name), "latex")
    phases = {step.line.phase for step in solved(name).trace.steps if not step.line.given}
    part = None
    titles = {"Forward pass": Phase.FORWARD, "Error": Phase.LOSS, "Backward pass": Phase.BACKWARD,
              "Gradients": Phase.GRADIENT, "Update": Phase.UPDATE}  # fmt: skip
    for block in document.blocks:
        if isinstance(block, Heading) and block.role is Role.PART:
            part = titles.get(plain(block.text).partition(":")[0])
        elif isinstance(block, Say) and part is not None:
            explained.add(part)
    assert explained >= phases


def test_a_sentence_is_said_once() -> None:
    said = sentences(worked_document(solved("xor-batch"), "unicode"))
    assert len(said) == len(set(said))


def test_what_is_said_fits_the_problem() -> None:
    thresholds = sentences(worked_document(solved("thresholds"), "latex"))
    assert any("minus the threshold" in said for said in thresholds)
    mitchell = worked_document(solution_of(load("mazur", "mitchell"), SolveOptions()), "latex")
    assert any("δ has the minus sign in it already" in said for said in sentences(mitchell))
    assert any(
        "mean of its samples' gradients" in said for said in sentences(worked_document(solved("xor-batch"), "latex"))
    )


def test_on_a_blackboard_there_are_no_sentences() -> None:
    """Characters are for a terminal: what stands there is mathematics, and what a teacher says of slopes."""
    assert all(block.rule for block in of(worked_document(solved("mazur"), "unicode"), Say))


def test_brief_solutions_have_no_sentences() -> None:
    assert of(worked_document(solved("mazur", Detail.BRIEF), "latex"), Say) == []


# ---- dialects ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["latex", "typst"])
@pytest.mark.parametrize("name", NUMBERS)
def test_all_mathematics_in_a_document_is_read_by_its_language(name: str, dialect: str) -> None:
    found = set(mathematics(worked_document(solved(name), dialect).blocks))
    accept(dialect, sorted(filter(None, found))[:400])


# ---- Markdown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOLDEN)
def test_markdown_reads_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    page, golden = worked(solved(name), "markdown"), FOLDER / f"{name}.md"
    if request.config.getoption("--accept"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert page == golden.read_text("utf-8")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_bundled_problem_is_written_in_markdown(name: str) -> None:
    for detail, then_forward in ((None, True), (Detail.FULL, False), (Detail.BRIEF, False)):
        page = worked(solved(name, detail, then_forward), "markdown")
        assert page.startswith("# ")
        for piece in page.split("$$")[1::2]:
            assert balanced(piece)
            assert piece.startswith("\n\\begin{aligned}\n")
            assert piece.endswith("\n\\end{aligned}\n")
            rows = piece.strip().split("\n")[1:-1]
            assert all(row.endswith(r"\\") for row in rows[:-1])  # GitHub reads \\ only at the end of a line
            assert all(cells_of(row) == 1 for row in rows)
        document = solution_document(solved(name, detail, then_forward), "latex")
        assert missing(document, page, letters_and_digits) == []


def test_nothing_in_a_title_or_a_name_is_read_as_markdown() -> None:
    title = "*Bold* [link](x) `code` <b> $x$ # | _y_"
    problem = f"title: '{title}'\ninputs: {{a_: 1}}\ngraph:\n  f: a_^2\nobjective: f\n"
    page = worked(solution_of(loaded(problem), SolveOptions()), "markdown")
    assert page.startswith(r"# \*Bold\* \[link\](x) \`code\` \<b\> \$x\$ \# \| \_y\_" + "\n")


def test_a_solution_without_a_title_has_a_heading() -> None:
    page = worked(solution_of(loaded("inputs: {a: 1}\ngraph:\n  f: a^2\nobjective: f\n"), SolveOptions()), "markdown")
    assert page.startswith("# Worked solution\n")


def test_marks_and_given_stand_behind_their_lines() -> None:
    page = worked(solved("momentum"), "markdown")
    assert r"\frac{\partial E}{\partial p} &= 0.1 \quad \text{(given)}" in page


# ---- the command line --------------------------------------------------------------------------------------------


def test_the_ending_of_the_file_chooses_the_format(tmp_path: Path) -> None:
    for ending in (".md", ".markdown", ".MD"):
        path = tmp_path / f"solution{ending}"
        assert backprop("solve", "mazur", "-o", path).code == 0
        assert path.read_text("utf-8") == worked(solved("mazur"), "markdown")


def test_every_ending_belongs_to_a_format() -> None:
    assert set(ENDINGS.values()) <= set(FORMATS)


def test_markdown_goes_to_stdout_when_it_is_named() -> None:
    run = backprop("solve", "cs231n-gates", "--format", "markdown")
    assert (run.code, run.out) == (0, worked(solved("cs231n-gates"), "markdown"))


def test_a_view_says_that_it_is_no_notebook(tmp_path: Path) -> None:
    run = backprop("solve", "mazur", "--paths", "w1", "-o", tmp_path / "paths.ipynb")
    assert run.code == 2
    assert "this page is written as json, text, markdown, html, latex, typst, pdf, not as notebook" in run.err


# ---- grids -------------------------------------------------------------------------------------------------------

MATRICES = {
    "unicode": "x = [0 0 1 0; 0 0 1 1; 0 0 1 0; 0 0 2 0]",
    "latex": r"x = \begin{bmatrix} 0 & 0 & 1 & 0 \cr 0 & 0 & 1 & 1 \cr 0 & 0 & 1 & 0 \cr 0 & 0 & 2 & 0 \end{bmatrix}",
    "typst": 'x = mat(delim: "[", 0, 0, 1, 0; 0, 0, 1, 1; 0, 0, 1, 0; 0, 0, 2, 0)',
}


@pytest.mark.parametrize("dialect", MATRICES)
def test_what_lies_in_rows_and_columns_is_a_matrix(dialect: str) -> None:
    facts = of(worked_document(solved("small-cnn"), dialect), Facts)[0].facts
    (matrix,) = next(fact for fact in facts if fact.word == "inputs").values
    assert (plain(matrix) if dialect == "unicode" else matrix[0].text) == MATRICES[dialect]
    first, second, *others = next(fact for fact in facts if fact.word == "parameters").values
    assert [plain(one).partition(" ")[0] for one in (first, second)] == ["k₁", "k₂"]
    assert [plain(one) for one in others[:2]] == ["b₁ = −2", "b₂ = 1"]


def test_a_mask_stands_by_itself() -> None:
    facts = of(worked_document(solved("dropout"), "unicode"), Facts)[0].facts
    assert [plain(one) for one in next(fact for fact in facts if fact.word == "mask").values] == [
        "m₁ = 1", "m₂ = 0", "m₃ = 1"
    ]  # fmt: skip


def test_samples_that_are_done_together_stand_above_their_pass() -> None:
    given = of(worked_document(solved("batch-norm"), "unicode"), Given)
    assert [plain(one.values[0]) for one in given] == ["x⁽¹⁾ = 3", "x⁽²⁾ = 9", "x⁽³⁾ = 11", "x⁽⁴⁾ = 17"]


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [("k1_2", "k_{12}", "k_(12)"), ("x10_2", "x_{10,2}", "x_(10\\,2)"), ("wq3", r"\mathrm{wq}_3", '"wq"_3')],
)
def test_a_place_in_a_grid_is_one_index(name: str, latex: str, typst: str) -> None:
    rows, weights = [[1, 2]] * 11, [[1] * 22]
    problem = loaded(f"inputs: {rows}\nlayers: [{{weights: {weights}}}]").problem
    assert writer_for(problem, "latex").name(name).replace(" ", "") == latex
    assert writer_for(problem, "typst").name(name).replace(" ", "") == typst
