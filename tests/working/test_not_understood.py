"""What is not understood is listed with its place: on the page, in JSON, and in the last sentence."""

from __future__ import annotations

import io
import json
from functools import cache

from rich.console import Console

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking import report_page
from backprop_cli.formats.reports.checking_data import report_data
from backprop_cli.formats.reports.checking_markdown import report_markdown
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

WORK = "net_h1 = 0.3775\nfoo_7 = 0.3 * 0.2 = 0.06\nout_h1 = 0.5933\n"


@cache
def checker() -> Checker:
    return Checker(WorkedProblem(load("mazur").problem))


def report(work: str) -> Report:
    return check_sheet(checker(), read_bytes(work.encode(), "ann.txt", ".txt", checker().reader))


def page(work: str) -> str:
    console = Console(file=(file := io.StringIO()), width=100)
    console.print(report_page(report(work)))
    return file.getvalue()


def test_a_line_that_was_not_understood_stands_on_the_page() -> None:
    said = page(WORK)
    assert "Not understood, and so not judged:\n   line 2: foo_7 (no quantity called 'foo_7')" in "\n".join(
        line.rstrip() for line in said.split("\n")
    )
    assert said.rstrip().endswith("2 of 2 marks: all that was read is right")


def test_where_everything_was_understood_all_is_right() -> None:
    said = page(WORK.replace("foo_7 = 0.3 * 0.2 = 0.06\n", ""))
    assert "Not understood" not in said
    assert said.rstrip().endswith("2 of 2 marks: all right")


def test_it_stands_in_json_and_markdown() -> None:
    found = report(WORK)
    data = json.loads(json.dumps(report_data(found)))
    assert data["not_understood"] == [{"line": 2, "cell": None, "text": "foo_7", "why": "no quantity called 'foo_7'"}]
    assert "\n- line 2: foo" in report_markdown(found)


def test_of_very_many_lines_the_page_says_how_many_more_there_are() -> None:
    said = page(WORK + "".join(f"kappa_{n} = {n}.5\n" for n in range(10, 40)))
    assert "11 more lines: --what lists them" in said


def test_work_that_was_not_understood_is_not_all_right() -> None:
    found = report(WORK)
    assert (found.all_read_is_right, found.all_right) == (True, False)
    assert report(WORK.replace("foo_7 = 0.3 * 0.2 = 0.06\n", "")).all_right


def test_of_very_much_work_for_one_quantity_it_is_said_what_is_not_judged() -> None:
    found = report("net_h1 = " + " = ".join(["0.15*0.05 + 0.2*0.1 + 0.35"] * 70) + " = 0.3775")
    assert [one.message for one in found.unread] == [
        "more than 60 parts of the work for net_h1; the others are not judged"
    ]
