"""One value is right: check, key, rubric, worksheet, answer file, notebook and spreadsheet show the same number."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from helpers import backprop, loaded
from sheets import checked, checker, right_answers

from backprop_cli.checking.filled import key_sheet
from backprop_cli.documents.model import Document, Table, plain
from backprop_cli.problem.reader import bundled
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.worksheets.exercise import exercise_of
from backprop_cli.worksheets.parts import Choices, parts

ROUNDED = {
    "to three places": "rounding: {places: 3}",
    "to four figures, ties to even": "rounding: {figures: 4, ties: half-even}",
    "δ to five figures, all else to three places": "rounding: {places: 3, kinds: {delta: {figures: 5}}}",
    "to two places, cut off": "rounding: {places: 2, ties: truncate}",
    "digits that are only asked for": "marking: {digits: {figures: 5}}",
}
NAMES = ("mazur", "softmax-network", "mini-batches", "recurrent", "adam", "layer-norm", "two-paths", "six-neurons")
CASES = {name: bundled()[name].read_text(encoding="utf-8") for name in NAMES}
CASES |= {f"mazur, {what}": f"{CASES['mazur']}\n{line}\n" for what, line in ROUNDED.items()}
_ANSWER = re.compile(r'^ *"?(?P<key>[^#:"]+)"?: (?P<value>\S+)', re.M)
_ASSERTED = re.compile(r"assert agrees\([^,]+, (-?[0-9.e+-]+)\)")


def number(text: str) -> Decimal:
    """A number as a page writes it: −0.0226; of 1/3 ≈ 0.3333 the decimal."""
    return Decimal(text.rpartition("≈")[2].strip().replace("−", "-").replace(" ", "").replace("\u202f", ""))


@pytest.fixture(scope="module", params=CASES)
def source(request: pytest.FixtureRequest) -> str:
    return CASES[request.param]


@pytest.fixture(scope="module")
def expected(source: str) -> Mapping[str, str]:
    """What `check` says that an answer should have been, by key."""
    report = checked(source, dict.fromkeys(right_answers(source), "12345.678"))
    return {mark.quantity.key: mark.expected_text for mark in report.marks}


def tables(document: Document, column: int) -> list[str]:
    """What stands in a column of the tables of quantities, where it stands in the row of a quantity."""
    rows = [row for block in document.blocks if isinstance(block, Table) for row in block.rows]
    return [plain(row[column]) for row in rows if row[0]]


def test_the_answer_file_has_the_value_that_check_expects(source: str, expected: Mapping[str, str]) -> None:
    right = right_answers(source)
    assert {key: number(text) for key, text in right.items()} == {key: number(text) for key, text in expected.items()}
    filled = key_sheet(WorkedProblem(loaded(source).problem))
    values = [found["value"] for found in _ANSWER.finditer(filled.partition("answers:")[2])]
    assert list(map(number, values)) == [number(one) for one in right.values()]


def test_key_and_rubric_have_the_value_that_check_expects(source: str, expected: Mapping[str, str]) -> None:
    documents = parts(("key", "rubric"), loaded(source), "unicode", Choices())
    wanted = [number(expected[line.quantity.key]) for line in exercise_of(loaded(source), "unicode").lines]
    assert [number(text) for text in tables(documents["key"], 2)] == wanted
    assert [number(text) for text in tables(documents["rubric"], 2)] == wanted


def the_same(shown: Decimal, wanted: str, rounded: bool) -> bool:
    """Whether a number with many digits is the one that is wanted, rounded; where lines are rounded, just that one."""
    exponent = number(wanted).as_tuple().exponent
    assert isinstance(exponent, int)
    reach = Decimal(0) if rounded else Decimal(1).scaleb(exponent) / 2
    return abs(shown - number(wanted)) <= reach + abs(shown) * Decimal("1e-8")


def in_order(source: str, expected: Mapping[str, str]) -> list[str | None]:
    """What is expected of each line of the solution, in its order; None of what is given."""
    steps = checker(source).worked.trace().steps
    return [expected.get(step.quantity.key) for step in steps if not step.line.given]


def test_the_notebook_has_the_value_that_check_expects(
    source: str, expected: Mapping[str, str], tmp_path: Path
) -> None:
    run = backprop("solve", "-", "-o", tmp_path / "solution.ipynb", "--digits", "12", stdin=source)
    assert run.code == 0, run.err
    cells = json.loads((tmp_path / "solution.ipynb").read_text("utf-8"))["cells"]
    asserted = [Decimal(one) for cell in cells for one in _ASSERTED.findall("".join(cell["source"]))]
    wanted = in_order(source, expected)
    assert len(asserted) >= len([one for one in wanted if one is not None])
    compared = [(shown, one) for shown, one in zip(asserted, wanted, strict=False) if one is not None]
    different = [pair for pair in compared if not the_same(*pair, rounded="rounding:" in source)]
    assert not different


def test_the_spreadsheet_has_the_value_that_check_expects(
    source: str, expected: Mapping[str, str], tmp_path: Path
) -> None:
    run = backprop("solve", "-", "-o", tmp_path / "solution.xlsx", stdin=source)
    assert run.code == 0, run.err
    book = openpyxl.load_workbook(BytesIO((tmp_path / "solution.xlsx").read_bytes()), data_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True) if row[2] and row[4] is not None]
    shown = [Decimal(repr(float(row[4]))) for row in rows if not isinstance(row[4], str)]
    wanted = in_order(source, expected)
    compared = [(one, other) for one, other in zip(shown, wanted, strict=False) if other is not None]
    assert len(compared) == len(expected)
    different = [pair for pair in compared if not the_same(*pair, rounded="rounding:" in source)]
    assert not different
