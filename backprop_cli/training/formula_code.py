"""Formulas as Python: the names are made here and the numbers are arguments, so no text of a file is ever run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, is_operation, names_in
from backprop_cli.algebra.operations import OPERATIONS

_SMALL = 1 << 30
# Operations that are an operator or a method of a number; the others go through the operations table.
_OPERATORS = {"negative": "-{0}", "quotient": "{0}/{1}", "identity": "{0}"}
METHODS = {
    "exp": "{0}.exp()", "tanh": "{0}.tanh()", "sin": "{0}.sin()", "cos": "{0}.cos()",
    "sigmoid": "1/(1 + (-{0}).exp())", "square": "(q:={0})*q",
}  # fmt: skip


def compiled(formulas: Sequence[Formula], names: Sequence[Hashable], domain: Any) -> Callable[..., tuple[Any, ...]]:
    """A function of the domain's numbers, in the order of `names`, that returns the values of the formulas."""
    expressions = Expressions(domain)
    arguments = [expressions.argument(symbol) for symbol in names]
    texts = [expressions.whole(formula) for formula in formulas]
    source = f"def run({', '.join(arguments)}):\n    return ({''.join(f'{text}, ' for text in texts)})"
    exec(compile(source, "<formula>", "exec"), expressions.numbers)
    return expressions.numbers["run"]  # type: ignore[no-any-return]


def is_two(exponent: Formula) -> bool:
    """Whether a power with this exponent is a square."""
    return isinstance(exponent, Number) and exponent.value == 2


class Expressions:
    """Writes formulas as Python: every symbol has a name, every number is kept under one (`numbers`)."""

    def __init__(self, domain: Any) -> None:
        self.domain = domain
        self.names: dict[Any, str] = {}
        self.numbers: dict[str, Any] = {"D": domain}

    def argument(self, symbol: Hashable) -> str:
        """A name for a symbol that has its value from outside, or from a line."""
        self.names[symbol] = f"v{len(self.names)}"
        return self.names[symbol]

    def name(self, symbol: Hashable) -> str:
        """The name of a symbol."""
        return self.names[symbol]

    def number(self, value: Any) -> str:
        """A name for a number."""
        name = f"n{len(self.numbers)}"
        self.numbers[name] = value
        return name

    def is_constant(self, formula: Formula) -> bool:
        """Whether the formula depends on nothing that changes."""
        return not any(True for _ in names_in(formula))

    def constant(self, formula: Formula) -> str:
        """A name for the value of a formula that is constant."""
        return self.number(evaluate(formula, self.domain))

    def operand(self, formula: Formula) -> str:
        """The formula as an expression that has the methods of the domain's numbers."""
        return self.python(formula)

    def python(self, formula: Formula) -> str:
        """The formula as an operand: a number of the domain, or one that goes together with them."""
        text = self.whole(formula)
        return f"({text})" if isinstance(formula, Apply) and not text.isidentifier() else text

    def whole(self, formula: Formula) -> str:
        """The same as an expression that stands alone: brackets around it would only have to be read."""
        match formula:
            case Name():
                return self.name(formula.symbol)
            case Number(value) if value.q == 1 and abs(value) < _SMALL:
                return f"({value.p})" if value < 0 else str(value.p)  # faster with a ball than a rational is
            case Number(value):
                return self.number(value)
            case Apply() if self.is_constant(formula):  # 1/3 of two Python numbers would be a float
                return self.constant(formula)
            case Apply():
                return self._applied(formula.operation, formula.arguments)

    def _applied(self, operation: str, arguments: Sequence[Formula]) -> str:
        match operation:
            case "sum":
                return self._sum(arguments)
            case "product":
                return "*".join(map(self.python, arguments))
            case "power" if is_two(arguments[1]):
                return f"(q:={self.whole(arguments[0])})*q"  # FLINT's power of a ball that holds 0 is no number
            case _ if operation in METHODS:
                return METHODS[operation].format(self.operand(arguments[0]))
            case _ if operation in _OPERATORS:
                return _OPERATORS[operation].format(*map(self.python, arguments))
        return self._from_the_table(operation, arguments)

    def _sum(self, terms: Sequence[Formula]) -> str:
        """The sum, with a subtraction for a negative term: that saves an operation on balls."""
        text = self.whole(terms[0])
        for term in terms[1:]:
            match term:
                case Apply("negative", (inner,)):
                    text += f" - {self._term(inner)}"
                case _:
                    text += f" + {self._term(term)}"
        return text

    def _term(self, formula: Formula) -> str:
        return self.python(formula) if is_operation(formula, "sum") else self.whole(formula)

    def _from_the_table(self, operation: str, arguments: Sequence[Formula]) -> str:
        """A call of the table's function, which takes numbers of the domain, not Python's."""
        self.numbers[f"op_{operation}"] = OPERATIONS[operation].value
        return f"op_{operation}({', '.join(['D', *self._numbers_of(arguments)])})"

    def _numbers_of(self, formulas: Sequence[Formula]) -> list[str]:
        """Each as a number of the domain."""
        return [self.number(one.value) if isinstance(one, Number) else self.python(one) for one in formulas]
