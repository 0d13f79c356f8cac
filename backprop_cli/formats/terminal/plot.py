"""A curve in characters with points on it: dots of braille, or plain ASCII; axes with round numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rich.text import Text

from backprop_cli.documents.model import Mark
from backprop_cli.ground.records import record
from backprop_cli.ground.words import in_figures
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text, rational

CURVE, POINT, AXIS = "cyan", "bold yellow", "dim"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # the dots of a braille cell, by row and column
_BRAILLE = 0x2800
_LONGEST = 7  # places that a tick is written out with


@record
class Axis:
    """An axis from `low` to `high`, in so many dots, with ticks at round numbers."""

    low: Rational
    high: Rational
    dots: int

    def at(self, value: Rational) -> int:
        """The dot that a value falls on."""
        share = (value - self.low) / (self.high - self.low) * (self.dots - 1) + rational(1, 2)
        return int(share.p // share.q)

    def ticks(self, most: int) -> list[tuple[int, str]]:
        """Round numbers along the axis with their dots, at most so many."""
        step = _round_step((self.high - self.low) / most)
        first = _ceiling(self.low / step)
        values: list[Rational] = []
        while (value := step * (first + len(values))) <= self.high:
            values.append(value)
        return [(self.at(value), in_figures(_written(value, step))) for value in values]


def plot(
    curve: Sequence[tuple[Rational, Rational | None]],
    marks: Sequence[Mark],
    names: tuple[str, str],
    width: int,
    height: int,
    ascii_only: bool = False,
) -> list[Text]:
    """The picture as lines of at most `width` cells: `height` rows of curve, the axis and its numbers below.

    `names` are those of the two axes. The marks lie on top of the curve; where several fall on one place, the first
    label stays.
    """
    heights = [y for _x, y in curve if y is not None] + [mark.y for mark in marks]
    low, high = min(heights), max(heights)
    if low == high:
        low, high = low - 1, high + 1
    across, down = (1, 1) if ascii_only else (2, 4)
    y_axis = Axis(low, high, height * down)
    ticks = {height - 1 - dot // down: text for dot, text in y_axis.ticks(max(2, height // 3))}
    left = max([len(text) for text in ticks.values()] + [len(names[1])]) + 1
    columns = max(16, width - left - 2)
    x_axis = Axis(curve[0][0], curve[-1][0], columns * across)
    canvas = _Canvas(columns, height, ascii_only)
    for (x, y), (next_x, next_y) in pairwise(curve):
        if y is not None and next_y is not None:
            canvas.line((x_axis.at(x), y_axis.at(y)), (x_axis.at(next_x), y_axis.at(next_y)))
    for mark in marks:
        canvas.mark(x_axis.at(mark.x) // across, height - 1 - y_axis.at(mark.y) // down, mark.label)
    return _framed(canvas, ticks, [(dot // across, text) for dot, text in x_axis.ticks(6)], names, left, ascii_only)


def _framed(
    canvas: _Canvas,
    y_ticks: dict[int, str],
    x_ticks: Sequence[tuple[int, str]],
    names: tuple[str, str],
    left: int,
    ascii_only: bool,
) -> list[Text]:
    """The canvas with the vertical axis and its numbers on the left, the other one below."""
    bar, tick, corner, flat, down = "|++-+" if ascii_only else "│┤└─┬"
    lines = [Text(names[1].rjust(left), AXIS)]
    for number, row in enumerate(canvas.rows()):
        label = y_ticks.get(number, "")
        lines.append(Text(f"{label.rjust(left)}{tick if label else bar}", AXIS).append_text(row))
    edge = [flat] * canvas.columns
    numbers = [" "] * (canvas.columns + 12)
    free = 0
    for column, text in x_ticks:
        edge[column] = down
        start = max(0, column - len(text) // 2)
        if start >= free and start + len(text) <= canvas.columns - len(names[0]) - 1:
            numbers[start : start + len(text)] = text
            free = start + len(text) + 1
    name_at = canvas.columns - len(names[0])
    numbers[name_at : name_at + len(names[0])] = names[0]
    lines.append(Text(" " * left + corner + "".join(edge), AXIS))
    lines.append(Text(" " * (left + 1) + "".join(numbers).rstrip(), AXIS))
    return lines


class _Canvas:
    """Cells of dots, and marks with labels over them."""

    def __init__(self, columns: int, height: int, ascii_only: bool) -> None:
        self.columns = columns
        self.height = height
        self.ascii = ascii_only
        self.across, self.down = (1, 1) if ascii_only else (2, 4)
        self.dots = [[0] * columns for _row in range(height)]
        self.over: dict[tuple[int, int], str] = {}

    def dot(self, x: int, y: int) -> None:
        """Sets a dot; y counts from below."""
        column, row = x // self.across, self.height - 1 - y // self.down
        if 0 <= column < self.columns and 0 <= row < self.height:
            within = (0, 0) if self.ascii else (self.down - 1 - y % self.down, x % self.across)
            self.dots[row][column] |= _DOTS[within[0]][within[1]]

    def line(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Dots from one to another, none missing between them."""
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
        for step in range(steps + 1):
            self.dot(*(a + (b - a) * step // steps for a, b in zip(start, end, strict=True)))

    def mark(self, column: int, row: int, label: str) -> None:
        """A point in a cell, its label beside it, above it or below it, where nothing else stands."""
        if (column, row) in self.over:
            return
        self.over[column, row] = "o" if self.ascii else "●"
        length = len(label)
        places = [(column + 1, row), (column - length, row), (column, row - 1), (column, row + 1)]
        places += [(column + 1, row - 1), (column - length, row - 1), (column + 1, row + 1), (column - length, row + 1)]
        for empty in (True, False):
            for x, y in places:
                cells = [(x + offset, y) for offset in range(-1, length + 1)]
                beside = any(self._has_label(cell) for cell in (cells[0], cells[-1]))
                if self._is_free(cells[1:-1], empty) and not beside:
                    self.over |= dict(zip(cells[1:-1], label, strict=True))
                    return

    def _has_label(self, cell: tuple[int, int]) -> bool:
        return self.over.get(cell, " ").isalnum()

    def _is_free(self, cells: Sequence[tuple[int, int]], empty: bool) -> bool:
        """Whether a label can stand in these cells: no mark there, and no curve if it has to be `empty`."""
        return all(
            0 <= column < self.columns
            and 0 <= row < self.height
            and (column, row) not in self.over
            and not (empty and self.dots[row][column])
            for column, row in cells
        )

    def rows(self) -> list[Text]:
        """The picture, row by row."""
        return [self._row(row) for row in range(self.height)]

    def _row(self, row: int) -> Text:
        text = Text()
        for column in range(self.columns):
            dots = self.dots[row][column]
            if (over := self.over.get((column, row))) is not None:
                text.append(over, POINT)
            elif dots:
                text.append("." if self.ascii else chr(_BRAILLE + dots), CURVE)
            else:
                text.append(" ")
        text.rstrip()
        return text


def _ceiling(value: Rational) -> int:
    return -int((-value).p // (-value).q)


def _round_step(least: Rational) -> Rational:
    """The smallest 1, 2 or 5 times a power of ten that is not below `least`."""
    power = len(str(least.p)) - len(str(least.q)) - 1
    unit = rational(10) ** power
    while True:
        for factor in (1, 2, 5):
            if unit * factor >= least:
                return unit * factor
        unit *= 10


def _written(value: Rational, step: Rational) -> str:
    """A round number: written out where that is short, else with a power of ten."""
    places = decimal_digits(step) or 0
    text = decimal_text(int((value * 10**places).p), places)
    if len(text.lstrip("-")) <= _LONGEST:
        return text
    size = len(str(abs(int(value.p)) // int(value.q))) - 1 if abs(value) >= 1 else -places
    scaled = value / rational(10) ** size
    places = decimal_digits(scaled) or 0
    return f"{decimal_text(int((scaled * 10**places).p), places)}e{size}"
