"""The arguments and options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.ground.words import n_


def complete_problem(incomplete: str) -> list[str]:
    """The bundled problems' names, for the shell; file names complete by themselves."""
    from backprop_cli.problem.reader import bundled

    names = [name for name in bundled() if name.startswith(incomplete)]
    return names + sorted(str(path) for path in Path().glob(f"{incomplete}*.y*ml") if incomplete is not None)


def complete_notation(incomplete: str) -> list[str]:
    """The notation presets, for the shell."""
    from backprop_cli.writing.notation import known_notations

    return [name for name in known_notations() if name.startswith(incomplete)]


ProblemArgument = Annotated[
    str,
    typer.Argument(
        metavar="PROBLEM",
        help=n_("A problem file, '-' for standard input, or the name of a bundled problem."),
        autocompletion=complete_problem,
        show_default=False,
    ),
]
NotationOption = Annotated[
    str | None,
    typer.Option(
        "--notation",
        help=n_("Write it as a book does: plain, nielsen, mitchell, …, or a .toml file."),
        autocompletion=complete_notation,
    ),
]
LearnerOption = Annotated[
    str, typer.Option("--learner", metavar="NAME", help=n_("Who practises, where several share a machine."))
]


def written_to(path: Path | None) -> Path | None:
    """Where the output goes; `-` is stdout, as if nothing were said."""
    return None if path is not None and str(path) == "-" else path


def is_yaml(path: Path) -> None:
    """Raises UsageError for the name of a new problem that ends as no problem file does."""
    from backprop_cli.formats import format_of

    format_of(path, dict.fromkeys((".yaml", ".yml", ".json"), "yaml"), "yaml")


OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", callback=written_to, help=n_("Write to this file instead of stdout.")),
]
AskOnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="QUANTITY",
        help=n_("Ask only for the chain of lines that leads to this quantity; may be repeated."),
    ),
]
AskOption = Annotated[
    list[str] | None,
    typer.Option(
        "--ask",
        metavar="NAME",
        help=n_("Ask for this, not what the file asks: a quantity, a matrix (dW1), a question; may be repeated."),
    ),
]
RoundOption = Annotated[
    str | None,
    typer.Option(
        "--round", metavar="PLACES", help=n_("Round every line: 4 (places) or 4f (figures); 'none' for exact.")
    ),
]
BandOption = Annotated[
    int | None,
    typer.Option(
        "--band",
        min=1,
        max=100,
        metavar="PERCENT",
        show_default="10",
        help=n_("How far their difficulties may be from the middle: ± so many per cent."),
    ),
]
