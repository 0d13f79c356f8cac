"""What a learner can type besides an answer: commands, each from a state to the next state and what is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as _replace
from itertools import groupby

from backprop_cli.algebra.quantities import Kind
from backprop_cli.checking.values import read_value
from backprop_cli.ground.words import _
from backprop_cli.tutor import hints, in_words
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.questions import again, current, earlier, go_on, question_at, task_at, work_so_far
from backprop_cli.tutor.said import Heading, Response, Say
from backprop_cli.tutor.state import State
from backprop_cli.tutor.summary import summary


def _hint(lesson: Lesson, state: State) -> tuple[State, Response]:
    task = task_at(lesson, state)
    entry = state.entry(task.key)
    if task.in_words:
        level = min(entry.hints + 1, in_words.LEVELS)
        after = state.noting(task.key, _replace(entry, hints=level))
        return again(lesson, after, *in_words.hint(lesson.question(task.quantity), level))
    level = min(entry.hints + 1, hints.LEVELS_IN_LETTERS if task.in_letters else hints.LEVELS)
    after = state.noting(task.key, _replace(entry, hints=level))
    if task.in_letters:
        return again(lesson, after, *hints.hint_in_letters(lesson, task.quantity, level))
    return again(lesson, after, *hints.hint(lesson, task.quantity, level, earlier(lesson, state)))


def _why(lesson: Lesson, state: State) -> tuple[State, Response]:
    quantity = current(lesson, state)
    if quantity.kind is Kind.QUESTION:
        return again(lesson, state, *in_words.hint(lesson.question(quantity), 1))
    return again(lesson, state, *hints.why(lesson, quantity))


def _show(lesson: Lesson, state: State) -> tuple[State, Response]:
    return again(lesson, state, *work_so_far(lesson, state))


def _given(lesson: Lesson, state: State) -> tuple[State, Response]:
    named = ((one.kind, lesson.symbol(one, with_place=True), text) for one, text in lesson.given_numbers)
    numbers = [(kind, symbol if text == symbol else f"{symbol} = {text}") for kind, symbol, text in named]
    lines = [", ".join(said for _kind, said in group) for _kind, group in groupby(numbers, key=lambda one: one[0])]
    return again(lesson, state, *(Say(line) for line in lines))


def _put(lesson: Lesson, state: State) -> tuple[State, Response]:
    key, text = state.offered
    other = next((one for one in lesson.asked if one.key == key), None)
    if other is None:
        return again(lesson, state, Say(_("There is no number of yours to be put elsewhere.")))
    entry = state.entry(key)
    after = _replace(state.noting(key, _replace(entry, answer=text, last=text, skipped=False)), offered=("", ""))
    said = _("Noted: {symbol} = {number}. It is looked at when that line comes.")
    symbol = lesson.symbol(other, with_place=True)
    return again(lesson, after, Say(said.format(symbol=symbol, number=lesson.number(text))))


def _skip(lesson: Lesson, state: State) -> tuple[State, Response]:
    key = task_at(lesson, state).key
    after = state.noting(key, _replace(state.entry(key), answer="", kept=False, skipped=True))
    return go_on(lesson, after, (Say(_("Left blank; what follows is judged by your other answers.")),))


def _keep(lesson: Lesson, state: State) -> tuple[State, Response]:
    task = task_at(lesson, state)
    quantity, entry = task.quantity, state.entry(task.key)
    if not entry.last:
        nothing = _("There is no formula of yours to keep yet.")
        return again(lesson, state, Say(nothing if task.in_letters else _("There is no number of yours to keep yet.")))
    text = entry.last
    if task.in_letters or task.in_words:
        after = state.noting(task.key, _replace(entry, answer=text, kept=True, skipped=False))
        said = _("Kept: {symbol} = {number}. What follows from it will count as right.")
        return go_on(lesson, after, (Say(said.format(symbol=lesson.symbol(quantity), number=text)),))
    written = read_value(text)
    if written is not None and written.is_worked_out:
        text = lesson.calculated(quantity, written)
    after = state.noting(quantity.key, _replace(entry, answer=text, kept=True, skipped=False))
    said = _("Kept: {symbol} = {number}. What follows from it will count as right.")
    return go_on(lesson, after, (Say(said.format(symbol=lesson.symbol(quantity), number=lesson.number(text))),))


def _back(lesson: Lesson, state: State) -> tuple[State, Response]:
    if state.at == 0:
        return again(lesson, state, Say(_("This is the first question.")))
    after = _replace(state, at=state.at - 1)
    return after, Response((), question_at(lesson, after))


def _quit(lesson: Lesson, state: State) -> tuple[State, Response]:
    after = _replace(state, ended=True)
    ended = summary(lesson, after)
    return after, Response((Heading(_("So far")), *ended) if ended else ())


def _help(lesson: Lesson, state: State) -> tuple[State, Response]:
    return again(lesson, state, *(Say(f"{name:<6}{_(words)}") for name, words in hints.HELP.items()))


COMMANDS: Mapping[str, Callable[[Lesson, State], tuple[State, Response]]] = {
    "hint": _hint, "why": _why, "show": _show, "given": _given, "skip": _skip, "keep": _keep, "put": _put,
    "back": _back, "quit": _quit, "help": _help,
}  # fmt: skip
