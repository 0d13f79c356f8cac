"""Derivatives as lines of the solution: tangents of forward mode, Jacobians, second derivatives and steps by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add
from backprop_cli.algebra.quantities import Address, Phase, Quantity, gradient, local, parameter, place
from backprop_cli.algebra.second_order import DAMPING, SECOND_ORDER, Curved, SecondOrder, step_lines
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving.detail import view
from backprop_cli.deriving.residuals import residuals_of
from backprop_cli.deriving.second_derivatives import FORWARD, Differentiated, HessianRow, row_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail, Problem


@record(slots=False)
class Requested:
    """What a problem wants behind the gradients of one pass or batch, whose lines are `written` already.

    Its parameters have their plain names here, also where the lines use new values of theirs (`current`).
    """

    problem: Problem
    written: Sequence[Line]
    objective: Quantity  # at its address
    at: Address
    current: Mapping[Quantity, Quantity]

    def lines(self) -> list[Line]:
        """The lines on request, each once, without those that are written already."""
        known = {line.quantity for line in self.written}
        made = {line.quantity: line for line in self._made()}
        return [line for quantity, line in made.items() if quantity not in known]

    def _made(self) -> Iterator[Line]:
        for seed in self.problem.forward_mode:
            yield from self._sweep(seed)
        for row in self.rows:
            yield from (_in_gradients(line) for line in row.lines)
        if self.step is not None:
            yield from self._step(self.step)

    @property
    def step(self) -> SecondOrder | None:
        """The step by second derivatives that the problem takes, if it takes one."""
        return SECOND_ORDER.get(self.problem.training.rule.second)

    # ---- what is differentiated --------------------------------------------------------------------------------

    @cached_property
    def base(self) -> Derivation:
        """The lines up to the gradients, results only: every detail of the page has these."""
        back = {new: old for old, new in self.current.items()}
        lines = [line.renamed(lambda one: back.get(one, one)) for line in self.written]
        keep = [gradient(self.objective, one).bare_key for one in self.parameters]
        whole = Derivation({}, view(tuple(lines), Detail.BRIEF, keep))
        return whole.only([self.objective, *self.gradients])

    @cached_property
    def differ(self) -> Differentiated:
        """The slopes of these lines."""
        return Differentiated(self.base.lines, by_seed=True)

    @cached_property
    def parameters(self) -> tuple[Quantity, ...]:
        """The parameters that are updated, on which the objective depends."""
        known = {line.quantity for line in self.written}
        found = [parameter(name) for name in self.problem.parameters if name not in self.problem.fixed]
        return tuple(one for one in found if gradient(self.objective, one).at_address(self.at) in known)

    @cached_property
    def gradients(self) -> tuple[Quantity, ...]:
        """The gradients in the parameters."""
        return tuple(gradient(self.objective, one).at_address(self.at) for one in self.parameters)

    @property
    def variables(self) -> tuple[Quantity, ...]:
        """The parameters that second derivatives are in: all for a step, else those that are asked for."""
        if self.step is not None:
            return self.parameters
        return tuple(one for one in self.parameters if one.name in self.problem.hessian)

    @cached_property
    def rows(self) -> tuple[HessianRow, ...]:
        """The Hessian, row by row from the diagonal on."""
        if self.step is not None and self.step.models and not self.problem.hessian:
            return ()
        ends = {one.by: one for one in self.gradients if one.by is not None}
        chosen = self.variables
        return tuple(
            row_of(self.differ, [ends[one] for one in chosen[index:]], seed) for index, seed in enumerate(chosen)
        )

    @property
    def lines_of_rows(self) -> tuple[Line, ...]:
        """All lines of the rows."""
        return tuple(line for row in self.rows for line in row.lines)

    def moves(self, quantity: Quantity) -> bool:
        """Whether a line depends on one of the parameters."""
        return not self._whole.ancestors([quantity]).isdisjoint(self.parameters)

    @cached_property
    def _whole(self) -> Derivation:
        return _replace(self.base, lines=(*self.base.lines, *self.lines_of_rows))

    # ---- forward mode ------------------------------------------------------------------------------------------

    def _sweep(self, name: str) -> Iterator[Line]:
        """The tangent of every forward line, 0 where it does not move, and those that are entries of Jacobians."""
        for seed, lines in self._seeds(name):
            differ = self.differ if lines is self.base.lines else Differentiated(lines, by_seed=True)
            moved, entries = differ.tangents(seed), []
            for line in lines:
                if line.phase not in FORWARD:
                    continue
                named = differ.tangent(line.quantity, seed)
                still = ONE if line.quantity == seed else ZERO
                yield _in_gradients(moved.get(named) or Line(Phase.GRADIENT, named, still))
                if line.quantity.bare_key in self.problem.jacobian:
                    entries.append(Line(Phase.GRADIENT, local(line.quantity, seed.bare), Name(named)))
            yield from entries

    def _seeds(self, name: str) -> Iterator[tuple[Quantity, Sequence[Line]]]:
        """What a key means as the beginning of a sweep, with the lines that it moves: of a sample, those of its own."""
        if name in self.problem.parameters:
            yield parameter(name), self.base.lines
            return
        used = dict.fromkeys(one for line in self.base.lines for one in quantities_in(line.formula))
        for seed in [one for one in used if one.bare_key == name]:
            sample = place(seed.at, "sample")
            yield seed, [line for line in self.base.lines if place(line.quantity.at, "sample") == sample]

    # ---- a step ------------------------------------------------------------------------------------------------

    def _step(self, row: SecondOrder) -> Iterator[Line]:
        """The lines of an update by second derivatives."""
        if row.models:
            found = residuals_of(self)
            yield from (_in_gradients(line) for line in found.lines)
            yield from (_in_gradients(line) for line in found.model)
            entries = found.matrix
        else:
            count = range(len(self.rows))
            entries = tuple(tuple(self.rows[min(i, j)].entries[abs(i - j)] for j in count) for i in count)
        if row.squares:
            self._refuse_moving(one for line in entries for one in line)
        rule = self.problem.training.rule
        damping: Formula = Name(DAMPING) if DAMPING in rule.constants() else ZERO
        matrix = tuple(tuple(add(Name(one), damping) if i == j else Name(one) for j, one in enumerate(line))
                       for i, line in enumerate(entries))  # fmt: skip
        rate = Name(LEARNING_RATE) if rule.rated else None
        gradients = tuple(map(Name, self.gradients))
        yield from step_lines(row, Curved(self.parameters, gradients, matrix, rate))

    def _refuse_moving(self, entries: Iterable[Quantity]) -> None:
        for entry in entries:
            if self.moves(entry):
                message = _("conjugate gradients need a quadratic objective: {entry} depends on the parameters")
                raise UsageError(message.format(entry=entry.bare_key))


def _in_gradients(line: Line) -> Line:
    """The line among the gradients, behind which it stands."""
    return line if line.phase is Phase.GRADIENT else _replace(line, phase=Phase.GRADIENT)
