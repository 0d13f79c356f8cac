"""Quizzes: what a platform reads is well-formed, and students earn there what `check` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import moodle_questions
import pytest
import qti_items
import stack_questions
from helpers import backprop
from quiz_students import ALTERED, Handed, altered, assignment, checker, marked, mistaken, quiz, right, rounded
from quiz_students import handed as handed_in
from simulation import Student

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula, apply
from backprop_cli.algebra.formula import number as constant
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground.words import ENGLISH, set_language
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.reader import bundled
from backprop_cli.quizzes import canvas, moodle, qti21, stack
from backprop_cli.quizzes.maxima import answer as typed_as
from backprop_cli.quizzes.maxima import helpers_of, spelled
from backprop_cli.quizzes.model import FOLLOWS, MISTAKE, AskedNumber, QuizQuestion
from backprop_cli.quizzes.replies import MOST_CONSEQUENCES

FEW = ("one-neuron", "softmax", "two-paths")  # a network, a layer and its loss, a graph
EVERY = [pytest.param(name, marks=[] if name in FEW else [pytest.mark.slow]) for name in bundled()]
MOST_IN_STACK = 40  # students with a mistake
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
    bank = _bank(name)
    assert [one.name for one in bank] == [one.name for one in made.questions]
    assert [sum(box.mark for box in one.boxes) for one in bank] == [float(one.worth) for one in made.questions]


@pytest.mark.parametrize("name", EVERY)
def test_right_and_rounded_work_has_full_marks_in_moodle(name: str) -> None:
    for handed in (right(name), rounded(name), rounded(name, 5)):
        for _question, number, earned, _said in _answered(name, handed):
            assert handed.marks[number.quantity] == float(number.worth)
            assert earned == float(number.worth), (handed.said, number.quantity, handed.answers[number.quantity])


@pytest.mark.parametrize("name", EVERY)
def test_a_usual_mistake_earns_in_moodle_what_check_gives_and_so_does_what_follows_from_it(name: str) -> None:
    """Of the lines in the question in which it was made; but for numbers that mean two things, and beyond the list.

    Who does not round where the problem rounds every line has other numbers in all that follows from a mistake.
    """
    lines = agree = unforeseen = 0
    is_rounded = assignment(name).exercises[0].loaded.problem.rounding is not None
    for handed in mistaken(name):
        for question, number, earned, _said in _answered(name, handed):
            if handed.planted not in {one.quantity for one in question.numbers()}:
                continue
            lines += 1
            agree += earned == handed.marks[number.quantity]
            answer = handed.answers[number.quantity]
            if earned == handed.marks[number.quantity] or is_rounded:
                continue
            if number.quantity == handed.planted:
                is_fine = _is_mirrored(number, answer) or _is_carried(name, number, answer)
                assert is_fine, (handed.said, number.quantity, answer)
            else:
                unforeseen += not _is_told_otherwise(number, answer)
    assert unforeseen <= 0.01 * lines
    assert agree >= 0.9 * lines


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


ASKED = """\
exercises:
  - {problem: one-neuron, title: Just the step, ask: [out_y, w1_new], points: 8}
"""


@pytest.mark.parametrize("platform", ["moodle", "stack"])
def test_variants_are_asked_and_marked_as_their_exercise_is(platform: str) -> None:
    arguments = ("--for", platform, "--variants", "2", "--seed", "1")
    run = backprop("quiz", "-", *arguments, stdin=ASKED)
    assert run.code == 0, run.err
    if platform == "moodle":
        found = moodle_questions.read(run.out)
        assert [(len(one.boxes), sum(box.mark for box in one.boxes)) for one in found] == [(2, 8), (2, 8)]
        assert all("Just the step" in one.name for one in found)
    else:
        (one,) = stack_questions.read(run.out)
        assert (len(one.inputs), one.mark, one.seeds) == (2, 8, [1, 2])


def test_an_assignment_has_a_category_for_each_exercise() -> None:
    run = backprop("quiz", "homework", "--for", "moodle")
    assert run.code == 0, run.err
    assert len({one.category for one in moodle_questions.read(run.out)}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_is_read_by_moodle(name: str) -> None:
    for one in moodle_questions.read(moodle.render(quiz(name, "moodle"))):
        assert one.boxes


@cache
def _bank(name: str) -> list[moodle_questions.Question]:
    return moodle_questions.read(moodle.render(quiz(name, "moodle")))


def _answered(name: str, handed: Handed) -> Iterator[tuple[QuizQuestion, AskedNumber, float, str]]:
    """Every number that is asked for and answered, with what Moodle gives for it, and says."""
    for question, read in zip(quiz(name, "moodle").questions, _bank(name), strict=True):
        for number, box in zip(question.numbers(), read.boxes, strict=False):
            if number.quantity in handed.answers:
                yield question, number, *box.earns(handed.answers[number.quantity])


def _is_mirrored(number: AskedNumber, answer: str) -> bool:
    """Whether the number is the right one with the other sign, which a slip gives, too, or an earlier mistake."""
    return number.right.takes(-_number_of(answer))


def _is_carried(name: str, number: AskedNumber, answer: str) -> bool:
    """Whether `check` pays for the same number: with fewer zeros (8.10, not 8.10000), or of somebody who rounds.

    Moodle sees no zeros, and no other line.
    """
    shorter = [answer[:end] for end in range(len(answer.rstrip("0")), len(answer))] if "." in answer else []
    sheets = [marked(name, one, {**right(name).answers, number.quantity: one}) for one in shorter]
    same = [one for one in _who_round(name) if Decimal(one.answers.get(number.quantity, "nan")) == Decimal(answer)]
    return any(one.marks[number.quantity] == float(number.worth) for one in (*sheets, *same))


@cache
def _who_round(name: str) -> tuple[Handed, ...]:
    """To three, four, five figures or places, each line, or what is on the way to it, too."""
    kept = [Rounding(figures=count) for count in (3, 4, 5)] + [Rounding(places=count) for count in (3, 4, 5)]
    students = [Student(one, "each line rounded", partials=way, asked=False) for one in kept for way in (False, True)]
    return tuple(handed_in(name, f"{one.rounding}", one) for one in students)


def _is_told_otherwise(number: AskedNumber, answer: str) -> bool:
    """Whether the number is a mistake, of its line or of another one, or more follows from mistakes than is listed."""
    reply = number.reply(_number_of(answer))
    follows = sum(one.kind == FOLLOWS for one in number.replies)
    return (reply is not None and reply.kind in (MISTAKE, FOLLOWS)) or follows == MOST_CONSEQUENCES


def _number_of(answer: str) -> Rational:
    value = Fraction(answer)
    return rational(value.numerator, value.denominator)


SEVEN_TWELFTHS = "exercises: [{problem: one-weight, points: 7}]"


@pytest.mark.parametrize("variants", [(), ("--variants", "2", "--seed", "1")])
def test_marks_that_are_no_decimals_come_to_their_sum_on_every_platform(
    variants: Sequence[str], tmp_path: Path
) -> None:
    """Seven marks for twelve lines; Moodle keeps seven decimals of a mark, and Canvas and QTI read floats."""
    for platform in ("stack", "qti21", *(() if variants else ("canvas",))):
        path = tmp_path / ("quiz.xml" if platform == "stack" else "quiz.zip")
        run = backprop("quiz", "-", "--for", platform, *variants, "-o", path, stdin=SEVEN_TWELFTHS)
        assert (run.code, run.err) == (0, "")
        several = 2 if variants and platform == "qti21" else 1
        assert [round(one, 6) for one in _marks_of(platform, path)] == [7] * several
        path.unlink()


def _marks_of(platform: str, path: Path) -> list[float]:
    """The marks of each exercise as the platform keeps them: of its questions together, unless they are variants."""
    if platform == "stack":
        return [round(one.mark, 7) for one in stack_questions.read(path.read_text("utf-8"))]
    if platform == "qti21":
        return [one.most for one in qti_items.items(path.read_bytes())]
    return [sum(one.points for one in qti_items.canvas_questions(path.read_bytes()))]


def test_where_moodle_counts_other_marks_for_a_question_what_to_set_is_said() -> None:
    """It takes the weights of a Cloze question for marks, which are whole numbers: 12 for lines of 7/12 of a mark."""
    run = backprop("quiz", "-", "--for", "moodle", stdin=SEVEN_TWELFTHS)
    (found,) = moodle_questions.read(run.out)
    assert [box.mark for box in found.boxes] == [1] * 12
    assert "Moodle proposes 12 marks" in run.err
    assert run.err.endswith("set 7\n")
    assert not backprop("quiz", "one-neuron", "--for", "moodle").err


# ---- the command -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mazur", "--for", "modle"), "did you mean 'moodle'?"),
        (("mazur", "--for", "moodle", "-o", "quiz.zip"), "a file ends in .xml"),
        (("mazur", "--for", "moodle", "--seed", "3"), "--seed is about variants: it goes with --variants"),
        (("mazur", "--for", "moodle", "--band", "3"), "--band is about variants: it goes with --variants"),
        (
            ("homework", "--for", "moodle", "--variants", "80", "--seed", "1"),
            "exercise 1: after 59 variants there are no other",
        ),
        (
            ("two-paths", "--for", "moodle", "--variants", "20", "--band", "1", "--seed", "1"),
            "of 20 variants are within 1 % of the same difficulty",
        ),
    ],
)
def test_what_cannot_be_written_is_said(arguments: Iterable[str], said: str) -> None:
    run = backprop("quiz", *arguments)
    assert run.code == 2
    assert said in run.err


# ---- STACK -----------------------------------------------------------------------------------------------------------

needs_maxima = pytest.mark.skipif(stack_questions.MAXIMA is None, reason="Maxima computes what STACK does: install it")


@cache
def _stack(name: str) -> stack_questions.Question:
    (found,) = stack_questions.read(stack.render(quiz(name, "stack")))
    return found


@pytest.mark.parametrize("name", FEW)
def test_stack_asks_every_line_in_one_question(name: str) -> None:
    found, (made, *_words) = _stack(name), quiz(name, "stack").questions
    numbers = list(made.numbers())
    assert len(found.inputs) == len(found.trees) == len(numbers)
    assert [tree.value for tree in found.trees.values()] == [float(one.worth) for one in numbers]
    assert found.mark == float(made.worth)
    assert len(found.tests) > 4


@needs_maxima
@pytest.mark.parametrize("name", FEW)
def test_the_tests_that_a_stack_question_brings_pass(name: str) -> None:
    found = _stack(name)
    outcomes = found.tested()
    for test, outcome in zip(found.tests, outcomes, strict=True):
        for tree, expected in test.expected.items():
            assert outcome[tree] == expected, test.said


@needs_maxima
@pytest.mark.parametrize("name", EVERY)
def test_students_earn_in_stack_what_check_gives_whatever_follows_from_a_mistake(name: str) -> None:
    students = [right(name), rounded(name), rounded(name, 3), rounded(name, 5), *_spread(mistaken(name))]
    lines = others = 0
    for handed, number, earned in _earned_in_stack(name, students):
        lines += 1
        if earned != handed.marks[number.quantity] and not _is_of_the_sheet(handed, number):
            is_a_sign = number.quantity == handed.planted and _is_mirrored(number, handed.answers[number.quantity])
            follows = handed.planted is not None and number.quantity != handed.planted
            assert is_a_sign or follows, (handed.said, handed.planted, number.quantity)
            others += follows
    assert others <= (0 if name in FEW else 0.005 * lines)  # numbers that mean two things to `check`


def _is_of_the_sheet(handed: Handed, number: AskedNumber) -> bool:
    """Whether only the whole sheet says what the line is worth, which no response tree sees.

    It has no marks beside the other lines, or is the old value by the student's own numbers, which `check` takes for
    an update that was left out.
    """
    old = checker(handed.problem).key.old_of(number.quantity)
    if number.quantity in handed.unpaid or old is None or number.quantity == handed.planted:
        return number.quantity in handed.unpaid
    answer = Decimal(handed.answers[number.quantity])
    unit = Decimal(1).scaleb(int(answer.as_tuple().exponent))
    return abs(answer - Decimal(float(checker(handed.problem).key.expected(old)))) < unit / 2


def _spread(students: Sequence[Handed]) -> Sequence[Handed]:
    """Some of them, from the first line to the last: Maxima takes its time for each."""
    return students[:: -(-len(students) // MOST_IN_STACK) or 1]


@needs_maxima
def test_nearly_right_work_earns_in_stack_what_check_gives() -> None:
    """But for the other sign of δ, which `check` takes for a convention."""
    students = [one for how in ALTERED for one in altered("one-neuron", how)]
    for handed, number, earned in _earned_in_stack("one-neuron", students):
        is_delta = handed.planted is not None and handed.planted.kind is Kind.DELTA and handed.said == "sign"
        assert is_delta or earned == handed.marks[number.quantity], (handed.said, handed.planted, number.quantity)


ROUNDINGS = (Rounding(figures=3), Rounding(figures=5), Rounding(places=4))


@needs_maxima
@pytest.mark.parametrize("name", FEW)
def test_whoever_rounds_products_too_earns_in_stack_what_check_gives(name: str) -> None:
    students = [
        handed_in(name, f"{rounding}, {habit}", Student(rounding, habit, partials=True, asked=False))
        for rounding in ROUNDINGS
        for habit in ("each line rounded", "calculator's memory")
    ]
    for one, number, earned in _earned_in_stack(name, students):
        paid = one.marks[number.quantity]
        assert number.quantity in one.unpaid or earned == paid, (one.said, number.quantity, one.answers)


def test_what_moves_an_update_by_half_of_its_step_is_no_rounding_on_the_way() -> None:
    """Uphill, 0.201 is as far from 0.2 as 0.199: to three places, the step itself would be rounding."""
    (x0,) = (one.quantity for one in quiz("adam", "stack").questions[0].numbers() if one.quantity.key == "x0_new")
    paid = [marked("adam", text, {**right("adam").answers, x0: text}).marks[x0] for text in ("0.201", "0.2", "0.199")]
    assert paid == [0, 0, 1]


@needs_maxima
def test_zeros_at_the_end_of_a_number_decide_in_stack_as_in_check() -> None:
    """0.401 is 0.4 and a step of 0.00067 rounded as it is written; 0.4010 is another step, of a usual mistake."""
    (number,) = (one for one in quiz("watermelon", "stack").questions[0].numbers() if one.quantity.key == "v11_new")
    students = [
        marked("watermelon", text, {**right("watermelon").answers, number.quantity: text})
        for text in ("0.401", "0.4010", "0.4007", "0.40070", "0.400")
    ]
    found = {
        one.said: earned
        for one, asked, earned in _earned_in_stack("watermelon", students)
        if asked.quantity == number.quantity
    }
    assert found == {one.said: one.marks[number.quantity] for one in students}
    assert found["0.401"] > found["0.4010"]


@needs_maxima
@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("one-neuron", 1),
        ("one-neuron", 2),  # 0.4300 with a mistake, which has its four digits only with the zeros at its end
        ("watermelon", 2),  # a mistake that comes to the right value, in some variants
    ],
)
def test_each_variant_of_a_stack_question_has_its_own_numbers_and_its_tests_pass(name: str, seed: int) -> None:
    run = backprop("quiz", name, "--for", "stack", "--variants", "6", "--seed", str(seed))
    (found,) = stack_questions.read(run.out)
    assert found.seeds == [1, 2, 3, 4, 5, 6]
    typed = [found.typed(each) for each in found.seeds]
    assert len({str(one[0]) for one in typed}) == 6
    for deployed, sheets in zip(found.seeds, typed, strict=True):
        for test, outcome in zip(found.tests, found.marked(sheets, deployed), strict=True):
            assert {tree: outcome[tree] for tree in test.expected} == test.expected, test.said


@needs_maxima
def test_zeros_at_the_end_of_what_a_test_types_are_typed() -> None:
    """STACK evaluates what its tests type: of 0.64800, Maxima keeps 0.648."""
    found = _stack("one-neuron")
    mixed = {"ans1": "0.64800", "ans2": typed_as(["0.64800"]), "ans3": typed_as(["1.50e-07"]), "ans4": typed_as(["20"])}
    variants = {"ans5": typed_as(["0.10", "0.250"]), "ans6": typed_as(["-1.0", "3"])}
    found = replace(found, tests=[stack_questions.Test("zeros", mixed | variants, {})], variables="v:2;")
    assert found.typed() == [
        {"ans1": "0.648", "ans2": "0.64800", "ans3": "0.000000150", "ans4": "20", "ans5": "0.250", "ans6": "3"}
    ]


@needs_maxima
def test_a_blank_line_is_passed_by_and_nonsense_breaks_no_tree() -> None:
    found = _stack("softmax")
    first, *others = found.inputs
    blank, huge, nothing = found.marked([{first: "0.5"}, dict.fromkeys(found.inputs, "1.0e300"), {}])
    assert {blank[f"prt{name[3:]}"][1].partition("-")[2] for name in others} == {"blank"}
    assert found.earned(nothing) == 0
    assert found.earned(huge) == 0


def test_names_and_words_are_no_markup_in_stack() -> None:
    run = backprop("quiz", "-", "--for", "stack", stdin=HOSTILE)
    assert run.code == 0, run.err
    (found,) = stack_questions.read(run.out)
    assert len(found.inputs) == 8


@needs_maxima
@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
def test_the_tests_of_every_bundled_problem_pass(name: str) -> None:
    found = _stack(name)
    outcomes = found.tested()
    for test, outcome in zip(found.tests, outcomes, strict=True):
        assert {tree: outcome[tree] for tree in test.expected} == test.expected, test.said


def _earned_in_stack(name: str, students: list[Handed]) -> Iterator[tuple[Handed, AskedNumber, float]]:
    """Every number that a student gives, with the marks that STACK gives for it."""
    numbers = list(quiz(name, "stack").questions[0].numbers())
    sheets = [{f"ans{n}": one.answers.get(each.quantity, "") for n, each in enumerate(numbers, 1)} for one in students]
    for handed, outcome in zip(students, _stack(name).marked(sheets), strict=True):
        for n, number in enumerate(numbers, 1):
            if number.quantity in handed.answers:
                yield handed, number, outcome[f"prt{n}"][0] * float(number.worth)


# ---- QTI 2.1 and Canvas ----------------------------------------------------------------------------------------------

SCHEMA = Path(__file__).parent / "qti" / "imsqti_v2p1p2.xsd"


@cache
def _schema() -> Any:
    etree = pytest.importorskip("lxml.etree", reason="lxml validates QTI")
    if not SCHEMA.is_file():
        pytest.skip("the schema of IMS is not here: tests/qti/LICENCES.md")
    return etree.XMLSchema(etree.parse(str(SCHEMA), etree.XMLParser(no_network=True)))


def _is_valid_qti(package: bytes) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml validates QTI")
    for name, text in qti_items.files(package).items():
        if name != "imsmanifest.xml":
            _schema().assertValid(etree.fromstring(text.encode()))


@pytest.mark.parametrize("name", FEW)
def test_an_item_is_valid_qti(name: str) -> None:
    _is_valid_qti(qti21.render(quiz(name, "qti21")))


def test_words_variants_and_hostile_names_are_valid_qti(tmp_path: Path) -> None:
    for n, (arguments, given) in enumerate([
        (("homework",), ""), (("one-neuron", "--variants", "2", "--seed", "1"), ""), (("-",), HOSTILE),
    ]):  # fmt: skip
        path = tmp_path / f"{n}.zip"
        run = backprop("quiz", *arguments, "--for", "qti21", "-o", path, stdin=given)
        assert run.code == 0, run.err
        assert qti_items.items(path.read_bytes())
        _is_valid_qti(path.read_bytes())


@pytest.mark.parametrize("name", EVERY)
def test_students_earn_in_qti_what_they_earn_in_moodle(name: str) -> None:
    """Right and rounded work has all of the marks; mistakes, and what follows in the same item, as `check` has it."""
    made = quiz(name, "qti21")
    found = qti_items.items(qti21.render(made))
    assert [one.most for one in found] == [float(one.worth) for one in made.questions]
    read = _bank(name)
    for handed in [right(name), rounded(name), *mistaken(name)]:
        for question, item, same in zip(made.questions, found, read, strict=True):
            texts = [handed.answers.get(one.quantity, "") for one in question.numbers()]
            earned, _shown = item.marked(dict(zip(item.responses, texts, strict=True)))
            boxes = zip(same.boxes, texts, strict=True)
            assert earned == pytest.approx(sum(box.earns(text)[0] for box, text in boxes if text)), handed.said
            if handed.planted is None:
                assert earned == pytest.approx(float(question.worth))


def test_a_mistake_is_told_in_qti() -> None:
    made = quiz("one-neuron", "qti21")
    item, numbers = qti_items.items(qti21.render(made))[0], list(made.questions[0].numbers())
    for handed in mistaken("one-neuron"):
        texts = [handed.answers[one.quantity] for one in numbers]
        _earned, shown = item.marked(dict(zip(item.responses, texts, strict=True)))
        assert any(handed.said.lower() in one.lower() for one in shown)


@pytest.mark.parametrize("name", [*FEW, "vanishing"])
def test_right_and_rounded_work_has_full_marks_in_canvas(name: str) -> None:
    """Small values are asked for times a power of ten, as four decimals are all that Canvas keeps."""
    made = quiz(name, "canvas")
    numbers = [number for question in made.questions for number in question.numbers()]
    found = [one for one in qti_items.canvas_questions(canvas.render(made)) if one.kind == "numerical_question"]
    assert [one.points for one in found] == [float(one.worth) for one in numbers]
    for handed in (right(name), rounded(name), rounded(name, 5)):
        for number, question in zip(numbers, found, strict=True):
            text = handed.answers.get(number.quantity)
            if text is not None and handed.marks[number.quantity] == float(number.worth):
                assert question.earns(Decimal(text) * question.factor) == question.points, number.quantity
    for question in found:
        for answer in question.answers:
            assert (
                answer["kind"] == "precision_answer" or answer["value"] == 0 or abs(answer["value"]) >= Decimal("1e-4")
            )


@pytest.mark.parametrize("name", FEW)
def test_a_usual_mistake_has_no_marks_in_canvas_and_is_told(name: str) -> None:
    made = quiz(name, "canvas")
    numbers = [number for question in made.questions for number in question.numbers()]
    found = [one for one in qti_items.canvas_questions(canvas.render(made)) if one.kind == "numerical_question"]
    by_quantity = {number.quantity: one for number, one in zip(numbers, found, strict=True)}
    for handed in mistaken(name):
        assert handed.planted is not None
        question = by_quantity[handed.planted]
        assert question.earns(Decimal(handed.answers[handed.planted]) * question.factor) == 0
        assert handed.said.lower().partition(":")[0] in question.told.lower()


def test_canvas_is_given_no_variants(tmp_path: Path) -> None:
    run = backprop("quiz", "one-neuron", "--for", "canvas", "--variants", "2", "-o", tmp_path / "q.zip")
    assert run.code == 2
    assert "a quiz for each variant" in run.err


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_is_valid_qti_and_read_by_canvas(name: str) -> None:
    _is_valid_qti(qti21.render(quiz(name, "qti21")))
    assert qti_items.canvas_questions(canvas.render(quiz(name, "canvas")))


SAMPLES = {"indexed": 2, "pick": 1, "log2": 0.7, "log10": 0.7, "ln": 0.7, "sqrt": 0.7}


@needs_maxima
def test_every_operation_has_its_value_in_maxima() -> None:
    """Except those that are always written by others, which are compared as they are written."""
    cases = dict(_operations())
    texts = {name: spelled(formula, lambda one: one.key) for name, formula in cases.items()}
    assert not [name for name, text in texts.items() if "Quantity" in text]
    source = "\n".join([*helpers_of(texts.values()), *(f"r_{name}:{text};" for name, text in texts.items())])
    found = stack_questions.values_of(source, [f"r_{name}" for name in texts])
    for name, formula in cases.items():
        value = evaluate(formula, Certified())
        assert found[f"r_{name}"] == pytest.approx(float(value), rel=1e-9), (name, texts[name])


def _operations() -> Iterator[tuple[str, Formula]]:
    """Each operation on some numbers, and where it is a case of its own, on a negative one and at 0."""
    for name, row in OPERATIONS.items():
        count = row.arity if row.arity is not None else 3
        first = SAMPLES.get(name, 2 if row.indexed else 0.3)
        rest = [0.6, 0.2, 0.5, 0.1][: count - 1] if name not in ("clip", "inside") else [-0.5, 0.5]
        if name == "standardized":
            rest = [0.1, 0.4, 0.01]
        yield name, apply(name, *(_number(one) for one in ([first, *rest] if count else [])))
        if row.jumps or "relu" in name or name in ("elu", "abs", "huber"):
            for suffix, other in (("_below", -0.4), ("_at_0", 0)):
                if not row.indexed:
                    yield name + suffix, apply(name, *(_number(one) for one in [other, *rest]))


def _number(value: float) -> Formula:
    exact = Fraction(str(value))
    return constant(exact.numerator, exact.denominator)
