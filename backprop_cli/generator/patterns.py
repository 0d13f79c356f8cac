"""A problem file with numbers still to be drawn: its text in pieces, and between them the slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, numeral

_TOKEN = re.compile("\x00(\\d+)\x00")


@record
class NumberSlot:
    """A number to be drawn: what it is, and the texts that it may have.

    Slots of one `group` (the weights of a row, say) are given different sizes as long as there are enough; `group` is
    empty where that does not matter.
    """

    role: str
    grid: tuple[str, ...]
    group: str = ""


@record(slots=False)
class Pattern:
    """The pieces of a text and the slots between them: one piece more than slots.

    `folder` is where the files are that the text mentions, if it is like one that came from a file.
    """

    pieces: tuple[str, ...]
    slots: tuple[NumberSlot, ...]
    folder: Path | None = None

    @cached_property
    def sizes(self) -> tuple[tuple[str, ...], ...]:
        """Of each slot, its grid without signs."""
        return tuple(tuple(text.lstrip("-") for text in slot.grid) for slot in self.slots)

    @cached_property
    def mates(self) -> tuple[tuple[int, ...], ...]:
        """Of each slot, all slots of its group, itself among them; none where it has no group."""
        groups: dict[str, list[int]] = {"": []}
        for index, slot in enumerate(self.slots):
            groups.setdefault(slot.group, []).extend([index] if slot.group else [])
        return tuple(tuple(groups[slot.group]) for slot in self.slots)

    def filled(self, numbers: Sequence[str]) -> str:
        """The text with these numbers in its slots."""
        parts = [piece + number for piece, number in zip(self.pieces, (*numbers, ""), strict=True)]
        return "".join(parts)


class Draft:
    """A pattern while it is written: `slot` gives the text that stands for a number until it is drawn."""

    def __init__(self) -> None:
        self._slots: list[NumberSlot] = []

    def slot(self, role: str, grid: Sequence[str], group: str = "") -> str:
        """The mark of a new slot, to be put into the text; marks stand in the text in the order of their slots."""
        self._slots.append(NumberSlot(role, tuple(grid), group))
        return f"\x00{len(self._slots) - 1}\x00"

    def pattern(self, text: str) -> Pattern:
        """The pattern of the whole text."""
        split = _TOKEN.split(text)
        order = [int(index) for index in split[1::2]]
        return Pattern(tuple(split[::2]), tuple(self._slots[index] for index in order))


@lru_cache(maxsize=1024)  # the same few numbers are drawn again and again
def value_of(text: str) -> Rational:
    """The number that a drawn text says: a decimal with or without a sign."""
    size = numeral(text.removeprefix("-"))
    return -size if text.startswith("-") else size


def markers(count: int) -> list[str]:
    """As many unlikely decimals, all different, by which the slots are found again in a derivation."""
    return [f"0.{7310007 + 20011 * index}" for index in range(count)]
