"""The types of layers beyond dense, by the name under `type` in a problem file."""

from __future__ import annotations

from backprop_cli.problem.layer_types import (
    attention,
    batch_normalization,
    convolution,
    dropout,
    embedding,
    flatten,
    gru,
    layer_normalization,
    lstm,
    maxout,
    pooling,
    recurrent,
    residual,
)
from backprop_cli.problem.layer_types.base import LayerType

LAYER_TYPES: dict[str, LayerType] = {
    one.name: one
    for one in (
        recurrent.RECURRENT,
        lstm.LSTM,
        gru.GRU,
        embedding.EMBEDDING,
        attention.ATTENTION,
        convolution.CONVOLUTION,
        pooling.MAX_POOLING,
        pooling.AVERAGE_POOLING,
        flatten.FLATTEN,
        maxout.MAXOUT,
        residual.RESIDUAL,
        layer_normalization.LAYER_NORMALIZATION,
        batch_normalization.BATCH_NORMALIZATION,
        dropout.DROPOUT,
    )
}
