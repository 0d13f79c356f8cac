"""Which answers change with a convention, as a document: what can be chosen, tables of answers, and what stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backprop_cli.algebra.quantities import AFTER, Quantity
from backprop_cli.deriving.trace import Value
from backprop_cli.documents.model import Block, Document, Heading, Inline, Math, Note, Role, Say, Table, Terms, Text
from backprop_cli.documents.writing import Writing, inline, joined, place, writing
from backprop_cli.ground.words import _, clauses, labelled, listed
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.views.comparison import ComparedValue, ConventionComparison

_MOST = 60  # answers that are shown


def conventions_document(comparison: ConventionComparison, dialect: str) -> Document:
    """The answers of a problem under every convention that can be changed."""
    page = writing(Solution(comparison.problem, comparison.trace, Detail.TEXTBOOK), dialect)
    return page.document(_Conventions(page, comparison).blocks())


class _Conventions:
    """Writes one comparison."""

    def __init__(self, page: Writing, comparison: ConventionComparison) -> None:
        self.page = page
        self.comparison = comparison

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        if self.comparison.problem.report:
            yield Note((Text(_("A long training: its first epoch is compared.")),))
        yield Heading(1, Role.PART, (Text(_("Conventions, changed one at a time")),))
        yield from self.choices()
        if self.comparison.absent:
            yield Heading(1, Role.PART, (Text(_("Nothing to choose")),))
            yield Terms(tuple(self.nothing_to_choose()))
        if changing := self.comparison.changing[:_MOST]:
            yield Heading(1, Role.PART, (Text(_("Answers that change")),))
            yield self.table(changing)
            said = _("a dot: the same as here")
            if any(None in (answer.here, *answer.under) for answer in changing):
                said = _("a dot: the same as here; a dash: no such line")
            yield Say((Text(said),))
        if self.comparison.variations:
            yield Heading(1, Role.PART, (Text(_("Answers that stay the same")),))
            yield Terms(tuple(self.same()))

    # ---- the conventions -------------------------------------------------------------------------------------

    def choices(self) -> Iterator[Block]:
        """The conventions that can be changed, numbered: what the problem has, and what instead."""
        variations = self.comparison.variations
        if not variations:
            yield Say((Text(_("none: this problem leaves nothing to choose")),))
            return
        words = ("", _("convention"), _("here"), _("instead"), _("in a file"))
        rows = []
        for number, one in enumerate(variations, start=1):
            cells = (str(number), *map(_, (one.convention.title, one.here, one.instead, one.written)))
            rows.append(tuple((Text(cell),) for cell in cells))
        yield Table(tuple((Text(word),) if word else () for word in words), tuple(rows), ("right", *("left",) * 4))
        yield from (Note((Text(labelled(numbers, note)),)) for numbers, note in notes_of(self.comparison))

    def nothing_to_choose(self) -> Iterator[tuple[Inline, Inline]]:
        """The conventions that this problem does not meet, and why."""
        reasons: dict[str, list[str]] = {}
        for convention, why in self.comparison.absent:
            reasons.setdefault(why, []).append(_(convention.title))
        for why, titles in reasons.items():
            yield (Text(listed(titles)),), (Text(why),)

    # ---- the answers -----------------------------------------------------------------------------------------

    def table(self, changing: Sequence[ComparedValue]) -> Table:
        """The answers that change: a row each, a column for each variation that changes any."""
        columns = [i for i in range(len(self.comparison.variations)) if any(one.differs(i) for one in changing)]
        head: tuple[Inline, ...] = ((), (Text(_("here")),), *((Text(str(index + 1)),) for index in columns))
        rows = tuple(
            (self.symbol(one.quantity), self.number(one.here), *(self.cell(one, index) for index in columns))
            for one in changing
        )
        return Table(head, rows, ("left", *("right",) * (len(head) - 1)), keeps=2, nothing=self.nothing.characters)

    def cell(self, answer: ComparedValue, index: int) -> Inline:
        """The answer under a variation, a dot where it is the same."""
        return self.number(answer.under[index]) if answer.differs(index) else (self.nothing,)

    @property
    def nothing(self) -> Math:
        """What stands where nothing changes."""
        return self.page.math(lambda speller: speller.writer.dialect.nothing)

    def number(self, value: Value | None) -> Inline:
        """A value in decimals; a dash where there is no such line."""
        return (Text("–"),) if value is None else (self.page.decimal(value.decimal),)

    def same(self) -> Iterator[tuple[Inline, Inline]]:
        """What each variation leaves as it is, and what all of them do."""
        comparison = self.comparison
        for index in range(len(comparison.variations)):
            stay = [answer for answer in comparison.answers if not answer.differs(index)]
            if len(comparison.same) < len(stay) < len(comparison.answers):
                yield (Text(_("under {number}").format(number=index + 1)),), self.listing(stay)
        yield (Text(_("under all")),), self.listing(comparison.same)

    def listing(self, answers: Sequence[ComparedValue]) -> Inline:
        """The names of answers, those of a pass together."""
        if not answers:
            return (Text(_("none")),)
        passes: list[Inline] = []
        for _at, group in groupby(answers[:_MOST], lambda answer: _address(answer.quantity)):
            first, *rest = group
            passes.append(joined([self.symbol(first.quantity), *(self.bare(one.quantity) for one in rest)]))
        more: Inline = (Text(f", … ({len(answers)})"),) if len(answers) > _MOST else ()
        return (*joined(passes, "; "), *more)

    def symbol(self, quantity: Quantity) -> Inline:
        """What a quantity is called here, with its address."""
        at = _address(quantity)
        return (Text(labelled(at, "")), *self.bare(quantity)) if at else self.bare(quantity)

    def bare(self, quantity: Quantity) -> Inline:
        """What a quantity is called here; after the update it says so."""
        symbol = self.page.symbol(quantity, quantity.at)
        return inline(_("{symbol} after"), symbol=symbol) if AFTER in quantity.at else (symbol,)


def _address(quantity: Quantity) -> str:
    """Epoch 2, sample 1; nothing for what is after the update."""
    return place(tuple(one for one in quantity.at if one != AFTER))


def notes_of(comparison: ConventionComparison) -> Iterator[tuple[str, str]]:
    """What there is to know of variations: their own notes, and which change nothing."""
    said: dict[str, list[str]] = {}
    for index, one in enumerate(comparison.variations):
        idle = not any(answer.differs(index) for answer in comparison.answers)
        words = [one.note, _("no answer changes") if idle else ""]
        if note := clauses(filter(None, words)):
            said.setdefault(note, []).append(str(index + 1))
    yield from ((listed(numbers), note) for note, numbers in said.items())
