"""What the formulas of an update may mention: a parameter with its state, and a matrix of them that learns together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Kind, Quantity, named
from backprop_cli.ground.records import record

LEARNING_RATE = Quantity(Kind.CONSTANT, "eta")
STEP_NUMBER = Quantity(Kind.CONSTANT, "t")

Written = Iterator[tuple[str, Formula]]


@lru_cache(maxsize=100_000)  # one object for what is mentioned in every line of an update, and in their parts
def _name(kind: Kind, name: str) -> Name:
    return Name(named(kind, name))


@record
class Slot:
    """What an update formula may mention: the parameter w, its gradient g, η, settings, the old state, the step t."""

    parameter: Quantity
    gradient: Formula

    @property
    def w(self) -> Name:
        """The parameter."""
        return Name(self.parameter)

    def setting(self, name: str) -> Name:
        """A setting of the optimizer: β₁, ε, …"""
        return _name(Kind.CONSTANT, name)

    def old(self, state: str) -> Name:
        """The state before the update."""
        return _name(Kind.PARAMETER, f"{state}_{self.parameter.name}")

    def new(self, state: str) -> Name:
        """The state after the update."""
        return _name(Kind.NEW, f"{state}_{self.parameter.name}")

    def aux(self, name: str) -> Name:
        """A quantity that this update writes down on the way."""
        return _name(Kind.AUX, f"{name}_{self.parameter.name}")


@record
class Tensor:
    """The parameters of one layer that learn together: a matrix of slots row by row, a vector being a column.

    `is_zero` says that all of them begin at 0, and `iterations` how often a rule goes over the matrix.
    """

    name: str
    rows: tuple[tuple[Slot, ...], ...]
    is_zero: bool = False
    iterations: int = 0

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The entries row by row."""
        return tuple(slot for row in self.rows for slot in row)

    def aux(self, name: str) -> Name:
        """A quantity of the whole that this update writes down on the way."""
        return _name(Kind.AUX, f"{name}_{self.name}")


Together: TypeAlias = Callable[[Tensor, Name], Iterator[tuple[Slot | Tensor, str, Formula]]]


def moments(s: Slot) -> Written:
    """The exponential moving averages of g and g²: the first and second moment."""
    beta1, beta2 = s.setting("beta1"), s.setting("beta2")
    yield "m", beta1 * s.old("m") + (1 - beta1) * s.gradient
    yield "v", beta2 * s.old("v") + (1 - beta2) * s.gradient**2


def corrected(s: Slot, moment: str, beta: str) -> Formula:
    """A moment without its bias towards its start at 0: m⁺/(1 − βᵗ)."""
    return s.new(moment) / (1 - s.setting(beta) ** Name(STEP_NUMBER))
