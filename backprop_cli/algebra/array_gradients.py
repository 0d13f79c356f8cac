"""The chain rule for vectors and matrices: ∂f/∂W = ∂f/∂z·xᵀ as a formula of arrays, one term for every use of W.

The values of gradients are those of the entries, which `deriving/backpropagation` writes; these are the formulas that
say the same for the whole (for products: Petersen and Pedersen, The Matrix Cookbook, 2012, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_cli.algebra.array_layout import laid_out
from backprop_cli.algebra.array_operations import (
    ALL,
    ALONG,
    ENTRY,
    IDENTITY,
    MATMUL,
    ONES,
    SLOPE,
    TRANSPOSED,
    UNIT,
)
from backprop_cli.algebra.arrays import OF, Array
from backprop_cli.algebra.formula import (
    Apply,
    Formula,
    Name,
    Number,
    apply,
    divide,
    fold,
    is_operation,
    multiply,
    names_in,
    negate,
    number,
    rewritten,
)
from backprop_cli.algebra.operations import OPERATIONS, partial_derivative


class ArrayChainRule:
    """Carries a gradient back through formulas of the `known` arrays (gradients among them, by their keys)."""

    def __init__(self, known: Mapping[str, Array]) -> None:
        self.known = known
        self._terms: dict[str, list[Formula | None]] = {}

    def terms(self, node: Formula, formula: Formula, upstream: Formula) -> Mapping[str, list[Formula | None]]:
        """For every name in the formula of a node, a term for every use: `upstream`, ∂f/∂node, times the slope there.

        Each has the shape of the name, as a formula of arrays; None stands for a use that no such formula says.
        """
        self._terms = {}
        self._back(rewritten(formula, _fraction), node, upstream)
        return self._terms

    def shape(self, formula: Formula) -> Array:
        """The array that a formula is."""
        return laid_out(formula, self.known)

    def _back(self, part: Formula, value: Formula, upstream: Formula) -> None:
        """Goes from a part, called `value` in slopes that mention their result, to the names in it."""
        match part:
            case Name(symbol):
                self._terms.setdefault(str(symbol), []).append(self._fitted(upstream, self.shape(part)))
            case Apply():
                part, upstream = _without_norm(part, upstream)
                for index, argument in enumerate(part.arguments):
                    names = dict.fromkeys(str(name.symbol) for name in names_in(argument))
                    below = self._pulled(part, value, index, upstream) if names else None
                    if below is not None:
                        self._back(argument, argument, below)
                        continue
                    for name in names:
                        self._terms.setdefault(name, []).append(None)

    def _fitted(self, upstream: Formula, target: Array) -> Formula | None:
        """The gradient in the shape of what it is of; None where it has another one."""
        found = self.shape(upstream)
        if (found.shape, found.turned) == (target.shape, target.turned):
            return upstream
        return self._full(upstream, target) if found.is_number else None

    def _full(self, upstream: Formula, target: Array) -> Formula:
        """The gradient that is one number for all entries of an array, as an array of its shape."""
        if target.is_number or not self.shape(upstream).is_number:
            return upstream
        ones = Apply(ONES, tuple(map(number, target.shape)))
        return multiply(upstream, self._transposed(ones) if target.turned else ones)

    def _pulled(self, part: Apply, value: Formula, index: int, upstream: Formula) -> Formula | None:
        """The gradient of one argument of an operation, from that of its result; None where there is no formula."""
        arguments = part.arguments
        match part.operation:
            case "matmul":
                return self._product(arguments, index, self._full(upstream, self.shape(part)))
            case "transpose":
                return self._transposed(self._full(upstream, self.shape(part)))
            case "dot":
                other = arguments[1 - index]
                turned = self.shape(other).turned != self.shape(arguments[index]).turned
                return multiply(upstream, self._transposed(other) if turned else other)
            case "outer":
                whole = self._full(upstream, self.shape(part))
                return _matmul(self._transposed(whole) if index else whole, arguments[1 - index])
            case "trace":
                return multiply(upstream, apply(IDENTITY, self.shape(arguments[0]).shape[0]))
            case "norm":
                return self._norm(arguments, value, upstream)
            case "softmax":
                return self._softmax(part, value, self._full(upstream, self.shape(part)))
            case "entry":
                return self._entry(arguments, upstream) if index == 0 else None
            case "vector":
                place = number(index + 1)
                return Apply(ENTRY, (self._full(upstream, self.shape(part)), place))
            case "sum of":
                return upstream
            case "mean of":
                return divide(upstream, number(len(self.shape(arguments[0]).entries)))
            case "sum along" | "mean along":
                return self._along(part, self._full(upstream, self.shape(part))) if index == 0 else None
        return self._entry_by_entry(part, value, index, upstream) if part.operation in OPERATIONS else None

    def _transposed(self, formula: Formula) -> Formula:
        """The transpose, inside of minus signs, numbers and products; that of a transpose is the array itself."""
        sign, rest = _apart(formula)
        match rest:
            case Apply("transpose", (inner,)):
                return multiply(sign, inner)
            case Apply("matmul", (left, right)) if self._can_turn(left, right):
                return multiply(sign, _matmul(self._transposed(right), self._transposed(left)))
            case Apply("product", factors) if len([one for one in factors if self.shape(one).shape]) == 1:
                turned = (self._transposed(one) if self.shape(one).shape else one for one in factors)
                return multiply(sign, *turned)
        return multiply(sign, Apply(TRANSPOSED, (rest,)))

    def _can_turn(self, left: Formula, right: Formula) -> bool:
        """Whether (A·B)ᵀ is Bᵀ·Aᵀ: not where a vector at the left stands for a row."""
        one, other = self.shape(left), self.shape(right)
        return len(one.shape) == 2 or one.turned or other.turned

    # ---- the operations -------------------------------------------------------------------------------------------

    def _entry_by_entry(self, part: Apply, value: Formula, index: int, upstream: Formula) -> Formula | None:
        """The gradient times the slope, entry by entry; of what was broadcast, summed over where it went."""
        slope = fold(partial_derivative(part, index), {part: value})
        row = OPERATIONS[part.operation]
        if row.activation and index == 0 and not isinstance(slope, Number) and (row.parameters or not row.ends):
            slope = Apply(SLOPE, (part,))
        below = multiply(upstream, slope)
        whole, own = self.shape(part), self.shape(part.arguments[index])
        if (own.shape, own.turned) == (whole.shape, whole.turned):
            return below
        return self._collected(self._full(below, whole), whole, own)

    def _collected(self, below: Formula, whole: Array, own: Array) -> Formula | None:
        """A gradient in the shape of the whole, summed to the shape of what was broadcast to it."""
        if own.is_number:
            return apply("sum" + OF, below)
        if len(whole.shape) != 2:
            return None
        rows, columns = whole.shape
        if len(own.shape) == 1:
            vector = _matmul(self._transposed(below), apply(ONES, rows))
            return self._transposed(vector) if own.turned else vector
        if own.shape == (rows, 1):
            return _matmul(below, apply(ONES, columns, 1))
        return _matmul(apply(ONES, 1, rows), below) if own.shape == (1, columns) else None

    def _product(self, arguments: Sequence[Formula], index: int, upstream: Formula) -> Formula:
        """∂f/∂A = ∂f/∂(A·B)·Bᵀ and ∂f/∂B = Aᵀ·∂f/∂(A·B); of vectors, whichever way they lie."""
        left, right = arguments
        one, other = map(self.shape, arguments)
        lies = len(one.shape) == 1 and not one.turned  # a column at the left, which is not one column of a product
        if self.shape(upstream).is_number:
            factor = arguments[1 - index]
            target = one if index == 0 else other
            return multiply(
                upstream, self._transposed(factor) if self.shape(factor).turned != target.turned else factor
            )
        if lies and other.turned:
            return (
                _matmul(upstream, self._transposed(right)) if index == 0 else _matmul(self._transposed(left), upstream)
            )
        if lies:
            return _matmul(right, upstream) if index == 0 else _matmul(left, self._transposed(upstream))
        return _matmul(upstream, self._transposed(right)) if index == 0 else _matmul(self._transposed(left), upstream)

    def _norm(self, arguments: Sequence[Formula], value: Formula, upstream: Formula) -> Formula:
        """∂‖x‖/∂x = x/‖x‖, and sign(x) of the sum of the sizes."""
        if arguments[1:] == (number(1),):
            return multiply(upstream, apply("sign", arguments[0]))
        return multiply(upstream, divide(arguments[0], value))

    def _softmax(self, part: Apply, value: Formula, upstream: Formula) -> Formula:
        """p ⊙ (g − p·g), with the product of p and g in each row."""
        if len(self.shape(part).shape) == 1:
            inner: Formula = apply("dot", upstream, value)
        else:
            inner = _matmul(apply("product", upstream, value), apply(ONES, self.shape(part).shape[1], 1))
        return multiply(value, apply("sum", upstream, negate(inner)))

    def _entry(self, arguments: Sequence[Formula], upstream: Formula) -> Formula | None:
        """The gradient in the places that were taken out, 0 in all others."""
        array, *places = arguments
        whole = self.shape(array)
        units = [apply(UNIT, place, size) for place, size in zip(places, whole.shape, strict=False)
                 if not is_operation(place, ALL)]  # fmt: skip
        if len(places) == len(units) == len(whole.shape):
            unit = units[0] if len(units) == 1 else _matmul(units[0], self._transposed(units[1]))
            return multiply(upstream, self._transposed(unit) if whole.turned else unit)
        if len(units) == 1 and len(whole.shape) == 2:
            size = whole.shape[1] if not is_operation(places[0], ALL) else whole.shape[0]
            line = self._full(upstream, Array((size,), ()))
            of_row = not is_operation(places[0], ALL)
            return _matmul(units[0], self._transposed(line)) if of_row else _matmul(line, self._transposed(units[0]))
        return None

    def _along(self, part: Apply, upstream: Formula) -> Formula:
        """The gradient of a sum down the columns in every row, of one across the rows in every column."""
        rows, columns = self.shape(part.arguments[0]).shape
        down = part.arguments[1] == number(0)
        if part.operation == "mean" + ALONG:
            upstream = divide(upstream, number(rows if down else columns))
        if down:
            return _matmul(apply(ONES, rows), self._transposed(upstream))
        return _matmul(upstream, self._transposed(apply(ONES, columns)))


def _without_norm(part: Apply, upstream: Formula) -> tuple[Apply, Formula]:
    """‖x‖² and x·x as a formula whose only argument is x, with 2·x already in the gradient."""
    if part.operation == "power" and is_operation(part.arguments[0], "norm"):
        norm, exponent = part.arguments
        if exponent == number(2) and isinstance(norm, Apply) and norm.arguments[1:] != (number(1),):
            inside = norm.arguments[0]
            return Apply("identity", (inside,)), multiply(number(2), upstream, inside)
    if part.operation == "dot" and part.arguments[0] == part.arguments[1]:
        return Apply("identity", part.arguments[:1]), multiply(number(2), upstream, part.arguments[0])
    return part, upstream


def _matmul(left: Formula, right: Formula) -> Formula:
    """The product of matrices, with numbers and minus signs in front."""
    factors: list[Formula] = []
    inner: list[Formula] = []
    for one in (left, right):
        number_, rest = _apart(one)
        factors.append(number_)
        inner.append(rest)
    return multiply(*factors, Apply(MATMUL, tuple(inner)))


def _apart(formula: Formula) -> tuple[Formula, Formula]:
    """A minus sign or a number in front, and the rest."""
    match formula:
        case Apply("negative", (inner,)):
            sign, rest = _apart(inner)
            return negate(sign), rest
        case Apply("product", (first, second)) if not any(True for _name in names_in(first)):
            return first, second
    return number(1), formula


def _fraction(formula: Formula) -> Formula | None:
    """1/2 as the number that it is, so that 2·1/2 goes without saying."""
    match formula:
        case Apply("quotient", (Number(top), Number(bottom))) if bottom != 0:
            return Number(top / bottom)
    return None
