"""The pictures of a document as lines, circles and labels in centimetres, for formats that draw them themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log10

from backprop_cli.documents.model import Column, Curve, Drawing, Inline, Math, Plot, Text, plain
from backprop_cli.formats.plot import Axis
from backprop_cli.numbers.exact import Rational

_RADIUS = 0.38
_TALLEST, _WIDEST = 8, 6  # units in a layer and layers of a network that is still drawn unit by unit
_WIDTH, _HEIGHT = 12.0, 6.0  # of a plot
_STEPS = 2000  # places that an axis tells apart
_DECADES = 1.7  # from so many powers of ten on, epochs stand on a logarithmic axis
_PER_SIGN, _LINE = 0.17, 0.36  # about how large a small label is


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; `kind` is edge, curve, axis, grid or arrow."""

    points: tuple[tuple[float, float], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle; one that is not open is a dot."""

    x: float
    y: float
    radius: float
    open: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A box with rounded corners around its middle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture; y counts from below."""

    width: float
    height: float
    items: tuple[Line | Circle | Box | Label, ...]


# ---- the network -------------------------------------------------------------------------------------------------


def network(block: Drawing, width: float = 15.5) -> Scene:
    """The network as circles with lines between them; one too large for that as boxes, each a layer."""
    if block.connected and len(block.columns) <= _WIDEST and max(block.sizes) <= _TALLEST:
        return _units(block, width)
    return _layers(block, width)


def _units(block: Drawing, width: float) -> Scene:
    across = min(3.4, (width - 2 * _RADIUS - 2) / max(1, len(block.columns) - 1))
    down = 1.25 if max(block.sizes) <= 4 else 1.0
    height = down * (max(block.sizes) - 1) + 2 * _RADIUS + 1.0
    middle = (height + 1.0) / 2
    places = [
        [(1 + _RADIUS + column * across, middle + down * ((size - 1) / 2 - unit)) for unit in range(size)]
        for column, size in enumerate(block.sizes)
    ]
    items: list[Line | Circle | Box | Label] = []
    for before, after in pairwise(places):
        items += [Line((start, end), "edge") for start in before for end in after]
    for column, spots in zip(block.columns, places, strict=True):
        for unit, (x, y) in zip(column.units, spots, strict=True):
            items += [Circle(x, y, _RADIUS), Label(x, y, (unit,), widest=1.5 * _RADIUS)]
        items += _caption(column, spots[0][0], 0.62, across - 0.2)
    return Scene(2 + 2 * _RADIUS + across * (len(block.columns) - 1), height, tuple(items))


def _caption(column: Column, x: float, y: float, widest: float) -> Iterator[Label]:
    """What stands under a layer: its name and its activation."""
    yield Label(x, y, (Text(column.label),), "north", widest, small=True)
    if column.activation:
        yield Label(x, y - 0.4, column.activation, "north", widest, small=True)


def _layers(block: Drawing, width: float) -> Scene:
    """Boxes with the number of units in each layer, several rows of them where one is not enough."""
    wide, gap, high = 2.7, 0.6, 1.3
    per_row = min(len(block.columns), floor((width + gap) / (wide + gap)))
    rows = ceil(len(block.columns) / per_row)
    items: list[Line | Circle | Box | Label] = []
    for index, column in enumerate(block.columns):
        row, place = divmod(index, per_row)
        x, y = wide / 2 + place * (wide + gap), (rows - row - 0.5) * (high + 0.5)
        said: Inline = (*((Text(f"{len(column.units)} "),) if column.units else ()), *column.activation)
        items += [
            Box(x, y, wide, high),
            Label(x, y + 0.28, (Text(column.label),), widest=wide - 0.2, small=True),
            Label(x, y - 0.28, said, widest=wide - 0.2),
        ]
        if place:
            items.append(Line(((x - wide / 2 - gap, y), (x - wide / 2, y)), "arrow"))
        elif row:
            items.append(Line(((x - wide / 2 - 0.45, y), (x - wide / 2, y)), "arrow"))
    return Scene(per_row * (wide + gap) - gap, rows * (high + 0.5), tuple(items))


# ---- plots -------------------------------------------------------------------------------------------------------


def plot(block: Plot) -> Scene:
    """The loss over a parameter, and the points of the descents on it."""
    heights = [y for _x, y in block.curve if y is not None] + [mark.y for mark in block.marks]
    low, high = min(heights), max(heights)
    if low == high:
        low, high = low - 1, high + 1
    x_axis = Axis(block.curve[0][0], block.curve[-1][0], _STEPS + 1)
    y_axis = Axis(low, high, _STEPS + 1)

    def at(x: Rational, y: Rational) -> tuple[float, float]:
        return x_axis.at(x) / _STEPS * _WIDTH, y_axis.at(y) / _STEPS * _HEIGHT

    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in block.curve:
        if y is None:
            runs.append([])
        else:
            runs[-1].append(at(x, y))
    curves = [Line(tuple(run), "curve") for run in runs if len(run) > 1]
    dots = [(*at(mark.x, mark.y), mark.label) for mark in block.marks]
    x_ticks = [(dot / _STEPS, (Text(_minus(text)),)) for dot, text in x_axis.ticks(8)]
    y_ticks = [(dot / _STEPS, (Text(_minus(text)),)) for dot, text in y_axis.ticks(6)]
    return _framed(curves, dots, x_ticks, y_ticks, ((block.x,), (block.y,)))


def curve(block: Curve, epochs: Inline, power: str) -> Scene:
    """The loss over the epochs; `power` is how 10 to a power is written in the document's dialect."""
    points = [(point.epoch, point.log10) for point in block.points if point.log10 is not None]
    first, last = points[0][0], points[-1][0]
    more = 0 if first else 1  # so that epoch 0 has a place on a logarithmic axis
    far = log10((last + more) / (first + more)) >= _DECADES
    low, high = _room([y for _x, y in points])

    def across(epoch: float) -> float:
        if far:
            return log10((epoch + more) / (first + more)) / log10((last + more) / (first + more))
        return (epoch - first) / (last - first)

    spots = [(across(x) * _WIDTH, (y - low) / (high - low) * _HEIGHT) for x, y in points]
    x_ticks = [
        (across(epoch), (Text(f"{epoch:,}" if epoch > 9999 else str(epoch)),)) for epoch in _epochs(first, last, far)
    ]
    y_ticks = [((at - low) / (high - low), (text,)) for at, text in _powers(low, high, power)]
    dots = [(*spot, "") for spot in spots] if len(spots) <= 40 else []
    return _framed([Line(tuple(spots), "curve")], dots, x_ticks, y_ticks, (epochs, ()))


def _room(values: Sequence[float]) -> tuple[float, float]:
    """The ends of a logarithmic axis: a little more than the values take."""
    low, high = min(values), max(values)
    more = max(0.05 * (high - low), 0.02)
    return low - more, high + more


def _powers(low: float, high: float, power: str) -> Iterator[tuple[float, Math]]:
    """The ticks of a logarithmic axis: powers of ten, and between few of them 2 and 5 times one."""
    first, last = floor(low), ceil(high)
    every = max(1, ceil((high - low) / 8))
    factors = (1,) if high - low > 2.5 else (1, 2, 5) if high - low > 0.6 else tuple(n / 10 for n in range(10, 100))
    found = [
        (exponent + log10(factor), factor, exponent) for exponent in range(first, last + 1, every) for factor in factors
    ]
    found = [one for one in found if low <= one[0] <= high]
    for at, factor, exponent in found[:: max(1, ceil(len(found) / 8))]:
        if -4 < exponent < 5:
            text = f"{factor * 10.0**exponent:.{max(0, 1 - exponent)}f}"
            text = (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
            yield at, Math(text, text)
        else:
            bare = "10" + power.partition("10")[2]
            yield at, Math((bare if factor == 1 else power).format(f"{factor:g}", exponent), f"{factor:g}e{exponent}")


def _epochs(first: int, last: int, far: bool) -> list[int]:
    """Round epochs along the axis."""
    if far:
        return [*([] if first else [0]), *(10**n for n in range(ceil(log10(first or 1)), floor(log10(last)) + 1))]
    step = max(1, 10 ** floor(log10(max(1, last - first))))
    while (last - first) / step < 4 and step > 1:
        step = step // 2 if step % 2 == 0 else max(1, step // 5)
    while (last - first) / step > 10:
        step *= 2
    return list(range(-(-first // step) * step, last + 1, step))


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _framed(
    curves: Sequence[Line],
    dots: Sequence[tuple[float, float, str]],
    x_ticks: Sequence[tuple[float, Inline]],
    y_ticks: Sequence[tuple[float, Inline]],
    names: tuple[Inline, Inline],
) -> Scene:
    """A curve with its axes to the left and below, their ticks and names, and labelled points."""
    left, below, above = 0.5 + _PER_SIGN * max(len(plain(text)) for _at, text in y_ticks or [(0, ())]), 1.1, 0.7
    items: list[Line | Circle | Box | Label] = []
    for at, text in y_ticks:
        y = at * _HEIGHT
        items += [Line(((0, y), (_WIDTH, y)), "grid"), Label(-0.15, y, text, "east", small=True)]
    free = -1.0
    for at, text in x_ticks:
        x, half = at * _WIDTH, _PER_SIGN * len(plain(text)) / 2
        items.append(Line(((x, 0), (x, -0.1)), "axis"))
        if x - half >= free:
            items.append(Label(x, -0.26, text, "north", small=True))
            free = x + half + 0.15
    items.append(Line(((0, _HEIGHT + 0.2), (0, 0), (_WIDTH + 0.2, 0)), "axis"))
    items += [Label(_WIDTH + 0.3, 0.05, names[0], "west"), Label(0, _HEIGHT + 0.3, names[1], "south")]
    items += curves
    items += [Circle(x, y, 0.06, open=False) for x, y, _text in dots]
    items += _named(dots, [spot for line in curves for spot in line.points])
    right = 0.4 + 0.21 * len(plain(names[0]))
    return Scene(left + _WIDTH + right, below + _HEIGHT + above, tuple(_moved(item, left, below) for item in items))


def _named(dots: Sequence[tuple[float, float, str]], curve: Sequence[tuple[float, float]]) -> Iterator[Label]:
    """The labels of points, each where it is on no other, and off the curve where it can be; else it is left out."""
    taken = [_around(x, y, 0.08) for x, y, text in dots if text]
    under = [_around(x, y, 0.02) for x, y in curve]
    for x, y, text in dots:
        wide = _PER_SIGN * len(text) + 0.05
        places = {
            "south": (x - wide / 2, y + 0.1), "west": (x + 0.12, y - _LINE / 2),
            "north": (x - wide / 2, y - 0.1 - _LINE), "east": (x - 0.12 - wide, y - _LINE / 2),
        }  # fmt: skip
        boxes = {side: (left, low, left + wide, low + _LINE) for side, (left, low) in places.items()}
        free = [side for side, box in boxes.items() if box[0] > 0 and box[1] > 0 and not _meets(box, taken)]
        free = [side for side in free if not _meets(boxes[side], under)] or free
        if text and free:
            taken.append(boxes[free[0]])
            dx, dy = {"south": (0, 0.12), "north": (0, -0.12), "west": (0.14, 0), "east": (-0.14, 0)}[free[0]]
            yield Label(x + dx, y + dy, (Text(text),), free[0], small=True)


def _around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _meets(one: tuple[float, float, float, float], others: Sequence[tuple[float, float, float, float]]) -> bool:
    return any(one[0] < x1 and x0 < one[2] and one[1] < y1 and y0 < one[3] for x0, y0, x1, y1 in others)


def _moved(item: Line | Circle | Box | Label, right: float, up: float) -> Line | Circle | Box | Label:
    if isinstance(item, Line):
        return Line(tuple((x + right, y + up) for x, y in item.points), item.kind)
    return replace(item, x=item.x + right, y=item.y + up)
