"""What stands on the sheet before the work begins: the network, what is given, and the conventions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.deriving.batch_forward import SAMPLE_WEIGHT
from backprop_cli.deriving.networks import is_fully_connected
from backprop_cli.documents import schedule
from backprop_cli.documents.model import Block, Column, Drawing, Fact, Facts, Given, Heading, Inline, Note, Role, Text
from backprop_cli.documents.prose import prose
from backprop_cli.documents.writing import Writing, inline, place, texts
from backprop_cli.ground.words import _, counted, listed
from backprop_cli.problem.model import Layer
from backprop_cli.solving.solution import Solution
from backprop_cli.writing.notation import load_notation

if TYPE_CHECKING:
    from backprop_cli.pictures.items import Picture

DATA = (Kind.INPUT, Kind.TARGET)


def top(page: Writing) -> Iterator[Block]:
    """The author's words, the network, what is given, and the conventions."""
    yield from prose(page.problem.text, page.dialect_name)
    if one_by_one := schedule.one_by_one(page.problem):
        yield Note(_with_keys(page, one_by_one))
    if (drawn := drawing(page)) is not None:
        yield drawn
    if given := tuple(facts(page)):
        yield Facts(given)
    yield from map(Note, notes(page))


def _with_keys(page: Writing, said: str) -> Inline:
    """Words with what is typed into a file as code where the page is typeset, else between its marks."""
    if page.speller.writer.dialect.setting is None:
        return (Text(said),)
    return tuple(Text(part, "code" if place % 2 else "") for place, part in enumerate(said.split("`")) if part)


def drawing(page: Writing, numbers: bool = True) -> Drawing | None:
    """The network or the graph, where there is one that is not too large; its picture shows `numbers`, too."""
    problem = page.problem
    if problem.nodes:
        found = _picture(page, "graph", numbers)
        return Drawing((), False, found) if found else None
    if not problem.layers or not problem.inputs:
        return None
    grid = problem.input_grid
    columns = [Column(_("inputs"), "input", tuple(map(page.name, problem.inputs)), shape=grid.shape if grid else ())]
    for layer in problem.layers:
        units = tuple(page.name(neuron.name) for neuron in layer.neurons)
        shape = layer.shape or (len(layer.outputs),)
        columns.append(Column(layer.label, layer.kind, units, activation(page, layer), shape, layer.flattened))
    return Drawing(tuple(columns), is_fully_connected(problem), _picture(page, "network", numbers))


def _picture(page: Writing, kind: str, numbers: bool) -> Picture | None:
    """The picture; none in characters, nor of a graph that is too large."""
    if page.speller.writer.dialect.setting is None:
        return None
    from backprop_cli.documents.picture import picture  # its layout is imported where something is drawn
    from backprop_cli.pictures import graph

    too_large = len(page.problem.nodes) > graph.MOST
    return None if too_large else picture(page.solution, kind, numbers)


def activation(page: Writing, layer: Layer) -> Inline:
    """A short word for a layer's activation."""
    if layer.activation is None:
        return (Text("softmax"),)
    if not isinstance(layer.activation, Apply) or layer.activation.operation == "identity":
        return ()
    operation, arguments = layer.activation.operation, layer.activation.arguments
    if operation in _SIGNS:
        return (page.name(_SIGNS[operation]),)
    plain = all(not isinstance(argument, Apply) for argument in arguments)
    set_ = plain and OPERATIONS[operation].parameters > 0
    return (Text(operation),) if len(arguments) == 1 or set_ else (page.name("f"),)


_SIGNS = {"sigmoid": "σ", "relu": "ReLU"}


def facts(page: Writing) -> Iterator[Fact]:
    """Inputs, targets, parameters, learning rate: what stands on the sheet."""
    problem, constants = page.problem, page.solution.trace.derivation.constants
    single = len(problem.samples) == 1
    words = {Kind.INPUT: _("inputs"), Kind.TARGET: _("targets"), Kind.PARAMETER: _("parameters")}
    for kind, word in words.items():
        given = [q for q in constants if q.kind is kind and (q.name in problem.parameters or kind in DATA)]
        states = [q for q in given if kind is Kind.INPUT and q.name in problem.states]
        masks = [q for q in given if kind is Kind.INPUT and q.name not in (*problem.inputs, *problem.states)]
        if given and (kind is Kind.PARAMETER or single):
            yield Fact(word, page.values([q for q in given if q not in (*masks, *states)]))
        if states and single:
            yield Fact(_("initial state"), page.listed(states))
        if masks and single:
            yield Fact(_("mask"), page.listed(masks))
    if not single:
        yield Fact(_("samples"), texts([counted(len(problem.samples))]))
    if problem.loss:
        yield Fact(_("loss"), texts([_(problem.loss.name.replace("_", " ")) or _("the formula below")]))
    if problem.loss and problem.loss.smoothing is not None:
        epsilon = page.symbol(Quantity(Kind.CONSTANT, "epsilon"))
        yield Fact(_("label smoothing"), ((page.equal(epsilon, page.constant(problem.loss.smoothing)),),))
    if problem.gradients:
        yield _whose_gradient(page)
    if problem.objective:
        yield Fact(_("objective"), ((page.name(problem.objective),),))
    settings = [q for q in constants if q.kind is Kind.CONSTANT and not q.at and q != COUNT]
    yield from schedule.facts(page, settings)
    if state := [q for q in constants if q.kind is Kind.PARAMETER and q.name in problem.training.state]:
        yield Fact(_("state"), page.listed(state))
    if problem.notation != "plain":
        yield Fact(_("notation"), texts([load_notation(problem.notation).title]))
    if problem.fixed:
        yield Fact(_("not updated"), tuple((page.name(name),) for name in sorted(problem.fixed)))


def _whose_gradient(page: Writing) -> Fact:
    """What E is where nothing but its gradient is given."""
    letter = page.word("loss").characters
    if page.problem.training.rule.maximize:
        return Fact(_("objective"), texts([_("{loss}, of which only the gradient is given").format(loss=letter)]))
    return Fact(_("loss"), texts([_("the error {loss}, of which only the gradient is given").format(loss=letter)]))


def data(page: Writing, address: Address) -> Iterator[tuple[Inline, ...]]:
    """The inputs and targets of the sample whose pass begins, or of each sample of a batch that is done together."""
    derivation = page.solution.trace.derivation
    several = [one for one, batch in derivation.together.items() if batch == address]
    for one in several or [address]:
        at = tuple(place for place in one if place.word == "sample")
        if at and (
            given := [q for q in derivation.constants if q.at == at and (q.kind in DATA or q.bare == SAMPLE_WEIGHT)]
        ):
            yield page.values(given, () if several else at)


def opening(page: Writing, address: Address) -> tuple[Block, ...]:
    """The heading of a pass and its data; nothing where there is only one pass. What follows stands a level below."""
    where = place(address)
    return (Heading(1, Role.PASS, (Text(where),)), *map(Given, data(page, address))) if where else ()


def ending(solution: Solution) -> tuple[Block, ...]:
    """That the page goes no further than the first epoch, where there are more."""
    return (Note((Text(_("This is the first epoch only.")),)),) if solution.training is not None else ()


def is_data(quantity: Quantity) -> bool:
    """Whether it is what a sample has: an input, a target, or its weight."""
    return quantity.kind in DATA or quantity.bare == SAMPLE_WEIGHT


def notes(page: Writing) -> Iterator[Inline]:
    """What a reader must know about the conventions, and how lines are rounded."""
    yield from agreed(page)
    rule = page.solution.rounding
    if rule is not None and rule.default is not None:
        yield (Text(_("Every line is rounded when it is written, and the next line uses the rounded value.")),)
    elif rule is not None:
        kinds = listed(kind.value for kind in rule.kinds)
        said = _("Rounded when they are written, and used so from there on: {kinds}.")
        yield (Text(said.format(kinds=kinds)),)


def agreed(page: Writing) -> Iterator[Inline]:
    """What a reader must know about the conventions."""
    conventions = page.problem.conventions
    if conventions.updated_weights:
        said = _("Announced: the hidden δ use the already updated output weights. This is not gradient descent.")
        yield (Text(said),)
    if conventions.mean_in_delta:
        weighted = _("Here the ω/Σω of a sample is in its every {delta}, so the gradients of a batch are added up.")
        alike = _("Here the 1/n of a batch is in every {delta}, so its gradients are added up.")
        yield inline(weighted if page.problem.is_weighted else alike, delta=page.word("delta"))
    if conventions.negative_delta:
        said = _("Here {delta} = −∂E/∂net, so an update adds {rate}·{delta}·input.")
        yield inline(said, delta=page.word("delta"), rate=page.word("rate"))
    if page.solution.nothing_after:
        yield (Text(_("Nothing is updated here, so there is no forward pass after the update.")),)
    yield from texts(schedule.notes(page.problem))
