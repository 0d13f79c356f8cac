"""The manual on a terminal: a page of Markdown as headings, paragraphs, lists, tables and code; the list of topics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table as Grid
from rich.text import Text

from backprop_cli import manual
from backprop_cli.formats.terminal.ascii import in_ascii
from backprop_cli.formats.terminal.breaking import break_between_wide_characters
from backprop_cli.ground.words import _

WIDTH = 80  # of a page; what a command prints in it is narrower by the indentation
INDENT, CODE_INDENT = 2, 4
_NARROW = 24  # cells; a column of a table that is not wider is not broken
_CODE, _HEADING, _TITLE = "cyan", "bold magenta", "bold"

break_between_wide_characters()


@dataclass(frozen=True)
class Page:
    """One page of the manual as a Rich renderable."""

    text: str
    ascii: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tree = Node(MarkdownIt("commonmark").enable("table").parse(self.text))
        page = _Writer(options.max_width, console.color_system is not None, self.ascii)
        parts = [page.block(node) for node in tree.children]
        for number, part in enumerate(parts):
            yield from [Text()] if number else []
            yield part


@dataclass(frozen=True)
class Contents:
    """The topics in their groups, each with its sentence."""

    ascii: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        write = _Writer(options.max_width, console.color_system is not None, self.ascii)
        yield write.prose(write.marked(_("`backprop help TOPIC` shows a page, `backprop COMMAND --help` the options.")))
        wide = max(map(len, manual.topics()))
        for group, names in manual.GROUPS.items():
            yield Text()
            yield write.words(_(group), _HEADING)
            for name in names:
                line = write.words(f"{name:{wide}}  ", "bold cyan") + write.marked(manual.topic(name).sentence)
                yield Padding(line, (0, 0, 0, INDENT))


@dataclass(frozen=True)
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
        grid = Grid.grid(padding=(0, 1, 0, 0))
        for item in node.children:
            grid.add_row(self.words("•"), Group(*(self.inline(part) for part in item.children)))
        return self.prose(grid)

    def table(self, node: Node) -> RenderableType:
        """A table in the whole width there is."""
        head, *bodies = node.children
        columns = [[row.children[n] for body in bodies for row in body.children] for n in range(_columns(head))]
        grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(map(_said, head.children[0].children)))
        for title, cells in zip(head.children[0].children, columns, strict=True):
            whole = max(cell_len(_said(cell)) for cell in (title, *cells)) <= _NARROW
            right = "right" in str(title.attrs.get("style", ""))
            grid.add_column(self.inline(title, "dim"), justify="right" if right else "left", no_wrap=whole)
        for row in zip(*columns, strict=True):
            grid.add_row(*map(self.inline, row))
        return Padding(grid, (0, 0, 0, INDENT))

    def code(self, node: Node) -> RenderableType:
        """Code as it is; in a console, the command stands out from what it prints."""
        text = node.content.rstrip("\n")
        if node.info == "console":
            command, _end, printed = text.partition("\n")
            shown = self.words(command, "bold") + self.words("\n" + printed if printed else "")
        elif self.coloured and node.info in ("yaml", "toml", "python", "json"):
            shown = Syntax("", node.info, theme="ansi_dark", background_color="default").highlight(text)
            shown.rstrip()
        else:
            shown = self.words(text)
        shown.no_wrap, shown.overflow = True, "ignore"
        return Padding(shown, (0, 0, 0, CODE_INDENT), expand=False)

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
                return self.words(node.content if self.coloured else f"`{node.content}`", _CODE)
            case "softbreak":
                return Text(" ")
        strong = node.parent is not None and node.parent.type == "strong"
        return self.words(node.content, "bold" if strong else "")

    def marked(self, sentence: str) -> Text:
        """A sentence of Markdown."""
        return self.inline(Node(MarkdownIt("commonmark").parse(sentence)))

    def words(self, text: str, style: str = "") -> Text:
        """The text in the characters there are."""
        return Text(_plain(text) if self.ascii else text, style)


_BLOCKS: dict[str, Callable[[_Writer, Node], RenderableType]] = {
    "heading": _Writer.heading,
    "paragraph": _Writer.paragraph,
    "bullet_list": _Writer.items,
    "table": _Writer.table,
    "fence": _Writer.code,
}


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _columns(head: Node) -> int:
    return len(head.children[0].children)


def _said(cell: Node) -> str:
    return "".join(leaf.content for leaf in _leaves(cell) if leaf.type != "inline")


_SIGNS = str.maketrans(dict(zip("│─┌┐└┘├┤┬┴┼═█•✗✓↳⎡⎢⎣⎤⎥⎦", "|-+++++++++=#*x+>[[[]]]", strict=True)))


def _plain(text: str) -> str:
    """The text without the signs that only some terminals have."""
    return in_ascii(text.translate(_SIGNS))
