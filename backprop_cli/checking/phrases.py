"""What a teacher says of a mistake in this problem: with its activation, its loss and its sign of δ."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_cli.algebra.formula import Apply, Name
from backprop_cli.algebra.quantities import Kind, Place, Quantity, out
from backprop_cli.checking.descriptions import describe_place
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.search.sentences import Spell
from backprop_cli.checking.search.sentences import said as found_said
from backprop_cli.ground.words import _, labelled, n_

Said = tuple[str, str]  # what was done, and what to do about it; empty where the row of the table says it
_NAMED = (Kind.INPUT, Kind.PARAMETER, Kind.OUT, Kind.NODE, Kind.CELL, Kind.NEW)  # what a variant may be called by
_SLOPES = {"sigmoid": n_("{x}·(1 − {x})"), "tanh": n_("1 − {x}²")}
_FUNCTIONS = {"sigmoid": "σ", "tanh": "tanh"}


def said_of(
    hypothesis: Hypothesis, key: AnswerKey, quantity: Quantity | None = None, spell: Spell | None = None
) -> str:
    """The mistake in a teacher's words; `quantity` is the line in which it was made, where it is one in particular.

    What the search found is said with its formulas, and a variant with its names as the page writes them, where there
    is something to spell them with.
    """
    own = _own_words(hypothesis, key, quantity)[0]
    if own:
        return own
    found = hypothesis.candidate(quantity) if quantity is not None else None
    if found is not None and spell is not None and not found.pattern[0]:
        return found_said(found, spell)
    variant = _variant_in_words(hypothesis.variant)
    if spell is not None:
        variant = _with_symbols(variant, key, spell)
    return _(hypothesis.mistake.said).format(variant=variant).strip()


def _variant_in_words(variant: str) -> str:
    """The variant in the reader's language; one that is a place (`sample 2`) is said as the headings say it."""
    word, _space, number = variant.partition(" ")
    if word == "sample" and number.isdigit():
        return describe_place(Place(word, int(number)))
    return _(variant) if variant else ""


def _with_symbols(variant: str, key: AnswerKey, spell: Spell) -> str:
    """The variant with the symbols of its names, where it consists of names: w₅, w₆ for w5, w6."""
    known: dict[str, Quantity] = key.memory.setdefault("names of variants", {})
    if not known:
        known |= {unit: Quantity(Kind.INPUT, unit) for layer in key.problem.layers for unit in layer.units}
        known |= {one.bare_key: one.bare for one in (*key.derivation.constants, *key.order) if one.kind in _NAMED}
    return ", ".join(spell(Name(known[one])) if one in known else one for one in variant.split(", "))


def advice_of(hypothesis: Hypothesis, key: AnswerKey, quantity: Quantity | None = None) -> str:
    """What to do about it."""
    return _own_words(hypothesis, key, quantity)[1] or _(hypothesis.mistake.advice)


def _own_words(hypothesis: Hypothesis, key: AnswerKey, quantity: Quantity | None) -> Said:
    """The words that depend on the problem."""
    words = _WORDS.get(hypothesis.mistake.name)
    return words(hypothesis, key, _activation(key, quantity)) if words is not None else ("", "")


def _activation(key: AnswerKey, quantity: Quantity | None) -> str:
    """The activation of the unit that a line is about; of all units, if they have the same and none is meant."""
    outs = [one for one in key.derivation.index if one.kind is Kind.OUT]
    if quantity is not None:
        name = quantity.by.name if quantity.by is not None else quantity.name
        wanted = out(name).at_address(quantity.at)
        outs = [wanted] if wanted in key.derivation.index else outs
    formulas = [line.formula for one in outs if (line := key.line(one)) is not None]
    found = {formula.operation if isinstance(formula, Apply) else "" for formula in formulas}
    return found.pop() if len(found) == 1 else ""


# ---- by mistake --------------------------------------------------------------------------------------------------


def _target_minus_output(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    if not key.problem.conventions.negative_delta:
        return "", ""
    return (
        _("the error was taken as output − target, while the update adds"),
        _("with an update that adds, the error is target − output"),
    )


def _uphill(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    if not key.problem.conventions.negative_delta:
        return "", ""
    return (
        _("the step was subtracted instead of added"),
        _("where δ is −∂E/∂net, the step η·δ·x is added"),
    )


def _derivative_of_net(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    slope = _SLOPES.get(activation)
    if slope is None:
        return (
            _("the slope was written with the net input instead of the output"),
            _("this slope is written with the output"),
        )
    return (
        _("the slope was written with the net input: {slope}").format(slope=_(slope).format(x="net")),
        _("the slope is written with the output: {slope}").format(slope=_(slope).format(x="out")),
    )


def _derivative_at_output(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    said = _("the slope was taken at the output instead of at the net input")
    if activation not in _SLOPES:
        return said, _("the slope is that of the activation at the net input")
    slope, function = _(_SLOPES[activation]).format(x="out"), _FUNCTIONS[activation]
    advice = _("{slope} is already {function}′(net): out is not put into {function} again")
    return labelled(said, f"{function}′(out)"), advice.format(slope=slope, function=function)


def _factor_two(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    loss = key.problem.loss
    if loss is None or "squared" in loss.name:
        return "", ""
    return "", _("differentiate the loss of this problem: no square is in it")


def _mean_or_sum(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    problem = key.problem
    over_samples = problem.training.mean and hypothesis.variant == "divided by the number of samples"
    over_outputs = (
        problem.loss is not None
        and "mean" in problem.loss.name
        and hypothesis.variant == "divided by the number of outputs"
    )
    if over_samples:
        return _("divided by the number of samples once more"), _("the mean is taken once")
    if over_outputs:
        return _("divided by the number of outputs once more"), _("the mean is taken once")
    return "", ""


def _softmax_extra(hypothesis: Hypothesis, key: AnswerKey, activation: str) -> Said:
    """The same behind a sigmoid with binary cross-entropy, where there is no softmax."""
    negative = key.problem.conventions.negative_delta
    if activation != "sigmoid":
        short = "t − p" if negative else "p − t"
        said = _("a slope p·(1 − p) was multiplied on: behind a softmax with cross-entropy δ is {short}")
        return said.format(short=short), _("the slope of the softmax is in {short} already").format(short=short)
    short = "t − out" if negative else "out − t"
    said = _("the slope out·(1 − out) was multiplied on: behind a sigmoid with binary cross-entropy δ is {short}")
    return said.format(short=short), _("the slope of the sigmoid is in {short} already").format(short=short)


_WORDS: Mapping[str, Callable[[Hypothesis, AnswerKey, str], Said]] = {
    "target-minus-output": _target_minus_output,
    "uphill": _uphill,
    "derivative-of-net": _derivative_of_net,
    "derivative-at-output": _derivative_at_output,
    "factor-two": _factor_two,
    "mean-or-sum": _mean_or_sum,
    "softmax-extra-derivative": _softmax_extra,
}
