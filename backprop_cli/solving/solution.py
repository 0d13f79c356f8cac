"""A solved problem: the problem, its derivation in the wanted detail, and the trace; what formats are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as _replace
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import AFTER, Kind, Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.templates import template
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail, LossChoice, Problem, RoundingRule
from backprop_cli.problem.reader import Loaded
from backprop_cli.problem.tree import Path
from backprop_cli.solving.solver import solve
from backprop_cli.training.runs import TrainingRun, train

if TYPE_CHECKING:
    from backprop_cli.training.landscape import Landscape
    from backprop_cli.training.trials import Comparison


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader of the solution asks for; `detail` None means the problem's own, or the textbook's."""

    detail: Detail | None = None
    only: tuple[str, ...] = ()
    then_forward: bool = False
    digits: int = 9
    rounding: RoundingRule | None = None  # takes the place of the problem's own


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is worked out for a reader: the `whole` derivation, and its `chain` to what is wanted (nothing: to all)."""

    detail: Detail
    whole: Derivation
    chain: Derivation
    wanted: tuple[Quantity, ...]
    nothing_after: bool  # a pass after the update was wished for, but nothing is updated


@dataclass(frozen=True)
class Solution:
    """A problem with its trace."""

    problem: Problem
    trace: Trace
    detail: Detail
    only: tuple[Quantity, ...] = ()
    rounding: RoundingRule | None = None
    training: TrainingRun | None = None
    comparison: Comparison | None = None
    landscapes: tuple[Landscape, ...] = ()
    nothing_after: bool = False  # a pass after the update was wished for, but nothing is updated

    @property
    def asked(self) -> list[Quantity]:
        """The quantities that the sheet asks for, as far as this solution has them."""
        return [
            line.quantity
            for key in self.problem.ask
            for line in self.trace.derivation.lines
            if is_named(line.quantity, key)
        ]


def solution_of(loaded: Loaded, wishes: Wishes, on_epoch: Callable[[int], None] = lambda epoch: None) -> Solution:
    """Solves a problem. Raises SourceError for names in the file that do not exist, UsageError for `only`.

    A problem with `report` is worked out line by line for its first epoch only, and trained to its last.
    """
    rounding = wishes.rounding or loaded.problem.rounding
    problem = _replace(loaded.problem, rounding=rounding)
    check_quantities(loaded)
    comparison = _comparison(problem, wishes.digits, on_epoch)
    run = train(problem, problem.report, wishes.digits, on_epoch) if problem.report and not comparison else None
    landscapes = () if wishes.only else _landscapes(problem, run, comparison, wishes.digits)
    problem = problem.by_hand
    work = chosen(problem, wishes)
    trace = solve(work.chain, rounding, wishes.digits)
    return Solution(problem, trace, work.detail, work.wanted, rounding, run, comparison, landscapes, work.nothing_after)


def chosen(problem: Problem, wishes: Wishes) -> Chosen:
    """The lines in the detail that is wished, and those of them that lead to what is wanted; UsageError for `only`."""
    detail = wishes.detail or problem.detail or Detail.TEXTBOOK
    keep = {key.rsplit(" / ", 1)[-1] for key in wishes.only}
    then_forward = wishes.then_forward or any(key.startswith(f"{AFTER} /") for key in wishes.only)
    whole = derive(problem, detail, keep, then_forward)
    wanted = tuple(wanted_in(whole, wishes.only))
    chain = whole.only(wanted) if wanted else whole
    nothing_after = then_forward and not any(line.quantity.kind is Kind.NEW for line in chain.lines)
    return Chosen(detail, whole, chain, wanted, nothing_after)


def is_named(quantity: Quantity, key: str) -> bool:
    """Whether a key means this quantity, with or without its address."""
    return key in (quantity.key, quantity.bare_key)


def wanted_in(derivation: Derivation, only: Sequence[str]) -> list[Quantity]:
    """The quantities that these keys name; UsageError for a key that names none."""
    wanted: list[Quantity] = []
    for key in only:
        found = [line.quantity for line in derivation.lines if is_named(line.quantity, key)]
        if not found:
            keys = [line.quantity.key for line in derivation.lines]
            every = _("the quantities are {keys}: `backprop help names`").format(keys=_some(keys))
            hint = did_you_mean(key, keys) or every
            raise UsageError(_("no quantity called {key!r} ({hint})").format(key=key, hint=hint))
        wanted += found
    return wanted


def _some(keys: Sequence[str]) -> str:
    return ", ".join(keys) if len(keys) <= 12 else ", ".join(keys[:12]) + ", …"


def _comparison(problem: Problem, digits: int, on_epoch: Callable[[int], None]) -> Comparison | None:
    """The runs side by side, where there are several."""
    if not problem.training.rates and not problem.starts:
        return None
    from backprop_cli.training.trials import compared  # what most problems need not wait for

    return compared(problem, digits, on_epoch)


def _landscapes(
    problem: Problem, run: TrainingRun | None, comparison: Comparison | None, digits: int
) -> tuple[Landscape, ...]:
    """The descents on the curve of the loss, where there is more than one epoch."""
    if run is None and comparison is None and problem.training.epochs < 2:
        return ()
    from backprop_cli.training.landscape import descents_of

    return descents_of(problem, run, comparison, digits)


def check_quantities(loaded: Loaded) -> None:
    """Complains, located, about every quantity in `given`, `ask` and `marks` that the problem does not have."""
    problem = loaded.problem
    named: list[tuple[str, str | int]] = [("ask", index) for index in range(len(problem.ask))]
    named += [("marks", key) for key in problem.marks]
    if not named and not problem.report_quantities and not any(sample.given for sample in problem.samples):
        return
    known = _known_keys(problem)
    places: list[tuple[Path, str, str | None]] = []
    for section, where in named:
        key = problem.ask[where] if isinstance(where, int) else where
        if key.endswith("_new") and problem.training.learning_rate is None:
            places.append(((section, where), _("{key} needs a learning_rate").format(key=key), None))
        else:
            _note_unknown(key, known, (section, where), places)
    for index, key in enumerate(problem.report_quantities):
        _note_unreported(problem, key, known, ("report", "quantities", index), places)
    single = len(problem.samples) == 1
    for index, sample in enumerate(problem.samples):
        for key in sample.given:
            path: Path = ("given", key) if single or index == 0 else ("samples", index, "given", key)
            _note_unknown(key, known, path, places)
    if places:
        raise loaded.failure(list(dict.fromkeys(places)))


def _note_unreported(
    problem: Problem, key: str, known: Iterable[str], path: Path, places: list[tuple[Path, str, str | None]]
) -> None:
    """Notes a quantity that has no value after an epoch: those of an update have none, their parameters have."""
    *address, bare = key.split(" / ")
    states = {state for name in problem.parameters for state in problem.training.rule.first_state(name)}
    samples = {f"sample {number}" for number in range(1, len(problem.samples) + 1)}
    after = {one for one in known if not one.endswith("_new")} | {*problem.parameters, *states}
    if bare not in after:
        hint = did_you_mean(bare.removesuffix("_new"), after)
        places.append((path, _("no quantity called {key!r} after an epoch").format(key=bare), hint))
    elif address and (len(address) > 1 or address[0] not in samples or len(samples) == 1):
        hint = _("write {key}, or sample 2 / {key} where there are several").format(key=bare)
        places.append((path, _("{key!r}: a report is after an epoch, for one sample or all").format(key=key), hint))


def _note_unknown(key: str, known: Iterable[str], path: Path, places: list[tuple[Path, str, str | None]]) -> None:
    if key.rsplit(" / ", 1)[-1] not in known:
        places.append((path, _("no quantity called {key!r}").format(key=key), did_you_mean(key, known)))


def _known_keys(problem: Problem) -> set[str]:
    """The keys of one pass, in full detail; prescribed gradients count although nothing leads to them."""
    if problem.gradients:
        return {line.quantity.bare_key for line in derive(problem).lines}
    known = {line.quantity.bare_key for line in template(problem, frozenset(), (1,)).lines}
    if problem.training.schedule is not None:
        known.add("eta")
    if problem.training.perceptron is not None:
        known |= {f"e_{name}" for name in problem.outputs} | {f"{name}_new" for name in problem.parameters}
    outputs = {f"dE/dout_{name}" for name in problem.outputs} | {f"delta_{name}" for name in problem.outputs}
    backward = {line.quantity.bare_key for line in template(_with_loss(problem), frozenset(), (1,)).lines}
    return known | outputs | backward


def _with_loss(problem: Problem) -> Problem:
    """The problem as if every ∂E/∂out of an output were given, so that its whole backward pass has names."""
    if problem.loss or problem.nodes or problem.objective or not problem.layers:
        return problem

    return _replace(problem, loss=LossChoice("half_squared_error"))
