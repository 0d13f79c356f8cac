"""`backprop problems`: the bundled problems and assignments."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.ground.words import _, n_

EXAMPLE = "Example: backprop problems --show mazur > mine.yaml"


def problems(
    show: Annotated[
        str | None,
        typer.Option("--show", metavar="NAME", help=n_("Print this problem's file, to start your own from.")),
    ] = None,
) -> None:
    """List the bundled problems, which read as a course, or print one of them."""
    from rich.table import Table
    from rich.text import Text

    from backprop_cli.cli.output import show_page, write_document
    from backprop_cli.ground.errors import UsageError, did_you_mean
    from backprop_cli.problem.finding import bundled, bundled_assignments

    known = bundled() | bundled_assignments()
    if show is not None:
        if show not in known:
            hint = did_you_mean(show, known) or _("`backprop problems` lists them")
            raise UsageError(_("no bundled problem called {name!r} ({hint})").format(name=show, hint=hint))
        write_document(known[show].read_text("utf-8"))
        return
    table = Table.grid(padding=(0, 2))
    for name, file in known.items():
        table.add_row(Text(name, "bold cyan"), Text(_shown(_(_title(file.read_text("utf-8"))))))
    show_page(table)


def _title(text: str) -> str:
    """The title line of a problem file, without reading the whole problem."""
    line = next((line for line in text.split("\n") if line.startswith("title:")), "")
    return line.removeprefix("title:").strip().strip("\"'")


def _shown(title: str) -> str:
    """The title in the characters that stdout has."""
    from backprop_cli.cli.output import can_show_unicode

    if can_show_unicode():
        return title
    from backprop_cli.formats.terminal.ascii import in_ascii

    return in_ascii(title)
