"""The table of a long training: what was looked at after each reported epoch, and the loss as a curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10
from typing import Protocol

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli import limits
from backprop_cli.errors import visible
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.optimizers import LEARNING_RATE
from backprop_cli.quantities import Quantity
from backprop_cli.spelling import Speller
from backprop_cli.training import TrainingRun
from backprop_cli.words import _

_BAR = 24


class Page(Protocol):
    """What a part of the page needs to know of it."""

    width: int
    ascii: bool
    speller: Speller

    def symbol(self, quantity: Quantity) -> str:
        """What a quantity is called here."""

    def equality(self, quantity: Quantity) -> str:
        """A quantity with its value."""

    def plain(self, text: str) -> str:
        """The text in the page's character set."""

    def paragraph(self, text: str, style: str, indent: int) -> Text:
        """A sentence in lines of the page's width."""


def parts(page: Page, run: TrainingRun) -> Iterator[RenderableType]:
    """The table, as many columns as the width has room for, the curve of the loss, and how it ended."""
    yield Text(_("Training"), "bold magenta")
    columns = [
        [symbol(page, quantity), *(number(page, report.values[quantity]) for report in run.reports)]
        for quantity in run.quantities
    ]
    with_rates = any(report.rate is not None for report in run.reports)
    if with_rates:
        rates = ["" if report.rate is None else number(page, report.rate) for report in run.reports]
        columns.insert(0, [page.symbol(LEARNING_RATE), *rates])
    yield from table(page, [str(report.epoch) for report in run.reports], columns, int(with_rates))
    yield Text()
    yield Text("\n").join(_curve(run, page.ascii))
    if ending := "".join(endings(run)):
        yield page.paragraph(ending, "", 3)
    yield Text()


def symbol(page: Page, quantity: Quantity) -> str:
    """The symbol of a quantity after an epoch, with its sample where there are several."""
    return visible(page.speller.writer.symbol(quantity, ()))


def number(page: Page, value: Decimal) -> str:
    """A value in a table."""
    return value.text() if page.ascii else value.text().replace("-", "−")


def endings(run: TrainingRun) -> Iterator[str]:
    """Why training ended before its last epoch, if it did."""
    last = run.reports[-1].epoch
    if run.stopped:
        yield _("stopped after epoch {epoch}: the loss is below the bound").format(epoch=last)
    if run.gone is not None:
        said = _("ended after epoch {epoch}: a value is beyond 1e{size}")
        yield said.format(epoch=run.gone, size=limits.HUGE)
    if run.failure:
        yield _("ended after epoch {epoch}: {failure}").format(epoch=last, failure=run.failure)


def table(
    page: Page, rows: Sequence[str], columns: Sequence[Sequence[str]], bold: int = -1, heading: str | None = None
) -> Iterator[RenderableType]:
    """Columns, each a heading and its cells, as many beside the names of the rows as there is room for, then the rest.

    The rows are epochs unless the `heading` says what else.
    """
    first = _("   epoch") if heading is None else heading
    for start, stop in _pages(columns, page.width - max(map(cell_len, [first, *rows])) - 2):
        grid = Table(box=None, pad_edge=False, padding=(0, 1))
        grid.add_column(first, justify="right", style="dim", no_wrap=True)
        for index in range(start, stop):
            style = "bold green" if index == bold else ""
            grid.add_column(Text(columns[index][0]), justify="right", no_wrap=True, style=style)
        for row, label in enumerate(rows, start=1):
            grid.add_row(label, *(columns[index][row] for index in range(start, stop)))
        yield grid


def _pages(columns: Sequence[Sequence[str]], width: int) -> Iterator[tuple[int, int]]:
    """Which columns stand together: as many as fit."""
    start, used = 0, 0
    for index, column in enumerate(columns):
        room = 2 + max(map(cell_len, column))
        if used + room > width and index > start:
            yield start, index
            start, used = index, 0
        used += room
    yield start, len(columns)


def _curve(run: TrainingRun, ascii_only: bool) -> list[Text]:
    """The loss as bars, on a logarithmic scale."""
    sizes = [_log(report.loss) for report in run.reports]
    known = [size for size in sizes if size is not None]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    bar = "#" if ascii_only else "█"
    lines = [Text(f"   {_('the loss, on a logarithmic scale')}", "dim")]
    for report, size in zip(run.reports, sizes, strict=True):
        share = 0.0 if size is None else (size - low) / (high - low) if high > low else 1.0
        length = 1 + round(share * (_BAR - 1))
        lines.append(Text(f"{report.epoch:>8} ", "dim").append(bar * length, "green"))
    return lines


def _log(value: Decimal) -> float | None:
    """The decimal logarithm of a positive value, safe from underflow."""
    if value.digits <= 0:
        return None
    text = str(value.digits)[:15]
    return log10(int(text)) + len(str(value.digits)) - len(text) - value.places
