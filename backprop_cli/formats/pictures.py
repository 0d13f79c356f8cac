"""The pictures of a document in characters, for formats that have no pictures of their own."""

from __future__ import annotations

from rich.cells import cell_len

from backprop_cli.documents.model import Bars, Curve, Drawing, Plot, plain
from backprop_cli.formats import drawing
from backprop_cli.formats import plot as plots

_BAR = 24
_WIDTH, _HEIGHT = 76, 14


def network(block: Drawing, width: int = _WIDTH, ascii_only: bool = False) -> str:
    """The network as columns joined by buses; one that is too large by the numbers of its units."""
    columns = [[unit.characters for unit in column.units] for column in block.columns]
    activations = [plain(column.activation) for column in block.columns]
    drawn = drawing.joined(columns, activations, width, ascii_only) if block.connected else None
    return drawn or (" -> " if ascii_only else " → ").join(map(str, block.sizes))


def bars(block: Curve) -> str:
    """The losses as bars on a logarithmic scale, the same for all runs."""
    known = [point.log10 for _name, points in block.runs for point in points if point.log10 is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    lines: list[str] = []
    for name, points in block.runs:
        lines += [name] if name else []
        for point in points:
            share = 0.0 if point.log10 is None else (point.log10 - low) / (high - low) if high > low else 1.0
            lines.append(f"{point.epoch:>8} {'█' * (1 + round(share * (_BAR - 1)))}")
    return "\n".join(lines)


def sizes(block: Bars, width: int = _WIDTH) -> str:
    """Sizes as bars on a logarithmic scale, from a tenth of the smallest on."""
    known = [bar.log10 for bar in block.bars if bar.log10 is not None]
    low, high = min(known) - 1, max(known)
    wide = max(cell_len(plain(bar.label)) for bar in block.bars) + 2
    lines, before = list[str](), ""
    for bar in block.bars:
        if plain(bar.of) != before:
            before = plain(bar.of)
            lines.append(before)
        share = 0.0 if bar.log10 is None else (bar.log10 - low) / (high - low)
        label = plain(bar.label)
        lines.append(f"  {label}{' ' * (wide - cell_len(label))}{'█' * round(share * (width - wide - 4))}")
    return "\n".join(lines)


def plot(block: Plot, width: int = _WIDTH, height: int = _HEIGHT) -> str:
    """The curve of the loss and the points on it."""
    marks = [plots.Mark(mark.x, mark.y, mark.label) for mark in block.marks]
    lines = plots.plot(block.curve, marks, (block.x.characters, block.y.characters), width, height)
    return "\n".join(line.plain.rstrip() for line in lines)
