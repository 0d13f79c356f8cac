"""The page of `solve --compare conventions`: what can be chosen, which answers change with it, and which do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from backprop_cli.comparison import Answer, Comparison, Variation
from backprop_cli.documents.conventions_page import notes_of
from backprop_cli.errors import visible
from backprop_cli.formats import layout
from backprop_cli.formats.text import in_ascii
from backprop_cli.quantities import AFTER, Quantity
from backprop_cli.spelling import speller
from backprop_cli.trace import Value
from backprop_cli.words import _, labelled, listed

_MOST = 60  # answers that are shown; of more, their number
_GAP = 2


@dataclass(frozen=True)
class ConventionsPage:
    """The comparison as a Rich renderable; `charset` is unicode or ascii."""

    comparison: Comparison
    charset: str = "unicode"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*_Page(self.comparison, self.charset, options.max_width).parts())


class _Page:
    """Writes the parts of one comparison at one width."""

    def __init__(self, comparison: Comparison, charset: str, width: int) -> None:
        self.comparison = comparison
        self.width = width
        self.ascii = charset == "ascii"
        self.speller = speller(comparison.problem, comparison.trace, charset)

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        if title := self.comparison.problem.title:
            yield Text(self.plain(visible(title)), "bold")
            yield Text()
        if self.comparison.problem.report:
            yield Text("  " + _("A long training: its first epoch is compared.") + "\n", "yellow")
        yield from self.choices()
        yield from self.nothing_to_choose()
        yield from self.table()
        yield from self.same()

    # ---- the conventions -------------------------------------------------------------------------------------

    def choices(self) -> Iterator[RenderableType]:
        """The conventions that can be changed, numbered: what the problem has, and what instead."""
        yield Text(_("Conventions, changed one at a time"), "bold magenta")
        if not self.comparison.variations:
            yield Text("   " + _("none: this problem leaves nothing to choose"))
        grid = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
        for column in (" ", _("convention"), _("here"), _("instead"), _("in a file")):
            grid.add_column(column, justify="right" if column == " " else "left", overflow="fold")
        for number, one in enumerate(self.comparison.variations, start=1):
            cells = (one.convention.title, one.here, one.instead, one.written)
            texts = [Text(self.plain(_(cell))) for cell in cells]
            grid.add_row(Text(f"   {number}", "bold cyan"), texts[0], texts[1], texts[2], Text(str(texts[3]), "dim"))
        if self.comparison.variations:
            yield grid
        for numbers, note in notes_of(self.comparison):
            yield self.paragraph(labelled(numbers, note), 3, "yellow")
        yield Text()

    def nothing_to_choose(self) -> Iterator[RenderableType]:
        """The conventions that this problem does not meet, and why."""
        if not self.comparison.absent:
            return
        yield Text(_("Nothing to choose"), "bold magenta")
        reasons: dict[str, list[str]] = {}
        for convention, why in self.comparison.absent:
            reasons.setdefault(why, []).append(_(convention.title))
        for why, titles in reasons.items():
            yield self.paragraph(labelled(listed(titles), why), 3, "")
        yield Text()

    # ---- the answers -----------------------------------------------------------------------------------------

    def table(self) -> Iterator[RenderableType]:
        """The answers that change: a row each, a column for each variation that changes any; pages side by side."""
        changing = self.comparison.changing
        if not changing:
            return
        yield Text(_("Answers that change"), "bold magenta")
        columns = [i for i in range(len(self.comparison.variations)) if any(a.differs(i) for a in changing)]
        for page in self.pages(changing[:_MOST], columns):
            rows = [answer for answer in changing[:_MOST] if any(map(answer.differs, page))]
            yield self.one_table(rows, page)
            yield Text()
        if len(changing) > _MOST:
            more = _("and {count} more: --json has all of them, --only chooses")
            yield Text("   " + more.format(count=len(changing) - _MOST) + "\n", "dim")

    def one_table(self, rows: Sequence[Answer], page: Sequence[int]) -> Table:
        """The rows with the columns of one page."""
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold cyan")
        table.add_column("", no_wrap=True)
        table.add_column(_("here"), justify="right", no_wrap=True, style="green", header_style="")
        for index in page:
            table.add_column(str(index + 1), justify="right", no_wrap=True)
        for answer in rows:
            cells = [self.cell(answer, index) for index in page]
            table.add_row(f"   {self.symbol(answer.quantity)}", self.number(answer.here), *cells)
        return table

    def pages(self, rows: Sequence[Answer], columns: Sequence[int]) -> Iterator[list[int]]:
        """Which columns stand in one table: as many as fit beside the names and the answers as they are here."""
        left = 3 + max(cell_len(self.symbol(answer.quantity)) for answer in rows) + _GAP
        left += max(cell_len(self.number(answer.here)) for answer in rows) + _GAP
        page: list[int] = []
        used = left
        for index in columns:
            room = max(cell_len(self.cell(answer, index).plain) for answer in rows) + _GAP
            if page and used + room > self.width:
                yield page
                page, used = [], left
            page.append(index)
            used += room
        if page:
            yield page

    def cell(self, answer: Answer, index: int) -> Text:
        """The answer under a variation, a dot where it is the same."""
        if not answer.differs(index):
            return Text("." if self.ascii else "·", "dim")
        return Text(self.number(answer.under[index]), "bold")

    def number(self, value: Value | None) -> str:
        """A value in decimals; a dash where there is no such line."""
        if value is None:
            return "-" if self.ascii else "–"
        return self.speller.decimal(value).text

    def same(self) -> Iterator[RenderableType]:
        """What each variation leaves as it is, and what all of them do."""
        comparison = self.comparison
        if not comparison.variations:
            return
        if comparison.changing:
            said = _("a dot: the same as here")
            if any(None in (answer.here, *answer.under) for answer in comparison.changing):
                said = _("a dot: the same as here; a dash: no such line")
            yield Text(f"   {said}\n", "dim")
        yield Text(_("Answers that stay the same"), "bold magenta")
        for index in range(len(comparison.variations)):
            stay = [answer for answer in comparison.answers if not answer.differs(index)]
            if len(comparison.same) < len(stay) < len(comparison.answers):
                yield self.listing(_("under {number}").format(number=index + 1), stay)
        yield self.listing(_("under all"), comparison.same)

    def listing(self, word: str, answers: Sequence[Answer]) -> Text:
        """The names of answers behind a word, those of a pass together."""
        head = Text(f"   {word}{' ' * (cell_len(_('under all')) - cell_len(word))}  ", "dim")
        passes = [self.together(list(group)) for _place, group in groupby(answers, self.place)]
        names = [name for one in passes[:-1] for name in [*one[:-1], f"{one[-1]};"]] + [
            n for one in passes[-1:] for n in one
        ]
        if len(names) > _MOST:
            names = [*names[:_MOST], f"… ({len(names)})"]
        words = layout.listed(names, self.width - cell_len(head.plain)).replace(";,", ";") if names else _("none")
        return layout.hanging(head, self.plain(words))

    def together(self, answers: Sequence[Answer]) -> list[str]:
        """The names of answers of one pass; only the first one with its address."""
        first, *rest = answers
        return [self.symbol(first.quantity), *(self.bare(answer.quantity) for answer in rest)]

    # ---- words -----------------------------------------------------------------------------------------------

    def symbol(self, quantity: Quantity) -> str:
        """What a quantity is called here, with its address."""
        return ": ".join(filter(None, [_address(quantity), self.bare(quantity)]))

    def bare(self, quantity: Quantity) -> str:
        """What a quantity is called here; after the update it says so."""
        text = visible(self.speller.symbol(quantity, quantity.at))
        return _("{symbol} after").format(symbol=text) if AFTER in quantity.at else text

    @staticmethod
    def place(answer: Answer) -> str:
        """The address that stands before the name of an answer."""
        return _address(answer.quantity)

    def plain(self, text: str) -> str:
        """The text in the page's character set."""
        return in_ascii(text) if self.ascii else text

    def paragraph(self, text: str, indent: int, style: str) -> Text:
        """A sentence in lines of the page's width."""
        lines = Text(self.plain(text), style).wrap(Console(), self.width - indent)
        return layout.indented(Text("\n").join(lines), indent)


def _address(quantity: Quantity) -> str:
    return ", ".join(str(place) for place in quantity.at if place != AFTER)


def render(comparison: Comparison, width: int = 80, charset: str = "unicode") -> str:
    """The page as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(ConventionsPage(comparison, charset))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def render_json(comparison: Comparison) -> str:
    """The comparison as JSON, one object a variation."""
    data = {
        "problem": comparison.problem.title,
        "compare": "conventions",
        "variations": [_variation(comparison, index, one) for index, one in enumerate(comparison.variations)],
        "same_in_all": [answer.quantity.key for answer in comparison.same],
        "nothing_to_choose": [{"convention": one.name, "because": why} for one, why in comparison.absent],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _variation(comparison: Comparison, index: int, one: Variation) -> dict[str, Any]:
    changes = [
        {
            "quantity": answer.quantity.key,
            "here": None if answer.here is None else answer.here.decimal.text(),
            "instead": None if (there := answer.under[index]) is None else there.decimal.text(),
        }
        for answer in comparison.answers
        if answer.differs(index)
    ]
    same = [answer.quantity.key for answer in comparison.answers if not answer.differs(index)]
    words = {"convention": one.convention.name, "here": one.here, "instead": one.instead, "in_a_file": one.written}
    return {**words, "note": one.note or None, "changes": changes, "same": same}
