"""Words in lines of so many terminal cells: broken at spaces, and between Chinese characters.

A line begins with no closing mark (，。、）) and ends with no opening one (（《“).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

_FIRST_WIDE = "\u2e80"
_WIDE = "\u2e80-\u2fdf\u3004-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_OPENING = "（《〈「『【〔“‘"
_FULL_WIDTH = "，。、；：？！）》〉」』】〕"
_CLOSING = _FULL_WIDTH + "”’…·%‰"
_LATIN = rf"[^\s{_WIDE}{_OPENING}{_FULL_WIDTH}]+"
_NARROW = (
    "\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u03ff\u2010-\u2027"
    "\u2030-\u205e\u2070-\u2071\u2074-\u208e\u2090-\u209c\u2100-\u22ff\u2500-\u257f"
)
_USUAL = re.compile(rf"[{_NARROW}\u3001-\u3029\u4e00-\u9fff\uff01-\uff60]*")  # what our own words are made of
_BETWEEN_SPACES = re.compile(r"\s*\S+\s*")


@cache
def _between_characters() -> re.Pattern[str]:
    """Compiled for the first text with Chinese in it: it takes as long as importing ten modules."""
    return re.compile(rf"\s*(?:[{_OPENING}]*(?:[{_WIDE}]|{_LATIN})[{_CLOSING}]*|[{_OPENING}]+|[{_FULL_WIDTH}]+)\s*")


@lru_cache(maxsize=64)
def word_in(text: str) -> re.Pattern[str]:
    """The pattern of a piece of the text that stays whole, with the spaces around it."""
    return _between_characters() if text and max(text) >= _FIRST_WIDE else _BETWEEN_SPACES


def width(text: str) -> int:
    """Terminal cells the text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    if _USUAL.fullmatch(text):
        return len(text) + sum(char >= _FIRST_WIDE for char in text)
    from wcwidth import wcswidth, wcwidth  # tables that take as long to load as a small problem to solve

    whole: int = wcswidth(text)  # -1 with a control character in it
    return whole if whole >= 0 else sum(max(0, wcwidth(char)) for char in text)


def words(text: str) -> Iterator[str]:
    """The pieces of the text that stay whole, each with the spaces around it."""
    return (match[0] for match in word_in(text).finditer(text))


def wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` cells; a word that is longer has a line of its own."""
    lines: list[str] = []
    line = ""
    for word in words(text):
        if line and width(line + word.rstrip()) > room:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line else lines
