"""The three documents of a problem, by the names that the command line knows them by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backprop_cli.documents.model import Block, Document
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.worksheets.exercise import Exercise, exercise_of
from backprop_cli.worksheets.rubric import rubric, what_earns
from backprop_cli.worksheets.sheet import answered, asked, key, sheet
from backprop_cli.writing.notation import in_words_of

PARTS = ("sheet", "key", "rubric")


def part_called(name: str, more: tuple[str, ...] = ()) -> str:
    """The name, where it is one of a part or of `more`; raises UsageError for one that is none."""
    if name not in (*PARTS, *more):
        hint = did_you_mean(name, (*PARTS, *more)) or listed((*PARTS, *more))
        raise UsageError(_("no part called {name!r} ({hint})").format(name=name, hint=hint))
    return name


@record
class Choices:
    """What a lecturer chooses: quantities, reminders on the sheet, lines of room, the worked solution in the key."""

    only: tuple[str, ...] = ()
    formulas: bool = False
    space: int | None = None
    worked: bool = False


def parts(names: Iterable[str], loaded: Loaded, dialect: str, choices: Choices) -> dict[str, Document]:
    """Those of the three documents that are named, their mathematics in a dialect."""
    with in_words_of(loaded.problem.notation):
        exercise = exercise_of(loaded, dialect, choices.only)
        return {name: _part(name, exercise, loaded, choices) for name in names}


def _part(name: str, exercise: Exercise, loaded: Loaded, choices: Choices) -> Document:
    match name:
        case "sheet":
            return sheet(exercise, choices.formulas, choices.space)
        case "key":
            return key(exercise, _worked(loaded, exercise.dialect, choices) if choices.worked else None)
        case "rubric":
            return rubric(exercise)
    raise AssertionError(name)


def body(name: str, exercise: Exercise, loaded: Loaded, choices: Choices) -> Sequence[Block]:
    """What stands in one of the documents of an exercise below its head, so that several can stand in one."""
    with in_words_of(loaded.problem.notation):
        return tuple(_body(name, exercise, loaded, choices))


def _body(name: str, exercise: Exercise, loaded: Loaded, choices: Choices) -> Iterable[Block]:
    match name:
        case "sheet":
            return asked(exercise, choices.formulas, choices.space)
        case "key":
            return answered(exercise, _worked(loaded, exercise.dialect, choices) if choices.worked else None)
        case "rubric":
            return what_earns(exercise)
    raise AssertionError(name)


def _worked(loaded: Loaded, dialect: str, choices: Choices) -> Document:
    return solution_document(solution_of(loaded, SolveOptions(only=choices.only)), dialect)
