"""The Hessian of a problem in letters as a document: row by row, as a matrix, and what the verdict depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.documents.hessian_page import (
    gradient_blocks,
    introduction,
    letter,
    lines_of,
    quadratic_formula,
    row_blocks,
    under_its_pass,
)
from backprop_cli.documents.matrices import matrix
from backprop_cli.documents.model import Block, Document, Equation, Heading, Lines, Role, Say, Side, SideRole, Text
from backprop_cli.documents.symbolic_page import in_letters
from backprop_cli.ground.words import _
from backprop_cli.solving.symbolic import SymbolicSpeller, closed_form
from backprop_cli.views.hessian import aux
from backprop_cli.views.open_hessian import OpenHessian

_WIDE = 60  # characters of a row of formulas that still stands as a matrix


def open_hessian_document(found: OpenHessian, dialect: str) -> Document:
    """The page: the gradient, the rows, the matrix, and what the eigenvalues depend on."""
    page = _Open(found, dialect)
    return page.page.document(under_its_pass(page.page, found.second, page.blocks()))


class _Open:
    """Writes the Hessian in letters."""

    def __init__(self, found: OpenHessian, dialect: str) -> None:
        self.found = found
        self.second = found.second
        self.page = in_letters(found.solution, dialect).page

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        page, second = self.page, self.second
        yield Say(introduction(page, second))
        yield from gradient_blocks(page, second)
        yield from row_blocks(page, second)
        equal = page.speller.writer.dialect.equal
        rows = [[self.entry(one, cast(SymbolicSpeller, page.characters)) for one in row] for row in second.entries]
        if all(sum(map(len, row)) <= _WIDE for row in rows):
            yield Heading(1, Role.PART, (Text(_("The Hessian")),))
            spelled = [[self.entry(one, cast(SymbolicSpeller, page.speller)) for one in row] for row in second.entries]
            side = Side(equal, matrix(page.speller.writer.dialect, spelled), SideRole.VALUE)
            yield Lines((Equation((letter(page, "H"),), (side,)),))
        yield Heading(1, Role.PART, (Text(_("The eigenvalues")),))
        yield from self.eigenvalues()

    def entry(self, quantity: Quantity, write: SymbolicSpeller) -> str:
        """An entry as a number, else as a formula, else by its name."""
        step = self.found.solution.trace.by_quantity[quantity]
        if step.value is not None:
            return write.short(step.value).text
        closed = closed_form(step)
        return write.symbol(quantity) if closed is None else write.closed(closed, quantity.at)

    def eigenvalues(self) -> Iterator[Block]:
        """Of two parameters, the trace, the determinant and the formula of the eigenvalues."""
        if self.found.invariants:
            yield from lines_of(self.page, self.second, [line.quantity for line in self.found.invariants])
        if len(self.second.variables) == 2:
            equal = self.page.speller.writer.dialect.equal
            yield Lines(tuple(
                Equation((self.page.symbol(aux(f"lambda{index + 1}", self.second.at)),), (Side(
                    equal, self.page.speller.symbols_of(quadratic_formula(self.second.at, index), self.second.at),
                    SideRole.FORMULA),))
                for index in range(2)
            ))  # fmt: skip
            yield Say((Text(_("Where the gradient is 0: a minimum for det > 0 and tr > 0, a maximum for det > 0 and "
                              "tr < 0, a saddle point for det < 0, and degenerate for det = 0.")),))  # fmt: skip
        else:
            yield Say((Text(_("The signs of the eigenvalues depend on the letters.")),))
