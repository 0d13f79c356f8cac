"""Names on a sheet that are not the problem's own: those of another book, in whose notation all of them are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.checking.known import KnownProblem
from backprop_cli.ground.errors import SourceError
from backprop_cli.working.model import Chain, ChainSide, HandIn, Spot

if TYPE_CHECKING:
    from backprop_cli.checking.meant import Meanings

_T = TypeVar("_T")


class OtherNames:
    """Notes the names on the sheet of one problem that it does not know, until it is settled what they mean."""

    def __init__(self, known: KnownProblem) -> None:
        self.known = known
        self.noted: list[Chain] = []
        self._meanings: Meanings | None = None

    def __call__(self, name: str, within: Address, value: str) -> Quantity | None:
        """What a name with this value means under an address; None where that is nothing, or not settled yet."""
        if self._meanings is None:
            here = Spot(1, 1, len(name))
            self.noted.append(Chain(name, here, (ChainSide(value, here),), under=tuple(map(str, within))))
            return None
        return self._meanings.find(name, within)

    def settle(self, source: str) -> None:
        """Finds out in whose notation the names are: whose values come right."""
        from backprop_cli.checking.books import book_of

        book = book_of(self.known, HandIn(source, tuple(self.noted)))
        self._meanings = self.known.meanings.by_the_book(book) if book else self.known.meanings


def with_other_names(read: Callable[[Sequence[OtherNames]], _T], problems: Sequence[KnownProblem], source: str) -> _T:
    """What is read; once more, with the names of other books, where there are any that the problems do not know.

    Raises what reading does.
    """
    others = [OtherNames(one) for one in problems]
    try:
        found = read(others)
    except SourceError:
        if not any(one.noted for one in others):
            raise
    else:
        if not any(one.noted for one in others):
            return found
    for one in others:
        one.settle(source)
    return read(others)
