"""The pictures of a document in characters, for formats that have no pictures of their own."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.documents.model import Bars, Counts, Curve, Drawing, Plot, plain
from backprop_cli.formats.terminal import drawing
from backprop_cli.formats.terminal.bars import LogScale, heights
from backprop_cli.ground.words import announced

_BAR = 24
_WIDTH, _HEIGHT, _WIDEST = 76, 14, 96


def network(block: Drawing, width: int = _WIDTH, ascii_only: bool = False) -> str:
    """The network as columns joined by buses; one that is too large by the kinds and sizes of its layers."""
    columns = [[unit.characters for unit in column.units] for column in block.columns]
    activations = [plain(column.activation) for column in block.columns]
    drawn = drawing.joined(columns, activations, width, ascii_only) if block.connected else None
    return drawn or drawing.chain(block.columns, width, ascii_only)


def bars(block: Curve, ascii_only: bool = False) -> str:
    """The losses as bars on a logarithmic scale; those of several runs in a row each, on the same scale."""
    known = [point.log10 for _name, points in block.runs for point in points if point.log10 is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if len(block.runs) > 1:
        wide = max(cell_len(name) for name, _points in block.runs)
        rows = [
            (name, heights([point.log10 for point in points], low, high, ascii_only)) for name, points in block.runs
        ]
        return "\n".join(f"{name}{' ' * (wide - cell_len(name))}  {row}" for name, row in rows)
    bar = "#" if ascii_only else "█"
    lines = []
    for _name, points in block.runs:
        for point in points:
            share = 0.0 if point.log10 is None else (point.log10 - low) / (high - low) if high > low else 1.0
            lines.append(f"{point.epoch:>5} {bar * (1 + round(share * (_BAR - 1)))}")
    return "\n".join(lines)


def sizes(block: Bars, width: int = _WIDTH, ascii_only: bool = False) -> str:
    """Sizes as bars on a logarithmic scale, whose axis stands above them."""
    wide = max(cell_len(plain(bar.label)) for bar in block.bars) + 2
    scale = LogScale([bar.log10 for bar in block.bars], width - wide, ascii_only)
    lines, before = [" " * wide + line for line in scale.axis()], ""
    for bar in block.bars:
        if plain(bar.of) != before:
            before = plain(bar.of)
            lines.append(before)
        label = plain(bar.label)
        lines.append(f"{label}{' ' * (wide - cell_len(label))}{scale.bar(bar.log10)}".rstrip())
    return "\n".join(lines)


def plot(block: Plot, width: int = _WIDTH, height: int = _HEIGHT, ascii_only: bool = False) -> Text:
    """The curve of the loss and the points on it."""
    from backprop_cli.formats.terminal import plot as plots

    names = block.x.characters, block.y.characters
    return Text("\n").join(plots.plot(block.curve, block.marks, names, min(width, _WIDEST), height, ascii_only))


def counts(block: Counts, width: int = _WIDTH, ascii_only: bool = False) -> str:
    """Numbers as bars from 0, each with its number behind it."""
    wide = max(cell_len(label) for label, _count in block.counts) + 2
    most = max(1, *(count for _label, count in block.counts))
    room = width - wide - len(str(most)) - 1
    lines = [announced(block.caption)] if block.caption else []
    for label, count in block.counts:
        bar = ("#" if ascii_only else "█") * (round(count / most * room) or min(count, 1))
        lines.append(f"{' ' * (wide - 2 - cell_len(label))}{label}  {bar} {count}")
    return "\n".join(lines)
