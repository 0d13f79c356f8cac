"""What the operations of vectors and matrices make of arrays: their shapes, and the formulas of their entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod

from backprop_cli.algebra.arrays import OF, Array, ShapeError, few, refuse_many, single
from backprop_cli.algebra.formula import (
    ONE,
    ZERO,
    Apply,
    Formula,
    Name,
    Number,
    add,
    apply,
    as_number,
    multiply,
    number,
    power,
)
from backprop_cli.algebra.gaussians import GAUSSIANS
from backprop_cli.algebra.operations import partial_derivative
from backprop_cli.algebra.pair_losses import PAIR_LOSSES
from backprop_cli.ground.words import _, n_, plural

MATMUL, TRANSPOSED, ENTRY, ALL, VECTOR = "matmul", "transpose", "entry", "all", "vector"
ONES, UNIT, IDENTITY, SLOPE = "ones", "unit", "eye", "slope"  # what only gradients have in them
REDUCTIONS = ("sum", "mean", "max", "min")  # of all entries, or along an axis; of several arrays, entry by entry
ALONG = " along"  # what is behind the name of an operation whose last argument is the axis


def _as_factor(one: Array, right: bool) -> tuple[int, int]:
    """Rows and columns of a factor: a vector at the right is a column, at the left a row (unless its shape is said)."""
    if len(one.shape) == 2:
        return one.shape[0], one.shape[1]
    column = not one.turned if right else False
    return (one.shape[0], 1) if column else (1, one.shape[0])


def _matmul(formula: Apply, arguments: Sequence[Array]) -> Array:
    """W·x, X·W, xᵀ·x: rows times columns. A column times a row is the outer product."""
    one, other = arguments
    if one.is_number or other.is_number:
        hint = _("a number times an array is written with *")
        raise ShapeError(
            formula, _("@ multiplies arrays, and here are {one} and {other}").format(one=one, other=other), hint
        )
    if len(one.shape) == 1 and not one.turned and (other.turned or _is_one_row(other)):
        return _outer(formula, arguments)
    (rows, inner), (inner_too, columns) = _as_factor(one, right=False), _as_factor(other, right=True)
    if inner != inner_too:
        raise ShapeError(formula, _no_product(one, other), _hint_of_product(one, inner, inner_too))
    refuse_many(formula, rows * inner * columns)
    left = [one.entries[start : start + inner] for start in range(0, rows * inner, inner)]
    across = [other.entries[start::columns] for start in range(columns)]
    entries = tuple(_dot(formula, row, column) for row in left for column in across)
    if len(one.shape) == 1:
        return single(entries[0]) if len(other.shape) == 1 else Array((columns,), entries, one.turned)
    return Array((rows,), entries) if len(other.shape) == 1 else Array((rows, columns), entries)


def _is_one_row(array: Array) -> bool:
    return len(array.shape) == 2 and array.shape[0] == 1


def _no_product(one: Array, other: Array) -> str:
    message = _("{one} cannot be multiplied by {other}")
    return message.format(one=one, other=other)


def _hint_of_product(one: Array, inner: int, inner_too: int) -> str:
    said = _("the first has {columns} in a row, the second {rows} in a column").format(columns=inner, rows=inner_too)
    turned = len(one.shape) == 2 and one.shape[0] == inner_too
    return f"{said}; {_('one of them may have to be transposed')}" if turned else said


def _dot(formula: Formula, one: Sequence[Formula], other: Sequence[Formula]) -> Formula:
    """Σ aᵢ·bᵢ, as one writes it: nothing of a zero."""
    few(formula, tuple(one))
    return add(*(multiply(a, b) for a, b in zip(one, other, strict=True)))


def _product_of_vectors(formula: Apply, arguments: Sequence[Array]) -> Array:
    """dot(a, b) = Σ aᵢ·bᵢ, of two vectors of the same length, rows or columns."""
    one, other = arguments
    if len(one.shape) != 1 or one.shape != other.shape:
        message = _("dot is of two vectors of the same length, and here are {one} and {other}")
        hint = _("the product of matrices is written with @") if 2 in map(len, (one.shape, other.shape)) else None
        raise ShapeError(formula, message.format(one=one, other=other), hint)
    return single(_dot(formula, one.entries, other.entries))


def _outer(formula: Apply, arguments: Sequence[Array]) -> Array:
    """outer(a, b) = a·bᵀ: a row for every entry of a, a column for every entry of b."""
    one, other = arguments
    if len(one.shape) != 1 or not (len(other.shape) == 1 or _is_one_row(other)):
        message = _("outer is of two vectors, and here are {one} and {other}")
        raise ShapeError(formula, message.format(one=one, other=other))
    refuse_many(formula, len(one.entries) * len(other.entries))
    entries = tuple(multiply(a, b) for a in one.entries for b in other.entries)
    return Array((len(one.entries), len(other.entries)), entries)


# ---- shapes and lengths -------------------------------------------------------------------------------------------


def _transpose(formula: Apply, arguments: Sequence[Array]) -> Array:
    """The rows as columns; a vector as a row."""
    (one,) = arguments
    if len(one.shape) < 2:
        return Array(one.shape, one.entries, not one.turned and not one.is_number)
    rows, columns = one.shape
    return Array((columns, rows), tuple(one.entries[r * columns + c] for c in range(columns) for r in range(rows)))


def _trace(formula: Apply, arguments: Sequence[Array]) -> Array:
    """trace(A) = Σ aᵢᵢ, of a square matrix."""
    (one,) = arguments
    if len(one.shape) != 2 or one.shape[0] != one.shape[1]:
        raise ShapeError(formula, _("a trace is of a square matrix, and this is {one}").format(one=one))
    return single(add(*one.entries[:: one.shape[0] + 1]))


def _norm(formula: Apply, arguments: Sequence[Array]) -> Array:
    """norm(x) = √Σ xᵢ² of all entries, norm(x, 1) = Σ|xᵢ|."""
    if len(arguments) == 1:
        return single(apply("sqrt", add(*squares(formula, arguments[0]))))
    one, order = arguments
    if order.entries == (number(1),):
        return single(add(*(apply("abs", entry) for entry in few(formula, one.entries))))
    if order.entries == (number(2),):
        return _norm(formula, arguments[:1])
    raise ShapeError(formula, _("there is norm(x), norm(x, 1) and norm(x, 2)"))


def squares(formula: Formula, one: Array) -> list[Formula]:
    """The square of every entry."""
    return [power(entry, number(2)) for entry in few(formula, one.entries)]


def _of_all(formula: Apply, arguments: Sequence[Array]) -> Array:
    """The sum, the mean, the largest or the smallest of all entries."""
    return single(apply(formula.operation.removesuffix(OF), *few(formula, arguments[0].entries)))


def _along(formula: Apply, arguments: Sequence[Array]) -> Array:
    """A reduction or a softmax along an axis of a matrix, as NumPy counts: 0 down the columns, 1 across the rows."""
    one, axis = arguments
    operation = formula.operation.removesuffix(ALONG)
    whole = Apply(operation, formula.arguments[:1])
    down = axis.entries == (number(0),)
    if not down and axis.entries != (number(1),):
        raise ShapeError(formula, _("the axis is 0 (down the columns) or 1 (across the rows)"))
    if len(one.shape) != 2:
        raise ShapeError(formula, _("an axis is of a matrix, and this is {one}").format(one=one))
    turned = _transpose(whole, [one]) if down else one
    if operation == "softmax":
        found = _softmax(whole, [turned])
        return _transpose(whole, [found]) if down else found
    reduce_ = ARRAY_OPERATIONS.get(operation) or (
        lambda part, rows: single(apply(operation, *few(part, rows[0].entries)))
    )
    entries = (reduce_(whole, [Array((len(row),), row)]).entries[0] for row in turned.rows)
    return Array((turned.shape[0],), tuple(entries))


def _softmax(formula: Apply, arguments: Sequence[Array]) -> Array:
    """The softmax of a vector; of a matrix, of each of its rows."""
    (one,) = arguments
    if one.is_number:
        hint = _("a list of entries is a vector: softmax([z1, z2])")
        raise ShapeError(formula, _("a softmax is of a vector or a matrix, and this is {one}").format(one=one), hint)
    rows = one.rows if len(one.shape) == 2 else [one.entries]
    entries = (apply("softmax", k, *few(formula, row)) for row in rows for k in range(1, len(row) + 1))
    return Array(one.shape, tuple(entries), one.turned)


# ---- putting together and taking apart ----------------------------------------------------------------------------


def _vector(formula: Apply, arguments: Sequence[Array]) -> Array:
    """[a, b]: a vector of numbers, or a matrix of rows."""
    if all(one.is_number for one in arguments):
        return Array((len(arguments),), tuple(one.entries[0] for one in arguments))
    shapes = {one.shape for one in arguments}
    if len(shapes) > 1 or len(arguments[0].shape) > 1:
        first = arguments[0]
        other = next((one for one in arguments if one.shape != first.shape), first)
        raise ShapeError(
            formula,
            _("the rows of a matrix are equally long lists, and here are {one} and {other}").format(
                one=first, other=other
            ),
        )
    return Array((len(arguments), *arguments[0].shape), tuple(entry for one in arguments for entry in one.entries))


def _concat(formula: Apply, arguments: Sequence[Array]) -> Array:
    """concat(h, x): vectors and numbers one after the other."""
    for one in arguments:
        if len(one.shape) > 1:
            raise ShapeError(formula, _("concat is of vectors and numbers, and here is {one}").format(one=one))
    entries = tuple(entry for one in arguments for entry in one.entries)
    return Array((len(entries),), entries)


def _entry(formula: Apply, arguments: Sequence[Array]) -> Array:
    """x[2], W[1, 2], a row W[1] or W[1, :], a column W[:, 2]: entries count from 1, as their names do."""
    one, *_places = arguments
    places = formula.arguments[1:]
    if len(places) > len(one.shape):
        said = plural(
            "a place in brackets has {count} number here", "a place in brackets has {count} numbers here", len(places)
        )
        raise ShapeError(formula, _("{place}, and this is {one}").format(place=said, one=one))
    chosen = [_chosen(formula, one, axis, place) for axis, place in enumerate(places)]
    chosen += [list(range(size)) for size in one.shape[len(places) :]]
    width = one.shape[-1] if len(one.shape) == 2 else 1
    entries = tuple(
        one.entries[sum(step * size for step, size in zip(place, (width, 1)[-len(place) :], strict=True))]
        for place in product(*chosen)
    )
    kept = [len(steps) for steps, place in zip(chosen, [*places, *[_WHOLE] * len(chosen)], strict=False)
            if place == _WHOLE]  # fmt: skip
    return Array(tuple(kept), entries, one.turned and bool(kept))


_WHOLE = Apply(ALL, ())


def _chosen(formula: Formula, one: Array, axis: int, place: Formula) -> list[int]:
    """The steps (from 0) that a place means."""
    size = one.shape[axis]
    if place == _WHOLE:
        return list(range(size))
    if isinstance(place, Number) and place.value in range(1, size + 1):
        return [int(place.value.p) - 1]
    if not isinstance(place, Number):
        raise ShapeError(formula, _("a place is a number from 1 to {size} here, or :").format(size=size))
    of = formula.arguments[0] if isinstance(formula, Apply) else formula
    name = str(of.symbol) if isinstance(of, Name) else _("this")
    what = _ENTRIES if len(one.shape) == 1 else _ROWS_AND_COLUMNS[axis]
    raise ShapeError(formula, _(what).format(index=place.value, name=name, array=one), _("places count from 1"))


_ENTRIES = n_("there is no entry {index}: {name} is {array}")
_ROWS_AND_COLUMNS = (
    n_("there is no row {index}: {name} is {array}"),
    n_("there is no column {index}: {name} is {array}"),
)


# ---- in gradients -------------------------------------------------------------------------------------------------


def _ones(formula: Apply, arguments: Sequence[Array]) -> Array:
    """ones(n), ones(m, n): every entry is 1."""
    shape = tuple(_whole_number(one) for one in arguments)
    return Array(shape, (ONE,) * prod(shape))


def _unit(formula: Apply, arguments: Sequence[Array]) -> Array:
    """unit(k, n): the vector of n entries of which the k-th is 1 and every other 0."""
    which, size = map(_whole_number, arguments)
    return Array((size,), tuple(ONE if place == which else ZERO for place in range(1, size + 1)))


def _identity(formula: Apply, arguments: Sequence[Array]) -> Array:
    """eye(n): the identity matrix."""
    size = _whole_number(arguments[0])
    return Array((size, size), tuple(ONE if row == column else ZERO for row in range(size) for column in range(size)))


def _whole_number(one: Array) -> int:
    return int(as_number(one.entries[0]).p)


def _slope(formula: Apply, arguments: Sequence[Array]) -> Array:
    """slope(σ(z)) = σ′(z): the slope of a function in its first argument, entry by entry."""
    (one,) = arguments
    entries = (partial_derivative(entry, 0) for entry in one.entries if isinstance(entry, Apply))
    return Array(one.shape, tuple(entries), one.turned)


ARRAY_OPERATIONS: Mapping[str, Callable[[Apply, Sequence[Array]], Array]] = {
    MATMUL: _matmul,
    "dot": _product_of_vectors,
    "outer": _outer,
    TRANSPOSED: _transpose,
    "trace": _trace,
    "norm": _norm,
    "softmax": _softmax,
    VECTOR: _vector,
    "concat": _concat,
    ENTRY: _entry,
    **{name + OF: _of_all for name in REDUCTIONS},
    ONES: _ones,
    UNIT: _unit,
    IDENTITY: _identity,
    SLOPE: _slope,
    ALL: lambda formula, arguments: single(formula),
    **{name + ALONG: _along for name in (*REDUCTIONS, "norm", "softmax")},
}
ARITIES = {"dot": 2, "outer": 2, TRANSPOSED: 1, "trace": 1, "norm": 1, "softmax": 1, "concat": None,
           **dict.fromkeys(PAIR_LOSSES, 4),
           **{name: count for name, (count, _formula) in GAUSSIANS.items()}}  # fmt: skip
OPTIONAL = {"norm": 1}
ARRAY_FUNCTIONS = (*ARITIES, *REDUCTIONS)
