"""The worked solution as JSON: one object a step, in canonical names, with exact value and correct decimal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backprop_cli.formula import Name
from backprop_cli.quantities import AFTER, Quantity, place
from backprop_cli.solution import Solution
from backprop_cli.spelling import Speller, speller
from backprop_cli.trace import Step, Value
from backprop_cli.training import TrainingRun


def render(solution: Solution) -> str:
    """The JSON text; quantities go by their canonical keys, whatever the problem's notation."""
    return json.dumps(as_data(solution), ensure_ascii=False, indent=2) + "\n"


def as_data(solution: Solution) -> dict[str, Any]:
    """The solution as plain data."""
    write = speller(solution.problem, solution.trace, "ascii", "plain")
    return {
        "problem": solution.problem.title,
        "arithmetic": "rounded" if solution.trace.rounded else "exact",
        "digits": solution.trace.digits,
        "detail": solution.detail.value,
        "steps": [step_as_data(step, write) for step in solution.trace.steps],
        **({"training": _training(solution.training)} if solution.training else {}),
    }


def _training(run: TrainingRun) -> dict[str, Any]:
    """The reports of a long training: the values after each reported epoch (0: before the first)."""
    reports = [
        {"epoch": report.epoch, "values": {_bare(name): value.text() for name, value in report.values.items()}}
        for report in run.reports
    ]
    return {"stopped": run.stopped, "reports": reports}


def _bare(quantity: Quantity) -> str:
    """The key without `after`, which every report is."""
    return quantity.key.removeprefix(f"{AFTER} / ")


def step_as_data(step: Step, write: Speller) -> dict[str, Any]:
    """A line with its value."""
    decimal = step.value.decimal
    value = {
        "exact": exact_text(step.quantity, step.value, write),
        "decimal": decimal.text(),
        "is_exact": decimal.whole_truth,
    }
    return line_data(step, write, value)


def line_data(step: Step, write: Speller, value: Mapping[str, Any]) -> dict[str, Any]:
    """A line with its place and its formula, and what is said of its value."""
    address, given = step.quantity.at, step.line.given
    of_all = place(address, "batch") is not None or address in write.trace.derivation.together.values()
    return {
        "phase": step.line.phase.value,
        "epoch": place(address, "epoch") or 1,
        "sample": place(address, "sample") or (None if of_all else 1),
        "quantity": step.quantity.key,
        "formula": None if given else write.formula(step),
        "substituted": None if given else _substituted(step, write),
        **value,
        "given": given,
    }


def _substituted(step: Step, write: Speller) -> str:
    """The formula with the numbers put in; of a line that is only another quantity, that one's value."""
    formula = step.line.formula
    if isinstance(formula, Name):
        assert isinstance(formula.symbol, Quantity)
        return write.given(formula.symbol).text
    return write.numbers(step) or write.formula(step)


def exact_text(quantity: Quantity, value: Value, write: Speller) -> str | None:
    """A fraction, or a short closed form; null where there is neither."""
    if write.trace.rounded:
        return None if value.exact is None else str(value.exact)
    if value.exact is not None and len(str(value.exact)) > _LONGEST:
        return None
    if value.exact is not None:
        return str(value.exact)
    closed = write.closed_form(quantity)
    return closed if closed is not None and len(closed) <= _LONGEST else None


_LONGEST = 60
