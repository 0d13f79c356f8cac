"""Puts labels on lines so that none covers another, and each where few other lines pass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from backprop_cli.ground.records import record
from backprop_cli.pictures.items import Area, Place, Words, cubic
from backprop_cli.pictures.labels import Label
from backprop_cli.pictures.page import put

_STEPS = 40
_PULL = 3  # the whole length of a line away from where a label should stand is as bad as so many lines under it
_APART = 1.5  # points between labels


@record(slots=False)
class Hung:
    """A label that wants to stand on a line: a straight one, or a cubic curve by its four points."""

    label: Label
    line: tuple[Place, ...]
    key: str
    role: str = "weight"

    def at(self, share: float) -> Place:
        """The place after this share of the line."""
        if len(self.line) > 2:
            return cubic(self.line, share)
        (x, y), (right, top) = self.line
        return x + (right - x) * share, y + (top - y) * share


def hang(labels: Sequence[Hung], size: float, taken: Sequence[Area], first: float = 0.3) -> list[Words] | None:
    """The labels, each on its line and about after the `first` share of it; None where they do not all find room."""
    areas, placed = [*taken], list[Words]()
    lines = [[one.at(n / 12) for n in range(13)] if len(one.line) > 2 else list(one.line) for one in labels]
    shares = sorted((0.06 + 0.88 * step / _STEPS for step in range(_STEPS + 1)), key=lambda share: abs(share - first))
    for number, one in enumerate(labels):
        best: Words | None = None
        least = float("inf")
        for share in shares:
            away = abs(share - first) * _PULL
            if away >= least:
                break
            words = put(one.label, size, one.at(share), role=one.role, key=one.key, halo=True)
            room = words.area.wider(_APART)
            if any(room.meets(area) for area in areas):
                continue
            cost = away + _crossings(words.area, lines, number)
            if cost < least:
                best, least = words, cost
        if best is None:
            return None
        placed.append(best)
        areas.append(best.area)
    return placed


def _crossings(area: Area, lines: Sequence[Sequence[Place]], own: int) -> int:
    """How many other lines pass through an area."""
    return sum(any(passes(area, a, b) for a, b in pairwise(line)) for number, line in enumerate(lines) if number != own)


def passes(area: Area, start: Place, end: Place) -> bool:
    """Whether a straight line passes through an area (Liang and Barsky, 1984)."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    low, high = 0.0, 1.0
    for way, room in ((-dx, x - area.left), (dx, area.right - x), (-dy, y - area.bottom), (dy, area.top - y)):
        if way == 0:
            if room < 0:
                return False
        elif way < 0:
            low = max(low, room / way)
        else:
            high = min(high, room / way)
    return low < high
