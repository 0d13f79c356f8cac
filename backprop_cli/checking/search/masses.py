"""How much more usual an edit is than its mass says, by its family, the kind of its line and its key: fitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.search.edits import Key
from backprop_cli.ground.records import record

LEAST, MOST = 0.1, 12.0  # simulated students say no more than that
FILE = "usual.json"  # beside this module; written by `python tests/students/fit_masses.py --write`, which says how


@record
class Fitted:
    """The factors: of each family, of each in lines of a kind besides, and of each key besides; 1 where there is none.

    The factor of a family and a kind is found by its two words, that of a key by all of its words.
    """

    families: Mapping[str, float]
    kinds: Mapping[str, float]
    keys: Mapping[str, float]


@cache
def fitted() -> Fitted:
    """The factors that are kept."""
    text = files("backprop_cli.checking.search").joinpath(FILE).read_text("utf-8")
    return Fitted(**json.loads(text))


def usual(family: str, kind: Kind, key: Key) -> float:
    """The factor of an edit in a line of a kind; 1 where students make such as often as its mass says."""
    table = fitted()
    of_lines = table.families.get(family, 1.0) * table.kinds.get(words(family, kind.value), 1.0)
    return min(max(of_lines * table.keys.get(words(*key), 1.0), LEAST), MOST)


def words(*parts: str) -> str:
    """Several words as one, by which a factor is found."""
    return " | ".join(parts)
