"""What was seen of a step and needs no search: gradients of an earlier one, a graph that is cut, a wrong order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.api.watching.kinds import names_of
from backprop_cli.api.watching.recorder import Layer, Recorder, Seen
from backprop_cli.api.watching.sheets import as_matrix, gradient_of
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.computed import text_to
from backprop_cli.checking.observed import DETACHED, NOT_ZEROED, Observation
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.verdicts import FULL_MARKS
from backprop_cli.checking.wholes import entries
from backprop_cli.ground.words import _, listed, plural
from backprop_cli.numbers.exact import rational


def notes_of(seen: Seen, recorder: Recorder, looked_at: Sequence[Layer]) -> Iterator[str]:
    """What is to be said of the whole step, in the order in which one looks for it."""
    events = seen.events
    if events.count("step") > 1:
        yield _("there were several steps: only the first is looked at")
    if "backward" not in events:
        yield _("backward() was not called: there are no gradients of this step")
    elif "step" in events and events.index("step") < events.index("backward"):
        yield _("optimizer.step() came before backward(): it did not have the gradients of this step")
    elif recorder.optimizer is not None and "step" not in events:
        yield _("optimizer.step() was not called: nothing was updated")
    elif _was_emptied(seen):
        yield _("the gradients were set to zero between backward() and optimizer.step()")
    elif _was_changed(seen):
        yield _("the gradients were changed between backward() and optimizer.step(): clipped, perhaps")
    if (cut := _cut_before(seen)) is not None:
        yield _("the graph is cut before layer {layer}: what it takes has no gradient").format(layer=cut)
    if _is_twice(seen):
        yield _("the loss takes net inputs, as it has a softmax or a sigmoid of its own: here there are two of them")
    if others := listed(_not_looked_at(looked_at, recorder), most=6):
        yield _("these parameters are not looked at: {names}").format(names=others)
    missing = sum(id(one) not in _optimized(recorder) for one in recorder.parameters if one.requires_grad)
    if recorder.optimizer is not None and missing:
        yield plural(
            "{count} parameter of the model is not among those of the optimizer",
            "{count} parameters of the model are not among those of the optimizer",
            missing,
        )


def _not_looked_at(layers: Sequence[Layer], recorder: Recorder) -> Iterator[str]:
    """The parameters of the model that belong to none of these layers."""
    known = {id(one) for layer in layers for one in (layer.weight, layer.bias) if one is not None}
    return (name for key, name in recorder.names.items() if key not in known)


def _optimized(recorder: Recorder) -> set[int]:
    groups = recorder.optimizer.param_groups if recorder.optimizer is not None else []
    return {id(one) for group in groups for one in group["params"]}


def _pairs(seen: Seen) -> Iterator[tuple[Any, Any]]:
    """Of each parameter that had a gradient after backward(), that gradient and the one of which the step was made."""
    for name, after in seen.after.items():
        if after is not None and seen.used:
            yield after, seen.used.get(name)


def _was_emptied(seen: Seen) -> bool:
    pairs = [(after, used) for after, used in _pairs(seen) if bool(after.any())]
    return bool(pairs) and all(used is None or not bool(used.any()) for _after, used in pairs)


def _was_changed(seen: Seen) -> bool:
    return any(used is None or not bool((after == used).all()) for after, used in _pairs(seen))


def _cut_before(seen: Seen) -> int | None:
    """The first layer that takes something without a gradient, although there are weights before it."""
    for place, layer in enumerate(seen.layers[1:], start=2):
        before = seen.layers[: place - 1]
        learns = any(one.weight is not None and one.weight.requires_grad for one in before)
        if learns and not all(one.tracked for one in layer.passes):
            return place
    return None


def _is_twice(seen: Seen) -> bool:
    """Whether the last layer has the function in it that is also in the loss."""
    behind = {"cross_entropy": "softmax", "binary_cross_entropy_with_logits": "sigmoid"}
    if not seen.losses or not seen.layers:
        return False
    last = seen.layers[-1].passes[-1]
    wanted = behind.get(seen.losses[-1].name)
    return wanted == seen.layers[-1].activation and last.out is not None and bool((last.out >= 0).all())


# ---- line by line --------------------------------------------------------------------------------------------------


Gradients = Sequence[tuple[Any, Mapping[int, Quantity]]]  # of each parameter, those of its numbers by their places


def observations(
    seen: Seen, checker: Checker, hand_in: Callable[[Mapping[str, Any]], Any], sheet: Mapping[str, Any]
) -> Iterator[Observation]:
    """The mistakes that were seen, with what they make of each gradient on the sheet."""
    gradients = list(_in_matrices(seen, checker) if "dE/dW1" in sheet else _by_name(seen, checker))
    fresh = hand_in(_fresh(seen, sheet))
    leftover = dict(_leftovers(seen, gradients, checker.of_numbers(fresh.bits)))
    if leftover:
        judged = check_sheet(checker, checker.reader.sheet(fresh))
        right = {mark.quantity for mark in judged.marks if mark.verdict.rule in FULL_MARKS}
        formulas = {one: formula for one, formula in leftover.items() if one in right}
        yield Observation(NOT_ZEROED, formulas)
    if cut := dict(_without(seen, gradients)):
        yield Observation(DETACHED, cut)


def _in_matrices(seen: Seen, checker: Checker) -> Iterator[tuple[Any, dict[int, Quantity]]]:
    for parameter, name in _gradients(seen):
        whole = checker.reader.array_called(name)
        columns = as_matrix(parameter).shape[1]
        cells = {} if whole is None else dict(entries(whole))
        yield parameter, {row * columns + column: quantity for (row, column), quantity in cells.items()}


def _by_name(seen: Seen, checker: Checker) -> Iterator[tuple[Any, dict[int, Quantity]]]:
    known = {one.by.name: one for one in checker.key.derivation.index if one.kind is Kind.GRADIENT and one.by}
    for number, layer in enumerate(seen.layers, start=1):
        for parameter, names in names_of(number, layer):
            yield parameter, {place: known[name] for place, name in enumerate(names) if name in known}


def _gradients(seen: Seen) -> Iterator[tuple[Any, str]]:
    """The parameters of the linear layers, and the names of their gradients on the sheet."""
    for place, layer in enumerate(seen.linear, start=1):
        yield layer.weight, f"dE/dW{place}"
        if layer.bias is not None:
            yield layer.bias, f"dE/db{place}"


def _leftovers(seen: Seen, gradients: Gradients, checker: Checker) -> Iterator[tuple[Quantity, Formula]]:
    """The gradients that backward() found, and to which it added."""
    for parameter, quantities in gradients:
        before = seen.before.get(id(parameter))
        if before is None or not bool(before.any()):
            continue
        numbers = before.reshape(-1).tolist()
        for place, quantity in quantities.items():
            line = checker.key.line(quantity)
            if line is not None:
                yield quantity, _plus(line.formula, numbers[place], checker.marking.digits(quantity).places or 0)


def _plus(formula: Formula, number: float, places: int) -> Formula:
    """The formula and a number behind it, written to so many places."""
    size = rational(*abs(number).as_integer_ratio())
    written = Number(size, text_to(size, places))
    return formula - written if number < 0 else formula + written


def _fresh(seen: Seen, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet with the gradients of this step alone."""
    found = dict(sheet)
    for parameter, name in _gradients(seen):
        before = seen.before.get(id(parameter))
        if before is not None and name in sheet:
            found[name] = as_matrix(gradient_of(seen, parameter) - before)
    for number, layer in enumerate(seen.layers, start=1):
        for parameter, names in names_of(number, layer):
            before = seen.before.get(id(parameter))
            own = [] if before is None else zip(names, (gradient_of(seen, parameter) - before).reshape(-1), strict=True)
            found |= {f"dE/d{name}": value for name, value in own if f"dE/d{name}" in sheet}
    return found


def _without(seen: Seen, gradients: Gradients) -> Iterator[tuple[Quantity, Formula]]:
    """The gradients that never came."""
    if "backward" not in seen.events:
        return
    for parameter, quantities in gradients:
        layer = next(one for one in seen.layers if parameter is one.weight or parameter is one.bias)
        if parameter.requires_grad and not _was_reached(layer):
            yield from ((quantity, Number(rational(0))) for quantity in quantities.values())


def _was_reached(layer: Layer) -> bool:
    return any(one.gradient is not None for one in layer.passes)
