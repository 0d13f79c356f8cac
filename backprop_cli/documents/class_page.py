"""The statistics of a class as a document: the marks in a histogram, line by line, mistakes, groups, sheets alike."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.checking.grading import MOST_NAMED, Class, MistakeCount
from backprop_cli.checking.statistics import BINS, LineFigures, SheetGroup, Statistics, statistics
from backprop_cli.deriving.writers import writer_for
from backprop_cli.documents.model import Block, Counts, Document, Heading, Inline, Math, Role, Say, Table, Text
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, clauses, in_figures, language_tag, listed, per_cent, plural
from backprop_cli.numbers.exact import Rational, to_float
from backprop_cli.problem.assignment import exercise_key


def class_document(graded: Class, dialect: str) -> Document:
    """The statistics of a class."""
    title = _("{title}: the class").format(title=visible(graded.title))
    return Document(title, language_tag(), dialect, tuple(_Page(graded, statistics(graded), dialect).blocks()))


class _Page:
    """Writes the document of one class."""

    def __init__(self, graded: Class, found: Statistics, dialect: str) -> None:
        self.graded = graded
        self.found = found
        self.writers = [(writer_for(one, dialect), writer_for(one, "unicode")) for one in graded.problems]

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        graded = self.graded
        said = plural("{count} sheet was marked", "{count} sheets were marked", graded.count)
        mean, median = (_percent(share) for share in (graded.mean, graded.median))
        yield Say((Text(_("{sheets}; mean {mean}, median {median}.").format(sheets=said, mean=mean, median=median)),))
        yield Heading(1, Role.PART, (Text(_("Marks")),), 1)
        step = 100 // BINS
        names = (per_cent(f"{place * step}–{(place + 1) * step}") for place in range(BINS))
        bins = zip(names, self.found.bins, strict=True)
        yield Counts(_("sheets by the share of the marks"), tuple(bins))
        yield Heading(1, Role.PART, (Text(_("Line by line")),), 2)
        yield from self.lines()
        yield Heading(1, Role.PART, (Text(_("Mistakes")),), 3)
        yield from self.mistakes()
        yield Heading(1, Role.PART, (Text(_("Like work")),), 4)
        yield from self.groups()
        yield Heading(1, Role.PART, (Text(_("The same wrong digits")),), 5)
        yield from self.alike()

    def symbol(self, key: str) -> Inline:
        """What a line is called."""
        named = self.graded.named(key)
        if named is None:
            return (Text(key),)
        writers = self.writers[named.number - 1]
        symbol = Math(*(visible(writer.symbol(named.quantity, named.page)) for writer in writers))
        places = listed([*([exercise_key(named.said)] if named.said else []), *map(str, named.quantity.at)])
        return (symbol, Text(f" ({places})")) if places else (symbol,)

    def symbols(self, keys: list[str]) -> Inline:
        """Several of them."""
        pieces: list[Text | Math] = []
        for place, key in enumerate(keys[:MOST_NAMED]):
            pieces += [*([Text(_(", "))] if place else []), *self.symbol(key)]
        return (*pieces, *([Text(" …")] if len(keys) > MOST_NAMED else []))

    def lines(self) -> Iterator[Block]:
        """How hard each line was, and whether it tells who knows the rest."""
        yield Say((Text(_("Earned is the share of the marks; the correlation is that with the marks of all other "
                          "lines: near 0, or below it, the line does not tell who knows the rest.")),))  # fmt: skip
        head = [_("quantity"), _("earned"), _("correlation"), _("right"), _("follows"), _("wrong"), _("blank")]
        counts = {(line.key, line.in_letters): line.counts for line in self.graded.lines}
        rows = [self.line(one, counts[one.key, one.in_letters]) for one in self.found.lines]
        yield Table(tuple((Text(word),) for word in head), tuple(rows), ("left", *["right"] * 6))

    def line(self, one: LineFigures, counts: dict[str, int]) -> tuple[Inline, ...]:
        """A row of the table."""
        name = self.symbol(one.key)
        if one.in_letters:
            name = (Text(_("formula of {symbol}").partition("{symbol}")[0]), *name)
        figures = [_share(one.difficulty), _decimal(one.discrimination)]
        wrong = counts["wrong"] + counts["part"]
        numbers = [counts["right"], counts["follows"], wrong, counts["blank"]]
        return (name, *((Text(text),) for text in (*figures, *map(str, numbers))))

    def mistakes(self) -> Iterator[Block]:
        """The mistakes, the most frequent first, with the students who made them."""
        if not self.graded.mistakes:
            yield Say((Text(_("None that has a name.")),))
            return
        most = self.graded.mistakes[:MOST_NAMED]
        yield Counts(_("sheets that show it"), tuple((f"{n}", one.count) for n, one in enumerate(most, start=1)))
        rows = tuple(self.mistake(n, one) for n, one in enumerate(self.graded.mistakes, start=1))
        head = ["", _("mistake"), _("sheets"), _("in"), _("who")]
        align = ("right", "left", "right", "left", "left")
        yield Table(tuple((Text(word),) for word in head), rows, align)

    def mistake(self, number: int, one: MistakeCount) -> tuple[Inline, ...]:
        """A row of the table."""
        said = one.said if len(one.lines) == 1 else one.told
        who = listed(map(visible, one.students), MOST_NAMED)
        return ((Text(str(number)),), (Text(visible(said)),), (Text(str(one.count)),),
                self.symbols(list(one.lines)), (Text(who),))  # fmt: skip

    def groups(self) -> Iterator[Block]:
        """The same wrong lines by the same mistakes: one look, one comment for all."""
        if not self.found.groups:
            yield Say((Text(_("No two sheets have the same wrong lines by the same mistakes.")),))
            return
        head = [_("sheets"), _("wrong"), _("mistake"), _("who")]
        rows = tuple(map(self.group, self.found.groups))
        yield Table(tuple((Text(word),) for word in head), rows, ("right", "left", "left", "left"))

    def group(self, one: SheetGroup) -> tuple[Inline, ...]:
        """A row of the table."""
        said = clauses(map(visible, one.said)) or _("no mistake that has a name")
        who = listed(map(visible, one.students), MOST_NAMED)
        lines = self.symbols([key for key, _mistake in one.wrong])
        return (Text(str(len(one.students))),), lines, (Text(said),), (Text(who),)

    def alike(self) -> Iterator[Block]:
        """Sheets with the same wrong digits where no mistake explains them: a reason to look, not a proof."""
        if not self.found.alike:
            yield Say((Text(_("No two sheets share wrong digits that a mistake does not explain.")),))
            return
        yield Say((Text(_("These sheets share wrong values that no mistake explains and hardly anybody else has: a "
                          "reason to look at them side by side, not a proof of anything.")),))  # fmt: skip
        head = [_("one"), _("other"), _("shared"), _("in")]
        rows = tuple(
            ((Text(visible(one.one)),), (Text(visible(one.other)),), (Text(str(len(one.lines))),),
             self.symbols(list(one.lines)))
            for one in self.found.alike
        )  # fmt: skip
        yield Table(tuple((Text(word),) for word in head), rows, ("left", "left", "right", "left"))


def _percent(share: Rational | None) -> str:
    return "–" if share is None else _share(to_float(share))


def _share(share: float | None) -> str:
    return "–" if share is None else per_cent(f"{share * 100:.0f}")


def _decimal(value: float | None) -> str:
    return "–" if value is None else in_figures(f"{value:.2f}".replace("-", "−"))
