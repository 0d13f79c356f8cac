"""The worked solution as JSON: one object a step, in canonical names, with exact value and correct decimal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import AFTER, Address, Quantity, place
from backprop_cli.algebra.references import REPORT, RUNS, is_reported
from backprop_cli.deriving.trace import Step, Value
from backprop_cli.formats.given_data import given_data
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.writing.dialects import PROGRAM

if TYPE_CHECKING:
    from backprop_cli.training.landscape import Landscape
    from backprop_cli.training.quadratics import Quadratic
    from backprop_cli.training.runs import TrainingRun
    from backprop_cli.training.trials import Trial, TrialComparison


def as_data(solution: Solution) -> dict[str, Any]:
    """The solution as plain data; quantities go by their canonical keys, whatever the problem's notation."""
    write = speller(solution.problem, solution.trace, PROGRAM, "plain")
    return {
        "problem": solution.problem.title,
        "arithmetic": "rounded" if solution.trace.rounded else "exact",
        "digits": solution.trace.digits,
        "detail": solution.detail.value,
        "given": given_data(solution.problem, write),
        "steps": [step_as_data(step, write) for step in (*solution.trace.steps, *solution.chosen_of_report)],
        **({"training": _training(solution.training)} if solution.training else {}),
        **(_comparison(solution.comparison, write) if solution.comparison else {}),
        **({"descents": [_descent(one) for one in solution.landscapes]} if solution.landscapes else {}),
        **(
            {"perceptron": _perceptron(solution)}
            if solution.problem.training.perceptron and not solution.is_part
            else {}
        ),
    }


def _training(run: TrainingRun) -> dict[str, Any]:
    """The reports of a long training: the loss and the values after each reported epoch (0: before the first)."""
    reports = [
        {
            "epoch": report.epoch,
            **({"learning_rate": report.rate.text()} if report.rate is not None else {}),
            "loss": None if report.value is None else report.loss.text(),
            "values": {_bare(name): value.text() for name, value in report.values.items()},
        }
        for report in run.reports
    ]
    ending: dict[str, Any] = {"gone_after": run.gone} if run.gone is not None else {}
    if run.stopped:
        ending |= {"stopped_after": run.reports[-1].epoch, "stopped_by": run.stopped}
    if run.failure:
        ending["failure"] = run.failure
    return {"stopped": bool(run.stopped), **ending, "reports": reports}


def _comparison(comparison: TrialComparison, write: Speller) -> dict[str, Any]:
    """The runs at several learning rates, or from several starts, each with its reports and what is said of it."""
    if not comparison.of_rates:
        return {"starts": [_start(trial, write) for trial in comparison.trials]}
    return {
        "learning_rates": [_rate(trial, write) for trial in comparison.trials],
        "parabola": None if comparison.quadratic is None else _parabola(comparison.quadratic, write),
    }


def _rate(trial: Trial, write: Speller) -> dict[str, Any]:
    assert trial.rate is not None
    assert trial.verdict is not None
    factor = trial.verdict.factor
    return {
        "learning_rate": write.constant_formula(trial.rate).text,
        "verdict": trial.verdict.word.value,
        **({} if factor is None else {"factor": _number(factor, write)}),
        **_training(trial.run),
    }


def _start(trial: Trial, write: Speller) -> dict[str, Any]:
    minimum = trial.minimum
    between = None if minimum is None else [_number(minimum.low, write), _number(minimum.high, write)]
    start = {name: write.constant_formula(value).text for name, value in (trial.start or {}).items()}
    return {"start": start, "minimum_between": between, **_training(trial.run)}


def _parabola(quadratic: Quadratic, write: Speller) -> dict[str, Any]:
    """E″, the minimum, and the rates 1/E″ and 2/E″, which mean something where there is one."""
    lowest = quadratic.has_minimum
    return {
        "parameter": quadratic.parameter.key,
        "second_derivative": _number(quadratic.curvature, write),
        "minimum": _number(quadratic.still, write) if lowest and quadratic.still is not None else None,
        "fastest": _number(quadratic.fastest, write) if lowest else None,
        "bound": _number(quadratic.bound, write) if lowest else None,
    }


def _number(value: Real, write: Speller) -> str:
    """An exact number as such, another one in decimals."""
    if isinstance(value, Rational) and len(str(value)) <= _LONGEST:
        return str(value)
    with precision(_BITS):
        return to_digits(value, write.trace.digits).text()


def _descent(landscape: Landscape) -> dict[str, Any]:
    """The points that are drawn on the curve of the loss, descent by descent."""
    return {
        "parameter": landscape.parameter.key,
        "paths": [
            [{"epoch": p.epoch, "value": p.place.text(), "loss": p.loss.text()} for p in points]
            for points in landscape.descents
        ],
    }


def _perceptron(solution: Solution) -> dict[str, Any]:
    """How the perceptron rule ended; `repeats` is the epoch from which on everything is as before."""

    from backprop_cli.training.perceptron_run import outcome_of

    outcome = outcome_of(solution.problem, solution.trace)
    return {
        "clean": outcome.clean,
        "epochs": outcome.epochs,
        "corrections": outcome.corrections,
        "repeats": outcome.repeats,
        "inseparable": outcome.inseparable,
    }


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
    reported = place(address, REPORT)
    of_all = (
        reported is not None
        or place(address, "batch") is not None
        or address in write.trace.derivation.together.values()
    )
    return {
        "phase": step.line.phase.value,
        "epoch": None if reported == 0 else reported or place(address, "epoch") or 1,
        "sample": place(address, "sample") or (None if of_all else 1),
        "quantity": step.quantity.key,
        "name": step.quantity.bare_key,
        "at": _address(address),
        "formula": None if given else write.formula(step),
        "substituted": None if given else _substituted(step, write),
        **value,
        "given": given,
    }


def _address(address: Address) -> list[str]:
    """The places of an address, with the epoch also where only one is worked out: `report` or not, it is the same."""
    said = {place.word for place in address} & {"epoch", AFTER.word, REPORT, *RUNS}
    return [*([] if said else ["epoch 1"]), *map(str, address)]


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
    if value.exact is not None or is_reported(quantity):
        return None if value.exact is None else str(value.exact)
    closed = write.closed_form(quantity)
    return closed if closed is not None and len(closed) <= _LONGEST else None


_LONGEST = 60
_BITS = 256
