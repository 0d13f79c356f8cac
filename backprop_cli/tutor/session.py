"""A session as a pure function: from a state and a reply to the next state and what is said.

Nothing here reads, prints or waits: a terminal, a test or a page calls `begin` and `reply`.
"""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.values import Written, read_value
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.ground.errors import BackpropError, visible
from backprop_cli.ground.words import _, as_sentence, clauses, ended, plural
from backprop_cli.tutor import in_letters, in_words
from backprop_cli.tutor.commands import COMMANDS
from backprop_cli.tutor.feedback import SLIPS, feedback, mistake_of, praise, too_short
from backprop_cli.tutor.judging import formula_of, judged, right_for
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.names import is_called
from backprop_cli.tutor.questions import (
    again,
    current,
    earlier,
    go_on,
    heading_above,
    how_to_reply,
    question_at,
    task_at,
    work_so_far,
)
from backprop_cli.tutor.replies import answer_in, command_in, is_wordy, plain_reply
from backprop_cli.tutor.said import Formula, Response, Say, Tone
from backprop_cli.tutor.state import Entry, State
from backprop_cli.tutor.whole_lines import WholeLine, whole_line
from backprop_cli.working.model import ChainSide

_GIVEN = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET, Kind.CONSTANT)
_TRIES = 3  # wrong replies after which one is told how to go on


def begin(lesson: Lesson, state: State) -> tuple[State, Response]:
    """The first question, or the one at which a session was left."""
    state = _replace(state, ended=False)
    done = sum(bool(state.entry(task.key).answer) for task in lesson.tasks)
    if not done:
        return state, Response(
            (how_to_reply(lesson, state), *heading_above(lesson, state, None)), question_at(lesson, state)
        )
    said = plural("{count} answer is here already.", "{count} answers are here already.", done)
    above = heading_above(lesson, state, None) if state.at < len(lesson.tasks) else ()
    return state, Response((Say(said), *work_so_far(lesson, state), *above), question_at(lesson, state))


def reply(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """The next state and what is said to a reply: a command, or an answer to the question."""
    if state.ended or state.at >= len(lesson.tasks):
        return _replace(state, ended=True), Response()
    command = command_in(text)
    if command is not None:
        return COMMANDS[command](lesson, state)
    quantity = current(lesson, state)
    before = state.entry(task_at(lesson, state).key)
    if not text.strip() and before.answer:  # Enter keeps what is there
        return go_on(lesson, state, ()) if before.kept else reply(lesson, state, before.answer)
    if task_at(lesson, state).in_words:
        return _word(lesson, state, text)
    if task_at(lesson, state).in_letters:
        return _formula(lesson, state, plain_reply(text))
    line = whole_line(lesson, quantity, plain_reply(text))
    if line is not None:
        return _line(lesson, state, line)
    text = answer_in(plain_reply(text), lambda name: is_called(lesson, quantity, name))
    try:
        written = read_value(text)
    except FormulaError as error:
        if is_wordy(text):
            return again(lesson, state, how_to_reply(lesson, state))
        return again(lesson, state, Say(error.message + (f" ({error.hint})" if error.hint else ""), Tone.WRONG))
    if written is None:
        return again(lesson, state, Say(_("Nothing was typed; help says what can be.")))
    return _valued(lesson, state, written)


def _line(lesson: Lesson, state: State, line: WholeLine) -> tuple[State, Response]:
    """What is said to a line of work: the one that is asked for, another one, or something on the way."""
    if line.quantity is not None:
        return _elsewhere(lesson, state, line)
    if line.written is None:
        return _in_letters(lesson, state, line)
    after, response = _valued(lesson, state, line.written, line.parts)
    if line.name and after.at == state.at:
        said = _("{name} is something on the way; here {asked} itself is asked for.")
        asked = lesson.symbol(current(lesson, state))
        return again(lesson, state, Say(said.format(name=visible(line.name), asked=asked), Tone.HINT))
    is_wrong = after.at == state.at and after != state  # and has a value
    other = right_for(lesson, current(lesson, state), line.written) if line.is_own and is_wrong else None
    if other is not None:
        return _elsewhere(lesson, state, _replace(line, quantity=other))
    return _with_the_next(lesson, state, after, response, line.further)


def _with_the_next(
    lesson: Lesson, state: State, after: State, response: Response, further: WholeLine | None
) -> tuple[State, Response]:
    """The same with the line that follows in the reply, which may be put where it belongs."""
    if further is None or further.quantity is None or further.written is None or after.ended:
        return after, response
    number = further.written.text.strip()
    offered = _("Your {symbol} stands there, too; put notes {number} for it.").format(
        symbol=lesson.symbol(further.quantity, with_place=True), number=lesson.number(number)
    )
    first = len(response.blocks) if after.at == state.at else 1  # before the heading of the next question
    blocks = (*response.blocks[:first], Say(offered, Tone.HINT), *response.blocks[first:])
    return _replace(after, offered=(further.quantity.key, number)), _replace(response, blocks=blocks)


def _valued(
    lesson: Lesson, state: State, written: Written, parts: tuple[ChainSide, ...] = ()
) -> tuple[State, Response]:
    """What is said to a number, and to the working before it."""
    try:
        return _answered(lesson, state, written, parts)
    except BackpropError as problem:
        said = _("This has no value: {problem}").format(problem=problem)
        return again(lesson, state, Say(said, Tone.WRONG))


def _in_letters(lesson: Lesson, state: State, line: WholeLine) -> tuple[State, Response]:
    """What is said to a formula without a number: whether it is the line's."""
    quantity = current(lesson, state)
    right, edit = formula_of(lesson, quantity, line.parts, earlier(lesson, state))
    if right:
        return again(lesson, state, Say(_("The formula is right. Now its number."), Tone.RIGHT))
    if right is None:
        return again(lesson, state, how_to_reply(lesson, state))
    if edit:
        return again(lesson, state, Say(ended(edit[:1].upper() + edit[1:]), Tone.WRONG))
    return again(lesson, state, Say(_("This is not the formula of {symbol}.").format(symbol=lesson.symbol(quantity)),
                                     Tone.WRONG))  # fmt: skip


def _formula(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """What is said to a reply where a formula is asked for."""
    task = task_at(lesson, state)
    line = in_letters.read(lesson, task.quantity, text)
    if line is None or not line.parts:
        return again(lesson, state, how_to_reply(lesson, state))
    if line.other is not None:
        return _elsewhere(lesson, state, WholeLine(line.other, line.parts, None))
    mark, follows = in_letters.judged(lesson, task.quantity, line.parts, _own_formulas(lesson, state))
    entry = _replace(state.entry(task.key), last=mark.written or text)
    if mark.outcome is Outcome.RIGHT or follows:
        noted = state.noting(task.key, _replace(entry, answer=mark.written, kept=False, skipped=False))
        book = in_letters.textbook(lesson, task.quantity)
        shown = Formula(lesson.symbol(task.quantity), (("=", book),), "" if not follows else _("as textbooks write it"))
        return go_on(lesson, noted, (Say(in_letters.praise(lesson, follows), Tone.RIGHT), shown))
    said = in_letters.what_was_done(lesson, mark)
    if mark.outcome not in (Outcome.MISTAKE, Outcome.WRONG):
        return again(lesson, state, Say(said, Tone.HINT))
    mistake = in_letters.mistake_of(mark)
    noted = state.noting(task.key, _replace(entry, mistakes=(*entry.mistakes, mistake), wrong=entry.wrong + 1))
    helps = [Say(_("hint helps; keep goes on with your formula, skip without one."), Tone.HINT)]
    return again(lesson, noted, Say(said, Tone.WRONG), *helps[: (entry.wrong + 1) % _TRIES == 0])


def _word(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """What is said to a reply where a word is asked for."""
    task = task_at(lesson, state)
    mark = in_words.judged(lesson, lesson.question(task.quantity), text, earlier(lesson, state))
    if mark.word is None:
        return again(lesson, state, how_to_reply(lesson, state))
    entry = _replace(state.entry(task.key), last=mark.word.typed)
    if mark.outcome in FULL_MARKS:
        noted = state.noting(task.key, _replace(entry, answer=mark.word.typed, kept=False, skipped=False))
        return go_on(lesson, noted, (Say(in_words.praise(mark), Tone.RIGHT),))
    mistakes = (*entry.mistakes, mark.outcome.value)
    noted = state.noting(task.key, _replace(entry, mistakes=mistakes, wrong=entry.wrong + 1))
    said = _("Not {word}.").format(word=mark.word.shown)
    return again(lesson, noted, Say(said, Tone.WRONG))


def _own_formulas(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The formulas that are kept although they are not right."""
    entries = {task.quantity: state.entry(task.key) for task in lesson.tasks[: state.at] if task.in_letters}
    return {quantity: entry.answer for quantity, entry in entries.items() if entry.kept}


def _elsewhere(lesson: Lesson, state: State, line: WholeLine) -> tuple[State, Response]:
    """What is said to the work for another line: it may be put there, where it is right."""
    quantity, other = current(lesson, state), line.quantity
    assert other is not None
    said = _("This is work for {symbol}; here {asked} is asked for.")
    if other.kind in _GIVEN:
        said = _("{symbol} is given; here {asked} is asked for.")
    told = said.format(symbol=lesson.symbol(other, with_place=True), asked=lesson.symbol(quantity))
    if other not in lesson.asked or line.written is None:
        return again(lesson, state, Say(told, Tone.HINT))
    after = _replace(state, offered=(other.key, line.written.text.strip()))
    return again(lesson, after, Say(told, Tone.HINT), Say(_("put notes {number} there.").format(
        number=lesson.number(line.written.text.strip())), Tone.HINT))  # fmt: skip


# ---- answers -----------------------------------------------------------------------------------------------------


def _answered(
    lesson: Lesson, state: State, written: Written, parts: tuple[ChainSide, ...] = ()
) -> tuple[State, Response]:
    quantity = current(lesson, state)
    mark, report = judged(lesson, quantity, written, earlier(lesson, state), parts)
    entry = _replace(state.entry(quantity.key), last=written.text.strip())
    if mark.verdict.rule in FULL_MARKS:
        return _accepted(lesson, state, entry, written, praise(lesson, mark, report), whole=bool(parts))
    if mark.verdict.rule is Outcome.TOO_FEW:
        said = too_short(lesson, mark, report)
        return again(lesson, state.noting(quantity.key, entry), Say(said, Tone.HINT))
    return _wrong(lesson, state, entry, written, mark, report)


def _wrong(
    lesson: Lesson, state: State, entry: Entry, written: Written, mark: Mark, report: Report
) -> tuple[State, Response]:
    mistake = mistake_of(mark)
    noted = _replace(entry, mistakes=(*entry.mistakes, mistake), wrong=entry.wrong + (mistake not in SLIPS))
    blocks = feedback(lesson, mark, report, written)
    if len(noted.mistakes) % _TRIES == 0:
        blocks = (*blocks, Say(_("hint helps; keep goes on with your number, skip without one."), Tone.HINT))
    return again(lesson, state.noting(mark.quantity.key, noted), *blocks)


def _accepted(
    lesson: Lesson, state: State, entry: Entry, written: Written, said: str, whole: bool = False
) -> tuple[State, Response]:
    quantity = current(lesson, state)
    text = written.text.strip()
    if written.is_worked_out:
        text = lesson.calculated(quantity, written)
        said = ended(clauses([lesson.comes_to(quantity, written), said]))
    elif whole:
        said = ended(clauses([f"{lesson.symbol(quantity)} = {lesson.number(text)}", said]))
    else:
        said = as_sentence(said)
    noted = state.noting(quantity.key, _replace(entry, answer=text, kept=False, skipped=False))
    return go_on(lesson, noted, (Say(said, Tone.RIGHT),))
