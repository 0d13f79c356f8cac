"""What stands behind the work: the table and the curve of a long training, the total error, what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from math import log10

from backprop_cli.documents.model import (
    Block,
    Curve,
    Equation,
    Heading,
    Lines,
    Math,
    Point,
    Role,
    Say,
    Table,
    Text,
)
from backprop_cli.documents.writing import Writing, has_sample
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.quantities import AFTER, Kind
from backprop_cli.training import TrainingRun
from backprop_cli.words import _


def ending(page: Writing) -> Iterator[Block]:
    """The blocks behind the work."""
    solution = page.solution
    if solution.training is not None and not solution.only:
        yield _heading(_("Training"))
        yield from _training(page, solution.training)
    if errors := tuple(_errors(page)):
        yield _heading(_("Total error"))
        yield Lines(errors)
    if (asked := solution.asked) and not solution.only:
        yield _heading(_("What was asked"))
        yield Lines(tuple(map(page.answer, asked)))


def _heading(text: str) -> Heading:
    return Heading(1, Role.END, (Text(text),))


def _training(page: Writing, run: TrainingRun) -> Iterator[Block]:
    """The table, the curve of the loss, and how it ended."""
    dialect, quantities = page.speller.writer.dialect, list(run.reports[0].values)
    head = [(page.symbol(quantity.bare),) for quantity in quantities]
    rows = [
        ((Text(str(report.epoch)),), *((Math(dialect.decimal(report.values[q].text()).text),) for q in quantities))
        for report in run.reports
    ]
    yield Table(((Text(_("epoch")),), *head), tuple(rows), ("right",) * (1 + len(quantities)))
    yield _curve(page, run)
    if run.stopped:
        said = _("stopped after epoch {epoch}: the loss is below the bound")
        yield Say((Text(said.format(epoch=run.reports[-1].epoch)),))


def _curve(page: Writing, run: TrainingRun) -> Curve:
    loss = next(iter(run.reports[0].values))
    decimal = page.speller.writer.dialect.decimal
    points = [
        Point(report.epoch, Math(decimal(report.values[loss].text()).text), _log10(report.values[loss]))
        for report in run.reports
    ]
    return Curve(_("the loss, on a logarithmic scale"), tuple(points))


def _log10(value: Decimal) -> float | None:
    """The decimal logarithm of a positive value, safe from underflow."""
    if value.digits <= 0:
        return None
    text = str(value.digits)[:15]
    return log10(int(text)) + len(str(value.digits)) - len(text) - value.places


def _errors(page: Writing) -> Iterator[Equation]:
    """The loss of every whole pass, when there is one to compare with."""
    losses = [step for step in page.solution.trace.steps if step.quantity.kind is Kind.LOSS]
    after = [step for step in losses if step.quantity.at == (AFTER,)]
    if not after or page.solution.only:
        return
    before = next((step for step in losses if not has_sample(step.quantity.at)), None)
    for word, step in ((_("before the update"), before), (_("after the update"), after[0])):
        if step is not None:
            yield Equation((Text(word),), page.value(step.value), key=step.quantity.key)
