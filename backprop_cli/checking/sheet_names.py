"""What the lines of a sheet to fill in are called: as the notation writes them, where that is read back as them."""

from __future__ import annotations

import re
from functools import cached_property

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import BESIDE
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.records import record
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.writer import Writer

_NAME = re.compile(r"[A-Za-z][\w^/']*", re.A)  # that stands as a key in YAML without quotes


@record(slots=False)
class SheetNames:
    """The names of a problem's lines on its sheet; in plain notation, their keys."""

    worked: WorkedProblem

    @cached_property
    def _writer(self) -> Writer:
        return writer_for(self.worked.problem, "ascii")

    def of(self, quantity: Quantity) -> str:
        """`delta^2_1` for the key `delta_h1`; the key, where another line or none would be read from the name."""
        if self.worked.problem.notation == "plain":
            return quantity.bare_key
        own = self._writer.symbol(quantity, quantity.at)
        is_read = _NAME.fullmatch(own) and own not in BESIDE and self.worked.names.find(own, quantity.at) == quantity
        return own if is_read else quantity.bare_key

    def with_address(self, quantity: Quantity) -> str:
        """`sample 2 / delta^2_1`."""
        return " / ".join([*map(str, quantity.at), self.of(quantity)])
