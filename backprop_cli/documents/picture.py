"""The picture at the top of a document: the network or the graph, with the numbers of its one pass."""

from __future__ import annotations

from backprop_cli.algebra.quantities import AFTER
from backprop_cli.deriving.trace import Trace
from backprop_cli.pictures.facts import Show, facts_of
from backprop_cli.pictures.items import Picture
from backprop_cli.pictures.kinds import picture_of
from backprop_cli.problem.letters import letters_of
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.solver import solve
from backprop_cli.views.edges import passes_in

_DIGITS = 4  # of a number in a picture
_MOST_LINES = 600  # of a solution that is solved again, for numbers of fewer digits


def picture(solution: Solution, kind: str, numbers: bool) -> Picture:
    """The network or the graph; without numbers where there are several passes, each with its own."""
    problem, derivation = solution.problem, solution.trace.derivation
    passes = [address for address in passes_in(derivation) if AFTER not in address]
    few = len(passes) == 1 and len(derivation.lines) <= _MOST_LINES
    if not numbers or not few or letters_of(problem):
        return picture_of(problem, kind, facts_of(problem, None, Show.NAMES))
    return picture_of(problem, kind, facts_of(problem, _short(solution), Show.GRADIENTS))


def _short(solution: Solution) -> Solution:
    """The solution with so few digits that they fit beside a line."""
    trace: Trace = solve(solution.trace.derivation, solution.rounding, _DIGITS)
    return Solution(solution.problem, trace, solution.detail)
