"""A lesson: a problem with the lines that are asked for, in the order of the work, and what can be said of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.descriptions import describe
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking, digits_wanted
from backprop_cli.checking.report import Report
from backprop_cli.checking.shown import digits_of, digits_shown, rounded, shown
from backprop_cli.checking.values import Written, value_of
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.model import plain
from backprop_cli.documents.sentences import Sentences
from backprop_cli.documents.writing import Writing, inline, place_in_words
from backprop_cli.ground.errors import visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, labelled
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.rounded import Decimal, Rounding
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.questions.question import Question
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.skills import skill_of
from backprop_cli.writing.shapes import Spelling

Texts = Mapping[Quantity, str]  # numbers as they were written


@record(slots=False)
class OwnNumbers(Speller):
    """A speller that puts a student's own numbers into a formula, and the right ones, rounded, for the others."""

    texts: Texts = field(default_factory=dict)
    marking: Marking | None = None

    def given(self, quantity: Quantity) -> Spelling:
        """The number as the student wrote it; one that is given in the problem as it stands there."""
        if quantity in self.texts:
            return self.written(self.texts[quantity])
        if self.marking is None or quantity in self.trace.derivation.constants:
            return super().given(quantity)
        digits = digits_shown(self.marking, quantity, self._formula(quantity), lambda one: self.trace.value(one).number)
        return self.written(rounded(self.trace.value(quantity).number, digits).text())

    def _formula(self, quantity: Quantity) -> Formula | None:
        line = self.trace.derivation.index.get(quantity)
        return line.formula if line is not None else None


@record
class Task:
    """One question: for the number of a line, for its formula in letters, or for a word."""

    quantity: Quantity
    in_letters: bool = False

    @property
    def in_words(self) -> bool:
        """Whether it is a question that is answered by a word."""
        return self.quantity.kind is Kind.QUESTION

    @property
    def key(self) -> str:
        """Under which a session keeps what happened at it."""
        return f"formula / {self.quantity.key}" if self.in_letters else self.quantity.key


@record(slots=False)
class Lesson:
    """A problem that is practised, or `is_part` of it. Where it is `helped`, what is not asked for is worked out."""

    checker: Checker  # judges the replies
    asked: tuple[Quantity, ...]  # as numbers
    is_part: bool = False
    helped: bool = False
    charset: str = "unicode"
    formulas: tuple[Quantity, ...] = ()  # that are asked for in letters
    questions: tuple[Question, ...] = ()  # that are answered by a word

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Every question, in the order of the work: the formula of a line before its number."""
        tasks = [*(Task(one, in_letters=True) for one in self.formulas), *map(Task, self.asked)]
        tasks += [Task(one.quantity) for one in self.questions]
        last = len(self.key.order)
        return tuple(sorted(tasks, key=lambda one: self.key.order.get(one.quantity, last)))

    def question(self, quantity: Quantity) -> Question:
        """The question that is noted for this quantity."""
        return next(one for one in self.questions if one.quantity == quantity)

    @property
    def worked(self) -> WorkedProblem:
        """The problem with what is worked out of it."""
        return self.checker.worked

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.checker.problem

    @property
    def key(self) -> AnswerKey:
        """The right values."""
        return self.checker.key

    @cached_property
    def lines(self) -> Mapping[Quantity, Line]:
        """The lines that a textbook writes, in order."""
        return self.worked.derivation().index

    def line(self, quantity: Quantity) -> Line:
        """The line of a quantity: as textbooks write it, or one that they leave out, or what is reported of it."""
        return self.lines.get(quantity) or self.key.derivation.index.get(quantity) or self.key.reported[quantity]

    @cached_property
    def speller(self) -> Speller:
        """Writes symbols and formulas."""
        return speller(self.key.problem, self.key.trace, self.charset)

    @cached_property
    def solution(self) -> Solution:
        """The problem as formats are given it, for what stands on the sheet."""
        problem = self.worked.by_hand
        return Solution(problem, self.key.trace, Detail.TEXTBOOK, rounding=problem.rounding)

    # ---- what is known ---------------------------------------------------------------------------------------

    @cached_property
    def given(self) -> Texts:
        """What is worked out for the student: the lines that lead to what is asked, rounded as it is asked for."""
        if not self.helped:
            return {}
        needed = frozenset[Quantity]().union(*(self.key.ancestors(one) for one in self.asked))
        wanted = needed - frozenset(self.asked)
        return {one: self.right(one).text() for one, line in self.lines.items() if one in wanted and not line.given}

    def right(self, quantity: Quantity) -> Decimal:
        """The right value to the digits asked for; where the exercise rounds every line, what it then is."""
        return shown(self.key, self.checker.marking, quantity)

    def rounding(self, quantity: Quantity) -> Rounding:
        """To how many digits a value of a quantity is shown."""
        return digits_of(self.key, self.checker.marking, quantity)

    def calculated(self, quantity: Quantity, written: Written) -> str:
        """What a calculator shows for a calculation, to the digits asked for."""
        return self._calculated(quantity, written).text()

    def _calculated(self, quantity: Quantity, written: Written) -> Decimal:
        with precision(BITS):
            return rounded(value_of(written), self.rounding(quantity))

    def comes_to(self, quantity: Quantity, written: Written) -> str:
        """= 21 for 3·7, ≈ 0.3333 for 1/3."""
        decimal, dialect = self._calculated(quantity, written), self.speller.writer.dialect
        sign = dialect.equal if decimal.whole_truth else dialect.about
        return f"{sign} {self.number(decimal.text())}"

    def explainer(self, report: Report) -> Explainer:
        """Says what a report says."""
        return Explainer(report, self.charset)

    @property
    def given_numbers(self) -> Iterator[tuple[Quantity, str]]:
        """Every number of the problem, as it is written there."""
        for quantity in self.key.derivation.constants:
            yield quantity, self.speller.given(quantity).text

    # ---- words -----------------------------------------------------------------------------------------------

    def symbol(self, quantity: Quantity, with_place: bool = False) -> str:
        """What a quantity is called; with its pass where there are several and it is wished for."""
        if quantity.kind is Kind.QUESTION:
            return visible(quantity.name)
        symbol = visible(self.speller.writer.symbol(quantity, quantity.at))
        places = place_in_words(quantity.at)
        return aside(symbol, places) if places and with_place else symbol

    def words(self, quantity: Quantity) -> str:
        """What a quantity is, in words."""
        return describe(quantity, self.speller.writer)

    @cached_property
    def is_exact(self) -> bool:
        """Whether nothing has to be rounded."""
        return self.problem.rounding is None and all(self.right(one).whole_truth for one in self.asked)

    def digits(self, quantity: Quantity) -> str:
        """To how many digits a quantity is asked for, in words."""
        return digits_wanted(self.checker.marking, quantity)

    @property
    def about(self) -> str:
        """The sign before a rounded number."""
        return self.speller.writer.dialect.about

    def number(self, text: str) -> str:
        """A number as it is shown."""
        return self.speller.written(text).text

    def uses(self, quantity: Quantity) -> list[Quantity]:
        """What a line is computed from, each once."""
        return list(dict.fromkeys(quantities_in(self.line(quantity).formula)))

    def formula(self, quantity: Quantity) -> str:
        """The line's formula in symbols."""
        return self.speller.formula(self._step(quantity))

    def numbers(self, quantity: Quantity, texts: Texts) -> str | None:
        """The formula with the student's numbers put in, or None where there is nothing to put in."""
        own = OwnNumbers(self.speller.trace, self.speller.writer, {**self.given, **texts}, self.checker.marking)
        return own.numbers(self._step(quantity))

    def sentence(self, quantity: Quantity) -> str:
        """What a teacher says of this kind of line, or nothing."""
        page = Writing(self.solution, self.speller, self.speller)
        sentence = Sentences(page).sentence(self._step(quantity))
        if sentence is None:
            return ""
        return plain(inline(_(sentence), **{kind: page.word(kind) for kind in ("loss", "delta", "rate")}))

    def rules(self, quantity: Quantity) -> Sequence[str]:
        """The sentences of the slopes in this line, or of its optimizer; a forward pass has none."""
        line, optimizer = self.line(quantity), self.problem.training.rule
        if line.phase is Phase.UPDATE and self.skill(quantity) == "optimizer":
            return [labelled(_(optimizer.called.replace("_", " ")), _(optimizer.says))]
        return [] if line.phase in (Phase.FORWARD, Phase.LOSS) else [_(rule) for rule in line.rules]

    def skill(self, quantity: Quantity) -> str:
        """The skill that a line is an exercise in; a question is none in any."""
        return "" if quantity.kind is Kind.QUESTION else skill_of(self.problem, quantity)

    def _step(self, quantity: Quantity) -> Step:
        return Step(self.line(quantity), self.key.trace.value(quantity))
