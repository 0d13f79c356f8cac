"""The arguments and options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.words import _


def complete_problem(incomplete: str) -> list[str]:
    """The bundled problems' names, for the shell; file names complete by themselves."""
    from backprop_cli.problem.reader import bundled

    names = [name for name in bundled() if name.startswith(incomplete)]
    return names + sorted(str(path) for path in Path().glob(f"{incomplete}*.y*ml") if incomplete is not None)


def complete_notation(incomplete: str) -> list[str]:
    """The notation presets, for the shell."""
    from backprop_cli.notation import notations

    return [name for name in notations() if name.startswith(incomplete)]


ProblemArgument = Annotated[
    str,
    typer.Argument(
        metavar="PROBLEM",
        help=_("A problem file, '-' for standard input, or the name of a bundled problem."),
        autocompletion=complete_problem,
        show_default=False,
    ),
]
NotationOption = Annotated[
    str | None,
    typer.Option(
        "--notation",
        help=_("Write it as a book does: plain, nielsen, mitchell, …, or a .toml file."),
        autocompletion=complete_notation,
    ),
]
DigitsOption = Annotated[
    int, typer.Option("--digits", min=1, max=1000, help=_("Significant digits, all of them correct."))
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help=_("Write to this file instead of stdout."))]
RoundOption = Annotated[
    str | None,
    typer.Option(
        "--round", metavar="PLACES", help=_("Round every line: 4 (places) or 4f (figures); 'none' for exact.")
    ),
]
CompareOption = Annotated[
    str | None,
    typer.Option(
        "--compare",
        metavar="conventions",
        help=_("Which answers change with a convention (sign of δ, ½ in the loss, …), and which do not."),
    ),
]
SymbolicOption = Annotated[
    bool,
    typer.Option("--symbolic", help=_("In letters: every line as a formula, gradients and updates in closed form.")),
]
