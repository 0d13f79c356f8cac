"""Decimal commas that YAML reads as two numbers: `[0,25]` written without a space is 0 and 25."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from backprop_cli.ground.errors import Complaint, Span
from backprop_cli.ground.words import _
from backprop_cli.problem.tree import Entries, Items, Text, Tree


def decimal_commas(tree: Tree) -> Iterator[Complaint]:
    """A note for each pair of numbers of a list that look like one number with a decimal comma.

    They have nothing but a comma between them, and the first is 0, or the second begins with one: 0 and 1 in a row,
    as tables of logic have them, are no such pair.
    """
    match tree:
        case Items(values):
            for one, other in pairwise(values) if not _is_compact(values) else ():
                if isinstance(one, Text) and isinstance(other, Text) and (note := _note(one, other)):
                    yield note
            for value in values:
                yield from decimal_commas(value)
        case Entries(mapping):
            for value in mapping.values():
                yield from decimal_commas(value)


def _is_compact(values: Sequence[Tree]) -> bool:
    """Whether a longer list has no blanks and makes no sense in pairs: an odd one, or one with a pair such as 1,0."""
    texts = [one for one in values if isinstance(one, Text)]
    if len(texts) < max(3, len(values)) or not all(_touch(*pair) for pair in pairwise(texts)):
        return False
    return len(texts) % 2 == 1 or any(_as_written(text) == "0" for text in texts[1::2])


def _touch(one: Text, other: Text) -> bool:
    return one.span.line == other.span.line and one.span.column + one.span.length + 1 == other.span.column


def _note(one: Text, other: Text) -> Complaint | None:
    """What is said of two neighbours; None where they are two numbers."""
    whole, decimals = (_as_written(text) for text in (one, other))
    number = whole.rpartition("=")[2].strip()
    digits = number.lstrip("-")
    if not _touch(one, other) or not (digits.isdecimal() and decimals.isdecimal()):
        return None
    if not (digits == "0" and decimals not in ("0", "1")) and not (decimals[0] == "0" and len(decimals) > 1):
        return None
    words = {"written": f"{number},{decimals}", "one": number, "other": decimals, "point": f"{number}.{decimals}"}
    message = _("{written} is two numbers here, {one} and {other}").format(**words)
    hint = _("{point} has a point; of two numbers, write {one}, {other} with a space").format(**words)
    return Complaint(message, Span(one.span.line, one.span.column, one.span.length + 1 + other.span.length), hint)


def _as_written(text: Text) -> str:
    """The text as it stands in the file, without a name that was put before it."""
    return (text.value or "")[max(0, -text.indent) :]
