"""Plain text: lines as they stand, with TeX between its marks."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn, TextLine


def read(text: str, source: str) -> HandIn:
    """The chains of a plain text."""
    gatherer = Gatherer(source)
    collect(lines_of(text), gatherer)
    return gatherer.hand_in(text, "text")


def lines_of(text: str, cell: str = "", first: int = 1) -> Iterator[TextLine]:
    """The lines of a text, numbered from `first`."""
    for number, line in enumerate(text.split("\n"), start=first):
        yield TextLine(line, number, cell=cell)
