"""The table of usual mistakes: each a rewriting of one line, and what a teacher says of it.

A row yields, for a part of the derivation, (variant, wrong formula): a variant says which of several ways the mistake
was made in (which path was left out), so that the same way in several lines is one cause. A row that does not apply
yields nothing. `said` may mention {variant}. Other packages add rows in the entry points `backprop_cli.mistakes`, each
a `Mistake` under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from backprop_cli.checking.mistakes import deltas, forward, gradients, layers, passes, steps, updates
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.extensions import added, extension, guarded
from backprop_cli.ground.words import _, n_

MISTAKES = {one.name: one for part in (layers, deltas, gradients, updates, forward, passes, steps) for one in part.ROWS}
SLIP = Mistake(
    "slip", n_("perhaps a digit was miscopied"), lambda part: iter(()), n_("compare it with your calculation")
)


@cache
def mistakes() -> Mapping[str, Mistake]:
    """The table, with the rows of other packages after its own; raises UsageError for one that does not work."""
    return MISTAKES | {name: _added(name) for name in added("mistakes")}


def _added(name: str) -> Mistake:
    if name in MISTAKES:
        raise UsageError(_("another package adds a usual mistake {name!r}, which there is already").format(name=name))

    def read(found: Any) -> Mistake:
        if not isinstance(found, Mistake) or found.name != name:
            raise TypeError(_("a usual mistake is a Mistake of this name"))
        return replace(found, write=guarded("mistakes", name, lambda part: iter(list(found.write(part)))))

    row = extension("mistakes", name, read)
    assert row is not None
    return row
