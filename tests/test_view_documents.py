"""The pages other than the worked solution as documents: in every format, with what the page says in them."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path
from shutil import which

import pytest
from helpers import backprop

from backprop_cli.documents.conventions_page import conventions_document
from backprop_cli.documents.health_page import health_document
from backprop_cli.documents.matrices import large_matrix
from backprop_cli.documents.matrix_page import matrix_document
from backprop_cli.documents.model import Bars, Facts, Heading, Lines, Role, Table, Terms, Text, plain
from backprop_cli.documents.passes_page import passes_document
from backprop_cli.documents.symbolic_page import symbolic_document
from backprop_cli.documents.tangents_page import tangents_document
from backprop_cli.formats import DOCUMENTS, document_renderer
from backprop_cli.formats.pages import PAGES, of_solution
from backprop_cli.formats.print import latex_rows, scene, scenes
from backprop_cli.ground.errors import UsageError
from backprop_cli.health.findings import health_of
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.symbolic import symbolic_solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.comparison import compare
from backprop_cli.views.tangents import forward_mode
from backprop_cli.writing.dialects import DIALECTS

FOLDER = Path(__file__).parent / "golden" / "documents"
VIEWS = (
    ["--matrix"], ["--passes"], ["--jacobian"], ["--paths", "w1"], ["--forward-mode", "w5"],
    ["--hessian", "w5,w6"], ["--second-order", "newton:1"], ["--gradients"],
    ["--compare", "conventions"], ["--symbolic"], ["--table"],
)  # fmt: skip
FORMATS = ("text", "markdown", "html", "latex", "typst")


def test_the_pages_here_are_those_of_the_table() -> None:
    assert [view[0] for view in VIEWS] == list(PAGES)


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
    document = matrix_document(solution_of(load("mazur"), SolveOptions()), "", "latex")
    first = next(block for block in document.blocks if isinstance(block, Lines)).equations[0]
    assert plain(first.left) == "net₁"
    symbols, numbers, value = (side.text for side in first.sides)
    assert symbols == r"W_1 \cdot x + b_1 \cdot \mathbf{1}"
    assert numbers.startswith(r"\underset{2 \times 2}{\begin{bmatrix} 0.15 & 0.20 \cr 0.25 & 0.30 \end{bmatrix}} ")
    assert value == r"\underset{2 \times 1}{\begin{bmatrix} 0.3775 \cr 0.3925 \end{bmatrix}}"


def test_the_parts_and_layers_are_those_of_the_page() -> None:
    document = matrix_document(solution_of(load("mazur"), SolveOptions()), "", "unicode")
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert [plain(one.text) for one in headings if one.role is Role.PART] == [
        "Forward pass", "Error", "Backward pass: δ", "Gradients", "Update",
    ]  # fmt: skip
    assert plain(headings[1].text) == "hidden layer: h₁, h₂"


@pytest.mark.parametrize("dialect", ["unicode", "latex", "typst"])
def test_of_a_large_matrix_the_first_entries_and_the_last_are_shown(dialect: str) -> None:
    entries: list[tuple[int, int]] = []
    large_matrix(DIALECTS[dialect], (200, 300), lambda row, column: entries.append((row, column)) or "1")
    assert {(0, 0), (199, 299), (0, 299), (199, 0)} <= set(entries)
    assert len(entries) < 200


def test_a_matrix_is_as_wide_as_its_columns() -> None:
    narrow = latex_rows.wide(r"\begin{bmatrix} 1 & 2 \cr 3 & 4 \end{bmatrix}")
    assert narrow < 10 < latex_rows.wide(r"\begin{bmatrix} 0.123456789 & 2 \cr 3 & 4 \end{bmatrix}")


BODIES = {"markdown": ("md", ""), "latex": ("tex", "\\begin{document}"), "typst": ("typ", "#set document(")}
ACCEPTED = [("mazur", "matrix", "", "latex"), ("two-paths", "passes", "", "markdown")]
ACCEPTED += [
    (name, view, "", kind) for name, view in (("softmax", "jacobian"), ("one-neuron", "table")) for kind in BODIES
]


@pytest.mark.parametrize(("name", "view", "argument", "kind"), ACCEPTED)
def test_a_page_reads_as_it_was_accepted(
    name: str, view: str, argument: str, kind: str, request: pytest.FixtureRequest
) -> None:
    ending, body = BODIES[kind]
    page = of_solution(solution_of(load(name), SolveOptions()), view, argument)
    text = document_renderer(kind)(page.document(DOCUMENTS[kind]))
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
    solution = symbolic_solution_of(load("one-neuron", letters=True), SolveOptions(), every_letter=True)
    document = symbolic_document(solution, "latex")
    equations = {one.key: one for lines in document.blocks if isinstance(lines, Lines) for one in lines.equations}
    assert [side.text for side in equations["dE/db"].sides] == [
        r"\delta_y", r"w_1 \cdot x_1 + w_2 \cdot x_2 + b - t_y",
    ]  # fmt: skip
    facts = next(block for block in document.blocks if isinstance(block, Facts)).facts
    assert [plain(one) for one in facts[0].values] == ["x₁", "x₂"]


IN_NUMBERS = {  # trained for long, rounded, or by the perceptron rule
    "han-kamber", "sequential-update", "ten-thousand-epochs", "learning-rates", "starting-points", "perceptron-and",
    "perceptron-or", "early-stop",
}  # fmt: skip
IN_LETTERS = {  # in every dialect, the others in one
    "mazur", "cs231n-gates", "softmax-network", "xor-batch", "momentum", "small-cnn", "schedule", "transformer-block",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "dialect"),
    [(name, dialect) for name in bundled() for dialect in ("unicode", "latex", "typst")
     if name in IN_LETTERS or (dialect == "unicode" and name not in IN_NUMBERS)],
)  # fmt: skip
def test_every_problem_in_letters_is_a_document(name: str, dialect: str) -> None:
    solution = symbolic_solution_of(load(name), SolveOptions(), every_letter=True)
    document = symbolic_document(solution, dialect)
    found = [one.key for block in document.blocks if isinstance(block, Lines) for one in block.equations if one.key]
    assert found[: len(solution.trace.steps)] == [step.quantity.key for step in solution.trace.steps]


@pytest.mark.parametrize("name", sorted(IN_NUMBERS))
def test_what_needs_numbers_says_so(name: str) -> None:
    with pytest.raises(UsageError, match=r"needs numbers, not letters|letters cannot be rounded"):
        symbolic_solution_of(load(name), SolveOptions(), every_letter=True)


# ---- both passes -------------------------------------------------------------------------------------------------


def test_the_products_stand_in_a_table() -> None:
    """The numbers are those of the 2-2-2 example by Mazur (2015): ∂E/∂w₅ = 0.082167041."""
    document = passes_document(solution_of(load("mazur"), SolveOptions()), "", "unicode")
    tables = [block for block in document.blocks if isinstance(block, Table)]
    rows = {plain(row[0]): list(map(plain, row[1:])) for table in tables for row in table.rows}
    assert rows["w₅"] == ["outₕ₁", "0.593269992", "δₒ₁", "0.138498562", "0.0821670406"]
    assert rows["h₁"] == ["0.3775", "0.593269992", "0.00877135469"]


def test_the_edges_of_a_graph_stand_in_a_table() -> None:
    """e = (a + b)·(b + 1) at (2, 1): ∂e/∂b = 2 + 3, over two paths (Olah 2015)."""
    document = passes_document(solution_of(load("two-paths"), SolveOptions()), "", "unicode")
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [plain(cell) for cell in table.rows[-1]] == ["b", "sum", "", "", "", "5"]
    assert [plain(cell) for cell in table.rows[0]] == ["c → e", "∂e/∂e", "1", "∂e/∂c = d", "2", "2"]


@pytest.mark.parametrize("name", ["mazur", "two-paths", "recurrent", "xor-batch", "pooling", "small-cnn"])
def test_the_passes_are_typeset_without_a_complaint(name: str) -> None:
    document = passes_document(solution_of(load(name), SolveOptions()), "", "typst")
    made = document_renderer("pdf")(document)
    assert isinstance(made, bytes)
    assert made.startswith(b"%PDF")


# ---- the sizes of the gradients ----------------------------------------------------------------------------------


def test_the_sizes_stand_in_tables_and_bars() -> None:
    """A chain of linear units with weights ½: each layer has a quarter of the δ of the one above."""
    document = health_document(health_of(WorkedProblem(load("vanishing").problem), 9), "unicode")
    first, *_others = (block for block in document.blocks if isinstance(block, Table))
    assert [plain(cell) for cell in first.head] == ["", "n", "mean", "ratio", "largest", "norm"]
    assert [[plain(cell) for cell in row][2:4] for row in first.rows] == [
        ["0.125", ""], ["0.03125", "0.25"], ["0.0078125", "0.25"], ["0.001953125", "0.25"],
    ]  # fmt: skip
    (bars,) = (block for block in document.blocks if isinstance(block, Bars))
    drawn = scenes.of_block(bars, "unicode")
    boxes = [item for item in drawn.items if isinstance(item, scene.Box)]
    assert len(boxes) == len(bars.bars) == 8
    steps = [a.width - b.width for a, b in pairwise(boxes[:4])]
    assert max(steps) - min(steps) < 1e-9  # equal ratios are equal steps


def test_what_was_found_is_said_with_its_symbols() -> None:
    document = health_document(health_of(WorkedProblem(load("dead-relu").problem), 9), "latex")
    found = dict(next(block for block in document.blocks if isinstance(block, Terms)).terms)
    assert "".join(piece.text for piece in found[(Text("dead"),)]) == "h_1 (1 of 2 units that are not linear)"


# ---- conventions -------------------------------------------------------------------------------------------------


def test_the_answers_under_another_convention_stand_in_a_table() -> None:
    """Mazur (2015) prints a total error of 0.291027924, which is that of δ from already updated weights."""
    document = conventions_document(compare(WorkedProblem.of(load("mazur"))), "unicode")
    choices, answers = (block for block in document.blocks if isinstance(block, Table))
    assert [plain(cell) for cell in choices.rows[-1]] == [
        "6", "hidden δ use", "old weights", "updated weights", "hidden_uses: updated",
    ]  # fmt: skip
    assert [plain(cell) for cell in answers.rows[-1]] == [
        "E after", "0.291027774", "·", "0.567237964", "0.147354079", "0.291027924",
    ]  # fmt: skip


# ---- forward mode ------------------------------------------------------------------------------------------------


def test_a_sweep_ends_in_the_derivative() -> None:
    """∂E/∂w₅ of the 2-2-2 example by Mazur (2015) is 0.082167041."""
    mode = forward_mode(WorkedProblem(load("mazur").problem), "w5", None, 9)
    lines, backward = (block for block in tangents_document(mode, "unicode").blocks if isinstance(block, Lines))
    assert lines.equations[-1].sides[-1].text == backward.equations[0].sides[-1].text == "0.0821670406"
    assert [plain(one.left) for one in lines.equations[:2]] == ["w₅˙", "netₕ₁˙"]
    assert [plain(one) for one in lines.beside[:2]] == ["w₅ = 0.40", "netₕ₁ = 0.3775"]


def test_where_it_is_typeset_a_value_stands_above_its_tangent() -> None:
    mode = forward_mode(WorkedProblem(load("mazur").problem), "w5", None, 9)
    lines, _backward = (block for block in tangents_document(mode, "latex").blocks if isinstance(block, Lines))
    assert [plain(one.left) for one in lines.equations[:3]] == ["w₅", "w₅˙", "netₕ₁"]
    assert not lines.beside


def test_all_sweeps_stand_in_a_table_beside_the_backward_pass() -> None:
    mode = forward_mode(WorkedProblem(load("mazur").problem), "all", None, 9)
    (table,) = (block for block in tangents_document(mode, "latex").blocks if isinstance(block, Table))
    assert len(table.rows) == 10
    assert all(row[2] == row[3] and plain(row[4]) == "✓" for row in table.rows)


# ---- LaTeX and names ---------------------------------------------------------------------------------------------

COMPILED = {
    "matrices of a batch": ("xor-batch", ["--matrix"]),
    "a Jacobian": ("softmax", ["--jacobian"]),
    "bars": ("vanishing", ["--gradients"]),
    "kernels": ("small-cnn", ["--detail", "brief"]),
}


@pytest.mark.skipif(which("pdflatex") is None, reason="no LaTeX is installed")
@pytest.mark.parametrize("case", COMPILED)
def test_pages_compile_as_they_are_and_fit_the_paper(case: str, tmp_path: Path) -> None:
    name, options = COMPILED[case]
    assert backprop("solve", name, *options, "-o", tmp_path / "page.tex").code == 0
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert b"Overfull" not in done.stdout


HOSTILE = """
title: "<script>alert(1)</script> $x$ \\\\input{/etc/passwd} #read(\\"x\\") & % _ ^ ~ *b* [l](http://e) ]]>"
inputs: {身高: 1, x: 2}
targets: [1]
layers:
  - {neurons: [隐藏], weights: [[0.25, 0.5]], activation: sigmoid}
loss: half_squared_error
learning_rate: 0.1
"""


@pytest.mark.parametrize("view", VIEWS[:5], ids=lambda view: view[0])
def test_titles_and_names_arrive_as_text(view: list[str]) -> None:
    view = [{"w1": "w1", "w5": "w1"}.get(one, one) for one in view]
    page = backprop("solve", "-", *view, "--format", "html", stdin=HOSTILE)
    assert page.code == 0, page.err
    assert "<script" not in page.out
    assert "&lt;script&gt;" in page.out
    source = backprop("solve", "-", *view, "--format", "latex", stdin=HOSTILE).out
    assert "\\input{" not in source
    assert '#title("<script>alert(1)</script>' in backprop("solve", "-", *view, "--format", "typst", stdin=HOSTILE).out


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in bundled() if not load(name, letters=True).problem.letters])
def test_every_page_of_every_problem_is_a_document_or_says_why_not(name: str, tmp_path: Path) -> None:
    problem = load(name).problem
    first = next(iter((*problem.parameters, *problem.inputs)), f"net_{problem.outputs[0]}" if problem.outputs else "")
    for view in VIEWS:
        options = [first if one in ("w1", "w5") else one for one in view]
        for kind in ("html", "latex"):
            done = backprop("solve", name, *options, "--format", kind)
            assert done.code in (0, 2), done.err
            assert done.out or done.err.startswith("backprop: ")
        run = backprop("solve", name, *options, "-o", tmp_path / "page.pdf")
        assert run.code == done.code, run.err
