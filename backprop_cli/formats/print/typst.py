"""The worked solution in the language Typst, from which its PDF is made: every word in it is a string, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from backprop_cli.documents.model import (
    Bars,
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
    Say,
    Space,
    Table,
    Terms,
    Text,
)
from backprop_cli.formats.print import scenes
from backprop_cli.formats.print.scene import Box, Dot, Edge, Item, Label, Polyline, Runs, Scene
from backprop_cli.ground.words import _, sentence_space, value_mark
from backprop_cli.pictures.items import Ink
from backprop_cli.pictures.labels import Run
from backprop_cli.pictures.smaller import is_legible

_DEEPEST = 5
_LINES = 60  # equations that are aligned with one another


def document(doc: Document) -> str:
    """The document as Typst source that needs no other file."""
    name = string(doc.title or _("Worked solution"))
    region = '"cn"' if doc.language.startswith("zh") else "none"
    language = doc.language.partition("-")[0].partition("_")[0]
    top = [
        f"#set document(title: {name})",
        f"#set text(lang: {string(language)}, region: {region})",
        f"#title({name})",
    ]
    inks = ", ".join(f'{ink.name.lower()}: rgb("{ink.value}")' for ink in Ink)
    slant = string("normal" if region != "none" else "italic")  # Chinese characters do not slant: nothing beside them
    settings = [f"#let value-mark = {string(value_mark())}", f"#let slant = {slant}"]
    return "\n".join([*settings, _template(), f"#let ink = ({inks})", *top, *_parts(doc)]) + "\n"


@cache
def _template() -> str:
    return files("backprop_cli.formats.print").joinpath("templates/worked.typ").read_text("utf-8").rstrip()


def _parts(document: Document) -> Iterator[str]:
    """The calls that write the blocks; sentences that follow one another are one paragraph, rules one list."""
    groups = groupby(document.blocks, key=lambda block: (type(block), isinstance(block, Say) and block.rule))
    found = [(kind, list(group)) for kind, group in groups]
    for place, (kind, blocks) in enumerate(found):
        says = [block.text for block in blocks if isinstance(block, Say)]
        match kind:
            case (said, False) if said is Say:
                between = " + [ ] + " if sentence_space() else " + "
                yield f"#said({between.join(map(large, says))})"
            case (said, True) if said is Say:
                ends = place + 1 == len(found) or found[place + 1][0][0] is Heading  # they belong to nothing below
                yield f"#rules{_call([*map(large, says), *(['belong: false'] if ends else [])])}"
            case _:
                for block in blocks:
                    is_last = block is document.blocks[-1]
                    yield from [_writing_lines(block, is_last)] if isinstance(block, Space) else _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, _role, text, number):
            words = f'"{number}. " + {large(text)}' if number else large(text)
            yield f"#heading(level: {min(_DEEPEST, level + 1)}, {words})"
        case Facts(facts):
            rows = (f"({string(fact.word)}, {_listed(map(large, fact.values))})" for fact in facts)
            yield f"#facts{_call(rows)}"
        case Drawing() | Curve() | Plot() | Bars() | Counts():
            yield from _drawing(block)
        case Note(text):
            yield f"#remark({large(text)})"
        case Given(values):
            yield f"#block(sticky: true, items({_listed(map(inline, values))}))"
        case Lines(equations):
            for start in range(0, len(equations), _LINES):
                yield f"#lines{_call(map(_equation, equations[start : start + _LINES]))}"
        case Table(bands=bands) if bands:
            yield _steps(block)
        case Table():
            yield _table(block)
        case Terms(terms):
            yield f"#terms-of{_call(f'({large(term)}, {large(said)})' for term, said in terms)}"
        case Form() | Space() | Paragraph() | Listing() | Logo() | NewPage():
            yield from _on_a_sheet(block)
        case Say():
            raise AssertionError(block)


def _on_a_sheet(block: Form | Space | Paragraph | Listing | Logo | NewPage) -> Iterator[str]:
    """What only sheets have: room to write, and the author's words."""
    match block:
        case Form(blanks):
            yield f"#form{_call([f'({string(one.word)}, {one.width}, {string(one.after)})' for one in blanks])}"
        case Paragraph(text, displayed):
            yield f"$ {text[0].text} $" if displayed else f"#par({large(text)})"
        case Listing(items):
            yield f"#points{_call([f'({level}, {string(mark)}, {large(text)})' for level, mark, text in items])}"
        case Logo(data, kind):
            numbers = ", ".join(map(str, data))
            format_ = "jpg" if kind == "jpeg" else kind
            yield f'#align(right, image(bytes(({numbers},)), format: "{format_}", height: 1.5cm))'
        case NewPage():
            yield "#pagebreak(weak: true)"
        case Space():
            yield _writing_lines(block)


def _writing_lines(space: Space, is_last: bool = False) -> str:
    return f"#writing-lines({space.lines}{', last: true' if is_last else ''})"


def _drawing(block: Drawing | Curve | Plot | Bars | Counts) -> Iterator[str]:
    """What is drawn, with what stands above and below it."""
    match block:
        case Drawing(picture=whole):
            if whole is None or is_legible(whole):
                yield picture(scenes.of_block(block, "typst"), block.description)
        case Bars():
            yield picture(scenes.of_block(block, "typst"), _("the sizes of the gradients"))
        case Curve(said) | Counts(said):
            yield from [f"#block(sticky: true, {string(said)})"] if said else []
            yield picture(scenes.of_block(block, "typst"), said)
        case Plot(said, remarks=remarks):
            yield from [f"#caption({large(said)})"] if said else []
            yield picture(scenes.of_block(block, "typst"), _("the descent on the curve"))
            yield from (f"#par({string(remark)})" for remark in remarks)


def _table(table: Table) -> str:
    """The table; its columns of sentences share what the others leave of the width."""

    here = f"writing-here({table.across})"

    def cells(row: Sequence[Inline]) -> str:
        return _listed([large(cell) if cell or not table.to_fill else here for cell in row])

    rows = _listed([f"\n  {cells(row)}" for row in table.rows])
    layout = f", wordy: {_listed(list(map(str, table.wordy)))}" if table.wordy else ""
    head = _listed(map(large, table.head))
    layout += ", tall: true" if "frac(" in head + rows else ""
    layout += ", down: top" if table.wordy and not table.to_fill else ""  # beside the first line of a long sentence
    return f"#tabular({head}, {rows}, {_listed(table.align)}{layout})"


def _steps(table: Table) -> str:
    """The table of steps: where its columns have no room beside one another, the second of a pair stands below."""
    pieces = [
        piece
        for bands, rows in table.banded
        for piece in (
            *(f"\n  (band: {band.level}, text: {inline(band.text)})" for band in bands),
            *(f"\n  {_listed(list(map(inline, row)))}" for row in rows),
        )
    ]
    stacks = _listed([_listed(list(map(str, stack))) for stack in table.stacks])
    broken = _listed(list(map(str, table.broken)))
    return f"#steps({_listed(map(inline, table.head))}, {_listed(pieces)}, {_listed(table.align)}, {stacks}, {broken})"


def _call(arguments: Iterator[str] | Sequence[str]) -> str:
    return "(\n  " + ",\n  ".join(arguments) + ",\n)"


def _listed(items: Iterator[str] | Sequence[str]) -> str:
    """An array, of one item too."""
    return "(" + "".join(f"{item}, " for item in items).removesuffix(" ") + ")"


# ---- words and mathematics ---------------------------------------------------------------------------------------


def string(text: str) -> str:
    """The text as a string: nothing in it is read as markup or code. A number stays with its Chinese measure word."""
    text = _MEASURED.sub("\u00a0", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def inline(pieces: Inline) -> str:
    """Words as strings, mathematics between dollar signs."""
    return " + ".join(_in_line(piece) if isinstance(piece, Math) else _styled(piece) for piece in pieces) or "[]"


def _in_line(piece: Math) -> str:
    """Mathematics among words: a matrix with the height that it has."""
    return f"high({math(piece.text)})" if "mat(" in piece.text else math(piece.text)


def large(pieces: Inline) -> str:
    """The same, fractions and matrices as large as in an equation: in a line their letters are too small in print."""
    return (
        " + ".join(
            (f"high({math(f'display({piece.text})')})" if _HIGH.search(piece.text) else math(piece.text))
            if isinstance(piece, Math)
            else _styled(piece)
            for piece in pieces
        )
        or "[]"
    )


_MEASURED = re.compile(r"(?<=[0-9]) (?=[\u4e00-\u9fff])")
_HIGH = re.compile(r"frac\(|mat\(")
_STYLES = {"": "{}", "strong": "strong({})", "emphasis": "emph({})", "code": "raw({})"}


def _styled(piece: Text) -> str:
    return _STYLES[piece.style].format(string(piece.text))


def math(text: str, sign: str = "") -> str:
    """Mathematics, with a sign before it, that stands in a line."""
    return f"${f'{sign} {text}'.strip()}$"


def _equation(equation: Equation) -> str:
    left = inline(equation.left)
    sides = _listed(_sum(side.text, side.sign) for side in equation.sides)
    return f"(left: {left}, sides: {sides}, note: {string(equation.note)})"


_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_SHORT = 48  # signs of source that fit into a line


def _sum(text: str, sign: str = "") -> str:
    """Mathematics behind a sign: whole, and where it is long also in parts, each a term that may begin a line."""
    whole = math(text, sign)
    if len(text) < _SHORT:
        return whole
    terms, balanced = _terms(text)
    if len(terms) == 1:
        return whole
    part = _sum if balanced else math
    parts = [part(term, '""' if index else sign) for index, term in enumerate(terms)]  # "": + has something before it
    return f"(whole: {whole}, parts: {_listed(parts)})"


def _terms(text: str) -> tuple[list[str], bool]:
    """The terms of a sum, each with the sign before it; of one that is all in brackets, those within, not balanced."""
    shown = _STRING.sub(lambda match: "_" * len(match[0]), text)
    cuts: dict[int, list[int]] = {0: [0], 1: [0]}
    factors: list[int] = []
    calls: list[bool] = []  # of the open brackets, whether they belong to a function
    for index, char in enumerate(shown):
        if char in "([{":
            calls.append(char != "(" or (index > 0 and shown[index - 1] not in " -("))
        elif char in ")]}":
            calls.pop()
        elif not calls and index and shown[index:].startswith((" dot.op ", " ⊙ ")):
            factors.append(index + 1)
        elif index and shown[index : index + 3] in (" + ", " - ") and len(calls) < 2 and not any(calls):
            cuts[len(calls)].append(index + 1)
    if len(cuts[0]) == len(cuts[1]) == 1 and "mat(" in text:
        cuts[0] += factors
    chosen = cuts[0] if len(cuts[0]) > 1 else cuts[1]
    ends = [*chosen[1:], len(text)]
    return [text[start:end].strip() for start, end in zip(chosen, ends, strict=True)], chosen is cuts[0]


# ---- pictures ----------------------------------------------------------------------------------------------------


def picture(drawn: Scene, description: str) -> str:
    """The picture as a block of its own."""
    items = "\n  ".join(line for item in drawn.items for line in _drawn(item, drawn.height))
    return f"#picture({_cm(drawn.width)}, {_cm(drawn.height)}, {string(description)}, {{\n  {items}\n}})"


def _drawn(item: Item, height: float) -> Iterator[str]:
    def at(x: float, y: float) -> str:
        return f"{_cm(x)}, {_cm(height - y)}"

    match item:
        case Polyline(points, kind):
            yield f'polyline("{kind}", {", ".join(f"({at(x, y)})" for x, y in points)})'
        case Dot(x, y, radius):
            yield f"spot({at(x, y)}, {_cm(radius)})"
        case Edge(points, ink, width, head, dashed, bent):
            look = f"ink.{ink.name.lower()}, {width:.2g}pt, {'true' if dashed else 'false'}"
            yield f"{'bow' if bent else 'edge'}({look}, {', '.join(f'({at(x, y)})' for x, y in points)})"
            if head:
                yield f"tip(ink.{ink.name.lower()}, {', '.join(f'({at(x, y)})' for x, y in item.tip)})"
        case Box(x, y, width, high, corner, fill):
            yield f"frame({at(x, y + high)}, {_cm(width)}, {_cm(high)}, {_cm(corner)}, ink.{fill.name.lower()})"
        case Runs(x, y, _width, label, size, ink, halo):
            runs = " + ".join(map(_run, label))
            yield f"label-of({at(x, y)}, {size:.3g}pt, ink.{ink.name.lower()}, {'true' if halo else 'false'}, {runs})"
        case Label(x, y, text, side, widest, small):
            size_of = "9pt" if small else "10.5pt"
            yield f'label-at({at(x, y)}, "{side}", {_cm(widest)}, {size_of}, {inline(text)})'


def _run(run: Run) -> str:
    """A piece of a label: slanted, smaller, raised or lowered."""
    look = [f"size: {run.scale:.3g}em"] if run.scale != 1 else []
    look += [f"baseline: {-run.shift / run.scale:.3g}em"] if run.shift else []
    look += ['style: "italic"'] if run.slanted else []
    return f"text({', '.join([*look, string(run.text)])})"


def _cm(length: float) -> str:
    return f"{round(length, 3) + 0:g}cm"
