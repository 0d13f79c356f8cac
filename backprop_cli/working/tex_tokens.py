"""The tokens of a source in TeX: taken one by one, in groups, as arguments, and as they stand.

pylatexenc tells them apart. Its parser is not used: deep braces end it with a RecursionError. Plain characters, which
it takes one by one, are taken in a row here, and that is ten times as fast.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.working import limits

_PLAIN = re.compile(r"[^\\{}$&~%\s]+")
_ANOTHER_LETTER = re.compile(r"(?<=[a-zA-Z])[^\W\d_a-zA-Z]")  # ends the name of a macro: \quad其中


def tokens_of(source: str) -> Iterator[tuple[str, int]]:
    """The tokens of a source as they stand there, and where each begins; none is left out."""
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream
    from pylatexenc.macrospec import LatexContextDb

    walker = LatexWalker(source, latex_context=LatexContextDb())
    state = walker.make_parsing_state()
    at = 0
    while at < len(source):
        end = found.end() if (found := _PLAIN.match(source, at)) else len(source)
        if found is None:
            with suppress(LatexWalkerEndOfStream):  # before whose end there may be blanks, or a backslash
                token = walker.get_token(at, environments=False, parsing_state=state)
                if token.pos > at:
                    yield source[at : token.pos], at
                at, end = token.pos, token.pos + token.len
                if token.tok == "macro" and (other := _ANOTHER_LETTER.search(source, at + 1, end)):
                    end = other.start()
        yield source[at:end], at
        at = end


@record
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
        self.tokens = list(tokens_of(self.source))
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
        if self.last() in ("_", "^"):
            self.write("{" + self.inner().strip() + "}", at)
            if self.math and (self.peek()[:1].isalpha() or self.peek()[1:2].isalpha()):
                self.write(" ", at)  # what follows an index is another name: w_{14}x_1
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
        if self.peek()[:1] in "}$&":
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
