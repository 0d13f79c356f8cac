"""The sentences of a sheet: what there is, what is to be done, and how to write the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.descriptions import first_of_several
from backprop_cli.documents import sheet
from backprop_cli.documents.model import Inline, Text
from backprop_cli.documents.writing import inline, joined, place_in_words
from backprop_cli.ground.words import _, listed, n_, plural, unclosed
from backprop_cli.numbers.exact import marks_text
from backprop_cli.problem.model import Layer
from backprop_cli.views.array_groups import WholeArray, grouped
from backprop_cli.worksheets.ending import when_it_ends
from backprop_cli.worksheets.exercise import SheetExercise, SheetSection, digits_of
from backprop_cli.writing.terms import between_scripts

_FEW = 8  # quantities that are still named in a sentence

# fmt: off
TASKS: Mapping[tuple[Phase, frozenset[Kind]], str] = {
    (Phase.FORWARD, frozenset({Kind.NET, Kind.OUT})): n_("Compute the {net} and the {out} of each unit."),
    (Phase.FORWARD, frozenset({Kind.NODE})): n_("Compute the value of each node."),
    (Phase.FORWARD, frozenset()): n_("Compute the values of the forward pass."),
    (Phase.LOSS, frozenset({Kind.PART, Kind.LOSS})): n_("Compute each output's share in the error, and the error."),
    (Phase.LOSS, frozenset()): n_("Compute the error."),
    (Phase.BACKWARD, frozenset({Kind.DELTA})): n_("Compute {delta} of each unit, from the outputs back to the inputs."),
    (Phase.BACKWARD, frozenset()): n_("Go back from the end to the start by the chain rule."),
    (Phase.GRADIENT, frozenset({Kind.GRADIENT, Kind.HESSIAN})): n_("Compute the gradient and the second derivatives."),
    (Phase.GRADIENT, frozenset()): n_("Compute the gradient with respect to each of these."),
    (Phase.UPDATE, frozenset({Kind.NEW})): n_("Compute the values after the update."),
    (Phase.UPDATE, frozenset()): n_("Compute the values of the update, line by line."),
}
_PLURALS = {
    Kind.NET: n_("net inputs"), Kind.OUT: n_("outputs"), Kind.NODE: n_("nodes"), Kind.CELL: n_("values of a layer"),
    Kind.PART: n_("errors"), Kind.LOSS: n_("errors"), Kind.METRIC: n_("metrics"), Kind.DELTA: "",
    Kind.GRADIENT: n_("gradients"), Kind.HESSIAN: n_("second derivatives"), Kind.TANGENT: n_("tangents"),
    Kind.LOCAL: n_("local derivatives"), Kind.PATH: n_("parts of gradients"), Kind.NEW: n_("new values"),
    Kind.AUX: n_("intermediate values"), Kind.CONSTANT: n_("learning rates"),
}
_TIES = {
    "half-up": n_("When the first digit that is dropped is a 5 or more, the last one is rounded up."),
    "half-even": n_("A tie is rounded to the even digit."),
    "truncate": n_("Digits are cut off, not rounded."),
}
# fmt: on


def introduction(exercise: SheetExercise) -> Iterator[Inline]:
    """What there is, what is to be done with it, and what is to be found."""
    problem = exercise.problem
    if problem.layers:
        count, grid = len(problem.inputs), problem.input_grid
        inputs = plural("{count} input", "{count} inputs", count)
        if grid is not None and len(grid.shape) > 1:
            inputs = _("{shape} inputs").format(shape=_sizes(grid.shape))
        stages: list[Inline] = [(Text(inputs),)] if count else []
        stages += [_layer(exercise, layer) for layer in problem.layers]
        yield inline(_("The network: {stages}."), stages=joined(stages, " → "))
    elif problem.nodes:
        yield inline(_("A computation graph is given by its formulas."))
    yield (Text(_todo(exercise)),)
    if not problem.training.rates and (first := first_of_several(exercise.worked.problem)):
        yield (Text(first),)
    if exercise.last_reported > 1:
        said = _("Go on up to epoch {epoch} by a program of your own for what is asked for after later epochs.")
        yield (Text(said.format(epoch=exercise.last_reported)),)
    yield from when_it_ends(exercise)
    if any(line.quantity.kind is Kind.EPOCH for line in exercise.lines):
        yield (Text(_("To find that epoch, go on epoch after epoch, by a program of your own if they are many.")),)
    asked = grouped(problem, (line.quantity for line in exercise.lines))
    quantities = [one.whole if isinstance(one, WholeArray) else one for one in asked]
    if (problem.ask or exercise.chosen) and len(quantities) <= _FEW:
        yield inline(_("Find {quantities}."), quantities=joined(_placed(exercise, one) for one in quantities))


def _layer(exercise: SheetExercise, layer: Layer) -> Inline:
    """hidden layer (2 units, σ), attention (2 heads, 2×4 units)"""
    units = plural("{count} unit", "{count} units", len(layer.outputs))
    if len(layer.shape) > 1:
        units = _("{shape} units").format(shape=_sizes(layer.shape))
    if layer.heads > 1:
        units = listed([plural("{count} head", "{count} heads", layer.heads), units])
    linear = not layer.cells and isinstance(layer.activation, Apply) and layer.activation.operation == "identity"
    activation: Inline = (Text(_("linear")),) if linear else sheet.activation(exercise.page, layer)
    inside = inline(_("{said}, {more}"), said=units, more=activation) if activation else (Text(units),)
    return _in_brackets((Text(layer.label),), inside)


def _sizes(shape: Sequence[int]) -> str:
    """2×4"""
    return "×".join(map(str, shape))


def _placed(exercise: SheetExercise, quantity: Quantity) -> Inline:
    where = place_in_words(exercise.page.speller.page_of(quantity.at))
    symbol = exercise.symbol(quantity)
    return _in_brackets((symbol,), (Text(where),)) if where else (symbol,)


def _in_brackets(said: Inline, more: Inline) -> Inline:
    """convolution (2 units), and convolution (layer 1, 2 units) where the words end in brackets"""
    before, closed = unclosed(said[-1].text) if isinstance(said[-1], Text) else ("", "")
    if not closed:
        return inline(_("{message} ({hint})"), message=said, hint=more)
    return (*inline(_("{said}, {more}"), said=(*said[:-1], Text(before)), more=more), Text(closed))


def _todo(exercise: SheetExercise) -> str:
    """Which steps of which rule over which samples."""
    problem, training = exercise.problem, exercise.problem.training
    samples, epochs = len(problem.samples), training.epochs
    if not any(step.quantity.kind is Kind.NEW for step in exercise.page.solution.trace.steps):
        return _("Work through it in this order; nothing is updated.")
    if training.perceptron is not None:
        return _("Apply the perceptron rule, sample after sample, as far as the table goes.")
    name = _(training.rule.called.replace("_", " "))
    rule = _("with the optimizer {name}").format(name=name)
    if training.rule.is_plain:
        rule = _("of gradient ascent") if training.rule.maximize else _("of gradient descent")
    if problem.gradients:
        steps = plural("{count} step", "{count} steps", epochs * max(map(len, problem.gradients.values())))
        return _("Do {times} {rule}.").format(times=steps, rule=rule)
    if training.rates:
        times = plural("{count} epoch", "{count} epochs", exercise.worked.problem.training.epochs)
        said = _(
            "Do {times} {rule} with each of the learning rates. "
            "Lines below that name none are of the first epoch with {rate}."
        )
        return said.format(times=times, rule=rule, rate=_first_rate(exercise))
    times = plural("{count} epoch", "{count} epochs", epochs)
    if samples == 1 and epochs == 1:
        return _("Do one step {rule}.").format(rule=rule)
    if samples == 1:
        return _("Do {times} {rule}.").format(times=times, rule=rule)
    if training.batch == 1:
        said = _("Do {times} {rule}: take the {samples} samples one after the other, with an update after each.")
        return said.format(times=times, rule=rule, samples=samples)
    mean = _("the mean") if training.mean else _("the sum")
    if problem.is_weighted:
        mean = _("the weighted mean") if training.mean else _("the weighted sum")
    if training.batch is None or training.batch >= samples:
        said = _("Do {times} {rule}, with one update by {mean} of the gradients of all {samples} samples.")
        return said.format(times=times, rule=rule, samples=samples, mean=mean)
    said = _("Do {times} {rule} in batches of {size} samples, with an update by {mean} of the gradients of each.")
    return said.format(times=times, rule=rule, size=training.batch, mean=mean)


def _first_rate(exercise: SheetExercise) -> str:
    """η = 0.13"""
    return exercise.page.equality(LEARNING_RATE).characters


# ---- one part of the work ----------------------------------------------------------------------------------------


def task(exercise: SheetExercise, section: SheetSection) -> Inline:
    """What is to be done in this part, and to how many digits."""
    if exercise.problem.ask or exercise.chosen:
        said: Inline = (Text(_("Compute these.")),)
    else:
        kinds = frozenset(line.quantity.kind for line in section.lines)
        message = TASKS.get((section.phase, kinds)) or TASKS[section.phase, frozenset()]
        word = exercise.page.speller.writer.notation.word
        delta = exercise.page.word("delta")
        said = inline(_(message), net=word("net"), out=word("out"), delta=delta)
    digits = digits_of(exercise, section.lines)
    return _in_brackets(said, (Text(digits),)) if digits and not all_exact(exercise) else said


# ---- numbers -----------------------------------------------------------------------------------------------------


def how_to_round(exercise: SheetExercise) -> Iterator[str]:
    """To how many digits, when, and how."""
    if not exercise.lines:
        return
    if all_exact(exercise):
        yield _("Every value comes out exactly: write it as it is.")
        return
    yield _digits(exercise)
    rule = exercise.problem.rounding
    if rule is None:
        if any(exercise.problem.training.learning_rate and line.quantity.kind is Kind.NEW for line in exercise.lines):
            yield _("A new value has to show its step, so it may need more digits.")
        yield _("Round only what you write down: go on with all the digits of your calculator.")
        return
    if rule.default is not None:
        yield _("Round each value when you write it down, and go on with the rounded one.")
    else:
        kinds = _named(exercise, list(rule.kinds))
        yield _("Round {kinds} when you write them down, and go on with the rounded values.").format(kinds=kinds)
    ties = dict.fromkeys(one.ties for one in (rule.default, *rule.kinds.values()) if one is not None)
    yield from (_(_TIES[one]) for one in ties if one != "half-up")


def _digits(exercise: SheetExercise) -> str:
    """Write δ to 4 decimal places, and everything else to 3."""
    kinds: dict[str, dict[Kind, None]] = {}
    counts: dict[str, int] = {}
    for line in exercise.lines:
        digits = exercise.said_digits(line.quantity)
        kinds.setdefault(digits, {})[line.quantity.kind] = None
        counts[digits] = counts.get(digits, 0) + 1
    usual = max(counts, key=lambda one: counts[one], default=None)
    if usual is None:
        return ""
    others = [
        between_scripts(_("{kinds} to {digits}").format(kinds=_named(exercise, kinds[one]), digits=one))
        for one in kinds
        if one != usual
    ]
    if not others:
        return _("Write each value to {digits}.").format(digits=usual)
    said = _("Write {others}, and everything else to {digits}.")
    return said.format(others=listed(others), digits=usual)


def all_exact(exercise: SheetExercise) -> bool:
    """Whether nothing has to be rounded."""
    if exercise.problem.rounding is not None:
        return False
    return all(exercise.value(line.quantity).whole_truth for line in exercise.lines)


def _named(exercise: SheetExercise, kinds: Iterable[Kind]) -> str:
    """Net inputs, outputs and δ."""
    delta = exercise.page.word("delta").characters
    words = list(dict.fromkeys(delta if one is Kind.DELTA else _(_PLURALS[one]) for one in kinds if one in _PLURALS))
    if len(words) < 2:
        return "".join(words)
    return _("{words} and {last}").format(words=listed(words[:-1]), last=words[-1])


def worth(exercise: SheetExercise) -> str:
    """What the sheet is worth."""
    worths = {exercise.worth(line.quantity) for line in exercise.lines}
    total = marks_text(exercise.total)
    if len(worths) == 1 and worths == {1}:
        return _("Each line is worth one mark, {total} in all.").format(total=total)
    return _("{total} marks in all.").format(total=total)
