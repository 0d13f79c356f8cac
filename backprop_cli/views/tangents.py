"""Forward-mode differentiation: every forward line with its tangent, its derivative in a seed; the last is ∂E/∂seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from backprop_cli.algebra.derivation import Line, rename
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add, multiply
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.sizes import agree
from backprop_cli.problem.model import RoundingRule
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.edges import OnePass, derivative, one_pass, start_of

ALL = "all"  # in place of one quantity: a sweep for each parameter


@record
class Sweep:
    """One sweep: its seed, and each forward quantity with the quantity that is its tangent; the objective comes last.

    `gradient` is backpropagation's line for the same number, None where it writes none.
    """

    seed: Quantity
    seed_tangent: Quantity
    tangents: tuple[tuple[Quantity, Quantity], ...]
    gradient: Quantity | None

    @property
    def result(self) -> Quantity:
        """The tangent of the objective."""
        return self.tangents[-1][1]


@record(slots=False)
class ForwardMode:
    """The sweeps asked for, with the values of all their lines; `leaves` are what a full gradient needs a sweep for."""

    one: OnePass
    sweeps: tuple[Sweep, ...]
    leaves: tuple[Quantity, ...]
    trace: Trace
    rounding: RoundingRule | None
    every: bool  # a sweep for each leaf was asked for

    @property
    def lines(self) -> int:
        """How many forward lines one sweep goes through."""
        return len(self.sweeps[0].tangents)

    def derivative(self, sweep: Sweep) -> Real | None:
        """The same number by the backward pass, whatever sign the problem gives to δ."""
        return None if sweep.gradient is None else derivative(self.one.problem, sweep.gradient, self.trace)

    def agrees(self, sweep: Sweep) -> bool | None:
        """Whether the sweep ends in the number of the backward pass; None where that has none."""
        backward = self.derivative(sweep)
        return None if backward is None else agree(backward, self.trace.value(sweep.result).number)


def forward_mode(
    worked: WorkedProblem, text: str, rounding: RoundingRule | None = None, digits: int = 9
) -> ForwardMode:
    """The sweep from the quantity that `text` names; for `all`, from every parameter, or every input if there is none.

    Raises UsageError where there is no such quantity, or where the sweeps have too many lines.
    """
    one, key = one_pass(worked, text)
    every = key == ALL and ALL not in {quantity.key for quantity in one.known}
    leaves = _leaves(one)
    seeds = leaves if every else (start_of(one, key),)
    if not seeds:
        raise UsageError(_("the problem has no parameters and no inputs: name a quantity, such as {key}").format(
            key=one.lines[0].quantity.key))  # fmt: skip
    if len(seeds) * len(one.lines) > limits.LINES:
        message = _("{sweeps:,} sweeps over {lines:,} lines are too many: name one parameter")
        raise UsageError(message.format(sweeps=len(seeds), lines=len(one.lines)))
    lines: dict[Quantity, Line] = {}
    sweeps = tuple(_sweep(one, seed, lines) for seed in seeds)
    gradients = [sweep.gradient for sweep in sweeps if sweep.gradient]
    values = [one.here(line.quantity) for line in one.lines]
    trace = one.solved(list(lines.values()), [*lines, *values, *gradients], rounding, digits)
    return ForwardMode(one, sweeps, leaves, trace, rounding, every)


def _leaves(one: OnePass) -> tuple[Quantity, ...]:
    """The parameters that are used in the pass, in the order of the file, or, where there are none, the inputs."""
    problem = one.problem
    for kind, names in ((Kind.PARAMETER, tuple(problem.parameters)), (Kind.INPUT, problem.inputs)):
        found = tuple(leaf for name in names if (leaf := Quantity(kind, name)) in one.out_of)
        if found:
            return found
    return ()


def _sweep(one: OnePass, seed: Quantity, lines: dict[Quantity, Line]) -> Sweep:
    """The sweep from one seed, its lines added to the others."""
    moved = {seed: _tangent(one, seed, seed)}
    lines[moved[seed]] = Line(Phase.FORWARD, moved[seed], ONE)
    tangents: list[tuple[Quantity, Quantity]] = []
    for quantity in _order(one):
        named = _tangent(one, quantity, seed)
        if quantity != seed:
            formula = _chain(one, quantity, moved)
            lines[named] = Line(Phase.FORWARD, named, formula)
            if formula != ZERO:
                moved[quantity] = named
        tangents.append((quantity, named))
    return Sweep(seed, moved[seed], tuple(tangents), one.gradient_of(seed))


def _order(one: OnePass) -> Iterator[Quantity]:
    """The forward quantities up to the objective, which has no line where the gradients of the outputs are given."""
    yield from takewhile(lambda quantity: quantity != one.objective, (line.quantity for line in one.lines))
    yield one.objective


def _chain(one: OnePass, quantity: Quantity, moved: dict[Quantity, Quantity]) -> Formula:
    """The chain rule forward: the sum of slope times tangent over what the line uses and what moves."""
    arrows = [arrow for arrow in one.into.get(quantity, ()) if arrow.source in moved]
    return add(*(multiply(rename(arrow.slope, one.here), Name(moved[arrow.source])) for arrow in arrows))


def _tangent(one: OnePass, of: Quantity, seed: Quantity) -> Quantity:
    return Quantity(Kind.TANGENT, of=of, by=seed, at=one.address)
