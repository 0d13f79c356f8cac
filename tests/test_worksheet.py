"""Worksheets: the blank sheet gives nothing away, the key is right by its own checker, the rubric says what counts."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from helpers import backprop, loaded
from rich.cells import cell_len
from sheets import checked, checker

from backprop_cli.algebra.quantities import Phase
from backprop_cli.algebra.quantities import parameter as quantity
from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.documents.model import (
    Document,
    Facts,
    Form,
    Heading,
    Inline,
    Lines,
    Note,
    Say,
    Space,
    Table,
    Text,
    plain,
)
from backprop_cli.documents.worked import layer_labels
from backprop_cli.formats import DOCUMENTS, document_renderer
from backprop_cli.formats.terminal.plain import document as text_of
from backprop_cli.problem.reader import Loaded, bundled
from backprop_cli.questions.reading import load, understood
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.worksheets.exercise import SheetExercise, exercise_of
from backprop_cli.worksheets.grids import parted
from backprop_cli.worksheets.parts import PARTS, Choices, parts
from backprop_cli.worksheets.tabled import numbered
from backprop_cli.worksheets.wording import TASKS

FOLDER = Path(__file__).parent / "golden" / "worksheets"
NUMBERS = [name for name in bundled() if not load(name, letters=True).problem.letters]
SLOW = ("small-cnn", "batch-norm-network", "pooling", "layer-norm", "residual", "attention", "xor-batch", "dropout")
GOLDEN = ("mazur", "cs231n-gates", "softmax-network", "adam", "recurrent", "han-kamber")
MARKED = """
title: One weight
inputs: {x: 2}
targets: {y: 1}
layers: [{neurons: [y], weights: [[w = 0.75]]}]
loss: half_squared_error
learning_rate: 0.1
ask: [delta_y, w_new]
marks: {delta_y: 1/2, w_new: 3}
"""


@cache
def problem(name: str) -> Loaded:
    """A bundled problem, or the one in a text."""
    return understood(loaded(name)) if "\n" in name else load(name)


def of(name: str, which: str, dialect: str = "unicode", **choices: object) -> Document:
    """A part of a problem's worksheet."""
    return parts((which,), problem(name), dialect, Choices(**choices))[which]  # type: ignore[arg-type]


def tables(document: Document, to_fill: bool | None = None) -> list[Table]:
    """The tables of answers: of lines, and of grids, whose columns are numbered."""
    every = [block for block in document.blocks if isinstance(block, Table)]
    found = [one for one in every if plain(one.head[0]) == "quantity" or plain(one.head[1]) == "1"]
    return [one for one in found if to_fill is None or one.to_fill is to_fill]


def words(document: Document) -> str:
    """Everything that the document says in sentences and headings."""
    said = [block.text for block in document.blocks if isinstance(block, Say | Note | Heading)]
    return "\n".join(map(plain, said))


def filled(exercise: SheetExercise) -> dict[object, str]:
    """The values of the key, as a student types them."""
    return {line.quantity: exercise.value(line.quantity).text() for line in exercise.lines}


# ---- the sheet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NUMBERS)
def test_a_sheet_asks_for_what_the_template_asks_for_in_its_order(name: str) -> None:
    """But that a grid stands together, in the order of reading, where the first of its lines stands."""
    exercise = exercise_of(problem(name), "unicode")
    asked = [line.quantity.key for line in exercise.lines]
    symbols = [exercise.symbol(line.quantity).text for line in exercise.lines]
    blank = tables(of(name, "sheet"), to_fill=True)
    rows = [(plain(row[0]), one.key) for table in blank if table.across == 1
            for row, one in zip(table.rows, table.entries, strict=True)]  # fmt: skip
    grids = [[one.key for one in table.entries] for table in blank if table.across > 1]
    in_grids = {key for grid in grids for key in grid}
    in_rows = [(symbol, key) for symbol, key in zip(symbols, asked, strict=True) if key not in in_grids]
    assert rows == in_rows
    assert sorted([*(key for _symbol, key in rows), *(key for grid in grids for key in grid)]) == sorted(asked)
    for grid in grids:
        assert grid == sorted(grid, key=lambda key: [int(digits) for digits in re.findall(r"[0-9]+", key)])
    first = [min(map(asked.index, grid)) for grid in grids]
    assert first == sorted(first)
    worked = WorkedProblem(problem(name).problem)
    template = blank_sheet(worked, format_="csv").splitlines()[2:]
    means = worked.names.resolve  # an η that stays is that of the epoch in which it was set
    assert [means(row.partition(",")[0].strip('"')) for row in template] == [means(key) for key in asked]


@pytest.mark.parametrize("name", ["mazur", "han-kamber", "softmax-network", "recurrent", "six-neurons"])
def test_a_blank_sheet_gives_no_answer_away(name: str) -> None:
    document = of(name, "sheet", formulas=True)
    assert all(row[2] == () for table in tables(document) for row in table.rows)
    page = text_of(document).replace("−", "-")
    answers = {text for text in filled(exercise_of(problem(name), "unicode")).values() if len(text) > 5}
    assert answers
    assert [answer for answer in answers if answer in page] == []


def test_a_sheet_says_all_that_is_needed() -> None:
    page = text_of(of("mazur", "sheet"))
    for given in ("w₅ = 0.40", "b₂ = 0.60", "i₂ = 0.10", "tₒ₁ = 0.01", "η = 0.5", "½·(tₒ₁ − outₒ₁)²", "b₁, b₂"):
        assert given in page, given


@pytest.mark.parametrize("name", NUMBERS)
def test_every_parameter_input_and_target_is_on_the_sheet(name: str) -> None:
    document = of(name, "sheet")
    values: list[Inline] = [
        v for block in document.blocks if isinstance(block, Facts) for f in block.facts for v in f.values
    ]
    values += [cell for block in document.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    named = {plain(value).partition(" = ")[0] for value in values}
    exercise = exercise_of(problem(name), "unicode")
    kernels = [layer.kernels for layer in exercise.problem.layers if layer.kernels and len(layer.kernels.shape) > 1]
    in_matrices = {name for grid in kernels for name in grid.names}
    matrices = [[[quantity(name) for name in row] for row in rows] for rows in numbered(exercise.problem)]
    in_rows = {one.name: rows for rows in matrices for row in rows for one in row}
    arrays = {entry: stem for stem, one in exercise.problem.arrays.items() for entry in one.grid.names}
    for parameter in exercise.problem.parameters:
        if parameter in arrays:
            assert arrays[parameter] in named
        elif parameter in in_rows:  # wq₂ is between the ends of wq₁ ⋯ wq₄
            assert plain((exercise.page.rows(in_rows[parameter]),)) in set(map(plain, values))
        elif parameter in in_matrices:  # k₁₂ stands in the matrix k
            assert any(name.startswith(parameter[0]) and f"{name} = [" in "".join(map(plain, values)) for name in named)
        else:
            assert exercise.page.name(parameter).text in named, parameter


BLOCK = """
title: A transformer block with two heads, normalized behind
inputs: {x: [[1, 0, 1, 0], [0, 1, 0, 2]]}
targets: [[1, 0, 0, 0], [0, 1, 0, 0]]
layers:
  - type: attention
    heads: 2
    query: {weights_by_input: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}
    key: {weights: [[0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}
  - {type: residual, from: inputs}
  - {type: layer_normalization}
  - {per_step: true, activation: relu, weights_by_input: [[1, 0], [0, 1], [-1, 0], [0, -1]], bias: [0.1, 0.1]}
  - {per_step: true, weights_by_input: [[1, 0, 1, 0], [0, 1, 0, -1]]}
  - {type: residual, from: 3}
  - {type: layer_normalization}
loss: half_squared_error
ask: [E]
"""


@pytest.mark.parametrize("name", [BLOCK, "transformer-block"])
def test_every_layer_of_a_long_network_has_its_formulas(name: str) -> None:
    """What the formula of a unit beyond dense is made of is given, or has a formula of its own."""
    document, exercise = of(name, "sheet"), exercise_of(problem(name), "unicode")
    given = {plain(line.left) for one in document.blocks if isinstance(one, Lines) for line in one.equations}
    layers = layer_labels(exercise.problem)
    for step in exercise.page.solution.trace.steps:
        if step.line.phase not in (Phase.FORWARD, Phase.LOSS):
            continue
        alike = {
            exercise.page.symbol(one.quantity).text
            for one in exercise.page.solution.trace.steps
            if one.quantity.kind is step.quantity.kind
            and layers.get(one.quantity.name) == layers.get(step.quantity.name)
        }
        assert alike & given, step.quantity


def test_a_sheet_of_a_transformer_block_says_its_heads_its_steps_and_the_epsilon_of_its_norms() -> None:
    page = " ".join(text_of(of(BLOCK, "sheet")).split())
    assert "2×4 inputs → attention (layer 1, 2 heads, 2×4 units) → residual (layer 2, 2×4 units)" in page
    assert "x̂_u₁₁ = (out_u₁₁ − μ_7_₁)/√(σ²_7_₁ + 1e-5)" in page
    assert "out_u₁₁ = out_h5_a₁ + out_na₁" in page


def test_the_weights_of_queries_and_keys_are_matrices_in_the_order_of_their_numbers() -> None:
    """Those by input as the file has them, and so are those by unit: wk₅ is the first of the second row."""
    page = text_of(of(BLOCK, "sheet"))
    assert "wk₁ ⋯ wk₁₆ = ⎡0  1  0  0⎤" in page
    assert "⎢2  0  0  0⎥" in page
    assert "wk₅·x₁₁" in page
    assert "wq₅·x₁₂" in page


def test_formulas_for_which_there_is_no_room_are_counted_and_given_on_request() -> None:
    rows = "\n".join(f"    - {[row + column for column in range(9)]}" for row in range(70))
    wide = f"""
inputs: {[1] * 9}
targets: {{y: 1}}
layers:
  - weights:
{rows}
  - {{neurons: [y], weights: [{[1] * 70}]}}
loss: half_squared_error
ask: [E]
"""
    short, full = text_of(of(wide, "sheet")), text_of(of(wide, "sheet", formulas=True))
    given = len(re.findall(r"^ +net_?h\S+ += ", short, re.MULTILINE))
    every = len(re.findall(r"^ +net_?h\S+ += ", full, re.MULTILINE))
    assert every == 70
    assert 40 < given < 60
    assert f"{every - given} more are formed like these." in short
    assert "formed like" not in full


def test_the_formulas_of_the_work_stand_there_only_on_request() -> None:
    assert "outₕ₁·(1 − outₕ₁)" not in text_of(of("mazur", "sheet"))
    assert "outₕ₁·(1 − outₕ₁)" in text_of(of("mazur", "sheet", formulas=True))


@pytest.mark.parametrize("name", ["mini-batches", "xor-batch", "linear-regression"])
def test_what_is_said_of_one_sample_has_its_number_where_the_same_is_said_of_all(name: str) -> None:
    """E is the mean of E⁽¹⁾, E⁽²⁾, …: no two lines of the formulas begin alike."""
    (given, reminder) = [block for block in of(name, "sheet", formulas=True).blocks if isinstance(block, Lines)]
    for lines in (given, reminder):
        symbols = [plain(one.left) for one in lines.equations]
        assert len(symbols) == len(set(symbols))
    assert "E = ½" not in text_of(of(name, "sheet", formulas=True))


def test_of_three_momentum_rules_the_sheet_says_which() -> None:
    assert "v collects steps η·g, and v is taken off" in words(of("momentum", "sheet"))


def test_room_is_as_large_as_wished() -> None:
    rooms = [block.lines for block in of("mazur", "sheet").blocks if isinstance(block, Space)]
    assert rooms == [8, 3, 4, 8, 8]
    assert not [block for block in of("mazur", "sheet", space=0).blocks if isinstance(block, Space)]
    assert {block.lines for block in of("mazur", "sheet", space=2).blocks if isinstance(block, Space)} == {2}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mazur", "Do one step of gradient descent."),
        ("linear-regression", "Do 2 epochs of gradient descent, with one update by the mean of the gradients of all 4"),
        ("online-two-samples", "take the 2 samples one after the other, with an update after each"),
        ("mini-batches", "in batches of 2 samples"),
        ("adam", "Do one step with the optimizer adam."),
        ("momentum", "Do 2 steps with the optimizer momentum step."),
        ("perceptron-and", "Apply the perceptron rule"),
        ("cs231n-gates", "nothing is updated"),
        ("ten-thousand-epochs", "Do one step of gradient descent."),
    ],
)
def test_the_exercise_is_put_in_words(name: str, said: str) -> None:
    assert said in words(of(name, "sheet"))


def test_every_task_is_set_by_some_bundled_problem() -> None:
    said = "\n".join(words(of(name, "sheet")) for name in NUMBERS)
    for message in TASKS.values():
        assert re.search(re.sub(r"\\\{\w+\\\}", ".*", re.escape(message)), said), message


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mazur", "Write each value to at least 3 significant figures. A new value has to show its step"),
        ("han-kamber", "Write Err to 4 decimal places, and everything else to 3 decimal places. Round each value when"),
        ("sequential-update", "Round outputs and δ when you write them down, and go on with the rounded values."),
        ("cs231n-gates", "Every value comes out exactly: write it as it is."),
    ],
)
def test_how_to_round_is_said_in_words(name: str, said: str) -> None:
    assert said in words(of(name, "sheet")).replace("\n", " ")


# ---- the key -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [pytest.param(one, marks=pytest.mark.slow) if one in SLOW else one for one in NUMBERS])
def test_the_checker_gives_the_key_full_marks(name: str) -> None:
    exercise = exercise_of(problem(name), "unicode")
    marker = checker(name)
    text = blank_sheet(WorkedProblem(problem(name).problem), filled=filled(exercise))  # type: ignore[arg-type]
    report = check_sheet(marker, read_text(text, "key.yaml", marker.names, "yaml"))
    assert report.all_right
    assert report.earned == report.worth == exercise.total


def test_the_key_has_the_numbers_of_the_article() -> None:
    """Mazur (2015): 0.3775, 0.593269992, …, 0.298371109, and the new weights."""
    rows = {plain(row[0]): plain(row[2]) for table in tables(of("mazur", "key")) for row in table.rows}
    published = {
        "netₕ₁": "0.3775", "outₕ₁": "0.5933", "outₕ₂": "0.5969", "outₒ₁": "0.7514", "outₒ₂": "0.7729", "Eₒ₁": "0.2748",
        "E": "0.2984", "δₒ₁": "0.1385", "∂E/∂w₅": "0.08217", "w₁⁺": "0.1498", "w₅⁺": "0.3589", "w₈⁺": "0.5614",
    }  # fmt: skip
    assert {symbol: rows[symbol] for symbol in published} == published


def test_the_key_rounds_as_the_book_does() -> None:
    """Han, Kamber and Pei, table 9.2 to 9.4: Err6 = 0.1311, w46 = −0.261."""
    rows = {plain(row[0]): plain(row[2]) for table in tables(of("han-kamber", "key")) for row in table.rows}
    assert (rows["Err₆"], rows["w₄₆⁺"], rows["θ₄⁺"]) == ("0.1311", "−0.261", "−0.408")


def test_a_third_is_written_as_it_is_too() -> None:
    name = "parameters: {w: 1}\ngraph: {f: w/3}\nobjective: f\nlearning_rate: 1\n"
    rows = {plain(row[0]): plain(row[2]) for table in tables(of(name, "key")) for row in table.rows}
    assert rows["w⁺"] == "2/3 ≈ 0.6667"


def test_the_worked_solution_stands_behind_the_key_on_request() -> None:
    short, long = of("mazur", "key"), of("mazur", "key", worked=True)
    assert long.blocks[: len(short.blocks)] == short.blocks
    assert not [block for block in short.blocks if isinstance(block, Lines)]
    assert "Worked solution" in words(long)


def test_marks_are_those_of_the_problem() -> None:
    for which in ("key", "sheet", "rubric"):
        assert "3.5 marks in all." in words(of(MARKED, which)).replace("\n", " ")
    rows = [row for table in tables(of(MARKED, "key")) for row in table.rows]
    assert [(plain(row[0]), plain(row[2]), plain(row[3])) for row in rows] == [
        ("δ_y", "0.5", "0.5"),
        ("w⁺", "0.65", "3"),
    ]
    (form,) = [block for block in of(MARKED, "sheet").blocks if isinstance(block, Form)]
    assert [(blank.word, blank.after) for blank in form.blanks] == [("Name", ""), ("Date", ""), ("Marks", "/ 3.5")]


def test_what_defines_a_quantity_is_given_although_it_is_not_asked_for() -> None:
    page = text_of(of("cs231n-gates", "sheet", only=("df/dx",)))
    assert "q = x + y" in page
    assert "f = q·z" in page
    assert "value of q" not in page


def test_only_asks_for_the_chain_that_leads_to_a_quantity() -> None:
    rows = [plain(row[0]) for table in tables(of("mazur", "sheet", only=("dE/dw5",))) for row in table.rows]
    assert rows == ["netₕ₁", "outₕ₁", "netₕ₂", "outₕ₂", "netₒ₁", "outₒ₁", "δₒ₁", "∂E/∂w₅"]


# ---- the rubric --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mazur", "softmax-network", "adam"])
def test_what_the_rubric_calls_a_mistake_the_checker_marks_as_one(name: str) -> None:
    exercise = exercise_of(problem(name), "unicode")
    symbols = {exercise.symbol(line.quantity).text: line.quantity.key for line in exercise.lines}
    planted: list[tuple[str, str]] = []
    for table in tables(of(name, "rubric")):
        key = ""
        for row in table.rows:
            key = symbols[plain(row[0])] if row[0] else key
            planted += [(key, plain(row[2]).replace("−", "-"))] if not row[0] else []
    assert len(planted) > 10
    for key, text in planted[::5]:
        report = checked(name, {key: text}, filled=True)
        (mark,) = [one for one in report.marks if one.quantity.key == key]
        assert mark.earned == 0, (key, text)


def test_the_rubric_says_each_line_its_mark_and_its_formula() -> None:
    lines = [row for table in tables(of("mazur", "rubric")) for row in table.rows if row[0]]
    assert len(lines) == 31
    delta = next(row for row in lines if plain(row[0]) == "δₕ₁")
    assert [plain(cell) for cell in delta[1:]] == ["1", "0.008771", "right: (δₒ₁·w₅ + δₒ₂·w₇)·outₕ₁·(1 − outₕ₁)"]


def test_the_rubric_knows_the_usual_mistakes() -> None:
    """By hand: 0.05·0.15 + 0.10·0.20 = 0.0275 without the bias; 0.1385·0.40 − 0.0381·0.50 = 0.0363 without a slope."""
    page = text_of(of("mazur", "rubric"))
    assert re.search(r"0\.0275 +the bias was left out", page)
    assert re.search(r"0\.03635 +the slope of the activation was left out in the", page)


def test_where_every_value_is_whole_a_wrong_one_is_written_whole_too() -> None:
    assert re.search(r"\n +3  a product gate gave its own input", text_of(of("cs231n-gates", "rubric")))


def test_the_rubric_says_what_a_sheet_cannot_show() -> None:
    said = words(of("mazur", "rubric"))
    assert "two weights were swapped: w₅, w₆ (netₒ₁, netₒ₂)" in said
    assert "A slip is paid for once" in said


def test_mistakes_go_on_from_rounded_values_where_lines_are_rounded() -> None:
    """Han and Kamber's Err₄ without its slope: 0.1311·(−0.3) = −0.0393 from the book's rounded numbers."""
    assert re.search(r"−0\.0393 +the slope of the activation was left out", text_of(of("han-kamber", "rubric")))


# ---- formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", DOCUMENTS)
@pytest.mark.parametrize("which", PARTS)
def test_every_part_is_written_in_every_format_for_documents(which: str, format_: str) -> None:
    dialect = DOCUMENTS[format_]
    written = document_renderer(format_)(of("han-kamber", which, dialect, formulas=True, worked=True))
    assert len(written) > 1000
    if format_ != "pdf":
        assert "Han and Kamber" in str(written)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["mazur", "embedding", "thresholds", "lstm"])
def test_text_keeps_to_its_width(name: str, width: int) -> None:
    for which in ("sheet", "key"):
        for line in text_of(of(name, which), width).split("\n"):
            assert cell_len(line) <= width


def test_a_table_too_wide_for_the_page_goes_on_below() -> None:
    head = tuple((Text(f"column {n}"),) for n in range(12))
    row = tuple((Text(str(n)),) for n in range(12))
    page = text_of(Document("", "en", "unicode", (Table(head, (row,), ("left",) * 12),)))
    assert page.count("column 0") > 1
    assert all(f"column {n}" in page for n in range(12))


def test_wide_characters_stay_aligned() -> None:
    name = MARKED.replace("title: One weight", "title: 一个权重").replace("[y]", "[猫]").replace("y: 1}", "猫: 1}")
    document = of(name.replace("delta_y", "delta_猫"), "key")
    for table in tables(document):
        lines = [line for line in text_of(Document("", "en", "unicode", (table,))).split("\n") if line.strip()]
        assert len({cell_len(line) for line in lines}) == 1, lines


def test_in_ascii_nothing_else_is_written() -> None:
    for which in PARTS:
        run = backprop("worksheet", "mazur", "--part", which, "--ascii", "--formulas", "--format", "text")
        assert run.out.isascii()
        assert run.code == 0


HOSTILE = [
    "<script>alert(1)</script>", "]]> & \"quoted\"", "$x$ `code` *star* _under_ [link](http://a.b)",
    "[bold]rich[/] [/]",
    "{title} {0} {}", "\\input{/etc/passwd}", "=cmd()", "\u202ebidi \u001b[31mred", "x" * 3000, "# heading | cell",
]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_only_words(title: str) -> None:
    plain_one = problem("mini-step")
    hostile = replace(plain_one, problem=replace(plain_one.problem, title=title))
    for format_, dialect in DOCUMENTS.items():
        if format_ == "pdf":
            continue
        for which in PARTS:
            written = str(document_renderer(format_)(parts((which,), hostile, dialect, Choices())[which]))
            assert "\u001b" not in written
            assert "\u202e" not in written
            if format_ == "html":
                assert "<script>" not in written
            if format_ == "markdown":
                assert "<script>" not in written.replace("\\<", "")
                assert written.split("\n\n", maxsplit=1)[0].startswith("# ")
            if format_ == "text" and len(title) < 40 and title.isascii():
                assert title in written


# ---- the command -------------------------------------------------------------------------------------------------


def test_the_sheet_goes_to_stdout_and_all_parts_on_request() -> None:
    run = backprop("worksheet", "mini-step")
    assert (run.code, run.err) == (0, "")
    assert "Name: ___" in run.out
    assert "Marking rubric" not in run.out
    run = backprop("worksheet", "mini-step", "--part", "all", "--format", "markdown")
    assert [run.out.index(mark) for mark in ("# One step", "# Key: One step", "# Marking rubric: One step")]


def test_a_folder_gets_all_three(tmp_path: Path) -> None:
    run = backprop("worksheet", "mini-step", "-o", f"{tmp_path}/new/", "--format", "html")
    assert run.code == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["key.html", "rubric.html", "sheet.html"]
    assert run.err.count("written: ") == 3
    backprop("worksheet", "mini-step", "-o", str(tmp_path / "new"), "--part", "key")
    assert (tmp_path / "new" / "key.txt").read_text("utf-8").startswith("Key: ")


def test_a_file_gets_one_and_its_ending_names_the_format(tmp_path: Path) -> None:
    assert backprop("worksheet", "mini-step", "-o", str(tmp_path / "a.md")).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# One step")
    assert backprop("worksheet", "mini-step", "--part", "all", "-o", str(tmp_path / "a.md")).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-key.md", "a-rubric.md", "a.md"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mazur", "--part", "keys"), "no part called 'keys' (did you mean 'key'?)"),
        (("mazur", "--format", "htm"), "no format called 'htm' for a worksheet (did you mean 'html'?)"),
        (("mazur", "--format", "json"), "no format called 'json' for a worksheet"),
        (("mazur", "--only", "w55_new"), "no quantity called 'w55_new'"),
        (("mazur", "--part", "all", "--format", "html"), "three html documents do not fit in one output"),
        (
            ("mazur", "-o", "/nowhere/at/all/"),
            "cannot write /nowhere/at/all/sheet.txt: there is no such file",
        ),
        (("nothing.yaml",), "nothing.yaml"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    run = backprop("worksheet", *arguments)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert run.err.count("\n") == 1


def test_a_name_in_ask_that_there_is_not_is_located() -> None:
    run = backprop("worksheet", "-", stdin=MARKED.replace("[delta_y,", "[delta_z,"))
    assert run.code == 2
    assert "no quantity called 'delta_z'" in run.err
    assert "did you mean 'delta_y'?" in run.err


def test_rounding_and_notation_are_those_of_the_command_line() -> None:
    run = backprop("worksheet", "mazur", "--part", "key", "--round", "2", "--notation", "nielsen", "--format", "text")
    assert "Write each value to 2 decimal places. Round each value" in " ".join(run.out.split())
    assert re.search(r"z\^1_1|z¹₁|z₁¹|z", run.out)
    assert "0.5933" not in run.out


# ---- golden sheets -----------------------------------------------------------------------------------------------

CASES = [(name, "sheet", "text") for name in GOLDEN]
CASES += [
    ("mazur", "sheet", "markdown"),
    ("mazur", "key", "text"),
    ("mazur", "rubric", "text"),
    ("han-kamber", "rubric", "markdown"),
]
CASES += [("adam", "key", "markdown"), ("cs231n-gates", "rubric", "text")]
ENDINGS = {"text": "txt", "markdown": "md"}


@pytest.mark.parametrize(("name", "which", "format_"), CASES)
def test_a_worksheet_reads_as_it_was_accepted(
    name: str, which: str, format_: str, request: pytest.FixtureRequest
) -> None:
    golden = FOLDER / f"{name}-{which}.{ENDINGS[format_]}"
    page = str(document_renderer(format_)(of(name, which, DOCUMENTS[format_])))
    if request.config.getoption("--accept"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert page == golden.read_text("utf-8")


def test_every_golden_worksheet_belongs_to_a_case() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {f"{n}-{w}.{ENDINGS[f]}" for n, w, f in CASES}


# ---- as a lecturer hands it out ----------------------------------------------------------------------------------

FREE = """
title: Free lines
inputs: {x: 1}
targets: {y: 0}
layers: [{neurons: [h], weights: [[-2]], activation: sigmoid}, {neurons: [y], weights: [[0.5]]}]
loss: half_squared_error
learning_rate: 0.1
marks: {net_h: 0, out_h: 2, dE/dw1: 0}
"""


def test_a_line_that_is_worth_nothing_is_not_on_the_sheet_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "free.yaml"
    path.write_text(FREE, "utf-8")
    for part in ("sheet", "key", "rubric"):
        page = backprop("worksheet", path, "--part", part, "--format", "text").out
        assert re.search(r"^ +out_h  ", page, re.M)
        assert not re.search(r"^ +(net_h|∂E/∂w₁)  ", page, re.M)
    template = backprop("check", path, "--template").out
    assert "out_h:" in template
    assert "net_h:" not in template
    path.write_text(FREE + "ask: [net_h, out_h]\n", "utf-8")
    assert re.search(r"^ +net_h  ", backprop("worksheet", path, "--format", "text").out, re.M)


def test_a_line_that_is_worth_nothing_is_read_where_somebody_wrote_it(tmp_path: Path) -> None:
    path, sheet = tmp_path / "free.yaml", tmp_path / "sheet.yaml"
    path.write_text(FREE, "utf-8")
    sheet.write_text("answers: {net_h: -2, out_h: 0.1192}\n", "utf-8")
    run = backprop("check", path, sheet)
    assert run.code == 0, run.out
    assert "2 of 2 marks" in run.out


def test_the_error_of_a_sample_is_called_as_the_given_formulas_call_it() -> None:
    page = backprop("worksheet", "xor-batch", "--format", "text").out
    assert "E⁽¹⁾ = ½·(t_y⁽¹⁾ − out_y⁽¹⁾)²" in page
    for number, raised in enumerate("¹²³⁴", start=1):
        assert re.search(rf"^ +E⁽{raised}⁾ +error E of sample {number} ", page, re.M)
    assert len(re.findall(r"^ +E +error E ", page, re.M)) == 1  # of all samples


@pytest.mark.parametrize("name", ["sample 1 / E", "E"])
def test_each_error_can_be_asked_alone(name: str) -> None:
    page = backprop("worksheet", "xor-batch", "--only", name, "--format", "text").out
    assert ("All samples" in page) == (name == "E")


def test_what_delta_means_is_said() -> None:
    """Of a sample's error where each goes back alone; of the batch's where all go back together; in the notation."""
    said = {name: " ".join(backprop("worksheet", name, "--format", "text").out.split()) for name in
            ("mazur", "xor-batch", "batch-norm-network", "han-kamber", "cs231n-gates")}  # fmt: skip
    assert "Here δₒ₁ = ∂E/∂netₒ₁, and so for every unit." in said["mazur"]
    assert "with the error E⁽¹⁾ of the sample alone" in said["xor-batch"]
    assert "Here δ_y⁽¹⁾ = ∂E/∂net_y⁽¹⁾, and so for every unit." in said["batch-norm-network"]
    assert "and so for every unit" not in said["han-kamber"] + said["cs231n-gates"]
    assert "−∂E/∂I" in said["han-kamber"]
    nielsen = backprop("worksheet", "mazur", "--notation", "nielsen", "--format", "text").out
    assert "Here δ³₁ = ∂C/∂z³₁" in nielsen


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ("gradient_below: 1e-3", "the gradient of the loss is shorter than 1e-3; at the latest, after epoch 200. A "
                                 "length is the root of the sum of the squares here (l2)."),
        ("step_below: 0.01, norm: max", "the step of the parameters is shorter than 0.01; at the latest, after epoch "
                                        "200. A length is the size of the largest entry here (max)."),
        ("loss_below: 0.1, change_below: 1/1000", "the loss is below 0.1, or the loss has changed by less than 1/1000 "
                                                  "since the epoch before; at the latest, after epoch 200."),
    ],
)  # fmt: skip
def test_when_training_ends_is_on_the_sheet(stop: str, said: str) -> None:
    text = MARKED.replace("learning_rate", f"epochs: 200\nstop: {{{stop}}}\nlearning_rate")
    sheet = " ".join(text_of(of(text, "sheet")).split())
    assert f"Training ends after the first epoch after which {said}" in sheet
    assert ("A length" in sheet) is ("A length" in said)
    assert "Training ends" not in text_of(of(MARKED, "sheet"))


def test_the_starting_points_are_on_the_sheet() -> None:
    page = backprop("worksheet", "starting-points", "--format", "text").out
    assert re.search(r"^ +starts +w = −1.6, 0.2, 1.5", page, re.M)
    assert re.search(r"^ +learning rates +0.005, 0.1, 0.2, 0.3", backprop("worksheet", "learning-rates").out, re.M)


def test_no_row_of_a_long_sheet_is_lost_in_print(tmp_path: Path) -> None:
    """A table goes on on the next page, with its head; a picture leaves room for the heading above it."""
    texts = pdf_pages("small-cnn", tmp_path)
    marks = [int(number) for text in texts for number in re.findall(r"/ ?([0-9]+)$", text, re.M)]
    marks = [number for number in marks if number != 83 and number != len(texts)]  # in the head, and below each page
    assert sum(marks) == 83
    first = pdf_pages("matrix-attention", tmp_path)[0]
    assert "Exercise" in first
    assert "inputs" in first


def test_a_matrix_is_asked_as_a_grid_and_its_key_has_the_rows_as_rows() -> None:
    """Each row of attention is a mixture: its entries add up to 1, as those of a column do not."""
    made = parts(("sheet", "key"), load("matrix-attention"), "unicode", Choices())
    blank = [table for table in tables(made["sheet"], to_fill=True) if table.across > 1]
    assert [plain(table.head[0]) for table in blank] == ["A", "O", "∂L/∂O", "∂L/∂A", "∂L/∂S", "WV⁺"]
    assert [one.key for one in blank[0].entries] == ["A1_1", "A1_2", "A2_1", "A2_2"]
    assert all(plain(row[-1]) == "/ 2" for row in blank[0].rows)
    keys = {plain(table.head[0]): table for table in tables(made["key"])}
    rows = [[float(plain(cell)) for cell in row[1:3]] for row in keys["A"].rows]
    assert all(abs(sum(row) - 1) < 0.001 for row in rows)
    assert abs(rows[0][0] + rows[1][0] - 1) > 0.01


def test_a_feature_map_is_a_grid_for_each_channel_and_a_part_of_one_stays_in_rows() -> None:
    grids = [plain(table.head[0]) for table in tables(of("small-cnn", "sheet"), to_fill=True) if table.across > 1]
    assert grids[:4] == ["net_c₁", "out_c₁", "net_c₂", "out_c₂"]
    part = exercise_of(problem("convolution-2d"), "unicode", ("net_y1_1", "net_y1_2"))
    assert all(isinstance(one, tuple) for one in parted(part.problem, part.lines))


def pdf_pages(name: str, folder: Path) -> list[str]:
    """The text of each page of a sheet in print."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("there is no pdftotext on the path")
    path = folder / f"{name}.pdf"
    assert backprop("worksheet", name, "-o", path).code == 0
    run = subprocess.run([tool, "-layout", path, "-"], capture_output=True, text=True, check=True)
    return run.stdout.removesuffix("\f").split("\f")


def test_the_words_of_a_notation_file_stand_on_the_sheet_and_a_new_problem_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text('[words]\ndelta = "error signal"\nloss = "cost J"\n', "utf-8")
    Path("like.yaml").write_text(bundled()["mazur"].read_text("utf-8") + "\nnotation: own.toml\n", "utf-8")
    assert backprop("generate", "--like", "like.yaml", "--seed", "1", "-o", "new.yaml").code == 0
    for name in ("like.yaml", "new.yaml"):
        page = backprop("worksheet", name, "--format", "text").out
        assert "error signal of o₁" in page
        assert "cost J" in page
        assert "error term" not in page


def test_fractions_in_a_rubric_are_as_large_in_latex_as_in_an_equation() -> None:
    """A fraction among words has letters of five points in a small table."""
    text = backprop("worksheet", "layer-norm", "--part", "rubric", "--format", "latex").out
    cells = [piece for row in text.splitlines() if row.endswith(r"\\") for piece in re.findall(r"\$([^$]*)\$", row)]
    fractions = [one for one in cells if r"\frac" in one]
    assert len(fractions) > 5
    assert all(one.startswith(r"\displaystyle ") for one in fractions)


def test_what_is_nothing_to_compute_is_only_asked_for_where_the_file_says_so() -> None:
    """∂f/∂f is 1, without `ask`; a mark for it, or its name, is a reason to ask."""
    graph = "inputs: {a: 1, b: 2}\ngraph: {c: a + b, f: b * c}\nobjective: f\n"
    for more, asked in (("", False), ("marks: {df/df: 1}", True), ("ask: [df/df, df/da]", True)):
        sheet = backprop("worksheet", "-", stdin=graph + more).out
        assert ("∂f/∂f" in sheet) == asked
        assert "∂f/∂a" in sheet
        assert ("df/df" in backprop("check", "-", "--template", stdin=graph + more).out) == asked


LETTERS = (
    "symbolic: true\ninputs: [x1, x2]\ntargets: [t]\nlayers: [{neurons: [y], weights: [[w1, w2]], bias: b}]\n"
    "loss: half_squared_error\n"
)


def test_letters_that_are_given_are_written_as_symbols_and_no_letter_is_its_own_value() -> None:
    """`x1` in a row is no name in Typst, and x₁ = x1 says nothing."""
    sheet = backprop("worksheet", "-", stdin=LETTERS).out
    assert "inputs   x₁, x₂\n   targets  t_y = t\n" in sheet
    assert re.search(r"^   y   w₁ +w₂ +b$", sheet, re.MULTILINE)
    for format_, letters in (("typst", "$x_1$, $x_2$"), ("latex", r"\mbox{$x_1$}, \mbox{$x_2$}")):
        assert letters in backprop("worksheet", "-", "--format", format_, stdin=LETTERS).out


def test_a_sheet_in_letters_becomes_a_pdf(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="Typst makes PDFs")
    for part in PARTS:
        assert backprop("worksheet", "-", "--part", part, "-o", tmp_path / "a.pdf", stdin=LETTERS).code == 0


def test_what_a_rubric_says_of_mistakes_is_in_its_language_and_in_symbols() -> None:
    """A sample is called by its word, and a weight from before by its symbol, not by its key."""
    assert "漏掉了一个样本：样本 2" in backprop("worksheet", "mini-batches", "--part", "rubric", "--lang", "zh").out
    steps = backprop("worksheet", "perceptron-and", "--part", "rubric").out
    assert "two weights were swapped: w₁⁺, w₂⁺" in steps
    assert "_new" not in steps


def test_a_value_inside_a_layer_has_one_name_on_a_sheet() -> None:
    assert re.search(r"x̂_h₁ +value of x̂_h₁", backprop("worksheet", "layer-norm").out)
