"""Factors of the chain rule on lines of their own, ∂out/∂net = 0.19, judged as lines of the problem are.

A factor has no line in the derivation. Here it gets one, its local derivative by the same calculus, so that formula,
numbers, arithmetic, usual mistakes and what follows from the student's own values are judged as everywhere. It has no
marks: what is wrong in it costs those of the first line that goes on with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.parts import LocalParts
from backprop_cli.algebra.quantities import Phase, Quantity
from backprop_cli.checking.equations import EquationJudge
from backprop_cli.checking.factor_lines import Factor
from backprop_cli.checking.given import Given
from backprop_cli.checking.in_view_of_work import with_working
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.shown import digits_of
from backprop_cli.checking.verdicts import Outcome, Verdict
from backprop_cli.checking.written_numbers import names_in_text
from backprop_cli.numbers.exact import rational
from backprop_cli.working.model import ChainSide

_NOTHING = rational(0)


def with_lines_of(key: AnswerKey, factors: Sequence[Factor]) -> AnswerKey:
    """The key with a line for each factor."""
    lines: dict[Quantity, Line] = {}
    for one in factors:
        of, by = one.quantity.of, one.quantity.by
        whole = key.line(of.at_address(one.quantity.at)) if of is not None else None
        parts = LocalParts(whole.formula, Name(by)) if whole is not None and by is not None else None
        lines[one.quantity] = Line(Phase.BACKWARD, one.quantity, one.formula, parts=parts)
    return key.beside(tuple(lines.values()))


def judged_factors(
    key: AnswerKey,
    meanings: Meanings,
    factors: Sequence[Factor],
    written: Mapping[Quantity, tuple[Given, str]],
    answers: Mapping[Quantity, Given],
    marking: Marking,
) -> Report:
    """The report on the factors of a sheet by the key that has lines for them; `written` are their values."""
    used = {above for one in factors for above in key.ancestors(one.quantity)}
    own = {one: given for one, given in answers.items() if one in used}
    own |= {one: given for one, (given, _text) in written.items()}
    verdicts = Judge(key, own, marking).judged()
    marks = tuple(
        Mark(one, written[one][1] if one in written else "", verdicts.get(one, Verdict(one, Outcome.BLANK)),
             key.expected(one), _NOTHING, _NOTHING, digits_of(key, marking, one), False, False)
        for one in dict.fromkeys(factor.quantity for factor in factors)
    )  # fmt: skip
    parts: dict[Quantity, tuple[ChainSide, ...]] = {}
    for factor in factors:
        parts[factor.quantity] = (*parts.get(factor.quantity, ()), *factor.parts)
    found = EquationJudge(key, meanings).judged(parts, own)
    return with_working(Report(key, marks), found, own, marking)


def with_factors(report: Report, factors: Report, read: Sequence[Factor], parts: Mapping[Quantity, Sequence[ChainSide]],
                 marking: Marking) -> Report:  # fmt: skip
    """The report with what its factors say: their faults explain the first wrong line that goes on with each."""
    marks, working = list(report.marks), dict(report.working)
    names = {one.quantity: one.name for one in read}
    for fault in factors.wrong:
        name, value = names[fault.quantity], fault.written
        wrong = (place for place, mark in enumerate(marks) if mark.verdict.is_wrong)
        at = next((one for one in wrong if _goes_on_with(parts.get(marks[one].quantity, ()), name, value)), None)
        work = factors.working.get(fault.quantity)
        if at is None or work is None:
            continue
        mark = marks[at]
        working[mark.quantity] = replace(work, change=name)
        copied = mark.verdict.near == "copied"  # what the factor has as its formula was no slip of the pen here
        if fault.verdict.rule is Outcome.NEAR or copied:
            near = fault.verdict.near if fault.verdict.rule is Outcome.NEAR else ""
            verdict = Verdict(mark.quantity, Outcome.NEAR if near else Outcome.WRONG, near=near)
            marks[at] = replace(mark, verdict=verdict, earned=mark.worth * marking.share(verdict))
    return replace(report, marks=tuple(marks), working=working, factors=factors)


def _goes_on_with(parts: Sequence[ChainSide], name: str, value: str) -> bool:
    """Whether a line mentions a factor, or has its value among the numbers put in."""
    said = re.compile(rf"(?<![\w.,]){re.escape(value.strip())}(?![.,]?\d)") if value.strip() else None
    return any((said and said.search(part.text)) or name in names_in_text(part.text) for part in parts)
