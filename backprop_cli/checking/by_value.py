"""What the value of a line says of its working: is the mistake that it shows one of the formula or of a number?"""

from __future__ import annotations

from dataclasses import replace

from backprop_cli.checking.equations import Equations
from backprop_cli.checking.verdicts import Outcome, Verdict

_OF_NUMBERS = ("instead", "values for slopes")  # something in place of what belongs there, one for one


def seen_by_value(work: Equations, verdict: Verdict) -> Equations:
    """What was found in a line, and what its verdict adds: numbers that give a mistake were put into its formula."""
    if verdict.near == "numbers":
        return work
    work = replace(work, middle=None)
    told = False in (work.formula, work.numbers, work.arithmetic)
    if told or not work.worked or verdict.rule is not Outcome.MISTAKE:
        return work
    edit = verdict.causes[0].candidate(verdict.quantity)
    if edit is not None and (edit.kind in _OF_NUMBERS or edit.is_a_slip):
        return replace(work, numbers=False)
    return replace(work, formula=False, edit=edit)
