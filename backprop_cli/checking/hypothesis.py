"""A hypothesis: one way of going wrong, with the wrong formula of every line that it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.mistakes import MISTAKES, SLIP
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.ground.records import record


@record(slots=False, eq=False)
class Hypothesis:
    """A mistake in one of its variants; `formulas` are what it makes of the lines in which it can be made.

    `found` is what the search says of each wrong line that it explains; empty where nothing was searched.
    """

    mistake: Mistake
    variant: str
    formulas: Mapping[Quantity, Formula] = field(repr=False)
    found: Mapping[Quantity, Candidate] = field(default_factory=dict, repr=False)

    def candidate(self, quantity: Quantity) -> Candidate | None:
        """What was found for a wrong line, or made in a line; None where nothing was searched."""
        made = (one for one in self.found.values() if one.made_in == quantity)
        return self.found.get(quantity) or next(made, None)

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.mistake.name == SLIP.name


KEPT = Hypothesis(MISTAKES["bias-frozen"], "", {})  # the old value, in a line that no formula leads to
