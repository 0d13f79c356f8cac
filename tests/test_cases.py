"""Hundreds of small cases as a teacher reads them, in tests/cases; `pytest tests/test_cases.py --accept` takes them on.

pages: a problem and the lines of its solution; complaints: a file with something wrong in it and what is said of it;
verdicts: a sheet and how it is marked.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cases
import pytest
from cases import ALL, Case

from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.algebra.updates import PENALTIES
from backprop_cli.problem.layer_types import LAYER_TYPES

EXIT_CODES = {"pages": {0}, "complaints": {2}, "verdicts": {0, 1}}
LONGEST_FILE, MOST_LINES = 12, 26
NAMED = [*ACTIVATIONS, *LOSSES, *OPTIMIZERS, *PENALTIES, *SCHEDULES, *LAYER_TYPES]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_a_case_shows_what_was_accepted(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    run = case.run(tmp_path)
    shown = cases.lines_of(run)
    assert run.code in EXIT_CODES[case.kind], shown
    if request.config.getoption("--accept"):
        cases.accept(case, shown)
    else:
        assert shown == case.shown


def test_a_case_has_something_to_read_and_something_to_show() -> None:
    assert {case.kind for case in ALL} == set(EXIT_CODES)
    assert not [case.id for case in ALL if not all(text.strip() for text in (*case.files.values(), case.shown))]
    assert not [case.id for case in ALL if "problem.yaml" not in case.files]


def test_no_title_stands_twice() -> None:
    assert not [title for title, times in Counter((case.kind, case.title) for case in ALL).items() if times > 1]


def test_a_case_is_small() -> None:
    for case in ALL:
        assert max(text.count("\n") for text in case.files.values()) <= LONGEST_FILE, case.id
        assert case.shown.count("\n") <= MOST_LINES, case.id


@pytest.mark.parametrize("name", NAMED)
def test_every_row_of_a_table_has_its_page(name: str) -> None:
    pages = [text for case in ALL if case.kind == "pages" for text in case.files.values()]
    assert name in ("dense", "sgd") or any(re.search(rf"\b{name}\b", text) for text in pages)


def test_one_mistake_is_one_complaint_that_has_a_place() -> None:
    for case in ALL:
        if case.kind == "complaints" and case.theme.stem != "several":
            assert len(re.findall(r"^\w+\.\w+:(?:\d+:\d+:)? ", case.shown, re.M)) == 1, case.id


# ---- a key that there is not -------------------------------------------------------------------------------------

SAID = re.compile(r"^problem\.yaml:(\d+):(\d+): (.*)$", re.M)
OF_SHAPE = ("unknown key", "expected a")  # is told of a key by its own name alone


def said(shown: str) -> list[tuple[int, int, str]]:
    """The complaints about a problem, each with its place."""
    return [(int(line), int(column), message) for line, column, message in SAID.findall(shown)]


def complained_about(theme: str) -> list[Case]:
    return [case for case in ALL if case.kind == "complaints" and case.theme.stem == theme and said(case.shown)]


THEMES = sorted({case.theme.stem for case in ALL if case.kind == "complaints"} - {"yaml"})


@pytest.mark.parametrize("theme", THEMES)
def test_a_key_that_there_is_not_hides_nothing(theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for case in complained_about(theme):
        text = case.files["problem.yaml"].rstrip("\n") + "\nzqx: 1\n"
        shown = cases.lines_of(replace(case, files={**case.files, "problem.yaml": text}).run(tmp_path))
        assert said(shown) == [*said(case.shown), (text.count("\n"), 1, "unknown key 'zqx'")], case.id


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != "slides"])
def test_a_misspelt_key_hides_nothing_of_what_stands_under_it_or_elsewhere(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands behind it in its line moves by the letter that is too many."""
    monkeypatch.chdir(tmp_path)
    for case in complained_about(theme):
        text = case.files["problem.yaml"]
        for match in re.finditer(r"^(\w+):", text, re.M):
            key, at = match[1], text.count("\n", 0, match.start()) + 1
            before = [
                (line, column + (line == at and column > 1), message) for line, column, message in said(case.shown)
            ]
            if any(line == at and what.startswith(OF_SHAPE) for line, _column, what in before):
                continue
            wrong = text[: match.end(1)] + key[-1] + text[match.end(1) :]
            shown = cases.lines_of(replace(case, files={**case.files, "problem.yaml": wrong}).run(tmp_path))
            assert sorted(said(shown)) == sorted([*before, (at, 1, f"unknown key '{key}{key[-1]}'")]), case.id
