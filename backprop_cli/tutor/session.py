"""A session as a pure function: from a state and a reply to the next state and what is said.

Nothing here reads, prints or waits: a terminal, a test or a page calls `begin` and `reply`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as _replace
from itertools import groupby

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.checking.descriptions import PHASES, describe_address
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.values import Written, read_value
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.checking.word_answers import choices
from backprop_cli.ground.errors import BackpropError, visible
from backprop_cli.ground.words import _, as_sentence, clauses, ended, full_stop, n_, plural
from backprop_cli.tutor import hints, in_letters, in_words
from backprop_cli.tutor.feedback import SLIPS, feedback, mistake_of, praise, too_short
from backprop_cli.tutor.lesson import Lesson, Task
from backprop_cli.tutor.replies import answer_in, command_in, is_wordy, plain_reply
from backprop_cli.tutor.said import Block, Formula, Heading, Question, Response, Say, Tone, Work
from backprop_cli.tutor.state import Entry, State
from backprop_cli.tutor.summary import summary
from backprop_cli.tutor.whole_lines import WholeLine, whole_line
from backprop_cli.working.model import Part

_GIVEN = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET, Kind.CONSTANT)
_TRIES = 3  # wrong replies after which one is told how to go on
_HOW_IN_LETTERS = n_("Type a formula in letters; or hint, why, show, skip, back, quit, help.")
_HOW = n_("Type a number or a calculation; or hint, why, show, skip, back, quit, help.")


def begin(lesson: Lesson, state: State) -> tuple[State, Response]:
    """The first question, or the one at which a session was left."""
    state = _replace(state, ended=False)
    done = sum(bool(state.entry(task.key).answer) for task in lesson.tasks)
    if not done:
        return state, Response((_how(lesson, state), *_heading(lesson, state, None)), _question(lesson, state))
    said = plural("{count} answer is here already.", "{count} answers are here already.", done)
    again = _heading(lesson, state, None) if state.at < len(lesson.tasks) else ()
    return state, Response((Say(said), *_work(lesson, state), *again), _question(lesson, state))


def reply(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """The next state and what is said to a reply: a command, or an answer to the question."""
    if state.ended or state.at >= len(lesson.tasks):
        return _replace(state, ended=True), Response()
    command = command_in(text)
    if command is not None:
        return COMMANDS[command](lesson, state)
    quantity = _current(lesson, state)
    before = state.entry(_task(lesson, state).key)
    if not text.strip() and before.answer:  # Enter keeps what is there
        return _go_on(lesson, state, ()) if before.kept else reply(lesson, state, before.answer)
    if _task(lesson, state).in_words:
        return _word(lesson, state, text)
    if _task(lesson, state).in_letters:
        return _formula(lesson, state, plain_reply(text))
    line = whole_line(lesson, quantity, plain_reply(text))
    if line is not None:
        return _line(lesson, state, line)
    text = answer_in(plain_reply(text), lambda name: lesson.is_called(quantity, name))
    try:
        written = read_value(text)
    except FormulaError as error:
        if is_wordy(text):
            return _again(lesson, state, _how(lesson, state))
        return _again(lesson, state, Say(error.message + (f" ({error.hint})" if error.hint else ""), Tone.WRONG))
    if written is None:
        return _again(lesson, state, Say(_("Nothing was typed; help says what can be.")))
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
        asked = lesson.symbol(_current(lesson, state))
        return _again(lesson, state, Say(said.format(name=visible(line.name), asked=asked), Tone.HINT))
    is_wrong = after.at == state.at and after != state  # and has a value
    other = lesson.right_for(_current(lesson, state), line.written) if line.is_own and is_wrong else None
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


def _valued(lesson: Lesson, state: State, written: Written, parts: tuple[Part, ...] = ()) -> tuple[State, Response]:
    """What is said to a number, and to the working before it."""
    try:
        return _answered(lesson, state, written, parts)
    except BackpropError as problem:
        said = _("This has no value: {problem}").format(problem=problem)
        return _again(lesson, state, Say(said, Tone.WRONG))


def _in_letters(lesson: Lesson, state: State, line: WholeLine) -> tuple[State, Response]:
    """What is said to a formula without a number: whether it is the line's."""
    quantity = _current(lesson, state)
    right, edit = lesson.formula_of(quantity, line.parts, _earlier(lesson, state))
    if right:
        return _again(lesson, state, Say(_("The formula is right. Now its number."), Tone.RIGHT))
    if right is None:
        return _again(lesson, state, _how(lesson, state))
    if edit:
        return _again(lesson, state, Say(full_stop(edit[:1].upper() + edit[1:]), Tone.WRONG))
    return _again(lesson, state, Say(_("This is not the formula of {symbol}.").format(symbol=lesson.symbol(quantity)),
                                     Tone.WRONG))  # fmt: skip


def _formula(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """What is said to a reply where a formula is asked for."""
    task = _task(lesson, state)
    line = in_letters.read(lesson, task.quantity, text)
    if line is None or not line.parts:
        return _again(lesson, state, _how(lesson, state))
    if line.other is not None:
        return _elsewhere(lesson, state, WholeLine(line.other, line.parts, None))
    mark, follows = in_letters.judged(lesson, task.quantity, line.parts, _own_formulas(lesson, state))
    entry = _replace(state.entry(task.key), last=mark.written or text)
    if mark.outcome is Outcome.RIGHT or follows:
        noted = state.noting(task.key, _replace(entry, answer=mark.written, kept=False, skipped=False))
        book = in_letters.textbook(lesson, task.quantity)
        shown = Formula(lesson.symbol(task.quantity), (("=", book),), "" if not follows else _("as textbooks write it"))
        return _go_on(lesson, noted, (Say(in_letters.praise(lesson, follows), Tone.RIGHT), shown))
    said = in_letters.what_was_done(lesson, mark)
    if mark.outcome not in (Outcome.MISTAKE, Outcome.WRONG):
        return _again(lesson, state, Say(said, Tone.HINT))
    mistake = in_letters.mistake_of(mark)
    noted = state.noting(task.key, _replace(entry, mistakes=(*entry.mistakes, mistake), wrong=entry.wrong + 1))
    helps = [Say(_("hint helps; keep goes on with your formula, skip without one."), Tone.HINT)]
    return _again(lesson, noted, Say(said, Tone.WRONG), *helps[: (entry.wrong + 1) % _TRIES == 0])


def _word(lesson: Lesson, state: State, text: str) -> tuple[State, Response]:
    """What is said to a reply where a word is asked for."""
    task = _task(lesson, state)
    mark = in_words.judged(lesson, lesson.question(task.quantity), text, _earlier(lesson, state))
    if mark.word is None:
        return _again(lesson, state, _how(lesson, state))
    entry = _replace(state.entry(task.key), last=mark.word.typed)
    if mark.outcome in FULL_MARKS:
        noted = state.noting(task.key, _replace(entry, answer=mark.word.typed, kept=False, skipped=False))
        return _go_on(lesson, noted, (Say(in_words.praise(mark), Tone.RIGHT),))
    mistakes = (*entry.mistakes, mark.outcome.value)
    noted = state.noting(task.key, _replace(entry, mistakes=mistakes, wrong=entry.wrong + 1))
    said = _("Not {word}.").format(word=mark.word.shown)
    return _again(lesson, noted, Say(said, Tone.WRONG))


def _own_formulas(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The formulas that are kept although they are not right."""
    entries = {task.quantity: state.entry(task.key) for task in lesson.tasks[: state.at] if task.in_letters}
    return {quantity: entry.answer for quantity, entry in entries.items() if entry.kept}


def _elsewhere(lesson: Lesson, state: State, line: WholeLine) -> tuple[State, Response]:
    """What is said to the work for another line: it may be put there, where it is right."""
    quantity, other = _current(lesson, state), line.quantity
    assert other is not None
    said = _("This is work for {symbol}; here {asked} is asked for.")
    if other.kind in _GIVEN:
        said = _("{symbol} is given; here {asked} is asked for.")
    told = said.format(symbol=lesson.symbol(other, with_place=True), asked=lesson.symbol(quantity))
    if other not in lesson.asked or line.written is None:
        return _again(lesson, state, Say(told, Tone.HINT))
    after = _replace(state, offered=(other.key, line.written.text.strip()))
    return _again(lesson, after, Say(told, Tone.HINT), Say(_("put notes {number} there.").format(
        number=lesson.number(line.written.text.strip())), Tone.HINT))  # fmt: skip


def answers(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The answers so far, in the order of the work."""
    texts = {quantity: state.entry(quantity.key).answer for quantity in lesson.asked}
    return {quantity: text for quantity, text in texts.items() if text}


def _earlier(lesson: Lesson, state: State) -> dict[Quantity, str]:
    """The answers to the questions before this one."""
    earlier = frozenset(task.quantity for task in lesson.tasks[: state.at])
    return {quantity: text for quantity, text in answers(lesson, state).items() if quantity in earlier}


def _task(lesson: Lesson, state: State) -> Task:
    return lesson.tasks[state.at]


def _current(lesson: Lesson, state: State) -> Quantity:
    return _task(lesson, state).quantity


def _how(lesson: Lesson, state: State) -> Say:
    """What can be typed."""
    if _task(lesson, state).in_words:
        return Say(in_words.how(lesson.question(_current(lesson, state))), Tone.HINT)
    is_formula = _task(lesson, state).in_letters
    return Say(_(_HOW_IN_LETTERS if is_formula else _HOW), Tone.HINT)


# ---- answers -----------------------------------------------------------------------------------------------------


def _answered(lesson: Lesson, state: State, written: Written, parts: tuple[Part, ...] = ()) -> tuple[State, Response]:
    quantity = _current(lesson, state)
    mark, report = lesson.judged(quantity, written, _earlier(lesson, state), parts)
    entry = _replace(state.entry(quantity.key), last=written.text.strip())
    if mark.verdict.rule in FULL_MARKS:
        return _accepted(lesson, state, entry, written, praise(lesson, mark, report), whole=bool(parts))
    if mark.verdict.rule is Outcome.TOO_FEW:
        said = too_short(lesson, mark, report)
        return _again(lesson, state.noting(quantity.key, entry), Say(said, Tone.HINT))
    return _wrong(lesson, state, entry, written, mark, report)


def _wrong(
    lesson: Lesson, state: State, entry: Entry, written: Written, mark: Mark, report: Report
) -> tuple[State, Response]:
    mistake = mistake_of(mark)
    noted = _replace(entry, mistakes=(*entry.mistakes, mistake), wrong=entry.wrong + (mistake not in SLIPS))
    blocks = feedback(lesson, mark, report, written)
    if len(noted.mistakes) % _TRIES == 0:
        blocks = (*blocks, Say(_("hint helps; keep goes on with your number, skip without one."), Tone.HINT))
    return _again(lesson, state.noting(mark.quantity.key, noted), *blocks)


def _accepted(
    lesson: Lesson, state: State, entry: Entry, written: Written, said: str, whole: bool = False
) -> tuple[State, Response]:
    quantity = _current(lesson, state)
    text = written.text.strip()
    if written.is_worked_out:
        text = lesson.calculated(quantity, written)
        said = ended(clauses([lesson.comes_to(quantity, written), said]))
    elif whole:
        said = ended(clauses([f"{lesson.symbol(quantity)} = {lesson.number(text)}", said]))
    else:
        said = as_sentence(said)
    noted = state.noting(quantity.key, _replace(entry, answer=text, kept=False, skipped=False))
    return _go_on(lesson, noted, (Say(said, Tone.RIGHT),))


# ---- from question to question -----------------------------------------------------------------------------------


def _question(lesson: Lesson, state: State) -> Question | None:
    if state.ended or state.at >= len(lesson.tasks):
        return None
    task = _task(lesson, state)
    quantity = task.quantity
    if task.in_words:
        asked = lesson.question(quantity)
        answer, words = state.entry(task.key).answer, choices(asked)
        return Question(state.at + 1, len(lesson.tasks), asked.key, asked.said, words, answer)
    known = [one for one in lesson.uses(quantity) if one in lesson.given and not task.in_letters]
    digits = "" if lesson.is_exact else lesson.digits(quantity)
    return Question(
        state.at + 1,
        len(lesson.tasks),
        lesson.symbol(quantity),
        lesson.words(quantity),
        _("its formula, in letters") if task.in_letters else digits,
        state.entry(task.key).answer,
        tuple((lesson.symbol(one), lesson.number(lesson.given[one])) for one in known),
    )


def _again(lesson: Lesson, state: State, *blocks: Block) -> tuple[State, Response]:
    question = _question(lesson, state)
    return state, Response(blocks, _replace(question, again=True) if question is not None else None)


def _go_on(lesson: Lesson, state: State, blocks: tuple[Block, ...]) -> tuple[State, Response]:
    left = _current(lesson, state)
    after = _replace(state, at=state.at + 1)
    if after.at >= len(lesson.tasks):
        after = _replace(after, ended=True)
        return after, Response((*blocks, Heading(_("Done")), *_work(lesson, after), Say(""), *summary(lesson, after)))
    return after, Response((*blocks, *_heading(lesson, after, left)), _question(lesson, after))


def _heading(lesson: Lesson, state: State, left: Quantity | None) -> tuple[Block, ...]:
    """What stands above the first question of a phase or of a pass; where one goes back, what is known so far."""
    quantity = _current(lesson, state)
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
    return (heading, *(_work(lesson, state, drawing_only=True) if drawn else ()))


def _work(lesson: Lesson, state: State, drawing_only: bool = False) -> tuple[Block, ...]:
    """The network with what is known so far, and the answers: numbers and formulas."""
    written = ((task.quantity, state.entry(task.key).answer) for task in lesson.tasks if task.in_letters)
    formulas = [Formula(lesson.symbol(one, with_place=True), (("=", text),)) for one, text in written if text]
    shown = () if drawing_only else tuple(formulas)
    if not lesson.asked and not lesson.given:
        return shown
    at = min(state.at, len(lesson.tasks) - 1)
    return (Work({**lesson.given, **answers(lesson, state)}, lesson.tasks[at].quantity.at, drawing_only), *shown)


# ---- commands ----------------------------------------------------------------------------------------------------


def _hint(lesson: Lesson, state: State) -> tuple[State, Response]:
    task = _task(lesson, state)
    entry = state.entry(task.key)
    if task.in_words:
        level = min(entry.hints + 1, in_words.LEVELS)
        after = state.noting(task.key, _replace(entry, hints=level))
        return _again(lesson, after, *in_words.hint(lesson.question(task.quantity), level))
    level = min(entry.hints + 1, hints.LEVELS_IN_LETTERS if task.in_letters else hints.LEVELS)
    after = state.noting(task.key, _replace(entry, hints=level))
    if task.in_letters:
        return _again(lesson, after, *hints.hint_in_letters(lesson, task.quantity, level))
    return _again(lesson, after, *hints.hint(lesson, task.quantity, level, _earlier(lesson, state)))


def _why(lesson: Lesson, state: State) -> tuple[State, Response]:
    quantity = _current(lesson, state)
    if quantity.kind is Kind.QUESTION:
        return _again(lesson, state, *in_words.hint(lesson.question(quantity), 1))
    return _again(lesson, state, *hints.why(lesson, quantity))


def _show(lesson: Lesson, state: State) -> tuple[State, Response]:
    return _again(lesson, state, *_work(lesson, state))


def _given(lesson: Lesson, state: State) -> tuple[State, Response]:
    numbers = [(one.kind, f"{lesson.symbol(one, with_place=True)} = {text}") for one, text in lesson.given_numbers]
    lines = [", ".join(said for _kind, said in group) for _kind, group in groupby(numbers, key=lambda one: one[0])]
    return _again(lesson, state, *(Say(line) for line in lines))


def _put(lesson: Lesson, state: State) -> tuple[State, Response]:
    key, text = state.offered
    other = next((one for one in lesson.asked if one.key == key), None)
    if other is None:
        return _again(lesson, state, Say(_("There is no number of yours to be put elsewhere.")))
    entry = state.entry(key)
    after = _replace(state.noting(key, _replace(entry, answer=text, last=text, skipped=False)), offered=("", ""))
    said = _("Noted: {symbol} = {number}. It is looked at when that line comes.")
    symbol = lesson.symbol(other, with_place=True)
    return _again(lesson, after, Say(said.format(symbol=symbol, number=lesson.number(text))))


def _skip(lesson: Lesson, state: State) -> tuple[State, Response]:
    key = _task(lesson, state).key
    after = state.noting(key, _replace(state.entry(key), answer="", kept=False, skipped=True))
    return _go_on(lesson, after, (Say(_("Left blank; what follows is judged by your other answers.")),))


def _keep(lesson: Lesson, state: State) -> tuple[State, Response]:
    task = _task(lesson, state)
    quantity, entry = task.quantity, state.entry(task.key)
    if not entry.last:
        nothing = _("There is no formula of yours to keep yet.")
        return _again(lesson, state, Say(nothing if task.in_letters else _("There is no number of yours to keep yet.")))
    text = entry.last
    if task.in_letters or task.in_words:
        after = state.noting(task.key, _replace(entry, answer=text, kept=True, skipped=False))
        said = _("Kept: {symbol} = {number}. What follows from it will count as right.")
        return _go_on(lesson, after, (Say(said.format(symbol=lesson.symbol(quantity), number=text)),))
    written = read_value(text)
    if written is not None and written.is_worked_out:
        text = lesson.calculated(quantity, written)
    after = state.noting(quantity.key, _replace(entry, answer=text, kept=True, skipped=False))
    said = _("Kept: {symbol} = {number}. What follows from it will count as right.")
    return _go_on(lesson, after, (Say(said.format(symbol=lesson.symbol(quantity), number=lesson.number(text))),))


def _back(lesson: Lesson, state: State) -> tuple[State, Response]:
    if state.at == 0:
        return _again(lesson, state, Say(_("This is the first question.")))
    after = _replace(state, at=state.at - 1)
    return after, Response((), _question(lesson, after))


def _quit(lesson: Lesson, state: State) -> tuple[State, Response]:
    after = _replace(state, ended=True)
    ended = summary(lesson, after)
    return after, Response((Heading(_("So far")), *ended) if ended else ())


def _help(lesson: Lesson, state: State) -> tuple[State, Response]:
    return _again(lesson, state, *(Say(f"{name:<6}{_(words)}") for name, words in hints.HELP.items()))


COMMANDS: Mapping[str, Callable[[Lesson, State], tuple[State, Response]]] = {
    "hint": _hint, "why": _why, "show": _show, "given": _given, "skip": _skip, "keep": _keep, "put": _put,
    "back": _back, "quit": _quit, "help": _help,
}  # fmt: skip
