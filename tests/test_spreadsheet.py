"""Worked solutions as spreadsheets: LibreOffice computes every cell again and comes to the numbers of the solution."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers import as_fraction, backprop, loaded, solved
from programs import HOSTILE, ROUNDED, expressions, losses, near, solution

from backprop_cli.problem.reader import bundled
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

pytestmark = pytest.mark.skipif(find_spec("xlsxwriter") is None, reason="XlsxWriter is not installed")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
NAMES = list(bundled())
_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def workbook(one: Solution) -> bytes:
    """The spreadsheet of a solution."""
    from backprop_cli.formats.code.xlsx import render

    return render(one)


def emptied(book: bytes, changes: Mapping[str, str] | None = None) -> bytes:
    """The workbook without the values of its formulas, and with some numbers changed: what is seen is computed."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f><v>[^<]*</v>", b"</f>", data)
                for cell, number in (changes or {}).items():
                    pattern = rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>'.encode()
                    data = re.sub(pattern, rb"\g<1><v>" + number.encode() + b"</v>", data)
            new.writestr(name, data)
    return into.getvalue()


def computed(books: Mapping[str, bytes], folder: Path) -> dict[str, list[list[str]]]:
    """The rows of each workbook, as LibreOffice computes them."""
    for name, book in books.items():
        (folder / f"{name}.xlsx").write_bytes(book)
    assert OFFICE is not None
    command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    # 44,34,76: commas, quotes, UTF-8; the last but one `false` is for values as they are, not as they are shown
    filter_ = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    files = [str(folder / f"{name}.xlsx") for name in books]
    done = subprocess.run([*command, filter_, "--outdir", str(folder), *files], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    texts = {name: (folder / f"{name}.csv").read_text("utf-8") for name in books}
    return {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items()}


def differences(one: Solution, rows: list[list[str]]) -> list[str]:
    """The lines whose cell is not what the solution has."""
    wanted = {step.quantity.key: as_fraction(step.value.decimal.value) for step in one.trace.steps}
    found = {row[0]: row[3] for row in rows if len(row) > 3 and row[0] in wanted}
    assert found.keys() == wanted.keys()
    return [f"{key}: {text}, not {wanted[key]}" for key, text in found.items() if not _near(text, wanted[key])]


def _near(text: str, wanted: object) -> bool:
    try:
        return near(float(text), wanted)  # type: ignore[arg-type]
    except ValueError:
        return False


# A spreadsheet in few lines: what Excel's words mean, told again in Python's.
_WORDS = {
    "IF": lambda test, yes, no: yes if test else no, "AND": lambda *tests: all(tests), "ABS": abs, "INT": math.floor,
    "EXP": math.exp, "LN": lambda x: math.log(x) if x > 0 else math.nan, "LOG": math.log, "SQRT": math.sqrt,
    "LOG10": lambda x: math.log10(x) if x else math.nan, "SIN": math.sin, "COS": math.cos, "TAN": math.tan,
    "TANH": math.tanh, "ERF": math.erf, "PI": lambda: math.pi, "MAX": max, "MIN": min,
    "CHOOSE": lambda n, *x: x[int(n) - 1], "SIGN": lambda x: (x > 0) - (x < 0),
    "ROUND": lambda x, p: math.copysign(math.floor(abs(x) * 10**p + 0.5 + 1e-9), x) / 10**p,
    "TRUNC": lambda x, p: math.trunc(x * 10**p + math.copysign(1e-9, x)) / 10**p,
}  # fmt: skip


def interpreted(book: bytes) -> dict[str, float]:
    """The value of every line by its name, row by row."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    texts, values, found = cells(book)[0], {}, {}
    columns = sorted(
        sheet.iter(f"{{{_NS['m']}}}c"), key=lambda cell: (_row(cell), -len(cell.attrib["r"]), cell.attrib["r"])
    )
    for row, group in groupby(columns, _row):
        together = {re.sub(r"\d", "", cell.attrib["r"]): cell for cell in group}
        for column in sorted(together, key=lambda column: (column < "F", column)):
            text, formula = together[column].findtext("m:v", "", _NS), together[column].findtext("m:f", None, _NS)
            if formula is not None:
                source = re.sub(r"(?<![<>])=", "==", formula.replace("^", "**"))
                source = re.sub(r"\b([A-Z]+\d+)\b(?!\()", r"V['\1']", source)
                values[f"{column}{row}"] = eval(source, {"V": values, **_WORDS})
            elif together[column].get("t") is None and text:
                values[f"{column}{row}"] = float(text)
        if f"D{row}" in values and "A" in together:
            found[texts[int(together["A"].findtext("m:v", "", _NS))]] = values[f"D{row}"]
    return found


def _row(cell: ElementTree.Element) -> int:
    return int(re.sub(r"\D", "", cell.attrib["r"]))


def test_the_formulas_mean_what_the_solution_has() -> None:
    for name, one in {**{name: solution(name) for name in NAMES}, "all": expressions(), **losses()}.items():
        found = interpreted(emptied(workbook(one)))
        assert not differences(one, [[key, "", "", repr(value)] for key, value in found.items()]), name


@needs_office
def test_every_bundled_problem_is_computed_again(tmp_path: Path) -> None:
    rows = computed({name: emptied(workbook(solution(name))) for name in NAMES}, tmp_path)
    for name in NAMES:
        assert not differences(solution(name), rows[name]), name


@needs_office
def test_every_operation_and_every_loss_has_a_formula(tmp_path: Path) -> None:
    cases = {"expressions": expressions(), "hostile": solved(HOSTILE), **losses()}
    for ties in ("half-up", "half-even", "truncate"):
        for number, how in enumerate(["places: 2", "figures: 2"]):
            cases[f"rounded-{ties}-{number}"] = solved(ROUNDED.replace("ROUNDING", how).replace("TIES", ties))
    rows = computed({name: emptied(workbook(one)) for name, one in cases.items()}, tmp_path)
    for name, one in cases.items():
        assert not differences(one, rows[name]), name


@needs_office
def test_a_changed_weight_changes_the_whole_sheet(tmp_path: Path) -> None:
    text = Path("problems/09-mazur.yaml").read_text("utf-8")
    changed = solution_of(loaded(text.replace("w5 = 0.40", "w5 = -1.25")), SolveOptions(digits=15))
    book = workbook(solution_of(loaded(text), SolveOptions(digits=15)))
    plain = computed({"before": emptied(book)}, tmp_path)["before"]
    cell = "D" + str(next(number for number, row in enumerate(plain, 1) if row[0] == "w5"))
    rows = computed({"after": emptied(book, {cell: "-1.25"})}, tmp_path)["after"]
    assert not differences(changed, rows)


@needs_office
def test_a_sum_that_is_too_long_for_a_cell_has_its_parts_beside_it(tmp_path: Path) -> None:
    inputs = ", ".join(str(number % 7) for number in range(900))
    weights = ", ".join(f"0.{number % 9 + 1}" for number in range(900))
    layers = f"[{{weights: [[{weights}]], bias: 1}}]"
    one = solution_of(loaded(f"inputs: [{inputs}]\nlayers: {layers}\nobjective: y1\n"), SolveOptions(digits=15))
    assert not differences(one, computed({"long": emptied(workbook(one))}, tmp_path)["long"])


def cells(book: bytes) -> tuple[list[str], list[str]]:
    """The texts and the formulas in a workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        texts = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    return (
        ["".join(one.itertext()) for one in texts.findall("m:si", _NS)],
        [one.text or "" for one in sheet.iter(f"{{{_NS['m']}}}f")],
    )


def test_texts_of_a_problem_are_never_formulas() -> None:
    title = '=HYPERLINK("http://example.org", "click")'
    one = solved(HOSTILE.replace(HOSTILE.splitlines()[1], f"title: '{title}'"))
    texts, formulas = cells(workbook(one))
    assert title in texts
    assert not [formula for formula in formulas if "HYPERLINK" in formula]


def test_every_line_is_a_formula_over_cells() -> None:
    one = solution("mazur")
    formulas = cells(workbook(one))[1]
    assert len(formulas) == len(one.trace.steps)
    assert all(re.search(r"D\d+", formula) for formula in formulas)


def test_two_workbooks_of_one_solution_are_the_same() -> None:
    assert workbook(solution("mazur")) == workbook(solution("mazur"))


def test_a_workbook_needs_a_file(tmp_path: Path) -> None:
    run = backprop("solve", "mazur", "--format", "xlsx")
    assert (run.code, run.out) == (2, "")
    assert "xlsx needs a file to be written to: -o solution.xlsx" in run.err
    assert backprop("solve", "mazur", "-o", tmp_path / "solution.xlsx").code == 0
    assert zipfile.is_zipfile(tmp_path / "solution.xlsx")


def test_without_the_library_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    run = backprop("solve", "mazur", "-o", tmp_path / "solution.xlsx")
    assert run.code == 2
    assert "pip install 'backprop-cli[xlsx]'" in run.err
    assert not (tmp_path / "solution.xlsx").exists()
