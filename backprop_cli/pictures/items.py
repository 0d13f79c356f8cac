"""A picture as data: strokes, discs, frames and words at places in points, y upwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

from backprop_cli.ground.records import record
from backprop_cli.pictures.labels import Label

Place = tuple[float, float]


class Ink(Enum):
    """What a colour means. Each is readable in grey, and none is the only way to tell things apart."""

    INK = "#1b1f24"
    LINE = "#8b949e"
    FAINT = "#57606a"
    VALUE = "#00664a"  # what goes forward
    BACK = "#b3380a"  # what comes back
    INPUT = "#f4f5f7"
    HIDDEN = "#e3edf9"
    OUTPUT = "#fdecd2"
    PAPER = "#ffffff"


@record
class Area:
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def wider(self, by: float) -> Area:
        """The same with so much more on every side."""
        return Area(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def meets(self, other: Area) -> bool:
        """Whether they have a point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def moved(self, x: float, y: float) -> Area:
        """The same at another place."""
        return Area(self.left + x, self.bottom + y, self.right + x, self.top + y)


def cubic(points: tuple[Place, ...], share: float) -> Place:
    """The place after this share of a cubic curve."""
    t, u = share, 1 - share
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    x, y = (sum(w * point[axis] for w, point in zip(weights, points, strict=True)) for axis in (0, 1))
    return x, y


@record
class Stroke:
    """A line through these points, as an arrow where it has a head; `bent`: a cubic curve by its four points.

    `role` says what it is, and `key` of what: (wire, w5).
    """

    points: tuple[Place, ...]
    ink: Ink = Ink.LINE
    width: float = 0.9
    head: bool = False
    dashed: bool = False
    bent: bool = False
    role: str = ""
    key: str = ""

    @property
    def area(self) -> Area:
        """What it covers, about."""
        points = [cubic(self.points, n / 12) for n in range(13)] if self.bent else self.points
        xs, ys = zip(*points, strict=True)
        return Area(min(xs), min(ys), max(xs), max(ys))

    def moved(self, x: float, y: float) -> Stroke:
        """The same at another place."""
        return replace(self, points=tuple((a + x, b + y) for a, b in self.points))


@record
class Frame:
    """A rectangle with round corners; with corners of half its height, a disc.

    `role` says what it is, and `key` of what: (unit, h1).
    """

    area: Area
    fill: Ink = Ink.PAPER
    corner: float = 4
    role: str = ""
    key: str = ""

    def moved(self, x: float, y: float) -> Frame:
        """The same at another place."""
        return replace(self, area=self.area.moved(x, y))


@record
class Words:
    """A label of this size with its left end on the base line at a place; `halo` hides the lines under it.

    `role` says what it is, and `key` of what: (weight, w5).
    """

    label: Label
    at: Place
    size: float
    area: Area
    ink: Ink = Ink.INK
    halo: bool = False
    role: str = ""
    key: str = ""

    def moved(self, x: float, y: float) -> Words:
        """The same at another place."""
        return replace(self, at=(self.at[0] + x, self.at[1] + y), area=self.area.moved(x, y))


Item = Stroke | Frame | Words


@record
class Picture:
    """Items on a page of this size; the title and the description are for those who cannot see it."""

    items: tuple[Item, ...]
    width: float
    height: float
    title: str = ""
    description: str = ""

    @property
    def words(self) -> list[Words]:
        """All the labels."""
        return [item for item in self.items if isinstance(item, Words)]


_MARGIN = 14


def picture(items: Iterable[Item], title: str = "", description: str = "") -> Picture:
    """The items on a page that they just fill, with a margin."""
    found = list(items)
    areas = [item.area for item in found]
    left, bottom = min(a.left for a in areas) - _MARGIN, min(a.bottom for a in areas) - _MARGIN
    right, top = max(a.right for a in areas) + _MARGIN, max(a.top for a in areas) + _MARGIN
    moved = tuple(item.moved(-left, -bottom) for item in found)
    return Picture(moved, right - left, top - bottom, title, description)
