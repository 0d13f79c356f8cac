"""The three documents of a problem, by the names that the command line knows them by."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_cli.documents.model import Document
from backprop_cli.documents.worked import worked_document
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import Wishes, solution_of
from backprop_cli.worksheets.exercise import exercise_of
from backprop_cli.worksheets.rubric import rubric
from backprop_cli.worksheets.sheet import key, sheet

PARTS = ("sheet", "key", "rubric")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a lecturer chooses: quantities, reminders on the sheet, lines of room, the worked solution in the key."""

    only: tuple[str, ...] = ()
    formulas: bool = False
    space: int | None = None
    worked: bool = False


def part(name: str, loaded: Loaded, dialect: str, choices: Choices) -> Document:
    """One of the three documents, its mathematics in a dialect."""
    exercise = exercise_of(loaded, dialect, choices.only)
    match name:
        case "sheet":
            return sheet(exercise, choices.formulas, choices.space)
        case "key":
            return key(exercise, _worked(loaded, dialect, choices) if choices.worked else None)
        case "rubric":
            return rubric(exercise)
    raise AssertionError(name)


def _worked(loaded: Loaded, dialect: str, choices: Choices) -> Document:
    return worked_document(solution_of(loaded, Wishes(only=choices.only)), dialect)
