"""What a solution starts from as data: parameters, inputs, targets, settings, and the optimizer's state."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import STEP_NUMBER
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import Speller


def given_data(problem: Problem, write: Speller) -> dict[str, Any]:
    """By sort, each number as it was written in the file under its key; and by which loss and rule it is trained.

    A number of one of several samples has its address in its key: `sample 2 / x1`. `batch` is null where there is no
    update, `optimizer` too.
    """
    found: dict[str, dict[str, str]] = {sort: {} for sort in ("parameters", "inputs", "targets", "settings", "state")}
    for quantity, value in write.trace.derivation.constants.items():
        if quantity.bare not in (STEP_NUMBER, COUNT):
            found[_sort(problem, quantity)][quantity.key] = write.constant_formula(value).text
    if problem.loss is not None and problem.loss.smoothing is not None:
        found["settings"]["label_smoothing"] = write.constant_formula(problem.loss.smoothing).text
    training = problem.training
    learns = training.learning_rate is not None and training.perceptron is None
    return {
        **found,
        "fixed": [name for name in problem.parameters if name in problem.fixed],
        "loss": None if problem.loss is None else problem.loss.name or "formula",
        "optimizer": training.rule.called if learns else None,
        "maximize": training.rule.maximize,
        "batch": (training.batch or len(problem.samples)) if learns and problem.samples else None,
        "epochs": max(training.epochs, *problem.report) if problem.report else training.epochs,
    }


def _sort(problem: Problem, quantity: Quantity) -> str:
    """Where a number is listed."""
    if quantity.kind is Kind.INPUT:
        return "inputs"
    if quantity.kind is Kind.TARGET:
        return "targets"
    if quantity.kind is Kind.PARAMETER:
        return "parameters" if quantity.name in problem.parameters else "state"
    return "settings"
