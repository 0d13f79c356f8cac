"""What several hand in together: by the names on it, by the platform, by the group or by its variant."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop
from platforms import CLASS, as_folder, as_zip, gradescope, moodle_folders

RIGHT = "answers: {e: 6, c: 3, d: 2}\n"
LIST = [
    ("Ada Lovelace", "1001", "Lions"), ("Émile Borel", "1002", "Lions"), ("Turing, Alan", "1003", "2"),
    ("Jan Kim", "1004", "2"), ("Jan Kim", "1005", "Group 12"), ("王伟", "1006", "Group 12"),
]  # fmt: skip
LIONS, TWO, TWELVE = {"1001", "1002"}, {"1003", "1004"}, {"1005", "1006"}


@pytest.fixture
def students(tmp_path: Path) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([("name", "id", "group"), *LIST])
    path = tmp_path / "list.csv"
    path.write_text(text.getvalue(), "utf-8")
    return path


def graded(students: Path, hand_ins: Path, *more: str) -> dict[str, Any]:
    run = backprop("grade", "two-paths", hand_ins, "--students", students, "--json", *more)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def marked(found: dict[str, Any]) -> set[str]:
    """The ids of those who have marks."""
    return {one["ids"][0] for one in found["sheets"] if one.get("marks") == "3" and one.get("ids")}


@pytest.mark.parametrize(("signed", "ids"), [
    ("Ada Lovelace, Émile Borel", {"1001", "1002"}), ("Ada Lovelace and Jan Kim 1004", set()),
    ("Lovelace, Ada & Turing, Alan", {"1001", "1003"}), ("Alan Turing und Emile Borel", {"1003", "1002"}),
    ("Ada Lovelace、王伟", {"1001", "1006"}), ("1001 / 1004; 1006", {"1001", "1004", "1006"}),
    ("Turing, Alan", {"1003"}), ("Ada Lovelace, 1001", {"1001"}), ("Ada Lovelace (1001)", {"1001"}),
    ("Lions", LIONS), ("group 2", TWO), ("2", TWO), ("Gruppe 12", TWELVE), ("group12", TWELVE),
])  # fmt: skip
def test_names_on_a_sheet_say_whose_it_is(signed: str, ids: set[str], students: Path, tmp_path: Path) -> None:
    expected = ids or {"1001"}  # what cannot be told apart is said
    as_folder(tmp_path / "in", {"sheet.yaml": f'student: "{signed}"\n{RIGHT}'})
    found = graded(students, tmp_path / "in")
    notes = [note for one in found["sheets"] for note in one.get("notes", ())]
    if not ids and not marked(found):
        assert any("on the list" in note for note in notes)
    else:
        assert marked(found) == expected
    assert len(found["sheets"]) == max(len(LIST), len(LIST) + (not marked(found)))


@pytest.mark.parametrize(("name", "ids"), [
    ("Lions.yaml", LIONS), ("group 2.yaml", TWO), ("Group_12.yaml", TWELVE), ("hw3_lions.yaml", LIONS),
    ("Gruppe 2/sheet.yaml", TWO), ("2.yaml", set()), ("lions_501_70501_sheet.yaml", LIONS),
])  # fmt: skip
def test_a_file_or_a_folder_may_have_the_name_of_a_group(
    name: str, ids: set[str], students: Path, tmp_path: Path
) -> None:
    as_folder(tmp_path / "in", {name: RIGHT, "Ghost/sheet.yaml": RIGHT})
    assert marked(graded(students, tmp_path / "in")) == ids


def test_who_uploads_for_two_says_so_on_the_sheet(students: Path, tmp_path: Path) -> None:
    both = f"student: Ada Lovelace & Alan Turing & Somebody Else\n{RIGHT}"
    files = {
        moodle_folders(CLASS[0], "a.yaml"): both,
        moodle_folders(CLASS[1], "a.yaml"): f"student: Alan Turing\n{RIGHT}",
    }
    found = graded(students, as_zip(tmp_path / "all.zip", files))
    assert marked(found) == {"1001", "1002", "1003"}
    told = {one["student"]: one.get("notes", []) for one in found["sheets"]}
    assert told["Turing, Alan"] == told["Ada Lovelace"] == ["not on the list: Somebody Else"]
    assert told["Émile Borel"] == []


def test_all_submitters_of_gradescope_have_the_marks(students: Path, tmp_path: Path) -> None:
    people = "".join(f"  - :name: {name}\n    :sid: '{number}'\n" for name, number, _group in LIST[2:5])
    listed = f"submission_{CLASS[0].number}:\n  :submitters:\n{people}  :created_at: 2026-12-10 09:30:00 Z\n"
    files = {"assignment_55_export/submission_metadata.yml": listed, gradescope(CLASS[0], "a.yaml"): RIGHT}
    assert marked(graded(students, as_zip(tmp_path / "all.zip", files))) == {"1003", "1004", "1005"}


def test_one_hand_in_is_counted_once_and_nobody_copied(students: Path, tmp_path: Path) -> None:
    wrong = "answers: {e: 6.123, c: 3.456, d: 2.789}\n"
    as_folder(tmp_path / "in", {"Lions.yaml": wrong, "Gruppe 2.yaml": RIGHT})
    found = graded(students, tmp_path / "in")
    assert found["statistics"]["read"] == 2
    assert found["lines"][0]["wrong"] == 1
    page = backprop("grade", "two-paths", tmp_path / "in", "--students", students).out
    assert "2 sheets" in page
    assert "2 students without a hand-in" in page
    backprop("grade", "two-paths", tmp_path / "in", "--students", students, "--statistics", tmp_path / "page.md")
    assert "No two sheets share wrong digits" in (tmp_path / "page.md").read_text("utf-8")


def test_a_later_hand_in_of_ones_own_counts_for_oneself(students: Path, tmp_path: Path) -> None:
    as_folder(tmp_path / "in", {"a_Lions.yaml": RIGHT, "b.yaml": "student: Ada Lovelace\nanswers: {e: 6}\n"})
    found = {one["ids"][0]: one for one in graded(students, tmp_path / "in")["sheets"] if "marks" in one}
    assert {number: one["marks"] for number, one in found.items()} == {"1001": "1", "1002": "3"}


def test_everybody_in_the_grade_book_has_the_marks(students: Path, tmp_path: Path) -> None:
    as_folder(tmp_path / "in", {"Lions.yaml": RIGHT})
    rows = [
        f"Participant {number},{name},Graded,,10.00,Yes,-,-"
        for number, name in ((501, "Ada Lovelace"), (502, "Émile Borel"))
    ]
    head = (
        "Identifier,Full name,Status,Grade,Maximum grade,Grade can be changed,Last modified (grade),Feedback comments"
    )
    (tmp_path / "book.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    run = backprop("grade", "two-paths", tmp_path / "in", "--students", students, "--book", tmp_path / "book.csv",
                   "-o", tmp_path / "filled.csv")  # fmt: skip
    assert "2 marks filled in" in run.err
    assert [row["Grade"] for row in csv.DictReader((tmp_path / "filled.csv").open(encoding="utf-8"))] == ["3", "3"]


# ---- variants ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment in which every group has numbers of its own."""
    at = tmp_path_factory.mktemp("groups")
    (at / "hw.yaml").write_text(
        "title: T\nvariants: {seed: 4, per: group, like: false}\nexercises: [{problem: one-neuron, points: 4}]\n",
        "utf-8",
    )
    with (at / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "id", "group"), *LIST])
    run = backprop("generate", "--assignment", at / "hw.yaml", "--students", at / "list.csv", "-o", at / "hw",
                   "--sheets", "none")  # fmt: skip
    assert run.code == 0, run.err
    return at / "hw"


def key_of(homework: Path, number: str) -> tuple[str, str]:
    """The id of somebody's variant, and its key."""
    for one in json.loads((homework / "index.json").read_text("utf-8"))["variants"]:
        if any(number in who["ids"] for who in one["students"]):
            return one["id"], (homework / f"keys/{one['id']}.yaml").read_text("utf-8")
    raise AssertionError(number)


def test_a_group_hands_in_its_variant_by_its_name_or_by_the_id_alone(homework: Path, tmp_path: Path) -> None:
    (lions, of_lions), (twelve, of_twelve) = key_of(homework, "1001"), key_of(homework, "1006")
    as_folder(tmp_path / "in", {"Lions.yaml": of_lions.replace(lions, ""), "x.yaml": of_twelve})
    assert twelve in of_twelve
    run = backprop("grade", homework, tmp_path / "in", "--json")
    found = {one["ids"][0]: one["marks"] for one in json.loads(run.out)["sheets"] if "marks" in one}
    assert found == dict.fromkeys(LIONS | TWELVE, "4"), run.err


def test_a_sheet_of_two_groups_is_told_to_say_its_variant(homework: Path, tmp_path: Path) -> None:
    variant, key = key_of(homework, "1001")
    signed = key.replace("student:", "student: Ada Lovelace & Alan Turing")
    as_folder(tmp_path / "in", {"a.yaml": signed.replace(variant, ""), "b.yaml": key})
    said = backprop("grade", homework, tmp_path / "in").out
    assert "it is of several who have different variants: Ada Lovelace (1001), Turing, Alan (1003)" in " ".join(
        said.split()
    )
    as_folder(tmp_path / "again", {"a.yaml": signed})
    sheets = json.loads(backprop("grade", homework, tmp_path / "again", "--json").out)["sheets"]
    assert {one["ids"][0]: one["marks"] for one in sheets if "marks" in one} == {"1001": "4", "1003": "4"}
