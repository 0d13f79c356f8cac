"""Guesses: one number that is written again and again, with or without the old values, where it does not belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.verdicts import Outcome, Verdict
from backprop_cli.numbers.exact import Rational

_EVERYWHERE = 4  # lines from which on one number may be a guess
_MORE_THAN_ONCE = 2  # as often a number is wrong that is a guess, and not one that is handed on
_MANY = 6  # lines from which on a number is a guess also where it is right
_AGAIN_AND_AGAIN = 3  # as often it is wrong then
_RIGHT = (Outcome.RIGHT, Outcome.CARRIED)


def handed_on_or_guessed(
    verdicts: Mapping[Quantity, Verdict], answers: Mapping[Quantity, Given]
) -> dict[Quantity, bool]:
    """The lines with a number, not 0, that stands on many and is wrong on several; whether it is wrong on most."""
    wrong = Counter(_numbers(faulty(verdicts), answers))
    guessed: dict[Quantity, bool] = {}
    for value, count in wrong.items():
        if count < _MORE_THAN_ONCE or value == 0:
            continue
        lines = _with_number(value, verdicts, answers)
        right = sum(verdicts[one].rule in _RIGHT for one in lines)
        if len(lines) >= _EVERYWHERE and 2 * right < len(lines):
            guessed |= dict.fromkeys(lines, 2 * count > len(lines))
    return guessed


def without_work(
    verdicts: Mapping[Quantity, Verdict], key: AnswerKey, answers: Mapping[Quantity, Given]
) -> dict[Quantity, str]:
    """The lines that show no work even where they are right, each with a key of REMARKS.

    A number that stands on many lines and is wrong on two of three is a guess on all of them; and a sheet on which
    all but one line in ten are one number or the old value of their parameter is one altogether, unless two of
    three lines are right. A few equal values that are right among wrong ones are none, nor is one that follows. A
    sheet of nothing but old values is none either where half of them or more were to change.
    """
    if _is_a_copy(verdicts, key, answers):
        return dict.fromkeys(verdicts, "copied")
    wrong = faulty(verdicts)
    if len(wrong) < _AGAIN_AND_AGAIN:
        return {}
    numbers = Counter(_numbers(wrong, answers))
    found: dict[Quantity, str] = {}
    for value, count in numbers.items():
        lines = _with_number(value, verdicts, answers) if 3 * count >= 2 * _MANY else ()
        if len(lines) >= _MANY and 3 * count >= 2 * len(lines):
            found |= dict.fromkeys(lines, "guess")
    most = max(numbers, key=numbers.__getitem__, default=None)
    right = sum(verdict.rule in _RIGHT for verdict in verdicts.values())
    if len(verdicts) < _EVERYWHERE or 3 * right > 2 * len(verdicts):
        return found
    lines = [
        one for one in verdicts if (most is not None and _number(answers[one]) == most) or _is_old(one, key, answers)
    ]
    return found | (dict.fromkeys(lines, "one number") if 10 * len(lines) >= 9 * len(verdicts) else {})


def _is_a_copy(verdicts: Mapping[Quantity, Verdict], key: AnswerKey, answers: Mapping[Quantity, Given]) -> bool:
    """Whether a sheet is nothing but old values of parameters, of which half or more were to change."""
    right = sum(verdict.rule in _RIGHT for verdict in verdicts.values())
    return len(verdicts) > 1 and 2 * right <= len(verdicts) and all(_is_old(one, key, answers) for one in verdicts)


def faulty(verdicts: Mapping[Quantity, Verdict]) -> list[Quantity]:
    """The lines that are wrong, or say next to nothing."""
    return [
        one
        for one, verdict in verdicts.items()
        if verdict.is_wrong or (verdict.rule is Outcome.TOO_FEW and verdict.vague)
    ]


def _numbers(lines: Iterable[Quantity], answers: Mapping[Quantity, Given]) -> Iterable[Rational]:
    return (number for one in lines if (number := _number(answers[one])) is not None)


def _number(given: Given) -> Rational | None:
    """The size of an answer that is a number."""
    return abs(given.value) if isinstance(given.value, Rational) else None


def _with_number(
    value: Rational, verdicts: Mapping[Quantity, Verdict], answers: Mapping[Quantity, Given]
) -> list[Quantity]:
    return [one for one in verdicts if answers[one].value in (value, -value)]


def _is_old(quantity: Quantity, key: AnswerKey, answers: Mapping[Quantity, Given]) -> bool:
    """Whether an answer is an old value of what is updated: the right one, the one on the sheet, or the first."""
    if quantity.kind is not Kind.NEW:
        return False
    start, old = Quantity(Kind.PARAMETER, quantity.name), key.old_of(quantity)
    values = [key.true(one) for one in (start,) if one in key.derivation.constants]
    if old is not None:
        values += [key.true(old), *(answers[one].value for one in (old,) if one in answers)]
    return answers[quantity].value in values
