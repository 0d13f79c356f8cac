"""Judges a sheet line by line, by the rules of marking in their order; the first that holds is the verdict.

right · follows · mistake · too few digits · near miss · wrong; blank is blank, not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from functools import cached_property
from typing import TYPE_CHECKING

from backprop_cli.algebra.formula import Apply
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.enclosure import Enclosure, Enclosures
from backprop_cli.checking.following import followed, is_empty
from backprop_cli.checking.given import Given
from backprop_cli.checking.habits import Habits
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.line import AnsweredLine
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.near import (
    covering,
    earns_for_its_digits,
    has_a_point,
    is_covered,
    is_covered_by_the_right_value,
    is_cut_too_short,
    nearly,
    with_other_sign,
)
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome, Verdict
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import rational

if TYPE_CHECKING:
    from backprop_cli.checking.diagnosis import JudgedSheet, LineDiagnosis

_SHIFTS = tuple(rational(10) ** places for places in (1, 2, 3, -1, -2, -3))
_MANY_FIGURES = 6  # that a mistake explains in a value that is right to fewer
_ENOUGH_FIGURES = 2  # for part marks, and for a slip to be believed


@record
class Right:
    """A right answer: its verdict, and what later lines use of it. That it has the answer keeps its identity."""

    given: Given
    verdict: Verdict
    source: Enclosure


class _Lines(dict[Quantity, AnsweredLine]):
    """The lines of a sheet, each made when it is first looked at."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, quantity: Quantity) -> AnsweredLine:
        line = self[quantity] = self.judge.line(quantity, self.judge.answers[quantity])
        return line


@dataclass
class Judge:
    """Judges the lines of one sheet."""

    key: AnswerKey
    answers: Mapping[Quantity, Given]
    marking: Marking
    verdicts: dict[Quantity, Verdict] = field(default_factory=dict)
    refused: dict[Quantity, str] = field(default_factory=dict)  # the answers from which nothing may follow, and why

    def __post_init__(self) -> None:
        with precision(BITS):
            self.order = sorted(self.answers, key=lambda one: self.key.order.get(one, -1))
            self.enclosures = Enclosures(self.key, {})
            self.lines = _Lines(self)
            self.habits = Habits(self.answers.values(), self._has_dropped_zeros)
            self.plain: dict[Quantity, Verdict] = {}  # right with every digit, whatever else is on the sheet
            for quantity, given in self.answers.items():
                self._take(quantity, given)

    def _take(self, quantity: Quantity, given: Given) -> None:
        """Makes an answer a source of later lines; of a right one, a class needs to know what it says only once."""
        known, answer = self.marking.right, (self.key, quantity, id(given))  # numbers are slow to be looked up
        found: Right | None = known.get(answer)
        if found is None:
            line = self.lines[quantity]
            found = Right(given, Verdict(quantity, Outcome.RIGHT), line.as_source())
            if not line.has_its_digits():
                self.enclosures.coarse.add(quantity)
            if not line.is_right_on_any_sheet():
                self.enclosures.sources[quantity] = found.source
                return
            known.keep(answer, found)
        self.enclosures.sources[quantity] = found.source
        self.plain[quantity] = found.verdict

    def _has_dropped_zeros(self) -> bool:
        return any(self.lines[one].has_dropped_zeros() for one in self.order)

    def line(self, quantity: Quantity, given: Given) -> AnsweredLine:
        """A line of the sheet with this answer."""
        return AnsweredLine(self.key, self.marking, self.enclosures, self.habits, quantity, given)

    def judged(self) -> dict[Quantity, Verdict]:
        """The verdict on every answer, in the order of the work."""
        verdicts = self._by_the_first_rules
        with precision(BITS):
            found = self._diagnosed()
            for quantity in self.order:
                if verdicts[quantity].rule is Outcome.WRONG:
                    verdicts[quantity] = self._last(self.lines[quantity], found.get(quantity))
                elif quantity in found:
                    verdicts[quantity] = _replace(verdicts[quantity], causes=found[quantity].causes)
        return verdicts

    def may_be_good(self, quantity: Quantity) -> bool:
        """Whether an answer is right, or may be as far as it goes: what is known before mistakes are looked for."""
        if self._by_the_first_rules[quantity].rule in FULL_MARKS:
            return True
        with precision(BITS):
            return is_covered(self.lines[quantity])

    @cached_property
    def _by_the_first_rules(self) -> dict[Quantity, Verdict]:
        """The verdicts by the rules that need no diagnosis; `judged` puts those of the others in their place."""
        with precision(BITS):
            for quantity in self.order:
                if quantity in self.plain:
                    self.verdicts[quantity] = self.plain[quantity]
                    continue
                line = self.lines[quantity]
                verdict = self._first(line)
                self.verdicts[quantity] = self._with_refusal(line, verdict)
                if verdict.rule in FULL_MARKS and quantity in self.enclosures.coarse:
                    self.enclosures.refine(quantity, line.as_good_as_asked())
        return self.verdicts

    def _diagnosed(self) -> Mapping[Quantity, LineDiagnosis]:
        """What explains the lines that are wrong; nothing is looked for on a sheet without any."""
        if not any(self.verdicts[one].rule is Outcome.WRONG or self._is_open(one) for one in self.order):
            return {}
        from backprop_cli.checking.diagnosis import diagnose

        return diagnose(self._case())

    def verdict_if(self, quantity: Quantity, given: Given) -> Verdict:
        """The verdict, before mistakes are looked for, if this one answer were another."""
        with precision(BITS):
            line = self.line(quantity, given)
            verdict = self._first(line)
            return too_few_digits(self, line, None) or verdict if verdict.rule is Outcome.WRONG else verdict

    def _first(self, line: AnsweredLine) -> Verdict:
        """By the rules that need no diagnosis; `wrong` where none of them holds."""
        return next(filter(None, (rule(self, line) for rule in FIRST)), Verdict(line.quantity, Outcome.WRONG))

    def _last(self, line: AnsweredLine, diagnosis: LineDiagnosis | None) -> Verdict:
        before = self.verdicts[line.quantity]
        verdict = next(filter(None, (rule(self, line, diagnosis) for rule in LAST)))
        return _replace(verdict, refused=before.refused, remark=before.remark or verdict.remark)

    def _case(self) -> JudgedSheet:
        """What the search for mistakes is given."""
        wrong = [one for one in self.order if self.verdicts[one].rule is Outcome.WRONG]
        unchanged = frozenset(one for one in wrong if self.lines[one].is_unchanged())
        lines = tuple(one for one in self.order if one in unchanged or self._is_open(one))
        flipped = frozenset(one for one in lines if with_other_sign(self.lines[one]))
        swapped = frozenset(one for one in lines if _swapped_with(self, self.lines[one]) is not None)
        slack = {one: self.lines[one].unit_at(self.answers[one].value) / 2 for one in lines}
        free = frozenset(one for one in lines if not self.marking.is_asked(one))
        from backprop_cli.checking.diagnosis import JudgedSheet

        return JudgedSheet(
            self.key, self.answers, self.verdicts, self.enclosures, lines, unchanged, flipped, swapped, free, slack
        )

    def _is_open(self, quantity: Quantity) -> bool:
        """Whether a mistake is to be looked for: the line is wrong, or it is in its further digits."""
        verdict = self.verdicts[quantity]
        if verdict.rule is Outcome.WRONG:
            return not is_covered(self.lines[quantity])
        return verdict.remark == "further digits" and (self.lines[quantity].given.figures or 0) >= _MANY_FIGURES

    # ---- from what nothing follows ---------------------------------------------------------------------------

    def _with_refusal(self, line: AnsweredLine, verdict: Verdict) -> Verdict:
        """A wrong verdict, with a remark on a value that cannot be; where the course is strict, nothing follows."""
        if verdict.rule in FULL_MARKS:
            return verdict
        follow, reason = self.marking.rule.follow_through, self._reason(line)
        used = self.key.ancestors(line.quantity) if self.refused else ()
        refused = tuple((one, why) for one, why in self.refused.items() if one in used)
        if (follow == "strict" and reason) or follow == "false":
            self.enclosures.forget(line.quantity)
        if follow == "strict" and reason:
            self.refused[line.quantity] = reason
            refused = (*refused, (line.quantity, reason))
        return _replace(verdict, refused=refused, remark="impossible" if reason == "impossible" else verdict.remark)

    def _reason(self, line: AnsweredLine) -> str:
        """Why nothing should follow from an answer: no such value can be, or it makes the rest trivial."""
        known = self.key.line(line.quantity)
        if known is None:
            return ""
        operation = known.formula.operation if isinstance(known.formula, Apply) else ""
        found = OPERATIONS.get(operation) if line.quantity.kind is Kind.OUT else None
        low, high = found.range if found is not None else (None, None)
        value, slack = ball(line.given.value), line.given.half_unit
        if (low is not None and value < low - slack) or (high is not None and value > high + slack):
            return "impossible"
        bounds = [bound for bound in (low, high) if bound is not None]
        return "trivial" if value == 0 or any(value == bound for bound in bounds) else ""

    def roots(self, enclosure: Enclosure) -> tuple[Quantity, ...]:
        """The wrong lines that an enclosure comes from."""
        roots: dict[Quantity, None] = {}
        for used in enclosure.used:
            verdict = self.verdicts.get(used)
            if verdict is not None and verdict.because and not verdict.is_wrong:
                roots |= dict.fromkeys(verdict.because)
            elif verdict is not None and verdict.is_wrong:
                roots[used] = None
        return tuple(sorted(roots, key=lambda one: self.key.order[one]))

    def is_fine(self, quantity: Quantity) -> bool:
        """Whether an answer is right."""
        verdict = self.verdicts.get(quantity)
        return verdict is not None and verdict.rule in FULL_MARKS and not verdict.because

    @cached_property
    def _sorts(self) -> dict[tuple[object, ...], list[Quantity]]:
        sorts: dict[tuple[object, ...], list[Quantity]] = {}
        for one in self.order:
            sorts.setdefault(self._sort(one), []).append(one)
        return sorts

    def _sort(self, quantity: Quantity) -> tuple[object, ...]:
        """What a line has in common with those whose answers it may be swapped with."""
        return quantity.kind, quantity.at, quantity.name in self.key.problem.parameters

    def beside(self, quantity: Quantity) -> list[AnsweredLine]:
        """The lines of the same sort just before and just after."""
        same = self._sorts[self._sort(quantity)]
        place = same.index(quantity)
        return [self.lines[one] for one in same[max(0, place - 1) : place] + same[place + 1 : place + 2]]


# ---- the rules, in their order -----------------------------------------------------------------------------------


def right(judge: Judge, line: AnsweredLine) -> Verdict | None:
    """1. The value that is expected, to the digits asked for; further digits that are wrong are remarked on."""
    if not line.is_right():
        return None
    verdict = Verdict(line.quantity, Outcome.RIGHT)
    if line.is_precise():
        return verdict
    return follows(judge, line) or _replace(verdict, remark="further digits")


def follows(judge: Judge, line: AnsweredLine) -> Verdict | None:
    """2. The line's formula over the student's own earlier values, which may have been rounded on the way."""
    enclosure = followed(line)
    if enclosure is None:
        return None
    because = judge.roots(enclosure)
    if because:
        return Verdict(
            line.quantity,
            Outcome.FOLLOWS,
            because,
            empty=is_empty(line, enclosure, [one for one in enclosure.used if not judge.is_fine(one)]),
        )
    return Verdict(line.quantity, Outcome.CARRIED if enclosure.noise or enclosure.used else Outcome.RIGHT)


def mistake(judge: Judge, line: AnsweredLine, diagnosis: LineDiagnosis | None) -> Verdict | None:
    """3. A usual mistake explains the value."""
    if line.is_unchanged() and not judge.key.is_worked(line.quantity):
        from backprop_cli.checking.hypothesis import KEPT

        return Verdict(line.quantity, Outcome.MISTAKE, causes=(KEPT,))
    if diagnosis is None or not diagnosis.causes or is_cut_too_short(line):
        return None
    return Verdict(
        line.quantity,
        Outcome.MISTAKE,
        causes=diagnosis.causes,
        made_in=diagnosis.made_in if line.given.figures not in (0, 1) else None,
        others=diagnosis.others,
    )


def too_few_digits(judge: Judge, line: AnsweredLine, diagnosis: LineDiagnosis | None) -> Verdict | None:
    """4. The right value, or the one that follows, lies within what is written; but that says too little."""
    if not is_covered(line):
        return None
    follow = None if is_covered_by_the_right_value(line) else covering(line)
    because = judge.roots(follow) if follow is not None else ()
    vague = not earns_for_its_digits(line)
    return Verdict(line.quantity, Outcome.TOO_FEW, because, vague=vague, follows=bool(because))


def near_miss(judge: Judge, line: AnsweredLine, diagnosis: LineDiagnosis | None) -> Verdict | None:
    """5. One unit away; else right but for the sign, the decimal point, or an exchange with the answer beside it."""
    near, enclosure = nearly(line)
    if near:
        because = judge.roots(enclosure) if enclosure is not None else ()
        return Verdict(line.quantity, Outcome.NEAR, because, near=near, follows=bool(because))
    if line.given.figures is not None and line.given.figures < _ENOUGH_FIGURES:
        return Verdict(line.quantity, Outcome.NEAR, near="sign") if with_other_sign(line) else None
    other = _swapped_with(judge, line)
    if other is not None:
        return Verdict(line.quantity, Outcome.NEAR, near="swapped", other=other)
    if has_a_point(line) and any(line.like(line.given.times(factor)).is_right() for factor in _SHIFTS):
        return Verdict(line.quantity, Outcome.NEAR, near="point")
    return Verdict(line.quantity, Outcome.NEAR, near="sign") if with_other_sign(line) else None


def wrong(judge: Judge, line: AnsweredLine, diagnosis: LineDiagnosis | None) -> Verdict:
    """6. Wrong, with a last hint where it is true and simple; at the very last, perhaps a slip of the pen."""
    from backprop_cli.checking.hints import last_hint

    targets = [judge.key.true_ball(line.quantity)]
    if (enclosure := judge.enclosures.of(line.quantity)) is not None:
        targets.append(enclosure.middle)
    slack = line.unit_at(line.given.value) / 2
    hint = last_hint(judge.key, line.quantity, line.given, targets, slack)
    if hint is not None:
        others = diagnosis.others if diagnosis is not None and diagnosis.in_doubt else ()
        return Verdict(line.quantity, Outcome.WRONG, hint=hint, others=others)
    if diagnosis is not None and diagnosis.slip:
        return Verdict(line.quantity, Outcome.MISTAKE, causes=diagnosis.slip, others=diagnosis.others)
    if diagnosis is None:
        return Verdict(line.quantity, Outcome.WRONG)
    if diagnosis.in_doubt:
        return Verdict(line.quantity, Outcome.WRONG, in_doubt=True, others=diagnosis.others)
    return Verdict(line.quantity, Outcome.WRONG, bounded=diagnosis.bounded)


FIRST: tuple[Callable[[Judge, AnsweredLine], Verdict | None], ...] = (right, follows)
LAST: tuple[Callable[[Judge, AnsweredLine, LineDiagnosis | None], Verdict | None], ...] = (
    mistake, too_few_digits, near_miss, wrong,
)  # fmt: skip


def _swapped_with(judge: Judge, line: AnsweredLine) -> Quantity | None:
    """The neighbouring line with whose answer this one was exchanged."""
    for beside in judge.beside(line.quantity):
        if line.like(beside.given).is_right() and beside.like(line.given).is_right() and not beside.is_right():
            return beside.quantity
    return None
