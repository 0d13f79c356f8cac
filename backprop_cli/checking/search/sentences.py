"""What a teacher says of an edit: a template a kind, with the part that was changed in the notation of the student."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.search.edits import Key
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_

Spell = Callable[[Formula], str]


@record
class Words:
    """What was done, with {part}, {instead} and {what} (the part with its role), and one piece of advice.

    `general` is what was done whatever the line, where that is not what stands before the colon of `done`.
    """

    done: str
    advice: str = ""
    general: str = ""


_SUM = n_("write down every term of the sum, and tick it off")
_PRODUCT = n_("write down every factor, and tick it off")
_SIGNS = n_("go through the signs one by one")
_ORDER = n_("brackets and powers first, then products, then sums")
_NAMES = n_("look up which number belongs here")
_PASS = n_("look which pass and which sample the number belongs to")
_RULE = n_("look up the rule again")
_KERNEL = n_("lay the kernel on the window as it stands, without turning it")
_COPY = n_("compare it with what you copied it from")

# fmt: off
WORDS: Mapping[str, Words] = {
    "left out": Words(n_("{what} was left out"), _PRODUCT),
    "all left out": Words(n_("{what} was left out, and so were the others like it"),
        _PRODUCT),
    "divisor left out": Words(n_("it was not divided by {what}"), _PRODUCT),
    "summand left out": Words(n_("{what} was left out of the sum"), _SUM),
    "power left out": Words(n_("a power was left out: {instead} stands for {part}"), _RULE),
    "function left out": Words(n_("the function was left out: {instead} stands for {part}"), _RULE),
    "sign": Words(n_("{what} has the wrong sign"), _SIGNS),
    "minus left out": Words(n_("the minus sign before {part} was left out"), _SIGNS),
    "sign of all": Words(n_("{part} was taken with the other sign"),
        _SIGNS),
    "sign of the line": Words(n_("the whole line has the other sign"), _SIGNS),
    "sign dropped": Words(n_("the sign of {part} was dropped"), _SIGNS),
    "signs after the first": Words(n_("the signs of all terms but the first are wrong"), _SIGNS),
    "sign of the exponent": Words(n_("the exponent has the wrong sign"), _SIGNS),
    "brackets": Words(n_("the brackets around {part} were left out"), _ORDER),
    "bracketed": Words(n_("brackets were put where there are none: {instead} for {part}"), _ORDER),
    "bracket too wide": Words(n_("the whole sum was multiplied by {part}, which belongs to one term"),
        _ORDER),
    "factor of all": Words(n_("the whole sum was multiplied by {what}, which belongs to one term"),
        _ORDER),
    "each to the power": Words(n_("each term of {part} was raised to the power, not the sum"), _ORDER),
    "squared": Words(n_("each term of {part} was squared"), _RULE),
    "square of the sum": Words(n_("the sum was squared, not each of its terms"), _ORDER),
    "added": Words(n_("the factors of {part} were added, not multiplied"), n_("a product multiplies")),
    "multiplied": Words(n_("it was multiplied by {what} where it should be divided"), _RULE),
    "sum multiplied": Words(n_("the terms of {part} were multiplied, not added"), n_("a sum adds")),
    "divided": Words(n_("it was divided by {what} where it should be multiplied"),
        n_("the factors are multiplied")),
    "not updated": Words(n_("the old value was kept: it was not updated"), n_("this parameter is updated, too")),
    "another rate": Words(n_("{instead} was used as the learning rate, not {part}"),
        n_("look up the learning rate"),
        n_("another learning rate was used")),
    "kernel transposed": Words(n_("the kernel was transposed: {instead} for {part}"), _KERNEL),
    "kernel rows reversed": Words(n_("the rows of the kernel were taken in reverse order: {instead} for {part}"),
                                  _KERNEL),
    "kernel columns reversed": Words(n_("the columns of the kernel were taken in reverse order: {instead} for {part}"),
                                     _KERNEL),
    "in reverse": Words(n_("the factors of the products were taken in reverse order: {instead} for {part}"),
                        n_("look which two belong together in each product")),
    "indices exchanged": Words(n_("rows and columns were exchanged: {instead} for {part}"),
                               n_("the first index is the row, the second the column")),
    "both together": Words(n_("more was taken together than belongs here: {instead} besides {part}"), _SUM,
        n_("more was taken together than belongs there")),
    "weights of another unit": Words(n_("the weights of another unit were used: {instead} for {part}"),
                                     n_("each unit uses its own row of weights")),
    "numbers of another line": Words(n_("numbers of another line were used: {instead} for {part}"), _NAMES),
    "factor moved": Words(n_("{what} was multiplied with the wrong term of the sum"),
        _ORDER),
    "term times": Words(n_("{instead} was taken {part} times"),
        n_("look for a factor that is too many or missing"),
        n_("a term of the sum was multiplied by a number")),
    "slope at the output": Words(n_("this is the slope of the loss at the output, {instead}: that of the activation is "
                                    "missing"),
                                 n_("multiply the error by the slope of the activation")),
    "slope of another loss": Words(n_("the slope of another loss was used: {instead} for {part}"),
                                   n_("look up which loss is asked for")),
    "values before the update": Words(n_("values of an earlier pass were used, {instead} for {part}"),
        _PASS,
        n_("values of an earlier pass were used")),
    "another layer": Words(n_("numbers of another layer were used: {instead} for {part}"), _NAMES),
    "upside down": Words(n_("{part} was turned upside down"), _RULE),
    "sums multiplied": Words(n_("two sums were multiplied, not the terms one by one: {part}"), _ORDER),
    "in each term": Words(n_("{what} was added once for each term"), n_("it is added once")),
    "root": Words(n_("a square root was taken of {part}, where there is none"),
        _RULE),
    "zero": Words(n_("it was taken to be 0"),
        n_("work the line out: it need not be 0")),
    "one": Words(n_("it was taken to be 1"),
        n_("work the line out: it need not be 1")),
    "only": Words(n_("this is {what} alone"), n_("there is more in the line than that")),
    "only of": Words(n_("of {part}, only {instead} was taken"),
        _RULE,
        n_("only a part of what belongs there was taken")),
    "twice": Words(n_("{what} was used twice"), n_("each factor is used once")),
    "line squared": Words(n_("the whole line was squared"), _RULE),
    "counted twice": Words(n_("{what} was counted twice"), _SUM),
    "divided twice": Words(n_("it was divided by {what} twice"), n_("it is divided once")),
    "another exponent": Words(n_("{part} was raised to another power"),
        _RULE,
        n_("another power was taken")),
    "product for power": Words(n_("{part}: the exponent was used as a factor"),
        _RULE,
        n_("an exponent was used as a factor")),
    "another number": Words(n_("there is {instead} where {part} should be"), _RULE,
        n_("a number of the formula is another one")),
    "complement": Words(n_("{instead} was used in place of {part}"), _NAMES,
        n_("1 − x was used for x, or the other way round")),
    "counted": Words(n_("the count is one off: {instead} for {part}"), n_("look where the count begins")),
    "times": Words(n_("it is {part} times what the line gives"),
        n_("look for a factor that is too many or missing"),
        n_("it is a multiple of what the line gives")),
    "rate": Words(n_("it was multiplied by {part}, which belongs elsewhere"), n_("η belongs to the update only")),
    "extra factor": Words(n_("it was multiplied by {part}, which belongs elsewhere"), _PRODUCT,
        n_("there is a factor too many")),
    "extra divisor": Words(n_("it was divided by {part}, which belongs elsewhere"), _PRODUCT,
        n_("there is a divisor too many")),
    "extra summand": Words(n_("{part} was added, which does not belong there"), _SUM,
        n_("there is a summand too many")),
    "one sample": Words(n_("this is the value of one sample alone, {part}"),
        n_("a batch collects all of its samples"),
        n_("this is the value of one sample alone")),
    "sum for mean": Words(n_("the sum was taken, not the mean"), n_("look whether the batch is summed or averaged")),
    "mean of the terms": Words(n_("the sum was divided by the number of its terms, {part}"),
        n_("look whether these terms are added or averaged"),
        n_("the mean was taken, not the sum")),
    "plain mean": Words(n_("the plain mean was taken: {instead} for {part}"), _RULE,
        n_("the plain mean was taken")),
    "over the other axis": Words(n_("the mean was taken over the other axis: {instead} for {part}"),
        n_("look whether units or samples are averaged here"),
        n_("the mean was taken over the other axis")),
    "unweighted": Words(n_("the weights of the samples were left out"),
        n_("each sample is multiplied by its weight before they are added up")),
    "divided by count": Words(n_("the sum was divided by the number of samples, not by the sum of their weights"),
        n_("a weighted mean is divided by the sum of the weights")),
    "mean for sum": Words(n_("the mean was taken, not the sum"), n_("look whether the batch is summed or averaged")),
    "another function": Words(n_("another function was used: {instead} for {part}"),
                              n_("look up which function belongs here")),
    "function of all": Words(n_("the function was taken of too much: {instead} for {part}"), _ORDER),
    "function of one": Words(n_("the function was taken of a part only: {instead} for {part}"), _ORDER),
    "sigmoid": Words(n_("the sigmoid was worked out as {instead}"), n_("σ(x) = 1/(1 + e^(−x))"),
        n_("the sigmoid was worked out by another formula")),
    "another logarithm": Words(n_("another logarithm was taken: {instead}"), n_("ln is the natural logarithm")),
    "softmax": Words(n_("the softmax was worked out as {instead}"),
                     n_("softmax divides each e^x by the sum of them all"),
        n_("the softmax was worked out by another formula")),
    "standardized": Words(n_("x̂ was worked out as {instead}"), n_("x̂ = (x − μ)/√(σ² + ε)"),
        n_("x̂ was worked out by another formula")),
    "pooling": Words(n_("the share of the gradient was taken as {instead}"),
                     n_("a maximum hands its gradient to the largest value alone"),
        n_("the shares of a pooled gradient are others")),
    "another slope": Words(n_("the slope was taken as {instead}; it is {part}"),
                           n_("look up the slope of this activation"),
        n_("another slope was taken")),
    "slope of another unit": Words(n_("the slope of another unit was used: {instead} for {part}"),
                                   n_("the slope belongs to the unit whose δ is computed")),
    "slope of the layer above": Words(n_("the slope of the layer above was used: {instead} for {part}"),
                                      n_("the slope belongs to the unit whose δ is computed")),
    "gate slope": Words(n_("the slope was taken as {instead}; it is {part}"), n_("look up the rule of this gate"),
        n_("another slope of the gate was taken")),
    "degrees": Words(n_("the calculator was set to degrees"), n_("angles are in radians here")),
    "instead": Words(n_("{instead} was used in place of {part}"), _NAMES,
        n_("another number was used in place of {part}")),
    "swapped": Words(n_("{part} and {instead} were swapped"), _NAMES,
        n_("two numbers were swapped")),
    "net for output": Words(n_("net inputs were used in place of outputs: {instead} for {part}"),
                            n_("what a unit sends on is its output")),
    "values for slopes": Words(n_("values were used in place of slopes: {instead} for {part}"), _RULE),
    "errors for delta": Words(n_("errors were used in place of δ: {instead} for {part}"),
                              n_("what travels back is δ, the error times the slope")),
    "no weights": Words(n_("the weights were left out"), n_("every connection has its weight")),
    "new weights": Words(n_("weights from after the update were used: {instead} for {part}"),
                         n_("a pass uses the weights from before its update")),
    "activation again": Words(n_("the activation was taken twice: {instead} for {part}"),
                              n_("an output has its activation in it already")),
    "older values": Words(n_("values from before the update were used: {instead} for {part}"),
                          n_("after an update, everything is computed with the new values")),
    "first values": Words(n_("the first values were used: {instead} for {part}"),
                          n_("after an update, everything is computed with the new values")),
    "inputs of another sample": Words(n_("the numbers of another sample were used: {instead} for {part}"), _PASS),
    "targets of another sample": Words(n_("the target of another sample was used: {instead} for {part}"), _PASS),
    "another line": Words(n_("this is the value of another line, {instead}"),
        _NAMES,
        n_("this is the value of another line")),
    "plain step": Words(n_("the step was taken with {part} alone, by another rule"),
        n_("look up the rule of this optimizer"),
        n_("the step was taken by another rule")),
    "both steps": Words(n_("both {part} and {instead} were taken off"), n_("look up the rule of this optimizer")),
    "another optimizer": Words(n_("this follows the rule of another optimizer"),
                               n_("look up the rule of this optimizer")),
    "another loss": Words(n_("another loss was worked out: {instead}"),
        n_("look up which loss is asked for")),
    "another penalty": Words(n_("the penalty has another slope: {instead} for {part}"),
                             n_("½λw² adds λ·w to the gradient, λw² adds 2λ·w, λ|w| adds λ with the sign of w")),
    "another decay": Words(n_("the decay of the parameter was taken off by another rule: {instead}"),
                           n_("½λw² adds λ·w to the gradient, λw² adds 2λ·w, λ|w| adds λ with the sign of w")),
    "slip: digit": Words(n_("a digit was miscopied"), n_("compare it with your calculation")),
    "slip: two digits": Words(n_("two digits were exchanged"), n_("compare it with your calculation")),
    "slip: point": Words(n_("the decimal point is in another place"), n_("compare it with your calculation")),
    "slip: given digit": Words(n_("{part} was miscopied: {instead}"), _COPY),
}
_HAVE_WEIGHTS = (Kind.NET, Kind.DELTA, Kind.GRADIENT, Kind.NEW, Kind.AUX)  # elsewhere a parameter is only a letter
_COLON = re.compile("[:：]")
_ANYTHING = n_("a part of the formula")
# A part with what it is in its line; in general, where it has no symbol, by that alone.
_ROLES: Mapping[str, str] = {
    "slope": n_("the slope of the activation, {part},"), "local slope": n_("the slope {part}"),
    "weight": n_("the weight {part}"), "bias": n_("the bias {part}"), "rate": n_("the learning rate {part}"),
    "error": n_("the error {part}"), "gradient": n_("the gradient {part}"), "target": n_("the target {part}"),
    "old": n_("the old value {part}"), "state": n_("the old state {part}"),
}
_IN_GENERAL: Mapping[str, str] = {
    "slope": n_("the slope"), "weight": n_("a weight"), "bias": n_("the bias"), "rate": n_("the learning rate"),
    "error": n_("the error"), "gradient": n_("a gradient"), "target": n_("the target"), "delta": n_("a δ"),
    "old": n_("the old value"), "state": n_("the old state"), "new state": n_("the new state"),
    "sender": n_("what comes in"), "output": n_("the output"), "net": n_("the net input"), "loss": n_("the loss"),
    "step": n_("the step"), "number": n_("a number"), "value": n_("a value"), "line": n_("the line"),
}
# fmt: on


def said(candidate: Candidate, spell: Spell) -> str:
    """What was probably done, as a clause."""
    name, variant = candidate.pattern
    if name:
        return _(mistakes()[name].said).format(variant=_(variant) if variant else "").strip()
    part = spell(candidate.part) if candidate.part is not None else ""
    instead = spell(candidate.instead) if candidate.instead is not None else ""
    role = candidate.key[1] if len(candidate.key) > 1 else ""
    if role == "slope" and isinstance(candidate.part, Name):
        role = "local slope"
    if role == "weight" and candidate.made_in.kind not in _HAVE_WEIGHTS:
        role = ""
    what = _(_ROLES[role]).format(part=part) if role in _ROLES else part
    return _(WORDS[candidate.kind].done).format(part=part, instead=instead, what=what)


def in_general(kind: str, key: Key) -> str:
    """What was done, whatever the line: the part by its role, and nothing of what is another thing in each line."""
    words = WORDS[kind]
    role = key[1] if len(key) > 1 else ""
    what = _(_IN_GENERAL.get(role, _ANYTHING))
    said = _(words.general) or _COLON.split(_(words.done))[0]
    return said.format(part=what, instead="…", what=what)


def advice(candidate: Candidate) -> str:
    """One piece of advice."""
    return _(mistakes()[candidate.pattern[0]].advice if candidate.pattern[0] else WORDS[candidate.kind].advice)
