"""The layers of PyTorch that a problem can have: what each is called there, and how it is written in a problem file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from backprop_cli.api.watching.recorder import Layer
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _

_LETTERS = {"batch_norm": ("gamma", "beta"), "layer_norm": ("gamma", "beta")}  # where they are not w and b
_AXES = {"conv1d": 1, "conv2d": 2, "max_pool1d": 1, "max_pool2d": 2, "avg_pool1d": 1, "avg_pool2d": 2}


def exact(value: float) -> str:
    """The number as it is, digit by digit; the shortest that tells it where it has more digits than are read."""
    text = format(Decimal(value), "f")
    return text if len(text) <= limits.NUMBER_LENGTH else repr(value)


def names_of(place: int, layer: Layer) -> Iterator[tuple[Any, list[str]]]:
    """The parameters of a layer with the names of their numbers, in the order in which PyTorch has them."""
    letters = _LETTERS.get(layer.kind, ("w", "b"))
    for letter, one in zip(letters, (layer.weight, layer.bias), strict=True):
        if one is not None:
            yield one, [f"{letter}{place}_{number}" for number in range(1, one.numel() + 1)]


def written(place: int, layer: Layer, start: Mapping[int, Any]) -> dict[str, str]:
    """The keys of a layer and what stands there. Raises UsageError for a setting that no problem has."""
    named = {
        "weight" if one is layer.weight else "bias": _named(start[id(one)], names)
        for one, names in names_of(place, layer)
    }
    return _WRITERS[layer.kind](layer, named)


def _named(values: Any, names: list[str]) -> Any:
    """The numbers, each under its name, nested as they are."""
    numbers = [f"{name} = {exact(value)}" for name, value in zip(names, values.reshape(-1).tolist(), strict=True)]
    for size in reversed(values.shape[1:]):
        numbers = [_list(numbers[at : at + size]) for at in range(0, len(numbers), size)]
    return numbers


def _list(items: list[str]) -> str:
    return f"[{', '.join(items)}]"


def nested(values: Any) -> str:
    """An array as nested lists of exact numbers."""
    return _list([nested(one) for one in values]) if values.dim() else exact(float(values))


def _refused(layer: Layer, setting: str) -> UsageError:
    said = _("{name} with {setting} is not watched: give its problem, watch(…, problem='problem.yaml')")
    return UsageError(said.format(name=layer.kind, setting=setting))


def _linear(_layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    return {"weights": _list(named["weight"]), **_bias(named)}


def _bias(named: Mapping[str, Any]) -> dict[str, str]:
    return {"bias": _list(named["bias"])} if "bias" in named else {}


def _convolution(layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    given = layer.settings
    if given.get("groups", 1) != 1:
        raise _refused(layer, "groups")
    kernels = named["weight"]
    if layer.weight is not None and layer.weight.shape[1] == 1:  # what has one channel has none
        kernels = [one[1:-1] for one in kernels]
    numbers = {one: _numbers(given[one]) for one in ("stride", "padding", "dilation") if one in given}
    return {"type": "convolution", "kernels": _list(kernels), **_bias(named), **numbers, **_dimensions(layer)}


def _numbers(value: Any) -> str:
    return _list(list(map(str, value))) if isinstance(value, tuple | list) else str(value)


def _dimensions(layer: Layer) -> dict[str, str]:
    return {"dimensions": str(_AXES[layer.kind])}


def _pooling(layer: Layer, _named: Mapping[str, Any]) -> dict[str, str]:
    given = layer.settings
    for name, usual in (("dilation", 1), ("ceil_mode", False), ("divisor_override", None)):
        if name in given and given[name] not in (usual, (usual,), (usual, usual)):
            raise _refused(layer, name)
    kind = "max_pooling" if layer.kind.startswith("max") else "average_pooling"
    found = {"type": kind, "size": _numbers(given["kernel_size"])}
    found |= {one: _numbers(given[one]) for one in ("stride", "padding") if given.get(one)}
    if "padding" in found and kind == "average_pooling":
        found["padding_counts"] = str(given.get("count_include_pad", True)).lower()
    return found | _dimensions(layer)


def _global(layer: Layer, _named: Mapping[str, Any]) -> dict[str, str]:
    size = layer.settings["output_size"]
    if size not in (1, (1,), [1], (1, 1), [1, 1]):
        raise _refused(layer, "output_size")
    return {"type": "average_pooling", "size": "global", "dimensions": layer.kind[-2]}


def _normalization(layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    given, takes = layer.settings, layer.passes[0].takes
    found = {"type": "batch_normalization", "per": "channel" if takes.dim() > 2 else "unit", **_scale(layer, named)}
    if not given.get("training", False):
        found |= {"mean": nested(given["running_mean"]), "variance": nested(given["running_var"])}
    return found


def _scale(layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    keys = {"gamma": "weight", "beta": "bias"}
    found = {mine: _list(named[theirs]) for mine, theirs in keys.items() if theirs in named}
    return {**found, "epsilon": exact(layer.settings.get("eps", 1e-5))}


def _of_each_sample(layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    if tuple(layer.settings["normalized_shape"]) != tuple(layer.passes[0].takes.shape[1:]):
        raise _refused(layer, "normalized_shape")
    return {"type": "layer_normalization", **_scale(layer, named)}


def _dropout(layer: Layer, _named: Mapping[str, Any]) -> dict[str, str]:
    """The mask is what was seen to stay; of what was 0 before, nothing can be seen, and nothing depends on it."""
    one = layer.passes[0]
    stayed = (one.net != 0) | (one.takes == 0)
    stays = stayed.reshape(1 if stayed.dim() == 1 else len(stayed), -1).int().tolist()
    rows = [_list(list(map(str, row))) for row in stays]
    return {"type": "dropout", "mask": _list(rows) if len(rows) > 1 else rows[0], "rate": exact(layer.settings["p"])}


def _embedding(_layer: Layer, named: Mapping[str, Any]) -> dict[str, str]:
    return {"type": "embedding", "table": _list(named["weight"])}


_WRITERS: Mapping[str, Callable[[Layer, Mapping[str, Any]], dict[str, str]]] = {
    "linear": _linear, "conv1d": _convolution, "conv2d": _convolution, "max_pool1d": _pooling, "max_pool2d": _pooling,
    "avg_pool1d": _pooling, "avg_pool2d": _pooling, "adaptive_avg_pool1d": _global, "adaptive_avg_pool2d": _global,
    "batch_norm": _normalization, "layer_norm": _of_each_sample, "dropout": _dropout, "embedding": _embedding,
}  # fmt: skip
