"""Symbolic expansion: each line with the earlier lines substituted, down to the letters, unless it gets too long."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import Any

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import TIDY, Apply, Formula, Name, Number, negate, size
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.trace import Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text

_KINDS = {Kind.CONSTANT: 0, Kind.PARAMETER: 1, Kind.NEW: 1}  # what stands first in a product
_OTHER_KIND = 2
_SHORT_DECIMAL = 6  # decimals
_TIDIED = 100  # numbers, names and operations of an expression whose common factors are looked for
_SHORT_NUMBER = 8  # numbers and operations of an exact number such as σ(0.3775) that is written out


@record
class Closed:
    """A value as one formula: in letters alone, or also in the lines whose names stand in it (`uses`)."""

    formula: Formula
    uses: tuple[Quantity, ...] = ()


class Expansion:
    """The lines as expressions in letters, taken in order; those in `named` stay names in the lines that use them."""

    def __init__(
        self, derivation: Derivation, letters: Mapping[Quantity, Formula], named: Collection[Quantity] = ()
    ) -> None:
        from backprop_cli.numbers.algebra import Algebra

        self.algebra = Algebra()
        self.derivation = derivation
        self.named = frozenset(named)
        self.known: dict[Hashable, Any] = {}
        self.sizes: dict[Hashable, int] = {}
        self.places = dict(_places(derivation, letters))
        for quantity, value in {**derivation.constants, **letters}.items():
            self.sizes[quantity] = size(value)
            self.known[quantity] = _value(value, self.algebra, self.algebra.letter)

    def settle(self, line: Line, value: Value) -> None:
        """Takes a line that is a number: the number itself, or a short formula of it, or only its name."""
        if value.exact is not None and (value.decimal.whole_truth or value.short_decimal or value.short_fraction):
            self.known[line.quantity], self.sizes[line.quantity] = self.algebra.number(value.exact), 1
        elif (
            self.named or value.exact is not None
            or self._expression(line) is None or self.sizes[line.quantity] > _SHORT_NUMBER
        ):  # fmt: skip
            self.known[line.quantity], self.sizes[line.quantity] = self.algebra.letter(line.quantity), 1

    def close(self, line: Line) -> Closed | None:
        """The line as one formula, or None where it would be too long."""
        expression = self._expression(line)
        length = self.sizes.get(line.quantity, 0)
        if line.quantity in self.named:
            self.known[line.quantity], self.sizes[line.quantity] = self.algebra.letter(line.quantity), 1
        if expression is None:
            return None
        writing = _Writing()
        old = Quantity(Kind.PARAMETER, line.quantity.name)
        first = self.known.get(old) if line.quantity.kind is Kind.NEW else None  # w − η·…
        forms = self.algebra.forms(expression) if length <= _TIDIED else [expression]
        if first is not None and first in expression.args:
            forms = [form for form in forms if first in form.args]
        formulas = [self.algebra.read(form, writing, self.places, first) for form in forms]
        formula = _turned(min(formulas, key=size))
        used = [quantity for quantity in quantities_in(formula) if self._is_a_line(quantity)]
        return Closed(formula, tuple(dict.fromkeys(used)))

    def _is_a_line(self, quantity: Quantity) -> bool:
        """Whether the name of a line stands for it, and not a letter."""
        line = self.derivation.index.get(quantity)
        return line is not None and not line.given

    def _expression(self, line: Line) -> Any:
        length = size(line.formula) + sum(
            self.sizes.get(one, limits.CLOSED_SIZE) for one in quantities_in(line.formula) if not line.given
        )
        expression = None
        if length <= limits.CLOSED_SIZE and (
            line.given or all(one in self.known for one in quantities_in(line.formula))
        ):
            try:
                letter = self.algebra.letter
                expression = _value(line.formula, self.algebra, letter if line.given else self.known.__getitem__)
            except Undecided:
                expression = None
            except MathError as problem:
                raise MathError(f"{line.quantity.key}: {problem}") from None
        if expression is not None:
            self.known[line.quantity], self.sizes[line.quantity] = expression, length
        return expression


def _value(formula: Formula, algebra: Any, value_of: Callable[[Hashable], Any]) -> Any:
    """The formula as an expression: what algebra does not compute with stays as a function, unless it is a number."""
    match formula:
        case Name(symbol):
            return value_of(symbol)
        case Number(value):
            return algebra.number(value)
        case Apply(operation, arguments):
            values = [_value(argument, algebra, value_of) for argument in arguments]
            if operation in ("times_ln", "share") and algebra.has_letters(values[0]):
                target, p = values  # t·ln p and t/p are 0 for t = 0 in any case, since p is not
                return target * algebra.ln(p) if operation == "times_ln" else target / p
            if OPERATIONS[operation].letters:
                return OPERATIONS[operation].value(algebra, *values)
            return _function(operation, values, algebra)


def _function(operation: str, values: list[Any], algebra: Any) -> Any:
    """The operation of numbers, where it is rational or settled by a sign; else left as it is applied."""
    if not algebra.has_letters(*values):
        try:
            result = OPERATIONS[operation].value(algebra, *values)
        except Undecided:
            return algebra.function(operation, *values)
        if algebra.as_exact(result) is not None or result in values:
            return result
    return algebra.function(operation, *values)


def _turned(formula: Formula) -> Formula:
    """−(t − out)·x on its own is (out − t)·x."""
    match formula:
        case Apply("negative", (inner,)):
            return negate(inner)
    return formula


class _Writing:
    """Reads an expression back into a formula, tidied as one would while writing."""

    def number(self, value: Rational) -> Formula:
        return Number(value) if value == Rational(1, 2) else self.term(value)

    def term(self, value: Rational) -> Formula:
        """A number that is added, as a decimal where it is a short one: 2·w + 0.5."""
        places = decimal_digits(value)
        if value.q == 1 or places is None or places > _SHORT_DECIMAL:
            return Number(value)
        return Number(value, decimal_text(int(value.p * 10**places // value.q), places))

    def letter(self, symbol: Hashable) -> Formula:
        return Name(symbol)

    def apply(self, operation: str, *arguments: Formula) -> Formula:
        if operation in ("sum", "negative"):  # as they come: w − η·(out − t), and not w + η·(t − out)
            return Apply(operation, arguments)
        return TIDY[operation](*arguments) if operation in TIDY else Apply(operation, arguments)


def _places(derivation: Derivation, letters: Mapping[Quantity, Formula]) -> Iterator[tuple[Hashable, tuple[int, int]]]:
    """For each quantity what goes first in a product, and where it is met in the derivation."""
    met: dict[Quantity, None] = {}
    for line in derivation.lines:
        for quantity in [*quantities_in(line.formula), line.quantity]:
            for one in quantities_in(letters[quantity]) if quantity in letters else [quantity]:
                met[one] = None
    for place, quantity in enumerate(met):
        yield quantity, (_KINDS.get(quantity.kind, _OTHER_KIND), place)
