"""The table of usual mistakes: each a rewriting of one line, and what a teacher says of it.

A row yields, for a part of the derivation, (variant, wrong formula): a variant says which of several ways the mistake
was made in (which path was left out), so that the same way in several lines is one cause. A row that does not apply
yields nothing. `said` may mention {variant}.
"""

from __future__ import annotations

from backprop_cli.checking.mistakes import deltas, forward, gradients, layers, passes, steps, updates
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.ground.words import n_

MISTAKES = {one.name: one for part in (layers, deltas, gradients, updates, forward, passes, steps) for one in part.ROWS}
SLIP = Mistake(
    "slip", n_("perhaps a digit was miscopied"), lambda part: iter(()), n_("compare it with your calculation")
)
