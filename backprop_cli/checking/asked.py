"""What a sheet asks for: which quantities, in the order of the work, and to how many digits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.quantities import AFTER, Kind, Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Detail, Problem

_BY_FIGURES = (Kind.DELTA, Kind.GRADIENT, Kind.LOCAL, Kind.PATH, Kind.AUX)
FIGURES = Rounding(figures=4)
PLACES = Rounding(places=4)


def worked_out(problem: Problem) -> Problem:
    """The problem as far as it is done by hand: of a long training with `report`, the first epoch."""
    if not problem.report:
        return problem
    return _replace(problem, training=_replace(problem.training, epochs=1))


def textbook(problem: Problem) -> Derivation:
    """The lines that a textbook writes."""
    return derive(worked_out(problem), Detail.TEXTBOOK)


def asked_lines(problem: Problem, everything: bool = False) -> list[Line]:
    """The lines that the exercise asks for (`ask`); without `ask`, or with `everything`, all that are worked out."""
    lines = textbook(problem).lines
    if problem.ask and not everything:
        names = frozenset(problem.ask)
        return [line for line in lines if is_among(names, line.quantity)]
    return [line for line in lines if not line.given]


def is_meant(name: str, quantity: Quantity) -> bool:
    """Whether a name in `ask` or `marks` means the quantity: without an address, in every pass but the one after."""
    return is_among((name,), quantity)


def is_among(names: Collection[str], quantity: Quantity) -> bool:
    """Whether one of the names means the quantity."""
    return quantity.key in names or (AFTER not in quantity.at and quantity.bare_key in names)


def digits_asked(problem: Problem, quantity: Quantity) -> Rounding:
    """To how many digits a quantity is shown: as the problem rounds or its marking asks, else four.

    Four places for what has the size of the data, four figures for derivatives and for what an optimizer writes down.
    """
    for asked in (problem.rounding, problem.marking.digits):
        if asked is not None and (rule := asked.of(quantity.kind)) is not None:
            return rule
    is_state = quantity.kind is Kind.NEW and quantity.name not in problem.parameters
    return FIGURES if quantity.kind in _BY_FIGURES or is_state else PLACES
