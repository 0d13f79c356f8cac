"""The loss as a function of the one parameter that is updated, and the points of each descent on its curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as _replace
from itertools import pairwise

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.errors import BackpropError, MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, middle, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.problem.model import Problem
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.minima import with_place
from backprop_cli.training.quadratics import quadratic_of
from backprop_cli.training.runs import TrainingRun, train
from backprop_cli.training.trials import TrialComparison

_MOST = 1_000_000  # lines to evaluate for a curve
SAMPLES = 160  # values of the parameter at which the curve is computed
_MOST_EPOCHS = 1_000  # times samples, that are drawn without being asked for
_BITS = 256
_MARGIN = rational(1, 20)  # of the width, on each side
_WIDEST = 12  # where the loss grows, a picture is at most so many times as wide as the first step


@record
class Point:
    """The parameter and the loss of a gradient descent after an epoch."""

    epoch: int
    place: Decimal
    loss: Decimal


@record
class Landscape:
    """The curve, from left to right (None where the loss has no value), and the descents in it.

    `beyond` are the epochs whose points lie outside, for each descent.
    """

    parameter: Quantity
    loss: Quantity
    curve: tuple[tuple[Rational, Rational | None], ...]
    descents: tuple[tuple[Point, ...], ...]
    beyond: tuple[tuple[int, ...], ...]


def landscape_of(runs: Sequence[TrainingRun], around: Rational | None = None) -> Landscape | None:
    """The curve with the descents of these runs; None where not exactly one parameter is updated.

    `around` is a value that the picture should show too, if it is near enough.
    """
    descents, program = [_points(run) for run in runs], runs[0].program
    if not all(descents) or program.only is None or len(program.loss_lines) * SAMPLES > _MOST:
        return None
    shown = [_near(points) for points in descents]
    places = [point.place.value for points in shown for point in points]
    low, high = min(places), max(places)
    if around is not None and low - 2 * (high - low) <= around <= high + 2 * (high - low):
        low, high = min(low, around), max(high, around)
    margin = (high - low) * _MARGIN if high > low else abs(low) / 2 + rational(1, 2)
    curve = tuple(_curve(program, low - margin, high + margin))
    beyond = tuple(tuple(p.epoch for p in points[len(kept) :]) for points, kept in zip(descents, shown, strict=True))
    return Landscape(program.only, program.objective, curve, tuple(shown), beyond)


def descents_of(
    problem: Problem, run: TrainingRun | None, comparison: TrialComparison | None, digits: int
) -> tuple[Landscape, ...]:
    """The pictures of a problem: of several rates one each, of several starts one for all, else that of its epochs.

    There is none where less than two epochs are looked at, and none in rounded arithmetic.
    """
    if problem.rounding is not None:
        return ()
    if comparison is not None:
        groups = [[trial.run] for trial in comparison.trials]
        if not comparison.of_rates:
            groups = [[trial.run for trial in comparison.trials]]
    elif run is not None:
        groups = [[run]]
    else:
        own = _own_run(problem, digits)
        groups = [] if own is None else [[own]]
    groups = [group for group in groups if len(group[0].reports) > 1]
    quadratic = quadratic_of(groups[0][0].program) if groups else None
    around = quadratic.still if quadratic is not None and isinstance(quadratic.still, Rational) else None
    drawn = (landscape_of(group, around) for group in groups)
    return tuple(one for one in drawn if one is not None)


def _own_run(problem: Problem, digits: int) -> TrainingRun | None:
    """The run of the epochs that are worked out line by line."""
    training = problem.training
    moving = [name for name in problem.parameters if name not in problem.fixed]
    drawable = training.learning_rate is not None and training.perceptron is None and not problem.gradients
    if not drawable or len(moving) != 1 or not 1 < training.epochs <= _MOST_EPOCHS // len(problem.samples):
        return None
    try:
        return train(_replace(problem, report_quantities=()), range(training.epochs + 1), digits)
    except BackpropError:
        return None


def _points(run: TrainingRun) -> tuple[Point, ...]:
    return tuple(Point(report.epoch, report.place, report.loss) for report in run.reports if report.place is not None)


def _near(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points up to where a descent runs away so far that its first steps could no longer be seen."""
    places = [point.place.value for point in points]
    low = high = places[0]
    first = next((abs(after - before) for before, after in pairwise(places) if after != before), None)
    for number, point in enumerate(points):
        low, high = min(low, places[number]), max(high, places[number])
        higher = point.loss.value > points[0].loss.value
        if first is not None and high - low > _WIDEST * first and higher:
            return tuple(points[:number])
    return tuple(points)


def _curve(program: CompiledEpochs, low: Rational, high: Rational) -> Sequence[tuple[Rational, Rational | None]]:
    with precision(_BITS):
        loss, state = program.loss(), list(program.start())
        places = [low + (high - low) * index / SAMPLES for index in range(SAMPLES + 1)]
        return [(place, _height(loss, with_place(program, state, place))) for place in places]


def _height(loss: Callable[[Sequence[Ball]], Ball], state: Sequence[Ball]) -> Rational | None:
    try:
        return middle(loss(state))
    except (MathError, Undecided):
        return None
