"""Lines of a change of a parameter, Δw = η·δ·o, as they stand on a sheet."""

from __future__ import annotations

import re

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.working.model import ChainSide, Spot

_STEP = re.compile(r"(?:Δ|∆|\\Delta|Delta\s)\s?_?\{?([A-Za-zθ][\w{},^()]*?)\}?")
_SAID = re.compile(r".*\b(?:change|step|correction|increment|difference)s?\s+(?:in|of|for|to)\s+(?:the\s+)?(\S+)", re.I)


@record
class Change:
    """The work for the change of one parameter: the new value that it leads to, its name as written, its place."""

    new: Quantity
    name: str
    spot: Spot
    parts: tuple[ChainSide, ...]


def parameter_in(name: str) -> str:
    """Whose change a name is of; empty where it is of none."""
    found = _STEP.fullmatch(name.strip()) or _SAID.fullmatch(name.strip())
    return found[1].rstrip("'′") if found else ""
