"""Evaluates the lines of a derivation in their order, in any number domain.

An override may put another number in the place of a value for the lines after it: a rounded one, a moved one. A
MathError names the line that has no value; Undecided goes through as it is, and `Values.at` says at which line.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, operations_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.second_order import why_singular
from backprop_cli.ground.errors import MathError
from backprop_cli.ground.words import _, aside

Override = Callable[[Quantity, Any], Any]  # what stands for a value in the lines after it: rounded, moved, …


class Values:
    """The values of the lines taken so far; a constant is evaluated when it is first used, if it has not been taken.

    `known` are values that no line of these gives; `domains` those of the lines that are not evaluated in `domain`.
    """

    def __init__(
        self,
        constants: Mapping[Any, Formula],
        domain: Any,
        override: Override | None = None,
        known: Mapping[Any, Any] | None = None,
        domains: Mapping[Quantity, Any] | None = None,
    ) -> None:
        self.constants = constants
        self.known: dict[Hashable, Any] = dict(known or {})
        self.at: Quantity | None = None
        self._domain = domain
        self._domains = domains or {}
        self._override = override

    def __getitem__(self, symbol: Any) -> Any:
        """The value of a name; KeyError where it has none so far."""
        found = self.known.get(symbol)
        if found is None:
            found = self._write(symbol, evaluate(self.constants[symbol], self._domain, self.__getitem__))
        return found

    def take(self, quantity: Quantity, formula: Formula) -> Any:
        """The value of the next line, or of a constant. Raises MathError, with its key, where it has none."""
        self.at = quantity
        try:
            value = evaluate(formula, self._domains.get(quantity, self._domain), self.__getitem__)
        except MathError as problem:
            why = why_singular(quantity) or _why_no_slope(quantity, formula)
            said = f"{quantity.key}: {aside(str(problem), why) if why else problem}"
            raise MathError(said, quantity.key, problem.hint) from None
        return self._write(quantity, value)

    def _write(self, quantity: Quantity, value: Any) -> Any:
        self.known[quantity] = value if self._override is None else self._override(quantity, value)
        return self.known[quantity]


def _why_no_slope(quantity: Quantity, formula: Formula) -> str:
    """What a division by zero in a derivative means where a root is differentiated; empty elsewhere."""
    if quantity.kind not in _DERIVATIVES or not any(operations_in(formula, "sqrt")):
        return ""
    return _("a root has no slope at 0, and ‖a − b‖ none where a = b: move one of them, or square it")


_DERIVATIVES = (Kind.GRADIENT, Kind.LOCAL, Kind.PATH, Kind.DELTA)


def evaluate_lines(
    lines: Iterable[Line],
    constants: Mapping[Quantity, Formula],
    domain: Any,
    override: Override | None = None,
    known: Mapping[Quantity, Any] | None = None,
) -> Mapping[Any, Any]:
    """The values of what is `known`, of all constants, and of the lines, each of which uses only what is before it."""
    values = Values(constants, domain, override, known)
    take_all(values, lines)
    return values.known


def take_all(values: Values, lines: Iterable[Line]) -> None:
    """Takes all constants, then the lines."""
    for quantity, formula in values.constants.items():
        values.take(quantity, formula)
    for line in lines:
        values.take(line.quantity, line.formula)
