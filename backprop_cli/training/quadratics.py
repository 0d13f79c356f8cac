"""The loss of one parameter as a parabola, where it is one, and so exactly for which learning rates descent converges.

A step of gradient descent on E = E* + ½E″·(w − w*)² is w − η·E″·(w − w*), so that the distance to the minimum w* is
multiplied by 1 − η·E″ each time. Hence it converges exactly where 0 < η < 2/E″, is there after one step where
η = 1/E″, and goes to the other side each time where η > 1/E″ (LeCun et al. 1998, Efficient BackProp, section 5.1).
"""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.formula import ONE, Formula
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving import networks
from backprop_cli.deriving.schedule import after_the_first_epoch
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.polynomial import NotAPolynomial, Polynomials, unknown
from backprop_cli.problem.model import Problem
from backprop_cli.training.compiled_epoch import CompiledEpochs


@record
class Quadratic:
    """E″ and where the slope is 0 (None where E″ is 0: a straight line has no such place), and where w begins."""

    parameter: Quantity
    curvature: Real
    still: Real | None
    start: Real

    @property
    def has_minimum(self) -> bool:
        """Whether the parabola opens upwards."""
        return bool(self.curvature > 0)

    @property
    def fastest(self) -> Real:
        """The learning rate that needs one step: 1/E″."""
        return rational(1) / self.curvature

    @property
    def bound(self) -> Real:
        """The learning rate from which on it does not converge: 2/E″."""
        return rational(2) / self.curvature

    def factor(self, rate: Formula) -> Real:
        """1 − η·E″: by what a step multiplies the distance to the place where the slope is 0."""
        eta: Real = evaluate(rate, Certified())
        return rational(1) - eta * self.curvature

    @property
    def starts_there(self) -> bool:
        """Whether w begins where the slope is 0."""
        return self.still is not None and bool(self.start == self.still)


def quadratic_of(program: CompiledEpochs) -> Quadratic | None:
    """What the loss is of the one parameter that is updated, if it is quadratic and plain gradient descent goes on it.

    The new parameter of one epoch is evaluated in polynomials of the old one, with η = 1: w − (the slope of the loss)
    must come out, of degree one. That holds with a penalty too. Batches with several updates an epoch, other
    optimizers, schedules and clipping are something else.
    """
    if not _is_plain(program.problem):
        return None
    derivation = _replace(program.first, constants={**program.constants, LEARNING_RATE: ONE})
    new = [line.quantity for line in derivation.lines if line.quantity.kind is Kind.NEW]
    if len(new) != 1:
        return None
    try:
        return _quadratic(derivation, new[0])
    except (NotAPolynomial, MathError, Undecided):
        return None


def _is_plain(problem: Problem) -> bool:
    """Whether one parameter is updated, by nothing but its gradient, and every epoch is like the first."""
    training = problem.training
    by_gradient = training.rule.is_descent and training.perceptron is None and not problem.gradients
    steady = training.schedule is None and after_the_first_epoch(problem) is problem
    moving = [name for name in problem.parameters if name not in problem.fixed]
    return by_gradient and steady and len(moving) == 1 and training.learning_rate is not None


def _quadratic(derivation: Derivation, new: Quantity) -> Quadratic | None:
    """What w − w_new is as a polynomial in w."""
    old = networks.parameter(new.name)
    domain = Polynomials()
    constants = evaluate_lines((), derivation.constants, domain)
    lines = derivation.only([new]).lines
    known = evaluate_lines(lines, {}, domain, known={**constants, old: unknown()})
    start = constants[old].constant()
    slope = unknown() - known[new]
    if slope.degree > 1:
        return None
    settled = Certified().sign(slope[1])
    still = Certified().divide(-slope[0], slope[1]) if settled else None
    return Quadratic(old, slope[1], still, start)
