"""Edits that follow another rule, by what a line is made of: other weights, a factor that belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, names_in
from backprop_cli.algebra.parts import (
    ChainParts,
    DeltaParts,
    GradientParts,
    LossParts,
    NetParts,
    OutParts,
    UpdateParts,
)
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.parts import with_names
from backprop_cli.checking.search.aligned import aligned_edits
from backprop_cli.checking.search.chains import chain_edits
from backprop_cli.checking.search.edits import Edit, joined, places
from backprop_cli.checking.search.functions import reach_edits
from backprop_cli.checking.search.loss_rules import error_edits, loss_edits
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root
from backprop_cli.checking.search.rows import path_edits, row_edits, terms_of, weights_into
from backprop_cli.checking.search.update_rules import update_edits

_MOST_GATES = 6
_MOST_TERMS = 4  # of a sum of which one is taken from another line
_MOST_BESIDE = 4  # lines from which it is taken


def rule_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    yield from aligned_edits(root, relations)
    yield from _other_terms(root, relations)
    yield from _cell_factors(root, relations)
    match root.line.parts:
        case LossParts() as made:
            yield from loss_edits(root, made)
        case NetParts() as made:
            yield from row_edits(root, made, relations)
            yield from _bias_as_a_factor(made)
        case OutParts() as made:
            yield from _biases(root, made, relations)
        case ChainParts() as made:
            yield from _chain_factors(root, relations)
            yield from chain_edits(root, made)
            yield from path_edits(root, made.paths, relations)
        case DeltaParts() as made:
            yield from error_edits(root, made, relations)
            yield from _delta_factors(root, made, relations)
            yield from path_edits(root, made.paths, relations)
            yield from weights_into(made, relations)
        case GradientParts() as made:
            yield from _gradient_factors(root, made, relations)
        case UpdateParts() as made:
            yield from update_edits(root, made, relations)


def _other_terms(root: Root, relations: Relations) -> Iterator[Edit]:
    """One term of a sum as it stands in a line beside: the place of another map, the unit of another row."""
    match root.formula:
        case Apply("sum", terms) if len(terms) <= _MOST_TERMS:
            pass
        case _:
            return
    lines = [relations.around.derivation.index.get(one) for one, word in relations.neighbours(root.line.quantity)
             if word == "neighbour"]  # fmt: skip
    for line in [one for one in lines if one is not None and not one.given][:_MOST_BESIDE]:
        match line.formula:
            case Apply("sum", others) if len(others) == len(terms):
                pairs = [(place, term, other) for place, term in enumerate(terms) for other in others]
                for place, term, other in pairs:
                    if other not in terms:
                        whole = Apply("sum", (*terms[:place], other, *terms[place + 1 :]))
                        yield Edit("numbers of another line", ("numbers of another line", "term"), 3, "other terms",
                                   whole, term, other)  # fmt: skip


def _bias_as_a_factor(made: NetParts) -> Iterator[Edit]:
    """(Σ w·x)·b."""
    if made.bias is not None and made.terms:
        weighted = joined("sum", [term.weight * term.sender for term in made.terms])
        yield Edit("extra factor", ("bias as a factor",), 5, "bias", weighted * made.bias, made.bias)


def _cell_factors(root: Root, relations: Relations) -> Iterator[Edit]:
    """A line of a cell times a gate beside those in it; the gradient of one times what it is of."""
    quantity, by = root.line.quantity, root.line.quantity.by
    if quantity.kind is Kind.GRADIENT and by is not None and by.kind in (Kind.CELL, Kind.OUT):
        yield _extra(root, "value", Name(by.at_address(quantity.at)))
    if quantity.kind is not Kind.CELL:
        return
    inside = dict.fromkeys(name.symbol for name in names_in(root.formula))
    outs = [one for one in inside if isinstance(one, Quantity) and one.kind is Kind.OUT]
    gates = [other for one in outs for other, word in relations.neighbours(one)
             if word == "neighbour" and other.kind is Kind.OUT]  # fmt: skip
    for gate in [one for one in dict.fromkeys(gates) if one not in inside][:_MOST_GATES]:
        yield _extra(root, "gate", Name(gate))


def _biases(root: Root, made: OutParts, relations: Relations) -> Iterator[Edit]:
    """The bias of a unit added once more, or taken off, where its activation is."""
    if made.net is None or not isinstance(made.net.symbol, Quantity):
        return
    line = relations.around.derivation.index.get(made.net.symbol)
    if line is not None and root.formula != made.net:
        yield from reach_edits(with_names(root.formula, {made.net: line.formula}))
    bias = line.parts.bias if line is not None and isinstance(line.parts, NetParts) else None
    if bias is None:
        return
    for part, put in places(root.formula):
        if part == made.net:
            yield Edit("counted twice", ("twice", "bias"), 4, "bias", put(part + bias), bias)
            yield Edit("summand left out", ("summand left out", "bias"), 4, "bias", put(part - bias), bias)


def _chain_factors(root: Root, relations: Relations) -> Iterator[Edit]:
    """A gradient of a graph times the value that it is of."""
    by = root.line.quantity.by
    if by is None:
        return
    own = by.at_address(root.line.quantity.at) if by.kind is Kind.NODE else by
    yield Edit("extra summand", ("extra summand", "value"), 4, "extra value", root.formula + Name(own), Name(own))
    for other, word in relations.kin(own):
        if word == "value":
            yield _extra(root, word, Name(other))
            yield Edit(
                "extra summand", ("extra summand", word), 4, "extra value", root.formula + Name(other), Name(other)
            )
    yield _extra(root, "value", Name(own))


def _delta_factors(root: Root, made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    out, net = made.out, made.net
    found: list[tuple[str, Formula]] = [
        ("slope", out * (1 - out)),
        ("tanh slope", 1 - out**2),
        ("output", out),
        ("net", net),
    ]
    found += [(role, name) for role, name in _of_unit(net, relations)]
    for path in made.paths[:3]:
        if path.delta is not None and isinstance(path.delta.symbol, Quantity):
            found += [(f"{word} above", slope) for word, slope in _slopes_of(path.delta.symbol, relations)]
    for word, factor in found:
        yield _extra(root, word, factor)
    if len(made.paths) > 1:
        yield from _slope_on_a_path(root, made, relations)


def _slope_on_a_path(root: Root, made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    """The slope of the unit above once more, on what comes from there alone."""
    for path in made.paths[:3]:
        if path.delta is None or not isinstance(path.delta.symbol, Quantity):
            continue
        for word, slope in _slopes_of(path.delta.symbol, relations):
            formula = with_names(root.formula, {path.delta: path.delta * slope})
            yield Edit("extra factor", ("extra factor", f"{word} above"), 1, "slope on a path", formula, slope)


def _gradient_factors(root: Root, made: GradientParts, relations: Relations) -> Iterator[Edit]:
    by = root.line.quantity.by
    found: list[tuple[str, Formula]] = []
    if by is not None:
        current = [Name(one) for one, word in relations.kin(by) if word == "old"]
        found += [("weight", name) for name in (Name(by), *current)]
    for use in made.uses[:2]:
        for name in (use.delta, use.factor):
            if (
                isinstance(name, Name)
                and isinstance(name.symbol, Quantity)
                and name.symbol.kind in (Kind.DELTA, Kind.OUT)
            ):
                found += _slopes_of(name.symbol, relations)
    for word, factor in found:
        yield _extra(root, word, factor)
    yield from _other_factors(made, found, relations)
    yield from _gates(root, made, relations)


def _gates(root: Root, made: GradientParts, relations: Relations) -> Iterator[Edit]:
    """Each δ times an output that is a factor in the net input of its own unit: the gate before the state."""
    changes: dict[Formula, Formula] = {}
    for use in made.uses:
        line = relations.around.derivation.index.get(_net_of(use.delta))
        for name in names_in(line.formula) if line is not None else ():
            if isinstance(name.symbol, Quantity) and name.symbol.kind is Kind.OUT and name != use.factor:
                changes.setdefault(use.delta, use.delta * name)
    if changes and len(changes) == len(made.uses):
        formula = with_names(root.formula, changes)
        yield Edit(
            "extra factor", ("extra factor", "gate"), 3, "gate of the unit", formula, next(iter(changes.values()))
        )


def _net_of(delta: Formula) -> Quantity:
    assert isinstance(delta, Name)
    assert isinstance(delta.symbol, Quantity)
    return Quantity(Kind.NET, delta.symbol.name, at=delta.symbol.at)


def _other_factors(made: GradientParts, found: Sequence[tuple[str, Formula]], relations: Relations) -> Iterator[Edit]:
    """δ of each use times something else than what goes into the weight: the weight itself, a value of the receiver."""
    own = made.uses[0].delta.symbol
    assert isinstance(own, Quantity)
    if len(made.uses) == 1:
        for step, word in relations.neighbours(own):
            if word == "neighbour" and step.kind is own.kind:
                both = made.uses[0].delta + Name(step)
                yield Edit("extra summand", ("extra summand", "delta beside"), 1, "delta beside",
                           both * made.uses[0].factor, Name(step))  # fmt: skip
    senders = [("another sender", Name(one)) for one in relations.senders(own)]
    others = [
        *senders,
        *found,
        *((word, Name(other)) for other, word in relations.kin(own)),
        ("rate", Name(LEARNING_RATE)),
    ]
    for word, factor in others:
        total = joined("sum", [use.times(factor) for use in made.uses])
        yield Edit("instead", ("factor instead", word), 6, "factor instead", total, made.uses[0].factor, factor)


def _of_unit(net: Name, relations: Relations) -> Iterator[tuple[str, Formula]]:
    """The inputs and weights of a unit, and η."""
    assert isinstance(net.symbol, Quantity)
    for term in terms_of(net.symbol, relations)[:4]:
        yield "weight", term.weight
        yield "sender", term.sender


def _slopes_of(unit: Quantity, relations: Relations) -> Iterator[tuple[str, Formula]]:
    """The slope of a unit's activation, and what it puts out."""
    out, net = (Quantity(kind, unit.name, at=unit.at) for kind in (Kind.OUT, Kind.NET))
    slope = relations.around.slope(out, net)
    if slope != ONE:
        yield "slope", slope
    yield "output", Name(out)
    yield "sigmoid slope", Name(out) * (1 - Name(out))
    yield "tanh slope", 1 - Name(out) ** 2


def _extra(root: Root, word: str, factor: Formula) -> Edit:
    formula = Apply("product", (root.formula, factor))
    return Edit("extra factor", ("extra factor", word), 5, "extra factor", formula, factor)
