"""Sheets for the tests of checking: the right answers of a problem, with some of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from helpers import loaded

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.shown import shown
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem, RoundingRule
from backprop_cli.questions.reading import load, understood
from backprop_cli.solving.worked import WorkedProblem


@cache
def problem(source: str, rounding: Rounding | None = None) -> Problem:
    """A bundled problem by its name, or the one in a text; with `rounding`, every line is rounded."""
    found = (understood(loaded(source)) if "\n" in source else load(source)).problem
    return replace(found, rounding=RoundingRule(rounding)) if rounding is not None else found


@cache
def checker(source: str, rounding: Rounding | None = None) -> Checker:
    """What marks the sheets of a problem."""
    return Checker(WorkedProblem(problem(source, rounding)))


@cache
def solution(source: str, everything: bool = False, rounding: Rounding | None = None) -> Mapping[Quantity, str]:
    """The right answers to what is asked for, to the digits asked for."""
    marker = checker(source, rounding)
    lines = asked_lines(marker.worked, everything)
    return {line.quantity: shown(marker.key, marker.marking, line.quantity).text() for line in lines}


def right_answers(source: str, rounding: Rounding | None = None) -> dict[str, str]:
    """The right answers by their keys."""
    return {quantity.key: text for quantity, text in solution(source, rounding=rounding).items()}


def right_sheet(source: str, format_: str = "yaml", everything: bool = False) -> str:
    """The template of a problem, filled with the solution."""
    return blank_sheet(checker(source).worked, everything, format_, solution(source, everything))


def checked(
    source: str, answers: Mapping[str, object], filled: bool = False, rounding: Rounding | None = None
) -> Report:
    """The report on these answers; with `filled`, everything else is answered right."""
    marker = checker(source, rounding)
    written = {**(right_answers(source, rounding) if filled else {}), **answers}
    text = "answers:\n" + "".join(f"  {key}: {value}\n" for key, value in written.items())
    return check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))


def mark_of(report: Report, key: str) -> Mark:
    """The line of a report."""
    return next(mark for mark in report.marks if mark.quantity.key == key)


def verdicts(report: Report) -> dict[str, str]:
    """The rule by which each line was judged."""
    return {mark.quantity.key: mark.verdict.rule.value for mark in report.marks}


def causes(report: Report, key: str) -> list[str]:
    """The names of the mistakes that explain a line, the likeliest first."""
    return list(dict.fromkeys(cause.mistake.name for cause in mark_of(report, key).verdict.causes))
