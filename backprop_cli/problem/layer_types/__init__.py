"""The types of layers, by the name under `type` in a problem file; `dense` is that of a layer that says nothing.

A type is imported when a file has it: most have only dense ones, and need not wait for the others. Other packages add
types in the entry points `backprop_cli.layer_types`, each a `LayerType` under its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from backprop_cli.ground.extensions import added, extension, guarded
from backprop_cli.ground.words import _
from backprop_cli.problem.layer_types.base import LayerType

DENSE = "dense"
_MODULES = {  # the module here that has the type, under its name in capitals
    DENSE: "dense",
    "recurrent": "recurrent",
    "lstm": "lstm",
    "gru": "gru",
    "embedding": "embedding",
    "positional_encoding": "positional_encoding",
    "attention": "attention",
    "convolution": "convolution",
    "max_pooling": "pooling",
    "average_pooling": "pooling",
    "flatten": "flatten",
    "maxout": "maxout",
    "gated_units": "gated",
    "radial_basis": "radial_basis",
    "residual": "residual",
    "layer_normalization": "layer_normalization",
    "rms_normalization": "rms_normalization",
    "batch_normalization": "batch_normalization",
    "group_normalization": "group_normalization",
    "dropout": "dropout",
}


class _LayerTypes(Mapping[str, LayerType]):
    def __getitem__(self, name: str) -> LayerType:
        if name not in _MODULES:
            return _added(name)
        module = import_module(f"{__name__}.{_MODULES[name]}")
        found: LayerType = getattr(module, name.upper())
        return found

    def __contains__(self, name: object) -> bool:
        return name in _MODULES or name in added("layer_types")

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


def _added(name: str) -> LayerType:
    """The type that another package adds; raises KeyError where none does, UsageError where it does not work."""

    def read(found: Any) -> LayerType:
        if not isinstance(found, LayerType) or found.name != name:
            raise TypeError(_("a type of layer is a LayerType of this name"))
        found.file.check_kinds()  # a kind that there is not is better met here
        return replace(found, build=guarded("layer_types", name, found.build))

    found = extension("layer_types", name, read)
    if found is None:
        raise KeyError(name)
    return found


LAYER_TYPES: Mapping[str, LayerType] = _LayerTypes()
