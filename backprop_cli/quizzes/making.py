"""From an assignment to a quiz: its exercises, cut into questions of a size that a platform shows well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace as _replace
from itertools import pairwise

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.word_answers import why
from backprop_cli.documents.model import Block, Heading, Inline, Lines, Role, Say, Text
from backprop_cli.documents.prose import prose
from backprop_cli.documents.writing import inline, texts, title_of
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, ended, labelled, language_tag
from backprop_cli.problem.assignment import Assignment, heading_of
from backprop_cli.problem.reader import Loaded, needs_numbers
from backprop_cli.questions.question import Question
from backprop_cli.quizzes.model import AskedNumber, Category, Choice, ChoiceOption, QuestionPart, Quiz, QuizQuestion
from backprop_cli.quizzes.replies import Replies
from backprop_cli.solving.exercises import only_in
from backprop_cli.worksheets.exercise import SheetExercise, SheetSection, exercise_of, phase_name
from backprop_cli.worksheets.given import given
from backprop_cli.worksheets.wording import how_to_round, introduction, task

MOST_LINES = 12  # of one question


@record
class Cut:
    """How an exercise becomes questions: how many lines one holds (None: all), and the dialect of its mathematics."""

    lines: int | None = MOST_LINES
    dialect: str = "latex"


def quiz_of(
    assignment: Assignment, cut: Cut, only: Sequence[str] = (), variants: Sequence[Sequence[Loaded]] = ()
) -> Quiz:
    """The quiz of an assignment or a problem; with `variants` (of each exercise, its variants), those in its place.

    Raises UsageError for a problem with letters, and where there is nothing to ask.
    """
    for one in assignment.exercises:
        if one.loaded.problem.letters:
            raise UsageError(needs_numbers(one.loaded.source, one.loaded.problem))
    wanted = only_in({one.number: one.loaded for one in assignment.exercises}, only)
    categories = []
    for place, one in enumerate(assignment.exercises):
        if one.number not in wanted:
            continue
        name = title_of(one.loaded.problem) if assignment.is_alone else heading_of(one.number, one.loaded.problem)
        loaded = variants[place] if variants else [one.loaded]
        prefix = "" if assignment.is_alone else f"exercise-{one.number}-"
        categories.append(
            _category(visible(name) or _("Exercise"), prefix, loaded, cut, wanted[one.number], bool(variants))
        )
    title = assignment.head.title if assignment.head else categories[0].name
    quiz = Quiz(" ".join(visible(title).split()) or _("Worksheet"), language_tag(), tuple(categories))
    if not any(one.parts for one in quiz.questions):
        raise UsageError(_("there is nothing to ask: neither numbers nor questions in words"))
    return quiz


def letters_left_out(quiz: Quiz) -> int:
    """How many formulas in letters are asked for, which no platform can read."""
    exercises = {id(one.exercise): one.exercise for one in quiz.questions}
    return sum(len(one.formulas) for one in exercises.values())


def _category(
    name: str, prefix: str, loaded: Sequence[Loaded], cut: Cut, only: Sequence[str], are_variants: bool
) -> Category:
    found: list[QuizQuestion] = []
    for number, each in enumerate(loaded, start=1):
        exercise = exercise_of(each, cut.dialect, only, in_full=True)  # of which the key is made
        said = _("{title}, variant {number}").format(title=name, number=number) if are_variants else name
        before = f"{prefix}variant-{number}-" if are_variants else prefix
        variant = number if are_variants else 0
        found += (_replace(one, variant=variant) for one in _questions(exercise, said, before, cut))
    return Category(name, tuple(found), are_variants)


def _questions(exercise: SheetExercise, name: str, prefix: str, cut: Cut) -> Iterator[QuizQuestion]:
    """The numbers of an exercise in questions of so many lines, then each question in words."""
    replies = Replies(exercise)
    statement = tuple(_statement(exercise))
    pieces = list(_pieces(exercise, cut.lines))
    for number, piece in enumerate(pieces, start=1):
        parts = tuple(_parts(replies, piece))
        which = _("{title} ({number} of {count})").format(title=name, number=number, count=len(pieces))
        said = which if len(pieces) > 1 else name
        yield QuizQuestion(f"{prefix}{number}", said, statement, parts, tuple(_solution(exercise, piece)), exercise)
    for number, question in enumerate(exercise.questions, start=1):
        part = QuestionPart((), (), (_choice(exercise, question),))
        said = labelled(name, question.key)
        solution = (Say((Text(ended(why(question))),)),)
        yield QuizQuestion(f"{prefix}words-{number}", said, statement, (part,), solution, exercise)


def _statement(exercise: SheetExercise) -> Iterator[Block]:
    """What is given, and how the numbers are to be written."""
    yield from prose(exercise.problem.text, exercise.dialect)
    yield from map(Say, introduction(exercise))
    yield from given(exercise)
    yield from map(Say, texts(how_to_round(exercise)))


# ---- groups of lines ---------------------------------------------------------------------------------------------


def _pieces(exercise: SheetExercise, most: int | None) -> Iterator[list[SheetSection]]:
    """The sections of an exercise, in pieces of at most so many lines, which keep together what belongs together."""
    piece: list[SheetSection] = []
    for section in exercise.sections():
        for one in _short(section, most):
            if piece and most is not None and sum(len(each.lines) for each in piece) + len(one.lines) > most:
                yield piece
                piece = []
            piece.append(one)
    if piece:
        yield piece


def _short(section: SheetSection, most: int | None) -> Iterator[SheetSection]:
    """The section in sections of at most so many lines, of nearly the same length."""
    count = len(section.lines)
    pieces = 1 if most is None else -(-count // most)
    ends = [count * number // pieces for number in range(pieces + 1)]
    for start, end in pairwise(ends):
        yield SheetSection(section.heading if start == 0 else "", section.phase, section.lines[start:end])


def _parts(replies: Replies, piece: Sequence[SheetSection]) -> Iterator[QuestionPart]:
    exercise, before = replies.exercise, list[Quantity]()
    address = ""
    for section in piece:
        address = section.heading or address or _heading_of(exercise, section)
        heading: Inline = phase_name(section)
        if address:
            heading = inline(_("{label}: {said}"), label=(Text(address),), said=heading)
        numbers = []
        for line in section.lines:
            numbers.append(_number(replies, line.quantity, before))
            before.append(line.quantity)
        yield QuestionPart(heading, task(exercise, section), tuple(numbers))


def _heading_of(exercise: SheetExercise, section: SheetSection) -> str:
    """The pass that a section is of, where the piece begins in the middle of it."""
    page = exercise.page
    return page.pass_heading(page.speller.page_of(section.lines[0].quantity.at))


def _number(replies: Replies, quantity: Quantity, before: Sequence[Quantity]) -> AskedNumber:
    exercise = replies.exercise
    return AskedNumber(
        quantity,
        (exercise.symbol(quantity),),
        exercise.meaning(quantity),
        exercise.worth(quantity),
        exercise.value(quantity).text(),
        exercise.said_digits(quantity),
        replies.unit(quantity),
        replies.of(quantity, before),
        replies.usual.get(quantity, ()),
    )


def _choice(exercise: SheetExercise, question: Question) -> Choice:
    right = question.right.word
    options = tuple(ChoiceOption(visible(word.shown), word.text == right) for word in question.words)
    said = visible(ended(question.said))
    return Choice(question.key, said, exercise.worth(question.quantity), options, visible(ended(why(question))))


# ---- the worked solution ---------------------------------------------------------------------------------------------


def _solution(exercise: SheetExercise, piece: Iterable[SheetSection]) -> Iterator[Block]:
    """The lines of a piece as they are worked out; of a value that training gives, the value."""
    page, steps = exercise.page, exercise.page.solution.trace.by_quantity
    for section in piece:
        yield Heading(1, Role.SHEET, phase_name(section))
        worked = [steps[line.quantity] for line in section.lines if line.quantity in steps]
        if worked:
            yield Lines(tuple(map(page.equation, worked)))
        for line in section.lines:
            if line.quantity not in steps:
                value = page.decimal(exercise.value(line.quantity))
                yield Say((page.equal(exercise.symbol(line.quantity), value),))
