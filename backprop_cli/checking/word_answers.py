"""Answers in words to questions: is it the right word, or the one that follows from the student's own numbers?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.replies import WordReply
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.questions.answers import word_in
from backprop_cli.questions.question import Own, Question, RightWord, Word

_NOTHING = rational(0)
SEPARATOR = " | "  # between the words on a sheet to fill in


@record(slots=False)
class WordMark:
    """One question: what was written, which word that is (None: none), how it was judged, and what it earns."""

    question: Question
    written: str
    word: Word | None
    outcome: Outcome
    earned: Rational
    worth: Rational


def choices(question: Question) -> str:
    """The words that may be answered, as they are typed: dead | saturated | neither."""
    return SEPARATOR.join(word.typed for word in question.words)


def why(question: Question) -> str:
    """The right word, and why it is right."""
    right = question.right
    return _("{word}, because {why}").format(word=question.word(right.word).shown, why=right.why)


def judge_words(
    questions: Iterable[Question], said: Mapping[str, WordReply], answers: Mapping[Quantity, Given], marking: Marking
) -> tuple[WordMark, ...]:
    """Every question that is asked, judged by its right word, else by what follows from the numbers of the sheet."""
    return tuple(_judged(one, said.get(one.key), answers, marking) for one in questions)


def _judged(
    question: Question, reply: WordReply | None, answers: Mapping[Quantity, Given], marking: Marking
) -> WordMark:
    worth, text = marking.worth(question.quantity), reply.text.strip() if reply is not None else ""
    if not text:
        return WordMark(question, "", None, Outcome.BLANK, _NOTHING, worth)
    word = word_in(question, text)
    if word is None:
        return WordMark(question, text, None, Outcome.UNREADABLE, _NOTHING, worth)
    outcome = Outcome.RIGHT if word.text == question.right.word else Outcome.WRONG
    if outcome is Outcome.WRONG and _follows(question, word, answers, marking):
        outcome = Outcome.FOLLOWS
    return WordMark(question, text, word, outcome, worth if outcome in FULL_MARKS else _NOTHING, worth)


def _follows(question: Question, word: Word, answers: Mapping[Quantity, Given], marking: Marking) -> bool:
    """Whether the word is right for the student's own numbers; a 0, after which much is easy, is not one of them."""
    if not question.follows or marking.rule.follow_through == "false":
        return False
    values = ((quantity, given.value) for quantity, given in answers.items())
    own: Own = {quantity: value for quantity, value in values if isinstance(value, Rational) and value != 0}
    found = _fact(question, own) if own else None
    return found is not None and found.word == word.text


def _fact(question: Question, own: Own) -> RightWord | None:
    """The right word for somebody's own numbers; None where these have none."""
    try:
        return question.fact(own)
    except BackpropError:
        return None


def verdict_on(mark: WordMark) -> str:
    """The verdict on an answer in words; of what is none of the words, with the words."""
    match mark.outcome:
        case Outcome.RIGHT:
            return _("right")
        case Outcome.FOLLOWS:
            return _("follows from your numbers")
        case Outcome.BLANK:
            return _("blank")
        case Outcome.UNREADABLE:
            return _("none of the words: {words}").format(words=choices(mark.question))
    return _("wrong")
