"""The network as neurons in columns, or unrolled step by step, with weights on the lines and values in the neurons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from backprop_cli.ground.words import _
from backprop_cli.pictures import unrolled
from backprop_cli.pictures.facts import Facts, Show
from backprop_cli.pictures.items import Ink, Picture, Place, Words, picture
from backprop_cli.pictures.labels import Label, words
from backprop_cli.pictures.page import SMALL, Canvas, area_of, wide
from backprop_cli.pictures.placing import Hung, hang
from backprop_cli.pictures.units import RADIUS, Neurons, bent, description, draw_unit, shortened
from backprop_cli.pictures.wiring import Wiring, wiring_of
from backprop_cli.problem.model import Layer, Problem

_BETWEEN = 16.0  # neurons of a layer, with what stands above and below them
_LINE = 12.0  # height of a small label
_TALLEST = 10  # neurons in a column
_MOST_WIRES = 200
_CROWD = 20  # connections between two layers
_GAPS = (1.0, 1.3, 1.7, 2.2)  # tries to find room for the labels


def can_be_drawn(problem: Problem) -> bool:
    """Whether the neurons can be drawn one by one."""
    columns = [problem.inputs, *(layer.outputs for layer in problem.layers)]
    tallest = max(map(len, columns))
    if any("y" in layer.axes for layer in problem.layers) or (problem.input_grid and "y" in problem.input_grid.axes):
        return False
    if any(layer.over_steps for layer in problem.layers):
        return sum(map(len, columns)) <= 4 * _TALLEST and len(wiring_of(problem).wires) <= _MOST_WIRES / 2
    return tallest <= _TALLEST and len(wiring_of(problem).wires) <= _MOST_WIRES


def draw(problem: Problem, facts: Facts) -> Picture:
    """The picture of a network whose neurons are drawn one by one."""
    wiring = wiring_of(problem)
    if any(layer.over_steps for layer in problem.layers):
        return unrolled.draw(problem, facts, wiring)
    for kinds in ("one", "none") if crowded(wiring, problem) else ("both", "one", "none"):
        gaps = _GAPS[1:] if crowded(wiring, problem) else _GAPS
        for gap in gaps if kinds != "none" else (1.0,):
            found = _Columns(problem, facts, wiring, kinds, gap).drawn()
            if found is not None:
                return found
    raise AssertionError


def crowded(wiring: Wiring, problem: Problem) -> bool:
    """Whether there are so many connections between two layers that each can only carry its value."""
    layer_of = {unit: number for number, layer in enumerate(problem.layers) for unit in layer.outputs}
    counts = Counter(layer_of[wire.receiver] for wire in wiring.wires)
    return max(counts.values(), default=0) > _CROWD


class _Columns(Neurons):
    """One try to draw a network in columns."""

    def drawn(self) -> Picture | None:
        """The picture, or None where the labels found no room."""
        columns: list[tuple[Layer | None, tuple[str, ...]]] = (
            [(None, self.problem.inputs)] if self.problem.inputs else []
        )
        columns += [(layer, layer.outputs) for layer in self.problem.layers]
        self.layers, self.columns = zip(*columns, strict=True)
        self.places = self.arranged()
        self.wires()
        taken = [area_of(words("x"), 1, place).wider(RADIUS + 2) for place in self.places.values()]
        taken += [one.area for one in self.around()]
        if self.written != "none":
            for receivers in self.columns:
                wires = [wire for wire in self.wiring.wires if wire.receiver in receivers]
                labels = [Hung(self.weight(wire), self.lines[wire], wire.parameter) for wire in wires if wire.parameter]
                found = hang(labels, SMALL, taken)
                if found is None:
                    return None
                taken += [one.area for one in found]
                self.page.add(*found)
        for unit in self.places:
            draw_unit(self.page, self.facts, unit, self.places[unit], self.fill(unit))
            self.page.add(*self.beside[unit])
        self.heads()
        return picture(self.page.items, self.facts.title, description(self.problem))

    # ---- where things stand ----------------------------------------------------------------------------------

    def arranged(self) -> dict[str, Place]:
        """The middle of every unit."""
        spacing = 2 * RADIUS + _BETWEEN + _LINE * (bool(self.wiring.biases) + (self.facts.show is Show.GRADIENTS))
        tallest = max(map(len, self.columns))
        if tallest > 2:
            spacing *= min(self.stretch, 1.3)
        places: dict[str, Place] = {}
        x = 0.0
        for number, column in enumerate(self.columns):
            if number:
                x += self.gap(number)
            space = spacing if len(column) > 1 else 0
            if 1 < len(column) < tallest:
                space = min(spacing * 1.25, spacing * (tallest - 1) / (len(column) - 1))
            for row, unit in enumerate(column):
                places[unit] = (x, ((len(column) - 1) / 2 - row) * space)
        return places

    def gap(self, number: int) -> float:
        """How far a column is from the one before."""
        into = {wire.receiver for wire in self.wiring.wires} & set(self.columns[number])
        labels = [self.weight(wire) for wire in self.wiring.wires if wire.receiver in into and wire.parameter]
        widest = max((wide(label, SMALL) for label in labels), default=0) if self.written != "none" else 0
        crowd = max(len(self.columns[number]), len(self.columns[number - 1]))
        heads = (wide(self.head(number), SMALL + 1) + wide(self.head(number - 1), SMALL + 1)) / 2 + 14
        return max(heads, 2 * RADIUS + (70 + widest * (1.3 + 0.25 * crowd)) * self.stretch)

    def wires(self) -> None:
        """The connections; one that passes over a layer is bent around it."""
        self.lines = dict(zip(self.wiring.wires, self._lines(), strict=True))
        many = crowded(self.wiring, self.problem)
        for wire, line in self.lines.items():
            self.page.line(*line, bent=len(line) > 2, head=not many, width=0.5 if many else 0.9,
                           role="wire", key=wire.parameter)  # fmt: skip

    def _lines(self) -> Iterator[tuple[Place, ...]]:
        number_of = {unit: number for number, column in enumerate(self.columns) for unit in column}
        top = max(y for _x, y in self.places.values()) + RADIUS
        bottom = min(y for _x, y in self.places.values()) - RADIUS
        lifted = {1: 0, -1: 0}
        for wire in self.wiring.wires:
            start, end = self.places[wire.sender], self.places[wire.receiver]
            span = number_of[wire.receiver] - number_of[wire.sender]
            if span == 1:
                yield shortened(start, end)
                continue
            side = 1 if start[1] + end[1] >= 0 else -1
            lifted[side] += 1
            edge = (top if side > 0 else bottom) + side * (34 + 20 * lifted[side])
            high = edge + (edge - (start[1] + end[1]) / 2) / 3  # where the curve itself comes to the edge
            quarter = (end[0] - start[0]) / 4
            yield bent(start, (start[0] + quarter, high), (end[0] - quarter, high), end)

    # ---- what is written -------------------------------------------------------------------------------------

    def around(self) -> list[Words]:
        """What stands above, below and beside the neurons."""
        self.beside: dict[str, list[Words]] = {}
        for unit, (x, y) in self.places.items():
            page = Canvas()
            if unit in self.wiring.biases:
                bias = self.facts.parameter(self.wiring.biases[unit], both=True)
                page.above((*words("+ " if not self.problem.conventions.threshold else "− "), *bias),
                           (x, y + RADIUS), role="bias", key=unit, halo=True)  # fmt: skip
            if (delta := self.facts.delta(unit)) is not None:
                page.below(delta, (x, y - RADIUS), ink=Ink.BACK, role="delta", key=unit, halo=True)
            if unit in self.columns[-1] and (target := self.facts.target(unit)) is not None:
                page.right_of(target, (x + RADIUS + 6, y), ink=Ink.FAINT, role="target", key=unit)
            self.beside[unit] = [item for item in page.items if isinstance(item, Words)]
        return [one for found in self.beside.values() for one in found]

    def head(self, number: int) -> Label:
        """The label of a column."""
        layer = self.layers[number]
        return words(_("inputs") if layer is None else layer.label)

    def heads(self) -> None:
        """The layers' labels above the columns, the activations under these, and the loss."""
        areas = [item.area for item in self.page.items]
        top = max(area.top for area in areas) + 12
        with_activation = [layer and self.facts.activation(layer) for layer in self.layers]
        rise = 13 if any(with_activation) else 0
        for number, column in enumerate(self.columns):
            x = self.places[column[0]][0]
            self.page.at(self.head(number), (x, top + rise), SMALL + 1, ink=Ink.FAINT, role="layer", key=str(number))
            if activation := with_activation[number]:
                self.page.at(activation, (x, top), SMALL + 1, role="activation", key=str(number))
        if (loss := self.facts.loss()) is not None:
            x, y = self.places[self.columns[-1][-1]]
            bottom = min([y - RADIUS, *(one.area.bottom for one in self.beside[self.columns[-1][-1]])]) - 12
            self.page.at(loss, (x, bottom), SMALL + 1, role="loss")
