"""From a problem to its derivation: the template of one sample, repeated over samples, batches and epochs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli import limits, networks
from backprop_cli.batches import combined
from backprop_cli.coupled import Coupled
from backprop_cli.derivation import Derivation, Line, Template
from backprop_cli.detail import view
from backprop_cli.errors import UsageError
from backprop_cli.formula import Formula, Name, names_in, number
from backprop_cli.optimizers import LEARNING_RATE, STEP_NUMBER, update_lines
from backprop_cli.problem.model import Detail, Problem, Sample
from backprop_cli.quantities import AFTER, Address, Kind, Phase, Place, Quantity, gradient
from backprop_cli.templates import template
from backprop_cli.words import _

DATA = (Kind.INPUT, Kind.TARGET)


def derive(
    problem: Problem, detail: Detail | None = None, keep: Collection[str] = (), then_forward: bool = False
) -> Derivation:
    """The whole derivation of a problem.

    `keep` are keys without address that must have lines of their own whatever the detail. Raises UsageError when the
    solution would be longer than the limit.
    """
    return _Schedule(problem, detail or problem.detail or Detail.TEXTBOOK, frozenset(keep)).run(then_forward)


@dataclass
class _Schedule:
    """Writes the lines; `current` says under which name each parameter now has its value."""

    problem: Problem
    detail: Detail
    keep: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    constants: dict[Quantity, Formula] = field(default_factory=dict)
    updates: int = 0
    current: dict[Quantity, Quantity] = field(default_factory=dict)
    templates: dict[frozenset[str], Template] = field(default_factory=dict)

    def run(self, then_forward: bool) -> Derivation:
        problem = self.problem
        self.keep |= {key.rsplit(" / ", 1)[-1] for key in problem.ask}
        for name, value in problem.parameters.items():
            self.constants[networks.parameter(name)] = value
        if problem.training.learning_rate is not None:
            self.constants[LEARNING_RATE] = problem.training.learning_rate
            self._optimizer_constants()
        for index, sample in enumerate(problem.samples, start=1):
            self._data(sample, self._sample_place(index))
        if problem.gradients:
            self._given_steps()
        else:
            self._refuse_too_long()
            self._epochs()
            asked = then_forward or any(key.startswith(str(AFTER)) for key in problem.ask)
            if asked and self.current:  # without an update there is nothing after it
                self._forward_again()
        return Derivation(self.constants, tuple(self.lines), together=self._coupled.together)

    def _optimizer_constants(self) -> None:
        """The optimizer's settings and its starting state."""
        training = self.problem.training
        self.constants |= training.rule.constants()
        for name in self.problem.parameters:
            if name not in self.problem.fixed:
                for state, first in training.rule.first_state(name).items():
                    self.constants[networks.parameter(state)] = training.state.get(state, first)

    def _data(self, sample: Sample, address: Address) -> None:
        self.constants |= {Quantity(Kind.INPUT, name, at=address): value for name, value in sample.inputs.items()}
        self.constants |= {Quantity(Kind.TARGET, name, at=address): value for name, value in sample.targets.items()}

    def _refuse_too_long(self) -> None:
        couples = self.problem.couples_samples
        plan = self._coupled.plan((1,)) if couples else self._template(self.problem.samples[0])
        lines = len(plan.lines) * len(self.problem.samples)
        if lines * self.problem.training.epochs > limits.LINES:
            raise UsageError(
                _(
                    "the worked solution would have {lines:,} lines; the limit is {limit:,}: ask for fewer epochs"
                ).format(lines=lines * self.problem.training.epochs, limit=limits.LINES)
            )

    def _template(self, sample: Sample, first: bool = True) -> Template:
        """What is done for a sample; values prescribed for the first pass are computed in later ones if they can be."""
        given = frozenset(key for key in sample.given if first or key not in self._computable)
        if given not in self.templates:
            self.templates[given] = view(template(self.problem, given), self.detail, self.keep)
        return self.templates[given]

    @cached_property
    def _computable(self) -> frozenset[str]:
        """The forward quantities that have a formula, although they may be prescribed."""
        layers = self.problem.layers
        units = [neuron.name for layer in layers for neuron in layer.neurons if neuron.connections]
        keys = [f"{kind}_{name}" for name in units for kind in ("net", "out")]
        keys += [cell.quantity.key for layer in layers for cell in layer.cells if any(names_in(cell.formula))]
        return frozenset(keys + list(self.problem.nodes))

    @cached_property
    def _coupled(self) -> Coupled:
        return Coupled(self.problem, self.detail, self.keep, self._computable)

    def _sample_place(self, index: int) -> Address:
        return (Place("sample", index),) if len(self.problem.samples) > 1 else ()

    def _epochs(self) -> None:
        samples, training = self.problem.samples, self.problem.training
        size = min(training.batch or len(samples), len(samples))
        starts = range(0, len(samples), size)
        for epoch in range(1, training.epochs + 1):
            base: Address = (Place("epoch", epoch),) if training.epochs > 1 else ()
            for batch, start in enumerate(starts, start=1):
                at = (*base, Place("batch", batch)) if size > 1 and len(starts) > 1 else base
                self._batch(base, at, range(start + 1, min(start + size, len(samples)) + 1), whole=size > 1)

    def _batch(self, base: Address, at: Address, indices: Sequence[int], whole: bool) -> None:
        """The samples of one batch, then its update; `whole` when a batch is more than one sample."""
        first = not base or base[0].number == 1
        if self.problem.couples_samples:
            self._adopt(self._write(self._coupled.lines(base, at, indices, first), at, None))
            return
        for index in indices:
            address = (*base, *self._sample_place(index))
            lines = self._template(self.problem.samples[index - 1], first).lines
            if whole:
                lines = tuple(line for line in lines if line.phase is not Phase.UPDATE)
            self._adopt(self._write(lines, address, index))
        if whole:
            plan = self._template(self.problem.samples[indices[0] - 1], first)
            addresses = [(*base, *self._sample_place(index)) for index in indices]
            self._adopt(self._write(list(self._batch_lines(plan, addresses)), at, None))

    def _write(self, lines: Sequence[Line], address: Address, sample: int | None) -> list[Line]:
        """Writes the lines at an address and returns them as they were written."""
        data = () if sample is None else self._sample_place(sample)
        given = {} if sample is None else self.problem.samples[sample - 1].given

        def here(quantity: Quantity) -> Quantity:
            if quantity.at:
                return quantity
            if quantity.kind is Kind.PARAMETER:
                return self.current.get(quantity, quantity)
            if quantity == STEP_NUMBER:
                self.constants[quantity.at_address(address)] = number(self.problem.training.first_step + self.updates)
                return quantity.at_address(address)
            if quantity.kind is Kind.CONSTANT:
                return quantity
            return quantity.at_address(data if quantity.kind in DATA else address)

        written = [
            (_replace(line, formula=given[line.quantity.key]) if line.given and given else line).renamed(here)
            for line in lines
        ]
        self.lines += written
        return written

    def _adopt(self, written: Sequence[Line]) -> None:
        """From here on, a parameter means the new value that was just written."""
        new = [line.quantity for line in written if line.quantity.kind is Kind.NEW]
        self.current |= {networks.parameter(quantity.name): quantity for quantity in new}
        self.updates += bool(new)

    def _batch_lines(self, plan: Template, addresses: Sequence[Address]) -> Iterator[Line]:
        """The loss of the batch, its gradients, and the updates."""
        yield from self._batch_loss(plan, addresses)
        rate = self.problem.training.learning_rate
        for line in plan.lines:
            if line.phase is not Phase.GRADIENT or line.quantity.kind is Kind.PATH:
                continue
            if line.quantity.by and line.quantity.by.kind is not Kind.PARAMETER:
                continue
            yield _replace(line, formula=self._over(line.quantity, addresses), given=False)
        if rate is not None:
            updated = [networks.parameter(name) for name in self.problem.parameters if name not in self.problem.fixed]
            gradients = {one: Name(gradient(plan.objective, one)) for one in updated}
            written = {line.quantity for line in plan.lines}
            known = {one: name for one, name in gradients.items() if name.symbol in written}
            yield from update_lines(self.problem.training.rule, known)

    def _batch_loss(self, plan: Template, addresses: Sequence[Address]) -> Iterator[Line]:
        for line in plan.lines:
            if line.quantity == plan.objective:
                yield Line(Phase.LOSS, line.quantity, self._over(line.quantity, addresses))

    def _over(self, quantity: Quantity, addresses: Sequence[Address]) -> Formula:
        return combined(self.problem, quantity, addresses)

    def _forward_again(self) -> None:
        """The forward pass with the updated parameters, addressed `after`."""
        phases = (Phase.FORWARD, Phase.LOSS)
        if self.problem.couples_samples:
            self._batches_again(phases)
            return
        addresses = []
        for index, sample in enumerate(self.problem.samples, start=1):
            address = (AFTER, *self._sample_place(index))
            addresses.append(address)
            plan = self._template(sample, first=False)
            self._write([line for line in plan.lines if line.phase in phases], address, index)
        if len(addresses) > 1:
            self._write(list(self._batch_loss(plan, addresses)), (AFTER,), None)

    def _batches_again(self, phases: Collection[Phase]) -> None:
        """The same batch by batch, where samples meet in a layer."""
        count = len(self.problem.samples)
        size = min(self.problem.training.batch or count, count)
        for batch, start in enumerate(range(0, count, size), start=1):
            at = (AFTER, Place("batch", batch)) if size < count else (AFTER,)
            indices = range(start + 1, min(start + size, count) + 1)
            self._write(self._coupled.lines((AFTER,), at, indices, False, phases), at, None)
        if size < count:
            samples = [(AFTER, *self._sample_place(index)) for index in range(1, count + 1)]
            plan = self._coupled.plan(range(1, size + 1), first=False)
            self._write(list(self._batch_loss(plan, samples)), (AFTER,), None)

    def _given_steps(self) -> None:
        """An optimizer exercise: the gradients are prescribed, one step after the other."""
        steps = max(map(len, self.problem.gradients.values()))
        for step in range(1, steps + 1):
            at: Address = (Place("step", step),) if steps > 1 else ()
            for name, sequence in self.problem.gradients.items():
                named = gradient(networks.LOSS, networks.parameter(name))
                self.lines.append(Line(Phase.GRADIENT, named.at_address(at), sequence[step - 1], given=True))
            parameters = [networks.parameter(name) for name in self.problem.gradients]
            gradients = {one: Name(gradient(networks.LOSS, one)) for one in parameters}
            self._adopt(self._write(list(update_lines(self.problem.training.rule, gradients)), at, None))
