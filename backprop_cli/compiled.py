"""Formulas as Python functions: the names are made here and the numbers are arguments, so no text of a file is run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from backprop_cli.formula import Apply, Formula, Name, Number
from backprop_cli.operations import OPERATIONS

_SMALL = 1 << 30
_DIRECT = {  # operations that are a method or an operator of a ball; the others go through the operations table
    "negative": "-{0}", "quotient": "{0}/{1}", "exp": "{0}.exp()", "tanh": "{0}.tanh()", "sin": "{0}.sin()",
    "cos": "{0}.cos()", "identity": "{0}", "sigmoid": "1/(1 + (-{0}).exp())", "square": "{0}*{0}",
}  # fmt: skip


def compiled(formulas: Sequence[Formula], names: Sequence[Hashable], domain: Any) -> Callable[..., tuple[Any, ...]]:
    """A function of balls, in the order of `names`, that returns the values of the formulas in the domain."""
    given: dict[Hashable, str] = {symbol: f"v{index}" for index, symbol in enumerate(names)}
    numbers: dict[str, Any] = {"D": domain}
    texts = [expression(formula, given, numbers) for formula in formulas]
    source = f"def run({', '.join(given.values())}):\n    return ({''.join(f'{text}, ' for text in texts)})"
    exec(compile(source, "<formula>", "exec"), numbers)
    return numbers["run"]  # type: ignore[no-any-return]


def expression(formula: Formula, names: dict[Hashable, str], numbers: dict[str, Any]) -> str:
    """The formula as an expression of Python; numbers that it needs are entered under names of their own."""
    match formula:
        case Name(symbol):
            return names[symbol]
        case Number(value) if value.q == 1 and abs(value) < _SMALL:
            return f"({value.p})" if value < 0 else str(value.p)  # faster with a ball than a rational is
        case Number(value):
            return _entered(value, numbers)
        case Apply(operation, arguments):
            if operation == "power" and isinstance(arguments[1], Number) and arguments[1].value == 2:
                numbers["square"] = _square  # x**2 has no value where the ball x is around 0
                return f"square({expression(arguments[0], names, numbers)})"
            if operation == "sum":
                return _sum(arguments, names, numbers)
            texts = [expression(argument, names, numbers) for argument in arguments]
            if operation == "product":
                return f"({'*'.join(texts)})"
            if operation in _DIRECT and not isinstance(arguments[0], Number):
                return f"({_DIRECT[operation].format(*texts)})"
            numbers[f"op_{operation}"] = OPERATIONS[operation].value
            for index, argument in enumerate(arguments):
                if isinstance(argument, Number):  # the table's functions take numbers of the domain, not Python's
                    texts[index] = _entered(argument.value, numbers)
            return f"op_{operation}({', '.join(['D', *texts])})"


def _square(x: Any) -> Any:
    return x * x


def _entered(value: Any, numbers: dict[str, Any]) -> str:
    name = f"n{len(numbers)}"
    numbers[name] = value
    return name


def _sum(terms: Sequence[Formula], names: dict[Hashable, str], numbers: dict[str, Any]) -> str:
    """The sum, with a subtraction for a negative term: that saves an operation on balls."""
    text = expression(terms[0], names, numbers)
    for term in terms[1:]:
        match term:
            case Apply("negative", (inner,)):
                text += f" - {expression(inner, names, numbers)}"
            case _:
                text += f" + {expression(term, names, numbers)}"
    return f"({text})"
