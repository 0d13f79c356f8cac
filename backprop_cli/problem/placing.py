"""Where in its file a quantity is defined that has no value: a node of a graph, or the layer of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from backprop_cli.ground.errors import LocatedMathError, MathError, Span
from backprop_cli.problem.reader import Loaded
from backprop_cli.problem.tree import Entries, Items, span_at, text_at, where_named


@contextmanager
def placing(loaded: Loaded) -> Iterator[None]:
    """What has no value in here is told with the place in the file; raises LocatedMathError for MathError."""
    try:
        yield
    except LocatedMathError:
        raise
    except MathError as error:
        span = _place(loaded, error.key)
        raise LocatedMathError(loaded.source, loaded.text if span else "", span, error) from None


_OF_UNITS = ("net", "out", "delta")  # the lines of a layer that has no others


def _place(loaded: Loaded, key: str) -> Span | None:
    """Where the node is, of which this is the value or the gradient, or an entry; or the layer of this unit."""
    problem, tree = loaded.problem, loaded.tree
    name = key.rpartition(" / ")[2]
    if name.startswith("d") and "/d" in name:
        name = name.rpartition("/d")[2]
    for node, array in problem.arrays.items():
        if name == node or name in array.grid.names:
            return span_at(tree, ("graph", node) if array.formula is not None else ("inputs", node))
    if name in problem.nodes:
        return span_at(tree, ("graph", name))
    unit = name.partition("_")[2]
    listed = tree.values.get("layers") if isinstance(tree, Entries) else None
    count = len(listed.values) if isinstance(listed, Items) else 0
    kinds = (text_at(tree, ("layers", index, "type")) for index in range(count))
    lines = [index for index, kind in enumerate(kinds) if kind is None or kind.value != "flatten"]  # which has no lines
    for index, layer in zip(lines, problem.layers, strict=False):
        own = {cell.quantity.key for cell in layer.cells} or {
            f"{kind}_{one}" for one in layer.units for kind in _OF_UNITS
        }
        if name in own:
            return where_named(tree, unit) or span_at(tree, ("layers", index))
    return where_named(tree, name)
