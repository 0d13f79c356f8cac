"""Evaluates formulas in a number domain, and differentiates them by the chain rule and the table of operations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from backprop_cli.algebra.formula import (
    ONE,
    ZERO,
    Apply,
    Formula,
    Name,
    Number,
    add,
    divide,
    fold,
    multiply,
    names_in,
    power,
)
from backprop_cli.algebra.operations import OPERATIONS, partial_derivative


def _no_name(symbol: Hashable) -> Any:
    raise AssertionError(symbol)


def evaluate(formula: Formula, domain: Any, value_of: Callable[[Hashable], Any] = _no_name) -> Any:
    """The formula's value in a number domain, with `value_of(symbol)` for its names, if there are any.

    Raises MathError where it has none and Undecided where this precision does not settle it.
    """
    match formula:
        case Name():
            return value_of(formula.symbol)
        case Number():
            return domain.number(formula.value)
        case Apply():
            values = [evaluate(argument, domain, value_of) for argument in formula.arguments]
            return OPERATIONS[formula.operation].value(domain, *values)


def slopes(formula: Formula, known: Mapping[Formula, Formula]) -> dict[Hashable, Formula]:
    """The partial derivative of the formula with respect to every name in it: reverse accumulation over its tree.

    `known` names formulas that already have a name, so that a derivative that mentions its own result (or, in a
    softmax, its siblings') says `out_h1` and not the formula again. One traversal: time is linear in the formula for
    sums, and in the square of the number of factors for products.
    """
    collected: dict[Hashable, list[Formula]] = {}
    _collect(formula, ONE, known, collected)
    return {symbol: add(*terms) for symbol, terms in collected.items()}


def _collect(
    formula: Formula, so_far: Formula, known: Mapping[Formula, Formula], into: dict[Hashable, list[Formula]]
) -> None:
    match formula:
        case Name(symbol):
            into.setdefault(symbol, []).append(so_far)
        case Apply(_, arguments):
            for index, argument in enumerate(arguments):
                if not isinstance(argument, Number):
                    local = fold(partial_derivative(formula, index), known)
                    if local != ZERO:
                        _collect(argument, multiply(so_far, local), known, into)
                    else:
                        for name in names_in(argument):  # so that they are in the result as well
                            into.setdefault(name.symbol, [])


class Symbols:
    """Formulas as a number domain: evaluating in it writes an operation out by its definition.

    What has no definition by a formula (a choice by sign) is left as it is.
    """

    def number(self, value: Any) -> Formula:
        """The number as a formula."""
        return ONE * value if isinstance(value, int) else Number(value)

    def divide(self, x: Formula, y: Formula) -> Formula:
        """x/y."""
        return divide(x, y)

    def power(self, x: Formula, y: Formula) -> Formula:
        """x^y."""
        return power(x, y)

    def __getattr__(self, operation: str) -> Callable[..., Formula]:
        if operation not in OPERATIONS:
            raise AttributeError(operation)
        return lambda *arguments: Apply(operation, arguments)


def spelled_out(formula: Formula) -> Formula:
    """The formula with sigmoid, softmax and their like written by their definitions, and other things as they are."""
    if not isinstance(formula, Apply):
        return formula
    arguments = tuple(spelled_out(argument) for argument in formula.arguments)
    operation = OPERATIONS[formula.operation]
    if not operation.spelled_out:
        return Apply(formula.operation, arguments)
    if operation.indexed:
        which = formula.arguments[0]
        assert isinstance(which, Number)
        return operation.value(Symbols(), int(which.value.p), *arguments[1:])  # type: ignore[no-any-return]
    return operation.value(Symbols(), *arguments)  # type: ignore[no-any-return]
