"""The solution as one table, and exact values beside decimals: every problem, every format, every width."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.api.problem import load as problem_at
from backprop_cli.documents.model import Table, plain
from backprop_cli.documents.table_columns import COLUMNS, USUAL
from backprop_cli.documents.table_page import table_document
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats.terminal.plain import document
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import SolveOptions, solution_of

LETTERS = """
letters: [t]
inputs: {x: 2}
targets: {y: t}
layers:
  - neurons: [y]
    weights: [[w = w]]
loss: half_squared_error
learning_rate: eta
"""


def table_of(name: str, columns: str = "") -> Table:
    page = table_document(solution_of(load(name), SolveOptions()), columns, "unicode")
    return next(block for block in page.blocks if isinstance(block, Table) and block.bands)


@pytest.mark.parametrize("name", bundled())
def test_every_problem_has_a_row_for_every_line_of_its_solution(name: str) -> None:
    solution = solution_of(load(name), SolveOptions())
    table = next(one for one in table_document(solution, "name", "unicode").blocks if isinstance(one, Table))
    assert [plain(row[0]) for row in table.rows] == [step.quantity.key for step in solution.trace.steps]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    for name in ("mazur", "xor-batch", "cs231n-gates", "softmax", "recurrent"):
        page = document(table_document(solution_of(load(name), SolveOptions()), "", "ascii"), width)
        assert max(map(len, page.splitlines())) <= width


def test_where_it_is_narrow_each_step_is_a_card() -> None:
    page = document(table_document(solution_of(load("mazur"), SolveOptions(only=("net_h1",))), "", "ascii"), 50)
    assert "   1  net_h1\n     formula         w1*i1 + w2*i2 + b1\n" in page
    assert "     exact           151/400\n     decimal         0.3775\n" in page


def test_bands_say_which_pass_and_which_part() -> None:
    table = table_of("xor-batch")
    said = [(band.level, plain(band.text)) for band in table.bands]
    assert said[:3] == [(0, "Sample 1: x₁ = 0, x₂ = 0, t_y = 0"), (1, "Forward pass"), (1, "Error")]
    assert said[-2][1] == "Gradients"
    assert sum(len(rows) for _bands, rows in table.banded) == len(table.rows)


def test_columns_are_those_that_are_asked_for_in_their_order() -> None:
    done = backprop("solve", "mazur", "--columns", "decimal, name", "--only", "net_h1")
    assert done.out.splitlines()[2:6:3] == ["   decimal  name", "    0.3775  net_h1"]
    every = table_of("mazur", columns=",".join(COLUMNS))
    assert len(every.head) == len(COLUMNS)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("quantity,formul", "no column called 'formul' (did you mean 'formula'?"),
        ("exact,exact", "twice"),
        ("?", "step"),
    ],
)
def test_a_wrong_word_gets_the_list_of_words(columns: str, said: str) -> None:
    done = backprop("solve", "mazur", "--table", "--columns", columns)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    if "twice" not in said:
        assert all(word in done.err for word in COLUMNS)


def test_columns_are_of_the_table() -> None:
    done = backprop("solve", "mazur", "--matrix", "--columns", "exact")
    assert done.code == 2
    assert "--matrix and --table" in done.err


def test_the_exact_column_is_the_value_of_the_step() -> None:
    solution = solution_of(load("linear-2-2-1"), SolveOptions())
    table = table_of("linear-2-2-1", columns="exact")
    for step, row in zip(solution.trace.steps, table.rows, strict=True):
        assert Fraction(plain(row[0]).replace("−", "-")) == Fraction(str(step.value.exact))


def test_a_rounded_problem_has_no_exact_column_unless_it_is_asked_for() -> None:
    assert "exact" not in backprop("solve", "mazur", "--round", "4", "--table").out
    assert "exact" in backprop("solve", "mazur", "--round", "4", "--columns", "quantity,exact").out


def test_letters_have_closed_formulas_in_place_of_numbers(tmp_path: Path) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(LETTERS, "utf-8")
    done = backprop("solve", path, "--table")
    assert "w⁺" in done.out
    assert "w − η·2·(2·w − t)" in done.out or "w − η·(4·w − 2·t)" in done.out or "w − 2·η·(2·w − t)" in done.out
    rows = json.loads(backprop("solve", path, "--table", "--json").out)["rows"]
    assert [row["decimal"] for row in rows] == [None] * len(rows)
    assert rows[0]["exact"] == "2*w"


# ---- formats ---------------------------------------------------------------------------------------------------------


def test_json_has_what_solve_has_in_rows() -> None:
    rows = json.loads(backprop("solve", "mazur", "--table", "--json", "--columns", ",".join(COLUMNS)).out)["rows"]
    steps = json.loads(backprop("solve", "mazur", "--detail", "textbook", "--json").out)["steps"]
    for row, step in zip(rows, steps, strict=True):
        assert [row[key] for key in ("name", "numbers", "decimal")] == [
            step[key] for key in ("quantity", "substituted", "decimal")
        ]
    assert (rows[0]["layer"], rows[0]["phase"], rows[0]["exact"]) == ("hidden layer", "forward", "151/400")


@pytest.mark.parametrize("option", [(), ("--table",)])
def test_csv_is_read_back_as_the_rows(option: tuple[str, ...]) -> None:
    text = backprop("solve", "mazur", *option, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["decimal"] == "0.3775"
    assert list(rows[0])[3:] == list(USUAL)
    assert len(rows) == 31


def test_no_cell_of_csv_is_a_formula_for_a_spreadsheet() -> None:
    text = backprop("solve", "batch-norm", "--table", "--format", "csv").out
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(cell.startswith("-") for cell in cells)
    for cell in cells:
        if cell.startswith(("=", "+", "-", "@")):
            Fraction(cell)  # a number, or it would have an apostrophe


def test_the_spreadsheet_has_decimals_as_numbers_and_parts_as_headings(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "table.xlsx"
    assert backprop("solve", "xor-batch", "--table", "-o", path).code == 0
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0] == ("no.", "quantity", "formula", "numbers put in", "exact", "decimal")
    assert rows[1][0] == "sample 1, Forward pass"
    assert rows[2][:3] == (1, "sample 1 / net_h1", "w1*x1 + w2*x2 + b1")
    assert rows[2][5] == -1


def test_an_assignment_is_one_table_of_all_exercises(tmp_path: Path) -> None:
    name = next(iter(sorted((Path(__file__).parent.parent / "problems" / "assignments").glob("*.yaml"))))
    rows = list(csv.DictReader(io.StringIO(backprop("solve", name, "--table", "--format", "csv").out)))
    assert {row["exercise"] for row in rows} >= {"1", "2"}


# ---- exact values on the page ----------------------------------------------------------------------------------------


def test_exact_values_stand_beside_decimals() -> None:
    out = backprop("solve", "mazur", "--exact", "--only", "out_h1").out
    assert "0.15·0.05 + 0.20·0.10 + 0.35 = 151/400 = 0.3775" in out
    assert "1/(1 + e^(−0.3775)) = 1/(1 + e^(−151/400)) ≈ 0.593269992" in out


def test_a_long_fraction_is_shortened_and_its_length_is_said() -> None:
    wishes = SolveOptions(only=("epoch 4 / w1_new",), exact=True)
    text = (Path(__file__).parent.parent / "problems" / "08-linear-2-2-1.yaml").read_text("utf-8") + "epochs: 4\n"
    solution = solution_of(problem_at(text).loaded, wishes)
    last = solution.trace.steps[-1].value.exact
    assert last is not None
    above, below = str(last).split("/")
    page = " ".join(document(worked_document(solution, "unicode"), 200).split())
    assert f"= {above[:4]}⋯{above[-4:]}/{below[:4]}⋯{below[-4:]} ≈" in page
    assert page.endswith(f"({len(above)} and {len(below)} digits)")


def test_exact_belongs_to_the_worked_solution() -> None:
    done = backprop("solve", "mazur", "--matrix", "--exact")
    assert done.code == 2
    assert "--exact belongs to the worked solution" in done.err


# ---- samples and epochs ----------------------------------------------------------------------------------------------

THREE_EPOCHS = """
samples:
  - {inputs: {x: 1}, targets: {y: 2}}
  - {inputs: {x: 2}, targets: {y: 3}}
layers:
  - neurons: [y]
    weights: [[w = 0.5]]
    bias: b = 0
loss: half_squared_error
learning_rate: 0.1
epochs: 3
"""


def page_of(text: str) -> str:
    return str(problem_at(text).solve())


def test_samples_that_are_trained_one_by_one_are_said_to_be_in_the_first_lines() -> None:
    said = "The 2 samples are taken one by one"
    first = "\n".join(page_of(THREE_EPOCHS).splitlines()[:4])
    assert said in first
    assert said not in page_of(f"{THREE_EPOCHS}batch: full\n")


def test_several_epochs_end_in_a_table_at_a_glance() -> None:
    """By hand: w = 0.5 + 0.1·1.5·1 = 0.65 after the first sample; its loss is ½·1.5² = 1.125."""
    lines = page_of(THREE_EPOCHS).splitlines()
    at = lines.index("The epochs at a glance")
    assert [line.split() for line in lines[at + 1 : at + 4]] == [
        ["epoch", "E⁽¹⁾", "E⁽²⁾", "w", "b"], ["0", "0.5", "0"], ["1", "1.125", "1.20125", "0.96", "0.305"],
    ]  # fmt: skip
    assert "The epochs at a glance" not in page_of(THREE_EPOCHS.replace("epochs: 3", "epochs: 2"))


def test_steps_of_an_optimizer_end_in_a_table_too() -> None:
    page = page_of("parameters: {w: 1}\ngradients: {w: [1, 2, 3]}\nlearning_rate: 0.1\n")
    assert [line.split() for line in page.splitlines()[-4:]] == [["0", "1"], ["1", "0.9"], ["2", "0.7"], ["3", "0.4"]]
