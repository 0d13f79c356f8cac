"""A reply to a question that is answered by a word: judged as `check` judges it, by the learner's own numbers, too."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given, given_of
from backprop_cli.checking.key import BITS
from backprop_cli.checking.replies import WordReply
from backprop_cli.checking.values import read_value, value_of
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.checking.word_answers import WordMark, choices, judge_words, verdict_on, why
from backprop_cli.ground.words import _, as_sentence, clauses
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import rational
from backprop_cli.questions.question import Question
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Block, Say, Tone

LEVELS = 2  # how to find out, the answer


def judged(lesson: Lesson, question: Question, text: str, earlier: Mapping[Quantity, str]) -> WordMark:
    """How a reply is judged; the number of a choice is as good as its word."""
    number = text.strip().rstrip(".)")
    counted = number.isdecimal() and all(word.value is None for word in question.words)
    if counted and 0 < int(number) <= len(question.words):
        text = question.words[int(number) - 1].typed
    known: dict[Quantity, Given] = {}
    with precision(BITS):
        for one, said in earlier.items():
            written = read_value(said)
            if written is not None:
                known[one] = given_of(written, value_of(written), lambda _value: rational(0))
    (mark,) = judge_words([question], {question.key: WordReply(text)}, known, lesson.checker.marking)
    return mark


def praise(mark: WordMark) -> str:
    """What is said of a right word."""
    said = verdict_on(mark)
    return as_sentence(clauses([said, why(mark.question)]) if mark.outcome is Outcome.RIGHT else said)


def how(question: Question) -> str:
    """What can be typed."""
    return _("Type one of the words, or its beginning: {words}.").format(words=choices(question))


def hint(question: Question, level: int) -> tuple[Block, ...]:
    """A hint: 1 how to find out, 2 the right word, and why it is right."""
    return (Say(question.how if level < LEVELS else as_sentence(why(question)), Tone.HINT),)
