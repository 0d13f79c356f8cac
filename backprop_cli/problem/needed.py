"""What is said where a layer has too many numbers or too few: what they are, what is needed, and because of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.ground.words import _, n_, plural
from backprop_cli.problem.tree import Path

_BY_INPUT = "_by_input"
_BY_UNIT = n_("a row for each unit, a number in it for each value that comes in")
_TURNED = n_("a row for each value that comes in, a number in it for each unit")
_STATES = n_("a row and a column for each unit")
_ROWS: Mapping[str, str] = {  # what a row and a number in it are of
    "recurrent_weights": _STATES,
    f"recurrent_weights{_BY_INPUT}": _STATES,
    "encoding": n_("a row for each step, a number in it for each feature"),
    "projection": n_("a row for each value before this layer, a number in it for each value that is added"),
}
_ONE_PER_UNIT = n_("one for each unit")
_NUMBERS: Mapping[str, str] = {  # what a number of a list is of
    "gamma": n_("one for each unit, feature or channel that is normalized"),
    "beta": n_("one for each unit, feature or channel that is normalized"),
    "mean": n_("one for each unit, feature or channel that is normalized"),
    "variance": n_("one for each unit, feature or channel that is normalized"),
}


def of_matrix(keys: Path, table: Sequence[Any], height: int | None, width: int) -> str:
    """Why a matrix does not fit: its shape and that which is needed (`height` None: of any number of rows)."""
    key = str(keys[-1])
    columns = max(len(row) if isinstance(row, list) else 1 for row in table) if table else 0
    why = _ROWS.get(key, _TURNED if key.endswith(_BY_INPUT) else _BY_UNIT)
    return _("{key} is {rows}×{columns}, and {height}×{width} is needed: {why}").format(
        key=_written(keys), rows=len(table), columns=columns, height=height or len(table), width=width, why=_(why)
    )


def of_numbers(keys: Path, count: int, expected: int, why: str = "") -> str:
    """Why a list does not fit: how many numbers it has, and how many are needed of what."""
    has = plural("{count} number", "{count} numbers", count)
    needs = plural("{count} is needed", "{count} are needed", expected)
    reason = why or _(_NUMBERS.get(str(keys[-1]), _ONE_PER_UNIT))
    return _("{key} has {has}, and {needs}: {why}").format(key=_written(keys), has=has, needs=needs, why=reason)


def _written(keys: Path) -> str:
    """The keys that lead there, as one says them; places in lists count from 1."""
    said = ""
    for key in keys:
        said += f"[{key + 1}]" if isinstance(key, int) else f": {key}" if said else key
    return said
