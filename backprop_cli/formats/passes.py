"""Writes both passes of the chain rule side by side: what goes forward, what comes back, and their products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from backprop_cli.documents.whole import WholeSpeller
from backprop_cli.formats.cells import Cells
from backprop_cli.formats.layout import FORMULA, LABEL, NUMBERS, VALUE, Equation, Piece, block
from backprop_cli.formats.matrix import pass_heading
from backprop_cli.formats.tables import Column, table, width
from backprop_cli.formats.text import Page
from backprop_cli.formula import Formula, Number
from backprop_cli.quantities import Quantity, gradient, local, place
from backprop_cli.shapes import NEGATIVE
from backprop_cli.solution import Solution
from backprop_cli.spelling import speller
from backprop_cli.views.factors import Factors, Group
from backprop_cli.views.passes import Pass, PassesView, passes_view
from backprop_cli.words import _

_INDENT = 3


def parts(solution: Solution, argument: str, page: Page) -> Iterator[RenderableType]:
    """The passes of every sample, then the sums over a batch."""
    view = passes_view(solution)
    yield from page.top()
    for number, one in enumerate(view.passes):
        yield from _Pass(view, one, page).parts(first=not number)
        if sums := view.sums.get(one.at):
            yield Text(_("The gradients of the batch"), "bold magenta")
            steps = [view.trace.by_quantity[quantity] for quantity in sums]
            yield block([page.equation(step) for step in steps], page.width, _INDENT)
            yield Text()


class _Pass:
    """Writes both passes of one sample."""

    def __init__(self, view: PassesView, one: Pass, page: Page) -> None:
        self.view = view
        self.one = one
        self.page = page
        write = speller(page.problem, view.trace, "ascii" if page.ascii else "unicode")
        self.whole = WholeSpeller(page.problem, write, one.at, columns=False)  # spells single quantities, too
        self.cells = Cells(write)
        self.times = "*" if page.ascii else "·"
        notation = write.writer.notation
        self.net, self.out = (notation.symbols[kind].split("_")[0].split("^")[0] for kind in ("net", "out"))
        self.loss = notation.symbols["loss"]
        self.edges = view.by_line or bool(page.problem.nodes)  # whether a row is an edge between two lines

    def parts(self, first: bool) -> Iterator[RenderableType]:
        """The heading, what the columns are, and a table for every group."""
        yield from pass_heading(self.page, self.one.at)
        if first:
            yield self.page.paragraph(self.page.plain(self.idea()), "italic dim", 2)
            yield Text()
        if self.page.problem.layers:
            yield Text(_("Forward and back"), "bold magenta")
            yield self.units()
            yield Text()
            if any(group.rows for group in self.one.groups):
                yield Text(_("The products"), "bold magenta")
        for group in self.one.groups:
            if group.rows:
                if group.label:
                    yield Text(f"{' ' * _INDENT}{group.label}", "dim")
                yield self.products(group)
        yield Text()

    # ---- words -----------------------------------------------------------------------------------------------

    def derivative(self, of: str, by: str) -> str:
        """∂E/∂w in the notation."""
        template = self.cells.speller.writer.notation.symbols["gradient" if of == self.loss else "local"]
        return self.page.plain(template.replace("{of}", of).replace("{by}", by))

    def idea(self) -> str:
        """What the two passes are for."""
        if self.page.problem.nodes:
            return _("Along every edge, the gradient that comes from upstream is multiplied by the local one.")
        if self.view.by_line:
            return _("Wherever a parameter stands in a line, the forward pass gives the slope of the line in it; the "
                     "backward pass gives the gradient of the line. The parameter's gradient is the sum of their "
                     "products.")  # fmt: skip
        said = _(
            "The forward pass gives {local}, what a weight is multiplied by (1 for a bias); the backward pass gives "
            "{back}. Their product is {product}."
        )
        sign = "−" if self.page.problem.conventions.negative_delta else ""
        back = f"{self.derivative(self.loss, self.net)} = {sign}{self.page.delta_word()}"
        return said.format(
            local=self.derivative(self.net, "w"), back=back, product=self.derivative(self.loss, "w")
        )  # fmt: skip

    # ---- tables ----------------------------------------------------------------------------------------------

    def units(self) -> Text:
        """Net inputs and outputs going forward, ∂E/∂net coming back, layer by layer; as equations if too wide."""
        units = [unit for group in reversed(self.one.groups) for unit in group.units]
        forward, back = (_("forward"), _("back"))
        arrows = ("->", "<-") if self.page.ascii else ("→", "←")
        names = tuple(self.page.name(unit.net.name) for unit in units)
        nets, outs, slopes = (
            tuple(map(self.cells.text, cells))
            for cells in zip(*((unit.net, unit.out, unit.slope_value) for unit in units), strict=True)
        )
        columns = [
            Column("", names, LABEL),
            Column(f"{forward} {arrows[0]} {self.net}", nets, numbers=True),
            Column(self.out, outs, numbers=True),
            Column(f"{self.derivative(self.loss, self.net)} {arrows[1]} {back}", slopes, VALUE, numbers=True),
        ]
        if self.view.by_line:
            columns = [
                Column("", tuple(self.page.symbol(unit.net.bare) for unit in units), LABEL),
                Column(f"{forward} {arrows[0]}", nets, numbers=True),
                Column(f"{arrows[1]} {back}", tuple(self.text(unit.slope) for unit in units)),
                Column("", slopes, VALUE, numbers=True),
            ]
        if width(columns) + _INDENT <= self.page.width:
            return table(columns, _INDENT)
        cells = [cell for unit in units for cell in dict.fromkeys((unit.net, unit.out))]
        shown = [(self.page.symbol(cell), cell) for cell in cells]
        shown += [(self.text(unit.slope), unit.slope_value) for unit in units if isinstance(unit.slope_value, Quantity)]
        equations = []
        for symbol, cell in shown:
            equations.append(Equation(symbol, (Piece(self.cells.relation([cell]), self.cells.text(cell), VALUE),)))
        return block(equations, self.page.width, _INDENT)

    def products(self, group: Group) -> Text:
        """The table, without the formulas of local gradients where they are too wide; if need be, as equations."""
        for formulas in (True, False):
            columns = self.columns(group, formulas)
            if width(columns) + _INDENT <= self.page.width:
                return table(columns, _INDENT)
        return self.equations(group)

    def columns(self, group: Group, formulas: bool) -> list[Column]:
        """The table of one layer or of a graph: two factors with their numbers, and the product."""
        graph = self.edges
        rows = group.rows
        heads = [self.derivative(self.net, "w"), self.derivative(self.loss, self.net)]
        factors = [self.factor(rows, self.local if formulas else self.local_name, lambda row: row.local_value),
                   self.factor(rows, self.upstream, lambda row: row.upstream_value)]  # fmt: skip
        if graph:
            heads, factors = [_("upstream"), _("local")], [factors[1], factors[0]]
        sums = [index for index, row in enumerate(rows) if row.via is None]
        symbols, numbers = factors[0]
        factors[0] = tuple(self.sum(rows, i) if i in sums else text for i, text in enumerate(symbols)), numbers
        signs = tuple(self.times if row.via else "" for row in rows)
        first, second = ((Column(head, symbols), Column("", numbers, numbers=True))
                         for head, (symbols, numbers) in zip(heads, factors, strict=True))  # fmt: skip
        return [
            Column(_("edge") if graph else "", tuple(map(self.label, rows)), LABEL),
            *first,
            Column("", signs, "dim"),
            *second,
            Column("", tuple(self.cells.relation([row.product]) for row in rows), "dim"),
            Column(_("gradient") if graph else self.derivative(self.loss, "w"),
                   tuple(self.cells.text(row.product) for row in rows), VALUE, numbers=True),
        ]  # fmt: skip

    def factor(
        self, rows: Sequence[Factors], symbol: Callable[[Factors], str], value: Callable[[Factors], Any]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A factor in symbols and in numbers; a factor that is only a number has no symbol."""
        symbols = tuple(symbol(row) if row.via else "" for row in rows)
        return symbols, tuple(self.cells.text(value(row)) if row.via else "" for row in rows)

    def label(self, row: Factors) -> str:
        """w₅; x → q, an edge of a graph."""
        name = self.page.symbol(row.of.bare)
        if row.via is None or not self.edges:
            return name
        return f"{name} {'->' if self.page.ascii else '→'} {self.page.symbol(row.via.bare)}"

    def sum(self, rows: Sequence[Factors], index: int) -> str:
        """What stands in a row that is the sum of rows above it."""
        above = sum(row.of == rows[index].of for row in rows[:index])
        all_ = sum(row.of == rows[index].of and row.via is not None for group in self.one.groups for row in group.rows)
        return _("sum") if above == all_ else _("sum over layers")

    def local(self, row: Factors) -> str:
        """outₕ₁, which a weight is multiplied by; ∂q/∂x = z in a graph."""
        formula = "" if isinstance(row.local, Number) else self.text(row.local)
        if not self.page.problem.nodes or row.via is None:
            return formula
        symbol = self.page.symbol(local(row.via.bare, row.of.bare))
        return f"{symbol} = {formula}" if formula else symbol

    def local_name(self, row: Factors) -> str:
        """∂q/∂x, without its formula; outₕ₁."""
        return self.local(row).partition(" = ")[0]

    def upstream(self, row: Factors) -> str:
        """δₒ₁, or ∂f/∂q."""
        return self.text(row.upstream)

    def text(self, formula: Formula) -> str:
        """A formula of single quantities."""
        return self.whole.text(formula)

    def equations(self, group: Group) -> Text:
        """The same as equations, where the table is too wide."""
        equations = []
        for row in group.rows:
            of = self.page.symbol(gradient(self.view.objective, row.of.bare))
            symbols, numbers = [], []
            for symbol, cell in ((self.upstream(row), row.upstream_value), (self.local_name(row), row.local_value)):
                spelling = self.cells.spelling(cell)
                numbers.append(f"({spelling.text})" if spelling.strength == NEGATIVE else spelling.text)
                symbols.append(symbol or spelling.text)
            pieces = [] if row.via is None else [
                Piece("=", self.times.join(symbols), FORMULA), Piece("=", self.times.join(numbers), NUMBERS)
            ]  # fmt: skip
            label = of if row.via is None or row.alone else _("{gradient} via {node}").format(
                gradient=of, node=self.page.symbol(row.via.bare))  # fmt: skip
            value = Piece(self.cells.relation([row.product]), self.cells.text(row.product), VALUE)
            equations.append(Equation(label, (*pieces, value)))
        return block(equations, self.page.width, _INDENT)


# ---- JSON --------------------------------------------------------------------------------------------------------


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The passes as data: `local` times `upstream` is `product`; a row without `via` is the sum of those above it."""
    view = passes_view(solution)
    return {"passes": [_data(view, one) for one in view.passes]}


def _data(view: PassesView, one: Pass) -> dict[str, Any]:
    problem = view.solution.problem
    write = speller(problem, view.trace, "ascii", "plain")
    cells = Cells(write)
    whole = WholeSpeller(problem, write, one.at, columns=False, notation="plain")

    def row(factors: Factors) -> dict[str, Any]:
        data: dict[str, Any] = {"of": _name(factors.of), "via": None if factors.via is None else _name(factors.via)}
        if factors.via is not None:
            data["local"] = {"formula": whole.text(factors.local), **(cells.number(factors.local_value) or {})}
            data["upstream"] = {"formula": whole.text(factors.upstream), **(cells.number(factors.upstream_value) or {})}
        return {**data, "product": cells.number(factors.product)}

    groups = [{"layer": group.label or None, "rows": [row(factors) for factors in group.rows]} for group in one.groups]
    return {"epoch": place(one.at, "epoch") or 1, "sample": place(one.at, "sample") or 1, "groups": groups}


def _name(quantity: Quantity) -> str:
    """The key without an address; a parameter that has been updated is the same parameter."""
    return quantity.bare_key.removesuffix("_new")
