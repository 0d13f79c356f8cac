"""The descent on the curve of the loss, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from backprop_cli.formats import layout
from backprop_cli.formats import trials as comparisons
from backprop_cli.formats.plot import Mark, plot
from backprop_cli.formats.training import Page, symbol
from backprop_cli.landscape import Landscape
from backprop_cli.trials import Comparison
from backprop_cli.words import _

_HEIGHT = 14
_LOWER = 9  # rows where there are several pictures
_WIDEST = 100


def parts(page: Page, landscapes: Sequence[Landscape], comparison: Comparison | None) -> Iterator[RenderableType]:
    """A picture for each landscape, its points numbered by their epochs."""
    if not landscapes:
        return
    one = landscapes[0]
    names = page.symbol(one.parameter), symbol(page, one.loss)
    title = (
        _("The descent on the curve of {loss}") if len(landscapes) == 1 else _("The descents on the curve of {loss}")
    )
    yield Text(title.format(loss=names[1]), "bold magenta")
    for index, landscape in enumerate(landscapes):
        if comparison is not None and comparison.of_rates:
            yield Text(f"   {comparisons.name(page, comparison.trials[index], index)}", "bold cyan")
        height = _LOWER if len(landscapes) > 2 else _HEIGHT
        width = min(page.width, _WIDEST) - 4
        lines = plot(landscape.curve, _marks(landscape), names, width, height, page.ascii)
        yield layout.indented(Text("\n").join(lines), 2)
        for number, epochs in enumerate(landscape.beyond):
            if epochs:
                which = "" if len(landscape.beyond) == 1 else comparisons.letter(number)
                yield page.paragraph(page.plain(_outside(which, epochs)), "dim", 3)
        yield Text()


def _marks(landscape: Landscape) -> list[Mark]:
    """The points; of several descents, with the letter of each."""
    several = len(landscape.descents) > 1
    return [
        Mark(point.place.value, point.loss.value, f"{comparisons.letter(number) if several else ''}{point.epoch}")
        for number, points in enumerate(landscape.descents)
        for point in points
    ]


def _outside(which: str, epochs: Sequence[int]) -> str:
    first, last = epochs[0], epochs[-1]
    if first == last:
        return _("{letter}{epoch} lies outside the picture").format(letter=which, epoch=first)
    said = _("{letter}{first} to {letter}{last} lie outside the picture")
    return said.format(letter=which, first=first, last=last)
