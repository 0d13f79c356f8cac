"""Students who answer the questions of a platform: right, each line rounded, or with one of the usual mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from simulation import Student, Work

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.assignments import load
from backprop_cli.checking.checker import Checker, check_sheet
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.marking import Marking
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
    """What a student gives: the numbers as they are written, and the marks that `check` gives for each."""

    said: str
    answers: Mapping[Quantity, str]
    marks: Mapping[Quantity, float]
    planted: Quantity | None = None
    name: str = ""


def handed(name: str, said: str, student: Student, planted: tuple[Hypothesis, Quantity] | None = None) -> Handed:
    """The work of a student, and what `check` gives for it."""
    marks = checker(name)
    sheet = Work(marks.key, student, Random(1), planted).sheet()
    asked = {line.quantity for line in quiz(name, "moodle").questions[0].exercise.lines}
    sheet = Sheet(tuple(one for one in sheet.answers if one.quantity in asked), sheet.source)
    report = check_sheet(marks, sheet)
    answers = {one.quantity: one.text for one in sheet.answers if one.text}
    earned = {mark.quantity: float(mark.earned) for mark in report.marks}
    return Handed(said, answers, earned, planted[1] if planted else None, planted[0].mistake.name if planted else "")


def right(name: str) -> Handed:
    """Somebody with a program, who writes six figures."""
    return handed(name, "right", Student(PRECISE, "calculator's memory", asked=False))


def rounded(name: str, figures: int = 4) -> Handed:
    """Somebody who rounds every line and goes on with that."""
    return handed(
        name, f"rounded to {figures} figures", Student(Rounding(figures=figures), "each line rounded", asked=False)
    )


def mistaken(name: str) -> Iterator[Handed]:
    """Each usual mistake that the quiz knows, made in one line, with right work behind it."""
    student = Student(PRECISE, "calculator's memory", asked=False)
    for question in quiz(name, "moodle").questions:
        for number in question.numbers():
            for mistake in number.usual:
                yield handed(name, mistake.said, student, (mistake.hypothesis, number.quantity))
