"""The command line: one small module a command. Only here: typer, files, the terminal, exit codes."""

from __future__ import annotations

import os
import signal
import sys

from backprop_cli.ground.collecting import collect_seldom

__all__ = ["main"]


def main() -> None:
    """Runs the command line; a failure that is the input's ends in one message and exit code 2."""
    collect_seldom()
    os.environ.setdefault(
        "PYDANTIC_DISABLE_PLUGINS", "__all__"
    )  # none is used; to look for some takes a tenth of a start
    from backprop_cli.cli.app import app
    from backprop_cli.cli.output import guarded

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # takes half-written files away
    sys.exit(guarded(lambda: app(prog_name="backprop")))
