"""The blocks of a document, in the order in which they are read; mathematics in it is spelled in one dialect."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational
from backprop_cli.writing.dialects import in_a_line

if TYPE_CHECKING:
    from backprop_cli.pictures.items import Picture


@record
class Text:
    """Words, as they are: the format escapes them. `style` is strong, emphasis, code, or nothing."""

    text: str
    style: str = ""


@record
class Math:
    """Mathematics in the document's dialect: the format puts its own marks around it, and escapes nothing.

    `characters` is the same without a typesetting language, for drawings, outlines and alternative texts.
    """

    text: str
    characters: str


Inline: TypeAlias = tuple[Text | Math, ...]


def plain(inline: Inline) -> str:
    """The pieces one after the other, in characters on one line."""
    return "".join(in_a_line(piece.characters) if isinstance(piece, Math) else piece.text for piece in inline)


_SENTENCE = 40  # signs


class Role(Enum):
    """What a heading stands above."""

    PASS = "pass"  # one sample, batch, epoch or step
    PART = "part"  # forward pass, error, backward pass, gradients, update
    LAYER = "layer"
    END = "end"  # training, total error, what was asked
    SHEET = "sheet"  # a part of a worksheet, its key or its rubric


@record
class Heading:
    """A heading; `level` counts from 1 below the title, parts are numbered within their pass."""

    level: int
    role: Role
    text: Inline
    number: int | None = None


@record
class Fact:
    """A word and what is given under it: values with commas between them."""

    word: str
    values: tuple[Inline, ...]


@record
class Facts:
    """What stands on the sheet: inputs, targets, parameters, loss, learning rate, …"""

    facts: tuple[Fact, ...]


@record
class Column:
    """A layer of a drawing: its label, its kind, the symbols of its units, and how their activation is called.

    `shape` is that of its outputs, which are `flattened` for the next layer; "dense" layers are lists of units.
    """

    label: str
    kind: str
    units: tuple[Math, ...]
    activation: Inline = ()
    shape: tuple[int, ...] = ()
    flattened: bool = False


@record
class Drawing:
    """The network, from its inputs to its outputs; `connected` when each layer is wired wholly to the one before.

    One that is not, or is too large to draw, is shown by the kinds and sizes of its layers where there are only
    characters. `picture` is the same with its numbers, for formats that draw (None in a dialect of characters); a
    graph has nothing but that.
    """

    columns: tuple[Column, ...]
    connected: bool
    picture: Picture | None

    @property
    def description(self) -> str:
        """The picture in words."""
        return self.picture.description if self.picture else ""


@record
class Note:
    """What a reader must know about the conventions."""

    text: Inline


@record
class Say:
    """A sentence: what is done in the lines that follow, and why; with `rule`, of a derivative in them."""

    text: Inline
    rule: bool = False


@record
class Paragraph:
    """A paragraph of the author's words; one that is `displayed` is a piece of mathematics in a line of its own."""

    text: Inline
    displayed: bool = False


@record
class Listing:
    """A list of the author's: of each item its level from 0, its mark (empty where it goes on), and its words."""

    items: tuple[tuple[int, str, Inline], ...]


@record
class Logo:
    """A picture at the head of a sheet: the content of its file, and what kind of picture it is: png, jpeg or svg."""

    data: bytes
    kind: str
    name: str

    @property
    def source(self) -> str:
        """The picture as an address that holds all of it."""
        kind = "svg+xml" if self.kind == "svg" else self.kind
        return f"data:image/{kind};base64,{b64encode(self.data).decode()}"


class SideRole(Enum):
    """What one side of an equation is."""

    FORMULA = "formula"
    NUMBERS = "numbers"
    VALUE = "value"


@record
class Side:
    """A side of an equation: the sign before it (= or ≈, in the dialect), and its mathematics."""

    sign: str
    text: str
    part: SideRole


@record
class Equation:
    """left = formula = numbers ≈ value. `note` are words behind it: given, marks. `key` names the quantity."""

    left: Inline
    sides: tuple[Side, ...]
    note: str = ""
    key: str = ""


@record
class Lines:
    """Equations under one another, aligned at their first sign; on a blackboard, what stands `beside` each, before it.

    There is something beside every one, or beside none.
    """

    equations: tuple[Equation, ...]
    beside: tuple[Inline, ...] = ()


@record
class Given:
    """The data of the sample whose pass begins."""

    values: tuple[Inline, ...]


@record
class Entry:
    """An answer that is handed in from a place of a sheet: under `key` in a `part` of the answer file.

    `label` says what it is to who does not see the table; `words` are those of which one is ticked, each as it is typed
    and as it is shown. `exercise` is its number on a sheet of several, else 0.
    """

    key: str
    label: str
    part: str = "answers"
    words: tuple[tuple[str, str], ...] = ()
    exercise: int = 0


@record
class Band:
    """A line across a table, before its row with the index `start`: `level` 0 for a pass, 1 for a part of it."""

    start: int
    level: int
    text: Inline


@record
class Table:
    """A table, its first column naming the rows; `align` is left or right for each column.

    One with `bands` is of steps: the formulas in its columns `broken` go on in a second line where there is no room for
    them. Where it is narrow, the second column of each of its `pairs` stands below the first, and where that is still
    too wide, each row becomes a card. With `to_fill`, empty cells are written in by hand, so its rows are as high as
    handwriting; its `entries` say of each what is handed in from it, or without `to_fill` from the third cell of each
    row. Where it is too wide, it goes on below, with its first columns again, so many as it `keeps`; rows that have
    only `nothing` are left out.
    """

    head: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]
    align: tuple[str, ...]
    to_fill: bool = False
    keeps: int = 1
    nothing: str = ""
    bands: tuple[Band, ...] = ()
    broken: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def fields(self) -> Mapping[tuple[int, int], Entry]:
        """What is handed in from which cell, by row and column."""
        if not self.to_fill:
            return {(row, 2): one for row, one in enumerate(self.entries)}
        cells = ((n, m) for n, row in enumerate(self.rows) for m, cell in enumerate(row) if not cell)
        return dict(zip(cells, self.entries, strict=False))

    @property
    def across(self) -> int:
        """How many cells there are to write in beside one another."""
        return max((sum(not cell for cell in row) for row in self.rows), default=0) if self.to_fill else 0

    @property
    def wordy(self) -> tuple[int, ...]:
        """The columns of sentences, which may go on in a second line where the page is narrow."""
        columns = enumerate(zip(*self.rows, strict=True))
        return tuple(n for n, cells in columns if any(len(plain(cell)) > _SENTENCE for cell in cells))

    @property
    def stacks(self) -> tuple[tuple[int, ...], ...]:
        """The columns where it is narrow: each alone, or with the one below it."""
        below = dict(self.pairs)
        return tuple((n, below[n]) if n in below else (n,) for n in range(len(self.head)) if n not in below.values())

    @property
    def banded(self) -> Iterator[tuple[tuple[Band, ...], tuple[tuple[Inline, ...], ...]]]:
        """The rows that stand together, each time with the bands above them."""
        starts = sorted({0, *(band.start for band in self.bands), len(self.rows)})
        for start, end in pairwise(starts):
            yield tuple(band for band in self.bands if band.start == start), self.rows[start:end]


@record
class Terms:
    """Terms with what is said of each: a verdict on each learning rate, say."""

    terms: tuple[tuple[Inline, Inline], ...]


@record
class Point:
    """The loss after an epoch: as it is written, and its decimal logarithm where it has one."""

    epoch: int
    value: Math
    log10: float | None


@record
class Curve:
    """A loss over the epochs that were looked at, on a logarithmic scale; of several runs, each has a name."""

    caption: str
    runs: tuple[tuple[str, tuple[Point, ...]], ...]


@record
class Bar:
    """A size: what it is of, what is measured, and its decimal logarithm where it has one."""

    label: Inline
    of: Inline
    log10: float | None


@record
class Bars:
    """Sizes as bars on a logarithmic scale; those of one thing that is measured stand together."""

    bars: tuple[Bar, ...]


@record
class Counts:
    """How often each of several things is there, as bars from 0, with their numbers."""

    caption: str
    counts: tuple[tuple[str, int], ...]


@record
class Mark:
    """A point in a plot and what is written beside it."""

    x: Rational
    y: Rational
    label: str


@record
class Plot:
    """The loss as a curve over the one parameter that is updated (None where it has no value), with its descents.

    `caption` says of which run, where there are several pictures; `remarks` are of what lies outside.
    """

    caption: Inline
    x: Math
    y: Math
    curve: tuple[tuple[Rational, Rational | None], ...]
    marks: tuple[Mark, ...]
    remarks: tuple[str, ...] = ()


@record
class Blank:
    """A word with room behind it to write in, about so many characters wide, and what stands after that.

    What is written behind the words of a `student` says whose sheet it is.
    """

    word: str
    width: int
    after: str = ""
    student: bool = False


@record
class Form:
    """Blanks beside one another: name, date, marks."""

    blanks: tuple[Blank, ...]


@record
class Space:
    """Room to write by hand, in lines."""

    lines: int


@record
class NewPage:
    """What follows begins on a page of its own."""


Block: TypeAlias = (
    Heading
    | NewPage
    | Facts
    | Drawing
    | Note
    | Say
    | Lines
    | Given
    | Table
    | Terms
    | Curve
    | Plot
    | Form
    | Space
    | Bars
    | Counts
    | Paragraph
    | Listing
    | Logo
)


@record
class Document:
    """A document: its title, the language of its words, the dialect of its mathematics, and its blocks."""

    title: str
    language: str
    dialect: str
    blocks: tuple[Block, ...]
