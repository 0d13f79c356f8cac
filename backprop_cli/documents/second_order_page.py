"""A step of the second order as a document: the matrix that it uses, its lines, and where the objective goes."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.second_order import BY_CRAMER, DAMPING
from backprop_cli.deriving.residuals import Residuals
from backprop_cli.documents.hessian_page import (
    gradient_blocks,
    lines_of,
    matrix_block,
    page_of,
    row_blocks,
    under_its_pass,
    written_out,
)
from backprop_cli.documents.model import (
    Block,
    Document,
    Heading,
    Inline,
    Lines,
    Note,
    Role,
    Say,
    Text,
)
from backprop_cli.documents.sheet import notes
from backprop_cli.documents.writing import Writing, inline, place
from backprop_cli.ground.words import _, counted
from backprop_cli.views.eigenvalues import Definiteness
from backprop_cli.views.second_order import goes_down, is_quadratic
from backprop_cli.views.second_work import SecondOrder, Stage

_WIDEST = 6  # columns of a Jacobian that is still written as a matrix
_TALLEST = 12


def second_order_document(found: SecondOrder, dialect: str) -> Document:
    """The page: the method, the gradient, the matrix, the step, the objective before and after."""
    page = page_of(found.start, dialect, found.trace)
    return page.document(under_its_pass(page, found.start.second, _Step(page, found).blocks()))


class _Step:
    """Writes the steps of one method."""

    def __init__(self, page: Writing, found: SecondOrder) -> None:
        self.page = page
        self.found = found
        self.second = found.start.second

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        found, page = self.found, self.page
        yield Say((Text(_(found.method.row.says([DAMPING] if found.damping is not None else []))),), rule=True)
        if found.damping is not None:
            said = _("The damping λ = {number} is added on the diagonal.")
            yield Say(inline(said, number=page.constant(found.damping)))
        yield from map(Note, notes(page))
        yield from gradient_blocks(page, self.second)
        if found.residuals is None:
            yield from row_blocks(page, self.second)
            yield Heading(1, Role.PART, (Text(_("The Hessian")),))
            yield matrix_block(page, found.start)
        else:
            yield from self.jacobian(found.residuals)
        yield from self.steps()
        yield Heading(1, Role.END, (Text(_("Where the objective goes")),))
        yield Lines((page.equation(page.solution.trace.by_quantity[found.ends]),))
        yield Say(self.conclusion())

    def jacobian(self, residuals: Residuals) -> Iterator[Block]:
        """The Jacobian of what is squared, column by column, and as a matrix where it is not too large."""
        page = self.page
        for column in residuals.columns:
            said = _("The column of {seed}")
            yield Heading(1, Role.PART, inline(said, seed=page.symbol(column.seed, self.second.at)))
            yield from lines_of(page, self.second, [line.quantity for line in column.lines])
        rows = residuals.jacobian
        if len(residuals.columns) <= _WIDEST and len(rows) <= _TALLEST:
            yield Heading(1, Role.PART, (Text(_("The Jacobian")),))
            yield written_out(page, "J", rows)

    def steps(self) -> Iterator[Block]:
        """The lines of the step, or of each."""
        for part in self.found.parts:
            first = _("The first direction") if len(self.found.parts) > 1 else _("The step")
            yield Heading(1, Role.PART, (Text(place(part.at[len(self.second.at) :]) or first),))
            if said := self.system(part):
                yield Say(said)
            trace = self.page.solution.trace
            yield Lines(tuple(self.page.equation(trace.by_quantity[line.quantity]) for line in part.written))

    def system(self, part: Stage) -> Inline:
        """How a system of equations is solved, where there is one."""
        count = len(self.second.variables)
        if not self.found.method.row.damped or count == 1:
            return ()
        if count <= BY_CRAMER:
            said = _(
                "The system is solved by determinants (Cramer): the column of a parameter replaced by the gradient."
            )
            return (Text(said),)
        said = _("The system of {count} equations is solved by Gauss's elimination, whose {lines:,} lines are left "
                 "out, and from the last step back.")  # fmt: skip
        return inline(said, count=count, lines=counted(len(part.lines) - len(part.written)))

    def conclusion(self) -> Inline:
        """From where to where the objective goes, and what is to be known of that."""
        found, trace = self.found, self.found.trace
        before, after = (trace.value(one) for one in (self.second.objective, found.ends))
        said = _("{objective} goes from {before} to {after}.")
        words = inline(said, objective=self.page.symbol(self.second.objective, self.second.at),
                       before=self.page.short(before), after=self.page.short(after))  # fmt: skip
        return words + tuple(one for text in _remarks(found) for one in (Text(" "), Text(text)))


def _remarks(found: SecondOrder) -> Iterator[str]:
    """What a reader must know of a step that does not end in a minimum, and of one that does."""
    newton = found.method.name == "newton"
    if newton and found.damping is None and is_quadratic(found.start.second):
        yield _("The objective is quadratic, so the gradient is 0 there.")
    if newton and found.start.verdict is not Definiteness.POSITIVE:
        yield _("The Hessian is not positive definite here, so Newton's step need not go down: it goes to where the "
                "model is flat, be it a saddle point or a maximum.")  # fmt: skip
    if found.is_to_top:
        yield _("The objective curves downwards along the gradient (gᵀHg < 0), so α is negative and the step goes up, "
                "to the top of the model.")  # fmt: skip
    elif not goes_down(found) and not is_quadratic(found.start.second):
        yield _("It does not fall: the quadratic model is not the objective, and the step was too long for it.")
    if found.method.name == "line-search" and not is_quadratic(found.start.second):
        yield _("The objective is not quadratic, so this is the minimum of its model along the line, not its own.")
