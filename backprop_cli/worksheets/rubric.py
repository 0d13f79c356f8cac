"""The marking rubric: what each line is worth, what earns it, and what the usual mistakes would give."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.word_answers import why
from backprop_cli.documents.model import Block, Heading, Inline, Role, Say, Table, Text
from backprop_cli.documents.writing import inline, joined, texts
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, ended, in_figures, labelled, listed, unclosed
from backprop_cli.numbers.exact import Rational, marks_text, rational, short_text
from backprop_cli.worksheets.exercise import SheetExercise, SheetSection
from backprop_cli.worksheets.sheet import headed, in_letters, in_words, value
from backprop_cli.worksheets.usual import UsualMistakes
from backprop_cli.worksheets.wording import how_to_round, worth

MOST_MISTAKES = 4  # of one line
_HALF = rational(1, 2)
_MOST_SHOWN = 8  # lines in which a mistake is not seen


def what_earns(exercise: SheetExercise) -> Iterator[Block]:
    """The rubric; a few mistakes are shown for a line, each once and with the number that it would give."""
    return _Rubric(exercise).blocks()


def _share(share: Rational) -> str:
    return _("Half") if share == _HALF else in_figures(short_text(share))


class _Rubric:
    """Writes the rubric of one exercise."""

    def __init__(self, exercise: SheetExercise) -> None:
        self.exercise = exercise
        self.usual = UsualMistakes(exercise)

    def blocks(self) -> Iterator[Block]:
        """The rules, a table for each part of the work, and what the sheet cannot show."""
        yield from map(Say, texts([worth(self.exercise), *how_to_round(self.exercise)]))
        yield Heading(1, Role.SHEET, (Text(_("What earns marks")),))
        if self.exercise.lines:
            yield from (Say(one, rule=True) for one in texts(self.rules()))
        if self.exercise.formulas:
            yield Say((Text(_("A formula in any equivalent form has full marks.")),), rule=True)
        for heading, section in headed(self.exercise):
            yield from heading
            yield self.table(section)
        yield from in_letters(self.exercise, filled=True)
        yield from in_words(self.exercise, filled=True)
        yield from self.why()
        if self.usual.hidden:
            yield Heading(1, Role.SHEET, (Text(_("What this sheet cannot show")),))
            yield Say((Text(_("In these lines, these mistakes give the right answer, or round to it.")),))
            yield from (Say(one, rule=True) for one in self.unseen())

    def why(self) -> Iterator[Block]:
        """Why the right words are right, and what else earns their marks."""
        for one in self.exercise.questions:
            yield Say((Text(visible(ended(labelled(one.key, why(one))))),), rule=True)
        follows = [one.key for one in self.exercise.questions if one.follows]
        if follows:
            said = _("Full marks as well in {questions}: the word that is right for the student's own numbers.")
            yield Say((Text(said.format(questions=listed(follows))),), rule=True)

    def rules(self) -> Iterator[str]:
        """How a line is marked, in words."""
        marking = self.exercise.marking
        yield _(
            "Full marks: the value is right to the digits asked for. Further digits, fractions and exact forms are as "
            "good, and zeros at the end need not be written."
        )
        yield _(
            "Full marks as well: the value follows, within rounding, from the student's own earlier lines, also from "
            "wrong ones. A slip is paid for once, in the line where it was made."
        )
        near, few = marking.rule.near_miss, marking.rule.too_few
        yield _(
            "{share} of the marks: cut off instead of rounded, off by one in the last digit, with the wrong sign, with "
            "the point in the wrong place, or swapped with another answer."
        ).format(share=_share(near))
        yield _(
            "{share} of the marks: right, but with too few digits, if there are two figures and no more than two are "
            "missing."
        ).format(share=_share(few))
        yield _(
            "No marks: blank or wrong, or a new parameter with its old value. Under each line stand the usual "
            "mistakes, with the numbers that they give."
        )

    # ---- lines ---------------------------------------------------------------------------------------------------

    def table(self, section: SheetSection) -> Table:
        """For each line its marks, its value and its formula; under it the mistakes."""
        head = tuple(texts([_("quantity"), _("marks"), _("reads"), _("what was done")]))
        rows = tuple(row for line in section.lines for row in self.rows(line))
        return Table(head, rows, ("left", "right", "right", "left"))

    def rows(self, line: Line) -> Iterator[tuple[Inline, ...]]:
        """The right value, then what a mistake would give."""
        exercise, quantity = self.exercise, line.quantity
        marks = (Text(marks_text(exercise.worth(quantity))),)
        yield (exercise.symbol(quantity),), marks, value(exercise, quantity), self.how(quantity)
        for one in self.usual.of(quantity, MOST_MISTAKES):
            yield (), (), (exercise.page.decimal(one.decimal),), (Text(one.said),)

    def how(self, quantity: Quantity) -> Inline:
        """right: w₁ − η·∂E/∂w₁"""
        page = self.exercise.page
        step = page.solution.trace.by_quantity.get(quantity)
        if step is None:
            return (Text(_("right: the value that training gives")),)
        return Text(_("right: ")), page.math(lambda speller: speller.formula(step))

    # ---- what is not seen ----------------------------------------------------------------------------------------

    def unseen(self) -> Iterator[Inline]:
        """Mistakes that give the right answer here, or round to it."""
        symbol = self.exercise.page.symbol
        for said, lines in self.usual.hidden.values():
            names = list(dict.fromkeys(symbol(one, ()) for one in lines))  # of several epochs, once
            more = _(" and {count} more").format(count=len(names) - _MOST_SHOWN) if names[_MOST_SHOWN:] else ""
            shown = (*joined((one,) for one in names[:_MOST_SHOWN]), Text(more))
            together = _("{label}: {said}") if unclosed(said)[1] else _("{message} ({hint})")
            yield inline(together, label=said, said=shown, message=said, hint=shown)
