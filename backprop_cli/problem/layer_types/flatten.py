"""Flatten: the layer before in one row; nothing is computed, so it has no lines."""

from __future__ import annotations

from typing import Any

from backprop_cli.problem.fields import one_word
from backprop_cli.problem.file_model import FileModel
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.model import Layer
from backprop_cli.problem.sites import Site


class FlattenFile(FileModel):
    """Rows and columns, and channels of them, become one row, in the order of reading; no values change.

    It has no lines of its own. A dense layer after a grid sees it in one row anyway, so this is only for the reader.
    """

    type: one_word("flatten", "The layer before in one row: channel after channel, row after row.")


def build(site: Site, _file: Any) -> Layer | None:
    """No layer: from here on the one before lies in one row."""
    site.stack.flatten()
    return None


FLATTEN = LayerType("flatten", FlattenFile, build)
