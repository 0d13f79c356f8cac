"""Markdown: paragraphs, headings, tables and fences as lines; stars and underscores of a formula stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from backprop_cli.ground.words import _
from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.html import KNOWN_TAG, lines_of_html
from backprop_cli.working.model import HandIn, Spot, TextLine
from backprop_cli.working.tex_lines import Complain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DISPLAY = re.compile(r"\$\$.+?\$\$", re.S)
_BLANK = re.compile(r"\n[ \t]*(?=\n)")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,300}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,300}\)")
_BOLD = re.compile(r"(?<![\w)\]*])(\*\*|__)(?=\S)([^*\n]+?)(?<=\S)\1(?![\w(*])")
_SLANTED = re.compile(r"(?<![\w)\]*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w(*])")
_ESCAPED = re.compile(r"\\([\\*_#.+|~<>!`-])")
_STRUCK = re.compile(r"~~(?=\S)[^~\n]{1,400}~~")
_CODE = re.compile(r"(?<!`)(`+)(?!`)([^`\n]+)\1")
_TEX = re.compile(r"\$\$?[^$]+\$\$?|\\\(.+?\\\)|\\\[.+?\\\]|\\begin\{.+?\\end\{\w+\*?\}", re.S)


def read(text: str, source: str) -> HandIn:
    """The chains of a Markdown text."""
    gatherer = Gatherer(source)
    collect(lines_of_markdown(text, gatherer.remark), gatherer)
    return gatherer.hand_in(text, "markdown")


def lines_of_markdown(text: str, complain: Complain, cell: str = "") -> Iterator[TextLine]:
    """The lines and table rows of a Markdown text, each block followed by a blank line."""
    text = _DISPLAY.sub(lambda found: _BLANK.sub("\n%", found[0]), text)
    source = text.split("\n")
    tokens = _blocks().parse(text)
    rows: list[str] = []
    for index, token in enumerate(tokens):
        number = (token.map[0] if token.map else 0) + 1
        if token.type == "inline" and tokens[index - 1].type in ("th_open", "td_open"):
            rows.append(_without_marks(token.content))
        elif token.type == "tr_close":
            yield TextLine("", _row_of(tokens, index), 1, cell, 1, row=tuple(rows) or ("",))
            rows = []
        elif token.type == "inline":
            heading = tokens[index - 1].type == "heading_open"
            yield from _paragraph(token.content, number, source, cell, heading, complain)
            yield TextLine("", number, cell=cell)
        elif token.type == "html_block":
            yield from lines_of_html(token.content, complain, cell, number)
            yield TextLine("", number, cell=cell)
        elif token.type in ("fence", "code_block"):
            if token.info.strip() == "math":
                yield TextLine(f"$${token.content}$$".replace("\n", " "), number, 1, cell, 1)
            else:
                for offset, line in enumerate(token.content.rstrip("\n").split("\n")):
                    yield TextLine(line, number + 1 + offset, cell=cell)
            yield TextLine("", number, cell=cell)


@cache
def _blocks() -> MarkdownIt:
    """Reads blocks only; lists stay lines, because `+ 0.35 = 0.3775` is no item of one."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable("table").disable(["list", "lheading", "code", "reference"])
    reader.core.ruler.disable([one for one in reader.get_active_rules()["core"] if one not in ("normalize", "block")])
    return reader


def _row_of(tokens: Sequence[Token], index: int) -> int:
    opened = next(token for token in reversed(tokens[:index]) if token.type == "tr_open")
    return (opened.map[0] if opened.map else 0) + 1


def _paragraph(
    content: str, number: int, source: Sequence[str], cell: str, heading: bool, complain: Complain
) -> Iterator[TextLine]:
    """The lines of a paragraph, without the marks for bold and code."""
    if KNOWN_TAG.search(content):
        broken = _without_marks(content).replace("\n", "<br>\n")  # lines of Markdown stay lines: the items of a list
        yield from lines_of_html(broken, complain, cell, number)
        return
    for picture in _PICTURE.finditer(content):
        complain(picture[0], Spot(number, cell=cell), _("a picture is not read"))
    cleaned = _without_marks(_PICTURE.sub(lambda found: "", content)).split("\n")
    for offset, (line, before) in enumerate(zip(cleaned, content.split("\n"), strict=True)):
        whole = source[number - 1 + offset] if number - 1 + offset < len(source) else before
        column = max(0, whole.find(before)) + 1
        yield TextLine(line, number + offset, column, cell, None if line == before else len(before), heading)


def _without_marks(text: str) -> str:
    """The text without marks for bold, slanted and code, and without backslashes before marks; TeX is left alone."""
    text = _STRUCK.sub("", text)
    pieces: list[str] = []
    end = 0
    for found in _TEX.finditer(text):
        pieces += [_plainer(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, _plainer(text[end:])])


def _plainer(text: str) -> str:
    text = _CODE.sub(lambda found: found[2].strip(" "), text)
    text = _LINK.sub(lambda found: found[1], text)
    text = _SLANTED.sub(lambda found: found[1], _BOLD.sub(lambda found: found[2], text))
    return _ESCAPED.sub(lambda found: found[1], text)
