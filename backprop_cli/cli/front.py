"""Where a learner sits: a terminal with editing and a history, or a pipe, whose replies are shown as if typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

import typer
from rich.console import RenderableType

from backprop_cli.formats.terminal.breaking import console
from backprop_cli.ground.errors import visible
from backprop_cli.tutor.replies import ENGLISH
from backprop_cli.tutor.said import Response

_SHOWN = 200  # characters of a reply that comes through a pipe


class Front:
    """The terminal, or the pipe, that one learner sits at."""

    def __init__(self) -> None:
        self.console = console(highlight=False)
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")
        _with_editing()

    def show(self, told: RenderableType) -> None:
        """Prints what is said, without spaces at the ends of lines where it is not for a terminal."""
        if self.console.is_terminal:
            self.console.print(told, crop=False)
            return
        with self.console.capture() as capture:
            self.console.print(told, crop=False)
        lines = capture.get().split("\n")
        self.console.file.write("\n".join(line.rstrip() for line in lines))
        self.console.file.flush()

    def say(self, text: str) -> None:
        """Prints a sentence."""
        self.console.print(visible(text), markup=False, soft_wrap=True)

    def read(self, response: Response) -> str | None:
        """One reply; None where the input has ended. What comes through a pipe is shown, as if it had been typed."""
        prompt = f"{response.question.symbol} = " if response.question is not None else ""
        if sys.stdin.isatty():
            return self.typed(prompt)
        text = sys.stdin.readline()
        self.say(prompt + text.rstrip("\r\n")[:_SHOWN])
        return text.rstrip("\r\n") if text else None

    @staticmethod
    def typed(prompt: str) -> str | None:
        """One reply from a terminal."""
        try:
            return input(prompt)
        except EOFError:
            typer.echo()
            return None


def _with_editing() -> None:
    """Gives `input` the arrow keys, a history, and Tab for the commands, where the system and the terminal can."""
    if not sys.stdin.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return
    try:
        import readline
    except ImportError:
        return
    readline.set_completer(lambda text, number: next(islice(_beginning(ENGLISH, text), number, None), None))
    readline.parse_and_bind("tab: complete")
    readline.set_auto_history(True)


def _beginning(words: Iterable[str], text: str) -> Iterator[str]:
    return (word for word in words if text and word.startswith(text))
