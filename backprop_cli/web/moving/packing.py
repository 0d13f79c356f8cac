"""Scripts and style sheets without what only their readers need: their sources lie in `browser/`, to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

_ASIDE = re.compile(r"^[ \t]*(?://.*|/\*.*?\*/[ \t]*)$|  // .*$", re.MULTILINE)  # in a line of its own, or behind one
_TEXT = (
    r"""`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"|"""  # what is written in quotes
    r"""(?<=[(,=:&|!?>] )/(?:\\.|\[(?:\\.|[^]\\])*\]|[^/\\\n])+/|(?<=[(,=!?])/(?:\\.|\[(?:\\.|[^]\\])*\]|[^/\\\n])+/"""
)
_SPACED = re.compile(rf"({_TEXT})| ?([{{}}()\[\];,:?=<>&|*]+) ?")
_ESCAPED = '"\\<&'  # by JSON, or by HTML
_SPACED_STYLE = re.compile(r""""[^"]*"|\([^()]*\)|(?<=[;{},]) | (?=[{}])|(?<=\w: )|(?<=[-\w]:) """)


def script(source: str) -> str:
    """A script without comments, indentation, and spaces beside signs; no text in it may go over several lines."""
    return _lines(_SPACED.sub(lambda found: found[1] or found[2], _bare(source)))


def style(source: str) -> str:
    """A style sheet without indentation, and spaces behind signs."""
    return _lines(_SPACED_STYLE.sub(lambda found: found[0].strip() and found[0], _bare(source)))


def joined(texts: Iterable[str]) -> str:
    """Texts in one, which begins with the sign that stands between them: one that none of them has."""
    texts = list(texts)
    used = set().union(*texts)
    sign = next(one for one in map(chr, count(ord("!"))) if one not in used and one not in _ESCAPED)
    return "".join(f"{sign}{text}" for text in texts)


def _bare(source: str) -> str:
    return _lines(_ASIDE.sub("", source))


def _lines(source: str) -> str:
    return "\n".join(filter(None, (line.strip() for line in source.splitlines())))
