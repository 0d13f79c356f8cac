"""From the validated file to a Problem: names are resolved, shapes compared, and every complaint located."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.references import Reference
from backprop_cli.ground.words import _
from backprop_cli.problem.checks import check_names, check_values
from backprop_cli.problem.choices import has_parts, read_loss
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.graph import Graph, GraphReader, flat_parameters, given_grids, read_objective
from backprop_cli.problem.grids import Grid, grid_of, is_ragged, refuse_uneven
from backprop_cli.problem.layer_types.states import check_states
from backprop_cli.problem.layer_types.step_masks import check_masks, masked_outputs
from backprop_cli.problem.layers import build_layers, named_numbers
from backprop_cli.problem.letter_checks import check_letters
from backprop_cli.problem.letters import NO_LETTERS, Letters, letters_of, opened
from backprop_cli.problem.marking import read_marking, read_marks
from backprop_cli.problem.metrics import read_metrics
from backprop_cli.problem.model import Conventions, Detail, Layer, LossChoice, NamedArray, Problem, StopRule
from backprop_cli.problem.parameters import Parameters
from backprop_cli.problem.questions import is_question
from backprop_cli.problem.requests import with_requests
from backprop_cli.problem.runs import read_report, read_starts
from backprop_cli.problem.samples import SampleReader, with_data
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.sections import AskFile, values_asked, words_asked
from backprop_cli.problem.settings import read_conventions, read_rounding
from backprop_cli.problem.smoothing import with_smoothing
from backprop_cli.problem.stack import LayerSurroundings, Stack
from backprop_cli.problem.tensors import learning_together
from backprop_cli.problem.training import read_batch, read_training
from backprop_cli.problem.tree import Path
from backprop_cli.problem.update_rules import check_state, lines_to_show


def build(file: ProblemFile, letters: Letters, book: ComplaintBook) -> Problem:
    """The problem; it is of use only where nothing has been complained about."""
    _check_kind(file, book)
    book.complain_of_words(file.text or "", ("text",))
    conventions, batch = read_conventions(file), read_batch(file, book)
    inputs = _inputs(file, book)
    stack = Stack(inputs or Grid((), ()))
    surroundings = _surroundings(file, conventions, batch)
    others = {*stack.inputs, *surroundings.listed, *(surroundings.target_names() or ())}
    declared = flat_parameters(file, book)
    parameters = Parameters.of(book, letters, declared, named_numbers(file.layers), others)
    known = build_layers(file.layers, stack, surroundings, parameters, book, known=inputs is not None)
    graph = _graph(file, book, (*stack.inputs, *declared))
    outputs = stack.layers[-1].outputs if stack.layers else ()
    later = book if known else ComplaintBook(book.tree)  # what is said of outputs that are not known is not kept
    loss = read_loss(later, "none" if file.loss is None else file.loss, outputs if stack.layers else None)
    loss = with_smoothing(file, later, loss, stack.layers)
    samples = SampleReader(file, later, letters, stack.grids[0], stack.layers, loss).samples()
    fixed = _fixed(file, later, stack.layers, parameters.values, graph.arrays) | parameters.frozen
    if not graph.is_whole:
        known, later = False, ComplaintBook(book.tree)
    objective = read_objective(file, later, list(graph.nodes) or outputs, graph.arrays)
    problem = Problem(
        title=file.title or "",
        parameters=parameters.values,
        samples=with_data(samples, stack.data),
        layers=tuple(stack.layers),
        nodes=graph.nodes,
        arrays=graph.arrays,
        inputs=stack.grids[0].names,
        input_grid=stack.grids[0],
        fixed=fixed,
        loss=loss,
        objective=objective,
        gradients=_gradients(file, book, parameters.values),
        conventions=conventions,
        rounding=read_rounding(file.rounding, book),
        detail=Detail(file.detail) if file.detail is not None else None,
        notation=file.notation or "plain",
        ask=tuple(Reference.parse(one) for one in values_asked(file.ask) if not is_question(one)),
        ask_words=words_asked(file.ask),
        ask_formulas=tuple(map(Reference.parse, file.ask.formula if isinstance(file.ask, AskFile) else ())),
        marks=read_marks(file.marks, book),
        marking=read_marking(file.marking, book),
        symbolic=file.symbolic,
        text=file.text or "",
        show=_shown(file, later, stack.layers, loss),
        states=tuple(name for name in stack.states if name in stack.data),
        masks=masked_outputs(stack),
    )
    problem = _replace(problem, metrics=read_metrics(file, later, problem))
    problem = _with_training(problem, file, book, batch, later)
    problem = with_requests(problem, file, later)
    if letters != NO_LETTERS or file.letters:
        problem = _with_letters(problem, file, later)
    if known:
        check_states(surroundings.initial, stack.states, book)
        check_masks(surroundings.masks, stack, loss, book)
        check_names(problem, book, stack.data)
        check_values(problem, file, book)
    return problem


def _with_training(
    problem: Problem, file: ProblemFile, book: ComplaintBook, batch: int | None, later: ComplaintBook
) -> Problem:
    """The problem with how it is trained, from which parameters, and what is reported of it."""
    starts = read_starts(file, later, problem.parameters, problem.fixed)
    report, quantities = read_report(file, later)
    training = read_training(file, book, problem.layers, batch, report)
    if later is book:
        check_state(file.state, book, training.rule, problem.parameters)
    problem = _replace(
        problem,
        parameters={**problem.parameters, **(starts[0] if starts else {})},
        training=training,
        report=report,
        report_quantities=quantities,
        starts=starts,
        stop=_stop(file, book),
    )
    rule = _replace(training.rule, layers=learning_together(problem, later))
    return _replace(problem, training=_replace(training, rule=rule))


def _stop(file: ProblemFile, book: ComplaintBook) -> StopRule | None:
    """When training ends early; complains about a rule without a bound."""
    if file.stop is None:
        return None
    rule: StopRule = file.stop.rule
    if rule == StopRule(norm=rule.norm):
        hint = _("write loss_below, change_below, step_below or gradient_below")
        book.complain_at_key(("stop",), _("training ends early by a bound, and here is none"), hint)
    others = ("loss_below", "loss_above", "change_below", "gradient_below") if file.gradients else ()
    for key in others:
        if getattr(rule, key) is not None:
            message = _("given gradients have no loss, and are what they are: training can end by the step alone")
            book.complain_at_key(("stop", key), message, _("write step_below"))
    return rule


def _shown(file: ProblemFile, book: ComplaintBook, layers: Sequence[Layer], loss: LossChoice | None) -> frozenset[str]:
    """The lines that are shown on request; errors need outputs with targets, shares a loss that is a sum of them."""
    show = lines_to_show(file)
    has_targets = file.targets is not None or file.samples
    if "errors" in show and not (layers and has_targets):
        book.complain(("show",), _("an error is t − y: it needs layers and targets"))
    if "shares" in show and (loss is None or not has_parts(loss)):
        message = _("the shares are of the outputs in a loss that is a sum over them, and here is none")
        book.complain(("show",), message, _("write a loss by name, or a formula in out and t"))
    return show


def _with_letters(problem: Problem, file: ProblemFile, book: ComplaintBook) -> Problem:
    """The problem with its open numbers as letters."""
    problem = opened(problem)
    problem = _replace(problem, letters=letters_of(problem))
    check_letters(file, book, problem)
    return problem


def _check_kind(file: ProblemFile, book: ComplaintBook) -> None:
    """Complains where there is nothing to solve, or more than one thing."""
    kinds = [key for key in ("layers", "graph", "gradients") if getattr(file, key)]
    if len(kinds) > 1:
        message = _("{first!r} and {second!r} cannot stand in one problem")
        book.complain_at_key((kinds[1],), message.format(first=kinds[0], second=kinds[1]))
    if not kinds:
        hint = _("a problem has 'layers' (a network), 'graph' (named expressions) or 'gradients'")
        book.complain_at(None, _("there is nothing to solve"), hint)


def _inputs(file: ProblemFile, book: ComplaintBook) -> Grid | None:
    """The names of the inputs and how they lie, from `inputs` or from the first sample; None: they cannot be read."""
    given: Any = file.inputs
    path: Path = ("inputs",)
    if given is None and isinstance(file.samples, list) and file.samples:
        given, path = file.samples[0].inputs, ("samples", 0, "inputs")
    if given is None:
        return Grid((), ())
    if refuse_uneven(given, "inputs", path, book):
        return None
    return _flat(given) if file.graph else grid_of(given, _named_elsewhere(file) if file.layers else ())


def _flat(given: Any) -> Grid:
    """The inputs of a graph in the order of the file, those of vectors and matrices row by row."""
    grids = given_grids(given)
    if not grids:
        return grid_of(given)
    return grids["x"] if not isinstance(given, dict) else Grid.flat([n for grid in grids.values() for n in grid.names])


def _graph(file: ProblemFile, book: ComplaintBook, loose: Sequence[str]) -> Graph:
    """The graph over its inputs and parameters, which may be arrays."""
    inputs: Any = file.inputs
    if inputs is None and isinstance(file.samples, list) and file.samples:
        inputs = file.samples[0].inputs
    if not file.graph:
        return Graph({}, {})
    given = {**(given_grids(inputs) if inputs is not None else {}), **given_grids(file.parameters)}
    named = {**(inputs if isinstance(inputs, dict) else {"x": inputs}), **file.parameters}
    lost = {name for name, one in named.items() if is_ragged(one)}
    return GraphReader(file.graph, book, given, loose, lost).read()


def _named_elsewhere(file: ProblemFile) -> set[str]:
    """The names that a file gives to neurons, to targets and to parameters, which no automatic input has."""
    neurons = (getattr(layer, "neurons", None) for layer in file.layers)
    listed = {name for names in neurons if isinstance(names, list) for name in names}
    first = file.samples[0].targets if isinstance(file.samples, list) and file.samples else file.targets
    targets = set(first) if isinstance(first, dict) else set()
    return {*listed, *targets, *file.parameters, *(one.name for one in named_numbers(file.layers) if one.name)}


def _surroundings(file: ProblemFile, conventions: Conventions, batch: int | None) -> LayerSurroundings:
    """What the layers may ask about the rest of the file."""
    listed = file.samples if isinstance(file.samples, list) else None
    samples = 1 if listed is None else len(listed)
    targets = listed[0].targets if listed and file.targets is None else file.targets
    neurons = (getattr(layer, "neurons", None) for layer in file.layers)
    optimizer = file.optimizer if isinstance(file.optimizer, str) else file.optimizer.name
    return LayerSurroundings(
        layers=len(file.layers),
        samples=samples,
        batch=max(1, min(batch or samples, samples)),
        targets=targets,
        listed=frozenset(name for names in neurons if isinstance(names, list) for name in names),
        prescribed=frozenset(file.given).union(*(sample.given for sample in listed or ())),
        optimizer=optimizer.strip(),
        initial=tuple(sample.initial for sample in listed or ()),
        masks=tuple(tuple(sample.mask) for sample in listed or ()),
        conventions=conventions,
    )


def _fixed(
    file: ProblemFile,
    book: ComplaintBook,
    layers: Sequence[Layer],
    parameters: Collection[str],
    arrays: Mapping[str, NamedArray],
) -> frozenset[str]:
    """The parameters that are not updated; of an array, all entries."""
    biases = {name for layer in layers for name in layer.bias_parameters}
    groups = {"biases": biases, "weights": set(parameters) - biases, "all": set(parameters)}
    given = file.fixed
    if isinstance(given, str) and given in groups:
        return frozenset(groups[given])
    names: list[str] = [given] if isinstance(given, str) else given
    entries = {stem: one.grid.names for stem, one in arrays.items() if set(one.grid.names) <= set(parameters)}
    for index, name in enumerate(names):
        if name not in parameters and name not in entries:
            path: Path = ("fixed",) if isinstance(given, str) else ("fixed", index)
            message = _("no parameter called {name!r}").format(name=name)
            book.complain(path, message, book.which(name, [*entries, *parameters]))
    return frozenset(one for name in names for one in entries.get(name, (name,)))


def _gradients(
    file: ProblemFile, book: ComplaintBook, parameters: Mapping[str, Formula]
) -> dict[str, tuple[Formula, ...]]:
    """Given gradients, every sequence of the same length."""
    sequences = {name: tuple(one) if isinstance(one, list) else (one,) for name, one in file.gradients.items()}
    longest = max(map(len, sequences.values()), default=0)
    for name, sequence in sequences.items():
        path = ("gradients", name)
        if name not in parameters:
            message = _("no parameter called {name!r}").format(name=name)
            hint = book.near(name, parameters) or _("write parameters: {{{name}: 0.5}}").format(name=name)
            book.complain_at_key(path, message, hint)
        if len(sequence) != longest:
            message = _("{count} gradients here and {longest} elsewhere")
            book.complain(path, message.format(count=len(sequence), longest=longest))
    return sequences
