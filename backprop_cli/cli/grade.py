"""`backprop grade`: marks the sheets of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, OutputOption, ProblemArgument, RoundOption
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from backprop_cli.checking.grading import Class, Graded

MARKS = {".txt": "text", ".csv": "csv", ".json": "json"}  # endings of files with marks, and their format
_MOST_DAYS = 6  # digits of their number
EXAMPLE = "Example: backprop check mazur --template >a.yml; backprop grade mazur a.yml"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("grade", epilog=EXAMPLE)(grade)


def grade(
    problem: ProblemArgument,
    sheets: Annotated[
        list[Path],
        typer.Argument(metavar="SHEETS...", help=n_("Hand-ins in any format that check reads, or folders with them.")),
    ],
    feedback: Annotated[
        Path | None,
        typer.Option("--feedback", metavar="FOLDER", help=n_("Write a report on each sheet into this folder.")),
    ] = None,
    show: Annotated[
        bool, typer.Option("--answers/--no-answers", help=n_("Whether the reports show the right values."))
    ] = True,
    late: Annotated[
        list[str] | None,
        typer.Option("--late", metavar="SHEET=DAYS", help=n_("How many days late a sheet is; may be repeated.")),
    ] = None,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="text|csv|json", help=n_("How the marks are written."))
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help=n_("The same as --format csv: a row for each student."))] = False,
    json: Annotated[bool, typer.Option("--json", help=n_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and ✓."))] = False,
    output: OutputOption = None,
) -> None:
    """Mark the sheets of a class: marks, statistics, which mistakes how often, and a report for every student."""
    from backprop_cli.api import grade as graded
    from backprop_cli.api import load
    from backprop_cli.ground.errors import UsageError

    format_ = _format("csv" if csv else "json" if json else format_, output)
    marked = graded(load(problem, notation=notation, rounding=rounding), sheets, late=_days(late or [])).graded
    if not marked.marked:
        raise UsageError(
            "\n".join([_("none of the sheets could be read"), *(sheet.failure for sheet in marked.sheets)])
        )
    _show(marked, format_, ascii_only, output)  # before the feedback: whatever befalls it, the marks are there
    if feedback is not None:
        _write_feedback(marked, feedback, show)


def _days(late: list[str]) -> dict[str, int]:
    """The days by sheet."""
    from backprop_cli.ground.errors import UsageError

    found: dict[str, int] = {}
    for text in late:
        name, _sign, days = text.rpartition("=")
        if not name or not (days.isascii() and days.isdigit()) or len(days) > _MOST_DAYS:
            message = _("--late {text!r}: write the sheet and a whole number of days, as in ann.yaml=2")
            raise UsageError(message.format(text=text))
        found[name] = int(days)
    return found


def _format(format_: str | None, output: Path | None) -> str:
    """The format that is asked for, or that the ending of the file names."""
    from backprop_cli.ground.errors import UsageError

    if format_ is None:
        from backprop_cli.formats import format_of

        return format_of(output, MARKS) if output is not None else "terminal"
    if format_ not in ("text", "csv", "json"):
        raise UsageError(_("no format called {name!r} (text, csv or json)").format(name=format_))
    return format_


def _show(marked: Class, format_: str, ascii_only: bool, output: Path | None) -> None:
    from backprop_cli.cli.output import charset_for, write, write_page
    from backprop_cli.formats.reports import grading

    if format_ == "csv":
        write(grading.class_csv(marked), output)
    elif format_ == "json":
        write(grading.class_json(marked), output)
    else:
        write_page(grading.class_page(marked, charset_for(ascii_only, output)), plain=format_ == "text", output=output)


def _write_feedback(marked: Class, folder: Path, show: bool) -> None:
    """A report in Markdown on each sheet that could be read, under the name of the sheet."""
    from backprop_cli.cli.feedback import write_feedback
    from backprop_cli.formats.reports.checking import report_markdown

    def report(sheet: Graded) -> str:
        assert sheet.report is not None
        return report_markdown(sheet.report, sheet.student, show)

    failures = list(write_feedback(marked.marked, folder, report))
    count = len(marked.marked) - len(failures)
    typer.echo(_("feedback on {count} sheets in {folder}").format(count=count, folder=folder), err=True)
    for said in failures:
        typer.echo(visible(said), err=True)
    if failures:
        raise typer.Exit(2)
