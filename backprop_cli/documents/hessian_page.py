"""The Hessian as a document: row by row, as a matrix, with its eigenvalues and what they say of the point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backprop_cli.algebra.formula import Formula, Name, Number, add, apply, divide, multiply, negate, number
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.documents.cells import Cells
from backprop_cli.documents.matrices import matrix
from backprop_cli.documents.model import (
    Block,
    Document,
    Equation,
    Heading,
    Inline,
    Lines,
    Math,
    Note,
    Role,
    Say,
    Side,
    SideRole,
    Table,
    Text,
)
from backprop_cli.documents.sheet import notes, opening
from backprop_cli.documents.writing import Writing, inline, joined, lower, place, writing
from backprop_cli.ground.words import _, n_, sentences
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.views.eigenvalues import Definiteness
from backprop_cli.views.hessian import Hessian, aux
from backprop_cli.views.second_derivatives import SecondDerivatives

_WIDEST = 4  # rows and columns that are written as a matrix; more of them as a table
_SHOWN = 24  # lines before the gradient that are written again


def hessian_document(found: Hessian, dialect: str) -> Document:
    """The page: the gradient, the rows, the matrix, the eigenvalues, the verdict."""
    page = page_of(found, dialect)
    return page.document(under_its_pass(page, found.second, _Hessian(page, found).blocks()))


def page_of(found: Hessian, dialect: str, trace: Trace | None = None) -> Writing:
    """What writes the lines of the Hessian, or of a trace that has more than these."""
    problem = found.problem
    return writing(Solution(problem, trace or found.trace, Detail.FULL, rounding=problem.rounding), dialect)


class _Hessian:
    """Writes the Hessian of one pass or batch."""

    def __init__(self, page: Writing, found: Hessian) -> None:
        self.page = page
        self.found = found
        self.second = found.second

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        yield Say(introduction(self.page, self.second))
        yield from map(Note, notes(self.page))
        yield from gradient_blocks(self.page, self.second)
        yield from row_blocks(self.page, self.second)
        yield Heading(1, Role.PART, (Text(_("The Hessian")),))
        yield matrix_block(self.page, self.found)
        yield Heading(1, Role.PART, (Text(_("The eigenvalues")),))
        yield from self.eigenvalues()
        yield Say((Text(conclusion(self.found)),))

    def eigenvalues(self) -> Iterator[Block]:
        """The characteristic polynomial of a small matrix, and the eigenvalues."""
        found, page = self.found, self.page
        if found.invariants:
            yield from lines_of(page, self.second, [line.quantity for line in found.invariants])
            polynomial = page.math(lambda speller: speller.symbols_of(characteristic(found), self.second.at))
            zero = Side(page.speller.writer.dialect.equal, "0", SideRole.VALUE)
            yield Lines((Equation((polynomial,), (zero,)),))
        yield Lines(tuple(self.eigenvalue(index) for index in range(len(found.eigenvalues))))

    def eigenvalue(self, index: int) -> Equation:
        """λ₁ = (tr + √(tr² − 4·det))/2 = 2 + √2 ≈ 3.41421356"""
        one, page = self.found.eigenvalues[index], self.page
        equal = page.speller.writer.dialect.equal
        sides: list[Side] = []
        formula = by_formula(self.found, index)
        if formula is not None:
            sides.append(Side(equal, page.speller.symbols_of(formula, self.second.at), SideRole.FORMULA))
        if one.closed is not None:
            sides.append(Side(equal, page.speller.constant_formula(one.closed).text, SideRole.VALUE))
        left = page.symbol(aux(f"lambda{index + 1}", self.second.at))
        return Equation((left,), (*sides, *page.value(one.value)))


def under_its_pass(page: Writing, second: SecondDerivatives, blocks: Iterator[Block]) -> tuple[Block, ...]:
    """The blocks, where there are several passes under the heading of theirs and what is given there."""
    head = opening(page, second.at)
    return (*head, *(map(lower, blocks) if head else blocks))


def introduction(page: Writing, second: SecondDerivatives) -> Inline:
    """What a Hessian is, and how its rows are found."""
    names = joined([(page.symbol(one, second.at),) for one in second.variables])
    said = _("The Hessian has the second derivatives of {end} in {names}: the gradient, each line of it differentiated "
             "once more, row by row.")  # fmt: skip
    words = inline(said, end=page.symbol(second.objective, second.at), names=names)
    if any(line.quantity.kind is Kind.TANGENT for line in second.lines_of_rows):
        words += (Text(" "), Text(_("A dot is the derivative of a line in the number that the row is of.")))
    if len(second.problem.samples) > 1 and not second.problem.has_batches:
        words += (Text(" "), Text(_("The samples are trained one by one, so this is the Hessian of the first one; with "
                                    "'batch: full' it is that of all.")))  # fmt: skip
    return words


def gradient_blocks(page: Writing, second: SecondDerivatives) -> Iterator[Block]:
    """The lines up to the gradient, or where they are many the gradient alone."""
    lines = [line.quantity for line in second.base.lines]
    yield Heading(1, Role.PART, (Text(_("Up to the gradient")),))
    if len(lines) > _SHOWN:
        yield Say((Text(_("The lines before it are those of the worked solution.")),))
        lines = [second.objective, *second.gradients]
    yield from lines_of(page, second, lines)


def row_blocks(page: Writing, second: SecondDerivatives) -> Iterator[Block]:
    """The lines of each row."""
    for row in second.rows:
        yield Heading(1, Role.PART, inline(_("The row of {seed}"), seed=page.symbol(row.seed, second.at)))
        yield from lines_of(page, second, [line.quantity for line in row.lines])


def lines_of(page: Writing, second: SecondDerivatives, quantities: Sequence[Quantity]) -> Iterator[Block]:
    """The lines of these quantities, those of a sample of a batch under its number."""
    here = second.at
    for at, group in groupby(quantities, lambda one: one.at):
        if at != here:
            yield Heading(2, Role.LAYER, (Text(place(at) or page.pass_heading(at)),))
        here = at
        yield Lines(tuple(page.equation(page.solution.trace.by_quantity[one]) for one in group))


def written_out(page: Writing, name: str, entries: Sequence[Sequence[Quantity | Number]]) -> Lines:
    """A matrix with its values: H = (…)."""
    cells = Cells(page.speller)
    text = matrix(page.speller.writer.dialect, [[cells.text(one) for one in row] for row in entries])
    sign = cells.relation([one for row in entries for one in row])
    return Lines((Equation((letter(page, name),), (Side(sign, text, SideRole.VALUE),)),))


def matrix_block(page: Writing, found: Hessian) -> Block:
    """H as a matrix, or as a table where it is too wide for one."""
    entries = found.second.entries
    if len(entries) <= _WIDEST:
        return written_out(page, "H", entries)
    names = [page.symbol(one, found.second.at) for one in found.second.variables]
    rows = [(((name,)), *((page.given(one),) for one in row)) for name, row in zip(names, entries, strict=True)]
    head: tuple[Inline, ...] = ((letter(page, "H"),), *((name,) for name in names))
    return Table(head, tuple(rows), ("left", *["right"] * len(names)))


def letter(page: Writing, name: str) -> Math:
    """H"""
    return page.name(name)


def characteristic(found: Hessian) -> Formula:
    """λ² − tr·λ + det, or λ³ − tr·λ² + m·λ − det"""
    at = found.second.at
    root, tr, det = (Name(aux(name, at)) for name in ("lambda", "tr", "det"))
    if len(found.eigenvalues) == 2:
        return add(root**2, negate(multiply(tr, root)), det)
    return add(root**3, negate(multiply(tr, root**2)), multiply(Name(aux("m", at)), root), negate(det))


def by_formula(found: Hessian, index: int) -> Formula | None:
    """(tr ± √(tr² − 4·det))/2, or tr/3 + 2·p·cos((arccos r + 2πk)/3) where the cubic has no simpler roots."""
    if len(found.eigenvalues) == 2:
        return quadratic_formula(found.second.at, index)
    tr, p, r = (Name(aux(name, found.second.at)) for name in ("tr", "p", "r"))
    if p.symbol not in found.trace.by_quantity or found.eigenvalues[index].value.exact is not None:
        return None
    turn = multiply(number((0, 4, 2)[index]), apply("pi"))
    angle = divide(add(apply("arccos", r), turn), number(3))
    return add(divide(tr, number(3)), multiply(number(2), p, apply("cos", angle)))


def quadratic_formula(at: Address, index: int) -> Formula:
    """(tr ± √(tr² − 4·det))/2"""
    tr, det = (Name(aux(name, at)) for name in ("tr", "det"))
    root = apply("sqrt", add(tr**2, negate(multiply(number(4), det))))
    return divide(add(tr, root if index == 0 else negate(root)), number(2))


def conclusion(found: Hessian) -> str:
    """What the signs of the eigenvalues say of the point."""
    if found.verdict is Definiteness.DEGENERATE and not found.is_settled:
        return _("An eigenvalue cannot be told from 0: as far as it is known, the Hessian is singular (degenerate), "
                 "and second derivatives alone say nothing of the point.")  # fmt: skip
    said = _(_CRITICAL[found.verdict] if found.is_critical else _ELSEWHERE[found.verdict])
    if not found.is_settled:
        said = sentences([_("What is shown as ≈ 0 cannot be told from 0."), said])
    return said


_CRITICAL = {
    Definiteness.POSITIVE: n_("The gradient is 0 and every eigenvalue is positive: a minimum."),
    Definiteness.NEGATIVE: n_("The gradient is 0 and every eigenvalue is negative: a maximum."),
    Definiteness.INDEFINITE: n_("The gradient is 0 and eigenvalues have both signs: a saddle point."),
    Definiteness.DEGENERATE: n_(
        "The gradient is 0 and an eigenvalue is 0: degenerate; second derivatives alone do not say "
        "whether it is a minimum, a maximum or neither."
    ),
}
_ELSEWHERE = {
    Definiteness.POSITIVE: n_(
        "Every eigenvalue is positive: here the objective curves upwards in every direction, as "
        "around a minimum. The gradient is not 0, so this point itself is none."
    ),
    Definiteness.NEGATIVE: n_(
        "Every eigenvalue is negative: here the objective curves downwards in every direction, as "
        "around a maximum. The gradient is not 0, so this point itself is none."
    ),
    Definiteness.INDEFINITE: n_(
        "The eigenvalues have both signs: here the objective curves upwards in some directions and "
        "downwards in others, as around a saddle point. The gradient is not 0, so this point itself "
        "is none."
    ),
    Definiteness.DEGENERATE: n_(
        "An eigenvalue is 0: the Hessian is singular (degenerate), and in one direction the "
        "objective does not curve. The gradient is not 0, so this point is no minimum, maximum or "
        "saddle point."
    ),
}
