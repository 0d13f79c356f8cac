"""Blocks of a document as elements of HTML that every platform takes; nothing in them is markup but these elements."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from backprop_cli.documents.model import (
    Block,
    Drawing,
    Equation,
    Facts,
    Given,
    Heading,
    Inline,
    Lines,
    Listing,
    Math,
    Note,
    Paragraph,
    Say,
    Table,
    Text,
)
from backprop_cli.ground.words import _, value_mark
from backprop_cli.quizzes.model import Asked, AskedNumber, QuestionPart
from backprop_cli.worksheets.sheet import out_of
from backprop_cli.writing.dialects import in_a_line

Spell: TypeAlias = Callable[[Math], str]
Draw: TypeAlias = Callable[[Drawing], Element | None]
Box: TypeAlias = Callable[[Asked], Element]
_STYLES = {"strong": "strong", "emphasis": "em", "code": "code"}


def as_latex(math: Math) -> str:
    r"""Between \( and \), as MathJax reads it on the platforms that have it."""
    return rf"\({math.text}\)"


def as_characters(math: Math) -> str:
    """In characters, which need nothing."""
    return in_a_line(math.characters)


def described(drawing: Drawing) -> Element | None:
    """A picture in words."""
    return element("p", drawing.description) if drawing.description else None


def embedded(drawing: Drawing) -> Element | None:
    """A picture as an image that needs no file."""
    from backprop_cli.formats.print import svg
    from backprop_cli.formats.print.scenes import of_block

    if drawing.picture is None:
        return None
    drawn = svg.picture(of_block(drawing, "latex"), drawing.description, alone=True)
    data = b64encode(drawn.encode()).decode()
    paragraph = Element("p")
    SubElement(paragraph, "img", src=f"data:image/svg+xml;base64,{data}", alt=drawing.description)
    return paragraph


class Markup:
    """Writes blocks with mathematics and pictures as one platform takes them."""

    def __init__(self, spell: Spell, draw: Draw = described, top: int = 4) -> None:
        self.spell = spell
        self.draw = draw
        self.top = top  # of headings

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Element]:
        """The elements of these blocks; room to write by hand is none of them."""
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Element]:
        match block:
            case Heading():
                yield self.inline(f"h{min(6, self.top + block.level - 1)}", block.text)
            case Say() | Note() | Paragraph():
                yield self.inline("p", block.text)
            case Facts():
                yield from (self._fact(fact.word, fact.values) for fact in block.facts)
            case Given():
                yield self._fact("", block.values)
            case Table():
                yield self.table(block.head, block.rows)
            case Lines():
                yield from map(self._equation, block.equations)
            case Listing():
                items = Element("ul")
                items.extend(self.inline("li", text) for _level, _mark, text in block.items)
                yield items
            case Drawing():
                drawn = self.draw(block)
                yield from () if drawn is None else (drawn,)
            case _:
                raise AssertionError(block)

    def inline(self, tag: str, pieces: Inline) -> Element:
        """An element with these words and mathematics."""
        found = Element(tag)
        for piece in pieces:
            style = _STYLES.get(piece.style, "") if isinstance(piece, Text) else ""
            said = piece.text if isinstance(piece, Text) else self.spell(piece)
            if style:
                SubElement(found, style).text = said
            else:
                append(found, said)
        return found

    def _fact(self, word: str, values: Sequence[Inline]) -> Element:
        """Inputs: x₁ = 1, x₂ = 2"""
        found = Element("p")
        if word:
            SubElement(found, "strong").text = _("{label}: {said}").format(label=word, said="").strip()
            append(found, " ")
        for index, value in enumerate(values):
            append(found, f"{value_mark()} " if index else "")
            for piece in value:
                append(found, piece.text if isinstance(piece, Text) else self.spell(piece))
        return found

    def _equation(self, equation: Equation) -> Element:
        """A line of the solution."""
        latex = "".join(piece.text for piece in equation.left) + "".join(
            f" {side.sign} {side.text}" for side in equation.sides
        )
        found = self.inline("p", (Math(latex, latex),))
        append(found, f" {equation.note}" if equation.note else "")
        return found

    def table(self, head: Sequence[Inline], rows: Iterable[Sequence[Inline | Element]]) -> Element:
        """A table; a cell is words and mathematics, or an element."""
        found = Element("table")
        top = SubElement(SubElement(found, "thead"), "tr")
        top.extend(self.inline("th", one) for one in head)
        body = SubElement(found, "tbody")
        for row in rows:
            line = SubElement(body, "tr")
            line.extend(self._cell(cell) for cell in row)
        return found

    def _cell(self, cell: Inline | Element) -> Element:
        if isinstance(cell, tuple):
            return self.inline("td", cell)
        found = Element("td")
        found.append(cell)
        return found

    def part(self, part: QuestionPart, box: Box) -> Iterator[Element]:
        """What is asked together: the heading, what to do, and a table with a box for each number."""
        if part.heading:
            yield self.inline(f"h{self.top}", part.heading)
        if part.task:
            yield self.inline("p", part.task)
        numbers = [one for one in part.asked if isinstance(one, AskedNumber)]
        if numbers:
            head: tuple[Inline, ...] = tuple(
                (Text(word),) for word in (_("quantity"), _("what it is"), _("answer"), _("marks"))
            )
            rows = [(one.symbol, one.meaning, box(one), (Text(out_of(one.worth)),)) for one in numbers]
            yield self.table(head, rows)


def element(tag: str, text: str = "", **attributes: str) -> Element:
    """An element with a text."""
    found = Element(tag, attributes)
    found.text = text or None
    return found


def append(found: Element, text: str) -> None:
    """Puts words behind all that an element holds."""
    if len(found):
        found[-1].tail = (found[-1].tail or "") + text
    else:
        found.text = (found.text or "") + text


def html(elements: Iterable[Element]) -> str:
    """The elements as HTML that is well-formed XML, too."""
    return "\n".join(tostring(one, "unicode", short_empty_elements=one.tag in ("img", "br")) for one in elements)
