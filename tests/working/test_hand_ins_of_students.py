"""Hand-ins as students write them, in many notations and formats: the fault is found and told, and nothing else is."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
import yaml

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

HERE = Path(__file__).parent
STUDENTS: dict[str, dict[str, Any]] = {
    one["id"]: one
    for file in ("students.yaml", "classes.yaml")
    for one in yaml.safe_load((HERE / file).read_text("utf-8"))
}
RIGHT = {one["id"]: one for one in yaml.safe_load((HERE / "classes_right.yaml").read_text("utf-8"))}
EXAMS: dict[str, dict[str, Any]] = {
    one["id"]: one
    for file in ("exams.yaml", "exams_2.yaml", "exams_3.yaml")
    for one in yaml.safe_load((HERE / file).read_text("utf-8"))
}
FEW_DIGITS = "too few digits"  # two figures where three are enough: half a mark, and nothing is called wrong
OTHERWISE = {  # what a teacher may say as well
    "X2": "formula",  # 0.3775·0.3775·(1 − 0.3775): the target 0 was put in, or the 1 left out
    "X4": None,  # a value alone: nothing tells what was done
    "g1": None,  # the same, but the diagnosis by value names what was left out
    "h2": None,
    "one-kernel-3": None,  # a matrix of values alone
}
UNREAD = {"tanh-softmax-4": 1, "tanh-softmax-6": 1}  # an expression stands where a name should: softmax(W2 h) = …


@cache
def checker(problem: str) -> Checker:
    own = HERE / f"{problem}.yaml"
    return Checker(WorkedProblem(load(str(own) if own.exists() else problem).problem))


@pytest.mark.parametrize("student", STUDENTS)
def test_the_fault_of_a_student_is_found_and_told(student: str) -> None:
    one = STUDENTS[student]
    own = checker(one["problem"])
    data = packed(one["form"], one["work"])
    report = json.loads(
        report_json(check_sheet(own, read_bytes(data, f"{student}.{one['form']}", f".{one['form']}", own.reader)))
    )
    assert report["not_read"] == []
    assert len(report["not_understood"]) == UNREAD.get(student, 0)
    lines = {line["quantity"]: line for line in report["lines"] if line["answer"]}
    assert {key for key, line in lines.items() if is_faulty(line)} == {one["fault"]}
    assert told(lines[one["fault"]]) == OTHERWISE.get(student, one["kind"])


@pytest.mark.parametrize("student", RIGHT)
def test_right_work_is_right_however_it_is_written(student: str) -> None:
    one = RIGHT[student]
    own = checker(one["problem"])
    sheet = read_bytes(packed(one["form"], one["work"]), f"{student}.{one['form']}", f".{one['form']}", own.reader)
    report = json.loads(report_json(check_sheet(own, sheet)))
    assert (report["not_read"], report["not_understood"]) == ([], [])
    assert [line for line in (*report["lines"], *report.get("factors", ())) if line["answer"] and is_faulty(line)] == []


@pytest.mark.parametrize("student", EXAMS)
def test_the_faults_of_an_exam_are_found_and_told_and_nothing_else_is(student: str) -> None:
    one = EXAMS[student]
    own = checker(one["problem"])
    sheet = read_bytes(packed(one["form"], one["work"]), f"{student}.{one['form']}", f".{one['form']}", own.reader)
    report = json.loads(report_json(check_sheet(own, sheet)))
    assert len((*report["not_read"], *report["not_understood"])) == one.get("unread", 0)
    lines = [*report["lines"], *report.get("factors", ())]
    faulty = {line["quantity"]: told(line) for line in lines if line["answer"] and is_faulty(line)}
    assert faulty == dict.fromkeys(one["fault"], one["kind"])


def is_faulty(line: dict[str, Any]) -> bool:
    return line["verdict"] not in ("right", "follows", "rounding carried", FEW_DIGITS) or told(line) is not None


def told(line: dict[str, Any]) -> str | None:
    """Which of the three is said to be at fault."""
    working = line.get("working") or {}
    kinds = (("formula", "formula"), ("number", "numbers"), ("arithmetic", "arithmetic"))
    return next((kind for kind, key in kinds if working.get(key) is False), None)


def packed(form: str, work: str) -> bytes:
    """The file in which the work was handed in."""
    match form:
        case "xlsx":
            book = openpyxl.Workbook()
            sheet = book.active
            assert sheet is not None
            for line in work.splitlines():
                sheet.append([_number(cell.strip()) for cell in line.split("|")])
            book.save(file := io.BytesIO())
            return file.getvalue()
        case "docx":
            return _document(work)
        case "ipynb":
            cells = [_cell(block) for block in work.split("\n%%\n")]
            return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return work.encode()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _cell(block: str) -> dict[str, Any]:
    kind, _line, body = block.partition("\n")
    if kind == "md":
        return {"cell_type": "markdown", "metadata": {}, "source": body}
    code, _mark, output = body.partition("\n>>>\n")
    outputs = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": output}}]
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": code, "outputs": outputs}


def _document(work: str) -> bytes:
    lines = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{escape(one)}</w:t></w:r></w:p>" for one in work.splitlines())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document xmlns:w='{space}'><w:body>{lines}</w:body></w:document>")
    return file.getvalue()
