"""The loss as a curve over one parameter, with the steps of a descent on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational
from backprop_cli.pictures.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TICK,
    TOP,
    WIDTH,
    axes,
    figure,
    look,
    named,
    number,
    write,
)
from backprop_cli.pictures.fonts import width
from backprop_cli.pictures.items import Area, Ink
from backprop_cli.pictures.runs import run_name
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import speller
from backprop_cli.training.landscape import Landscape, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SMALL = (270.0, 190.0)  # of a panel where there are several
_CAPTION = 20.0
_ACROSS = 2
_SIDES = ((6, 6, "left", "bottom"), (-6, 6, "right", "bottom"), (0, 8, "center", "bottom"), (6, -6, "left", "top"),
          (-6, -6, "right", "top"), (0, -8, "center", "top"))  # fmt: skip


def draw(solution: Solution) -> Figure:
    """Every landscape of the solution in a panel of its own."""
    landscapes, comparison = solution.landscapes, solution.comparison
    several = len(landscapes) > 1
    captions = [""] * len(landscapes)
    if several and comparison is not None:
        captions = [run_name(solution.problem, comparison, index) for index in range(len(landscapes))]
    size = _SMALL if several else (WIDTH, HEIGHT - _CAPTION)
    across = min(_ACROSS, len(landscapes))
    rows = -(-len(landscapes) // across)
    high = size[1] + (_CAPTION if several else 0)
    whole = figure((size[0] * across, high * rows))
    for index, (landscape, caption) in enumerate(zip(landscapes, captions, strict=True)):
        row, column = divmod(index, across)
        area = (column * size[0] + LEFT, (rows - 1 - row) * high + BOTTOM, size[0] - LEFT - RIGHT,
                size[1] - BOTTOM - TOP)  # fmt: skip
        found = axes(whole, area)
        _panel(found, solution, landscape, area)
        if caption:
            write(found, caption, (0.5, 1 + 10 / area[3]), found.transAxes, ha="center", va="bottom", fontsize=TICK + 1)
    return whole


def _panel(found: Axes, solution: Solution, landscape: Landscape, area: tuple[float, float, float, float]) -> None:
    """One landscape: the curve, the steps as arrows from point to point, and the epochs beside the points."""
    write_symbol = speller(solution.problem, solution.trace)
    curve = [(float_of(x), float_of(y)) for x, y in landscape.curve if y is not None]
    points = [(point, number(point.place), number(point.loss)) for descent in landscape.descents for point in descent]
    high = max([y for _p, _x, y in points], default=0.0)
    low = min([y for _x, y in curve] + [y for _p, _x, y in points])
    top = min(max(y for _x, y in curve), high + 0.6 * (high - low)) if high > low else max(y for _x, y in curve)
    found.set_xlim(curve[0][0], curve[-1][0])
    margin = 0.09 * (top - low) or 1.0
    found.set_ylim(low - margin, top + margin)
    found.plot(*zip(*curve, strict=True), color=Ink.FAINT.value, linewidth=1.4, zorder=2)
    several = len(landscape.descents) > 1
    places: list[tuple[float, float, str]] = []
    for index, descent in enumerate(landscape.descents):
        places += _descent(found, descent, index, several)
    _number(found, places, area)
    named(found, write_symbol.symbol(landscape.parameter.bare), write_symbol.symbol(landscape.loss.bare))
    beyond = [epochs for epochs in landscape.beyond if epochs]
    if beyond:
        said = _("from epoch {epoch} on outside the picture").format(epoch=min(map(min, beyond)))
        write(
            found, said, (0.5, 0.97), found.transAxes, ha="center", va="top", fontsize=TICK - 1, color=Ink.FAINT.value
        )


def _descent(found: Axes, descent: Sequence[Point], index: int, several: bool) -> list[tuple[float, float, str]]:
    """The steps of one descent; where its points are and what they are called."""
    colour, _style, marker = look(index)
    places = [(number(point.place), number(point.loss)) for point in descent]
    for start, end in pairwise(places):
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "color": colour, "linewidth": 0.9, "shrinkA": 2, "shrinkB": 2.5,
                                 "mutation_scale": 8}  # fmt: skip
        found.annotate("", end, start, arrowprops=arrow, zorder=3)
    found.plot(*zip(*places, strict=True), linestyle="", marker=marker, markersize=5.5, color=colour, zorder=4)
    letter = chr(ord("A") + index) if several else ""
    return [(*place, f"{letter}{point.epoch}") for place, point in zip(places, descent, strict=True)]


def _number(found: Axes, places: Sequence[tuple[float, float, str]], area: tuple[float, float, float, float]) -> None:
    """Writes the epochs beside the points, as many as there is room for, the first and the last ones first."""
    (left, right), (low, high) = found.get_xlim(), found.get_ylim()

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left) * area[2], (y - low) / (high - low) * area[3]

    taken = [Area(x - 3.5, y - 3.5, x + 3.5, y + 3.5) for x, y in (at(a, b) for a, b, _text in places)]
    order = sorted(range(len(places)), key=lambda n: (n not in (0, len(places) - 1), n))
    for number_ in order:
        x, y, text = places[number_]
        px, py = at(x, y)
        wide, high_ = width(text) * TICK, TICK * 0.8
        for dx, dy, across, up in _SIDES:
            start = px + dx - {"left": 0, "center": wide / 2, "right": wide}[across]
            bottom = py + dy - (0 if up == "bottom" else high_)
            room = Area(start - 1, bottom - 1, start + wide + 1, bottom + high_ + 1)
            inside = room.left > -2 and room.right < area[2] + 8 and room.bottom > 0 and room.top < area[3] + 12
            if inside and not any(room.meets(other) for other in taken):
                found.annotate(text, (x, y), (dx, dy), textcoords="offset points", ha=across, va=up, fontsize=TICK,
                               color=Ink.INK.value, parse_math=False)  # fmt: skip
                taken.append(room)
                break


def float_of(value: Rational) -> float:
    """A rational as a place in a chart."""
    return int(value.p) / int(value.q)
