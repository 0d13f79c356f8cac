"""One epoch of training, compiled to a function on balls; one for each order of the samples, where it changes.

The epoch is the same derivation that the worked solution shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace as _replace
from functools import cached_property
from itertools import islice, repeat
from typing import Any, TypeAlias

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.quantities import AFTER, Kind, Phase, Quantity, gradient
from backprop_cli.algebra.references import Reference
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving import networks
from backprop_cli.deriving.schedule import THEN_ALL, THEN_FORWARD, after_the_first_epoch, derive
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided, UsageError, how_to_raise
from backprop_cli.ground.words import _, aside
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.training.compiler import LineCompiler, Program
from backprop_cli.training.one_epoch import Epoch, State, needed, newest_of

Advance: TypeAlias = Callable[..., tuple[State, State]]

_EXACT_LINES = 20_000  # that are evaluated in fractions too


class CompiledEpochs:
    """The epochs of a problem and what is looked at after each, ready to be compiled at any precision.

    Raises UsageError where nothing is updated, or where a quantity in `wanted` has no value after an epoch.
    """

    def __init__(self, problem: Problem, wanted: Sequence[Reference] = ()) -> None:
        if problem.training.perceptron is not None:
            raise UsageError(_("the perceptron rule is worked out to its end; it is not trained by gradients"))
        self.problem = problem
        first, cycle = _derivations(problem, wanted)
        newest = newest_of(first.lines)
        if not newest:
            raise UsageError(_("nothing is updated: there is no learning_rate, or every parameter is fixed"))
        self.first = first
        self.constants = first.constants
        self.state = [networks.parameter(name) for name in newest]
        self.moving = [index for index, one in enumerate(self.state) if one.name in problem.parameters]
        different = {id(derivation): derivation for derivation in (first, *cycle)}
        epochs = {key: Epoch(derivation, self.state) for key, derivation in different.items()}
        self._first = epochs[id(first)]
        self._cycle = [epochs[id(derivation)] for derivation in cycle]
        self._newest = list(newest.values())
        self._look_at(first, wanted)

    def with_numbers_of(self, problem: Problem) -> CompiledEpochs:
        """The same epochs of a problem that differs in nothing but its learning rate, or where its parameters begin."""
        changed = {networks.parameter(name): value for name, value in problem.parameters.items()}
        if problem.training.learning_rate is not None and LEARNING_RATE in self.constants:
            changed[LEARNING_RATE] = problem.training.learning_rate
        other = copy(self)
        other.problem, other.constants = problem, {**self.constants, **changed}
        epochs = {id(epoch): epoch.with_constants(changed) for epoch in (self._first, *self._cycle)}
        other._first, other._cycle = epochs[id(self._first)], [epochs[id(epoch)] for epoch in self._cycle]
        return other

    @cached_property
    def sloped(self) -> CompiledEpochs:
        """The same epochs, after which the slope of the loss in the only parameter that is updated is looked at."""
        assert self.only is not None
        return CompiledEpochs(self.problem, [Reference.to(gradient(self.objective.bare, self.only).bare)])

    def _look_at(self, first: Derivation, wanted: Sequence[Reference]) -> None:
        """Settles what is looked at after an epoch, and the lines that it needs."""
        self._after = [line for line in first.lines if line.quantity.at[:1] == (AFTER,)]
        totals = [line.quantity for line in self._after if line.phase is Phase.LOSS and line.quantity.at == (AFTER,)]
        losses = [one for one in totals if one.kind is not Kind.METRIC]
        metrics = [one for one in totals if one.kind is Kind.METRIC]
        self.has_loss = not self.problem.gradients  # which come from nowhere
        self.objective = losses[-1] if losses else self._objective() if self.has_loss else networks.LOSS
        usual = [*self._seen_loss, *metrics, *self._outputs(), *self.state]
        self.shown = self._wanted(wanted) if wanted else usual
        moving = [self.state[index] for index in self.moving]
        alone = len(moving) == 1 and self.has_loss
        self.only = moving[0] if alone else None  # the parameter on which the loss depends, where just one is updated
        self.look_lines = needed(self._after, [*self._seen_loss, *self.shown])
        self.loss_lines = needed(self._after, self._seen_loss)
        used = {quantity for line in self.look_lines for quantity in quantities_in(line.formula)} | set(self.shown)
        used -= set(self.state)
        self._look_constants = [one for one in self.constants if one in used]

    @property
    def _seen_loss(self) -> list[Quantity]:
        """What is minimized, where there is something."""
        return [self.objective] if self.has_loss else []

    def _objective(self) -> Quantity:
        """The node of a graph that is differentiated: the last one unless the problem says which."""
        nodes = [line.quantity for line in self._after if line.phase is Phase.FORWARD]
        named = [quantity for quantity in nodes if quantity.name == self.problem.objective]
        return (named or nodes)[-1]

    def _outputs(self) -> list[Quantity]:
        outputs = {networks.out(name) for name in self.problem.outputs}
        return [line.quantity for line in self._after if line.quantity.bare in outputs]

    def _wanted(self, wanted: Iterable[Reference]) -> list[Quantity]:
        """The quantities after an epoch that are meant: a total where there is one, else every sample's."""
        parameters = [networks.parameter(name) for name in self.problem.parameters]
        known = [*parameters, *self.state, *(line.quantity for line in self._after)]
        found: dict[Quantity, None] = {}
        for one in wanted:
            named = [quantity for quantity in known if quantity.bare_key == one.name]
            exact = [quantity for quantity in named if quantity.at in (one.at, (AFTER, *one.at))]
            if not (exact or named):
                raise UsageError(_("{key!r} has no value after an epoch").format(key=one.written))
            found |= dict.fromkeys(exact or named)
        return list(found)

    # ---- the numbers at the current precision ----------------------------------------------------------------

    def start(self) -> State:
        """The parameters, and the optimizer's state, before the first epoch."""
        return tuple(Ball(self._constant(quantity)) for quantity in self.state)

    def _constant(self, quantity: Quantity) -> Real:
        return evaluate(self.constants[quantity], Certified())  # type: ignore[no-any-return]

    def steps(self, done: int = 0) -> State:
        """The number t of each update of an epoch, so many epochs being done."""
        return tuple(Ball(self._constant(step) + done * self._first.updates) for step in self._first.steps)

    def compiled(self) -> Advance:
        """The function from (the epochs done, how many more, the state, the step numbers) to the last two after them.

        Everything that does not change from epoch to epoch is one call; else there is a call for each epoch.
        """
        functions = [epoch.compiled() for epoch in self._cycle]
        length, alike = len(functions), self._first is self._cycle[0]
        first = functions[0] if alike else self._first.compiled()

        def advance(done: int, epochs: int, state: State, steps: State) -> tuple[State, State]:
            if length == 1 and (alike or done):
                return functions[0](self._rates(done, epochs), *state, *steps)
            rates = iter(self._rates(done, epochs))
            for number in range(done, done + epochs):
                run = functions[number % length] if number else first
                state, steps = run(islice(rates, 1), *state, *steps)
            return state, steps

        return advance

    def _rates(self, done: int, epochs: int) -> Iterable[Any]:
        """What each of the epochs is given: its η, or those of its updates, where a schedule changes them."""
        schedule, rate = self.problem.training.schedule, self.problem.training.learning_rate
        if schedule is None or rate is None:
            return repeat(None, epochs)
        count = len(self._cycle[0].rates)
        values = schedule.values(rate, done * count)
        if count == 1:
            return islice(values, epochs)
        return (tuple(islice(values, count)) for _epoch in range(epochs))

    def rate_of(self, epoch: int) -> Real | None:
        """The η of an epoch, from 1, where a schedule goes by epochs."""
        schedule, rate = self.problem.training.schedule, self.problem.training.learning_rate
        if schedule is None or rate is None or schedule.per_update or not self.has_loss or epoch < 1:
            return None
        return schedule.exact(rate, epoch - 1)

    def look(self, state: Sequence[Real]) -> dict[Quantity, Real]:
        """The loss and the quantities that are looked at with this state; exact where the state is."""
        known: Mapping[Any, Real] = {
            quantity: value
            for names in (self._newest, self.state)
            for quantity, value in zip(names, state, strict=True)
        }
        constants = {quantity: self.constants[quantity] for quantity in self._look_constants}
        values = evaluate_lines(self.look_lines, constants, Certified(), known=known)
        seen = [*self._seen_loss, *self.shown, *([self.only] if self.only else [])]
        return {quantity: values[quantity] for quantity in dict.fromkeys(seen)}

    def exact_start(self) -> list[Real]:
        """The state before the first epoch, exact where it is given so."""
        return [self._constant(quantity) for quantity in self.state]

    def exact_states(self, last: int) -> list[list[Real]]:
        """The states before the first epoch and after each of the next ones, as long as they are short fractions."""
        states = [self.exact_start()]
        if not all(isinstance(one, Rational) for one in states[0]):
            return []
        schedule, rate = self.problem.training.schedule, self.problem.training.learning_rate
        lines = sum(len(epoch.lines) for epoch in self._cycle) // len(self._cycle)
        while len(states) <= min(last, _EXACT_LINES // max(1, lines)):
            done = len(states) - 1
            epoch = self._cycle[done % len(self._cycle)] if done else self._first
            count = len(epoch.rates)
            rates = [schedule.exact(rate, done * count + at) for at in range(count)] if schedule and rate else []
            try:
                state = epoch.exactly(states[-1], rates, done)
            except (MathError, Undecided):
                break
            if state is None:
                break
            states.append(state)
        return states

    def loss(self) -> Callable[[Sequence[Ball]], Ball]:
        """The loss as a compiled function of a state: parameters, and what the optimizer keeps."""
        return self._loss.function(self.constants)

    @cached_property
    def _loss(self) -> Program:
        return self._of_a_state(self.loss_lines, lambda name: name(self.objective))

    def gradients(self) -> Callable[[Sequence[Ball]], Sequence[Ball]]:
        """The gradient of the loss by every parameter that is updated, as a compiled function of a state.

        Raises UsageError where there is none after an epoch: samples that meet in a layer, in several batches.
        """
        return self._gradients.function(self.constants)

    @cached_property
    def _gradients(self) -> Program:
        moving = {self.state[index] for index in self.moving}
        totals = [line.quantity for line in self._after if line.quantity.at == (AFTER,)]
        slopes = [one for one in totals if one.kind is Kind.GRADIENT and not one.name and one.by in moving]
        if len(slopes) != len(moving):
            raise UsageError(_("there is no gradient of the whole loss after an epoch, so training cannot end by it"))
        return self._of_a_state(needed(self._after, slopes), lambda name: f"({', '.join(map(name, slopes))},)")

    def _of_a_state(self, lines: Sequence[Line], result: Callable[[Callable[[Quantity], str]], str]) -> Program:
        """The function of a state whose result is written with the names of quantities in these lines."""
        writer = LineCompiler(self._newest)
        body = [f"{', '.join(writer.arguments)}, = state", *writer.lines(lines), f"return {result(writer.name)}"]
        return writer.program(["def run(state{numbers}):", *(f"    {line}" for line in body)])


def _derivations(problem: Problem, wanted: Sequence[Reference]) -> tuple[Derivation, list[Derivation]]:
    """The first epoch, with what is looked at after it, and the epochs of a cycle of orders, which may begin with it.

    Raises UsageError where a cycle would be too long to be compiled.
    """
    orders = problem.training.order or ((),)
    slopes = problem.stop is not None and problem.stop.gradient_below is not None
    detail, then = (Detail.FULL if wanted else Detail.BRIEF), (THEN_ALL if wanted or slopes else THEN_FORWARD)
    keep = [one.name for one in wanted]

    def epoch(of: Problem, order: tuple[int, ...], looked_at: bool) -> Derivation:
        one = _replace(of.first_epoch(order=(order,) if order else ()), ask=())
        return derive(one, detail, keep, then_forward=looked_at, then=then, with_parts=False)

    later = after_the_first_epoch(problem)
    first = epoch(problem, orders[0], looked_at=True)
    different = list(dict.fromkeys(orders))
    lines = len(first.lines) * len(different)
    if len(different) > 1 and lines > limits.LINES:
        message = _("{orders} orders of the samples make {lines:,} lines to compile; the limit is {limit:,}")
        message = message.format(orders=len(different), lines=lines, limit=limits.LINES)
        raise UsageError(aside(message, how_to_raise("lines")))
    derived = {orders[0]: first} if later is problem else {}
    derived |= {order: epoch(later, order, looked_at=False) for order in different if order not in derived}
    return first, [derived[order] for order in orders]
