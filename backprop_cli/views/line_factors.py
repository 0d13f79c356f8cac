"""The products of the chain rule where layers are not all dense: one for every line that a parameter stands in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name, Number, multiply
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, local
from backprop_cli.deriving.backpropagation import local_slopes
from backprop_cli.problem.model import Problem
from backprop_cli.views.batches import Batch
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.factors import Factors, Group, UnitFactors
from backprop_cli.views.matrix_formulas import Cell

_PARAMETERS = (Kind.PARAMETER, Kind.NEW)


class LineFactors:
    """The gradients of a network of any layers: a row a line that uses a parameter, in reverse topological order.

    A parameter that stands in several lines (a recurrent weight, a kernel) has a row for each, and one for their sum.
    """

    def __init__(self, problem: Problem, extra: ExtraLines) -> None:
        self.problem = problem
        self.extra = extra
        self.objective = Quantity(Kind.LOSS, problem.objective or "")

    @cached_property
    def _forward(self) -> dict[Address, list[Line]]:
        found: dict[Address, list[Line]] = {}
        for line in self.extra.lines():
            if line.phase in (Phase.FORWARD, Phase.LOSS):
                found.setdefault(line.quantity.at, []).append(line)
        return found

    @cached_property
    def _gradients(self) -> dict[Address, list[Quantity]]:
        """The gradients of parameters, in the order of the solution."""
        found: dict[Address, list[Quantity]] = {}
        for line in self.extra.lines():
            quantity = line.quantity
            if quantity.kind is Kind.GRADIENT and quantity.by and quantity.by.kind is Kind.PARAMETER:
                found.setdefault(quantity.at, []).append(quantity)
        return found

    def groups(self, batch: Batch, at: Address) -> Iterator[Group]:
        """All lines as one group, with their gradients."""
        forward = self._forward.get(at, [])
        uses = [(line, used, slope) for line, used, slope in local_slopes(forward) if used.kind in _PARAMETERS]
        reaching = {line.quantity for line, _used, _slope in uses if self._reaches_objective(line.quantity)}
        uses = [use for use in reversed(uses) if use[0].quantity in reaching]
        rows: list[Factors] = []
        for total in self._gradients.get(at, ()):
            found = [(line, used, slope) for line, used, slope in uses if total.by and used.name == total.by.name]
            rows += [self._row(line, used, slope, total, len(found) == 1) for line, used, slope in found]
            if len(found) > 1:
                rows.append(Factors(found[0][1], total))
        yield Group("", tuple(rows), tuple(self._units(forward)))

    def _reaches_objective(self, quantity: Quantity) -> bool:
        return isinstance(self.extra.upstream(self.objective, quantity)[1], Quantity)

    def _units(self, forward: list[Line]) -> Iterator[UnitFactors]:
        """Every line of the forward pass but the loss, with its upstream gradient."""
        for line in forward:
            if line.phase is Phase.FORWARD:
                yield UnitFactors(line.quantity, line.quantity, *self.extra.upstream(self.objective, line.quantity))

    def _row(self, line: Line, used: Quantity, slope: Formula, total: Quantity, alone: bool) -> Factors:
        """The product for one line that uses a parameter."""
        via = line.quantity
        value: Cell = slope if isinstance(slope, Number) else None
        if value is None:
            named = local(via, used.bare).at_address(via.at)
            value = self.extra.define(named, slope)
        upstream, back = self.extra.upstream(self.objective, via)
        product = total
        if not alone:
            product = Quantity(Kind.PATH, "", self.objective, Quantity(Kind.PARAMETER, used.name), via.bare, via.at)
            factor = value if isinstance(value, Number) else Name(value)
            self.extra.define(product, multiply(upstream, factor), Phase.GRADIENT)
        return Factors(used, product, via, slope, value, upstream, back, alone)
