"""Lines of a change, Δw = η·δ·o, judged as what they are: a part of the update that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backprop_cli.algebra.formula import Apply, Formula, Name, add
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.change_lines import Change
from backprop_cli.checking.equations import EquationJudge, Equations
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS
from backprop_cli.checking.put_in import exactly, parts_of, worked_out
from backprop_cli.checking.values import Written, value_of
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball


@record
class Judged:
    """What was found in the line of a change; `leads_to` is the new value that it gives on this sheet."""

    change: Change
    work: Equations
    leads_to: Ball | None = None
    half_unit: Ball | None = None

    @property
    def is_faulty(self) -> bool:
        """Whether something in the line is wrong, and it is known what."""
        work = self.work
        return work.edit is not None or work.formula is False or work.copied is not None or work.slip

    def gives(self, given: Given) -> bool:
        """Whether an answer is the old value with this change, to its digits."""
        if self.leads_to is None or self.half_unit is None:
            return False
        return not abs(ball(given.value) - self.leads_to) > self.half_unit + given.half_unit


def judged_changes(
    judge: EquationJudge, changes: Iterable[Change], answers: Mapping[Quantity, Given]
) -> Iterator[Judged]:
    """What was found in each line of a change."""
    with precision(BITS):
        for change in changes:
            old = judge.key.old_of(change.new)
            if old is not None:
                yield _judged(judge, change, old, answers)


def _judged(judge: EquationJudge, change: Change, old: Quantity, answers: Mapping[Quantity, Given]) -> Judged:
    formulas, steps, value = parts_of(change.parts)
    worked = steps[-1] if steps else None
    turned = _is_turned(judge, change, old, value, answers)
    found = [one for formula in formulas if (one := _read(judge, formula, change.new, old, answers)) is not None]
    wrong = next((one for one in found if not judge.is_right(one, change.new)), None)
    edit = judge.edit_of(wrong, change.new) if wrong is not None else None
    worked = worked and exactly(worked, judge.given_numbers)
    forms = list(_steps(judge.substitution.forms(change.new, answers), old, turned))
    numbers, copied = (None, None) if worked is None else judge.substitution.among(worked, forms, answers)
    arithmetic, gives = (None, None) if worked is None or value is None else worked_out(worked, value)
    is_right = None if not found else wrong is None
    text = "" if worked is None else worked.text
    says = value.text.strip() if value is not None else ""
    middle = None if worked is None else worked.middle
    work = Equations(
        change.new, is_right, numbers, arithmetic, edit, copied,
        gives=gives, worked=text, middle=middle, change=change.name, says=says,
    )  # fmt: skip
    if value is None:
        return Judged(change, work)
    before = answers[old].value if old in answers else judge.key.true(old)
    step = ball(_number(value)) * (-1 if turned else 1)
    return Judged(change, work, ball(before) + step, ball(value.half_unit))


def _read(
    judge: EquationJudge, formula: Formula, new: Quantity, old: Quantity, answers: Mapping[Quantity, Given]
) -> Formula | None:
    """The update that the formula of a change makes, added or subtracted: as it is right, if it is."""
    added = judge.readings(formula, new, answers, lambda step: add(Name(old), step))
    subtracted = judge.readings(formula, new, answers, lambda step: add(Name(old), Apply("negative", (step,))))
    ways = [*added, *subtracted]
    return next((one for one in ways if judge.is_right(one, new)), ways[0] if ways else None)


def _steps(updates: Iterable[Formula], old: Quantity, turned: bool) -> Iterator[Formula]:
    """The formulas of an update without the old value in them."""
    for formula in updates:
        match formula:
            case Apply("sum", arguments) if Name(old) in arguments:
                rest = [one for one in arguments if one != Name(old)]
                yield from (_turned(add(*rest)), add(*rest)) if turned else (add(*rest),)


def _turned(formula: Formula) -> Formula:
    match formula:
        case Apply("negative", (inside,)):
            return inside
    return Apply("negative", (formula,))


def _is_turned(
    judge: EquationJudge, change: Change, old: Quantity, value: Written | None, answers: Mapping[Quantity, Given]
) -> bool:
    """Whether the change is written as what is subtracted: the new value that is written comes out so.

    Where neither does, whether its value has the other sign than that of the right step.
    """
    if value is None:
        return False
    said, new = ball(_number(value)), answers.get(change.new)
    before = ball(answers[old].value if old in answers else judge.key.true(old))
    if new is not None:
        reach = ball(value.half_unit) + new.half_unit
        added, subtracted = (not abs(before + sign * said - new.value) > reach for sign in (1, -1))
        if added != subtracted:
            return subtracted
    step = judge.key.true_ball(change.new) - judge.key.true_ball(old)
    return bool(abs(said + step) < abs(said - step))


def _number(value: Written) -> Ball:
    try:
        return ball(value_of(value))
    except BackpropError:
        return ball(0)
