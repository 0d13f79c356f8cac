"""From question to question: what is asked, what stands above it, the answers and the work so far."""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.checking.descriptions import PHASES, describe_address
from backprop_cli.checking.word_answers import choices
from backprop_cli.ground.words import _, n_
from backprop_cli.tutor import in_words
from backprop_cli.tutor.lesson import Lesson, Task
from backprop_cli.tutor.said import Block, Formula, Heading, KnownNumbers, Prompt, Response, Say, Tone
from backprop_cli.tutor.state import State
from backprop_cli.tutor.summary import summary

_HOW_IN_LETTERS = n_("Type a formula in letters; or hint, why, show, skip, back, quit, help.")
_HOW = n_("Type a number or a calculation; or hint, why, show, skip, back, quit, help.")


def answers(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The answers so far, in the order of the work."""
    texts = {quantity: state.entry(quantity.key).answer for quantity in lesson.asked}
    return {quantity: text for quantity, text in texts.items() if text}


def earlier(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The answers to the questions before this one."""
    before = frozenset(task.quantity for task in lesson.tasks[: state.at])
    return {quantity: text for quantity, text in answers(lesson, state).items() if quantity in before}


def task_at(lesson: Lesson, state: State) -> Task:
    """The task that is asked for."""
    return lesson.tasks[state.at]


def current(lesson: Lesson, state: State) -> Quantity:
    """What is asked for."""
    return task_at(lesson, state).quantity


def how_to_reply(lesson: Lesson, state: State) -> Say:
    """What can be typed."""
    if task_at(lesson, state).in_words:
        return Say(in_words.how(lesson.question(current(lesson, state))), Tone.HINT)
    is_formula = task_at(lesson, state).in_letters
    return Say(_(_HOW_IN_LETTERS if is_formula else _HOW), Tone.HINT)


def question_at(lesson: Lesson, state: State) -> Prompt | None:
    """The question; None at the end."""
    if state.ended or state.at >= len(lesson.tasks):
        return None
    task = task_at(lesson, state)
    quantity = task.quantity
    if task.in_words:
        asked = lesson.question(quantity)
        answer, words = state.entry(task.key).answer, choices(asked)
        return Prompt(state.at + 1, len(lesson.tasks), asked.key, asked.said, words, answer)
    known = [one for one in lesson.uses(quantity) if one in lesson.given and not task.in_letters]
    digits = "" if lesson.is_exact else lesson.digits(quantity)
    return Prompt(
        state.at + 1,
        len(lesson.tasks),
        lesson.symbol(quantity),
        lesson.words(quantity),
        _("its formula, in letters") if task.in_letters else digits,
        state.entry(task.key).answer,
        tuple((lesson.symbol(one), lesson.number(lesson.given[one])) for one in known),
    )


def again(lesson: Lesson, state: State, *blocks: Block) -> tuple[State, Response]:
    """The same question, after this has been said."""
    question = question_at(lesson, state)
    return state, Response(blocks, _replace(question, again=True) if question is not None else None)


def go_on(lesson: Lesson, state: State, blocks: tuple[Block, ...]) -> tuple[State, Response]:
    """The next question, or the end, after this has been said."""
    left = current(lesson, state)
    after = _replace(state, at=state.at + 1)
    if after.at >= len(lesson.tasks):
        after = _replace(after, ended=True)
        return after, Response(
            (*blocks, Heading(_("Done")), *work_so_far(lesson, after), Say(""), *summary(lesson, after))
        )
    return after, Response((*blocks, *heading_above(lesson, after, left)), question_at(lesson, after))


def heading_above(lesson: Lesson, state: State, left: Quantity | None) -> tuple[Block, ...]:
    """What stands above the first question of a phase or of a pass; where one goes back, what is known so far."""
    quantity = current(lesson, state)
    if quantity.kind is Kind.QUESTION:
        is_first = left is None or left.kind is not Kind.QUESTION
        return (Heading(_("Questions")),) if is_first else ()
    phase = lesson.line(quantity).phase
    before = (lesson.line(left).phase, left.at) if left is not None else None
    if before == (phase, quantity.at):
        return ()
    place = describe_address(quantity.at, lesson.problem)
    begins = left is None or left.at != quantity.at
    heading = Heading(" · ".join(filter(None, (place, _(PHASES[phase])))), quantity.at if begins else None)
    drawn = phase in (Phase.BACKWARD, Phase.GRADIENT) and left is not None
    return (heading, *(work_so_far(lesson, state, drawing_only=True) if drawn else ()))


def work_so_far(lesson: Lesson, state: State, drawing_only: bool = False) -> tuple[Block, ...]:
    """The network with what is known so far, and the answers: numbers and formulas."""
    written = ((task.quantity, state.entry(task.key).answer) for task in lesson.tasks if task.in_letters)
    formulas = [Formula(lesson.symbol(one, with_place=True), (("=", text),)) for one, text in written if text]
    shown = () if drawing_only else tuple(formulas)
    if not lesson.asked and not lesson.given:
        return shown
    at = min(state.at, len(lesson.tasks) - 1)
    return (
        KnownNumbers({**lesson.given, **answers(lesson, state)}, lesson.tasks[at].quantity.at, drawing_only),
        *shown,
    )
