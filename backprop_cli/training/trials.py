"""Several runs of one problem side by side: at several learning rates, or from several starting points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import precision
from backprop_cli.problem.model import Problem
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.convergence import ConvergenceVerdict, verdict_of, verdict_on_parabola
from backprop_cli.training.minima import Minimum, minimum_near
from backprop_cli.training.quadratics import Quadratic, quadratic_of
from backprop_cli.training.runs import FIRST_BITS, TrainingRun, train


@record
class Trial:
    """One of the runs: its learning rate or its starting point, how it went, and what is said of it."""

    problem: Problem
    run: TrainingRun
    rate: Formula | None = None
    start: Mapping[str, Formula] | None = None
    verdict: ConvergenceVerdict | None = None
    minimum: Minimum | None = None  # where a run from a starting point has ended


@record
class TrialComparison:
    """The runs in the order of the file, and the parabola that the loss is, if it is one."""

    trials: tuple[Trial, ...]
    quadratic: Quadratic | None = None

    @property
    def of_rates(self) -> bool:
        """Whether learning rates are compared, not starting points."""
        return self.trials[0].rate is not None


def problems_of_runs(problem: Problem) -> list[Problem]:
    """The problem of each run that is compared, in the order of the file; none where there is only one."""
    rates = [_replace(problem, training=_replace(problem.training, learning_rate=r)) for r in problem.training.rates]
    return rates or [_replace(problem, parameters={**problem.parameters, **start}) for start in problem.starts]


def compared(
    problem: Problem, digits: int, on_epoch: Callable[[int], None] = lambda epoch: None
) -> TrialComparison | None:
    """The comparison that a problem asks for; None where it asks for none.

    `on_epoch` is told how many epochs of all the runs together are done.
    """
    runs = problems_of_runs(problem)
    if not runs:
        return None
    trials: list[Trial] = []
    program = CompiledEpochs(runs[0], problem.report_quantities)
    for index, one in enumerate(runs):
        before = index * problem.report[-1]
        own = program.with_numbers_of(one)
        run = train(one, problem.report, digits, lambda epoch, n=before: on_epoch(n + epoch), watched=True, program=own)  # type: ignore[misc]
        if problem.training.rates:
            trials.append(Trial(one, run, one.training.learning_rate))
        else:
            minimum = minimum_near(run, program.sloped.with_numbers_of(one), digits) if program.only else None
            trials.append(Trial(one, run, start=problem.starts[index], minimum=minimum))
    quadratic = quadratic_of(program)
    return TrialComparison(tuple(_judged(trials, quadratic)), quadratic)


def _judged(trials: list[Trial], quadratic: Quadratic | None) -> list[Trial]:
    """The runs with their verdicts: on a parabola by its factor, else by what the loss and the steps did."""
    with precision(FIRST_BITS):
        descents = [trial.run.course.descent for trial in trials if trial.run.course.lower]
        best = None
        for descent in descents:
            best = descent if best is None or (descent is not None and descent > best) else best
        return [_replace(trial, verdict=_verdict(trial, quadratic, best)) for trial in trials]


def _verdict(trial: Trial, quadratic: Quadratic | None, best: object) -> ConvergenceVerdict:
    rate = trial.problem.training.learning_rate
    if quadratic is not None and rate is not None:
        one = quadratic_of(trial.run.program) or quadratic  # from its own starting point
        try:
            return verdict_on_parabola(one, rate, max(1, trial.run.reports[-1].epoch))
        except Undecided:
            pass
    return verdict_of(trial.run, best)  # type: ignore[arg-type]
