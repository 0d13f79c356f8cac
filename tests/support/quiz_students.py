"""Students who answer the questions of a platform: right, each line rounded, or with one of the usual mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random

from simulation import Student, Work

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.assignments import load
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.values import read_value
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.assignment import Assignment
from backprop_cli.quizzes.making import quiz_of
from backprop_cli.quizzes.model import Quiz
from backprop_cli.quizzes.platforms import PLATFORMS
from backprop_cli.solving.worked import WorkedProblem

PRECISE = Rounding(figures=6)


@cache
def quiz(name: str, platform: str) -> Quiz:
    """The quiz of a problem, as it is cut for a platform."""
    return quiz_of(load(name), PLATFORMS[platform].cut)


@cache
def assignment(name: str) -> Assignment:
    """The problem."""
    return load(name)


@cache
def checker(name: str) -> Checker:
    """What `check` marks its sheets with."""
    problem = WorkedProblem.of(assignment(name).exercises[0].loaded)
    return Checker(problem, Marking(problem.problem))


@dataclass(frozen=True)
class Handed:
    """What a student gives: the numbers as they are written, and the marks that `check` gives for each.

    `unpaid` are the lines that have no marks in the light of the whole sheet, such as too many that show no work.
    """

    said: str
    answers: Mapping[Quantity, str]
    marks: Mapping[Quantity, float]
    planted: Quantity | None = None
    name: str = ""
    unpaid: frozenset[Quantity] = frozenset()
    problem: str = ""


def handed(name: str, said: str, student: Student, planted: tuple[Hypothesis, Quantity] | None = None) -> Handed:
    """The work of a student, and what `check` gives for it."""
    marks = checker(name)
    sheet = Work(marks.key, student, Random(1), planted).sheet()
    asked = {line.quantity for line in quiz(name, "moodle").questions[0].exercise.lines}
    by_program = (Answer(one, read_value(str(marks.key.true(one)))) for one in marks.key.reported if one in asked)
    sheet = Sheet((*(one for one in sheet.answers if one.quantity in asked), *by_program), sheet.source)
    report = check_sheet(marks, sheet)
    answers = {one.quantity: one.text for one in sheet.answers if one.text}
    earned = {mark.quantity: float(mark.earned) for mark in report.marks}
    unpaid = frozenset(mark.quantity for mark in report.marks if mark.verdict.unpaid)
    hypothesis, made_in = planted if planted else (None, None)
    return Handed(said, answers, earned, made_in, hypothesis.mistake.name if hypothesis else "", unpaid, name)


def right(name: str) -> Handed:
    """Somebody with a program, who writes six figures."""
    return handed(name, "right", Student(PRECISE, "calculator's memory", asked=False))


def rounded(name: str, figures: int = 4) -> Handed:
    """Somebody who rounds every line and goes on with that."""
    return handed(
        name, f"rounded to {figures} figures", Student(Rounding(figures=figures), "each line rounded", asked=False)
    )


@cache
def mistaken(name: str) -> tuple[Handed, ...]:
    """Each usual mistake that the quiz knows, made in one line, with right work behind it."""
    return tuple(_mistaken(name))


def _mistaken(name: str) -> Iterator[Handed]:
    student = Student(PRECISE, "calculator's memory", asked=False)
    for question in quiz(name, "moodle").questions:
        for number in question.numbers():
            for mistake in number.usual:
                yield handed(name, mistake.said, student, (mistake.hypothesis, number.quantity))


ALTERED = ("sign", "point", "last digit", "two figures", "one figure")


def altered(name: str, how: str) -> Iterator[Handed]:
    """Right work to four figures but for one line, in which something is nearly right."""
    marks = checker(name)
    student = Student(Rounding(figures=4), "calculator's memory", asked=False)
    whole = Work(marks.key, student, Random(1)).sheet()
    asked = [line.quantity for line in quiz(name, "moodle").questions[0].exercise.lines]
    texts = {one.quantity: one.text for one in whole.answers if one.quantity in asked and one.text}
    for quantity, text in texts.items():
        changed = _changed(text, how)
        if changed is not None:
            yield marked(name, how, {**texts, quantity: changed}, quantity)


def marked(name: str, said: str, texts: Mapping[Quantity, str], planted: Quantity | None = None) -> Handed:
    """What `check` gives for these numbers."""
    sheet = Sheet(tuple(Answer(one, read_value(text)) for one, text in texts.items()), said)
    report = check_sheet(checker(name), sheet)
    return Handed(said, texts, {mark.quantity: float(mark.earned) for mark in report.marks}, planted)


def _changed(text: str, how: str) -> str | None:
    number = Decimal(text)
    if number == 0:
        return None
    match how:
        case "sign":
            return str(-number)
        case "point":
            return f"{number * 10:f}"
        case "last digit":
            return f"{number + Decimal(1).scaleb(number.as_tuple().exponent):f}"
        case "two figures":
            return f"{number:.2g}" if "e" not in f"{number:.2g}" else None
        case "one figure":
            return f"{number:.1g}" if "e" not in f"{number:.1g}" else None
    raise AssertionError(how)
