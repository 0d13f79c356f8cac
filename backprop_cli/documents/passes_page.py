"""Both passes of the chain rule side by side as a document: what goes forward, what comes back, and their products."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.algebra.quantities import Quantity, local
from backprop_cli.documents import sheet as given
from backprop_cli.documents.cells import Cells
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.documents.model import (
    Block,
    Document,
    Heading,
    Inline,
    Lines,
    Math,
    Role,
    Say,
    Table,
    Text,
)
from backprop_cli.documents.writing import Writing, inline, spellers, writing
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution
from backprop_cli.views.factors import Factors, Group, UnitFactors
from backprop_cli.views.matrix_formulas import Cell
from backprop_cli.views.passes import Pass, PassesView, passes_view


def passes_document(solution: Solution, argument: str, dialect: str) -> Document:
    """The passes of every sample, then the sums over a batch."""
    page, view = writing(solution, dialect), passes_view(solution)
    blocks: list[Block] = list(given.top(page))
    for number, one in enumerate(view.passes):
        blocks += _Pass(page, view, one).blocks(first=not number)
        if sums := view.sums.get(one.at):
            blocks.append(Heading(1, Role.PART, (Text(_("The gradients of the batch")),)))
            blocks.append(Lines(tuple(page.equation(view.trace.by_quantity[quantity]) for quantity in sums)))
    blocks += given.ending(solution)
    return page.document(blocks)


class _Pass:
    """Writes both passes of one sample."""

    def __init__(self, page: Writing, view: PassesView, one: Pass) -> None:
        self.page = page
        self.view = view
        self.one = one
        self.problem = page.problem
        write, plain = spellers(self.problem, view.trace, page.dialect_name)
        self.cells, self.characters = Cells(write), Cells(plain)
        self.whole = WholeSpeller(self.problem, write, one.at, columns=False)  # spells single quantities, too
        self.plain = WholeSpeller(self.problem, plain, one.at, columns=False)
        notation = plain.writer.notation
        self.net, self.out = (notation.symbols[kind].split("_")[0].split("^")[0] for kind in ("net", "out"))
        self.loss = notation.symbols["loss"]
        self.edges = view.by_line or bool(self.problem.nodes)  # whether a row is an edge between two lines

    def blocks(self, first: bool) -> Iterator[Block]:
        """The heading, what the columns are, and a table for every group."""
        yield from (head := given.opening(self.page, self.one.at))
        level = 1 + bool(head)
        if first:
            yield Say(self.idea())
        groups = [group for group in self.one.groups if group.rows]
        if self.problem.layers:
            yield Heading(level, Role.PART, (Text(_("Forward and back")),))
            yield self.units([unit for group in reversed(self.one.groups) for unit in group.units])
            if groups:
                yield Heading(level, Role.PART, (Text(_("The products")),))
        for group in groups:
            if group.label:
                yield Heading(level + 1, Role.LAYER, (Text(group.label),))
            yield self.products(group)

    # ---- words and symbols -----------------------------------------------------------------------------------

    def derivative(self, of: str, by: str) -> Math:
        """∂E/∂w in the notation."""
        template = self.page.speller.writer.notation.symbols["gradient" if of == self.loss else "local"]
        return self.page.math(lambda write: write.writer.filled(template.replace("{of}", of).replace("{by}", by)))

    def idea(self) -> Inline:
        """What the two passes are for."""
        if self.problem.nodes:
            return (Text(_("Along every edge, the gradient that comes from upstream is multiplied by the local one.")),)
        if self.view.by_line:
            said = _(
                "Wherever a parameter stands in a line, the forward pass gives the slope of the line in it; the "
                "backward pass gives the gradient of the line. The parameter's gradient is the sum of their "
                "products."
            )
            return (Text(said),)
        said = _(
            "The forward pass gives {local}, what a weight is multiplied by (1 for a bias); the backward pass gives "
            "{back}. Their product is {product}."
        )
        delta = self.page.word("delta")
        if self.problem.conventions.negative_delta:
            delta = Math(f"-{delta.text}", f"−{delta.characters}")
        back = self.page.equal(self.derivative(self.loss, self.net), delta)
        return inline(said, local=self.derivative(self.net, "w"), back=back, product=self.derivative(self.loss, "w"))

    def formula(self, formula: Formula) -> Math:
        """A formula of single quantities."""
        return Math(self.whole.text(formula), self.plain.text(formula))

    def number(self, cell: Cell) -> Math:
        """A number as it is put into a formula."""
        return Math(self.cells.text(cell), self.characters.text(cell))

    def name(self, quantity: Quantity) -> Math:
        """A quantity without its address; a parameter that has been updated is the same parameter."""
        return self.page.symbol(quantity.bare)

    # ---- tables ----------------------------------------------------------------------------------------------

    def units(self, units: list[UnitFactors]) -> Table:
        """Net inputs and outputs going forward, ∂E/∂net coming back, layer by layer."""
        forward, back = Text(f"{_('forward')} → "), Text(f" ← {_('back')}")
        if self.view.by_line:
            head: tuple[Inline, ...] = ((), (Text(f"{_('forward')} →"),), (Text(f"← {_('back')}"),), ())
            rows = [(self.name(one.net), self.number(one.net), self.formula(one.slope), one) for one in units]
            body = tuple(((a,), (b,), (c,), (self.number(one.slope_value),)) for a, b, c, one in rows)
            return Table(head, body, ("left", "right", "left", "right"))
        net, out = (self.page.word(kind) for kind in ("net", "out"))
        head = ((), (forward, net), (out,), (self.derivative(self.loss, self.net), back))
        body = tuple(
            (
                (self.page.name(one.net.name),),
                (self.number(one.net),),
                (self.number(one.out),),
                (self.number(one.slope_value),),
            )
            for one in units
        )
        return Table(head, body, ("left", "right", "right", "right"))

    def products(self, group: Group) -> Table:
        """The table of one layer or of a graph: two factors, each with its number, and the product."""
        if self.edges:
            names = (_("edge"), _("upstream"), "", _("local"), "", _("gradient"))
            head: tuple[Inline, ...] = tuple((Text(word),) if word else () for word in names)
        else:
            forward, back, product = ((self.net, "w"), (self.loss, self.net), (self.loss, "w"))
            head = ((), (self.derivative(*forward),), (), (self.derivative(*back),), (), (self.derivative(*product),))
        rows = tuple(self.row(group.rows, index) for index in range(len(group.rows)))
        return Table(head, rows, ("left", "left", "right", "left", "right", "right"))

    def row(self, rows: tuple[Factors, ...], index: int) -> tuple[Inline, ...]:
        """w₅, outₕ₁, 0.593, δₒ₁, 0.138, 0.082; x → q, … in a graph."""
        row = rows[index]
        product: Inline = (self.number(row.product),)
        if row.via is None:
            return (self.name(row.of),), (Text(self.sum(rows, index)),), (), (), (), product
        label: Inline = (self.name(row.of), *((Text(" → "), self.name(row.via)) if self.edges else ()))
        back = self.factor(self.formula(row.upstream), row.upstream_value)
        forward = self.local(row), (self.number(row.local_value),)
        return (label, *back, *forward, product) if self.edges else (label, *forward, *back, product)

    def factor(self, formula: Math, cell: Cell) -> tuple[Inline, Inline]:
        """A factor with its number; one that is only a number has no symbol."""
        number = self.number(cell)
        return () if formula.text == number.text else (formula,), (number,)

    def local(self, row: Factors) -> Inline:
        """outₕ₁, which a weight is multiplied by; ∂q/∂x = z in a graph."""
        assert row.via is not None
        formula = () if isinstance(row.local, Number) else (self.formula(row.local),)
        if not self.problem.nodes:
            return formula
        slope = self.page.symbol(local(row.via.bare, row.of.bare))
        return (self.page.equal(slope, *formula),) if formula else (slope,)

    def sum(self, rows: tuple[Factors, ...], index: int) -> str:
        """What stands in a row that is the sum of rows above it."""
        above = sum(row.of == rows[index].of for row in rows[:index])
        every = sum(row.of == rows[index].of and row.via is not None for group in self.one.groups for row in group.rows)
        return _("sum") if above == every else _("sum over layers")
