"""A variant for every student: made from the seed, gone on with where it was killed, marked each by its own."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from blocks import ROOT
from helpers import backprop

from backprop_cli.checking.assignments import load
from backprop_cli.generator.problems import forget, generate
from backprop_cli.generator.recipes import Recipe

STUDENTS = ["Ada Lovelace", "Bo/../Li", "Çağla Öz", "王芳", "Émile Zola", "O'Neil, Pat", "Jürgen Groß", "CON", "Ivo",
            "Jan", "Kim", "Lea"]  # fmt: skip
ASSIGNMENT = """\
title: Homework 3
variants: {seed: 4}
exercises:
  - problem: mazur
    ask: [net_h1, out_h1, out_o1, E, delta_o1, delta_h1, w5_new, w1_new, state(h1)]
    points: 10
  - {problem: one-weight, ask: [epoch 1 / out_y, epoch 1 / delta_y, epoch 1 / w_new, bound(eta)], points: 5}
"""


def folder(at: Path, students: list[str] = STUDENTS) -> Path:
    """An assignment with its problems and a list of students."""
    at.mkdir(exist_ok=True)
    (at / "hw3.yaml").write_text(ASSIGNMENT, "utf-8")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "id", "group"])
    writer.writerows([name, 1000 + place, f"G{place // 3}"] for place, name in enumerate(students))
    (at / "list.csv").write_text(text.getvalue(), "utf-8")
    return at


def made(at: Path, *more: str) -> dict[str, Any]:
    """The index of the variants that `generate` makes there."""
    run = backprop("generate", "--assignment", str(at / "hw3.yaml"), "--students", str(at / "list.csv"), "-o",
                   str(at / "hw3"), *more)  # fmt: skip
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads((at / "hw3/index.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = folder(tmp_path_factory.mktemp("class"))
    made(at)
    return at


def index(at: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((at / "hw3/index.json").read_text("utf-8"))
    return found


def key(at: Path, whose: dict[str, Any], **beside: str | None) -> str:
    """The right answers to a variant, with something else beside them."""
    data = yaml.load((at / f"hw3/keys/{whose['id']}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    said = {**data, **beside}
    return json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)


def graded(at: Path, sheets: Path, *more: str) -> dict[str, dict[str, Any]]:
    """The rows by the students."""
    run = backprop("grade", str(at / "hw3/index.json"), str(sheets), "--json", *more)
    assert run.code == 0, run.err
    return {one["student"]: one for one in json.loads(run.out)["sheets"]}


def files(at: Path) -> dict[str, bytes]:
    return {str(one.relative_to(at)): one.read_bytes() for one in sorted(at.rglob("*")) if one.is_file()}


def test_everybody_has_a_sheet_a_template_and_a_key_with_the_id_under_a_safe_name(whole: Path) -> None:
    variants = index(whole)["variants"]
    ids = [one["id"] for one in variants]
    assert len(set(ids)) == len(STUDENTS)
    for kind, ending in (("sheets", "md"), ("templates", "yaml")):
        names = sorted(one.name for one in (whole / "hw3" / kind).iterdir())
        assert len(names) == len(STUDENTS)
        for one in names:
            assert one.endswith(f".{ending}")
            assert not set('/\\:*?"<>|') & set(one)
            (id_,) = (id_ for id_ in ids if id_ in one)
            assert id_ in (whole / "hw3" / kind / one).read_text("utf-8")
    assert (whole / "hw3/sheets").joinpath(f"_CON_{ids[7]}.md").is_file()
    numbers = {json.dumps(one["right"]) for one in variants}
    assert len(numbers) == len(STUDENTS)


def test_a_sheet_has_the_qr_code_of_its_variant(whole: Path) -> None:
    pytest.importorskip("segno", reason="segno is an extra")
    from backprop_cli.worksheets.qr import qr_code

    for one in index(whole)["variants"]:
        (sheet,) = (whole / "hw3/sheets").glob(f"*_{one['id']}.md")
        code = qr_code(one["id"])
        assert code is not None
        assert code.source in sheet.read_text("utf-8")


def test_the_band_that_is_stated_is_what_is_measured(whole: Path) -> None:
    from backprop_cli.generator.difficulty import difficulty_of
    from backprop_cli.questions.reading import load
    from backprop_cli.solving.worked import WorkedProblem

    found = index(whole)
    for stated in found["difficulty"]:
        paths = [whole / f"hw3/variants/{one['id']}-{stated['exercise']}.yaml" for one in found["variants"]]
        works = [difficulty_of(WorkedProblem.of(load(str(path)))) for path in paths]
        assert (min(works), max(works)) == (stated["from"], stated["to"])
        middle = (min(works) + max(works)) / 2
        assert max(works) <= middle * (1 + found["band"] / 100)


def test_the_same_seed_gives_the_same_files_and_a_longer_list_keeps_the_variants(whole: Path, tmp_path: Path) -> None:
    other = folder(tmp_path, STUDENTS[:5])
    made(other)
    before = files(other / "hw3/variants")
    assert all(files(whole / "hw3/variants")[name] == content for name, content in before.items())
    rows = (other / "list.csv").read_text("utf-8").splitlines()
    (other / "list.csv").write_text("\n".join([rows[0], "Zoe,2000,G9", *rows[1:]]) + "\n", "utf-8")
    owners = {who["name"]: one["id"] for one in made(other)["variants"] for who in one["students"]}
    kept = {who["name"]: one["id"] for one in index(whole)["variants"] for who in one["students"]}
    assert {name: owners[name] for name in STUDENTS[:5]} == {name: kept[name] for name in STUDENTS[:5]}
    assert owners["Zoe"] not in {kept[name] for name in STUDENTS[:5]}
    run = backprop("generate", "--assignment", str(other / "hw3.yaml"), "--students", str(other / "list.csv"), "--seed",
                   "5", "-o", str(other / "hw3"))  # fmt: skip
    assert run.code == 2
    assert "another seed" in run.err


@pytest.mark.parametrize("more", [(), ("--jobs", "2"), ("--run", "RUN")])
def test_right_sheets_have_full_marks_in_every_engine(more: tuple[str, ...], whole: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "in"
    sheets.mkdir()
    for one in index(whole)["variants"]:
        (sheets / f"{one['id']}.json").write_text(key(whole, one), "utf-8")
    rows = graded(whole, sheets, *(str(tmp_path / "run.sqlite") if one == "RUN" else one for one in more))
    assert set(rows) == set(STUDENTS)
    assert {row["marks"] for row in rows.values()} == {"15"}


def test_a_hand_in_says_its_variant_by_id_by_qr_code_by_name_by_number_or_not_at_all(
    whole: Path, tmp_path: Path
) -> None:
    ada, bo, cagla, wang, emile = index(whole)["variants"][:5]
    sheets = tmp_path / "in"
    sheets.mkdir()
    hand_ins = {
        "a.json": key(whole, ada),
        "b.json": key(whole, bo, variant=None, scanned=f"backprop:{bo['id']}"),
        "c.json": key(whole, cagla, variant=None, student=STUDENTS[2]),
        "1003_upload.json": key(whole, wang, variant=None),
        "nobody.json": key(whole, emile, variant=None),
        "two.json": key(whole, emile, also=ada["id"]),
        f"upload_{emile['id']}.json": key(whole, emile, variant=None),
    }
    for name, text in hand_ins.items():
        (sheets / name).write_text(text, "utf-8")
    rows = graded(whole, sheets)
    assert [rows[name].get("marks") for name in STUDENTS[:5]] == ["15"] * 5
    assert "of which variant" in json.dumps(rows["nobody"])
    assert f"it names 2 variants, {emile['id']}" in rows["two"]["failure"]


def test_numbers_may_be_like_those_of_the_problem_or_any_that_are_agreeable(tmp_path: Path) -> None:
    """Mazur's weights have two decimals and are positive; without `like`, tenths of either sign are as good."""
    texts = {}
    for like in ("true", "false"):
        at = folder(tmp_path / like, STUDENTS[:3])
        (at / "hw3.yaml").write_text(ASSIGNMENT.replace("seed: 4", f"seed: 4, like: {like}"), "utf-8")
        found = made(at, "--sheets", "none")["variants"]
        texts[like] = [(at / f"hw3/variants/{one['id']}-1.yaml").read_text("utf-8") for one in found]
        rows = graded(at, at / "hw3/keys")
        assert {row["marks"] for row in rows.values()} == {"15"}
    assert not any(re.search(r"= -\d", text) for text in texts["true"])
    assert all(re.search(r"= -\d", text) for text in texts["false"])


def test_a_neighbours_sheet_is_named_and_its_right_answers_earn_nothing(whole: Path, tmp_path: Path) -> None:
    variants = index(whole)["variants"]
    sheets = tmp_path / "in"
    sheets.mkdir()
    for place, (one, student) in enumerate(zip(variants, [*STUDENTS[1:], STUDENTS[0]], strict=True)):
        (sheets / f"{place}.json").write_text(key(whole, one, student=student), "utf-8")
    rows = graded(whole, sheets)
    shares = []
    for one, student in zip(variants, [*STUDENTS[1:], STUDENTS[0]], strict=True):
        row = rows[student]
        said = json.dumps(row, ensure_ascii=False)
        assert f"fits variant {one['id']}" in said, student
        assert "it says that it is of variant" in said
        shares.append(row["earned"] / row["of"] if isinstance(row["of"], int) else row["earned"] / row["worth"])
    assert sum(shares) / len(shares) < 0.2  # words and numbers that happen to be the same


def test_a_student_is_not_told_whose_another_variant_is(whole: Path, tmp_path: Path) -> None:
    one, other = index(whole)["variants"][:2]
    name = other["students"][0]["name"]
    sheet = tmp_path / "sheet.json"
    sheet.write_text(key(whole, other, student=one["students"][0]["name"]), "utf-8")
    feedback = tmp_path / "feedback"
    run = backprop("grade", str(whole / "hw3"), str(sheet), "--csv", "--feedback", str(feedback))
    assert f"fits variant {other['id']} ({name})" in run.out
    (page,) = (path for path in feedback.iterdir() if path.suffix == ".md")
    told = page.read_text("utf-8")
    assert f"fits variant {other['id']} much better" in told
    assert name not in told


PAGES = {
    "html": 'class="new-page"',
    "latex": "\\clearpage",
    "typst": "#pagebreak",
    "markdown": "\n---\n",
    "text": "────",
}


@pytest.mark.parametrize(("format_", "page"), PAGES.items())
def test_all_sheets_may_be_in_one_file_each_on_pages_of_its_own(format_: str, page: str, tmp_path: Path) -> None:
    at = folder(tmp_path, STUDENTS[:3])
    (at / "hw3.yaml").write_text("title: One\nexercises: [{problem: mini-step, points: 2}]\n", "utf-8")
    found = made(at, "--sheets", format_, "--together")
    (file,) = (at / "hw3").glob("sheets.*")
    text = file.read_text("utf-8")
    assert text.count(page) >= 2
    assert all(one["id"] in text for one in found["variants"])
    assert all(name.split("/")[0] in text for name in STUDENTS[:3])
    assert not (at / "hw3/sheets").exists()


def test_groups_share_a_variant(tmp_path: Path) -> None:
    at = folder(tmp_path, STUDENTS[:6])
    (at / "hw3.yaml").write_text(ASSIGNMENT.replace("seed: 4", "seed: 4, per: group"), "utf-8")
    found = made(at, "--sheets", "none")
    assert [len(one["students"]) for one in found["variants"]] == [3, 3]
    assert not (at / "hw3/sheets").exists()
    beside = backprop("grade", str(at / "hw3.yaml"), str(at / "hw3/keys"), "--json")
    assert {one["marks"] for one in json.loads(beside.out)["sheets"] if "marks" in one} == {"15"}


def test_who_is_killed_goes_on_and_nothing_is_half_written(whole: Path, tmp_path: Path) -> None:
    at = folder(tmp_path)
    command = [sys.executable, "-m", "backprop_cli", "generate", "--assignment", str(at / "hw3.yaml"), "--students",
               str(at / "list.csv"), "-o", str(at / "hw3")]  # fmt: skip
    for wait in (2.0, 3.5, 5.0):
        run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        run.kill()
        run.wait()
        there = {name: content for name, content in files(at / "hw3").items() if "/." not in f"/{name}"}
        there.pop("draws.jsonl", None)
        assert there == {name: content for name, content in files(whole / "hw3").items() if name in there}
    made(at)
    ours = {name: content for name, content in files(at / "hw3").items() if not Path(name).name.startswith(".")}
    assert ours == files(whole / "hw3")


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    at = folder(tmp_path)
    asked = ["generate", "--assignment", str(at / "hw3.yaml")]
    assert "-o FOLDER" in backprop(*asked).err
    assert "--students" in backprop(*asked, "-o", str(at / "x")).err
    alone = backprop("generate", "--assignment", "mazur", "--students", str(at / "list.csv"), "-o", str(at / "x"))
    assert "a problem alone" in alone.err
    early = backprop("grade", str(at / "hw3.yaml"), str(at / "list.csv"))
    assert "there is no index of them" in early.err


def test_of_two_of_one_name_the_variant_says_whose_a_sheet_is(tmp_path: Path) -> None:
    at = folder(tmp_path / "twins", ["Ada Lovelace", "Kim Lee", "Kim Lee"])
    variants = made(at)["variants"]
    (tmp_path / "in").mkdir()
    for place, one in enumerate(variants):
        said = key(at, one, student="Kim Lee" if place else "Ada Lovelace")
        (tmp_path / "in" / f"sheet-{place}.json").write_text(said, "utf-8")
    run = backprop("grade", str(at / "hw3/index.json"), str(tmp_path / "in"), "--json")
    found = {one["ids"][0]: one for one in json.loads(run.out)["sheets"]}
    assert {number: one["file"].rsplit("/", 1)[-1] for number, one in found.items()} == {
        one["students"][0]["ids"][0]: f"sheet-{place}.json" for place, one in enumerate(variants)
    }
    assert not any(one.get("notes") for one in found.values())
    nobody = tmp_path / "nobody"  # who is on no list is nobody, whosever variant it is
    nobody.mkdir()
    (nobody / "x.json").write_text(key(at, variants[1], student="Stranger"), "utf-8")
    (only, *_absent) = json.loads(backprop("grade", str(at / "hw3/index.json"), str(nobody), "--json").out)["sheets"]
    assert (only["student"], only["notes"]) == ("Stranger", ["nobody of this name or id is on the list"])


def test_a_problem_in_two_exercises_is_drawn_for_what_each_asks(tmp_path: Path) -> None:
    """What is kept of a problem from draw to draw is of the exercise, not of its file alone."""
    path = tmp_path / "two.yaml"
    asked = "net_h1, out_h1, out_o1, E, delta_o1, delta_h1, w5_new, w1_new, state(h1)"
    path.write_text(f"title: Two\nexercises:\n  - problem: mazur\n  - {{problem: mazur, ask: [{asked}]}}\n", "utf-8")
    recipes = [Recipe(like=one.loaded, like_name="mazur") for one in load(str(path)).exercises]
    draws = range(1, 7)
    together = [[generate(recipe, 4, draw=draw).body for draw in draws] for recipe in recipes]
    apart = []
    for recipe in recipes:
        forget()
        apart.append([generate(recipe, 4, draw=draw).body for draw in draws])
    assert together == apart


def test_variants_are_marked_the_same_on_a_cluster_of_which_a_worker_is_lost(whole: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    sheets = tmp_path / "in"
    sheets.mkdir()
    for place, one in enumerate(index(whole)["variants"]):
        for copy in range(25):
            wrong = {} if copy % 3 else {"seen": f"{place}.{copy}"}
            (sheets / f"{one['id']}-{copy:02}.json").write_text(key(whole, one, **wrong), "utf-8")
    command = ["grade", str(whole / "hw3/index.json"), str(sheets), "--json"]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        lost = next(iter(cluster.workers.values())).pid
        with subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", *command, "--cluster", cluster.scheduler_address], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as marking:  # fmt: skip
            patience = time.monotonic() + 60
            while not busy(lost) and time.monotonic() < patience:
                time.sleep(0.05)
            os.kill(lost, signal.SIGKILL)
            out, err = marking.communicate(timeout=300)
    assert marking.returncode == 0, err
    assert out.decode() == backprop(*command, "--jobs", "1").out


def busy(process: int) -> bool:
    """Whether a process has worked for more than its start takes (where that can be seen)."""
    path = Path(f"/proc/{process}/stat")
    if not path.exists():
        return True
    used = sum(map(int, path.read_text("ascii").rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
    first = BEGUN.setdefault(process, used)
    return used - first > 0.5


BEGUN: dict[int, float] = {}  # seconds of processor time of a worker when it was first looked at
