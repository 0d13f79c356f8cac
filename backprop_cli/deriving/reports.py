"""What a training that is only reported has after an epoch, and by which names it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.quantities import AFTER, Address, Kind, Phase, Place, Quantity
from backprop_cli.algebra.references import N_STOP, RATE, REPORT, RUNS, START, Reference, address_of
from backprop_cli.algebra.updates import PENALIZED_LOSS
from backprop_cli.deriving import networks
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.schedule import THEN_ALL, derive
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.model import Detail, Problem

_FEW = 12  # epochs that are listed in a message


def runs_of(problem: Problem) -> Address:
    """The runs that are compared, as places of an address: `rate 1`, `rate 2`; none where there is only one."""
    word, count = (RATE, len(problem.training.rates)) if problem.training.rates else (START, len(problem.starts))
    return tuple(Place(word, number) for number in range(1, count + 1))


@record
class Reported:
    """A quantity after an epoch, at the address `report 100` (of several runs, `rate 2 / report 100`), and its part."""

    phase: Phase
    quantity: Quantity


@record(slots=False)
class ReportNames:
    """The names of what there is after an epoch, and of what the problem has reported of it."""

    problem: Problem

    def meant(self, text: str) -> tuple[Reference, ...]:
        """What a text names after an epoch, where the new value of a parameter is its value. Raises UnknownName."""
        return tuple(Reference(one.at, self._updated.get(one.name, one.name), text) for one in self.names.meant(text))

    def quantity(self, one: Reference) -> tuple[Reference, ...]:
        """One of `report: {quantities: …}`: for one sample, or for all. Raises UnknownName."""
        try:
            found = self.meant(one.name)
        except UnknownName as unknown:
            message = _("no quantity called {key!r} after an epoch").format(key=one.name)
            raise unknown.saying(message) from None
        samples = {place for quantity in self.names.quantities for place in quantity.at}
        if not one.at:
            return found
        if len(one.at) == 1 and one.at[0] in samples:
            return self.meant(one.written)
        message = _("{key!r}: a report is after an epoch, for one sample or all").format(key=one.written)
        raise UnknownName(message, _("write {key}, or sample 2 / {key} where there are several").format(key=one.name))

    def value(self, one: Reference) -> tuple[Reference, ...]:
        """The reported values that `report 100 / w1` or `epoch 100 / w1_new` is, of one run or of each of them.

        Raises UnknownName.
        """
        runs = self._runs(one)
        epoch = one.epoch if one.epoch is not None else next((n for word, n in one.at if word == "epoch"), None)
        if epoch is None:
            message = _("{key!r}: of a run there is what is reported after an epoch").format(key=one.written)
            nearest = Reference((*runs[0], Place(REPORT, self.problem.report[-1])), one.name)
            raise UnknownName(message, _("write {key}").format(key=nearest))
        rest = str(Reference(tuple(at for at in one.at if at.word not in (REPORT, "epoch", *RUNS)), one.name))
        found = [placed for named in self.meant(rest) for placed in self._placed(named)]
        if one.epoch is None and any(named.name not in self._updated for named in self.names.meant(rest)):
            message = _("{key!r}: the first epoch is worked out, the later ones are only reported")
            hint = _("{key} is the value after that epoch").format(key=_after(runs[0], epoch, found[0]))
            raise UnknownName(message.format(key=one.written), hint)
        self.check_epoch(epoch)
        if missing := [named for named in found if not self._is_shown(named)]:
            message = _("{key} is not reported").format(key=missing[0])
            raise UnknownName(message, _("add it to the quantities of the report"))
        return tuple(_replace(_after(run, epoch, named), text=one.written) for run in runs for named in found)

    def _runs(self, one: Reference) -> tuple[Address, ...]:
        """The runs that an address means: the one that it names, else all. Raises UnknownName for one that is not."""
        named = tuple(place for place in one.at if place.word in RUNS)
        for place in named:
            self.check_run(place)
        return (named,) if named else self._all_runs

    @cached_property
    def _all_runs(self) -> tuple[Address, ...]:
        """The addresses of all runs; of a single one, an empty one."""
        return tuple((run,) for run in runs_of(self.problem)) or ((),)

    def ends(self, one: Reference) -> tuple[Reference, ...]:
        """The epochs after which training ends, of one run or of each, where a name is theirs; else none."""
        if not self.is_end(one):
            return ()
        return tuple(Reference((*run, *N_STOP.at), N_STOP.name, one.written) for run in self._runs(one))

    def is_end(self, one: Reference) -> bool:
        """Whether a name is that of the epoch after which training ends, which is asked for where `stop` says when.

        Without the address of the report, a name of the problem's own goes before it.
        """
        problem = self.problem
        if problem.stop is None or in_a_row(one.name).casefold() != in_a_row(N_STOP.name):
            return False
        own = {*problem.parameters, *problem.nodes, *problem.metrics, *problem.inputs}
        is_placed = all(place in N_STOP.at or place.word in RUNS for place in one.at)
        return is_placed and (N_STOP.at[0] in one.at or N_STOP.name not in own)

    def check_run(self, place: Place) -> None:
        """Raises UnknownName where there is no such run."""
        runs = runs_of(self.problem)
        if place not in runs:
            message = _("there is no {place!r} here").format(place=str(place))
            hint = _("known here: {places}").format(places=listed(map(str, runs), most=_FEW)) if runs else None
            raise UnknownName(message, hint)

    def check_epoch(self, epoch: int) -> None:
        """Raises UnknownName where an epoch is not reported."""
        if epoch == 0:
            message = _("epoch 0 is the start: what it has is given, or worked out in the first epoch")
            raise UnknownName(message)
        if epoch not in self.problem.report:
            reported = listed(map(str, self.problem.report), most=_FEW)
            message = _("epoch {epoch} is not reported").format(epoch=epoch)
            raise UnknownName(message, _("reported are {epochs}").format(epochs=reported))

    @cached_property
    def all(self) -> tuple[Reported, ...]:
        """All that is reported, run after run, epoch after epoch."""
        if not self.problem.report:
            return ()
        wanted = self.problem.report_quantities or [Reference((), name) for name in self._usual]
        shown = {placed for one in wanted for placed in self._placed(one)}
        lines = [(phase, one.at_address(one.at[1:])) for phase, one in self._lines if one.at[:1] == (AFTER,)]
        kept = [(Phase.UPDATE, one) for one in self.names.quantities if one.kind is Kind.PARAMETER]
        found = [(phase, one) for phase, one in [*lines, *kept] if Reference.to(one) in shown]
        return tuple(one for run in self._all_runs for one in self._of_run(run, found))

    def _of_run(self, run: Address, found: Sequence[tuple[Phase, Quantity]]) -> Iterator[Reported]:
        """What is found after an epoch, after each of them that is reported, and where training ends if it is said."""
        for epoch in self.problem.report:
            if epoch > 0:
                yield from (
                    Reported(phase, one.at_address((*run, Place(REPORT, epoch), *one.at))) for phase, one in found
                )
        if self.problem.stop is not None:
            yield Reported(Phase.UPDATE, N_STOP.at_address((*run, *N_STOP.at)))

    @cached_property
    def by_reference(self) -> Mapping[Reference, Quantity]:
        """All that is reported, by what it is referred to."""
        return {Reference.to(one.quantity): one.quantity for one in self.all}

    def _placed(self, one: Reference) -> Iterator[Reference]:
        """The reference with an address: a total where there is one, else that of every sample."""
        named = [quantity for quantity in self.names.quantities if quantity.bare_key == one.name]
        exact = [quantity for quantity in named if quantity.at == one.at]
        return (Reference(quantity.at, one.name, one.text) for quantity in exact or named)

    # ---- what there is -----------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> Names:
        """The names of parameters, of states, and of the lines of the pass after an epoch."""
        states = [networks.parameter(name) for name in self._updated.values()]
        new = [Quantity(Kind.NEW, one.name) for one in states]
        found = [*map(networks.parameter, self.problem.parameters), *states, *self._after, *new]
        return Names(self.problem, tuple(dict.fromkeys(found)))

    @cached_property
    def _lines(self) -> tuple[tuple[Phase, Quantity], ...]:
        """The quantities of the first epoch and of the pass after it, with the parts of the work."""
        lines = derive(_replace(self.problem.by_hand, ask=()), Detail.FULL, then_forward=True, then=THEN_ALL).lines
        return tuple((line.phase, line.quantity) for line in lines)

    @cached_property
    def _after(self) -> tuple[Quantity, ...]:
        """The lines after an epoch, at the addresses that they have in a report."""
        return tuple(one.at_address(one.at[1:]) for _phase, one in self._lines if one.at[:1] == (AFTER,))

    @cached_property
    def _updated(self) -> Mapping[str, str]:
        """The parameters and states that are updated, by the keys of their new values."""
        return {one.bare_key: one.name for _phase, one in self._lines if one.kind is Kind.NEW}

    @cached_property
    def _usual(self) -> frozenset[str]:
        """What is reported where the problem does not say: the loss or objective, the outputs, what is updated."""
        problem = self.problem
        objective = problem.objective or (list(problem.nodes)[-1] if problem.nodes else "")
        losses = {one.bare_key for one in self._after if one.kind is Kind.LOSS}
        outputs = (f"out_{name}" for name in problem.outputs)
        return frozenset({objective, *losses, *self._beside, *outputs, *self._updated.values()})

    @property
    def _beside(self) -> tuple[str, ...]:
        """What stands beside the loss."""
        penalized = (PENALIZED_LOSS.name,) if self.problem.training.rule.writes_penalized else ()
        return (*penalized, *self.problem.metrics)

    def _is_shown(self, one: Reference) -> bool:
        if not self.problem.report_quantities:
            return one.name in self._usual
        return not {one, Reference((), one.name)}.isdisjoint(self.problem.report_quantities)


@record(slots=False)
class NamesWithReports(Names):
    """The names of the first epoch's lines, and those of what is reported after an epoch."""

    @cached_property
    def reports(self) -> ReportNames:
        """What is reported."""
        return ReportNames(self.problem)

    def resolve(self, text: str, within: Address = ()) -> Quantity:
        """The quantity that is called so: a line, or at `report 100` and `epoch 100` what is reported of that epoch."""
        one = Reference.parse(text)
        placed = _replace(one, at=(*within, *one.at), text="")
        if not (found := self.reports.ends(placed)):
            if not any(map(self._is_later, placed.at)):
                return super().resolve(text, within)
            found = self.reports.value(placed)
        if len(found) > 1:
            message = _("{text!r} is reported more than once").format(text=text)
            raise UnknownName(message, _("say which: {keys}").format(keys=listed(map(str, found[:_FEW]))))
        return self.reports.by_reference[found[0]]

    def meant(self, text: str) -> tuple[Reference, ...]:
        """The quantities that a text means: lines, or what is reported of an epoch. Raises UnknownName."""
        one = Reference.parse(text)
        if ends := self.reports.ends(one):
            return ends
        return self.reports.value(one) if any(map(self._is_later, one.at)) else super().meant(text)

    def address(self, text: str) -> Address:
        """The part of an address that the text is: also `report 100`, where that epoch is reported."""
        places = address_of(text)
        if places is None or not any(map(self._is_later, places)):
            return super().address(text)
        for place in places:
            if place.word in RUNS:
                self.reports.check_run(place)
            elif place not in N_STOP.at and self._is_later(place):
                self.reports.check_epoch(place.number or 0)
        return places

    def _is_later(self, place: Place) -> bool:
        if not self.problem.report:
            return False
        return place.word in (REPORT, *RUNS) or (place.word == "epoch" and (place.number or 0) > 1)


def _after(run: Address, epoch: int, one: Reference) -> Reference:
    at: Address = (*run, Place(REPORT, epoch), *one.at)
    return Reference(at, one.name)
