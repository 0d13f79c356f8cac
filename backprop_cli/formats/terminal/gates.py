"""A computation graph in a few lines: what goes in and every gate, each with its value and its gradient."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from backprop_cli.formats.terminal.boxes import aligned
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _

_GAP = 3
_MOST = 40


@record
class Gate:
    """One line: a name, how a gate is computed (nothing for what goes in), its value, its gradient; `?` or nothing."""

    name: str
    formula: str
    value: str
    gradient: str


def gates(lines: Sequence[Gate], width: int) -> Text | None:
    """The lines with their numbers under one another, or None where they are too many or too wide."""
    if not lines or len(lines) > _MOST:
        return None
    names = max(cell_len(line.name) for line in lines)
    computed = [_padded(line.name, names) + (f" = {line.formula}" if line.formula else "") for line in lines]
    columns = [
        _column("", computed),
        _column(_("value"), aligned([line.value for line in lines])),
        _column(_("gradient"), aligned([line.gradient for line in lines])),
    ]
    text = Text("\n").join(Text((" " * _GAP).join(row).rstrip()) for row in zip(*columns, strict=True))
    text.stylize("dim", 0, text.plain.index("\n"))
    return text if max(cell_len(row) for row in text.plain.split("\n")) <= width else None


def _column(head: str, cells: Sequence[str]) -> list[str]:
    wide = max(map(cell_len, (head, *cells)))
    return [_padded(head, wide), *(_padded(cell, wide) for cell in cells)]


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - cell_len(text))
