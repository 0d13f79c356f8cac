"""What PyTorch does in one step: every layer and activation, the loss, the gradients, the new parameters.

Only here, and where a problem is made of what was seen, is PyTorch imported; who comes here has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from backprop_cli.api.watching.functions import ACTIVATIONS, ARGUMENTS, LOSSES, UNSEEN

Tensor = Any
_Mode: Any = TorchFunctionMode  # which has types where PyTorch is installed, and none where it is not
_SETTINGS, _DEFAULTS = ("negative_slope", "alpha"), {"leaky_relu": 0.01, "elu": 1.0}


@dataclass(eq=False)
class Pass:
    """One pass of a batch through one layer, up to its activation."""

    net: Tensor  # a copy
    takes: Tensor  # what went in, a copy
    tracked: bool  # whether what went in can get a gradient
    out: Tensor | None = None  # a copy, behind the activation
    gradient: Tensor | None = None  # of what was differentiated, with respect to net


@dataclass(eq=False)
class Layer:
    """One layer: PyTorch's function, its parameters and settings, its activation with its own, and its passes."""

    weight: Tensor | None
    bias: Tensor | None
    kind: str = "linear"
    settings: Mapping[str, Any] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)
    activation: str = ""
    setting: float | None = None  # of an activation that has one


@dataclass(eq=False)
class LossCall:
    """A loss of PyTorch that was called: its name, what it compared, and how."""

    name: str
    outputs: Tensor
    targets: Tensor
    settings: Mapping[str, Any]


@dataclass(eq=False)
class Seen:
    """Everything that was seen of one step."""

    layers: list[Layer] = field(default_factory=list)
    unseen: dict[str, None] = field(default_factory=dict)  # functions of PyTorch with more inside than can be seen
    losses: list[LossCall] = field(default_factory=list)
    objective: list[float] = field(default_factory=list)  # what backward() was called on
    events: list[str] = field(default_factory=list)  # backward and step, in their order
    start: dict[int, Tensor] = field(default_factory=dict)  # parameters before the step, by identity
    before: dict[int, Tensor | None] = field(default_factory=dict)  # gradients before the first backward()
    after: dict[int, Tensor | None] = field(default_factory=dict)  # gradients after the last one
    used: dict[int, Tensor | None] = field(default_factory=dict)  # gradients of which the optimizer made its step
    end: dict[int, Tensor] = field(default_factory=dict)  # parameters after the step
    state: dict[int, dict[str, Any]] = field(default_factory=dict)  # of the optimizer, before the step

    @property
    def linear(self) -> list[Layer]:
        """The linear layers alone."""
        return [layer for layer in self.layers if layer.kind == "linear"]

    @property
    def is_linear(self) -> bool:
        """Whether all layers are, so that each has its matrices."""
        return len(self.linear) == len(self.layers)


def copy(tensor: Tensor) -> Tensor:
    """The numbers of a tensor as they are now."""
    return tensor.detach().clone().cpu()


class Recorder(_Mode):  # type: ignore[misc]
    """Sees every function of PyTorch that is called while it is entered; changes nothing."""

    def __init__(self, model: Any, optimizer: Any) -> None:
        super().__init__()
        self.seen = Seen()
        self.parameters = list(model.parameters())
        self.names = {id(one): name for name, one in model.named_parameters()}
        self.optimizer = optimizer
        self._layers = {id(one): Layer(one, None) for one in self.parameters}
        self._kept: list[Tensor] = []  # so that no other tensor gets the identity of one of them
        self._nets: dict[int, tuple[Layer, Pass]] = {}
        self._hooks: list[Any] = []

    def __enter__(self) -> Recorder:
        seen = self.seen
        seen.start = {id(one): copy(one) for one in self.parameters}
        if self.optimizer is not None:
            states = self.optimizer.state
            seen.state = {id(one): _plain(states[one]) for one in self.parameters if one in states}
            self._hooks.append(self.optimizer.register_step_pre_hook(self._before_step))
            self._hooks.append(self.optimizer.register_step_post_hook(self._after_step))
        super().__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        super().__exit__(*raised)
        for hook in self._hooks:
            hook.remove()
        if not self.seen.end:
            self.seen.end = {id(one): copy(one) for one in self.parameters}
        self._kept.clear()

    # ---- functions -------------------------------------------------------------------------------------------

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "backward" and not self._is_over:
            return self._backward(func, args, kwargs)
        before = id(args[0]) if name.endswith("_") and args else 0
        result = func(*args, **kwargs)
        if self._is_over:
            return result
        if name in ARGUMENTS:
            self._layer(name, result, dict(zip(ARGUMENTS[name], args, strict=False)) | kwargs)
        elif name in UNSEEN:
            self.seen.unseen[name] = None
        elif name.removesuffix("_") in ACTIVATIONS and args:
            self._activation(name.removesuffix("_"), result, before, args, kwargs)
        elif name in LOSSES:
            self._loss(name, args, kwargs)
        return result

    @property
    def _is_over(self) -> bool:
        return {"step", "backward"} <= set(self.seen.events)

    def _layer(self, kind: str, net: Tensor, given: dict[str, Any]) -> None:
        takes, weight = given.pop("input"), given.pop("weight", None)
        if kind == "dropout" and not (given.get("training", True) and given.setdefault("p", 0.5)):
            self._is_the_same(takes, net)
            return
        layer = Layer(None, None) if weight is None else self._layers.get(id(weight))
        if layer is None:
            return
        layer.kind, layer.bias = kind, given.pop("bias", None)
        layer.settings = {name: copy(one) if isinstance(one, torch.Tensor) else one for name, one in given.items()}
        one = Pass(copy(net), copy(takes), takes.requires_grad)
        layer.passes.append(one)
        if not any(layer is other for other in self.seen.layers):
            self.seen.layers.append(layer)
        self._nets[id(net)] = layer, one
        self._kept.append(net)
        if net.requires_grad:
            net.register_hook(lambda gradient: self._take(one, gradient))

    def _is_the_same(self, before: Tensor, after: Tensor) -> None:
        if id(before) in self._nets:
            self._nets[id(after)] = self._nets[id(before)]
            self._kept.append(after)

    @staticmethod
    def _take(one: Pass, gradient: Tensor) -> None:
        one.gradient = copy(gradient)

    def _activation(self, name: str, out: Tensor, before: int, args: Any, kwargs: Any) -> None:
        found = self._nets.get(before or id(args[0]))
        if found is None or found[1].out is not None:
            return
        layer, one = found
        layer.activation, one.out = ACTIVATIONS[name], copy(out)
        given = [*args[1:2], *(kwargs[one] for one in _SETTINGS if one in kwargs)]
        layer.setting = float(given[0]) if name in _DEFAULTS and given else _DEFAULTS.get(name)

    def _loss(self, name: str, args: Any, kwargs: Any) -> None:
        given: dict[str, Any] = dict(zip(("input", "target"), args, strict=False)) | kwargs
        self.seen.losses.append(LossCall(name, copy(given["input"]), copy(given["target"]), given))

    # ---- gradients and the step ------------------------------------------------------------------------------

    def _backward(self, func: Any, args: Any, kwargs: Any) -> Any:
        seen = self.seen
        if not seen.objective:
            seen.before = self._gradients()
        objective = args[0] if args else kwargs["self"]
        seen.objective.append(float(objective.detach().sum()))
        seen.events.append("backward")
        result = func(*args, **kwargs)
        seen.after = self._gradients()
        return result

    def _gradients(self) -> dict[int, Tensor | None]:
        return {id(one): None if one.grad is None else copy(one.grad) for one in self.parameters}

    def _before_step(self, *_given: Any) -> None:
        if not self._is_over:
            self.seen.used = self._gradients()

    def _after_step(self, *_given: Any) -> None:
        if not self._is_over:
            self.seen.end = {id(one): copy(one) for one in self.parameters}
        self.seen.events.append("step")


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: copy(value) for name, value in state.items() if isinstance(value, torch.Tensor)}


def rows(tensors: Iterator[Tensor]) -> Tensor:
    """The samples of several passes one below the other; a sample that came without its batch is a row."""
    return torch.cat([one.reshape(-1, one.shape[-1]) for one in tensors])


def samples_of(layer: Layer, tensors: Iterator[Tensor]) -> Tensor:
    """What a layer takes or gives, an entry for each sample: a row, or channels of values or of rows and columns."""
    if layer.kind == "linear":
        return rows(tensors)
    (one,) = tensors
    axes = {"conv1d": 2, "conv2d": 3}.get(layer.kind, 1)
    return one.unsqueeze(0) if one.dim() == axes and layer.kind != "embedding" else one
