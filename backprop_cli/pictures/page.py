"""Collects the items of a picture: puts labels with their sizes measured at, above, below or beside a place."""

from __future__ import annotations

from backprop_cli.pictures.fonts import ASCENT, DESCENT, width
from backprop_cli.pictures.items import Area, Frame, Ink, Item, Place, Stroke, Words
from backprop_cli.pictures.labels import Label

NAME, SMALL = 11.0, 8.5  # sizes of the type: names of units; everything else
_SPACE = 2.5


def wide(label: Label, size: float) -> float:
    """How wide a label is."""
    return sum(width(run.text) * run.scale for run in label) * size


def area_of(label: Label, size: float, middle: Place) -> Area:
    """What a label covers that has its middle at a place."""
    x, y, half = *middle, wide(label, size) / 2
    low = min((run.shift for run in label), default=0.0)
    bottom = y - (ASCENT - DESCENT) / 2 * size - DESCENT * size + min(low, 0) * size * 0.5
    return Area(x - half, bottom, x + half, y - (ASCENT - DESCENT) / 2 * size + ASCENT * size)


def put(label: Label, size: float, middle: Place, **more: object) -> Words:
    """The label with its middle at a place."""
    area = area_of(label, size, middle)
    base = middle[1] - (ASCENT - DESCENT) / 2 * size
    return Words(label, (area.left, base), size, area, **more)  # type: ignore[arg-type]


class Canvas:
    """The items so far, in the order in which they are drawn."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    @property
    def words(self) -> list[Words]:
        """All the labels so far."""
        return [item for item in self.items if isinstance(item, Words)]

    def add(self, *items: Item) -> None:
        """Draws them over what is there."""
        self.items += items

    def line(self, *points: Place, **more: object) -> None:
        """A line."""
        self.add(Stroke(points, **more))  # type: ignore[arg-type]

    def disc(self, middle: Place, radius: float, fill: Ink, key: str) -> None:
        """A disc with an outline."""
        (x, y), r = middle, radius
        self.add(Frame(Area(x - r, y - r, x + r, y + r), fill, r, "unit", key))

    def at(self, label: Label, middle: Place, size: float = SMALL, **more: object) -> Words:
        """A label with its middle at a place."""
        found = put(label, size, middle, **more)
        self.add(found)
        return found

    def right_of(self, label: Label, at: Place, size: float = SMALL, **more: object) -> Words:
        """A label that begins at a place."""
        return self.at(label, (at[0] + wide(label, size) / 2, at[1]), size, **more)

    def left_of(self, label: Label, at: Place, size: float = SMALL, **more: object) -> Words:
        """A label that ends at a place."""
        return self.at(label, (at[0] - wide(label, size) / 2, at[1]), size, **more)

    def above(self, label: Label, at: Place, size: float = SMALL, **more: object) -> Words:
        """A label that stands just over a place."""
        return self.at(label, (at[0], at[1] + size * 0.55 + _SPACE), size, **more)

    def below(self, label: Label, at: Place, size: float = SMALL, **more: object) -> Words:
        """A label that stands just under a place."""
        return self.at(label, (at[0], at[1] - size * 0.55 - _SPACE), size, **more)
