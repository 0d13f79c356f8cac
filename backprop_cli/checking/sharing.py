"""What one line pays for another: a mistake in a blank line once, lines without work only beside some that have it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace as _replace

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import is_nothing
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.numbers.exact import Rational

_EMPTY_FOR_EACH = 2  # lines without work of their own that are paid for with each that has some
_EVERYWHERE = 4  # lines from which on a number that is mostly wrong is a guess


def with_shares(
    verdicts: Mapping[Quantity, Verdict], key: AnswerKey, answers: Mapping[Quantity, Given]
) -> dict[Quantity, Verdict]:
    """The verdicts, with what is paid for elsewhere, or not at all because no work of their own stands in them."""
    shared = dict(verdicts)
    paid: set[tuple[Hypothesis, Quantity]] = set()
    for quantity, verdict in verdicts.items():
        if verdict.made_in is not None:
            cause = (verdict.causes[0], verdict.made_in)
            shared[quantity] = _replace(verdict, paid=cause in paid)
            paid.add(cause)
    guessed = _guessed(verdicts, answers)
    for one in guessed:
        if verdicts[one].rule is Outcome.NEAR:
            shared[one] = _replace(shared[one], unpaid=True, remark="guess")
    empty = {one: "no work" for one, verdict in verdicts.items() if verdict.empty}
    empty |= {one: "guess" for one in guessed if verdicts[one].rule is Outcome.FOLLOWS and one not in empty}
    if empty:
        work = sum(_shows_work(verdict, key, empty) for verdict in verdicts.values())
        in_order = [one for one in verdicts if one in empty]
        for one in in_order[_EMPTY_FOR_EACH * work :]:
            shared[one] = _replace(shared[one], unpaid=True, remark=empty[one])
    return shared


def _guessed(verdicts: Mapping[Quantity, Verdict], answers: Mapping[Quantity, Given]) -> list[Quantity]:
    """The lines with a number, not 0, that stands on many lines, on most of which it is wrong."""
    same: dict[Rational, list[Quantity]] = {}
    for quantity in verdicts:
        value = answers[quantity].value
        if isinstance(value, Rational) and value != 0:
            same.setdefault(abs(value), []).append(quantity)
    guessed: list[Quantity] = []
    for lines in same.values():
        if len(lines) >= _EVERYWHERE and 2 * sum(_is_good(verdicts[one]) for one in lines) < len(lines):
            guessed += lines
    return guessed


def _is_good(verdict: Verdict) -> bool:
    return verdict.rule in FULL_MARKS or (verdict.rule is Outcome.TOO_FEW and not verdict.vague)


def _shows_work(verdict: Verdict, key: AnswerKey, empty: Collection[Quantity]) -> bool:
    """Whether a line is right or follows and had to be worked out: it is not 0, nor the old value, nor a guess."""
    if verdict.rule not in FULL_MARKS or verdict.quantity in empty:
        return False
    value, old = key.expected(verdict.quantity), key.old_of(verdict.quantity)
    return not is_nothing(value) and (old is None or value != key.true(old))
