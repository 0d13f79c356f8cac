"""The sheet that a step of PyTorch is: what it computed, each layer's matrices under the names of `solve --matrix`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch

from backprop_cli.api.watching.recorder import Layer, Seen, rows


def arrays_of(seen: Seen) -> dict[str, Any]:
    """Everything that was computed: a column for each sample, a row for each unit that receives."""
    found: dict[str, Any] = {}
    for place, layer in enumerate(seen.linear, start=1):
        found |= dict(_forward(place, layer, seen))
    if len(seen.objective) == 1:
        found["E"] = torch.tensor(seen.objective[0], dtype=seen.linear[0].passes[0].net.dtype)
    for place, layer in reversed(list(enumerate(seen.linear, start=1))):
        if all(one.gradient is not None for one in layer.passes):
            found[f"delta_{place}"] = rows(one.gradient for one in layer.passes).T
        found |= dict(_parameters(place, layer, seen))
    return found


def _forward(place: int, layer: Layer, seen: Seen) -> Iterator[tuple[str, Any]]:
    yield f"net_{place}", rows(one.net for one in layer.passes).T
    outs = outputs_of(layer, seen)
    if outs is not None:
        yield f"out_{place}", outs.T


def outputs_of(layer: Layer, seen: Seen) -> Any:
    """What a layer gives; where its activation is the user's own, what the next layer or the loss takes. Or None."""
    if all(one.out is not None for one in layer.passes):
        found = rows(one.out for one in layer.passes)
        is_logarithm = layer.activation == "softmax" and bool((found < 0).any())
        return found.exp() if is_logarithm else found
    last = layer is seen.layers[-1]
    following = next((after for one, after in pairwise(seen.layers) if one is layer), layer)
    takers = [one.outputs for one in seen.losses] if last else [one.takes for one in following.passes]
    nets = rows(one.net for one in layer.passes)
    if not takers or any(one.shape[-1:] != nets.shape[-1:] for one in takers):
        return None
    found = rows(iter(takers))
    if last and any(one.name in ("cross_entropy", "binary_cross_entropy_with_logits") for one in seen.losses):
        return None
    return found if found.shape == nets.shape else None


def gradient_of(seen: Seen, parameter: Any) -> Any:
    """The gradient that backward() left; zeros where it left none."""
    found = seen.after.get(id(parameter))
    return torch.zeros_like(seen.start[id(parameter)]) if found is None else found


def _parameters(place: int, layer: Layer, seen: Seen) -> Iterator[tuple[str, Any]]:
    for letter, one in (("W", layer.weight), ("b", layer.bias)):
        if one is None or not one.requires_grad:
            continue
        if "backward" in seen.events:
            yield f"dE/d{letter}{place}", as_matrix(gradient_of(seen, one))
        yield f"{letter}{place}_new", as_matrix(seen.end[id(one)])


def as_matrix(parameter: Any) -> Any:
    """Weights as they are, a bias as a column."""
    return parameter.reshape(parameter.shape[0], -1)
