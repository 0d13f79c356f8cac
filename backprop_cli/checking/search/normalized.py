"""Edits of a normalization: the mean over the other axis, a distance from the mean where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Apply, Formula, Name, Number, number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.edits import Edit, joined
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_MOST = 2  # samples whose units are taken together, and units whose samples are


def normalization_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    match root.formula:
        case Apply("quotient", (Apply("sum", terms), Number() as count)) if count == number(len(terms)):
            names = [term.symbol for term in terms if isinstance(term, Name)]
            if len(names) == len(terms):
                yield from _over_the_other_axis(root, relations, [one for one in names if isinstance(one, Quantity)])
        case Apply("quotient", (Name() as value, Name(Quantity() as size))):
            yield from _centred(root, relations, value, size)


def _over_the_other_axis(root: Root, relations: Relations, names: list[Quantity]) -> Iterator[Edit]:
    """The mean of one unit over the samples as that of one sample over the units, and the other way round."""
    around = relations.around
    layer = around.layer_of(names[0].name)
    if layer is None:
        return
    if len({one.name for one in names}) == 1:
        others = [[_replace(one, name=unit) for unit in around.units(layer)] for one in names[:_MOST]]
    else:
        others = [[one, *relations.samples(one)] for one in names[:_MOST]]
    for group in others:
        known = [one for one in group if relations.is_known(one)]
        if len(known) > 1:
            mean = joined("sum", [Name(one) for one in known]) / len(known)
            yield Edit("over the other axis", ("over the other axis",), 6, "over the other axis", mean,
                       root.formula, mean)  # fmt: skip


def _centred(root: Root, relations: Relations, value: Name, size: Quantity) -> Iterator[Edit]:
    """x/rms as (x − mean)/rms, as layer normalization has it."""
    match relations.around.derivation.formula_of(size):
        case Apply("sqrt", (Apply("quotient", (Apply("sum", squares), Number())),)):
            bases = [one.arguments[0] for one in squares if isinstance(one, Apply) and one.operation == "power"]
        case _:
            return
    if len(bases) == len(squares) and value in bases:
        distance: Formula = value - joined("sum", bases) / len(bases)
        yield Edit("standardized", ("standardized", "centred"), 5, "standardized", distance / Name(size),
                   root.formula, distance / Name(size))  # fmt: skip
