"""The Jacobians of a graph of vectors and matrices as a document: in symbols and in numbers, node by node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Address, Quantity, local
from backprop_cli.documents import sheet as given
from backprop_cli.documents.matrix_equations import WholeEquations
from backprop_cli.documents.model import (
    Block,
    Document,
    Equation,
    Heading,
    Inline,
    Lines,
    Role,
    Say,
    Side,
    SideRole,
    Text,
)
from backprop_cli.documents.writing import Writing, inline, joined, writing
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution
from backprop_cli.views.graph_jacobians import GraphJacobian, GraphJacobianView, graph_jacobian_view
from backprop_cli.views.matrix_formulas import Whole

_MANY = 12  # entries that are named one by one


def graph_jacobian_document(solution: Solution, node: str, dialect: str) -> Document:
    """The Jacobians of every pass, or those of one node."""
    page, view = writing(solution, dialect), graph_jacobian_view(solution, node)
    blocks: list[Block] = []
    for at, jacobians in view.passes:
        blocks += (head := given.opening(page, at))
        level = 1 + bool(head)
        for stem, group in groupby(jacobians, lambda one: one.node):
            blocks.append(Heading(level, Role.PART, (page.name(stem),)))
            blocks += [block for one in group for block in _blocks(page, view, at, one)]
    blocks += given.ending(solution)
    return page.document(blocks)


def _blocks(page: Writing, view: GraphJacobianView, at: Address, jacobian: GraphJacobian) -> Iterator[Block]:
    """What its rows and columns are, the Jacobian, and how many of its entries are not 0."""
    equations = WholeEquations(page, view.trace, at, columns=False)
    equal = page.speller.writer.dialect.equal
    symbols = any(one is not None and not hasattr(one, "value") for row in jacobian.formulas for one in row)
    shown = [Side(equal, equations.entries(jacobian.formulas), SideRole.FORMULA)] if symbols else []
    of, by = (Quantity(quantities[0].kind, name) for quantities, name in
              ((jacobian.rows, jacobian.node), (jacobian.columns, jacobian.by)))  # fmt: skip
    name = equations.math(Name(Whole(local(of, by))))
    nonzero = sum(not equations.cells.is_zero(cell) for cell in jacobian.values.cells)
    count = len(jacobian.rows) * len(jacobian.columns)
    if count > 1:
        said = _("Rows: {rows}; columns: {columns}; {nonzero} of {count} entries are not 0.")
        rows, columns = (_named(page, at, quantities) for quantities in (jacobian.rows, jacobian.columns))
        yield Say(inline(said, rows=rows, columns=columns, nonzero=nonzero, count=count))
    yield Lines((Equation((name,), (*shown, equations.result(jacobian.values))),))


def _named(page: Writing, at: Address, quantities: Sequence[Quantity]) -> Inline:
    """q₁, q₂"""
    names: list[Inline] = [(page.symbol(one, at),) for one in quantities]
    if len(names) > _MANY:
        names = [*names[:3], (Text("…"),), names[-1]]
    return joined(names)
