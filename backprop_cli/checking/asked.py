"""What a sheet asks for: which quantities, in the order of the work, and to how many digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.references import looked_up, meant_by
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem
from backprop_cli.solving.worked import WorkedProblem

_BY_FIGURES = (Kind.DELTA, Kind.GRADIENT, Kind.LOCAL, Kind.PATH, Kind.AUX)
FIGURES = Rounding(figures=4)
PLACES = Rounding(places=4)
WHOLE = Rounding(places=0)


def asked_lines(worked: WorkedProblem, everything: bool = False, first_gradient: bool = False) -> list[Line]:
    """The lines that the exercise asks for (`ask`); without `ask`, or with `everything`, all that textbooks write.

    Without `ask`, ∂f/∂f is only asked for where `marks` says what it is worth, or with `first_gradient`: there is
    nothing to compute.
    Behind them stand what is asked for, or with `everything` all that it comes to, of a training that is only reported.
    """
    lines, reported = worked.derivation().lines, worked.reported.lines
    if worked.problem.asks_no_numbers and not everything:
        return []
    open_ = worked.problem.lettered
    if worked.problem.ask and not everything:
        asked = frozenset(meant_by(worked.problem.ask, (line.quantity for line in (*lines, *reported)))) - open_
        return [line for line in (*lines, *reported) if line.quantity in asked]
    there = [*(line for line in lines if not line.given), *(worked.reported.reached if everything else ())]
    left_out = open_ if everything or first_gradient else {*open_, *_by_themselves(worked.problem, lines)}
    return [line for line in there if line.quantity not in left_out]


def _by_themselves(problem: Problem, lines: Iterable[Line]) -> Iterator[Quantity]:
    """The derivative of what is differentiated with respect to itself."""
    for one in (line.quantity for line in lines):
        if one.of is not None and one.of == one.by and not looked_up(problem.marks, one):
            yield one


def printed_lines(worked: WorkedProblem) -> list[Line]:
    """Those of the asked lines that a sheet has a row for: one that is worth nothing only where `ask` names it."""
    problem, lines = worked.problem, asked_lines(worked)
    if problem.ask or not problem.marks:
        return lines
    return [line for line in lines if looked_up(problem.marks, line.quantity) != 0]


def asked_formulas(worked: WorkedProblem) -> list[Line]:
    """The lines that the exercise asks for as formulas in letters, as a textbook writes them."""
    if not worked.problem.ask_formulas:
        every = worked.problem.stood_in and not worked.problem.ask
        return [line for line in worked.derivation().lines if not line.given] if every else []
    lines = [line for line in worked.derivation(then_forward=True).lines if not line.given]
    textbook = {line.quantity for line in lines}
    lines += [line for line in worked.exactly.full.lines if not line.given and line.quantity not in textbook]
    asked = frozenset(meant_by(worked.problem.ask_formulas, (line.quantity for line in lines)))
    return [line for line in lines if line.quantity in asked]


def digits_asked(problem: Problem, quantity: Quantity) -> Rounding:
    """To how many digits a quantity is shown: as the problem rounds or its marking asks, else four.

    Four places for what has the size of the data, four figures for derivatives and for what an optimizer writes down;
    the number of an epoch is a whole one.
    """
    if quantity.kind is Kind.EPOCH:
        return WHOLE
    for asked in (problem.rounding, problem.marking.digits):
        if asked is not None and (rule := asked.of(quantity.kind)) is not None:
            return rule
    is_state = quantity.kind is Kind.NEW and quantity.name not in problem.parameters
    return FIGURES if quantity.kind in _BY_FIGURES or is_state else PLACES
