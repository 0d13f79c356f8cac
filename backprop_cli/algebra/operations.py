"""The one place that knows what an operation computes and how it differentiates.

`value` computes in whatever domain `d` it is given: certified numbers, SymPy expressions, formulas, tensors.
`partials` are formulas in the result `y` and the arguments: a derivative may mention its own answer. An operation on
any number of arguments has `partial(i, y, arguments)` instead. At a kink the row says which subgradient is taken; no
derivative is one-sided.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add as add_
from operator import mul
from typing import Any

from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, add, apply, multiply, negate, number, operations_in
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_

Partial = Callable[..., Formula]


@record
class Operation:
    """What one operation computes, its partial derivatives, and what a teacher says of them."""

    name: str
    value: Callable[..., Any]
    partials: tuple[Partial, ...] = ()
    partial: Callable[[int, Formula, tuple[Formula, ...]], Formula] | None = None
    rule: str = ""
    public: bool = True  # may be written in a problem file
    activation: bool = False
    parameters: int = 0  # trailing arguments that are numbers, not quantities
    optional: int = 0  # how many of them may be left out
    defaults: tuple[Formula, ...] = ()
    spelled_out: bool = False  # with numbers put in, it is written by its definition
    range: tuple[int | None, int | None] = (None, None)  # no value of it is outside
    steepest: Formula | None = None  # the largest slope of an activation that flattens out
    jumps: bool = False  # its value is not continuous
    is_slope: bool = False  # the slope of another one, which has no formula but by cases
    whole: bool = False  # it is written by its definition with symbols too
    convention: bool = False  # its setting is what somebody agreed on, not part of what one writes
    ends: bool = False  # of numbers with a few decimals it makes such numbers
    common: bool = False  # everybody knows it: its name says all
    indexed: bool = False  # the first argument is the number of that one of the others which is meant
    letters: bool = False  # algebra computes with it in letters; any other stays as it is applied: σ(net), ReLU′(net)

    @property
    def arity(self) -> int | None:
        """How many arguments it takes, parameters included; None for any number."""
        return None if self.partial else len(self.partials)


def partial_derivative(formula: Apply, index: int) -> Formula:
    """∂(formula)/∂(its argument `index`), as a formula in the result and the arguments."""
    operation = OPERATIONS[formula.operation]
    if operation.partial:
        return operation.partial(index, formula, formula.arguments)
    return operation.partials[index](formula, *formula.arguments)


def _flat(*_: Formula) -> Formula:
    """The derivative 0: of an operation that is constant between its jumps, and with respect to a setting."""
    return ZERO


def _number(d: Any, value: int) -> Callable[[], Any]:
    return lambda: d.number(value)


def _sum(d: Any, *terms: Any) -> Any:
    return reduce(getattr(d, "plus", add_), terms)


def _maximum(d: Any, *values: Any) -> Any:
    return reduce(lambda a, b: d.by_sign(a - b, lambda: b, lambda: a, lambda: a), values)


def _share(d: Any, which: Any, *values: Any) -> Any:
    """The subgradient of max in one argument: 1 for the largest, 0 for the others; ties share it evenly."""
    own = values[int(which) - 1]
    others = [other for number, other in enumerate(values, start=1) if number != int(which)]
    beaten = sum((d.by_sign(own - other, _number(d, 1), _number(d, 0), _number(d, 0)) for other in others), d.number(0))
    ties = sum((d.by_sign(own - other, _number(d, 0), _number(d, 1), _number(d, 0)) for other in others), d.number(1))
    return d.by_sign(beaten, _number(d, 0), lambda: 1 / ties, _number(d, 0))


def _pick(d: Any, which: Any, *rows: Any) -> Any:
    """The row with this number, from 0; 0 where there is none."""
    found = d.number(0)
    for place, row in enumerate(rows):
        found = d.by_sign(which - place, lambda: found, lambda: row, lambda: found)  # noqa: B023
    return found


def _softmax(d: Any, which: Any, *nets: Any) -> Any:
    """pᵢ = e^zᵢ/Σ e^zⱼ (Bridle 1990); `which` is i, from 1."""
    if len(nets) == 1:
        return d.number(1)  # which e^z/e^z, enclosed, would not be
    *exponentials, total = softmax_parts(d, *nets)
    return exponentials[int(which) - 1] / total


def softmax_parts(d: Any, *nets: Any) -> list[Any]:
    """What all the pᵢ of a layer have in common: every e^zⱼ, and their sum."""
    exponentials = [d.exp(net) for net in nets]
    return [*exponentials, sum(exponentials[1:], exponentials[0])]


def _softmax_partial(index: int, y: Formula, arguments: tuple[Formula, ...]) -> Formula:
    """∂pᵢ/∂zⱼ: pᵢ·(1 − pᵢ) where i = j, else −pⱼ·pᵢ."""
    which, *nets = arguments
    if index == 0:
        return ZERO
    if which == number(index):
        return multiply(y, add(ONE, negate(y)))
    return negate(multiply(y, apply("softmax", number(index), *nets)))


def _clip(d: Any, z: Any, low: Any, high: Any) -> Any:
    inside = lambda: d.by_sign(high - z, lambda: high, lambda: high, lambda: z)  # noqa: E731
    return d.by_sign(z - low, lambda: low, lambda: low, inside)


def _inside(d: Any, z: Any, low: Any, high: Any) -> Any:
    below_high = lambda: d.by_sign(high - z, _number(d, 0), _number(d, 0), _number(d, 1))  # noqa: E731
    return d.by_sign(z - low, _number(d, 0), _number(d, 0), below_high)


def _normal_cdf(d: Any, z: Any) -> Any:
    return (1 + d.erf(z / d.sqrt(d.number(2)))) / 2


def _absolute(d: Any, x: Any) -> Any:
    return d.by_sign(x, lambda: -x, _number(d, 0), lambda: x)


def _standardized(d: Any, x: Any, mean: Any, variance: Any, epsilon: Any) -> Any:
    return d.divide(x - mean, d.sqrt(variance + epsilon))


def _huber(d: Any, e: Any, delta: Any) -> Any:
    size = _absolute(d, e)
    return d.by_sign(size - delta, lambda: e * e / 2, lambda: e * e / 2, lambda: delta * (size - delta / 2))


def table(*operations: Operation) -> dict[str, Operation]:
    """The operations by name."""
    return {operation.name: operation for operation in operations}


# fmt: off
OPERATIONS = table(
    # Arithmetic
    Operation(
        "sum",
        letters=True,
        value=_sum,
        partial=lambda i, y, terms: ONE,
        rule=n_("a sum passes its gradient on unchanged to every term"),
    ),
    Operation(
        "product",
        letters=True,
        value=lambda d, *factors: reduce(getattr(d, "times", mul), factors),
        partial=lambda i, y, factors: multiply(*factors[:i], *factors[i + 1 :]),
        rule=n_("a product gives each factor its gradient times the other factors"),
        public=False,
    ),
    Operation("mean", letters=True, value=lambda d, *terms: _sum(d, *terms) / len(terms),
              partial=lambda i, y, terms: number(1, len(terms)),
              rule=n_("a mean gives every term an equal share of its gradient")),
    Operation("negative", letters=True, value=lambda d, x: -x, partials=(lambda y, x: number(-1),),
              rule=n_("a minus sign turns the gradient round"), public=False),
    Operation("quotient", letters=True, value=lambda d, a, b: d.divide(a, b),
              partials=(lambda y, a, b: 1 / b, lambda y, a, b: -(a / b**2)),
              rule=n_("a quotient a/b has slope 1/b in a and −a/b² in b"), public=False),
    Operation("power", letters=True, value=lambda d, x, n: d.power(x, n),
              partials=(lambda y, x, n: n * x ** (n - 1) if _is_number(n) else n * apply("power", x, n - 1),
                        lambda y, x, n: y * apply("ln", x)),
              rule=n_("the slope of xⁿ is n·xⁿ⁻¹"), public=False),
    Operation("square", letters=True, value=lambda d, x: x * x, partials=(lambda y, x: 2 * x,), activation=True,
              ends=True,
              rule=n_("the slope of z² is 2z")),
    Operation("sqrt", letters=True, value=lambda d, x: d.sqrt(x), partials=(lambda y, x: 1 / (2 * y),),
              rule=n_("the slope of a square root is one over twice the root")),
    # Elementary functions
    Operation("exp", letters=True, value=lambda d, x: d.exp(x), partials=(lambda y, x: y,),
              rule=n_("the exponential is its own slope")),
    Operation("ln", letters=True, value=lambda d, x: d.ln(x), partials=(lambda y, x: 1 / x,),
              rule=n_("the slope of ln x is 1/x")),
    Operation("log2", value=lambda d, x: d.log(x, 2), partials=(lambda y, x: 1 / (x * apply("ln", number(2))),),
              rule=n_("the slope of log₂ x is 1/(x ln 2)")),
    Operation("log10", value=lambda d, x: d.log(x, 10), partials=(lambda y, x: 1 / (x * apply("ln", number(10))),),
              rule=n_("the slope of log₁₀ x is 1/(x ln 10)")),
    Operation("sin", letters=True, value=lambda d, x: d.sin(x), partials=(lambda y, x: apply("cos", x),),
              activation=True, rule=n_("the slope of the sine is the cosine")),
    Operation("cos", letters=True, value=lambda d, x: d.cos(x), partials=(lambda y, x: -apply("sin", x),),
              rule=n_("the slope of the cosine is minus the sine")),
    Operation("cos_pi", value=lambda d, x: d.cos_pi(x),
              partials=(lambda y, x: -(apply("pi") * apply("sin", apply("pi") * x)),), public=False),
    Operation("tan", value=lambda d, x: d.divide(d.sin(x), d.cos(x)), partials=(lambda y, x: 1 + y**2,),
              rule=n_("the slope of the tangent is one plus its square")),
    Operation("erf", value=lambda d, x: d.erf(x),
              partials=(lambda y, x: 2 * apply("exp", -(x**2)) / apply("sqrt", apply("pi")),),
              rule=n_("the slope of erf x is 2e^(−x²)/√π")),
    Operation("pi", letters=True, value=lambda d: d.pi()),
    Operation("abs", value=_absolute, partials=(lambda y, x: apply("sign", x),), activation=True, ends=True,
              rule=n_("the slope of |x| is the sign of x (0 at 0)")),
    Operation("floor", value=lambda d, x: d.floor(x), partials=(_flat,), jumps=True,
              rule=n_("a floor is flat between its jumps: its slope is 0")),
    # The largest and the smallest
    Operation("max", value=_maximum, partial=lambda i, y, xs: apply("is_max", i + 1, *xs),
              rule=n_("a max passes its gradient to the largest input; the others get 0 (ties share)")),
    Operation("min", value=lambda d, *xs: -_maximum(d, *(-x for x in xs)),
              partial=lambda i, y, xs: apply("is_min", i + 1, *xs),
              rule=n_("a min passes its gradient to the smallest input; the others get 0 (ties share)")),
    Operation("pick", value=_pick, partial=lambda i, y, xs: apply("equal", xs[0], i - 1) if i else ZERO, public=False,
              rule=n_("a look-up passes its gradient to the row it picks, and 0 to the others (rows count from 0)")),
    Operation("equal", value=lambda d, a, b: d.by_sign(a - b, _number(d, 0), _number(d, 1), _number(d, 0)),
              partials=(_flat, _flat), jumps=True, public=False),
    Operation("is_max", value=_share, partial=lambda i, y, xs: ZERO, jumps=True, indexed=True, public=False),
    Operation("is_min", value=lambda d, which, *xs: _share(d, which, *(-x for x in xs)), partial=lambda i, y, xs: ZERO,
              jumps=True, indexed=True, public=False),
    # Activations: leaky ReLU by Maas et al. 2013, ELU by Clevert et al. 2016, softplus by Dugas et al. 2001, swish by
    # Ramachandran et al. 2017, GELU (with Φ, not its approximation by tanh) by Hendrycks and Gimpel 2016
    Operation("identity", letters=True, value=lambda d, z: z, partials=(lambda y, z: ONE,), activation=True, ends=True,
              common=True,
              rule=n_("the identity has slope 1")),
    Operation("sigmoid", value=lambda d, z: 1 / (1 + d.exp(-z)), partials=(lambda y, z: y * (1 - y),),
              activation=True, common=True, spelled_out=True, range=(0, 1), steepest=number(1, 4),
              rule=n_("the slope of a sigmoid is its output times one minus its output")),
    Operation("tanh", letters=True, value=lambda d, z: d.tanh(z), partials=(lambda y, z: 1 - y**2,), activation=True,
              common=True, range=(-1, 1), steepest=ONE, rule=n_("the slope of tanh is one minus its output squared")),
    Operation("relu", value=lambda d, z, at_zero: d.by_sign(z, _number(d, 0), _number(d, 0), lambda: z),
              partials=(lambda y, z, at_zero: apply("relu_slope", z, at_zero), _flat),
              activation=True, parameters=1, optional=1, defaults=(ZERO,), convention=True, ends=True, common=True,
              range=(0, None),
              rule=n_("the slope of ReLU is 1 where its input is positive and 0 where it is negative")),
    Operation("leaky_relu", value=lambda d, z, a: d.by_sign(z, lambda: a * z, _number(d, 0), lambda: z),
              partials=(lambda y, z, a: apply("leaky_relu_slope", z, a), lambda y, z, a: apply("min", z, ZERO)),
              activation=True, parameters=1, optional=1, defaults=(number(1, 100),), ends=True,
              rule=n_("the slope of leaky ReLU is 1 where its input is positive, else its leak")),
    Operation("elu", value=lambda d, z, a: d.by_sign(z, lambda: a * (d.exp(z) - 1), _number(d, 0), lambda: z),
              partials=(lambda y, z, a: apply("elu_slope", z, a),
                        lambda y, z, a: apply("exp", apply("min", z, ZERO)) - 1),
              activation=True, parameters=1, optional=1, defaults=(ONE,), steepest=ONE,
              rule=n_("the slope of ELU is 1 where its input is positive, else a·e^z")),
    Operation("softplus", value=lambda d, z: d.ln(1 + d.exp(z)), partials=(lambda y, z: apply("sigmoid", z),),
              activation=True, spelled_out=True, range=(0, None), steepest=ONE,
              rule=n_("the slope of softplus is the sigmoid")),
    Operation("softsign", value=lambda d, z: z / (1 + _absolute(d, z)),
              partials=(lambda y, z: 1 / (1 + apply("abs", z)) ** 2,), activation=True, range=(-1, 1),
              steepest=ONE, rule=n_("the slope of softsign is 1/(1 + |z|)²")),
    Operation("swish", value=lambda d, z: z / (1 + d.exp(-z)),
              partials=(lambda y, z: y + apply("sigmoid", z) * (1 - y),), activation=True, spelled_out=True,
              rule=n_("the slope of swish is its output plus σ(z) times one minus its output")),
    Operation("gelu", value=lambda d, z: z * _normal_cdf(d, z),
              partials=(lambda y, z: apply("normal_cdf", z) + z * apply("normal_pdf", z),), activation=True,
              rule=n_("the slope of GELU is Φ(z) + z·φ(z)")),
    Operation("normal_cdf", value=_normal_cdf, partials=(lambda y, z: apply("normal_pdf", z),), public=False),
    Operation("normal_pdf", value=lambda d, z: d.exp(-z * z / 2) / d.sqrt(2 * d.pi()),
              partials=(lambda y, z: -(z * y),), public=False),
    Operation("hard_sigmoid",
              value=lambda d, z: _clip(d, (z + 3) / 6, d.number(0), d.number(1)),
              partials=(lambda y, z: apply("inside", z, number(-3), number(3)) / 6,), activation=True, range=(0, 1),
              steepest=number(1, 6), rule=n_("the slope of the hard sigmoid is 1/6 between −3 and 3, else 0")),
    Operation("hard_tanh", value=lambda d, z: _clip(d, z, d.number(-1), d.number(1)),
              partials=(lambda y, z: apply("inside", z, number(-1), ONE),), activation=True, ends=True, range=(-1, 1),
              steepest=ONE, rule=n_("the slope of the hard tanh is 1 between −1 and 1, else 0")),
    Operation("step", value=lambda d, z, at_zero: d.by_sign(z, _number(d, 0), lambda: at_zero, _number(d, 1)),
              partials=(_flat, lambda y, z, at_zero: apply("equal", z, ZERO)), activation=True, parameters=1,
              optional=1, defaults=(ONE,), convention=True, ends=True, jumps=True,
              rule=n_("a step is flat: its slope is 0, and gradient descent learns nothing through it")),
    Operation("sign", value=lambda d, z: d.by_sign(z, _number(d, -1), _number(d, 0), _number(d, 1)),
              partials=(_flat,), activation=True, ends=True, jumps=True,
              rule=n_("a sign is flat: its slope is 0, and gradient descent learns nothing through it")),
    Operation("softmax", value=_softmax, partial=_softmax_partial, public=False, spelled_out=True, whole=True,
              indexed=True, range=(0, 1), steepest=number(1, 4),
              rule=n_("the slope of pᵢ is pᵢ(1 − pᵢ) in its own net input and −pᵢpⱼ in another's")),
    Operation("standardized", value=_standardized,  # Ioffe and Szegedy 2015
              partials=(lambda y, x, mean, variance, epsilon: 1 / apply("sqrt", variance + epsilon),
                        lambda y, x, mean, variance, epsilon: -(1 / apply("sqrt", variance + epsilon)),
                        lambda y, x, mean, variance, epsilon: -(y / (2 * (variance + epsilon))),
                        lambda y, x, mean, variance, epsilon: -(y / (2 * (variance + epsilon)))),
              public=False, spelled_out=True, whole=True,
              rule=n_("the slope of x̂ = (x − μ)/√(σ² + ε) is 1/√(σ² + ε) in x, minus that in μ, and in σ² it is "
                      "−½·(x − μ)·(σ² + ε)^(−3/2), which is −x̂/(2·(σ² + ε))")),
    # Slopes with a kink
    Operation("relu_slope",
              value=lambda d, z, at_zero: d.by_sign(z, _number(d, 0), lambda: at_zero, _number(d, 1)),
              partials=(_flat, lambda y, z, at_zero: apply("equal", z, ZERO)), convention=True, jumps=True,
              is_slope=True, public=False),
    Operation("leaky_relu_slope", value=lambda d, z, a: d.by_sign(z, lambda: a, lambda: a, _number(d, 1)),
              partials=(_flat, lambda y, z, a: 1 - apply("relu_slope", z, ZERO)),
              jumps=True, is_slope=True, public=False),
    Operation("elu_slope", value=lambda d, z, a: d.by_sign(z, lambda: a * d.exp(z), lambda: a, _number(d, 1)),
              partials=(lambda y, z, a: y - apply("relu_slope", z, ZERO),
                        lambda y, z, a: (1 - apply("relu_slope", z, ZERO)) * apply("exp", apply("min", z, ZERO))),
              jumps=True, is_slope=True, public=False),
    Operation("inside", value=_inside, partials=(_flat, _flat, _flat), jumps=True, public=False),
    # Parts of losses
    Operation("huber", value=_huber, partials=(lambda y, e, delta: apply("clip", e, -delta, delta),
                        lambda y, e, delta: apply("relu", apply("abs", e) - delta, ZERO)),
              public=False, parameters=1, rule=n_("the slope of the Huber loss is the error, cut off at ±d")),
    Operation("times_ln", letters=True,
              value=lambda d, t, p: d.by_sign(t, lambda: t * d.ln(p), _number(d, 0), lambda: t * d.ln(p)),
              partials=(lambda y, t, p: apply("ln", p), lambda y, t, p: apply("share", t, p)), public=False,
              rule=n_("the slope of t·ln p is t/p (and 0·ln 0 counts as 0)")),
    Operation("share", letters=True,
              value=lambda d, t, p: d.by_sign(t, lambda: d.divide(t, p), _number(d, 0), lambda: d.divide(t, p)),
              partials=(lambda y, t, p: 1 / p, lambda y, t, p: -(y / p)), public=False),
    Operation("clip", value=_clip, partials=(lambda y, z, low, high: apply("inside", z, low, high),
                        lambda y, z, low, high: apply("relu_slope", low - z, ONE),
                        lambda y, z, low, high: apply("relu_slope", z - high, ONE)),
              public=False),
)
# fmt: on


def _is_number(formula: Formula) -> bool:
    return not isinstance(formula, Apply) and hasattr(formula, "value")


def jumps(formula: Formula) -> bool:
    """Whether a formula may not be continuous, so that its slopes say nothing of its range."""
    return any(operations_in(formula, *(name for name, row in OPERATIONS.items() if row.jumps)))


def is_whole(formula: Formula) -> bool:
    """Whether a formula is written by its definition, with symbols too: a softmax, a standardized value."""
    row = OPERATIONS.get(formula.operation) if isinstance(formula, Apply) else None
    return row is not None and row.whole


def is_slope(formula: Formula | None) -> bool:
    """Whether a formula is a derivative that can only be written by cases, as that of ReLU."""
    row = OPERATIONS.get(formula.operation) if isinstance(formula, Apply) else None
    return row is not None and row.is_slope


ACTIVATIONS = {name: operation for name, operation in OPERATIONS.items() if operation.activation}
ALIASES = {
    "linear": "identity",
    "logistic": "sigmoid",
    "sine": "sin",
    "log": "ln",
    "silu": "swish",
    "heaviside": "step",
    "σ": "sigmoid",
    "Sigmoid": "sigmoid",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "Tanh": "tanh",
    "Softmax": "softmax",
}
