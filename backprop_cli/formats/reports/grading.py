"""The marks of a class for the terminal: who has how many, the statistics, the lines and the mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop_cli.checking.grading import Class, MistakeCount
from backprop_cli.checking.rows import GROUPS, SheetRow
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.deriving.writers import writer_for
from backprop_cli.formats.reports.checking_words import marks_of, sign_of
from backprop_cli.formats.reports.tables import percent
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, labelled, listed, n_, per_cent, plural, told
from backprop_cli.numbers.exact import Rational, marks_text
from backprop_cli.problem.assignment import exercise_key

_MOST_SIGNS = 40  # lines of a sheet that are shown as a row of signs
_MOST_IN_A_ROW = 20  # of them, of several exercises
_LONGEST_NAME = 24
_MOST_NAMES = 6
_MOST_NOTED = 20  # sheets of which remarks are shown
_MOST_NOTES = 3  # remarks on one sheet
_WORDS = {
    "right": n_("right"), "follows": n_("follows"), "part": n_("nearly"), "wrong": n_("wrong"), "blank": n_("blank"),
}  # fmt: skip


def class_page(graded: Class, charset: str = "unicode") -> RenderableType:
    """The students and their marks, the statistics, the lines that gave trouble, and the mistakes."""
    writer = _Writer(graded, charset)
    return Group(*writer.parts())


class _Writer:
    """Writes the page of one class."""

    def __init__(self, graded: Class, charset: str) -> None:
        self.graded = graded
        self.charset = charset
        self._in = partial(in_charset, charset)
        self.writers = [writer_for(one, charset) for one in graded.problems]

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        absent = sum(sheet.is_absent for sheet in self.graded.sheets)
        shared = sum(sheet.is_shared for sheet in self.graded.sheets)
        count = plural("{count} sheet", "{count} sheets", len(self.graded.sheets) - absent - shared)
        without = plural("{count} student without a hand-in", "{count} students without a hand-in", absent)
        title = visible(self.graded.title)
        between = " - " if self.charset == "ascii" else " · "
        yield Text(self._in(between.join(filter(None, (title, count, without if absent else "")))), "bold")
        yield Text()
        yield self._students()
        yield Text()
        yield from self._statistics()
        yield from self._lines()
        yield from self._mistakes()
        yield from self._remarks()
        yield from self._failures()

    def symbol(self, key: str, in_letters: bool = False) -> str:
        """What a line is called, with its pass where there are several."""
        named = self.graded.named(key)
        if named is None:
            return key
        symbol = self.writers[named.number - 1].symbol(named.quantity, named.page)
        places = listed([*([exercise_key(named.said)] if named.said else []), *map(str, named.quantity.at)])
        said = f"{symbol} ({places})" if places else symbol
        return _("formula of {symbol}").format(symbol=said) if in_letters else said

    def _students(self) -> Table:
        table = _table(_("student"), _("marks"), "%", _("line by line"), _("look first at"), right=(1, 2), wrap=4)
        signs = len(self.graded.lines) <= _MOST_SIGNS
        for sheet in self.graded.sheets:
            name = Text(self._in(short(sheet.student)), "bold")
            if not sheet.is_marked:
                file = Text(self._in(visible(file_name(sheet))), "dim")
                why = _("no hand-in") if sheet.is_absent else _("not read")
                table.add_row(name, Text(why, "yellow"), "", "", file)
                continue
            marks = marks_of(sheet.earned, sheet.worth)
            row = [marks, percent(sheet.share), self._signs(sheet) if signs else "", self._first(sheet)]
            table.add_row(name, *row)
            if sheet.days_late:
                days = plural("{count} day late", "{count} days late", sheet.days_late)
                taken = _("{days}: {lost} taken off").format(days=days, lost=marks_text(sheet.lost))
                table.add_row("", "", "", "", Text(taken, "dim"))
        return table

    def _signs(self, sheet: SheetRow) -> Text:
        """The verdicts, one sign for each line that the class was asked for or answered; many in a row an exercise."""
        by_line = {(row.key, row.in_letters): Outcome(row.rule) for row in sheet.lines}
        text, exercise = Text(no_wrap=True), 0
        apart = len(self.graded.lines) > _MOST_IN_A_ROW
        for line in self.graded.lines:
            named = self.graded.named(line.key)
            if apart and named is not None and named.said != exercise:
                text.append("\n" if exercise else "")
                exercise = named.said
            rule = by_line.get((line.key, line.in_letters))
            text.append(*(sign_of(rule, self.charset) if rule is not None else (" ", "")))
        return text

    def _first(self, sheet: SheetRow) -> Text:
        if sheet.first is None:
            return Text("")
        key, said = sheet.first
        return Text.assemble((self.symbol(key), "bold"), labelled("", self._in(said)))

    def _statistics(self) -> Iterator[RenderableType]:
        graded = self.graded
        if graded.range is None:
            return
        yield Text(_("Marks"), "bold magenta")
        said = _("mean {mean}, median {median}, from {low} to {high}").format(
            mean=_share(graded.mean), median=_share(graded.median),
            low=_share(graded.range[0]), high=_share(graded.range[1]),
        )  # fmt: skip
        yield Padding(Text(said), (0, 0, 0, 3))
        yield Text()

    def _lines(self) -> Iterator[RenderableType]:
        hard = [line for line in self.graded.lines if line.counts["right"] < sum(line.counts.values())]
        if not hard:
            return
        yield Text(_("Lines that not everyone has right"), "bold magenta")
        head = [_(_WORDS[group]) for group in GROUPS]
        table = _table(_("quantity"), *head, _("marks"), right=range(1, len(head) + 2))
        for line in hard:
            counts = [Text(str(count), "" if count else "dim") for count in line.counts.values()]
            name = visible(self.symbol(line.key, line.in_letters))
            table.add_row(Text(name, "bold"), *counts, _share(line.share))
        yield Padding(table, (0, 0, 0, 3))
        yield Text()

    def _mistakes(self) -> Iterator[RenderableType]:
        if not self.graded.mistakes:
            return
        yield Text(_("Mistakes"), "bold magenta")
        table = _table(_("sheets"), _("mistake"), _("in"), _("who"), right=(0,), wrap=(1, 2, 3))
        for count in self.graded.mistakes:
            lines = _some([self.symbol(one) for one in count.lines])
            who = _some([short(student) for student in count.students], count.count)
            cells = (_told(count), lines, who)
            table.add_row(str(count.count), *(Text(self._in(visible(cell))) for cell in cells))
        yield Padding(table, (0, 0, 0, 3))
        yield Text()

    def _remarks(self) -> Iterator[RenderableType]:
        """What is to be said of single sheets: whose variant one fits, what of it was not understood."""
        noted = [sheet for sheet in self.graded.sheets if sheet.is_marked and sheet.notes and not sheet.is_shared]
        if not noted:
            return
        yield Text(_("Remarks"), "bold magenta")
        for sheet in noted[:_MOST_NOTED]:
            said = [note.split("\n")[0] for note in sheet.notes]
            some = [*said[:_MOST_NOTES], *([_more(len(said) - _MOST_NOTES)] if len(said) > _MOST_NOTES else [])]
            name = Text(self._in(short(sheet.who)), "bold")
            yield Padding(Text.assemble(name, labelled("", self._in(visible("; ".join(some))))), (0, 0, 0, 3))
        if len(noted) > _MOST_NOTED:
            left = _("{more}: `-o marks.csv` has them all").format(more=_more(len(noted) - _MOST_NOTED))
            yield Padding(Text(left, "dim"), (0, 0, 0, 3))
        yield Text()

    def _failures(self) -> Iterator[RenderableType]:
        failures = [sheet for sheet in self.graded.failures if not sheet.is_absent]
        if not failures:
            return
        yield Text(_("Not read, and not counted"), "bold magenta")
        for sheet in failures:
            first, *rest = sheet.failure.split("\n")
            yield Padding(Text(self._in(first)), (0, 0, 0, 3))
            yield from (Padding(Text(self._in(line), "dim", no_wrap=True), (0, 0, 0, 3)) for line in rest[:2])
        yield Text()


def _table(*head: str, right: object = (), wrap: object = ()) -> Table:
    """A table without lines; columns are narrow, but for those that wrap."""
    rights = right if isinstance(right, tuple | range) else (right,)
    wraps = wrap if isinstance(wrap, tuple | range) else (wrap,)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, title in enumerate(head):
        justify: Literal["right", "left"] = "right" if place in rights else "left"
        cut: Literal["fold", "ellipsis"] = "fold" if place in wraps else "ellipsis"
        table.add_column(title, justify=justify, no_wrap=place not in wraps, overflow=cut)
    return table


def _share(share: Rational | None) -> str:
    """A share in per cent; nothing where there is none."""
    return per_cent(percent(share)) if share is not None else ""


def short(name: str) -> str:
    """A student's name, cut where it is very long, with nothing in it that a terminal would obey."""
    name = " ".join(visible(name).split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _some(names: list[str], count: int = 0) -> str:
    """The first names, and how many more there are: of those that are given, or of so many."""
    count = count or len(names)
    if count <= _MOST_NAMES:
        return listed(names)
    return told([listed(names[: _MOST_NAMES - 1]), _more(count - _MOST_NAMES + 1)])


def _more(count: int) -> str:
    return _("and {count} more").format(count=count)


def _told(count: MistakeCount) -> str:
    """The mistake; where it is in one line only, as it was made there."""
    return count.said if len(count.lines) == 1 else count.told


def file_name(sheet: SheetRow) -> str:
    """The name of the file, without its folders."""
    return Path(sheet.file).name
