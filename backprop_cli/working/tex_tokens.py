"""The tokens of a source in TeX: taken one by one, in groups, as arguments, and as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from backprop_cli.ground.words import _
from backprop_cli.working import limits

TOKEN = re.compile(r"%[^\n]*\n?[ \t]*|\\[a-zA-Z]+\*?[ \t]*\n?[ \t]*|\\.|[{}$&~]|\s+|[^\\{}$&~%\s]+|.", re.S)


@dataclass(frozen=True, slots=True)
class Macro:
    """A student's own: how many arguments, and what is put in."""

    arguments: int
    body: str


@dataclass
class Tokens:
    """Tokens that are read and plain characters that are written; every piece knows where in the source it began."""

    source: str
    complain: Callable[[str, int, str], None]
    macros: dict[str, Macro] = field(default_factory=dict)
    put_in: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.tokens = [(found[0], found.start()) for found in TOKEN.finditer(self.source)]
        self.at = 0
        self.out: list[tuple[str, int]] = []
        self.ends: list[str] = []  # the environments that are open
        self.math = False

    # ---- tokens ----------------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def blanks(self) -> None:
        while self.peek().isspace() and self.peek():
            self.at += 1

    def write(self, text: str, at: int) -> None:
        self.out.append((text, at))

    def last(self) -> str:
        return next((text[-1] for text, _at in reversed(self.out) if text), "")

    # ---- groups ----------------------------------------------------------------------------------------------

    def one(self) -> None:
        """Reads one thing, whatever it is."""
        raise NotImplementedError

    def group(self, at: int) -> None:
        """A group: its brackets are written where it is an index or a power."""
        if self.out and self.last() in "_^":
            self.write("{" + self.inner().strip() + "}", at)
            return
        inside = self.inner()
        self.write("." if inside == "," else inside, at)

    def inner(self) -> str:
        """What stands in a group that is already open, up to its end."""
        if self.depth >= limits.DEPTH:
            self.complain("{", self.tokens[max(0, self.at - 1)][1], _("nested too deeply"))
            self.at = len(self.tokens)
            return ""
        self.depth += 1
        kept, self.out = self.out, []
        was_math = self.math
        while self.at < len(self.tokens) and self.peek() != "}":
            if was_math and self.peek().isspace() and self.peek().count("\n") > 1:
                self.math = False  # a bracket that was never closed ends with its paragraph
                break
            self.one()
        if self.peek() == "}":
            self.take()
        kept, self.out = self.out, kept
        self.depth -= 1
        return "".join(text for text, _at in kept)

    def argument(self) -> str:
        """The next argument: a group, or the next character."""
        self.blanks()
        if self.peek() == "{":
            self.take()
            return self.inner().strip()
        if not self.peek() or self.peek() in "}$&":
            return ""
        token, at = self.tokens[self.at]
        if token[0] != "\\" and len(token) > 1:
            self.tokens[self.at] = (token[1:], at + 1)
            return token[0]
        if self.depth >= limits.DEPTH:
            self.take()
            return ""
        self.depth += 1
        kept, self.out = self.out, []
        self.one()
        kept, self.out = self.out, kept
        self.depth -= 1
        return "".join(text for text, _at in kept)

    def raw(self) -> str:
        """The next group as it stands in the source."""
        self.blanks()
        if self.peek() != "{":
            return self.take()[0] if self.peek()[:1] == "\\" else ""
        self.take()
        depth, texts = 1, []
        while self.at < len(self.tokens):
            token, _at = self.take()
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            texts.append(token)
        return "".join(texts)

    def option(self) -> str:
        """What stands in square brackets, where they follow."""
        self.blanks()
        if self.peek()[:1] != "[":
            return ""
        texts: list[str] = []
        while self.at < len(self.tokens):
            token, at = self.take()
            end = token.find("]")
            if end >= 0:
                texts.append(token[:end])
                if token[end + 1 :]:
                    self.at -= 1
                    self.tokens[self.at] = (token[end + 1 :], at + end + 1)
                break
            texts.append(token)
        return "".join(texts)[1:]
