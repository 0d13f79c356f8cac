"""What a quantity is, in words: `net input of h1`, `w5 after the update`."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.errors import visible
from backprop_cli.notation import Writer
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem
from backprop_cli.quantities import Address, Kind, Phase, Quantity
from backprop_cli.words import _, listed, n_, plural

PHASES = {
    Phase.FORWARD: n_("Forward pass"),
    Phase.LOSS: n_("Error"),
    Phase.BACKWARD: n_("Backward pass"),
    Phase.GRADIENT: n_("Gradients"),
    Phase.UPDATE: n_("Update"),
}
_PLACES = {
    "epoch": n_("epoch {n}"), "batch": n_("batch {n}"), "sample": n_("sample {n}"), "step": n_("step {n}"),
    "after": n_("after the update"),
}  # fmt: skip


def describe(quantity: Quantity, writer: Writer) -> str:
    """What the quantity is, in the words and names of the writer's notation."""
    words = writer.notation.words
    name = visible(writer.name(quantity.name))
    if name.isdigit():
        name = _("unit {number}").format(number=name)
    match quantity.kind:
        case Kind.NET | Kind.OUT | Kind.DELTA:
            return _("{word} of {name}").format(word=words[quantity.kind.value], name=name)
        case Kind.LOSS:
            return _("objective {name}").format(name=name) if name else words["loss"]
        case Kind.PART:
            return _("share of {name} in the {word}").format(word=words["loss"], name=name)
        case Kind.NEW:
            return _("{name} after the update").format(name=name)
        case Kind.NODE | Kind.CELL:
            return _("value of {name}").format(name=name)
        case Kind.AUX:
            return _("intermediate value of the update")
        case Kind.GRADIENT | Kind.LOCAL | Kind.PATH:
            return _slope(quantity, writer)
    return name


def _slope(quantity: Quantity, writer: Writer) -> str:
    assert quantity.of is not None
    assert quantity.by is not None
    of, by = (visible(writer.symbol(one)) for one in (quantity.of, quantity.by))
    match quantity.kind:
        case Kind.LOCAL:
            return _("local derivative of {of} with respect to {by}").format(of=of, by=by)
        case Kind.PATH if quantity.via is not None:
            via = visible(writer.symbol(quantity.via))
            return _("the part of the gradient with respect to {by} that goes through {via}").format(by=by, via=via)
        case Kind.PATH:
            return _("derivative of {of} with respect to {by}, one path").format(of=of, by=by)
    return _("gradient with respect to {by}").format(by=by)


def describe_address(address: Address, problem: Problem) -> str:
    """Epoch 2, sample 1; or epoch 2, all samples; nothing where there is only one pass."""
    parts = [_(_PLACES[place.word]).format(n=place.number) for place in address]
    words = {place.word for place in address}
    if len(problem.samples) > 1 and not words & {"sample", "batch", "step"}:
        parts.append(_("all samples"))
    text = listed(parts)
    return text[:1].upper() + text[1:]


def describe_digits(rounding: Rounding) -> str:
    """4 decimal places, 3 significant figures."""
    if rounding.places is not None:
        return plural("{count} decimal place", "{count} decimal places", rounding.places)
    assert rounding.figures is not None
    return plural("{count} significant figure", "{count} significant figures", rounding.figures)


def layer_labels(problem: Problem) -> Mapping[str, str]:
    """The layer's label for each unit, and for each parameter that belongs to one layer."""
    labels: dict[str, str] = {}
    for layer in problem.layers:
        for name in (*layer.units, *layer.parameters):
            labels[name] = layer.label if labels.get(name, layer.label) == layer.label else _("shared")
    return labels


def label_of(quantity: Quantity, labels: Mapping[str, str]) -> str:
    """The label of the layer that a quantity belongs to, or nothing."""
    owner = quantity.by if quantity.by is not None else quantity
    return labels.get(owner.name, "")
