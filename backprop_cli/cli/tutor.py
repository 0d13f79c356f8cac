"""`backprop tutor`: asks for the lines of a problem one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import LearnerOption, NotationOption, complete_problem
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backprop_cli.problem.reader import Loaded
    from backprop_cli.tutor.lesson import Lesson

EXAMPLE = "Example: backprop tutor mazur --skill delta"


def tutor(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="[PROBLEM]",
            help=n_("A problem file, or the name of a bundled problem (mazur unless given)."),
            autocompletion=complete_problem,
            show_default=False,
        ),
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="QUANTITY", help=n_("Ask for this only; may be repeated."))
    ] = None,
    skill: Annotated[
        str,
        typer.Option(
            "--skill",
            metavar="SKILL",
            help=n_("Ask for net, activation, delta, gradient, update, … only; the rest is worked out for you."),
        ),
    ] = "",
    practice: Annotated[
        bool,
        typer.Option("--practice", help=n_("New exercises in your weakest skill, until all (or --skill) is mastered.")),
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=n_("Start over instead of going on."))] = False,
    learner: LearnerOption = "",
    notation: NotationOption = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ and ∂."))] = False,
) -> None:
    """Practise a problem: each line is asked for, judged as `check` does, with hints; it goes on where it was left."""
    from shlex import quote

    from backprop_cli.cli.output import charset_for
    from backprop_cli.cli.sessions import Learning
    from backprop_cli.tutor.skills import skills_called

    charset = charset_for(ascii_only)
    if practice:
        if problem or only:
            raise UsageError(_("--practice makes its own problems; --skill says which skill"))
        again = f" --skill {skill}" * bool(skill) + f" --notation {notation}" * bool(notation)
        Learning(learner, charset).practise(skills_called(skill) if skill else (), again, notation, fresh)
        return
    problem = problem or "mazur"
    if problem == "-":
        raise UsageError(_("the replies come from standard input, so the problem has to be in a file"))
    exercises = list(_exercises(problem, notation, tuple(only or ()), skill, charset))
    options = [f"--skill {skill}"] * bool(skill) + [f"--only {quote(one)}" for one in only or ()]
    Learning(learner, charset).learn(exercises, options, f"backprop tutor {quote(problem)}", fresh)


def _exercises(
    problem: str, notation: str | None, only: Sequence[str], skill: str, charset: str
) -> Iterator[tuple[int, Loaded, Lesson]]:
    """The lesson of a problem, with the number 0; those of the exercises of an assignment, with theirs.

    Raises UsageError where nothing is left to ask in any of them.
    """
    from backprop_cli.checking.comparable import comparable
    from backprop_cli.cli.assignments import opened
    from backprop_cli.solving.exercises import only_in
    from backprop_cli.solving.worked import WorkedProblem
    from backprop_cli.tutor.choosing import lesson_of

    assignment = opened(problem, notation, printed=False)
    all_ = {one.number: comparable(one.loaded) for one in assignment.exercises}
    nothing: list[UsageError] = []
    for number, names in only_in(all_, only).items():
        loaded = all_[number]
        try:
            lesson = lesson_of(WorkedProblem.of(loaded), names, skill, charset)
        except UsageError as error:  # of an exercise that has no line of this skill, say
            nothing.append(error)
        else:
            yield 0 if assignment.is_alone else number, loaded, lesson
    if len(nothing) == len(all_):
        raise nothing[0]
