"""What the project promises beside its program: archives that anybody can make again, locked libraries, forms."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from blocks import ROOT
from helpers import backprop
from packaging.requirements import Requirement

import backprop_cli
from backprop_cli.ground.words import languages
from backprop_cli.manual import FOLDER

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
GITHUB = ROOT / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
LOCK = runpy.run_path(str(ROOT / ".ci" / "lock.py"))


# ---- rooms -------------------------------------------------------------------------------------------------------


def test_what_runs_in_a_page_may_ask_no_room_but_the_door_and_the_tutor() -> None:
    """A room that is new is forbidden to it until somebody says otherwise."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    floors = next(one["layers"] for one in contracts if one["type"] == "layers" and "ground" in one["layers"])
    (glue,) = (one for one in contracts if any("web.marking" in name for name in one.get("source_modules", ())))
    rooms = {room.strip() for floor in floors for room in floor.split("|")} - {"__main__", "web"}
    forbidden = {name.removeprefix("backprop_cli.") for name in glue["forbidden_modules"]}
    assert rooms - forbidden == {"api", "tutor", "ground"}


# ---- wheel and source archive ------------------------------------------------------------------------------------

BUILD = (
    "import os, sys; os.umask(int(sys.argv[1], 8)); import hatchling.build as b; b.build_wheel('d'); b.build_sdist('d')"
)
PARTS = ("pyproject.toml", "README.md", "LICENSE", ".github", ".ci", "backprop_cli", "problems", "tests")
NO_BACKEND = importlib.util.find_spec("hatchling") is None


def built(folder: Path, umask: str, time: int) -> dict[str, str]:
    """The archives of a copy of the project whose files have other dates and rights, by the sums of their bytes."""
    for name in PARTS:
        for source in (ROOT / name).rglob("*") if (ROOT / name).is_dir() else [ROOT / name]:
            if source.is_file() and "__pycache__" not in source.parts:
                path = folder / source.relative_to(ROOT)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, path)
                path.chmod(0o666 & ~int(umask, 8))
                os.utime(path, (time, time))
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    (folder / "d").mkdir()
    subprocess.run([sys.executable, "-c", BUILD, umask], cwd=folder, env=environment, check=True, capture_output=True)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "d").iterdir()}


@pytest.mark.skipif(NO_BACKEND, reason="hatchling, which builds the package, is not installed")
def test_wheel_and_source_archive_are_the_same_to_the_byte_wherever_they_are_built(tmp_path: Path) -> None:
    first = built(tmp_path / "a", "022", 1_000_000_000)
    second = built(tmp_path / "elsewhere" / "b", "077", 1_700_000_000)
    assert sorted(name.rpartition("-")[0] and name.split("-")[0] for name in first) == ["backprop_cli"] * 2
    assert first == second


# ---- locked libraries ----------------------------------------------------------------------------------------------


def test_the_locked_libraries_are_those_that_are_promised() -> None:
    """Every requirement of the program, its extras and its tests has one locked version, which it allows."""
    lines = [line for line in (ROOT / ".ci" / "locked.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    locked = dict(line.split("==") for line in lines)
    assert len(locked) == len(lines)
    for requirement in LOCK["promised"]():
        version = locked[LOCK["named"](requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), (str(requirement), version)


def test_what_the_locked_libraries_need_is_locked() -> None:
    """pip needs nothing else for any of them that is installed here."""
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / ".ci" / "locked.txt").read_text("utf-8"), re.M))
    here = [name for name in locked if importlib.util.find_spec(name.replace("-", "_"))]
    assert len(here) > 20
    assert locked >= LOCK["locked"](map(Requirement, here)).keys()


def test_a_library_that_is_not_there_cannot_be_locked() -> None:
    with pytest.raises(SystemExit, match="no-such-library is not installed here"):
        LOCK["locked"]([Requirement("no-such-library")])


# ---- what stands beside the program --------------------------------------------------------------------------------


def test_the_metadata_say_who_and_what_for() -> None:
    assert PROJECT["version"] == backprop_cli.__version__
    assert PROJECT["authors"] == [{"name": "the backprop contributors"}]
    assert "urls" not in PROJECT
    assert (
        f"Programming Language :: Python :: {PROJECT['requires-python'].removeprefix('>=')}" in PROJECT["classifiers"]
    )


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load((GITHUB / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "version", "license", "type"} <= citation.keys()
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])
    assert [one["name"] for one in citation["authors"]] == [one["name"] for one in PROJECT["authors"]]


@pytest.mark.parametrize("language", languages())
def test_the_changes_begin_with_this_version(language: str) -> None:
    headings = re.findall(r"^## (\S+)", (FOLDER / language / "changes.md").read_text("utf-8"), re.M)
    assert headings[0] == PROJECT["version"]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_the_platform_shows(path: Path) -> None:
    """The keys that a form must have, questions of the known sorts, each with a name of its own."""
    form: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    kinds = [one["type"] for one in form["body"]]
    assert set(kinds) <= {"markdown", "textarea", "input", "dropdown", "checkboxes"}
    asked = [one for one in form["body"] if one["type"] != "markdown"]
    names = [one["id"] for one in asked]
    assert len(set(names)) == len(names) > 0
    assert all(one["attributes"]["label"] for one in asked)
    assert all(one["attributes"]["options"] for one in asked if one["type"] == "dropdown")


def test_there_is_a_form_for_each_sort_of_report() -> None:
    assert [path.stem for path in FORMS] == ["crash", "idea", "wrong-number", "wrong-verdict"]
    assert all("--version --verbose" in path.read_text("utf-8") for path in FORMS if path.stem != "idea")


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_topic_and_file_that_is_named_is_there(name: str) -> None:
    text = (GITHUB / name).read_text("utf-8")
    topics = re.findall(r"`backprop help (\w+)`", text)
    files = re.findall(r"`([\w.-]+(?:/[\w.-]+)+)`", text)
    assert topics
    assert all((FOLDER / "en" / f"{topic}.md").exists() for topic in topics)
    assert [one for one in files if not (ROOT / one).exists()] == []


# ---- versions for reports --------------------------------------------------------------------------------------------


def test_the_version_is_one_line_and_with_verbose_all_that_a_report_needs() -> None:
    short, long = backprop("--version").out, backprop("--version", "--verbose").out
    assert long.startswith(short)
    assert short == f"backprop {backprop_cli.__version__}\n"
    lines = long.splitlines()
    assert f"Python {sys.version.split()[0]}" in lines[1]
    assert all(any(name in line for line in lines) for name in ("sympy", "python-flint", "torch", "typst"))
    assert backprop("--verbose", "--version").out == long


def test_a_library_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_cli.cli.versions._USEFUL", ("no-such-library",))
    assert "no-such-library not installed" in backprop("--version", "--verbose").out


def test_verbose_alone_is_refused() -> None:
    run = backprop("--verbose", "solve", "mazur")
    assert (run.code, run.err) == (2, "backprop: --verbose goes with --version\n")


def test_no_test_is_imported_from_another() -> None:
    """What several of them need is in `tests/support/`; the table of benchmarks alone runs what they run."""
    found = {path: re.findall(r"^\s*from (test_\w+) import", path.read_text("utf-8"), re.MULTILINE)
             for path in sorted((ROOT / "tests").rglob("*.py")) if path.name != "table.py"}  # fmt: skip
    assert not {path.name: names for path, names in found.items() if names}
