"""The types of layers, by the name under `type` in a problem file; `dense` is that of a layer that says nothing.

A type is imported when a file has it: most have only dense ones, and need not wait for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from backprop_cli.problem.layer_types.base import LayerType

DENSE = "dense"
_MODULES = {  # the module here that has the type, under its name in capitals
    DENSE: "dense",
    "recurrent": "recurrent",
    "lstm": "lstm",
    "gru": "gru",
    "embedding": "embedding",
    "attention": "attention",
    "convolution": "convolution",
    "max_pooling": "pooling",
    "average_pooling": "pooling",
    "flatten": "flatten",
    "maxout": "maxout",
    "residual": "residual",
    "layer_normalization": "layer_normalization",
    "batch_normalization": "batch_normalization",
    "dropout": "dropout",
}


class _LayerTypes(Mapping[str, LayerType]):
    def __getitem__(self, name: str) -> LayerType:
        module = import_module(f"{__name__}.{_MODULES[name]}")
        found: LayerType = getattr(module, name.upper())
        return found

    def __contains__(self, name: object) -> bool:
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


LAYER_TYPES: Mapping[str, LayerType] = _LayerTypes()
