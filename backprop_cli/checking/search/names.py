"""Edits that take one quantity for another: a neighbour, kin, another sample, another line."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, replace
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.parts import DeltaParts, UpdateParts
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.checking.search.beside import differing, is_near
from backprop_cli.checking.search.edits import Edit, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_NUMBER = re.compile(r"(?<!\d)\d+$")


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
    yield from _for_functions(root, relations)
    yield from _swapped(root, counted)
    yield from _one_for_all(root, counted)
    yield from _other_lines(root, relations)


def _instead(
    relations: Relations, quantity: Quantity, role: str, at: Address
) -> Iterator[tuple[Quantity, str, float, str]]:
    """What is taken for a quantity: the other one, what it is to it, and how usual that is."""
    yield from _neighbours(relations, quantity)
    for other, word in relations.kin(quantity):
        yield other, word, 8, "kin"
    for other in relations.samples(quantity):
        yield other, "another sample", 3, "sample"
    for other in relations.layers(quantity):
        yield other, "another layer", 4, "layer"
    for others, word, family in (
        (relations.made.of, "what it is made of", "made of"), (relations.made.into, "what is made of it", "made into"),
        (relations.made.from_farther_on, "from farther on", "from farther on"),
        (relations.made.used_with, "used with it", "used with it"),
    ):  # fmt: skip
        yield from ((other, word, 4, family) for other in others(quantity))
    for other in relations.weighed(quantity, at):
        yield other, "what it weighs", 2, "weighed"
    if role == "old":
        for other in relations.parameters():
            yield other, "another parameter", 4, "parameters"
            new = Quantity(Kind.NEW, other.name, at=at)
            if relations.is_known(new):
                yield new, "another parameter", 2, "new parameters"
    if quantity.kind is Kind.GRADIENT:
        for other in relations.gradients(quantity):
            yield other, "another gradient", 4, "gradients"


def _neighbours(relations: Relations, quantity: Quantity) -> Iterator[tuple[Quantity, str, float, str]]:
    for other, word in relations.neighbours(quantity):
        if word != "neighbour":
            yield other, word, 10, "before and after"
        elif _is_far(relations, quantity, other):
            yield other, word, 3, "far neighbour"
        else:
            yield other, word, 10, "neighbour"


def _is_far(relations: Relations, quantity: Quantity, other: Quantity) -> bool:
    """Whether a line of a cell has little to do with another: its letter and its number are others."""
    mine, theirs = (one.name or (one.by.name if one.by is not None else "") for one in (quantity, other))
    return relations.beside.is_of_a_cell(mine) and not is_near(mine, theirs)


def _for_functions(root: Root, relations: Relations) -> Iterator[Edit]:
    """An output in the place of a function of something beside it: h for tanh(c)."""
    distances = relations.made.distances
    for part, put in places(root.formula):
        if part in distances:
            other = distances[part]
            yield Edit("instead", ("instead", "distance", root.role(part)), 4, "distance", put(other), part, other)
        match part:
            case Apply("sum", (first, Apply("negative", (Name(Quantity(kind=Kind.OUT) as inner),)))) if first == ONE:
                for beside, _word in relations.neighbours(inner):
                    if beside.kind is Kind.OUT:
                        key = ("instead", "complement", root.role_of_name(beside))
                        yield Edit("instead", key, 2, "for a complement", put(Name(beside)), part, Name(beside))
            case Apply(operation, (Name(Quantity() as inner), *_)) if (
                operation in ACTIVATIONS and put(part) is not part
            ):
                for beside, _word in relations.neighbours(inner):
                    if beside.kind in (Kind.OUT, Kind.CELL):
                        key = ("instead", "function", root.role_of_name(beside))
                        yield Edit("instead", key, 4, "for a function", put(Name(beside)), part, Name(beside))


def _renamed(root: Root, part: Name, other: Quantity, word: str, mass: float, family: str, formula: Formula) -> Edit:
    key = ("instead", root.role(part), word if word != "neighbour" else root.role_of_name(other) + " beside")
    return Edit("instead", key, mass, family, formula, part, Name(other), _direction(part.symbol, other))


def _direction(one: Hashable, other: Quantity) -> str:
    """By how much the number at the end of a name is larger than that of the name whose place it takes.

    And which letters stand before the two, where they are not the same.
    """
    assert isinstance(one, Quantity)
    mine, theirs = (_NUMBER.search(name) for name in (one.name, other.name))
    stems = [_NUMBER.sub("", name) for name in (one.name, other.name)]
    step = str(int(theirs.group()) - int(mine.group())) if mine and theirs else ""
    return step if stems[0] == stems[1] else " ".join((step, *differing(*stems)))


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
            yield Edit("instead", ("one for all", role), 2, "one for all", changed, others, one)


def _with(formula: Formula, changes: Mapping[Formula, Formula]) -> Formula:
    return replace(formula, lambda name: changes.get(name, name))


# ---- another line's formula --------------------------------------------------------------------------------------


def _other_lines(root: Root, relations: Relations) -> Iterator[Edit]:
    """The value of another line: of one beside, of the same unit or parameter, of another sample."""
    quantity = root.line.quantity
    for other, word in [*relations.neighbours(quantity), *relations.kin(quantity)]:
        yield Edit("another line", ("another line", word), 5, "another line", Name(other), Name(quantity), Name(other))
    for other in relations.samples(quantity):
        key = ("another line", "another sample")
        yield Edit("another line", key, 3, "another line", Name(other), Name(quantity), Name(other))
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
        for first, second in ((rate, rate), (ONE, rate), (rate, ONE)):
            written = old - first * new - second * made.used
            yield Edit("both steps", ("both steps",), 4, "both steps", written, first * new, second * made.used)
        for share in relations.shares():
            for step in (share * new, rate * share * new):
                yield Edit("plain step", ("state step", "share"), 4, "state step", old - step, new)
        yield Edit("plain step", ("state step", str(before.symbol)[:1]), 4, "state step", old - rate * new, new)
        yield Edit("plain step", ("state step bare", str(before.symbol)[:1]), 4, "state step", old - new, new)
        yield Edit("plain step", ("state step up", str(before.symbol)[:1]), 4, "state step", old + new, new)
