"""Edits that take one quantity for another: a neighbour, kin, another sample, and one sort for another everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping

from backprop_cli.algebra.formula import ONE, Formula, Name, negate, replace
from backprop_cli.algebra.parts import DeltaParts, UpdateParts
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.checking.search.edits import Edit, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_NUMBER = re.compile(r"\d+$")


def name_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    counted: dict[Formula, int] = {}
    for part, put in places(root.formula):
        if not isinstance(part, Name) or not isinstance(part.symbol, Quantity):
            continue
        counted[part] = counted.get(part, 0) + 1
        in_a_slope = part.symbol.kind is Kind.NET and root.line.quantity.kind in (Kind.DELTA, Kind.LOCAL)
        for other, word, mass, family in _instead(relations, part.symbol, root.role(part), root.line.quantity.at):
            if not in_a_slope or family == "kin":  # the slope of another unit is an edit of its own
                yield _renamed(root, part, other, word, mass, family, put(Name(other)))
    for part, count in counted.items():
        if count > 1 and isinstance(part, Name) and isinstance(part.symbol, Quantity):
            for other, word, _mass, _family in _instead(relations, part.symbol, root.role(part), root.line.quantity.at):
                changed = _with(root.formula, {part: Name(other)})
                yield _renamed(root, part, other, word, 5, "everywhere", changed)
    yield from _swapped(root, counted)
    yield from _one_for_all(root, counted)
    yield from _wide(root, relations)
    yield from _other_lines(root, relations)


def _instead(
    relations: Relations, quantity: Quantity, role: str, at: Address
) -> Iterator[tuple[Quantity, str, float, str]]:
    """What is taken for a quantity: the other one, what it is to it, and how usual that is."""
    for other, word in relations.neighbours(quantity):
        yield other, word, 10, "neighbour" if word == "neighbour" else "before and after"
    for other, word in relations.kin(quantity):
        yield other, word, 8, "kin"
    for other in relations.samples(quantity):
        yield other, "another sample", 3, "sample"
    for other in relations.layers(quantity):
        yield other, "another layer", 4, "layer"
    if role == "old":
        for other in relations.parameters():
            yield other, "another parameter", 4, "parameters"
            new = Quantity(Kind.NEW, other.name, at=at)
            if relations.is_known(new):
                yield new, "another parameter", 2, "new parameters"
    if quantity.kind is Kind.GRADIENT:
        for other in relations.gradients(quantity):
            yield other, "another gradient", 4, "gradients"


def _renamed(root: Root, part: Name, other: Quantity, word: str, mass: float, family: str, formula: Formula) -> Edit:
    key = ("instead", root.role(part), word if word != "neighbour" else root.role_of_name(other) + " beside")
    return Edit("instead", key, mass, family, formula, part, Name(other), _direction(part.symbol, other))


def _direction(one: Hashable, other: Quantity) -> str:
    """By how much the number at the end of a name is larger than that of the name whose place it takes."""
    assert isinstance(one, Quantity)
    mine, theirs = (_NUMBER.search(name) for name in (one.name, other.name))
    return str(int(theirs.group()) - int(mine.group())) if mine and theirs else ""


def _swapped(root: Root, counted: Mapping[Formula, int]) -> Iterator[Edit]:
    """Two names of one sort exchanged."""
    names = [name for name in counted if isinstance(name, Name) and isinstance(name.symbol, Quantity)]
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            role = root.role(one)
            constants = one.symbol.kind is other.symbol.kind is Kind.CONSTANT  # type: ignore[attr-defined]
            if constants or (role == root.role(other) and role != "value"):
                changed = _with(root.formula, {one: other, other: one})
                yield Edit("swapped", ("swapped", role), 6, "swapped", changed, one, other)


def _one_for_all(root: Root, counted: Mapping[Formula, int]) -> Iterator[Edit]:
    """One name in the place of all of its sort: the same δ on every path."""
    by_role: dict[str, list[Formula]] = {}
    for name in counted:
        by_role.setdefault(root.role(name), []).append(name)
    for role, names in by_role.items():
        if len(names) < 2 or role in ("value", "old", "rate"):
            continue
        for one in names[:3]:
            others = next(name for name in names if name != one)
            changed = _with(root.formula, dict.fromkeys(names, one))
            yield Edit("instead", ("one for all", role), 4, "one for all", changed, others, one)


def _with(formula: Formula, changes: Mapping[Formula, Formula]) -> Formula:
    return replace(formula, lambda name: changes.get(name, name))


# ---- one sort for another, everywhere ----------------------------------------------------------------------------


def _wide(root: Root, relations: Relations) -> Iterator[Edit]:
    at = root.line.quantity.at
    around = relations.around

    def nets(one: Quantity) -> Formula | None:
        return Name(Quantity(Kind.NET, one.name, at=one.at)) if one.kind is Kind.OUT else None

    def errors(one: Quantity) -> Formula | None:
        if one.kind is not Kind.DELTA:
            return None
        error = Name(around.gradient_of(Quantity(Kind.OUT, one.name, at=one.at)))
        return negate(error) if around.problem.conventions.negative_delta else error

    def bare_errors(one: Quantity) -> Formula | None:
        if one.kind is not Kind.DELTA:
            return None
        data = tuple(place for place in one.at if place.word == "sample")
        error = Name(Quantity(Kind.OUT, one.name, at=one.at)) - Name(Quantity(Kind.TARGET, one.name, at=data))
        return negate(error) if around.problem.conventions.negative_delta else error

    def no_weights(one: Quantity) -> Formula | None:
        return ONE if root.role_of_name(one) == "weight" else None

    def updated(one: Quantity) -> Formula | None:
        if root.role_of_name(one) not in ("weight", "bias") or isinstance(root.line.parts, UpdateParts):
            return None
        return around.new_of(Name(one), Quantity(Kind.NEW, one.name, at=at))

    def older(one: Quantity) -> Formula | None:
        if one.kind is not Kind.NEW:
            return None
        before = [other for other, word in relations.neighbours(one) if word == "older"]
        return Name(before[0]) if before else None

    def first(one: Quantity) -> Formula | None:
        before = Quantity(Kind.PARAMETER, one.name)
        return Name(before) if one.kind is Kind.NEW and relations.is_known(before) else None

    def earlier(one: Quantity) -> Formula | None:
        if one.kind not in (Kind.OUT, Kind.NET, Kind.DELTA, Kind.NODE):
            return None
        words = ("before the update", "another epoch")
        before = [other for other, word in relations.neighbours(one) if word in words]
        return Name(before[0]) if before else None

    def elsewhere(one: Quantity) -> Formula | None:
        if one.kind not in (Kind.OUT, Kind.DELTA, Kind.INPUT):
            return None
        others = list(relations.layers(one))
        return Name(others[0]) if others else None

    def given(one: Quantity) -> Formula | None:
        if one.kind is not Kind.OUT:
            return None
        inputs, place = around.problem.inputs, around.place_of(one.name)
        data = tuple(place for place in one.at if place.word == "sample")
        if place is None or place >= len(inputs):
            return None
        return Name(Quantity(Kind.INPUT, inputs[place], at=data))

    changes: tuple[tuple[str, Callable[[Quantity], Formula | None]], ...] = (
        ("net for output", nets), ("errors for delta", errors),
        ("errors for delta", bare_errors), ("no weights", no_weights), ("new weights", updated),
        ("older values", older), ("first values", first), ("values before the update", earlier),
        ("another layer", elsewhere), ("another layer", given),
    )  # fmt: skip
    for kind, change in changes:
        yield from _changed(root, relations, kind, change)
    for step in (-1, 1):
        for kinds, word in (((Kind.INPUT, Kind.OUT, Kind.NET), "inputs"), ((Kind.TARGET,), "targets")):
            yield from _changed(root, relations, f"{word} of another sample", _of_sample(relations, kinds, step))


def _of_sample(relations: Relations, kinds: tuple[Kind, ...], step: int) -> Callable[[Quantity], Formula | None]:
    def change(one: Quantity) -> Formula | None:
        if one.kind not in kinds:
            return None
        wanted = [other for other in relations.samples(one) if _sample(other) == _sample(one) + step]
        return Name(wanted[0]) if wanted else None

    return change


def _sample(quantity: Quantity) -> int:
    return next((place.number for place in quantity.at if place.word == "sample"), 0)


def _changed(
    root: Root, relations: Relations, kind: str, change: Callable[[Quantity], Formula | None]
) -> Iterator[Edit]:
    """The formula with every name changed for which there is something else that is known."""
    first: list[Formula] = []

    def put(name: Name) -> Formula:
        quantity = name.symbol
        instead = change(quantity) if isinstance(quantity, Quantity) else None
        if instead is None or instead == name:
            return name
        if isinstance(instead, Name) and not relations.is_known(instead.symbol):  # type: ignore[arg-type]
            return name
        first[:] = first or [name, instead]
        return instead

    changed = replace(root.formula, put)
    if first:
        yield Edit(kind, ("wide", kind), 8, "wide", changed, first[0], first[1])


# ---- another line's formula --------------------------------------------------------------------------------------


def _other_lines(root: Root, relations: Relations) -> Iterator[Edit]:
    """The value of another line: of one beside, of the same unit or parameter, of another sample."""
    quantity = root.line.quantity
    for other, word in [*relations.neighbours(quantity), *relations.kin(quantity)]:
        yield Edit("another line", ("another line", word), 5, "another line", Name(other), Name(quantity), Name(other))
    for other in relations.samples(quantity):
        yield Edit(
            "another line",
            ("another line", "another sample"),
            3,
            "another line",
            Name(other),
            Name(quantity),
            Name(other),
        )
    made = root.line.parts
    if isinstance(made, UpdateParts) and made.old is not None and made.rate is not None:
        yield from _other_steps(root, made, relations)
    if isinstance(made, DeltaParts):
        for path in made.paths:
            if path.delta is not None:
                yield Edit("only", ("only", "delta"), 4, "only", path.delta, path.delta)


def _other_steps(root: Root, made: UpdateParts, relations: Relations) -> Iterator[Edit]:
    """The steps of other optimizers, with what this one has."""
    assert made.old is not None
    assert made.rate is not None
    old, rate = made.old, made.rate
    yield Edit("not updated", ("only", "old"), 30, "not updated", old, old)
    plain = not made.states and made.used == made.gradient  # then this is the step that it has
    for word, gradient in () if plain else (("plain", made.gradient), ("as used", made.used)):
        if root.line.quantity.kind is Kind.NEW:
            yield Edit("plain step", ("plain step", word), 6, "plain step", old - rate * gradient, gradient)
            yield Edit("plain step", ("plain step up", word), 4, "plain step", old + rate * gradient, gradient)
    for new, before in made.states:
        both = ((rate, rate), (ONE, rate), (rate, ONE))
        for first, second in both:
            yield Edit("plain step", ("both steps",), 4, "both steps", old - first * new - second * made.used, new)
        for share in relations.shares():
            for step in (share * new, rate * share * new):
                yield Edit("plain step", ("state step", "share"), 4, "state step", old - step, new)
        yield Edit("plain step", ("state step", str(before.symbol)[:1]), 4, "state step", old - rate * new, new)
        yield Edit("plain step", ("state step bare", str(before.symbol)[:1]), 4, "state step", old - new, new)
        yield Edit("plain step", ("state step up", str(before.symbol)[:1]), 4, "state step", old + new, new)
