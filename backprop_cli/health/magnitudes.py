"""How large the gradients are, layer by layer: sizes of δ and of the gradients of the weights, all digits certain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.quantities import Address, Quantity, delta, gradient, net, parameter
from backprop_cli.deriving.graphs import node
from backprop_cli.deriving.trace import Trace, Value
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.rounded import Rounding, round_to, to_digits
from backprop_cli.numbers.sizes import is_zero, largest, mean, norm
from backprop_cli.problem.model import Problem

_RATIO = 4  # digits of a ratio that is not a short decimal: it is looked at, not copied


@record
class Evaluation:
    """Rounds numbers to decimals; where a ball is too wide: raises Undecided, or, at `last`, 0 to so many places."""

    digits: int
    last: bool

    def __call__(self, number: Real) -> Value:
        try:
            return Value(number, to_digits(number, self.digits))
        except Undecided:
            if not self.last:
                raise
            return Value(number, round_to(number, Rounding(places=self.digits)))

    def ratio(self, number: Real) -> Value:
        """A ratio, to fewer digits where it goes on."""
        value = self(number)
        return value if value.decimal.whole_truth or number >= 1000 else _replace(self, digits=_RATIO)(number)


@record
class Sizes:
    """How large some numbers are: their mean absolute value, the largest one, and their Euclidean norm."""

    count: int
    mean: Value
    largest: Value
    norm: Value


@record
class LayerSize:
    """One layer (of a graph, one node): its δ over all samples, and the gradients of the weights into it.

    `ratio` is its mean |δ| over that of the next layer towards the output. What does not exist is None.
    """

    label: str
    deltas: Sizes | None
    weights: Sizes | None
    ratio: Value | None = None


def layer_sizes(
    problem: Problem, objective: Quantity, trace: Trace, passes: Sequence[Address], evaluated: Evaluation
) -> list[LayerSize]:
    """The layers from the first to the last; of a graph, its parameters and then its nodes.

    The gradients of the weights are those of the whole batch. `evaluated` says what a number is in decimals.
    """

    def at_every_pass(quantities: Iterable[Quantity]) -> Iterator[Quantity]:
        return (quantity.at_address(at) for quantity in quantities for at in passes)

    def sizes(quantities: Iterable[Quantity]) -> Sizes | None:
        steps = (trace.by_quantity.get(quantity) for quantity in quantities)
        return _sizes([step.value.number for step in steps if step], evaluated)

    def of_weights(names: Iterable[str]) -> Sizes | None:
        return sizes(gradient(objective, parameter(name)) for name in dict.fromkeys(names))

    layers: list[LayerSize] = []
    for layer in problem.layers:
        deltas = sizes(at_every_pass(delta(net(name)) for name in layer.units))
        weights = of_weights(name for name in layer.parameters if name not in layer.bias_parameters)
        layers.append(LayerSize(layer.label, deltas, weights))
    if problem.nodes and problem.parameters:
        layers.append(LayerSize(_("parameters"), None, of_weights(problem.parameters)))
    for name in problem.nodes:
        one = sizes(at_every_pass([gradient(objective, node(name))]))
        layers += [LayerSize(name, one, None)] if one else []
    return list(_with_ratios(layers, evaluated)) if problem.layers else layers


def _sizes(numbers: Sequence[Real], evaluated: Evaluation) -> Sizes | None:
    if not numbers:
        return None
    return Sizes(len(numbers), evaluated(mean(numbers)), evaluated(largest(numbers)), evaluated(norm(numbers)))


def _with_ratios(layers: Sequence[LayerSize], evaluated: Evaluation) -> Iterator[LayerSize]:
    """Each layer with its mean |δ| over that of the layer after it; only a chain of layers has such ratios."""
    for layer, following in zip(layers, [*layers[1:], None], strict=True):
        if layer.deltas and following and following.deltas and not is_zero(following.deltas.mean.number):
            ratio = layer.deltas.mean.number / following.deltas.mean.number
            yield _replace(layer, ratio=evaluated.ratio(ratio))
        else:
            yield layer
