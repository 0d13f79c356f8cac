"""The name of a whole matrix or of all biases in `ask`: dE/dW1 and W1_new of a slide stand for those of its entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace

from backprop_cli.problem.tree import Entries, Items, Text, Tree

Names = Mapping[str, Sequence[str]]  # of every entry of a matrix, row by row


def names_in(matrix: Tree) -> Iterator[str]:
    """The names of numbers that are written `name = number`, or of a name alone, row by row."""
    match matrix:
        case Text(value):
            yield (value or "").partition("=")[0].strip()
        case Items(values):
            for one in values:
                yield from names_in(one)


def entries_asked(ask: Tree, entries: Names) -> Tree:
    """What is asked, with the entries in place of every whole; each keeps the place at which the whole is written."""
    match ask:
        case Text():
            several = _entries(ask, entries)
            return several[0] if len(several) == 1 else Items(several, ask.span)
        case Items(values):
            listed = [more for one in values for more in (_entries(one, entries) if isinstance(one, Text) else [one])]
            return _replace(ask, values=listed)
        case Entries(values):
            return _replace(ask, values={key: entries_asked(one, entries) for key, one in values.items()})


def _entries(one: Text, entries: Names) -> list[Tree]:
    """The texts that one text stands for: itself, where it is not of a whole."""
    wholes = "|".join(map(re.escape, sorted(entries, key=len, reverse=True)))
    found = re.fullmatch(rf"(|.*/\s*d?)({wholes})(|_new)", (one.value or "").strip()) if wholes else None
    if found is None or not entries[found[2]]:
        return [one]
    return [_replace(one, value=f"{found[1]}{name}{found[3]}") for name in entries[found[2]]]
