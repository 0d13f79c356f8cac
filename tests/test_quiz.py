"""Quizzes: what a platform reads is well-formed, and students earn there what `check` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import moodle_questions
import pytest
from helpers import backprop
from quiz_students import Handed, mistaken, quiz, right, rounded

from backprop_cli.ground.words import ENGLISH, set_language
from backprop_cli.problem.reader import bundled
from backprop_cli.quizzes import moodle
from backprop_cli.quizzes.model import MISTAKE, Number, QuizQuestion
from backprop_cli.quizzes.replies import MOST_CONSEQUENCES

FEW = ("one-neuron", "softmax", "two-paths")  # a network, a layer and its loss, a graph
HOSTILE = """\
title: "]]> & <b>{1:NUMERICAL:=3} [[input:ans1]] {@x@} #~}"
text: "Mind {1:NM:=3}, [[feedback:prt1]] and {#a#} & </p>."
inputs: {"x": 1}
targets: {y: 1}
layers: [{neurons: [y], weights: [[w = 0.5]], bias: b = 0.25}]
loss: half_squared_error
learning_rate: 0.1
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    set_language(ENGLISH)


# ---- Moodle ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FEW)
def test_moodle_reads_every_question_with_its_marks(name: str) -> None:
    made = quiz(name, "moodle")
    bank = moodle_questions.read(moodle.render(made))
    assert [one.name for one in bank] == [one.name for one in made.questions]
    assert [sum(box.mark for box in one.boxes) for one in bank] == [float(one.worth) for one in made.questions]


@pytest.mark.parametrize("name", FEW)
def test_right_and_rounded_work_has_full_marks_in_moodle(name: str) -> None:
    for handed in (right(name), rounded(name), rounded(name, 5)):
        for _question, number, earned, _said in _answered(name, handed):
            assert handed.marks[number.quantity] == float(number.worth)
            assert earned == float(number.worth), (handed.said, number.quantity, handed.answers[number.quantity])


@pytest.mark.parametrize("name", FEW)
def test_a_usual_mistake_earns_in_moodle_what_check_gives_and_so_does_what_follows_from_it(name: str) -> None:
    """Of the lines in the question in which it was made; but for numbers that mean two things, and beyond the list."""
    lines = agree = 0
    for handed in mistaken(name):
        for question, number, earned, _said in _answered(name, handed):
            if handed.planted not in {one.quantity for one in question.numbers()}:
                continue
            lines += 1
            agree += earned == handed.marks[number.quantity]
            if number.quantity == handed.planted:
                assert earned == handed.marks[number.quantity], (handed.said, number.quantity)
            elif earned != handed.marks[number.quantity]:
                assert _is_told_otherwise(number, handed.answers[number.quantity]), (handed.said, number.quantity)
    assert agree >= 0.95 * lines


def test_a_usual_mistake_is_told_what_a_teacher_says_of_it() -> None:
    for handed in mistaken("one-neuron"):
        said = [said for _question, number, _earned, said in _answered("one-neuron", handed)
                if number.quantity == handed.planted]  # fmt: skip
        assert said[0].lower().startswith(handed.said.lower())


def test_names_and_words_are_no_markup_in_moodle() -> None:
    run = backprop("quiz", "-", "--for", "moodle", stdin=HOSTILE)
    assert run.code == 0, run.err
    for one in moodle_questions.read(run.out):
        assert len(one.boxes) == 8
        assert "<b>{1:NUMERICAL:=3}" in one.name


def test_variants_are_one_question_each_in_one_category() -> None:
    run = backprop("quiz", "one-neuron", "--for", "moodle", "--variants", "3", "--seed", "1")
    bank = moodle_questions.read(run.out)
    assert len(bank) == len({one.name for one in bank}) == 3
    assert len({one.category for one in bank}) == 1
    assert len({one.boxes[0].answers[0].text for one in bank}) == 3


def test_an_assignment_has_a_category_for_each_exercise() -> None:
    run = backprop("quiz", "homework", "--for", "moodle")
    assert run.code == 0, run.err
    assert len({one.category for one in moodle_questions.read(run.out)}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_is_read_by_moodle(name: str) -> None:
    for one in moodle_questions.read(moodle.render(quiz(name, "moodle"))):
        assert one.boxes


def _answered(name: str, handed: Handed) -> Iterator[tuple[QuizQuestion, Number, float, str]]:
    """Every number that is asked for and answered, with what Moodle gives for it, and says."""
    made = quiz(name, "moodle")
    for question, read in zip(made.questions, moodle_questions.read(moodle.render(made)), strict=True):
        for number, box in zip(question.numbers(), read.boxes, strict=False):
            if number.quantity in handed.answers:
                yield question, number, *box.earns(handed.answers[number.quantity])


def _is_told_otherwise(number: Number, answer: str) -> bool:
    """Whether the number is a mistake of its own line, too, or the line has as many consequences as are listed."""
    from fractions import Fraction

    from backprop_cli.numbers.exact import rational

    value = Fraction(answer)
    reply = number.reply(rational(value.numerator, value.denominator))
    follows = sum(one.kind == "follows" for one in number.replies)
    return (reply is not None and reply.kind == MISTAKE) or follows == MOST_CONSEQUENCES


# ---- the command -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mazur", "--for", "modle"), "did you mean 'moodle'?"),
        (("mazur", "--for", "moodle", "-o", "quiz.zip"), "a file ends in .xml"),
        (("mazur", "--for", "moodle", "--seed", "3"), "it goes with --variants"),
    ],
)
def test_what_cannot_be_written_is_said(arguments: Iterable[str], said: str) -> None:
    run = backprop("quiz", *arguments)
    assert run.code == 2
    assert said in run.err
