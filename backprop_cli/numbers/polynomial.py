"""Polynomials in one unknown as a number domain: what a formula is in one of its names, of degree two at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from backprop_cli.ground.errors import BackpropError
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.numbers.exact import Rational, rational

_MOST = 2


class NotAPolynomial(BackpropError):  # noqa: N818 - an answer, not an error
    """The formula is no polynomial of degree two at most in the unknown."""


class Polynomial:
    """c₀ + c₁x + c₂x², its coefficients certified; a coefficient that is only not told from 0 is not dropped."""

    __slots__ = ("coefficients",)

    def __init__(self, *coefficients: Real) -> None:
        kept = list(coefficients)
        while len(kept) > 1 and kept[-1] == 0:
            kept.pop()
        if len(kept) > _MOST + 1:
            raise NotAPolynomial("")
        self.coefficients = kept

    def __getitem__(self, power: int) -> Real:
        """The coefficient of a power."""
        return self.coefficients[power] if power < len(self.coefficients) else rational(0)

    @property
    def degree(self) -> int:
        """The highest power."""
        return len(self.coefficients) - 1

    def constant(self) -> Real:
        """The value, where it does not depend on the unknown."""
        if self.degree:
            raise NotAPolynomial("")
        return self.coefficients[0]

    def __int__(self) -> int:
        value = self.constant()
        if not isinstance(value, Rational) or value.q != 1:
            raise NotAPolynomial("")
        return int(value.p)

    def __add__(self, other: Any) -> Polynomial:
        other = _polynomial(other)
        return Polynomial(*(self[power] + other[power] for power in range(max(self.degree, other.degree) + 1)))

    def __neg__(self) -> Polynomial:
        return Polynomial(*(-one for one in self.coefficients))

    def __sub__(self, other: Any) -> Polynomial:
        return self + -_polynomial(other)

    def __mul__(self, other: Any) -> Polynomial:
        other = _polynomial(other)
        products: list[Real] = [rational(0)] * (self.degree + other.degree + 1)
        for power, one in enumerate(self.coefficients):
            for more, two in enumerate(other.coefficients):
                products[power + more] = products[power + more] + one * two
        return Polynomial(*products)

    def __truediv__(self, other: Any) -> Polynomial:
        inverse: Real = Certified().divide(rational(1), _polynomial(other).constant())
        return self * Polynomial(inverse)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Polynomial:
        return _polynomial(other) - self

    def __rtruediv__(self, other: Any) -> Polynomial:
        return _polynomial(other) / self


def _polynomial(value: Any) -> Polynomial:
    if isinstance(value, Polynomial):
        return value
    return Polynomial(rational(value) if isinstance(value, int) else value)


def unknown() -> Polynomial:
    """x."""
    return Polynomial(rational(0), rational(1))


class Polynomials:
    """The domain whose numbers are polynomials; what no polynomial does raises NotAPolynomial."""

    def number(self, value: Rational | int) -> Polynomial:
        """The number as a polynomial."""
        return _polynomial(value)

    def plus(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """x + y."""
        return x + y

    def times(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """x·y."""
        return x * y

    def divide(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """x/y, where y does not depend on the unknown; MathError when it is 0."""
        return x / y

    def power(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """x^y: a whole power, or one of a constant."""
        exponent = y.constant()
        if x.degree and isinstance(exponent, Rational) and exponent.q == 1 and 0 <= exponent <= _MOST:
            result = _polynomial(1)
            for _factor in range(int(exponent.p)):
                result = result * x
            return result
        return Polynomial(Certified().power(x.constant(), exponent))

    def by_sign(
        self,
        x: Polynomial,
        negative: Callable[[], Any],
        zero: Callable[[], Any],
        positive: Callable[[], Any],
    ) -> Any:
        """The branch that the sign of a constant selects."""
        return Certified().by_sign(x.constant(), negative, zero, positive)

    def __getattr__(self, name: str) -> Callable[..., Polynomial]:
        """Every other operation of the certified domain, on constants."""
        operation = getattr(Certified(), name)
        return lambda *values: Polynomial(operation(*_constants(values)))


def _constants(values: Sequence[Any]) -> list[Any]:
    return [value.constant() if isinstance(value, Polynomial) else value for value in values]
