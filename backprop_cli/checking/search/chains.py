"""Edits of gradients that follow several paths: one path with a part of its slope, the value for every slope."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, multiply
from backprop_cli.algebra.parts import ChainParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, joined
from backprop_cli.checking.search.roots import Root

_FEWEST = 2  # paths: of one alone the other modules leave out and exchange every part


def chain_edits(root: Root, made: ChainParts) -> Iterator[Edit]:
    """Every edit of this module on a gradient."""
    if len(made.paths) < _FEWEST:
        return
    for path in made.paths:
        short = _without_its_complement(path.local)
        if short is not None:
            whole = multiply(path.upstream, short)
            yield Edit("only", ("only", "path with a part of its slope"), 4, "only a part of a path", whole, whole)
    own = root.line.quantity
    if own.by is not None and all(path.gradient is not None for path in made.paths):
        value = Name(own.by.at_address(own.at))
        total = joined("sum", [multiply(path.upstream, value) for path in made.paths])
        key = ("wide", "own value for slopes")
        yield Edit("values for slopes", key, 3, "own value", total, made.paths[0].local, value)


def _without_its_complement(slope: Formula) -> Formula | None:
    """The y of y·(1 − y), also where the slope has a name: who forgets that a share grows at the cost of others."""
    match slope:
        case Apply("product", factors):
            for factor in factors:
                match factor:
                    case Apply("sum", (first, Apply("negative", (other,)))) if first == ONE and other in factors:
                        return joined("product", [one for one in factors if one is not factor])
        case Name(Quantity(kind=Kind.LOCAL, of=Quantity() as of, at=at)):
            return Name(of.at_address(at))
    return None
