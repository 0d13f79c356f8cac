"""`backprop tutor`: asks for the lines of a problem one at a time."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, complete_problem
from backprop_cli.words import _, n_

EXAMPLE = "Example: backprop tutor mazur --skill delta"
LearnerOption = Annotated[
    str, typer.Option("--learner", metavar="NAME", help=n_("Who practises, where several share a machine."))
]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("tutor", epilog=EXAMPLE)(tutor)


def tutor(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="[PROBLEM]",
            help=n_("A problem file, or the name of a bundled problem (mazur unless given)."),
            autocompletion=complete_problem,
            show_default=False,
        ),
    ] = "mazur",
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
    fresh: Annotated[bool, typer.Option("--fresh", help=n_("Start over instead of going on."))] = False,
    learner: LearnerOption = "",
    notation: NotationOption = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ and ∂."))] = False,
) -> None:
    """Practise a problem: each line is asked for, judged as `check` does, with hints; it goes on where it was left."""
    from backprop_cli.cli.output import can_show_unicode
    from backprop_cli.cli.sessions import Session
    from backprop_cli.errors import UsageError
    from backprop_cli.problem.reader import load
    from backprop_cli.solution import check_quantities
    from backprop_cli.tutor.lesson import lesson_of

    if problem == "-":
        raise UsageError(_("the replies come from standard input, so the problem has to be in a file"))
    loaded = load(problem, notation)
    check_quantities(loaded)
    charset = "ascii" if ascii_only or not can_show_unicode() else "unicode"
    lesson = lesson_of(loaded.problem, tuple(only or ()), skill, charset)
    options = [f"--skill {skill}"] * bool(skill) + [f"--only {one}" for one in only or ()]
    session = Session.of(lesson, loaded, learner, options, f"backprop tutor {problem}")
    session.run(fresh)
