"""A worked problem: its derivations and their values, each made at most once, when it is first asked for.

Whoever reads a problem more than once (the checker, the tutor, lint, a worksheet, the generator) shares one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import nullcontext
from dataclasses import field
from dataclasses import replace as _replace
from functools import cached_property
from typing import Any, TypeVar

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import AFTER, Phase, Quantity
from backprop_cli.algebra.references import Reference
from backprop_cli.deriving.detail import inputs_shown, view
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.numbers_given import numbers_of
from backprop_cli.deriving.reports import NamesWithReports
from backprop_cli.deriving.schedule import asks_on, derive
from backprop_cli.deriving.short_forms import short_forms
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.problem.letters import in_letters
from backprop_cli.problem.model import Detail, Problem, RoundingRule
from backprop_cli.problem.placing import placing
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.reported import ReportedValues
from backprop_cli.solving.solver import solve

DIGITS = 12  # of a value that is compared with what somebody wrote
_Made = TypeVar("_Made")


@record(slots=False, eq=False)
class WorkedProblem:
    """A problem, and what is worked out of it; what depends on options is made once for each of them."""

    problem: Problem
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _file: Loaded | None = field(default=None, repr=False)  # in which what has no value is located

    @classmethod
    def of(cls, loaded: Loaded) -> WorkedProblem:
        """The work on a problem that was read, with the lines that were derived on the way."""
        worked = cls(loaded.problem, _file=loaded)
        if loaded.derived is not None and _has_lines_of(loaded.derived[0], loaded.problem):
            worked._made["derivation", Detail.FULL] = loaded.derived[1]
        return worked

    def in_full(self) -> WorkedProblem:
        """The same with all its lines known, in which those of every detail are seen."""
        _known = self.full
        return self

    def entitled(self, title: str) -> WorkedProblem:
        """The same work under another title."""
        return WorkedProblem(_replace(self.problem, title=title), self._made, self._file)

    @cached_property
    def in_letters(self) -> WorkedProblem:
        """The same with every number left open; its lines are those that are known, unless a number decides of them."""
        opened = WorkedProblem(in_letters(self.problem))
        if self._all_lines is not None and not _decided_by_numbers(self.problem, opened.problem):
            letters = {**self._all_lines.constants, **numbers_of(opened.by_hand)}
            opened._made["derivation", Detail.FULL] = _replace(self._all_lines, constants=letters)
        return opened

    @property
    def _all_lines(self) -> Derivation | None:
        """Every line that there is, where they are known."""
        return self._made.get(("derivation", Detail.FULL))

    def once(self, name: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made under this name before, else what `make` makes."""
        if name not in self._made:
            self._made[name] = make()
        made: _Made = self._made[name]
        return made

    @cached_property
    def by_hand(self) -> Problem:
        """The problem as far as it is worked out line by line."""
        return self.problem.by_hand

    @cached_property
    def exactly(self) -> WorkedProblem:
        """The same without rounding: another one only where a rule looks at values to see what is wrong."""
        looked_at = self.problem.training.perceptron is not None and self.problem.rounding is not None
        return WorkedProblem(_replace(self.problem, rounding=None), _file=self._file) if looked_at else self

    # ---- lines -----------------------------------------------------------------------------------------------

    def derivation(self, detail: Detail = Detail.TEXTBOOK, then_forward: bool = False) -> Derivation:
        """The lines in this detail; with the forward pass after the update where that is wished, or asked for."""
        whole = self.once(("derivation", detail), lambda: self._in_detail(detail, (), then_forward=True))
        if then_forward or asks_on(self.problem):
            return whole
        return self.once(("before", detail), lambda: _before_the_update(whole))

    def lines_for(self, wanted: Collection[Reference], detail: Detail, then_forward: bool) -> Derivation:
        """The lines in this detail in which what is wanted has lines of its own, also after the update."""
        after = then_forward or any(AFTER in one.at for one in wanted)
        if not wanted and ("derivation", detail) in self._made:
            return self.derivation(detail, after)
        return self._in_detail(detail, {one.name for one in wanted}, after)

    def _in_detail(self, detail: Detail, keep: Collection[str], then_forward: bool) -> Derivation:
        """The lines in this detail: seen in all lines where those are known, else derived."""
        whole = self._all_lines
        if whole is None or self.problem.training.perceptron is not None:
            return derive(self.by_hand, detail, keep, then_forward)
        if not (then_forward or asks_on(self.problem)):
            whole = _before_the_update(whole)
        kept = {*keep, *(one.name for one in self.problem.ask), *inputs_shown(self.problem, whole.lines)}
        return _replace(whole, lines=view(whole.lines, detail, kept))

    @cached_property
    def names(self) -> Names:
        """The names of all that is worked out, and of what is reported after its epochs."""
        from backprop_cli.deriving.meanings import all_lines  # what most problems need not wait for

        whole, further = (self._all_lines, 0) if self._all_lines is not None else all_lines(self.by_hand)
        if not further:
            self._made["derivation", Detail.FULL] = whole
        return NamesWithReports.of(self.by_hand, whole, further)

    @property
    def full(self) -> Derivation:
        """Every line that there is, the forward pass after the update included."""
        return self.derivation(Detail.FULL, then_forward=True)

    @cached_property
    def start(self) -> Problem:
        """The problem before anything is learned: every sample with the starting parameters, and no update."""
        first = self.problem.first_epoch(batch=None, learning_rate=None, perceptron=None)
        return _replace(first, report=())

    @cached_property
    def at_start(self) -> Derivation:
        """Both passes at the starting parameters, in full: of one update, the lines that come before it."""
        problem, training, samples = self.by_hand, self.by_hand.training, len(self.problem.samples)
        one_update = training.epochs == 1 and (training.batch or samples) >= samples
        if one_update and training.perceptron is None and not problem.conventions.updated_weights:
            return _without_updates(self.full)
        return derive(self.start, Detail.FULL)

    def gradients_of(self, keep: Collection[str]) -> Derivation:
        """Both passes in short where nothing is learned, the batches as they stand; `keep` have lines of their own.

        Those of the first sample or batch are the first that are trained with.
        """
        alone = _replace(self.problem.first_epoch(learning_rate=None), report=(), ask=())
        training = self.by_hand.training
        if self._all_lines is None or training.epochs > 1 or OPTIMIZERS[training.rule.optimizer].ahead is not None:
            return derive(alone, Detail.BRIEF, keep)
        known = _without_updates(self._all_lines)
        return _replace(known, constants=numbers_of(alone), lines=view(known.lines, Detail.BRIEF, keep))

    @property
    def reported(self) -> ReportedValues:
        """What is reported after later epochs, where the problem is trained for longer."""
        return self.once("reported", lambda: ReportedValues(self.problem))

    # ---- values ----------------------------------------------------------------------------------------------

    def trace(
        self, detail: Detail = Detail.TEXTBOOK, then_forward: bool = False, rounded: bool = True, digits: int = DIGITS
    ) -> Trace:
        """The values of the lines in this detail, `rounded` as the problem says, or exactly."""
        rounding = self.problem.rounding if rounded else None
        name = ("trace", detail, then_forward, rounding is not None, digits)
        return self.once(name, lambda: self.solved(self.derivation(detail, then_forward), rounding, digits))

    def solved(self, derivation: Derivation, rounding: RoundingRule | None = None, digits: int = DIGITS) -> Trace:
        """The values of lines of this problem; what has none is told with its place in the file (LocatedMathError)."""
        with nullcontext() if self._file is None else placing(self._file):
            return solve(derivation, rounding, digits)

    @cached_property
    def values(self) -> Trace:
        """The exact value of every line that there is."""
        return self.trace(Detail.FULL, then_forward=True, rounded=False)

    def rounded_values(self, detail: Detail) -> Mapping[Quantity, Real]:
        """The lines in this detail as they are written where each is rounded; none where one then has no value."""

        def made() -> Mapping[Quantity, Real]:
            try:
                steps = self.trace(detail, then_forward=True, digits=9).steps
            except (MathError, Undecided):
                return {}  # a value rounded to 0 is divided by in a line that the other detail does not write
            return {step.quantity: step.value.number for step in steps}

        return self.once(("rounded", detail), made)


def _has_lines_of(one: Problem, other: Problem) -> bool:
    """Whether two problems have the same lines: they differ in no more than what is asked, and how values are shown."""
    if one is other:
        return True
    by_rounding = one.training.perceptron is not None  # which samples are right is seen in rounded numbers
    return one == _replace(
        other, title=one.title, text=one.text, rounding=other.rounding if by_rounding else one.rounding,
        ask=one.ask, ask_formulas=one.ask_formulas, ask_words=one.ask_words, marks=one.marks, marking=one.marking,
    )  # fmt: skip


def _decided_by_numbers(problem: Problem, opened: Problem) -> bool:
    """Whether some lines would be others with letters: where they give numbers themselves, and p − t where Σt is 1."""
    given = problem.gradients or any(sample.given for sample in problem.samples)
    return bool(given) or problem.training.perceptron is not None or short_forms(problem) != short_forms(opened)


def _without_updates(derivation: Derivation) -> Derivation:
    """The derivation without the lines of its updates, and those after them."""
    before = _before_the_update(derivation)
    return _replace(before, lines=tuple(line for line in before.lines if line.phase is not Phase.UPDATE))


def _before_the_update(derivation: Derivation) -> Derivation:
    """The derivation without the forward pass after the update."""
    together = {at: batch for at, batch in derivation.together.items() if AFTER not in at}
    lines = tuple(line for line in derivation.lines if AFTER not in line.quantity.at)
    return _replace(derivation, lines=lines, together=together)
