"""A hand-in as it was read: chains `name = part = part`, and remarks about what was not read, each with its place."""

from __future__ import annotations

from backprop_cli.ground.errors import Span
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _


@record
class Spot:
    """Where something stands: line and column from 1, its length, and the cell of a notebook or a spreadsheet."""

    line: int
    column: int = 1
    length: int = 1
    cell: str = ""

    @property
    def span(self) -> Span:
        """The place in the text of its cell or file."""
        return Span(self.line, self.column, self.length)

    @property
    def said(self) -> str:
        """The place in words: line 3, or the name of the cell."""
        return self.cell or _("line {line}").format(line=self.line)

    def __str__(self) -> str:
        return self.cell or f"{self.line}:{self.column}"


@record
class ChainSide:
    """One side of an equation: a formula, numbers put in, a value or a matrix, in one line of plain characters."""

    text: str
    spot: Spot


@record
class Chain:
    """One line of work: what it is of, as written, and what it is said to equal, one after the other.

    `label` stands before it with a colon (`h1: net = 0.3775`); `under` are the headings in force that name a place
    (`epoch 2`, `sample 1`), `above` the last lines of words, which may say whose `net` it is.
    """

    name: str
    spot: Spot
    parts: tuple[ChainSide, ...]
    label: str = ""
    under: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    exercise: str = ""  # the number of the exercise that it stands under, where a heading says one


@record
class Remark:
    """Something that was not read; `why` is empty where it is words and nobody expects more.

    `on_the_way` is a line that was understood, but is not judged.
    """

    text: str
    spot: Spot
    why: str = ""
    on_the_way: bool = False
    exercise: str = ""
    hint: str = ""  # what might have been meant, or which names there are


@record
class HandIn:
    """Everything that was read of one file, in its order."""

    source: str
    chains: tuple[Chain, ...] = ()
    remarks: tuple[Remark, ...] = ()
    text: str = ""  # for messages with a caret; empty where it is no text
    form: str = ""  # as which format it was read
    student: str = ""  # whose name stands on it
    bits: int = 0  # of its numbers, where a program computed them and none was typed
    upright: bool = False  # its matrices are known to stand as the problem's do

    @property
    def unread(self) -> tuple[Remark, ...]:
        """The remarks that a student should know of."""
        return tuple(one for one in self.remarks if one.why)


@record
class TextLine:
    """A line of a text on its way to chains, or the cells of a row.

    Where its characters are not those of the source, `whole` is the length of what is pointed at.
    """

    text: str
    number: int
    column: int = 1
    cell: str = ""
    whole: int | None = None
    heading: bool = False
    row: tuple[str, ...] = ()

    def spot(self, start: int = 0, length: int | None = None) -> Spot:
        """The place of some of its characters."""
        if self.whole is not None:
            return Spot(self.number, self.column, max(1, self.whole), self.cell)
        return Spot(self.number, self.column + start, max(1, len(self.text) if length is None else length), self.cell)
