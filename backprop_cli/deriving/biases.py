"""The biases of a problem, shared or separate, added or subtracted as thresholds; and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula, Number, negate
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Layer, Neuron, Problem, Training


def biases(problem: Problem) -> set[str]:
    """The parameters that are biases or thresholds."""
    return {neuron.bias for layer in problem.layers for neuron in layer.neurons if neuron.bias is not None}


def _weights(problem: Problem) -> set[str]:
    return {c.parameter for layer in problem.layers for neuron in layer.neurons for c in neuron.connections}


# ---- shared or separate --------------------------------------------------------------------------------------


def is_shared(problem: Problem) -> bool:
    """Whether a layer has one bias for several neurons."""
    return any(map(_is_shared, problem.layers))


def _is_shared(layer: Layer) -> bool:
    names = [neuron.bias for neuron in layer.neurons]
    return len(names) > 1 and names[0] is not None and len(set(names)) == 1


def _can_be_shared(problem: Problem, layer: Layer) -> bool:
    """Whether every neuron of several has a bias of its own, and all of them start from the same value."""
    names = [neuron.bias for neuron in layer.neurons if neuron.bias is not None]
    values = {_value(problem.parameters[name]) for name in names}
    return len(set(names)) == len(layer.neurons) > 1 and len(values) == 1


def _value(formula: Formula) -> object:
    return formula.value if isinstance(formula, Number) else formula


def why_not_shared(problem: Problem) -> str:
    """Why no layer could have one bias as well as several, or nothing."""
    if any(_is_shared(layer) or _can_be_shared(problem, layer) for layer in problem.layers):
        return ""
    if not biases(problem):
        return _("there are no biases")
    if any(len({neuron.bias for neuron in layer.neurons} - {None}) > 1 for layer in problem.layers):
        return _("the biases of a layer do not start from the same value")
    return _("no layer has more than one bias")


def shared(problem: Problem) -> Problem:
    """One bias, the first one, for each layer whose biases start from the same value."""
    layers = [
        _with_biases(layer, [layer.neurons[0].bias] * len(layer.neurons)) if _can_be_shared(problem, layer) else layer
        for layer in problem.layers
    ]
    return _with_layers(problem, layers, problem.parameters)


def separate(problem: Problem) -> Problem:
    """A bias for each neuron of a layer that shares one, with the same value: b_h1 and b_h2 for b1."""
    parameters = dict(problem.parameters)
    layers: list[Layer] = []
    own_of: dict[str, list[str]] = {}
    for layer in problem.layers:
        one = layer.neurons[0].bias
        if one is None or not _is_shared(layer):
            layers.append(layer)
            continue
        names = [_own_name(one, neuron, parameters) for neuron in layer.neurons]
        parameters |= dict.fromkeys(names, problem.parameters[one])
        own_of.setdefault(one, []).extend(names)
        layers.append(_with_biases(layer, names))
    changed = _replace(problem, fixed=_with_own(problem.fixed, own_of), training=_own_training(problem, own_of))
    return _with_layers(changed, layers, parameters)


def _own_name(one: str, neuron: Neuron, taken: Mapping[str, Formula]) -> str:
    name = f"{one.rstrip('0123456789')}_{neuron.name}"
    return name if name not in taken else f"{one}_{neuron.name}"


def _with_own(names: frozenset[str], own_of: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The names, and for each that became several, those."""
    return names | {own for name in names for own in own_of.get(name, ())}


def _own_training(problem: Problem, own_of: Mapping[str, Sequence[str]]) -> Training:
    """The training in which each new bias starts where the shared one did."""
    training = problem.training
    state = dict(training.state)
    for one, names in own_of.items():
        for key in training.rule.first_state(one):
            if key in state:
                state |= {key.removesuffix(one) + name: state[key] for name in names}
    rule = _replace(training.rule, unpenalized=_with_own(training.rule.unpenalized, own_of))
    return _replace(training, state=state, rule=rule)


def _with_biases(layer: Layer, names: Sequence[str | None]) -> Layer:
    pairs = zip(layer.neurons, names, strict=True)
    return _replace(layer, neurons=tuple(_replace(neuron, bias=name) for neuron, name in pairs))


def _with_layers(problem: Problem, layers: Sequence[Layer], parameters: Mapping[str, Formula]) -> Problem:
    """The problem with other layers, and without the biases that no neuron has any more."""
    changed = _replace(problem, layers=tuple(layers))
    gone = biases(problem) - biases(changed) - _weights(changed)
    kept = {name: value for name, value in parameters.items() if name not in gone}
    return _replace(changed, parameters=kept, fixed=problem.fixed - gone)


# ---- added or subtracted -------------------------------------------------------------------------------------


def why_not_turned(problem: Problem) -> str:
    """Why biases cannot be written as thresholds, or thresholds as biases, or nothing."""
    found = biases(problem)
    if not found:
        return _("there are no biases")
    if found & _weights(problem):
        return _("a bias is a weight too")
    given = {key for sample in problem.samples for key in sample.given}
    states = {key for name in found for key in problem.training.rule.first_state(name)}
    if states & problem.training.state.keys() or any(key.endswith(f"/d{name}") for key in given for name in found):
        return _("the state or the gradient of a bias is given")
    return ""


def turned(problem: Problem) -> Problem:
    """The same network with θ = −b: every bias changes its sign, and how it enters the net input."""
    found = biases(problem)
    parameters = {name: negate(one) if name in found else one for name, one in problem.parameters.items()}
    conventions = _replace(problem.conventions, threshold=not problem.conventions.threshold)
    return _replace(problem, parameters=parameters, conventions=conventions)
