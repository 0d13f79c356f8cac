"""Mistakes that need not be searched for, because somebody saw them being made: in a program, while it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.mistakes import MISTAKES
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.checking.report import Report
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_
from backprop_cli.numbers.exact import rational

NOT_ZEROED = MISTAKES["not-zeroed"]
DETACHED = Mistake(
    "detached", n_("no gradient came back to here: behind this layer the graph is cut"), lambda part: iter(()),
    n_("detach(), .data, item(), numpy() and torch.no_grad() end the chain rule: go on with the tensor itself"),
)  # fmt: skip


@record(slots=False)
class Observation:
    """A mistake that was seen, and what it makes of each line in which it was made."""

    mistake: Mistake
    formulas: Mapping[Quantity, Formula]


def with_observed(report: Report, seen: Observation) -> Report:
    """The report with this mistake in place of what was guessed of its lines; lines that are right stay so."""
    cause = Hypothesis(seen.mistake, "", seen.formulas)
    marks = []
    for mark in report.marks:
        if mark.quantity in seen.formulas and mark.written and mark.verdict.rule not in FULL_MARKS:
            verdict = Verdict(mark.quantity, Outcome.MISTAKE, causes=(cause,))
            marks.append(_replace(mark, verdict=verdict, earned=rational(0)))
        else:
            marks.append(mark)
    return _replace(report, marks=tuple(marks))
