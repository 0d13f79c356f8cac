"""How the perceptron rule ended, read from the trace: with a clean epoch, in a cycle of its parameters, or neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from backprop_cli.algebra.quantities import AFTER, Address, Kind, Quantity, place
from backprop_cli.deriving import networks
from backprop_cli.deriving.output_errors import error
from backprop_cli.deriving.trace import Trace, Value
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import is_exact
from backprop_cli.problem.model import Problem


@record
class PerceptronStep:
    """One sample of one epoch: whether it was wrong, and the parameters after it."""

    address: Address
    epoch: int
    sample: int
    wrong: bool
    parameters: Mapping[str, Value]


@record
class PerceptronOutcome:
    """How the rule ended.

    `repeats` is the earlier epoch that began with the parameters of the end: from there on everything repeats, and
    `inseparable` says whether that proves that no line separates the samples.
    """

    rows: tuple[PerceptronStep, ...]
    clean: bool
    repeats: int | None = None
    inseparable: bool = False

    @property
    def epochs(self) -> int:
        """How many there were."""
        return self.rows[-1].epoch

    @property
    def corrections(self) -> int:
        """How many samples were wrong."""
        return sum(row.wrong for row in self.rows)


def outcome_of(problem: Problem, trace: Trace) -> PerceptronOutcome:
    """The outcome of a whole trace."""
    rows = tuple(_rows(problem, trace))
    last = rows[-1].epoch
    clean = not any(row.wrong for row in rows if row.epoch == last)
    repeats = None if clean or last == problem.training.epochs else _repeated(problem, trace, rows)
    return PerceptronOutcome(rows, clean, repeats, repeats is not None and not trace.rounded and _is_theorem(problem))


def _rows(problem: Problem, trace: Trace) -> Iterator[PerceptronStep]:
    now = {name: trace.constants[networks.parameter(name)] for name in problem.parameters}
    steps = [step for step in trace.steps if step.quantity.at[:1] != (AFTER,)]
    for address, group in groupby(steps, key=lambda step: step.quantity.at):
        values = {step.quantity.bare: step.value for step in group}
        errors = [values[error(name)] for name in problem.outputs if error(name) in values]
        if not errors:
            continue  # the line of an epoch's learning rate
        now = now | {quantity.name: value for quantity, value in values.items() if quantity.kind is Kind.NEW}
        wrong = any(value.number != 0 for value in errors)
        yield PerceptronStep(address, place(address, "epoch") or 1, place(address, "sample") or 1, wrong, now)


def _repeated(problem: Problem, trace: Trace, rows: tuple[PerceptronStep, ...]) -> int | None:
    """The epoch that began as the one after the last would begin."""
    if problem.training.schedule is not None:
        return None
    begins = {1: {name: trace.constants[networks.parameter(name)] for name in problem.parameters}}
    begins |= {row.epoch + 1: dict(row.parameters) for row in rows}
    end = begins.pop(rows[-1].epoch + 1)
    cycle = max(1, len(problem.training.order))
    for epoch, begin in begins.items():
        same = all(is_exact(value.number) and value.number == end[name].number for name, value in begin.items())
        if same and (rows[-1].epoch + 1 - epoch) % cycle == 0:
            return epoch
    return None


def _is_theorem(problem: Problem) -> bool:
    """Whether the convergence theorem (Novikoff 1962) applies: every unit has its own weights and bias, all updated."""
    neurons = [neuron for layer in problem.layers for neuron in layer.neurons]
    used = [c.parameter for neuron in neurons for c in neuron.connections] + [neuron.bias for neuron in neurons]
    return None not in used and len(set(used)) == len(used) and not problem.fixed


def quantities_of(problem: Problem, row: PerceptronStep) -> Iterator[tuple[Quantity, Quantity, Quantity]]:
    """The net input, the output and the error of every output in a row."""
    for name in problem.outputs:
        bare = networks.net(name), networks.out(name), error(name)
        net, out, wrong = (quantity.at_address(row.address) for quantity in bare)
        yield net, out, wrong
