"""A problem with letters, made ready for answers to be compared with it: values where there are some, else formulas."""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.formula import Formula, Number, parts_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.references import Reference
from backprop_cli.checking.asked import asked_formulas, asked_lines
from backprop_cli.problem.letters import standing_in
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.worked import WorkedProblem


def comparable(loaded: Loaded) -> Loaded:
    """The problem itself where it has no letters.

    Else one with numbers in their place, so that formulas can be compared, which asks for the values of the lines that
    no letter decides, and for the formulas of the others.
    """
    if not loaded.problem.letters:
        return loaded
    problem = standing_in(loaded.problem)
    derivation = WorkedProblem(problem).derivation(Detail.FULL, then_forward=True)
    problem = _replace(problem, lettered=_lettered(derivation, problem.stood_in))
    worked = WorkedProblem(problem)
    if problem.ask or not (problem.ask_formulas or problem.ask_words):
        values = [line.quantity for line in asked_lines(worked, everything=not problem.ask)]
        wished = WorkedProblem(_replace(problem, ask=(), ask_formulas=problem.ask))
        formulas = [line.quantity for line in asked_formulas(wished) if line.quantity not in values]
        ask_formulas = (*problem.ask_formulas, *map(Reference.to, formulas))
        problem = _replace(problem, ask=tuple(map(Reference.to, values)), ask_formulas=ask_formulas)
    return _replace(loaded, problem=problem, derived=(problem, derivation))


def _lettered(derivation: Derivation, letters: frozenset[str]) -> frozenset[Quantity]:
    """The given numbers that are letters or have some in them, and every line that is computed from one."""
    found = {one for one, formula in derivation.constants.items() if _has(formula, letters)}
    for line in derivation.lines:
        if not found.isdisjoint(quantities_in(line.formula)):
            found.add(line.quantity)
    return frozenset(found)


def _has(formula: Formula, letters: frozenset[str]) -> bool:
    return any(isinstance(part, Number) and part.text in letters for part in parts_in(formula))
