"""`backprop problems`: the bundled problems and assignments, as a list, as a course and as a book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.cli.arguments import OutputOption
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _, listed, n_

EXAMPLE = "Example: backprop problems --show mazur > mine.yaml"


def problems(
    show: Annotated[
        str | None,
        typer.Option("--show", metavar="NAME", help=n_("Print this problem's file, to start your own from.")),
    ] = None,
    course: Annotated[
        bool,
        typer.Option("--course", help=n_("As a course: chapters, and what each problem teaches; -o writes its book.")),
    ] = False,
    chapter: Annotated[
        list[int] | None,
        typer.Option("--chapter", metavar="NUMBER", help=n_("Only this chapter of the course; may be repeated.")),
    ] = None,
    output: OutputOption = None,
) -> None:
    """List the bundled problems, print one of them, or all as a course: its contents, or a book with every solution."""
    if course or chapter:
        if show is not None:
            raise UsageError(_("--show prints one problem; it does not go with --course"))
        _course(chapter or [], output)
    elif output is not None:
        raise UsageError(_("what is written to a file is the book of the course: --course -o book.html"))
    elif show is not None:
        _show(show)
    else:
        _list()


def _show(name: str) -> None:
    """Prints the file of a problem or an assignment."""
    from backprop_cli.cli.output import write_document
    from backprop_cli.problem.finding import bundled, bundled_assignments

    known = bundled() | bundled_assignments()
    if name not in known:
        hint = did_you_mean(name, known) or _("`backprop problems` lists them")
        raise UsageError(_("no bundled problem called {name!r} ({hint})").format(name=name, hint=hint))
    write_document(known[name].read_text("utf-8"))


def _list() -> None:
    """Prints the names and titles."""
    from rich.table import Table
    from rich.text import Text

    from backprop_cli.cli.output import show_page
    from backprop_cli.problem.finding import bundled, bundled_assignments, title_line

    table = Table.grid(padding=(0, 2))
    for name, file in (bundled() | bundled_assignments()).items():
        table.add_row(Text(name, "bold cyan"), Text(_shown(_(title_line(file.read_text("utf-8"))))))
    show_page(table)


def _course(chapters: list[int], output: Path | None) -> None:
    """Prints the contents of the course, or writes its book in the format that the output's ending says."""
    from backprop_cli.api.book import book, contents
    from backprop_cli.cli.output import charset_for, count_shown, show_page, write
    from backprop_cli.formats import dialect_of, document_renderer, format_of, names_of_documents, writes_documents
    from backprop_cli.formats.terminal.plain import DocumentPage

    if output is None:
        show_page(DocumentPage(contents(charset_for(False), chapters)))
        return
    name = format_of(output)
    if not writes_documents(name):
        known = listed(names_of_documents())
        raise UsageError(_("no format called {name!r} for the book ({hint})").format(name=name, hint=known))
    with count_shown(_("problems")) as shown:
        document = book(dialect_of(name), chapters, shown)
    write(document_renderer(name)(document), output)


def _shown(title: str) -> str:
    """The title in the characters that stdout has."""
    from backprop_cli.cli.output import can_show_unicode

    if can_show_unicode():
        return title
    from backprop_cli.formats.terminal.ascii import in_ascii

    return in_ascii(title)
