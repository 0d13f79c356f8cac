"""What a worksheet asks: its lines in the order of the work, each with its digits, its marks and its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, place
from backprop_cli.algebra.references import Reference, is_reported
from backprop_cli.checking.asked import asked_formulas, printed_lines
from backprop_cli.checking.descriptions import PHASES, in_words
from backprop_cli.checking.formula_answers import as_asked
from backprop_cli.checking.marking import Marking, digits_wanted
from backprop_cli.checking.shown import digits_shown, rounded
from backprop_cli.deriving.trace import Value
from backprop_cli.documents.model import Block, Document, Inline, Math, Text
from backprop_cli.documents.writing import Writing, inline, writing
from backprop_cli.ground.errors import visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, language_tag
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Decimal, Rounding
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.problem.reader import Loaded
from backprop_cli.questions.question import Question
from backprop_cli.questions.table import questions_of
from backprop_cli.solving.solution import Solution, SolveOptions, chosen
from backprop_cli.solving.worked import WorkedProblem


def without_sample(address: Address) -> Address:
    """The address of what is said of all the samples of a batch."""
    return tuple(one for one in address if one.word != "sample")


@record(slots=False)
class SheetSection:
    """Lines of one part of the work in one pass; `heading` is the pass's, where it begins a new one."""

    heading: str
    phase: Phase
    lines: tuple[Line, ...]


@record(slots=False)
class SheetExercise:
    """One problem as it is handed out, written in one dialect."""

    worked: WorkedProblem
    page: Writing
    dialect: str
    lines: tuple[Line, ...]
    marking: Marking
    chosen: bool = False  # its quantities were chosen when the sheet was made
    formulas: tuple[Line, ...] = ()  # that are asked for in letters
    questions: tuple[Question, ...] = ()  # that are answered by a word

    @property
    def problem(self) -> Problem:
        """The problem, as far as it is done by hand."""
        return self.page.problem

    def document(self, named: str, blocks: Iterable[Block]) -> Document:
        """A document of these blocks; `named` says which, with the problem's {title} in it."""
        title = " ".join(visible(self.problem.title).split())
        return Document(named.format(title=title or _("Worksheet")), language_tag(), self.dialect, tuple(blocks))

    def sections(self) -> Iterator[SheetSection]:
        """The parts of the work, pass by pass."""
        page_of = self.page.speller.page_of
        for address, together in groupby(self.lines, key=lambda line: page_of(line.quantity.at)):
            heading = self.page.pass_heading(address)
            for phase, lines in groupby(together, key=lambda line: line.phase):
                yield SheetSection(heading, phase, tuple(lines))
                heading = ""

    # ---- one line ----------------------------------------------------------------------------------------------

    def symbol(self, quantity: Quantity) -> Math:
        """What the quantity is called under the heading of its pass; the error of a sample as the given formulas do."""
        if self.is_error_of_sample(quantity):
            return self.page.symbol(quantity, without_sample(self.page.speller.page_of(quantity.at)))
        return self.page.symbol(quantity)

    def is_error_of_sample(self, quantity: Quantity) -> bool:
        """Whether the quantity is the error of a sample, where there is one of all samples, too, with the same name."""
        if quantity.kind is not Kind.LOSS or place(quantity.at, "sample") is None:
            return False
        return any(
            one.quantity.bare == quantity.bare and place(one.quantity.at, "sample") is None
            for one in self.page.solution.trace.derivation.lines
        )

    def meaning(self, quantity: Quantity) -> Inline:
        """What the quantity is, in words."""
        if self.is_error_of_sample(quantity):
            said = _("{word} of sample {n}")
            word = self.page.speller.writer.notation.word("loss")
            return inline(said, word=word, n=str(place(quantity.at, "sample")))
        message, fields = in_words(
            quantity,
            self.page.speller.writer.notation.word,
            self.page.name,
            lambda one: self.page.symbol(one, ()),
        )
        return inline(message, **fields)

    def digits(self, quantity: Quantity) -> Rounding:
        """To what the quantity is rounded where it is shown."""
        line = self.page.solution.trace.derivation.index.get(quantity)
        formula = line.formula if line is not None else None
        return digits_shown(self.marking, quantity, formula, lambda one: self.known(one).number)

    def said_digits(self, quantity: Quantity) -> str:
        """The fewest digits that are wanted, in words."""
        return digits_wanted(self.marking, quantity)

    def value(self, quantity: Quantity) -> Decimal:
        """The right value to the digits asked for."""
        return rounded(self.known(quantity).number, self.digits(quantity))

    def known(self, quantity: Quantity) -> Value:
        """The right value, of a line or of what is reported after an epoch."""
        if is_reported(quantity):
            return self.worked.reported.value(quantity)
        return self.page.solution.trace.value(quantity)

    @property
    def last_reported(self) -> int:
        """The last epoch after which something is asked for that is only reported; 0 where nothing is."""
        return max((Reference.to(line.quantity).epoch or 0 for line in self.lines), default=0)

    def worth(self, quantity: Quantity) -> Rational:
        """The marks of the quantity."""
        return self.marking.worth(quantity)

    @property
    def total(self) -> Rational:
        """The marks of the whole sheet."""
        formulas = [self.worth_of_formula(line) for line in self.formulas]
        words = [self.worth(one.quantity) for one in self.questions]
        return sum([*(self.worth(line.quantity) for line in self.lines), *formulas, *words], rational(0))

    def worth_of_formula(self, line: Line) -> Rational:
        """The marks of a formula in letters."""
        return self.marking.worth_of_formula(line.quantity)

    def formula(self, line: Line) -> Math:
        """The right formula of a line, in the problem's notation."""
        formula = as_asked(line, self.page.solution.trace)
        return self.page.math(lambda speller: speller.symbols_of(formula, line.quantity.at))


def exercise_of(loaded: Loaded, dialect: str, only: Sequence[str] = (), in_full: bool = False) -> SheetExercise:
    """What a problem asks (`ask` in its file, else all that a textbook writes), or, with `only`, the chains to these.

    `in_full`: every line will be needed, not only what is asked. Raises UsageError for names in `only` that mean
    nothing.
    """
    worked = WorkedProblem.of(loaded)
    worked = worked.in_full() if in_full else worked
    problem = worked.by_hand
    if only:
        work = chosen(worked, SolveOptions(Detail.TEXTBOOK, tuple(only)))
        reported = [line for line in worked.reported.lines if Reference.to(line.quantity) in work.reported]
        lines = (*(line for line in work.chain.lines if not line.given), *reported)
        trace = worked.solved(work.whole, problem.rounding)  # also what is not asked for defines what is
    else:
        lines, trace = tuple(printed_lines(worked)), worked.trace()
    solution = Solution(problem, trace, Detail.TEXTBOOK, rounding=problem.rounding)
    formulas = () if only else tuple(asked_formulas(worked))
    page, questions = writing(solution, dialect), () if only else questions_of(worked)
    return SheetExercise(worked, page, dialect, lines, Marking(problem), bool(only), formulas, questions)


def phase_name(section: SheetSection) -> Inline:
    """Forward pass, Error, …"""
    return (Text(_(PHASES[section.phase])),)


def digits_of(exercise: SheetExercise, lines: Sequence[Line]) -> str:
    """The digits that all of these lines are asked for to; nothing where they differ."""
    said = list(dict.fromkeys(exercise.said_digits(line.quantity) for line in lines))
    return said[0] if len(said) == 1 else ""
