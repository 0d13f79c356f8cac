"""How large the gradients are, layer by layer, as bars on a logarithmic scale."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import gradient, parameter
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.health.findings import Health
from backprop_cli.health.magnitudes import Sizes
from backprop_cli.pictures.charts import (
    HEIGHT,
    LABEL,
    LEFT,
    TICK,
    TOP,
    axes,
    figure,
    logarithmic,
    named,
    number,
    write,
)
from backprop_cli.pictures.fonts import width
from backprop_cli.pictures.items import Ink
from backprop_cli.pictures.labels import bare_speller, decimal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 24
_BAR = 34.0
_HATCHES = ("", "////")


def draw(health: Health) -> Figure:
    """The mean size of δ and of the gradients of the weights in every layer; of a graph, at every node."""
    layers = [layer for layer in health.layers if layer.deltas or layer.weights]
    if not layers or len(layers) > _MOST:
        said = _("the sizes of gradients can be drawn for 1 to {most} layers or nodes; here are {count}")
        raise UsageError(said.format(most=_MOST, count=len(layers)))
    sizes = [(layer.deltas, layer.weights) for layer in layers]
    words = [_wrapped(layer.label) for layer in layers]
    both = any(all(pair) for pair in sizes)
    step = max((2 if both else 1) * (_BAR + 6) + 16, *(width(line) * TICK + 14 for one in words for line in one))
    low_room = 20 + 11 * max(map(len, words))
    whole = figure((LEFT + step * len(layers) + 16, HEIGHT))
    found = axes(whole, (LEFT, low_room, step * len(layers), HEIGHT - low_room - TOP - 10))
    values = [number(one.mean.decimal) for pair in sizes for one in pair if one]
    known = [value for value in values if value > 0] or [1.0]
    low, high = 10.0 ** (floor(log10(min(known))) - (0 if log10(min(known)) % 1 > 0.15 else 1)), max(known) * 3
    logarithmic(found, low, high)
    found.set_ylim(low, high)
    found.set_xlim(0, step * len(layers))
    for place, pair in enumerate(sizes):
        there = [(kind, one) for kind, one in enumerate(pair) if one]
        for shift, (kind, one) in enumerate(there):
            middle = step * (place + 0.5) + (shift - (len(there) - 1) / 2) * (_BAR + 6)
            _bar(found, middle, one, kind, low)
    found.set_xticks([step * (place + 0.5) for place in range(len(layers))], ["\n".join(one) for one in words],
                     fontsize=TICK, parse_math=False)  # fmt: skip
    named(found, "", _("mean size"))
    _legend(found, health, both, any(pair[0] for pair in sizes), step * len(layers))
    return whole


def _bar(found: Axes, middle: float, size: Sizes, kind: int, low: float) -> None:
    """One bar with its number over it; of nothing but zeros, only the number."""
    value = number(size.mean.decimal)
    if value > 0:
        found.bar(middle, value - low, _BAR, bottom=low, color=_colour(kind), edgecolor=Ink.INK.value, linewidth=0.7,
                  hatch=_HATCHES[kind])  # fmt: skip
    text = _short(size)
    found.annotate(text, (middle, max(value, low)), (0, 3), textcoords="offset points", ha="center", va="bottom",
                   fontsize=TICK - 2, color=Ink.INK.value, parse_math=False)  # fmt: skip


def _short(size: Sizes) -> str:
    return decimal(size.mean.decimal)


def _colour(kind: int) -> str:
    return ("#8fbfe0", "#f2c79b")[kind]


def _wrapped(label: str) -> list[str]:
    """A label on lines of a few words."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + len(word) < 14:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _legend(found: Axes, health: Health, both: bool, deltas: bool, wide: float) -> None:
    """What the two kinds of bars are, over the chart."""
    from matplotlib.patches import Rectangle

    problem, objective = health.problem, health.objective
    assert objective is not None
    write_symbol = bare_speller(problem)
    slope = write_symbol.writer.symbol(gradient(objective, parameter("w")))
    delta = write_symbol.writer.stem("delta") if problem.layers else _("gradients of the nodes")
    kinds = [(0, f"|{delta}|" if problem.layers else delta)] if deltas else []
    kinds += [(1, f"|{slope}|")] if both or not deltas or not problem.layers else []
    high = found.get_window_extent().height
    x = 0.0
    for kind, text in kinds:
        box = Rectangle((x / wide, 1.04), 14 / wide, 10 / high, transform=found.transAxes, clip_on=False)
        box.set(facecolor=_colour(kind), edgecolor=Ink.INK.value, linewidth=0.7, hatch=_HATCHES[kind])
        found.add_patch(box)
        write(found, text, ((x + 19) / wide, 1.04), found.transAxes, fontsize=LABEL - 1, va="bottom")
        x += 19 + width(text) * LABEL + 18
