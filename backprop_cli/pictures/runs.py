"""Charts of training: the loss over the epochs, of one run or of several, and parameters from step to step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import AFTER, Kind, Quantity, parameter
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, value_mark
from backprop_cli.pictures.charts import MOST, Series, curves, number
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.training.runs import TrainingRun, train
from backprop_cli.training.trials import Trial, TrialComparison, compared

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_POINTS = 240  # epochs at which a curve is computed
_FEW = 60  # points that each have a marker
_SHOWN = 3  # values of a starting point

OnEpoch = Callable[[int], None]


def epochs_of(problem: Problem) -> list[int]:
    """The epochs at which a curve is computed: all of a short training, of a long one so many."""
    last = max(problem.report, default=problem.training.epochs)
    spread = {round(last * n / _POINTS) for n in range(_POINTS + 1)} | set(range(min(last, 10) + 1))
    return sorted({*problem.report, *spread})


def loss(problem: Problem, digits: int, on_epoch: OnEpoch) -> Figure:
    """The loss after every epoch."""
    epochs = epochs_of(problem)
    if problem.training.rates or problem.starts:
        return compared_runs(problem, digits, on_epoch)
    run = train(replace(problem, report_quantities=()), epochs, digits, on_epoch)
    return curves([Series("", _points(run))], _("epoch"), _loss_name(problem, run), len(epochs) <= _FEW)


def compared_runs(problem: Problem, digits: int, on_epoch: OnEpoch) -> Figure:
    """The losses of several learning rates or starting points, each with what is said of it."""
    epochs = epochs_of(problem)
    found = compared(replace(problem, report=tuple(epochs), report_quantities=()), digits, on_epoch)
    assert found is not None
    lines = [Series(run_name(problem, found, index), _points(trial.run)) for index, trial in enumerate(found.trials)]
    return curves(lines, _("epoch"), _loss_name(problem, found.trials[0].run), len(epochs) <= _FEW)


def run_name(problem: Problem, found: TrialComparison, index: int) -> str:
    """η = 0.1: converges; A: w = 0.2."""
    trial, write = found.trials[index], _speller(problem)
    if trial.rate is not None:
        rate = f"{write.writer.notation.symbols['rate']} = {write.constant_formula(trial.rate).text}"
        return rate if trial.verdict is None else f"{rate}: {_(trial.verdict.word.value)}"
    return f"{chr(ord('A') + index)}: {start_of(trial, write)}"


def start_of(trial: Trial, write: Speller) -> str:
    """w = 0.2, b = 1"""
    pairs = [
        f"{write.writer.name(name)} = {write.constant_formula(value).text}"
        for name, value in (trial.start or {}).items()
    ]
    return f"{value_mark()} ".join(pairs if len(pairs) <= _SHOWN else [*pairs[:_SHOWN], "…"])


def _points(run: TrainingRun) -> tuple[tuple[float, float], ...]:
    return tuple((float(report.epoch), number(report.loss)) for report in run.reports)


def _loss_name(problem: Problem, run: TrainingRun) -> str:
    return _speller(problem).symbol(run.loss.bare, ())


def _speller(problem: Problem) -> Speller:
    from backprop_cli.pictures.labels import bare_speller

    return bare_speller(problem)


def updates(solution: Solution) -> Figure:
    """The parameters from step to step; raises UsageError where there are too many."""
    trace, write = solution.trace, speller(solution.problem, solution.trace)
    new: dict[str, list[Quantity]] = {}
    for step in trace.steps:
        if step.quantity.kind is Kind.NEW and step.quantity.at[:1] != (AFTER,):
            new.setdefault(step.quantity.name, []).append(step.quantity)
    moving = [name for name in new if name in solution.problem.parameters]
    if not moving:
        raise UsageError(_("nothing is updated here: there are no steps to be drawn"))
    if len(moving) > MOST:
        said = _("{count} parameters are too many for one chart of their updates; {most} can be drawn")
        raise UsageError(said.format(count=len(moving), most=MOST))
    lines = []
    for name in moving:
        values = [trace.value(parameter(name)), *map(trace.value, new[name])]
        points = tuple((float(place), number(value.decimal)) for place, value in enumerate(values))
        lines.append(Series(write.writer.name(name), points))
    steps = max(len(line.points) for line in lines)
    return curves(lines, _("updates"), lines[0].name if len(lines) == 1 else "", steps <= _FEW)
