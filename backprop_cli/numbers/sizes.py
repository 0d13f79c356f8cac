"""How certified numbers compare, and how large several of them are together."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from backprop_cli.numbers.certified import Certified, Real, compact
from backprop_cli.numbers.exact import Rational, rational

ZERO = rational(0)


def is_zero(value: Real) -> bool:
    """Whether the value is known to be 0, not only too small to tell."""
    return isinstance(value, Rational) and bool(value == 0)


def agree(one: Real, other: Real) -> bool:
    """Whether two values are equal as far as they are known: as rationals, or as balls that have a point in common."""
    if isinstance(one, Rational) and isinstance(other, Rational):
        return bool(one == other)
    return bool(arb(one).overlaps(arb(other)))


def size(value: Real) -> Real:
    """The value without its sign."""
    if isinstance(value, Rational):
        return -value if value < 0 else value
    return abs(value)


def largest(values: Sequence[Real]) -> Real:
    """The largest of the sizes; which one it is need not be decided."""
    exact = [size(value) for value in values if isinstance(value, Rational)]
    if len(exact) == len(values):
        return max(exact)
    result = arb(0)
    for value in values:
        result = result.max(arb(size(value)))
    return result


def mean(values: Sequence[Real]) -> Real:
    """The mean of the sizes."""
    return compact(sum(map(size, values), ZERO) / len(values))


def norm(values: Sequence[Real]) -> Real:
    """The Euclidean norm: the root of the sum of the squares."""
    return Certified().sqrt(sum((value * value for value in values), ZERO))
