"""What the name before an equals sign means: a quantity of the problem, or something that the problem gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Address, Kind, Place, Quantity
from backprop_cli.algebra.references import address_of
from backprop_cli.checking.bare import Bare
from backprop_cli.checking.spoken import Spoken
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.spellings import by_units, in_a_row
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import nearest
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.working.model import Chain
from backprop_cli.writing.notation import load_notation, notations

_MOST_WORDS = 12
_LONGEST = 40  # characters of a name in a message
_MOST_NAMES = 4_000  # among which a near one is looked for
_HELPER = re.compile(r"(?:Δ|∆|\\Delta|Delta\s)\s?[A-Za-zθ][\w{},]*")  # a step of a weight: a line on the way
_DERIVATIVE = re.compile(r"[d∂]\s?(?:L|C|J|E|Loss|loss|Cost|Error|E_?\{?tot(?:al)?\}?|E_?\{?ges\}?)\s?/\s?[d∂]\s?(.+)")
_GRADIENT = re.compile(r"(?:grad(?:ient)?[\s_]*|∇\s?|d)_?(\w+)")
_D_OF_A_UNIT = re.compile(r"d_\{?(\w+)\}?")  # δ, where there is only the Latin letter
_UPDATED = re.compile(
    r"(\w+?(?:_?\{\w+\})?)[_^\s{(\[]*(?:neu|new|updated|after|nouveau|nuevo|新|[tkn]\s?\+\s?1)[})\]]*"
)
_PART = re.compile(r"(?:L|C|J|Loss|loss|Error|error)_\{?(\w+)\}?")
_FACTOR = re.compile(r"[d∂]\s?(.+?)\s?/\s?[d∂]\s?(.+)")
_NUMBERED = re.compile(r"(z|a|net|out|in|o|s|y)([0-9]{1,3})", re.I)
_HEADS = {"z": ("net",), "a": ("out", "net"), "net": ("net",), "in": ("net",), "s": ("net", "out"), "out": ("out",),
          "o": ("out",), "y": ("out",)}  # fmt: skip
_SAYS_WHAT = re.compile(  # words that say what of a unit or a parameter is meant
    r"error|err|input|net|sum|target|delta|gradient|grad|nabla|derivative|step|change|correction|weight|bias", re.I
)
_SAYS_ELSE = re.compile(r"gradient|grad|nabla|derivative|step|change|correction|error|err|delta", re.I)
_CHANGE = re.compile(r".*\b(?:change|step|correction|increment|difference)s?\s+(?:in|of|for|to)\s+.*", re.I)
_TRAILING = re.compile(r"[0-9]+$")
_LETTERS = 3  # a longer word of letters alone is no misspelt name
_LOSSES = frozenset(
    ("loss", "cost", "error", "totalerror", "totalloss", "l", "c", "j", "etotal", "etot", "eges", "lossfunction",
     "errortotal", "fehler", "gesamtfehler", "verlust", "gesamtverlust", "kosten", "误差", "总误差", "损失", "总损失")
)  # fmt: skip
_RATES = {"eta", "lr", "learningrate", "alpha", "rate"}


@record(slots=False, eq=False)
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
            if (given := self.given(text)) is not None and not self._is_said_otherwise(chain, text):
                return given
        if len(found := self.bare(chain)) == 1:
            return found[0]
        assert failure is not None
        raise failure

    def bare(self, chain: Chain) -> tuple[Quantity, ...]:
        """What a name without an index may mean, as the words over it say."""
        return tuple(self._known([one.bare_key for one in self.bare_of(chain)], self.within(chain)))

    def bare_of(self, chain: Chain) -> tuple[Quantity, ...]:
        """The same without their places, also where the problem has them at several."""
        names = (self._bare.meant(text, (*chain.above, chain.label)) for text in _candidates(chain))
        return next(filter(None, names), ())

    @cached_property
    def _bare(self) -> Bare:
        return Bare(self.problem, self.derivation)

    @staticmethod
    def _is_said_otherwise(chain: Chain, text: str) -> bool:
        """Whether words before a given thing say that something else of it is meant: the gradient of w5."""
        before = chain.name.removesuffix(text).split()
        return any(_SAYS_ELSE.fullmatch(word) for word in before)

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
            yield from self._by_unit(derivative[1])
        if (unit := _D_OF_A_UNIT.fullmatch(text.strip())) and self.given(text) is None:
            yield f"delta_{unit[1]}"
        if (gradient := _GRADIENT.fullmatch(text.strip())) and self.given(gradient[1]):
            yield f"d{loss}/d{gradient[1]}"
        if part := _PART.fullmatch(text.strip()):
            yield f"E_{part[1]}"
        if in_a_row(text).casefold() in _LOSSES and in_a_row(text) not in self._given:
            yield loss
        found = self.in_books(text)
        if len(found) == 1:
            yield next(iter(found)).bare_key
        for quantity, books in found.items():
            if len(found) > 1 and self.book in books:
                yield quantity.bare_key

    def delta_called(self, chain: Chain, given: Quantity) -> Quantity | None:
        """The δ of an output that d_o1 means where that is not the target, which some books call so."""
        words = chain.name.split()
        if given.kind is not Kind.TARGET or not words or in_a_row(words[-1]) != in_a_row(f"d_{given.name}"):
            return None
        return next(self._known([f"delta_{given.name}"], self.within(chain)), None)

    def _by_unit(self, name: str) -> Iterator[str]:
        """The derivative of the loss by something of a unit that a book calls so: dL/dz_y is δ_y."""
        found = self.in_books(name)
        for quantity, books in found.items():
            if len(found) == 1 or self.book in books:
                yield self._derivative_by(quantity)

    def _derivative_by(self, quantity: Quantity) -> str:
        """The key of the derivative of the loss by a quantity."""
        is_delta = quantity.kind is Kind.NET and not self.problem.conventions.negative_delta
        return f"delta_{quantity.name}" if is_delta else f"d{self._loss}/d{quantity.bare_key}"

    def several(self, chain: Chain) -> tuple[Quantity, ...]:
        """What a name may mean, where that is more than one thing and nothing tells which."""
        for text in _candidates(chain):
            derivative = _DERIVATIVE.fullmatch(text)
            by = [self._derivative_by(one) for one in self.in_books(derivative[1])] if derivative else []
            found = tuple(self.in_books(text)) or tuple(self._known(by, self.within(chain)))
            numbered = _NUMBERED.fullmatch(in_a_row(text))
            if numbered is not None and not found:
                units = self._units.get(numbered[2], ())
                keys = [f"{kind}_{unit}" for unit in units for kind in _HEADS[numbered[1].lower()][:1]]
                found = tuple(self._known(keys, self.within(chain)))
            if len(found) > 1:
                return found
        return self.bare(chain)

    def in_books(self, text: str) -> Mapping[Quantity, frozenset[str]]:
        """What a name means in the notations, and in which of them each."""
        found = dict(self._in_other_books.get(in_a_row(text), {}))
        for quantity, ways in self._spoken.meant(text).items():
            found[quantity] = found.get(quantity, frozenset()) | ways
        return found

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self.problem, dict.fromkeys(line.quantity.bare for line in self.derivation.lines))

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

    def of_a_unit(self, chain: Chain) -> tuple[Quantity, ...]:
        """The output and the net input of a unit that a chain is called by: h1, or z1 where one unit has the number 1.

        Of a derivative by it (∂L/∂h1), those by its output and by its net input.
        """
        words = chain.name.split()
        name = words[-1] if words else ""
        if any(_SAYS_WHAT.fullmatch(word) for word in words[:-1]):
            return ()
        derivative = _DERIVATIVE.fullmatch(name)
        word = in_a_row(derivative[1] if derivative else name)
        numbered = _NUMBERED.fullmatch(word)
        kinds = ("out", "net") if numbered is None or word in self._units else _HEADS[numbered[1].lower()]
        units = self._units.get(word) or (numbered and self._units.get(numbered[2])) or ()
        keys = [
            (f"d{self._loss}/d{kind}_{unit}" if derivative else f"{kind}_{unit}") for unit in units for kind in kinds
        ]
        if derivative:
            keys += [f"delta_{unit}" for unit in units if "net" in kinds]
        return tuple(self._known(keys, self.within(chain))) if len(units) == 1 else ()

    def numbered(self, chain: Chain) -> tuple[Quantity, ...]:
        """What a letter with a number may mean, as the last word of a chain's name."""
        words = chain.name.split()
        found = self._spoken.numbered(words[-1]) if words else ()
        return tuple(self._known((one.bare_key for one in found), self.within(chain)))

    def in_numbers(self, name: str) -> tuple[Quantity, ...]:
        """The same for a name in a formula."""
        return self._spoken.numbered(name)

    def _known(self, keys: Iterable[str], within: Address) -> Iterator[Quantity]:
        for key in keys:
            try:
                yield self.names.resolve(key, within)
            except UnknownName:
                continue

    @cached_property
    def _units(self) -> Mapping[str, tuple[str, ...]]:
        """The units by their names, and by their numbers."""
        found: dict[str, dict[str, None]] = {}
        for line in self.derivation.lines:
            if line.quantity.kind in (Kind.NET, Kind.OUT):
                name = line.quantity.name
                found.setdefault(in_a_row(name), {})[name] = None
                if number := _TRAILING.search(name):
                    found.setdefault(number[0], {})[name] = None
        return {word: tuple(names) for word, names in found.items()}

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

    def is_helper(self, chain: Chain) -> bool:
        """Whether a chain is of something of the student's own, such as Δw, or a factor ∂net/∂w of the chain rule."""
        if _HELPER.fullmatch(chain.name) is not None or _CHANGE.fullmatch(chain.name) is not None:
            return True
        factor = None if self.in_books(chain.name) else _FACTOR.fullmatch(chain.name)
        return factor is not None and all(map(self._is_anything, factor.groups())) and not self._is_anything(chain.name)

    def factor(self, text: str, near: Quantity) -> tuple[Quantity, Quantity] | None:
        """The two quantities of a derivative that has no line of its own, as ∂net_o1/∂w5."""
        found = _FACTOR.fullmatch(text)
        if found is None or self._is_anything(text) or self.in_formula(text, near):
            return None
        of, by = (self.in_formula(name, near) for name in found.groups())
        return (of[0], by[0]) if of and by else None

    def _is_anything(self, name: str) -> bool:
        """Whether something of the problem is called so."""
        try:
            self.resolve(name, ())
        except UnknownName as error:
            return self.given(name) is not None or "once" in error.message
        return True

    def is_near(self, chain: Chain) -> bool:
        """Whether the name is nearly that of a quantity, so that one was meant, and not something of one's own."""
        said = chain.name.split()[-1] if chain.name.split() else ""
        if said.startswith(("e^", "exp")):
            return False
        word = in_a_row(said).casefold()
        is_a_word = said.isalpha() and len(said) > _LETTERS
        return len(word) > 1 and not is_a_word and word not in self._units and nearest(word, self._rows) is not None

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
        sample = _SAMPLE.search(name)
        name, at = (name[: sample.start()], _of_sample(near.at, int(sample[1]))) if sample else (name, near.at)
        for text in (name, *self._with_an_index(name, near)):
            for within in _around(at):
                try:
                    found[self.resolve(text, within)] = None
                except UnknownName:
                    continue
            if (given := self.given(text)) is not None:
                found |= dict.fromkeys(self._everywhere(given, at))
            if found:
                break
        return tuple(found)

    def _with_an_index(self, name: str, near: Quantity) -> Iterator[str]:
        """A name in the formula of a quantity, with the index that is left out: of what the line is computed from."""
        if (bare := self._bare.in_formula(name, near)) is not None:
            yield bare.bare_key
        yield f"{name}_{near.name}"
        units = self._units.get(in_a_row(name), ())
        if len(units) == 1:  # h1 for what it puts out
            yield f"out_{units[0]}"
        numbered = _NUMBERED.fullmatch(in_a_row(name))
        units = self._units.get(numbered[2], ()) if numbered and numbered[1] != "y" else ()
        if numbered and len(units) == 1:  # a1 where one unit has the number 1
            yield f"{_HEADS[numbered[1].lower()][0]}_{units[0]}"

    def _everywhere(self, given: Quantity, at: Address) -> Iterator[Quantity]:
        """Something given, at the sample of an address where each has its own; a parameter also as it is by then."""
        for places in _around(at):
            quantity = given.at_address(places)
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
            formula = self.derivation.constants[quantity]
            if isinstance(formula, Number) and formula.text in self.problem.stood_in:
                found.setdefault(in_a_row(formula.text), quantity)
            if quantity.kind is Kind.TARGET:
                for text in (f"target_{bare.name}", f"t_{bare.name}", f"y_{{d,{bare.name}}}", f"d_{bare.name}"):
                    found.setdefault(in_a_row(text), bare)
            if quantity.kind is Kind.CONSTANT and in_a_row(bare.bare_key) in _RATES:
                found |= {word: bare for word in _RATES if word not in found}
        numbered = ((_TRAILING.search(one.name), one.bare) for one in self.derivation.constants
                    if one.kind is Kind.TARGET)  # fmt: skip
        return {f"t{number[0]}": target for number, target in numbered if number} | found


_SAMPLE = re.compile(r"\^?\{?\(([0-9]{1,4})\)\}?$")  # E^(2), x^{(1)}


def _of_sample(at: Address, number: int) -> Address:
    """An address at another sample; of a batch, that of the epoch."""
    return (*(place for place in at if place.word not in ("sample", "batch")), Place("sample", number))


def _around(at: Address) -> Iterator[Address]:
    """An address, and what it is part of: without its batch, its sample alone, its epoch alone, none."""
    yield at
    words = {place.word for place in at}
    for kept in (words - {"batch"}, {"sample"}, {"epoch"}):
        yield tuple(place for place in at if place.word in kept)
    yield ()


def _candidates(chain: Chain) -> Iterator[str]:
    """The name with fewer and fewer words before it; with a label, also as that of the unit that it names."""
    words = chain.name.split()
    unit = chain.label.split()[-1] if chain.label.split() else ""
    for start in range(min(len(words), _MOST_WORDS)):
        text = " ".join(words[start:])
        if unit:
            yield f"{text}_{unit}"
        yield text
