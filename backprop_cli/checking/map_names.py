"""The entries of the only feature map of a kind by row and column: net11, δ_{12}, z(1,2), conv[0][1]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from backprop_cli.algebra.quantities import Kind, Quantity

_ENTRY = re.compile(
    r"(?P<head>z|a|net|out|o|h|y|ŷ|δ|delta|s|n|g|p|conv|relu|act|map)"
    r"(?:_?\{?(?P<row>\d)[,\s_]?(?P<column>\d)\}?|[\[(](?P<row2>\d{1,2}),\s?(?P<column2>\d{1,2})[\])]"
    r"|\[(?P<row3>\d{1,2})\]\[(?P<column3>\d{1,2})\])"
)
_WORDS = {"conv": (Kind.NET,), "relu": (Kind.OUT,), "act": (Kind.OUT,), "map": (Kind.NET, Kind.OUT)}
_GRID = re.compile(r"(.*?)(\d{1,2})_(\d{1,2})")


class MapNames:
    """Understands the entries of feature maps; `kinds` are what a letter is in the notation of the problem."""

    def __init__(self, quantities: Mapping[Quantity, None], kinds: Mapping[str, tuple[Kind, ...]]) -> None:
        self.quantities, self.kinds = quantities, {**_WORDS, **kinds}

    def meant(self, text: str) -> Mapping[Quantity, frozenset[str]]:
        """What a name may mean: in brackets, rows and columns may count from 0, as programs do."""
        match = _ENTRY.fullmatch(text)
        if match is None:
            return {}
        row, column = (int(match["row"] or match["row2"] or match["row3"]),
                       int(match["column"] or match["column2"] or match["column3"]))  # fmt: skip
        found: dict[Quantity, frozenset[str]] = {}
        for first in (1, 0) if match["row"] is None else (1,):
            for entry in self._at(self.kinds[match["head"]], row + 1 - first, column + 1 - first):
                found[entry] = found.get(entry, frozenset()) | {f"entries from {first}"}
        return found

    def _at(self, kinds: tuple[Kind, ...], row: int, column: int) -> Iterator[Quantity]:
        """The entries at a place, counted from 1, of the only map of each of these kinds."""
        for kind in kinds:
            maps = {grid for one_kind, grid in self._grids if one_kind is kind}
            entry = self._named.get((kind, f"{maps.pop()}{row}_{column}")) if len(maps) == 1 else None
            if entry is not None:
                yield entry

    @cached_property
    def _named(self) -> Mapping[tuple[Kind, str], Quantity]:
        return {(one.kind, one.name): one for one in reversed(list(self.quantities))}

    @cached_property
    def _grids(self) -> frozenset[tuple[Kind, str]]:
        """The feature maps, by kind and by what their names begin with."""
        return frozenset((one.kind, grid[1]) for one in self.quantities if (grid := _GRID.fullmatch(one.name)))
