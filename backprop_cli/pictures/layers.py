"""A network whose neurons are too many to be drawn one by one: maps of values, and boxes with sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, plural
from backprop_cli.pictures.facts import Facts, Show
from backprop_cli.pictures.items import Area, Frame, Ink, Picture, picture
from backprop_cli.pictures.labels import Label, words
from backprop_cli.pictures.page import NAME, SMALL, Canvas, wide
from backprop_cli.pictures.units import description, fitted
from backprop_cli.pictures.wiring import wiring_of
from backprop_cli.problem.model import Layer, Problem

_CELL = (42.0, 21.0)
_TWO_LINES = 30.0  # height of a cell with a name and a value
_BOX = (92.0, 66.0)
_WEIGHT = (30.0, 17.0)  # a cell of a kernel
_MOST_WEIGHTS = 36
_MOST_CELLS = 40
_TALLEST = 12
_GAP = 34.0
_BETWEEN_MAPS = 12.0


@record
class Block:
    """A column of the drawing: the names of a layer's units as they lie, and what is said of them."""

    label: str
    units: tuple[str, ...]
    shape: tuple[int, ...]
    is_map: bool
    layer: Layer | None = None

    @property
    def listed(self) -> bool:
        """Whether each unit is drawn."""
        return len(self.units) <= _MOST_CELLS and (self.is_map or len(self.units) <= _TALLEST)


def draw(problem: Problem, facts: Facts) -> Picture:
    """The picture."""
    return _Layers(problem, facts).drawn()


@dataclass
class _Layers:
    """The drawing of one network."""

    problem: Problem
    facts: Facts
    page: Canvas = field(default_factory=Canvas)

    def drawn(self) -> Picture:
        """The picture."""
        inputs = [self.block_of_inputs()] if self.problem.inputs else []
        blocks = [*inputs, *(self.block_of(layer) for layer in self.problem.layers)]
        self.areas: list[Area] = []
        x = 0.0
        for number, block in enumerate(blocks):
            if number:
                x += max(_GAP, wide(self.between(block), SMALL) + 22, self.kernel_width(block) + 22)
            width = self.width(block)
            x += max(0, (self.words_width(block) - width) / 2)
            self.areas.append(self.block(number, block, x, last=number == len(blocks) - 1))
            x += width + max(0, (self.words_width(block) - width) / 2)
        self.arrows(blocks)
        self.words(blocks)
        return picture(self.page.items, self.facts.title, description(self.problem))

    def block_of_inputs(self) -> Block:
        """The inputs."""
        grid = self.problem.input_grid
        shape = grid.shape if grid else (len(self.problem.inputs),)
        return Block(_("inputs"), tuple(self.problem.inputs), shape, bool(grid and "y" in grid.axes) or len(shape) > 1)

    def block_of(self, layer: Layer) -> Block:
        """A layer."""
        shape = layer.shape if layer.shape and prod(layer.shape) == len(layer.outputs) else (len(layer.outputs),)
        return Block(layer.label, layer.outputs, shape, len(shape) > 1, layer)

    # ---- sizes -----------------------------------------------------------------------------------------------

    def maps(self, block: Block) -> tuple[int, int, int]:
        """How many maps there are, and their rows and columns."""
        if not block.is_map:
            return 1, len(block.units), 1
        *maps, rows, columns = block.shape
        return prod(maps), rows, columns

    def cell(self, block: Block) -> tuple[float, float]:
        """The size of a unit; of a vector it has a name and a value."""
        both = not block.is_map and self.facts.show is not Show.NAMES
        return _CELL[0] + (10 if both else 0), _TWO_LINES if both else _CELL[1]

    def width(self, block: Block) -> float:
        """How wide the block is."""
        return self.cell(block)[0] * self.maps(block)[2] if block.listed else _BOX[0]

    def words_width(self, block: Block) -> float:
        """How wide what is written over and under it is."""
        return max(wide(words(line), SMALL + 1) for line in [*self.heading(block), self.size(block)]) + 8

    # ---- drawing ---------------------------------------------------------------------------------------------

    def block(self, number: int, block: Block, x: float, last: bool) -> Area:
        """The maps of a layer one under the other, or a box with its size."""
        fill = Ink.INPUT if block.layer is None else Ink.OUTPUT if last else Ink.HIDDEN
        if not block.listed:
            area = Area(x, -_BOX[1] / 2, x + _BOX[0], _BOX[1] / 2)
            self.page.add(Frame(area, fill, 6))
            self.page.at(words(self.count(block)), (x + _BOX[0] / 2, 0), NAME, role="size", key=str(number))
            return area
        maps, rows, columns = self.maps(block)
        wide_, high = self.cell(block)
        height = maps * rows * high + (maps - 1) * _BETWEEN_MAPS
        units = iter(block.units)
        for map_ in range(maps):
            top = height / 2 - map_ * (rows * high + _BETWEEN_MAPS)
            for row in range(rows):
                for column in range(columns):
                    left, up = x + column * wide_, top - row * high
                    self.unit(next(units), Area(left, up - high, left + wide_, up), fill, named=not block.is_map)
        return Area(x, -height / 2, x + columns * wide_, height / 2)

    def unit(self, name: str, area: Area, fill: Ink, named: bool) -> None:
        """A unit as a cell with its value, and its name where it has no place in a map."""
        self.page.add(Frame(area, fill, 2, "unit", name))
        x, y = (area.left + area.right) / 2, (area.bottom + area.top) / 2
        value, label = self.facts.value(name), self.facts.unit(name)
        room = area.right - area.left - 5
        if value is None or named:
            label, size = fitted(label, name, room)
            size = min(size, SMALL + 1)
            self.page.at(label, (x, y + (6 if value is not None else 0)), size, role="unit", key=name)
        if value is not None:
            size = min(SMALL, SMALL * room / max(wide(words(value), SMALL), 1))
            self.page.at(words(value), (x, y - (6 if named else 0)), size, ink=Ink.VALUE, role="value", key=name)

    def arrows(self, blocks: Sequence[Block]) -> None:
        """An arrow for every layer that sees another, with the number of its parameters."""
        number_of = {unit: number for number, block in enumerate(blocks) for unit in block.units}
        pairs = {(number_of[wire.sender], number_of[wire.receiver]) for wire in wiring_of(self.problem).wires}
        top = max(area.top for area in self.areas)
        bottom = min(area.bottom for area in self.areas)
        for start, end in sorted(pairs):
            left, right = self.areas[start], self.areas[end]
            if end - start == 1:
                self.page.line((left.right + 3, 0), (right.left - 3, 0), head=True, width=1.3, ink=Ink.FAINT)
                label = self.between(blocks[end])
                if label:
                    self.page.above(label, ((left.right + right.left) / 2 - 3, 0), SMALL, ink=Ink.FAINT, role="between")
                self.kernels(blocks[end], (left.right + right.left) / 2 - 3)
            elif end > start:
                x, to = (left.left + left.right) / 2, (right.left + right.right) / 2
                low = bottom - 36 - 0.25 * (top - bottom)
                self.page.line((x, left.bottom - 3), (x, low), (to, low), (to, right.bottom - 3), bent=True, head=True,
                               width=1.3, ink=Ink.FAINT)  # fmt: skip

    def kernel_shape(self, block: Block) -> tuple[int, int, int] | None:
        """How many kernels a layer has, and their rows and columns; None where they are not drawn."""
        grid = block.layer.kernels if block.layer else None
        if grid is None or len(grid.names) > _MOST_WEIGHTS:
            return None
        *kernels, rows, columns = grid.shape if len(grid.shape) > 1 else (1, *grid.shape)
        return prod(kernels), rows, columns

    def kernel_width(self, block: Block) -> float:
        """How wide the kernels are that stand before a layer."""
        shape = self.kernel_shape(block)
        return shape[2] * _WEIGHT[0] if shape else 0

    def kernels(self, block: Block, middle: float) -> None:
        """The weights of the kernels as maps over the arrow, and the biases under it."""
        shape = self.kernel_shape(block)
        if shape is None or block.layer is None or block.layer.kernels is None:
            return
        kernels, rows, columns = shape
        names = iter(block.layer.kernels.names)
        bottom = 20 + (kernels - 1) * (rows * _WEIGHT[1] + 8)
        for kernel in range(kernels):
            top = bottom - kernel * (rows * _WEIGHT[1] + 8) + rows * _WEIGHT[1]
            for row in range(rows):
                for column in range(columns):
                    left, up = middle + (column - columns / 2) * _WEIGHT[0], top - row * _WEIGHT[1]
                    area = Area(left, up - _WEIGHT[1], left + _WEIGHT[0], up)
                    self.weight(next(names), area)
        for number, name in enumerate(dict.fromkeys(block.layer.bias_parameters)):
            label = (*words("+ "), *self.facts.parameter(name, both=True))
            self.page.at(label, (middle, -11 - 12 * number), SMALL, role="bias", key=name)

    def weight(self, name: str, area: Area) -> None:
        """A weight of a kernel."""
        self.page.add(Frame(area, Ink.PAPER, 1, "kernel", name))
        label = self.facts.parameter(name, both=False)
        size = min(SMALL, SMALL * (_WEIGHT[0] - 4) / max(wide(label, SMALL), 1))
        middle = ((area.left + area.right) / 2, (area.bottom + area.top) / 2)
        self.page.at(label, middle, size, role="weight", key=name)

    def between(self, block: Block) -> Label:
        """How many parameters a layer has."""
        count = len(block.layer.parameters) if block.layer else 0
        return words(plural("{count} parameter", "{count} parameters", count)) if count else ()

    # ---- words -----------------------------------------------------------------------------------------------

    def words(self, blocks: Sequence[Block]) -> None:
        """The labels of the layers over them, their sizes and activations under them, and the loss."""
        top = max(item.area.top for item in self.page.items) + 16
        low = min(item.area.bottom for item in self.page.items) - 12
        for number, (block, area) in enumerate(zip(blocks, self.areas, strict=True)):
            x = (area.left + area.right) / 2
            for line, text in enumerate(reversed(self.heading(block))):
                self.page.at(words(text), (x, top + 12 * line), SMALL + 1, ink=Ink.FAINT, role="layer", key=str(number))
            if block.listed:
                self.page.at(words(self.size(block)), (x, area.bottom - 11), SMALL, ink=Ink.FAINT, role="size",
                             key=str(number))  # fmt: skip
            if block.layer is not None and (activation := self.facts.activation(block.layer)):
                self.page.at(activation, (x, area.bottom - (24 if block.listed else 12)), SMALL + 1, role="activation",
                             key=str(number))  # fmt: skip
        if (loss := self.facts.loss()) is not None:
            area = self.areas[-1]
            self.page.at(loss, ((area.left + area.right) / 2, min(low, area.bottom - 38)), SMALL + 1, role="loss")

    def heading(self, block: Block) -> list[str]:
        """The label of a layer, its number in brackets on a line of its own."""
        name, bracket, rest = block.label.partition(" (")
        return [name, bracket.strip() + rest] if bracket else [name]

    def size(self, block: Block) -> str:
        """2 × 2 × 2"""
        return " × ".join(map(str, block.shape)) if len(block.shape) > 1 else self.count(block)

    def count(self, block: Block) -> str:
        """12 units"""
        if len(block.shape) > 1:
            return " × ".join(map(str, block.shape))
        return plural("{count} unit", "{count} units", len(block.units))
