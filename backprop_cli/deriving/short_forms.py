"""Where the derivatives of loss and activation cancel, so that δ = p − t, and why they do not where one expects it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, number
from backprop_cli.algebra.losses import LOSSES, Loss
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.deriving import networks
from backprop_cli.deriving.backpropagation import ShortForm
from backprop_cli.deriving.smoothing import aim
from backprop_cli.ground.words import _, n_
from backprop_cli.numbers.certified import Certified, is_exact
from backprop_cli.problem.letters import has_letters
from backprop_cli.problem.model import Layer, Letter, Problem

_NOT_ONE = n_("here the targets do not add up to 1, so p is multiplied by their sum")
_SMOOTHED = n_("with label smoothing, the smoothed target t′ stands for t")
_IN_LETTERS = n_("p is multiplied by the sum of the targets, which is 1 in a classification: then δ is p − t")


def short_forms(problem: Problem) -> dict[str, ShortForm]:
    """The short δ of every output, or why there is none; nothing where no one would expect a short one."""
    if problem.loss is None or problem.loss.formula is not None or not problem.layers:
        return {}
    activation = _activation(problem.layers[-1])
    loss = LOSSES[problem.loss.name]
    short = (loss.short or {}).get(activation)
    if short is None:
        why = _why_not(loss, activation, bool(problem.conventions.negative_delta))
        return {output: ShortForm(None, (why,)) for output in problem.outputs if why}
    found: dict[str, ShortForm] = {}
    for group in problem.layers[-1].groups or (problem.outputs,):
        targets = {output: Name(aim(problem, output)) for output in group}
        plain = activation != "softmax" or _targets_sum_to_one(problem, group)
        whole = ONE if plain else add(*targets.values())
        smooth = () if problem.loss.smoothing is None else (_SMOOTHED,)
        rules = (loss.rule, loss.collapse, *smooth, *(() if plain else (_why_not_one(problem),)))
        for output, target in targets.items():
            formula, counts = short(Name(networks.out(output)), target, whole), networks.mask_of(problem, output)
            found[output] = ShortForm(multiply(Name(counts), formula) if counts else formula, rules)
    return found


def _why_not_one(problem: Problem) -> str:
    """Why δ is Σt·p − t and not p − t: the targets do not sum to 1, or are letters that need not."""
    open_ = any(has_letters(value) for sample in problem.samples for value in sample.targets.values())
    return _IN_LETTERS if open_ else _NOT_ONE


def _activation(layer: Layer) -> str:
    """The name of an activation of the table, applied to the net input and nothing else; "" for any other formula."""
    match layer.activation:
        case None:
            return "softmax"
        case Apply(operation, (Name("z"), *_settings)) if operation in ACTIVATIONS:
            return operation
    return ""


def _why_not(loss: Loss, activation: str, negative: bool) -> str:
    """Why δ has no short form: said of a softmax or sigmoid with another loss, and of their losses elsewhere."""
    entropy = loss.short is not None
    if activation == "softmax":
        return _behind_softmax(loss).format(short="t − p" if negative else "p − t")
    if activation == "sigmoid":
        return _behind_sigmoid(loss, entropy).format(short="t − out" if negative else "out − t")
    if not (activation and entropy):
        return ""
    if loss.is_binary:
        said = _(
            "δ is not {short} here: that holds behind a sigmoid, whose slope out·(1 − out) cancels the denominators of "
            "this loss's slope; the slope of {activation} does not"
        )
        short = "t − out" if negative else "out − t"
    else:
        said = _(
            "δ is not {short} here: that holds behind a softmax, whose slopes cancel the p in −t/p; the slope of "
            "{activation} does not"
        )
        short = "t − p" if negative else "p − t"
    return said.format(short=short, activation=_("the identity") if activation == "identity" else activation)


def _behind_softmax(loss: Loss) -> str:
    if loss.is_binary:
        return _(
            "δ is not {short} here: that holds for cross-entropy −Σ t·ln p behind a softmax; binary cross-entropy has "
            "the terms (1 − t)·ln(1 − p) besides, and their slopes come on top"
        )
    if loss.squares:
        return _(
            "δ is not {short} here: that holds for cross-entropy behind a softmax; the squared error leaves the "
            "softmax's slopes in place, so every output's error reaches every net input"
        )
    return _(
        "δ is not {short} here: that holds for cross-entropy behind a softmax; this loss leaves the softmax's slopes "
        "in place, so every output's error reaches every net input"
    )


def _behind_sigmoid(loss: Loss, entropy: bool) -> str:
    if entropy:
        return _(
            "δ is not {short} here: that holds for binary cross-entropy behind a sigmoid; without its terms "
            "(1 − t)·ln(1 − out), δ stays a multiple of t, and an output with the target 0 learns nothing"
        )
    if loss.squares:
        return _(
            "δ is not {short} here: that holds for binary cross-entropy behind a sigmoid; the squared error leaves the "
            "sigmoid's slope out·(1 − out) in place"
        )
    return _(
        "δ is not {short} here: that holds for binary cross-entropy behind a sigmoid; this loss leaves the sigmoid's "
        "slope out·(1 − out) in place"
    )


def _targets_sum_to_one(problem: Problem, group: Collection[str]) -> bool:
    return all(
        _sum_is_one({name: value for name, value in sample.targets.items() if name in group})
        for sample in problem.samples
    )


def _sum_is_one(targets: Mapping[str, Formula]) -> bool:
    """Whether the targets of a sample add up to 1, whatever stands for their letters."""
    if any(map(has_letters, targets.values())):
        from backprop_cli.numbers.algebra import Algebra

        algebra = Algebra()

        def term(name: str, value: Formula) -> Any:
            return evaluate(value, algebra, lambda s: algebra.letter(f"t_{name}" if s is Letter.OPEN else s))

        return bool(sum(term(name, value) for name, value in targets.items()) == 1)
    total = evaluate(add(number(0), *targets.values()), Certified())
    return is_exact(total) and bool(total == 1)
