"""Settles the numbers of a validated file that are written with letters, once it is known which names are letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from backprop_cli.algebra.expressions import CONSTANTS, FormulaError, parse_constant
from backprop_cli.algebra.formula import ONE, Formula, Name
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.file_model import FileModel
from backprop_cli.problem.letters import Letters
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.texts import Token, Unread, explained
from backprop_cli.problem.tree import Path


class _Place(NamedTuple):
    """Where a text waits to be read: in a mapping, a list or a model, under a key."""

    holder: Any
    key: Any
    path: Path
    unread: Unread

    def stands_for_itself(self) -> bool:
        """Whether the text is a name that means just the number it stands for."""
        return self.unread.text.strip() in (own.format(key=self.key) for own in self.unread.own)

    def put(self, value: Any) -> None:
        if isinstance(self.holder, FileModel):
            setattr(self.holder, self.key, value)
        else:
            self.holder[self.key] = value


def settle_letters(file: ProblemFile, book: ComplaintBook) -> Letters:
    """The letters of a file: those it lists, and every name that stands for itself.

    What is written with them is read in its place; what is no number even so is complained about and becomes a 1.
    """
    places = list(_places(file, ()))
    listed = {file.letters} if isinstance(file.letters, str) else set(file.letters)
    alone = {place.unread.text.strip() for place in places if place.stands_for_itself()}
    letters = Letters(frozenset(listed | alone) - CONSTANTS, file.symbolic)
    for place in places:
        unread = place.unread
        try:
            place.put(unread.put(read_with(letters, unread.text)))
        except FormulaError as error:
            failure = explained(error, unread.text, may_be_letter=True)
            if not unread.may_be_word:
                part = (unread.offset + failure.offset, failure.length)
                book.complain(place.path, failure.message, failure.hint, part)
            place.put(Token(unread.text.strip(), failure) if unread.may_be_word else unread.put(ONE))
    return letters


def read_with(letters: Letters, text: str) -> Formula:
    """The number that a text says, which may be a letter or be computed from some; raises FormulaError."""
    return Name(text.strip()) if letters.has(text.strip()) else parse_constant(text, letters.names)


def _places(holder: Any, path: Path) -> Iterator[_Place]:
    """Every text that waits, in the order of the file."""
    for key, step, value in _entries(holder):
        if isinstance(value, Unread):
            yield _Place(holder, key, (*path, step), value)
        else:
            yield from _places(value, (*path, step))


def _entries(holder: Any) -> Iterator[tuple[Any, str | int, Any]]:
    """What a mapping, a list or a model holds: its key in Python, that in the file, and the value."""
    if isinstance(holder, dict):
        yield from ((key, key, value) for key, value in holder.items())
    elif isinstance(holder, list):
        yield from ((index, index, value) for index, value in enumerate(holder))
    elif isinstance(holder, FileModel):
        fields = type(holder).model_fields
        for key in holder.model_fields_set:
            written = fields[key].alias if key in fields else None
            yield key, written or key, getattr(holder, key)
