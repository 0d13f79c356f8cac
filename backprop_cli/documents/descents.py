"""The descents on the curve of the loss, where one parameter is updated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.documents.comparisons import letter, run_name
from backprop_cli.documents.model import Block, Heading, Mark, Plot, Role
from backprop_cli.documents.runs import looked_at
from backprop_cli.documents.writing import Writing, inline
from backprop_cli.ground.words import _
from backprop_cli.training.landscape import Landscape


def blocks(page: Writing) -> Iterator[Block]:
    """A picture for each landscape of the solution, its points numbered by their epochs."""
    landscapes, comparison = page.solution.landscapes, page.solution.comparison
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
