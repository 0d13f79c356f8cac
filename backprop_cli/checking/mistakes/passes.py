"""Usual mistakes in the order of passes (samples, batches, epochs), and in the unit of an angle."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, add, apply, divide, multiply, number
from backprop_cli.algebra.parts import BatchParts, UpdateParts
from backprop_cli.algebra.quantities import Kind, Quantity, parameter
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.mistakes.common import in_degrees
from backprop_cli.checking.mistakes.mistake import Mistake, Written
from backprop_cli.checking.parts import LineContext, with_names
from backprop_cli.ground.words import n_

_FORWARD = (Kind.NET, Kind.OUT, Kind.NODE, Kind.CELL, Kind.LOCAL)


def _online_for_batch(part: LineContext) -> Written:
    made = part.made
    problem = part.around.problem
    if problem.training.rule.called != "sgd" or len(problem.samples) < 2 or part.quantity.kind is Kind.AUX:
        return
    if isinstance(made, UpdateParts) and made.old is not None and part.quantity.name in problem.parameters:
        own = _samples_gradients(part, part.quantity.name).get(part.quantity)
        if own:
            yield "", made.old - _steps(part, own)
    elif not isinstance(made, UpdateParts) and any(word == "sample" for word, _n in part.quantity.at):
        changes: dict[Formula, Formula] = {}
        for used in quantities_in(part.formula):
            if used.kind not in (Kind.PARAMETER, Kind.NEW) or used.name not in problem.parameters:
                continue
            for gradients in _samples_gradients(part, used.name).values():
                places = [one.at for one in gradients]
                before = gradients[: places.index(part.quantity.at)] if part.quantity.at in places else ()
                if before:
                    changes[Name(used)] = Name(used) - _steps(part, before)
        if changes:
            yield "", with_names(part.formula, changes)


def _steps(part: LineContext, gradients: tuple[Quantity, ...]) -> Formula:
    """η times each of these gradients, all together."""
    rates = [one for one in part.around.derivation.constants if one.name == LEARNING_RATE.name and not one.at]
    eta = Name(rates[0] if rates else LEARNING_RATE)
    return multiply(eta, add(*map(Name, gradients)))


def _samples_gradients(part: LineContext, name: str) -> Mapping[Quantity, tuple[Quantity, ...]]:
    """By the update of a parameter: its gradients of the samples of that batch, in their order."""
    return part.around.batches.get(name, {})


def _batch_for_online(part: LineContext) -> Written:
    problem = part.around.problem
    changes: dict[Formula, Formula] = {}
    for used in quantities_in(part.formula):
        before = parameter(used.name)
        is_updated = used.kind is Kind.NEW and used.name in problem.parameters and used.at != part.quantity.at
        if is_updated and before in part.around.derivation.constants:
            changes[Name(used)] = Name(before)
    if changes:
        yield "", with_names(part.formula, changes)


def _sample_left_out(part: LineContext) -> Written:
    if not isinstance(part.made, BatchParts) or part.quantity.kind is not Kind.GRADIENT or len(part.made.terms) < 2:
        return
    samples = part.made.quantities
    for one in samples:
        place = str(one.at[-1])
        yield place, with_names(part.formula, {Name(one): ZERO})
    yield n_("all but the last one"), Name(samples[-1])


def _not_zeroed(part: LineContext) -> Written:
    """The gradient of an earlier step still in the one of this step, as PyTorch adds them where nobody empties them."""
    before = part.around.gradient_before.get(part.quantity)
    if before is None or before.by is None or before.by.name not in part.around.problem.parameters:
        return
    if Quantity(Kind.NEW, before.by.name, at=before.at) in part.around.derivation.index:
        yield "", part.formula + Name(before)


def _degrees(part: LineContext) -> Written:
    if part.quantity.kind in _FORWARD:
        changed = in_degrees(part.formula)
        if changed != part.formula:
            yield "", changed


def _other_logarithm(part: LineContext) -> Written:
    if part.quantity.kind in (Kind.NODE, Kind.CELL, Kind.LOSS, Kind.PART):
        for words, base in ((n_("log₁₀ instead of ln"), 10), (n_("log₂ instead of ln"), 2)):
            changed = _with_base(part.formula, base)
            if changed != part.formula:
                yield words, changed


def _with_base(formula: Formula, base: int) -> Formula:
    if not isinstance(formula, Apply):
        return formula
    arguments = tuple(_with_base(argument, base) for argument in formula.arguments)
    if formula.operation == "ln":
        return divide(Apply("ln", arguments), apply("ln", number(base)))
    return Apply(formula.operation, arguments)


# fmt: off
ROWS = (
    Mistake("online-for-batch", n_("the weights were updated after each sample, inside the batch"), _online_for_batch,
            n_("all samples of a batch use the same weights; there is one update, after the last sample")),
    Mistake("batch-for-online", n_("the old weights were used, from before the update"), _batch_for_online,
            n_("after an update, everything is computed with the new weights")),
    Mistake("sample-left-out", n_("a sample is missing in the sum over the batch: {variant}"), _sample_left_out,
            n_("the batch's gradient collects the gradients of all its samples")),
    Mistake("not-zeroed", n_("the gradient of an earlier step is still in it: it was not set to zero"),
            _not_zeroed,
            n_("each step has its own gradient: in PyTorch, zero_grad() comes before backward(), which adds"), mass=6),
    Mistake("degrees", n_("the calculator was set to degrees"), _degrees, n_("angles are in radians here")),
    Mistake("other-logarithm", n_("the wrong logarithm: {variant}"), _other_logarithm,
            n_("ln is the natural logarithm")),
)
# fmt: on
