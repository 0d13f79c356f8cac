"""The manual on a terminal: a page of Markdown as headings, paragraphs, lists, tables and code; the list of topics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.padding import Padding
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table as Grid
from rich.text import Text

from backprop_cli import manual
from backprop_cli.formats.terminal.ascii import page_in_ascii
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.ground.wrapping import words

WIDTH = 80  # of a page; what a command prints in it is narrower by the indentation
INDENT, CODE_INDENT = 2, 4
_GAP = 2  # between the columns of a table
_KEPT = "\ue000"  # stands for a space at which no line is broken
_LONG = 50  # characters; code that is longer may be broken
_CODE, _HEADING, _TITLE = "cyan", "bold magenta", "bold"


@record(slots=False)
class ManualPage:
    """One page of the manual as a Rich renderable."""

    text: str
    ascii: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tree = Node(MarkdownIt("commonmark").enable("table").parse(self.text))
        page = _Writer(options.max_width, console.color_system is not None, self.ascii)
        parts = [page.block(node) for node in tree.children]
        yield from _with_spaces(console, options, [part for one in parts for part in (Text(), one)][1:])


@record(slots=False)
class Contents:
    """The topics in their groups, each with its sentence."""

    ascii: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        write = _Writer(options.max_width, console.color_system is not None, self.ascii)
        yield from _with_spaces(console, options, self.parts(write))

    def parts(self, write: _Writer) -> Iterator[RenderableType]:
        """What is said above the list, and the groups."""
        yield write.prose(write.marked(_("`backprop help TOPIC` shows a page, `backprop COMMAND --help` the options.")))
        wide = max(map(len, manual.topics()))
        for group, names in manual.GROUPS.items():
            yield Text()
            yield write.words(_(group), _HEADING)
            grid = _grid(_GAP, 2)
            for name in names:
                grid.add_row(write.words(f"{name:{wide}}", "bold cyan"), write.marked(manual.summary(name)))
            yield write.prose(grid)


@record(slots=False)
class _Writer:
    """Writes Markdown in a width, in colour or not; without colour, code keeps its marks."""

    width: int
    coloured: bool
    ascii: bool

    def block(self, node: Node) -> RenderableType:
        """A heading, a paragraph, a list, a table, or code."""
        return _BLOCKS[node.type](self, node)

    def heading(self, node: Node) -> RenderableType:
        """The title, or what stands above a part."""
        return self.inline(node, _TITLE if node.tag == "h1" else _HEADING)

    def paragraph(self, node: Node) -> RenderableType:
        """Sentences."""
        return self.prose(self.inline(node))

    def items(self, node: Node) -> RenderableType:
        """A list, with a dot before each item."""
        grid = _grid(1, 2)
        for item in node.children:
            grid.add_row(self.words("•"), Group(*(self.inline(part) for part in item.children)))
        return self.prose(grid)

    def table(self, node: Node) -> RenderableType:
        """A table in the whole width there is."""
        head, *bodies = [part.children for part in node.children]
        titles = [self.inline(title, "dim") for title in head[0].children]
        rows = [[self.inline(cell) for cell in row.children] for body in bodies for row in body]
        widths = _widths(list(zip(titles, *rows, strict=True)), self.width - INDENT)
        grid = Grid(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
        for title, cell, wide in zip(titles, head[0].children, widths, strict=True):
            right = "right" in str(cell.attrs.get("style", ""))
            grid.add_column(title, justify="right" if right else "left", width=wide, overflow="fold")
        for row in rows:
            grid.add_row(*row)
        return Padding(grid, (0, 0, 0, INDENT))

    def code(self, node: Node) -> RenderableType:
        """Code, folded as a terminal does; in a console, the command stands out from what it prints."""
        text = node.content.rstrip("\n")
        if node.info == "console":
            lines = text.split("\n")
            shown = Text("\n").join(self.words(line, "bold" * line.startswith(("$ ", "> "))) for line in lines)
        elif self.coloured and node.info in ("yaml", "toml", "python", "json"):
            shown = Syntax("", node.info, theme="ansi_dark", background_color="default").highlight(text)
            shown.rstrip()
        else:
            shown = self.words(text)
        return Padding(shown, (0, 0, 0, CODE_INDENT))

    def prose(self, part: RenderableType) -> RenderableType:
        """What is not wider than a person likes to read."""
        return Constrain(Padding(part, (0, 0, 0, INDENT)), min(self.width, WIDTH))

    def inline(self, node: Node, style: str = "") -> Text:
        """The words of a block."""
        text = Text(style=style)
        for leaf in _leaves(node):
            text.append_text(self.leaf(leaf))
        return text

    def leaf(self, node: Node) -> Text:
        """A piece of a sentence."""
        match node.type:
            case "code_inline":
                code = node.content if self.coloured else f"`{node.content}`"
                return self.words(code, _CODE, _KEPT if len(code) < _LONG else " ")
            case "softbreak":
                return Text(" ")
        strong = node.parent is not None and node.parent.type == "strong"
        return self.words(node.content, "bold" if strong else "")

    def marked(self, sentence: str) -> Text:
        """A sentence of Markdown."""
        return self.inline(Node(MarkdownIt("commonmark").parse(sentence)))

    def words(self, text: str, style: str = "", space: str = " ") -> Text:
        """The text in the characters there are."""
        return Text((page_in_ascii(text) if self.ascii else text).replace(" ", space), style)


_BLOCKS: dict[str, Callable[[_Writer, Node], RenderableType]] = {
    "heading": _Writer.heading,
    "paragraph": _Writer.paragraph,
    "bullet_list": _Writer.items,
    "table": _Writer.table,
    "fence": _Writer.code,
}


def _with_spaces(console: Console, options: ConsoleOptions, parts: Iterable[RenderableType]) -> Iterator[Segment]:
    """The parts as they are printed, with the spaces that kept a piece of code on one line."""
    for part in parts:
        for segment in console.render(part, options):
            yield segment._replace(text=segment.text.replace(_KEPT, " "))


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _grid(gap: int, columns: int) -> Grid:
    """Columns beside one another; folded, for Rich would cut off a Chinese line for the space behind it."""
    grid = Grid.grid(padding=(0, gap, 0, 0))
    for _column in range(columns):
        grid.add_column(overflow="fold")
    return grid


def _widths(columns: Sequence[Sequence[Text]], room: int) -> list[int]:
    """How wide the columns are: where they do not fit, the widest gives way, down to its longest word."""
    widths = [max(cell.cell_len for cell in column) for column in columns]
    least = [max((cell_len(word) for cell in column for word in words(cell.plain)), default=0) for column in columns]
    while sum(widths) + _GAP * (len(widths) - 1) > room and max(widths) > 1:
        above = [n for n, wide in enumerate(widths) if wide > least[n]] or range(len(widths))
        widths[max(above, key=widths.__getitem__)] -= 1
    return widths
