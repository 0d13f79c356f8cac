"""A hypothesis: one way of going wrong, with the wrong formula of every line that it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.mistakes import MISTAKES, SLIP
from backprop_cli.checking.mistakes.mistake import Mistake


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """A mistake in one of its variants; `formulas` are what it makes of the lines in which it can be made."""

    mistake: Mistake
    variant: str
    formulas: Mapping[Quantity, Formula] = field(repr=False)


MISCOPIED = Hypothesis(SLIP, "", {})
KEPT = Hypothesis(MISTAKES["bias-frozen"], "", {})  # the old value, in a line that no formula leads to
