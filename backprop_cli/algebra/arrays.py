"""Vectors and matrices as a layout of formulas: a shape, and the formula of every entry."""

from __future__ import annotations

from backprop_cli.algebra.formula import Formula
from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, how_to_raise
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, plural

OF = " of"  # what is behind the name of a reduction of all entries


@record
class Array:
    """A number (shape ()), a vector (n,) or a matrix (rows, columns), its entries row by row.

    A vector is a column; `turned`, it is the row that its transpose is.
    """

    shape: tuple[int, ...]
    entries: tuple[Formula, ...]
    turned: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is a single number."""
        return not self.shape

    @property
    def rows(self) -> list[tuple[Formula, ...]]:
        """The rows of a matrix; of a vector, its entries as the rows of a column, or as one row where it is turned."""
        if self.turned:
            return [self.entries]
        width = self.shape[1] if len(self.shape) == 2 else 1
        return [self.entries[start : start + width] for start in range(0, len(self.entries), width)]

    def __str__(self) -> str:
        """The shape in words: a number, a vector with 3 entries, a matrix with 2 rows and 3 columns."""
        if self.is_number:
            return _("a number")
        if len(self.shape) == 1:
            if self.turned:
                return plural("a row with {count} entry", "a row with {count} entries", self.shape[0])
            return plural("a vector with {count} entry", "a vector with {count} entries", self.shape[0])
        rows = plural("{count} row", "{count} rows", self.shape[0])
        columns = plural("{count} column", "{count} columns", self.shape[1])
        return _("a matrix with {rows} and {columns}").format(rows=rows, columns=columns)


class ShapeError(BackpropError):
    """Arrays that do not fit: the part of the formula in which they meet, what is wrong, and a suggestion."""

    def __init__(self, part: Formula, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.part = part
        self.message = message
        self.hint = hint


def single(formula: Formula) -> Array:
    """A number as an array."""
    return Array((), (formula,))


def refuse_many(formula: Formula, count: int) -> None:
    """Raises ShapeError where an array would have too many terms in its entries."""
    if count > limits.TERMS:
        message = _("the entries of this have more than {limit:,} terms").format(limit=limits.TERMS)
        raise ShapeError(formula, message, how_to_raise("terms"))


def few(formula: Formula, entries: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The arguments of an operation, which are not too many."""
    if len(entries) > limits.WINDOW:
        raise ShapeError(formula, _("more than {limit} factors or arguments").format(limit=limits.WINDOW))
    return entries
