"""Any document for a terminal or a text file: headings, paragraphs, equations and tables in the width there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

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
    Counts,
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
    Listing,
    Logo,
    Math,
    NewPage,
    Note,
    Paragraph,
    Plot,
    Role,
    Say,
    SideRole,
    Space,
    Table,
    Terms,
    plain,
)
from backprop_cli.formats.terminal import equations, layout
from backprop_cli.formats.terminal.ascii import in_ascii
from backprop_cli.formats.terminal.capture import WIDTH, plain_text
from backprop_cli.formats.terminal.layout import FORMULA, NUMBERS, VALUE, Piece
from backprop_cli.formats.terminal.pictures import bars, counts, network, plot, sizes
from backprop_cli.formats.terminal.steps import StepsInWidth
from backprop_cli.formats.terminal.tables import TableInWidth
from backprop_cli.ground.records import record
from backprop_cli.ground.words import labelled, sentence_space
from backprop_cli.ground.wrapping import wrapped

_INDENT = 3
_GAP = 2
_HEIGHT, _LOWER, _FEW = 14, 9, 2  # rows of a plot, and of one of more than a few
_APART = (Table, Plot, Terms)  # blocks between which a line stays empty
_STYLES = {SideRole.FORMULA: FORMULA, SideRole.NUMBERS: NUMBERS, SideRole.VALUE: VALUE}


@record(slots=False)
class DocumentPage:
    """The document as a Rich renderable, and what is said below it; its dialect is unicode or ascii."""

    document: Document
    hint: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = _Page(self.document, options.max_width)
        yield Group(*page.parts())
        yield from [page.paragraph(self.hint, "dim")] if self.hint else []


def document(doc: Document, width: int = WIDTH) -> str:
    """Any document as plain text, without colour; a line that cannot be broken sticks out."""
    return plain_text(DocumentPage(doc), width)


class _Page:
    """Writes the blocks of one document at one width."""

    def __init__(self, doc: Document, width: int) -> None:
        self.doc = doc
        self.width = width
        self.ascii = doc.dialect == "ascii"
        several = sum(isinstance(block, Plot) for block in doc.blocks) > _FEW
        self.height = _LOWER if several else _HEIGHT

    def parts(self) -> Iterator[RenderableType]:
        """The title, and the blocks; sentences that follow one another are one paragraph."""
        if self.doc.title:
            yield Styled(self.words(self.doc.title), "bold")
            yield Styled()
        blocks = [block for block in self.doc.blocks if not _is_only_drawn(block)]
        groups = [list(group) for _written, group in groupby(blocks, key=_written_as_one)]
        for group, following in pairwise([*groups, []]):
            yield from self.group(group)
            if not _belong_together(group[-1], following[0] if following else None):
                yield Styled()

    def group(self, group: Sequence[Block]) -> Iterator[RenderableType]:
        """Blocks of one kind that follow one another."""
        match group[0]:
            case Say(rule=False):
                yield self.paragraph(
                    sentence_space().join(plain(block.text) for block in group if isinstance(block, Say))
                )
            case Say():
                yield from (self.bullet(plain(block.text)) for block in group if isinstance(block, Say))
            case _:
                for number, block in enumerate(group):
                    yield from [Styled()] if number and isinstance(block, _APART) else []
                    yield from self.block(block)

    def block(self, block: Block) -> Iterator[RenderableType]:
        """What a block looks like."""
        match block:
            case Heading():
                yield from self.heading(block)
            case Facts():
                yield from self.facts(block)
            case Drawing() | Curve() | Plot() | Bars() | Counts():
                yield from self.picture(block)
            case Note(text):
                yield self.paragraph(plain(text), "yellow")
            case Given(values):
                yield layout.indented(Styled("\n").join(self.values(values, self.width - _INDENT)), _INDENT)
            case Lines(lines, beside):
                yield from self.beside(lines, beside) if beside else self.lines(lines)
            case Table(bands=bands) if bands:
                yield from StepsInWidth(block, self.width - _INDENT, self.inline, self.ascii).parts(_INDENT)
            case Table():
                yield from TableInWidth(block, self.width - _INDENT, self.inline).parts(_INDENT)
            case Terms(terms):
                yield self.terms(terms)
            case Form() | Space() | Paragraph() | Listing() | Logo() | NewPage():
                yield from self.on_a_sheet(block)
            case Say():
                raise AssertionError(block)

    def on_a_sheet(self, block: Form | Space | Paragraph | Listing | Logo | NewPage) -> Iterator[RenderableType]:
        """What only sheets have: room to write, and the author's words."""
        match block:
            case Form(blanks):
                yield self.form(blanks)
            case Paragraph(text):
                yield self.paragraph(plain(text))
            case Listing(items):
                for level, mark, text in items:
                    yield Padding(self.bullet(plain(text), mark, ""), (0, 0, 0, _INDENT * level))
            case Logo():
                return  # there are only characters
            case NewPage():
                yield Rule(characters="-" if self.ascii else "─", style="dim")
            case Space(lines):
                yield Styled("\n\n".join([" " * _INDENT + "_" * (self.width - _INDENT)] * lines))

    def heading(self, heading: Heading) -> Iterator[RenderableType]:
        """A rule above a pass, a number before a part, a quiet word above a layer."""
        text = self.inline(heading.text)
        match heading.role:
            case Role.PASS:
                yield Rule(Styled(text, "bold"), characters="=" if self.ascii else "═", style="dim")
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
            yield layout.hanging(head, self.values(fact.values, self.width - cell_len(head.plain)))

    def values(self, values: Sequence[Inline], room: int) -> list[Styled]:
        """Values with commas between them, below the matrices, which stand beside one another."""
        drawn = [value for value in values if equations.has_matrix(_characters(value))]
        rest = [self.inline(value) for value in values if value not in drawn]
        lines = equations.values(list(map(_characters, drawn)), room, self.ascii) if drawn else []
        listed = layout.listed(rest, room) if rest else []
        return [*lines, *(Styled(line) for item in listed for line in wrapped(item, room))]

    def picture(self, block: Drawing | Curve | Plot | Bars | Counts) -> Iterator[RenderableType]:
        """What is drawn, in characters."""
        match block:
            case Drawing():
                yield layout.indented(Styled(network(block, self.width - _INDENT, self.ascii)), _INDENT)
            case Counts():
                yield layout.indented(Styled(self.words(counts(block, self.width - _INDENT, self.ascii))), _INDENT)
            case Bars():
                yield layout.indented(Styled(self.words(sizes(block, self.width - _INDENT, self.ascii))), _INDENT)
            case Curve(caption):
                yield Styled(f"{' ' * _INDENT}{self.words(caption)}", "dim")
                yield layout.indented(Styled(self.words(bars(block, self.ascii)), "green"), _INDENT)
            case Plot(caption):
                yield from [Styled(f"{' ' * _INDENT}{self.inline(caption)}", "bold cyan")] if caption else []
                yield layout.indented(plot(block, self.width - 4, self.height, self.ascii), _INDENT)
                yield from (self.paragraph(remark, "dim") for remark in block.remarks)

    def terms(self, terms: Sequence[tuple[Inline, Inline]]) -> RenderableType:
        """Terms in a column, what is said of each beside them."""
        grid = Grid.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")  # an ellipsis would stand for the space behind a line of wide characters
        for term, said in terms:
            grid.add_row(Styled(self.inline(term), "bold"), Styled(self.inline(said)))
        return Padding(grid, (0, 0, 0, _INDENT))

    # ---- equations -------------------------------------------------------------------------------------------

    def lines(self, lines: Sequence[Equation]) -> Iterator[RenderableType]:
        """The equations; those with matrices are drawn, the others have their signs under one another."""
        for drawn, group in groupby(lines, equations.is_drawn):
            if drawn:
                yield from (equations.drawn(self.noted(one), self.width, _INDENT, self.ascii) for one in group)
            else:
                yield layout.block([self.equation(one) for one in group], self.width, _INDENT)

    def beside(self, lines: Sequence[Equation], beside: Sequence[Inline]) -> Iterator[RenderableType]:
        """The equations in a column of their own, what stands beside each before it."""
        texts = [self.inline(one) for one in beside]
        start = _INDENT + max(map(cell_len, texts)) + _GAP
        for text, line in zip(texts, lines, strict=True):
            head = Styled(" " * _INDENT + text + " " * (start - _INDENT - cell_len(text)))
            yield layout.hanging(head, layout.block([self.equation(line)], self.width - start, 0).split("\n"))

    def noted(self, equation: Equation) -> Equation:
        """The equation with its words in the document's character set."""
        return replace(equation, note=self.words(equation.note))

    def equation(self, equation: Equation) -> layout.LaidOutEquation:
        """One line, for the layout of equations."""
        pieces = [Piece(side.sign, side.text, _STYLES[side.part]) for side in equation.sides]
        if equation.note:
            pieces.append(Piece("", self.words(equation.note), "dim"))
        return layout.LaidOutEquation(self.inline(equation.left), tuple(pieces))

    # ---- room to write ---------------------------------------------------------------------------------------

    def form(self, blanks: Sequence[Blank]) -> RenderableType:
        """The blanks beside one another, in as many lines as they need."""
        texts = [
            labelled(blank.word, "_" * blank.width) + f"{' ' * bool(blank.after)}{blank.after}" for blank in blanks
        ]
        lines = [""]
        for text in map(self.words, texts):
            fits = cell_len(f"{lines[-1]}  {text}") <= self.width
            lines = [*lines[:-1], f"{lines[-1]}  {text}".strip()] if fits else [*lines, "", text]
        return Styled("\n".join(lines))

    # ---- words -----------------------------------------------------------------------------------------------

    def paragraph(self, text: str, style: str = "") -> RenderableType:
        """A sentence in lines of the page's width."""
        return Padding(Styled(self.words(text), style), (0, 0, 0, _INDENT))

    def bullet(self, text: str, mark: str = "•", style: str = "italic") -> RenderableType:
        """A sentence of a list."""
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_row("-" if self.ascii and mark == "•" else mark or " ", Styled(self.words(text), style))
        return Padding(grid, (0, 0, 0, _INDENT))

    def inline(self, inline: Inline) -> str:
        """Words and symbols."""
        return self.words(plain(inline))

    def words(self, text: str) -> str:
        """The text in the document's character set."""
        return in_ascii(text) if self.ascii else text


def _is_only_drawn(block: Block) -> bool:
    """Whether characters have nothing to show for it."""
    return isinstance(block, Logo) or (isinstance(block, Drawing) and not block.columns)


def _written_as_one(block: Block) -> object:
    """What blocks that follow one another have in common to be written as one."""
    return type(block), isinstance(block, Say) and block.rule


def _belong_together(block: Block, following: Block | None) -> bool:
    """Whether no line stays empty between two blocks of different kinds."""
    match block, following:
        case (Heading(), _) | (Given(), None):
            return True
        case (Say(rule=True) | Lines(), Heading(role=Role.LAYER)):
            return True
        case (Say(), Lines(beside=beside)):
            return not beside
    return False


def _characters(value: Inline) -> str:
    """A value in characters, its matrices to be drawn."""
    return "".join(piece.characters if isinstance(piece, Math) else piece.text for piece in value)
