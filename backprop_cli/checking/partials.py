"""How far a line can be moved by rounding on the way to it: of products and summands, and of lines left blank."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, is_operation, rewritten
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.key import AnswerKey
from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.enclosures import Exactly, ball, is_finite, radius, widest
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.rounded import Rounding

_NOT_ROUNDED = ("sum", "product", "quotient", "negative")  # of numbers
_WHOLE = rational(1, 10**30)  # nearer to a number of these digits, nothing was rounded


class Partials:
    """Works a line out again, every partial result in it enclosed by half a unit of these digits."""

    most_lines = 24  # blank lines behind a line that are looked at

    def __init__(
        self, key: AnswerKey, answers: Collection[Quantity], middle: Callable[[Quantity], Ball], digits: Rounding
    ) -> None:
        self.key = key
        self.answers = answers
        self.middle = middle
        self.digits = digits
        self.domain = Exactly()
        self.lines: dict[Quantity, Ball] = {}

    def widths(self, quantity: Quantity) -> Iterator[Ball]:
        """How far rounding on the way moves the line at most: as its formula goes, and as textbooks write it."""
        exact = self.middle_of(quantity)
        for formula in self.formulas(quantity):
            found = self._argument(formula)
            if is_finite(found) and is_finite(exact):
                yield widest(found - exact)

    def middle_of(self, quantity: Quantity) -> Ball:
        """The line from the middles of the answers."""
        rule = self.key.rule(quantity)
        return ball(rule.value(*map(self.middle, rule.names))[0])

    def formulas(self, quantity: Quantity) -> tuple[Formula, ...]:
        """The line as its formula goes and, where that is another one, as textbooks write it."""
        return _formulas(self.key, quantity)

    def _value(self, formula: Formula) -> Real:
        match formula:
            case Name(symbol):
                assert isinstance(symbol, Quantity)
                return self._line(symbol)
            case Number(value):
                return value
        return self._rounded(self._argument(formula), formula)

    def _argument(self, formula: Formula) -> Ball:
        """The value of an operation, its arguments rounded but not yet the value itself."""
        if not isinstance(formula, Apply):
            return ball(self._value(formula))
        if formula.operation in ("product", "sum") and len(formula.arguments) > 2:
            return self._several(formula.operation, [ball(self._value(one)) for one in formula.arguments])
        return self.applied(formula.operation, list(map(self._value, formula.arguments)))

    def applied(self, operation: str, arguments: Sequence[Real]) -> Ball:
        """The value of an operation."""
        return ball(OPERATIONS[operation].value(self.domain, *arguments))

    def _several(self, operation: str, parts: list[Ball]) -> Ball:
        """A sum, or a product of several factors, each partial one rounded, from the left or from the right."""
        if operation == "sum":
            return self.applied(operation, parts)
        found = []
        for order in (parts, parts[::-1]):
            so_far = reduce(lambda one, other: self._written(one * other), order[:-1])
            found.append(so_far * order[-1])
        return ball(found[0].union(found[1]))

    def _rounded(self, value: Ball, formula: Formula) -> Ball:
        """The partial result as it is written down; a sign or a number of the formula is not written down."""
        if isinstance(formula, Apply) and formula.operation != "negative" and not _is_constant(formula):
            return self._written(value)
        return value

    def places(self, value: Ball) -> int | None:
        """With how many places a value is written; None where that cannot be told."""
        try:
            return self.digits.decimals(value)
        except (Undecided, ValueError):
            return None

    def _written(self, value: Ball) -> Ball:
        """The value as it is written down: all that rounds to the same."""
        places = self.places(value) if is_finite(value) else None
        if places is None:
            return value
        scaled = value * rational(10) ** places
        if abs(scaled - (scaled + rational(1, 2)).mid().floor()) < _WHOLE:
            return value
        return radius(value, rational(1, 2) / rational(10) ** places)

    def _line(self, quantity: Quantity) -> Ball:
        """An answer as it was written, or a blank line, rounded when it was worked out."""
        if quantity in self.answers or not self.key.is_worked(quantity):
            return self.middle(quantity)
        if quantity not in self.lines:
            if len(self.lines) >= self.most_lines:
                return self.middle(quantity)
            self.lines[quantity] = self.middle(quantity)
            self.lines[quantity] = self._written(self._argument(self.formulas(quantity)[0]))
        return self.lines[quantity]


def _formulas(key: AnswerKey, quantity: Quantity) -> tuple[Formula, ...]:
    written: dict[Quantity, tuple[Formula, ...]] = key.shared.setdefault("as textbooks write it", {})
    if quantity not in written:
        short = key.in_short(quantity)
        textbook = key.with_factors(quantity) if short is None else short
        formulas = key.derivation.index[quantity].formula, textbook
        written[quantity] = tuple(dict.fromkeys(map(_as_worked, formulas)))
    return written[quantity]


def names_behind(key: AnswerKey, quantity: Quantity) -> tuple[Quantity, ...]:
    """What stands in the formulas of a line: as it goes, and as textbooks write it."""
    known: dict[Quantity, tuple[Quantity, ...]] = key.shared.setdefault("names behind", {})
    if quantity not in known:
        formulas = key.derivation.index[quantity].formula, *_formulas(key, quantity)
        known[quantity] = tuple(dict.fromkeys(name for one in formulas for name in quantities_in(one)))
    return known[quantity]


def _as_worked(formula: Formula) -> Formula:
    """The formula with a softmax as it is worked out, by powers of e that are written down; a sigmoid is one key."""
    return rewritten(formula, lambda part: spelled_out(part) if is_operation(part, "softmax") else None)


def _is_constant(formula: Formula) -> bool:
    """Whether a formula is made of numbers, and the numbers of it are not rounded: √2 is, ½ is not."""
    match formula:
        case Apply(operation, arguments):
            return operation in _NOT_ROUNDED and all(map(_is_constant, arguments))
        case Number():
            return True
    return False
