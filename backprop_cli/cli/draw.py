"""`backprop draw`: a picture of a problem for slides and worksheets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, ProblemArgument, RoundOption, written_to
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_

EXAMPLE = "Example: backprop draw mazur -o mazur.svg"


def draw(
    problem: ProblemArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=written_to,
            help=n_("Write to this file; its ending says the format. '-' is stdout."),
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=n_(
                "network, graph, loss (over the epochs), descent (on the curve of the loss), rates (learning rates or "
                "starting points compared), gradients (their sizes by layer) or updates (parameters step by step); "
                "unless given, what suits the problem."
            ),
        ),
    ] = None,
    show: Annotated[
        str,
        typer.Option(
            "--show",
            metavar="names|values|gradients",
            help=n_("In a network or a graph: only names, for a worksheet; values too; gradients too."),
        ),
    ] = "gradients",
    at: Annotated[
        str, typer.Option("--at", metavar="PASS", help=n_("Which pass a network or a graph shows: 'sample 2'."))
    ] = "",
    digits: Annotated[
        int, typer.Option("--digits", min=1, max=12, help=n_("Significant digits, all of them correct."))
    ] = 4,
    rounding: RoundOption = None,
    gates: Annotated[bool, typer.Option("--gates", help=n_("A graph split into gates of one operation each."))] = False,
    notation: NotationOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="svg|png|pdf", help=n_("Instead of by the ending of the file."))
    ] = None,
    dpi: Annotated[int, typer.Option("--dpi", min=30, max=1200, help=n_("Dots per inch of a PNG."))] = 200,
) -> None:
    """Draw the network, the computation graph or the course of the training, for slides and worksheets."""
    from backprop_cli.api.problem import Problem
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import epochs_shown, write

    wanted = _format(format_, output, problem)
    exercises = opened(problem, notation, rounding, printed=False).exercises
    places = _places(output, [one.number for one in exercises])
    pictures = []
    for one in exercises:
        with epochs_shown(one.loaded.problem.all_epochs) as on_epoch:
            picture = Problem(one.loaded).draw(
                kind, show=show, at=at, digits=digits, gates=gates, format=wanted, dpi=dpi, on_epoch=on_epoch
            )
        pictures.append(picture.data)
    for place, data in zip(places, pictures, strict=True):
        write(data, place)
        if len(places) > 1:
            typer.echo(_("written: {path}").format(path=place), err=True)


def _places(output: Path | None, numbers: Sequence[int]) -> list[Path | None]:
    """Where the picture of each exercise is written: of one, to the output; of several, beside it, with its number."""
    if len(numbers) == 1:
        return [output]
    if output is None:
        said = _("{count} exercises are as many pictures, which need a file: -o sheet.svg")
        raise UsageError(said.format(count=len(numbers)))
    return [output.with_name(f"{output.stem}-{number}{output.suffix}") for number in numbers]


def _format(named: str | None, output: Path | None, problem: str) -> str:
    """The format: the one named, or by the ending; raises UsageError for a picture that nobody could see."""
    from backprop_cli.pictures.figures import FORMATS, format_called

    if output is None and sys.stdout.isatty():
        name = Path(problem).stem if problem != "-" else "picture"
        raise UsageError(_("a picture is written to a file: backprop draw … -o {name}.svg").format(name=name))
    wanted = (named or (output.suffix.removeprefix(".") if output else "svg")).lower()
    if wanted in FORMATS:
        return wanted
    if named is None and output is not None:
        said = _("{path}: the ending of a picture is .svg, .png or .pdf")
        raise UsageError(said.format(path=output))
    return format_called(wanted)
