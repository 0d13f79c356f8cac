"""`backprop check`: marks a sheet of answers line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, OutputOption, ProblemArgument, RoundOption
from backprop_cli.words import _

if TYPE_CHECKING:
    from backprop_cli.checking.report import Report
    from backprop_cli.checking.sheets import Sheet
    from backprop_cli.problem.model import Problem

EXAMPLE = "Example: backprop check mazur --template > mine.yaml, fill it in, then backprop check mazur mine.yaml"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("check", epilog=EXAMPLE)(check)


def check(
    problem: ProblemArgument,
    answers: Annotated[
        Path | None,
        typer.Argument(metavar="[ANSWERS]", help=_("The sheet: YAML, JSON or CSV; '-' for standard input.")),
    ] = None,
    template: Annotated[bool, typer.Option("--template", help=_("Print a sheet to fill in."))] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help=_("With --template or --interactive: not only what is asked for."))
    ] = False,
    interactive: Annotated[bool, typer.Option("--interactive", help=_("Ask for the answers one by one."))] = False,
    show: Annotated[
        bool, typer.Option("--answers/--no-answers", help=_("Whether the right values are shown."))
    ] = True,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="text|markdown|json", help=_("How the report is written."))
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=_("Plain ASCII instead of δ, ∂ and ✓."))] = False,
    output: OutputOption = None,
) -> None:
    """Mark a sheet of answers: what is right, what follows from an earlier slip, and which mistake the rest shows."""
    from dataclasses import replace

    from backprop_cli.problem.reader import load

    loaded = load(problem, notation)
    if template:
        _write(_template(loaded.problem, everything, format_, output), output)
        return
    sheet = _sheet(loaded.problem, answers, interactive, everything)
    marked = replace(loaded.problem, rounding=_rounding(loaded.problem, rounding))
    report = _report(marked, sheet)
    _show(report, sheet.student or "", show, "json" if json else format_, ascii_only, output)
    if not report.all_right:
        raise typer.Exit(1)
