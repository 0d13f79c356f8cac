"""Edits that take one function for another: an activation, a logarithm, a softmax worked out wrongly, degrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, Number, apply, number
from backprop_cli.algebra.operations import ACTIVATIONS, OPERATIONS, is_slope, partial_derivative
from backprop_cli.checking.mistakes.common import in_degrees
from backprop_cli.checking.search.edits import Edit, Put, factors_of, joined, minus, places
from backprop_cli.checking.search.roots import Root

_FAMILY = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "step", "exp", "identity")
# Functions that are taken for one another outside the family of activations.
_ELEMENTARY = {
    "exp": ("ln",), "ln": ("log10", "log2", "exp"), "log2": ("ln", "log10"), "log10": ("ln", "log2"),
    "sin": ("cos",), "cos": ("sin",), "tan": ("sin", "cos"), "sqrt": ("square",), "square": ("sqrt",),
    "max": ("min", "sum", "mean"), "min": ("max", "sum"), "abs": ("square",),
}  # fmt: skip
# What a sigmoid of z becomes in unsure hands.
_SIGMOIDS: tuple[tuple[str, Callable[[Formula], Formula]], ...] = (
    ("exponent", lambda z: ONE / (1 + apply("exp", z))),
    ("not inverted", lambda z: 1 + apply("exp", minus(z))),
    ("minus", lambda z: ONE / (1 - apply("exp", minus(z)))),
    ("no one", lambda z: apply("exp", z)),
    ("one more", lambda z: 1 + ONE / apply("exp", minus(z))),
    ("no exponential", lambda z: ONE / (1 + z)),
    ("no exponential", lambda z: ONE / (1 - z)),
    ("no one", lambda z: apply("exp", minus(z))),
    ("exponential above", lambda z: apply("exp", z) / (1 + apply("exp", minus(z)))),
    ("powers of 10", lambda z: ONE / (1 + apply("power", number(10), minus(z)))),
    ("powers of 2", lambda z: ONE / (1 + apply("power", number(2), minus(z)))),
    ("slope", lambda z: apply("sigmoid", z) * (1 - apply("sigmoid", z))),
    ("other side", lambda z: 1 - apply("sigmoid", z)),
)
# What a tanh of z becomes.
_TANHS: tuple[tuple[str, Callable[[Formula], Formula]], ...] = (
    ("sigmoid of 2z", lambda z: apply("sigmoid", 2 * z)),
    ("twice the sigmoid", lambda z: 2 * apply("sigmoid", 2 * z)),
    ("not stretched", lambda z: 2 * apply("sigmoid", z) - 1),
    ("sigmoid twice", lambda z: apply("sigmoid", apply("sigmoid", z))),
    ("one exponential below", lambda z: (apply("exp", z) - apply("exp", minus(z))) / apply("exp", z)),
    ("one exponential below", lambda z: (apply("exp", z) - apply("exp", minus(z))) / apply("exp", minus(z))),
    ("not doubled", lambda z: (apply("exp", z) - 1) / (apply("exp", z) + 1)),
    ("a sum above", lambda z: (apply("exp", z) + apply("exp", minus(z))) / (apply("exp", z) - apply("exp", minus(z)))),
)
# What any activation becomes.
_OF_ANY: tuple[tuple[str, Callable[[str, Apply], Formula]], ...] = (
    ("half", lambda name, part: Apply(name, (part.arguments[0] / 2, *part.arguments[1:]))),
    ("twice", lambda name, part: Apply(name, (2 * part.arguments[0], *part.arguments[1:]))),
    ("slope", lambda name, part: partial_derivative(part, 0)),
    ("size", lambda name, part: apply("abs", part.arguments[0])),
    ("upside down", lambda name, part: ONE / part),
    ("sinh", lambda name, part: (apply("exp", part.arguments[0]) - apply("exp", minus(part.arguments[0]))) / 2),
    ("cosh", lambda name, part: (apply("exp", part.arguments[0]) + apply("exp", minus(part.arguments[0]))) / 2),
    ("not halved", lambda name, part: apply("exp", part.arguments[0]) - apply("exp", minus(part.arguments[0]))),
    ("again", lambda name, part: Apply(name, (part, *part.arguments[1:]))),
    ("one minus", lambda name, part: 1 - part),
)
# What a softmax becomes: of all net inputs, the number of the own one from 0.
_SOFTMAXES: tuple[tuple[str, Callable[[Sequence[Formula], int], Formula]], ...] = (
    ("not divided", lambda nets, own: apply("exp", nets[own])),
    ("nets divided", lambda nets, own: nets[own] / joined("sum", nets)),
    ("sign", lambda nets, own: apply("softmax", number(own + 1), *map(minus, nets))),
    ("others only", lambda nets, own: apply("exp", nets[own]) / joined("sum", _powers(_without(nets, own)))),
    ("left out", lambda nets, own: nets[own]),
    ("powers of 2", lambda nets, own: _power_of_2(nets[own]) / joined("sum", list(map(_power_of_2, nets)))),
    ("sigmoid", lambda nets, own: apply("sigmoid", nets[own])),
    ("sum of nets", lambda nets, own: apply("exp", nets[own]) / joined("sum", nets)),
    ("exp of the sum", lambda nets, own: apply("exp", nets[own]) / apply("exp", joined("sum", nets))),
    ("mean", lambda nets, own: apply("exp", nets[own]) / number(len(nets))),
    ("largest", lambda nets, own: apply("is_max", number(own + 1), *nets)),
    ("one more", lambda nets, own: apply("exp", nets[own]) / joined("sum", [ONE, *_powers(nets)])),
    ("net above", lambda nets, own: nets[own] / joined("sum", _powers(nets))),
    ("powers of 10", lambda nets, own: _power_of_10(nets[own]) / joined("sum", list(map(_power_of_10, nets)))),
    ("the last missing", lambda nets, own: apply("exp", nets[own]) / joined("sum", _powers(nets[:-1] or nets))),
    ("the first missing", lambda nets, own: apply("exp", nets[own]) / joined("sum", _powers(nets[1:] or nets))),
    ("logarithm", lambda nets, own: apply("ln", apply("softmax", number(own + 1), *nets))),
    ("one minus", lambda nets, own: 1 - apply("softmax", number(own + 1), *nets)),
    ("upside down", lambda nets, own: joined("sum", _powers(_without(nets, own))) / apply("exp", nets[own])),
    ("scaled", lambda nets, own: apply("softmax", number(own + 1), *(net / _root_of(nets) for net in nets))),
)
# What (x − μ)/√(σ² + ε) becomes.
_STANDARDIZED: tuple[tuple[str, Callable[[Formula, Formula, Formula, Formula], Formula]], ...] = (
    ("variance", lambda x, mean, variance, epsilon: (x - mean) / (variance + epsilon)),
    ("outside", lambda x, mean, variance, epsilon: (x - mean) / (apply("sqrt", variance) + epsilon)),
    ("no epsilon", lambda x, mean, variance, epsilon: (x - mean) / apply("sqrt", variance)),
    ("not divided", lambda x, mean, variance, epsilon: x - mean),
    ("not centred", lambda x, mean, variance, epsilon: x / apply("sqrt", variance + epsilon)),
    ("multiplied", lambda x, mean, variance, epsilon: (x - mean) * apply("sqrt", variance + epsilon)),
    ("square of the variance", lambda x, mean, variance, epsilon: (x - mean) / (variance + epsilon) ** 2),
    ("squared distance", lambda x, mean, variance, epsilon: (x - mean) ** 2 / apply("sqrt", variance + epsilon)),
    ("sign", lambda x, mean, variance, epsilon: (mean - x) / apply("sqrt", variance + epsilon)),
    ("no brackets", lambda x, mean, variance, epsilon: x - mean / apply("sqrt", variance + epsilon)),
)


def function_edits(root: Root) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    for part, put in places(root.formula):
        if isinstance(part, Apply):
            for key, mass, family, instead in (*_another_function(part), *_logarithms(part), *_layers(part)):
                yield Edit(key[0], key, mass, family, put(instead), part, instead)
            yield from _terms_of_a_loss(part, put)
            yield from _shares_without_slope(part, put)
    yield from reach_edits(root.formula)
    yield from _degrees(root)


_Instead = tuple[tuple[str, ...], float, str, Formula]


def _another_function(part: Apply) -> Iterator[_Instead]:
    operation, inner = part.operation, part.arguments[0] if part.arguments else ZERO
    if operation in ACTIVATIONS and operation not in _ELEMENTARY:
        for other in _FAMILY:
            if other != operation:
                yield ("another function", operation, other), 10, "activation", _applied(other, inner)
    for other in _ELEMENTARY.get(operation, ()):
        yield ("another function", operation, other), 10, "function for", Apply(other, part.arguments)
    if operation == "exp":
        for base in (10, 2):
            yield ("another function", "exp", f"power of {base}"), 4, "exponential", apply("power", number(base), inner)
        yield ("another function", "exp", "product"), 4, "exponential", apply("exp", ONE) * inner
    if operation == "tanh":
        yield ("another function", "tanh", "tan"), 8, "key of the calculator", apply("tan", inner)
        for word, wrong in _TANHS:
            yield ("another function", "tanh", word), 6, "tanh", wrong(inner)
    if operation == "sigmoid":
        for word, wrong in _SIGMOIDS:
            yield ("sigmoid", word), 8, "sigmoid", wrong(inner)
    if operation in ACTIVATIONS and operation != "identity":
        for word, of_any in _OF_ANY:
            yield ("another function", operation, word), 6, "of any", of_any(operation, part)


def reach_edits(formula: Formula) -> Iterator[Edit]:
    """A function of too much, too little or another factor: o·tanh(c) as tanh(o·c), relu(a + b) as relu(a) + b."""
    for part, put in places(formula):
        yield from _reach(part, put)


def _reach(part: Formula, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", factors):
            for index, factor in enumerate(factors):
                if isinstance(factor, Apply) and factor.operation in ACTIVATIONS:
                    inner, *rest = factor.arguments
                    others = [*factors[:index], *factors[index + 1 :]]
                    whole = Apply(factor.operation, (joined("product", [*others, inner]), *rest))
                    yield Edit("function of all", ("function of all",), 4, "reach", put(whole), part, whole)
                    for moved in _of_another_factor(factor, others):
                        yield Edit("another function", ("another function", "of another factor"), 4, "reach",
                                   put(moved), part, moved)  # fmt: skip
        case Apply(operation, (Apply("sum", terms), *rest)) if operation in ACTIVATIONS and operation != "identity":
            each = joined("sum", [Apply(operation, (term, *rest)) for term in terms])
            first = joined("sum", [Apply(operation, (terms[0], *rest)), *terms[1:]])
            last = joined("sum", [Apply(operation, (joined("sum", terms[:-1]), *rest)), terms[-1]])
            for changed in dict.fromkeys((each, first, last)):
                yield Edit("function of one", ("function of one",), 4, "reach", put(changed), part, changed)


def _of_another_factor(function: Apply, others: Sequence[Formula]) -> Iterator[Formula]:
    """o·tanh(c) as tanh(o)·c."""
    inner, *rest = function.arguments
    for place, other in enumerate(others):
        if isinstance(other, Name):
            taken = Apply(function.operation, (other, *rest))
            yield joined("product", [*others[:place], taken, *others[place + 1 :], inner])


def _applied(name: str, argument: Formula) -> Formula:
    return argument if name == "identity" else Apply(name, (argument, *OPERATIONS[name].defaults))


def _logarithms(part: Apply) -> Iterator[_Instead]:
    if part.operation == "times_ln":
        for base in (10, 2):
            yield ("another logarithm", str(base)), 10, "logarithm", part / apply("ln", number(base))


def _layers(part: Apply) -> Iterator[_Instead]:
    """Softmax, normalization, pooling and the gate of swish done wrongly."""
    match part:
        case Apply("swish", (z, *_)):
            yield ("another function", "swish", "other side"), 6, "of any", z * (1 - apply("sigmoid", z))
        case Apply("softmax", (Number(which), *nets)):
            for word, of_nets in _SOFTMAXES:
                yield ("softmax", word), 10, "softmax", of_nets(nets, int(which) - 1)
        case Apply("standardized", (x, mean, variance, epsilon)):
            for word, of_four in _STANDARDIZED:
                yield ("standardized", word), 10, "standardized", of_four(x, mean, variance, epsilon)
        case Apply("is_max" | "is_min", (_, *rest)):
            for word, share in (("all", ONE), ("share", number(1, len(rest))), ("none", ZERO)):
                yield ("pooling", word), 8, "pooling", share


def _shares_without_slope(part: Apply, put: Put) -> Iterator[Edit]:
    """The share of a maximum taken as another one, and the slope before it left out as well."""
    if part.operation != "product":
        return
    factors = factors_of(part)
    chosen = [one for one in factors if isinstance(one, Apply) and one.operation in ("is_max", "is_min")]
    slopes = [one for one in factors if is_slope(one)]
    rest = [one for one in factors if one not in chosen and one not in slopes]
    if len(chosen) == 1 and slopes and rest:
        for word, share in (("all", ONE), ("share", number(1, len(chosen[0].arguments) - 1))):
            whole = joined("product", rest if share == ONE else [*rest, share])
            yield Edit("pooling", ("pooling", word), 6, "pooling", put(whole), chosen[0], share)


def _terms_of_a_loss(part: Apply, put: Put) -> Iterator[Edit]:
    """t·ln p and its slope t/p without one of their parts."""
    match part:
        case Apply("times_ln", (target, value)):
            yield Edit("left out", ("left out", "target"), 6, "logarithm", put(apply("ln", value)), target)
            plain = put(target * value)
            yield Edit("function left out", ("function left out", "ln"), 6, "logarithm", plain, part, value)
        case Apply("share", (target, value)):
            yield Edit("left out", ("left out", "target"), 6, "logarithm", put(ONE / value), target)
            yield Edit("multiplied", ("multiplied", "output"), 4, "logarithm", put(target * value), value)
            yield Edit("divisor left out", ("left out", "output"), 10, "factor", put(target), value)


def _root_of(nets: Sequence[Formula]) -> Formula:
    return apply("sqrt", number(len(nets)))


def _powers(nets: Sequence[Formula]) -> list[Formula]:
    return [apply("exp", net) for net in nets]


def _without(nets: Sequence[Formula], own: int) -> list[Formula]:
    return [net for place, net in enumerate(nets) if place != own] or list(nets)


def _power_of_2(net: Formula) -> Formula:
    return apply("power", number(2), net)


def _power_of_10(net: Formula) -> Formula:
    return apply("power", number(10), net)


def _degrees(root: Root) -> Iterator[Edit]:
    changed = in_degrees(root.formula)
    if changed is not root.formula:
        yield Edit("degrees", ("degrees",), 10, "degrees", changed, root.formula)
