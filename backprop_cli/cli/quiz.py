"""`backprop quiz`: what a learning platform imports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import (
    AskOnlyOption,
    AskOption,
    BandOption,
    NotationOption,
    OutputOption,
    ProblemArgument,
    RoundOption,
)
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_, plural, told

if TYPE_CHECKING:
    from backprop_cli.problem.assignment import Assignment
    from backprop_cli.problem.reader import Loaded
    from backprop_cli.quizzes.model import Quiz

EXAMPLE = "Example: backprop quiz mazur --for moodle -o mazur.xml"


def quiz(
    problem: ProblemArgument,
    for_: Annotated[
        str,
        typer.Option("--for", metavar="PLATFORM", help=n_("moodle, stack, canvas or qti21."), show_default=False),
    ],
    variants: Annotated[
        int | None,
        typer.Option(
            "--variants", min=1, max=500, metavar="N", help=n_("So many variants of each exercise in its place.")
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=n_("The same variants again."))] = None,
    band: BandOption = None,
    only: AskOnlyOption = None,
    ask: AskOption = None,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    output: OutputOption = None,
) -> None:
    """Write the questions of an exercise as a learning platform imports them."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import write
    from backprop_cli.quizzes.making import letters_left_out, quiz_of
    from backprop_cli.quizzes.platforms import platform_called, whole

    platform = platform_called(for_)
    _fits(output, platform.ending)
    for option, value in (("--seed", seed), ("--band", band)):
        if value is not None and variants is None:
            raise UsageError(_("{option} is about variants: it goes with --variants").format(option=option))
    if ask and variants is not None:
        raise UsageError(_("--ask does not go with --variants: write `ask` in the file"))
    assignment = opened(problem, notation, rounding, ask=ask)
    made = _variants(assignment, variants, seed, band, notation, rounding) if variants is not None else []
    found = quiz_of(assignment, whole(platform) if made else platform.cut, tuple(only or ()), made)
    write(platform.render(found), output)
    if output is not None:
        _say(found, output, variants)
    for said in platform.notes(found):
        typer.echo(said, err=True)
    if left_out := letters_left_out(found):
        said = plural(
            "{count} formula in letters is not in the quiz: no platform reads it",
            "{count} formulas in letters are not in the quiz: no platform reads them",
            left_out,
        )
        typer.echo(said, err=True)


def _say(made: Quiz, output: Path, variants: int | None) -> None:
    """What was written; variants count as one question, of which a student gets one."""
    questions = [one for one in made.questions if one.variant <= 1]
    counts = [
        plural("{count} question", "{count} questions", len(questions)),
        plural("{count} number", "{count} numbers", sum(len(list(one.numbers())) for one in questions)),
    ]
    if variants is not None:
        counts.append(plural("{count} variant of each", "{count} variants of each", variants))
    typer.echo(_("written: {path}: {said}").format(path=output, said=told(counts)))


def _fits(output: Path | None, ending: str) -> None:
    """Raises UsageError for a file whose ending is not that of the platform, and for a package without a file."""
    if output is None and ending == ".zip":
        raise UsageError(_("this needs a file to be written to: -o quiz{ending}").format(ending=ending))
    if output is not None and output.suffix and output.suffix.lower() != ending:
        said = _("{path}: for this platform, a file ends in {ending}")
        raise UsageError(said.format(path=output, ending=ending))


def _variants(
    assignment: Assignment, count: int, seed: int | None, band: int | None, notation: str | None, rounding: str | None
) -> list[list[Loaded]]:
    """So many variants of each exercise, the same from the same seed, asked and marked as the exercise is.

    Raises UsageError, which names the exercise, where there are not so many.
    """
    from backprop_cli.api.making import recipe_of, seed_of
    from backprop_cli.api.problem import Problem
    from backprop_cli.checking.assignments import redrawn
    from backprop_cli.generator.variants import BAND, variants_of

    number = seed_of(seed)
    made: list[list[Loaded]] = []
    for one in assignment.exercises:
        try:
            drawn = variants_of(recipe_of(like=Problem(one.loaded)), number, count, band or BAND).variants
        except UsageError as error:
            if assignment.is_alone:
                raise
            raise UsageError(_("exercise {number}: {said}").format(number=one.number, said=error)) from error
        made.append([redrawn(assignment, one, each.made.loaded.text, notation, rounding) for each in drawn])
    return made
