"""A solution in sections, as programs and tables repeat it: its passes, their phases, the layers of each phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby

from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.checking.descriptions import PHASES
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.worked import layer_labels, owner
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled, n_
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution

GIVEN = {
    Kind.INPUT: n_("inputs"),
    Kind.TARGET: n_("targets"),
    Kind.PARAMETER: n_("parameters"),
    Kind.CONSTANT: n_("settings"),
}


@record
class ProgramSection:
    """Lines that belong together: of one pass, one phase and (`layer`, unless it is "") one layer."""

    at: Address
    phase: Phase
    layer: str
    steps: tuple[Step, ...]

    @property
    def heading(self) -> str:
        """Forward pass: hidden layer"""
        phase = _(PHASES[self.phase])
        return labelled(phase, self.layer) if self.layer else phase


def sections(solution: Solution) -> Iterator[ProgramSection]:
    """The lines of a solution in their order, in sections."""
    labels = _labels(solution.problem)
    for (at, phase), lines in groupby(solution.trace.steps, lambda step: (step.quantity.at, step.line.phase)):
        names: Mapping[str, str] = {} if phase is Phase.LOSS else labels
        for layer, together in groupby(lines, partial(_layer, names)):
            yield ProgramSection(at, phase, layer, tuple(together))


def given(solution: Solution) -> dict[str, list[Quantity]]:
    """What stands on the sheet, by the word for its kind; only what is used where the solution is a part."""
    constants = solution.trace.derivation.constants
    used = solution.trace.derivation.ancestors(solution.only) if solution.only else frozenset(constants)
    found: dict[str, list[Quantity]] = {}
    for quantity in constants:
        if quantity in used:
            found.setdefault(_(GIVEN[quantity.kind]), []).append(quantity)
    return found


def notes(solution: Solution) -> Iterator[str]:
    """What a reader of a program or a table must know."""
    problem = solution.problem
    if problem.conventions.updated_weights:
        yield _("Announced: the hidden δ use the already updated output weights. This is not gradient descent.")
    if problem.conventions.negative_delta:
        yield _("Here δ = −∂E/∂net, so that an update adds.")
    if solution.training is not None or solution.comparison is not None:
        yield _("Only the first epoch is written out.")


def _layer(labels: Mapping[str, str], step: Step) -> str:
    return labels.get(owner(step.quantity), "")


def _labels(problem: Problem) -> Mapping[str, str]:
    """The layer's label for each neuron and each parameter; nothing where there is only one layer."""
    return layer_labels(problem) if len(problem.layers) > 1 else {}
