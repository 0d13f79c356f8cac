"""A command in a terminal of its own (a pseudo-terminal and a process), where the system has such things."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PATIENCE = 60  # seconds
PROMPT = " = "


class Terminal:
    """What a person in front of it can do: read until it waits, type, press a key; and pull the plug."""

    def __init__(self, process: int, screen: int) -> None:
        self.process = process
        self.screen = screen
        self.shown = ""

    def read(self, until: str = PROMPT) -> str:
        """What is shown from now on, up to a text at its end (or to the end of the process, for an empty one)."""
        text, end = b"", time.monotonic() + PATIENCE
        while not (until and text.endswith(until.encode())):
            ready, _writable, _failed = select.select([self.screen], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"nothing more was shown after {text.decode(errors='replace')!r}"
            try:
                piece = os.read(self.screen, 65536)
            except OSError:  # Linux: the other side is closed
                piece = b""
            if not piece:
                assert not until, f"it ended after {text.decode(errors='replace')!r}"
                break
            text += piece
        self.shown += (new := text.decode().replace("\r\n", "\n"))
        return new

    def press(self, keys: str, after: float = 0) -> None:
        """Presses keys, without Enter, after so many seconds: Python overlooks a Ctrl-C right after its prompt."""
        time.sleep(after)
        os.write(self.screen, keys.encode())

    def type(self, text: str) -> None:
        """Types a line."""
        self.press(text + "\n")

    def kill(self) -> None:
        """Ends the process as a power cut does."""
        os.kill(self.process, signal.SIGKILL)


@contextmanager
def terminal(*arguments: str, **environment: str) -> Iterator[Terminal]:
    """`backprop` with these arguments in a terminal of 80 columns; the process is gone afterwards."""
    pty = pytest.importorskip("pty")
    process, screen = pty.fork()
    if process == 0:
        _run(arguments, {"COLUMNS": "80", "TERM": "dumb", **environment})
    one = Terminal(process, screen)
    try:
        yield one
    finally:
        one.kill()
        os.waitpid(process, 0)
        os.close(screen)


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    """The child: the command line, started anew in a process that has everything loaded already."""
    code = 70
    try:
        from backprop_cli.cli.app import app
        from backprop_cli.cli.output import guarded

        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.update(environment)
        sys.argv = ["backprop", *arguments]
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate(("r", "w", "w"))
        )
        code = guarded(lambda: app(prog_name="backprop"))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
