"""The eigenvalues of symmetric matrices: exact where they are rational, else balls that are proven to hold them.

The characteristic polynomial of a matrix of rationals is factored over the rationals, so that every eigenvalue has its
multiplicity, and those of factors of degree one or two are known exactly; the others are enclosed. Those of a matrix of
balls are as far from those of its middle as the norm of its radii at most (Weyl 1912).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import acb, arb, fmpq, fmpq_mat, fmpz_poly

from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational, rational


@record
class Root:
    """An eigenvalue; where it is `middle` ± √`square`, the two rationals, and which of the two signs."""

    number: Real
    middle: Rational | None = None
    square: Rational | None = None
    above: bool = True


def spectrum(rows: Sequence[Sequence[Real]]) -> list[Root]:
    """The eigenvalues of a symmetric matrix, n by n, the largest first, at the precision at hand."""
    exact = [[one for one in row if isinstance(one, Rational)] for row in rows]
    if sum(map(len, exact)) == len(rows) ** 2:
        found = list(_of_rationals(exact))
    else:
        found = list(_of_balls([[arb(one) for one in row] for row in rows]))
    return sorted(found, key=lambda one: _middle(one.number), reverse=True)


def _of_rationals(rows: Sequence[Sequence[Rational]]) -> Iterator[Root]:
    matrix = fmpq_mat([[fmpq(int(one.p), int(one.q)) for one in row] for row in rows])
    _content, factors = matrix.charpoly().numer().factor()
    for factor, multiplicity in factors:
        for root in _roots(factor):
            yield from [root] * multiplicity


def _of_balls(rows: Sequence[Sequence[arb]]) -> Iterator[Root]:
    middle = fmpq_mat([[_dyadic(one.mid()) for one in row] for row in rows])
    widest = arb(0)
    for row in rows:
        widest = widest.max(sum((one.rad() for one in row), arb(0)))
    around = arb(0, widest.upper())
    for root, multiplicity in _complex_roots(middle.charpoly().numer()):
        yield from [Root(root.real + around)] * multiplicity


def _complex_roots(polynomial: fmpz_poly) -> list[tuple[acb, int]]:
    """The roots of a polynomial in isolating balls, each with its multiplicity (which FLINT's types do not say)."""
    found: Any = polynomial.complex_roots()
    return list(found)


def _dyadic(exact: arb) -> fmpq:
    """A ball without a radius as the rational that it is."""
    mantissa, exponent = exact.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _roots(factor: fmpz_poly) -> Iterator[Root]:
    """The roots of an irreducible factor; all are real, since the matrix is symmetric."""
    c, b, a = (int(factor[power]) for power in range(3))
    if factor.degree() == 1:
        yield Root(rational(-c, b))
        return
    for root, _multiplicity in _complex_roots(factor):
        if factor.degree() == 2:
            above = bool(root.real > arb(-b) / (2 * a))
            yield Root(root.real, rational(-b, 2 * a), rational(b * b - 4 * a * c, 4 * a * a), above)
        else:
            yield Root(root.real)


def _middle(value: Real) -> float:
    return float(value.mid()) if isinstance(value, arb) else int(value.p) / int(value.q)
