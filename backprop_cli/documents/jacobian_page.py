"""The Jacobians of layers as a document: in symbols and in numbers, and which of their entries are not 0."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.deriving.networks import out
from backprop_cli.documents import sheet as given
from backprop_cli.documents.cells import Cells
from backprop_cli.documents.graph_jacobian_page import graph_jacobian_document
from backprop_cli.documents.matrix_equations import WholeEquations
from backprop_cli.documents.matrix_page import layer_heading
from backprop_cli.documents.model import (
    Block,
    Document,
    Equation,
    Heading,
    Lines,
    Role,
    Say,
    Side,
    SideRole,
    Text,
)
from backprop_cli.documents.writing import Writing, writing
from backprop_cli.ground.words import _, sentences
from backprop_cli.solving.solution import Solution
from backprop_cli.views.jacobians import Inner, Jacobian, JacobianView, jacobian_view
from backprop_cli.views.matrix_formulas import Matrix, matmul, named
from backprop_cli.views.matrix_formulas import MatrixEquation as WholeEquation
from backprop_cli.views.slopes import jacobian_name


def jacobian_document(solution: Solution, argument: str, dialect: str) -> Document:
    """The Jacobians of every pass, or those of one layer; of a graph of arrays, of every node or of one."""
    if solution.problem.arrays:
        return graph_jacobian_document(solution, argument, dialect)
    page, view = writing(solution, dialect), jacobian_view(solution, argument)
    blocks, told = list[Block](), set[str]()
    for _batch, at, jacobians in view.passes:
        blocks += (head := given.opening(page, at))
        level = 1 + bool(head)
        for one in jacobians:
            blocks += _Layer(page, view, at, told).blocks(one, level)
    blocks += given.ending(solution)
    return page.document(blocks)


class _Layer:
    """Writes the Jacobian of one layer in one pass; `told` is what has been said, which is said once."""

    def __init__(self, page: Writing, view: JacobianView, at: Address, told: set[str]) -> None:
        self.page = page
        self.view = view
        self.at = at
        self.told = told
        self.equations = WholeEquations(page, view.trace, at, columns=False)

    def blocks(self, jacobian: Jacobian, level: int) -> Iterator[Block]:
        """The heading, the Jacobian, its pattern, and its products with the weights."""
        yield Heading(level, Role.PART, layer_heading(self.page, self.page.problem, jacobian.layer))
        for said in self.sentences(jacobian):
            if said not in self.told:
                self.told.add(said)
                yield Say((Text(said),), rule=True)
        yield Lines((self.matrix(jacobian),))
        yield Say((Text(pattern(jacobian, self.equations.cells)),))
        if jacobian.inner:
            yield Lines(tuple(self.product(jacobian, inner) for inner in jacobian.inner))

    def sentences(self, jacobian: Jacobian) -> Iterator[str]:
        """What a teacher says of the slope, and what a point in the matrix is."""
        first = self.page.problem.layers[jacobian.layer - 1].neurons[0]
        step = self.view.trace.by_quantity[out(first.name).at_address(self.at)]
        yield from (_(rule) for rule in step.line.rules if rule)
        matrices = [jacobian.values, *(inner.weights for inner in jacobian.inner)]
        if any(cell is None for matrix in matrices for cell in matrix.cells):
            yield _("{sign} is 0 where the one does not depend on the other.").format(sign="·")

    def matrix(self, jacobian: Jacobian) -> Equation:
        """∂out/∂net in symbols, where they say more, and in numbers."""
        equal = self.page.speller.writer.dialect.equal
        symbols = any(one is not None and is_symbolic(one) for row in jacobian.formulas for one in row)
        shown = [Side(equal, self.equations.entries(jacobian.formulas), SideRole.FORMULA)] if symbols else []
        name = self.equations.math(jacobian_of(jacobian.layer))
        return Equation((name,), (*shown, self.equations.result(jacobian.values)))

    def product(self, jacobian: Jacobian, inner: Inner) -> Equation:
        """∂out/∂in = ∂out/∂net·W"""
        equation, matrices = product_of(jacobian, inner)
        return self.equations.equation(equation, matrices)


def jacobian_of(k: int, source: int | None = None) -> Name:
    """∂out/∂net of layer k, or ∂out/∂out of an earlier one."""
    by = Quantity(Kind.NET, str(k))
    if source is not None:
        by = Quantity(Kind.OUT if source else Kind.INPUT, str(source))
    return jacobian_name(Quantity(Kind.OUT, str(k)), by)


def product_of(jacobian: Jacobian, inner: Inner) -> tuple[WholeEquation, dict[Formula, Matrix]]:
    """∂out/∂in = ∂out/∂net·W as an equation of whole layers, and what its names stand for."""
    k, source = jacobian.layer, inner.source
    name = jacobian_of(k)
    weights = named(Kind.PARAMETER, f"W{k}" if source == k - 1 else f"W{k}({source})")
    matrices: dict[Formula, Matrix] = {name: jacobian.values, weights: inner.weights}
    return WholeEquation(Phase.BACKWARD, k, jacobian_of(k, source), (matmul(name, weights),), inner.product), matrices


def is_symbolic(formula: Formula) -> bool:
    """Whether an entry in symbols says more than its number."""
    return not hasattr(formula, "value")


def pattern(jacobian: Jacobian, cells: Cells) -> str:
    """Diagonal, 2 of 4 entries non-zero."""
    nonzero = sum(not cells.is_zero(cell) for cell in jacobian.values.cells)
    count = len(jacobian.formulas) ** 2
    if jacobian.diagonal:
        return _("Diagonal, {nonzero} of {count} entries non-zero.").format(nonzero=nonzero, count=count)
    said = _("Full, {nonzero} of {count} entries non-zero.").format(nonzero=nonzero, count=count)
    if jacobian.softmax:
        said = sentences([said, _("Symmetric, and every row sums to 0, because the outputs always sum to 1.")])
    return said
