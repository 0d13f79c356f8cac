"""Curves with their axes, as lines and labels: the loss over a parameter, and over the epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, log10

from backprop_cli.documents.model import Curve, Inline, Math, Plot, Text, plain
from backprop_cli.formats.print.scene import Dot, Edge, Item, Label, Polyline, Scene
from backprop_cli.formats.terminal.plot import Axis
from backprop_cli.ground.words import counted, in_figures
from backprop_cli.numbers.exact import Rational
from backprop_cli.writing.shapes import SUPERSCRIPTS

WIDTH, _HEIGHT = 12.0, 6.0  # of a plot
_STEPS = 2000  # places that an axis tells apart
_DECADES = 1.7  # from so many powers of ten on, epochs stand on a logarithmic axis
_MOST_DOTS = 40  # of a curve whose points are marked
PER_SIGN, _LINE = 0.17, 0.36  # about how large a small label is


def plot(block: Plot) -> Scene:
    """The loss over a parameter, and the points of the descents on it."""
    heights = [y for _x, y in block.curve if y is not None] + [mark.y for mark in block.marks]
    low, high = min(heights), max(heights)
    if low == high:
        low, high = low - 1, high + 1
    x_axis = Axis(block.curve[0][0], block.curve[-1][0], _STEPS + 1)
    y_axis = Axis(low, high, _STEPS + 1)

    def at(x: Rational, y: Rational) -> tuple[float, float]:
        return x_axis.at(x) / _STEPS * WIDTH, y_axis.at(y) / _STEPS * _HEIGHT

    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in block.curve:
        if y is None:
            runs.append([])
        else:
            runs[-1].append(at(x, y))
    curves = [Polyline(tuple(run), "curve") for run in runs if len(run) > 1]
    dots = [(*at(mark.x, mark.y), mark.label) for mark in block.marks]
    x_ticks = [(dot / _STEPS, (Text(_minus(text)),)) for dot, text in x_axis.ticks(8)]
    y_ticks = [(dot / _STEPS, (Text(_minus(text)),)) for dot, text in y_axis.ticks(6)]
    return _framed(curves, dots, x_ticks, y_ticks, ((block.x,), (block.y,)))


def curve(block: Curve, epochs: Inline, power: str) -> Scene:
    """The losses over the epochs; `power` is how 10 to a power is written in the document's dialect."""
    runs = [[(one.epoch, one.log10) for one in points if one.log10 is not None] for _name, points in block.runs]
    first, last = min(run[0][0] for run in runs), max(run[-1][0] for run in runs)
    more = 0 if first else 1  # so that epoch 0 has a place on a logarithmic axis
    far = log10((last + more) / (first + more)) >= _DECADES
    low, high = _room([y for run in runs for _x, y in run])

    def across(epoch: float) -> float:
        if far:
            return log10((epoch + more) / (first + more)) / log10((last + more) / (first + more))
        return (epoch - first) / (last - first)

    spots = [[(across(x) * WIDTH, (y - low) / (high - low) * _HEIGHT) for x, y in run] for run in runs]
    x_ticks = [
        (across(epoch), (Text(counted(epoch) if epoch > 9999 else str(epoch)),)) for epoch in _epochs(first, last, far)
    ]
    y_ticks = [((at - low) / (high - low), (text,)) for at, text in _powers(low, high, power)]
    few = max(map(len, spots)) <= _MOST_DOTS
    dots = [(*spot, "") for run in spots for spot in (run[:-1] if few else ())]
    dots += [(*run[-1], name) for run, (name, _points) in zip(spots, block.runs, strict=True) if few or name]
    return _framed([Polyline(tuple(run), "curve") for run in spots], dots, x_ticks, y_ticks, (epochs, ()))


def _room(values: Sequence[float]) -> tuple[float, float]:
    """The ends of a logarithmic axis: a little more than the values take."""
    low, high = min(values), max(values)
    more = max(0.05 * (high - low), 0.02)
    return low - more, high + more


def _powers(low: float, high: float, power: str) -> Iterator[tuple[float, Math | Text]]:
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
            yield at, _as_read(Math(text, text))
        else:
            bare = "10" + power.partition("10")[2]
            mantissa = "" if factor == 1 else f"{factor:g}·"
            characters = f"{mantissa}10{str(exponent).translate(SUPERSCRIPTS)}"
            yield at, _as_read(Math((bare if factor == 1 else power).format(f"{factor:g}", exponent), characters))


def _as_read(number: Math) -> Math | Text:
    """A number on an axis; as words where it has a decimal comma, which mathematics takes for a mark in a list."""
    as_read = in_figures(number.characters)
    return number if as_read == number.characters else Text(as_read)


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
    curves: Sequence[Polyline],
    dots: Sequence[tuple[float, float, str]],
    x_ticks: Sequence[tuple[float, Inline]],
    y_ticks: Sequence[tuple[float, Inline]],
    names: tuple[Inline, Inline],
) -> Scene:
    """A curve with its axes to the left and below, their ticks and names, and labelled points."""
    left, below, above = 0.5 + PER_SIGN * max(len(plain(text)) for _at, text in y_ticks or [(0, ())]), 1.1, 0.7
    items: list[Item] = []
    for at, text in y_ticks:
        y = at * _HEIGHT
        items += [Polyline(((0, y), (WIDTH, y)), "grid"), Label(-0.15, y, text, "east", small=True)]
    free = -1.0
    for at, text in x_ticks:
        x, half = at * WIDTH, PER_SIGN * len(plain(text)) / 2
        items.append(Polyline(((x, 0), (x, -0.1)), "axis"))
        if x - half >= free:
            items.append(Label(x, -0.26, text, "north", small=True))
            free = x + half + 0.15
    items.append(Polyline(((0, _HEIGHT + 0.2), (0, 0), (WIDTH + 0.2, 0)), "axis"))
    items += [Label(WIDTH + 0.3, 0.05, names[0], "west"), Label(0, _HEIGHT + 0.3, names[1], "south")]
    items += curves
    items += [Dot(x, y, 0.06) for x, y, _text in dots]
    items += _named(dots, [spot for line in curves for spot in line.points])
    right = 0.4 + 0.21 * len(plain(names[0]))
    return Scene(left + WIDTH + right, below + _HEIGHT + above, tuple(_moved(item, left, below) for item in items))


def _named(dots: Sequence[tuple[float, float, str]], curve: Sequence[tuple[float, float]]) -> Iterator[Label]:
    """The labels of points, each where it is on no other, and off the curve where it can be; else it is left out."""
    taken = [_around(x, y, 0.08) for x, y, text in dots if text]
    under = [_around(x, y, 0.02) for x, y in curve]
    for x, y, text in dots:
        wide = PER_SIGN * len(text) + 0.05
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


def _moved(item: Item, right: float, up: float) -> Item:
    if isinstance(item, Polyline | Edge):
        return replace(item, points=tuple((x + right, y + up) for x, y in item.points))
    return replace(item, x=item.x + right, y=item.y + up)
