"""What the search says of a wrong line: what was probably done, as a formula, and how sure that is."""

from __future__ import annotations

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record


@record(slots=False)
class Candidate:
    """What was probably done: in which line, the formula that it was written with, and how sure that is.

    `key` is the same wherever the same mistake is made; `pattern` the row of the table of mistakes that says it, and
    its variant; `part` was changed into `instead`. `lines` are other wrong lines that the same mistake explains. Only
    `perhaps` it was so where it is a slip, or weighs less. `also` are other rows of the table that mean the same here.
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
    perhaps: bool = False
    also: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """What the mistake is called wherever it is made: a row of the table, or what was done to which part."""
        if self.pattern[0] or self.is_a_slip:
            return self.pattern[0] or "slip"
        return ": ".join((self.kind, *self.key[1:]))

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.key[0] == "slip"


@record(slots=False)
class Diagnosis:
    """What explains a wrong line: one mistake, two or three of which it is one, or none; `perhaps` if not surely.

    `others` explain it, too, but are less likely than what is named. A line that was not `searched` is one of too many,
    or there is more before it than is looked through. `is_a_sign` says that the line has no more than the other sign,
    `is_in_doubt` that more mistakes give the number than can be named.
    """

    quantity: Quantity
    named: tuple[Candidate, ...] = ()
    perhaps: bool = False
    others: tuple[Candidate, ...] = ()
    searched: bool = True
    is_a_sign: bool = False
    is_in_doubt: bool = False
