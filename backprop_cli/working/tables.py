"""A table in text as rows of cells, each with its place; no cell is read as anything but text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop_cli.ground.errors import Span
from backprop_cli.problem.tree import Text

DELIMITERS = "\t;,"
_DECLARED = re.compile(r"sep=([\t;,])\s*")  # the first line that some spreadsheets write
_MOST_CELLS = 20  # of a row; two are used


def first_line(text: str) -> str:
    """The first line that says something."""
    lines = (line.strip() for line in text.split("\n"))
    return next((line for line in lines if line and not line.startswith("#")), "")


def table(text: str) -> tuple[str, Iterator[list[Text]]]:
    """What stands between the columns (a tab, else a semicolon, else a comma), and the rows."""
    lines = text.split("\n")
    start = 0
    if declared := _DECLARED.fullmatch(lines[0]):
        delimiter, start = declared[1], 1
    else:
        unquoted = re.sub(r'"[^"]*"', "", first_line(text))
        delimiter = next((mark for mark in DELIMITERS if mark in unquoted), ",")
    cell = re.compile(rf' *(?:"((?:[^"]|"")*)" *(?={delimiter}|$)|([^{delimiter}]*))')
    return delimiter, (list(_cells(cell, line, number)) for number, line in enumerate(lines[start:], start + 1))


def _cells(cell: re.Pattern[str], line: str, number: int) -> Iterator[Text]:
    """The cells of a row; one in quotes may hold the delimiter."""
    position = 0
    for _column in range(_MOST_CELLS):
        match = cell.match(line, position)
        assert match is not None
        quoted = match[1] is not None
        raw = match[1].replace('""', '"') if quoted else match[2]
        start = match.start(1 if quoted else 2) + len(raw) - len(raw.lstrip())
        text = raw.strip()
        yield Text(text, Span(number, start + 1, max(1, len(text))))
        position = match.end() + 1
        if match.end() >= len(line):
            return
