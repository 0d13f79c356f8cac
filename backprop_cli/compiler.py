"""Lines as a Python function on balls: fast, and as exact as the lines are.

All names in the function are made here (v0, v1, …) and all numbers are its arguments, so that nothing of a problem file
is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.calculus import evaluate
from backprop_cli.derivation import Line
from backprop_cli.formula import Apply, Formula, Name, Number, names_in
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.operations import OPERATIONS
from backprop_cli.quantities import Quantity

_SMALL = 1 << 30
# Operations that are an operator or a method of a ball; the others go through the operations table.
_OPERATORS = {"negative": "-{0}", "quotient": "{0}/{1}", "identity": "{0}"}
_METHODS = {
    "exp": "{0}.exp()", "tanh": "{0}.tanh()", "sin": "{0}.sin()", "cos": "{0}.cos()",
    "sigmoid": "1/(1 + (-{0}).exp())", "square": "(q:={0})*q",
}  # fmt: skip


class Writer:
    """Writes lines as Python: every quantity gets a name, every number becomes an argument.

    What depends on no argument is computed once, exactly if it can be.
    """

    def __init__(self, arguments: Sequence[Quantity], constants: Mapping[Quantity, Formula]) -> None:
        self.names: dict[Any, str] = {}
        self.numbers: dict[str, Any] = {"D": Certified(), "B": Ball}
        self.variables: set[Quantity] = set()
        self.fixed: dict[Any, Real] = {}
        self.arguments = [self.argument(quantity) for quantity in arguments]
        self.constants = constants

    def argument(self, quantity: Quantity) -> str:
        """A name for a quantity that has its value from outside, or from a line."""
        self.variables.add(quantity)
        self.names[quantity] = f"v{len(self.names)}"
        return self.names[quantity]

    def lines(self, lines: Iterable[Line]) -> list[str]:
        """An assignment for each line."""
        return list(self._lines(lines))

    def _lines(self, lines: Iterable[Line]) -> Iterator[str]:
        for line in lines:
            if self._is_constant(line.formula):
                self.fixed[line.quantity] = evaluate(line.formula, Certified(), self._value)
            else:
                text = self.ball(line.formula)
                yield f"{self.argument(line.quantity)} = {text}"

    def _is_constant(self, formula: Formula) -> bool:
        """Whether the formula depends on nothing that changes."""
        return all(
            name.symbol in self.fixed or (name.symbol in self.constants and name.symbol not in self.variables)
            for name in names_in(formula)
        )

    def _value(self, symbol: Any) -> Real:
        """The value of a constant, or of a line that is one: exact if it can be, for a sign may depend on it."""
        if symbol not in self.fixed:
            self.fixed[symbol] = evaluate(self.constants[symbol], Certified(), _no_name)
        return self.fixed[symbol]

    def function(self, source: Sequence[str]) -> Callable[..., Any]:
        """The function `run` of the source, in which {numbers} stands for the numbers as arguments."""
        numbers = "".join(f", {name}={name}" for name in self.numbers)
        text = "\n".join([source[0].replace("{numbers}", numbers), *source[1:]])
        exec(compile(text, "<epoch>", "exec"), self.numbers)
        return self.numbers["run"]  # type: ignore[no-any-return]

    def name(self, symbol: Any) -> str:
        """The name of a quantity; a constant becomes a ball."""
        if symbol not in self.names:
            self.names[symbol] = f"c{len(self.names)}"
            self.numbers[self.names[symbol]] = Ball(self._value(symbol))
        return self.names[symbol]

    def number(self, value: Any) -> str:
        """A name for a number."""
        name = f"n{len(self.numbers)}"
        self.numbers[name] = value
        return name

    def ball(self, formula: Formula) -> str:
        """The formula as an expression that is certainly a ball."""
        text = self.python(formula)
        return text if self._is_ball(formula) else f"B({text})"

    def _is_ball(self, formula: Formula) -> bool:
        """Whether the expression for a formula is certainly a ball; what chooses by a sign may give a plain number."""
        match formula:
            case Name():
                return True
            case Apply() if self._is_constant(formula):
                return False
            case Apply("sum" | "product" | "negative" | "quotient" | "identity", arguments):
                return any(map(self._is_ball, arguments))
            case Apply("power", (base, Number(value))) if value == 2:
                return self._is_ball(base)
            case Apply(operation, _arguments):
                return operation in _METHODS
        return False

    def python(self, formula: Formula) -> str:
        """The formula as an expression: a ball, or a number that goes together with balls."""
        match formula:
            case Name(symbol):
                return self.name(symbol)
            case Number(value) if value.q == 1 and abs(value) < _SMALL:
                return f"({value.p})" if value < 0 else str(value.p)  # faster with a ball than a rational is
            case Number(value):
                return self.number(value)
            case Apply() if self._is_constant(formula):  # 1/3 of two Python numbers would be a float
                return self.number(evaluate(formula, Certified(), self._value))
            case Apply("power", (base, Number(value))) if value == 2:
                return f"((q:={self.python(base)})*q)"  # FLINT's power of a ball that holds 0 is no number
            case Apply("sum", terms):
                return self._sum(terms)
            case Apply(operation, arguments):
                if operation in _METHODS:
                    return f"({_METHODS[operation].format(self.ball(arguments[0]))})"
                texts = [self.python(argument) for argument in arguments]
                if operation == "product":
                    return f"({'*'.join(texts)})"
                if operation in _OPERATORS:
                    return f"({_OPERATORS[operation].format(*texts)})"
                self.numbers[f"op_{operation}"] = OPERATIONS[operation].value
                for index, argument in enumerate(arguments):
                    if isinstance(argument, Number):  # the table's functions take numbers of the domain, not Python's
                        texts[index] = self.number(argument.value)
                return f"op_{operation}({', '.join(['D', *texts])})"

    def _sum(self, terms: Sequence[Formula]) -> str:
        """The sum, with a subtraction for a negative term: that saves an operation on balls."""
        text = self.python(terms[0])
        for term in terms[1:]:
            match term:
                case Apply("negative", (inner,)):
                    text += f" - {self.python(inner)}"
                case _:
                    text += f" + {self.python(term)}"
        return f"({text})"


def _no_name(symbol: object) -> Real:
    raise AssertionError(symbol)
