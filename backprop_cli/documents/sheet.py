"""What stands on the sheet before the work begins: the network, what is given, and the conventions."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.documents.model import Column, Drawing, Fact, Inline, Math, Text
from backprop_cli.documents.writing import Writing, inline, texts
from backprop_cli.formula import Apply
from backprop_cli.notation import load_notation
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.quantities import Kind
from backprop_cli.words import _

DATA = (Kind.INPUT, Kind.TARGET)


def drawing(page: Writing) -> Drawing | None:
    """The network, where there is one."""
    problem = page.problem
    if not problem.layers or not problem.inputs:
        return None
    columns = [Column(_("inputs"), tuple(map(page.name, problem.inputs)))]
    for layer in problem.layers:
        units = tuple(page.name(neuron.name) for neuron in layer.neurons)
        columns.append(Column(layer.label, units, activation(page, layer)))
    return Drawing(tuple(columns), _fully_connected(problem))


def activation(page: Writing, layer: Layer) -> Inline:
    """A short word for a layer's activation."""
    if layer.activation is None:
        return (Text("softmax"),)
    if not isinstance(layer.activation, Apply):
        return ()
    operation = layer.activation.operation
    if operation == "identity":
        return ()
    if operation in _SIGNS:
        return (page.name(_SIGNS[operation]),)
    named = len(layer.activation.arguments) == 1 or operation.endswith("lu")
    return (Text(operation),) if named else (page.name("f"),)


_SIGNS = {"sigmoid": "σ", "relu": "ReLU"}


def _fully_connected(problem: Problem) -> bool:
    before = set(problem.inputs)
    for layer in problem.layers:
        if any({c.sender for c in neuron.connections} != before for neuron in layer.neurons):
            return False
        before = {neuron.name for neuron in layer.neurons}
    return True


def facts(page: Writing) -> Iterator[Fact]:
    """Inputs, targets, parameters, learning rate: what stands on the sheet."""
    problem, constants = page.problem, page.solution.trace.derivation.constants
    single = len(problem.samples) == 1
    words = {Kind.INPUT: _("inputs"), Kind.TARGET: _("targets"), Kind.PARAMETER: _("parameters")}
    for kind, word in words.items():
        given = [q for q in constants if q.kind is kind and (q.name in problem.parameters or kind in DATA)]
        if given and (kind is Kind.PARAMETER or single):
            yield Fact(word, page.listed(given))
    if not single:
        yield Fact(_("samples"), texts([str(len(problem.samples))]))
    if problem.loss:
        yield Fact(_("loss"), texts([problem.loss.name.replace("_", " ") or _("the formula below")]))
    if problem.objective:
        yield Fact(_("objective"), ((page.name(problem.objective),),))
    yield from _training(page)
    if problem.notation != "plain":
        yield Fact(_("notation"), texts([load_notation(problem.notation).title]))
    if problem.fixed:
        yield Fact(_("not updated"), tuple((page.name(name),) for name in sorted(problem.fixed)))


def _training(page: Writing) -> Iterator[Fact]:
    """How parameters are updated."""
    problem, constants = page.problem, page.solution.trace.derivation.constants
    rule = problem.training.rule
    settings = [quantity for quantity in constants if quantity.kind is Kind.CONSTANT and not quantity.at]
    for quantity in settings[:1]:
        yield Fact(_("learning rate"), (page.equality(quantity),))
    if rule.optimizer != "sgd" or settings[1:]:
        yield Fact(_("optimizer"), texts([rule.optimizer.replace("_", " ")]))
    if settings[1:]:
        yield Fact(_("settings"), page.listed(settings[1:]))
    if state := [q for q in constants if q.kind is Kind.PARAMETER and q.name in problem.training.state]:
        yield Fact(_("state"), page.listed(state))


def notes(page: Writing) -> Iterator[Inline]:
    """What a reader must know about the conventions."""
    conventions, rule = page.problem.conventions, page.solution.rounding
    if conventions.updated_weights:
        said = _("Announced: the hidden {delta} use the already updated output weights. This is not gradient descent.")
        yield inline(said, delta=Math(page.speller.writer.name("δ")))
    if conventions.negative_delta:
        said = _("Here {delta} = −∂E/∂net, so an update adds {rate}·{delta}·input.")
        yield inline(said, delta=page.word("delta"), rate=page.word("rate"))
    if page.solution.nothing_after:
        yield (Text(_("Nothing is updated here, so there is no forward pass after the update.")),)
    if rule is not None and rule.default is not None:
        yield (Text(_("Every line is rounded when it is written, and the next line uses the rounded value.")),)
    elif rule is not None:
        kinds = ", ".join(kind.value for kind in rule.kinds)
        said = _("Rounded when they are written, and used so from there on: {kinds}.")
        yield (Text(said.format(kinds=kinds)),)
