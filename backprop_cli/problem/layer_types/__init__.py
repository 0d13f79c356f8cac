"""The layers beyond dense: each a shape in the file and one function that writes its forward pass as named formulas."""

from __future__ import annotations

from backprop_cli.problem.layer_types import convolution, flatten, maxout, pooling, recurrent, residual
from backprop_cli.problem.layer_types.base import LayerType

LAYER_TYPES: dict[str, LayerType] = {
    one.name: one
    for one in (
        recurrent.RECURRENT,
        convolution.CONVOLUTION,
        pooling.MAX_POOLING,
        pooling.AVERAGE_POOLING,
        flatten.FLATTEN,
        maxout.MAXOUT,
        residual.RESIDUAL,
    )
}
