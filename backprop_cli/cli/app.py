"""The `backprop` command and its subcommands; each imports what it needs when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli import (
    bundled,
    check,
    draw,
    generate,
    grade,
    init,
    lint,
    names,
    page,
    progress,
    quiz,
    schema,
    solve,
    tutor,
    verify,
    worksheet,
)
from backprop_cli.cli import help as manual
from backprop_cli.cli.language import Command, LanguageOption, Program
from backprop_cli.cli.limiting import LimitOption, raise_limits
from backprop_cli.cli.views import WithViews
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_

app = Program(
    name="backprop",
    help=n_("Backpropagation the way it is done on paper: exact worked solutions from a YAML problem."),
    epilog=n_("The manual: `backprop help` lists its topics."),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        from backprop_cli.cli.versions import version

        typer.echo(version(context.params["verbose"]))
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[
        bool,
        typer.Option("--verbose", is_eager=True, help=n_("With --version: also those of what is used, for reports.")),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, help=n_("Show the version and exit."))
    ] = False,
    lang: LanguageOption = None,
    limit: LimitOption = None,
) -> None:
    """Only what holds for every command; everything else is one."""
    if verbose:
        raise UsageError(_("--verbose goes with --version"))
    raise_limits(limit or [])


_COMMANDS = {
    "solve": (solve.solve, solve.EXAMPLE),
    "check": (check.check, check.EXAMPLE),
    "grade": (grade.grade, grade.EXAMPLE),
    "tutor": (tutor.tutor, tutor.EXAMPLE),
    "progress": (progress.progress, progress.EXAMPLE),
    "generate": (generate.generate, generate.EXAMPLE),
    "worksheet": (worksheet.worksheet, worksheet.EXAMPLE),
    "quiz": (quiz.quiz, quiz.EXAMPLE),
    "draw": (draw.draw, draw.EXAMPLE),
    "page": (page.page, page.EXAMPLE),
    "lint": (lint.lint, lint.EXAMPLE),
    "names": (names.names, names.EXAMPLE),
    "verify": (verify.verify, verify.EXAMPLE),
    "problems": (bundled.problems, bundled.EXAMPLE),
    "init": (init.init, init.EXAMPLE),
    "schema": (schema.schema, schema.EXAMPLE),
    "help": (manual.show_help, manual.EXAMPLE),
}
for name, (function, example) in _COMMANDS.items():
    app.command(name, cls=WithViews if name == "solve" else Command, epilog=example)(function)
