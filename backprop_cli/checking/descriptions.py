"""What a quantity is, in words: `net input of h1`, `w5 after the update`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from backprop_cli.algebra.quantities import Address, Kind, Phase, Place, Quantity
from backprop_cli.algebra.references import N_STOP
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.algebra.updates import PENALIZED_LOSS
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, n_, plural, told
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.model import Problem
from backprop_cli.writing.terms import between_scripts
from backprop_cli.writing.writer import Writer

T = TypeVar("T")
PHASES = {
    Phase.FORWARD: n_("Forward pass"),
    Phase.LOSS: n_("Error"),
    Phase.BACKWARD: n_("Backward pass"),
    Phase.GRADIENT: n_("Gradients"),
    Phase.UPDATE: n_("Update"),
}
_PLACES = {
    "epoch": n_("epoch {n}"), "batch": n_("batch {n}"), "sample": n_("sample {n}"), "step": n_("step {n}"),
    "after": n_("after the update"), "report": n_("after epoch {n}"),
    "rate": n_("learning rate {n}"), "start": n_("starting point {n}"),
}  # fmt: skip


def describe(quantity: Quantity, writer: Writer) -> str:
    """What the quantity is, in the words and names of the writer's notation."""
    message, fields = in_words(
        quantity,
        writer.notation.word,
        lambda name: visible(writer.name(name)),
        lambda one: visible(writer.symbol(one)),
    )
    return message.format(**fields)


_AUX = {
    "e": n_("error of {name}: target minus output"),
    "change": n_("change of {name}"),
    "exp": n_("term of {name} in the sum of the softmax"),
    "smooth": n_("smoothed target of {name}"),
    "rate": n_("effective learning rate of {name}"),
    "ahead": n_("place ahead of {name}, where the gradient is taken"),
    "norm": n_("length of {name}"),
    "rnorm": n_("length of the step of {name}"),
    "trust": n_("trust ratio of {name}"),
}
_ON_THE_WAY = n_("intermediate value of the update")


def in_words(
    quantity: Quantity, word: Callable[[str], str], name: Callable[[str], T], symbol: Callable[[Quantity], T]
) -> tuple[str, Mapping[str, T | str]]:
    """What the quantity is: a message, and what stands in its fields; words, names and symbols by these functions."""
    message, fields = _in_words(quantity, word, name, symbol)
    said = fields.get("word")
    if isinstance(said, str) and "{" not in said:
        message = between_scripts(message.replace("{word}", said))
    return message, fields


def _in_words(
    quantity: Quantity, word: Callable[[str], str], name: Callable[[str], T], symbol: Callable[[Quantity], T]
) -> tuple[str, Mapping[str, T | str]]:
    unit: T | str = _("unit {number}").format(number=quantity.name) if quantity.name.isdigit() else name(quantity.name)
    match quantity.kind:
        case Kind.NET | Kind.OUT | Kind.DELTA:
            return _("{word} of {name}"), {"word": word(quantity.kind.value), "name": unit}
        case Kind.LOSS if quantity.name:
            return _("objective {name}"), {"name": unit}
        case Kind.LOSS:
            return "{word}", {"word": word("loss")}
        case Kind.PART:
            return _("share of {name} in the {word}"), {"word": word("loss"), "name": unit}
        case Kind.METRIC if quantity == PENALIZED_LOSS:
            return _("the {word} with the penalty"), {"word": word("loss")}
        case Kind.METRIC:
            return _("metric {name}"), {"name": unit}
        case Kind.EPOCH:
            return _("number of the epoch after which training ends"), {}
        case Kind.NEW:
            return _("{name} after the update"), {"name": unit}
        case Kind.NODE | Kind.CELL:
            return _("value of {name}"), {"name": symbol(quantity.bare)}  # x̂, and not xhat
        case Kind.CONSTANT if quantity.bare == LEARNING_RATE:
            return _("learning rate"), {}
        case Kind.AUX:
            of_what, _underscore, owner = quantity.name.partition("_")
            return (_(_AUX[of_what]), {"name": name(owner)}) if of_what in _AUX else (_(_ON_THE_WAY), {})
        case Kind.GRADIENT | Kind.LOCAL | Kind.PATH | Kind.HESSIAN | Kind.TANGENT:
            return _slope(quantity, symbol)
    return "{name}", {"name": unit}


def _slope(quantity: Quantity, symbol: Callable[[Quantity], T]) -> tuple[str, Mapping[str, T | str]]:
    assert quantity.of is not None
    assert quantity.by is not None
    of, by = symbol(quantity.of), symbol(quantity.by)
    match quantity.kind:
        case Kind.HESSIAN if quantity.via is not None:
            said = _("second derivative of {of} with respect to {by} and {via}")
            return said, {"of": of, "by": by, "via": symbol(quantity.via)}
        case Kind.TANGENT:
            return _("tangent of {of}: how it moves with {by}"), {"of": of, "by": by}
        case Kind.LOCAL if quantity.of.kind is Kind.OUT and quantity.by.kind is not Kind.NET:
            return _("derivative of {of} with respect to {by}"), {"of": of, "by": by}  # an entry of a Jacobian
        case Kind.LOCAL:
            return _("local derivative of {of} with respect to {by}"), {"of": of, "by": by}
        case Kind.PATH if quantity.via is not None:
            said = _("the part of the gradient with respect to {by} that goes through {via}")
            return said, {"by": by, "via": symbol(quantity.via)}
        case Kind.PATH:
            return _("derivative of {of} with respect to {by}, one path"), {"of": of, "by": by}
    return _("gradient with respect to {by}"), {"by": by}


def describe_place(place: Place) -> str:
    """Epoch 2, as it stands within a sentence."""
    if place in N_STOP.at:
        return _("where training ends")
    return _(_PLACES[place.word]).format(n=place.number)


def describe_address(address: Address, problem: Problem) -> str:
    """Epoch 2, sample 1; or epoch 2, all samples; nothing where there is only one pass."""
    parts = [describe_place(place) for place in address]
    words = {place.word for place in address}
    if len(problem.samples) > 1 and not words & {"sample", "batch", "step"} and address[-1:] != N_STOP.at:
        parts.append(_("all samples"))
    text = told(parts)
    return text[:1].upper() + text[1:]


def first_of_several(problem: Problem) -> str:
    """What is said where runs are compared, since a sheet is about one of them; empty where there is one."""
    said = ""
    if problem.starts:
        said = _("Of the {count} starting points, lines that name none are about the first one.")
    elif problem.training.rates:
        said = _("Of the {count} learning rates, lines that name none are about the first one.")
    return said.format(count=max(len(problem.starts), len(problem.training.rates)))


def describe_digits(rounding: Rounding) -> str:
    """4 decimal places, 3 significant figures, a whole number."""
    if rounding.places == 0:
        return _("a whole number")
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
