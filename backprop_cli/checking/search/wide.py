"""Edits that take one sort for another everywhere in a line: net inputs for outputs, new weights for old ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, negate, replace
from backprop_cli.algebra.parts import GradientParts, LossParts, NetParts, UpdateParts
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root
from backprop_cli.ground.records import record

_LINKS = 3  # from a gradient to one that is taken for it
_Change = Callable[[Quantity], Formula | None]


def wide_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    instead = _Instead(root, relations)
    changes: tuple[tuple[str, _Change], ...] = (
        ("net for output", instead.net), ("errors for delta", instead.error),
        ("errors for delta", instead.bare_error), ("no weights", instead.no_weight), ("new weights", instead.updated),
        ("older values", instead.older), ("first values", instead.first),
        ("values before the update", instead.earlier), ("another layer", instead.elsewhere),
        ("another layer", instead.given), ("activation again", instead.activated),
        ("net for output", instead.made_of), ("values for slopes", instead.value),
        *(("another layer", instead.farther_on(links)) for links in range(1, 1 + _LINKS)),
        *(("another function", instead.for_the_largest(operation)) for operation in ("sum", "min")),
        ("net for output", instead.score), ("net for output", instead.before_normalizing),
    )  # fmt: skip
    for kind, change in changes:
        yield from _changed(root, relations, kind, change)
    for step in (-1, 1):
        for kinds, word in (((Kind.INPUT, Kind.OUT, Kind.NET), "inputs"), ((Kind.TARGET,), "targets")):
            yield from _changed(root, relations, f"{word} of another sample", _of_sample(relations, kinds, step))


@record(slots=False)
class _Instead:
    """What stands in a line in the place of a quantity of one sort; None for quantities of others."""

    root: Root
    relations: Relations

    def net(self, one: Quantity) -> Formula | None:
        """The net input for the output."""
        return Name(Quantity(Kind.NET, one.name, at=one.at)) if one.kind is Kind.OUT else None

    def made_of(self, one: Quantity) -> Formula | None:
        """What a line of a layer is made of: x̂ for γ·x̂ + β."""
        found = next(self.relations.made.standard(one), None)
        return Name(found) if found is not None else None

    def before_normalizing(self, one: Quantity) -> Formula | None:
        """What was normalized for what it became."""
        found = self.relations.made.before_normalizing(one)
        return Name(found) if found is not None else None

    def farther_on(self, links: int) -> _Change:
        """The gradient so many links farther on."""

        def change(one: Quantity) -> Formula | None:
            found: Quantity | None = one
            for _link in range(links):
                found = self.relations.made.next_on(found) if found is not None else None
            return Name(found) if found is not None else None

        return change

    def for_the_largest(self, operation: str) -> _Change:
        """The sum or the smallest of all for the largest of them."""

        def change(one: Quantity) -> Formula | None:
            line = self.relations.around.derivation.index.get(one) if one.kind is Kind.OUT else None
            match line.formula if line is not None else None:
                case Apply("max", pieces):
                    return Apply(operation, pieces)
            return None

        return change

    def score(self, one: Quantity) -> Formula | None:
        """The score for the share that softmax makes of it."""
        line = self.relations.around.derivation.index.get(one) if one.kind is Kind.CELL else None
        match line.formula if line is not None else None:
            case Apply("softmax", (Number(which), *scores)):
                return scores[int(which) - 1]
        return None

    def value(self, one: Quantity) -> Formula | None:
        """The value itself for the slopes of what is computed from it."""
        return Name(one.by.at_address(one.at)) if one.kind is Kind.LOCAL and one.by is not None else None

    def error(self, one: Quantity) -> Formula | None:
        """∂E/∂out for δ."""
        if one.kind is not Kind.DELTA:
            return None
        return self._signed(Name(self.relations.around.gradient_of(Quantity(Kind.OUT, one.name, at=one.at))))

    def bare_error(self, one: Quantity) -> Formula | None:
        """out − t for δ."""
        if one.kind is not Kind.DELTA:
            return None
        target = Name(Quantity(Kind.TARGET, one.name, at=_data(one.at)))
        return self._signed(Name(Quantity(Kind.OUT, one.name, at=one.at)) - target)

    def _signed(self, error: Formula) -> Formula:
        return negate(error) if self.relations.around.problem.conventions.negative_delta else error

    def no_weight(self, one: Quantity) -> Formula | None:
        """1 for a weight."""
        return ONE if self.root.role_of_name(one) == "weight" else None

    def updated(self, one: Quantity) -> Formula | None:
        """The new value of a weight or a bias, where nothing is updated."""
        line = self.root.line
        if self.root.role_of_name(one) not in ("weight", "bias") or isinstance(line.parts, UpdateParts):
            return None
        return self.relations.around.new_of(Name(one), Quantity(Kind.NEW, one.name, at=line.quantity.at))

    def older(self, one: Quantity) -> Formula | None:
        """The value of a parameter before the last update."""
        if one.kind is not Kind.NEW:
            return None
        before = [other for other, word in self.relations.neighbours(one) if word == "older"]
        return Name(before[0]) if before else None

    def first(self, one: Quantity) -> Formula | None:
        """The first value of a parameter."""
        before = Quantity(Kind.PARAMETER, one.name)
        return Name(before) if one.kind is Kind.NEW and self.relations.is_known(before) else None

    def earlier(self, one: Quantity) -> Formula | None:
        """A value of an earlier pass."""
        if one.kind not in (Kind.OUT, Kind.NET, Kind.DELTA, Kind.NODE):
            return None
        words = ("before the update", "another epoch")
        before = [other for other, word in self.relations.neighbours(one) if word in words]
        return Name(before[0]) if before else None

    def elsewhere(self, one: Quantity) -> Formula | None:
        """The same place in another layer."""
        if one.kind not in (Kind.OUT, Kind.DELTA, Kind.INPUT) or isinstance(self.root.line.parts, LossParts):
            return None
        others = list(self.relations.layers(one))
        return Name(others[0]) if others else None

    def given(self, one: Quantity) -> Formula | None:
        """The input of the network at the same place."""
        if one.kind is not Kind.OUT or not isinstance(self.root.line.parts, NetParts | GradientParts):
            return None
        around = self.relations.around
        inputs, place = around.problem.inputs, around.place_of(one.name)
        if place is None or place >= len(inputs):
            return None
        return Name(Quantity(Kind.INPUT, inputs[place], at=_data(one.at)))

    def activated(self, one: Quantity) -> Formula | None:
        """The activation once more on an output."""
        match self.relations.around.derivation.formula_of(one) if one.kind is Kind.OUT else None:
            case Apply(operation, (Name(Quantity(kind=Kind.NET)), *rest)) if operation != "identity":
                return Apply(operation, (Name(one), *rest))
        return None


def _data(at: Address) -> Address:
    """The part of an address that says which sample it is."""
    return tuple(place for place in at if place.word == "sample")


def _of_sample(relations: Relations, kinds: tuple[Kind, ...], step: int) -> _Change:
    def change(one: Quantity) -> Formula | None:
        if one.kind not in kinds:
            return None
        wanted = [other for other in relations.samples(one) if _sample(other) == _sample(one) + step]
        return Name(wanted[0]) if wanted else None

    return change


def _sample(quantity: Quantity) -> int:
    return next((place.number for place in quantity.at if place.word == "sample"), 0)


def _changed(root: Root, relations: Relations, kind: str, change: _Change) -> Iterator[Edit]:
    """The formula with every name changed for which there is something else that is known."""
    first: list[Formula] = []
    changes: set[Name] = set()

    def put(name: Name) -> Formula:
        quantity = name.symbol
        instead = change(quantity) if isinstance(quantity, Quantity) else None
        if instead is None or instead == name:
            return name
        if isinstance(instead, Name) and not relations.is_known(instead.symbol):  # type: ignore[arg-type]
            return name
        first[:] = first or [name, instead]
        changes.add(name)
        return instead

    changed = replace(root.formula, put)
    if first and (len(changes) > 1 or kind != "values for slopes"):  # of one slope, it is one name for another
        yield Edit(kind, ("wide", kind), 8, "wide", changed, first[0], first[1])
