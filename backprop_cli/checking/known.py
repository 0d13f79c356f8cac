"""What one knows of a problem who reads work on it: its names, its matrices, its right values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.deriving.writers import writer_for
from backprop_cli.numbers.certified import Real
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.dialects import PROGRAM
from backprop_cli.writing.notation import load_notation

if TYPE_CHECKING:
    from backprop_cli.checking.meant import Meanings
    from backprop_cli.checking.wholes import Wholes
    from backprop_cli.solving.spelling import Speller
    from backprop_cli.views.matrix_formulas import Matrix


class KnownProblem:
    """A problem as the readers of hand-ins need it; what only some need of it is made, and imported, when they do."""

    def __init__(self, worked: WorkedProblem, names: Names) -> None:
        self.worked = worked
        self.names = names
        self.derivation = worked.exactly.full

    @cached_property
    def meanings(self) -> Meanings:
        """What names mean that are not those of the problem."""
        from backprop_cli.checking.meant import Meanings

        return Meanings(self.worked.problem, self.derivation, self.names)

    @cached_property
    def wholes(self) -> Wholes:
        """The matrices of the problem."""
        from backprop_cli.checking.wholes import Wholes

        return Wholes(self.worked)

    @cached_property
    def _arrays(self) -> Mapping[str, Matrix]:
        from backprop_cli.checking.layer_arrays import layer_arrays

        return layer_arrays(self.worked.problem, self.derivation)

    def array_called(self, name: str, within: Address = ()) -> Matrix | None:
        """The matrix that an array of a program is, by its name."""
        found = self._arrays.get(in_a_row(name).casefold()) if not within else None
        return found or self.wholes.called(name, within)

    def spelled(self, formula: Formula, quantity: Quantity) -> str:
        """A formula as one types it, by keys."""
        return self._speller.symbols_of(formula, quantity.at)

    @cached_property
    def _speller(self) -> Speller:
        from backprop_cli.solving.spelling import Speller

        return Speller(self.worked.exactly.values, writer_for(self.worked.problem, PROGRAM, load_notation("plain")))

    def true(self, quantity: Quantity) -> Real:
        """The right value of a quantity."""
        return self.worked.exactly.values.value(quantity).number
