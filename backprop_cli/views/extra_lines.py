"""The lines that a view needs beside those of the solution, and the trace that has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, Line, in_order
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, Number, negate
from backprop_cli.algebra.quantities import Kind, Phase, Quantity, delta, gradient
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem


class ExtraLines:
    """Collects the quantities that a view shows; those that the solution has no line for get one.

    The lines of the solution stay as they are, and so do their values: nothing uses a further line but other further
    lines. Those are not rounded where the problem rounds, so that the numbers of a view lead to those of the solution.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self._own: dict[Quantity, Line] = {}
        self._wanted: dict[Quantity, None] = {}

    @cached_property
    def _all(self) -> Derivation:
        """The derivation with every factor of the chain rule on a line of its own."""
        if self.solution.detail is Detail.FULL and not self.solution.is_part:
            return self.solution.trace.derivation
        worked = self.solution.worked or WorkedProblem(self.solution.problem)
        return worked.derivation(Detail.FULL)

    def lines(self) -> tuple[Line, ...]:
        """The lines of the solution in full detail."""
        return self._all.lines

    def line(self, quantity: Quantity) -> Line | None:
        """The line that says what a quantity is, as the solution has it, or else as it has it in full detail."""
        return self.solution.trace.derivation.index.get(quantity) or self._all.index.get(quantity)

    def or_zero(self, quantity: Quantity) -> Quantity | Number:
        """The quantity, or 0 where it has no line: the objective does not depend on what it is of."""
        return quantity if self.line(quantity) is not None else ZERO

    def upstream(self, objective: Quantity, quantity: Quantity) -> tuple[Formula, Quantity | Number]:
        """∂E/∂quantity, upstream of what the quantity uses, as a formula and as a cell.

        A net input has its δ, or minus it where that has the other sign. 0 where E does not depend on it, 1 of E.
        """
        if quantity.bare == objective:
            return ONE, ONE
        named = delta(quantity) if quantity.kind is Kind.NET else gradient(objective, quantity)
        if self.line(named) is None:
            return ZERO, ZERO
        if quantity.kind is not Kind.NET or not self.solution.problem.conventions.negative_delta:
            return Name(named), named
        minus = negate(Name(named))
        return minus, self.define(Quantity(Kind.AUX, f"-{named.bare_key}", at=named.at), minus)

    def define(self, quantity: Quantity, formula: Formula, phase: Phase = Phase.BACKWARD) -> Quantity:
        """The quantity, with a line of this formula unless it has one."""
        if self.line(quantity) is None:
            self._own[quantity] = Line(phase, quantity, formula)
        return quantity

    def want(self, quantities: Iterable[Quantity]) -> None:
        """Notes that the values of these quantities are shown. Raises UsageError when they are too many."""
        self._wanted |= dict.fromkeys(quantities)
        if len(self._wanted) > limits.LINES:
            message = _("this view would show more than {limit:,} numbers: ask for a smaller network or fewer samples")
            raise UsageError(message.format(limit=limits.LINES) + f" ({how_to_raise('lines')})")

    def trace(self) -> Trace:
        """The trace of the solution and of every wanted line, with the same digits."""
        trace = self.solution.trace
        known = trace.derivation
        lines = {q: line for q, line in self._all.index.items() if q not in known.index} | self._own
        wanted = [quantity for quantity in self._wanted if quantity in lines]
        if not wanted:
            return trace
        further = in_order(lines, wanted)
        constants = {**self._all.constants, **known.constants}
        derivation = _replace(known, lines=(*known.lines, *further), constants=constants)
        unrounded = frozenset(line.quantity for line in further)
        return solve(derivation, self.solution.rounding, trace.digits, unrounded)
