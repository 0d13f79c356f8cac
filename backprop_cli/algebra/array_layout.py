"""Lays a formula of vectors and matrices out: the shape of what it is, and the formula of every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from math import prod

from backprop_cli.algebra.array_operations import ARRAY_OPERATIONS, squares
from backprop_cli.algebra.arrays import Array, ShapeError, refuse_many, single
from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, Number, add, is_operation, number
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _


@record
class Spread:
    """A vector and a column that meet entry by entry, and so become a matrix: where, their shapes, and its."""

    part: Formula
    vector: Array
    column: Array
    written: Formula  # the column, as it stands in the formula
    whole: Array


def laid_out(formula: Formula, known: Mapping[str, Array], spread: list[Spread] | None = None) -> Array:
    """The array that a formula of arrays is; names that are not `known` are numbers. Raises ShapeError.

    Into `spread` go the places in which a vector and a column become a matrix.
    """
    match formula:
        case Name(symbol):
            return known.get(str(symbol), single(formula))
        case Number():
            return single(formula)
    if (found := _norm_squared(formula, known, spread)) is not None:
        return found
    arguments = [laid_out(one, known, spread) for one in formula.arguments]
    if formula.operation in ARRAY_OPERATIONS:
        found = ARRAY_OPERATIONS[formula.operation](formula, arguments)
    else:
        found = _entry_by_entry(formula, arguments)
        if spread is not None:
            spread += _made_of_a_column(formula, arguments, found)
    refuse_many(formula, _size(found.entries))
    return found


def _size(formulas: Sequence[Formula]) -> int:
    """How many numbers, names and operations there are, counted no further than the limit."""
    count, waiting = 0, list(formulas)
    while waiting and count <= limits.TERMS:
        part = waiting.pop()
        count += 1
        if isinstance(part, Apply):
            waiting += part.arguments
    return count


def _norm_squared(formula: Apply, known: Mapping[str, Array], spread: list[Spread] | None) -> Array | None:
    """norm(x)^2 = Σ xᵢ², without the root that a lecture does not write either; None for anything else."""
    norm = formula.arguments[0] if is_operation(formula, "power") else None
    if not is_operation(norm, "norm") or {*formula.arguments[1:], *norm.arguments[1:]} != {number(2)}:
        return None
    return single(add(*squares(norm, laid_out(norm.arguments[0], known, spread))))


# ---- entry by entry -----------------------------------------------------------------------------------------------


def _entry_by_entry(formula: Apply, arguments: Sequence[Array]) -> Array:
    """The operation on the entries in the same places, as NumPy broadcasts: a number everywhere, a row to every row."""
    whole = reduce(lambda one, other: _common(formula, one, other), arguments) if arguments else single(formula)
    if whole.is_number:
        return single(Apply(formula.operation, tuple(one.entries[0] for one in arguments)) if arguments else formula)
    spread = [_spread(one, whole) for one in arguments]
    entries = (Apply(formula.operation, together) for together in zip(*spread, strict=True))
    return Array(whole.shape, tuple(entries), whole.turned)


def _made_of_a_column(formula: Apply, arguments: Sequence[Array], whole: Array) -> Iterator[Spread]:
    """The vector and the column that an operation made a matrix of, where neither was one, as (n,) − (n,1) does."""
    shapes = [one.shape for one in arguments]
    if len(whole.shape) != 2 or min(whole.shape) == 1 or whole.shape in shapes:
        return
    vectors = [one for one in arguments if len(one.shape) == 1 and not one.turned]
    columns = [place for place, shape in enumerate(shapes) if shape == (whole.shape[0], 1)]
    if vectors and columns:
        written = formula.arguments[columns[0]]
        yield Spread(formula, vectors[0], arguments[columns[0]], written, whole)


def _common(formula: Formula, one: Array, other: Array) -> Array:
    """An array of the shape that two arrays have together (its entries say nothing)."""
    if one.is_number or other.is_number:
        return other if one.is_number else one
    if len(one.shape) == len(other.shape) == 1:
        if one.shape != other.shape or one.turned != other.turned:
            raise ShapeError(formula, _meet(one, other), _hint_of_vectors(one, other))
        return one
    first, second = ((1, *a.shape) if len(a.shape) == 1 else a.shape for a in (one, other))
    if any(a != b and 1 not in (a, b) for a, b in zip(first, second, strict=True)):
        raise ShapeError(formula, _meet(one, other), _hint_of_matrices(one, other))
    shape = tuple(max(a, b) for a, b in zip(first, second, strict=True))
    refuse_many(formula, prod(shape))
    return Array(shape, (ZERO,) * prod(shape))


def _meet(one: Array, other: Array) -> str:
    return _("the shapes do not fit: {one} and {other}").format(one=one, other=other)


def _hint_of_vectors(one: Array, other: Array) -> str | None:
    if one.turned != other.turned:
        return _("a vector is a column, and its transpose a row; write @ for a product of the two")
    return None


def _hint_of_matrices(one: Array, other: Array) -> str | None:
    matrix, vector = (one, other) if len(one.shape) == 2 else (other, one)
    if len(vector.shape) == 1 and vector.shape[0] == matrix.shape[0]:
        return _("a vector is added to every row; for every column, write it as a column: [[1], [2]]")
    if len(vector.shape) == 2 and one.shape == other.shape[::-1]:
        return _("one of them may have to be transposed")
    return _("entry by entry, both need the same shape; @ is the product of matrices")


def _spread(one: Array, whole: Array) -> Iterator[Formula]:
    """The entries of an array in the places of a whole that it is broadcast to."""
    if one.shape == whole.shape:
        yield from one.entries
        return
    shape = (1,) * (len(whole.shape) - len(one.shape)) + one.shape
    for place in product(*map(range, whole.shape)):
        steps = [0 if size == 1 else step for size, step in zip(shape, place, strict=True)]
        yield one.entries[reduce(lambda sum_, pair: sum_ * pair[0] + pair[1], zip(shape, steps, strict=True), 0)]
