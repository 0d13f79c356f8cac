"""A solution in letters as JSON."""

from __future__ import annotations

from typing import Any, cast

from backprop_cli.deriving.trace import Step
from backprop_cli.formats.json import line_data, step_as_data
from backprop_cli.problem.letters import letters_of
from backprop_cli.solving.closed import OpenStep
from backprop_cli.solving.symbolic import SymbolicSolution, SymbolicSpeller, symbolic_speller
from backprop_cli.writing.dialects import PROGRAM


def as_data(solution: SymbolicSolution) -> dict[str, Any]:
    """The solution as data: a line has a decimal where it is a number, else its closed formula."""
    write = symbolic_speller(solution, PROGRAM, "plain")
    return {
        "problem": solution.problem.title,
        "arithmetic": "symbolic",
        "letters": list(letters_of(solution.problem)),
        "digits": solution.trace.digits,
        "detail": solution.detail.value,
        "steps": [step_in_letters(step, write) for step in solution.trace.steps],
    }


def step_in_letters(step: OpenStep, write: SymbolicSpeller) -> dict[str, Any]:
    """A line as data: its value where it is a number, else its closed formula."""
    if step.value is not None:
        return {**step_as_data(Step(step.line, step.value), write), "closed": None, "where": {}}
    closed = step.full or step.short
    uses = () if closed is None else dict.fromkeys(write.uses(closed))
    return {
        **line_data(cast(Any, step), write, {"exact": None, "decimal": None, "is_exact": False}),
        "closed": None if closed is None else write.closed(closed, step.quantity.at),
        "where": {one.key: write.where(one, step.quantity.at)[2] for one in uses},
    }
