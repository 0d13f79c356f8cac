"""Documents in characters: matrices in brackets, tables that go on below, bars, and nothing but what can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from backprop_cli.documents.matrices import large_matrix
from backprop_cli.documents.model import Document, Equation, Facts, Inline, Lines, Math, Side, SideRole, Table, Text
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats import DOCUMENTS, document_renderer
from backprop_cli.formats.pages import of_solution
from backprop_cli.formats.terminal.bars import LogScale, heights
from backprop_cli.formats.terminal.plain import document
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.writing.dialects import DIALECTS, MatrixLayout, in_a_line, matrices_in

MARKS = "⟦⟧⏎␣⟪⟫"
ENTRIES = st.lists(st.text("0123456789.−·x", min_size=1, max_size=6), min_size=1, max_size=20)


def page(*blocks: Facts | Lines | Table, width: int = 80, dialect: str = "unicode") -> list[str]:
    """The blocks as lines of text."""
    return document(Document("", "en", dialect, blocks), width).splitlines()


def words(*texts: str) -> tuple[Inline, ...]:
    return tuple((Text(text),) for text in texts)


# ---- matrices ----------------------------------------------------------------------------------------------------


@given(ENTRIES, st.integers(1, 5), st.sampled_from(["unicode", "ascii"]))
def test_a_matrix_is_read_back_as_it_was_written(entries: list[str], columns: int, dialect: str) -> None:
    rows = [entries] * 3 if len(entries) <= columns else [entries[:columns]]
    written = large_matrix(DIALECTS[dialect], (len(rows), len(rows[0])), lambda row, column: rows[row][column])
    before, found, after = matrices_in(f"2·{written} + 1")
    assert (before, after) == ("2·", " + 1")
    assert isinstance(found, MatrixLayout)
    assert [list(row) for row in found.rows] == rows
    assert found.shape == f"{len(rows)}{'×' if dialect == 'unicode' else 'x'}{len(rows[0])}"


def test_in_a_line_a_matrix_has_a_semicolon_behind_each_row() -> None:
    written = large_matrix(DIALECTS["unicode"], (2, 2), lambda row, column: str(2 * row + column + 1))
    assert in_a_line(f"W·{written}") == "W·[1 2; 3 4]"


def test_the_signs_of_an_equation_stand_on_the_middle_row() -> None:
    entries = large_matrix(DIALECTS["unicode"], (3, 1), lambda row, _column: ["10", "−2.5", "0"][row])
    sides = (Side("=", f"2·{entries}", SideRole.NUMBERS), Side("≈", entries, SideRole.VALUE))
    assert page(Lines((Equation((Math("v", "v"),), sides),)))[:4] == [
        "           ⎡10  ⎤   ⎡10  ⎤",
        "   v = 2 · ⎢−2.5⎥ ≈ ⎢−2.5⎥",
        "           ⎣ 0  ⎦   ⎣ 0  ⎦",
        "            3×1      3×1",
    ]


@pytest.mark.parametrize("dialect", ["unicode", "ascii"])
def test_columns_without_room_give_way_to_dots_and_the_last_one_stays(dialect: str) -> None:
    wide = large_matrix(DIALECTS[dialect], (2, 12), lambda row, column: str(12 * row + column))
    line = Equation((Math("W", "W"),), (Side("=", wide, SideRole.VALUE),))
    first, second, shape, *_ = page(Lines((line,)), width=40, dialect=dialect)
    assert first.split()[-2:] == ([*"⋯", "11⎤"] if dialect == "unicode" else ["...", "11]"])
    assert second.split()[-1].startswith("23")
    assert shape.strip() == ("2×12" if dialect == "unicode" else "2x12")
    assert cell_len(first) <= 40


@pytest.mark.parametrize("format_", DOCUMENTS)
@pytest.mark.parametrize("name", ["small-cnn", "attention", "mini-batches"])
def test_the_marks_around_a_matrix_are_never_read_by_anybody(name: str, format_: str) -> None:
    solution = solution_of(load(name), SolveOptions())
    written = document_renderer(format_)(worked_document(solution, DOCUMENTS[format_]))
    if isinstance(written, str):
        assert not set(written) & set(MARKS)


@pytest.mark.parametrize("view", ["matrix", "jacobian"])
@pytest.mark.parametrize("charset", ["unicode", "ascii"])
def test_nor_around_those_of_a_view(view: str, charset: str) -> None:
    shown = of_solution(solution_of(load("xor-batch"), SolveOptions()), view)
    assert not set(document(shown.document(charset))) & set(MARKS)


# ---- tables ------------------------------------------------------------------------------------------------------

ANSWERS = Table(
    words("", "here", "1", "2", "3"),
    (words("a", "0.1", "·", "22.5", "·"), words("b", "10", "3", "·", "·")),
    ("left", "right", "right", "right", "right"), keeps=2, nothing="·",
)  # fmt: skip


def test_numbers_have_their_points_under_one_another() -> None:
    assert page(ANSWERS)[:3] == ["      here  1     2  3", "   a   0.1  ·  22.5  ·", "   b    10  3     ·  ·"]


def test_a_table_without_room_goes_on_below_with_the_columns_that_it_keeps() -> None:
    """Rows that say nothing in the columns that are shown are left out."""
    assert page(ANSWERS, width=18) == [
        "      here  1", "   b    10  3", "", "      here     2", "   a   0.1  22.5", "",
    ]  # fmt: skip


# ---- bars --------------------------------------------------------------------------------------------------------


def test_a_factor_of_ten_is_the_same_length_everywhere() -> None:
    scale = LogScale([0.0, -1.0, -2.0], 40)
    lengths = [cell_len(scale.bar(size)) for size in (-2.0, -1.0, 0.0)]
    assert lengths[1] - lengths[0] == lengths[2] - lengths[1] > 0
    assert scale.bar(None) == ""


def test_a_row_of_bars_goes_from_the_lowest_to_the_highest() -> None:
    assert heights([-2, 0, None], -2, 0) == "▁█ "
    assert heights([-2, 0, None], -2, 0, ascii_only=True) == ".@ "
    assert heights([1, 1], 1, 1) == "██"
