"""How a parameter is updated from its gradient, as named formulas."""

from __future__ import annotations

from backprop_cli.derivation import Line
from backprop_cli.formula import Formula, Name, multiply
from backprop_cli.quantities import Kind, Phase, Quantity

LEARNING_RATE = Quantity(Kind.CONSTANT, "eta")


def gradient_descent(parameter: Quantity, gradient: Formula) -> Line:
    """w_new = w − η·∂E/∂w (Cauchy 1847); where the gradient is minus a δ, this reads w + η·δ·x."""
    step = multiply(Name(LEARNING_RATE), gradient)
    new = Quantity(Kind.NEW, parameter.name)
    return Line(Phase.UPDATE, new, Name(parameter) - step)
