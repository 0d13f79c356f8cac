"""The rules of marking, a case each: a problem, a sheet, and what it earns (`judging/rules.yaml`).

The numbers are worked out by hand; a problem is as small as the rule allows.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import as_fraction, backprop
from sheets import checker, mark_of

from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.numbers.rounded import Rounding

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent / "judging" / "rules.yaml").read_text("utf-8"), yaml.BaseLoader
)


def judged(case: dict[str, Any]) -> Report:
    """The report on the sheet of a case."""
    digits = {word: int(count) for word, count in case.get("rounding", {}).items()}
    marker = checker(case["problem"], Rounding(**digits) if digits else None)
    text = "answers:\n" + "".join(f"  {key}: {value!r}\n" for key, value in case["sheet"].items())
    return check_sheet(marker, read_text(text.replace("'", '"'), "sheet.yaml", marker.names, "yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_sheet_is_judged_by_the_rules(case: dict[str, Any]) -> None:
    report = judged(case)
    explainer = Explainer(report)
    said = {
        mark.quantity.key: (mark.verdict.rule.value, " ".join([
            explainer.verdict(mark.verdict), explainer.remark(mark), explainer.explanation(mark).said
        ]))
        for mark in report.marks
    }  # fmt: skip
    assert as_fraction(report.earned) == Fraction(case["marks"]), said
    for key, wanted in case.get("verdicts", {}).items():
        rule, words = (wanted, "") if isinstance(wanted, str) else wanted
        if rule == "wrong":
            assert mark_of(report, key).earned == 0, said[key]
            assert mark_of(report, key).verdict.rule in (Outcome.WRONG, Outcome.MISTAKE), said[key]
        else:
            assert said[key][0] == rule, said[key]
        assert words in said[key][1]


def test_every_rule_has_its_cases() -> None:
    assert {mark.verdict.rule for case in CASES for mark in judged(case).marks} == set(Outcome) - {Outcome.BLANK}


def test_the_sheet_s_remarks_stand_on_the_report() -> None:
    text = "answers: {net_h1: 0,3775, out_h1: hardly, net_h9: 1}\nmatriculation: 7\n"
    run = backprop("check", "mazur", "-", stdin=text)
    assert run.code == 1
    assert "1 of 2 marks" in run.out
    assert "comma" in run.out
    assert "'hardly' is not a number" in run.out
    assert "no quantity called 'net_h9'" in run.out


@pytest.mark.parametrize("row", ["net_h1,0,3775", "net_h1;0,3775", "net_h1\t０．３７７５", "net_h1,ca. 0.3775"])
def test_a_table_is_read_however_its_decimals_are_written(row: str) -> None:
    marker = checker("mazur")
    report = check_sheet(marker, read_text(f"{row}\n", "sheet.csv", marker.names, "csv"))
    assert report.all_right


def test_a_line_worth_a_third_shows_no_second_stroke(tmp_path: Path) -> None:
    text = "inputs: [1]\ntargets: [0]\nlayers: [{neurons: [y], weights: [[0.3]]}]\nloss: half_squared_error\n"
    path = tmp_path / "p.yaml"
    path.write_text(text + "marks: {net_y: 1/3}\n")
    run = backprop("check", str(path), "-", stdin="net_y: 0.72\n")
    assert "0 of 1/3" in run.out
    assert "0/1/3" not in run.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("marks: {net_y: -1}", "marks are 0 or more"),
        ("marks: {net_y: pi}", "marks are 0 or more"),
        ("marks: {net_y: 1e400}", "marks are at most 1,000,000"),
        ("marks: {net_z: 1}", "no quantity called 'net_z'"),
        ("marking: {too_few: 2}", "from 0 to 1"),
        ("marking: {tolerance: {relative: 0.1, absolute: 1}}", "exactly one of them"),
        ("marking: {late: {}}", "exactly one of them"),
        ("marking: {follow_through: maybe}", "no rule for what follows called 'maybe'"),
        ("marking: {digits: {places: 3, figures: 2}}", "exactly one of them"),
        ("marking: {digit: free}", "unknown key"),
    ],
)
@pytest.mark.parametrize("command", ["check", "grade", "worksheet", "lint", "solve"])
def test_every_command_refuses_a_marking_that_cannot_be(line: str, said: str, command: str, tmp_path: Path) -> None:
    path, sheet = tmp_path / "p.yaml", tmp_path / "ann.yaml"
    text = "inputs: [1]\ntargets: [0]\nlayers: [{neurons: [y], weights: [[0.3]]}]\nloss: half_squared_error\n"
    path.write_text(f"{text}{line}\n")
    sheet.write_text("answers: {net_y: 0.3}\n")
    run = backprop(command, str(path), *([str(sheet)] if command in ("check", "grade") else []))
    assert run.code == 2
    assert "p.yaml:5:" in run.err
    assert said in run.err
