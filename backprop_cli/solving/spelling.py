"""A trace in writing: each step as symbol, formula, the formula with the numbers put in, and value."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.formula import Apply, Formula, Number, names_in
from backprop_cli.algebra.operations import is_whole
from backprop_cli.algebra.quantities import Address, Kind, Quantity, place
from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text, digits_of
from backprop_cli.problem.model import Problem
from backprop_cli.writing.notation import load_notation
from backprop_cli.writing.shapes import ATOM, POWER, QUOTIENT, RATIO, Spelling, SpellName, spell
from backprop_cli.writing.writer import Writer

_LONG, _DIGITS = 30, 4  # characters of a fraction that is shortened, and the digits that are then left on each side
_SPELLED_OUT_TERMS = 6  # a softmax over more is written softmax(z)


@record(slots=False)
class Speller:
    """Writes the steps of one trace in one notation and dialect."""

    trace: Trace
    writer: Writer

    def symbol(self, quantity: Quantity, here: Address | None = None) -> str:
        """What the quantity is called in the notation."""
        return self.writer.symbol(quantity, self.page_of(quantity.at) if here is None else here)

    def page_of(self, address: Address) -> Address:
        """The address under whose heading a line is written: of samples that are done together, that of their batch."""
        return self.trace.derivation.together.get(address, address)

    def formula(self, step: Step, here: Address | None = None) -> str:
        """The formula in symbols, as it stands in the page with this address: its own, unless said."""
        here = self.page_of(step.quantity.at) if here is None else here
        return self._spell(_seen(step.line.formula), lambda symbol: self.named(_quantity(symbol), here))

    def pattern(self, step: Step, slot: Callable[[Quantity], str]) -> str:
        """The formula in symbols, with a slot for each, which stands in brackets wherever the symbol would."""
        here = self.page_of(step.quantity.at)

        def place_for(symbol: Hashable) -> Spelling:
            return Spelling(slot(_quantity(symbol)), self.named(_quantity(symbol), here).strength)

        return self._spell(_seen(step.line.formula), place_for)

    def named(self, quantity: Quantity, here: Address) -> Spelling:
        """A quantity in a formula; a derivative is a fraction, and the number of a sample is raised.

        So their squares need brackets.
        """
        text = self.writer.symbol(quantity, here)
        if quantity.kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH, Kind.HESSIAN):
            return Spelling(text, QUOTIENT)
        raised = quantity.kind is not Kind.NEW and place(quantity.at, "sample") not in (None, place(here, "sample"))
        return Spelling(text, POWER if raised else self.writer.dialect.name_strength(text))

    def numbers(self, step: Step) -> str | None:
        """The formula with the numbers put in, or None when there is nothing to put in."""
        formula = step.line.formula
        if not isinstance(formula, Apply) or not any(True for _ in names_in(formula)):
            return None
        if _terms(formula) <= _SPELLED_OUT_TERMS:
            formula = spelled_out(formula)
        return self._spell(formula, lambda symbol: self.given(_quantity(symbol)))

    def symbols_of(self, formula: Formula, here: Address) -> str:
        """Any formula in symbols, as it is written in a line at the address `here`."""
        return self._spell(formula, lambda symbol: self.named(_quantity(symbol), here))

    def numbers_of(self, formula: Formula, value_of: Callable[[Quantity], Spelling]) -> str:
        """Any formula with something put in for each name; `value_of` says what."""
        return self._spell(formula, lambda symbol: value_of(_quantity(symbol)))

    def written(self, text: str) -> Spelling:
        """A decimal as somebody wrote it."""
        return self.writer.dialect.numeral(text.replace("−", "-"))

    def given(self, quantity: Quantity) -> Spelling:
        """A value as it is put into a formula: as it was written in the file, or as it was computed."""
        constant = self.trace.derivation.constants.get(quantity)
        if constant is None:
            return self.short(self.trace.value(quantity))
        return self.constant_formula(constant)

    def constant_formula(self, formula: Formula) -> Spelling:
        """A constant as it was written: 0.40, −1/3, ln(2)."""
        return spell(formula, self.writer.shapes, self._no_name, self._number)

    def short(self, value: Value) -> Spelling:
        """A value in its shortest honest form: a decimal, or a short fraction where the decimals never end."""
        if not value.decimal.whole_truth and not self.trace.rounded and (decimal := value.short_decimal):
            return self.writer.dialect.numeral(decimal)
        if fraction := value.short_fraction:
            return self.writer.dialect.numeral(fraction, RATIO)
        return self.decimal(value)

    def decimal(self, value: Value) -> Spelling:
        """A value in decimals."""
        return self.writer.dialect.decimal(value.decimal.text())

    def equation(self, value: Value) -> list[tuple[str, str]]:
        """The value with its sign of equality: [("=", "1/3"), ("≈", "0.333333333")]."""
        dialect = self.writer.dialect
        if not value.decimal.whole_truth and not self.trace.rounded and (decimal := value.short_decimal):
            return [(dialect.equal, dialect.numeral(decimal).text)]
        if fraction := value.short_fraction:
            return [(dialect.equal, dialect.numeral(fraction, RATIO).text), (dialect.about, self.decimal(value).text)]
        return [(dialect.equal if value.decimal.whole_truth else dialect.about, self.decimal(value).text)]

    def closed_form(self, quantity: Quantity) -> str | None:
        """A short exact formula for an irrational value, such as 1/(1 + e^(−151/400))."""
        closed = self.trace.closed_form(quantity)
        if closed is None:
            return None
        return spell(closed, self.writer.shapes, self._no_name, self._fraction).text

    def exact(self, step: Step) -> str | None:
        """The exact value: a fraction, or a short closed form; of a long fraction the first digits and the last.

        None where there is none to write, and in a problem that is rounded: there, what was rounded is gone.
        """
        value = step.value.exact
        if self.trace.rounded:
            return None
        if value is None:
            return self.closed_form(step.quantity)
        if not _is_long(value):
            return self.writer.dialect.numeral(str(value), ATOM if value.q == 1 else RATIO).text
        dialect = self.writer.dialect
        parts = [self._first_and_last(digits_of(part)) for part in (int(value.p), int(value.q)) if part != 1]
        text = dialect.fraction.format(*parts) if dialect.fraction and len(parts) == 2 else "/".join(parts)
        return f"{dialect.minus if value < 0 else ''}{text}"

    def shortened_digits(self, step: Step) -> tuple[int, int] | None:
        """How many digits the numerator and the denominator of a value have that `exact` shortens."""
        value = step.value.exact
        if self.trace.rounded or value is None or not _is_long(value):
            return None
        return len(digits_of(int(value.p))), len(digits_of(int(value.q)))

    def _first_and_last(self, digits: str) -> str:
        """The digits, of many the first and the last ones."""
        if len(digits) <= 2 * _DIGITS + 2:
            return digits
        dialect = self.writer.dialect
        space = " " if dialect.setting else ""
        return f"{digits[:_DIGITS]}{space}{dialect.dots[0]}{space}{digits[-_DIGITS:]}"

    def _spell(self, formula: Formula, name: SpellName) -> str:
        return spell(formula, self.writer.shapes, name, self._number).text

    def _number(self, constant: Number) -> Spelling:
        if constant.text is not None and constant.text.isidentifier():  # stands in for this letter
            return self.named(Quantity(Kind.LETTER, constant.text), ())
        if constant.text is not None:
            return self.writer.dialect.numeral(constant.text, RATIO if "/" in constant.text else ATOM)
        return self._rational(constant.value, decimals=4)

    def _fraction(self, constant: Number) -> Spelling:
        return self._rational(constant.value, decimals=0)

    def _rational(self, value: Rational, decimals: int) -> Spelling:
        dialect = self.writer.dialect
        if value.q == 1:
            return dialect.numeral(str(value.p))
        places = decimal_digits(value)
        if value == Rational(1, 2) and dialect.half and decimals:
            return dialect.half
        if places is not None and places <= decimals and value.q not in (2, 4):
            return dialect.numeral(decimal_text(int(value.p * 10**places // value.q), places))
        return dialect.numeral(f"{value.p}/{value.q}", RATIO)

    @staticmethod
    def _no_name(symbol: Hashable) -> Spelling:
        raise AssertionError(symbol)


def _is_long(value: Rational) -> bool:
    """Whether the fraction is too long to be read."""
    return len(str(value)) > _LONG


def _quantity(symbol: Hashable) -> Quantity:
    assert isinstance(symbol, Quantity)
    return symbol


def _seen(formula: Formula) -> Formula:
    """The formula as it is written: which net inputs a short softmax is over is part of what one has to see."""
    short = is_whole(formula) and _terms(formula) <= _SPELLED_OUT_TERMS
    return spelled_out(formula) if short else formula


def _terms(formula: Formula) -> int:
    return (
        max((len(formula.arguments), *map(_terms, formula.arguments)))
        if isinstance(formula, Apply) and formula.arguments
        else 0
    )


def speller(problem: Problem, trace: Trace, charset: str = "unicode", notation: str | None = None) -> Speller:
    """The speller of a problem's trace, in the problem's notation unless another is named."""
    return Speller(trace, writer_for(problem, charset, load_notation(notation or problem.notation)))
