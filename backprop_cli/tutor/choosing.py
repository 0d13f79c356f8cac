"""Which lesson a problem is: all that its exercise asks for, some lines of it, or the lines of one skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.references import is_reported, meant_by
from backprop_cli.checking.asked import asked_formulas, asked_lines
from backprop_cli.checking.checker import Checker
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.skills import skills_called


def lesson_of(
    worked: WorkedProblem,
    only: Sequence[str] = (),
    skill: str = "",
    charset: str = "unicode",
    most: int | None = None,
    first_gradient: bool = True,
) -> Lesson:
    """The lesson of a problem: what its exercise asks for, or only some lines, or (helped with the rest) one skill.

    `first_gradient`: ∂f/∂f, too, with which the way back begins, and which no sheet asks for.
    Raises UsageError where nothing is left to ask.
    """
    everything = Lesson(Checker(worked), (), charset=charset)
    order = everything.key.order  # of every line that there is; those that a textbook writes are seen in them
    in_letters = [line.quantity for line in asked_formulas(worked)]
    quantities = [
        line.quantity
        for line in asked_lines(worked, everything=bool(skill) and not only, first_gradient=first_gradient)
    ]
    if only:
        chosen = frozenset(meant_by(everything.checker.names.chosen(only), order))
        in_letters = [one for one in in_letters if one in chosen]
        quantities = sorted(chosen - worked.problem.lettered, key=order.__getitem__)
    wanted = skills_called(skill) if skill else ()

    def is_asked(one: Quantity) -> bool:
        is_open = everything.key.is_worked(one) or is_reported(one)
        return is_open and (not skill or everything.skill(one) in wanted)

    asked, formulas = (tuple(filter(is_asked, ones))[:most] for ones in (quantities, in_letters))
    questions = everything.checker.questions if not only and not skill else ()
    if not asked and not formulas and not questions:
        raise UsageError(_nothing_to_ask(quantities, skill))
    helped = bool(skill) and not only
    left = _replace(everything, questions=questions[:most])
    return _replace(left, asked=asked, formulas=formulas, is_part=helped or bool(only), helped=helped)


def _nothing_to_ask(quantities: Sequence[Quantity], skill: str) -> str:
    """Why there is nothing to ask."""
    if skill:
        return _("no line of this problem is an exercise in {skill!r}").format(skill=skill)
    if quantities:
        message = _("{key} is given by the training: there is no line to work out")
        return message.format(key=quantities[0].key)
    return _("there is nothing to ask for in this problem")
