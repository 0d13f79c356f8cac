"""The command line: one small module a command. Only here: typer, files, the terminal, exit codes."""

from __future__ import annotations

import gc
import os
import signal
import sys

__all__ = ["COLLECTED", "main"]

COLLECTED = (100_000, 20, 20)  # what is imported stays; the usual 700 look through it again and again


def main() -> None:
    """Runs the command line; a failure that is the input's ends in one message and exit code 2."""
    gc.set_threshold(*COLLECTED)
    os.environ.setdefault(
        "PYDANTIC_DISABLE_PLUGINS", "__all__"
    )  # none is used; to look for some takes a tenth of a start
    from backprop_cli.cli.app import app
    from backprop_cli.cli.output import guarded

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # takes half-written files away
    sys.exit(guarded(lambda: app(prog_name="backprop")))
