"""The forward pass of a batch coupled by batch statistics: each line for every sample, means and variances once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_cli.algebra.derivation import Line, rename
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, add, divide, number
from backprop_cli.algebra.parts import BatchParts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.deriving import networks
from backprop_cli.problem.model import OVER_SAMPLES, Cell, Problem

SAMPLE_WEIGHT = Quantity(Kind.CONSTANT, "omega")
_OF_NO_SAMPLE = (Kind.PARAMETER, Kind.CONSTANT)


def forward_lines(problem: Problem, samples: Sequence[Address]) -> Iterator[Line]:
    """The forward pass layer by layer, each of them for all samples; then the loss of each sample, and of the batch.

    `samples` are the addresses of the samples within the batch; what they share has none.
    """
    shared = shared_cells(problem)
    for layer in problem.layers:
        if layer.couples_samples:
            for cell in layer.cells:
                yield from _cell_lines(cell, samples, shared)
        else:
            lines = list(networks.layer_lines(problem, layer))
            yield from (_of_sample(line, sample, shared) for sample in samples for line in lines)
    if problem.loss:
        lines = list(networks.loss_lines(problem, problem.loss))
        yield from (_of_sample(line, sample, shared) for sample in samples for line in lines)
        yield combined_line(problem, networks.LOSS, samples)


def combined(problem: Problem, quantity: Quantity, samples: Sequence[Address]) -> Formula:
    """The sum, or the mean, of a quantity over the samples of a batch, weighted where the samples have weights."""
    return combined_parts(problem, quantity, samples).combined


def combined_line(problem: Problem, quantity: Quantity, samples: Sequence[Address]) -> Line:
    """The loss of a batch, from those of its samples."""
    formula = combined(problem, quantity, samples)
    return Line(Phase.LOSS, quantity, formula, parts=combined_parts(problem, quantity, samples))


def combined_parts(problem: Problem, quantity: Quantity, samples: Sequence[Address]) -> BatchParts:
    """A quantity over the samples of a batch, one by one."""
    weights = tuple(Name(weight_at(sample)) for sample in samples) if problem.is_weighted else ()
    terms = tuple(Name(quantity.at_address(sample)) for sample in samples)
    return BatchParts(terms, problem.training.mean, weights)


def as_added_up(problem: Problem) -> Problem:
    """The problem as it puts gradients of samples together: their sum, where the share of each is in its δ already."""
    if not problem.conventions.mean_in_delta:
        return problem
    alike = tuple(replace(sample, weight=None) for sample in problem.samples)
    return replace(problem, training=replace(problem.training, mean=False), samples=alike)


def share_in_batch(problem: Problem, sample: Address, batch: Sequence[Address]) -> Formula:
    """What a sample counts in the mean of its batch: 1/n, or ω/Σω where the samples have weights."""
    if len(batch) == 1:
        return ONE
    if not problem.is_weighted:
        return number(1, len(batch))
    return divide(Name(weight_at(sample)), add(*(Name(weight_at(one)) for one in batch)))


def is_share(formula: Formula) -> bool:
    """Whether a factor is what `share_in_batch` writes."""
    match formula:
        case Number(value):
            return value.p == 1 and value.q > 1
        case Apply("quotient", (Name(symbol), _)):
            return isinstance(symbol, Quantity) and symbol.bare == SAMPLE_WEIGHT
    return False


def weight_at(sample: Address) -> Quantity:
    """The weight ω of the sample whose pass is at an address, the same in every epoch."""
    return SAMPLE_WEIGHT.at_address(tuple(place for place in sample if place.word == "sample"))


def shared_cells(problem: Problem) -> frozenset[Quantity]:
    """The batch statistics: the means and variances that the samples of a batch share."""
    return frozenset(cell.quantity for layer in problem.layers for cell in layer.cells if cell.shared)


def _cell_lines(cell: Cell, samples: Sequence[Address], shared: frozenset[Quantity]) -> Iterator[Line]:
    line = networks.cell_line(cell)
    if cell.shared:
        formula = _expanded(cell.formula, samples, shared)
        yield Line(line.phase, line.quantity, formula, rules=line.rules)
    else:
        yield from (_of_sample(line, sample, shared) for sample in samples)


def _of_sample(line: Line, sample: Address, shared: frozenset[Quantity]) -> Line:
    return line.renamed(lambda quantity: _placed(quantity, sample, shared))


def _placed(quantity: Quantity, sample: Address, shared: frozenset[Quantity]) -> Quantity:
    """The quantity in the pass of a sample; what is not of a sample stays where it is."""
    return quantity if quantity in shared or quantity.kind in _OF_NO_SAMPLE else quantity.at_address(sample)


def _expanded(formula: Formula, samples: Sequence[Address], shared: frozenset[Quantity]) -> Formula:
    """The formula of a shared cell with its means over the samples written out."""
    match formula:
        case Name() | Number():
            return formula
        case Apply(operation, arguments) if operation == OVER_SAMPLES:
            terms = tuple(
                rename(one, lambda quantity, sample=sample: _placed(quantity, sample, shared))  # type: ignore[misc]
                for sample in samples
                for one in arguments
            )
            return divide(Apply("sum", terms) if len(terms) > 1 else terms[0], number(len(terms)))
        case Apply(operation, arguments):
            return Apply(operation, tuple(_expanded(one, samples, shared) for one in arguments))
