"""A solved problem: the problem, its derivation in the wanted detail, and the trace; what formats are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.references import Reference, meant_by, references_to
from backprop_cli.deriving.reports import ReportNames, runs_of
from backprop_cli.deriving.trace import Step, Trace
from backprop_cli.ground.records import record
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.problem.model import Detail, Problem, RoundingRule
from backprop_cli.problem.placing import placing
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.reported import no_value, value_of
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem

if TYPE_CHECKING:
    from backprop_cli.training.landscape import Landscape
    from backprop_cli.training.runs import TrainingRun
    from backprop_cli.training.trials import TrialComparison


@record
class SolveOptions:
    """What a reader of the solution asks for; `detail` None means the problem's own, or the textbook's."""

    detail: Detail | None = None
    only: tuple[str, ...] = ()
    then_forward: bool = False
    digits: int = 9
    exact: bool = False  # whether exact values are written beside decimals


@record
class ChosenLines:
    """What is worked out for a reader: the `whole` derivation, and its `chain` to what is wanted (nothing: to all)."""

    detail: Detail
    whole: Derivation
    chain: Derivation
    wanted: tuple[Quantity, ...]
    reported: tuple[Reference, ...]  # what is wanted of the report
    nothing_after: bool  # a pass after the update was wished for, but nothing is updated


@record(slots=False)
class Solution:
    """A solved problem: its trace in the wanted detail, its training, and the loss as a curve where there is one."""

    problem: Problem
    trace: Trace
    detail: Detail
    only: tuple[Quantity, ...] = ()
    rounding: RoundingRule | None = None
    training: TrainingRun | None = None
    comparison: TrialComparison | None = None
    landscapes: tuple[Landscape, ...] = ()
    nothing_after: bool = False  # a pass after the update was wished for, but nothing is updated
    only_reported: tuple[Reference, ...] = ()
    exact: bool = False  # whether exact values are written beside decimals
    worked: WorkedProblem | None = None  # what the lines are of, where a page may need others of it

    @property
    def is_part(self) -> bool:
        """Whether only what was chosen is shown."""
        return bool(self.only or self.only_reported)

    @property
    def asked(self) -> list[Quantity]:
        """The quantities that the sheet asks for, as far as this solution has them."""
        return list(meant_by(self.problem.ask, (line.quantity for line in self.trace.derivation.lines)))

    @property
    def asked_of_report(self) -> Mapping[Quantity, Decimal]:
        """The values that the sheet asks for after a reported epoch, as far as training came, at `report 100`."""
        return self._of_report([one for one in self.problem.ask if one.epoch is not None])

    @property
    def chosen_of_report(self) -> tuple[Step, ...]:
        """The values after a reported epoch that were chosen to be shown, as lines that training has given.

        Raises UsageError where there is none.
        """
        phases = {one.quantity: one.phase for one in ReportNames(self.problem).all} if self.only_reported else {}
        steps: list[Step] = []
        for reference in self.only_reported:
            values = self._of_report([reference])
            if not values:
                raise no_value(str(reference))
            steps += [
                Step(Line(phases[one], one, Name(one), given=True), value_of(value)) for one, value in values.items()
            ]
        return tuple(steps)

    def _of_report(self, wanted: Sequence[Reference]) -> dict[Quantity, Decimal]:
        runs: list[tuple[TrainingRun, Address]] = [(self.training, ())] if self.training else []
        if self.comparison is not None:
            places = runs_of(self.problem)
            runs = [(one.run, (place,)) for one, place in zip(self.comparison.trials, places, strict=True)]
        return {
            quantity: value for one in wanted for run, place in runs for quantity, value in run.reported(one, place)
        }


def solution_of(loaded: Loaded, wishes: SolveOptions, on_epoch: Callable[[int], None] = lambda epoch: None) -> Solution:
    """Solves a problem that was read, as `solved` does; what has no value is told with its place in the file."""
    with placing(loaded):
        return solved(WorkedProblem.of(loaded), wishes, on_epoch)


def solved(
    worked: WorkedProblem, wishes: SolveOptions, on_epoch: Callable[[int], None] = lambda epoch: None
) -> Solution:
    """Solves a problem. Raises UsageError for names in `only` that mean nothing.

    A problem with `report` is worked out line by line for its first epoch only, and trained to its last.
    """
    problem = worked.problem
    comparison = _comparison(problem, wishes.digits, on_epoch)
    run = None if comparison else _run(problem, wishes.digits, on_epoch)
    landscapes = () if wishes.only else _landscapes(problem, run, comparison, wishes.digits)
    work = chosen(worked, wishes)
    trace = solve(work.chain, problem.rounding, wishes.digits)
    return Solution(
        problem.by_hand, trace, work.detail, work.wanted, problem.rounding, run, comparison, landscapes,
        work.nothing_after, work.reported, wishes.exact, worked,
    )  # fmt: skip


def chosen(worked: WorkedProblem, wishes: SolveOptions) -> ChosenLines:
    """The lines in the detail that is wished, and those of them that lead to what is wanted; UsageError for `only`."""
    detail = wishes.detail or worked.problem.detail or Detail.TEXTBOOK
    by_key = all(map(str.isascii, wishes.only))  # δ_o1 is none: to know all names, every line is needed
    only = tuple(map(Reference.parse, wishes.only)) if by_key else worked.names.chosen(wishes.only)
    whole = worked.lines_for(only, detail, wishes.then_forward)
    known = {one for line in whole.lines for one in references_to(line.quantity, wishes.then_forward)}
    if by_key and not known.issuperset(only):
        only = worked.names.chosen(wishes.only)
        whole = worked.lines_for(only, detail, wishes.then_forward)
    wanted = meant_by(only, (line.quantity for line in whole.lines), wishes.then_forward)
    reported = tuple(one for one in only if one.epoch is not None)
    chain = whole.only(wanted) if wanted or reported else whole
    nothing_after = wishes.then_forward and not any(line.quantity.kind is Kind.NEW for line in chain.lines)
    return ChosenLines(detail, whole, chain, wanted, reported, nothing_after)


def _run(problem: Problem, digits: int, on_epoch: Callable[[int], None]) -> TrainingRun | None:
    """The training that is only reported, where there is one."""
    if not problem.report:
        return None
    from backprop_cli.training.runs import train

    return train(problem, problem.report, digits, on_epoch)


def _comparison(problem: Problem, digits: int, on_epoch: Callable[[int], None]) -> TrialComparison | None:
    """The runs side by side, where there are several."""
    if not problem.training.rates and not problem.starts:
        return None
    from backprop_cli.training.trials import compared  # what most problems need not wait for

    return compared(problem, digits, on_epoch)


def _landscapes(
    problem: Problem, run: TrainingRun | None, comparison: TrialComparison | None, digits: int
) -> tuple[Landscape, ...]:
    """The descents on the curve of the loss, where there is more than one epoch."""
    if run is None and comparison is None and problem.training.epochs < 2:
        return ()
    from backprop_cli.training.landscape import descents_of

    return descents_of(problem, run, comparison, digits)
