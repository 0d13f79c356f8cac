"""Edits of a loss, and of its slope in δ: by another loss, or with another number in the place of the error."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import (
    ONE,
    Apply,
    Formula,
    Name,
    Number,
    apply,
    multiply,
    names_in,
    negate,
    number,
    replace,
)
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.parts import DeltaParts, LossParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, joined, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root


def loss_edits(root: Root, made: LossParts) -> Iterator[Edit]:
    """The value by other losses, with one output or several."""
    if len(made.terms) > 1:
        yield _loss(root, "root", apply("sqrt", Apply("sum", made.terms)))
    pairs = _pairs(root.formula)
    if not pairs:
        return
    half = number(1, 2)
    for name, loss in LOSSES.items():
        terms = [loss.term(out, target, *loss.defaults) for out, target in pairs]
        total = Apply("sum", tuple(terms)) if len(terms) > 1 else terms[0]
        yield _loss(root, name, multiply(loss.factor(len(pairs)), total))
    errors = [out - target for out, target in pairs]
    total = Apply("sum", tuple(errors)) if len(errors) > 1 else errors[0]
    yield _loss(root, "errors alone", total)
    yield _loss(root, "square of the sum", half * total**2)
    yield _loss(root, "square of the sum", total**2)
    matches = joined("sum", [target * out for out, target in pairs])
    yield _loss(root, "matches", matches)
    yield _loss(root, "matches", 1 - matches)
    squares = [error**2 for error in errors]
    summed = Apply("sum", tuple(squares)) if len(squares) > 1 else squares[0]
    yield _loss(root, "root", apply("sqrt", summed))
    yield _loss(root, "difference of squares", Apply("sum", tuple(target**2 - out**2 for out, target in pairs)))


def _loss(root: Root, word: str, formula: Formula) -> Edit:
    return Edit("another loss", ("another loss", word), 8, "loss", formula, root.formula, formula)


def _pairs(formula: Formula) -> list[tuple[Name, Name]]:
    """The outputs in a loss, each with its target."""
    names = [part for part, _put in places(formula) if isinstance(part, Name) and isinstance(part.symbol, Quantity)]
    outs = {one.symbol.name: one for one in names if one.symbol.kind in (Kind.OUT, Kind.NET)}  # type: ignore[attr-defined]
    targets = {one.symbol.name: one for one in names if one.symbol.kind is Kind.TARGET}  # type: ignore[attr-defined]
    return [(outs[name], targets[name]) for name in outs if name in targets]


def error_edits(root: Root, made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    """Another loss's slope in the place of the error, or another number: the loss itself, the output, the target."""
    kin = {word: Name(other) for other, word in relations.kin(made.out.symbol)}  # type: ignore[arg-type]
    target = kin.get("target")
    own = relations.around.problem.loss.name if relations.around.problem.loss is not None else ""
    for part, put in places(root.formula):
        if root.role(part) != "error" or isinstance(part, Name | Number):
            continue
        turned = negate if made.negative else _as_it_is
        for other, _ in relations.neighbours(made.out.symbol):  # type: ignore[arg-type]
            changes = {name: Name(one) for name, one in _of_another_unit(part, other, relations)}
            instead = replace(part, lambda name, changes=changes: changes.get(name, name))  # type: ignore[misc]
            yield Edit("instead", ("error instead", "another unit"), 6, "error instead", put(instead), part, instead)
        others = [("the loss", Name(relations.around.objective.at_address(root.line.quantity.at)))]
        others += [(word, name) for word, name in kin.items() if word not in ("delta", "error")]
        for word, name in others:
            yield Edit("instead", ("error instead", word), 6, "error instead", put(turned(name)), part, name)
        for called, alone in _slopes(made.out, target, own) if target is not None else ():
            slope = multiply(_share(part, made), alone)
            kind = "slope at the output" if called == own else "slope of another loss"
            family = "own slope" if called == own else "loss slope"
            yield Edit(kind, (kind, called), 8, family, put(turned(slope)), part, turned(slope))


def _share(part: Formula, made: DeltaParts) -> Formula:
    """The 1/n of a batch in what stands for the error of a sample, which each slope has, too; 1 where there is none."""
    shares = [path.upstream for path in made.paths if isinstance(path.upstream, Number)]
    has_number = isinstance(part, Apply) and part.operation == "product" and isinstance(part.arguments[0], Number)
    return shares[0] if shares and has_number else ONE


def _slopes(out: Name, target: Name, own: str) -> Iterator[tuple[str, Formula]]:
    """The slopes of the losses at an output, that of the problem's own loss first; each once."""
    found: dict[Formula, str] = {}
    for loss in sorted(LOSSES.values(), key=lambda one: one.name != own):
        slope = slopes(loss.term(out, target, *loss.defaults), {}).get(out.symbol)
        if slope is not None:
            found.setdefault(slope, loss.name)
    return ((name, slope) for slope, name in found.items())


def _of_another_unit(part: Formula, other: Quantity, relations: Relations) -> Iterator[tuple[Name, Quantity]]:
    """The output and the target in an error, each with that of another unit."""
    kin = {one.kind: one for one, _ in relations.kin(other)} | {other.kind: other}
    for name in names_in(part):
        if isinstance(name.symbol, Quantity) and name.symbol.kind in kin:
            yield name, kin[name.symbol.kind]


def _as_it_is(formula: Formula) -> Formula:
    return formula
