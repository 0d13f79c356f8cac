"""A formula is data, an expression tree: a number, a name, or an operation on formulas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import field
from operator import is_
from typing import TypeAlias, TypeGuard

from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, rational


class Arithmetic:
    """Lets tables say `y * (1 - y)`: the result is a formula, tidied as one would while writing."""

    __slots__ = ()

    def __add__(self, other: Formula | int) -> Formula:
        return add(as_formula(self), as_formula(other))

    def __radd__(self, other: int) -> Formula:
        return add(as_formula(other), as_formula(self))

    def __sub__(self, other: Formula | int) -> Formula:
        return add(as_formula(self), negate(as_formula(other)))

    def __rsub__(self, other: int) -> Formula:
        return add(as_formula(other), negate(as_formula(self)))

    def __mul__(self, other: Formula | int) -> Formula:
        return multiply(as_formula(self), as_formula(other))

    def __rmul__(self, other: int) -> Formula:
        return multiply(as_formula(other), as_formula(self))

    def __truediv__(self, other: Formula | int) -> Formula:
        return divide(as_formula(self), as_formula(other))

    def __rtruediv__(self, other: int) -> Formula:
        return divide(as_formula(other), as_formula(self))

    def __neg__(self) -> Formula:
        return negate(as_formula(self))

    def __pow__(self, exponent: Formula | int) -> Formula:
        return power(as_formula(self), as_formula(exponent))


@record
class Number(Arithmetic):
    """A rational constant; `text` keeps it as it was written (`0.40` says two decimals)."""

    value: Rational
    text: str | None = field(default=None, compare=False)


@record
class Name(Arithmetic):
    """A quantity that has its value elsewhere; `symbol` is whatever stands for it."""

    symbol: Hashable


@record
class Apply(Arithmetic):
    """An operation, named as in the operations table, on its arguments."""

    operation: str
    arguments: tuple[Formula, ...]


Formula: TypeAlias = Number | Name | Apply

ZERO = Number(rational(0))
ONE = Number(rational(1))


def number(numerator: int, denominator: int = 1) -> Number:
    """The constant numerator/denominator."""
    return Number(rational(numerator, denominator))


def apply(operation: str, *arguments: Formula | int) -> Apply:
    """The operation on its arguments, as it stands: nothing is tidied."""
    return Apply(operation, tuple(as_formula(argument) for argument in arguments))


def as_formula(value: object) -> Formula:
    """The value itself when it is a formula, else the number it is."""
    if isinstance(value, int):
        return number(value)
    assert isinstance(value, Number | Name | Apply)
    return value


# Tidy constructors: what a person drops without a word (·1, +0, a double minus) never gets written.


def add(*terms: Formula) -> Formula:
    """The sum of the terms: zeros are dropped, sums inside it opened, its numbers collected where the first stands."""
    kept: list[Formula] = []
    at: int | None = None
    for part in _terms(terms):
        number = _constant(part)
        if number is None:
            kept.append(part)
        elif at is None:
            at = len(kept)
            kept.append(part if isinstance(part, Number) else Number(number))
        else:
            kept[at] = Number(as_number(kept[at]) + number)
    kept = [part for part in kept if part != ZERO]
    kept = kept[:1] + [_minus(part) for part in kept[1:]]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Apply("sum", tuple(kept))


def _terms(formulas: Iterable[Formula]) -> Iterator[Formula]:
    """The terms with inner sums opened."""
    for formula in formulas:
        if isinstance(formula, Apply) and formula.operation == "sum":
            yield from _terms(formula.arguments)
        else:
            yield formula


def _constant(formula: Formula) -> Rational | None:
    """The value of a number, or of minus a number."""
    match formula:
        case Number(value):
            return value
        case Apply("negative", (Number(value),)):
            return -value
    return None


def as_number(formula: Formula) -> Rational:
    """The value of a constant."""
    assert isinstance(formula, Number)
    return formula.value


def _minus(term: Formula) -> Formula:
    """x + (−1) is written x − 1."""
    if isinstance(term, Number) and term.value < 0:
        return Apply("negative", (Number(-term.value),))
    return term


def multiply(*factors: Formula) -> Formula:
    """The product of the factors: its numbers collected in front, ones dropped, minus signs taken out."""
    coefficient: Number | None = None
    negative = False
    kept: list[Formula] = []
    for factor in _factors(factors):
        match factor:
            case Apply("negative", ()):
                negative = not negative
            case Number() if coefficient is None or factor == ONE:
                coefficient = coefficient or factor
            case Number():
                coefficient = factor if coefficient == ONE else Number(as_number(coefficient or ONE) * factor.value)
            case _:
                kept.append(factor)
    if coefficient is not None and coefficient.value < 0 and kept:
        negative, coefficient = not negative, Number(-coefficient.value)
    if coefficient == ZERO:
        return ZERO
    if coefficient is not None and (coefficient != ONE or not kept):
        kept.insert(0, coefficient)
    if negative and (swapped := _swap_a_difference(kept)):
        kept, negative = swapped, False
    product = ONE if not kept else kept[0] if len(kept) == 1 else Apply("product", tuple(kept))
    return negate(product) if negative else product


_MINUS = Apply("negative", ())  # stands among factors for a minus sign taken out of one of them


def _factors(formulas: Iterable[Formula]) -> Iterator[Formula]:
    """The factors with inner products opened and minus signs taken out."""
    for formula in formulas:
        match formula:
            case Apply("product", inner):
                yield from _factors(inner)
            case Apply("negative", (inner_one,)):
                yield _MINUS
                yield from _factors([inner_one])
            case Apply("sum", terms) if all(map(_is_negative, terms)):
                yield _MINUS
                yield add(*map(negate, terms))
            case _:
                yield formula


def _is_negative(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.operation == "negative"


def _difference(formula: Formula) -> tuple[Formula, Formula] | None:
    match formula:
        case Apply("sum", (left, Apply("negative", (right,)))) if not _is_negative(left):
            return left, right
    return None


def _swap_a_difference(factors: list[Formula]) -> list[Formula] | None:
    """−(t − o)·x is written (o − t)·x; but −x·(1 − y) stays, because 1 − y is how one knows it."""
    for index, factor in enumerate(factors):
        pair = _difference(factor)
        if pair and not isinstance(pair[0], Number):
            return [*factors[:index], add(pair[1], negate(pair[0])), *factors[index + 1 :]]
    return None


def without_factor(formula: Formula, is_meant: Callable[[Formula], bool]) -> Formula:
    """The formula without the first of its factors that is meant, also behind a sign."""
    match formula:
        case Apply("negative", (inner,)):
            return negate(without_factor(inner, is_meant))
        case Apply("product", arguments):
            place = next((at for at, one in enumerate(arguments) if is_meant(one)), None)
            return formula if place is None else multiply(*arguments[:place], *arguments[place + 1 :])
    return formula


def negate(formula: Formula) -> Formula:
    """Minus the formula: a double minus vanishes, a difference is turned round."""
    match formula:
        case Number(value):
            return Number(-value)
        case Apply("negative", (inner,)):
            return inner
        case Apply("sum", terms) if all(map(_is_negative, terms)):
            return add(*map(negate, terms))
        case Apply("product", factors) if swapped := _swap_a_difference(list(factors)):
            return Apply("product", tuple(swapped))
        case _ if (pair := _difference(formula)) and not isinstance(pair[1], Number):
            return add(pair[1], negate(pair[0]))
    return Apply("negative", (formula,))


def divide(numerator: Formula, denominator: Formula) -> Formula:
    """The quotient; a denominator of one is dropped and minus signs are taken out."""
    if denominator == ONE or (numerator == ZERO and denominator != ZERO):
        return numerator
    if isinstance(numerator, Number) and isinstance(denominator, Number) and denominator != ZERO:
        return Number(numerator.value / denominator.value)
    if isinstance(numerator, Apply) and numerator.operation == "negative":
        return negate(divide(numerator.arguments[0], denominator))
    if isinstance(denominator, Apply) and denominator.operation == "negative":
        return negate(divide(numerator, denominator.arguments[0]))
    return Apply("quotient", (numerator, denominator))


def power(base: Formula, exponent: Formula) -> Formula:
    """The power; exponents 0 and 1 are carried out."""
    if exponent == ONE:
        return base
    return ONE if exponent == ZERO else Apply("power", (base, exponent))


def names_in(formula: Formula) -> Iterator[Name]:
    """Every name in the formula, from left to right, repeated as often as it is used."""
    waiting = [formula]
    while waiting:
        match waiting.pop():
            case Name() as name:
                yield name
            case Apply() as whole:
                waiting += reversed(whole.arguments)


def parts_in(formula: Formula) -> Iterator[Formula]:
    """Every part of the formula, a whole before its parts, these from left to right."""
    waiting = [formula]
    while waiting:
        yield (part := waiting.pop())
        if isinstance(part, Apply):
            waiting += reversed(part.arguments)


def operations_in(formula: Formula, *operations: str) -> Iterator[Apply]:
    """Every use of these operations in the formula, the outer ones first."""
    return (part for part in parts_in(formula) if is_operation(part, *operations))


def is_operation(formula: Formula | None, *operations: str) -> TypeGuard[Apply]:
    """Whether a formula is one of these operations."""
    return isinstance(formula, Apply) and formula.operation in operations


def replace(formula: Formula, change: Callable[[Name], Formula], tidy: bool = False) -> Formula:
    """The formula with `change` put in for every name; with `tidy`, sums and products are simplified again.

    A part in which `change` gives every name back is the same object as before.
    """
    match formula:
        case Name():
            return change(formula)
        case Apply():
            changed = tuple([replace(argument, change, tidy) for argument in formula.arguments])
            if tidy and formula.operation in TIDY:
                return TIDY[formula.operation](*changed)
            return formula if all(map(is_, changed, formula.arguments)) else Apply(formula.operation, changed)
    return formula


def rewritten(formula: Formula, change: Callable[[Formula], Formula | None]) -> Formula:
    """The formula with every part for which `change` gives another one replaced by that, a whole before its parts."""
    if (instead := change(formula)) is not None:
        return instead
    if isinstance(formula, Apply):
        return Apply(formula.operation, tuple(rewritten(argument, change) for argument in formula.arguments))
    return formula


def fold(formula: Formula, known: Mapping[Formula, Formula]) -> Formula:
    """The formula with every operation that is in `known` replaced by its name."""
    return rewritten(formula, lambda part: known.get(part) if isinstance(part, Apply) else None)


def size(formula: Formula) -> int:
    """How many numbers, names and operations the formula has."""
    return 1 + sum(map(size, formula.arguments)) if isinstance(formula, Apply) else 1


TIDY: dict[str, Callable[..., Formula]] = {
    "sum": add,
    "product": multiply,
    "negative": negate,
    "quotient": divide,
    "power": power,
}
