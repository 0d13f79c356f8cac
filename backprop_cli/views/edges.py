"""The computation graph of one pass: an edge from every quantity to each line that uses it, up to the objective.

An edge has the local derivative ∂line/∂quantity. Backpropagation sums over the edges in reverse; `paths` lists the
paths along them, `tangents` goes along them forward.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in, rename
from backprop_cli.algebra.formula import ONE, Formula, Name, negate
from backprop_cli.algebra.parts import NetParts, name_of
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Phase, Quantity, delta, gradient, local, net, place
from backprop_cli.algebra.references import Reference
from backprop_cli.deriving.backpropagation import local_slopes
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.plans import sample_plan
from backprop_cli.deriving.schedule import DATA
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.certified import Real
from backprop_cli.problem.model import Detail, Problem, RoundingRule
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem

FORWARD = (Phase.FORWARD, Phase.LOSS)
_MANY = 12


@record
class Arrow:
    """An edge of the computation graph: a quantity, a line that uses it, and the local derivative of that line.

    `over` is what a weight is multiplied by there, where one net input uses the same weight several times.
    """

    source: Quantity
    user: Quantity
    slope: Formula
    over: Quantity | None = None
    rules: tuple[str, ...] = ()


@record(slots=False)
class OnePass:
    """The forward lines of one pass and their edges, without address, and the derivation that the pass is part of."""

    problem: Problem
    derivation: Derivation
    address: Address
    passes: tuple[Address, ...]

    @cached_property
    def _template(self) -> tuple[Quantity, tuple[Line, ...]]:
        """The objective, and the lines of the pass as formulas, what is prescribed included."""
        given = {line.quantity.bare_key for line in self.derivation.lines if line.given and self._is_here(line)}
        plan = sample_plan(self.problem, given)
        return plan.objective, plan.lines

    def _is_here(self, line: Line) -> bool:
        return line.quantity.at == self.address

    @property
    def objective(self) -> Quantity:
        """What is differentiated."""
        return self._template[0]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The forward lines."""
        return tuple(line for line in self._template[1] if line.phase in FORWARD)

    @cached_property
    def out_of(self) -> Mapping[Quantity, tuple[Arrow, ...]]:
        """The edges by the quantity that they leave; where ∂E/∂quantity is prescribed, it is the only one."""
        found: dict[Quantity, tuple[Arrow, ...]] = {}
        slopes = {(one.by, one.of): Name(one) for one in self._given_slopes()}
        for each in _arrows(self.lines):
            given = slopes.get((each.source, each.user))
            arrow = each if given is None else _replace(each, slope=given)
            found[arrow.source] = (*found.get(arrow.source, ()), arrow)
        return found | {arrow.source: (arrow,) for arrow in self._prescribed()}

    @cached_property
    def into(self) -> Mapping[Quantity, tuple[Arrow, ...]]:
        """The edges by the line that they enter."""
        found: dict[Quantity, tuple[Arrow, ...]] = {}
        for arrows in self.out_of.values():
            for arrow in arrows:
                found[arrow.user] = (*found.get(arrow.user, ()), arrow)
        return found

    def _given_slopes(self) -> Iterator[Quantity]:
        """The local derivatives that stand in the file."""
        yield from (one.quantity for one in self._template[1] if one.given and one.quantity.kind is Kind.LOCAL)

    def _prescribed(self) -> Iterator[Arrow]:
        for line in self._template[1]:
            name = Name(line.quantity)
            if line.given and line.quantity.kind is Kind.GRADIENT and line.quantity.by:
                yield Arrow(line.quantity.by, self.objective, name)
            if line.given and line.quantity.kind is Kind.DELTA:
                slope = negate(name) if self.problem.conventions.negative_delta else name
                yield Arrow(net(line.quantity.name), self.objective, slope)

    @cached_property
    def has_objective(self) -> bool:
        """Whether there is something to differentiate: a loss, an objective, or prescribed gradients."""
        return any(line.quantity == self.objective for line in self.lines) or self.objective in self.into

    @cached_property
    def known(self) -> Mapping[Quantity, Quantity]:
        """What a path can begin at: every quantity in the lines; by ∂E/∂w1 and δ_h1, w1 and net_h1 are meant."""
        used = [quantity for line in self.lines for quantity in (*quantities_in(line.formula), line.quantity)]
        deltas = {delta(quantity): quantity for quantity in used if quantity.kind is Kind.NET}
        gradients = {gradient(self.objective, quantity): quantity for quantity in used}
        return dict(zip(used, used, strict=True)) | deltas | gradients

    @cached_property
    def _current(self) -> Mapping[Quantity, Quantity]:
        """Under which name each parameter has its value in this pass: that of the last update before it."""
        current: dict[Quantity, Quantity] = {}
        for line in self.derivation.lines:
            if self._is_here(line):
                break
            if line.quantity.kind is Kind.NEW:
                current[Quantity(Kind.PARAMETER, line.quantity.name)] = line.quantity
        return current

    def here(self, quantity: Quantity) -> Quantity:
        """The quantity as it goes by in the derivation."""
        return self._current.get(quantity) or placed(quantity, self.address)

    def factor(self, arrow: Arrow) -> Line:
        """The local derivative of an edge as a line of its own, the derivation's where it has one."""
        quantity = self.here(self._factor_name(arrow))
        own = Line(Phase.BACKWARD, quantity, rename(arrow.slope, self.here), rules=arrow.rules)
        return self.derivation.index.get(quantity, own)

    def _factor_name(self, arrow: Arrow) -> Quantity:
        match arrow.slope:
            case Name(Quantity(kind=Kind.GRADIENT) as prescribed):
                return prescribed
        if arrow.over:
            return Quantity(Kind.PATH, of=arrow.user, by=arrow.source, via=arrow.over)
        if arrow.user == self.objective and len(self.out_of[arrow.source]) > 1:
            return Quantity(Kind.LOCAL, "local", of=arrow.user, by=arrow.source)
        return local(arrow.user, arrow.source)

    def gradient_of(self, quantity: Quantity) -> Quantity | None:
        """The line in which backpropagation writes the derivative with respect to the quantity, if it does."""
        named = delta(quantity) if quantity.kind is Kind.NET else gradient(self.objective, quantity)
        found = named.at_address(self.address)
        return found if found in self.derivation.index else None

    def solved(self, more: Sequence[Line], wanted: Sequence[Quantity], rounding: RoundingRule | None,
               digits: int) -> Trace:  # fmt: skip
        """The trace of the lines that lead to the wanted quantities, the derivation's and more."""
        new = tuple(line for line in more if line.quantity not in self.derivation.index)
        whole = _replace(self.derivation, lines=(*self.derivation.lines, *new))
        return solve(whole.only(wanted), rounding, digits)


def derivative(problem: Problem, gradient: Quantity, trace: Trace) -> Real:
    """∂E/∂x from backpropagation's line for it: minus δ where the problem gives δ the other sign."""
    value = trace.value(gradient).number
    return -value if gradient.kind is Kind.DELTA and problem.conventions.negative_delta else value


def placed(quantity: Quantity, address: Address) -> Quantity:
    """The quantity in the pass at an address, where no parameter has been updated yet."""
    if quantity.kind in (Kind.PARAMETER, Kind.CONSTANT):
        return quantity
    if quantity.kind in DATA:
        return quantity.at_address(tuple(place for place in address if place.word == "sample"))
    return quantity.at_address(address)


def _arrows(lines: Sequence[Line]) -> Iterator[Arrow]:
    for line, used, slope in local_slopes(lines):
        connections = list(_connections(line, used))
        yield from connections or [Arrow(used, line.quantity, slope, rules=line.rules)]


def _connections(line: Line, used: Quantity) -> Iterator[Arrow]:
    """One edge for each connection, where a net input uses the same weight several times."""
    parts = line.parts if isinstance(line.parts, NetParts) else NetParts()
    pairs = [(term.weight, term.sender) for term in parts.terms]
    own = Name(used)
    factors = [other for one, other in (*pairs, *((sender, weight) for weight, sender in pairs)) if one == own]
    if parts.bias in (own, negate(own)):
        factors.append(ONE if parts.bias == own else negate(ONE))
    over = [name_of(factor, Kind) for factor in factors]
    if len(over) > 1 and len(set(over)) == len(over):
        for factor, name in zip(factors, over, strict=True):
            other = name.symbol if name is not None and isinstance(name.symbol, Quantity) else None
            yield Arrow(used, line.quantity, factor, other, line.rules)


def one_pass(worked: WorkedProblem, text: str = "") -> tuple[OnePass, str]:
    """The pass that an address such as `sample 2 / w1` names, and the key behind it; without an address, the first.

    Raises UsageError where there is no such pass, or nothing to differentiate in it.
    """
    if worked.problem.couples_samples:
        raise UsageError(_("a layer looks at all samples together, so no pass is of one sample alone"))
    if worked.problem.conventions.mean_in_delta:  # E is that of the sample here, and has no 1/n
        alone = _replace(worked.problem.conventions, mean_in_delta=False)
        worked = WorkedProblem(_replace(worked.problem, conventions=alone))
    wanted = Reference.parse(text)
    derivation = worked.derivation(Detail.FULL, then_forward=AFTER in wanted.at)
    passes = passes_in(derivation)
    if not passes:
        raise UsageError(_("the problem has no forward pass: its gradients are given"))
    chosen = OnePass(worked.by_hand, derivation, pass_at(wanted.at, passes), passes)
    if not chosen.has_objective:
        raise UsageError(_("there is nothing to differentiate: the problem has no loss and no objective"))
    return chosen, wanted.name


def pass_at(wanted: Address, passes: Sequence[Address]) -> Address:
    """The first pass with all these places, of which `epoch 1` may be left out; UsageError where there is none."""
    words = {word for address in passes for word, _number in address}
    needed = {place for place in wanted if place.number != 1 or place.word in words}
    for address in passes:
        if needed <= {*address}:
            return address
    named = [" / ".join(map(str, address)) for address in passes if address]
    raise UsageError(_no_pass(" / ".join(map(str, wanted)), named))


def passes_in(derivation: Derivation) -> tuple[Address, ...]:
    """The addresses of the forward passes: of several samples, one each."""
    found = tuple(dict.fromkeys(line.quantity.at for line in derivation.lines if line.phase is Phase.FORWARD))
    of_samples = tuple(address for address in found if place(address, "sample"))
    return of_samples or found


def _no_pass(wanted: str, passes: Sequence[str]) -> str:
    if not passes:
        return _("no pass called {wanted!r} (there is only one pass, without an address)").format(wanted=wanted)
    named = listed(passes) if len(passes) <= _MANY else listed([*passes[:3], "…", passes[-1]])
    return _("no pass called {wanted!r} (the passes are {passes})").format(wanted=wanted, passes=named)


def start_of(one: OnePass, text: str) -> Quantity:
    """The quantity that a path or a sweep begins at; raises UsageError where the pass has none of this name."""
    named, *others = Names(one.problem, tuple(one.known)).chosen([text])
    if others:
        message = _("{name} is a vector or a matrix; name one of its entries: {entries}")
        entries = [reference.name for reference in (named, *others)]
        shown = listed(entries if len(entries) <= _MANY else [*entries[:3], "…", entries[-1]])
        raise UsageError(message.format(name=text, entries=shown))
    found = next(quantity for name, quantity in one.known.items() if name.bare_key == named.name)
    if found == one.objective:
        raise UsageError(_("{key} is the objective itself: its slope in itself is 1").format(key=named.name))
    return found
