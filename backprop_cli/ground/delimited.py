"""Rows as comma-separated text that is a table in every spreadsheet, and never a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from backprop_cli.ground.errors import visible

_FORMULA = tuple("=+-@|%\t")
_NUMBER = re.compile(r"-?[\d.]+(?:[eE][+-]?\d+)?(?:/\d+)?")


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows; a text that a spreadsheet would take for a formula gets an apostrophe in front, a number does not."""
    return csv_of([harmless(text) for text in row] for row in rows)


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """The rows as they are, for a program that reads them again."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def harmless(text: str) -> str:
    """The text on one line, and no formula."""
    text = " ".join(visible(text).split("\n"))
    return f"'{text}" if text.lstrip()[:1] in _FORMULA and text.strip() and not _NUMBER.fullmatch(text) else text
