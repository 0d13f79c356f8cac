"""From a problem to its derivation: the plan of one sample, repeated over samples, batches and epochs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from functools import cache, cached_property
from itertools import product

from backprop_cli.algebra.derivation import Derivation, Line, Renaming, SamplePlan
from backprop_cli.algebra.formula import ONE, Formula, Name, names_in, number
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Phase, Place, Quantity, gradient
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import LEARNING_RATE, STEP_NUMBER
from backprop_cli.algebra.updates import ahead_lines, update_lines
from backprop_cli.deriving import networks
from backprop_cli.deriving.batch_forward import as_added_up, combined_line, combined_parts, share_in_batch
from backprop_cli.deriving.batch_plan import Coupled
from backprop_cli.deriving.detail import inputs_shown, view
from backprop_cli.deriving.metrics import metric_lines
from backprop_cli.deriving.numbers_given import numbers_of
from backprop_cli.deriving.plans import objective_of, sample_place, sample_plan
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail, Problem, Sample

DATA = (Kind.INPUT, Kind.TARGET)
THEN_FORWARD = (Phase.FORWARD, Phase.LOSS)
THEN_ALL = (*THEN_FORWARD, Phase.BACKWARD, Phase.GRADIENT)


def derive(
    problem: Problem,
    detail: Detail | None = None,
    keep: Collection[str] = (),
    then_forward: bool = False,
    then: Collection[Phase] = THEN_FORWARD,
    with_parts: bool = True,
) -> Derivation:
    """The whole derivation of a problem.

    `keep` are keys without address that must have lines of their own whatever the detail; `then` are the parts of
    the pass that comes after the update where one is wanted; lines that are only computed need no `with_parts`.
    Raises UsageError when the solution would be longer than the limit.
    """
    detail = detail or problem.detail or Detail.TEXTBOOK
    return _Schedule(problem, detail, frozenset(keep), with_parts).run(then_forward, then)


def asks_on(problem: Problem) -> bool:
    """Whether the sheet asks for something of the pass after the update."""
    return any(AFTER in one.at for one in problem.ask)


def after_the_first_epoch(problem: Problem) -> Problem:
    """The problem as it goes on: what is prescribed for the first pass, and can be computed, is computed then."""
    samples = tuple(_replace(sample, given=_still_given(problem, sample)) for sample in problem.samples)
    return problem if samples == problem.samples else _replace(problem, samples=samples)


def _still_given(problem: Problem, sample: Sample) -> dict[str, Formula]:
    """The prescribed quantities of a sample that no formula gives."""
    if not sample.given:
        return {}
    computable = _computable(problem)
    return {key: value for key, value in sample.given.items() if key not in computable}


def _computable(problem: Problem) -> frozenset[str]:
    """The forward quantities that have a formula, although they may be prescribed."""
    units = [neuron.name for layer in problem.layers for neuron in layer.neurons if neuron.connections]
    keys = [f"{kind}_{name}" for name in units for kind in ("net", "out")]
    keys += [cell.quantity.key for layer in problem.layers for cell in layer.cells if any(names_in(cell.formula))]
    return frozenset(keys + list(problem.nodes))


@dataclass
class _Schedule:
    """Writes the lines; `current` says under which name each parameter now has its value."""

    problem: Problem
    detail: Detail
    keep: frozenset[str]
    with_parts: bool = True
    lines: list[Line] = field(default_factory=list)
    constants: dict[Quantity, Formula] = field(default_factory=dict)
    updates: int = 0
    current: dict[Quantity, Quantity] = field(default_factory=dict)
    plans: dict[tuple[frozenset[str], bool, Formula], SamplePlan] = field(default_factory=dict)
    ahead: dict[Quantity, Quantity] = field(default_factory=dict)  # where gradients are taken, if not at a parameter
    rate: Quantity = LEARNING_RATE  # the η that an update uses

    def run(self, then_forward: bool, then: Collection[Phase]) -> Derivation:
        problem = self.problem
        self.keep |= {asked.name for asked in problem.ask}
        if problem.forward_mode or problem.hessian or problem.training.rule.second:
            self.keep |= {gradient(objective_of(problem), networks.parameter(name)).key for name in problem.parameters}
        self.constants |= numbers_of(problem)
        if problem.gradients:
            self._given_steps()
        else:
            if problem.training.perceptron is not None:
                from backprop_cli.deriving.perceptron import Passes

                Passes(self, problem.training.perceptron).write()
            else:
                self._epochs()
            if (then_forward or asks_on(problem)) and self.current:  # without an update there is nothing after it
                self._again(then)
        return Derivation(self.constants, tuple(self.lines), together=self._coupled.together)

    def refuse_too_long(self, lines: int) -> None:
        """Raises UsageError where a solution has more lines than anyone reads."""
        if lines > limits.LINES:
            raise UsageError(
                _(
                    "the worked solution would have {lines:,} lines; the limit is {limit:,}: ask for fewer epochs"
                ).format(lines=lines, limit=limits.LINES)
                + f" ({how_to_raise('lines')})"
            )

    def plan_of(self, sample: Sample, first: bool = True, updates: bool = True, share: Formula = ONE) -> SamplePlan:
        """What is done for a sample, which has a share in every δ of its batch.

        Values prescribed for the first pass are computed in later ones if they can be.
        """
        given = frozenset(sample.given if first else _still_given(self.problem, sample))
        if (given, updates, share) not in self.plans:
            problem = self.problem
            if not updates or problem.training.rule.second:
                problem = _replace(problem, training=_replace(problem.training, learning_rate=None))
            plan = sample_plan(problem, given, share=share)
            keep = self.keep | inputs_shown(self.problem, plan.lines)
            self.plans[given, updates, share] = _replace(plan, lines=view(plan.lines, self.detail, keep))
        return self.plans[given, updates, share]

    def _share(self, index: int, batch: Sequence[int]) -> Formula:
        """What is in every δ of a sample because it is one of a batch: nothing, where that is in the gradients."""
        if not self.problem.conventions.mean_in_delta:
            return ONE
        places = [sample_place(self.problem, one) for one in batch]
        return share_in_batch(self.problem, sample_place(self.problem, index), places)

    @cached_property
    def _coupled(self) -> Coupled:
        return Coupled(self.problem, self.detail, self.keep, _computable(self.problem))

    def _epochs(self) -> None:
        samples, training = self.problem.samples, self.problem.training
        plan = self._coupled.plan((1,)) if self.problem.couples_samples else self.plan_of(samples[0])
        self.refuse_too_long(len(plan.lines) * len(samples) * training.epochs)
        size = min(training.batch or len(samples), len(samples))
        starts = range(0, len(samples), size)
        for epoch in range(1, training.epochs + 1):
            base: Address = (Place("epoch", epoch),) if training.epochs > 1 else ()
            order = training.order_of(epoch, len(samples))
            self.write_rate(base, epoch)
            for batch, start in enumerate(starts, start=1):
                at = (*base, Place("batch", batch)) if size > 1 and len(starts) > 1 else base
                self._batch(base, at, order[start : start + size], whole=size > 1)
            self.refuse_too_long(len(self.lines) // epoch * training.epochs)  # with the updates of its batches

    def write_rate(self, base: Address, epoch: int) -> list[Line]:
        """Writes the line of the η that holds for a whole epoch, if its schedule goes by epochs."""
        training = self.problem.training
        if training.schedule is None or training.schedule.per_update or training.learning_rate is None:
            return []
        self.rate = LEARNING_RATE.at_address(base)
        return self.write([self._rate_line(epoch - 1, base)], base, None)

    def _rate_line(self, count: int, address: Address) -> Line:
        schedule = self.problem.training.schedule
        assert schedule is not None
        if schedule.formula is not None:
            self.constants[COUNT.at_address(address)] = number(count)
        return Line(Phase.UPDATE, LEARNING_RATE, schedule.line(count), rules=(schedule.rule,) if schedule.rule else ())

    def _with_rate(self, lines: Sequence[Line], address: Address) -> Sequence[Line]:
        """The lines, with that of an η of its own before an update where every update has one."""
        schedule = self.problem.training.schedule
        first = next((index for index, line in enumerate(lines) if line.phase is Phase.UPDATE), None)
        by_updates = schedule is not None and (schedule.per_update or bool(self.problem.gradients))
        if first is None or not by_updates:
            return lines
        self.rate = LEARNING_RATE.at_address(address)
        return [*lines[:first], self._rate_line(self.updates, address), *lines[first:]]

    def _batch(self, base: Address, at: Address, indices: Sequence[int], whole: bool) -> None:
        """The samples of one batch, then its update; `whole` when a batch is more than one sample."""
        first = not base or base[0].number == 1
        begun = len(self.lines)
        if self.problem.couples_samples or whole:
            self._look_ahead(at)
        if self.problem.couples_samples:
            lines = self._coupled.lines(base, at, indices, first)
            self._finish(lines, at, None, begun, self._coupled.plan(indices, first).objective)
            return
        for index in indices:
            address = (*base, *sample_place(self.problem, index))
            if not whole:
                self._look_ahead(address)
            plan = self.plan_of(self.problem.samples[index - 1], first, share=self._share(index, indices))
            if whole:
                self.write([line for line in plan.lines if line.phase is not Phase.UPDATE], address, index)
            else:
                self._finish(plan.lines, address, index, begun, plan.objective)
        if whole:
            plan = self.plan_of(self.problem.samples[indices[0] - 1], first, share=self._share(indices[0], indices))
            addresses = [(*base, *sample_place(self.problem, index)) for index in indices]
            self._finish(list(self._batch_lines(plan, addresses)), at, None, begun, plan.objective)

    def _finish(self, lines: Sequence[Line], at: Address, sample: int | None, begun: int, objective: Quantity) -> None:
        """Writes the last lines of a pass or batch, whose first line is that at `begun`, and what is on request there.

        Derivatives on request stand between the gradients and the update; a step by some of them is the update.
        """
        rule = self.problem.training.rule
        if not (self.problem.forward_mode or self.problem.hessian or rule.second):
            self.adopt(self.write(lines, at, sample))
            return
        updates = [line for line in lines if line.phase is Phase.UPDATE]
        self.write([line for line in lines if line.phase is not Phase.UPDATE], at, sample)
        from backprop_cli.deriving.requested import Requested

        own = self.lines[begun:]
        requested = Requested(self.problem, own, objective.at_address(at), at, self.current).lines()
        self.write([line for line in requested if line.phase is not Phase.UPDATE], at, sample)
        if self.problem.training.learning_rate is not None:
            self.adopt(self.write([*(line for line in requested if line.phase is Phase.UPDATE), *updates], at, sample))

    def _look_ahead(self, at: Address) -> None:
        """Writes where the next gradients are taken, of an optimizer that takes them elsewhere than at w."""
        if self.problem.training.learning_rate is None:
            return
        learning = [networks.parameter(name) for name in self.problem.parameters if name not in self.problem.fixed]
        self.ahead = {}
        found = dict(ahead_lines(self.problem.training.rule, learning))
        self.write(list(found.values()), at, None)
        self.ahead = {parameter: line.quantity.at_address(at) for parameter, line in found.items()}

    def write(self, lines: Sequence[Line], address: Address, sample: int | None) -> list[Line]:
        """Writes the lines at an address and returns them as they were written."""
        data = () if sample is None else sample_place(self.problem, sample)
        given = {} if sample is None else self.problem.samples[sample - 1].given

        @cache  # a name stands in a line, in its parts and in the lines after it
        def here(quantity: Quantity) -> Quantity:
            if quantity.at:
                return quantity
            if quantity.kind is Kind.PARAMETER:
                return self.current.get(quantity, quantity)
            if quantity.kind is Kind.CONSTANT:
                return self._constant(quantity, address)
            return quantity.at_address(data if quantity.kind in DATA else address)

        def ahead(quantity: Quantity) -> Quantity:
            return self.ahead.get(quantity) or here(quantity)

        update = Renaming(here, self.with_parts)
        before = Renaming(ahead, self.with_parts) if self.ahead else update
        written = [
            (update if line.phase is Phase.UPDATE else before).line(
                _replace(line, formula=given[line.quantity.key]) if line.given and given else line
            )
            for line in self._with_rate(lines, address)
        ]
        self.lines += written
        return written

    def _constant(self, quantity: Quantity, address: Address) -> Quantity:
        """A constant as the lines at an address mention it: η and the counts of rates and updates change."""
        if quantity == LEARNING_RATE:
            return self.rate
        if quantity == COUNT:
            return quantity.at_address(self.rate.at)
        if quantity == STEP_NUMBER:
            here = quantity.at_address(address)
            self.constants[here] = number(self.problem.training.first_step + self.updates)
            return here
        return quantity

    def adopt(self, written: Sequence[Line]) -> None:
        """From here on, a parameter means the new value that was just written."""
        new = [line.quantity for line in written if line.quantity.kind is Kind.NEW]
        self.current |= {networks.parameter(quantity.name): quantity for quantity in new}
        self.ahead = {} if new else self.ahead
        self.updates += bool(new)

    def _batch_lines(self, plan: SamplePlan, addresses: Sequence[Address]) -> Iterator[Line]:
        """The loss of the batch, its gradients, and the updates."""
        yield from self._batch_loss(plan, addresses)
        yield from self._batch_gradients(plan, addresses)
        if self.problem.training.learning_rate is not None and not self.problem.training.rule.second:
            updated = [networks.parameter(name) for name in self.problem.parameters if name not in self.problem.fixed]
            gradients = {one: Name(gradient(plan.objective, one)) for one in updated}
            written = {line.quantity for line in plan.lines}
            known = {one: name for one, name in gradients.items() if name.symbol in written}
            yield from update_lines(self.problem.training.rule, known)

    def _batch_loss(self, plan: SamplePlan, addresses: Sequence[Address]) -> Iterator[Line]:
        for line in plan.lines:
            if line.quantity == plan.objective:
                yield combined_line(self.problem, line.quantity, addresses)
        yield from metric_lines(self.problem, plan.objective, addresses)

    def _batch_gradients(self, plan: SamplePlan, addresses: Sequence[Address]) -> Iterator[Line]:
        for line in plan.lines:
            if line.phase is not Phase.GRADIENT or line.quantity.kind is Kind.PATH:
                continue
            if line.quantity.by and line.quantity.by.kind is not Kind.PARAMETER:
                continue
            parts = combined_parts(self._added_up, line.quantity, addresses)
            yield _replace(line, formula=parts.combined, parts=parts, given=False)

    @cached_property
    def _added_up(self) -> Problem:
        return as_added_up(self.problem)

    def _again(self, phases: Collection[Phase]) -> None:
        """The forward pass, or all but the updates, with the updated parameters, addressed `after`."""
        if self.problem.couples_samples:
            self._batches_again(phases)
            return
        addresses = []
        forward_only = not {Phase.BACKWARD, Phase.GRADIENT} & set(phases)
        for index, sample in enumerate(self.problem.samples, start=1):
            address = (AFTER, *sample_place(self.problem, index))
            addresses.append(address)
            share = self._share(index, range(1, len(self.problem.samples) + 1))
            plan = self.plan_of(sample, first=False, updates=forward_only, share=share)
            self.write([line for line in plan.lines if line.phase in phases], address, index)
        if len(addresses) > 1:
            self.write(list(self._batch_loss(plan, addresses)), (AFTER,), None)
            if not forward_only:
                self.write(list(self._batch_gradients(plan, addresses)), (AFTER,), None)

    def _batches_again(self, phases: Collection[Phase]) -> None:
        """The same batch by batch, where samples meet in a layer."""
        count = len(self.problem.samples)
        size = min(self.problem.training.batch or count, count)
        for batch, start in enumerate(range(0, count, size), start=1):
            at = (AFTER, Place("batch", batch)) if size < count else (AFTER,)
            indices = range(start + 1, min(start + size, count) + 1)
            self.write(self._coupled.lines((AFTER,), at, indices, False, phases), at, None)
        if size < count:
            samples = [(AFTER, *sample_place(self.problem, index)) for index in range(1, count + 1)]
            plan = self._coupled.plan(range(1, size + 1), first=False)
            self.write(list(self._batch_loss(plan, samples)), (AFTER,), None)

    def _given_steps(self) -> None:
        """An optimizer exercise: the gradients are prescribed, one step after the other, in each epoch once."""
        steps, epochs = max(map(len, self.problem.gradients.values())), self.problem.training.epochs
        self.refuse_too_long(2 * steps * epochs * len(self.problem.gradients))
        for epoch, step in product(range(1, epochs + 1), range(1, steps + 1)):
            at: Address = ()
            if epochs > 1:
                at = (Place("epoch", epoch),)
            if steps > 1:
                at = (*at, Place("step", step))
            for name, sequence in self.problem.gradients.items():
                named = gradient(networks.LOSS, networks.parameter(name))
                self.lines.append(Line(Phase.GRADIENT, named.at_address(at), sequence[step - 1], given=True))
            parameters = [networks.parameter(name) for name in self.problem.gradients]
            gradients = {one: Name(gradient(networks.LOSS, one)) for one in parameters}
            self.adopt(self.write(list(update_lines(self.problem.training.rule, gradients)), at, None))
