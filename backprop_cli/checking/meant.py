"""What the name before an equals sign means: a quantity of the problem, or something that the problem gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.references import address_of
from backprop_cli.deriving.names import Names, UnknownName, by_units, in_a_row
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import nearest
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.working.model import Chain
from backprop_cli.writing.notation import load_notation, notations

_MOST_WORDS = 12
_LONGEST = 40  # characters of a name in a message
_MOST_NAMES = 4_000  # among which a near one is looked for
_HELPER = re.compile(r"(?:Δ|∆|\\Delta|Delta)\s*\w")  # a step of a weight: a student's own line on the way
_DERIVATIVE = re.compile(r"[d∂]\s?(?:L|C|J|E|Loss|loss|Cost|Error|E_?\{?tot(?:al)?\}?|E_?\{?ges\}?)\s?/\s?[d∂]\s?(.+)")
_GRADIENT = re.compile(r"(?:grad(?:ient)?[\s_]*|∇\s?|d)_?(\w+)")
_UPDATED = re.compile(
    r"(\w+?(?:_?\{\w+\})?)[_^\s{(\[]*(?:neu|new|updated|after|nouveau|nuevo|新|[tkn]\s?\+\s?1)[})\]]*"
)
_PART = re.compile(r"(?:L|C|J|Loss|loss|Error|error)_\{?(\w+)\}?")
_LOSSES = frozenset(
    ("loss", "cost", "error", "totalerror", "totalloss", "l", "c", "j", "etotal", "etot", "eges", "lossfunction")
)
_RATES = {"eta", "lr", "learningrate", "alpha", "rate"}


@dataclass(frozen=True, eq=False)
class Meanings:
    """Resolves names as students write them, with words before them and headings over them."""

    problem: Problem
    derivation: Derivation
    names: Names
    book: str = ""  # in whose notation a name is read that means different things in different books

    def of_chain(self, chain: Chain) -> Quantity:
        """The quantity that a chain is of; one of kind PARAMETER, INPUT or TARGET where it repeats what is given.

        Raises UnknownName, for the likeliest part of the name.
        """
        within, failure = self.within(chain), None
        for text in _candidates(chain):
            try:
                return self.resolve(text, within)
            except UnknownName as error:
                failure = error
            if (given := self.given(text)) is not None:
                return given
        assert failure is not None
        raise failure

    def resolve(self, text: str, within: Address) -> Quantity:
        """The quantity of a name, also where another book writes it so, or a programmer. Raises UnknownName."""
        try:
            return self.names.resolve(text, within)
        except UnknownName as error:
            failure = error
        for other in self._others(text):
            try:
                return self.names.resolve(other, within)
            except UnknownName:
                continue
        several = self.in_books(text)
        if len(several) > 1 and not self.book:
            message = _("{name!r} means different things in different books").format(name=text[:_LONGEST])
            raise UnknownName(message, _("write {keys}").format(keys=_(" or ").join(one.bare_key for one in several)))
        raise failure

    def _others(self, text: str) -> Iterator[str]:
        """The name in our own words: dL/dw5 and grad_w5 are dE/dw5, Loss is E."""
        loss = self._loss
        if updated := _UPDATED.fullmatch(text.strip()):
            yield f"{updated[1]}_new"
        if derivative := _DERIVATIVE.fullmatch(text.strip()):
            yield f"d{loss}/d{derivative[1]}"
        if (gradient := _GRADIENT.fullmatch(text.strip())) and self.given(gradient[1]):
            yield f"d{loss}/d{gradient[1]}"
        if part := _PART.fullmatch(text.strip()):
            yield f"E_{part[1]}"
        if in_a_row(text).casefold() in _LOSSES:
            yield loss
        found = self.in_books(text)
        if len(found) == 1:
            yield next(iter(found)).bare_key
        for quantity, books in found.items():
            if len(found) > 1 and self.book in books:
                yield quantity.bare_key

    def in_books(self, text: str) -> Mapping[Quantity, frozenset[str]]:
        """What a name means in the notations, and in which of them each."""
        return self._in_other_books.get(in_a_row(text), {})

    def by_the_book(self, book: str) -> Meanings:
        """The same, with names that mean different things in different books read as in this one."""
        if book not in self._by_book:
            self._by_book[book] = _replace(self, book=book)
        return self._by_book[book]

    @cached_property
    def _by_book(self) -> dict[str, Meanings]:
        return {}

    @cached_property
    def _loss(self) -> str:
        return next((line.quantity.bare_key for line in self.derivation.lines if line.quantity.kind is Kind.LOSS), "E")

    @cached_property
    def _in_other_books(self) -> Mapping[str, Mapping[Quantity, frozenset[str]]]:
        """The quantities as the other notations write them, also with the name of a unit in place of its numbers."""
        found: dict[str, dict[Quantity, frozenset[str]]] = {}
        quantities = dict.fromkeys(line.quantity.bare for line in self.derivation.lines)
        for book in notations():
            notation = load_notation(book)
            for one in (notation, by_units(notation)):
                writer = writer_for(self.problem, "unicode", one)
                for quantity in quantities:
                    known = found.setdefault(in_a_row(writer.symbol(quantity)), {})
                    known[quantity] = known.get(quantity, frozenset()) | {book}
        return found

    def is_helper(self, chain: Chain) -> bool:
        """Whether a chain is of something of the student's own, such as Δw."""
        return _HELPER.match(chain.name) is not None

    def is_near(self, chain: Chain) -> bool:
        """Whether the name is nearly that of a quantity, so that one was meant, and not something of one's own."""
        word = in_a_row(chain.name.split()[-1]).casefold() if chain.name.split() else ""
        return len(word) > 1 and nearest(word, self._rows) is not None

    @cached_property
    def _rows(self) -> frozenset[str]:
        return frozenset(in_a_row(quantity.bare_key).casefold() for quantity in self.names.quantities[:_MOST_NAMES])

    def within(self, chain: Chain) -> Address:
        """The headings over a chain, as far as the problem has such places."""
        found: list[Address] = []
        for text in chain.under:
            address = address_of(text)
            try:
                found += [self.names.address(text)] if address else []
            except UnknownName:
                continue
        return tuple(place for address in found for place in address)

    def given(self, name: str) -> Quantity | None:
        """What the problem gives under this name: an input, a target, a parameter, the learning rate."""
        row = in_a_row(name)
        return self._given.get(row) or self._given.get(row.casefold())

    def in_formula(self, name: str, near: Quantity) -> tuple[Quantity, ...]:
        """What a name in the formula of a quantity may mean, the likeliest first: what is at the same place."""
        found: dict[Quantity, None] = {}
        for text in (name, f"{name}_{near.name}"):
            for within in (near.at, ()):
                try:
                    found[self.resolve(text, within)] = None
                except UnknownName:
                    continue
            if (given := self.given(text)) is not None:
                found |= dict.fromkeys(self._everywhere(given, near.at))
            if found:
                break
        return tuple(found)

    def _everywhere(self, given: Quantity, at: Address) -> Iterator[Quantity]:
        """Something given, at the sample of an address where each has its own; a parameter also as it is by then."""
        sample = tuple(place for place in at if place.word == "sample")
        for quantity in (given.at_address(sample), given):
            if quantity in self.derivation.constants:
                yield quantity

    @cached_property
    def _given(self) -> Mapping[str, Quantity]:
        found: dict[str, Quantity] = {}
        writers = [writer_for(self.problem, charset) for charset in ("unicode", "ascii")]
        for quantity in self.derivation.constants:
            bare = quantity.bare
            for text in (bare.bare_key, *(writer.symbol(bare) for writer in writers)):
                found.setdefault(in_a_row(text), bare)
                found.setdefault(in_a_row(text).casefold(), bare)
            if quantity.kind is Kind.CONSTANT and in_a_row(bare.bare_key) in _RATES:
                found |= {word: bare for word in _RATES if word not in found}
        return found


def _candidates(chain: Chain) -> Iterator[str]:
    """The name with fewer and fewer words before it; with a label, also as that of the unit that it names."""
    words = chain.name.split()
    unit = chain.label.split()[-1] if chain.label.split() else ""
    for start in range(min(len(words), _MOST_WORDS)):
        text = " ".join(words[start:])
        if unit:
            yield f"{text}_{unit}"
        yield text
