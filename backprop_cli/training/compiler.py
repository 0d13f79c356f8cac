"""Code generation: the lines of a derivation as a Python function on balls (intervals that enclose the true value).

All names in the function are made here (v0, v1, …) and all numbers are its arguments, so that nothing of a problem file
is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, names_in
from backprop_cli.algebra.operations import softmax_parts
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.numbers.exact import Rational
from backprop_cli.training.formula_code import METHODS, Expressions

_ALONE = 2  # arguments of a softmax of one net input: which, and that one


@lru_cache(maxsize=16)  # it is the same at every precision
def _code(text: str) -> CodeType:
    return compile(text, "<epoch>", "exec")


class LineCompiler(Expressions):
    """Writes lines as Python: every quantity gets a name, every number becomes an argument.

    What depends on no argument is computed once, exactly if it can be; what stands in several lines, as β^t in those of
    all parameters, is computed once an epoch.
    """

    def __init__(self, arguments: Sequence[Quantity], constants: Mapping[Quantity, Formula]) -> None:
        super().__init__(Certified())
        self.numbers["B"] = Ball
        self.variables: set[Quantity] = set()
        self.fixed: dict[Any, Real] = {}
        self._once: dict[str, str] = {}  # the names of what is computed once, by what it is
        self._before: list[str] = []  # assignments that the next line needs
        self._rationals: dict[Rational, str] = {}
        self.arguments = [self.argument(quantity) for quantity in arguments]
        self.constants = constants

    def argument(self, symbol: Any) -> str:
        self.variables.add(symbol)
        return super().argument(symbol)

    def lines(self, lines: Iterable[Line]) -> list[str]:
        """An assignment for each line."""
        return list(self._lines(lines))

    def _lines(self, lines: Iterable[Line]) -> Iterator[str]:
        for line in lines:
            if self.is_constant(line.formula):
                self.fixed[line.quantity] = self.value(line.formula)
            else:
                text = self.operand(line.formula)
                yield from self._before
                self._before.clear()
                yield f"{self.argument(line.quantity)} = {text}"

    def is_constant(self, formula: Formula) -> bool:
        return all(
            name.symbol in self.fixed or (name.symbol in self.constants and name.symbol not in self.variables)
            for name in names_in(formula)
        )

    def value(self, formula: Formula) -> Real:
        """The value of a formula of constants: exact if it can be, for a sign may depend on it."""
        result: Real = evaluate(formula, Certified(), self._value)
        return result

    def _value(self, symbol: Any) -> Real:
        if symbol not in self.fixed:
            self.fixed[symbol] = evaluate(self.constants[symbol], Certified())
        return self.fixed[symbol]

    def function(self, source: Sequence[str]) -> Callable[..., Any]:
        """The function `run` of the source, in which {numbers} stands for the numbers as arguments."""
        numbers = "".join(f", {name}={name}" for name in self.numbers)
        text = "\n".join([source[0].replace("{numbers}", numbers), *source[1:]])
        exec(_code(text), self.numbers)
        return self.numbers["run"]  # type: ignore[no-any-return]

    def name(self, symbol: Any) -> str:
        """The name of a quantity; a constant becomes a ball."""
        if symbol not in self.names:
            self.names[symbol] = f"c{len(self.names)}"
            self.numbers[self.names[symbol]] = Ball(self._value(symbol))
        return self.names[symbol]

    def number(self, value: Any) -> str:
        if not isinstance(value, Rational):
            return super().number(value)
        if value not in self._rationals:
            self._rationals[value] = super().number(value)
        return self._rationals[value]

    def _from_the_table(self, operation: str, arguments: Sequence[Formula]) -> str:
        if operation == "softmax" and len(arguments) > _ALONE and isinstance(arguments[0], Number):
            self.numbers["softmax_parts"] = softmax_parts
            parts = self._computed_once(f"softmax_parts({', '.join(['D', *self._numbers_of(arguments[1:])])})")
            return f"({parts}[{int(arguments[0].value) - 1}]/{parts}[-1])"
        text = super()._from_the_table(operation, arguments)
        if operation == "sqrt" and self._is_ball(arguments[0]):  # the root of a positive ball, without a call of ours
            return self._computed_once(f"q.sqrt() if (q:={self.python(arguments[0])}) > 0 else op_sqrt(D, q)")
        return self._computed_once(text)

    def _computed_once(self, text: str) -> str:
        """The name of what a text computes: no name in it has two values in an epoch."""
        if text not in self._once:
            self._once[text] = f"w{len(self._once)}"
            self._before.append(f"{self._once[text]} = {text}")
        return self._once[text]

    def operand(self, formula: Formula) -> str:
        text = self.python(formula)
        return text if self._is_ball(formula) else f"B({text})"

    def _is_ball(self, formula: Formula) -> bool:
        """Whether the expression for a formula is certainly a ball; what chooses by a sign may give a plain number."""
        match formula:
            case Name():
                return True
            case Apply() if self.is_constant(formula):
                return False
            case Apply("sum" | "product" | "negative" | "quotient" | "identity", arguments):
                return any(map(self._is_ball, arguments))
            case Apply("power", (base, Number(value))) if value == 2:
                return self._is_ball(base)
            case Apply(operation, _arguments):
                return operation in METHODS
        return False
