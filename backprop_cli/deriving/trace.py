"""A trace is the solved derivation: every line with its value, and that value's correctly rounded decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.formula import Formula, Name, Number, names_in, replace, size
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text
from backprop_cli.numbers.rounded import Decimal

_CLOSED_SIZE = 16
_SHORT_PLACES = 12


@record
class Value:
    """A number and its decimal; the decimal says whether it is the whole truth (=) or a rounding of it (≈)."""

    number: Real
    decimal: Decimal

    @property
    def exact(self) -> Rational | None:
        """The value as a rational, where it is one."""
        return self.number if isinstance(self.number, Rational) else None

    @property
    def short_decimal(self) -> str | None:
        """The exact value as a decimal that ends, where that is short although longer than the digits asked for."""
        if self.exact is None or self.exact.q == 1:
            return None
        places = decimal_digits(self.exact)
        if places is None or places > _SHORT_PLACES:
            return None
        return decimal_text(int(self.exact.p * 10**places // self.exact.q), places)

    @property
    def short_fraction(self) -> str | None:
        """The exact value as a fraction, where it is not a decimal already and short enough to print."""
        if self.exact is None or self.exact == self.decimal.value:
            return None
        text = f"{self.exact.p}/{self.exact.q}"
        return text if len(text) <= limits.SHORT_FRACTION else None


@record
class Step:
    """One line of the worked solution: this quantity, by this formula, has this value."""

    line: Line
    value: Value

    @property
    def quantity(self) -> Quantity:
        """What the step computes."""
        return self.line.quantity


@record(slots=False)
class Trace:
    """The steps in topological order, the values of the constants, and the arithmetic that was used."""

    derivation: Derivation
    steps: tuple[Step, ...]
    constants: Mapping[Quantity, Value]
    digits: int
    rounded: bool = False
    _closed: dict[Quantity, Formula | None] = field(default_factory=dict, repr=False)

    @cached_property
    def by_quantity(self) -> dict[Quantity, Step]:
        """The steps by what they compute."""
        return {step.quantity: step for step in self.steps}

    def __getitem__(self, key: str) -> Value:
        """The value of the quantity with this key; KeyError where there is none."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Value]:
        return {q.key: value for q, value in self.constants.items()} | {s.quantity.key: s.value for s in self.steps}

    def value(self, quantity: Quantity) -> Value:
        """The value of a line or of a constant."""
        step = self.by_quantity.get(quantity)
        return step.value if step else self.constants[quantity]

    def closed_form(self, quantity: Quantity) -> Formula | None:
        """An exact formula without names for the value, such as 1/(1 + e^(−151/400)), where there is a short one."""
        if self.rounded:
            return None
        if quantity not in self._closed:
            self._closed[quantity] = self._close(quantity)
        return self._closed[quantity]

    def _close(self, quantity: Quantity) -> Formula | None:
        value = self.value(quantity)
        if value.exact is not None:
            return Number(value.exact) if value.decimal.whole_truth or value.short_fraction else None
        if quantity in self.derivation.constants:
            return self.derivation.constants[quantity]
        line = self.by_quantity[quantity].line
        parts: dict[Name, Formula] = {}
        for name in set(names_in(line.formula)):
            assert isinstance(name.symbol, Quantity)
            part = self.closed_form(name.symbol)
            if part is None:
                return None
            parts[name] = part
        formula = spelled_out(replace(line.formula, parts.__getitem__, tidy=True))
        return formula if size(formula) <= _CLOSED_SIZE else None
