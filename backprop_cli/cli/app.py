"""The `backprop` command and its subcommands; each imports what it needs when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from backprop_cli import __version__, limits
from backprop_cli.cli import bundled, check, init, lint, schema, solve, verify
from backprop_cli.words import _

app = typer.Typer(
    name="backprop",
    help=_("Backpropagation the way it is done on paper: exact worked solutions from a YAML problem."),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"backprop {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="NAME=N",
            help=_("Allow more than usual: {names}.").format(names=", ".join(limits.RAISED)),
        ),
    ] = None,
) -> None:
    """What is said before the command."""
    for one in limit or []:
        _raise(one)


def _raise(wish: str) -> None:
    """Raises a limit: `epochs=5000000`."""
    from backprop_cli.errors import UsageError, did_you_mean

    name, _sign, number = wish.partition("=")
    if name not in limits.RAISED:
        hint = did_you_mean(name, limits.RAISED) or ", ".join(limits.RAISED)
        raise UsageError(_("no limit called {name!r} ({hint})").format(name=name, hint=hint))
    if not (number.isascii() and number.isdigit() and len(number) < 12 and 0 < int(number) <= limits.MOST):
        message = _("a limit is a whole number from 1 to {most:,}, as in --limit {name}=5000000")
        raise UsageError(message.format(most=limits.MOST, name=name))
    limits.raise_limit(name, int(number))


for module in (solve, check, lint, verify, bundled, init, schema):
    module.register(app)


def main() -> None:
    """Runs the command line; a failure that is the input's ends in one message and exit code 2."""
    import signal

    from backprop_cli.cli.output import guarded

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # takes half-written files away
    sys.exit(guarded(lambda: app(prog_name="backprop")))
