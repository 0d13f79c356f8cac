"""How parameters are updated from their gradients: every optimizer as named formulas, its state included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from backprop_cli.algebra.formula import ONE, Formula, Name, Number, add, apply, multiply, number
from backprop_cli.algebra.layerwise import ITERATIONS, alone, lamb, muon
from backprop_cli.algebra.slots import STEP_NUMBER, Slot, Together, Written, corrected, moments
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_
from backprop_cli.numbers.exact import numeral


@record
class Optimizer:
    """An optimizer: its settings with their usual values, its state (0 at first), and the formulas of a step in order.

    `update` yields (name, formula); a name of the state is its new value, `w` the parameter's, others are written down
    on the way.
    """

    name: str
    update: Callable[[Slot, Name], Written]
    rule: str
    settings: Mapping[str, str] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    rate: Callable[[Slot, Name], Formula] | None = None  # what η comes to for one parameter, where each has its own
    together: Together | None = None  # the step of a whole matrix, whose entries do not learn one by one
    ahead: Callable[[Slot], Formula] | None = None  # where the gradient is taken, if that is not w
    exact: bool = False  # a step has no division and no root, so that numbers with a few decimals make such numbers

    @property
    def usual(self) -> dict[str, Formula]:
        """The usual values of the settings that are numbers in its formulas; how often it iterates is none."""
        return {name: _setting(text) for name, text in self.settings.items() if name != ITERATIONS}


def _setting(text: str) -> Formula:
    size = text.removeprefix("-")
    value = Number(numeral(size), size)
    return value if size == text else apply("negative", value)


DESCENT = "sgd"  # the row of plain gradient descent


def _sgd(s: Slot, eta: Name) -> Written:
    """w⁺ = w − η·g."""
    yield "w", s.w - multiply(eta, s.gradient)


def _momentum(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v + g, w⁺ = w − η·v⁺: Polyak (1964), as torch.optim.SGD writes it."""
    yield "v", s.setting("mu") * s.old("v") + s.gradient
    yield "w", s.w - eta * s.new("v")


def _momentum_step(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v + η·g, w⁺ = w − v⁺: Rumelhart, Hinton and Williams (1986), equation 9, with the sign of v turned."""
    yield "v", s.setting("mu") * s.old("v") + multiply(eta, s.gradient)
    yield "w", s.w - s.new("v")


def _momentum_velocity(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v − η·g, w⁺ = w + v⁺: Sutskever et al. (2013), equations 1 and 2."""
    yield "v", s.setting("mu") * s.old("v") - multiply(eta, s.gradient)
    yield "w", s.w + s.new("v")


def _momentum_average(s: Slot, eta: Name) -> Written:
    """v⁺ = β·v + (1 − β)·g, w⁺ = w − η·v⁺: the exponential moving average of Ng's courses."""
    yield "v", s.setting("beta") * s.old("v") + (1 - s.setting("beta")) * s.gradient
    yield "w", s.w - eta * s.new("v")


def _momentum_dampened(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v + (1 − τ)·g, w⁺ = w − η·v⁺: torch.optim.SGD(dampening=τ), here from the first step on."""
    yield "v", s.setting("mu") * s.old("v") + (1 - s.setting("tau")) * s.gradient
    yield "w", s.w - eta * s.new("v")


def _nesterov(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v + g, w⁺ = w − η·(g + μ·v⁺): Nesterov (1983) with g at w, as torch.optim.SGD(nesterov=True) has it."""
    yield "v", s.setting("mu") * s.old("v") + s.gradient
    yield "w", s.w - eta * (s.gradient + s.setting("mu") * s.new("v"))


def _adagrad(s: Slot, eta: Name) -> Written:
    """Duchi, Hazan and Singer (2011) with a diagonal matrix: η/(√G + ε) for each parameter, G = Σ g²."""
    yield "G", s.old("G") + s.gradient**2
    yield "w", s.w - multiply(eta, s.gradient) / (apply("sqrt", s.new("G")) + s.setting("epsilon"))


def _rmsprop(s: Slot, eta: Name) -> Written:
    """Tieleman and Hinton (2012), lecture 6e: AdaGrad with an exponential moving average of g² in place of the sum."""
    yield "s", s.setting("rho") * s.old("s") + (1 - s.setting("rho")) * s.gradient**2
    yield "w", s.w - multiply(eta, s.gradient) / (apply("sqrt", s.new("s")) + s.setting("epsilon"))


def _rmsprop_centered(s: Slot, eta: Name) -> Written:
    """Graves (2013), equations 38 to 40: the running average of g² without the square of that of g."""
    yield from _centered(s)
    yield "w", s.w - multiply(eta, s.gradient) / _deviation(s)


def _centered(s: Slot) -> Written:
    """The running averages of g² and of g."""
    rho = s.setting("rho")
    yield "s", rho * s.old("s") + (1 - rho) * s.gradient**2
    yield "a", rho * s.old("a") + (1 - rho) * s.gradient


def _deviation(s: Slot) -> Formula:
    """√(s⁺ − a⁺²) + ε: the root of the variance of the gradients, as PyTorch has it with ε outside."""
    return apply("sqrt", s.new("s") - s.new("a") ** 2) + s.setting("epsilon")


def _rmsprop_momentum(s: Slot, eta: Name) -> Written:
    """RMSprop whose steps go into a velocity: v⁺ = μ·v + g/(√s⁺ + ε), w⁺ = w − η·v⁺, as PyTorch has it."""
    rho = s.setting("rho")
    yield "s", rho * s.old("s") + (1 - rho) * s.gradient**2
    yield "v", s.setting("mu") * s.old("v") + s.gradient / (apply("sqrt", s.new("s")) + s.setting("epsilon"))
    yield "w", s.w - eta * s.new("v")


def _rmsprop_centered_momentum(s: Slot, eta: Name) -> Written:
    """Centred RMSprop with a velocity, as PyTorch has both together."""
    yield from _centered(s)
    yield "v", s.setting("mu") * s.old("v") + s.gradient / _deviation(s)
    yield "w", s.w - eta * s.new("v")


def _adadelta(s: Slot, eta: Name) -> Written:
    """Zeiler (2012), algorithm 1; η scales the step, as in PyTorch (1 is the paper)."""
    rho, epsilon = s.setting("rho"), s.setting("epsilon")
    yield "s", rho * s.old("s") + (1 - rho) * s.gradient**2
    yield "step", apply("sqrt", s.old("u") + epsilon) / apply("sqrt", s.new("s") + epsilon) * s.gradient
    yield "u", rho * s.old("u") + (1 - rho) * s.aux("step") ** 2
    yield "w", s.w - eta * s.aux("step")


def _adam_step(s: Slot) -> Written:
    """Both moments and their bias corrections m̂ and v̂."""
    yield from moments(s)
    yield "mhat", corrected(s, "m", "beta1")
    yield "vhat", corrected(s, "v", "beta2")


def _adam_ratio(s: Slot) -> Formula:
    """m̂/(√v̂ + ε)."""
    return s.aux("mhat") / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))


def _adam(s: Slot, eta: Name) -> Written:
    """Kingma and Ba (2015), algorithm 1."""
    yield from _adam_step(s)
    yield "w", s.w - eta * s.aux("mhat") / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))


def _adamw(s: Slot, eta: Name) -> Written:
    """Loshchilov and Hutter (2019), algorithm 2, as PyTorch has it: the decay λ·w is multiplied by η, too."""
    yield from _adam_step(s)
    yield "w", s.w - eta * (_adam_ratio(s) + s.setting("lambda") * s.w)


def _adam_keras(s: Slot, eta: Name) -> Written:
    """Kingma and Ba (2015), the end of section 2, as Keras has it: α = η·√(1 − β₂ᵗ)/(1 − β₁ᵗ), and ε beside √v."""
    t = Name(STEP_NUMBER)
    yield from moments(s)
    root = apply("sqrt", 1 - s.setting("beta2") ** t)
    yield "alpha", eta * root / (1 - s.setting("beta1") ** t)
    yield "w", s.w - s.aux("alpha") * s.new("m") / (apply("sqrt", s.new("v")) + s.setting("epsilon"))


def _amsgrad(s: Slot, eta: Name) -> Written:
    """Reddi, Kale and Kumar (2018), algorithm 2, with the bias corrections that PyTorch has: the largest v so far."""
    yield from moments(s)
    yield "vmax", apply("max", s.old("vmax"), s.new("v"))
    yield "mhat", corrected(s, "m", "beta1")
    yield "vhat", corrected(s, "vmax", "beta2")
    yield "w", s.w - eta * s.aux("mhat") / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))


def _lion(s: Slot, eta: Name) -> Written:
    """Chen et al. (2023), algorithm 2: a step of η in the direction of the sign, the decay λ·w beside it."""
    beta1, beta2 = s.setting("beta1"), s.setting("beta2")
    yield "c", beta1 * s.old("m") + (1 - beta1) * s.gradient
    yield "m", beta2 * s.old("m") + (1 - beta2) * s.gradient
    yield "w", s.w - eta * (apply("sign", s.aux("c")) + s.setting("lambda") * s.w)


def _adamax(s: Slot, eta: Name) -> Written:
    """Kingma and Ba (2015), algorithm 2; ε keeps u from 0, as in PyTorch."""
    beta1, beta2 = s.setting("beta1"), s.setting("beta2")
    yield "m", beta1 * s.old("m") + (1 - beta1) * s.gradient
    yield "u", apply("max", beta2 * s.old("u"), apply("abs", s.gradient) + s.setting("epsilon"))
    yield "w", s.w - eta / (1 - beta1 ** Name(STEP_NUMBER)) * s.new("m") / s.new("u")


def _nadam(s: Slot, eta: Name) -> Written:
    """Dozat (2016), with his schedule of the momentum: μₜ = β₁·(1 − ½·0.96^(t·ψ)), as PyTorch has it."""

    def schedule(t: Formula) -> Formula:
        decay = apply("power", number(24, 25), t * s.setting("psi"))
        return s.setting("beta1") * (1 - multiply(number(1, 2), decay))

    t = Name(STEP_NUMBER)
    yield from moments(s)
    yield "mu", schedule(t)
    yield "next", schedule(add(t, ONE))
    yield "P", s.old("P") * s.aux("mu")
    first = s.aux("next") * s.new("m") / (1 - s.new("P") * s.aux("next"))
    yield "mhat", first + (1 - s.aux("mu")) * s.gradient / (1 - s.new("P"))
    yield "vhat", corrected(s, "v", "beta2")
    yield "w", s.w - eta * s.aux("mhat") / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))


def _per_root(state: str) -> Callable[[Slot, Name], Formula]:
    """η/(√s⁺ + ε): the rate of a parameter whose step is divided by the root of a state."""
    return lambda s, eta: eta / (apply("sqrt", s.new(state)) + s.setting("epsilon"))


def _per_corrected_root(s: Slot, eta: Name) -> Formula:
    """η/(√v̂ + ε)."""
    return eta / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))


def _per_deviation(s: Slot, eta: Name) -> Formula:
    """η/(√(s⁺ − a⁺²) + ε)."""
    return eta / _deviation(s)


def _by_past_steps(s: Slot, eta: Name) -> Formula:
    """η·√(u + ε)/√(s⁺ + ε), AdaDelta's."""
    epsilon = s.setting("epsilon")
    return eta * apply("sqrt", s.old("u") + epsilon) / apply("sqrt", s.new("s") + epsilon)


def _per_largest(s: Slot, eta: Name) -> Formula:
    """η/((1 − β₁ᵗ)·u⁺), Adamax's."""
    return eta / (1 - s.setting("beta1") ** Name(STEP_NUMBER)) / s.new("u")


def _adagrad_inside(s: Slot, eta: Name) -> Written:
    """AdaGrad with ε under the root: w⁺ = w − η·g/√(G⁺ + ε), as Zhang et al., "Dive into Deep Learning", have it."""
    yield "G", s.old("G") + s.gradient**2
    yield "w", s.w - multiply(eta, s.gradient) / apply("sqrt", s.new("G") + s.setting("epsilon"))


def _rmsprop_inside(s: Slot, eta: Name) -> Written:
    """RMSprop with ε under the root: w⁺ = w − η·g/√(s⁺ + ε), as Goodfellow et al. (2016), algorithm 8.5, have it."""
    yield "s", s.setting("rho") * s.old("s") + (1 - s.setting("rho")) * s.gradient**2
    yield "w", s.w - multiply(eta, s.gradient) / apply("sqrt", s.new("s") + s.setting("epsilon"))


def _adam_inside(s: Slot, eta: Name) -> Written:
    """Adam with ε under the root: w⁺ = w − η·m̂/√(v̂ + ε), as some courses and the first drafts of libraries have it."""
    yield from _adam_step(s)
    yield "w", s.w - eta * s.aux("mhat") / apply("sqrt", s.aux("vhat") + s.setting("epsilon"))


def _momentum_corrected(s: Slot, eta: Name) -> Written:
    """v⁺ = β·v + (1 − β)·g, v̂ = v⁺/(1 − βᵗ), w⁺ = w − η·v̂: Ng's moving average without its bias towards 0."""
    yield "v", s.setting("beta") * s.old("v") + (1 - s.setting("beta")) * s.gradient
    yield "vhat", corrected(s, "v", "beta")
    yield "w", s.w - eta * s.aux("vhat")


def _nesterov_ahead(s: Slot, eta: Name) -> Written:
    """v⁺ = μ·v − η·g, w⁺ = w − μ·v + (1 + μ)·v⁺: Bengio et al. (2013), equation 7, as CS231n writes it.

    w is the place that the velocity leads to, so that g is the gradient there: Sutskever et al. (2013), equations 3 and
    4, whose parameter is w − μ·v.
    """
    mu = s.setting("mu")
    yield "v", mu * s.old("v") - multiply(eta, s.gradient)
    yield "w", s.w - mu * s.old("v") + (1 + mu) * s.new("v")


def _ahead(s: Slot) -> Formula:
    """w + μ·v, where the velocity alone would lead to."""
    return s.w + s.setting("mu") * s.old("v")


_ADAM = {"beta1": "0.9", "beta2": "0.999", "epsilon": "1e-8"}

OPTIMIZERS = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer(DESCENT, _sgd, n_("against the gradient, η times its size (Cauchy 1847)"), exact=True),
        Optimizer("momentum", _momentum, n_("v collects gradients, and η times v is taken off (Polyak 1964; PyTorch)"),
                  {"mu": "0.9"}, ("v",), exact=True),
        Optimizer("momentum_step", _momentum_step,
                  n_("v collects steps η·g, and v is taken off (Rumelhart, Hinton and Williams 1986)"),
                  {"mu": "0.9"}, ("v",), exact=True),
        Optimizer("momentum_velocity", _momentum_velocity,
                  n_("v is a velocity downhill, and v is added (Sutskever et al. 2013)"),
                  {"mu": "0.9"}, ("v",), exact=True),
        Optimizer("momentum_average", _momentum_average,
                  n_("v is a running average of gradients, and η times v is taken off (Ng)"),
                  {"beta": "0.9"}, ("v",), exact=True),
        Optimizer("momentum_dampened", _momentum_dampened,
                  n_("v collects gradients, each made smaller by the dampening τ (PyTorch)"),
                  {"mu": "0.9", "tau": "0.5"}, ("v",), exact=True),
        Optimizer("nesterov", _nesterov,
                  n_("momentum that looks one step ahead (Nesterov 1983, in PyTorch's form)"),
                  {"mu": "0.9"}, ("v",), exact=True),
        Optimizer("adagrad", _adagrad,
                  n_("each step is divided by the root of all squared gradients so far (Duchi et al. 2011)"),
                  {"epsilon": "1e-10"}, ("G",), rate=_per_root("G")),
        Optimizer("rmsprop", _rmsprop,
                  n_("each step is divided by the root of a running average of squared gradients (Hinton 2012)"),
                  {"rho": "0.9", "epsilon": "1e-8"}, ("s",), rate=_per_root("s")),
        Optimizer("rmsprop_centered", _rmsprop_centered,
                  n_("each step is divided by the standard deviation of the gradients (Graves 2013)"),
                  {"rho": "0.9", "epsilon": "1e-8"}, ("s", "a"), rate=_per_deviation),
        Optimizer("rmsprop_momentum", _rmsprop_momentum,
                  n_("v collects gradients divided by their root mean square (PyTorch)"),
                  {"rho": "0.9", "mu": "0.9", "epsilon": "1e-8"}, ("s", "v")),
        Optimizer("rmsprop_centered_momentum", _rmsprop_centered_momentum,
                  n_("v collects gradients divided by their standard deviation (PyTorch)"),
                  {"rho": "0.9", "mu": "0.9", "epsilon": "1e-8"}, ("s", "a", "v")),
        Optimizer("adadelta", _adadelta,
                  n_("steps are scaled by the ratio of past steps to past gradients (Zeiler 2012)"),
                  {"rho": "0.9", "epsilon": "1e-6"}, ("s", "u"), rate=_by_past_steps),
        Optimizer("adam", _adam, n_("two running averages, corrected for their start at 0 (Kingma and Ba 2015)"),
                  _ADAM, ("m", "v"), rate=_per_corrected_root),
        Optimizer("adam_keras", _adam_keras,
                  n_("Adam with ε beside the root of v, inside of the bias correction (Kingma and Ba 2015; Keras)"),
                  {**_ADAM, "epsilon": "1e-7"}, ("m", "v")),
        Optimizer("amsgrad", _amsgrad, n_("Adam with the largest v so far, so that no step grows again (Reddi 2018)"),
                  _ADAM, ("m", "v", "vmax"), rate=_per_corrected_root),
        Optimizer("lion", _lion, n_("a step of η in the direction of the sign of an average (Chen et al. 2023)"),
                  {"beta1": "0.9", "beta2": "0.99", "lambda": "0"}, ("m",)),
        Optimizer("adamax", _adamax,
                  n_("Adam with the largest gradient instead of the root mean square (Kingma and Ba 2015)"),
                  _ADAM, ("m", "u"), rate=_per_largest),
        Optimizer("nadam", _nadam, n_("Adam with Nesterov's look ahead (Dozat 2016)"),
                  {**_ADAM, "psi": "0.004"}, ("m", "v", "P"), rate=_per_corrected_root),
        Optimizer("adagrad_inside", _adagrad_inside,
                  n_("AdaGrad with ε under the root, beside the sum (Zhang et al. 2023)"), {"epsilon": "1e-6"}, ("G",),
                  rate=lambda s, eta: eta / apply("sqrt", s.new("G") + s.setting("epsilon"))),
        Optimizer("rmsprop_inside", _rmsprop_inside,
                  n_("RMSprop with ε under the root, beside the average (Goodfellow et al. 2016)"),
                  {"rho": "0.9", "epsilon": "1e-6"}, ("s",),
                  rate=lambda s, eta: eta / apply("sqrt", s.new("s") + s.setting("epsilon"))),
        Optimizer("adam_inside", _adam_inside, n_("Adam with ε under the root, beside the corrected average"),
                  _ADAM, ("m", "v"),
                  rate=lambda s, eta: eta / apply("sqrt", s.aux("vhat") + s.setting("epsilon"))),
        Optimizer("momentum_corrected", _momentum_corrected,
                  n_("v is a running average of gradients, corrected for its start at 0 (Ng)"),
                  {"beta": "0.9"}, ("v",)),
        Optimizer("adamw", _adamw, n_("Adam, and λ·w is taken off beside it, not through it (Loshchilov 2019)"),
                  {**_ADAM, "lambda": "0.01"}, ("m", "v"), rate=_per_corrected_root),
        Optimizer("lamb", alone(lamb),
                  n_("Adam's step, scaled to the size of its layer by the trust ratio ‖w‖/‖r‖ (You et al. 2020)"),
                  {**_ADAM, "epsilon": "1e-6", "lambda": "0.01"}, ("m", "v"), together=lamb),
        Optimizer("muon", alone(muon),
                  n_("the momentum of a matrix, made orthogonal by Newton and Schulz (Jordan et al. 2024)"),
                  {"mu": "0.95", "lambda": "0.1", "alpha": "3.4445", "beta": "-4.7750", "gamma": "2.0315",
                   "epsilon": "1e-7", ITERATIONS: "5"}, ("b",), together=muon),
        Optimizer("nesterov_ahead", _nesterov_ahead,
                  n_("w is where v leads to, so its gradient is that of the look-ahead (Bengio et al. 2013; CS231n)"),
                  {"mu": "0.9"}, ("v",)),
        Optimizer("nesterov_classical", _momentum_velocity,
                  n_("v is a velocity, and the gradient is taken at w + μ·v (Nesterov 1983; Sutskever et al. 2013)"),
                  {"mu": "0.9"}, ("v",), ahead=_ahead, exact=True),
    )
}  # fmt: skip

FIRST_STATE = {"P": ONE}  # what does not start at 0
