"""The layers beyond dense: each a shape in the file and one function that writes its forward pass as named formulas."""

from __future__ import annotations

from backprop_cli.problem.layer_types import batch_normalization, dropout, layer_normalization, recurrent
from backprop_cli.problem.layer_types.base import LayerType

LAYER_TYPES: dict[str, LayerType] = {
    one.name: one
    for one in (
        recurrent.RECURRENT,
        batch_normalization.BATCH_NORMALIZATION,
        layer_normalization.LAYER_NORMALIZATION,
        dropout.DROPOUT,
    )
}
