"""Hand-ins printed by simulated students, and solutions as their authors print them: read and judged as a sheet is."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "students"))

import measure_workings
from measure_workings import checked, course_of, papers, told
from printing import FORMS
from workings import FAULTS, HABITS, Paper, paper

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.problem.reader import load_text
from backprop_cli.solving.worked import WorkedProblem

SAME = ("text", "text, broken lines", "Markdown, TeX", "Markdown, table", "LaTeX", "LaTeX, aligned")
SAMPLE = ("09-mazur", "16-softmax-network", "18-han-kamber", "25-adam")
FOLDER = Path(__file__).parent / "published"


# ---- simulated students ------------------------------------------------------------------------------------------


@cache
def drawn(problem: str) -> tuple[Paper, ...]:
    return tuple(papers(course_of(problem), 1))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("problem", SAMPLE)
def test_working_is_read_and_judged_in_every_format(problem: str, form: str) -> None:
    tally = measure_workings.Tally()
    for one in drawn(problem):
        tally.add(course_of(problem), problem, one, FORMS[form])
    assert tally.wrong == len(FAULTS)
    assert not tally.examples
    assert tally.accepted == tally.right > tally.wrong


@pytest.mark.parametrize("problem", SAMPLE)
@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_text_markdown_and_latex_give_the_same_report(problem: str, fault: str) -> None:
    one = paper(course_of(problem), HABITS[0], 7, fault)
    assert one is not None
    reports = [essence(checked(problem, FORMS[form].write(one), FORMS[form].ending)) for form in SAME]
    assert reports[0]["lines"]
    assert all(report == reports[0] for report in reports)


def essence(report: dict[str, Any]) -> dict[str, Any]:
    """A report without the working as it was typed."""
    lines = [
        line | {"said": "", "working": line["working"] | {"said": ""}} if told(line) == "arithmetic" else line
        for line in report["lines"]
    ]
    return report | {"lines": lines}


@pytest.mark.slow
@pytest.mark.parametrize("problem", measure_workings.PROBLEMS)
def test_many_hand_ins_are_read_and_judged(problem: str) -> None:
    tally = measure_workings.Tally()
    course = course_of(problem)
    for one in papers(course, 4):
        for form in FORMS.values():
            tally.add(course, problem, one, form)
    good = sum(count for said, count in tally.told.items() if len(set(said.split(": "))) == 1)
    assert (tally.accepted, tally.false_alarms) == (tally.right, 0)
    assert good >= 0.98 * tally.wrong


# ---- as authors print them ---------------------------------------------------------------------------------------

PUBLISHED = {  # file: which case of the exercise, how many lines are read, and those that are not right in full
    "bptt.txt": (0, 5, {}),
    "colah.html": (0, 7, {}),
    "cs231n.txt": (0, 2, {}),
    "han-kamber.md": (0, 20, {"delta_4": "too few digits", "delta_5": "too few digits"}),
    "hmkcode.txt": (0, 7, {"w1_new": "too few digits", "w5_new": "too few digits", "w6_new": "too few digits"}),
    "kaushal-relu.md": (0, 17, {}),
    "macleod.txt": (0, 6, {}),
    "mazur.md": (0, 25, {}),
    "mind-xor.md": (0, 3, {"w7_new": "wrong", "w8_new": "wrong", "w9_new": "wrong"}),
    "negnevitsky.tex": (0, 15, {}),
    "softmax.md": (1, 8, {}),
}


@pytest.mark.parametrize("file", PUBLISHED)
def test_a_published_solution_is_checked_as_it_is_printed(file: str) -> None:
    case, count, expected = PUBLISHED[file]
    lines = published(file, case)
    assert {line["quantity"]: line["verdict"] for line in lines if line["marks"] != line["of"]} == expected
    assert [line["quantity"] for line in lines if told(line) != "nothing"] == []
    assert len(lines) == count


def published(file: str, case: int) -> list[dict[str, Any]]:
    """The lines of the report on a solution."""
    path = FOLDER / file
    exercise = yaml.safe_load((FOLDER.parents[1] / "published" / f"{path.stem}.yaml").read_text("utf-8"))
    own = Checker(WorkedProblem(load_text(exercise["cases"][case]["problem"], "problem").problem))
    report = check_sheet(own, read_bytes(path.read_bytes(), file, path.suffix, own.reader))
    return [line for line in json.loads(report_json(report))["lines"] if line["answer"]]
