"""The lines of a lesson as plain data: what is asked, what was typed, what the tutor says of it, hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.formula_answers import FormulaMark
from backprop_cli.checking.key import BITS
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.checking.word_answers import WordMark
from backprop_cli.ground.errors import MathError, Undecided, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, as_sentence
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import Rational, marks_text, rational
from backprop_cli.questions.answers import word_in
from backprop_cli.tutor import hints, in_letters, in_words
from backprop_cli.tutor.feedback import feedback, praise, too_short
from backprop_cli.tutor.lesson import Lesson, Task
from backprop_cli.tutor.names import is_called
from backprop_cli.tutor.questions import heading_above, question_at
from backprop_cli.tutor.replies import answer_in, plain_reply
from backprop_cli.tutor.said import Block, Formula, Heading, Say, Tone
from backprop_cli.tutor.state import State
from backprop_cli.tutor.whole_lines import WholeLine, whole_line

Data = dict[str, Any]
_GIVEN = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET, Kind.CONSTANT)
_NOTHING = rational(0)
_KINDS = {(False, False): "number", (True, False): "formula", (False, True): "word"}


@record
class Typed:
    """An answer as it stands in the file that is handed in, its value as text; or why it cannot be read."""

    text: str
    value: str = ""
    complaint: str = ""


# ---- what is asked ---------------------------------------------------------------------------------------------


def asked(lesson: Lesson, at: int) -> Data:
    """The line that is asked for in this place, with the heading above it where a part of the work begins."""
    state, task = State(at=at), lesson.tasks[at]
    question = question_at(lesson, state)
    assert question is not None
    left = lesson.tasks[at - 1].quantity if at else None
    heading = next((one.text for one in heading_above(lesson, state, left) if isinstance(one, Heading)), "")
    choices = [word.typed for word in lesson.question(task.quantity).words] if task.in_words else []
    return {
        "key": task.key,
        "kind": _KINDS[task.in_letters, task.in_words],
        "symbol": question.symbol,
        "words": "" if question.symbol in question.words.split() else question.words,
        "digits": "" if task.in_words else question.digits,
        "heading": heading,
        "choices": choices,
        "given": [f"{symbol} = {number}" for symbol, number in question.given],
        "levels": _levels(task),
    }


def _levels(task: Task) -> int:
    if task.in_words:
        return in_words.LEVELS
    return hints.LEVELS_IN_LETTERS if task.in_letters else hints.LEVELS


# ---- what was typed --------------------------------------------------------------------------------------------


def typed(lesson: Lesson, task: Task, text: str) -> Typed:
    """What was typed at a line, without what people type around a number; a line of work keeps its sides."""
    text = plain_reply(text).strip()
    if not text:
        return Typed("")
    if task.in_words:
        known = word_in(lesson.question(task.quantity), text) is not None
        return Typed(text, "", "" if known else in_words.how(lesson.question(task.quantity)))
    if task.in_letters:
        found = in_letters.read(lesson, task.quantity, text)
        if found is None or not found.parts:
            return Typed(text, "", _("Here its formula is asked for, in letters."))
        if found.other is not None:
            return Typed(text, "", _elsewhere(lesson, task.quantity, found.other))
        return Typed(" = ".join(part.text for part in found.parts))
    return _number(lesson, task.quantity, text)


def _number(lesson: Lesson, quantity: Quantity, text: str) -> Typed:
    line = whole_line(lesson, quantity, text)
    if line is not None and line.quantity is not None:
        return Typed(text, "", _elsewhere(lesson, quantity, line.quantity))
    if line is not None:
        return _work(text, line)
    plain = answer_in(text, lambda name: is_called(lesson, quantity, name))
    return Typed(plain, plain, _without_value(plain))


def _work(text: str, line: WholeLine) -> Typed:
    """A line of work: its sides, of which the last is its value."""
    if line.written is None:
        return Typed(text, "", _("This is a formula; its number is asked for, too."))
    value = line.written.text.strip()
    sides = [part.text for part in line.parts] or [value]
    return Typed(" = ".join(sides), value, _without_value(value))


def _without_value(text: str) -> str:
    """Why a text has no value; nothing where it has one, or is left blank."""
    try:
        written = read_value(text)
        if written is not None:
            with precision(BITS):
                value_of(written)
    except FormulaError as error:
        return as_sentence(error.message + (f" ({error.hint})" if error.hint else ""))
    except (MathError, Undecided) as problem:
        return _("This has no value: {problem}").format(problem=problem)
    return ""


def _elsewhere(lesson: Lesson, quantity: Quantity, other: Quantity) -> str:
    said = _("This is work for {symbol}; here {asked} is asked for.")
    if other.kind in _GIVEN:
        said = _("{symbol} is given; here {asked} is asked for.")
    return said.format(symbol=lesson.symbol(other, with_place=True), asked=lesson.symbol(quantity))


# ---- what is said of it ----------------------------------------------------------------------------------------


def judged(lesson: Lesson, answers: Mapping[str, Typed], report: Report) -> Mapping[str, Data]:
    """What is said of every line that was typed, by its key."""
    marks: dict[str, Mark | FormulaMark | WordMark] = {one.quantity.key: one for one in report.marks}
    marks |= {Task(one.quantity, in_letters=True).key: one for one in report.formulas}
    marks |= {one.question.quantity.key: one for one in report.words}
    found: dict[str, Data] = {}
    for key, one in answers.items():
        if one.complaint:
            found[key] = _verdict(Outcome.UNREADABLE, (Say(one.complaint, Tone.WRONG),), marks.get(key))
        elif (mark := marks.get(key)) is not None:
            found[key] = _said(lesson, mark, one, report)
    return found


def _said(lesson: Lesson, mark: Mark | FormulaMark | WordMark, one: Typed, report: Report) -> Data:
    if isinstance(mark, FormulaMark):
        right = mark.outcome is Outcome.RIGHT
        words = in_letters.praise(lesson, ()) if right else in_letters.what_was_done(lesson, mark)
        return _verdict(mark.outcome, (Say(words, Tone.RIGHT if right else Tone.WRONG),), mark)
    if isinstance(mark, WordMark):
        if mark.outcome in FULL_MARKS:
            return _verdict(mark.outcome, (Say(in_words.praise(mark), Tone.RIGHT),), mark)
        shown = mark.word.shown if mark.word is not None else visible(mark.written)
        return _verdict(mark.outcome, (Say(_("Not {word}.").format(word=shown), Tone.WRONG),), mark)
    return _verdict(mark.verdict.rule, _of_number(lesson, mark, one, report), mark)


def _of_number(lesson: Lesson, mark: Mark, one: Typed, report: Report) -> tuple[Block, ...]:
    rule, written = mark.verdict.rule, read_value(one.value)
    if rule in FULL_MARKS:
        said: list[Block] = [Say(as_sentence(praise(lesson, mark, report)), Tone.RIGHT)]
        if written is not None and written.is_worked_out:
            said.insert(0, Formula(lesson.symbol(mark.quantity), (_worked_out(lesson, mark.quantity, written),)))
        return tuple(said)
    if rule is Outcome.TOO_FEW:
        return (Say(too_short(lesson, mark, report), Tone.HINT),)
    if written is None or rule is Outcome.UNREADABLE:
        return (Say(as_sentence(lesson.explainer(report).verdict(mark.verdict)), Tone.WRONG),)
    return feedback(lesson, mark, report, written)


def _worked_out(lesson: Lesson, quantity: Quantity, written: Written) -> tuple[str, str]:
    """≈ and 0.3333 for 1/3."""
    sign, _space, number = lesson.comes_to(quantity, written).partition(" ")
    return sign, number


def _verdict(rule: Outcome, blocks: Iterable[Block], mark: Mark | FormulaMark | WordMark | None) -> Data:
    earned, worth = (mark.earned, mark.worth) if mark is not None else (_NOTHING, _NOTHING)
    return {
        "verdict": rule.value,
        "right": rule in FULL_MARKS,
        "marks": f"{marks_text(earned)}/{marks_text(worth)}" if worth else "",
        "said": blocks_data(blocks),
    }


def marks_data(earned: Rational, worth: Rational) -> Data:
    """The marks in words, and as hundredths of all marks, for a platform."""
    said = as_sentence(_("{earned} of {worth} marks").format(earned=marks_text(earned), worth=marks_text(worth)))
    percent = float(earned / worth) * 100 if worth else 0.0
    return {"said": said, "earned": marks_text(earned), "worth": marks_text(worth), "percent": round(percent, 2)}


def blocks_data(blocks: Iterable[Block]) -> list[Data]:
    """Sentences and equations as plain data."""
    found: list[Data] = []
    for one in blocks:
        if isinstance(one, Say) and one.text:
            found.append({"say": one.text, "tone": one.tone.value, "item": one.item})
        elif isinstance(one, Formula):
            sides = [[sign, text] for sign, text in one.sides]
            found.append({"left": one.left, "sides": sides, "label": one.label})
    return found


# ---- help ------------------------------------------------------------------------------------------------------


def hint(lesson: Lesson, task: Task, level: int, answers: Mapping[str, Typed]) -> Data:
    """The hint of a level, from 1, with the learner's own numbers of earlier lines in it."""
    level = max(1, min(level, _levels(task)))
    if task.in_words:
        blocks = in_words.hint(lesson.question(task.quantity), level)
    elif task.in_letters:
        blocks = hints.hint_in_letters(lesson, task.quantity, level)
    else:
        blocks = hints.hint(lesson, task.quantity, level, _earlier(lesson, task, answers))
    return {"level": level, "said": blocks_data(blocks)}


def _earlier(lesson: Lesson, task: Task, answers: Mapping[str, Typed]) -> dict[Quantity, str]:
    """The numbers that stand before a line."""
    before = lesson.tasks[: lesson.tasks.index(task)]
    numbers = ((one, answers.get(one.key)) for one in before if not one.in_letters and not one.in_words)
    return {one.quantity: found.value for one, found in numbers if found is not None and not found.complaint}


def why(lesson: Lesson, task: Task) -> list[Data]:
    """The rule behind a line."""
    if task.in_words:
        return blocks_data(in_words.hint(lesson.question(task.quantity), 1))
    return blocks_data(hints.why(lesson, task.quantity))
