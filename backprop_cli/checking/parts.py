"""What the table of mistakes sees of a line: its formula, what it is made of, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, replace
from backprop_cli.algebra.parts import DeltaParts, Parts
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.records import record


@record(slots=False)
class LineContext:
    """A line as the table of mistakes sees it."""

    line: Line
    around: Surroundings

    @property
    def made(self) -> Parts | None:
        """What the line is made of."""
        return self.line.parts

    @property
    def formula(self) -> Formula:
        """The right formula."""
        return self.line.formula

    @property
    def quantity(self) -> Quantity:
        """What the line computes."""
        return self.line.quantity

    @property
    def written_out(self) -> Formula:
        """The right formula with everything in it that a mistake is written with."""
        return self.formula if self.made is None else self.made.written_out(self.formula)

    @property
    def is_output(self) -> bool:
        """Whether the line is the δ of an output that feeds nothing but the loss."""
        if not isinstance(self.made, DeltaParts) or self.quantity.name not in self.around.problem.outputs:
            return False
        return all(path.delta is None for path in self.made.paths)


def with_names(formula: Formula, changes: Mapping[Formula, Formula]) -> Formula:
    """The formula with some names replaced by other formulas."""
    return replace(formula, lambda name: changes.get(name, name), tidy=True)
