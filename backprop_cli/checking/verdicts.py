"""Verdicts: the rule by which a line was judged, and why."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_
from backprop_cli.numbers.exact import Rational

if TYPE_CHECKING:
    from backprop_cli.checking.hypothesis import Hypothesis
    from backprop_cli.checking.search.candidates import Candidate


class Outcome(Enum):
    """The rule by which a line was judged."""

    RIGHT = "right"
    CARRIED = "rounding carried"
    FOLLOWS = "follows"
    TOO_FEW = "too few digits"
    NEAR = "near miss"
    MISTAKE = "mistake"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    BLANK = "blank"


FULL_MARKS = (Outcome.RIGHT, Outcome.CARRIED, Outcome.FOLLOWS)
WORKING = ("arithmetic", "copied", "numbers")  # near misses that only the working shows
AT_FAULT = (Outcome.MISTAKE, Outcome.WRONG, Outcome.NEAR)

NEAR_MISSES = {
    "cut off": n_("the digits were cut off instead of rounded"),
    "last digit": n_("the last digit is off by one"),
    "point": n_("the decimal point is in the wrong place"),
    "swapped": n_("this is the value of {other}: two answers were swapped"),
    "sign": n_("the sign is wrong"),
    "arithmetic": n_("right formula, slip in the arithmetic"),
    "copied": n_("right formula, but a number was copied wrong"),
    "numbers": n_("the numbers put in give another value"),
}
REMARKS = {
    "impossible": n_("no output of this activation can be {value}"),
    "trivial": n_("{value} makes what follows trivial"),
    "further digits": n_("right to the digits asked for, but the further digits are not"),
    "formula": n_("the value is right, but the formula that stands here does not give it"),
    "numbers": n_("the value is right, but the numbers that stand here do not give it"),
    "no work": n_("follows, but shows no work of its own: too many such lines have no marks"),
    "variant": n_("{value} is the right value in another variant: it earns nothing here"),
    "guess": n_("{value} stands on many lines, on most of which it is wrong: it shows no work here"),
    "copied": n_("this sheet is nothing but old values, and half of them or more change: no line of it shows work"),
    "one number": n_("this sheet is one number and old values, nearly everywhere: no line of it shows work"),
}


@record
class Hint:
    """What a wrong value is, where that is simple: `factor` times the right one, or the value of another line.

    `name` says what the factor is called: a number, or `rate`, `samples`, `outputs`; 1/… where it is `inverse`.
    """

    factor: Rational | None = None
    name: str = ""
    inverse: bool = False
    other: Quantity | None = None


@record
class Verdict:
    """How one line was judged, and why.

    `because` are the earlier wrong lines that it follows from; `near` a key of NEAR_MISSES (`other`: the line whose
    value it is); `causes` the mistakes that explain it, the likeliest first, and `others` what is less likely; `remark`
    a key of REMARKS; `refused` the earlier answers from which nothing may follow, each with a key of REMARKS (the
    answer itself may be one of them).
    """

    quantity: Quantity
    rule: Outcome
    because: tuple[Quantity, ...] = ()
    near: str = ""
    other: Quantity | None = None
    causes: tuple[Hypothesis, ...] = ()
    others: tuple[Candidate, ...] = ()
    refused: tuple[tuple[Quantity, str], ...] = ()
    remark: str = ""
    hint: Hint | None = None
    vague: bool = False  # so few digits that they earn nothing
    follows: bool = False  # too few digits, or nearly right: not of the right value, but of the one that follows
    empty: bool = False  # it comes out as 0, or as the old value, only because something before it is 0
    unpaid: bool = False  # right in words, but its marks are had elsewhere
    bounded: bool = False  # not all that was done before it was looked through for a mistake
    in_doubt: bool = False  # more of the usual mistakes give it than can be named
    paid: bool = False  # a mistake in a line that is not on the sheet, which another line has paid for
    made_in: Quantity | None = None  # the line that is not on the sheet in which the mistake was made

    @property
    def is_wrong(self) -> bool:
        """Whether the line itself is at fault."""
        return self.rule in AT_FAULT
