"""Which of the three is at fault in a wrong line where each of them alone shows nothing: what is left over.

If the numbers are those of the formula, or only the right formula stands there, it is the arithmetic. If the arithmetic
is right, it is a number where one stands there that is no value of this line, and else the formula: the right numbers
are put together in another way.
"""

from __future__ import annotations

from dataclasses import replace

from backprop_cli.checking.equations import Equations
from backprop_cli.checking.given import Given
from backprop_cli.checking.verdicts import Outcome, Verdict
from backprop_cli.numbers.enclosures import ball


def by_elimination(work: Equations | None, verdict: Verdict, given: Given | None) -> Equations | None:
    """The working of a line whose value is wrong, with what is at fault in it."""
    if work is not None and _has_another_value(work, verdict, given):
        return replace(work, arithmetic=False, gives=work.follows)
    if work is None or not work.worked or False in (work.formula, work.numbers, work.arithmetic):
        return work
    guessed = verdict.rule is Outcome.MISTAKE  # by the value alone
    if work.numbers and (guessed or verdict.rule is Outcome.WRONG) and _is_another(work, given):
        return replace(work, arithmetic=False, gives=work.middle, says="")
    is_wrong = verdict.rule is Outcome.WRONG or (verdict.rule is Outcome.NEAR and verdict.near == "sign")
    if not is_wrong or work.numbers is not None or not work.arithmetic or work.strange is None:
        return work
    if work.formula or work.strange:
        return replace(work, numbers=False)
    return replace(work, formula=False)


def _has_another_value(work: Equations, verdict: Verdict, given: Given | None) -> bool:
    """Whether the right formula stands there in letters, and a value behind it that it does not give."""
    if given is None or work.follows is None or verdict.rule is not Outcome.WRONG:
        return False
    return bool(abs(ball(given.value) - work.follows) > given.half_unit)


def _is_another(work: Equations, given: Given | None) -> bool:
    """Whether the value is not what the numbers give, to its own digits."""
    if given is None or work.middle is None:
        return False
    return bool(abs(ball(given.value) - work.middle) > given.half_unit)
