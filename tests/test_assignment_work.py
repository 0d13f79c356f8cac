"""What is done with an assignment: one sheet out, one hand-in back in any format, and marks that add up."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from blocks import ROOT
from helpers import backprop

from backprop_cli.checking.assignments import load
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.filled import right_answers
from backprop_cli.ground.words import languages, set_language
from backprop_cli.problem.assignment import exercise_key

GOLDEN = Path(__file__).parent / "golden" / "assignment"
Answers = list[dict[str, str]]


@pytest.fixture(scope="module")
def right() -> Answers:
    """The right answers to the exercises of the bundled assignment, by key."""
    checkers = Checkers.of(load("homework")).checkers
    return [{quantity.key: text for quantity, text in right_answers(one.worked).items()} for one in checkers]


# ---- one hand-in, in every format --------------------------------------------------------------------------------


def as_yaml(answers: Answers) -> str:
    rows = ["student: Ann", "exercises:"]
    for number, one in enumerate(answers, start=1):
        rows += [f"  {number}:", "    answers:", *(f"      {key}: {text}" for key, text in one.items())]
    return "\n".join(rows)


def as_addresses(answers: Answers) -> str:
    rows = ["answers:"]
    for number, one in enumerate(answers, start=1):
        rows += [f"  exercise {number}:", *(f"    {key}: {text}" for key, text in one.items())]
    return "\n".join(rows)


def as_json(answers: Answers) -> str:
    return json.dumps({"student": "Ann", "exercises": [{"answers": one} for one in answers]})


def as_csv(answers: Answers) -> str:
    rows = [f"{exercise_key(number)} / {key},{text}" for number, one in enumerate(answers, start=1)
            for key, text in one.items()]  # fmt: skip
    return "\n".join(["quantity,answer", "student,Ann", *rows])


def as_column(head: str, row: str, once: bool = False) -> Callable[[Answers], str]:
    """A table whose first column has the numbers of the exercises, with `once` only where another begins."""

    def written(answers: Answers) -> str:
        rows = [
            row.format(number if not once or place == 0 else "", key, text)
            for number, one in enumerate(answers, start=1)
            for place, (key, text) in enumerate(one.items())
        ]
        return head + "".join(rows)

    return written


def in_lines(heading: str, between: str = "\n") -> Callable[[Answers], str]:
    def written(answers: Answers) -> str:
        parts = []
        for number, one in enumerate(answers, start=1):
            lines = between.join(f"{key} = {text}" for key, text in one.items())
            parts.append(f"{heading.format(number)}\n\n{lines}\n")
        return "\n".join(parts)

    return written


def as_latex(answers: Answers) -> str:
    sections = []
    for number, one in enumerate(answers, start=1):
        lines = "\n".join(f"${key.replace('_', '_{', 1)}{'}' * ('_' in key)} = {text}$\n" for key, text in one.items())
        sections.append(f"\\section*{{Exercise {number}}}\n{lines}")
    return "\\documentclass{article}\n\\begin{document}\n" + "\n".join(sections) + "\\end{document}\n"


def as_html(answers: Answers) -> str:
    parts = []
    for number, one in enumerate(answers, start=1):
        parts.append(f"<h2>Exercise {number}: something</h2>" + "".join(f"<p>{k} = {v}</p>" for k, v in one.items()))
    return f"<html><body>{''.join(parts)}</body></html>"


def as_notebook(answers: Answers) -> str:
    cells = []
    for number, one in enumerate(answers, start=1):
        cells.append({"cell_type": "markdown", "metadata": {}, "source": [f"## Exercise {number}\n"]})
        source = "\n\n".join(f"{key} = {text}" for key, text in one.items())
        cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


WRITTEN: dict[str, Callable[[Answers], str]] = {
    "sheet.yaml": as_yaml, "addresses.yaml": as_addresses, "sheet.json": as_json, "sheet.csv": as_csv,
    "column.csv": as_column("exercise,quantity,value\n", "{},{},{}\n"),
    "merged.csv": as_column("# mine\nAufgabe;Größe;Wert\n", '{};"{}";{}\n', once=True),
    "column.md": as_column("| task | quantity | value |\n|-|-|-|\n", "| {} | {} | {} |\n", once=True),
    "column.html": as_column(
        "<table><tr><td>题</td><td>量</td><td>value</td></tr>", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>"
    ),
    "english.txt": in_lines("Exercise {}"), "german.txt": in_lines("Aufgabe {}:"), "chinese.txt": in_lines("练习 {}"),
    "ordinal.txt": in_lines("第 {} 题"), "bare.txt": in_lines("{})"),
    "headings.md": in_lines("## Exercise {}: a title", "\n\n"), "paper.tex": as_latex, "page.html": as_html,
    "cells.ipynb": as_notebook,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_right_answers_have_full_marks_in_every_format(name: str, right: Answers, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(WRITTEN[name](right), "utf-8")
    run = backprop("check", "homework", path, "--format", "text")
    assert run.out.rstrip().endswith("All exercises: 27 of 27 marks"), run.out + run.err
    assert run.code == 0


def test_right_answers_have_full_marks_in_a_spreadsheet_with_a_worksheet_for_each(
    right: Answers, tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, one in enumerate(right, start=1):
        sheet = book.create_sheet(f"Exercise {number}")
        for key, text in one.items():
            sheet.append([key, float(text)])
    book.save(tmp_path / "book.xlsx")
    assert backprop("check", "homework", tmp_path / "book.xlsx").out.rstrip().endswith("27 of 27 marks")


@pytest.mark.parametrize("format_", ["yaml", "json", "csv"])
@pytest.mark.parametrize("language", languages())
def test_the_template_is_read_and_has_every_line_that_is_asked_for(
    format_: str, language: str, right: Answers, tmp_path: Path
) -> None:
    path = tmp_path / f"sheet.{format_}"
    assert backprop("check", "homework", "--template", "-o", path, "--lang", language).code == 0
    found = json.loads(backprop("check", "homework", path, "--json").out)
    lines = [[line["quantity"] for line in one["lines"]] for one in found["exercises"]]
    assert lines == [list(one) for one in right]
    assert all(not one["not_read"] for one in found["exercises"])


def test_files_that_are_named_by_their_exercises_are_one_hand_in(right: Answers, tmp_path: Path) -> None:
    names = ("ex1.txt", "aufgabe-2.yaml", "3.md")
    for student in ("ann", "bob"):
        (tmp_path / "all" / student).mkdir(parents=True)
        for name, one in zip(names, right, strict=True):
            sign = ":" if name.endswith("yaml") else " ="
            text = "\n\n".join(f"{key}{sign} {value}" for key, value in one.items())
            (tmp_path / "all" / student / name).write_text(text, "utf-8")
    (tmp_path / "all" / "bob" / "3.md").unlink()
    done = backprop("check", "homework", *(tmp_path / "all" / "ann" / name for name in names))
    assert done.out.rstrip().endswith("All exercises: 27 of 27 marks")
    rows = list(csv.DictReader(io.StringIO(backprop("grade", "homework", tmp_path / "all", "--csv").out)))
    assert {row["student"]: row["marks"] for row in rows} == {"ann": "27", "bob": "20"}
    assert "an assignment" in backprop("check", "mazur", tmp_path / "a.txt", tmp_path / "b.txt").err


# ---- marks -------------------------------------------------------------------------------------------------------


def test_marks_add_up_and_a_slip_in_one_exercise_costs_the_others_nothing(right: Answers, tmp_path: Path) -> None:
    wrong = [{**right[0], "de/db": "77"}, right[1], {}]
    path = tmp_path / "sheet.yaml"
    path.write_text(as_yaml(wrong), "utf-8")
    found = json.loads(backprop("check", "homework", path, "--json").out)
    assert [one["marks"] for one in found["exercises"]] == ["4", "14", "0"]
    assert (found["marks"], found["of"], found["student"]) == ("18", "27", "Ann")


@pytest.mark.parametrize(("text", "said"), [
    ("e = 6\n", "nothing says what is of which exercise"),
    ("net_h1: 0.3775\n", "nothing says what is of which exercise"),
])  # fmt: skip
def test_what_is_of_no_exercise_is_told_what_to_write(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.txt"
    path.write_text(text, "utf-8")
    run = backprop("check", "homework", path)
    assert run.code == 2
    assert said in run.err
    assert "`Exercise 1`" in run.err


@pytest.mark.parametrize(("name", "text"), [
    ("a.yaml", "exercises: {1: {e: 6}, 9: {e: 6}}"), ("a.csv", "exercise 1 / e,6\nexercise 9 / e,6\n"),
    ("b.csv", "task,name,value\n1,e,6\n9,e,6\n"),
    ("a.txt", "Exercise 1\n\ne = 6\n\nExercise 9\n\ne = 6\n"),
])  # fmt: skip
def test_an_exercise_that_there_is_not_is_named_and_the_others_are_marked(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    out = backprop("check", "homework", path).out
    assert "there is no exercise 9" in " ".join(out.split())
    assert "All exercises: 2 of 27 marks" in out


# ---- a class -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(right: Answers, tmp_path: Path) -> Path:
    found = tmp_path / "class"
    found.mkdir()
    (found / "ann.yaml").write_text(as_yaml(right), "utf-8")
    (found / "bob.md").write_text(in_lines("# Exercise {}", "\n\n")([{**right[0], "e": "7"}, right[1], {}]), "utf-8")
    (found / "cara.txt").write_text("nothing\n", "utf-8")
    return found


def test_a_class_has_columns_by_exercise_whoever_marks_and_feedback_by_exercise(folder: Path, tmp_path: Path) -> None:
    tables = [backprop("grade", "homework", folder, "--csv", "--jobs", jobs, "--run", tmp_path / f"{jobs}.sqlite",
                       "--feedback", tmp_path / "back").out for jobs in ("1", "2")]  # fmt: skip
    assert tables[0] == tables[1]
    head, *rows = csv.reader(io.StringIO(tables[0]))
    assert [one for one in head if one.startswith("exercise")][:7] == [
        "exercise 1", "exercise 2", "exercise 3",
        "exercise 1 / e", "exercise 1 / de/da", "exercise 1 / de/db", "exercise 2 / net_h1",
    ]  # fmt: skip
    marks = head.index("marks")
    assert [row[marks] for row in rows] == ["27", "18", "0"]
    parts = [[float(row[head.index(f"exercise {number}")]) for number in (1, 2, 3)] for row in rows]
    assert parts == [[6, 14, 7], [4, 14, 0], [0, 0, 0]]
    feedback = (tmp_path / "back" / "bob.md").read_text("utf-8")
    assert re.findall(r"^## (.*)$", feedback, re.M) == [
        "Exercise 1: The chain rule over two paths", "Exercise 2: One step of gradient descent",
        "Exercise 3: Softmax and cross-entropy",
    ]  # fmt: skip
    assert "**All exercises: 18 of 27 marks**" in feedback


def test_a_run_of_an_assignment_marks_nothing_twice_and_says_what_changed(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.sqlite"
    first = backprop("grade", "homework", folder, "--run", run, "--csv").out
    assert backprop("grade", "homework", folder, "--run", run, "--csv").out == first
    text = (folder / "bob.md").read_text("utf-8").replace("e = 7", "e = 6", 1)
    (folder / "bob.md").write_text(text, "utf-8")
    assert backprop("grade", "homework", folder, "--run", run, "--changed").out == "bob: 18 -> 20\n"


def test_what_comes_after_it_was_due_is_late_by_the_time_of_its_file(right: Answers, tmp_path: Path) -> None:
    path = tmp_path / "hw.yaml"
    path.write_text("due: 2026-12-10\nmarking: {late: {points: 2}}\nexercises:\n  - {problem: mazur, ask: [E], "
                    "points: 10}\n  - {problem: two-paths, ask: [e], points: 10}\n", "utf-8")  # fmt: skip
    sheets = {"in-time": datetime(2026, 12, 10, 23, 59), "late": datetime(2026, 12, 11, 0, 1),
              "later": datetime(2026, 12, 12, 9, 0)}  # fmt: skip
    for name, when in sheets.items():
        one = tmp_path / f"{name}.yaml"
        one.write_text("exercises: {1: {E: 0.2984}, 2: {e: 6}}", "utf-8")
        os.utime(one, (when.timestamp(), when.timestamp()))
    files = [tmp_path / f"{name}.yaml" for name in sheets]
    data = json.loads(backprop("grade", path, *files, "--late", "due", "--json").out)
    assert [one["marks"] for one in data["sheets"]] == ["20", "18", "16"]
    assert "nothing says when it had to be handed in" in backprop("grade", "mazur", *files, "--late", "due").err


# ---- the other commands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_starter_is_clean_for_lint(language: str, tmp_path: Path) -> None:
    path = tmp_path / "hw.yaml"
    backprop("init", "--assignment", path, "--lang", language)
    assert backprop("lint", path, "--lang", language).code == 0


def test_variants_of_an_assignment_have_other_numbers_and_their_keys_have_full_marks(tmp_path: Path) -> None:
    shutil.copy(ROOT / "problems" / "07-two-paths.yaml", tmp_path / "own.yaml")
    (tmp_path / "hw.yaml").write_text(
        "title: 'Home: work'\ncourse: C\nexercises:\n  - {problem: own.yaml, ask: [e], points: 3}\n"
        "  - problem: 'linear-2-2-1'\n    points: 5\n    ask: [E]\n", "utf-8",
    )  # fmt: skip
    out = tmp_path / "out"
    assert backprop("generate", "--like", tmp_path / "hw.yaml", "--variants", "2", "--seed", "1", "-o", out).code == 0
    variants = json.loads((out / "index.json").read_text("utf-8"))["variants"]
    assert [one["students"] for one in variants] == [[], []]
    numbers = set()
    for number, id_ in enumerate((one["id"] for one in variants), start=1):
        assignment = load(str(out / f"variants/{id_}.yaml"))
        assert assignment.head is not None
        assert (assignment.head.title, assignment.head.variant) == ("Home: work", id_)
        numbers.add("".join(one.loaded.text for one in assignment.exercises))
        done = backprop("check", out / f"variants/{id_}.yaml", out / f"keys/{id_}.yaml")
        assert done.out.rstrip().endswith("All exercises: 8 of 8 marks")
        assert id_ in (out / f"sheets/{number:03}_{id_}.md").read_text("utf-8")
    assert len(numbers) == 2
    graded = json.loads(backprop("grade", out, *(out / "keys").glob("*.yaml"), "--json").out)["sheets"]
    assert [one["marks"] for one in graded] == ["8", "8"]
    assert "-o FOLDER" in backprop("generate", "--like", tmp_path / "hw.yaml").err
    beside = backprop("generate", "--like", tmp_path / "hw.yaml", "--variants", "2", "--title", "A", "-o", out)
    assert "--title does not go with an assignment" in beside.err


def test_commands_go_through_all_exercises() -> None:
    titles = [one.loaded.problem.title for one in load("homework").exercises]
    for command in ("solve", "lint", "verify"):
        out = backprop(command, "homework").out
        assert [title in out for title in titles] == [True] * 3, command
    assert [one["exercise"] for one in json.loads(backprop("solve", "homework", "--json").out)["exercises"]] == [
        1,
        2,
        3,
    ]
    assert "not as python" in backprop("solve", "homework", "--format", "python").err


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("part", ["sheet", "key", "rubric"])
def test_what_is_printed_reads_as_it_was_accepted(part: str, language: str, request: pytest.FixtureRequest) -> None:
    page = backprop("worksheet", "homework", "--part", part, "--format", "markdown", "--lang", language).out
    golden = GOLDEN / f"{part}-{language}.md"
    if request.config.getoption("--accept"):
        golden.write_text(page, "utf-8")
    assert page == golden.read_text("utf-8")


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one pixel


@pytest.mark.parametrize(("format_", "said"), [
    ("html", f'src="data:image/png;base64,{PNG}"'), ("markdown", f"data:image/png;base64,{PNG}"),
    ("typst", "image(bytes((137, 80, 78, 71,"), ("latex", "logo.png}"),
])  # fmt: skip
def test_the_logo_stands_in_the_head_of_the_sheet(format_: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b64decode(PNG))
    path = tmp_path / "hw.yaml"
    path.write_text("logo: logo.png\nexercises: [{problem: two-paths}]\n", "utf-8")
    assert said in backprop("worksheet", path, "--format", format_).out
    assert backprop("worksheet", path, "-o", tmp_path / "sheet.pdf").code == 0
    (tmp_path / "logo.png").write_bytes(b64decode(PNG)[:30])
    err = backprop("worksheet", path, "-o", tmp_path / "sheet.pdf").err
    assert err.startswith("backprop: no PDF can be made of this: ")


def test_the_language_of_an_assignment_is_that_of_its_sheet_unless_another_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "hw.yaml"
    path.write_text("language: de\nexercises: [{problem: two-paths}]\n", "utf-8")
    try:
        assert "Antworten" in backprop("worksheet", path).out
        assert "Answers" in backprop("worksheet", path, "--lang", "en").out
    finally:
        set_language("en")


FORMATS = {"text": "txt", "markdown": "md", "html": "html", "latex": "tex", "typst": "typ", "pdf": "pdf"}


@pytest.mark.parametrize("format_", FORMATS)
def test_a_sheet_has_its_head_its_exercises_and_one_total_in_every_format(format_: str, tmp_path: Path) -> None:
    path = tmp_path / f"sheet.{FORMATS[format_]}"
    assert backprop("worksheet", "homework", "-o", path).code == 0
    if format_ == "pdf":
        assert path.read_bytes()[:5] == b"%PDF-"
        return
    text = path.read_text("utf-8")
    for said in (
        "Introduction to Neural Networks",
        "2026-12-10 12:00",
        "Student number",
        "/ 27",
        "Exercise 3: Softmax",
    ):
        assert said in text, said
