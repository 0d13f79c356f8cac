"""Dense layers: neurons, each connected to all of the layer before, or wired by name."""

from __future__ import annotations

from typing import Annotated, Any

from backprop_cli.ground.words import _, n_
from backprop_cli.problem.counts import neurons
from backprop_cli.problem.fields import Activation, Count, Named, NeuronName, Truth, Weights, by_shape, choice
from backprop_cli.problem.file_model import Extended, Field, FileModel
from backprop_cli.problem.json_schema import not_both
from backprop_cli.problem.layer_types import LAYER_TYPES, wiring
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.model import Layer, Neuron
from backprop_cli.problem.sites import Site

_NAME = "dense"
_type: Any = choice(*LAYER_TYPES, what=n_("type of layer"), group="layer_types")


class LayerFile(FileModel, json_schema_extra=not_both("weights", "weights_by_input")):
    """A layer of neurons, each connected to the layer before unless `weights` says otherwise."""

    type: Annotated[
        choice(*LAYER_TYPES, what=n_("type of layer"), group="layer_types"), Extended({"const": _NAME}, whole=True)
    ] = Field(_NAME, description="dense, or another type of layer with keys of its own.")
    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The neurons' names, or how many there are; names are h1, h2, … and y1, y2, … otherwise."
    )
    activation: Activation = Field(
        "identity",
        description="identity, sigmoid, tanh, relu, leaky_relu(0.01), softmax, … or a formula in z: `z/(1 + abs(z))`.",
    )
    weights: Weights | None = Field(
        None, description="One row per receiving neuron, or by name: `{h1: {i1: 0.15, i2: 0.20}}`."
    )
    weights_by_input: Weights | None = Field(None, description="One row per sending neuron.")
    bias: by_shape(text=Named, list=list[Named], mapping=dict[NeuronName, Named]) | None = Field(
        None, description="One number: one bias shared by the layer; a list or mapping: one per neuron; left out: none."
    )

    per_step: Truth = Field(False, description="Apply the layer to every step of a sequence, with the same weights.")


def build(site: Site, file: Any) -> Layer | None:
    """The neurons with their connections and biases; step by step where the file says so."""
    if file.per_step:
        from backprop_cli.problem.layer_types import per_step  # a sequence, which most files have not

        return per_step.build(site, file)
    names = _names(site, file)
    earlier = set(site.stack.named)
    for place, name in enumerate(names):
        if name in earlier:
            steps = ("neurons", place) if isinstance(file.neurons, list) else ()
            site.complain(steps, _("two neurons are called {name!r}").format(name=name))
        earlier.add(name)
    wires = wiring.connections(site, file, names)
    biases = wiring.biases(site, file.bias, names)
    neurons = tuple(Neuron(name, tuple(wires.get(name, ())), biases.get(name)) for name in names)
    return Layer(neurons, site.activation(file.activation), site.label())


def _names(site: Site, file: LayerFile) -> list[str]:
    """The neurons' own names, or h1, h2, … (h2_1 in the second of several hidden layers) and y1, y2, …"""
    if isinstance(file.neurons, list):
        return list(file.neurons)
    size = _size(site, file)
    if isinstance(file.neurons, int) and size not in (None, file.neurons):
        message = _("{neurons}, but weights for {size}").format(neurons=neurons(file.neurons), size=size)
        site.complain(("neurons",), message)
    size = file.neurons if isinstance(file.neurons, int) else size
    mapped = file.weights if isinstance(file.weights, dict) else None
    if mapped and size == len(mapped):
        return list(mapped)
    if size is None:
        site.complain((), _("how many neurons this layer has is not said"), _("write neurons: 3, or weights"))
        return []
    return site.unit_names(size)


def _size(site: Site, file: LayerFile) -> int | None:
    """How many neurons the weights are for."""
    if file.weights is not None:
        rows = file.weights
        return 1 if isinstance(rows, list) and rows and not isinstance(rows[0], list) else len(rows)
    rows = file.weights_by_input
    if isinstance(rows, list) and rows:
        return len(rows[0]) if isinstance(rows[0], list) else len(rows) if len(site.before.names) == 1 else 1
    if isinstance(rows, dict):
        return len({receiver for row in rows.values() for receiver in row})
    return len(file.bias) if isinstance(file.bias, list | dict) else None


DENSE = LayerType(_NAME, LayerFile, build)
