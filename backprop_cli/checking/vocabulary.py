"""The names that a problem has for its quantities and what it gives, in every notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.references import address_of
from backprop_cli.checking.spoken import Spoken
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.spellings import by_units, in_a_row
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem
from backprop_cli.working.model import Chain
from backprop_cli.writing.notation import load_notation, notations

_BEFORE = re.compile(r"([^\W\d_]+)_?\{?\(?0\)?\}?")
_TRAILING = re.compile(r"(?<![0-9])[0-9]+$")
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 4096, 200  # names that a sheet may say again, and their characters
_LONG = 3  # letters of a name that is the same in capitals
_RATES = {"eta", "lr", "learningrate", "alpha", "rate"}


@record(slots=False, eq=False)
class Vocabulary:
    """The quantities of a problem by their names."""

    problem: Problem
    derivation: Derivation
    names: Names

    def given(self, name: str) -> Quantity | None:
        """What the problem gives under this name: an input, a target, a parameter, the learning rate."""
        row = in_a_row(name)
        return self.given_names.get(row) or self.given_names.get(row.casefold()) or self._by_letter.get(row)

    @cached_property
    def given_names(self) -> Mapping[str, Quantity]:
        """What the problem gives, by the names that it has in any notation."""
        found: dict[str, Quantity] = {}
        writers = [writer_for(self.problem, charset) for charset in ("unicode", "ascii")]
        for quantity in self.derivation.constants:
            bare = quantity.bare
            for text in (bare.bare_key, *(writer.symbol(bare) for writer in writers)):
                found.setdefault(in_a_row(text), bare)
                found.setdefault(in_a_row(text).casefold(), bare)
            formula = self.derivation.constants[quantity]
            if isinstance(formula, Number) and formula.text in self.problem.stood_in:
                found.setdefault(in_a_row(formula.text), quantity)
            if quantity.kind is Kind.TARGET:
                for text in (f"target_{bare.name}", f"t_{bare.name}", f"y_{{d,{bare.name}}}", f"d_{bare.name}"):
                    found.setdefault(in_a_row(text), bare)
        numbered = ((_TRAILING.search(one.name), one.bare) for one in self.derivation.constants
                    if one.kind is Kind.TARGET)  # fmt: skip
        settings = (one.bare for one in self.derivation.constants if one.kind is Kind.CONSTANT)
        rate = next((one for one in settings if in_a_row(one.bare_key) in _RATES), None)
        others = {} if rate is None else dict.fromkeys(_RATES, rate)  # α itself goes before its meaning η
        return {f"t{number[0]}": target for number, target in numbered if number} | others | found

    @cached_property
    def _by_letter(self) -> Mapping[str, Quantity]:
        """The parameters by their letter alone, θ for θ₁, where only one has it."""
        writer = writer_for(self.problem, "unicode")
        found: dict[str, set[Quantity]] = {}
        for quantity in {one.bare for one in self.derivation.constants if one.kind is Kind.PARAMETER}:
            for text in (quantity.bare_key, writer.symbol(quantity)):
                if number := _TRAILING.search(row := in_a_row(text)):
                    found.setdefault(row[: number.start()], set()).add(quantity)
        return {letter: one for letter, (one, *others) in found.items() if letter and not others}

    def in_books(self, text: str) -> Mapping[Quantity, frozenset[str]]:
        """What a name means in the notations, and in which of them each; a sheet says the same names many times."""
        found = self._meant.get(text)
        if found is None:
            row = in_a_row(text)
            found = dict(self._in_other_books.get(row) or self._in_any_case.get(row.casefold(), {}))
            for quantity, ways in self.spoken.meant(text).items():
                found[quantity] = found.get(quantity, frozenset()) | ways
            if len(text) <= _LONGEST_REMEMBERED and len(self._meant) < _MOST_REMEMBERED:
                self._meant[text] = found
        return found

    @cached_property
    def _meant(self) -> dict[str, dict[Quantity, frozenset[str]]]:
        return {}

    @cached_property
    def spoken(self) -> Spoken:
        """Names by words and by indices."""
        return Spoken(self.problem, dict.fromkeys(line.quantity.bare for line in self.derivation.lines))

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

    @cached_property
    def _in_any_case(self) -> Mapping[str, Mapping[Quantity, frozenset[str]]]:
        """The longer ones of these names in small letters: aO1 is a_o1."""
        rows = ((row.casefold(), found) for row, found in self._in_other_books.items() if len(row) >= _LONG)
        several: dict[str, list[Mapping[Quantity, frozenset[str]]]] = {}
        for row, found in rows:
            several.setdefault(row, []).append(found)
        return {row: found[0] for row, found in several.items() if len(found) == 1}

    @cached_property
    def units(self) -> Mapping[str, tuple[str, ...]]:
        """The units by their names, and by their numbers."""
        found: dict[str, dict[str, None]] = {}
        for line in self.derivation.lines:
            if line.quantity.kind in (Kind.NET, Kind.OUT):
                name = line.quantity.name
                found.setdefault(in_a_row(name), {})[name] = None
                if number := _TRAILING.search(name):
                    found.setdefault(number[0], {})[name] = None
        return {word: tuple(names) for word, names in found.items()}

    def is_before_the_first(self, name: str) -> bool:
        """Whether a name is that of a unit before the first step, h0, which is 0."""
        found = _BEFORE.fullmatch(name)
        return found is not None and f"{found[1]}1" in self.units and f"{found[1]}2" in self.units

    @cached_property
    def has_samples(self) -> bool:
        """Whether lines stand at a sample each."""
        return any(place.word == "sample" for line in self.derivation.lines for place in line.quantity.at)

    @cached_property
    def loss(self) -> str:
        """The key of the loss."""
        return next((line.quantity.bare_key for line in self.derivation.lines if line.quantity.kind is Kind.LOSS), "E")

    @cached_property
    def objective(self) -> str:
        """The key of what is differentiated: the loss, or the last node of a graph."""
        gradients = (line.quantity for line in self.derivation.lines if line.quantity.kind is Kind.GRADIENT)
        return next((one.of.bare_key for one in gradients if one.of is not None), self.loss)

    @cached_property
    def pairs(self) -> tuple[tuple[Quantity, Quantity], ...]:
        """Every target, with the output that it is of."""
        targets = {(one.name, one.at): one for one in self.derivation.constants if one.kind is Kind.TARGET}
        return tuple(
            (targets[line.quantity.name, at], line.quantity)
            for line in self.derivation.lines
            if line.quantity.kind is Kind.OUT
            for at in (tuple(place for place in line.quantity.at if place.word == "sample"), ())
            if (line.quantity.name, at) in targets
        )

    def derivative_by(self, quantity: Quantity) -> str:
        """The key of the derivative of the loss by a quantity."""
        is_delta = quantity.kind is Kind.NET and not self.problem.conventions.negative_delta
        return f"delta_{quantity.name}" if is_delta else f"d{self.loss}/d{quantity.bare_key}"

    def known(self, keys: Iterable[str], within: Address) -> Iterator[Quantity]:
        """The quantities of those of these keys that there are."""
        found = (self.names.find(key, within) for key in keys)
        return (one for one in found if one is not None)

    def within(self, chain: Chain) -> Address:
        """The headings over a chain, as far as the problem has such places."""
        return tuple(place for text in chain.under if address_of(text) for place in self._place(text))

    def _place(self, text: str) -> Address:
        """What a heading names, as an address; a step is an epoch where updates are counted so, and the other way."""
        word, _blank, number = text.partition(" ")
        try:
            return self.names.address(f"{self._other_word.get(word, word)} {number}".rstrip())
        except UnknownName:
            return ()

    @cached_property
    def _other_word(self) -> Mapping[str, str]:
        """What is called otherwise in addresses; steps in time have units of their own, and none."""
        words = {place.word for quantity in self.names.quantities for place in quantity.at}
        in_time = any(layer.over_steps for layer in self.problem.layers)
        counted = {"step", "epoch"} & words
        others = ("step", "epoch", *(() if self.has_samples else ("sample",)))  # the rows of a table may be steps
        return {} if in_time or len(counted) != 1 else dict.fromkeys(others, next(iter(counted)))
