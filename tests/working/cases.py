"""Hand-ins as a class writes them, each with what should be read: `@@ title`, the work, `@@ read`, `@@ not read`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_AROUND = re.compile(r"\s*([-+*/=()\[\],·×⋅−^])\s*")


@dataclass(frozen=True)
class Case:
    """One hand-in, and what should be read and not be read of it."""

    title: str
    work: str
    read: tuple[str, ...]
    unread: tuple[str, ...]


def cases(name: str) -> list[Case]:
    """The hand-ins of one format."""
    found = []
    for text in re.split(r"^@@ (?!read|not read)", (HERE / f"{name}.txt").read_text("utf-8"), flags=re.M)[1:]:
        title, _newline, rest = text.partition("\n")
        work, _mark, expected = rest.partition("@@ read\n")
        read, _mark, unread = expected.partition("@@ not read\n")
        found.append(Case(title, work, _lines(read), _lines(unread)))
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())


def squeezed(text: str) -> str:
    """The text without the blanks around signs, which say nothing."""
    return _AROUND.sub(r"\1", " ".join(text.split()))
