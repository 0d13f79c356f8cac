"""A class is graded: marks and statistics worked out by hand, damaged sheets, feedback, tables that do no harm."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from helpers import backprop

HERE = Path(__file__).parent / "class"
PROBLEM, SHEETS = str(HERE / "problem.yaml"), str(HERE / "sheets")
TWO = """\
title: One weight
inputs: {x: 2}
targets: {y: 1}
layers:
  - weights: [[w = 0.4]]
    neurons: [y]
loss: half_squared_error
learning_rate: 0.1
ask: [out_y, dE/dw, w_new]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A problem with three lines, whose answers are 0.8, −0.4 and 0.44, and an empty folder for sheets."""
    (tmp_path / "problem.yaml").write_text(TWO, "utf-8")
    (tmp_path / "sheets").mkdir()
    return tmp_path


def sheet(folder: Path, name: str, text: str) -> None:
    """A sheet that was handed in."""
    (folder / "sheets" / name).write_text(text, "utf-8")


def data(folder: Path) -> dict:
    """What programs are told of the class."""
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--json")
    assert run.code == 0, run.err
    return json.loads(run.out)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


RIGHT = "out_y: 0.8000, dE/dw: -0.4000, w_new: 0.4400"


def test_marks_mean_and_median_are_those_of_the_sheets(folder: Path) -> None:
    """3 of 3; 2 of 3, uphill; 1 of 3, where the gradient is 0.5 and nothing else is there; so 67 % on average."""
    sheet(folder, "a.yaml", f"student: Ann\nanswers: {{{RIGHT}}}")
    sheet(folder, "b.yaml", "student: Ben\nanswers: {out_y: 0.8000, dE/dw: -0.4000, w_new: 0.3600}")
    sheet(folder, "c.yaml", "answers: {out_y: 0.8000, dE/dw: 0.5}")
    found = data(folder)
    assert [(one["student"], one["marks"], one["percent"]) for one in found["sheets"]] == [
        ("Ann", "3", "100"),
        ("Ben", "2", "67"),
        ("c", "1", "33"),
    ]
    assert found["statistics"] == {"read": 3, "mean": "67", "median": "67", "lowest": "33", "highest": "100"}


def test_a_line_counts_who_had_it_right_and_who_did_not(folder: Path) -> None:
    sheet(folder, "a.yaml", f"answers: {{{RIGHT}}}")
    sheet(folder, "b.yaml", "answers: {out_y: 0.9000, dE/dw: -0.2000, w_new: 0.4200}")
    sheet(folder, "c.yaml", "answers: {out_y: 0.8000, w_new: 0.3600}")
    by_line = {one.pop("quantity"): one for one in data(folder)["lines"]}
    assert by_line["out_y"] == {"right": 2, "follows": 0, "part": 0, "wrong": 1, "blank": 0, "percent": "67"}
    assert by_line["dE/dw"] == {"right": 1, "follows": 1, "part": 0, "wrong": 0, "blank": 1, "percent": "67"}
    assert by_line["w_new"] == {"right": 1, "follows": 1, "part": 0, "wrong": 1, "blank": 0, "percent": "67"}


def test_a_mistake_is_counted_once_for_each_sheet() -> None:
    found = json.loads(backprop("grade", PROBLEM, SHEETS, "--json").out)
    counted = {one["name"]: [Path(path).stem for path in one["sheets"]] for one in found["mistakes"]}
    assert counted["no-derivative-hidden"] == ["ben", "dora"]
    assert counted["no-derivative-output"] == ["carla"]
    assert found["mistakes"][0]["name"] == "no-derivative-hidden"


def test_a_damaged_sheet_is_reported_and_the_others_are_unharmed(folder: Path) -> None:
    sheet(folder, "a.yaml", f"answers: {{{RIGHT}}}")
    alone = data(folder)["sheets"]
    bad = {
        "b.yaml": "answers: [", "c.yaml": "", "d.json": '{"answers": {"out_y": 1e999999999}}',
        "e.yaml": "answers: {nothing: 1}", "f.csv": "out_y;__import__('os').system('x')",
        "g.yaml": "answers: {out_y: 1/0}", "h.yaml": "answers: {out_y: 9**9**9**9}",
        "i.yaml": "&a [*a]", "j.yaml": "answers: " + "[" * 500,
    }  # fmt: skip
    for name, text in bad.items():
        sheet(folder, name, text)
    (folder / "sheets" / "k.yaml").write_bytes(b"\xff\xfe\x00")
    found = data(folder)
    assert found["sheets"][0] == alone[0]
    for one in found["sheets"][1:]:
        assert Path(one["file"]).name in one["failure"], one
    assert found["statistics"]["read"] == 1
    page = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets")).out
    assert sum(line.split()[1:3] == ["not", "read"] for line in page.splitlines()) == 10
    assert "Not read, and not counted" in page


def test_where_no_sheet_can_be_read_that_is_an_error(folder: Path) -> None:
    sheet(folder, "a.yaml", "answers: {nothing: 1}")
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"))
    assert run.code == 2
    assert "a.yaml:1:11" in run.err
    assert "no quantity called 'nothing'" in run.err


def test_no_sheets_and_no_such_file_are_errors(folder: Path) -> None:
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"))
    assert (run.code, "no sheets" in run.err) == (2, True)
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "none.yaml"))
    assert (run.code, "none.yaml" in run.err) == (2, True)
    sheet(folder, "a.yaml", f"answers: {{{RIGHT}}}")
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--format", "pdf")
    assert (run.code, "no format called 'pdf'" in run.err) == (2, True)


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "  =1+1", "<script>alert(1)</script>", "a\nb"]
)
def test_a_name_is_text_and_nothing_else(folder: Path, name: str) -> None:
    sheet(folder, "a.json", json.dumps({"student": name, "answers": {"out_y": "0.8000"}}))
    problem, sheets = str(folder / "problem.yaml"), str(folder / "sheets")
    (row,) = rows(backprop("grade", problem, sheets, "--csv").out)
    assert row["student"][:1] not in "=+-@\t"
    assert not row["student"].lstrip().startswith("=")
    assert row["marks"] == "1"
    assert backprop("grade", problem, sheets, "--feedback", str(folder / "feedback")).code == 0
    assert "<script" not in (folder / "feedback" / "a.md").read_text("utf-8")


def test_markup_in_a_name_reaches_the_page_as_it_is(folder: Path) -> None:
    sheet(folder, "a.json", json.dumps({"student": "[red]x[/] \x1b[31m", "answers": {"out_y": "0.8000"}}))
    page = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets")).out
    assert "[red]x[/]" in page
    assert "\x1b" not in page


def test_the_table_for_spreadsheets_has_a_row_for_each_sheet_and_a_column_for_each_line(folder: Path) -> None:
    table = rows(backprop("grade", PROBLEM, SHEETS, "--csv").out)
    assert [row["student"] for row in table] == ["Ann", "Ben", "Carla", "Dora", "emil"]
    ben = table[1]
    assert (ben["marks"], ben["of"], ben["percent"], ben["first wrong"]) == ("12", "15", "80", "delta_h1")
    assert (ben["delta_h1"], ben["dE/dw1"], ben["delta_o1"]) == ("0", "1", "2")
    assert table[4]["mistakes"] == "not read"
    assert backprop("grade", PROBLEM, SHEETS, "-o", str(folder / "marks.csv")).out == ""
    assert rows((folder / "marks.csv").read_text("utf-8")) == table


def test_feedback_stands_in_the_folder_under_the_names_of_the_sheets(folder: Path) -> None:
    run = backprop("grade", PROBLEM, SHEETS, "--feedback", str(folder / "new" / "feedback"), "--no-answers")
    assert run.code == 0
    assert sorted(file.name for file in (folder / "new" / "feedback").glob("[!.]*")) == [
        "ann.md", "ben.md", "carla.md", "dora.md",
    ]  # fmt: skip
    ben = (folder / "new" / "feedback" / "ben.md").read_text("utf-8")
    assert "Ben" in ben
    assert "The slope of the activation was left out in the hidden layer." in ben
    assert "0.008771" not in ben
    assert "4 sheets" in run.err


def test_two_sheets_of_one_name_get_two_reports(folder: Path) -> None:
    sheet(folder, "a.yaml", f"answers: {{{RIGHT}}}")
    sheet(folder, "A.json", '{"answers": {"out_y": "0.8000"}}')
    (folder / "other").mkdir()
    (folder / "other" / "a.yaml").write_text("answers: {w_new: 0.3600}", "utf-8")
    paths = [str(folder / "sheets"), str(folder / "other" / "a.yaml")]
    assert backprop("grade", str(folder / "problem.yaml"), *paths, "--feedback", str(folder / "f")).code == 0
    assert sorted(file.name.lower() for file in (folder / "f").glob("[!.]*")) == ["a-2.md", "a-3.md", "a.md"]


def test_feedback_replaces_only_what_it_wrote_and_what_nobody_changed(folder: Path) -> None:
    sheet(folder, "ada.yaml", f"answers: {{{RIGHT}}}")
    sheet(folder, "bo.yaml", f"answers: {{{RIGHT}}}")
    sheet(folder, "cy.yaml", f"answers: {{{RIGHT}}}")
    into, problem = folder / "f", str(folder / "problem.yaml")
    into.mkdir()
    (into / "bo.md").write_text("my own notes", "utf-8")
    (folder / "precious.txt").write_text("keep me", "utf-8")
    (into / "cy.md").symlink_to(folder / "precious.txt")
    run = backprop("grade", problem, str(folder / "sheets"), "--feedback", str(into))
    assert run.code == 2
    assert "bo.md" in run.err
    assert "cy.md" in run.err
    assert "ada" in run.out  # the marks are there all the same
    assert (into / "bo.md").read_text("utf-8") == "my own notes"
    assert (folder / "precious.txt").read_text("utf-8") == "keep me"
    sheet(folder, "ada.yaml", "answers: {out_y: 0.1}")
    assert "ada.md" not in backprop("grade", problem, str(folder / "sheets"), "--feedback", str(into)).err
    assert "0.1" in (into / "ada.md").read_text("utf-8")
    (into / "ada.md").write_text("seen by me", "utf-8")
    sheet(folder, "ada.yaml", "answers: {out_y: 0.2}")
    assert "ada.md" in backprop("grade", problem, str(folder / "sheets"), "--feedback", str(into)).err
    assert (into / "ada.md").read_text("utf-8") == "seen by me"


def test_what_is_no_sheet_in_a_folder_is_listed_with_the_reason(folder: Path) -> None:
    sheet(folder, "ada.yaml", f"answers: {{{RIGHT}}}")
    sheet(folder, "essay.odt", "dear teacher")
    sheet(folder, "m" * 240 + ".yaml", f"answers: {{{RIGHT}}}")
    (folder / "sheets" / "link.yaml").symlink_to("/etc/passwd")
    (folder / "sheets" / "inner").mkdir()
    os.mkfifo(folder / "sheets" / "pipe.yaml")
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--feedback", str(folder / "f"))
    assert run.code == 0
    for name in ("essay.odt", "link.yaml", "inner", "pipe.yaml"):
        assert name in run.out
    assert "root:" not in run.out
    assert len(list((folder / "f").glob("[!.]*"))) == 2  # one of them under a shorter name


def test_without_ask_every_line_of_the_template_counts(folder: Path) -> None:
    """Two of them are answered."""
    (folder / "problem.yaml").write_text(TWO.replace("ask: [out_y, dE/dw, w_new]\n", ""), "utf-8")
    sheet(folder, "a.yaml", "answers: {out_y: 0.8000, w_new: 0.4400}")
    (one,) = data(folder)["sheets"]
    template = backprop("check", str(folder / "problem.yaml"), "--template", "--format", "json").out
    assert one["marks"] == "2"
    assert int(one["of"]) == len(json.loads(template)["answers"])


@pytest.mark.parametrize("columns", [80, 120])
def test_the_page_fits_the_terminal(columns: int) -> None:
    page = backprop("grade", PROBLEM, SHEETS, COLUMNS=str(columns)).out
    assert max(map(len, page.splitlines())) <= columns
    assert "Ben" in page
    assert "✓✓✓✓✓✓✗✓↳↳✓" in page
    assert "+" in backprop("grade", PROBLEM, SHEETS, "--ascii").out
    assert backprop("grade", PROBLEM, SHEETS, "--ascii").out.isascii()


# ---- late ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "days", "left", "lost"),
    [
        ("{percent: 10}", 2, "2.4", "0.6"),  # of the 3 marks that could be had
        ("{points: 1/2}", 3, "1.5", "1.5"),
        ("{points: 2}", 9, "0", "3"),  # never below nothing
        ("{percent: 10}", 0, "3", ""),
    ],
)
@pytest.mark.parametrize("name", ["a.yaml", "a", "Ann"])
def test_what_a_late_day_costs_is_taken_off(
    folder: Path, name: str, rule: str, days: int, left: str, lost: str
) -> None:
    (folder / "problem.yaml").write_text(f"{TWO}marking: {{late: {rule}}}\n", "utf-8")
    sheet(folder, "a.yaml", f"student: Ann\nanswers: {{{RIGHT}}}")
    sheet(folder, "b.yaml", f"answers: {{{RIGHT}}}")
    words = ("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--late", f"{name}={days}")
    late, in_time = json.loads(backprop(*words, "--json").out)["sheets"]
    assert (late["marks"], late.get("lost", ""), in_time["marks"]) == (left, lost, "3")
    assert [row["marks"] for row in rows(backprop(*words, "--csv").out)] == [left, "3"]
    backprop(*words, "--feedback", str(folder / "f"))
    assert (f"{lost} taken off" in (folder / "f" / "a.md").read_text("utf-8")) == (days > 0)


@pytest.mark.parametrize(
    ("late", "message"),
    [
        ("Anna=1", "no sheet called 'Anna' that could be late (did you mean 'Ann'?)"),
        ("a=1.5", "--late 'a=1.5': write the sheet and a whole number of days, as in ann.yaml=2"),
        ("a", "--late 'a': write the sheet and a whole number of days"),
    ],
)
def test_who_is_late_is_named_as_a_sheet_is(folder: Path, late: str, message: str) -> None:
    (folder / "problem.yaml").write_text(f"{TWO}marking: {{late: {{points: 1}}}}\n", "utf-8")
    sheet(folder, "a.yaml", f"student: Ann\nanswers: {{{RIGHT}}}")
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--late", late)
    assert (run.code, message in run.err) == (2, True), run.err


def test_a_problem_says_what_a_late_day_costs(folder: Path) -> None:
    sheet(folder, "a.yaml", f"answers: {{{RIGHT}}}")
    run = backprop("grade", str(folder / "problem.yaml"), str(folder / "sheets"), "--late", "a=1")
    assert (run.code, "the problem does not say what a late day costs" in run.err) == (2, True)


def test_a_slip_of_the_pen_has_no_formula_and_a_standardized_value_its_definition() -> None:
    """What another program evaluates is a formula in the syntax of `solve --json`."""
    run = backprop("check", "mazur", "-", "--json", stdin="net_h1: 0.3757\n")
    (line,) = json.loads(run.out)["lines"]
    assert [one["formula"] for one in line["diagnoses"]] == [None]
    run = backprop("check", "batch-norm", "-", "--json", stdin="sample 2 / xhat_x: -0.4000\n")
    said = [one["formula"] for line in json.loads(run.out)["lines"] for one in line.get("diagnoses", ())]
    # twice, or perhaps x was miscopied: 8
    assert said == ["2*((x^(2) - mu_x)/sqrt(var_x))", None]
