"""Lines of a text that are one statement, joined: each of its characters knows where it stood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from backprop_cli.ground.patterns import pattern
from backprop_cli.working import limits
from backprop_cli.working.characters import plain
from backprop_cli.working.model import Spot, TextLine
from backprop_cli.working.statements import NAME, SIGNS, is_name

_NUMBERED = r"\((?:[A-Z]{1,4}[\s.-]?)?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?\)[:.]?\s+|\[\d{1,3}\]\s+"  # (BP1), (2.3), [4]
BULLET = pattern(rf"\s*(?:[-*+•‣▪◦–]\s+|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,5}})[.)]\s+|{_NUMBERED})(?=\S)")
_HANGING = re.compile(r"(?:[-+*/·×⋅−(\[{,=≈≃≅^]|:=)\s*$")
_GOES_ON = re.compile(r"\s*(?:=(?!\s?=)|[≈≃≅]|:=|[*/·×⋅)\]}]|[-+−]\s)")
RULE = re.compile(r"[\W_]*|\s*([=#*~-]{2,})[^\d=]*\1\s*")  # === forward ===
_OPEN, _CLOSED = "([{", ")]}"


_OF_A_LAYER = re.compile(r"\^(\{?)\[(\d)\](\}?)")  # z^[1], as in one well-known course
_NABLA = re.compile(r"∇\s?_\s?(?:\{((?:[^{}]|\{[^{}]{0,20}\}){1,40})\}|(\w))\s?[LECJ]?(?=\s{0,9}[=≈])")


class Joined:
    """Lines as one text, which knows where each of its characters stands."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self.lines = lines
        self.starts: list[int] = []
        texts: list[str] = []
        length = 0
        for line in lines:
            self.starts.append(length)
            texts.append(line.text)
            length += len(line.text) + 1
        self.text = " ".join(texts)

    def spot(self, start: int, end: int) -> Spot:
        """The place of some characters: of those in the line where they begin."""
        while start < end - 1 and self.text[start].isspace():
            start += 1
        at = bisect_right(self.starts, start) - 1
        line, inside = self.lines[at], start - self.starts[at]
        return line.spot(inside, min(end - start, len(line.text) - inside))


def made_plain(line: TextLine) -> TextLine:
    """The line in plain characters, a gradient ∇_{W} L by what it is taken by, ∇W."""
    text = _OF_A_LAYER.sub(r"^\1(\2)\3", plain(line.text))
    text = _NABLA.sub(lambda found: f"∇{found[1] or found[2]}", text)
    return line if text == line.text else TextLine(text, line.number, line.column, line.cell, line.whole, line.heading)


def belongs(waiting: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a line goes on with the statement before it."""
    if len(waiting) >= limits.JOINED or line.heading or waiting[-1].heading:
        return False
    before, text = waiting[-1].text, line.text
    if RULE.fullmatch(text) or RULE.fullmatch(before):
        return False
    if _depth(waiting) > 0 and not _begins(text):
        return True
    if _GOES_ON.match(text):
        return not (_is_bullet(text) or STARRED.match(text))
    if BULLET.match(text):
        return False
    if _HANGING.search(before):
        return not _begins(text)
    ends_with_colon = before.rstrip().endswith(":") and is_name(before.rstrip(" :"))
    return ends_with_colon and text.lstrip()[:1] == "["


def _is_bullet(text: str) -> bool:
    """Whether a mark that could go on with a sum is the bullet of a list: what follows it is a name with its value."""
    bullet = BULLET.match(text)
    return bullet is not None and _begins(text[bullet.end() :])


def _begins(text: str) -> bool:
    """Whether a statement of its own begins here: a name and a sign."""
    return _BEGINS.match(text) is not None


STAR = re.compile(r"\s*[*]")
_BEGINS = pattern(rf"\s*{NAME}\s*{SIGNS}")


STARRED = pattern(rf"\s*[*](?=\S){NAME}\s*{SIGNS}")  # *w5 = …, the new value of w5


def _depth(lines: Sequence[TextLine]) -> int:
    return sum((char in _OPEN) - (char in _CLOSED) for line in lines for char in line.text)
