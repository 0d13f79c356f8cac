"""Writes the Jacobians of layers, in symbols and in numbers, and says which of their entries are not 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from backprop_cli.documents.jacobian_page import is_symbolic, jacobian_of, pattern, product_of
from backprop_cli.documents.whole import WholeSpeller
from backprop_cli.formats import boxes
from backprop_cli.formats.boxes import Box
from backprop_cli.formats.cells import Cells
from backprop_cli.formats.equations import Drawer
from backprop_cli.formats.layout import LABEL, VALUE
from backprop_cli.formats.matrix import layer_heading, pass_heading
from backprop_cli.formats.text import Page
from backprop_cli.formula import ZERO, Formula
from backprop_cli.networks import out
from backprop_cli.quantities import Address, place
from backprop_cli.solution import Solution
from backprop_cli.spelling import speller
from backprop_cli.views.batches import Batch
from backprop_cli.views.jacobians import Inner, Jacobian, JacobianView, jacobian_view
from backprop_cli.views.whole import Equation, Matrix
from backprop_cli.words import _

_INDENT = 3


def parts(solution: Solution, argument: str, page: Page) -> Iterator[RenderableType]:
    """The Jacobians of every pass, layer by layer."""
    view = jacobian_view(solution, argument)
    said: set[str] = set()
    for batch, at, jacobians in view.passes:
        yield from pass_heading(page, at)
        for one in jacobians:
            yield from _Layer(view, batch, at, page).parts(one, said)


class _Layer:
    """Writes the Jacobian of one layer in one pass."""

    def __init__(self, view: JacobianView, batch: Batch, at: Address, page: Page) -> None:
        self.view = view
        self.batch = batch
        self.at = at
        self.page = page
        write = speller(page.problem, view.trace, "ascii" if page.ascii else "unicode")
        self.whole = WholeSpeller(page.problem, write, at, columns=False)
        self.cells = Cells(write)

    def parts(self, jacobian: Jacobian, said: set[str]) -> Iterator[RenderableType]:
        """The heading, the Jacobian in symbols and numbers, its pattern, and its products with the weights."""
        yield Text(layer_heading(self.page, jacobian.layer), "bold magenta")
        for sentence in self.sentences(jacobian):
            if sentence not in said:
                said.add(sentence)
                yield self.page.paragraph(self.page.plain(sentence), "italic dim", _INDENT)
        yield boxes.stacked(self.drawn(jacobian))
        yield self.page.paragraph(pattern(jacobian, self.cells), "yellow", _INDENT)
        for inner in jacobian.inner:
            equation, drawer = self.product(jacobian, inner)
            yield boxes.stacked(drawer.drawn(equation))
        yield Text()

    def sentences(self, jacobian: Jacobian) -> Iterator[str]:
        """What a teacher says of the slope, and what a point in the matrix is."""
        first = self.page.problem.layers[jacobian.layer - 1].neurons[0]
        step = self.view.trace.by_quantity[out(first.name).at_address(self.at)]
        yield from (_(rule) for rule in step.line.rules if rule)
        matrices = [jacobian.values, *(inner.weights for inner in jacobian.inner)]
        if any(cell is None for matrix in matrices for cell in matrix.cells):
            sign = "." if self.page.ascii else "·"
            yield _("{sign} is 0 where the one does not depend on the other.").format(sign=sign)

    def drawn(self, jacobian: Jacobian) -> list[Text]:
        """∂out/∂net in symbols and in numbers."""
        name = self.whole.text(jacobian_of(jacobian.layer))
        start = _INDENT + cell_len(name)
        room = self.page.width - start - 6
        symbols = boxes.matrix(
            jacobian.values.shape, lambda i, j: self.symbol(jacobian.formulas[i][j]), room, self.page.ascii, centre=True
        )
        numbers = boxes.matrix(
            jacobian.values.shape,
            lambda i, j: self.cells.text(jacobian.values.rows[i][j]),
            room,
            self.page.ascii,
            VALUE,
        )
        relation = boxes.sign(f" {self.cells.relation(jacobian.values.cells)} ", boxes.BEFORE_A_SIDE)
        head = [Box((" " * _INDENT,)), Box((name,), LABEL), boxes.sign(" = ")]
        shown = (
            [symbols, relation, numbers]
            if any(one is not None and is_symbolic(one) for one in _flat(jacobian))
            else [numbers]
        )
        return boxes.lines([*head, *shown], start, self.page.width)

    def symbol(self, formula: Formula | None) -> str:
        """An entry in symbols."""
        return self.cells.text(None) if formula is None else self.whole.text(formula)

    def product(self, jacobian: Jacobian, inner: Inner) -> tuple[Equation, Drawer]:
        """∂out/∂in = ∂out/∂net·W"""
        equation, matrices = product_of(jacobian, inner)
        return equation, Drawer(self.whole, self.cells, matrices, self.page.width, _INDENT)


def _flat(jacobian: Jacobian) -> Iterator[Formula | None]:
    return (formula for row in jacobian.formulas for formula in row)


# ---- JSON --------------------------------------------------------------------------------------------------------


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The Jacobians as data; entries that no number can change are `0` in both formulas and values."""
    view = jacobian_view(solution, argument)
    return {"jacobians": [_data(view, batch, at, one) for batch, at, jacobians in view.passes for one in jacobians]}


def _data(view: JacobianView, batch: Batch, at: Address, jacobian: Jacobian) -> dict[str, Any]:
    problem = view.solution.problem
    write = speller(problem, view.trace, "ascii", "plain")
    cells = Cells(write)
    whole = WholeSpeller(problem, write, at, columns=False, notation="plain")
    layer = problem.layers[jacobian.layer - 1]
    names = [list(problem.inputs), *([neuron.name for neuron in one.neurons] for one in problem.layers)]
    return {
        "epoch": place(at, "epoch") or 1,
        "sample": place(at, "sample") or 1,
        "layer": jacobian.layer,
        "neurons": [neuron.name for neuron in layer.neurons],
        "diagonal": jacobian.diagonal,
        "nonzero": sum(not cells.is_zero(cell) for cell in jacobian.values.cells),
        "formulas": [[whole.text(ZERO if one is None else one) for one in row] for row in jacobian.formulas],
        "values": cells.matrix(_zeros(jacobian.values)),
        "inputs": [
            {"layer": one.source, "units": names[one.source], "weights": cells.matrix(one.weights),
             "values": cells.matrix(_zeros(one.product))}
            for one in jacobian.inner
        ],
    }  # fmt: skip


def _zeros(matrix: Matrix) -> Matrix:
    return Matrix(tuple(tuple(ZERO if cell is None else cell for cell in row) for row in matrix.rows))
