"""A language with a decimal comma: what people read has it in every format, what programs read never."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from helpers import backprop

GERMAN = ("--lang", "de")
SIGNS = {  # what stands before the decimals, as each format writes it
    "text": ",", "ascii": ",", "markdown": "{,}", "latex": "{,}", "html": ",", "typst": 'class("normal", ",")',
}  # fmt: skip
LINE = {"text": "net_y = w·x + b = 0.5·2 + 0.75 = 1.75", "ascii": "net_y = w*x + b = 0.5*2 + 0.75 = 1.75"}
NEURON = """
inputs: {x: 2}
targets: {y: 1.5}
layers: [{neurons: [y], weights: [[w = 0.5]], bias: b = 0.75}]
loss: half_squared_error
learning_rate: [0.1, 0.25]
"""
WITH_A_LIST = 'inputs: {x: 0.5}\ngraph: {f: "max(x, 0.3)"}\nobjective: f\n'


def said(*arguments: str, stdin: str = NEURON, language: str = "de") -> str:
    """What is printed."""
    run = backprop(*arguments, "--lang", language, stdin=stdin)
    assert run.err == ""
    return run.out


def as_(format_: str) -> tuple[str, ...]:
    """The option for a format."""
    return ("--ascii",) if format_ == "ascii" else ("--format", format_)


@pytest.mark.parametrize("format_", SIGNS)
def test_every_format_for_people_writes_a_comma_where_english_has_a_point(format_: str) -> None:
    """The net input, 1.75, which is 1,75 wherever it stands."""
    sign = SIGNS[format_]
    english, german = (said("solve", "-", *as_(format_), language=one) for one in ("en", "de"))
    assert "1.75" in english
    assert "1.75" not in german
    assert f"1{sign}75" in german
    if format_ in LINE:
        assert LINE[format_].replace(".", ",") in german


@pytest.mark.parametrize("format_", SIGNS)
def test_values_in_a_list_are_parted_by_semicolons(format_: str) -> None:
    """The learning rates on a worksheet, and the arguments of a function."""
    sign = SIGNS[format_]
    assert re.search(rf"0{re.escape(sign)}1\D{{1,60}}?0{re.escape(sign)}25", said("worksheet", "-", *as_(format_)))
    if format_ in ("text", "ascii"):
        assert "max(0,5; 0,3)" in said("solve", "-", *as_(format_), stdin=WITH_A_LIST)


@pytest.mark.parametrize("format_", ["latex", "markdown"])
def test_the_arguments_of_a_function_in_tex(format_: str) -> None:
    assert r"\max\left(0{,}5; 0{,}3\right)" in said("solve", "-", "--format", format_, stdin=WITH_A_LIST)


@pytest.mark.parametrize(
    "page", [(), ("--matrix",), ("--passes",), ("--jacobian",), ("--forward-mode",), ("--paths", "w")], ids=str
)
def test_json_has_the_same_numbers_in_every_language(page: tuple[str, ...]) -> None:
    english, german = (said("solve", "-", "--json", *page, language=one) for one in ("en", "de"))
    number = re.compile(r"\d+[.,]\d+")
    assert number.findall(german) == number.findall(english)
    assert json.loads(german)


@pytest.mark.parametrize("format_", ["python", "numpy", "pytorch"])
def test_a_program_is_the_same_but_for_its_comments(format_: str) -> None:
    english, german = (
        ast.dump(ast.parse(said("solve", "-", "--format", format_, language=one))) for one in ("en", "de")
    )
    assert german == english


def test_a_spreadsheet_holds_numbers(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    cells = {}
    for language in ("en", "de"):
        path = tmp_path / f"{language}.xlsx"
        run = backprop("solve", "-", "-o", str(path), "--lang", language, stdin=NEURON)
        assert run.code == 0, run.err
        sheets = openpyxl.load_workbook(path, data_only=True)
        values = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
        cells[language] = [value for value in values if isinstance(value, int | float)]
    assert 1.75 in cells["de"]
    assert cells["de"] == cells["en"]


def test_a_table_of_marks_keeps_the_point(tmp_path: Path) -> None:
    """CSV is for other programs; a sheet with too few digits has half a mark of its two."""
    sheet = tmp_path / "anna.yaml"
    sheet.write_text("answers: {net_h1: 0,3775, out_h1: 0,59}\n", "utf-8")
    assert ",1.5," in backprop("grade", "mazur", str(sheet), "--csv", *GERMAN).out


@pytest.mark.parametrize(
    "sheet",
    ["net_h1: 0,3775\nout_h1: 0,5933\n", "answers: {net_h1: 0,3775, out_h1: 0,5933}", "net_h1;0,3775\nout_h1;0,5933\n",
     "Größe;Antwort\nnet_h1;0,3775\nout_h1;0,5933\n", "Name;Antwort\nnet_h1;0,3775\nout_h1;0,5933\n",
     "net_h1 = 0,15*0,05 + 0,2*0,1 + 0,35 = 0,3775\nout_h1 = 0,5933\n", "net_h1: 0.3775\nout_h1: 0.5933\n"],
)  # fmt: skip
def test_a_german_sheet_is_read_and_its_commas_are_no_matter(sheet: str) -> None:
    page = said("check", "mazur", "-", stdin=sheet)
    assert page.startswith("Ein Schritt in einem 2-2-2-Netz\n")
    assert page.endswith("2 von 2 Punkten: alles richtig\n")
    assert "Komma" not in page


def test_the_tutor_takes_commas_and_german_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path))
    page = said("tutor", "mazur", stdin="0,3775\nHinweis\n1/(1+e^(-0,3775))\nzurück\nüberspringen\nbeenden\n")
    assert page.count("✓ ") == 2
    assert "0,3775" in page
    assert "backprop tutor mazur" in page.splitlines()[-1]
