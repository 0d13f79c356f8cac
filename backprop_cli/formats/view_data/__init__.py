"""The views of `backprop solve` as JSON, in canonical names: one module a view."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.formats.json import step_as_data
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import Speller

_NOT_OF_A_LINE = ("phase", "epoch", "sample", "given")


def as_json(data: Mapping[str, Any]) -> str:
    """The data of a view as JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def head(problem: Problem, view: str, trace: Trace) -> dict[str, Any]:
    """Which view of which problem it is, and what its numbers are."""
    arithmetic = "rounded" if trace.rounded else "exact"
    return {"problem": problem.title, "view": view, "arithmetic": arithmetic, "digits": trace.digits}


def line_as_data(step: Step, write: Speller) -> dict[str, Any]:
    """A line's quantity, formula, numbers and value."""
    return {key: value for key, value in step_as_data(step, write).items() if key not in _NOT_OF_A_LINE}


def value_as_data(value: Value | None) -> dict[str, Any] | None:
    """A value without a line: its decimal, the fraction if it is a short one, and whether the decimal is all of it."""
    if value is None:
        return None
    exact = value.exact if value.decimal.whole_truth or value.short_fraction else None
    return {
        "exact": None if exact is None else str(exact),
        "decimal": value.decimal.text(),
        "is_exact": value.decimal.whole_truth,
    }
