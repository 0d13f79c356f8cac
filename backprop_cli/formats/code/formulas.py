"""Formulas as code: an operation is a shape, as in any spelling, or a function that the program defines for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.formula import (
    ONE,
    ZERO,
    Apply,
    Formula,
    Name,
    Number,
    add,
    apply,
    divide,
    multiply,
    negate,
    number,
)
from backprop_cli.algebra.operations import is_whole
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.writing.shapes import ATOM, NEGATIVE, PRODUCT, SUM, Shape, Spelling, function

Writes: TypeAlias = Callable[[Formula], Spelling | None]  # what stands for a formula, or None: its operation is written
Arguments: TypeAlias = tuple[Formula, ...]

_LITERAL = re.compile(r"(0|[1-9]\d*)(\.\d+)?(e-?[1-9]\d?)?")
_FIGURES = 17  # that many tell any two floats apart
_SHORT = 15


@record(slots=False)
class CodeDialect:
    """How a language writes operations: `shapes` by operation, `helpers` the source of the functions they call.

    `meanings` are operations that are written by others; `usual` the settings that need not be written where they
    have this value (None: whatever it is).
    """

    shapes: Mapping[str, Shape]
    helpers: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, Callable[..., Formula]] = field(default_factory=dict)
    usual: Mapping[str, Formula | None] = field(default_factory=dict)

    def spell(self, formula: Formula, writes: Writes) -> Spelling:
        """The formula as code."""
        known = writes(formula)
        if known is not None:
            return known
        match formula:
            case Number():
                return literal(formula.value, formula.text)
            case Apply(name, _) if is_whole(formula) and name not in self.meanings:
                return self.spell(spelled_out(formula), writes)
            case Apply(operation, arguments) if operation in self.meanings:
                return self.spell(self.meanings[operation](*arguments), writes)
            case Apply(operation, arguments):
                return self._operation(operation, self._written(operation, arguments), writes)
        raise AssertionError(formula)

    def _written(self, operation: str, arguments: Arguments) -> Arguments:
        if operation in self.usual and self.usual[operation] in (None, arguments[-1]):
            return arguments[:-1]
        return arguments

    def _operation(self, operation: str, arguments: Arguments, writes: Writes) -> Spelling:
        shape = self.shapes.get(operation) or function(operation)
        if shape.between:
            return self._chain(operation, arguments, shape, writes)
        texts = [
            wrapped(self.spell(argument, writes), shape.inner_of(index)) for index, argument in enumerate(arguments)
        ]
        pattern = shape.pattern
        if pattern.count("{") == 1 and "({0})" in pattern and len(texts) > 1:
            texts = [", ".join(texts)]
        return Spelling(pattern.format(*texts, rest=", ".join(texts[1:]), count=len(texts) - 1), shape.strength)

    def _chain(self, operation: str, arguments: Arguments, shape: Shape, writes: Writes) -> Spelling:
        """A sum or a product; in a sum, + (−x) is written − x."""
        text = wrapped(self.spell(arguments[0], writes), shape.inner_of(0))
        for argument in arguments[1:]:
            match argument:
                case Apply("negative", (inner,)) if operation == "sum" and writes(argument) is None:
                    text += shape.minus + wrapped(self.spell(inner, writes), PRODUCT)
                case _:
                    text += shape.between + wrapped(self.spell(argument, writes), shape.inner_of(1))
        return Spelling(text, shape.strength)

    def needs(self, formula: Formula) -> Iterator[str]:
        """The names of the functions that a formula calls and the program must define."""
        match formula:
            case Apply(name, _) if is_whole(formula) and name not in self.meanings:
                yield from self.needs(spelled_out(formula))
            case Apply(operation, arguments) if operation in self.meanings:
                yield from self.needs(self.meanings[operation](*arguments))
            case Apply(operation, arguments):
                if operation in self.helpers:
                    yield operation
                for argument in arguments:
                    yield from self.needs(argument)


def wrapped(operand: Spelling, least: int) -> str:
    """The text, in brackets where it binds less than it must."""
    return operand.text if operand.strength >= least else f"({operand.text})"


def literal(value: Rational, text: str | None = None) -> Spelling:
    """A number as code: as it was written where every language reads it so, else by its value."""
    if text is not None and _LITERAL.fullmatch(text):
        return Spelling(text)
    if value < 0:
        positive = literal(-value, text[1:] if text is not None and text[0] == "-" else None)
        return Spelling("-" + wrapped(positive, PRODUCT), NEGATIVE)
    places = decimal_digits(value)
    if places is not None and places <= _SHORT and value < 10**_SHORT:
        return Spelling(decimal_text(int(value.p * 10**places // value.q), places))
    if max(value.p, value.q) < 10**_SHORT:
        return Spelling(f"{value.p}/{value.q}", PRODUCT)
    return Spelling(to_digits(value, _FIGURES).text())


# ---- what most languages have no word for ------------------------------------------------------------------------


def _normal_cdf(z: Formula) -> Formula:
    return divide(add(ONE, apply("erf", divide(z, apply("sqrt", number(2))))), number(2))


MEANINGS: dict[str, Callable[..., Formula]] = {
    "cos_pi": lambda x: apply("cos", apply("pi") * x),
    "standardized": lambda x, mean, variance, epsilon: (x - mean) / apply("sqrt", variance + epsilon),
    "identity": lambda z: z,
    "mean": lambda *terms: divide(Apply("sum", terms), number(len(terms))),
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda z: divide(
        apply("exp", negate(divide(apply("square", z), number(2)))), apply("sqrt", multiply(number(2), apply("pi")))
    ),
    "gelu": lambda z: multiply(z, _normal_cdf(z)),
    "softsign": lambda z: divide(z, add(ONE, apply("abs", z))),
    "swish": lambda z: multiply(z, apply("sigmoid", z)),
    "softplus": lambda z: apply("ln", add(ONE, apply("exp", z))),
    "hard_sigmoid": lambda z: apply("clip", divide(add(z, number(3)), number(6)), ZERO, ONE),
    "hard_tanh": lambda z: apply("clip", z, number(-1), ONE),
}

ARITHMETIC: dict[str, Shape] = {
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between="*", strength=PRODUCT, inner=(PRODUCT, PRODUCT + 1)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "quotient": Shape("{0}/{1}", strength=PRODUCT, inner=(PRODUCT, PRODUCT + 2)),
    "power": Shape("{0}**{1}", strength=PRODUCT + 2, inner=(ATOM, ATOM)),
    "square": Shape("{0}**2", strength=PRODUCT + 2, inner=(ATOM,)),
}


def by_names(spelling_of: Callable[[object], str]) -> Writes:
    """What writes names, and nothing else."""
    return lambda formula: Spelling(spelling_of(formula.symbol)) if isinstance(formula, Name) else None
