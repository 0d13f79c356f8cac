"""The worked solution as a LaTeX document that compiles as it is: pdfLaTeX, XeLaTeX or LuaLaTeX, class article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
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
    Space,
    Table,
    Terms,
)
from backprop_cli.formats.print import scenes, tikz
from backprop_cli.formats.print.latex_rows import rows, wide
from backprop_cli.formats.print.latex_text import escaped, inline, mathematics
from backprop_cli.ground.words import _, announced, labelled, sentence_space, value_mark
from backprop_cli.pictures.smaller import is_legible

_HEADINGS = ("section*", "subsection*", "subsubsection*", "paragraph*")
_TITLED = re.compile(r"(\\(?:sub)*section\*\{.*\})\n(?=\n\\begin\{align\*\})")
_FILE = re.compile(r"[\w./-]+", re.A)  # a name that means the same to LaTeX
_LINE = 86.0  # figures that a line of the page takes
_LINES = 40  # equations in one piece of displayed mathematics
_SIZES = {"": 84.0, "\\small ": 92.0, "\\footnotesize ": 99.0}  # and figures on a line of this size
_SEPARATION = 2.6  # between columns
_ROOM_TO_WRITE = 21.0  # figures: 4 cm
_TALLEST_TO_FILL = 12
_TALLEST = 40  # rows of a table that need not go on on the next page


def document(doc: Document) -> str:
    """The document as LaTeX that needs nothing but the usual packages."""
    title = escaped(doc.title or _("Worked solution"))
    top = ["\\begin{document}", f"{{\\raggedright\\LARGE\\bfseries {title}\\par}}"]
    body = "\n\n".join([*top, *_parts(doc), "\\end{document}"])
    body = _TITLED.sub(lambda title: f"{title[0]}\\vspace{{-\\baselineskip}}\n", body)  # the display has an empty line
    body = body.replace("\n\n\\begin{align*}", "\n\\begin{align*}")  # they belong to the paragraph above
    han = ["chinese.tex"] if "\\han{" in body or "\\rarehan{" in body else []
    inks = [tikz.inks()] if any(isinstance(block, Drawing | Bars | Counts) for block in doc.blocks) else []
    return "\n".join([*map(_template, ("preamble.tex", *han)), *inks, "", body, ""])


@cache
def _template(name: str) -> str:
    return files("backprop_cli.formats.print").joinpath("templates", name).read_text("utf-8").rstrip()


def _parts(document: Document) -> Iterator[str]:
    """The paragraphs; sentences that follow one another are one paragraph, rules one list."""
    for kind, group in groupby(document.blocks, key=lambda block: (type(block), isinstance(block, Say) and block.rule)):
        blocks = list(group)
        says = [block.text for block in blocks if isinstance(block, Say)]
        match kind:
            case (said, False) if said is Say:
                yield sentence_space().join(map(inline, says))
            case (said, True) if said is Say:
                items = "\n".join(f"\\item {inline(text)}" for text in says)
                yield f"\\begin{{rules}}\n{items}\n\\end{{rules}}"
            case _:
                for block in blocks:
                    yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, _role, text, number):
            command = _HEADINGS[min(level, len(_HEADINGS)) - 1]
            yield f"\\{command}{{{f'{number}. ' if number else ''}{large(text)}}}"
        case Facts(facts):
            yield "\n".join(["\\begin{facts}", *_facts(facts), "\\end{facts}"])
        case Drawing() | Curve() | Plot() | Bars() | Counts():
            yield from _drawing(block)
        case Note(text):
            yield f"\\begin{{quote}}\n{large(text)}\n\\end{{quote}}"
        case Given(values):
            yield _listed(values)
        case Lines(equations):
            for start in range(0, len(equations), _LINES):
                yield aligned(equations[start : start + _LINES])
        case Table(bands=bands) if bands:
            yield _steps(block)
        case Table():
            yield from _tables(block)
        case Terms(terms):
            yield "\n\n".join(f"\\term{{{inline(term)}}} {inline(said)}" for term, said in terms)
        case Form() | Space() | Paragraph() | Listing() | Logo() | NewPage():
            yield from _on_a_sheet(block)
        case Say():
            raise AssertionError(block)


def _on_a_sheet(block: Form | Space | Paragraph | Listing | Logo | NewPage) -> Iterator[str]:
    """What only sheets have: room to write, and the author's words."""
    match block:
        case Form(blanks):
            yield "\\hfill\n".join(map(_blank, blanks))
        case Paragraph(text, displayed):
            yield f"\\[{mathematics(text[0].text)}\\]" if displayed else inline(text)
        case Listing(items):
            yield "\n\n".join(
                f"\\hangindent={1.5 * (level + 1):g}em\\noindent\\hspace*{{{1.5 * level:g}em}}"
                f"\\makebox[1.5em][l]{{{escaped(mark)}}}{inline(text)}"
                for level, mark, text in items
            )
        case Logo(_data, kind, name) if kind == "svg" or not _FILE.fullmatch(name):
            yield "% LaTeX cannot read the file of the logo"
        case Logo(name=name):
            yield f"\\begin{{flushright}}\\includegraphics[height=1.5cm]{{{name}}}\\end{{flushright}}"
        case NewPage():
            yield "\\clearpage"
        case Space(lines):
            written = ["\\writingline"] * lines
            for place in {1, lines - 1} - {0, lines}:  # none alone at the foot or the head of a page
                written[place] = "\\nopagebreak" + written[place]
            yield "\n".join(written)


def _facts(facts: Sequence[Fact]) -> Iterator[str]:
    """The rows; matrices have a little more room above and below."""
    tall = [any("matrix" in piece.text for value in fact.values for piece in value) for fact in facts]
    for fact, *around in zip(facts, tall, [*tall[1:], False], strict=True):
        yield f"{escaped(fact.word)} & {_listed(fact.values)} \\\\{'[5pt]' if any(around) else ''}"


def _drawing(block: Drawing | Curve | Plot | Bars | Counts) -> Iterator[str]:
    """What is drawn, with what stands above and below it."""
    match block:
        case Drawing(picture=whole) if whole is not None and not is_legible(whole):
            return
        case Drawing() | Bars():
            yield tikz.picture(scenes.of_block(block, "latex"))
        case Curve(caption) | Counts(caption):
            yield from [escaped(announced(caption))] if caption else []
            yield tikz.picture(scenes.of_block(block, "latex"))
        case Plot(caption, remarks=remarks):
            yield from [f"\\textbf{{{inline(caption)}}}"] if caption else []
            yield tikz.picture(scenes.of_block(block, "latex"))
            yield from map(escaped, remarks)


def _blank(blank: Blank) -> str:
    """A word with a line behind it."""
    after = f" {escaped(blank.after)}" if blank.after else ""
    word = escaped(labelled(blank.word, ""))
    return f"\\mbox{{{word}\\makebox[{blank.width * 0.5:g}em]{{\\hrulefill}}{after}}}"


# ---- words and mathematics ---------------------------------------------------------------------------------------


def large(pieces: Inline) -> str:
    """The same with fractions as large as in an equation: those in a line have letters too small to read in print."""
    return "".join(
        f"$\\displaystyle {mathematics(piece.text)}$"
        if isinstance(piece, Math) and "\\frac" in piece.text
        else inline((piece,))
        for piece in pieces
    )


def _listed(values: Sequence[Inline]) -> str:
    """The values one after the other, none of them broken; the last may be words."""
    return f"{value_mark()} ".join(
        f"\\mbox{{{inline(one)}}}" if isinstance(one[0], Math) else inline(one) for one in values
    )


def aligned(equations: Sequence[Equation]) -> str:
    """The equations under one another, each in as many rows as it needs."""
    lefts = [_left(equation.left) for equation in equations]
    room = _LINE - 1 - max(map(wide, lefts))
    written: list[str] = []
    for left, equation in zip(lefts, equations, strict=True):
        note = f"\\quad \\text{{{escaped(equation.note)}}}" if equation.note else ""
        first, *others = (mathematics(row).rstrip() for row in rows(equation.sides, room))
        written.append(" \\\\*\n".join([f"{left} {first}", *others]) + note)
    return "\\begin{align*}\n" + " \\\\\n".join(written) + "\n\\end{align*}"


def _left(pieces: Inline) -> str:
    return "".join(
        mathematics(piece.text) if isinstance(piece, Math) else f"\\text{{{escaped(piece.text)}}}" for piece in pieces
    )


# ---- tables ------------------------------------------------------------------------------------------------------


def _tables(table: Table) -> Iterator[str]:
    """The table; one that is too wide is set smaller, then in several, each with the first column."""
    widths = [max(map(_cell_width, column)) for column in zip(table.head, *table.rows, strict=True)]
    if table.to_fill or table.wordy:
        yield _table(table, list(range(len(widths))), "", _room_for_words(table, widths))
        return
    every = list(range(len(widths)))
    total = sum(widths) + _SEPARATION * len(widths)
    size = next((size for size, room in _SIZES.items() if total <= room), "")
    if size or total <= _SIZES[""]:
        yield _table(table, every, size)
        return
    size, room = list(_SIZES.items())[-1]
    pieces: list[list[int]] = [[0]]
    for column in every[1:]:
        used = sum(widths[one] + _SEPARATION for one in (*pieces[-1], column))
        if len(pieces[-1]) > 1 and used > room:
            pieces.append([0])
        pieces[-1].append(column)
    for piece in pieces:
        yield _table(table, piece, size)


def _cell_width(cell: Inline) -> float:
    return sum(wide(piece.text) if isinstance(piece, Math) else 0.95 * len(piece.text) for piece in cell)


def _room_for_words(table: Table, widths: Sequence[float]) -> float:
    """What the other columns leave of the line for each column of sentences, as a share of it."""
    others = sum(width for column, width in enumerate(widths) if column not in table.wordy)
    others += _ROOM_TO_WRITE if table.to_fill else 0
    room = 1 - (others + _SEPARATION * len(widths)) / _SIZES[""]
    return max(0.2, room / max(1, len(table.wordy)))


def _table(table: Table, columns: Sequence[int], size: str, share: float = 0.0) -> str:
    empty, words = (_writing_here(table.across) if table.to_fill else ""), table.wordy if share else ()
    paragraph = f">{{\\raggedright\\arraybackslash}}p{{{share:.2f}\\linewidth}}"

    def line(cells: Sequence[Inline]) -> str:
        return " & ".join(large(cells[column]) or empty for column in columns) + " \\\\"

    layout = "".join(paragraph if column in words else table.align[column][0] for column in columns)
    body = "\n".join(_held(list(map(line, table.rows))))
    if "\\frac" in body:
        size = f"\\renewcommand\\arraystretch{{2.2}}{size}"
    if len(table.rows) > (_TALLEST_TO_FILL if table.to_fill or words else _TALLEST):
        head = f"\\toprule\n{line(table.head)}\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot"
        return f"{{{size}\\begin{{longtable}}{{{layout}}}\n{head}\n{body}\n\\end{{longtable}}}}"
    ruled = f"\\toprule\n{line(table.head)}\n\\midrule\n{body}\n\\bottomrule"
    return f"\\begin{{center}}\n{size}\\begin{{tabular}}{{{layout}}}\n{ruled}\n\\end{{tabular}}\n\\end{{center}}"


def _held(rows: list[str]) -> Iterator[str]:
    """The rows, of which none stands alone at the foot or the head of a page."""
    for place, row in enumerate(rows):
        yield f"{row}*" if place in (0, len(rows) - 2) and place < len(rows) - 1 else row


def _writing_here(across: int) -> str:
    """Room to write in, of so many cells beside one another."""
    return "\\writinghere" if across <= 1 else f"\\rule{{0pt}}{{8mm}}\\rule{{{min(4, 11 / across):.1f}cm}}{{0.3pt}}"


def _steps(table: Table) -> str:
    """The table of steps: where its columns have no room beside one another, the second of a pair stands below."""
    natural = [max(map(_cell_width, column)) for column in zip(table.head, *table.rows, strict=True)]
    size, room = list(_SIZES.items())[-1]
    stacks: tuple[tuple[int, ...], ...] = tuple((n,) for n in range(len(natural)))
    fits = sum(natural) + _SEPARATION * len(natural) <= room
    if not fits:
        stacks = table.stacks
    shares = _shares(stacks, natural, table.broken, room)
    paragraph = ">{{\\raggedright\\arraybackslash}}p{{{0:.3f}\\linewidth}}"
    layout = "".join(
        table.align[stack[0]][0]
        if fits or (len(stack) == 1 and stack[0] not in table.broken)
        else paragraph.format(share)
        for stack, share in zip(stacks, shares, strict=True)
    )

    def line(cells: Sequence[Inline]) -> str:
        stacked = ([large(cells[n]) for n in stack if cells[n]] for stack in stacks)
        return " & ".join(" \\newline ".join(dict.fromkeys(cell)) for cell in stacked) + " \\\\"

    body = []
    for bands, together in table.banded:
        for band in bands:
            body.append(f"\\addlinespace\n\\multicolumn{{{len(stacks)}}}{{p{{0.95\\linewidth}}}}"
                        f"{{\\bfseries {inline(band.text)}}} \\\\*")  # fmt: skip
        body += _held(list(map(line, together)))
    head = f"\\toprule\n{line(table.head)}\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot"
    written = "\n".join(body)
    fractions = "\\frac" in written
    return (
        f"{{{size}\\renewcommand\\arraystretch{{{2.2 if fractions else 1.3}}}\\setlength\\tabcolsep{{4pt}}"
        f"\\begin{{longtable}}{{{layout}}}\n{head}\n{written}\n\\end{{longtable}}}}"
    )


def _shares(
    stacks: Sequence[Sequence[int]], natural: Sequence[float], broken: Sequence[int], room: float
) -> list[float]:
    """The share of the line that each column gets: what it needs, of formulas what is left, the longer the more."""
    needs = [max(natural[n] for n in stack) + _SEPARATION for stack in stacks]
    flows = [any(n in broken for n in stack) for stack in stacks]
    left = room - sum(need for need, flow in zip(needs, flows, strict=True) if not flow)
    wished = sum(need for need, flow in zip(needs, flows, strict=True) if flow)
    less = min(1.0, left / wished) if wished else 1.0
    return [max(0.05, (need * less if flow else need) / room - 0.02) for need, flow in zip(needs, flows, strict=True)]
