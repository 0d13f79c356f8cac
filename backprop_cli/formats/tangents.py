"""The page of `--forward-mode`: a table of values and tangents, line by line, and what all the sweeps would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.documents.model import plain
from backprop_cli.documents.tangents_page import conclusion, cost, introduction
from backprop_cli.documents.writing import Writing
from backprop_cli.formats.layout import FORMULA, NUMBERS, Equation, Piece, block
from backprop_cli.formats.pages import heading, line_as_data, of_pass, other_passes, value_as_data, value_pieces
from backprop_cli.formats.text import Page
from backprop_cli.formula import Number
from backprop_cli.problem.model import Detail
from backprop_cli.quantities import Quantity, gradient
from backprop_cli.solution import Solution
from backprop_cli.spelling import speller
from backprop_cli.trace import Value
from backprop_cli.views.tangents import ALL, ForwardMode, Sweep
from backprop_cli.words import _

_GAP = 2  # cells between columns
_LEAST = 28  # cells that a formula needs in a table


class TangentsPage(Page):
    """Writes one sweep line by line, or the results of all of them."""

    def __init__(self, mode: ForwardMode, charset: str, console: Console, width: int) -> None:
        problem = mode.one.problem
        super().__init__(Solution(problem, mode.trace, Detail.FULL, rounding=mode.rounding), charset, console, width)
        self.mode = mode

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        one = self.mode.one
        yield from self.title()
        yield from of_pass(self, one.address, len(one.passes) > 1)
        yield self.paragraph(self.plain(plain(introduction(self.writing, self.mode))), "", 0)
        yield Text()
        notes = [self.paragraph(self.plain(note), "yellow", 0) for note in self.notes()]
        yield from [*notes, Text()] if notes else []
        yield from self.results() if self.mode.every else self.sweep(self.mode.sweeps[0])
        yield self.paragraph(self.plain(plain(cost(self.writing, self.mode))), "", 0)
        yield Text()
        key = ALL if self.mode.every else self.mode.sweeps[0].seed.bare_key
        yield from other_passes(self, "--forward-mode", key, one.passes, one.address)

    @property
    def writing(self) -> Writing:
        """What writes in the characters of the page."""
        return Writing(self.solution, self.speller, self.speller)

    def derivative(self, sweep: Sweep) -> str:
        """∂E/∂w₅"""
        return self.symbol(gradient(self.mode.one.objective, sweep.seed))

    # ---- one sweep -------------------------------------------------------------------------------------------

    def sweep(self, sweep: Sweep) -> Iterator[RenderableType]:
        """The table of one sweep, and the same number by the backward pass."""
        rows = [(sweep.seed, sweep.seed_tangent)] if all(q != sweep.seed for q, _t in sweep.tangents) else []
        yield self.table([*rows, *sweep.tangents])
        yield Text()
        if sweep.gradient is not None:
            yield heading(_("The backward pass"))
            yield block([self.equation(self.mode.trace.by_quantity[sweep.gradient])], self.width, indent=3)
            yield self.paragraph(self.plain(conclusion(self.mode, sweep)), "", 3)
            yield Text()

    def table(self, rows: Sequence[tuple[Quantity, Quantity]]) -> RenderableType:
        """Value, tangent and its value side by side; one below the other where the width has no room for that."""
        lefts = ["   " + _("value"), *("   " + self.value(quantity) for quantity, _tangent in rows)]
        rights = [_("its value"), *(self.number(self.mode.trace.value(tangent)) for _quantity, tangent in rows)]
        room = self.width - sum(max(map(cell_len, column)) for column in (lefts, rights)) - 2 * _GAP
        if room < _LEAST:
            return block([equation for row in rows for equation in self.stacked(*row)], self.width, indent=3)
        formulas = [Text(_("tangent"), "bold")]
        formulas += [block([self.equation_of(tangent)], room, indent=0) for _quantity, tangent in rows]
        table = Table.grid(padding=(0, _GAP, 0, 0))
        for _column in range(3):
            table.add_column(no_wrap=True)
        for index, (left, formula, right) in enumerate(zip(lefts, formulas, rights, strict=True)):
            down = "\n" * formula.plain.count("\n")  # the result stands beside the last line of its formula
            styles = ("cyan", "bold green") if index else ("bold", "bold")
            table.add_row(Text(left, styles[0]), formula, Text(down + right, styles[1]))
        return table

    def stacked(self, quantity: Quantity, tangent: Quantity) -> Iterator[Equation]:
        """A quantity and its tangent as two equations."""
        placed = self.mode.one.here(quantity)
        trace = self.mode.trace
        if placed in trace.by_quantity or placed in trace.constants:
            yield Equation(self.symbol(quantity), tuple(value_pieces(self, trace.value(placed))))
        formula = self.equation_of(tangent)
        yield Equation(formula.label, (*formula.pieces, *value_pieces(self, trace.value(tangent))))

    def value(self, quantity: Quantity) -> str:
        """netₕ₁ = 0.3775, or only the name where the quantity has no value (an objective with given gradients)."""
        placed = self.mode.one.here(quantity)
        trace = self.mode.trace
        if placed in trace.derivation.constants:
            return f"{self.symbol(quantity)} = {self.speller.given(placed).text}"
        step = trace.by_quantity.get(placed)
        return self.symbol(quantity) + (f" {self.number(step.value)}" if step else "")

    def number(self, value: Value) -> str:
        """= 0.5, ≈ 0.333333333"""
        sign, text = self.speller.equation(value)[-1]
        return f"{sign} {text}"

    def equation_of(self, tangent: Quantity) -> Equation:
        """netₒ₁˙ = outₕ₁·w₅˙ = 0.593269992·1, without its value, which has its own column."""
        step = self.mode.trace.by_quantity[tangent]
        formula, numbers = self.speller.formula(step), self.speller.numbers(step)
        pieces = [] if isinstance(step.line.formula, Number) else [Piece("=", formula, FORMULA)]
        if numbers is not None:
            pieces.append(Piece("=", numbers, NUMBERS))
        return Equation(self.symbol(tangent), tuple(pieces))

    # ---- all sweeps ------------------------------------------------------------------------------------------

    def results(self) -> Iterator[RenderableType]:
        """The result of every sweep beside the backward pass; where there is no room for that, below one another."""
        rows = [["   " + _("sweep"), "", _("forward mode"), _("backward pass"), ""]]
        for sweep in self.mode.sweeps:
            forward = self.number(self.mode.trace.value(sweep.result))
            backward = self.number(self.mode.trace.value(sweep.gradient)) if sweep.gradient else ""
            agrees = self.mode.agrees(sweep)
            same = "" if agrees is None else ("same" if self.ascii else "✓") if agrees else _("differs")
            seed = f"   {self.symbol(sweep.seed_tangent)} = 1"
            rows.append([seed, self.derivative(sweep), forward, backward, same])
        widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 4 * _GAP > self.width:
            pieces = [(row[1], tuple(Piece("", text) for text in row[2:])) for row in rows[1:]]
            yield block([Equation(label, results) for label, results in pieces], self.width, indent=3)
        else:
            table = Table.grid(padding=(0, _GAP, 0, 0))
            for index, row in enumerate(rows):
                styles = ("cyan", "", "bold green", "", "") if index else ("bold",) * 5
                table.add_row(*(Text(cell, style) for cell, style in zip(row, styles, strict=True)))
            yield table
        yield Text()


def as_data(mode: ForwardMode) -> dict[str, Any]:
    """The sweeps as plain data, in canonical names; all lines of one sweep, or only the results of several."""
    trace, one = mode.trace, mode.one
    write = speller(one.problem, trace, "ascii", "plain")

    def row(quantity: Quantity, tangent: Quantity) -> dict[str, Any]:
        placed = one.here(quantity)
        known = placed in trace.by_quantity or placed in trace.constants
        return {"quantity": quantity.bare_key, "value": value_as_data(trace.value(placed)) if known else None,
                "tangent": line_as_data(trace.by_quantity[tangent], write)}  # fmt: skip

    def sweep(one_sweep: Sweep) -> dict[str, Any]:
        found = {
            "seed": one_sweep.seed.bare_key,
            "derivative": value_as_data(trace.value(one_sweep.result)),
            "gradient": line_as_data(trace.by_quantity[one_sweep.gradient], write) if one_sweep.gradient else None,
            "agrees": mode.agrees(one_sweep),
        }
        return found if mode.every else {**found, "lines": [row(*pair) for pair in one_sweep.tangents]}

    return {
        "problem": one.problem.title,
        "view": "forward-mode",
        "arithmetic": "rounded" if trace.rounded else "exact",
        "digits": trace.digits,
        "address": " / ".join(map(str, one.address)),
        "objective": one.objective.bare_key,
        "sweeps": [sweep(one_sweep) for one_sweep in mode.sweeps],
        "cost": {"leaves": len(mode.leaves), "lines": mode.lines, "tangents": len(mode.leaves) * mode.lines},
    }
