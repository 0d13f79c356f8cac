"""A class from what was handed in to the marks that go back: platforms, lists, grade books, decisions, runs."""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import json
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from itertools import product
from pathlib import Path

import pytest
from helpers import backprop
from platforms import CLASS, FORMS, Somebody, as_folder, as_zip, blackboard, canvas, gradescope, moodle_folders

import backprop_cli as bp
from backprop_cli.checking import assignments
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.diagnosis import searched
from backprop_cli.checking.summary import row_of
from backprop_cli.course import running
from backprop_cli.course.files import files_of
from backprop_cli.course.submissions import Submissions
from backprop_cli.course.tasks import Marked, MarkingTask
from backprop_cli.ground.recent import Recent

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
RIGHT = "answers: {out_y: 0.8000, dE/dw: -0.4000, w_new: 0.4400}\n"
UPHILL = "answers: {out_y: 0.8000, dE/dw: -0.4000, w_new: 0.3600}\n"


@pytest.fixture
def problem(tmp_path: Path) -> str:
    """Three lines, whose answers are 0.8, −0.4 and 0.44."""
    path = tmp_path / "problem.yaml"
    path.write_text(TWO, "utf-8")
    return str(path)


def data(*arguments: str) -> dict:
    run = backprop("grade", *arguments, "--json")
    assert run.code == 0, run.err
    return json.loads(run.out)


def marks(found: dict) -> dict[str, str]:
    return {one["student"]: one.get("marks", one.get("failure", "")) for one in found["sheets"]}


# ---- platforms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("form", FORMS)
def test_whose_a_hand_in_is_says_the_platform(problem: str, tmp_path: Path, form: str, packed: bool) -> None:
    files = {FORMS[form](one, "answers.yaml"): RIGHT if place % 2 else UPHILL for place, one in enumerate(CLASS)}
    path = as_zip(tmp_path / "all.zip", files) if packed else as_folder(tmp_path / "all", files)
    roster = tmp_path / "list.csv"
    rows = [f"{one.number},{one.login},{one.family},{one.given}" for one in CLASS]
    roster.write_text("\n".join(["ID,Login,Last name,First name", *rows]), "utf-8")
    found = marks(data(problem, str(path), "--students", str(roster)))
    assert found == {one.full: "3" if place % 2 else "2" for place, one in enumerate(CLASS)}


def test_of_several_files_the_last_counts_and_that_is_said(problem: str, tmp_path: Path) -> None:
    ada = CLASS[0]
    folder = as_folder(tmp_path / "all", {
        moodle_folders(ada, "answers.yaml"): UPHILL,
        moodle_folders(ada, "answers (2).yaml"): RIGHT,
        moodle_folders(ada, "photo.png"): b"\x89PNG",
    })  # fmt: skip
    old = folder / moodle_folders(ada, "answers.yaml")
    os.utime(old, (1, 1))
    (sheet,) = data(problem, str(folder))["sheets"]
    assert (sheet["marks"], sheet["student"]) == ("3", "Ada Lovelace")
    assert "of 3 files" in sheet["notes"][0]
    assert "answers.yaml" in sheet["notes"][0]
    assert "photo.png" in sheet["notes"][0]


def test_a_text_typed_on_the_platform_is_read(problem: str, tmp_path: Path) -> None:
    typed = "<p>out_y = 0.4*2 = 0.8000</p><p>dE/dw = -0.4000</p><p>w_new = 0.4400</p>"
    name = "Ada Lovelace_1001_assignsubmission_onlinetext/onlinetext.html"
    assert marks(data(problem, str(as_zip(tmp_path / "all.zip", {name: typed})))) == {"Ada Lovelace": "3"}


def test_gradescope_says_in_a_list_who_handed_in_what_and_when(tmp_path: Path) -> None:
    people = "".join(
        f"submission_{one.number}:\n  :submitters:\n  - :name: {one.full}\n    :sid: 's{one.number}'\n"
        f"    :email: {one.login}@x.org\n  :created_at: 2026-12-1{place} 09:30:00.123456000 Z\n  :score: 0.0\n"
        for place, one in enumerate(CLASS)
    )
    (tmp_path / "hw.yaml").write_text(
        "title: T\ndue: 2026-12-11T12:00Z\nmarking: {late: {percent: 10}}\nexercises: [{problem: two-paths}]\n", "utf-8"
    )
    files = {gradescope(one, "answers.yaml"): "exercises: {1: {answers: {e: 6}}}" for one in CLASS}
    path = as_zip(tmp_path / "all.zip", {"assignment_55_export/submission_metadata.yml": people, **files})
    found = data(str(tmp_path / "hw.yaml"), str(path), "--late", "due")["sheets"]
    assert [one["student"] for one in found] == [one.full for one in CLASS]
    assert [one.get("days_late", 0) for one in found] == [0, 0, 1, 2]


def test_blackboard_says_in_a_name_when_it_was_handed_in(tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text(
        "title: T\ndue: 2026-11-01 12:00\nmarking: {late: {percent: 10}}\nexercises: [{problem: two-paths}]\n", "utf-8"
    )
    path = as_zip(tmp_path / "all.zip", {blackboard(CLASS[0], "a.yaml"): "exercises: {1: {answers: {e: 6}}}"})
    (one,) = data(str(tmp_path / "hw.yaml"), str(path), "--late", "due")["sheets"]
    assert one["days_late"] == 1  # of 10 o'clock on the next day


def test_sheets_of_one_name_belong_to_their_folders(problem: str, tmp_path: Path) -> None:
    """Every sheet is called "answers": the folder says whose it is; where names differ, the files do."""
    same = as_folder(tmp_path / "same", {"ann/answers.yaml": RIGHT, "ben/answers.yaml": UPHILL})
    assert marks(data(problem, str(same))) == {"ann": "3", "ben": "2"}
    group = as_folder(tmp_path / "group", {"monday/ann.yaml": RIGHT, "monday/ben.yaml": UPHILL})
    assert marks(data(problem, str(group))) == {"ann": "3", "ben": "2"}


@pytest.mark.parametrize(
    ("name", "encoding"), [("Ben Oğuz", "utf-8"), ("王伟", "gb2312"), ("Cara Müller", "cp437"), ("Zoë", "utf-8 beside")]
)
def test_names_in_an_archive_are_read_in_whatever_they_are_written(name: str, encoding: str, tmp_path: Path) -> None:
    """Python marks names as UTF-8, most other programs do not: a stand-in of the same length is overwritten."""
    raw = name.encode("cp850" if encoding == "utf-8 beside" else encoding)
    path, stand_in = tmp_path / "all.zip", "X" * len(raw)
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(f"{stand_in}/hw.yaml")
        if encoding == "utf-8 beside":
            said = f"{name}/hw.yaml".encode()
            check = zlib.crc32(raw + b"/hw.yaml")
            info.extra = struct.pack("<HHBL", 0x7075, len(said) + 5, 1, check) + said
        archive.writestr(info, RIGHT)
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    assert [one.parts for one in files_of([path])] == [(name, "hw.yaml")]


def test_archives_in_archives_are_opened_and_bombs_are_not(problem: str, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.yaml", RIGHT)
        archive.writestr("bomb.yaml", b"0" * 60_000_000)
        link = zipfile.ZipInfo("link.yaml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    outer = as_zip(
        tmp_path / "all.zip", {"Ada/work.zip": inner.getvalue(), "broken.zip": b"PK\x03\x04", "../x.yaml": RIGHT}
    )
    found = data(problem, str(outer))
    by_file = {Path(one["file"]).name: one for one in found["sheets"]}
    assert by_file["answers.yaml"]["marks"] == "3"
    assert by_file["x.yaml"]["marks"] == "3"
    assert "the limit is" in by_file["bomb.yaml"]["failure"]
    assert "link" in by_file["link.yaml"]["failure"]
    assert "damaged" in by_file["broken.zip"]["failure"]


def test_ten_thousand_files_are_listed_in_no_time(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "all.zip", {f"s{n}.yaml": "answers: {a: 1}" for n in range(10_000)})
    assert len(Submissions([path])) == 10_000
    assert sum(1 for _one in files_of([path])) == 10_000


# ---- the list ----------------------------------------------------------------------------------------------------


def test_everybody_on_the_list_has_a_row(problem: str, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "all", {"lovelace_ada.yaml": RIGHT, "nobody.yaml": UPHILL, "1003.yaml": "answers: ["})
    roster = tmp_path / "list.csv"
    roster.write_text("name;id\nAda Lovelace;1001\nSofja Kowalewskaja;1003\nEmmy Noether;1005\n", "utf-8")
    run = backprop("grade", problem, str(folder), "--students", str(roster), "--csv")
    found = {row["student"]: row for row in csv.DictReader(io.StringIO(run.out))}
    assert found["Ada Lovelace"]["marks"] == "3"
    assert found["Ada Lovelace"]["id"] == "1001"
    assert found["Sofja Kowalewskaja"]["mistakes"] == "not read"
    assert found["Emmy Noether"]["mistakes"] == "no hand-in"
    assert "nobody of this name" in found["nobody"]["notes"]


def test_twins_are_told_apart_by_their_ids(problem: str, tmp_path: Path) -> None:
    roster = tmp_path / "list.csv"
    roster.write_text("name,id\nAnn Lee,7\nAnn Lee,8\n", "utf-8")
    folder = as_folder(tmp_path / "all", {"ann lee.yaml": RIGHT, "Ann_Lee_8.yaml": UPHILL})
    found = {Path(one["file"]).stem: one for one in data(problem, str(folder), "--students", str(roster))["sheets"]}
    assert "Ann Lee (7), Ann Lee (8)" in found["ann lee"]["notes"][-1]
    assert found["Ann_Lee_8"]["marks"] == "2"
    assert "notes" not in found["Ann_Lee_8"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,id\nAnn,7\nBen,7\n", "line 2 already"),
        ("surname,mark\nLee,7\n", "no column name"),
        ("", "the table is empty"),
    ],
)
def test_a_list_that_is_none_is_an_error_with_its_place(problem: str, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "list.csv").write_text(text, "utf-8")
    sheet = as_folder(tmp_path / "all", {"a.yaml": RIGHT})
    run = backprop("grade", problem, str(sheet), "--students", str(tmp_path / "list.csv"))
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert "list.csv" in run.err


def test_a_list_without_ids_is_used_and_that_is_said(problem: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Vorname\tNachname\nAda\tLovelace\n", "utf-16")
    folder = as_folder(tmp_path / "all", {"Lovelace, Ada.yaml": RIGHT})
    run = backprop("grade", problem, str(folder), "--students", str(tmp_path / "list.csv"), "--json")
    assert "no column of ids" in run.err
    assert marks(json.loads(run.out)) == {"Ada Lovelace": "3"}


# ---- grade books -------------------------------------------------------------------------------------------------

MOODLE = {
    "en": ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Feedback comments"),
    "de": (
        "ID",
        "Vollständiger Name",
        "E-Mail-Adresse",
        "Status",
        "Bewertung",
        "Bestwertung",
        "Feedback als Kommentar",
    ),
    "zh": ("编号", "姓名", "邮箱", "状态", "成绩", "最高分", "反馈评论"),
}
PARTICIPANT = {"en": "Participant {}", "de": "Teilnehmer/in{}", "zh": "参与者{}"}


def worksheet(language: str, people: tuple[Somebody, ...], most: str = "5.00") -> str:
    """A grading worksheet as Moodle exports it, with what a spreadsheet would change: quotes, blanks, CR LF."""
    head = ",".join(f'"{title}"' if " " in title else title for title in MOODLE[language])
    rows = [
        f'{PARTICIPANT[language].format(one.number)},"{one.full}",{one.login}@example.org,"Submitted, late",,{most},""'
        for one in people
    ]
    return "\ufeff" + "\r\n".join([head, *rows]) + "\r\n"


@pytest.mark.parametrize("language", MOODLE)
def test_a_grading_worksheet_of_moodle_is_filled_and_keeps_every_other_byte(
    problem: str, tmp_path: Path, language: str
) -> None:
    book, out = tmp_path / "book.csv", tmp_path / "filled.csv"
    book.write_bytes(worksheet(language, CLASS).encode("utf-8"))
    files = {moodle_folders(one, "a.yaml"): text for one, text in zip(CLASS, (RIGHT, UPHILL, RIGHT), strict=False)}
    path = as_zip(tmp_path / "all.zip", files)
    run = backprop("grade", problem, str(path), "--book", str(book), "-o", str(out))
    assert run.code == 0, run.err
    before, after = book.read_bytes().decode().split("\r\n"), out.read_bytes().decode().split("\r\n")
    assert len(before) == len(after)
    assert before[0] == after[0]
    assert after[1] == before[1].replace(',,5.00,""', ",3,5.00,all right")
    assert ",2,5.00," in after[2]
    assert not after[2].endswith('""')  # something is said of what is wrong
    assert after[4] == before[4]  # nobody handed in anything
    assert "3 marks filled in" in run.err


def test_a_mark_that_says_the_same_keeps_its_bytes(problem: str, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    rows = worksheet("en", CLASS).split("\r\n")
    spellings = ("3.00", "1 2/2", "2/2")  # of 3 and of 2 marks; and of 1, which is another than the 3 of the sheet
    for line, mark in enumerate(spellings, start=1):
        rows[line] = rows[line].replace('late",,', f'late",{mark},')
    book.write_bytes("\r\n".join(rows).encode())
    files = {moodle_folders(one, "a.yaml"): text for one, text in zip(CLASS, (RIGHT, UPHILL, RIGHT), strict=False)}
    run = backprop("grade", problem, str(as_zip(tmp_path / "all.zip", files)), "--book", str(book))
    after = run.out.split("\r\n")
    for line, mark in enumerate(spellings, start=1):
        assert f'late",{mark},' in after[line]
    assert "the book has 2/2, not 3; it stays" in run.err
    assert run.err.count("it stays") == 1


def test_a_book_of_another_year_is_refused_and_nothing_is_written(problem: str, tmp_path: Path) -> None:
    book, out = tmp_path / "book.csv", tmp_path / "filled.csv"
    others = tuple(Somebody("Grace", f"Hopper{n}", 500 + n, f"hop{n}") for n, _one in enumerate(CLASS))
    book.write_bytes(worksheet("en", others).encode())
    files = {moodle_folders(one, "a.yaml"): RIGHT for one in CLASS[:3]}
    run = backprop("grade", problem, str(as_zip(tmp_path / "all.zip", files)), "--book", str(book), "-o", str(out))
    assert run.code == 2
    assert "of another year?" in " ".join(run.err.split())
    assert not out.exists()


def test_a_book_of_canvas_is_filled_in_the_column_that_is_named(problem: str, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (11),HW 2 (12),Final Score\n"
        "    Points Possible,,,,,3,3,(read only)\n"
        '"Lovelace, Ada",1001,u1,alove1,A,,,50\n'
        '"Borel, Émile",1002,u2,eborel2,A,2.5,,50\n'
        '"Student, Test",,,,A,,,\n', "utf-8",
    )  # fmt: skip
    path = as_zip(tmp_path / "all.zip", {canvas(CLASS[0], "a.yaml"): RIGHT, canvas(CLASS[1], "a.yaml"): UPHILL})
    out = backprop("grade", problem, str(path), "--book", str(book), "--column", "HW 2 (12)").out
    expected = book.read_text("utf-8").replace("alove1,A,,,50", "alove1,A,,3,50").replace("2.5,,50", "2.5,2,50")
    assert out == expected
    there = backprop("grade", problem, str(path), "--book", str(book), "--column", "HW 1 (11)")
    assert "2.5,,50" in there.out
    assert "the book has 2.5, not 2; it stays" in there.err
    assert "2,,50" in backprop(
        "grade", problem, str(path), "--book", str(book), "--column", "HW 1 (11)", "--overwrite"
    ).out  # fmt: skip


@pytest.mark.parametrize(
    ("book", "more", "said"),
    [
        ("Student,ID,Section,A (1),B (2)\nAda,1001,x,,\n", (), "say with --column"),
        ("Student,ID,Section,A (1),B (2)\nAda,1001,x,,\n", ("--column", "C"), "no column called 'C'"),
        ("name,Grade\nAda,\n", (), "no grading worksheet of Moodle"),
        ("name,points\nAda,\n", (), "no column Grade"),
    ],
)
def test_a_book_that_is_none_is_an_error(
    problem: str, tmp_path: Path, book: str, more: tuple[str, ...], said: str
) -> None:
    (tmp_path / "book.csv").write_text(book, "utf-8")
    sheets = as_folder(tmp_path / "all", {"ada.yaml": RIGHT})
    out = tmp_path / "filled.csv"
    run = backprop("grade", problem, str(sheets), "--book", str(tmp_path / "book.csv"), *more, "-o", str(out))
    assert run.code == 2
    assert said in run.err
    assert not out.exists()


def test_marks_that_the_book_has_no_room_for_are_not_written(problem: str, tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text(worksheet("en", CLASS, most="2.00"), "utf-8")
    path = as_zip(tmp_path / "all.zip", {moodle_folders(CLASS[0], "a.yaml"): RIGHT})
    run = backprop("grade", problem, str(path), "--book", str(book))
    assert "more than the 2.00" in run.err
    assert run.out.encode() == book.read_bytes()


def test_a_feedback_archive_has_the_folders_of_the_platform(problem: str, tmp_path: Path) -> None:
    path = as_zip(tmp_path / "all.zip", {moodle_folders(CLASS[0], "a.yaml"): UPHILL, "loose.yaml": RIGHT})
    out = tmp_path / "feedback.zip"
    assert backprop("grade", problem, str(path), "--feedback", str(out)).code == 0
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["Ada Lovelace_1001_assignsubmission_file/feedback.html", "loose.html"]
        page = archive.read(archive.namelist()[0]).decode("utf-8")
    assert "<table>" in page
    assert "<script" not in page


# ---- decisions by hand -------------------------------------------------------------------------------------------


def test_decisions_by_hand_stand_over_the_marks(problem: str, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "all", {"ann.yaml": UPHILL, "ben.yaml": RIGHT})
    table = tmp_path / "overrides.csv"
    table.write_text("student,line,marks,comment,by,when\nann,w_new,0.5,right idea,Kim,2026-11-29\n", "utf-8")
    found = data(problem, str(folder), "--overrides", str(table))
    assert marks(found) == {"ann": "2.5", "ben": "3"}
    assert found["sheets"][0]["notes"] == ["w_new: 0.5 marks, right idea (Kim 2026-11-29)"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("annn,w_new,1", "no sheet of 'annn'"),
        ("ann,w_knew,1", "no line called 'w_knew'"),
        ("ann,w_new,7", "w_new has at most 1"),
        ("ann,w_new,lots", "'lots' is no number of marks"),
        ("ann,,1", "name the line"),
    ],
)
def test_a_decision_on_nothing_is_an_error(problem: str, tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "o.csv").write_text(f"student,line,marks\n{row}\n", "utf-8")
    folder = as_folder(tmp_path / "all", {"ann.yaml": UPHILL})
    run = backprop("grade", problem, str(folder), "--overrides", str(tmp_path / "o.csv"))
    assert (run.code, run.out) == (2, "")
    assert said in run.err


# ---- runs --------------------------------------------------------------------------------------------------------


def test_a_decision_is_by_the_ids_of_the_list_and_the_next_marking_says_what_it_changed(
    problem: str, tmp_path: Path
) -> None:
    folder = as_folder(tmp_path / "all", {"Ada Lovelace_7001_assignsubmission_file/a.yaml": UPHILL,
                                          "Anna Roth_7002_assignsubmission_file/a.yaml": UPHILL,
                                          "Anna Roth_7003_assignsubmission_file/a.yaml": UPHILL})  # fmt: skip
    (tmp_path / "list.csv").write_text("name,id\nAda Lovelace,1001\n", "utf-8")
    asked = [problem, str(folder), "--students", str(tmp_path / "list.csv"), "--run", str(tmp_path / "r.sqlite")]
    backprop("grade", *asked)
    over = tmp_path / "over.csv"
    over.write_text("student,line,marks\n1001,w_new,1\n", "utf-8")
    marks_ = tmp_path / "marks.csv"
    run = backprop("grade", *asked, "--overrides", str(over), "--changed", "-o", str(marks_))
    assert run.out.splitlines() == ["Ada Lovelace: 2 -> 3"]
    assert marks_.read_text("utf-8").splitlines()[1].startswith("Ada Lovelace")
    assert backprop("grade", *asked, "--overrides", str(over), "--changed").out == ""
    assert backprop("grade", *asked, "--changed").out.splitlines() == ["Ada Lovelace: 3 -> 2"]
    over.write_text("student,line,marks\nAnna Roth,w_new,1\n", "utf-8")
    twins = backprop("grade", *asked, "--overrides", str(over))
    assert "may be one of several" in twins.err
    assert "7002, 7003" in twins.err


def test_a_second_marking_says_who_gains_and_who_loses(problem: str, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "all", {"ann.yaml": UPHILL, "ben.yaml": RIGHT})
    run = str(tmp_path / "hw.sqlite")
    assert backprop("grade", problem, str(folder), "--run", run).code == 0
    assert backprop("grade", problem, str(folder), "--run", run, "--changed").out == ""
    (folder / "ann.yaml").write_text(RIGHT, "utf-8")
    (folder / "cat.yaml").write_text(RIGHT, "utf-8")
    (folder / "ben.yaml").unlink()
    said = backprop("grade", problem, str(folder), "--run", run, "--changed")
    assert said.out.splitlines() == ["ann: 2 -> 3", "cat: not marked -> 3", "ben: 3 -> not marked"]
    Path(problem).write_text(TWO.replace("ask:", "marks: {w_new: 5}\nask:"), "utf-8")
    assert "ann: 3 -> 7" in backprop("grade", problem, str(folder), "--run", run, "--changed").out


def test_the_runs_of_two_tutors_are_merged(problem: str, tmp_path: Path) -> None:
    """What one of them marked where the files lie elsewhere; who is in both counts once, and it is said."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    theirs = elsewhere / "hw.yaml"
    theirs.write_text(TWO, "utf-8")
    one = as_folder(tmp_path / "one", {"ann.yaml": RIGHT, "ben.yaml": UPHILL})
    two = as_folder(elsewhere / "two", {"ben.yaml": RIGHT, "cat.yaml": UPHILL})
    runs = [str(tmp_path / "one.sqlite"), str(elsewhere / "two.sqlite")]
    assert backprop("grade", problem, str(one), "--run", runs[0]).code == 0
    assert backprop("grade", str(theirs), str(two), "--run", runs[1]).code == 0
    whole = str(tmp_path / "all.sqlite")
    merged = backprop("grade", problem, *runs, "--run", whole, "--json")
    assert merged.code == 0, merged.err
    rows = {row["student"]: row for row in json.loads(merged.out)["sheets"]}
    assert {name: row["earned"] for name, row in rows.items()} == {"ann": 3, "ben": 3, "cat": 2}
    assert len(rows["ben"]["notes"]) == 1
    assert runs[1] in rows["ben"]["notes"][0]
    assert "2" in rows["ben"]["notes"][0]
    again = backprop("grade", problem, whole, "--csv")  # a merged run is a run
    assert [row["marks"] for row in csv.DictReader(io.StringIO(again.out))] == ["3", "3", "2"]
    assert "name another one" in backprop("grade", problem, whole, "--run", whole).err
    assert "no such reports" in backprop("grade", problem, whole, "--feedback", str(tmp_path / "said")).err
    theirs.write_text(TWO.replace("x: 2", "x: 3"), "utf-8")
    assert "was not marked by this problem" in backprop("grade", str(theirs), *runs).err


def test_what_two_tutors_decided_is_laid_over_the_marks(problem: str, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "all", {"ann.yaml": UPHILL, "ben.yaml": UPHILL})
    tables = []
    for name, rows in {"a": "ann,w_new,0.5,sign,Anna\n", "b": "ben,w_new,1,fine,Ben\nann,w_new,1,fine,Ben\n"}.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(f"student,line,marks,comment,by\n{rows}", "utf-8")
        tables += ["--overrides", str(path)]
    found = json.loads(backprop("grade", problem, str(folder), *tables, "--json").out)["sheets"]
    assert [row["earned"] for row in found] == [3, 3]
    assert [len(row["notes"]) for row in found] == [2, 1]


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_file_of_somebody_else_is_no_run(problem: str, tmp_path: Path, content: bytes) -> None:
    path, folder = tmp_path / "x.sqlite", as_folder(tmp_path / "all", {"ann.yaml": UPHILL})
    if content:
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as base:
            base.execute("CREATE TABLE precious (a)")
        content = path.read_bytes()
    run = backprop("grade", problem, str(folder), "--run", str(path))
    assert run.code == 2
    assert "x.sqlite" in run.err
    assert path.read_bytes() == content


@pytest.mark.parametrize("more", [(), ("--format", "csv", "-o", "nowhere/marks.csv")], ids=["marked", "then refused"])
def test_a_run_is_one_file_when_its_program_has_ended(problem: str, tmp_path: Path, more: tuple[str, ...]) -> None:
    run, folder = tmp_path / "x.sqlite", as_folder(tmp_path / "all", {"ann.yaml": UPHILL})
    command = ["grade", problem, str(folder), "--run", str(run), *more]
    ended = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *command], check=False, capture_output=True, cwd=tmp_path
    )
    assert ended.returncode == (2 if more else 0)
    assert _kept(run) == 1
    assert [path.name for path in tmp_path.glob("x.sqlite*")] == ["x.sqlite"]


def test_processes_give_the_same_rows_as_one(problem: str, tmp_path: Path) -> None:
    texts = [RIGHT, UPHILL, "answers: [", "answers: {out_y: 0.9, dE/dw: -0.2, w_new: 0.42}"]
    folder = as_folder(tmp_path / "all", {f"s{n:03}.yaml": texts[n % 4] for n in range(120)})
    one, two = (backprop("grade", problem, str(folder), "--json", "--jobs", jobs).out for jobs in ("1", "2"))
    assert one == two
    assert len(json.loads(one)["sheets"]) == 120


KILLS = 20
MARKING = """\
import os, sys
from pathlib import Path
from backprop_cli.checking.assignments import load
from backprop_cli.course.marking import Wishes, mark
problem, folder, run = sys.argv[1:]
assignment = load(problem)
while True:  # a process for each order, so that nothing is imported twice
    line = sys.stdin.readline()
    if not line:
        break
    child = os.fork()
    if not child:
        mark(assignment, [Path(folder)], Wishes(jobs=1, run=Path(run)))
        os._exit(0)
    print(child, flush=True)
    _child, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "done", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what marks is forked, so that it need not be started twenty times")
def test_a_run_that_is_killed_twenty_times_goes_on_where_it_was(problem: str, tmp_path: Path) -> None:
    texts = [RIGHT, UPHILL, "answers: {out_y: 0.9, dE/dw: -0.2, w_new: 0.42}"]
    unalike = (f"{texts[n % 3].strip()[:-1]}, E: 0.{n:04}7}}" for n in range(600))  # what is alike is judged only once
    folder = as_folder(tmp_path / "all", {f"s{n:04}.yaml": text for n, text in enumerate(unalike)})
    run, chance, killed, kept = tmp_path / "hw.sqlite", random.Random(7), 0, [0]
    with subprocess.Popen(
        [sys.executable, "-c", MARKING, problem, str(folder), str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as marking:  # fmt: skip
        assert marking.stdin is not None
        assert marking.stdout is not None
        longest = 0.0  # seconds of a run that is not killed, which the first is
        while killed < KILLS:
            print("mark", file=marking.stdin, flush=True)
            child = int(marking.stdout.readline())
            begun = time.monotonic()
            if longest:
                time.sleep(chance.uniform(0, longest / 2))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            if marking.stdout.readline() == "done\n":  # from the beginning again
                longest = longest or time.monotonic() - begun
                run.unlink()
                kept.append(0)
                continue
            killed += 1
            kept.append(_kept(run))
            assert kept[-1] >= kept[-2]  # what was marked stays
        marking.stdin.close()
    assert len(set(kept)) > 3  # it was met on its way
    whole = backprop("grade", problem, str(folder), "--json").out
    assert backprop("grade", problem, str(folder), "--json", "--run", str(run)).out == whole


def _kept(run: Path) -> int:
    """How many sheets are marked in a run, which is as sound as if nobody had been killed."""
    with contextlib.closing(sqlite3.connect(run)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        there = base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'verdicts'").fetchone()[0]
        return int(base.execute("SELECT count(*) FROM verdicts").fetchone()[0]) if there else 0


def test_what_is_in_memory_does_not_grow_with_the_class(problem: str, tmp_path: Path) -> None:
    """The list of the hand-ins lies on the disk, as do their rows."""
    from backprop_cli.course.archived import Opener

    def kept(size: int) -> int:
        path = as_zip(tmp_path / f"{size}.zip", {f"{n}/answers.yaml": f"answers: {{w_new: {n}}}" for n in range(size)})
        opener, most = Opener(), 0
        gc.collect()  # each begins with nothing of what Python keeps of freed tuples
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        hand_ins = Submissions([path])  # not even the archive's own list of them is held
        most = tracemalloc.get_traced_memory()[1] - before
        for number, one in enumerate(hand_ins):
            one.work(opener)
            if number % 200 == 0 and number > 200:
                gc.collect()  # also what Python keeps of freed tuples, which depends on the tests before this one
                most = max(most, tracemalloc.get_traced_memory()[0] - before)
        tracemalloc.stop()
        assert len(hand_ins) == number + 1 == size
        return most

    few = kept(1_500)
    many = min(kept(6_000) for _ in range(3))  # Python's own table of names grows now and then, once, when it is full
    assert many - few < 100_000  # of 4,500 more: 20 bytes each would be as much


def test_the_rows_of_a_cluster_are_the_same_when_a_worker_is_lost(problem: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    folder = as_folder(tmp_path / "all", {f"s{n:03}.yaml": RIGHT if n % 2 else UPHILL for n in range(400)})
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        command = ["grade", problem, str(folder), "--json", "--cluster", cluster.scheduler_address]
        with subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as marking:
            time.sleep(2)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            out, err = marking.communicate(timeout=120)
    assert marking.returncode == 0, err
    assert out.decode() == backprop("grade", problem, str(folder), "--json", "--jobs", "1").out


@pytest.mark.slow  # four workers die one after the other
def test_a_sheet_that_workers_die_of_costs_no_other_its_marks(
    problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    really = running.done

    def deadly(task: MarkingTask) -> list[Marked]:
        if any("deadly" in work.file for work in task.works):
            os.kill(os.getpid(), signal.SIGKILL)
        return really(task)

    monkeypatch.setattr(running, "done", deadly)
    folder = as_folder(tmp_path / "all", {"ann.yaml": RIGHT, "deadly.yaml": RIGHT, "zoe.yaml": UPHILL})
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        grades = bp.grade(problem, folder, cluster=cluster.scheduler_address)
    assert [row.student for row in grades.graded.marked] == ["ann", "zoe"]
    (why,) = grades.failures.values()
    assert "the process that marked it died" in why


def test_a_scheduler_that_goes_away_is_said_and_the_run_goes_on_without_it(problem: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    folder = as_folder(tmp_path / "all", {f"s{n:03}.yaml": RIGHT if n % 2 else UPHILL for n in range(2000)})
    run = str(tmp_path / "run.sqlite")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        command = ["grade", problem, str(folder), "--run", run, "--cluster", cluster.scheduler_address]
        with subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as marking:
            while marking.poll() is None and not (tmp_path / "run.sqlite").is_file():
                time.sleep(0.05)
            cluster.close()
            _out, err = marking.communicate(timeout=120)
    assert marking.returncode in (0, 2), err  # on a fast machine all was marked
    assert b"Traceback" not in err
    whole = backprop("grade", problem, str(folder), "--run", run, "--json", "--jobs", "1")
    assert whole.out == backprop("grade", problem, str(folder), "--json", "--jobs", "1").out


def test_what_is_remembered_of_a_class_has_an_end() -> None:
    """Answers, right ones, explanations of wrong ones: of a class in which no two sheets are alike, the last ones."""
    remembered = Checkers.of(assignments.load("one-neuron"))
    for number in range(5_000):
        text = f"answers: {{net_y: 0.{number:05}, delta_y: -0.25{number:05}}}"
        remembered.check(remembered.read(text.encode(), "a.yaml", ".yaml"))
    checker = remembered.first
    assert 2_000 < len(checker.marking.given) <= 4_096
    assert len(checker.marking.right) <= 4_096
    assert 200 < len(searched(checker.key)._kept) <= 512
    assert len(searched(checker.key)._tried) <= 128
    assert len(checker._known) <= 256


def test_a_sheet_is_judged_as_if_it_were_the_only_one() -> None:
    """Whatever was remembered of others with the same numbers before a line: edits, slips, work rounded on the way."""

    def row(checkers: Checkers, written: str) -> str:
        read = checkers.read(f"answers: {{{written}}}".encode(), "a.yaml", ".yaml")
        return row_of("a.yaml", "a", checkers.check(read)).as_text()

    mazur = assignments.load("mazur")
    before = ("net_h1: 0.3775, out_h1: 0.59327", "out_h1: 0.6", "delta_o1: 0.14, w6: 0.4", "E: 0.3")
    answers = [f"w5_new: 0.{digits}" for digits in ("3589", "36", "44", "4411", "3580")]
    answers += [f"delta_h1: {value}" for value in ("0.0365", "-0.0364", "0.15")]
    together = Checkers.of(mazur)
    for answer, given in product(answers, before):
        written = f"{given}, {answer}"
        assert row(together, written) == row(Checkers.of(mazur), written)


def test_what_is_recent_is_what_was_kept_or_asked_for_last() -> None:
    recent = Recent[int, str](4)
    for number in range(10):
        recent.keep(number, str(number))
        assert recent.get(0) == "0"  # because it is asked for again and again
    assert len(recent) <= 4
    assert recent.get(9) == "9"
    assert recent.get(1) is None
    recent.clear()
    assert (len(recent), recent.get(9)) == (0, None)


def test_where_no_scheduler_answers_that_is_said(problem: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="dask.distributed is an extra")
    folder = as_folder(tmp_path / "all", {"a.yaml": RIGHT})
    run = backprop("grade", problem, str(folder), "--cluster", "nonsense")
    assert (run.code, run.out) == (2, "")
    assert "no scheduler answers at nonsense" in run.err


def test_marks_go_into_a_spreadsheet_and_into_parquet(problem: str, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "all", {"=cmd.yaml": RIGHT})
    assert backprop("grade", problem, str(folder), "-o", str(tmp_path / "m.xlsx")).code == 0
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(tmp_path / "m.xlsx").active
    assert [cell.value for cell in sheet[2]][:3] == ["=cmd", str(folder / "=cmd.yaml"), 3]
    assert sheet["A2"].data_type == "s"
    pytest.importorskip("pyarrow", reason="pyarrow is an extra")
    from pyarrow import parquet

    assert backprop("grade", problem, str(folder), "-o", str(tmp_path / "m.parquet")).code == 0
    assert parquet.read_table(tmp_path / "m.parquet").to_pylist()[0]["marks"] == 3.0


# ---- statistics --------------------------------------------------------------------------------------------------


def test_difficulty_and_discrimination_are_those_of_the_textbook(problem: str, tmp_path: Path) -> None:
    """Against NumPy: the mean of a line's marks, and its correlation with the sum of the others."""
    numpy = pytest.importorskip("numpy")
    chance = random.Random(5)
    wrong = {"out_y": "0.123", "dE/dw": "7.77", "w_new": "5.55"}
    right = {"out_y": "0.8000", "dE/dw": "-0.4000", "w_new": "0.4400"}
    folder, marks = tmp_path / "all", []
    folder.mkdir()
    for n in range(40):
        row = {line: chance.random() < share for line, share in zip(right, (0.9, 0.5, 0.3), strict=True)}
        marks.append([float(one) for one in row.values()])
        answers = ", ".join(f"{line}: {right[line] if is_right else wrong[line]}" for line, is_right in row.items())
        (folder / f"s{n}.yaml").write_text(f"answers: {{{answers}}}\n", "utf-8")
    assert backprop("grade", problem, str(folder), "--statistics", str(tmp_path / "s.csv")).code == 0
    found = {row["line"]: row for row in csv.DictReader(io.StringIO((tmp_path / "s.csv").read_text("utf-8")))}
    table = numpy.array(marks)
    for at, line in enumerate(right):
        rest = table.sum(axis=1) - table[:, at]
        assert float(found[line]["earned"]) == pytest.approx(table[:, at].mean(), abs=1e-4)
        assert float(found[line]["correlation"]) == pytest.approx(numpy.corrcoef(table[:, at], rest)[0, 1], abs=1e-4)


def test_like_work_is_one_group_and_the_same_digits_are_pointed_out(problem: str, tmp_path: Path) -> None:
    strange = "answers: {out_y: 0.7317, dE/dw: -0.2719, w_new: 0.4933}\n"
    files = {"a.yaml": UPHILL, "b.yaml": UPHILL, "c.yaml": RIGHT, "twin1.yaml": strange, "twin2.yaml": strange}
    folder = as_folder(tmp_path / "all", files)
    page = tmp_path / "s.txt"
    assert backprop("grade", problem, str(folder), "--statistics", str(page)).code == 0
    text = page.read_text("utf-8")
    like, same = text.split("Like work")[1].split("The same wrong digits")
    assert "a, b" in " ".join(like.split())
    assert "twin1  twin2       3" in same
    assert "a " not in same.split("shared  in")[1]


@pytest.mark.parametrize("ending", ["html", "md", "tex", "typ", "txt", "csv"])
def test_statistics_are_written_in_every_format(problem: str, tmp_path: Path, ending: str) -> None:
    folder = as_folder(tmp_path / "all", {"<b>.yaml": UPHILL, "c.yaml": RIGHT})
    page = tmp_path / f"s.{ending}"
    run = backprop("grade", problem, str(folder), "--statistics", str(page))
    assert run.code == 0, run.err
    text = page.read_text("utf-8")
    assert "<b>" not in text or ending in ("txt", "typ", "tex")
    assert text
