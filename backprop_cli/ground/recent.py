"""What was found last, by what it was found for: never more than so many, however much is asked for."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At least the last half of `most` things that were kept or asked for, at most all of them.

    There are two halves: when the younger one is full, the older one is forgotten. So keeping and asking cost what they
    do in a dictionary, where a list in the order of use would cost twice that.
    """

    def __init__(self, most: int) -> None:
        self.half = max(1, most // 2)
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """What was kept for this, or None."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: K, value: V) -> V:
        """Keeps a value, and returns it."""
        if len(self._young) >= self.half and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = value
        return value

    def clear(self) -> None:
        """Forgets everything."""
        self._young.clear()
        self._old.clear()

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())
