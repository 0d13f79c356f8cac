"""Any document for a terminal or a text file: headings, paragraphs, equations and tables in the width there is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text as Styled

from backprop_cli.documents.model import (
    Bars,
    Blank,
    Block,
    Curve,
    Document,
    Drawing,
    Equation,
    Facts,
    Form,
    Given,
    Heading,
    Inline,
    Lines,
    Note,
    Part,
    Plot,
    Role,
    Say,
    Space,
    Table,
    Terms,
    plain,
)
from backprop_cli.formats import layout
from backprop_cli.formats.boxes import aligned
from backprop_cli.formats.layout import FORMULA, NUMBERS, VALUE, Piece
from backprop_cli.formats.pictures import bars, network, plot, sizes
from backprop_cli.formats.text import in_ascii

_INDENT = 3
_GAP = 2
_WORDY = 20  # a cell that is wider is words, which may go on in a second line
_ROOM = 16  # of a cell to write in
_STYLES = {Part.FORMULA: FORMULA, Part.NUMBERS: NUMBERS, Part.VALUE: VALUE}


@dataclass(frozen=True)
class DocumentPage:
    """The document as a Rich renderable; its dialect is unicode or ascii."""

    document: Document

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*_Page(self.document, options.max_width).parts())


def document(doc: Document, width: int = 80) -> str:
    """Any document as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(DocumentPage(doc))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


class _Page:
    """Writes the blocks of one document at one width."""

    def __init__(self, doc: Document, width: int) -> None:
        self.doc = doc
        self.width = width
        self.ascii = doc.dialect == "ascii"

    def parts(self) -> Iterator[RenderableType]:
        """The title, and the blocks; sentences that follow one another are one paragraph."""
        if self.doc.title:
            yield Styled(self.words(self.doc.title), "bold")
            yield Styled()
        kinds = groupby(self.doc.blocks, key=lambda block: (type(block), isinstance(block, Say) and block.rule))
        for (kind, rule), group in kinds:
            if kind is Say and not rule:
                said = " ".join(plain(block.text) for block in group if isinstance(block, Say))
                yield from (self.paragraph(said), Styled())
            elif kind is Say:
                yield from (self.bullet(plain(block.text)) for block in group if isinstance(block, Say))
                yield Styled()
            else:
                for block in group:
                    yield from self.block(block)

    def block(self, block: Block) -> Iterator[RenderableType]:
        """What a block looks like, and an empty line behind it where one belongs."""
        match block:
            case Heading():
                yield from self.heading(block)
                return
            case Facts():
                yield from self.facts(block)
            case Drawing(columns) if not columns:
                return
            case Drawing() | Curve() | Plot() | Bars():
                yield from self.picture(block)
            case Note(text):
                yield self.paragraph(plain(text), "yellow")
            case Given(values):
                listed = layout.listed([self.inline(value) for value in values], self.width - 20)
                yield layout.indented(Styled(listed, "dim"), _INDENT)
            case Lines(equations):
                yield layout.block([self.equation(one) for one in equations], self.width, _INDENT)
            case Table():
                yield from self.table(block)
            case Terms(terms):
                yield self.terms(terms)
            case Form(blanks):
                yield self.form(blanks)
            case Space(lines):
                yield Styled("\n\n".join([" " * _INDENT + "_" * (self.width - _INDENT)] * lines))
            case Say():
                raise AssertionError(block)
        yield Styled()

    def heading(self, heading: Heading) -> Iterator[RenderableType]:
        """A rule above a pass, a number before a part, a quiet word above a layer."""
        text = self.inline(heading.text)
        match heading.role:
            case Role.PASS:
                yield Rule(Styled(text, "bold"), characters="=" if self.ascii else "═", style="dim")
                yield Styled()
            case Role.LAYER:
                yield Styled(f"{' ' * _INDENT}{text}", "dim")
            case _:
                yield Styled(f"{heading.number}  {text}" if heading.number else text, "bold magenta")

    def facts(self, facts: Facts) -> Iterator[RenderableType]:
        """The words, and what they say behind them."""
        wide = max((cell_len(self.words(fact.word)) for fact in facts.facts), default=0)
        for fact in facts.facts:
            word = self.words(fact.word)
            head = Styled(f"{' ' * _INDENT}{word}{' ' * (wide - cell_len(word))}  ", "dim")
            room = self.width - cell_len(head.plain)
            body = layout.listed([self.inline(value) for value in fact.values], room)
            lines = [line for item in body.split("\n") for line in textwrap.wrap(item, room)]
            yield layout.hanging(head, "\n".join(lines))

    def picture(self, block: Drawing | Curve | Plot | Bars) -> Iterator[RenderableType]:
        """What is drawn, in characters."""
        match block:
            case Drawing():
                yield layout.indented(Styled(network(block, self.width - _INDENT, self.ascii)), _INDENT)
            case Bars():
                yield layout.indented(Styled(self.words(sizes(block))), _INDENT)
            case Curve(caption):
                yield Styled(f"{' ' * _INDENT}{self.words(caption)}")
                yield layout.indented(Styled(self.words(bars(block))), _INDENT)
            case Plot(caption):
                yield from [Styled(self.inline(caption), "bold")] if caption else []
                yield layout.indented(Styled(self.words(plot(block, self.width - 4))), _INDENT)
                yield from map(self.paragraph, block.remarks)

    def terms(self, terms: Sequence[tuple[Inline, Inline]]) -> RenderableType:
        """Terms in a column, what is said of each beside them."""
        grid = Grid.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for term, said in terms:
            grid.add_row(Styled(self.inline(term), "bold"), self.inline(said))
        return Padding(grid, (0, 0, 0, _INDENT))

    def equation(self, equation: Equation) -> layout.Equation:
        """One line, for the layout of equations."""
        pieces = [Piece(side.sign, side.text, _STYLES[side.part]) for side in equation.sides]
        if equation.note:
            pieces.append(Piece("", self.words(equation.note), "dim"))
        return layout.Equation(self.inline(equation.left), tuple(pieces))

    # ---- tables ----------------------------------------------------------------------------------------------

    def table(self, table: Table) -> Iterator[RenderableType]:
        """The table; one that is too wide in several, each with the first column, unless words in it can be broken."""
        wide = [self.wide(table, column) for column in range(len(table.head))]
        room = self.width - _INDENT
        if max(wide) > _WORDY:
            yield self.grid(table, range(len(wide)))
            return
        columns = [0]
        for column in range(1, len(wide)):
            if len(columns) > 1 and sum(wide[one] + _GAP for one in (*columns, column)) > room:
                yield from (self.grid(table, columns), Styled())
                columns = [0]
            columns.append(column)
        yield self.grid(table, columns)

    def wide(self, table: Table, column: int) -> int:
        """How many cells wide a column would like to be."""
        widest = max(cell_len(self.inline(row[column])) for row in (table.head, *table.rows))
        return max(widest, _ROOM if table.to_fill and any(not row[column] for row in table.rows) else 0)

    def grid(self, table: Table, columns: Sequence[int]) -> RenderableType:
        """These columns; what is to be filled in is a line to write on."""
        grid = Grid(box=None, pad_edge=False, padding=(0, _GAP, 1 if table.to_fill else 0, 0))
        for column in columns:
            title = Styled(self.inline(table.head[column]), "dim")
            right = table.align[column] == "right"
            grid.add_column(title, justify="right" if right else "left", no_wrap=self.wide(table, column) <= _WORDY)
        cells = [self.column(table, column) for column in columns]
        for row in range(len(table.rows)):
            grid.add_row(*(Styled(texts[row]) for texts in cells))
        return Padding(grid, (0, 0, 0, _INDENT))

    def column(self, table: Table, column: int) -> list[str]:
        """The cells of a column; numbers with their points under one another."""
        empty = "_" * _ROOM if table.to_fill else ""
        texts = [self.inline(row[column]) if row[column] else empty for row in table.rows]
        return aligned(texts) if table.align[column] == "right" and texts else texts

    # ---- room to write ---------------------------------------------------------------------------------------

    def form(self, blanks: Sequence[Blank]) -> RenderableType:
        """The blanks beside one another, in as many lines as they need."""
        texts = [f"{blank.word}: {'_' * blank.width}{' ' * bool(blank.after)}{blank.after}" for blank in blanks]
        lines = [""]
        for text in map(self.words, texts):
            fits = cell_len(f"{lines[-1]}  {text}") <= self.width
            lines = [*lines[:-1], f"{lines[-1]}  {text}".strip()] if fits else [*lines, "", text]
        return Styled("\n".join(lines))

    # ---- words -----------------------------------------------------------------------------------------------

    def paragraph(self, text: str, style: str = "") -> RenderableType:
        """A sentence in lines of the page's width."""
        return Padding(Styled(self.words(text), style), (0, 0, 0, _INDENT))

    def bullet(self, text: str) -> RenderableType:
        """A sentence of a list."""
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_row("-" if self.ascii else "•", Styled(self.words(text)))
        return Padding(grid, (0, 0, 0, _INDENT))

    def inline(self, inline: Inline) -> str:
        """Words and symbols."""
        return self.words(plain(inline))

    def words(self, text: str) -> str:
        """The text in the document's character set."""
        return in_ascii(text) if self.ascii else text
