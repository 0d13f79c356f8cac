"""What the search says of a wrong line: what was probably done, as a formula, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity


@dataclass(frozen=True)
class Candidate:
    """What was probably done: in which line, the formula that it was written with, and how sure that is.

    `key` is the same wherever the same mistake is made; `pattern` the row of the table of mistakes that says it, and
    its variant; `part` was changed into `instead`. `lines` are other wrong lines that the same mistake explains.
    """

    kind: str
    key: tuple[str, ...]
    made_in: Quantity
    formula: Formula
    posterior: float
    part: Formula | None = None
    instead: Formula | None = None
    pattern: tuple[str, str] = ("", "")
    lines: tuple[Quantity, ...] = ()

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.key[0] == "slip"


@dataclass(frozen=True)
class Diagnosis:
    """What explains a wrong line: one mistake, two or three of which it is one, or none; `perhaps` if not surely.

    `others` explain it, too, but are less likely than what is named. A line that was not `searched` is one of too many.
    """

    quantity: Quantity
    named: tuple[Candidate, ...] = ()
    perhaps: bool = False
    others: tuple[Candidate, ...] = ()
    searched: bool = True
