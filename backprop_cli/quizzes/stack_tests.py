"""Tests that a STACK question brings: the work of simulated students, and what `check` gives for each line of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.given import Given, given_of
from backprop_cli.checking.judge import Judge
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.values import read_value, value_of
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.quizzes.maxima import answer
from backprop_cli.quizzes.replies import Replies
from backprop_cli.quizzes.stack_lines import StackLine, StackLines
from backprop_cli.worksheets.usual import UsualMistake

Expected = tuple[Rational, str]  # a share of the marks, and the note of a node
_NOTHING, _ONE = rational(0), rational(1)
_FINER = 2  # digits more than the key shows, which somebody with a program writes


@record
class QuestionTest:
    """A test: whose work it is, what is typed into each input, and what each tree is to say of it."""

    said: str
    inputs: Mapping[str, str]
    expected: Mapping[str, Expected]


def question_tests(lines: StackLines) -> Iterator[QuestionTest]:
    """Right work, rounded work, the last line alone, nothing at all, and each mistake where it can first be made."""
    made = _Tests(lines)
    yield from made.test(_("right work"), made.right, None)
    yield from made.test(_("each line rounded, and gone on with"), made.rounded, None)
    last = lines.lines[-1]
    blank = {line.tree: (_NOTHING, "blank") for line in lines.lines}
    inputs = {line.answer: "" for line in lines.lines}
    yield QuestionTest(_("nothing is answered"), inputs, blank)
    alone = {**blank, last.tree: (_ONE, "right")}
    yield QuestionTest(_("only the last line"), {**inputs, last.answer: lines.shown(last)}, alone)
    seen: set[str] = set()
    for line in lines.lines:
        for mistake in line.mistakes:
            if mistake.name not in seen:
                found = list(made.test(mistake.said, made.mistaken(mistake), (line, mistake)))
                seen |= {mistake.name} if found else set()
                yield from found


class _Tests:
    """Makes the tests of one question, of all its variants at once."""

    def __init__(self, lines: StackLines) -> None:
        self.lines = lines

    def right(self, replies: Replies) -> Mapping[Quantity, Real]:
        """The right values."""
        return {line.quantity: replies.expected(line.quantity) for line in self.lines.lines}

    def rounded(self, replies: Replies) -> Mapping[Quantity, Real]:
        """Every line rounded as the key shows it."""
        return {**self.right(replies), **replies.rounded.sheet()}

    def mistaken(self, mistake: UsualMistake) -> object:
        """Right work but for one line, and what follows from that."""

        def values(replies: Replies) -> Mapping[Quantity, Real]:
            return {**self.right(replies), **replies.with_mistake(mistake)}

        return values

    def test(self, said: str, work: object, planted: tuple[StackLine, UsualMistake] | None) -> Iterator[QuestionTest]:
        """The test, where all variants say the same of it."""
        sheets = [self._sheet(replies, work(replies)) for replies in self.lines.variants]  # type: ignore[operator]
        found = [self._expected(one, sheet, planted) for one, sheet in zip(self.lines.variants, sheets, strict=True)]
        if any(one is None or one != found[0] for one in found):
            return
        inputs = {line.answer: answer(sheet[line.quantity] for sheet in sheets) for line in self.lines.lines}
        assert found[0] is not None
        yield QuestionTest(said, inputs, found[0])

    def _sheet(self, replies: Replies, values: Mapping[Quantity, Real]) -> Mapping[Quantity, str]:
        """The numbers as they are written, a little finer than the key shows them."""
        texts = {}
        for line in self.lines.lines:
            digits = replies.exercise.digits(line.quantity)
            finer = Rounding(digits.places and digits.places + _FINER, digits.figures and digits.figures + _FINER)
            texts[line.quantity] = rounded(values[line.quantity], finer).text("e{}", (-8, 15))
        return texts

    def _expected(
        self, replies: Replies, sheet: Mapping[Quantity, str], planted: tuple[StackLine, UsualMistake] | None
    ) -> dict[str, Expected] | None:
        """What each tree is to say; None where `check` gives less than full marks for a line without a mistake."""
        marking, found = replies.marking, dict[str, Expected]()
        answers = {one: _given(replies, one, text) for one, text in sheet.items()}
        judge = Judge(replies.key, answers, marking)
        for line in self.lines.lines:
            given = answers[line.quantity]
            if planted is not None and line is planted[0]:
                rule = judge.verdict_if(line.quantity, given).rule
                if rule is Outcome.TOO_FEW or rule in FULL_MARKS or replies.is_a_slip_of_the_sign(planted[1]):
                    return None  # which `check` takes for less than a mistake, or for none
                found[line.tree] = (_NOTHING, _first(replies, line, planted[1]))
                continue
            try:
                verdict = judge.verdict_if(line.quantity, given)
            except Undecided:
                return None
            if verdict.rule not in FULL_MARKS or not isinstance(given.value, Rational):
                return None
            is_right = replies.right(line.quantity).takes(given.value)
            found[line.tree] = (_ONE, "right" if is_right else "follows")
        return found


def _first(replies: Replies, line: StackLine, mistake: UsualMistake) -> str:
    """The mistake that is tried first of those that give this number."""
    value = replies.value_by(mistake)
    for one in line.mistakes:
        other = replies.value_by(one)
        if value is not None and other is not None and abs(other - value) <= replies.slack(line.quantity, other):
            return one.name
    return mistake.name


def _given(replies: Replies, quantity: Quantity, text: str) -> Given:
    written = read_value(text)
    assert written is not None
    return given_of(written, value_of(written), lambda value: replies.marking.unit(quantity, value))
