"""`backprop generate` of an assignment: a variant for every student or group, or so many that are nobody's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, plural

if TYPE_CHECKING:
    from backprop_cli.course.handing_out import Made
    from backprop_cli.course.roster import Roster
    from backprop_cli.problem.assignment import Assignment


def hand_out(
    assignment: str,
    students: Path | None,
    seed: int | None,
    band: int | None,
    sheets: str,
    folder: Path | None,
    together: bool = False,
    count: int | None = None,
) -> None:
    """Writes the variants into the folder, as far as they are not there, and says what was written."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import count_shown
    from backprop_cli.course.handing_out import Handing, with_rule
    from backprop_cli.formats import dialect_of, document_renderer, ending_of
    from backprop_cli.worksheets.qr import is_installed

    if folder is None or folder.is_file():
        raise UsageError(_("variants need a folder to be written to: -o FOLDER"))
    found = opened(assignment)
    if count is not None and students is not None:
        raise UsageError(_("--variants are nobody's, those of --students somebody's: leave out one of them"))
    roster = _roster(found, students) if count is None else None
    found = with_rule(found, seed, band)
    for remark in roster.remarks if roster is not None else ():
        typer.echo(remark, err=True)
    run = Handing(found, roster, folder, count or 0, together=together)
    if sheets != "none":
        run.dialect, run.ending, run.write = dialect_of(sheets), ending_of(sheets), document_renderer(sheets)
        if not is_installed():
            typer.echo(_("no QR codes on the sheets: pip install 'backprop-cli[qr]'"), err=True)
    shows: dict[str, tuple[int, int]] = {}
    with count_shown(_("variants")) as shown:
        run.told = lambda what, done, total: shown(*_together(shows, what, done, total, len(found.exercises) + 1))
        made = run.run()
    _say(made, folder)


def _together(shows: dict[str, tuple[int, int]], what: str, done: int, total: int, parts: int) -> tuple[int, int]:
    """How much is done of all parts of the work together: of each exercise, and of the sheets."""
    shows[what] = done, total
    return sum(one for one, _total in shows.values()), parts * total


def _roster(assignment: Assignment, students: Path | None) -> Roster:
    """The list that is named, on the command line or in the assignment."""
    from backprop_cli.course.roster import read_roster

    path = students or assignment.students
    if path is None:
        raise UsageError(
            _("who gets a variant? Name a list (--students, or students: list.csv in it), or say --variants 30")
        )
    return read_roster(path)


def _say(made: Made, folder: Path) -> None:
    variants = plural("{count} variant", "{count} variants", made.variants)
    students = plural("{count} student", "{count} students", made.students)
    said = _("{variants} for {students} in {folder}") if made.students else _("{variants} in {folder}")
    typer.echo(said.format(variants=variants, students=students, folder=folder))
    for number, low, high in made.works:
        said = _("exercise {number}: difficulty {low} to {high}, ±{band} % of their middle")
        middle = (low + high) / 2
        band = round(100 * (high - low) / (2 * middle), 1) if middle else 0
        typer.echo(said.format(number=number, low=low, high=high, band=f"{band:g}"))
    for number, count in made.shared:
        said = _(
            "exercise {number} has only {count} different sets of numbers: several students have the same; "
            "a wider --band may allow more"
        )
        typer.echo(said.format(number=number, count=count), err=True)
