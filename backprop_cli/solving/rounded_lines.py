"""What lines read where each is rounded when it is written down."""

from __future__ import annotations

from dataclasses import field
from typing import overload

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.problem.model import Detail
from backprop_cli.solving.worked import WorkedProblem


@record(slots=False, eq=False)
class Rounded:
    """What a line reads where lines are rounded when they are written; nothing for a problem that is not rounded."""

    worked: WorkedProblem | None = None
    _known: dict[Quantity, Real | None] = field(default_factory=dict, init=False, repr=False)

    @overload
    def get(self, quantity: Quantity) -> Real | None: ...

    @overload
    def get(self, quantity: Quantity, otherwise: Real) -> Real: ...

    def get(self, quantity: Quantity, otherwise: Real | None = None) -> Real | None:
        """The rounded value of a line: as textbooks lead to it where they write it, else in full detail."""
        if self.worked is None or self.worked.problem.rounding is None:
            return otherwise
        if quantity not in self._known:
            self._known[quantity] = self._found(self.worked, quantity)
        value = self._known[quantity]
        return otherwise if value is None else value

    @staticmethod
    def _found(worked: WorkedProblem, quantity: Quantity) -> Real | None:
        for detail in (Detail.TEXTBOOK, Detail.FULL):
            if quantity in worked.derivation(detail, then_forward=True).index:
                value = worked.rounded_values(detail).get(quantity)
                if value is not None:
                    return value
        return None
