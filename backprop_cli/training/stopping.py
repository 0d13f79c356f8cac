"""When training ends before its last epoch: by the loss, its change, the gradient or the step, each against a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.problem.model import StopRule
from backprop_cli.training.compiled_epoch import CompiledEpochs


class Stopping:
    """Looks at the state after each epoch, one after the other, and says which bound it is beyond.

    A comparison that this precision cannot decide raises Undecided.
    """

    def __init__(self, rule: StopRule, program: CompiledEpochs) -> None:
        self.rule = rule
        self.moving = program.moving
        self._gradients: Callable[[Sequence[Ball]], Sequence[Ball]] | None = None
        if rule.gradient_below is not None:
            self._gradients = program.gradients()
        self._loss: Real | None = None
        self._place: Sequence[Real] | None = None

    def met(self, loss: Real | None, state: Sequence[Ball]) -> str:
        """The key of the first bound that is met with this loss (None: gradients are given) and state; empty for none.

        Before the first epoch there is no step and no change yet.
        """
        rule, earlier, came_from = self.rule, self._loss, self._place
        place = [state[index] for index in self.moving]
        self._loss, self._place = loss, place
        if loss is not None and (met := self._met_by_loss(loss, earlier)):
            return met
        if rule.step_below is not None and came_from is not None:
            step = [new - old for new, old in zip(place, came_from, strict=True)]
            if _is_within(step, rule.step_below, rule.norm):
                return "step_below"
        if rule.gradient_below is None or self._gradients is None:
            return ""
        return "gradient_below" if _is_within(self._gradients(state), rule.gradient_below, rule.norm) else ""

    def _met_by_loss(self, loss: Real, earlier: Real | None) -> str:
        """The key of a bound on the loss, or on its change, that is met."""
        rule, domain = self.rule, Certified()
        if rule.loss_below is not None and domain.sign(loss - _bound(rule.loss_below)) < 0:
            return "loss_below"
        if rule.loss_above is not None and domain.sign(loss - _bound(rule.loss_above)) > 0:
            return "loss_above"
        if rule.change_below is not None and earlier is not None and _is_within([loss - earlier], rule.change_below):
            return "change_below"
        return ""


def _bound(bound: Formula) -> Real:
    return evaluate(bound, Certified())  # type: ignore[no-any-return]


def _is_within(values: Sequence[Real], bound: Formula, norm: str = "l1") -> bool:
    """Whether the norm of the values (the sum of sizes, the Euclidean length, the largest size) is below the bound."""
    domain, limit = Certified(), _bound(bound)
    sizes: list[Real] = [abs(Ball(value)) for value in values]
    if norm == "max":
        return all(domain.sign(size - limit) < 0 for size in sizes)
    if norm == "l1":
        return domain.sign(reduce(domain.plus, sizes) - limit) < 0
    squares: list[Real] = [domain.times(value, value) for value in values]
    return domain.sign(limit) > 0 and domain.sign(reduce(domain.plus, squares) - limit * limit) < 0
