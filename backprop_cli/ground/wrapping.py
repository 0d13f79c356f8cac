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
_USUAL = {  # what our own words are made of: the cells that a character of these ranges takes
    range(0x20, 0x7F): 1,
    range(0xA1, 0xAD): 1,
    range(0xAE, 0x300): 1,
    range(0x370, 0x378): 1,
    range(0x37A, 0x380): 1,
    range(0x384, 0x38B): 1,
    range(0x38E, 0x3A2): 1,
    range(0x3A3, 0x400): 1,
    range(0x2010, 0x2028): 1,
    range(0x2030, 0x205F): 1,
    range(0x2070, 0x2072): 1,
    range(0x2074, 0x208F): 1,
    range(0x2090, 0x209D): 1,
    range(0x2100, 0x2300): 1,
    range(0x2500, 0x2580): 1,
    range(0x3001, 0x302A): 2,
    range(0x4E00, 0xA000): 2,
    range(0xFF01, 0xFF61): 2,
}
_BETWEEN_SPACES = re.compile(r"\s*\S+\s*")


@cache
def _between_characters() -> re.Pattern[str]:
    """Compiled for the first text with Chinese in it: it takes as long as importing ten modules."""
    return re.compile(rf"\s*(?:[{_OPENING}]*(?:[{_WIDE}]|{_LATIN})[{_CLOSING}]*|[{_OPENING}]+|[{_FULL_WIDTH}]+)\s*")


@lru_cache(maxsize=64)
def word_in(text: str) -> re.Pattern[str]:
    """The pattern of a piece of the text that stays whole, with the spaces around it."""
    return _between_characters() if text and max(text) >= _FIRST_WIDE else _BETWEEN_SPACES


@lru_cache(maxsize=4096)
def _cells(char: str) -> int | None:
    return next((cells for codes, cells in _USUAL.items() if ord(char) in codes), None)


def width(text: str) -> int:
    """Terminal cells the text takes: two for a wide character, none for an accent."""
    if text.isascii():
        return len(text)
    cells = [_cells(char) for char in text]
    if None not in cells:
        return sum(filter(None, cells))
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
