"""The manual as one document in the language Typst, from which its PDF is made: every word in it is a string."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from backprop_cli import manual
from backprop_cli.formats.print.typst import string
from backprop_cli.ground.words import _, language_tag
from backprop_cli.ground.wrapping import width
from backprop_cli.manual.links import groups, place

_NARROWEST, _WIDEST = 8, 48  # characters that a column is made for


def source(version: str) -> str:
    """All topics, each on a new page, behind the list of them."""
    language, _dash, _region = language_tag().partition("-")
    region = string("cn") if language == "zh" else "none"
    title = _("The manual of backprop")
    top = [
        files("backprop_cli.formats.print.templates").joinpath("manual.typ").read_text("utf-8"),
        f"#set document(title: {string(title)})",
        f"#set text(lang: {string(language)}, region: {region})",
        f"#front({string(title)}, {string(version)}, {string(_('Topics'))})",
    ]
    parts = [_topic(name) for names in groups().values() for name in names]
    return "\n\n".join([*top, *parts]) + "\n"


def _topic(name: str) -> str:
    """The page of a topic."""
    tree = Node(MarkdownIt("commonmark").enable("table").parse(manual.topic(name).text))
    title, *rest = tree.children
    head = f"#pagebreak(weak: true)\n#heading(level: 1, [{_inline(title)}]) <{_label(name)}>"
    return "\n\n".join([head, *(_BLOCKS[node.type](node) for node in rest)])


def _label(topic: str) -> str:
    return f"topic-{topic.replace('.', '-')}"


def _inline(node: Node) -> str:
    """The words of a block, as Typst markup in which each is a string."""
    if not node.children:
        return _leaf(node)
    return "".join(map(_inline, node.children))


def _leaf(node: Node) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "code_inline":
            code = f"raw({string(node.content)})"
            found = place(node.content)
            return f"#link(<{_label(found[0])}>, {code});" if found else f"#{code};"
    strong = node.parent is not None and node.parent.type == "strong"
    return f"#strong({string(node.content)});" if strong else f"#{string(node.content)};"


def _heading(node: Node) -> str:
    return f"#heading(level: {node.tag[1:]}, [{_inline(node)}])"


def _items(node: Node) -> str:
    return "#list(" + ", ".join(f"[{_inline(item)}]" for item in node.children) + ")"


def _table(node: Node) -> str:
    """A table whose columns are as wide as what stands in them, by share."""
    rows = [row.children for part in node.children for row in part.children]
    longest = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    shares = ", ".join(f"{min(max(one, _NARROWEST), _WIDEST)}fr" for one in longest)
    cells = ", ".join(f"[{_inline(cell)}]" for row in rows for cell in row)
    return f"#rows(({shares}), {cells})"


def _width(node: Node) -> int:
    """How wide the words are, in characters of a text; those of code are wider."""
    if node.children:
        return sum(map(_width, node.children))
    return width(node.content) * (4 if node.type == "code_inline" else 3) // 3


def _code(node: Node) -> str:
    lines = ", ".join(map(string, node.content.rstrip().split("\n")))
    return f"#code({lines})"


_BLOCKS: dict[str, Callable[[Node], str]] = {
    "heading": _heading,
    "paragraph": _inline,
    "bullet_list": _items,
    "table": _table,
    "fence": _code,
}
