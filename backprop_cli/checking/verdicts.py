"""Verdicts: the rule by which a line was judged, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.key import Hypothesis
from backprop_cli.ground.words import n_


class Rule(Enum):
    """The rule by which a line was judged."""

    RIGHT = "right"
    CARRIED = "rounding carried"
    FOLLOWS = "follows"
    TOO_FEW = "too few digits"
    NEAR = "near miss"
    MISTAKE = "mistake"
    WRONG = "wrong"
    BLANK = "blank"


FULL_MARKS = (Rule.RIGHT, Rule.CARRIED, Rule.FOLLOWS)
NO_MARKS = (Rule.MISTAKE, Rule.WRONG, Rule.BLANK)

NEAR_MISSES = {
    "comma": n_("a decimal comma: decimals are written with a point"),
    "cut off": n_("the digits were cut off instead of rounded"),
    "last digit": n_("the last digit is off by one"),
    "extra digits": n_("right to the digits asked for, but the further digits are not"),
    "point": n_("the decimal point is in the wrong place"),
    "swapped": n_("this is the value of {other}: two answers were swapped"),
    "sign": n_("the sign is wrong"),
}
REFUSED = {
    "impossible": n_("no output of this activation can be {value}"),
    "trivial": n_("{value} makes what follows trivial"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one line was judged, and why.

    `because` are the earlier wrong lines that it follows from; `near` a key of NEAR_MISSES (`other`: the line whose
    value it is); `causes` the mistakes that explain it, the likeliest first; `refused` the earlier answers from which
    nothing can follow, each with a key of REFUSED (the answer itself may be one of them).
    """

    quantity: Quantity
    rule: Rule
    because: tuple[Quantity, ...] = ()
    near: str = ""
    other: Quantity | None = None
    causes: tuple[Hypothesis, ...] = ()
    refused: tuple[tuple[Quantity, str], ...] = ()
    vague: bool = False  # so few digits that they are neither right nor wrong
    from_scratch: bool = False  # the mistake was made in the working, not from the values on the sheet

    @property
    def is_wrong(self) -> bool:
        """Whether the line itself is at fault."""
        return self.rule in (Rule.MISTAKE, Rule.WRONG, Rule.NEAR)
