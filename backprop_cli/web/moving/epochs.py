"""Whether the lines of a page say all about the epochs after them, and what counts on from one time to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Formula, Name, Number, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.numbers.exact import Rational, to_float
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution


def counts(solution: Solution) -> Mapping[Quantity, Rational] | None:
    """How much each constant grows by each time that the lines are done again with the new values of parameters.

    None where doing them again is not how training goes on: another order of the samples, rates from a list, numbers
    that are prescribed for the first epoch only. That is told by writing the next lines, and comparing.
    """
    problem, here = solution.problem, solution.trace.derivation
    epochs = problem.training.epochs
    if problem.training.perceptron is not None or problem.gradients or 2 * len(here.lines) > limits.LINES:
        return None
    try:
        twice = derive(_replace(problem, training=_replace(problem.training, epochs=2 * epochs)))
    except UsageError:
        return None
    again = _Again(epochs, twice)
    if again.lines != {line.quantity: line.given or line.formula for line in here.lines}:
        return None
    found = {one: (value, here.constants.get(one)) for one, value in again.constants.items()}
    if not all(isinstance(one, Number) for both in found.values() for one in both):
        return None
    grown = {one: late.value - early.value for one, (late, early) in found.items()}  # type: ignore[union-attr]
    return {one: by for one, by in grown.items() if by}


def later(solution: Solution, problem: Problem, places: Mapping[Quantity, int]) -> dict[str, Any]:
    """For the page: what counts on, by its place and by how much, and how many epochs of a problem can be looked at.

    Those beyond the first one are worked out in the browser, where the lines say all about them.
    """
    grown = counts(solution)
    if grown is None:
        return {"counts": None, "epochs": 1}
    epochs = max(problem.training.epochs, *problem.report, 1) if solution.problem.training.epochs == 1 else 1
    return {"counts": [[places[one], to_float(by)] for one, by in grown.items()], "epochs": epochs}


class _Again:
    """The second half of a derivation as if it were the first."""

    def __init__(self, epochs: int, twice: Derivation) -> None:
        self.epochs = epochs
        lines = [line for line in twice.lines if self._is_late(line.quantity)]
        self.lines = {self._early(line.quantity): line.given or self._formula(line.formula) for line in lines}
        late = {one: value for one, value in twice.constants.items() if self._is_late(one)}
        self.constants = {self._early(one): value for one, value in late.items() if one.kind is Kind.CONSTANT}

    def _epoch(self, quantity: Quantity) -> int:
        return quantity.at[0].number if quantity.at and quantity.at[0].word == "epoch" else 0

    def _is_late(self, quantity: Quantity) -> bool:
        return self._epoch(quantity) > self.epochs

    def _early(self, quantity: Quantity) -> Quantity:
        """The same quantity so many epochs before; of one epoch alone, no address says which it is."""
        if not self._is_late(quantity):
            return quantity
        place = quantity.at[0]._replace(number=self._epoch(quantity) - self.epochs)
        return _replace(quantity, at=(place, *quantity.at[1:]) if self.epochs > 1 else quantity.at[1:])

    def _formula(self, formula: Formula) -> Formula:
        """What a parameter was updated to before is what it is given with."""

        def early(name: Name) -> Formula:
            quantity = name.symbol
            assert isinstance(quantity, Quantity)
            if quantity.kind is Kind.NEW and self._epoch(quantity) and not self._is_late(quantity):
                return Name(Quantity(Kind.PARAMETER, quantity.name))
            return Name(self._early(quantity))

        return replace(formula, early)
