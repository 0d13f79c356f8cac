"""The points of an exercise, shared out among the lines that it asks for."""

from __future__ import annotations

from backprop_cli.algebra.references import Reference
from backprop_cli.checking.asked import asked_formulas, asked_lines
from backprop_cli.checking.comparable import comparable
from backprop_cli.checking.marking import Marking
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.reader import Loaded
from backprop_cli.questions.table import questions_of
from backprop_cli.solving.worked import WorkedProblem


def shared_out(loaded: Loaded, points: Rational) -> dict[Reference, Rational] | None:
    """The marks of each line that is asked for, in proportion to its own, adding up to points; None: all are 0."""
    loaded = comparable(loaded)
    worked, marking = WorkedProblem.of(loaded), Marking(loaded.problem)
    values = {Reference.to(line.quantity): marking.worth(line.quantity) for line in asked_lines(worked)}
    formulas = {Reference.to(line.quantity): marking.worth_of_formula(line.quantity) for line in asked_formulas(worked)}
    words = {Reference.to(one.quantity): marking.worth(one.quantity) for one in questions_of(worked)}
    beside = sum((worth for one, worth in formulas.items() if one in values), rational(0))  # worth what they are
    every = formulas | values | words
    total = sum(every.values(), rational(0))
    if total == 0 or points <= beside:
        return None
    return {one: worth * (points - beside) / total for one, worth in every.items()}
