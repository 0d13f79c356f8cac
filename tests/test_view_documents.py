"""The pages other than the worked solution as documents: in every format, with what the page says in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.dialects import DIALECTS
from backprop_cli.documents.matrices import large_matrix
from backprop_cli.documents.matrix_page import matrix_document
from backprop_cli.documents.model import Facts, Heading, Lines, Role, plain
from backprop_cli.documents.symbolic_page import symbolic_document
from backprop_cli.formats import DOCUMENTS, document_renderer, latex_rows, view_document
from backprop_cli.problem.reader import load
from backprop_cli.solution import Wishes, solution_of
from backprop_cli.symbolic import symbolic_solution_of

FOLDER = Path(__file__).parent / "golden" / "documents"
VIEWS = (
    ["--matrix"], ["--passes"], ["--jacobian"], ["--paths", "w1"], ["--forward-mode", "w5"], ["--gradients"],
    ["--compare", "conventions"], ["--symbolic"],
)  # fmt: skip
FORMATS = ("text", "markdown", "html", "latex", "typst")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view[0])
def test_every_page_is_a_document_in_every_format(view: list[str], tmp_path: Path) -> None:
    for name in FORMATS:
        done = backprop("solve", "mazur", *view, "--format", name)
        assert done.code == 0, done.err
        assert "One step on a 2-2-2 network" in done.out
    path = tmp_path / "page.pdf"
    assert backprop("solve", "mazur", *view, "-o", path).code == 0
    assert path.read_bytes().startswith(b"%PDF")


# ---- matrices ----------------------------------------------------------------------------------------------------


def test_the_matrices_of_the_article_stand_in_the_document() -> None:
    """The numbers are those of the 2-2-2 example by Mazur (2015)."""
    document = matrix_document(solution_of(load("mazur"), Wishes()), "", "latex")
    first = next(block for block in document.blocks if isinstance(block, Lines)).equations[0]
    assert plain(first.left) == "net₁"
    symbols, numbers, value = (side.text for side in first.sides)
    assert symbols == r"W_1 \cdot x + b_1 \cdot \mathbf{1}"
    assert numbers.startswith(r"\underset{2 \times 2}{\begin{bmatrix} 0.15 & 0.20 \cr 0.25 & 0.30 \end{bmatrix}} ")
    assert value == r"\underset{2 \times 1}{\begin{bmatrix} 0.3775 \cr 0.3925 \end{bmatrix}}"


def test_the_parts_and_layers_are_those_of_the_page() -> None:
    document = matrix_document(solution_of(load("mazur"), Wishes()), "", "unicode")
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert [plain(one.text) for one in headings if one.role is Role.PART] == [
        "Forward pass", "Error", "Backward pass: δ", "Gradients", "Update",
    ]  # fmt: skip
    assert plain(headings[1].text) == "hidden layer: h₁, h₂"


@pytest.mark.parametrize("dialect", ["unicode", "latex", "typst"])
def test_of_a_large_matrix_the_first_entries_and_the_last_are_shown(dialect: str) -> None:
    entries: list[tuple[int, int]] = []
    large_matrix(DIALECTS[dialect], (20, 30), lambda row, column: entries.append((row, column)) or "1")
    assert {(0, 0), (19, 29), (0, 29), (19, 0)} <= set(entries)
    assert len(entries) < 60


def test_a_matrix_is_as_wide_as_its_columns() -> None:
    narrow = latex_rows.wide(r"\begin{bmatrix} 1 & 2 \cr 3 & 4 \end{bmatrix}")
    assert narrow < 10 < latex_rows.wide(r"\begin{bmatrix} 0.123456789 & 2 \cr 3 & 4 \end{bmatrix}")


BODIES = {"markdown": ("md", ""), "latex": ("tex", "\\begin{document}"), "typst": ("typ", "#set document(")}
ACCEPTED = [("mazur", "matrix", ""), ("softmax", "jacobian", "")]


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(("name", "view", "argument"), ACCEPTED)
def test_a_page_reads_as_it_was_accepted(
    name: str, view: str, argument: str, kind: str, request: pytest.FixtureRequest
) -> None:
    write, (ending, body) = view_document(view), BODIES[kind]
    assert write is not None
    text = document_renderer(kind)(write(solution_of(load(name), Wishes()), argument, DOCUMENTS[kind][2]))
    assert isinstance(text, str)
    text = text[text.index(body) :]
    golden = FOLDER / f"{name}-{view}.{ending}"
    if request.config.getoption("--accept"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


# ---- paths -------------------------------------------------------------------------------------------------------


def test_the_paths_are_written_with_their_sum() -> None:
    done = backprop("solve", "mazur", "--paths", "w1", "--format", "markdown")
    assert "path 1:  $w_1$ → $\\mathrm{net}_{h_1}$ → $\\mathrm{out}_{h_1}$ → $\\mathrm{net}_{o_1}$" in done.out
    assert (
        r"\text{path 1} + \text{path 2} = 0.000668396021 + \left(-0.000229828287\right) \approx 0.000438567734"
        in done.out
    )


# ---- letters -----------------------------------------------------------------------------------------------------


def test_letters_are_formulas_in_a_document() -> None:
    """By hand: y = w₁x₁ + w₂x₂ + b and E = ½(t − y)², so ∂E/∂b = y − t."""
    solution = symbolic_solution_of(load("one-neuron", letters=True), Wishes(), every_letter=True)
    document = symbolic_document(solution, "latex")
    equations = {one.key: one for lines in document.blocks if isinstance(lines, Lines) for one in lines.equations}
    assert [side.text for side in equations["dE/db"].sides] == [
        r"\delta_y", r"w_1 \cdot x_1 + w_2 \cdot x_2 + b - t_y",
    ]  # fmt: skip
    facts = next(block for block in document.blocks if isinstance(block, Facts)).facts
    assert [plain(one) for one in facts[0].values] == ["x₁", "x₂"]


@pytest.mark.parametrize("dialect", ["unicode", "latex", "typst"])
@pytest.mark.parametrize("name", ["mazur", "cs231n-gates", "softmax-network", "xor-batch", "momentum", "small-cnn"])
def test_every_problem_in_letters_is_a_document(name: str, dialect: str) -> None:
    solution = symbolic_solution_of(load(name), Wishes(), every_letter=True)
    document = symbolic_document(solution, dialect)
    found = [one.key for block in document.blocks if isinstance(block, Lines) for one in block.equations if one.key]
    assert found[: len(solution.trace.steps)] == [step.quantity.key for step in solution.trace.steps]
