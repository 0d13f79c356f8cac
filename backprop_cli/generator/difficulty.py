"""How much work a problem is by hand: the operations of every line, each times the digits of what it results in.

One number, the same for any kind of problem, so that variants can be compared: 0.5·2 + 1.5·3 = 5.5 has three
operations and two digits, and counts 6.
"""

from __future__ import annotations

from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.deriving.trace import Value
from backprop_cli.ground.words import n_
from backprop_cli.numbers.exact import digits_of
from backprop_cli.solving.worked import WorkedProblem

MEASURE = n_("the operations of every line, each times the digits of the line's result")
_DIGITS = 4  # of a line that does not end, and is not rounded
_FREE = ("identity",)


def difficulty_of(worked: WorkedProblem) -> int:
    """The work of a problem, in digits to be written."""
    trace = worked.trace(digits=9)
    return sum(operations_in(step.line.formula) * _digits(step.value) for step in trace.steps if not step.line.given)


def operations_in(formula: Formula) -> int:
    """How many times one reaches for the calculator: a sum of three terms is two operations, a sigmoid one."""
    if not isinstance(formula, Apply):
        return 0
    inside = sum(map(operations_in, formula.arguments))
    if formula.operation in ("sum", "product"):
        return inside + len(formula.arguments) - 1
    return inside + (formula.operation not in _FREE)


def _digits(value: Value) -> int:
    """The digits of a result as it is written down, without zeros before or behind."""
    written = digits_of(value.decimal.digits).strip("0")
    return max(1, len(written) if value.decimal.whole_truth else min(len(written), _DIGITS))
