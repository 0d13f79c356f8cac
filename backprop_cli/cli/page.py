"""`backprop page`: a problem for the browser, as a solution that moves or as an exercise that marks itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, ProblemArgument, RoundOption, written_to
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_, plural

if TYPE_CHECKING:
    from backprop_cli.web.products import Content

EXAMPLE = "Example: backprop page mazur -o mazur.html"


def page(
    problem: ProblemArgument = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=written_to,
            metavar="FILE.html|FOLDER/|FILE.zip",
            help=n_("Where to write; the ending says what kind of page: FILE.html moves, FOLDER/ and FILE.zip mark."),
        ),
    ] = None,
    marks: Annotated[
        bool, typer.Option("--marks", help=n_("The exercise that is marked in the browser, also as one FILE.html."))
    ] = False,
    runtime: Annotated[
        Path | None,
        typer.Option("--runtime", metavar="FOLDER", help=n_("Where the files of the runtime lie that marks.")),
    ] = None,
    fetch_runtime: Annotated[
        bool, typer.Option("--fetch-runtime", help=n_("Fetch that runtime once, by npm and pip, and keep it."))
    ] = False,
    rounding: RoundOption = None,
    notation: NotationOption = None,
) -> None:
    """Write a page for the browser: the solution that moves, or the exercise that is marked there, without a server."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.web.products import PageOrder, content_of

    if fetch_runtime:
        _fetch()
    if not problem:
        if fetch_runtime:
            return
        raise UsageError(_("which problem? backprop page PROBLEM -o FILE.html"))
    if output is None and sys.stdout.isatty():
        name = Path(problem).stem if problem != "-" else "page"
        raise UsageError(_("a page is written to a file: backprop page … -o {name}.html").format(name=name))
    _write(content_of(PageOrder(opened(problem, notation, rounding), output, runtime), marks), output)


def _fetch() -> None:
    """Fetches the runtime of the page that marks, and says what and where to."""
    from backprop_cli.web.marking.fetching import fetch

    folder = fetch(lambda said: typer.echo(said, err=True))
    typer.echo(_("the runtime is in {folder}").format(folder=folder), err=True)


def _write(content: Content, output: Path | None) -> None:
    """Writes the page; of one that is several files, says which."""
    from backprop_cli.cli.output import write
    from backprop_cli.web.products import write_files

    if isinstance(content, str | bytes):
        write(content, output)
        return
    for path in write_files(content):
        if path.parent == (output or path).parent:  # and not in a folder, which is said as a whole
            typer.echo(_("written: {path}").format(path=path), err=True)
    if output is not None and not output.suffix:
        size = sum(map(len, content.values())) / 1e6
        said = plural("{count} file", "{count} files", len(content))
        typer.echo(_("written: {path}/ ({files}, {size:.1f} MB)").format(path=output, files=said, size=size), err=True)
