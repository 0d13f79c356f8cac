"""The table of a long training: loss, outputs and parameters after each reported epoch, and the loss as a curve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log10

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.numbers.rounded import Decimal
from backprop_cli.quantities import Quantity
from backprop_cli.training import TrainingRun
from backprop_cli.words import _

_BAR = 24


def parts(
    run: TrainingRun, symbol: Callable[[Quantity], str], width: int, ascii_only: bool
) -> Iterator[RenderableType]:
    """The table, as many columns as the width has room for, and the curve of the loss."""
    yield Text(_("Training"), "bold magenta")
    quantities = list(run.reports[0].values)
    for start, stop in _pages(run, quantities, symbol, width):
        table = Table(box=None, pad_edge=False, padding=(0, 1))
        table.add_column(_("   epoch"), justify="right", style="dim", no_wrap=True)
        for quantity in quantities[start:stop]:
            table.add_column(
                symbol(quantity.bare), justify="right", no_wrap=True, style="bold green" if not start else ""
            )
        for report in run.reports:
            values = [report.values[quantity].text() for quantity in quantities[start:stop]]
            table.add_row(str(report.epoch), *(value if ascii_only else value.replace("-", "−") for value in values))
        yield table
    yield Text()
    yield Text("\n").join(_curve(run, quantities[0], ascii_only))
    if run.stopped:
        yield Text(
            "   " + _("stopped after epoch {epoch}: the loss is below the bound").format(epoch=run.reports[-1].epoch)
        )
    yield Text()


def _pages(
    run: TrainingRun, quantities: list[Quantity], symbol: Callable[[Quantity], str], width: int
) -> Iterator[tuple[int, int]]:
    """Which columns stand together: as many as fit beside the epochs."""
    start, used = 0, 10
    for index, quantity in enumerate(quantities):
        room = 2 + max(len(symbol(quantity.bare)), *(len(report.values[quantity].text()) for report in run.reports))
        if used + room > width and index > start:
            yield start, index
            start, used = index, 10
        used += room
    yield start, len(quantities)


def _curve(run: TrainingRun, loss: Quantity, ascii_only: bool) -> list[Text]:
    """The loss as bars, on a logarithmic scale."""
    sizes = [_log(report.values[loss]) for report in run.reports]
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
