"""What one line pays for another: a mistake in a blank line once, lines without work only beside some that have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace
from typing import TYPE_CHECKING

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.guessing import handed_on_or_guessed, without_work
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict

if TYPE_CHECKING:
    from backprop_cli.checking.hypothesis import Hypothesis

_PAID = (*FULL_MARKS, Outcome.TOO_FEW, Outcome.NEAR)
_EMPTY_FOR_EACH = 2  # lines without work of their own that are paid for with each that has some


def with_shares(
    verdicts: Mapping[Quantity, Verdict], key: AnswerKey, answers: Mapping[Quantity, Given]
) -> dict[Quantity, Verdict]:
    """The verdicts, with what is paid for elsewhere, or not at all because no work of their own stands in them."""
    shared = dict(verdicts)
    guessed, idle = handed_on_or_guessed(verdicts, answers), without_work(verdicts, key, answers)
    paid: set[tuple[Hypothesis, Quantity]] = set()
    for quantity, verdict in verdicts.items():
        if verdict.made_in is not None:
            cause = (verdict.causes[0], verdict.made_in)
            shared[quantity] = _replace(verdict, paid=cause in paid and quantity not in {*guessed, *idle})
            paid.add(cause)
    for one, mostly_wrong in guessed.items():
        if verdicts[one].rule is Outcome.NEAR and mostly_wrong:
            shared[one] = _replace(shared[one], unpaid=True, remark="guess")
    empty = {one: "no work" for one, verdict in verdicts.items() if verdict.empty}
    empty |= {one: "guess" for one in guessed if verdicts[one].rule is Outcome.FOLLOWS and one not in empty}
    if empty:
        without = {*empty, *guessed}
        work = sum(_shows_work(verdict, key) for one, verdict in verdicts.items() if one not in without)
        in_order = [one for one in verdicts if one in empty]
        for one in in_order[_EMPTY_FOR_EACH * work :]:
            shared[one] = _replace(shared[one], unpaid=True, remark=empty[one])
    for one, remark in idle.items():
        if verdicts[one].rule in _PAID and not shared[one].unpaid:
            shared[one] = _replace(shared[one], unpaid=True, remark=remark)
    return shared


def _shows_work(verdict: Verdict, key: AnswerKey) -> bool:
    """Whether a line is right or follows, and its right value had to be worked out: it is not 0, nor the old value."""
    if verdict.rule not in FULL_MARKS:
        return False
    value, old = key.expected(verdict.quantity), key.old_of(verdict.quantity)
    return not is_nothing(value) and (old is None or value != key.true(old))
