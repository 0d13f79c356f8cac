"""What a usual mistake is: its name, what a teacher says of it, and what it makes of a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.formula import Formula
from backprop_cli.checking.parts import LineContext
from backprop_cli.ground.records import record

Written = Iterator[tuple[str, Formula]]


@record
class Mistake:
    """A usual mistake: what was done, in the words of a teacher, and what the line becomes by it.

    `mass` is how usual it is beside the families of small changes that the search for mistakes knows; its variants are
    equally usual but for the `rare` ones.
    """

    name: str
    said: str
    write: Callable[[LineContext], Written]
    advice: str = ""
    mass: float = 12.0
    rare: tuple[str, ...] = ()
