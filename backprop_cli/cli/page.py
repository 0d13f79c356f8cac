"""`backprop page`: a problem for the browser, in a file that needs no server and nothing from the network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, ProblemArgument, RoundOption, written_to
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from backprop_cli.web.products import Content

EXAMPLE = "Example: backprop page mazur -o mazur.html"


def page(
    problem: ProblemArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=written_to,
            metavar="FILE.html",
            help=n_("Write to this file; its ending says what kind of page. '-' is stdout."),
        ),
    ] = None,
    rounding: RoundOption = None,
    notation: NotationOption = None,
) -> None:
    """Write a page for the browser: the solution that moves, line by line, with numbers that can be changed."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.web.products import Order, product_for

    product = product_for(output)
    if output is None and sys.stdout.isatty():
        name = Path(problem).stem if problem != "-" else "page"
        raise UsageError(_("a page is written to a file: backprop page … -o {name}.html").format(name=name))
    _write(product.make(Order(opened(problem, notation, rounding), output)), output)


def _write(content: Content, output: Path | None) -> None:
    """Writes the page; of one that is several files, says which."""
    from backprop_cli.cli.output import write
    from backprop_cli.ground.replacing import make_folder, write_file

    if isinstance(content, str | bytes):
        write(content, output)
        return
    for path, inside in content.items():
        make_folder(path.parent)
        write_file(path, inside)
        typer.echo(_("written: {path}").format(path=path), err=True)
