"""Gradient checking: a derivation's gradients against central differences, and PyTorch's where that is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as _replace
from importlib.util import find_spec
from typing import Any

from backprop_cli.algebra.derivation import Derivation, Line, rename
from backprop_cli.algebra.evaluation import Values, evaluate_lines
from backprop_cli.algebra.formula import Formula, Name, add, multiply, names_in, negate
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views import autograd
from backprop_cli.views.edges import derivative

MOST = 400  # gradients that are compared; of more, every n-th
_BITS = 640
_STEP = rational(10) ** -40
_CLOSE = rational(10) ** -25  # relative to the gradient, or to 1 where that is smaller
_TORCH_CLOSE = 1e-9


@record
class GradientCheck:
    """One gradient by backpropagation, central difference and autograd; at a kink `difference` is None, `kink` set."""

    quantity: Quantity
    backprop: Real
    difference: Real
    torch: float | None
    kink: bool

    @property
    def agrees(self) -> bool:
        """Whether the derivation gives the derivative (at a kink there is none to give)."""
        return self.kink or (_near(self.backprop, self.difference, _CLOSE) and self._agrees_with_torch())

    def _agrees_with_torch(self) -> bool:
        if self.torch is None:
            return True
        value = float(ball(self.backprop).mid())
        return abs(self.torch - value) <= _TORCH_CLOSE * max(1.0, abs(value))


@record
class Verification:
    """Every comparison, how many gradients there are, and why PyTorch is missing if it is."""

    comparisons: tuple[GradientCheck, ...]
    gradients: int
    torch_missing: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether every comparison agrees."""
        return all(comparison.agrees for comparison in self.comparisons)


def verification_of(worked: WorkedProblem) -> Verification:
    """Compares every gradient of the first update; raises UsageError where there is no objective to differentiate."""
    problem = worked.problem
    if problem.training.perceptron is not None:
        raise UsageError(_("there is nothing to verify: the perceptron rule has no gradients"))
    derivation = _before_the_update(worked)
    derivation, objective = _with_objective(problem, derivation)
    lines = [line for line in derivation.lines if line.phase in (Phase.FORWARD, Phase.LOSS)]
    wanted = [line.quantity for line in derivation.lines if _can_be_compared(derivation, line.quantity, objective)]
    if not wanted:
        raise UsageError(_("there is nothing to verify: no objective is differentiated (its gradients may be given)"))
    chosen = wanted[:: max(1, -(-len(wanted) // MOST))]
    trace = worked.solved(derivation)
    written, lines = lines, [new for line in lines for new in _as_given(line, derivation)]
    alike = len(lines) == len(written)  # else PyTorch would need slopes of its own
    moved = _Moved(derivation, lines, objective)
    torch = autograd.gradients(derivation, lines, objective) if alike and find_spec("torch") else {}
    compared = tuple(_compare(moved, quantity, derivative(problem, quantity, trace), torch) for quantity in chosen)
    missing = None if find_spec("torch") else _("PyTorch is not installed (pip install torch), so it is not compared")
    return Verification(compared, len(wanted), missing)


def _as_given(line: Line, derivation: Derivation) -> Iterator[Line]:
    """A line whose slopes are given as the line that has them: its value and Σ ∂q/∂x·(x − x₀), x₀ being the x here."""
    given: dict[Quantity, Formula] = {}
    for other in derivation.lines:
        slope = other.quantity
        if other.given and slope.kind is Kind.LOCAL and slope.at == line.quantity.at and slope.of == line.quantity.bare:
            given[_leaf(slope)] = other.formula
    still = {one: Quantity(Kind.AUX, f"{_STILL}{one.bare_key}", at=line.quantity.at) for one in given}
    for one, here in still.items():
        yield Line(Phase.FORWARD, here, Name(one))
    moved = (multiply(rate, Name(one) - Name(still[one])) for one, rate in given.items())
    yield _replace(line, formula=add(rename(line.formula, lambda one: still.get(one, one)), *moved)) if given else line


_STILL = "still "  # before the key of what does not move with a number that is moved


def _before_the_update(worked: WorkedProblem) -> Derivation:
    """The lines up to the first update: one epoch, all samples as one batch, the loss without penalty."""
    problem = worked.problem
    rule = _replace(problem.training.rule, show=frozenset())
    if problem.conventions.updated_weights:  # here the update is part of the backward pass
        return derive(_replace(problem.first_epoch(rule=rule), samples=problem.samples[:1]), Detail.FULL)
    if problem.training.rule == rule:
        return worked.at_start
    return derive(problem.first_epoch(rule=rule, learning_rate=None, batch=None), Detail.FULL)


def _with_objective(problem: Problem, derivation: Derivation) -> tuple[Derivation, Quantity]:
    """The derivation with what it differentiates: of several samples, their combined loss.

    Where only upstream gradients ∂E/∂q are given, E is to first order Σ ∂E/∂q·q, which is added as a line.
    """
    slopes = (line.quantity for line in derivation.lines if line.phase is not Phase.UPDATE)
    differentiated = {one.of for one in slopes if one.kind is Kind.GRADIENT}
    found = [line.quantity for line in derivation.lines if line.quantity.bare in differentiated]
    if found:
        return derivation, found[-1]
    upstream = [line for line in derivation.lines if line.given and line.phase is Phase.BACKWARD]
    of = next(iter(differentiated), None)
    if not upstream or of is None or len(problem.samples) > 1:
        raise UsageError(_("there is nothing to verify: the problem has no loss and no objective"))
    objective = of.at_address(upstream[-1].quantity.at)
    terms = [multiply(_upstream(problem, line), Name(_leaf(line.quantity))) for line in upstream]
    stated = Line(Phase.LOSS, objective, add(*terms))
    first = next(index for index, line in enumerate(derivation.lines) if line.phase is Phase.BACKWARD)
    lines = (*derivation.lines[:first], stated, *derivation.lines[first:])
    return _replace(derivation, lines=lines), objective


def _upstream(problem: Problem, line: Line) -> Formula:
    """A given ∂E/∂q as a number, whatever sign the problem gives to δ."""
    negative = line.quantity.kind is Kind.DELTA and problem.conventions.negative_delta
    return negate(line.formula) if negative else line.formula


def _can_be_compared(derivation: Derivation, quantity: Quantity, objective: Quantity) -> bool:
    """Whether the quantity is the objective's derivative with respect to a number that was given and can be moved."""
    if quantity.at != objective.at and not derivation.together:
        return False
    if quantity.kind is Kind.DELTA:
        net = derivation.index.get(_leaf(quantity))
        return net is not None and net.given
    return quantity.kind is Kind.GRADIENT and quantity.of == objective.bare and _leaf(quantity) in derivation.constants


def _leaf(quantity: Quantity) -> Quantity:
    """What a gradient, or a δ, is with respect to."""
    if quantity.kind is Kind.DELTA:
        return Quantity(Kind.NET, quantity.name, at=quantity.at)
    assert quantity.by is not None
    return quantity.by if quantity.by.kind is Kind.PARAMETER else quantity.by.at_address(quantity.at)


def _compare(moved: _Moved, quantity: Quantity, backprop: Real, torch: Mapping[Quantity, float]) -> GradientCheck:
    leaf = _leaf(quantity)
    with precision(_BITS):
        left, middle, right = moved.by(leaf, -_STEP), moved.values[moved.objective], moved.by(leaf, _STEP)
        slope_left, slope_right = (middle - left) / _STEP, (right - middle) / _STEP
        kink = not _near(slope_left, slope_right, rational(10) ** -15)
        return GradientCheck(quantity, backprop, (slope_left + slope_right) / 2, torch.get(leaf), kink)


class _Moved:
    """The objective with one of the numbers that were given moved a little: only what depends on it is done again."""

    def __init__(self, derivation: Derivation, lines: list[Line], objective: Quantity) -> None:
        self.objective = objective
        self.domain = Certified(undecided_is_zero=True)  # the solver has proven that it is, or could not solve it
        with precision(_BITS):
            self.values = evaluate_lines(lines, derivation.constants, self.domain)
        self.lines = [*derivation.constants.items(), *((line.quantity, line.formula) for line in lines)]
        self.users: dict[Any, set[int]] = {}
        for place, (quantity, formula) in enumerate(self.lines):
            for name in () if quantity.name.startswith(_STILL) else names_in(formula):
                self.users.setdefault(name.symbol, set()).add(place)

    def by(self, leaf: Quantity, step: Rational) -> Real:
        """The objective with the leaf moved by a step."""
        values = Values({}, self.domain, known={**self.values, leaf: self.values[leaf] + step})
        for place in self._places(leaf):
            values.take(*self.lines[place])
        return values[self.objective]  # type: ignore[no-any-return]

    def _places(self, leaf: Quantity) -> list[int]:
        """The places of the lines that depend on the leaf, in their order."""
        found: set[int] = set()
        waiting = [leaf]
        while waiting:
            new = self.users.get(waiting.pop(), set()) - found
            found |= new
            waiting += [self.lines[place][0] for place in new]
        return sorted(found)


def _near(one: Real, other: Real, tolerance: Rational) -> bool:
    with precision(_BITS):
        size = abs(ball(one))
        return bool(abs(ball(one) - other) <= tolerance * (size if size > 1 else 1))
