"""What pictures of neurons share: a neuron with its name and value, and the lines between two of them, rim to rim."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot

from backprop_cli.ground.words import _
from backprop_cli.pictures.facts import Facts
from backprop_cli.pictures.items import Ink, Place
from backprop_cli.pictures.labels import Label, words
from backprop_cli.pictures.page import NAME, SMALL, Canvas, wide
from backprop_cli.pictures.wiring import Wire, Wiring
from backprop_cli.problem.model import Problem

RADIUS = 21.0
_SMALLEST = 7.0  # size of type that can still be read
_DEEPEST = 0.3  # of the size: an index of an index is no longer read


@dataclass
class Neurons:
    """One try to draw neurons: `written` of a weight is both, one (value or name) or none."""

    problem: Problem
    facts: Facts
    wiring: Wiring
    written: str
    stretch: float
    page: Canvas = field(default_factory=Canvas)

    def weight(self, wire: Wire) -> Label:
        """w₅ = 0.40, or only one of the two."""
        return self.facts.parameter(wire.parameter, both=self.written == "both") if wire.parameter else ()

    def fill(self, unit: str) -> Ink:
        """Inputs, hidden and output neurons have their own."""
        if unit in self.problem.inputs:
            return Ink.INPUT
        return Ink.OUTPUT if unit in self.problem.outputs else Ink.HIDDEN


def draw_unit(page: Canvas, facts: Facts, unit: str, place: Place, fill: Ink) -> None:
    """A neuron with its name, and what it puts out under it."""
    (x, y), name, value = place, facts.unit(unit), facts.value(unit)
    page.disc(place, RADIUS, fill, unit)
    name, size = fitted(name, unit, 2 * RADIUS - 7)
    page.at(name, (x, y + (6 if value is not None else 0)), size, role="unit", key=unit)
    if value is not None:
        label = words(value)
        small = min(SMALL, SMALL * (2 * RADIUS - 7) / max(wide(label, SMALL), 1))
        page.at(label, (x, y - 7), small, ink=Ink.VALUE, role="value", key=unit)


def fitted(label: Label, name: str, room: float) -> tuple[Label, float]:
    """The name of a unit at a size that fits into it; of one that would be too small to read, its beginning."""
    size = min(NAME, NAME * room / max(wide(label, NAME), 1))
    deep = any(abs(run.shift) > _DEEPEST for run in label)
    if size >= _SMALLEST and not deep:
        return label, size
    kept = len(name)
    while kept > 1 and wide(words(name[:kept] + "…"), _SMALLEST) > room:
        kept -= 1
    return words(name if wide(words(name), _SMALLEST) <= room else name[:kept] + "…"), _SMALLEST


def shortened(start: Place, end: Place) -> tuple[Place, ...]:
    """The line between two neurons, from rim to rim."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = (RADIUS + 1) / max(hypot(dx, dy), 1)
    return (start[0] + dx * share, start[1] + dy * share), (end[0] - dx * share, end[1] - dy * share)


def bent(start: Place, one: Place, two: Place, end: Place) -> tuple[Place, ...]:
    """A curve from rim to rim."""
    return shortened(start, one)[0], one, two, shortened(two, end)[1]


def description(problem: Problem) -> str:
    """The network in words."""
    inputs = [len(problem.inputs)] if problem.inputs else []
    sizes = " → ".join(map(str, [*inputs, *(len(layer.outputs) for layer in problem.layers)]))
    return _("a network of {sizes} units").format(sizes=sizes)
