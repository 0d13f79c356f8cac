"""What a reader must know to read a sheet of matrices, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import Apply, Formula, names_in
from backprop_cli.algebra.quantities import Kind, Phase
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.ground.words import _, listed
from backprop_cli.views.batch_matrices import WEIGHTS
from backprop_cli.views.matrices import Item, MatrixSheet, MatrixView
from backprop_cli.views.matrix_formulas import HADAMARD, MatrixEquation, Whole, has_whole


class SheetWords:
    """The words of one sheet, its names in characters."""

    def __init__(self, view: MatrixView, sheet: MatrixSheet, whole: WholeSpeller) -> None:
        self.sheet = sheet
        self.whole = whole
        self.ascii = whole.speller.writer.ascii
        self.problem = view.solution.problem
        self.columns = len(sheet.batch.columns) > 1 and not self.problem.arrays

    def signs(self, phase: Phase, items: Sequence[Item], told: set[str]) -> Iterator[str]:
        """What a reader must know to read the equations of a part, unless it has been told."""
        equations = [item for item in items if isinstance(item, MatrixEquation)]
        for said in [*self.names(phase, equations), *self.operations(equations)]:
            if said not in told:
                told.add(said)
                yield said

    def names(self, phase: Phase, equations: Sequence[MatrixEquation]) -> Iterator[str]:
        """What the names of a part mean."""
        constants = _constants(equations)
        if any(one.startswith("1 ") for one in constants):
            yield _("ones_n is a column of n ones.") if self.ascii else _("𝟏 is a column of ones.")
        if WEIGHTS in constants:
            name = self.whole.writer.name(WEIGHTS)
            yield _("{name} has the weights of the samples on its diagonal.").format(name=name)
        units = {one[:1] for one in constants}
        if "e" in units:
            yield (
                _("e_k has 1 in place k and 0 in every other.")
                if self.ascii
                else _("eₖ has 1 in place k and 0 in every other.")
            )
        if "I" in units:
            yield _("I is the identity matrix.")
        if phase is Phase.FORWARD and self.sheet.missing:
            sign = "." if self.ascii else "·"
            said = _("In a matrix, {sign} marks a connection that is not there: it counts as 0 and has no gradient.")
            yield said.format(sign=sign)
        if phase is Phase.BACKWARD and self.columns and self.problem.conventions.mean_in_delta:
            weighted = _("Each column has the ω/Σω of its sample in it; the gradients are sums over all of them.")
            alike = _("Each column has the 1/n of the batch in it; the gradients are sums over all of them.")
            yield weighted if self.problem.is_weighted else alike
        elif phase is Phase.BACKWARD and self.columns:
            yield _("Each column belongs to the loss of its own sample; the gradients are taken over all of them.")
        if phase is Phase.BACKWARD and self.problem.conventions.updated_weights:
            yield _("The updated weights that are used here come from the update below.")
        for k, source in self.sheet.skipping:
            said = _("{weights} has the weights of the connections from the {source} to the {layer}.")
            name = self.whole.writer.name(f"W{k}({source})")
            labels = [_("inputs"), *(layer.label for layer in self.problem.layers)]
            yield said.format(weights=name, layer=labels[k], source=labels[source])

    def operations(self, equations: Sequence[MatrixEquation]) -> Iterator[str]:
        """What the signs of operations mean."""
        if self.ascii:
            yield _("@ multiplies matrices; * and / work entry by entry.")
            return
        used = {operation for one in equations for side in one.sides for operation in _operations(side)}
        if HADAMARD in used:
            yield _("⊙ multiplies entry by entry.")
        if used & {"quotient", "share"}:
            yield _("/ divides entry by entry.")

    def notes(self, phase: Phase) -> Iterator[str]:
        """What a reader must know about the cells of a part."""
        shared, resting = (
            listed(map(self.whole.speller.writer.name, one)) for one in (self.sheet.shared, self.sheet.resting)
        )
        if phase is Phase.GRADIENT and shared:
            yield _("In several places, so that the gradient is the sum over them: {names}.").format(names=shared)
        if phase is Phase.UPDATE and resting:
            yield _("Not updated, so that 0 stands in the place of the gradient: {names}.").format(names=resting)


def _constants(equations: Sequence[MatrixEquation]) -> set[str]:
    """The whole constants in the equations: columns of ones, unit vectors, the identity, the weights of samples."""
    wholes = (name.symbol for one in equations for side in one.sides for name in names_in(side))
    return {one.quantity.name for one in wholes if isinstance(one, Whole) and one.quantity.kind is Kind.CONSTANT}


def _operations(formula: Formula) -> set[str]:
    """The operations on whole layers in a formula."""
    if not isinstance(formula, Apply) or not has_whole(formula):
        return set()
    return {formula.operation}.union(*map(_operations, formula.arguments))
