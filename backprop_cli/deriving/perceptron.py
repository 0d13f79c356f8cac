"""The perceptron rule (Rosenblatt 1958) as lines: each sample's error and the corrected weights, epoch by epoch.

How many epochs there are depends on the numbers, so the lines are evaluated as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as _replace
from typing import Protocol

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Line, SamplePlan
from backprop_cli.algebra.evaluation import Values
from backprop_cli.algebra.formula import Formula, Name, add, multiply, negate
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Place, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving import networks
from backprop_cli.deriving.output_errors import error, error_lines
from backprop_cli.deriving.plans import sample_place
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import n_
from backprop_cli.numbers.certified import Certified, Real, compact, precision
from backprop_cli.numbers.rounded import round_to
from backprop_cli.problem.model import Detail, Perceptron, Problem, RoundingRule, Sample

RULE = n_(
    "a wrong answer is corrected: η times its error times the input is added to each weight; a right one changes "
    "nothing (Rosenblatt 1958)"
)
TARGET_RULE = n_("where the sign is wrong, η times the target times the input is added to each weight")


def correction_lines(problem: Problem, forward: Sequence[Line], wrong: Iterable[str]) -> list[Line]:
    """The new value of every parameter of the outputs that are wrong; its own input is the slope of the net input."""
    training = problem.training
    assert training.perceptron is not None
    by_target = training.perceptron.by_target
    terms: dict[Quantity, list[Formula]] = {}
    for neuron in wrong:
        factor = Name(networks.target(neuron) if by_target else error(neuron))
        net = next(line for line in forward if line.quantity == networks.net(neuron))
        for symbol, slope in slopes(net.formula, {}).items():
            if isinstance(symbol, Quantity) and symbol.kind is Kind.PARAMETER and symbol.name not in problem.fixed:
                terms.setdefault(symbol, []).append(multiply(factor, slope))
    rule = TARGET_RULE if by_target else RULE
    ordered = [networks.parameter(name) for name in problem.parameters if networks.parameter(name) in terms]
    return [_correction(one, terms[one], rule) for one in ordered]


def _correction(one: Quantity, terms: Sequence[Formula], rule: str) -> Line:
    """A parameter with η times each of the terms added."""
    old, eta = Name(one), Name(LEARNING_RATE)
    uphill = negate(add(*terms))
    formula = add(old, *(multiply(eta, term) for term in terms))
    parts = UpdateParts(old, uphill, uphill, old, eta)
    return Line(Phase.UPDATE, Quantity(Kind.NEW, one.name), formula, rules=(rule,), parts=parts)


class ValueTracker:
    """The values of the lines as they are written, exact while they are rational, rounded where the problem rounds."""

    def __init__(self, constants: Mapping[Quantity, Formula], rounding: RoundingRule | None) -> None:
        self.rounding = rounding
        self.known = Values(constants, Certified(), self._written)
        self.rounded: dict[Quantity, bool] = {}  # whether a line is rounded where lines are: not if it is given

    def see(self, lines: Iterable[Line]) -> None:
        """Evaluates lines that use only constants and lines seen before; MathError where a sign is not settled."""
        for line in lines:
            self.rounded[line.quantity] = not line.given
            try:
                with precision(limits.LAST_PRECISION):
                    self.known.take(line.quantity, line.formula)
            except Undecided as problem:
                raise MathError(f"{line.quantity.key}: {problem}") from None

    def is_wrong(self, neuron: str, address: Address) -> bool:
        """Whether the output misses its target."""
        return bool(self.known[error(neuron).at_address(address)] != 0)

    def values(self, quantities: Iterable[Quantity]) -> tuple[Real, ...]:
        """The values of lines or constants."""
        return tuple(self.known[quantity] for quantity in quantities)

    def _written(self, quantity: Quantity, number: Real) -> Real:
        value = compact(number)
        rule = self.rounding.of(quantity.kind) if self.rounding and self.rounded.get(quantity) else None
        return round_to(value, rule).value if rule else value


class Pen(Protocol):
    """What writes the lines of a derivation: its problem, in which detail, and where each parameter has its value."""

    problem: Problem
    detail: Detail
    keep: frozenset[str]
    constants: dict[Quantity, Formula]
    current: dict[Quantity, Quantity]
    lines: list[Line]

    def plan_of(self, sample: Sample) -> SamplePlan:
        """What is done for a sample."""

    def write(self, lines: Sequence[Line], address: Address, sample: int | None) -> list[Line]:
        """Writes lines at an address."""

    def write_rate(self, base: Address, epoch: int) -> list[Line]:
        """Writes the η of an epoch."""

    def adopt(self, written: Sequence[Line]) -> None:
        """Lets parameters mean their new values."""

    def refuse_too_long(self, lines: int) -> None:
        """Raises UsageError."""


class Passes:
    """The epochs of the rule: until one is clean, or begins as an earlier one did, or to the last.

    An epoch that begins with the parameters of an earlier one is a cycle: it repeats for ever, and none will be clean.
    """

    def __init__(self, pen: Pen, rule: Perceptron) -> None:
        self.pen = pen
        self.problem = pen.problem
        self.rule = rule
        self.watch = ValueTracker(pen.constants, pen.problem.rounding)

    def write(self) -> None:
        """Writes all the epochs."""
        training = self.problem.training
        seen: set[tuple[int, tuple[Real, ...]]] = set()
        for epoch in range(1, training.epochs + 1):
            state = (epoch % max(1, len(training.order)), self.weights())
            if self.rule.until_clean and training.schedule is None and state in seen:
                return
            seen.add(state)
            base: Address = (Place("epoch", epoch),) if training.epochs > 1 else ()
            if self._epoch(base, epoch) and self.rule.until_clean:
                return

    def weights(self) -> tuple[Real, ...]:
        """The values that the parameters have now."""
        parameters = map(networks.parameter, self.problem.parameters)
        return self.watch.values(self.pen.current.get(one, one) for one in parameters)

    def _epoch(self, base: Address, epoch: int) -> bool:
        """Writes one epoch, and says whether every sample in it was right."""
        pen, problem = self.pen, self.problem
        clean = True
        self.watch.see(pen.write_rate(base, epoch))
        for index in problem.training.order_of(epoch, len(problem.samples)):
            address = (*base, *sample_place(problem, index))
            forward = pen.plan_of(problem.samples[index - 1]).lines
            self.watch.see(pen.write([*forward, *error_lines(problem)], address, index))
            wrong = [name for name in problem.outputs if self.watch.is_wrong(name, address)]
            written = pen.write(self._corrections(forward, wrong), address, index)
            self.watch.see(written)
            pen.adopt(written)
            pen.refuse_too_long(len(pen.lines))
            clean = clean and not wrong
            if wrong and self.rule.restart:
                break
        return clean

    def _corrections(self, forward: Sequence[Line], wrong: Sequence[str]) -> list[Line]:
        """The update lines: of the parameters that change; in full detail, or where it is asked for, of the others too.

        Of a right output the error is 0, so its line may say so; a target is not, so there the weight just stays.
        """
        changed = correction_lines(self.problem, forward, wrong)
        written = {line.quantity for line in changed}
        rest = [
            line if not self.rule.by_target else _replace(line, formula=Name(networks.parameter(line.quantity.name)))
            for line in correction_lines(self.problem, forward, self.problem.outputs)
            if line.quantity not in written and (self.pen.detail is Detail.FULL or line.quantity.key in self.pen.keep)
        ]
        order = list(self.problem.parameters)
        return sorted([*changed, *rest], key=lambda line: order.index(line.quantity.name))
