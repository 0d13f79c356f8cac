"""Dense networks in plain Python floats: what questions ask, worked out a second time, by nothing of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import exp, tanh

from backprop_cli.algebra.formula import Apply, Number
from backprop_cli.problem.model import Problem, Sample

ACTIVATIONS: Mapping[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.1 * z,
}
LOSSES: Mapping[str, Callable[[float, float], float]] = {
    "half_squared_error": lambda y, t: (y - t) ** 2 / 2,
    "squared_error": lambda y, t: (y - t) ** 2,
}
STEP = 1e-6


def number(value: object) -> float:
    assert isinstance(value, Number)
    return float(value.value.p) / float(value.value.q)


class Net:
    """A network of dense layers with known activations; `is_known` says whether a problem is one."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.values = {name: number(value) for name, value in problem.parameters.items()}
        self.units = [(layer, neuron) for layer in problem.layers for neuron in layer.neurons]

    @staticmethod
    def is_known(problem: Problem) -> bool:
        layers = problem.layers
        plain = all(
            not layer.cells and isinstance(layer.activation, Apply) and layer.activation.operation in ACTIVATIONS
            and len(layer.activation.arguments) == 1 and layer.neurons for layer in layers
        )  # fmt: skip
        simple = not problem.conventions.threshold and not any(one.given for one in problem.samples)
        return bool(layers) and plain and simple and problem.loss is not None and problem.loss.name in LOSSES

    def activation(self, layer: object) -> Callable[[float], float]:
        return ACTIVATIONS[layer.activation.operation]  # type: ignore[attr-defined]

    def forward(self, sample: Sample, moved: Mapping[str, float] | None = None) -> tuple[dict[str, float], float]:
        """The net inputs, some of them `moved`, and the loss."""
        known = {name: number(value) for name, value in sample.inputs.items()}
        nets: dict[str, float] = {}
        for layer, neuron in self.units:
            total = self.values[neuron.bias] if neuron.bias else 0.0
            total += sum(self.values[c.parameter] * known[c.sender] for c in neuron.connections)
            nets[neuron.name] = total + (moved or {}).get(neuron.name, 0.0)
            known[neuron.name] = self.activation(layer)(nets[neuron.name])
        assert self.problem.loss is not None
        loss = LOSSES[self.problem.loss.name]
        return nets, sum(loss(known[name], number(target)) for name, target in sample.targets.items())

    def loss(self) -> float:
        """The mean loss of the samples, each as often as its weight says."""
        weights = [1.0 if one.weight is None else number(one.weight) for one in self.problem.samples]
        losses = [weight * self.forward(one)[1] for weight, one in zip(weights, self.problem.samples, strict=True)]
        return sum(losses) / sum(weights)

    def slopes(self, unit: str) -> list[float]:
        """The slope of a unit's activation in each sample."""
        layer = next(layer for layer, neuron in self.units if neuron.name == unit)
        act = self.activation(layer)
        at = [self.forward(one)[0][unit] for one in self.problem.samples]
        return [(act(z + STEP) - act(z - STEP)) / (2 * STEP) for z in at]

    def steepest(self, unit: str) -> float:
        """The largest slope that its activation has."""
        layer = next(layer for layer, neuron in self.units if neuron.name == unit)
        act = self.activation(layer)
        return max((act(z / 10 + STEP) - act(z / 10 - STEP)) / (2 * STEP) for z in range(-100, 101))

    def mean_delta(self, layer: object) -> float:
        """The mean size of δ in a layer: how the loss changes with each net input."""
        sizes = [
            abs(self.forward(one, {neuron.name: STEP})[1] - self.forward(one, {neuron.name: -STEP})[1]) / (2 * STEP)
            for one in self.problem.samples for neuron in layer.neurons  # type: ignore[attr-defined]
        ]  # fmt: skip
        return sum(sizes) / len(sizes)

    def paths(self, start: str, sample: Sample) -> Iterator[tuple[tuple[str, ...], float]]:
        """Every path from an input or a weight: the units on it, and the product of the slopes."""
        nets, _loss = self.forward(sample)
        known = {name: number(value) for name, value in sample.inputs.items()}
        for layer, neuron in self.units:
            known[neuron.name] = self.activation(layer)(nets[neuron.name])
        first = [(neuron.name, self.values[c.parameter] if c.sender == start else known[c.sender])
                 for _layer, neuron in self.units for c in neuron.connections
                 if start in (c.sender, c.parameter)]  # fmt: skip
        for unit, factor in first:
            yield from self._on(unit, factor, (), nets, known, sample)

    def _on(
        self, unit: str, factor: float, behind: tuple[str, ...], nets: dict[str, float], known: dict[str, float],
        sample: Sample,
    ) -> Iterator[tuple[tuple[str, ...], float]]:  # fmt: skip
        layer = next(layer for layer, neuron in self.units if neuron.name == unit)
        act = self.activation(layer)
        factor *= (act(nets[unit] + STEP) - act(nets[unit] - STEP)) / (2 * STEP)
        if unit in sample.targets:
            assert self.problem.loss is not None
            loss, target = LOSSES[self.problem.loss.name], number(sample.targets[unit])
            slope = (loss(known[unit] + STEP, target) - loss(known[unit] - STEP, target)) / (2 * STEP)
            yield (*behind, unit), factor * slope
        for _layer, neuron in self.units:
            for c in neuron.connections:
                if c.sender == unit:
                    weight = factor * self.values[c.parameter]
                    yield from self._on(neuron.name, weight, (*behind, unit), nets, known, sample)
