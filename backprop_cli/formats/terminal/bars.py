"""Bars on a logarithmic scale: a size of 0 has none, a factor of ten is the same length everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

_EIGHTHS = " ▏▎▍▌▋▊▉"
_STEPS, _ASCII_STEPS = "▁▂▃▄▅▆▇█", ".:-=+*#@"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MOST = 9  # cells a factor of ten: a scale of one decade need not fill the page


class LogScale:
    """A scale from the power of ten below the smallest size to the one above the largest, `width` cells long.

    Sizes are decimal logarithms, None for 0.
    """

    def __init__(self, sizes: Sequence[float | None], width: int, ascii_only: bool = False) -> None:
        known = [size for size in sizes if size is not None]
        self.ascii = ascii_only
        self.low = floor(min(known, default=0.0)) - 1
        self.high = max(ceil(max(known, default=0.0)), self.low + 1)
        decades = self.high - self.low
        self.cell = min(_MOST, width // decades) if width >= decades else width / decades

    def bar(self, size: float | None) -> str:
        """The bar of a size: as long as it is above the low end of the scale."""
        if size is None:
            return ""
        eighths = max(1, round((size - self.low) * self.cell * 8))
        if self.ascii:
            return "#" * max(1, round(eighths / 8))
        return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()

    def axis(self) -> tuple[str, str]:
        """Two lines: the powers of ten that have room, and the ticks below them."""
        labels, ticks, end = "", "", -1
        for exponent in range(self.low, self.high + 1):
            place = round((exponent - self.low) * self.cell)
            label = self._power(exponent)
            if place > end:
                labels = labels.ljust(place) + label
                ticks = ticks.ljust(place, self._line) + self._tick
                end = len(labels)
        return labels, ticks

    @property
    def _line(self) -> str:
        return "-" if self.ascii else "─"

    @property
    def _tick(self) -> str:
        return "+" if self.ascii else "┬"

    def _power(self, exponent: int) -> str:
        return f"1e{exponent}" if self.ascii else "10" + str(exponent).translate(_SUPERSCRIPTS)


def heights(sizes: Sequence[float | None], low: float, high: float, ascii_only: bool = False) -> str:
    """A row of bars, one cell wide each, between the two ends of a scale; a gap for 0."""
    steps = _ASCII_STEPS if ascii_only else _STEPS
    share = [None if size is None else (size - low) / (high - low) if high > low else 1.0 for size in sizes]
    return "".join(" " if one is None else steps[round(one * (len(steps) - 1))] for one in share)
