"""What may be said to be worth something: a number of marks."""

from __future__ import annotations

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import Rational


def is_worth(value: Formula) -> bool:
    """Whether a constant can be a number of marks: it is exact, and not below 0."""
    try:
        worth = evaluate(value, Certified(), lambda symbol: symbol)
    except (MathError, Undecided):
        return False
    return isinstance(worth, Rational) and worth >= 0
