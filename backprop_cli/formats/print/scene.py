"""A picture of a document as lines, circles and labels in centimetres, for formats that draw it themselves."""

from __future__ import annotations

from math import hypot
from typing import TypeAlias

from backprop_cli.documents.model import Inline
from backprop_cli.ground.records import record
from backprop_cli.pictures.items import Ink
from backprop_cli.pictures.labels import Run

_TIP = 0.2  # the length of an arrow's head


@record
class Polyline:
    """A line through points; `kind` is curve, axis or grid."""

    points: tuple[tuple[float, float], ...]
    kind: str


@record
class Dot:
    """A black disc."""

    x: float
    y: float
    radius: float


@record
class Edge:
    """A line of a network or a graph, in points wide; `bent`: a cubic curve by its four points.

    `role` and `key`, here and below, are those of the item in the picture: (wire, w5).
    """

    points: tuple[tuple[float, float], ...]
    ink: Ink
    width: float
    head: bool
    dashed: bool
    bent: bool
    role: str = ""
    key: str = ""

    @property
    def tip(self) -> tuple[tuple[float, float], ...]:
        """The head of the arrow: its point, and the two corners behind it."""
        (x0, y0), (x, y) = self.points[-2:]
        far = hypot(x - x0, y - y0) or 1.0
        dx, dy = (x - x0) / far, (y - y0) / far
        back, side = (x - _TIP * dx, y - _TIP * dy), (0.4 * _TIP * dy, 0.4 * _TIP * dx)
        return (x, y), (back[0] - side[0], back[1] + side[1]), (back[0] + side[0], back[1] - side[1])


@record
class Box:
    """A box with rounded corners, from its lower left; a disc where they are half its height."""

    x: float
    y: float
    width: float
    height: float
    corner: float
    fill: Ink
    role: str = ""
    key: str = ""

    @property
    def is_disc(self) -> bool:
        """Whether it is a disc."""
        return 2 * self.corner >= max(self.width, self.height) - 0.001


@record
class Runs:
    """A label with its middle and its base line at a place, about so wide, its size in points.

    `halo` hides lines under it.
    """

    x: float
    y: float
    width: float
    runs: tuple[Run, ...]
    size: float
    ink: Ink
    halo: bool
    role: str = ""
    key: str = ""


@record
class Label:
    """Words or mathematics at a point: `side` says which side of them it is (centre, north, south, east or west).

    One that is wider than `widest` is made smaller.
    """

    x: float
    y: float
    text: Inline
    side: str = "centre"
    widest: float = 20.0
    small: bool = False


Item: TypeAlias = Polyline | Dot | Edge | Box | Label | Runs


@record
class Scene:
    """A picture; y counts from below."""

    width: float
    height: float
    items: tuple[Item, ...]
