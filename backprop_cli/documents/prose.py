"""An author's words, Markdown with mathematics, as blocks of a document: nothing in them is markup of any format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backprop_cli.documents.model import Block, Inline, Listing, Math, Note, Paragraph, Table, Text
from backprop_cli.ground.errors import visible
from backprop_cli.writing.tex import MATHEMATICS, spelled

if TYPE_CHECKING:
    from markdown_it.token import Token

_FIRST = 0xF0000  # private characters that stand for mathematics while Markdown is read
_STYLES = {"strong": "strong", "em": "emphasis"}


def prose(text: str, dialect: str) -> tuple[Block, ...]:
    """The blocks of a text, its mathematics in a dialect. Raises TexError for mathematics that is not understood."""
    if not text.strip():
        return ()
    from markdown_it import MarkdownIt

    reader = _Reader(dialect)
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return tuple(reader.blocks(parser.parse(MATHEMATICS.sub(reader.hidden, visible(text)))))


@dataclass
class _Reader:
    """Makes blocks of tokens; `math` is the mathematics, in its order."""

    dialect: str
    math: list[str] = field(default_factory=list)

    def hidden(self, match: re.Match[str]) -> str:
        """A private character in the place of mathematics, so that Markdown leaves its underscores alone."""
        self.math.append((match["display"] or match["inline"]).strip())
        mark = chr(_FIRST + len(self.math) - 1)
        return f"\n\n{mark}\n\n" if match["display"] else mark

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """The blocks of the tokens, lists and quotations with what is in them."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = _end(tokens, at)
            inside = tokens[at + 1 : end]
            match token.type:
                case "paragraph_open" | "heading_open":
                    text = self.inline(inside[0], "strong" if token.type == "heading_open" else "")
                    yield from [Paragraph(text, len(text) == 1 and isinstance(text[0], Math))] if text else []
                case "bullet_list_open" | "ordered_list_open":
                    yield Listing(tuple(self.items(inside, token, 0)))
                case "blockquote_open":
                    yield from (Note(one.text) if isinstance(one, Paragraph) else one for one in self.blocks(inside))
                case "fence" | "code_block":
                    yield from (Paragraph((Text(line, "code"),)) for line in token.content.splitlines() if line.strip())
                case "table_open":
                    yield self.table(inside)
            at = end + 1

    def items(self, tokens: Sequence[Token], opening: Token, level: int) -> Iterator[tuple[int, str, Inline]]:
        """Level, mark and words of each item of a list, and of the lists within."""
        number, at = int(opening.attrGet("start") or 1), 0
        while at < len(tokens):
            end, mark = _end(tokens, at), f"{number}." if opening.type == "ordered_list_open" else "•"
            inside, within = tokens[at + 1 : end], 0
            while within < len(inside):
                last = _end(inside, within)
                if inside[within].type in ("bullet_list_open", "ordered_list_open"):
                    yield from self.items(inside[within + 1 : last], inside[within], level + 1)
                elif inside[within].type.endswith("_open"):
                    yield level, mark, self.inline(inside[within + 1])
                    mark = ""
                within = last + 1
            number, at = number + 1, end + 1

    def table(self, tokens: Sequence[Token]) -> Table:
        """A table of the author's."""
        rows: list[list[Inline]] = []
        align: list[str] = []
        for place, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self.inline(tokens[place + 1]))
                if token.type == "th_open":
                    align.append("right" if "right" in str(token.attrGet("style")) else "left")
        return Table(tuple(rows[0]), tuple(map(tuple, rows[1:])), tuple(align))

    def inline(self, token: Token, style: str = "") -> Inline:
        """Words and mathematics; of links and pictures, the words, and where they lead."""
        pieces: list[Text | Math] = []
        styles = [style]
        address = ""
        for child in token.children or ():
            if child.tag in _STYLES:
                styles = [*styles, _STYLES[child.tag]] if child.nesting > 0 else styles[:-1]
            elif child.type == "link_open":
                address = str(child.attrGet("href") or "")
            elif child.type == "link_close":
                pieces += [Text(f" ({address})")] if address and address != _words(pieces) else []
            elif child.type in ("softbreak", "hardbreak"):
                pieces.append(Text(" "))
            else:
                pieces += self.pieces(child.content, "code" if child.type == "code_inline" else styles[-1])
        return tuple(pieces)

    def pieces(self, text: str, style: str) -> Iterator[Text | Math]:
        """The text, with mathematics in the place of private characters."""
        words = ""
        for char in text:
            place = ord(char) - _FIRST
            if not 0 <= place < len(self.math):
                words += char
                continue
            if words:
                yield Text(words, style)
            words = ""
            if style == "code":
                words = f"${self.math[place]}$"
                continue
            found = spelled(self.math[place])
            yield Math(found.of(self.dialect), found.characters)
        if words:
            yield Text(words, style)


def _words(pieces: Sequence[Text | Math]) -> str:
    return "".join(one.text for one in pieces)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where what a token opens is closed; the token itself, where it opens nothing."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth <= 0:
            return place
    return len(tokens) - 1
