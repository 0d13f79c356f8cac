"""What a training that is only reported has after its epochs, as lines with values: what a sheet may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.references import Reference
from backprop_cli.deriving.reports import ReportNames, runs_of
from backprop_cli.deriving.trace import Value
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.enclosures import ball, radius
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.problem.model import Problem

_DIGITS = 40  # of a value that answers are compared with
_BITS = 256


def value_of(decimal: Decimal) -> Value:
    """The value that a report has to so many digits."""
    with precision(_BITS):
        if decimal.whole_truth:
            return Value(decimal.value, decimal)
        return Value(radius(ball(decimal.value), rational(1, 2) / rational(10) ** decimal.places), decimal)


def no_value(key: str) -> UsageError:
    """What is said where a value is wanted after an epoch that training does not come to."""
    return UsageError(_("{key} has no value: training ends before that epoch").format(key=key))


@record(slots=False, eq=False)
class ReportedValues:
    """What is reported of a problem; it is trained when the first value is asked for."""

    problem: Problem
    _known: dict[int, Mapping[Reference, Decimal]] = field(default_factory=dict, repr=False)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """A line for each value, given by the training: no formula of the sheet leads to it."""
        return tuple(
            Line(one.phase, one.quantity, Name(one.quantity), given=True) for one in ReportNames(self.problem).all
        )

    @cached_property
    def reached(self) -> tuple[Line, ...]:
        """Those of the lines that are of an epoch that training comes to, which `stop` may end before."""
        if self.problem.stop is None:
            return self.lines
        return tuple(line for line in self.lines if self._decimal(line.quantity) is not None)

    def value(self, quantity: Quantity) -> Value:
        """The value after its epoch. Raises UsageError where training ended before, MathError where it fails."""
        decimal = self._decimal(quantity)
        if decimal is None:
            raise no_value(quantity.key)
        return value_of(decimal)

    def _decimal(self, quantity: Quantity) -> Decimal | None:
        runs = runs_of(self.problem)
        return self._found(runs.index(quantity.at[0]) if runs else 0).get(Reference.to(quantity))

    def _found(self, number: int) -> Mapping[Reference, Decimal]:
        """What is reported of one of the runs."""
        if number not in self._known:
            from backprop_cli.training.runs import train  # what most problems need not wait for
            from backprop_cli.training.trials import problems_of_runs

            problem = (problems_of_runs(self.problem) or [self.problem])[number]
            placed = train(problem, problem.report, _DIGITS).placed(runs_of(self.problem)[number : number + 1])
            self._known[number] = {Reference.to(quantity): value for quantity, value in placed}
        return self._known[number]
