"""Edits that take other weights: another row of the matrix, those of another sender."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Formula, multiply
from backprop_cli.algebra.parts import DeltaParts, NetParts, Path, Term
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.parts import with_names
from backprop_cli.checking.search.edits import Edit, joined
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_MOST_SENDERS = 4  # other senders of the units above whose weights are tried


def row_edits(root: Root, made: NetParts, relations: Relations) -> Iterator[Edit]:
    """A net input with all the weights of another unit, and its own bias or that one's."""
    own = root.line.quantity
    bias = [made.bias] if made.bias is not None else []
    others = [other for other, _ in relations.neighbours(own) if other.kind is Kind.NET and other.at == own.at]
    for other in [*others, *relations.layers(own)]:
        line = relations.around.derivation.index.get(other)
        parts = line.parts if line is not None else None
        if not isinstance(parts, NetParts) or not made.terms or len(parts.terms) < len(made.terms):
            continue  # without weights of its own: a sum on a shortcut
        products = [term.weight * mine.sender for term, mine in zip(parts.terms, made.terms, strict=False)]
        for word, last in (("own bias", bias), ("its bias", [parts.bias] if parts.bias is not None else [])):
            weight = parts.terms[0].weight if parts.terms else None
            yield Edit("weights of another unit", ("weights of another unit", word), 8, "rows",
                       joined("sum", [*products, *last]), made.terms[0].weight, weight)  # fmt: skip


def path_edits(root: Root, paths: tuple[Path, ...], relations: Relations) -> Iterator[Edit]:
    """What comes back over the weights with which the units above take something else in."""
    over = [path for path in paths if path.delta is not None and path.weight is not None]
    above = [path.delta.symbol for path in over if path.delta is not None and isinstance(path.delta.symbol, Quantity)]
    rows = [terms_of(Quantity(Kind.NET, one.name, at=one.at), relations) for one in above]
    if len(over) < 2 or not all(rows):
        return
    for place in range(min(_MOST_SENDERS, *map(len, rows))):
        changes: dict[Formula, Formula] = {}
        for path, row in zip(over, rows, strict=True):
            assert path.weight is not None
            changes[path.weight] = row[place].weight
        if all(one == other for one, other in changes.items()):
            continue
        first = next(iter(changes.items()))
        formula = with_names(root.formula, changes)
        yield Edit("another layer", ("weights of another sender",), 4, "rows", formula, *first)


def weights_into(made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    """δ that comes back over the weights into the unit itself, or into one beside it."""
    if not made.paths or not all(path.delta and path.weight for path in made.paths):
        return
    unit = made.net.symbol
    assert isinstance(unit, Quantity)
    beside = [other for other, word in relations.neighbours(unit) if other.kind is Kind.NET and word == "neighbour"]
    for one in (unit, *beside):
        terms = terms_of(one, relations)
        if len(terms) >= len(made.paths):
            summed = [multiply(path.upstream, term.weight) for path, term in zip(made.paths, terms, strict=False)]
            formula = made.written(joined("sum", summed), made.slope)
            weight = made.paths[0].weight
            yield Edit("another layer", ("weights into the unit",), 6, "rows", formula, weight, terms[0].weight)


def terms_of(net: Quantity, relations: Relations) -> tuple[Term, ...]:
    """The weights of a unit, each with what it weighs."""
    line = relations.around.derivation.index.get(net)
    return line.parts.terms if line is not None and isinstance(line.parts, NetParts) else ()
