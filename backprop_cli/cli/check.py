"""`backprop check`: marks a sheet of answers line by line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import AskOption, NotationOption, OutputOption, ProblemArgument, RoundOption
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from backprop_cli.checking.checkers import Checkers, Reports
    from backprop_cli.checking.sheets import Sheet

EXAMPLE = "Example: backprop check mazur --template"
REPORTS = {".txt": "text", ".json": "json", ".md": "markdown", ".markdown": "markdown"}  # endings, and their format
TEMPLATES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".csv": "csv"}


def check(
    problem: ProblemArgument,
    answers: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[ANSWERS]...",
            help=n_(
                "The work: YAML, JSON, CSV, text, Markdown, LaTeX, HTML, .ipynb, .xlsx, .docx, .npz; "
                "'-': standard input."
            ),
        ),
    ] = None,
    blank_sheet: Annotated[bool, typer.Option("--template", help=n_("Print a sheet to fill in."))] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help=n_("With --template or --interactive: not only what is asked for."))
    ] = False,
    ask: AskOption = None,
    interactive: Annotated[bool, typer.Option("--interactive", help=n_("Ask for the answers one by one."))] = False,
    show: Annotated[
        bool, typer.Option("--answers/--no-answers", help=n_("Whether the right values are shown."))
    ] = True,
    what: Annotated[
        bool, typer.Option("--what", help=n_("First print what was read, as a sheet, and what was not."))
    ] = False,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="text|markdown|json", help=n_("How the report is written."))
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=n_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and ✓."))] = False,
    output: OutputOption = None,
) -> None:
    """Mark a sheet of answers: what is right, what follows from an earlier slip, and which mistake the rest shows."""
    from backprop_cli.checking.checkers import Checkers
    from backprop_cli.cli.assignments import opened

    assignment = opened(problem, notation, rounding, ask=ask)
    checkers = Checkers.of(assignment, in_class=False)
    if blank_sheet:
        from backprop_cli.checking.blank_exercises import blank_exercises

        kind = _template_format(format_, output)
        _write_template(blank_exercises(checkers, everything, kind), kind, output)
        return
    sheets = _sheets(checkers, answers or [], interactive, everything)
    if what:
        _show_what_was_read(checkers, sheets, to_stderr=json or format_ is not None or output is not None)
    reports = checkers.check(sheets)
    student = next(filter(None, (sheet.student for sheet in sheets)), "")
    _show(reports, checkers.title, student, show, "json" if json else format_, ascii_only, output)
    if not reports.all_right:
        raise typer.Exit(1)


def _sheets(checkers: Checkers, answers: list[Path], interactive: bool, everything: bool) -> tuple[Sheet, ...]:
    """The answers to every exercise, from files or asked for."""
    from backprop_cli.checking.handed_in import content_of

    if interactive:
        from backprop_cli.checking.asked import asked_lines
        from backprop_cli.checking.asking import ask
        from backprop_cli.cli.output import reply_to
        from backprop_cli.problem.assignment import heading_of

        sheets, say = [], partial(typer.echo, err=True)
        for number, checker in enumerate(checkers.checkers, start=1):
            if not checkers.is_alone:
                typer.echo(visible(heading_of(number, checker.problem)), err=True)
            asked = [line.quantity for line in asked_lines(checker.worked, everything)]
            sheets.append(ask(checker.names, asked, reply_to, say, checker.questions))
        return tuple(sheets)
    if not answers:
        hint = _("`backprop check PROBLEM --template` prints a sheet to fill in; --interactive asks for the answers")
        raise UsageError(_("no answers ({hint})").format(hint=hint))
    if checkers.is_alone and len(answers) > 1:
        raise UsageError(_("several files are for an assignment, with a file for each exercise: ex1.txt, ex2.txt"))
    return checkers.read_files([content_of(one) for one in answers])


def _show_what_was_read(checkers: Checkers, sheets: tuple[Sheet, ...], to_stderr: bool) -> None:
    """Prints what was read, before anything is judged; not among what a program or a file gets."""
    from backprop_cli.cli.output import write
    from backprop_cli.formats.reports.reading import what_was_read
    from backprop_cli.problem.assignment import heading_of

    for number, (checker, sheet) in enumerate(zip(checkers.checkers, sheets, strict=True), start=1):
        above = "" if checkers.is_alone else f"{visible(heading_of(number, checker.problem))}\n"
        if to_stderr:
            typer.echo(above + what_was_read(sheet), err=True)
        else:
            write(f"{above}{what_was_read(sheet)}\n", None)


def _write_template(text: str, kind: str, output: Path | None) -> None:
    """Writes the sheet to fill in, with what editors need where it is YAML."""
    from backprop_cli.cli.output import write
    from backprop_cli.cli.schema import put_beside
    from backprop_cli.problem.json_schema import editor_line

    write(f"{editor_line('answers')}\n{text}" if kind == "yaml" else text, output)
    if output is not None and kind == "yaml":
        put_beside(output, "answers")


def _template_format(named: str | None, output: Path | None) -> str:
    from backprop_cli.formats import format_of

    return named or (format_of(output, TEMPLATES, "yaml") if output is not None else "yaml")


def _show(
    reports: Reports,
    title: str,
    student: str,
    answers: bool,
    format_: str | None,
    ascii_only: bool,
    output: Path | None,
) -> None:
    """Writes the reports to the terminal, to stdout or to a file."""
    from backprop_cli.cli.output import charset_for, write, write_page
    from backprop_cli.formats import format_of
    from backprop_cli.formats.reports.exercises import reports_json, reports_markdown, reports_page

    if format_ is None and output is not None:
        format_ = format_of(output, REPORTS)
    if format_ == "json":
        write(reports_json(reports, title, student, answers), output)
    elif format_ == "markdown":
        write(reports_markdown(reports, student, answers, title), output)
    elif format_ in (None, "text"):
        page = reports_page(reports, title, student, answers, charset_for(ascii_only, output))
        write_page(page, plain=format_ == "text", output=output)
    else:
        raise UsageError(_("no format called {name!r} (text, markdown or json)").format(name=format_))
