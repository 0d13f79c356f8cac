"""What stands on a sheet before the work: the network, every number that is given, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from backprop_cli.algebra.optimizers import DESCENT
from backprop_cli.algebra.quantities import Kind, Quantity, gradient, parameter
from backprop_cli.algebra.quantities import place as place_of
from backprop_cli.deriving.trace import Step
from backprop_cli.documents import sheet
from backprop_cli.documents.model import (
    Block,
    Fact,
    Facts,
    Heading,
    Inline,
    Lines,
    Note,
    Role,
    Table,
    Text,
)
from backprop_cli.documents.writing import inline, joined_values, place
from backprop_cli.ground.words import _, ended, labelled, plural
from backprop_cli.pictures.smaller import is_legible
from backprop_cli.problem.model import Layer
from backprop_cli.worksheets.exercise import SheetExercise
from backprop_cli.worksheets.formulas import definitions
from backprop_cli.worksheets.tabled import numbered, senders, tabled


def given(exercise: SheetExercise, every: bool = False) -> Iterator[Block]:
    """The drawing, if it can be read on paper, the facts, the tables, and the formulas that the exercise is about.

    With `every`, no formula is left to be written like another, however many there are.
    """
    page = exercise.page
    drawing = sheet.drawing(page, numbers=False)
    if drawing is not None and (drawing.picture is None or is_legible(drawing.picture)):
        yield drawing if drawing.connected else replace(drawing, columns=())
    if facts := tuple(_facts(exercise)):
        yield Facts(facts)
    for layer in tabled(exercise):
        yield Heading(2, Role.LAYER, (Text(_("Weights: {layer}").format(layer=layer.label)),))
        yield _weights(exercise, layer)
    if len(exercise.problem.samples) > 1:
        yield Heading(2, Role.LAYER, (Text(_("Samples")),))
        yield _samples(exercise)
    formulas, others = definitions(exercise, every)
    if formulas:
        yield Heading(2, Role.LAYER, (Text(_("Given formulas")),))
        yield Lines(tuple(formulas))
    if others:
        said = plural("{count} more is formed like one of these.", "{count} more are formed like these.", others)
        yield Note((Text(said),))
    yield from map(Note, _notes(exercise))


def _notes(exercise: SheetExercise) -> Iterator[Inline]:
    """What a student must know about the conventions, and about the optimizer, whose names mean more than one rule."""
    problem = exercise.problem
    yield from sheet.agreed(exercise.page)
    yield from _delta(exercise)
    if (slope := problem.conventions.relu_at_zero) is not None:
        yield inline(_("At 0, take the slope of ReLU to be {slope}."), slope=exercise.page.constant(slope))
    rule = problem.training.rule
    if rule.called != DESCENT and any(step.quantity.kind is Kind.NEW for step in exercise.page.solution.trace.steps):
        yield (Text(ended(labelled(_(rule.called.replace("_", " ")), _(rule.says)))),)


def _delta(exercise: SheetExercise) -> Iterator[Inline]:
    """What δ means on this sheet, by the first that is asked for; where it has the other sign, that is said already."""
    first = next((line.quantity for line in exercise.lines if line.quantity.kind is Kind.DELTA), None)
    if first is None or exercise.problem.conventions.negative_delta:
        return
    page, lines = exercise.page, exercise.page.solution.trace.derivation.lines
    losses = [line.quantity for line in lines if line.quantity.kind is Kind.LOSS]
    if not losses:
        return
    loss = next((one for one in losses if one.at == first.at), losses[0])
    meant = page.equal(page.symbol(first), page.symbol(gradient(loss, replace(first, kind=Kind.NET))))
    by_sample = place_of(page.speller.page_of(first.at), "sample") is not None  # else all samples go back together
    if by_sample and exercise.problem.conventions.mean_in_delta:
        alike = _("Here {meant} with the mean error {error} of the batch, in which that of a sample counts 1/n, "
                  "and so for every unit.")  # fmt: skip
        weighted = _("Here {meant} with the mean error {error} of the batch, in which that of a sample counts ω/Σω, "
                     "and so for every unit.")  # fmt: skip
        yield inline(weighted if exercise.problem.is_weighted else alike, meant=meant, error=page.symbol(loss.bare, ()))
    elif by_sample and exercise.is_error_of_sample(loss):
        said = _("Here {meant} with the error {error} of the sample alone, and so for every unit.")
        yield inline(said, meant=meant, error=exercise.symbol(loss))
    else:
        yield inline(_("Here {meant}, and so for every unit."), meant=meant)


# ---- facts ---------------------------------------------------------------------------------------------------


def _facts(exercise: SheetExercise) -> Iterator[Fact]:
    """Inputs, targets, parameters that no table has, settings; every value, however many there are."""
    page, problem = exercise.page, exercise.problem
    constants = page.solution.trace.derivation.constants
    in_tables = {name for layer in tabled(exercise) for name in layer.parameters}
    own = [_("inputs"), _("targets"), _("parameters"), _("samples"), _("state"), _("initial state"), _("mask")]
    if len(problem.samples) == 1:
        yield from _listed(exercise, _("inputs"), (q for q in constants if _is_input(exercise, q)))
        others = [q for q in constants if q.kind is Kind.INPUT and not _is_input(exercise, q)]
        yield from _listed(exercise, _("initial state"), (q for q in others if q.name in problem.states))
        masks = (q for q in others if q.name not in problem.states)
        yield from _listed(exercise, _("mask"), masks)
        yield from _listed(exercise, _("targets"), (q for q in constants if q.kind is Kind.TARGET))
    named = [q for q in constants if q.kind is Kind.PARAMETER]
    matrices = [rows for rows in numbered(problem) if not in_tables.intersection(*rows)]
    in_tables |= {name for rows in matrices for row in rows for name in row}
    loose = (q for q in named if q.name in problem.parameters and q.name not in in_tables)
    yield from _listed(exercise, _("parameters"), loose)
    if matrices:
        written = (page.rows([[*map(parameter, row)] for row in rows]) for rows in matrices)
        yield Fact(_("parameters, row by row"), tuple((one,) for one in written))
    for fact in sheet.facts(page):
        if fact.word == _("learning rate") and problem.training.rates:
            yield Fact(_("learning rates"), (joined_values((page.constant(rate),) for rate in problem.training.rates),))
        elif fact.word not in own:
            yield fact
    yield from _listed(exercise, _("state"), (q for q in named if q.name not in problem.parameters))
    prescribed = [step for step in page.solution.trace.steps if step.line.given]
    if prescribed:
        yield Fact(_("given"), tuple(_prescribed(exercise, step) for step in prescribed))


def _is_input(exercise: SheetExercise, quantity: Quantity) -> bool:
    return quantity.kind is Kind.INPUT and quantity.name in exercise.problem.inputs


def _listed(exercise: SheetExercise, word: str, quantities: Iterable[Quantity]) -> Iterator[Fact]:
    if values := exercise.page.values(list(quantities), every=True):
        yield Fact(word, values)


def _prescribed(exercise: SheetExercise, step: Step) -> Inline:
    """Step 2: ∂E/∂p = 0.1"""
    page, quantity = exercise.page, step.quantity
    value = page.equal(page.symbol(quantity), page.math(lambda speller: speller.formula(step)))
    where = place(page.speller.page_of(quantity.at))
    return (Text(labelled(where, "")), value) if where else (value,)


# ---- tables --------------------------------------------------------------------------------------------------


def _weights(exercise: SheetExercise, layer: Layer) -> Table:
    """A row for each receiving unit, a column for each sender, and the biases or thresholds behind them."""
    page, columns = exercise.page, senders(layer)
    biased = any(neuron.bias is not None for neuron in layer.neurons)
    bias = _("threshold") if exercise.problem.conventions.threshold else _("bias")
    head = [(Text(_("to")),), *(inline(_("from {name}"), name=page.name(one)) for one in columns)]
    rows = []
    for neuron in layer.neurons:
        weights = {c.sender: c.parameter for c in neuron.connections}
        cells = [_parameter(exercise, weights.get(one)) for one in columns]
        cells += [_parameter(exercise, neuron.bias)] if biased else []
        rows.append(((page.name(neuron.name),), *cells))
    head += [(Text(bias),)] if biased else []
    return Table(tuple(head), tuple(rows), ("left",) * len(head))


def _parameter(exercise: SheetExercise, name: str | None) -> Inline:
    return (exercise.page.equality(parameter(name)),) if name is not None else (Text("–"),)


def _samples(exercise: SheetExercise) -> Table:
    """A row for each sample, a column for each input and target, and for its weight where it has one."""
    page, problem = exercise.page, exercise.problem
    constants = page.solution.trace.derivation.constants
    data = [q for q in constants if sheet.is_data(q) and q.at]
    columns = list(dict.fromkeys(q.bare for q in data))
    by_sample = {(q.at[-1].number, q.bare): q for q in data}
    rows: list[tuple[Inline, ...]] = []
    for number in range(1, len(problem.samples) + 1):
        found = [by_sample.get((number, column)) for column in columns]
        rows.append(((Text(str(number)),), *((page.given(q),) if q is not None else () for q in found)))
    head: list[Inline] = [(Text(_("sample")),), *((page.symbol(one, ()),) for one in columns)]
    return Table(tuple(head), tuple(rows), ("right",) * len(head))
