"""`backprop grade`: marks the sheets of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, OutputOption, ProblemArgument, RoundOption
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, listed, n_, plural

if TYPE_CHECKING:
    from backprop_cli.api.classes import Grades
    from backprop_cli.course.variants import Index
    from backprop_cli.problem.assignment import Assignment

_DUE = "due"  # by the times of the files
_MOST_DAYS = 6  # digits of their number
FEEDBACK = ("markdown", "html")
EXAMPLE = "Example: backprop check mazur --template >a.yml; backprop grade mazur a.yml"


def grade(
    problem: ProblemArgument,
    sheets: Annotated[
        list[Path],
        typer.Argument(
            metavar="SHEETS...",
            help=n_("Hand-ins in any format that check reads, folders and archives with them, or runs of others."),
        ),
    ],
    students: Annotated[
        Path | None,
        typer.Option("--students", metavar="FILE", help=n_("A list of who is in the class, with names and ids.")),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option("--feedback", metavar="FOLDER", help=n_("Write a report on each sheet into this folder or .zip.")),
    ] = None,
    feedback_as: Annotated[
        str | None, typer.Option("--feedback-as", metavar="markdown|html", help=n_("How the reports are written."))
    ] = None,
    show: Annotated[
        bool, typer.Option("--answers/--no-answers", help=n_("Whether the reports show the right values."))
    ] = True,
    book: Annotated[
        Path | None,
        typer.Option("--book", metavar="FILE", help=n_("A grade book from Canvas or Moodle, to fill the marks into.")),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help=n_("The column of the grade book that is filled."))
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=n_("Replace marks that stand in the grade book already."))
    ] = False,
    late: Annotated[
        list[str] | None,
        typer.Option(
            "--late",
            metavar="SHEET=DAYS|due",
            help=n_("How many days late a sheet is, or all by the times of their files; may be repeated."),
        ),
    ] = None,
    overrides: Annotated[
        list[Path] | None,
        typer.Option("--overrides", metavar="FILE", help=n_("A table of marks decided by hand; may be repeated.")),
    ] = None,
    statistics: Annotated[
        Path | None,
        typer.Option("--statistics", metavar="FILE", help=n_("Write a page of statistics: .html, .pdf, .md, .csv, …")),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", metavar="FILE", help=n_("Keep what was marked here, and go on where it was left.")),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help=n_("With --run: whose marks are others than the last time."))
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help=n_("How many processes mark: all cores, if many."))
    ] = None,
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="ADDRESS", help=n_("Mark on the workers of a dask scheduler."))
    ] = "",
    rounding: RoundOption = None,
    notation: NotationOption = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="text|csv|json|xlsx|parquet", help=n_("How the marks are written.")),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help=n_("The same as --format csv: a row for each student."))] = False,
    json: Annotated[bool, typer.Option("--json", help=n_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and ✓."))] = False,
    output: OutputOption = None,
) -> None:
    """Mark the sheets of a class: marks, statistics, which mistakes how often, and a report for every student."""
    if jobs is not None and jobs > 1 and not cluster:
        from backprop_cli.course.processes import begin

        begin()
    from backprop_cli.api import grade as graded
    from backprop_cli.cli.output import count_shown

    format_ = _format("csv" if csv else "json" if json else format_, output, book)
    said_as = _feedback_format(feedback, feedback_as)
    _all_used(book, column, overwrite, run, changed)
    with count_shown(_("sheets")) as shown:
        grades = graded(
            _opened(problem, notation, rounding), sheets, late=_days(late or []), by_due=_DUE in (late or []),
            students=students,
            overrides=overrides or (), feedback=said_as, answers=show, run=run, jobs=jobs, cluster=cluster, shown=shown,
        )  # fmt: skip
    _refuse_nothing(grades)
    for said in grades.remarks:
        typer.echo(visible(said), err=True)
    if changed:
        _show_changes(grades)
    if book is None and (output is not None or not changed):
        _show(grades, format_, ascii_only, output)  # before the feedback: whatever befalls it, the marks are there
    if book is not None:
        _fill(grades, book, column, overwrite, output)
    if statistics is not None:
        grades.write_statistics(statistics)
    if feedback is not None:
        _write_feedback(grades, feedback)


def _opened(problem: str, notation: str | None, rounding: str | None) -> Assignment | Index:
    """The assignment or problem; where each student has a variant, the index of these, which may stand beside it."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.course.variants import index_beside, is_index, read_index

    if is_index(Path(problem)):
        if notation or rounding:
            raise UsageError(_("variants are marked as their own files say: leave out --notation and --round"))
        return read_index(Path(problem))
    found = opened(problem, notation, rounding)
    return found if found.variants is None else index_beside(found)


def _refuse_nothing(grades: Grades) -> None:
    """Raises UsageError where no sheet could be read."""
    if next(grades.graded.marked, None) is None:
        failures = [sheet.failure for sheet in grades.graded.failures if not sheet.is_absent]
        raise UsageError("\n".join([_("none of the sheets could be read"), *failures]))


def _all_used(book: Path | None, column: str, overwrite: bool, run: Path | None, changed: bool) -> None:
    """Raises UsageError for an option that has nothing to do here."""
    if book is None and (column or overwrite):
        raise UsageError(_("{option} says how --book is filled; there is none").format(
            option="--column" if column else "--overwrite"
        ))  # fmt: skip
    if changed and run is None:
        raise UsageError(_("--changed compares with the last time: keep it with --run FILE"))


def _days(late: list[str]) -> dict[str, int]:
    """The days by sheet."""
    found: dict[str, int] = {}
    for text in late:
        if text == _DUE:
            continue
        name, _sign, days = text.rpartition("=")
        if not name or not (days.isascii() and days.isdigit()) or len(days) > _MOST_DAYS:
            message = _("--late {text!r}: write the sheet and a whole number of days, as in ann.yaml=2")
            raise UsageError(message.format(text=text))
        found[name] = int(days)
    return found


def _format(format_: str | None, output: Path | None, book: Path | None) -> str:
    """The format that is asked for, or that the ending of the file names."""
    from backprop_cli.api.classes import ENDINGS

    if book is not None:
        if format_ is not None:
            raise UsageError(_("--book writes the grade book; leave out --format"))
        return "terminal"
    if format_ is None:
        from backprop_cli.formats import format_of

        return format_of(output, ENDINGS) if output is not None else "terminal"
    names = tuple(dict.fromkeys(ENDINGS.values()))
    if format_ not in names:
        raise UsageError(_("no format called {name!r} ({names})").format(name=format_, names=listed(names)))
    if format_ in ("xlsx", "parquet") and output is None:
        raise UsageError(_("{format} goes into a file: -o marks.{format}").format(format=format_))
    return format_


def _feedback_format(feedback: Path | None, wished: str | None) -> str:
    """In which format the feedback is; empty where none is wanted. Platforms show HTML, so an archive holds that."""
    if wished is not None and wished not in FEEDBACK:
        raise UsageError(_("no format called {name!r} ({names})").format(name=wished, names=listed(FEEDBACK)))
    if feedback is None:
        if wished is not None:
            raise UsageError(_("--feedback-as says how the reports are written: say where with --feedback FOLDER"))
        return ""
    return wished or ("html" if feedback.suffix.lower() == ".zip" else "markdown")


def _show(grades: Grades, format_: str, ascii_only: bool, output: Path | None) -> None:
    from backprop_cli.cli.output import charset_for, write, write_page
    from backprop_cli.formats.reports.grading_data import json_pieces
    from backprop_cli.formats.reports.tables import csv_lines

    if format_ in ("terminal", "text"):
        from backprop_cli.formats.reports.grading import class_page  # what only a page needs: rich

        page = class_page(grades.graded, charset_for(ascii_only, output))
        write_page(page, plain=format_ == "text", output=output)
    elif format_ == "csv":
        write(csv_lines(grades.graded), output)
    elif format_ == "json":
        write(json_pieces(grades.graded), output)
    else:
        write(grades.write(format_), output)


def _show_changes(grades: Grades) -> None:
    """Who gains and who loses against the marking before."""
    from backprop_cli.numbers.exact import from_text, marks_text

    changes = grades.changes
    for one in changes:
        before, now = (
            _("not marked") if text is None else marks_text(from_text(text)) for text in (one.before, one.now)
        )
        said = _("{student}: {before} -> {now}").format(student=one.student, before=before, now=now)
        typer.echo(visible(said))
    typer.echo(plural("{count} sheet has other marks", "{count} sheets have other marks", len(changes)), err=True)


def _fill(grades: Grades, book: Path, column: str, overwrite: bool, output: Path | None) -> None:
    """Writes the grade book with the marks, to the output: never over the one that was given, unless that is said."""
    from backprop_cli.cli.output import write

    filled = grades.fill(book, column, overwrite)
    write(filled.data, output)
    for said in filled.remarks:
        typer.echo(visible(said), err=True)
    count = plural("{count} mark filled in", "{count} marks filled in", filled.count)
    typer.echo(count, err=True)


def _write_feedback(grades: Grades, folder: Path) -> None:
    """A report on each sheet that could be read, under the name of the sheet or in the folder of its platform."""
    failures = grades.write_feedback(folder)
    count = sum(1 for _sheet in grades.graded.marked) - len(failures)
    sheets = plural("{count} sheet", "{count} sheets", count)
    typer.echo(_("feedback in {folder}: {sheets}").format(folder=folder, sheets=sheets), err=True)
    for said in failures:
        typer.echo(visible(said), err=True)
    if failures:
        raise typer.Exit(2)
