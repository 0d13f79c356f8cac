"""The Hessian of a problem: which parameters it is in, and all lines that lead to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Quantity, gradient
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.plans import sample_plan
from backprop_cli.deriving.second_derivatives import FORWARD, Differentiated, HessianRow, row_of
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.solving.worked import WorkedProblem


@record(slots=False)
class SecondDerivatives:
    """The Hessian of the objective at the starting point, as lines behind those of the gradient.

    `entries` is the whole symmetric matrix, n by n for the n `variables`; `gradients` has n quantities.
    """

    problem: Problem
    base: Derivation
    objective: Quantity
    variables: tuple[Quantity, ...]
    gradients: tuple[Quantity, ...]
    rows: tuple[HessianRow, ...]

    @property
    def entries(self) -> tuple[tuple[Quantity, ...], ...]:
        """The matrix: below the diagonal stands what stands above it."""
        count = range(len(self.variables))
        return tuple(tuple(self.rows[min(i, j)].entries[abs(i - j)] for j in count) for i in count)

    @property
    def lines_of_rows(self) -> tuple[Line, ...]:
        """All lines of the rows."""
        return tuple(line for row in self.rows for line in row.lines)

    @cached_property
    def differ(self) -> Differentiated:
        """The slopes of the lines up to the gradient."""
        return Differentiated(self.base.lines)

    @property
    def at(self) -> Address:
        """The pass or the batch that is differentiated."""
        return self.objective.at

    def with_lines(self, more: Sequence[Line], constants: Mapping[Quantity, Formula] | None = None) -> Derivation:
        """The derivation up to the gradient, with the Hessian and further lines."""
        known = {**self.base.constants, **(constants or {})}
        return _replace(self.base, lines=(*self.base.lines, *self.lines_of_rows, *more), constants=known)

    def moves(self, quantity: Quantity) -> bool:
        """Whether a line depends on one of the variables."""
        whole = self.with_lines(())
        return not whole.ancestors([quantity]).isdisjoint(self.variables)


def second_derivatives(worked: WorkedProblem, text: str) -> SecondDerivatives:
    """The Hessian in the parameters that `text` names, or in all that are updated; of the first sample or batch.

    Raises UsageError where there is nothing to differentiate twice, where a name means nothing, and where the matrix
    would be too large.
    """
    problem = worked.by_hand
    _refuse(problem)
    chosen = _chosen(problem, text)
    objective = sample_plan(problem, frozenset()).objective
    wanted = [gradient(objective, one) for one in chosen]
    whole = worked.gradients_of([one.key for one in wanted])
    at = _first_update(problem, whole, wanted)
    gradients = tuple(one.at_address(at) for one in wanted)
    base = whole.only([objective.at_address(at), *gradients])
    differ = Differentiated(base.lines)
    rows = tuple(row_of(differ, gradients[index:], seed) for index, seed in enumerate(chosen))
    return SecondDerivatives(problem, base, objective.at_address(at), chosen, gradients, rows)


def _refuse(problem: Problem) -> None:
    """Raises UsageError where the gradients are not those of the objective as a function of its parameters."""
    if problem.gradients or problem.training.perceptron is not None:
        raise UsageError(_("there is nothing to differentiate: the problem has no loss and no objective"))
    if any(sample.given for sample in problem.samples):
        raise UsageError(_("second derivatives need every line by its formula: this problem prescribes values (given)"))
    if problem.conventions.updated_weights:
        raise UsageError(_("with 'hidden_uses: updated' the lines are no gradient, so they have no second derivatives"))
    if problem.training.rule.penalties:
        raise UsageError(_("the penalty is not part of the objective here: write it into the loss as a formula"))
    if not (problem.nodes or problem.loss or problem.objective):
        raise UsageError(_("there is nothing to differentiate: the problem has no loss and no objective"))


def _chosen(problem: Problem, text: str) -> tuple[Quantity, ...]:
    """The variables: named ones, else the parameters that are updated, else the inputs of a graph."""
    parameters = [Quantity(Kind.PARAMETER, name) for name in problem.parameters]
    inputs = [Quantity(Kind.INPUT, name) for name in problem.inputs]
    inputs = inputs if problem.nodes and len(problem.samples) == 1 else []
    known = {one.bare_key: one for one in (*parameters, *inputs)}
    words = text.replace(",", " ").split()
    if words:
        found = [known[one.name] for one in Names(problem, tuple(known.values())).chosen(words)]
    else:
        found = [one for one in parameters if one.name not in problem.fixed] or inputs
    found = list(dict.fromkeys(found))
    if not found:
        raise UsageError(_("the problem has no parameters that are updated, so it has no Hessian"))
    if len(found) > limits.HESSIAN:
        message = _("a Hessian in {count:,} parameters is too large for a page; the limit is {limit}: name some of "
                    "them, such as --hessian {example}")  # fmt: skip
        example = ",".join(one.bare_key for one in found[:2])
        raise UsageError(message.format(count=len(found), limit=limits.HESSIAN, example=example))
    return tuple(found)


def _first_update(problem: Problem, whole: Derivation, wanted: Sequence[Quantity]) -> Address:
    """The address of the first gradients that an update would use: of a batch, or of the first sample.

    Raises UsageError where the objective does not depend on a parameter.
    """
    found: list[Address] = []
    for named in wanted:
        places = [line.quantity.at for line in whole.lines if line.quantity.bare == named]
        if not places:
            assert named.by is not None
            message = _("the objective does not depend on {name}: leave it out of the Hessian")
            raise UsageError(message.format(name=named.by.bare_key))
        without = [at for at in places if all(place.word != "sample" for place in at)]
        found.append((without or places)[0] if problem.has_batches else places[0])
    return found[0]


def after(second: SecondDerivatives, step: Address | None = None) -> tuple[tuple[Line, ...], Quantity]:
    """The forward lines with the new values that the variables have after a step, and the objective in them."""
    names = {line.quantity for line in second.base.lines if line.phase in FORWARD}
    moved = {*second.variables}

    def change(quantity: Quantity) -> Quantity:
        if quantity in moved:
            return Quantity(Kind.NEW, quantity.name, at=second.at if step is None else step)
        return quantity.at_address((AFTER, *quantity.at)) if quantity in names else quantity

    lines = tuple(line.renamed(change) for line in second.base.lines if line.phase in FORWARD)
    return lines, change(second.objective)
