"""Names of vectors and matrices that may mean those of several layers: counted in another way, or without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from backprop_cli.algebra.quantities import Kind, Quantity

_LOSSES = ("L", "E", "C", "J")
_NUMBER = re.compile(r"([0-9]+)")
_OF_A_LAYER = {
    Kind.NET: ("net", "z", "s", "a", "n", "u", "conv"),
    Kind.OUT: ("out", "a", "h", "o", "y", "relu", "act"),
    Kind.DELTA: ("delta", "δ", "dnet", "dz", "ds", "da", "g"),
    Kind.TARGET: ("y", "t", "d", "target"),
    Kind.INPUT: ("x", "a", "h", "out"),
}
_OF_THE_OUTPUTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NET: ("scores", "logits"),
    Kind.OUT: ("p", "prob", "probs", "ŷ", "yhat", "ypred", "output"),
    Kind.DELTA: ("dscores", "dlogits"),
}


_OF_A_NUMBERED_LAYER = re.compile(r"(?P<what>[Wb])(?P<layer>[0-9]{1,2})")
_OF_TWO_LAYERS = re.compile(r"(?P<what>[Wb])(?P<layer>[12])")
_TWO_LETTERS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {"W": ("W", "V", "U", "W_h", "W_xh", "W_ih", "W_in", "W_hidden"), "b": ("b", "b_h", "b_hidden")},
    {"W": ("W", "V", "W_o", "W_y", "W_hy", "W_ho", "W_out", "W_output"), "b": ("c", "b_o", "b_y", "b_out", "b_output")},
)


def heads_of_kind(kind: Kind) -> tuple[str, ...]:
    """The letters for everything of a kind in a layer or a feature map."""
    return _OF_A_LAYER.get(kind, ())


def heads_of_the_outputs(kind: Kind) -> tuple[str, ...]:
    """The names for everything of a kind in the last layer."""
    return _OF_THE_OUTPUTS.get(kind, ())


def other_names(whole: Quantity, layers: int) -> Iterator[str]:
    """What the vector or matrix of a layer may be called besides its own names."""
    by = whole.by
    if whole.kind is Kind.GRADIENT and by is not None and by.kind is not Kind.OUT:
        for name in _counted(by.name, layers):
            yield from _gradients(name)
        yield from (f"{name}.grad" for name in _in_programs(by.name, layers))
    elif whole.kind is Kind.GRADIENT and by is not None:
        for head in ("out", *(() if by.name == str(layers) > "1" else ("h",)), "a", "o"):  # h is hidden
            yield from (f"d{head}", f"d{head}{by.name}", f"dL/d{head}{by.name}", f"dL/d{head}")
    elif whole.kind in _OF_A_LAYER:
        for head in _OF_A_LAYER[whole.kind]:
            if head == "h" and whole.name == str(layers) > "1":
                continue  # h is hidden
            yield from (head, *(f"{head}{name}" for name in _counted(whole.name, layers)))
        for head in _OF_A_LAYER[Kind.NET] if whole.kind is Kind.DELTA else ():
            for name in _counted(whole.name, layers):
                yield from (f"d{loss}/d{head}{name}" for loss in _LOSSES)
                yield f"d{head}{name}"
        if whole.kind is Kind.NET and whole.name != str(layers):
            yield from ("h_pre", "pre", "preact", "z_hidden", "net_hidden")
        if whole.name == str(layers):
            yield from _OF_THE_OUTPUTS.get(whole.kind, ())
    elif whole.kind in (Kind.PARAMETER, Kind.NEW):
        after = ("_new", " neu", " updated", "'") if whole.kind is Kind.NEW else ("",)
        yield from (f"{name}{end}" for name in _counted(whole.name, layers) for end in after)
        yield from _in_programs(whole.name, layers)


def _counted(name: str, layers: int) -> Iterator[str]:
    """A name with its number, with that of a count from the inputs, and without it where there is one layer."""
    yield name
    yield _NUMBER.sub(lambda found: str(int(found[1]) + 1), name, count=1)
    if layers == 1:
        yield _NUMBER.sub("", name, count=1)
    yield from _by_letters(name, layers)


def _by_letters(name: str, layers: int) -> Iterator[str]:
    """The weights and biases of two layers by two letters, as many books call them."""
    found = _OF_TWO_LAYERS.fullmatch(name)
    if found is not None and layers == len(_TWO_LETTERS):
        yield from _TWO_LETTERS[int(found["layer"]) - 1][found["what"]]


def _in_programs(name: str, layers: int) -> Iterator[str]:
    """The weights and biases of a layer as programs call them: fc1.weight, net.2.bias."""
    found = _OF_A_NUMBERED_LAYER.fullmatch(name)
    if found is None:
        return
    number, what = int(found["layer"]), {"W": "weight", "b": "bias"}[found["what"]]
    for head in ("fc", "linear", "lin", "layer", "l", "dense"):
        yield f"{head}{number}.{what}"
    yield f"net.{2 * number - 2}.{what}"  # with an activation behind each
    yield f"{2 * number - 2}.{what}"
    others = ("out", "output") if number == layers else ("hidden", "hid") if number == 1 else ()
    yield from (f"{head}.{what}" for head in others)


def _gradients(name: str) -> Iterator[str]:
    yield f"{name}.grad"
    yield from (f"d{name}", f"grad_{name}", f"∇{name}")
    for loss in _LOSSES:
        yield from (f"d{loss}/d{name}", f"∇{name} {loss}")
