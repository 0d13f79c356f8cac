"""What a variational autoencoder needs by name in a graph: a reparametrised sample, and KL to the standard normal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_cli.algebra.arrays import OF
from backprop_cli.algebra.formula import ONE, Apply, Formula, number

_HALF = number(1, 2)


def _minus(formula: Formula) -> Formula:
    return Apply("negative", (formula,))


def _reparametrized(mean: Formula, log_variance: Formula, noise: Formula) -> Formula:
    """μ + e^(½·ln σ²)·ε with a given ε (Kingma and Welling 2014, equation 10)."""
    deviation = Apply("exp", (Apply("product", (_HALF, log_variance)),))
    return Apply("sum", (mean, Apply("product", (deviation, noise))))


def _kl_normal(mean: Formula, log_variance: Formula) -> Formula:
    """½·Σ(μ² + σ² − ln σ² − 1): N(μ, σ²) from N(0, 1) (Kingma and Welling 2014, appendix B)."""
    square = Apply("power", (mean, number(2)))
    terms = (square, Apply("exp", (log_variance,)), _minus(log_variance), _minus(ONE))
    return Apply("product", (_HALF, Apply(f"sum{OF}", (Apply("sum", terms),))))


GAUSSIANS: Mapping[str, tuple[int, Callable[..., Formula]]] = {  # with how many arguments each has
    "reparametrize": (3, _reparametrized),
    "kl_normal": (2, _kl_normal),
}
