"""What a student is given before the first question: the sheet of the problem, without room to write."""

from __future__ import annotations

from backprop_cli.documents.model import Document, Say
from backprop_cli.documents.writing import texts, writing
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.worksheets.exercise import SheetExercise
from backprop_cli.worksheets.given import given
from backprop_cli.worksheets.wording import how_to_round, introduction


def handout(lesson: Lesson) -> Document:
    """The sheet of a lesson: what is to be done, the network, every number, the formulas given, and how to round."""
    problem = lesson.worked.by_hand
    solution = Solution(problem, lesson.worked.trace(), Detail.TEXTBOOK, rounding=problem.rounding)
    lines = tuple(map(lesson.line, lesson.asked))
    exercise = SheetExercise(
        lesson.worked,
        writing(solution, lesson.charset),
        lesson.charset,
        lines,
        lesson.checker.marking,
        chosen=lesson.is_part,
        formulas=tuple(map(lesson.line, lesson.formulas)),
        questions=lesson.questions,
    )
    blocks = [*map(Say, introduction(exercise)), *given(exercise), *map(Say, texts(how_to_round(exercise)))]
    return exercise.document("{title}", blocks)
