"""From a problem to the lines of one sample, without addresses: forward pass, backward pass, gradients, updates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line, SamplePlan, in_order
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, names_in
from backprop_cli.algebra.parts import LossParts, NetParts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Place, Quantity, gradient, local
from backprop_cli.algebra.updates import UpdateRule, update_lines
from backprop_cli.deriving import batch_forward as batches
from backprop_cli.deriving import graphs, networks
from backprop_cli.deriving.backpropagation import Backward, Style, local_slopes
from backprop_cli.deriving.metrics import metric_lines
from backprop_cli.deriving.output_errors import error_lines
from backprop_cli.deriving.short_forms import short_forms
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Cell, Layer, Problem


def sample_plan(
    problem: Problem, given: Collection[str], batch: Sequence[int] = (), share: Formula = ONE
) -> SamplePlan:
    """The lines of one sample in which the quantities with the `given` keys are prescribed.

    The update lines stand for online training; where batches are larger, the schedule writes its own, and plain
    steps say which parameters have one. Where batch statistics couple the samples, the lines are those of a whole
    `batch` of them (all where it is empty): what belongs to one sample has its address and is given under a key
    with it, and the loss of the batch is differentiated. Where the mean of a batch is in every δ, the sample has this
    `share` in it.
    """
    samples = _addresses(problem, batch)
    forward = list(_with_something_in_it(_prescribed(line, given) for line in _forward(problem, samples)))
    objective = _objective(problem, forward, samples)
    prescribed = _given_gradients(problem, objective, given, samples) | _given_locals(
        problem, forward, objective, given
    )
    backward = Backward(forward, objective, prescribed, _style(problem, forward, share))
    lines = {line.quantity: line for line in forward}
    errors = [line for at in samples for line in error_lines(problem, at)] if "errors" in problem.show else []
    wanted = [line.quantity for line in (*_until_loss(forward), *errors, *forward)]
    metrics = (
        list(metric_lines(problem, objective, samples)) if problem.couples_samples or not problem.has_batches else []
    )
    wanted += [line.quantity for line in metrics]
    lines |= {line.quantity: line for line in (*errors, *metrics)}
    if backward.given or any(line.quantity == objective for line in forward):
        order = list(_write_backward(problem, backward, forward, samples))
        lines |= backward.lines
        updates = {line.quantity: line for line in _updates(problem, backward)}
        lines |= updates
        if problem.conventions.updated_weights:
            wanted += _layer_by_layer(problem, objective)
        wanted += [*order, *updates]
    try:
        return SamplePlan(tuple(in_order(lines, wanted)), objective)
    except ValueError as circle:
        message = _("'hidden_uses: updated' needs {quantity} before it is known: a weight is shared between layers")
        raise UsageError(message.format(quantity=circle)) from None


def _until_loss(lines: Sequence[Line]) -> list[Line]:
    """The lines of the forward pass."""
    return [line for line in lines if line.phase is Phase.FORWARD]


def givable(problem: Problem) -> tuple[Quantity, ...]:
    """What can be prescribed, without addresses: what the forward pass writes, and where a backward pass can begin."""
    samples = _addresses(problem, (1,))
    forward = list(_forward(problem, samples))
    objective = _objective(problem, forward, samples)
    found = [*(line.quantity for line in forward), *_possible_gradients(problem, objective, samples)]
    found += _possible_locals(problem, forward, objective)
    return tuple(dict.fromkeys(quantity.bare for quantity in found))


def _addresses(problem: Problem, batch: Sequence[int]) -> tuple[Address, ...]:
    """The addresses of the samples that are done together: of one alone, none."""
    if not problem.couples_samples:
        return ((),)
    return tuple((Place("sample", index),) for index in batch or range(1, len(problem.samples) + 1))


def sample_place(problem: Problem, index: int) -> Address:
    """Where a sample stands in the address of its lines: nowhere, if it is the only one."""
    return (Place("sample", index),) if len(problem.samples) > 1 else ()


def _forward(problem: Problem, samples: Sequence[Address]) -> Iterator[Line]:
    if problem.nodes:
        return graphs.forward_lines(problem)
    if problem.couples_samples:
        return batches.forward_lines(problem, samples)
    return networks.forward_lines(problem)


def _prescribed(line: Line, given: Collection[str]) -> Line:
    """The line, marked as given: its own formula still says how it depends on others, for the backward pass."""
    return _replace(line, given=True) if line.quantity.key in given else line


def _with_something_in_it(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines without empty net inputs: those of units that have no weights, because their outputs are given."""
    listed = list(lines)
    prescribed = {line.quantity for line in listed if line.given}
    for line in listed:
        of_nothing = isinstance(line.parts, NetParts) and not line.parts.terms and line.parts.bias is None
        own = Quantity(Kind.OUT, line.quantity.name, at=line.quantity.at)
        if line.given or not of_nothing or own not in prescribed:
            yield line


def objective_of(problem: Problem) -> Quantity:
    """The quantity that is differentiated, without address."""
    return _objective(problem, [], ((),))


def _objective(problem: Problem, forward: list[Line], samples: Sequence[Address]) -> Quantity:
    """The quantity that is differentiated; in a network without a loss it is an output under its own name, or E."""
    if problem.nodes:
        return graphs.node(problem.objective or list(problem.nodes)[-1])
    if problem.objective:
        named = Quantity(Kind.LOSS, problem.objective)
        value = networks.out(problem.objective)
        for sample in samples:
            formula = Name(value.at_address(sample))
            forward.append(Line(Phase.LOSS, named.at_address(sample), formula, parts=LossParts((formula,))))
        if problem.couples_samples:
            forward.append(batches.combined_line(problem, named, samples))
        return named
    return networks.LOSS


def _given_gradients(
    problem: Problem, objective: Quantity, given: Collection[str], samples: Sequence[Address]
) -> set[Quantity]:
    """The prescribed quantities that stand in the backward pass."""
    return {quantity for quantity in _possible_gradients(problem, objective, samples) if quantity.key in given}


def _possible_gradients(problem: Problem, objective: Quantity, samples: Sequence[Address]) -> list[Quantity]:
    """The quantities of the backward pass that can be prescribed."""
    possible: list[Quantity] = []
    for layer in problem.layers:
        quantities = [gradient(objective, cell.quantity) for cell in layer.cells if cell.quantity.kind is Kind.CELL]
        for name in layer.units:
            quantities += [gradient(objective, networks.out(name)), Quantity(Kind.DELTA, name)]
        possible += [one.at_address(at) for one in quantities for at in dict.fromkeys([(), *samples])]
    nodes = (graphs.node(name) for name in problem.nodes)
    possible += [gradient(objective, node) for node in nodes if node != objective]  # whose own is 1
    possible += [gradient(objective, networks.parameter(name)) for name in problem.parameters]
    if problem.nodes:
        possible += [gradient(objective, Quantity(Kind.INPUT, name)) for name in problem.inputs]
    return possible


def _possible_locals(problem: Problem, forward: Sequence[Line], objective: Quantity) -> list[Quantity]:
    """The local derivatives of a graph's nodes; that of the last node in what one path leads from is its gradient."""
    if not problem.nodes:
        return []
    return [local(line.quantity, used) for line, used, _slope in local_slopes(forward) if line.quantity != objective]


def _given_locals(
    problem: Problem, forward: Sequence[Line], objective: Quantity, given: Collection[str]
) -> set[Quantity]:
    """The local derivatives that are prescribed: of a function of which nothing else is known."""
    if not any("/" in key for key in given):
        return set()
    return {quantity for quantity in _possible_locals(problem, forward, objective) if quantity.key in given}


def _write_backward(
    problem: Problem, backward: Backward, forward: list[Line], samples: Sequence[Address]
) -> Iterator[Quantity]:
    """The backward quantities in the order of the lecture: from the loss to the first layer, then the gradients."""
    for layer in reversed(problem.layers):
        quantities = _backwards(layer, backward, samples)
        yield from (backward.write(quantity) for quantity in quantities if backward.reaches(quantity))
    if problem.nodes:
        nodes = [line.quantity for line in reversed(forward) if backward.reaches(line.quantity)]
        yield from (backward.write(quantity) for quantity in nodes)
    for name in problem.inputs if problem.nodes else ():
        yield backward.write(Quantity(Kind.INPUT, name))
    for name in _in_reverse_layers(problem):
        yield backward.write(networks.parameter(name))
    numbers_of_rows = {name for layer in problem.layers for name in layer.rows}  # which have no gradient
    for sample in samples:
        for name in () if problem.nodes else (*problem.inputs, *problem.states):
            if name not in numbers_of_rows:
                yield backward.write(Quantity(Kind.INPUT, name, at=sample))


def _backwards(layer: Layer, backward: Backward, samples: Sequence[Address]) -> list[Quantity]:
    """The quantities of a layer whose gradients are written, in order: the last cells first."""
    nets = {cell.quantity.name for cell in layer.cells if cell.quantity.kind is Kind.NET}
    if not layer.cells:
        nets = {*layer.outputs}
        quantities = [kind(name).at_address(at) for at in samples for kind in (networks.net, networks.out)
                      for name in layer.outputs]  # fmt: skip
    elif layer.couples_samples:
        quantities = [cell.quantity.at_address(at) for cell in _last_first(layer)
                      for at in ([()] if cell.shared else samples)]  # fmt: skip
    else:
        quantities = [cell.quantity.at_address(at) for at in samples for cell in _last_first(layer)]
    return [one for one in quantities if one.kind is not Kind.OUT or one.name not in nets or backward.is_given_out(one)]


def _last_first(layer: Layer) -> list[Cell]:
    """The cells in a reverse topological order; those at the same depth stay in the order in which they are computed.

    A cell that is given as a number is left out: no gradient flows into it.
    """
    depths: dict[Quantity, int] = {}
    for cell in layer.cells:
        used = [name.symbol for name in names_in(cell.formula)]
        if used:
            depths[cell.quantity] = 1 + max(depths.get(one, 0) for one in used if isinstance(one, Quantity))
    cells = [cell for cell in layer.cells if cell.quantity in depths]
    return sorted(cells, key=lambda cell: -depths[cell.quantity])


def _layer_by_layer(problem: Problem, objective: Quantity) -> Iterator[Quantity]:
    """The order in which a layer is done with, its updates included, before the layer below it is begun."""
    for layer in reversed(problem.layers):
        yield from (Quantity(Kind.DELTA, name) for name in layer.units)
        yield from (gradient(objective, networks.parameter(name)) for name in layer.parameters)
        yield from (Quantity(Kind.NEW, name) for name in layer.parameters)


def _in_reverse_layers(problem: Problem) -> list[str]:
    """The parameters in the order in which their gradients are reached, last layer first."""
    order = dict.fromkeys(name for layer in reversed(problem.layers) for name in layer.parameters)
    return [*order, *(name for name in problem.parameters if name not in order)]


def _updates(problem: Problem, backward: Backward) -> Iterator[Line]:
    if problem.training.learning_rate is None:
        return
    gradients: dict[Quantity, Formula] = {}
    for name in problem.parameters:
        parameter = networks.parameter(name)
        line = backward.lines.get(gradient(backward.objective, parameter))
        if line is not None and name not in problem.fixed:
            gradients[parameter] = update_gradient(problem, line)
    batches = problem.has_batches and not problem.couples_samples  # whose updates the schedule writes
    yield from update_lines(UpdateRule() if batches else problem.training.rule, gradients)


def update_gradient(problem: Problem, line: Line) -> Formula:
    """The gradient as the update writes it: by name, or, where δ = −∂E/∂net, as −δ·x so that the update adds.

    A batch is updated from its samples' gradients, which then need their names.
    """
    plain = problem.training.rule == UpdateRule()
    adds = problem.conventions.negative_delta and not line.given and not problem.has_batches and plain
    return line.formula if adds else Name(line.quantity)


def _style(problem: Problem, forward: list[Line], share: Formula) -> Style:
    updated: frozenset[str] = frozenset()
    if problem.conventions.updated_weights and problem.training.learning_rate is not None:
        updated = frozenset(problem.parameters) - problem.fixed
    quantities = {line.quantity for line in forward}
    factor_one = any(line.quantity == networks.LOSS and _is_plain_sum(line.formula) for line in forward)
    parts = {o: networks.part(o) for o in problem.outputs if networks.part(o) in quantities and factor_one}
    negative = bool(problem.conventions.negative_delta)
    over_steps = frozenset() if negative else frozenset(_over_steps(problem))  # with −δ, updates are written out whole
    return Style(negative, updated, parts if share == ONE else {}, short_forms(problem), share, over_steps)


def _over_steps(problem: Problem) -> Iterator[Quantity]:
    """The weights and cell states of layers that are applied step by step."""
    for layer in problem.layers:
        if layer.over_steps:
            yield from (networks.parameter(name) for name in layer.parameters)
            yield from (cell.quantity for cell in layer.cells if cell.quantity.kind is Kind.CELL)


def _is_plain_sum(formula: Formula) -> bool:
    """Whether a loss is the parts of its outputs and nothing else."""
    if isinstance(formula, Name):
        return isinstance(formula.symbol, Quantity) and formula.symbol.kind is Kind.PART
    return isinstance(formula, Apply) and formula.operation == "sum"
