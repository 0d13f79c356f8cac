"""What every step of the second order is made from, and what comes out of it: records, lines, and their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.algebra.second_order import DAMPING, SECOND_ORDER, Curved, step_lines
from backprop_cli.algebra.second_order import SecondOrder as Row
from backprop_cli.deriving.residuals import Residuals
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.sizes import is_zero
from backprop_cli.views.hessian import Hessian, aux, solved
from backprop_cli.views.second_derivatives import after

Matrix = Sequence[Sequence[Formula]]


@record
class Stage:
    """Lines of a step that belong together, under the step that they are of where there are several."""

    at: Address
    lines: tuple[Line, ...]

    @property
    def written(self) -> tuple[Line, ...]:
        """The lines without those of an elimination."""
        return tuple(line for line in self.lines if line.phase is Phase.UPDATE)


@record
class Method:
    """A method by its name, and its row of the table of steps."""

    name: str
    write: Callable[[StepSetup], SecondOrder]
    row: Row


@record(slots=False)
class SecondOrder:
    """A step of the second order with the values of all its lines, or as many steps as conjugate gradients take.

    `ends` is the objective after it; `is_to_top` says that the model curves downwards along the line that is searched.
    """

    method: Method
    damping: Formula | None
    start: Hessian
    parts: tuple[Stage, ...]
    trace: Trace
    ends: Quantity
    residuals: Residuals | None = None
    is_to_top: bool = False


@record
class StepSetup:
    """What a method begins with: itself, the Hessian at the starting point, the damping, how many digits are wished."""

    method: Method
    start: Hessian
    damping: Formula | None
    digits: int

    @property
    def at(self) -> Address:
        """The pass or batch that the step is made in."""
        return self.start.second.at

    @property
    def gradients(self) -> tuple[Name, ...]:
        """The gradient."""
        return tuple(map(Name, self.start.second.gradients))

    def solved(self, lines: Sequence[Line]) -> Trace:
        """The trace of everything and these lines."""
        constants = {} if self.damping is None else {DAMPING: self.damping}
        return solved(self.start.second, lines, self.digits, constants)

    def line(self, name: str, formula: Formula, at: Address | None = None) -> Line:
        """A line of the step."""
        return Line(Phase.UPDATE, aux(name, self.at if at is None else at), formula)

    def of_table(self, name: str, rows: Matrix, right: Sequence[Formula] | None = None) -> list[Line]:
        """The lines of a row of the table of steps, for a matrix and, unless it is the gradient, a right side."""
        curved = Curved(self.start.second.variables, tuple(right or self.gradients), tuple(map(tuple, rows)))
        return [_replace(line.renamed(self._placed), rules=()) for line in step_lines(SECOND_ORDER[name], curved)]

    def _placed(self, quantity: Quantity) -> Quantity:
        """A quantity of the step at the address of the pass; those that it begins with have theirs."""
        return quantity.at_address(self.at) if quantity.kind in (Kind.AUX, Kind.NEW) and not quantity.at else quantity

    def new(self, index: int, formula: Formula, at: Address | None = None) -> Line:
        """The line of a new value."""
        return Line(Phase.UPDATE, self.moved(index, at), formula)

    def moved(self, index: int, at: Address | None = None) -> Quantity:
        """The new value of a variable."""
        return Quantity(Kind.NEW, self.names[index], at=self.at if at is None else at)

    @property
    def names(self) -> list[str]:
        """What the variables are called."""
        return [one.name for one in self.start.second.variables]


def one_step(work: StepSetup, lines: Sequence[Line], before: Sequence[Line] = ()) -> SecondOrder:
    """The step with its values, and the objective after it; what is `before` the step is not written in it."""
    ahead, ends = after(work.start.second)
    trace = work.solved((*before, *lines, *ahead))
    return SecondOrder(work.method, work.damping, work.start, (Stage(work.at, tuple(lines)),), trace, ends)


def refuse_zero(work: StepSetup) -> None:
    """Raises UsageError where the gradient is 0."""
    if all(is_zero(work.start.trace.value(one).number) for one in work.start.second.gradients):
        raise UsageError(_("the gradient is 0 here already, so there is no direction to go in"))
