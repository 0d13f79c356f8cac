"""Code generation: the lines of a derivation as a Python function on balls (intervals that enclose the true value).

All names in the function are made here (v0, v1, …) and all numbers are its arguments, so that nothing of a problem file
is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import CodeType
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.operations import softmax_parts
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.numbers.exact import Rational
from backprop_cli.training.formula_code import METHODS, Expressions, is_two

_ALONE = 2  # arguments of a softmax of one net input: which, and that one


@record
class Program:
    """The function `run` of some lines, into which constants are put at whatever precision it is to run with.

    `always` are its numbers that are the same at every precision, `constant` those that are computed from constants,
    perhaps by way of the `fixed` lines, which depend on nothing else.
    """

    code: CodeType
    always: Mapping[str, Any]
    constant: Mapping[str, Formula]
    fixed: Mapping[Quantity, Formula]

    def function(self, constants: Mapping[Quantity, Formula]) -> Callable[..., Any]:
        """The function at the current precision; a constant itself is a ball in it, else what can be exact is."""
        domain = Certified()
        known: dict[Any, Real] = {}

        def value_of(symbol: Any) -> Real:
            if symbol not in known:
                formula = self.fixed[symbol] if symbol in self.fixed else constants[symbol]
                known[symbol] = evaluate(formula, domain, value_of)
            return known[symbol]

        numbers = dict(self.always)
        for quantity in self.fixed:  # in their order: each needs only those before it
            value_of(quantity)
        for name, formula in self.constant.items():
            value = evaluate(formula, domain, value_of)
            numbers[name] = Ball(value) if isinstance(formula, Name) else value
        exec(self.code, numbers)
        return numbers["run"]  # type: ignore[no-any-return]


class LineCompiler(Expressions):
    """Writes lines as Python: every quantity gets a name, every number becomes an argument.

    What depends on no argument is computed once, exactly if it can be; what stands in several lines, as β^t in those of
    all parameters, is computed once an epoch.
    """

    def __init__(self, arguments: Sequence[Quantity]) -> None:
        super().__init__(Certified())
        self.numbers["B"] = Ball
        self.variables: set[Quantity] = set()
        self._fixed: dict[Quantity, Formula] = {}
        self._constant: dict[Formula, str] = {}  # the names of what is computed from constants
        self._once: dict[str, str] = {}  # the names of what is computed once, by what it is
        self._before: list[str] = []  # assignments that the next line needs
        self._rationals: dict[Rational, str] = {}
        self.arguments = [self.argument(quantity) for quantity in arguments]

    def argument(self, symbol: Any) -> str:
        self.variables.add(symbol)
        return super().argument(symbol)

    def lines(self, lines: Iterable[Line]) -> list[str]:
        """An assignment for each line."""
        return list(self._lines(lines))

    def _lines(self, lines: Iterable[Line]) -> Iterator[str]:
        for line in lines:
            if self.is_constant(line.formula):
                self._fixed[line.quantity] = line.formula
            else:
                text = self.whole(line.formula) if self._is_ball(line.formula) else self.operand(line.formula)
                yield from self._before
                self._before.clear()
                yield f"{self.argument(line.quantity)} = {text}"

    def is_constant(self, formula: Formula) -> bool:
        match formula:
            case Name():
                return formula.symbol not in self.variables
            case Apply():
                return all(map(self.is_constant, formula.arguments))
        return True

    def program(self, source: Sequence[str]) -> Program:
        """The function `run` of the source, in which {numbers} stands for the numbers as arguments."""
        constant = {name: formula for formula, name in self._constant.items()}
        numbers = "".join(f", {name}={name}" for name in (*self.numbers, *constant))
        text = "\n".join([source[0].replace("{numbers}", numbers), *source[1:]])
        return Program(compile(text, "<epoch>", "exec"), self.numbers, constant, self._fixed)

    def name(self, symbol: Any) -> str:
        """The name of a quantity; a constant becomes a ball."""
        if symbol not in self.names:
            self.names[symbol] = self.constant(Name(symbol))
        return self.names[symbol]

    def constant(self, formula: Formula) -> str:
        return self._constant.setdefault(formula, f"c{len(self._constant)}")

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
            return f"{parts}[{int(arguments[0].value) - 1}]/{parts}[-1]"
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
        return self.python(formula) if self._is_ball(formula) else f"B({self.whole(formula)})"

    def _is_ball(self, formula: Formula) -> bool:
        """Whether the expression for a formula is certainly a ball; what chooses by a sign may give a plain number."""
        match formula:
            case Name():
                return True
            case Apply() if self.is_constant(formula):
                return False
            case Apply("sum" | "product" | "negative" | "quotient" | "identity"):
                return any(map(self._is_ball, formula.arguments))
            case Apply("power", (base, exponent)) if is_two(exponent):
                return self._is_ball(base)
            case Apply(operation):
                return operation in METHODS
        return False
