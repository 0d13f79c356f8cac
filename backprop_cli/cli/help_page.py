"""A page of help as it is laid out: what typer writes, in the reader's language, in the cells of a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from backprop_cli.ground.words import _
from backprop_cli.ground.wrapping import width, wrapped


class HelpPage:
    """A page of help: what typer writes, in the reader's language, wrapped by the cells of a terminal."""

    def __init__(self) -> None:
        self.width = max(min(shutil.get_terminal_size().columns, 80) - 2, 50)
        self.indent_by = 0
        self.lines: list[str] = []

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage."""
        named = _("Usage:")
        head = f"{named}{'' if named.endswith('：') else ' '}{prog} "
        self._put(wrapped(args, self.width - len(head)), head)

    def write_text(self, text: str) -> None:
        """A paragraph: a command's help, or its example."""
        example = text.removeprefix("Example: ")
        said = _(text) if example == text else _("Example: {command}").format(command=example)
        self._put(wrapped(said, self.width - self.indent_by))

    def write_paragraph(self) -> None:
        """A blank line, but not at the top."""
        if self.lines:
            self.lines.append("")

    def write_heading(self, heading: str) -> None:
        """A heading of a section."""
        self._put([heading])

    def write_dl(self, rows: Sequence[tuple[str, str]], *_more: Any) -> None:
        """Options, arguments or commands, each with what it does."""
        room = min(30, max((width(head) for head, _said in rows), default=0)) + 2
        for head, said in rows:
            first, *rest = wrapped(said, self.width - room - self.indent_by) or [""]
            if width(head) > room - 2:
                self._put([head])
                self._put([first], " " * room)
            else:
                self._put([first], head + " " * (room - width(head)))
            self._put(rest, " " * room)

    def write(self, string: str) -> None:
        """Anything else, as it is."""
        self.lines += string.rstrip("\n").split("\n")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A blank line, a heading, and what is written below it indented."""
        self.write_paragraph()
        self.write_heading(name)
        with self.indentation():
            yield

    @contextmanager
    def indentation(self) -> Iterator[None]:
        """What is written inside is indented."""
        self.indent_by += 2
        yield
        self.indent_by -= 2

    def getvalue(self) -> str:
        """The page."""
        return "\n".join(line.rstrip() for line in self.lines) + "\n"

    def _put(self, lines: Sequence[str], head: str = "") -> None:
        for line in lines:
            self.lines.append(" " * self.indent_by + head + line)
            head = " " * len(head)
