"""The three documents of a problem, by the names that the command line knows them by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from backprop_cli.documents.model import Block, Document
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.ground.errors import unknown
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import SolveOptions, solved
from backprop_cli.worksheets.exercise import SheetExercise, exercise_of
from backprop_cli.worksheets.rubric import what_earns
from backprop_cli.worksheets.sheet import answered, asked, head
from backprop_cli.writing.notation import in_words_of

TITLES = {"sheet": "{title}", "key": n_("Key: {title}"), "rubric": n_("Marking rubric: {title}")}
PARTS = tuple(TITLES)


def part_called(name: str, more: tuple[str, ...] = ()) -> str:
    """The name, where it is one of a part or of `more`; raises UsageError for one that is none."""
    if name not in (*PARTS, *more):
        raise unknown(_("no part called {name!r} ({hint})"), name, (*PARTS, *more))
    return name


@record
class Choices:
    """What a lecturer chooses: quantities, reminders on the sheet, lines of room, the worked solution in the key."""

    only: tuple[str, ...] = ()
    formulas: bool = False
    space: int | None = None
    worked: bool = False


def parts(names: Collection[str], loaded: Loaded, dialect: str, choices: Choices) -> dict[str, Document]:
    """Those of the three documents that are named, their mathematics in a dialect."""
    with in_words_of(loaded.problem.notation):
        exercise = exercise_of(loaded, dialect, choices.only, in_full="rubric" in names)
        heads: dict[str, tuple[Block, ...]] = {"sheet": head(exercise)}
        return {
            name: exercise.document(_(TITLES[name]), (*heads.get(name, ()), *body(name, exercise, choices)))
            for name in names
        }


def body(name: str, exercise: SheetExercise, choices: Choices) -> Sequence[Block]:
    """What stands in one of the documents of an exercise below its head, so that several can stand in one."""
    with in_words_of(exercise.problem.notation):
        return tuple(_body(name, exercise, choices))


def _body(name: str, exercise: SheetExercise, choices: Choices) -> Iterable[Block]:
    match name:
        case "sheet":
            return asked(exercise, choices.formulas, choices.space)
        case "key":
            return answered(exercise, _worked(exercise, choices))
        case "rubric":
            return what_earns(exercise)
    raise AssertionError(name)


def _worked(exercise: SheetExercise, choices: Choices) -> Document | None:
    """The whole worked solution, where it is wished for."""
    if not choices.worked:
        return None
    return solution_document(solved(exercise.worked, SolveOptions(only=choices.only)), exercise.dialect)
