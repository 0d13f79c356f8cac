"""In whose notation a hand-in is written, where the same names mean different things in different books."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.known import KnownProblem
from backprop_cli.checking.written_numbers import names_in_text, says, value_in_chain
from backprop_cli.working.model import Chain, HandIn
from backprop_cli.writing.notation import load_notation, notations

_LETTER = re.compile(r"([az])_?\{?\(?\w{1,9}\)?\}?")
_ACTIVATED = re.compile(r"\b(?:tanh|sigma|sigmoid|sig|relu|max|softmax|exp)\b|σ|e\s?\^", re.I)
_MOST_EVIDENCE = 200  # lines from which it is told


def book_of(known: KnownProblem, hand_in: HandIn) -> str:
    """In whose notation names are written that mean different things in different books: whose values come right.

    Empty where there are none, or where that cannot be told.
    """
    if turned := _by_letters(hand_in):
        return turned
    names = [(chain, found) for chain in hand_in.chains if len(found := _in_books(known, chain)) > 1][:_MOST_EVIDENCE]
    scores = {book: 0 for _chain, found in names for books in found.values() for book in books}
    for chain, found in names:
        for quantity, books in found.items():
            scores |= {book: scores[book] + _evidence(known, chain, quantity, book) for book in books}
    for only in _told_by_layer(known, hand_in) if scores else ():
        scores |= {book: scores[book] + 1 for book in only if book in scores}
    shared = {book: max(len(books) for _chain, found in names for books in found.values() if book in books)
              for book in scores}  # fmt: skip
    best = max(scores, key=lambda book: (scores[book], shared[book]), default="")
    return best if scores and scores[best] else ""


def _by_letters(hand_in: HandIn) -> str:
    """The book in which a is a net input and z an output, where the work on a sheet shows just that.

    Letters with the number of a unit are in no notation, so that this is not told by values alone.
    """
    shows: dict[str, set[bool]] = {}
    for chain in hand_in.chains[:_MOST_EVIDENCE]:
        letter = _LETTER.fullmatch(chain.name)
        work = [part.text for part in chain.parts[:-1]] if letter else []
        if letter and work:
            shows.setdefault(letter[1], set()).add(any(_ACTIVATED.search(text) for text in work))
    if shows.get("a") != {False} or shows.get("z") != {True}:
        return ""
    heads = ((book, load_notation(book).symbols) for book in notations())
    return next((book for book, of in heads if of[Kind.NET.value][:2] == "a_" and of[Kind.OUT.value][:2] == "z_"), "")


def _told_by_layer(known: KnownProblem, hand_in: HandIn) -> Iterator[frozenset[str]]:
    """The ways of counting layers in which a name means anything, where it means one thing alone: δ^(2)_3."""
    for chain in hand_in.chains[:_MOST_EVIDENCE]:
        found = _in_books(known, chain)
        if len(found) == 1:
            yield from (books for books in found.values() if any(book.startswith("layers") for book in books))


def _evidence(known: KnownProblem, chain: Chain, quantity: Quantity, book: str) -> int:
    """How much speaks for it that a chain is of this quantity: a right value, a name that its line mentions."""
    written = value_in_chain(chain)[1]
    found = 0
    for one in known.meanings.known([quantity.bare_key], known.meanings.within(chain)):
        found += written is not None and says(written, known.true(one))
        used = known.derivation.uses(one)
        mentioned = {name for part in chain.parts for name in names_in_text(part.text)}
        meant = [quantity for name in mentioned for quantity, books in known.meanings.in_books(name).items()
                 if book in books]  # fmt: skip
        found += any(one.bare in meant for one in used)
    return found


def _in_books(known: KnownProblem, chain: Chain) -> Mapping[Quantity, frozenset[str]]:
    is_ours = known.meanings.names.find(chain.name, known.meanings.within(chain)) is not None
    return {} if is_ours else known.meanings.in_books(chain.name)
