"""Chance that is the same everywhere: drawn from a seed, the same on every machine and under every Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance:
    """Draws from a seed; only `random()` is used, the one method of Random whose numbers Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, count: int) -> int:
        """A whole number from 0 to count − 1."""
        return int(self._random.random() * count)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of the things."""
        return things[self.below(len(things))]

    def happens(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability
