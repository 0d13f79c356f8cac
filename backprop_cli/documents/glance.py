"""Several epochs or steps that were worked out, at a glance: the loss and the parameters after each, in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.quantities import Kind, Quantity, place
from backprop_cli.deriving.networks import parameter
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.model import Block, Heading, Inline, Role, Text
from backprop_cli.documents.writing import MANY, Writing
from backprop_cli.ground.words import _

_FEW = 3  # epochs that need no table
_SAMPLES = 4  # whose losses have columns of their own


def blocks(page: Writing) -> Iterator[Block]:
    """The table, a row for the start and for each epoch; nothing for few epochs, and where letters have no values."""
    word = "step" if page.problem.gradients and page.problem.training.epochs == 1 else "epoch"
    trace = page.solution.trace
    count = max((place(step.quantity.at, word) or 0 for step in trace.steps), default=0)
    names = [name for name in page.problem.parameters if name not in page.problem.fixed]
    open_ = any(step.value is None for step in trace.steps)
    if count < _FEW or len(names) > MANY or page.problem.training.perceptron or open_:
        return
    from backprop_cli.documents.runs import table

    titles = {"epoch": _("The epochs at a glance"), "step": _("The steps at a glance")}
    yield Heading(1, Role.END, (Text(titles[word]),))
    by_number: list[dict[Quantity, Step]] = [{} for _number in range(count + 1)]
    for step in trace.steps:
        by_number[place(step.quantity.at, word) or 0][_within(step.quantity, word)] = step
    columns = [*_losses(page, by_number[1:]), *(_parameter(page, name, by_number[1:]) for name in names)]
    yield table({"epoch": _("epoch"), "step": _("no.")}[word], [str(number) for number in range(count + 1)], columns)


def _within(quantity: Quantity, word: str) -> Quantity:
    """The quantity without its epoch; of a parameter only the last value counts, whichever sample it comes from."""
    if quantity.kind is Kind.NEW:
        return quantity.bare
    return quantity.at_address(tuple(one for one in quantity.at if one.word != word))


def _losses(page: Writing, epochs: Sequence[dict[Quantity, Step]]) -> Iterator[list[Inline]]:
    """The losses and metrics that each epoch has, of all samples or of each of a few; none in the row of the start."""
    first = [quantity for quantity in epochs[0] if quantity.kind in (Kind.LOSS, Kind.METRIC)]
    together = [quantity for quantity in first if not quantity.at]
    for quantity in together or (first if len(first) <= _SAMPLES else []):
        cells: list[Inline] = [(page.decimal(epoch[quantity].value.decimal),) for epoch in epochs if quantity in epoch]
        if len(cells) == len(epochs):
            yield [(page.symbol(quantity, ()),), (), *cells]


def _parameter(page: Writing, name: str, epochs: Sequence[dict[Quantity, Step]]) -> list[Inline]:
    """The values of a parameter: at the start and after each epoch."""
    own, new = parameter(name), Quantity(Kind.NEW, name)
    cells: list[Inline] = [(page.decimal(page.solution.trace.value(own).decimal),)]
    for epoch in epochs:
        cells.append((page.decimal(epoch[new].value.decimal),) if new in epoch else cells[-1])
    return [(page.name(name),), *cells]
