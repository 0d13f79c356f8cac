"""Names of vectors and matrices that may mean those of several layers: counted in another way, or without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from backprop_cli.algebra.quantities import Kind, Quantity

_LOSSES = ("L", "E", "C", "J")
_NUMBER = re.compile(r"([0-9]+)")
_OF_A_LAYER = {
    Kind.NET: ("net", "z", "s", "a", "n"),
    Kind.OUT: ("out", "a", "h", "o", "y"),
    Kind.DELTA: ("delta", "δ", "dnet", "dz", "ds", "da", "g"),
    Kind.TARGET: ("y", "t", "d", "target"),
    Kind.INPUT: ("x", "a", "h", "out"),
}
_OF_THE_OUTPUTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NET: ("scores", "logits"),
    Kind.OUT: ("p", "prob", "probs", "ŷ", "yhat", "ypred", "output"),
    Kind.DELTA: ("dscores", "dlogits"),
}


def heads_of_kind(kind: Kind) -> tuple[str, ...]:
    """The letters for everything of a kind in a layer or a feature map."""
    return _OF_A_LAYER.get(kind, ())


def other_names(whole: Quantity, layers: int) -> Iterator[str]:
    """What the vector or matrix of a layer may be called besides its own names."""
    by = whole.by
    if whole.kind is Kind.GRADIENT and by is not None and by.kind is not Kind.OUT:
        for name in _counted(by.name, layers):
            yield from _gradients(name)
    elif whole.kind is Kind.GRADIENT and by is not None:
        for head in ("out", "h", "a", "o"):
            yield from (f"d{head}", f"d{head}{by.name}", f"dL/d{head}{by.name}", f"dL/d{head}")
    elif whole.kind in _OF_A_LAYER:
        for head in _OF_A_LAYER[whole.kind]:
            yield from (head, *(f"{head}{name}" for name in _counted(whole.name, layers)))
        for head in _OF_A_LAYER[Kind.NET] if whole.kind is Kind.DELTA else ():
            for name in _counted(whole.name, layers):
                yield from (f"d{loss}/d{head}{name}" for loss in _LOSSES)
                yield f"d{head}{name}"
        if whole.name == str(layers):
            yield from _OF_THE_OUTPUTS.get(whole.kind, ())
    elif whole.kind in (Kind.PARAMETER, Kind.NEW):
        after = ("_new", " neu", " updated", "'") if whole.kind is Kind.NEW else ("",)
        yield from (f"{name}{end}" for name in _counted(whole.name, layers) for end in after)


def _counted(name: str, layers: int) -> Iterator[str]:
    """A name with its number, with that of a count from the inputs, and without it where there is one layer."""
    yield name
    yield _NUMBER.sub(lambda found: str(int(found[1]) + 1), name, count=1)
    if layers == 1:
        yield _NUMBER.sub("", name, count=1)


def _gradients(name: str) -> Iterator[str]:
    yield from (f"d{name}", f"grad_{name}", f"∇{name}")
    for loss in _LOSSES:
        yield from (f"d{loss}/d{name}", f"∇{name} {loss}")
