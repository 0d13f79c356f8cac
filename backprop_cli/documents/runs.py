"""A long training in a document: what was looked at after each reported epoch, the loss as a curve, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log10

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.documents.model import Block, Curve, Heading, Inline, Math, Point, Role, Say, Table, Text
from backprop_cli.documents.writing import Writing
from backprop_cli.ground import limits
from backprop_cli.ground.words import _, n_
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.training.runs import TrainingRun


def blocks(page: Writing, run: TrainingRun) -> Iterator[Block]:
    """The table, the curve of the loss, and how it ended."""
    yield Heading(1, Role.END, (Text(_("Training")),))
    columns: list[list[Inline]] = [
        [(looked_at(page, quantity),), *((page.decimal(report.values[quantity]),) for report in run.reports)]
        for quantity in run.quantities
    ]
    if any(report.rate is not None for report in run.reports):
        rates: list[Inline] = [() if report.rate is None else (page.decimal(report.rate),) for report in run.reports]
        columns.insert(0, [(page.symbol(LEARNING_RATE),), *rates])
    yield table(_("epoch"), [str(report.epoch) for report in run.reports], columns)
    yield from curve(page, _("the loss, on a logarithmic scale"), {"": run})
    for sentence in endings(run):
        yield Say((Text(sentence),))


def curve(page: Writing, caption: str, runs: Mapping[str, TrainingRun]) -> Iterator[Curve]:
    """The losses of the runs over the epochs; nothing where none has two points."""
    points = {
        name: tuple(Point(report.epoch, page.decimal(report.loss), log10_of(report.loss)) for report in run.reports)
        for name, run in runs.items()
        if run.has_loss
    }
    drawn = {name: some for name, some in points.items() if sum(point.log10 is not None for point in some) > 1}
    if drawn:
        yield Curve(caption, tuple(drawn.items()))


def looked_at(page: Writing, quantity: Quantity) -> Math:
    """The symbol of a quantity after an epoch, with its sample where there are several."""
    return page.symbol(quantity, ())


def table(heading: str, rows: Sequence[str], columns: Sequence[Sequence[Inline]]) -> Table:
    """Columns, each a heading and its cells, beside the names of the rows."""
    head = ((Text(heading),), *(column[0] for column in columns))
    body = [((Text(row),), *(column[index] for column in columns)) for index, row in enumerate(rows, start=1)]
    return Table(head, tuple(body), ("right",) * len(head))


STOPPED = {
    "loss_below": n_("stopped after epoch {epoch}: the loss is below the bound"),
    "loss_above": n_("stopped after epoch {epoch}: the loss is above the bound"),
    "change_below": n_("stopped after epoch {epoch}: the loss has changed by less than the bound"),
    "step_below": n_("stopped after epoch {epoch}: the step is shorter than the bound"),
    "gradient_below": n_("stopped after epoch {epoch}: the gradient is shorter than the bound"),
}


def endings(run: TrainingRun) -> Iterator[str]:
    """Why training ended before its last epoch, if it did."""
    last = run.reports[-1].epoch
    if run.stopped:
        yield _(STOPPED[run.stopped]).format(epoch=last)
    if run.gone is not None:
        said = _("ended after epoch {epoch}: a value is beyond 1e{size}")
        yield said.format(epoch=run.gone, size=limits.HUGE)
    if run.failure:
        yield _("ended after epoch {epoch}: {failure}").format(epoch=last, failure=run.failure)


def log10_of(value: Decimal) -> float | None:
    """The decimal logarithm of a positive value, safe from underflow."""
    if value.digits <= 0:
        return None
    text = str(value.digits)[:15]
    return log10(int(text)) + len(str(value.digits)) - len(text) - value.places
