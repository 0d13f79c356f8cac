"""What a teacher says of an edit: a template a kind, with the part that was changed in the notation of the student."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backprop_cli.algebra.formula import Formula
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.search.edits import Key
from backprop_cli.ground.words import _, n_

Spell = Callable[[Formula], str]


@dataclass(frozen=True, slots=True)
class Words:
    """What was done, with {part}, {instead} and {what} (the part with its role), and one piece of advice."""

    done: str
    advice: str = ""


_SUM = n_("write down every term of the sum, and tick it off")
_PRODUCT = n_("write down every factor, and tick it off")
_SIGNS = n_("go through the signs one by one")
_ORDER = n_("brackets and powers first, then products, then sums")
_NAMES = n_("look up which number belongs here")
_PASS = n_("look which pass and which sample the number belongs to")
_RULE = n_("look up the rule again")
_COPY = n_("compare it with what you copied it from")

# fmt: off
WORDS: Mapping[str, Words] = {
    "left out": Words(n_("{what} was left out"), _PRODUCT),
    "all left out": Words(n_("{what} and its like were left out"), _PRODUCT),
    "divisor left out": Words(n_("it was not divided by {what}"), _PRODUCT),
    "summand left out": Words(n_("{what} was left out of the sum"), _SUM),
    "power left out": Words(n_("{part} was not raised to its power"), _RULE),
    "function left out": Words(n_("the function was left out: {instead} stands for {part}"), _RULE),
    "sign": Words(n_("{what} has the wrong sign"), _SIGNS),
    "minus left out": Words(n_("the minus sign before {part} was left out"), _SIGNS),
    "sign of all": Words(n_("{part} was turned round"), _SIGNS),
    "sign of the line": Words(n_("the whole line has the other sign"), _SIGNS),
    "sign dropped": Words(n_("the sign of {part} was dropped"), _SIGNS),
    "brackets": Words(n_("the brackets around {part} were left out"), _ORDER),
    "bracket too wide": Words(n_("{part} was multiplied with the whole sum"), _ORDER),
    "factor of all": Words(n_("{what} was multiplied with the whole sum"), _ORDER),
    "each to the power": Words(n_("each term of {part} was raised to the power, not the sum"), _ORDER),
    "squared": Words(n_("each term of {part} was squared"), _RULE),
    "square of the sum": Words(n_("the sum was squared, not each of its terms"), _ORDER),
    "added": Words(n_("the factors of {part} were added, not multiplied"), n_("a product multiplies")),
    "multiplied": Words(n_("multiplied, not divided or added: {part}"), _RULE),
    "divided": Words(n_("divided by {what}, not multiplied"), n_("the factors are multiplied")),
    "not updated": Words(n_("the old value was kept: it was not updated"), n_("this parameter is updated, too")),
    "another rate": Words(n_("{instead} was used in place of the learning rate {part}"),
                          n_("look up the learning rate")),
    "weights of another unit": Words(n_("the weights of another unit were used: {instead} for {part}"),
                                     n_("each unit uses its own row of weights")),
    "factor moved": Words(n_("{what} was multiplied with another term of the sum"), _ORDER),
    "term times": Words(n_("a term of the sum was taken {part} times"),
                        n_("look for a factor that is too many or missing")),
    "slope of another loss": Words(n_("the slope of another loss was used: {instead} for {part}"),
                                   n_("look up which loss is asked for")),
    "values before the update": Words(n_("values of an earlier pass were used: {instead} for {part}"), _PASS),
    "another layer": Words(n_("numbers of another layer were used: {instead} for {part}"), _NAMES),
    "upside down": Words(n_("{part} was turned upside down"), _RULE),
    "sums multiplied": Words(n_("two sums were multiplied, not the terms one by one: {part}"), _ORDER),
    "in each term": Words(n_("{what} was added once for each term"), n_("it is added once")),
    "root": Words(n_("a square root was taken of {part}"), _RULE),
    "zero": Words(n_("it was taken to be 0"), n_("work out the line; it is not 0")),
    "one": Words(n_("it was taken to be 1"), n_("work out the line; it is not 1")),
    "only": Words(n_("this is {what} alone"), n_("there is more in the line than that")),
    "twice": Words(n_("{what} was used twice"), n_("each factor is used once")),
    "counted twice": Words(n_("{what} was added twice"), _SUM),
    "divided twice": Words(n_("it was divided by {what} twice"), n_("it is divided once")),
    "another exponent": Words(n_("{part} has another exponent"), _RULE),
    "product for power": Words(n_("the exponent of {part} was multiplied, not taken as a power"), _RULE),
    "another number": Words(n_("there is {instead} where {part} should be"), _RULE),
    "complement": Words(n_("{instead} was used in place of {part}"), _NAMES),
    "counted": Words(n_("the count is one off: {instead} for {part}"), n_("look where the count begins")),
    "times": Words(n_("the value is {part} times the right one"), n_("look for a factor that is too many or missing")),
    "rate": Words(n_("it was multiplied by {part}, which belongs elsewhere"), n_("η belongs to the update only")),
    "extra factor": Words(n_("it was multiplied by {part}, which belongs elsewhere"), _PRODUCT),
    "extra summand": Words(n_("{part} was added, which does not belong there"), _SUM),
    "one sample": Words(n_("this is the value of one sample, {part}"), n_("a batch collects all of its samples")),
    "sum for mean": Words(n_("a sum was taken for a mean, or the other way round"),
                          n_("look whether the batch is summed or averaged")),
    "another function": Words(n_("another function was used: {instead} for {part}"),
                              n_("look up which function belongs here")),
    "sigmoid": Words(n_("the sigmoid was worked out as {instead}"), n_("σ(x) = 1/(1 + e^(−x))")),
    "another logarithm": Words(n_("another logarithm was taken: {instead}"), n_("ln is the natural logarithm")),
    "softmax": Words(n_("the softmax was worked out as {instead}"),
                     n_("softmax divides e^net by the sum of all e^net of the layer")),
    "standardized": Words(n_("x̂ was worked out as {instead}"), n_("x̂ = (x − μ)/√(σ² + ε)")),
    "pooling": Words(n_("the share of the gradient was taken as {instead}"),
                     n_("max pooling hands its gradient to the largest value alone")),
    "another slope": Words(n_("the slope was taken as {instead}; it is {part}"),
                           n_("look up the slope of this activation")),
    "slope of another unit": Words(n_("the slope of another unit was used: {instead} for {part}"),
                                   n_("the slope belongs to the unit whose δ is computed")),
    "slope of the layer above": Words(n_("the slope of the layer above was used: {instead} for {part}"),
                                      n_("the slope belongs to the unit whose δ is computed")),
    "gate slope": Words(n_("the slope was taken as {instead}; it is {part}"), n_("look up the rule of this gate")),
    "degrees": Words(n_("the calculator was set to degrees"), n_("angles are in radians here")),
    "instead": Words(n_("{instead} was used in place of {part}"), _NAMES),
    "swapped": Words(n_("{part} and {instead} were swapped"), _NAMES),
    "net for output": Words(n_("net inputs were used in place of outputs: {instead} for {part}"),
                            n_("what a unit sends on is its output")),
    "errors for delta": Words(n_("errors were used in place of δ: {instead} for {part}"),
                              n_("what travels back is δ, the error times the slope")),
    "no weights": Words(n_("the weights were left out"), n_("every connection has its weight")),
    "new weights": Words(n_("weights from after the update were used: {instead} for {part}"),
                         n_("a pass uses the weights from before its update")),
    "older values": Words(n_("values from before the update were used: {instead} for {part}"),
                          n_("after an update, everything is computed with the new values")),
    "first values": Words(n_("the first values were used: {instead} for {part}"),
                          n_("after an update, everything is computed with the new values")),
    "inputs of another sample": Words(n_("the numbers of another sample were used: {instead} for {part}"), _PASS),
    "targets of another sample": Words(n_("the target of another sample was used: {instead} for {part}"), _PASS),
    "another line": Words(n_("this is the value of another line: {instead}"), _NAMES),
    "plain step": Words(n_("another step was taken, by {part} alone"), n_("look up the rule of this optimizer")),
    "another optimizer": Words(n_("this follows the rule of another optimizer"),
                               n_("look up the rule of this optimizer")),
    "another loss": Words(n_("this is the value of another loss: {instead}"), n_("look up which loss is asked for")),
    "another penalty": Words(n_("the penalty has another slope: {instead} for {part}"),
                             n_("½λw² adds λ·w to the gradient, λw² adds 2λ·w, λ|w| adds λ with the sign of w")),
    "slip: digit": Words(n_("a digit looks miscopied"), n_("compare it with your calculation")),
    "slip: two digits": Words(n_("two digits look exchanged"), n_("compare it with your calculation")),
    "slip: point": Words(n_("the decimal point is in another place"), n_("compare it with your calculation")),
    "slip: given digit": Words(n_("{part} looks miscopied: {instead}"), _COPY),
}
_ROLES: Mapping[str, str] = {
    "slope": n_("the slope of the activation, {part},"), "weight": n_("the weight {part}"),
    "bias": n_("the bias {part}"), "rate": n_("the learning rate {part}"), "delta": n_("δ, {part},"),
    "error": n_("the error {part}"), "gradient": n_("the gradient {part}"), "target": n_("the target {part}"),
    "sender": n_("what comes in, {part},"), "old": n_("the old value {part}"), "state": n_("the old state {part}"),
}
# fmt: on


def said(candidate: Candidate, spell: Spell) -> str:
    """What was probably done, as a clause."""
    name, variant = candidate.pattern
    if name:
        return _(mistakes()[name].said).format(variant=_(variant) if variant else "").strip()
    words = WORDS[candidate.kind]
    part = spell(candidate.part) if candidate.part is not None else ""
    instead = spell(candidate.instead) if candidate.instead is not None else ""
    role = candidate.key[1] if len(candidate.key) > 1 else ""
    what = _(_ROLES[role]).format(part=part) if role in _ROLES else part
    return _(words.done).format(part=part, instead=instead, what=what)


def in_general(kind: str, key: Key) -> str:
    """What was done, whatever the line: the part by its role, and dots for what is another thing in each line."""
    role = key[1] if len(key) > 1 else ""
    what = _(_ROLES[role]).format(part="").strip(" ,，") if role in _ROLES else "…"
    return _(WORDS[kind].done).format(part=what, instead="…", what=what)


def advice(candidate: Candidate) -> str:
    """One piece of advice."""
    return _(mistakes()[candidate.pattern[0]].advice if candidate.pattern[0] else WORDS[candidate.kind].advice)
