"""The Hessian with its values, its eigenvalues and their verdict, and the lines by which few of them are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name, add, apply, divide, multiply, number
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.algebra.second_order import determinant
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.records import record
from backprop_cli.numbers.sizes import ZERO, agree, is_zero
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.eigenvalues import Definiteness, Eigenvalue, eigenvalues, verdict
from backprop_cli.views.second_derivatives import SecondDerivatives, second_derivatives


@record(slots=False)
class Hessian:
    """The second derivatives with the values of all their lines.

    `invariants` are the lines that the characteristic polynomial is made of: of two or three parameters only.
    """

    second: SecondDerivatives
    trace: Trace
    eigenvalues: tuple[Eigenvalue, ...]
    invariants: tuple[Line, ...]

    @property
    def problem(self) -> Problem:
        """The problem, as far as it is worked out line by line."""
        return self.second.problem

    @property
    def verdict(self) -> Definiteness:
        """What the signs of the eigenvalues say."""
        return verdict(self.eigenvalues)

    @cached_property
    def is_critical(self) -> bool:
        """Whether the gradient is known to be 0, so that the verdict is one of the point."""
        return all(is_zero(self.trace.value(one).number) for one in self.second.gradients)

    @property
    def is_settled(self) -> bool:
        """Whether the sign of every eigenvalue is known."""
        return all(one.is_settled for one in self.eigenvalues)


def hessian(worked: WorkedProblem, text: str = "", digits: int = 9) -> Hessian:
    """The Hessian in the parameters that `text` names, or in all that are updated."""
    second = second_derivatives(worked, text)
    invariants = tuple(invariants_of(second))
    trace = solved(second, invariants, digits)
    found = _eigenvalues(second, trace)
    if len(found) == 3 and any(one.closed is None and one.value.exact is None for one in found) and _differ(found):
        invariants = (*invariants, *_of_viete(second))
        trace = solved(second, invariants, digits)
    return Hessian(second, trace, found, invariants)


def _differ(found: Sequence[Eigenvalue]) -> bool:
    """Whether the largest eigenvalue is known to be another number than the smallest."""
    return not agree(found[0].value.number, found[-1].value.number)


def _eigenvalues(second: SecondDerivatives, trace: Trace) -> tuple[Eigenvalue, ...]:
    """The eigenvalues; of two, where the determinant is proven to be 0, one is the trace and one is 0."""
    rows = [[trace.value(one).number for one in row] for row in second.entries]
    if len(rows) == 2 and is_zero(trace.value(aux("det", second.at)).number):
        total = trace.value(aux("tr", second.at)).number
        found = [eigenvalues([[one]], trace.digits)[0] for one in (total, ZERO)]
        return tuple(found if found[0].sign >= 0 else found[::-1])
    return eigenvalues(rows, trace.digits)


def solved(
    second: SecondDerivatives,
    more: Sequence[Line],
    digits: int,
    constants: Mapping[Quantity, Formula] | None = None,
) -> Trace:
    """The trace of all lines and more; what the problem rounds is rounded, and nothing else."""
    unrounded = frozenset(line.quantity for line in (*second.lines_of_rows, *more))
    return solve(second.with_lines(more, constants), second.problem.rounding, digits, unrounded)


def aux(name: str, at: Address = ()) -> Quantity:
    """A number that is written down on the way."""
    return Quantity(Kind.AUX, name, at=at)


def invariants_of(second: SecondDerivatives) -> list[Line]:
    """The trace, the sum of the principal minors of order two, and the determinant."""
    rows = tuple(tuple(Name(one) for one in row) for row in second.entries)
    if len(rows) not in (2, 3):
        return []
    found: dict[str, Formula] = {"tr": add(*(rows[k][k] for k in range(len(rows))))}
    if len(rows) == 3:
        found["m"] = add(*(determinant([[rows[i][i], rows[i][j]], [rows[j][i], rows[j][j]]])
                           for i, j in ((0, 1), (0, 2), (1, 2))))  # fmt: skip
    found["det"] = determinant(rows)
    return [Line(Phase.UPDATE, aux(name, second.at), formula) for name, formula in found.items()]


def _of_viete(second: SecondDerivatives) -> list[Line]:
    """p and r of λ = tr/3 + 2p·cos((arccos r + 2πk)/3): three real roots of a cubic by cosines (Viète 1591)."""
    tr, m, det = (Name(aux(name, second.at)) for name in ("tr", "m", "det"))
    p = aux("p", second.at)
    size = divide(apply("sqrt", tr**2 - multiply(number(3), m)), number(3))
    over = 2 * tr**3 - multiply(number(9), tr, m) + multiply(number(27), det)
    ratio = divide(over, multiply(number(54), Name(p) ** 3))
    return [Line(Phase.UPDATE, p, size), Line(Phase.UPDATE, aux("r", second.at), ratio)]
