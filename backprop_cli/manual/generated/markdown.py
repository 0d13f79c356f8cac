"""Pieces of Markdown: tables, items, blocks of code, and a bundled problem as an example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backprop_cli.ground.words import _
from backprop_cli.problem.reader import bundled

_COMMENT = re.compile(r"(?m)^#.*\n|(?<![ \t])[ \t]+# .*$")


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown of one line."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """A piece of a line, in which a stroke ends no cell."""
    return text.replace("|", r"\|")


def items(said: Iterable[str]) -> str:
    """A list with a dot before each item."""
    return "\n".join(f"- {one}" for one in said)


def code(text: str, language: str = "yaml") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def sections(*parts: str) -> str:
    """Blocks below one another; empty ones are left out."""
    return "\n\n".join(filter(None, parts))


def heading(title: str) -> str:
    """What stands above a part of a page."""
    return f"## {title}"


def example(text: str, said: str = "") -> str:
    """The part of a page with a problem that solves."""
    return sections(heading(_("Example")), said, code(text))


def bundled_text(name: str) -> str:
    """The file of a bundled problem without its comments."""
    return _COMMENT.sub("", bundled()[name].read_text("utf-8"))


def bundled_example(name: str) -> str:
    """A bundled problem as the example of a page."""
    said = _("`{command}` solves this problem, which comes with the program:").format(command=f"backprop solve {name}")
    return example(bundled_text(name), said)
