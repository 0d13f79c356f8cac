"""Notebooks, spreadsheets, documents and encodings; and what the ending of a file does not say."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from patience import within
from working.test_reading import shown

from backprop_cli.ground.errors import SourceError
from backprop_cli.working.model import HandIn
from backprop_cli.working.readers import read

LINES = "net_h1 = 0.15*0.05 + 0.2*0.1 + 0.35 = 0.3775\nδ_o2 = −0.0381\n"
READ = ["net_h1 | 0.15*0.05+0.2*0.1+0.35 | 0.3775", "δ_o2 |−0.0381"]


def chains(found: HandIn) -> list[str]:
    return [*map(shown, found.chains)]


# ---- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_of_unicode(encoding: str) -> None:
    assert chains(read(LINES.encode(encoding), "a.txt", ".txt")) == READ


def test_text_from_western_windows_is_read() -> None:
    work = "Übung für Ann\nnet_h1 = 0.15·0.05 + 0.2×0.1 = 0.0275\n".encode("cp1252")
    assert chains(read(work, "a.txt", ".txt")) == ["net_h1 | 0.15·0.05+0.2×0.1 | 0.0275"]


def test_text_from_a_chinese_windows_is_read() -> None:
    work = "第一题 前向传播\nnet_h1＝０．３７７５\n输出 out_h1 为 0.5933\n".encode("gbk")
    assert chains(read(work, "a.txt", ".txt")) == ["net_h1 | 0.3775", "输出 out_h1 | 0.5933"]


def test_line_ends_of_every_system_are_line_ends() -> None:
    assert chains(read(b"net_h1 = 0.3\r\nout_h1 = 0.5\rE = 1\n", "a.txt")) == [
        "net_h1 | 0.3", "out_h1 | 0.5", "E | 1",
    ]  # fmt: skip


# ---- places ------------------------------------------------------------------------------------------------------


def test_every_part_knows_its_line_and_column() -> None:
    found = read(b"Work\n\n  net_h1 = 0.15*0.05\n      = 0.0075\n", "a.txt", ".txt")
    (chain,) = found.chains
    assert (chain.spot.line, chain.spot.column) == (3, 3)
    assert [(part.spot.line, part.spot.column, part.spot.length) for part in chain.parts] == [(3, 12, 9), (4, 9, 6)]


def test_a_line_of_latex_knows_its_line() -> None:
    work = b"\\begin{align}\n a &= 1 \\\\\n b &= 2\n   = 3\n\\end{align}\n"
    assert [chain.spot.line for chain in read(work, "a.tex", ".tex").chains] == [2, 3]


# ---- notebooks ---------------------------------------------------------------------------------------------------


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def test_markdown_cells_and_stored_outputs_of_a_notebook_are_read_and_code_is_not() -> None:
    work = notebook(
        {"cell_type": "markdown", "source": ["## Epoch 2\n", "net_h1 = 0.15*0.05 = 0.0075"]},
        {
            "cell_type": "code",
            "source": "out_h1 = 99",
            "outputs": [
                {"output_type": "stream", "text": ["out_h1 = 0.5933\n", "dW2 =\n[[0.1 0.2]\n [0.3 0.4]]\n"]},
                {"output_type": "execute_result", "data": {"text/plain": ["E: 0.2984"]}},
                {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": []},
                {"output_type": "display_data", "data": {"image/png": "aGk="}},
            ],
        },
    )  # fmt: skip
    found = read(work, "a.ipynb", ".ipynb")
    assert chains(found) == [
        "epoch 2/net_h1 | 0.15*0.05 | 0.0075",
        "epoch 2/out_h1 | 0.5933",
        "epoch 2/dW2 |[[0.1 0.2][0.3 0.4]]",
        "epoch 2/E | 0.2984",
    ]
    assert [str(chain.spot) for chain in found.chains] == ["cell 1", "cell 2", "cell 2", "cell 2"]
    assert [one.text for one in found.unread] == ["NameError", "image/png"]


@pytest.mark.parametrize(
    "work", [b"{", b"[" * 5000, b'{"cells": 3, "nbformat": 4}', b'{"cells": [1, null, {}], "nbformat": 4}']
)
def test_a_broken_notebook_is_refused_or_empty(work: bytes) -> None:
    with suppress(SourceError):
        assert not read(work, "a.ipynb", ".ipynb").chains


# ---- spreadsheets ------------------------------------------------------------------------------------------------


def workbook(**sheets: list[list[object]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_name_beside_a_number_is_read_on_every_worksheet() -> None:
    found = read(
        workbook(
            Forward=[["quantity", "answer"], ["net_h1", 0.3775], [], [None, "out_h1", None, 0.5933]],
            Backward=[["δ_o1", "(o - t)*o*(1 - o)", "0.7414*0.1868", 0.1385, "a note"], ["E = 0.25 + 0.5 = 0.75"]],
        ),
        "a.xlsx",
        ".xlsx",
    )
    assert chains(found) == [
        "net_h1 | 0.3775", "out_h1 | 0.5933", "δ_o1 |(o-t)*o*(1-o)| 0.7414*0.1868 | 0.1385", "E | 0.25+0.5 | 0.75",
    ]  # fmt: skip
    assert [str(chain.spot) for chain in found.chains] == ["Forward!A2", "Forward!B4", "Backward!A1", "Backward!A2"]


def test_an_address_before_a_name_of_a_spreadsheet_is_that_of_its_line() -> None:
    rows = [["epoch 1 / net_y", 0.5], ["epoch 2 / sample 1 / out_y", "0.5*2", 1], ["net_y", 3]]
    found = read(workbook(A=rows), "a.xlsx", ".xlsx")
    assert [chain.name for chain in found.chains] == ["net_y", "out_y", "net_y"]
    assert [chain.under for chain in found.chains] == [("epoch 1",), ("epoch 2", "sample 1"), ()]


def test_names_over_numbers_and_matrices_of_a_spreadsheet_are_read() -> None:
    found = read(
        workbook(A=[["net_h1", "net_h2"], [0.3775, 0.3925], [], ["W1", 0.1, 0.2], [None, 0.3, 0.4], ["E", 2]]), "a.xlsx"
    )
    assert chains(found) == ["net_h1 | 0.3775", "net_h2 | 0.3925", "W1 |[[0.1,0.2],[0.3,0.4]]", "E | 2"]


def test_a_formula_without_its_value_is_said_to_have_none() -> None:
    found = read(workbook(A=[["net_h1", "=0.1+0.2"], ["out_h1", 0.5]]), "a.xlsx", ".xlsx")
    assert chains(found) == ["out_h1 | 0.5"]
    assert [(one.text, one.spot.cell) for one in found.unread] == [("=0.1+0.2", "A!B1")]


def test_our_own_spreadsheet_is_read_again() -> None:
    from backprop_cli.formats.code.xlsx import render
    from backprop_cli.problem.reader import load
    from backprop_cli.solving.solution import SolveOptions, solution_of

    found = read(render(solution_of(load("mazur"), SolveOptions())), "a.xlsx", ".xlsx")
    values = {chain.name: chain.parts[-1].text for chain in found.chains}
    assert float(values["net_h1"]) == pytest.approx(0.3775)
    assert float(values["w5_new"]) == pytest.approx(0.35891648)


# ---- documents ---------------------------------------------------------------------------------------------------

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
WORD = f'<w:document xmlns:w="w" xmlns:m="{MATH}"><w:body>{{}}</w:body></w:document>'


def document(body: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", WORD.format(body))
    return file.getvalue()


def run(text: str, kind: str = "w") -> str:
    return f"<{kind}:r><{kind}:t>{text}</{kind}:t></{kind}:r>"


def test_paragraphs_indices_and_tables_of_a_document_are_read() -> None:
    low = '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>h1</w:t></w:r>'
    cells = "".join(f"<w:tc><w:p>{run(text)}</w:p></w:tc>" for text in ("out_h1", "0.5933"))
    found = read(
        document(f"<w:p>{run('net')}{low}{run(' = 0.3775')}</w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "a.docx"
    )
    assert chains(found) == ["net_{h1} | 0.3775", "out_h1 | 0.5933"]


def test_equations_of_a_document_are_read() -> None:
    low = f"<m:sSub><m:e>{run('w', 'm')}</m:e><m:sub>{run('5', 'm')}</m:sub></m:sSub>"
    fraction = f"<m:f><m:num>{run('∂E', 'm')}</m:num><m:den>{run('∂', 'm')}{low}</m:den></m:f>"
    square = f"<m:sSup><m:e><m:d><m:e>{run('0.1+0.2', 'm')}</m:e></m:d></m:e><m:sup>{run('2', 'm')}</m:sup></m:sSup>"
    found = read(
        document(f"<w:p><m:oMath>{fraction}{run('=', 'm')}{square}{run('=0.09', 'm')}</m:oMath></w:p>"), "a.docx"
    )
    assert chains(found) == ["∂E/∂w_{5} |((0.1+0.2))^{2} | 0.09"]


# ---- what is not what it seems -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("work", "ending", "form"),
    [
        (b"<p>net_h1 = 0.3</p>", ".txt", "html"),
        (b"\\documentclass{article}\\begin{document}$E = 3$\\end{document}", ".txt", "latex"),
        (notebook({"cell_type": "markdown", "source": "E = 3"}), ".txt", "notebook"),
        (b"# Work\n\nE = 3\n", ".txt", "markdown"),
        (b"E = 3\n", ".ipynb", "text"),
        (b"E = 3\n", ".xlsx", "text"),
        (document("<w:p/>"), ".txt", "docx"),
    ],
)
def test_what_a_file_holds_decides(work: bytes, ending: str, form: str) -> None:
    assert read(work, f"a{ending}", ending).form == form


@pytest.mark.parametrize(
    "work", [b"%PDF-1.7 x", b"\x89PNG\r\n", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0abc", b"\x00\x01\x02\x03", b"", b" \n"]
)
def test_what_cannot_be_read_is_refused_with_a_reason(work: bytes) -> None:
    with pytest.raises(SourceError, match=r"^a\.x: ."):
        read(work, "a.x", ".x")


# ---- hostile -----------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        for number in range(3):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 20_000_000)
    return file.getvalue()


def entities(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')
    return file.getvalue()


PACKED = {
    "bomb": bomb,
    "entities of a spreadsheet": lambda: entities("xl/workbook.xml"),
    "entities of a document": lambda: entities("word/document.xml"),
    "a workbook that is none": lambda: _archive({"xl/workbook.xml": b"<x/>"}),
    "a document cut short": lambda: _archive({"word/document.xml": b"<w:document"}),
}


def _archive(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("name", PACKED)
def test_a_hostile_archive_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(SourceError, match=r"^a\.xlsx: .+"):
        read(PACKED[name](), "a.xlsx", ".xlsx")


DEEP = 20_000
HOSTILE = {
    ".tex": [
        *(mark * DEEP for mark in ("{", "\\frac", "\\sqrt", "\\begin{align}", "\\begin{bmatrix}", "$", "\\left(")),
        *(mark * DEEP for mark in ("x_", "&", "\\\\")),
        "\\newcommand{\\a}{\\a\\a}\\a", "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}$\\a$",
        "\\verb|", "\\begin{verbatim}", "\\[", "\\", "{\\", "\\frac{1}",
    ],
    ".html": [
        *(mark * DEEP for mark in ("<div>", "<table>", "<sub>", "&", "<", "<a href='", "</p>")),
        "<math>" + "<mrow>" * DEEP, "<!--" * 2000, "<script>" + "x" * DEEP, "<pre>" + "\n" * DEEP,
    ],
    ".md": [
        *(mark * DEEP for mark in ("#", "`", "*", "_", "[", "|", "$", "$$", "![](", "\\", "<b>")),
        "> " * 2000, "|a|b|\n|-|-|\n" + "|1|2|\n" * 2000,
    ],
    ".txt": [
        *(mark * DEEP for mark in ("=", "a=", "(", "a = (", "a", " ", "\t", "a = 1, ", "a = 1\n", "1 = 1\n", "é")),
        *(mark * DEEP for mark in ("a b ", "a_{", "a^(", "=\n", "a: ", "≈", "∂/", "- ", "epoch ")),
        "x = [\n" * 2000, "a = 1 " + " " * 4900 + "b", "a = " + "b c " * 1200, "a = 1" + "(b " * 1500, "$x$" * 5000,
        "a = 1 " + "w5 " * 1500,
    ],
}  # fmt: skip


@pytest.mark.parametrize(("ending", "work"), [(ending, one) for ending, works in HOSTILE.items() for one in works])
def test_a_hostile_text_is_read_or_refused_in_time(ending: str, work: str) -> None:
    with within(2), suppress(SourceError):
        found = read(work.encode(), f"a{ending}", ending)
        assert all(chain.spot.line >= 1 for chain in found.chains)


def test_nothing_outside_the_file_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("E = 7")
    work = f"\\input{{{secret}}}\n\\include{{{secret}}} \\openin5={secret} $y = 1$"
    assert [chain.name for chain in read(work.encode(), "a.tex", ".tex").chains][-1:] == ["y"]
    assert all("7" not in part.text for chain in read(work.encode(), "a.tex", ".tex").chains for part in chain.parts)


@pytest.mark.parametrize("ending", [".xlsx", ".docx"])
def test_words_in_the_place_of_an_archive_are_no_work(ending: str) -> None:
    with pytest.raises(SourceError, match="not a file of the kind that its ending"):
        read(b"not a zip", f"a{ending}", ending)
