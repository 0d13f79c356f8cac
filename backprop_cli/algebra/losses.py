"""The table of losses: the term of one output, the factor of their sum, and δ where it has a short form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from backprop_cli.algebra.formula import ONE, Formula, Name, add, apply, divide, multiply, negate, number, replace
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_

LossTerm = Callable[..., Formula]


@record
class Loss:
    """E = factor(m)·Σ term(output, target, *parameters) over the m outputs.

    `short` has, by activation, ∂E/∂net of one output where the derivatives of loss and activation cancel (p − t of
    cross-entropy behind a softmax), as a formula of its value, its target and the sum of all targets. `collapse` is
    what a teacher says of it.
    """

    name: str
    term: LossTerm
    rule: str
    factor: Callable[[int], Formula] = lambda outputs: ONE
    parts: bool = True  # whether one writes each output's part on a line of its own
    short: dict[str, Callable[[Formula, Formula, Formula], Formula]] | None = None
    collapse: str = ""
    parameters: int = 0
    defaults: tuple[Formula, ...] = ()
    base: int | None = None
    takes_class: bool = False  # a target may be the class that is right
    squares: bool = False  # it squares the errors
    ends: bool = False  # of numbers with a few decimals it makes such numbers
    sides: tuple[int, int] | None = None  # the only two targets that it is made for
    halved: str = ""  # the same loss with ½ before it
    averaged: str = ""  # the same as a mean over the outputs, not a sum
    to_base_2: str = ""  # the same with logarithms to base 2
    one_base: str = ""  # why its logarithm has no other base to choose

    @property
    def is_binary(self) -> bool:
        """Whether an output is the probability of a yes, which is 1; a no is 0."""
        return self.sides == (0, 1)

    @property
    def compares_shares(self) -> bool:
        """Whether outputs and targets are the probabilities of classes, so that its short form is behind a softmax."""
        return self.short is not None and "softmax" in self.short


HALF = number(1, 2)


def _softmax_short(p: Formula, t: Formula, total: Formula) -> Formula:
    """∂E/∂net of cross-entropy behind a softmax: Σt·p − t, which is p − t where the targets sum to 1 (Bridle 1990)."""
    return add(multiply(total, p), negate(t))


_TO_P_MINUS_T = n_("behind a softmax, the slopes of loss and softmax collapse to p − t")


def _log_loss(name: str, base: int | None, rule: str, collapse: str = _TO_P_MINUS_T, **bases: Any) -> Loss:
    """−Σ t·log p: the cross-entropy of a distribution p with the targets t, in units of the logarithm's base."""
    scale = ONE if base is None else apply("ln", number(base))

    def term(p: Formula, t: Formula) -> Formula:
        return negate(divide(apply("times_ln", t, p), scale))

    return Loss(
        name,
        term,
        rule,
        parts=False,
        short={"softmax": lambda p, t, total: divide(_softmax_short(p, t, total), scale)},
        collapse=collapse,
        base=base,
        takes_class=True,
        **bases,
    )


def _binary(p: Formula, t: Formula) -> Formula:
    """−t·ln p − (1 − t)·ln(1 − p)."""
    return negate(add(apply("times_ln", t, p), apply("times_ln", add(ONE, negate(t)), add(ONE, negate(p)))))


# fmt: off
LOSSES = {
    loss.name: loss
    for loss in (
        Loss("half_squared_error", lambda o, t: HALF * (t - o) ** 2,
             n_("the slope of ½(t − out)² is out − t: the ½ cancels the 2"),
             squares=True, ends=True, averaged="half_mean_squared_error"),
        Loss("squared_error", lambda o, t: (t - o) ** 2, n_("the slope of (t − out)² is 2(out − t)"),
             squares=True, ends=True, halved="half_squared_error", averaged="mean_squared_error"),
        Loss("mean_squared_error", lambda o, t: (t - o) ** 2,
             n_("the slope of (1/m)Σ(t − out)² is (2/m)(out − t), with m outputs"), factor=lambda m: number(1, m),
             squares=True, ends=True, halved="half_mean_squared_error"),
        Loss("half_mean_squared_error", lambda o, t: (t - o) ** 2,
             n_("the slope of (1/2m)Σ(t − out)² is (1/m)(out − t), with m outputs"),
             factor=lambda m: number(1, 2 * m), squares=True, ends=True),
        Loss("absolute_error", lambda o, t: apply("abs", o - t), n_("the slope of |out − t| is the sign of out − t"),
             ends=True, averaged="mean_absolute_error"),
        Loss("mean_absolute_error", lambda o, t: apply("abs", o - t),
             n_("the slope of (1/m)Σ|out − t| is the sign of out − t over m, with m outputs"),
             factor=lambda m: number(1, m), ends=True),
        Loss("huber", lambda o, t, d: apply("huber", o - t, d),
             n_("the slope of the Huber loss is out − t, cut off at ±d"), parameters=1, defaults=(ONE,), ends=True),
        Loss("hinge", lambda o, t: apply("relu", 1 - t * o, 0),
             n_("the slope of max(0, 1 − t·out) is −t inside the margin and 0 outside"), ends=True, sides=(-1, 1)),
        Loss("squared_hinge", lambda o, t: apply("relu", 1 - t * o, 0) ** 2,
             n_("the slope of max(0, 1 − t·out)² is −2t(1 − t·out) inside the margin and 0 outside"), ends=True,
             sides=(-1, 1)),
        Loss("perceptron", lambda o, t: apply("relu", -(t * o), 0),
             n_("the slope of max(0, −t·out) is −t where the sign is wrong and 0 where it is right"), ends=True,
             sides=(-1, 1)),
        Loss("binary_cross_entropy", _binary,
             n_("the slope is (1 − t)/(1 − out) − t/out"),
             short={"sigmoid": lambda p, t, total: p - t},
             collapse=n_("behind a sigmoid, the slopes of loss and sigmoid collapse to out − t"), sides=(0, 1),
             one_base=n_("binary cross entropy is written with the natural logarithm only")),
        _log_loss("cross_entropy", None, n_("the slope of −t·ln p is −t/p"), to_base_2="cross_entropy_base_2"),
        _log_loss("cross_entropy_base_2", 2, n_("the slope of −t·log₂ p is −t/(p·ln 2)"),
                  n_("behind a softmax, the slopes of loss and softmax collapse to (p − t)/ln 2")),
        _log_loss("cross_entropy_base_10", 10, n_("the slope of −t·log₁₀ p is −t/(p·ln 10)"),
                  n_("behind a softmax, the slopes of loss and softmax collapse to (p − t)/ln 10"),
                  one_base=n_("it is to base 10 here")),
        Loss("kl_divergence", lambda p, t: apply("times_ln", t, t) - apply("times_ln", t, p),
             n_("the slope of t·ln(t/p) is −t/p"), parts=False,
             short={"softmax": _softmax_short}, collapse=_TO_P_MINUS_T,
             one_base=n_("kl divergence is written with the natural logarithm only")),
    )
}

ALIASES = {
    "mse": "mean_squared_error", "sse": "squared_error", "bce": "binary_cross_entropy", "mae": "mean_absolute_error",
    "MSE": "mean_squared_error", "SSE": "squared_error", "BCE": "binary_cross_entropy", "MAE": "mean_absolute_error",
    "CE": "cross_entropy", "NLL": "cross_entropy", "KL": "kl_divergence",
    "categorical_cross_entropy": "cross_entropy", "negative_log_likelihood": "cross_entropy", "kl": "kl_divergence",
}
# fmt: on


def per_output(formula: Formula, output: Formula, target: Formula) -> Formula:
    """A custom loss written in `out` and `t`, for one output."""
    meanings = {"out": output, "o": output, "y": output, "t": target, "target": target}

    def put(name: Name) -> Formula:
        return meanings.get(name.symbol, name) if isinstance(name.symbol, str) else name

    return replace(formula, put)


PER_OUTPUT_NAMES: Sequence[str] = ("out", "o", "y", "t", "target")
