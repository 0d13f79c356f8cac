"""Both passes of the chain rule side by side: what goes forward, what comes back, and the products of the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.quantities import Address, Phase, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.batches import batches
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.factors import GraphFactors, Group, LayerFactors
from backprop_cli.views.line_factors import LineFactors
from backprop_cli.views.matrices import need_net_inputs
from backprop_cli.views.matrix_formulas import Cell


@record(slots=False)
class Pass:
    """Forward and backward pass of one sample."""

    at: Address
    groups: tuple[Group, ...]


@record(slots=False)
class PassesView:
    """The passes of a solution; `sums` are the lines in which a batch's gradients are made of its samples'."""

    solution: Solution
    trace: Trace
    passes: tuple[Pass, ...]
    sums: Mapping[Address, tuple[Quantity, ...]]  # by the address of the sample after which they stand
    by_line: bool = False  # whether there is a row for every line with a parameter in it


def passes_view(solution: Solution) -> PassesView:
    """The factors of every gradient. Raises UsageError where nothing is differentiated, or samples meet in a layer."""
    problem = solution.problem
    need_net_inputs(problem)
    if solution.trace.derivation.together:
        raise UsageError(_("this view is of one sample at a time, and here the samples of a batch meet in a layer"))
    extra = ExtraLines(solution)
    writer = _writer(problem, extra)
    passes, sums = [], {}
    for batch in batches(problem, solution.trace.derivation):
        if batch.is_after or not (problem.layers or problem.nodes):
            continue
        passes += [Pass(column, tuple(writer.groups(batch, column))) for column in batch.columns]
        if batch.together:
            lines = [step.quantity for step in solution.trace.steps
                     if step.quantity.at == batch.at and step.line.phase is Phase.GRADIENT]  # fmt: skip
            sums[batch.columns[-1]] = tuple(lines)
    if not any(_comes_back(group) for one in passes for group in one.groups):
        raise UsageError(_("nothing goes back here: this view needs a network or a graph with a loss or an objective"))
    for one in passes:
        for group in one.groups:
            extra.want(_shown(group))
    by_line = isinstance(writer, LineFactors)
    return PassesView(solution, extra.trace(), tuple(passes), sums, by_line)


def _writer(problem: Problem, extra: ExtraLines) -> GraphFactors | LayerFactors | LineFactors:
    if problem.nodes:
        return GraphFactors(problem, extra)
    return LineFactors(problem, extra) if any(layer.cells for layer in problem.layers) else LayerFactors(problem, extra)


def _comes_back(group: Group) -> bool:
    """Whether a gradient reaches anything here."""
    edges = bool(group.rows) and not group.units
    return edges or any(isinstance(unit.slope_value, Quantity) for unit in group.units)


def _shown(group: Group) -> Iterator[Quantity]:
    cells: list[Cell] = [cell for unit in group.units for cell in (unit.net, unit.out, unit.slope_value)]
    for row in group.rows:
        cells += [row.product, row.local_value, row.upstream_value]
    yield from (cell for cell in cells if isinstance(cell, Quantity))
