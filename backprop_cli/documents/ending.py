"""What stands behind the work: training, comparisons, descents, the total error, what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.documents import comparisons, perceptrons, runs
from backprop_cli.documents.comparisons import letter, run_name
from backprop_cli.documents.model import Block, Equation, Heading, Lines, Mark, Plot, Role, Text
from backprop_cli.documents.runs import looked_at
from backprop_cli.documents.writing import Writing, has_sample, inline
from backprop_cli.landscape import Landscape
from backprop_cli.quantities import AFTER, Kind
from backprop_cli.words import _


def ending(page: Writing) -> Iterator[Block]:
    """The blocks behind the work."""
    solution = page.solution
    if not solution.only:
        if solution.training is not None:
            yield from runs.blocks(page, solution.training)
        if solution.comparison is not None:
            yield from comparisons.blocks(page, solution.comparison)
        yield from _plots(page)
        if solution.problem.training.perceptron is not None:
            yield from perceptrons.blocks(page)
    if errors := tuple(_errors(page)):
        yield Heading(1, Role.END, (Text(_("Total error")),))
        yield Lines(errors)
    if (asked := solution.asked) and not solution.only:
        yield Heading(1, Role.END, (Text(_("What was asked")),))
        yield Lines(tuple(map(page.answer, asked)))


def _plots(page: Writing) -> Iterator[Block]:
    """A picture for each landscape, its points numbered by their epochs."""
    landscapes, comparison = page.solution.landscapes, page.solution.comparison
    if not landscapes:
        return
    one, several = _("The descent on the curve of {loss}"), _("The descents on the curve of {loss}")
    loss = looked_at(page, landscapes[0].loss)
    yield Heading(1, Role.END, inline(one if len(landscapes) == 1 else several, loss=loss))
    for index, landscape in enumerate(landscapes):
        of_rates = comparison is not None and comparison.of_rates
        caption = run_name(page, comparison.trials[index], index) if comparison is not None and of_rates else ()
        marks, remarks = tuple(_marks(landscape)), tuple(_remarks(landscape))
        yield Plot(caption, page.symbol(landscape.parameter), loss, landscape.curve, marks, remarks)


def _marks(landscape: Landscape) -> Iterator[Mark]:
    """The points; of several descents, with the letter of each."""
    several = len(landscape.descents) > 1
    for number, points in enumerate(landscape.descents):
        for point in points:
            yield Mark(point.place.value, point.loss.value, f"{letter(number) if several else ''}{point.epoch}")


def _remarks(landscape: Landscape) -> Iterator[str]:
    """Which points lie outside."""
    for number, epochs in enumerate(landscape.beyond):
        if epochs:
            yield _outside("" if len(landscape.beyond) == 1 else letter(number), epochs)


def _outside(which: str, epochs: Sequence[int]) -> str:
    first, last = epochs[0], epochs[-1]
    if first == last:
        return _("{letter}{epoch} lies outside the picture").format(letter=which, epoch=first)
    said = _("{letter}{first} to {letter}{last} lie outside the picture")
    return said.format(letter=which, first=first, last=last)


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
