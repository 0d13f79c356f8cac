"""HTML as learning platforms store typed answers: paragraphs, breaks, indices, tables and MathML as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote

from backprop_cli.ground.words import _
from backprop_cli.working import limits, mathml
from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn, Spot, TextLine
from backprop_cli.working.tex_lines import Complain

_INLINE = "a b i u s em strong span sub sup br font small big mark code tt q img math del ins label"
_BLOCKS = frozenset(
    ("p", "div", "li", "ul", "ol", "pre", "table", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "h1", "h2",
     "h3", "h4", "h5", "h6", "hr", "blockquote", "section", "article", "header", "footer", "main", "body", "html",
     "head", "title", "br", "dl", "dt", "dd", "form", "fieldset", "figure", "figcaption", "details", "summary")
)  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "head", "template", "noscript", "svg", "object", "iframe"))
_STRUCK = frozenset(("s", "del", "strike"))
_EMPTY = frozenset(("br", "hr", "img", "input", "meta", "link", "wbr", "col"))
_OPEN = re.compile(r"<(?![^<>]{0,2000}>)(?!!--)")  # opens no tag, and would be looked at again and again
KNOWN_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted([*_BLOCKS, *_INLINE.split()], key=len, reverse=True))})\b[^<>\n]{{0,400}}>", re.I
)


def read(text: str, source: str) -> HandIn:
    """The chains of an HTML page."""
    gatherer = Gatherer(source)
    collect(lines_of_html(text, gatherer.remark), gatherer)
    return gatherer.hand_in(text, "html")


def lines_of_html(text: str, complain: Complain, cell: str = "", first: int = 1) -> Iterator[TextLine]:
    """The lines of an HTML text, each block followed by a blank line, and the rows of its tables."""
    page = _Page(complain, cell, first)
    page.feed(_OPEN.sub("&lt;", text))
    page.close()
    page.flush()
    return iter(page.lines)


class _Page(HTMLParser):
    """Collects lines; what is open is counted and not nested, so no page is too deep."""

    def __init__(self, complain: Complain, cell: str, first: int) -> None:
        super().__init__(convert_charrefs=True)
        self.complain = complain
        self.cell, self.first = cell, first
        self.lines: list[TextLine] = []
        self.text = ""
        self.number = first
        self.silent = 0
        self.struck = 0  # up to the end of its block
        self.pre = 0
        self.heading = False
        self.rows: list[str] | None = None  # the cells of the row that is open
        self.cell_is_open = False
        self.math: list[tuple[str, list[str]]] = []  # the MathML elements that are open

    @property
    def line_number(self) -> int:
        return self.getpos()[0] - 1 + self.first

    # ---- text ------------------------------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        """Text; blanks are one blank but where they are preformatted."""
        if self.silent or self.struck:
            return
        if self.math:
            self.math[-1][1].append("".join(data.split()) if self.math[-1][0] != "mtext" else data)
            return
        if not self.text.strip():
            self.number = self.line_number
        if not self.pre:
            self.text += re.sub(r"[ \t\r\n]+", " ", data)
            return
        first, *more = data.split("\n")
        self.text += first
        for line in more:
            self.flush(blank=False)
            self.text, self.number = line, self.number + 1

    def flush(self, blank: bool = True) -> None:
        """Ends a line, and with it its paragraph."""
        if self.rows is not None:
            self.text += " "
            return
        text = self.text if self.pre else self.text.strip()
        if text.strip() or not blank:
            self.lines.append(TextLine(text, self.number, 1, self.cell, max(1, len(text)), self.heading))
        if blank and text.strip():
            self.lines.append(TextLine("", self.number, cell=self.cell))
        self.text = ""

    # ---- tags ------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in _SILENT:
            self.silent += 1
        elif self.silent:
            return
        elif tag in _STRUCK:
            self.struck += 1
        elif self.math or tag == "math":
            self.open_math(tag)
        elif tag == "img":
            self.picture(dict(attrs))
        elif tag in ("sub", "sup"):
            self.text = self.text.rstrip() + ("_{" if tag == "sub" else "^{")
        elif tag == "br":
            self.flush(blank=False)
        elif tag == "tr":
            self.end_row()
            self.flush()
            self.rows = []
        elif tag in ("td", "th"):
            self.end_cell()
            self.cell_is_open = True
        elif tag in _BLOCKS:
            self.flush()
            self.pre += tag == "pre"
            self.heading = tag in _HEADINGS

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif self.silent:
            return
        elif tag in _STRUCK:
            self.struck = max(0, self.struck - 1)
        elif self.math:
            self.close_math(tag)
        elif tag in ("sub", "sup"):
            self.text = self.text.rstrip() + "}"
        elif tag in ("td", "th"):
            self.end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
        elif tag in _BLOCKS and tag not in _EMPTY:
            self.struck = 0
            self.flush()
            self.pre = max(0, self.pre - (tag == "pre"))
            self.heading = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens and closes: nothing stays open."""
        if self.math:
            self.math[-1][1].append(mathml.element(tag, ()))
        elif tag not in _SILENT and tag != "math":
            self.handle_starttag(tag, attrs)
            if tag not in _EMPTY:
                self.handle_endtag(tag)

    def picture(self, attributes: dict[str, str | None]) -> None:
        """A picture is not read; an equation as one may say what it shows."""
        said = attributes.get("alt") or ""
        if "=" in said and any(char.isdigit() for char in said):
            self.handle_data(" " + said + " ")
            return
        name = unquote((attributes.get("src") or "").rsplit("/", 1)[-1])[:60]
        if (attributes.get("src") or "").startswith("data:"):
            name = said
        self.complain(name or "<img>", Spot(self.line_number, cell=self.cell), _("a picture is not read"))

    # ---- tables ----------------------------------------------------------------------------------------------

    def end_cell(self) -> None:
        """The text so far is a cell."""
        if self.rows is not None and self.cell_is_open and len(self.rows) < limits.COLUMNS:
            self.rows.append(" ".join(self.text.split()))
        self.text, self.cell_is_open = "" if self.rows is not None else self.text, False

    def end_row(self) -> None:
        """The row is over."""
        if self.rows is None:
            return
        self.end_cell()
        if any(self.rows):
            self.lines.append(TextLine("", self.number, 1, self.cell, 1, row=tuple(self.rows)))
        self.rows, self.text = None, ""

    # ---- MathML ----------------------------------------------------------------------------------------------

    def open_math(self, tag: str) -> None:
        """An element of a formula opens."""
        if len(self.math) < limits.DEPTH * 3:
            self.math.append((tag, []))

    def close_math(self, tag: str) -> None:
        """An element closes, and with it those that were left open in it."""
        if tag not in (name for name, _children in self.math):
            return
        while self.math:
            name, children = self.math.pop()
            said = _table(children) if name == "mtable" else mathml.element(name, children)
            if name in ("mtr", "mtd"):
                said = said + ("\ue001" if name == "mtr" else "\ue002")
            if self.math:
                self.math[-1][1].append(said)
            else:
                self.handle_data(said + " ")
            if name == tag:
                return


def _table(children: Sequence[str]) -> str:
    rows = "".join(children).split("\ue001")
    return mathml.matrix([[cell for cell in row.split("\ue002") if cell] for row in rows if row])
