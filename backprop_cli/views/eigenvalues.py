"""What the eigenvalues of a Hessian say: a minimum, a maximum, a saddle, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from backprop_cli.algebra.formula import Formula, Number, add, apply, negate
from backprop_cli.deriving.trace import Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Certified, Real, precision
from backprop_cli.numbers.rounded import Decimal, Rounding, round_to, to_digits
from backprop_cli.numbers.spectra import Root, spectrum


class Definiteness(Enum):
    """What the signs of the eigenvalues say of the matrix."""

    POSITIVE = "positive definite"
    NEGATIVE = "negative definite"
    INDEFINITE = "indefinite"
    DEGENERATE = "degenerate"  # one is 0, and no two have different signs


@record
class Eigenvalue:
    """An eigenvalue, its sign, and its closed form where it is the root of a quadratic with rational coefficients.

    The sign is 0 also where the value cannot be told from 0; `is_settled` is False then.
    """

    value: Value
    closed: Formula | None
    sign: int
    is_settled: bool


def eigenvalues(rows: Sequence[Sequence[Real]], digits: int) -> tuple[Eigenvalue, ...]:
    """All eigenvalues of a symmetric matrix, the largest first, each as often as it occurs."""
    with precision(max(4 * limits.FIRST_PRECISION, 8 * digits)):
        return tuple(_eigenvalue(root, digits) for root in spectrum(rows))


def verdict(found: Sequence[Eigenvalue]) -> Definiteness:
    """The verdict of the signs."""
    signs = {one.sign for one in found}
    if {1, -1} <= signs:
        return Definiteness.INDEFINITE
    if 0 in signs:
        return Definiteness.DEGENERATE
    return Definiteness.POSITIVE if signs == {1} else Definiteness.NEGATIVE


def _eigenvalue(root: Root, digits: int) -> Eigenvalue:
    try:
        sign = Certified().sign(root.number)
    except Undecided:
        return Eigenvalue(Value(root.number, Decimal(0, 0, whole_truth=False)), None, 0, is_settled=False)
    return Eigenvalue(Value(root.number, _decimal(root.number, digits)), _closed(root), sign, is_settled=True)


def _closed(root: Root) -> Formula | None:
    """middle ± √square"""
    if root.middle is None or root.square is None:
        return None
    square = apply("sqrt", Number(root.square))
    return add(Number(root.middle), square if root.above else negate(square))


def _decimal(value: Real, digits: int) -> Decimal:
    """The correctly rounded decimal, with fewer digits where the ball does not settle all of them."""
    for places in range(digits, 0, -1):
        for rounded in (to_digits, lambda one, count: round_to(one, Rounding(places=count))):
            try:
                return rounded(value, places)
            except Undecided:
                continue
    return Decimal(0, 0, whole_truth=False)
