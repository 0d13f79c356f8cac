"""A recurrent network unrolled: a column for every step, the layers one over the other, the inputs below."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.ground.words import _
from backprop_cli.pictures.facts import Facts
from backprop_cli.pictures.items import Area, Ink, Picture, Place, Words, picture
from backprop_cli.pictures.labels import words
from backprop_cli.pictures.page import SMALL, Canvas, wide
from backprop_cli.pictures.placing import Hung, hang
from backprop_cli.pictures.units import RADIUS, Neurons, bent, description, draw_unit, shortened
from backprop_cli.pictures.wiring import Wire, Wiring
from backprop_cli.problem.model import Problem

_GAPS = (1.0, 1.25, 1.6, 2.0)
_RISE = 96.0
_INSIDE = 62.0  # between units of one step


def draw(problem: Problem, facts: Facts, wiring: Wiring) -> Picture:
    """The picture of a network with steps."""
    for written in ("both", "one", "none"):
        for stretch in _GAPS:
            found = _Unrolled(problem, facts, wiring, written, stretch).drawn()
            if found is not None:
                return found
    raise AssertionError


def steps_of(problem: Problem) -> list[list[list[str]]]:
    """The units by level (the inputs first) and step; of a level without steps, all are in a step after the last."""
    first = next(layer for layer in problem.layers if layer.over_steps)
    grid = problem.input_grid.shape if problem.input_grid else ()
    count = grid[0] if grid else first.shape[0]
    levels = [_by_step(problem.inputs, problem.input_grid.shape if problem.input_grid else (), count)]
    for layer in problem.layers:
        if layer.over_steps:
            levels.append(_by_step(layer.outputs, layer.shape, count))
        else:
            levels.append([*([] for _step in range(count)), list(layer.outputs)])
    return levels


def _by_step(units: Sequence[str], shape: Sequence[int], count: int) -> list[list[str]]:
    """Units in the order of their steps, divided into these; units of another number are all in the last."""
    if len(units) % count or (shape and shape[0] != count and len(units) != count):
        return [*([] for _step in range(count - 1)), list(units)]
    each = len(units) // count
    return [list(units[step * each : (step + 1) * each]) for step in range(count)]


class _Unrolled(Neurons):
    """One try to draw it."""

    def drawn(self) -> Picture | None:
        """The picture, or None where the labels found no room."""
        self.levels = steps_of(self.problem)
        self.places = self.arranged()
        lines = {wire: self.line(wire) for wire in self.wiring.wires}
        for wire, line in lines.items():
            self.page.line(*line, bent=len(line) > 2, head=True, role="wire", key=wire.parameter)
        beside = {unit: self.beside(unit) for unit in self.places}
        taken = [Area(x - RADIUS - 2, y - RADIUS - 2, x + RADIUS + 2, y + RADIUS + 2) for x, y in self.places.values()]
        taken += [one.area for found in beside.values() for one in found]
        if self.written != "none":
            labels = [Hung(self.weight(wire), lines[wire], wire.parameter) for wire in lines if wire.parameter]
            found = hang(labels, SMALL, taken, first=0.45)
            if found is None:
                return None
            self.page.add(*found)
        for unit, place in self.places.items():
            draw_unit(self.page, self.facts, unit, place, self.fill(unit))
            self.page.add(*beside[unit])
        self.heads()
        return picture(self.page.items, self.facts.title, description(self.problem))

    def arranged(self) -> dict[str, Place]:
        """The middle of every unit: steps to the right, levels upwards."""
        count = max(map(len, self.levels))
        labels = [wide(self.weight(wire), SMALL) for wire in self.wiring.wires if wire.parameter]
        gap = 2 * RADIUS + (44 + max(labels, default=10)) * self.stretch
        places: dict[str, Place] = {}
        x = 0.0
        for step in range(count):
            most = max(len(level[step]) if step < len(level) else 0 for level in self.levels)
            inside = max(_INSIDE, 30 + max(labels, default=0)) * (1 + (self.stretch - 1) / 2)
            across = (most - 1) * inside
            for number, level in enumerate(self.levels):
                units = level[step] if step < len(level) else []
                for place, unit in enumerate(units):
                    middle = x + across / 2 + (place - (len(units) - 1) / 2) * inside
                    places[unit] = (middle, number * _RISE * (1 + (self.stretch - 1) / 2))
            x += across + gap
        for level in self.levels:  # what has no steps stands over what it sees
            for unit in level[-1] if len(level) == count and len(level) > len(self.levels[0]) else []:
                seen = [places[wire.sender][0] for wire in self.wiring.wires if wire.receiver == unit]
                place, most = level[-1].index(unit), len(level[-1])
                middle = sum(seen) / len(seen) if seen else places[unit][0]
                places[unit] = (middle + (place - (most - 1) / 2) * inside, places[unit][1])
        return places

    def line(self, wire: Wire) -> tuple[Place, ...]:
        """The line of a connection; one that skips a step or a level is bent."""
        start, end = self.places[wire.sender], self.places[wire.receiver]
        where = {unit: (number, step) for number, level in enumerate(self.levels)
                 for step, units in enumerate(level) for unit in units}  # fmt: skip
        (level, step), (to_level, to_step) = where[wire.sender], where[wire.receiver]
        if level == to_level and to_step - step > 1:
            lift = 0.42 * _RISE
            across = (end[0] - start[0]) / 4
            return bent(start, (start[0] + across, start[1] + lift), (end[0] - across, end[1] + lift), end)
        if level == to_level and any(a != (start[0], start[1]) and a != (end[0], end[1]) and a[1] == start[1]
                                     and min(start[0], end[0]) < a[0] < max(start[0], end[0])
                                     for a in self.places.values()):  # fmt: skip
            lift = 0.42 * _RISE
            return bent(start, (start[0] + 20, start[1] + lift), (end[0] - 20, end[1] + lift), end)
        return shortened(start, end)

    def beside(self, unit: str) -> list[Words]:
        """The bias and the δ of a unit, to its upper left and its lower right; the target over it."""
        page, (x, y) = Canvas(), self.places[unit]
        if unit in self.wiring.biases:
            bias = (*words("+ "), *self.facts.parameter(self.wiring.biases[unit], both=True))
            page.left_of(bias, (x - 10, y + RADIUS + 7), role="bias", key=unit, halo=True)
        delta, last = self.facts.delta(unit), unit in self.problem.outputs
        if delta is not None and not last:
            page.right_of(delta, (x + 10, y - RADIUS - 7), ink=Ink.BACK, role="delta", key=unit, halo=True)
        if last and (target := self.facts.target(unit)) is not None:
            page.above(target, (x, y + RADIUS), ink=Ink.FAINT, role="target", key=unit)
        if delta is not None and last:
            page.above(delta, (x, y + RADIUS + 13), ink=Ink.BACK, role="delta", key=unit)
        return [item for item in page.items if isinstance(item, Words)]

    def heads(self) -> None:
        """The labels of the levels at the left, the steps below, and the loss."""
        areas = [item.area for item in self.page.items]
        left, bottom = min(area.left for area in areas) - 14, min(area.bottom for area in areas) - 10
        for number, level in enumerate(self.levels):
            y = self.places[next(unit for units in level for unit in units)][1]
            name = _("inputs") if not number else self.problem.layers[number - 1].label
            activation = None if not number else self.facts.activation(self.problem.layers[number - 1])
            self.page.left_of(words(name), (left, y + (6 if activation else 0)), SMALL + 1, ink=Ink.FAINT, role="layer",
                              key=str(number))  # fmt: skip
            if activation:
                self.page.left_of(activation, (left, y - 8), SMALL + 1, role="activation", key=str(number))
        for step in range(len(self.levels[0])):
            if any(level[step] for level in self.levels):
                xs = [self.places[unit][0] for level in self.levels if step < len(level) for unit in level[step]]
                at = ((min(xs) + max(xs)) / 2, bottom)
                self.page.at(words(_("step {n}").format(n=step + 1)), at, SMALL + 1, ink=Ink.FAINT, role="step")
        if (loss := self.facts.loss()) is not None:
            right = max(area.right for area in areas)
            top = max(area.top for area in areas) + 12
            self.page.left_of(loss, (right, top), SMALL + 1, role="loss")
