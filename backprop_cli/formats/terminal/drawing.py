"""A small drawing of a network for the top of a solution: its layers as columns joined by buses, or as a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from rich.cells import cell_len

from backprop_cli.deriving.networks import is_fully_connected
from backprop_cli.documents.model import Column, plain
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.model import Layer, Problem

_TALLEST = 8
_WIDEST = 6
_KINDS = {"input": n_("input"), "per step": n_("dense per step")}
_PLAIN = str.maketrans("─│┌┐└┘├┤┬┴┼→σ", "-|+++++++++>s")


def network(
    problem: Problem,
    name: Callable[[str], str],
    activation: Callable[[Layer], str],
    width: int,
    ascii_only: bool,
    below: Callable[[str], str] | None = None,
) -> str | None:
    """The network as text at most `width` cells wide, or None where it is too large or not wired layer to layer.

    `below` says what stands on the line under a unit.
    """
    if not problem.layers or not problem.inputs:
        return None
    columns = [[name(unit) for unit in problem.inputs]]
    columns += [[name(neuron.name) for neuron in layer.neurons] for layer in problem.layers]
    if not is_fully_connected(problem):
        return None
    units = [problem.inputs, *(layer.outputs for layer in problem.layers)]
    notes = [[below(unit) for unit in layer] for layer in units] if below is not None else ()
    return joined(columns, ["", *map(activation, problem.layers)], width, ascii_only, notes)


def joined(
    columns: Sequence[Sequence[str]],
    activations: Sequence[str],
    width: int,
    ascii_only: bool = False,
    below: Sequence[Sequence[str]] = (),
) -> str | None:
    """The units of each layer as columns joined by buses, with notes `below` them, or None where that is too large."""
    if len(columns) > _WIDEST or max(map(len, columns)) > _TALLEST:
        return None
    height = 2 * max(map(len, columns)) - (not any(map(any, below)))
    rows = [""] * height
    for index, units in enumerate(columns):
        slots = _slots(len(units), height)
        if index:
            rows = _joined(rows, _slots(len(columns[index - 1]), height), slots)
        label = f" {activations[index]}" if activations[index] else ""
        texts = [unit + label for unit in units]
        by_row = dict(zip(slots, texts, strict=True))
        if below:
            by_row |= {slot + 1: note for slot, note in zip(slots, below[index], strict=True) if note}
        cell = max(map(cell_len, by_row.values()))
        for row in range(height):
            text = by_row.get(row, "")
            rows[row] += text + " " * (cell - cell_len(text))
    drawing = "\n".join(row.rstrip() for row in rows)
    if max(map(cell_len, rows)) > width:
        return None
    return drawing.translate(_PLAIN) if ascii_only else drawing


def chain(columns: Sequence[Column], width: int, ascii_only: bool) -> str:
    """input 4×4 → convolution 2×3×3 (ReLU) → … → output 2 (softmax), in lines of at most `width` cells."""
    stages: list[str] = []
    for column in columns:
        named = plain(column.activation)
        word = _kind(column.kind, last=column is columns[-1])
        stages.append(f"{word} {_sizes(column.shape or (len(column.units),))}" + (f" ({named})" if named else ""))
        if column.flattened:
            stages.append(f"{_('flatten')} {prod(column.shape)}")
    lines = [stages[0]]
    for stage in stages[1:]:
        if cell_len(f"{lines[-1]} → {stage}") > width:
            lines.append(f"  → {stage}")
        else:
            lines[-1] += f" → {stage}"
    text = "\n".join(lines)
    return text.replace("→", "->").replace("×", "x").translate(_PLAIN) if ascii_only else text


def _kind(kind: str, last: bool) -> str:
    """What a layer is called in the chain."""
    if kind == "dense":
        return _("output") if last else _("hidden")
    return _(_KINDS.get(kind, kind))


def _sizes(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _slots(count: int, height: int) -> list[int]:
    """The rows of a column's units: every other row, centred."""
    start = (height - (2 * count - 1)) // 2
    return [start + 2 * index for index in range(count)]


def _joined(rows: list[str], left: Sequence[int], right: Sequence[int]) -> list[str]:
    """A bus between two columns: ─┐ from every sender, ┌─ to every receiver, joined in the middle."""
    top, bottom = min(*left, *right) if left and right else 0, max(*left, *right)
    middle = left[0] if len(left) == 1 else right[0] if len(right) == 1 else (top + bottom) // 2
    joined: list[str] = []
    for row, text in enumerate(rows):
        sender = _corner(row, left, middle, "┐┤┘│─")
        receiver = _corner(row, right, middle, "┌├└│─")
        wire = "──" if row == middle else "  "
        joined.append(f"{text}{' ─' if row in left else '  '}{sender}{wire}{receiver}{'─ ' if row in right else '  '}")
    return joined


def _corner(row: int, units: Sequence[int], middle: int, signs: str) -> str:
    """The sign of a vertical bus in this row."""
    first, cross, last, straight, flat = tuple(signs)
    top, bottom = min(units[0], middle), max(units[-1], middle)
    inner = {"┐": "├", "┌": "┤"}[first]
    if not top <= row <= bottom:
        return " "
    if top == bottom:
        return flat
    if row == middle and row in units:
        return "┬" if row == top else "┴" if row == bottom else "┼"
    if row == middle:
        return inner
    if row not in units:
        return straight
    return first if row == top else last if row == bottom else cross
