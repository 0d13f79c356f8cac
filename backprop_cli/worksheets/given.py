"""What stands on a sheet before the work: the network, every number that is given, and what the words mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.optimizers import DESCENT
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, gradient, parameter
from backprop_cli.algebra.quantities import place as place_of
from backprop_cli.deriving.trace import Step
from backprop_cli.documents import sheet
from backprop_cli.documents.matrix_page import forward_in_arrays
from backprop_cli.documents.model import (
    Block,
    Equation,
    Fact,
    Facts,
    Heading,
    Inline,
    Lines,
    Note,
    Role,
    Say,
    Side,
    SideRole,
    Table,
    Text,
)
from backprop_cli.documents.worked import layer_labels, owner
from backprop_cli.documents.writing import inline, joined_values, place
from backprop_cli.ground.words import _, ended, labelled
from backprop_cli.pictures.smaller import is_legible
from backprop_cli.problem.model import Layer
from backprop_cli.worksheets.exercise import SheetExercise, without_sample

_MOST_SENDERS = 8  # of a table of weights
_MOST_LINES = 24  # of definitions


def given(exercise: SheetExercise) -> Iterator[Block]:
    """The drawing, if it can be read on paper, the facts, the tables, and the formulas that the exercise is about."""
    page = exercise.page
    drawing = sheet.drawing(page, numbers=False)
    if drawing is not None and (drawing.picture is None or is_legible(drawing.picture)):
        yield drawing if drawing.connected else replace(drawing, columns=())
    if facts := tuple(_facts(exercise)):
        yield Facts(facts)
    for layer in _tabled(exercise):
        yield Heading(2, Role.LAYER, (Text(_("Weights: {layer}").format(layer=layer.label)),))
        yield _weights(exercise, layer)
    if len(exercise.problem.samples) > 1:
        yield Heading(2, Role.LAYER, (Text(_("Samples")),))
        yield _samples(exercise)
    if definitions := _definitions(exercise):
        yield Heading(2, Role.LAYER, (Text(_("Given formulas")),))
        yield Lines(tuple(definitions))
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
    if by_sample and exercise.is_error_of_sample(loss):
        said = _("Here {meant} with the error {error} of the sample alone, and so for every unit.")
        yield inline(said, meant=meant, error=exercise.symbol(loss))
    else:
        yield inline(_("Here {meant}, and so for every unit."), meant=meant)


# ---- facts ---------------------------------------------------------------------------------------------------


def _facts(exercise: SheetExercise) -> Iterator[Fact]:
    """Inputs, targets, parameters that no table has, settings; every value, however many there are."""
    page, problem = exercise.page, exercise.problem
    constants = page.solution.trace.derivation.constants
    tabled = {name for layer in _tabled(exercise) for name in layer.parameters}
    own = [_("inputs"), _("targets"), _("parameters"), _("samples"), _("state"), _("initial state"), _("mask")]
    if len(problem.samples) == 1:
        yield from _listed(exercise, _("inputs"), (q for q in constants if _is_input(exercise, q)))
        others = [q for q in constants if q.kind is Kind.INPUT and not _is_input(exercise, q)]
        yield from _listed(exercise, _("initial state"), (q for q in others if q.name in problem.states))
        masks = (q for q in others if q.name not in problem.states)
        yield from _listed(exercise, _("mask"), masks)
        yield from _listed(exercise, _("targets"), (q for q in constants if q.kind is Kind.TARGET))
    named = [q for q in constants if q.kind is Kind.PARAMETER]
    yield from _listed(
        exercise, _("parameters"), (q for q in named if q.name in problem.parameters and q.name not in tabled)
    )
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


def _tabled(exercise: SheetExercise) -> list[Layer]:
    """The layers whose weights are a table: dense ones, unless there is nothing in them to be mistaken."""
    layers = exercise.problem.layers
    if all(len(layer.neurons) == 1 and len(_senders(layer)) == 1 for layer in layers):
        return []
    return [layer for layer in layers if not layer.cells and 0 < len(_senders(layer)) <= _MOST_SENDERS]


def _wired(exercise: SheetExercise) -> list[Layer]:
    """The layers of which one sees what leads where: those in tables, and a dense one that is alone."""
    layers = exercise.problem.layers
    return list(layers) if len(layers) == 1 and not layers[0].cells else _tabled(exercise)


def _is_usual(layer: Layer) -> bool:
    """Whether the word for a layer's activation says all about it."""
    if layer.cells:
        return False
    return not isinstance(layer.activation, Apply) or OPERATIONS[layer.activation.operation].common


def _senders(layer: Layer) -> list[str]:
    return list(dict.fromkeys(c.sender for neuron in layer.neurons for c in neuron.connections))


def _weights(exercise: SheetExercise, layer: Layer) -> Table:
    """A row for each receiving unit, a column for each sender, and the biases or thresholds behind them."""
    page, senders = exercise.page, _senders(layer)
    biased = any(neuron.bias is not None for neuron in layer.neurons)
    bias = _("threshold") if exercise.problem.conventions.threshold else _("bias")
    head = [(Text(_("to")),), *(inline(_("from {name}"), name=page.name(one)) for one in senders)]
    rows = []
    for neuron in layer.neurons:
        weights = {c.sender: c.parameter for c in neuron.connections}
        cells = [_parameter(exercise, weights.get(one)) for one in senders]
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


# ---- formulas ------------------------------------------------------------------------------------------------


def _definitions(exercise: SheetExercise) -> list[Equation]:
    """What no table and no word says: the nodes of a graph, layers beyond dense, and the loss; each form once."""
    if exercise.problem.arrays:
        return list(forward_in_arrays(exercise.page))
    wired = {name for layer in _wired(exercise) for name in layer.units}
    usual = {name for layer in exercise.problem.layers for name in layer.units if _is_usual(layer)}
    chosen = []
    for step in exercise.page.solution.trace.steps:
        match step.line.phase, step.quantity.kind:
            case Phase.FORWARD, Kind.OUT if step.quantity.name in usual:
                continue
            case Phase.FORWARD, Kind.NET if step.quantity.name in wired:
                continue
            case ((Phase.FORWARD | Phase.LOSS), _):
                chosen.append(step)
    return _firsts(exercise, chosen, lambda step: (_stem(step.quantity), _parameters(step.line.formula)))


def reminder(exercise: SheetExercise) -> Iterator[Block]:
    """The formulas that the work needs, the first of each form."""
    labels = layer_labels(exercise.problem)
    wanted = {line.quantity for line in exercise.lines}
    steps = [step for step in exercise.page.solution.trace.steps if step.quantity in wanted]
    equations = _firsts(exercise, steps, lambda step: labels.get(owner(step.quantity), ""))
    if equations:
        yield Heading(1, Role.SHEET, (Text(_("Reminder")),))
        yield Say((Text(_("The first line of each form; the others are written in the same way.")),))
        yield Lines(tuple(equations))


def _firsts(exercise: SheetExercise, steps: Iterable[Step], also: Callable[[Step], Hashable]) -> list[Equation]:
    """The first step of each form, without its numbers; steps that differ in `also` are of different forms."""
    found: dict[Hashable, Step] = {}
    for step in steps:
        form = (step.quantity.kind, _form(step.line.formula), also(step))
        if not step.line.given and form not in found and len(found) < _MOST_LINES:
            found[form] = step
    of_samples = {step.quantity.bare for step in found.values() if _is_of_sample(step)}
    of_batches = {step.quantity.bare for step in found.values() if not _is_of_sample(step)}
    batched = bool(of_samples & of_batches)  # E of a sample, and E, the mean of them all
    pages = [exercise.page.speller.page_of(step.quantity.at) for step in found.values()]
    return [
        _in_symbols(exercise, step, without_sample(page) if batched else page)
        for step, page in zip(found.values(), pages, strict=True)
    ]


def _is_of_sample(step: Step) -> bool:
    return place_of(step.quantity.at, "sample") is not None


def _form(formula: Formula) -> Hashable:
    """The formula without the names in it, only what they are."""
    match formula:
        case Name(Quantity(kind=Kind.NEW)):  # the same line in the next step
            return Kind.PARAMETER
        case Name(Quantity() as quantity):
            return quantity.kind
        case Apply(operation, arguments):
            return (operation, *map(_form, arguments))
    return formula


def _parameters(formula: Formula) -> frozenset[str]:
    return frozenset(q.name for q in quantities_in(formula) if q.kind in (Kind.PARAMETER, Kind.NEW))


def _stem(quantity: Quantity) -> str:
    """f of f1, c of c1_1_2: what the units of one row have in common."""
    return quantity.name.rstrip("0123456789_")


def _in_symbols(exercise: SheetExercise, step: Step, here: Address) -> Equation:
    """The line in symbols, and once more with everything written out, where that says more: σ(net) = 1/(1 + e^−net)."""
    page, speller = exercise.page, exercise.page.speller
    equal = speller.writer.dialect.equal
    texts = [speller.formula(step, here)]
    if step.line.phase is Phase.FORWARD:
        texts.append(speller.symbols_of(spelled_out(step.line.formula), here))
    sides = tuple(Side(equal, text, SideRole.FORMULA) for text in dict.fromkeys(texts))
    return Equation((page.symbol(step.quantity, here),), sides, key=step.quantity.key)
