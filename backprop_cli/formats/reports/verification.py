"""The table that `backprop verify` shows."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.words import _, in_figures, plural
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.views.verification import GradientCheck, Verification

_DIGITS = 11
_BITS = 256


def report(result: Verification, ascii_only: bool = False) -> RenderableType:
    """Every gradient by backpropagation, by central difference and by PyTorch, and whether they agree."""
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    with_torch = result.torch_missing is None
    for column in (_("gradient"), _("backpropagation"), _("central difference")):
        table.add_column(column, justify="left" if column == _("gradient") else "right", no_wrap=True)
    if with_torch:
        table.add_column("PyTorch", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for comparison in result.comparisons:
        table.add_row(*_row(comparison, with_torch, ascii_only))
    notes = [Text(note) for note in _notes(result)]
    return Group(table, Text(), *notes)


def _row(comparison: GradientCheck, with_torch: bool, ascii_only: bool) -> list[Text]:
    cells = [comparison.quantity.key, _digits(comparison.backprop), _digits(comparison.difference)]
    if with_torch:
        cells.append("" if comparison.torch is None else in_figures(f"{comparison.torch + 0.0:.11g}"))
    if comparison.kink:
        verdict = Text(_("not differentiable here"), "yellow")
    elif comparison.agrees:
        verdict = Text("ok" if ascii_only else "✓", "green")
    else:
        verdict = Text(_("DIFFERS"), "bold red")
    return [*map(Text, cells), verdict]


def _digits(value: Real) -> str:
    try:
        with precision(_BITS):
            return in_figures(to_digits(value, _DIGITS).text())
    except Undecided:
        return "0"  # a difference of nothing, known to many places


def _notes(result: Verification) -> list[str]:
    shown, kinks = len(result.comparisons), sum(comparison.kink for comparison in result.comparisons)
    agreeing = sum(comparison.agrees and not comparison.kink for comparison in result.comparisons)
    notes = [_("{agreeing} of {shown} gradients agree.").format(agreeing=agreeing, shown=shown)]
    if kinks:
        notes.append(
            plural(
                "{count} stands at a kink (ReLU at 0, a tie at a max): there the slope is a convention.",
                "{count} stand at a kink (ReLU at 0, a tie at a max): there the slope is a convention.",
                kinks,
            )
        )
    if shown < result.gradients:
        notes.append(_("Compared: {shown} of {all}.").format(shown=shown, all=result.gradients))
    if result.torch_missing:
        notes.append(result.torch_missing)
    return notes
