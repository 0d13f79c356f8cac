"""Whether lint would warn, and of what first: the same answer as lint's, found without looking for enough digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.elsewhere import Elsewhere
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.lint import MANY_DIGITS, RATES, WARNED
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.telling import Telling
from backprop_cli.health.findings import health_of


def warnings_of(key: AnswerKey) -> Iterator[tuple[str, str]]:
    """The kinds of lint's warnings, each with the mistake or ailment it is about, the cheapest to find first."""
    problem = key.worked.problem
    lines = tuple(line.quantity for line in asked_lines(key.worked) if line.quantity in key.order)
    telling = Telling(key, Marking(problem), lines)
    yield from _coinciding(telling)
    yield from _hidden(telling)
    if not problem.gradients and problem.training.perceptron is None:
        for finding in health_of(key.worked).findings:
            if finding.ailment in WARNED:
                yield finding.ailment.value, finding.ailment.value


def _hidden(telling: Telling) -> Iterator[tuple[str, str]]:
    """The mistakes that no line tells from the right answer, although other numbers, or a few more digits, would."""
    touched: dict[str, list[tuple[Hypothesis, Quantity]]] = {}
    for quantity in telling.lines:
        for hypothesis in telling.table.of(quantity):
            touched.setdefault(hypothesis.mistake.name, []).append((hypothesis, quantity))
    elsewhere = Elsewhere(telling.key)
    for name, spots in touched.items():
        if _is_told(telling, spots) or all(elsewhere.is_right(*spot) for spot in spots):
            continue
        if not any(telling.needs_more_than(MANY_DIGITS, *spot) for spot in spots):
            yield "hidden", name


def _is_told(telling: Telling, spots: Sequence[tuple[Hypothesis, Quantity]]) -> bool:
    """Whether some line tells a mistake; first asked are those where it differs greatly, which is soon seen."""
    spots = sorted(spots, key=lambda spot: telling.is_near(*spot))
    return any(telling.tells(*spot) for spot in spots)


def _coinciding(telling: Telling) -> Iterator[tuple[str, str]]:
    """Pairs of mistakes of which one is about the learning rate, and that give the same number."""
    for quantity in telling.lines:
        for first, second in telling.same(quantity, RATES):
            if first.mistake.name != second.mistake.name:
                yield "coinciding", first.mistake.name
