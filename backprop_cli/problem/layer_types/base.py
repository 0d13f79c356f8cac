"""What a layer type is: its keys in a problem file, and the function that writes its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop_cli.ground.records import record
from backprop_cli.problem.file_model import FileModel
from backprop_cli.problem.model import Layer
from backprop_cli.problem.sites import Site


@record
class LayerType:
    """A kind of layer: `file` is the shape of its mapping in a problem file.

    `file` has a field `type`, in which only its name may stand: `type: one_word("mine", "What it is.")`.
    `build(site, file)` is the layer with its cells, or None when it complained; a complaint is located through the
    site. A `recurrent` layer uses its weights again from one step to the next.
    """

    name: str
    file: type[FileModel]
    build: Callable[[Site, Any], Layer | None]
    recurrent: bool = False
