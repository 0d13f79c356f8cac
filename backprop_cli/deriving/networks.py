"""Writes a network's forward pass as named formulas: net inputs, outputs, the loss."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import (
    ONE,
    Apply,
    Formula,
    Name,
    add,
    apply,
    divide,
    multiply,
    names_in,
    negate,
    number,
    replace,
)
from backprop_cli.algebra.losses import LOSSES, per_output
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.parts import LossParts, NetParts, OutParts, Parts, Term, name_of, net_parts
from backprop_cli.algebra.quantities import TERM, Kind, Phase, Quantity, named, net, out, parameter
from backprop_cli.deriving.smoothing import aim, smoothing_lines
from backprop_cli.problem.choices import has_parts
from backprop_cli.problem.model import Cell, Layer, LossChoice, Neuron, Problem

__all__ = ["LOSS", "forward_lines", "is_fully_connected", "net", "out", "parameter", "part", "target"]

LOSS = Quantity(Kind.LOSS)


def target(neuron: str) -> Quantity:
    """The target t of an output neuron: what its output should be."""
    return named(Kind.TARGET, neuron)


def part(neuron: str) -> Quantity:
    """One output's part of the loss."""
    return named(Kind.PART, neuron)


def forward_lines(problem: Problem) -> Iterator[Line]:
    """The forward pass of one sample, layer by layer: all net inputs and outputs, then the loss."""
    for layer in problem.layers:
        yield from layer_lines(problem, layer)
    if problem.loss:
        yield from loss_lines(problem, problem.loss)


def layer_lines(problem: Problem, layer: Layer) -> Iterator[Line]:
    """The forward pass of one layer."""
    if layer.cells:
        terms = {term.quantity.name.removeprefix(TERM): term for term in softmax_terms(problem, layer)}
        for cell in layer.cells:
            if cell.quantity.kind is Kind.OUT and cell.quantity.name in terms:
                yield terms[cell.quantity.name]
            yield cell_line(cell)
    elif layer.activation is not None:
        for neuron in layer.neurons:
            yield _net_line(problem, neuron)
            yield _out_line(layer.activation, neuron)
    else:  # softmax needs every net input of the layer
        nets = [Name(net(neuron.name)) for neuron in layer.neurons]
        for neuron in layer.neurons:
            yield _net_line(problem, neuron)
        yield from softmax_terms(problem, layer)
        for index, neuron in enumerate(layer.neurons, start=1):
            formula = Apply("softmax", (number(index), *nets))
            parts = OutParts(nets[index - 1])
            yield Line(Phase.FORWARD, out(neuron.name), formula, rules=(OPERATIONS["softmax"].rule,), parts=parts)


def softmax_terms(problem: Problem, layer: Layer) -> Iterator[Line]:
    """The terms e^net of the sum under the softmax of the last layer, where shares are shown."""
    if "shares" in problem.show and layer is problem.layers[-1] and layer.activation is None:
        for output in layer.outputs:
            formula = apply("exp", Name(net(output)))
            yield Line(Phase.FORWARD, Quantity(Kind.AUX, f"{TERM}{output}"), formula, parts=OutParts(Name(net(output))))


def cell_line(cell: Cell) -> Line:
    """The line of a cell of a layer: a gate, a convolution, an activation."""
    rules = (cell.rule,) if cell.rule else ()
    return Line(Phase.FORWARD, cell.quantity, cell.formula, rules=rules, parts=_cell_parts(cell))


def _cell_parts(cell: Cell) -> Parts | None:
    """What a net input or an output of a layer other than dense is made of."""
    if cell.quantity.kind is Kind.NET:
        return net_parts(cell.formula)
    if cell.quantity.kind is not Kind.OUT:
        return None
    own = Name(net(cell.quantity.name))
    return OutParts(own if own in names_in(cell.formula) else name_of(cell.formula, (Kind.NET,)))


def _net_line(problem: Problem, neuron: Neuron) -> Line:
    terms: list[Term] = []
    for connection in neuron.connections:
        sender = Quantity(Kind.INPUT if connection.sender in problem.inputs else Kind.OUT, connection.sender)
        terms.append(Term(Name(parameter(connection.parameter)), Name(sender)))
    bias = None if neuron.bias is None else Name(parameter(neuron.bias))
    summand = negate(bias) if bias is not None and problem.conventions.threshold else bias
    written = [Apply("product", (term.weight, term.sender)) for term in terms]
    summed: list[Formula] = [*written, *([summand] if summand is not None else [])]
    formula = summed[0] if len(summed) == 1 else Apply("sum", tuple(summed)) if summed else number(0)
    return Line(Phase.FORWARD, net(neuron.name), formula, parts=NetParts(tuple(terms), summand))


def _out_line(activation: Formula, neuron: Neuron) -> Line:
    formula = replace(activation, lambda name: Name(net(neuron.name)))
    rules = (OPERATIONS[formula.operation].rule,) if isinstance(formula, Apply) else ()
    parts = OutParts(Name(net(neuron.name)))
    return Line(Phase.FORWARD, out(neuron.name), formula, rules=rules, parts=parts)


def mask_of(problem: Problem, output: str) -> Quantity | None:
    """The 0 or 1 by which an output counts in the loss, where its step may be masked."""
    named = problem.masks.get(output)
    return None if named is None else Quantity(Kind.INPUT, named)


def loss_lines(problem: Problem, choice: LossChoice) -> Iterator[Line]:
    """The lines of the loss of one sample: where one writes or wants them, each output's part, and then their sum."""
    outputs = problem.outputs
    if choice.formula is not None and not has_parts(choice):
        formula = replace(choice.formula, lambda name: _meaning(name, outputs))
        yield Line(Phase.LOSS, LOSS, formula, parts=LossParts((formula,)))
        return
    factor: Formula = ONE
    rules: tuple[str, ...] = ()
    parts = True
    if choice.formula is not None:
        custom = choice.formula
        terms = [per_output(custom, Name(out(o)), Name(target(o))) for o in outputs]
    else:
        loss = LOSSES[choice.name]
        yield from smoothing_lines(problem)
        terms = [loss.term(Name(out(o)), Name(aim(problem, o)), *choice.parameters) for o in outputs]
        factor, parts, rules = loss.factor(len(outputs)), loss.parts, (loss.rule,)
        if problem.masks and factor != ONE:  # the mean is over the outputs that count
            counted = [Name(counts) if (counts := mask_of(problem, output)) else ONE for output in outputs]
            factor = divide(loss.factor(1), add(*counted))
    terms = [multiply(Name(counts), term) if (counts := mask_of(problem, o)) else term
             for o, term in zip(outputs, terms, strict=True)]  # fmt: skip
    if (parts and len(outputs) > 1) or "shares" in problem.show:
        for output, term in zip(outputs, terms, strict=True):
            yield Line(Phase.LOSS, part(output), term, rules=rules, parts=LossParts((term,)))
        names = tuple(Name(part(o)) for o in outputs)
        whole = Apply("sum", names) if len(names) > 1 else names[0]
        yield Line(Phase.LOSS, LOSS, multiply(factor, whole), parts=LossParts(names, factor))
    else:
        parts_ = LossParts(tuple(terms), factor)
        yield Line(Phase.LOSS, LOSS, multiply(factor, _total(terms)), rules=rules, parts=parts_)


def _total(terms: list[Formula]) -> Formula:
    """Σ of the terms; a common minus sign stands in front."""
    opposite = [negate(term) for term in terms]
    if len(terms) > 1 and all(isinstance(term, Apply) and term.operation == "negative" for term in terms):
        return negate(add(*opposite))
    return add(*terms)


def _meaning(name: Name, outputs: tuple[str, ...]) -> Formula:
    """What a name in a custom loss stands for: `o1` or `out_o1`, `t_o1` or `target_o1`."""
    text = str(name.symbol)
    for prefix, quantity in (("out_", out), ("t_", target), ("target_", target), ("", out)):
        if text.startswith(prefix) and text[len(prefix) :] in outputs:
            return Name(quantity(text[len(prefix) :]))
    raise KeyError(text)


def is_fully_connected(problem: Problem) -> bool:
    """Whether every neuron of every layer receives from all of the layer before, and from nothing else."""
    before = set(problem.inputs)
    for layer in problem.layers:
        if any({c.sender for c in neuron.connections} != before for neuron in layer.neurons):
            return False
        before = {neuron.name for neuron in layer.neurons}
    return True
