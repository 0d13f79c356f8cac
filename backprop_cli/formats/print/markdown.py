"""The worked solution in Markdown, with LaTeX between dollar signs, as GitHub, Jupyter and pandoc read it.

GitHub reads `\\\\` only at the end of a line and a dollar sign only beside a space, so each row has a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from backprop_cli.documents.model import (
    Bars,
    Blank,
    Block,
    Counts,
    Curve,
    Document,
    Drawing,
    Equation,
    Fact,
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
    Say,
    Side,
    SideRole,
    Space,
    Table,
    Terms,
    Text,
)
from backprop_cli.formats.terminal.pictures import bars, counts, network, plot, sizes
from backprop_cli.ground.words import _, announced, labelled, sentence_space, value_mark
from backprop_cli.writing.dialects import LATEX_SETTING

_BEGINNING = re.compile(r"^(\d*)([.)+=-])(?=\s|$|[=-])")  # of a paragraph, as of a list or below a heading
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|$~&])")
_COMMAND = re.compile(r"\\(?:left|right|mathrm|frac|tfrac|text)|\\[a-zA-Z]+|[{}_^]")
_ROW, _LONGEST = 64, 100  # signs on one line of an equation, and with a value behind them
_ROWS = 24  # equations in one piece of mathematics


def document(doc: Document) -> str:
    """Any document as Markdown."""
    return "\n\n".join([f"# {escaped(doc.title or _('Worked solution'))}", *_parts(doc)]) + "\n"


def body(blocks: Iterable[Block]) -> str:
    """Blocks without a title above them, their mathematics in LaTeX."""
    return "\n\n".join(_parts(Document("", "", "latex", tuple(blocks))))


def _parts(document: Document) -> Iterator[str]:
    """The paragraphs; sentences that follow one another are one paragraph, rules one list."""
    for kind, group in groupby(document.blocks, key=lambda block: (type(block), isinstance(block, Say) and block.rule)):
        blocks = list(group)
        match kind:
            case (said, False) if said is Say:
                yield sentence_space().join(text_of(block.text) for block in blocks if isinstance(block, Say))
            case (said, True) if said is Say:
                yield "\n".join(f"- {text_of(block.text)}" for block in blocks if isinstance(block, Say))
            case _:
                for block in blocks:
                    yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, _role, text, number):
            yield f"{'#' * min(6, level + 1)} {f'{number}. ' if number else ''}{text_of(text)}"
        case Facts(facts):
            yield "\n".join(map(_fact, facts))
        case Drawing() | Curve() | Plot() | Bars() | Counts():
            yield from _picture(block)
        case Note(text):
            yield f"> {text_of(text)}"
        case Given(values):
            yield ", ".join(map(text_of, values))
        case Lines(equations):
            for start in range(0, len(equations), _ROWS):
                yield aligned(equations[start : start + _ROWS])
        case Table(bands=bands) if bands:
            yield from _steps(block)
        case Table():
            yield _table(block)
        case Terms(terms):
            yield "\n".join(f"- {labelled(text_of(term), text_of(said))}" for term, said in terms)
        case Form() | Space() | Paragraph() | Listing() | Logo() | NewPage():
            yield from _on_a_sheet(block)
        case Say():
            raise AssertionError(block)


def _on_a_sheet(block: Form | Space | Paragraph | Listing | Logo | NewPage) -> Iterator[str]:
    """What only sheets have: room to write, and the author's words."""
    match block:
        case Form(blanks):
            yield " &emsp; ".join(map(_blank, blanks))
        case Paragraph(text, displayed):
            yield f"$${text[0].text}$$" if displayed else _BEGINNING.sub(r"\1\\\2", text_of(text))
        case Listing(items):
            yield "\n".join(f"{'   ' * level}{_MARKS.get(mark, mark)} {text_of(text)}" for level, mark, text in items)
        case Logo():
            yield f"![{escaped(block.name)}]({block.source})"
        case NewPage():
            yield "---"
        case Space(lines):
            yield from ["&nbsp;", "---"] * lines


def _picture(block: Drawing | Curve | Plot | Bars | Counts) -> Iterator[str]:
    """What is drawn, in characters."""
    match block:
        case Drawing(columns) if not columns:
            return
        case Drawing():
            yield f"```text\n{network(block)}\n```"
        case Bars():
            yield fenced(sizes(block))
        case Counts():
            yield fenced(counts(block))
        case Curve(runs=runs) if len(runs) > 1:  # the tables say as much as so many bars
            return
        case Curve():
            yield f"{announced(escaped(block.caption))}\n\n```text\n{bars(block)}\n```"
        case Plot(caption, remarks=remarks):
            yield from [f"**{text_of(caption)}**"] if caption else []
            yield f"```text\n{plot(block)}\n```"
            yield from map(escaped, remarks)


def fenced(text: str) -> str:
    """The text as it is; its fence is longer than every one within."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def text_of(inline: Inline) -> str:
    """Words escaped, mathematics between dollar signs."""
    return "".join(f"${piece.text}$" if isinstance(piece, Math) else _styled(piece) for piece in inline)


_STYLES = {"": "{}", "strong": "**{}**", "emphasis": "*{}*"}
_MARKS = {"•": "-", "": " "}  # of the items of a list


def _styled(piece: Text) -> str:
    if piece.style != "code":
        return _STYLES[piece.style].format(escaped(piece.text))
    fence = "`" * (1 + max(map(len, re.findall("`+", piece.text)), default=0))
    return f"{fence} {piece.text} {fence}" if "`" in piece.text else f"{fence}{piece.text}{fence}"


def escaped(text: str) -> str:
    """The text with nothing in it that Markdown would read as a mark."""
    return _SPECIAL.sub(r"\\\1", text)


def aligned(equations: Sequence[Equation]) -> str:
    """The equations under one another, as one piece of displayed mathematics."""
    rows = [row for equation in equations for row in _rows(equation)]
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


def equations(document: Document) -> str:
    """All equations of a document as pieces of displayed mathematics, without the words between them."""
    lines = (block for block in document.blocks if isinstance(block, Lines))
    return "\n\n".join(aligned(block.equations) for block in lines)


def _rows(equation: Equation) -> Iterator[str]:
    """The equation in as many rows as it needs: a side that fits behind the one before it joins it."""
    row, used = _words(equation.left) + " ", 0
    for index, side in enumerate(equation.sides):
        wide = _signs(side)
        if index and used + wide > (_LONGEST if side.part is SideRole.VALUE else _ROW):
            yield row.rstrip()
            row, used = "", 0
        row += f"{'' if used else '&'}{side.sign} {side.text} "
        used += wide
    yield row.rstrip() + (rf" \quad {_words((Text(equation.note),))}" if equation.note else "")


def _words(inline: Inline) -> str:
    """Words and symbols within mathematics."""
    escapes = LATEX_SETTING.escapes
    return "".join(
        piece.text
        if isinstance(piece, Math)
        else LATEX_SETTING.text.format("".join(escapes.get(char, char) for char in piece.text))
        for piece in inline
    )


def _signs(side: Side) -> int:
    """About how many signs wide the side is."""
    return 2 + len(_COMMAND.sub(lambda match: "" if len(match[0]) > 4 or len(match[0]) == 1 else "x", side.text))


def _fact(fact: Fact) -> str:
    word = announced(escaped(fact.word))
    return f"- **{word}** {f'{value_mark()} '.join(map(text_of, fact.values))}"


def _blank(blank: Blank) -> str:
    """A word with a line behind it."""
    return labelled(escaped(blank.word), "&#95;" * blank.width) + (f" {escaped(blank.after)}" if blank.after else "")


def _table(table: Table) -> str:
    marks = {"left": ":---", "right": "---:"}
    rows = [[text_of(cell) for cell in table.head], [marks[side] for side in table.align]]
    rows += [[text_of(cell) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _steps(table: Table) -> Iterator[str]:
    """The rows under each band as a table: Markdown has no cell over several columns."""
    for bands, rows in table.banded:
        yield from (f"**{text_of(band.text)}**" for band in bands)
        if rows:
            yield _table(replace(table, rows=rows, bands=()))
