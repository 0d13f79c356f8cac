"""The lines of a batch that is coupled by batch statistics: its plan, placed at the addresses of its samples."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line, SamplePlan
from backprop_cli.algebra.quantities import Address, Kind, Phase, Place, Quantity, place
from backprop_cli.deriving.detail import inputs_shown, view
from backprop_cli.deriving.plans import sample_plan
from backprop_cli.problem.model import Detail, Problem

_DATA = (Kind.INPUT, Kind.TARGET, Kind.CONSTANT)  # what is the same in every epoch


@dataclass
class Coupled:
    """The batches of one problem; `together` has the address of the batch for that of each sample written so far.

    `computable` are the keys that are prescribed for the first epoch only, because they can be computed.
    """

    problem: Problem
    detail: Detail
    keep: frozenset[str]
    computable: frozenset[str]
    together: dict[Address, Address] = field(default_factory=dict)
    _plans: dict[tuple[tuple[int, ...], bool], SamplePlan] = field(default_factory=dict)

    def plan(self, indices: Sequence[int], first: bool = True) -> SamplePlan:
        """What is done for the samples with these numbers, without the addresses of epoch and batch."""
        key = (tuple(indices), first)
        if key not in self._plans:
            prescribed = [(index, name) for index in indices for name in self.problem.samples[index - 1].given]
            kept = [(index, name) for index, name in prescribed if first or name not in self.computable]
            given = {key for index, name in kept for key in (name, f"{Place('sample', index)} / {name}")}
            plan = sample_plan(self.problem, given, indices)
            keep = self.keep | inputs_shown(self.problem, plan.lines)
            self._plans[key] = _replace(plan, lines=view(plan.lines, self.detail, keep))
        return self._plans[key]

    def lines(
        self,
        base: Address,
        at: Address,
        indices: Sequence[int],
        first: bool = True,
        phases: Collection[Phase] = tuple(Phase),
    ) -> list[Line]:
        """The lines of a batch, to be written at `at`: those of one sample have its address already, after `base`."""
        self.together |= {(*base, Place("sample", index)): at for index in indices}

        def placed(quantity: Quantity) -> Quantity:
            own_pass = quantity.at and quantity.kind not in _DATA
            return quantity.at_address((*base, *quantity.at)) if own_pass else quantity

        lines = [line for line in self.plan(indices, first).lines if line.phase in phases]
        return [self._with_given(line, indices[0]).renamed(placed) for line in lines]

    def _with_given(self, line: Line, first: int) -> Line:
        """A line with its prescribed value: that of its sample, or of the batch, as every sample has it."""
        if not line.given:
            return line
        sample = self.problem.samples[(place(line.quantity.at, "sample") or first) - 1]
        return _replace(line, formula=sample.given[line.quantity.bare_key])
