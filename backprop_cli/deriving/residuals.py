"""The residuals of a sum of squares, their Jacobian, and the matrix that stands for the Hessian in Gauss-Newton."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Protocol

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Derivation, Line, in_order, quantities_in
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, Number, add, multiply
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.algebra.second_order import MODEL
from backprop_cli.deriving.second_derivatives import Differentiated
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _


class Curved(Protocol):
    """An objective with the lines up to its gradient, and the parameters that it is differentiated in."""

    @property
    def base(self) -> Derivation:
        """The lines up to the gradient."""

    @property
    def objective(self) -> Quantity:
        """What is differentiated."""

    @property
    def variables(self) -> tuple[Quantity, ...]:
        """What it is differentiated in."""

    @property
    def lines_of_rows(self) -> tuple[Line, ...]:
        """The lines of the second derivatives."""

    @property
    def at(self) -> Address:
        """The pass or the batch that is differentiated."""

    @property
    def differ(self) -> Differentiated:
        """The slopes of the lines up to the gradient."""

    def moves(self, quantity: Quantity) -> bool:
        """Whether a line depends on one of the variables."""


@record
class Column:
    """A column of the Jacobian: the parameter that moves, the lines of what it moves, its entries (0 and 1 as such)."""

    seed: Quantity
    lines: tuple[Line, ...]
    entries: tuple[Quantity | Number, ...]


@record(slots=False)
class Residuals:
    """What is squared in the objective, m quantities; the Jacobian, m by n; and the model.

    `matrix` is JᵀCJ, n by n, where C has the curvature of the objective in what is squared; `model` has the lines of
    its entries from the diagonal on, `lines` those of the Jacobian that the Hessian has not.
    """

    squared: tuple[Quantity, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    matrix: tuple[tuple[Quantity, ...], ...]
    model: tuple[Line, ...]

    @property
    def jacobian(self) -> tuple[tuple[Quantity | Number, ...], ...]:
        """A row for each of what is squared."""
        return tuple(zip(*(column.entries for column in self.columns), strict=True))


def residuals_of(second: Curved) -> Residuals:
    """The residuals of an objective; UsageError where it is no sum of squares."""
    curvatures = dict(_curvatures(second))
    squared = tuple(dict.fromkeys(one for pair in curvatures for one in pair))
    differ = second.differ
    columns = tuple(_column(differ, squared, seed) for seed in second.variables)
    known = {line.quantity for line in second.lines_of_rows}
    lines = tuple(line for column in columns for line in column.lines if line.quantity not in known)
    model = tuple(Line(Phase.UPDATE, entry, formula) for entry, formula in _model(second, squared, columns, curvatures))
    count = range(len(second.variables))
    matrix = tuple(tuple(_entry(second, min(i, j), max(i, j)) for j in count) for i in count)
    return Residuals(squared, columns, lines, matrix, model)


def _column(differ: Differentiated, squared: tuple[Quantity, ...], seed: Quantity) -> Column:
    """The derivatives of what is squared in one parameter: the tangents, under names that say in what they are.

    Tangents that say so themselves have no other name: ∂r/∂x among the lines of a graph is a slope of one of its nodes.
    """
    moved, named = differ.tangents(seed), {one: differ.tangent(one, seed) for one in squared}
    unnamed = () if differ.by_seed else squared
    of = {named[one]: Quantity(Kind.LOCAL, of=one.bare, by=seed, at=one.at) for one in unnamed}
    lines: dict[Quantity, Line] = {}
    for moving, line in moved.items():
        lines[moving] = line
        if entry := of.get(moving):
            lines[entry] = Line(Phase.BACKWARD, entry, Name(moving))
    entries = [ONE if one == seed else of.get(named[one], named[one]) if named[one] in moved else ZERO
               for one in squared]  # fmt: skip
    needed = {line.quantity for line in in_order(lines, [one for one in entries if isinstance(one, Quantity)])}
    return Column(seed, tuple(line for line in lines.values() if line.quantity in needed), tuple(entries))


def _entry(second: Curved, i: int, j: int) -> Quantity:
    number = f"{i + 1}{j + 1}" if len(second.variables) < 10 else f"{i + 1}_{j + 1}"
    return Quantity(Kind.AUX, f"{MODEL}{number}", at=second.at)


def _model(
    second: Curved,
    squared: tuple[Quantity, ...],
    columns: Sequence[Column],
    curvatures: dict[tuple[Quantity, Quantity], Formula],
) -> Iterator[tuple[Quantity, Formula]]:
    """Σ C·J·J, for each pair of parameters."""
    place = {one: row for row, one in enumerate(squared)}
    for i, left in enumerate(columns):
        for j in range(i, len(columns)):
            right = columns[j].entries
            terms = [multiply(curvature, _times(left.entries[place[a]], right[place[b]]))
                     for (a, b), curvature in curvatures.items()]  # fmt: skip
            yield _entry(second, i, j), add(*terms)


def _times(one: Quantity | Number, other: Quantity | Number) -> Formula:
    if one == other and isinstance(one, Quantity):
        return Name(one) ** 2
    return multiply(*(Name(each) if isinstance(each, Quantity) else each for each in (one, other)))


def _curvatures(second: Curved) -> Iterator[tuple[tuple[Quantity, Quantity], Formula]]:
    """The second derivatives of the objective in what it is quadratic in, by pairs, from it back through sums.

    A line is a sum where its slopes are constant; what is linear in a parameter itself adds nothing.
    """
    waiting: list[tuple[Quantity, Formula]] = [(second.objective, ONE)]
    while waiting:
        quantity, weight = waiting.pop(0)
        line = second.base.index.get(quantity)
        if line is None:
            continue
        first = _moving(second, slopes(line.formula, {}))
        bends = {one: _moving(second, slopes(slope, {})) for one, slope in first.items()}
        if not any(slope != ZERO for inner in bends.values() for slope in inner.values()):
            waiting += [(one, multiply(weight, slope)) for one, slope in first.items()]
            continue
        for one, inner in bends.items():
            for other, curvature in inner.items():
                _refuse_other(second, curvature, one == other)
                if curvature != ZERO:
                    yield (one, other), multiply(weight, curvature)


def _moving(second: Curved, found: Mapping[Hashable, Formula]) -> dict[Quantity, Formula]:
    return {one: slope for one, slope in found.items() if isinstance(one, Quantity) and second.moves(one)}


def _refuse_other(second: Curved, curvature: Formula, diagonal: bool) -> None:
    """Raises UsageError where a second derivative is not constant, or negative: no squares of residuals."""
    moves = any(second.moves(one) for one in quantities_in(curvature))
    negative = diagonal and isinstance(curvature, Number) and curvature.value < 0
    if moves or negative:
        message = _("Gauss-Newton needs a sum of squares, such as the squared error; in a graph, each residual a node "
                    "of its own: {objective} is none")  # fmt: skip
        raise UsageError(message.format(objective=second.objective.bare_key))
