"""An assignment with all that its exercises name understood, and the points of each shared out among its lines."""

from __future__ import annotations

from dataclasses import replace as _replace
from typing import Any

from backprop_cli.ground.errors import Complaint, SourceError, SourcesError, together
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import from_text
from backprop_cli.problem import assignment_reader
from backprop_cli.problem.assignment import Assignment, Exercise, Head
from backprop_cli.problem.reader import EXERCISES, Loaded, load_text
from backprop_cli.problem.settings import with_rounding
from backprop_cli.problem.tree import read_tree, span_at
from backprop_cli.questions import reading
from backprop_cli.questions.reading import understood


def load(name: str, notation: str | None = None, rounding: str | None = None) -> Assignment:
    """The assignment, or the problem alone, at a path, from `-`, or bundled under this name, understood.

    `rounding` is what `--round` takes. Raises what `assignment_reader.load` does, and a located error for every name
    that means nothing.
    """
    with reading.and_names():
        assignment = assignment_reader.load(name, notation)
    exercises: list[Exercise] = []
    errors: list[SourceError] = []
    for one in assignment.exercises:
        try:
            exercises.append(_exercise(assignment, one, rounding))
        except (SourceError, SourcesError) as error:
            errors += error.errors
    if errors:
        raise together(errors)
    return _replace(assignment, exercises=tuple(exercises))


def redrawn(
    assignment: Assignment, one: Exercise, text: str, notation: str | None = None, rounding: str | None = None
) -> Loaded:
    """The problem in a text with other numbers in place of an exercise's: asked, marked and worded as that one is.

    `notation` and `rounding` are what `load` was given. Raises what `load` does, where a question has no answer here.
    """
    before = one.loaded
    loaded = load_text(text, before.source, notation, letters=True, folder=before.folder, above=before.above)
    problem = _replace(loaded.problem, title=before.problem.title, text=before.problem.text)
    return _exercise(assignment, _replace(one, loaded=_replace(loaded, problem=problem)), rounding).loaded


def _exercise(assignment: Assignment, one: Exercise, rounding: str | None) -> Exercise:
    found = understood(one.loaded)
    found = _replace(found, problem=with_rounding(found.problem, rounding))
    if one.points is None:
        return _replace(one, loaded=found)
    from backprop_cli.checking.points import shared_out  # what a problem alone need not wait for

    marks = shared_out(found, one.points)
    if marks is None:
        span = span_at(assignment.tree, (EXERCISES, one.number - 1, "points"), key=True)
        complaint = Complaint(_("nothing that is asked for has marks, so that there is nothing to share out"), span)
        raise SourceError(assignment.source, [complaint], assignment.text)
    return _replace(one, loaded=_replace(found, problem=_replace(found.problem, marks=marks)))


def kept(assignment: Assignment) -> tuple[Any, tuple[Any, ...]]:
    """What an assignment is pickled as: a function and its arguments, all plain, that read it again."""
    exercises = tuple(
        (one.number, one.points and str(one.points), reading.kept(one.loaded)[1]) for one in assignment.exercises
    )
    return _again, (assignment.source, assignment.text, exercises, assignment.head)


def _again(source: str, text: str, exercises: tuple[Any, ...], head: Head | None) -> Assignment:
    found = tuple(
        Exercise(number, reading.again(*arguments), points and from_text(points))
        for number, points, arguments in exercises
    )
    return Assignment(source, text, read_tree(text, source), found, head)
