"""Tables brought into the form that is read: the names in the first column, or a first column that counts the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backprop_cli.working.model import Spot
from backprop_cli.working.places import heads_exercises, place_word
from backprop_cli.working.rows import ALL_ROWS, TableCell
from backprop_cli.working.statements import is_name

_NAMES = re.compile(r"(?:quantity|name|variable|symbol|größe|bezeichnung|parameter|grandeur|量|名称|符号)s?n?", re.I)
_BEHIND = re.compile(r"\s{0,30}\(([^()]*)\)$")  # error (ŷ − y)
_WORDS = re.compile(r"\s{0,30}\([^\W\d_]{3,}(?:\s[^\W\d_]+){0,4}\)$")
_ACTIVATION = re.compile(r"(?:σ|sigma|sigmoid|sig|f|φ|tanh|relu)\s?\(\s?(?:z|net|a|s|n)\s?\)", re.I)
_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 3  # of a table whose rows nobody counts


def in_order(rows: Sequence[Sequence[TableCell]]) -> Iterator[Sequence[TableCell]]:
    """The rows of a table, or of a worksheet, as the reader of rows knows them."""
    yield from _counted(list(_names_first([_named(row) for row in rows])))


def _named(row: Sequence[TableCell]) -> Sequence[TableCell]:
    """The row without words in brackets behind its name: E (mean)."""
    words = _WORDS.search(row[0].text) if row and not is_name(row[0].text) else None
    if words is None or not is_name(row[0].text[: words.start()]):
        return row
    return [TableCell(row[0].text[: words.start()], row[0].spot), *row[1:]]


def _names_first(rows: Sequence[Sequence[TableCell]]) -> Iterator[Sequence[TableCell]]:
    """The rows without a column before the names; what stands in it is a heading over the rows that follow."""
    by_head, is_place = 0, ""
    sections = any(len(row) > 1 and not row[0].text and _is_worked(row[1:]) for row in rows) and all(
        not row[0].text or not row[0].is_value for row in rows if row
    )
    for row in rows:
        column = next((at for at, one in enumerate(row) if _NAMES.fullmatch(one.text)), 0)
        if column and all(one.text for one in row[:column]):
            by_head, is_place = column, place_word(row[0].text) or ("exercise" if heads_exercises(row[0].text) else "")
            yield row[column:]
        elif by_head and len(row) > by_head and is_name(row[by_head].text):
            if is_place and row[0].text:
                yield [TableCell(f"{is_place} {row[0].text}", row[0].spot)]
            yield row[by_head:]
        elif sections and len(row) > 1 and _is_worked(row[1:]) and (not row[0].text or is_name(row[0].text)):
            if row[0].text:
                yield [row[0]]
            yield row[1:]
        else:
            yield row


def _is_worked(row: Sequence[TableCell]) -> bool:
    """Whether a row begins with a name, and beside it stands its value or its work."""
    return len(row) > 1 and is_name(row[0].text) and (row[1].is_value or row[1].text.startswith("="))


def _counted(rows: Sequence[Sequence[TableCell]]) -> Iterator[Sequence[TableCell]]:
    """The rows; those of numbers under a head of names get a number each, as those of samples or steps."""
    at = 0
    while at < len(rows):
        below = _under(rows, at)
        if len(below) < _FEWEST_ROWS:
            yield rows[at]
            at += 1
            continue
        head = [TableCell(_head(one.text), one.spot) for one in rows[at]]
        yield [TableCell("sample", head[0].spot), *head]
        for number, row in enumerate(below, start=1):
            yield [TableCell(str(number), row[0].spot), *row]
        at += 1 + len(below)
        if at < len(rows) and rows[at] and ALL_ROWS.fullmatch(rows[at][0].text):
            yield [rows[at][0], TableCell("", Spot(1)), *rows[at][1:]]
            at += 1
        yield []


def _head(text: str) -> str:
    """What stands over a column, as a name: σ(z) is an output, error (ŷ − y) is worked out so."""
    return "out" if _ACTIVATION.fullmatch(text) else _BEHIND.sub(r" = \1", text)


def _under(rows: Sequence[Sequence[TableCell]], at: int) -> Sequence[Sequence[TableCell]]:
    """The rows of numbers alone under a row of names alone."""
    names = [one for one in rows[at] if one.text]
    width = len(names)
    if width < _FEWEST_COLUMNS or not all(is_name(_head(one.text).split("=")[0]) for one in names):
        return ()
    if place_word(names[0].text) or rows[at][width - 1 :][:1] != [names[-1]]:
        return ()
    end = at + 1
    while (
        end < len(rows)
        and [bool(one.text) for one in rows[end]][:width] == [True] * width
        and all(one.is_value for one in rows[end] if one.text)
    ):
        end += 1
    return rows[at + 1 : end]
