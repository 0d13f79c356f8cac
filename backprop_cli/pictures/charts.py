"""Axes, curves and their labels: what all charts have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.records import record
from backprop_cli.ground.words import in_figures
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.pictures.figures import POINT
from backprop_cli.pictures.fonts import family, width
from backprop_cli.pictures.items import Ink
from backprop_cli.writing.shapes import SUPERSCRIPTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Formatter

WIDTH, HEIGHT = 430.0, 280.0
LEFT, BOTTOM, TOP, RIGHT = 58.0, 44.0, 18.0, 18.0
LABEL, TICK = 11.0, 9.0
_APART = 13.0  # points between labels of curves
_SHORT_NAME = 4  # characters of a name that is written upright beside its axis
_WIDE_RANGE = 30  # from the least to the largest, from where a logarithmic scale shows more
LOOKS = (  # colours for the colour-blind (Okabe and Ito, 2008); line style and marker tell the same in grey
    ("#0072b2", "-", "o"), ("#d55e00", (0, (5, 2)), "s"), ("#009e73", (0, (2, 1.5)), "^"),
    ("#7a3e6c", (0, (7, 2, 1.5, 2)), "D"), ("#000000", "-", "v"), ("#56b4e9", (0, (5, 2)), "P"),
    ("#a87900", (0, (2, 1.5)), "X"), ("#666666", (0, (7, 2, 1.5, 2)), "*"),
)  # fmt: skip
MOST = len(LOOKS)  # curves in one chart


@record
class Series:
    """A curve and what it is called."""

    name: str
    points: tuple[tuple[float, float], ...]


def number(value: Decimal) -> float:
    """A decimal as a place in a chart; infinite where it is beyond every chart."""
    return float(f"{value.digits}e{-value.places}")


def look(index: int) -> tuple[str, Any, str]:
    """Colour, line style and marker of a curve."""
    return LOOKS[index % len(LOOKS)]


def figure(size: tuple[float, float] = (WIDTH, HEIGHT)) -> Figure:
    """An empty figure of a size in points."""
    from matplotlib.figure import Figure

    return Figure(figsize=(size[0] / POINT, size[1] / POINT))


def axes(whole: Figure, area: tuple[float, float, float, float]) -> Axes:
    """Axes that fill an area: left, bottom, width and height in points."""
    wide, high = (side * POINT for side in whole.get_size_inches())
    left, bottom, across, up = area
    found = whole.add_axes((left / wide, bottom / high, across / wide, up / high))
    found.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        found.spines[side].set_color(Ink.FAINT.value)
    for axis in (found.xaxis, found.yaxis):
        axis.set_major_formatter(_as_read())
    found.tick_params(labelsize=TICK, color=Ink.FAINT.value, labelcolor=Ink.INK.value)
    return found


def _as_read() -> Formatter:
    """Writes the numbers of an axis as its reader does, with a point or a comma."""
    from matplotlib.ticker import ScalarFormatter

    class AsRead(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return in_figures(super().__call__(x, pos))

    return AsRead()


def named(found: Axes, x: str, y: str) -> None:
    """Writes what the axes are."""
    upright: dict[str, Any] = {"rotation": 0, "ha": "right", "va": "center"} if len(y) <= _SHORT_NAME else {}
    for text, write, more in ((x, found.set_xlabel, {}), (y, found.set_ylabel, upright)):
        write(text, fontsize=LABEL, family=list(family(text)), color=Ink.INK.value, parse_math=False, **more)


def wants_logarithm(values: Sequence[float]) -> bool:
    """Whether values are shown better on a logarithmic scale."""
    return min(values) > 0 and max(values) > _WIDE_RANGE * min(values)


def logarithmic(found: Axes, low: float, high: float) -> None:
    """A logarithmic scale upwards, with whole powers of ten as its ticks."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    first, last = floor(log10(low)), ceil(log10(high))
    every = max(1, ceil((last - first) / 8))
    first -= first % every
    found.set_yscale("log")
    found.yaxis.set_major_locator(FixedLocator([10.0**n for n in range(first, last + 1, every)]))
    found.yaxis.set_minor_locator(NullLocator())
    found.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: power(value)))


def power(value: float) -> str:
    """A power of ten: 1, 10, 10⁻³."""
    exponent = round(log10(value))
    return {0: "1", 1: "10"}.get(exponent) or "10" + str(exponent).translate(SUPERSCRIPTS)


def write(found: Axes, text: str, at: tuple[float, float], transform: Any, **more: Any) -> Any:
    """Words that are nothing but words."""
    look: dict[str, Any] = {
        "fontsize": TICK,
        "family": list(family(text)),
        "parse_math": False,
        "color": Ink.INK.value,
    } | more
    return found.text(*at, text, transform=transform, **look)


def curves(lines: Sequence[Series], x: str, y: str, markers: bool) -> Figure:
    """Curves in one chart, each with its name at its right end."""
    from matplotlib.ticker import MaxNLocator

    room = max(width(line.name) * TICK + 34 for line in lines) if len(lines) > 1 else 0.0
    whole = figure((WIDTH + room, HEIGHT))
    found = axes(whole, (LEFT, BOTTOM, WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP))
    values = [value for line in lines for _x, value in line.points if isfinite(value)]
    low, high = _limits(lines, values)
    if wants_logarithm([value for value in values if value <= high]):
        low, high = low / 1.6, high * 1.6
        logarithmic(found, low, high)
    else:
        low, high = low - (high - low) * 0.06, high + (high - low) * 0.06
    last = max(x for line in lines for x, _y in line.points)
    found.set_ylim(low, high if high > low else low + 1)
    found.set_xlim(0 - last * 0.015, last * 1.015)
    found.xaxis.set_major_locator(MaxNLocator(integer=True))
    for index, line in enumerate(lines):
        colour, style, marker = look(index)
        xs, ys = zip(*line.points, strict=True)
        few: dict[str, Any] = {"marker": marker, "markersize": 4.5} if markers else {}
        found.plot(xs, ys, color=colour, linestyle=style, linewidth=1.6, zorder=3 + index / 100, **few)
    named(found, x, y)
    if room:
        _name_ends(found, lines)
    return whole


def _limits(lines: Sequence[Series], values: Sequence[float]) -> tuple[float, float]:
    """From where to where the values go; one curve that runs away must not flatten the others."""
    firsts = [line.points[0][1] for line in lines]
    bound = max(firsts) * 1000 if max(firsts) > 0 and len(lines) > 1 else max(values)
    kept = [value for value in values if value <= bound]
    return min(kept), max(kept)


def _name_ends(found: Axes, lines: Sequence[Series]) -> None:
    """Writes the names to the right of the chart, at the heights of the last points as far as there is room."""
    ends = []
    for index, line in enumerate(lines):
        low, high = found.get_ylim()
        x, y = next((p for p in reversed(line.points) if isfinite(p[1])), line.points[-1])
        share = _share(found, min(max(y, low), high))
        ends.append((share, index, x, min(max(y, low), high)))
    ends.sort(reverse=True)
    for (share, index, x, y), height in zip(ends, _spread(ends), strict=True):
        colour, style, marker = look(index)
        right = found.transAxes.transform((1, share))
        left = found.transData.transform((x, y))
        begin = found.transAxes.inverted().transform((left[0], right[1]))[0]
        found.plot([begin, 1.015, 1.035], [share, share, height], color=colour, linewidth=0.7, linestyle=":",
                   transform=found.transAxes, clip_on=False)  # fmt: skip
        found.plot([1.04, 1.09], [height] * 2, color=colour, linestyle=style, linewidth=1.6, transform=found.transAxes,
                   clip_on=False)  # fmt: skip
        found.plot([1.065], [height], color=colour, marker=marker, markersize=4.5, transform=found.transAxes,
                   clip_on=False)  # fmt: skip
        write(found, lines[index].name, (1.1, height), found.transAxes, va="center", gid=f"curve {index + 1}")


def _share(found: Axes, value: float) -> float:
    """How far up a value stands, from 0 to 1."""
    scale: Callable[[float], float] = log10 if found.get_yscale() == "log" else float
    low, high = map(scale, found.get_ylim())
    return (scale(value) - low) / (high - low)


def _spread(ends: Sequence[tuple[float, int, float, float]]) -> list[float]:
    """Heights from the top, so far apart that names do not touch."""
    apart = _APART / (HEIGHT - BOTTOM - TOP)
    heights: list[float] = []
    for share, *_rest in ends:
        heights.append(min(share, heights[-1] - apart) if heights else share)
    short = -min(0.0, heights[-1])
    return [height + short for height in heights] if short else heights
