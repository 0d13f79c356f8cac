"""Ordinary floats as a number domain, and formulas in them: a value, and how far the digits before it can move it.

Candidates are sifted here, hundreds a line; what is shown is computed again over balls. What has no value is not a
number.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Quantity

NOTHING = math.nan
Known = tuple[float, float]  # a value, and by how much it may be off
_LARGE = 700.0


class Doubles:
    """Floats as the operations table asks for numbers."""

    sin, cos, tanh, erf = map(staticmethod, (math.sin, math.cos, math.tanh, math.erf))

    def number(self, value: Any) -> float:
        """The number as a float."""
        return float(value) if isinstance(value, int | float) else float(value.p) / float(value.q)

    def by_sign(
        self, x: float, negative: Callable[[], Any], zero: Callable[[], Any], positive: Callable[[], Any]
    ) -> Any:
        """The branch that the sign of x selects."""
        if math.isnan(x):
            return x
        return positive() if x > 0 else negative() if x < 0 else zero()

    def divide(self, x: float, y: float) -> float:
        """x/y."""
        return x / y if y else NOTHING

    def exp(self, x: float) -> float:
        """e^x."""
        return math.exp(x) if x < _LARGE else NOTHING

    def ln(self, x: float) -> float:
        """The natural logarithm."""
        return math.log(x) if x > 0 else NOTHING

    def log(self, x: float, base: int) -> float:
        """The logarithm to a whole base."""
        return math.log(x) / math.log(base) if x > 0 else NOTHING

    def sqrt(self, x: float) -> float:
        """The square root."""
        return math.sqrt(x) if x >= 0 else NOTHING

    def power(self, x: float, y: float) -> float:
        """x^y."""
        if (x < 0 and y != int(y)) or (x == 0 and y < 0):
            return NOTHING
        return float(x**y)

    def cos_pi(self, x: float) -> float:
        """cos πx."""
        return math.cos(math.pi * x)

    def pi(self) -> float:
        """π."""
        return math.pi

    def floor(self, x: float) -> float:
        """The whole number below."""
        return float(math.floor(x)) if math.isfinite(x) else NOTHING


_DOMAIN = Doubles()


def applied(operation: str, values: list[float]) -> float:
    """The value of an operation; not a number where it has none."""
    try:
        return float(OPERATIONS[operation].value(_DOMAIN, *values))
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return NOTHING


class Floats(ABC):
    """Formulas in floats, where `known` has the value of every name; parts that formulas share are computed once."""

    def __init__(self) -> None:
        self._seen: dict[int, Known] = {}  # by identity
        self._kept: list[Formula] = []  # lest their places be reused

    @abstractmethod
    def known(self, quantity: Quantity) -> Known:
        """The value of a name, and how far it may be off."""

    def __call__(self, formula: Formula) -> Known:
        """The value, and how far it may be off."""
        found = self._seen.get(id(formula))
        if found is None:
            found = self._seen[id(formula)] = self.once(formula)
            self._kept.append(formula)
        return found

    def once(self, formula: Formula) -> Known:
        """The same for a formula that will not come again."""
        if isinstance(formula, Apply):
            seen = self._seen.get  # most parts were seen: they are not worth a call
            return _combined(formula.operation, [seen(id(part)) or self(part) for part in formula.arguments])
        if isinstance(formula, Name):
            return self.known(formula.symbol)  # type: ignore[arg-type]
        return float(formula.value.p) / float(formula.value.q), 0.0


class Changed(Floats):
    """The same where some quantities are others."""

    def __init__(self, changes: Mapping[Quantity, Known], otherwise: Callable[[Quantity], Known]) -> None:
        super().__init__()
        self._changes, self._otherwise = changes, otherwise

    def known(self, quantity: Quantity) -> Known:
        """The value as it was changed, or as it was."""
        return self._changes.get(quantity) or self._otherwise(quantity)


def _combined(operation: str, parts: list[Known]) -> Known:
    if operation == "sum":
        value = off = 0.0
        for other, radius in parts:
            value += other
            off += radius
        return value, off
    if operation == "negative":
        return -parts[0][0], parts[0][1]
    if operation == "product":
        return _product(parts)
    values = [part[0] for part in parts]
    middle = applied(operation, values)
    off = 0.0
    for index, (value, radius) in enumerate(parts):
        if radius:
            moved = applied(operation, [*values[:index], value + radius, *values[index + 1 :]])
            off += abs(moved - middle)
    return middle, off


def _product(parts: list[Known]) -> Known:
    value, off = parts[0]
    for other, radius in parts[1:]:
        off = abs(value) * radius + abs(other) * off + off * radius
        value *= other
    return value, off


def evaluated(formula: Formula, values: Callable[[Quantity], float]) -> float:
    """The value of a formula in plain floats."""
    if isinstance(formula, Apply):
        parts = [evaluated(argument, values) for argument in formula.arguments]
        match formula.operation:
            case "sum":
                return sum(parts)
            case "product":
                return math.prod(parts)
            case "negative":
                return -parts[0]
        return applied(formula.operation, parts)
    if isinstance(formula, Name):
        return values(formula.symbol)  # type: ignore[arg-type]
    return float(formula.value.p) / float(formula.value.q)
