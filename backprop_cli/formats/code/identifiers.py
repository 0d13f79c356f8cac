"""Names that a program can use: every quantity gets an identifier of its own, as near to its key as can be."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

from backprop_cli.algebra.quantities import AFTER, Address, Quantity
from backprop_cli.ground.errors import visible

TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "math", "np", "torch", "show", "rounded"})
_SHORT = {"epoch": "e", "batch": "b", "sample": "s", "step": "t"}


class Identifiers:
    """One identifier for each quantity, none of which is a word of the language or `reserved`."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {*TAKEN, *reserved}
        self._names: dict[object, str] = {}

    def __getitem__(self, quantity: object) -> str:
        """The identifier of a quantity, or of anything else whose text is its name; always the same one."""
        if quantity not in self._names:
            text = _of(quantity) if isinstance(quantity, Quantity) else str(quantity)
            self._names[quantity] = self._free(identifier(text))
        return self._names[quantity]

    def _free(self, name: str) -> str:
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}_" if count == 2 else f"{name}_{count}"
        self._taken.add(free)
        return free


def _of(quantity: Quantity) -> str:
    """dE_dw5, and net_h1_e2_s1 in the pass of the second epoch's first sample."""
    return "_".join([quantity.bare_key, *_suffix(quantity.at)])


def _suffix(address: Address) -> list[str]:
    return ["after" if place == AFTER else f"{_SHORT.get(place.word, place.word)}{place.number}" for place in address]


def identifier(text: str) -> str:
    """The text as Python reads names: compatible characters made one, others an underscore."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text.replace("'", "_prime "))).strip("_") or "value"
    name = name if name.isidentifier() else f"_{name}"
    return name if name.isidentifier() else "value"


def comment(text: str, sign: str = "#") -> list[str]:
    """The text as lines of comment, which nothing in it can end."""
    shown = visible(text)
    return [f"{sign} {line}".rstrip() for line in shown.splitlines() or [""]]
