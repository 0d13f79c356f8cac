"""`backprop tutor`: asks for the lines of a problem one at a time."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli.arguments import LearnerOption, NotationOption, complete_problem
from backprop_cli.ground.words import _, n_

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
    from backprop_cli.api import load
    from backprop_cli.cli.output import charset_for
    from backprop_cli.cli.sessions import Learning
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.solving.worked import WorkedProblem
    from backprop_cli.tutor.choosing import lesson_of
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
    loaded = load(problem, notation=notation).comparable
    lesson = lesson_of(WorkedProblem.of(loaded), tuple(only or ()), skill, charset)
    options = [f"--skill {skill}"] * bool(skill) + [f"--only {one}" for one in only or ()]
    Learning(learner, charset).learn(lesson, loaded, options, f"backprop tutor {problem}", fresh)
