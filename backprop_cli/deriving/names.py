"""What a name means: the quantity that is called so, at the addresses that it gives; or why it means nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Place, Quantity, turned
from backprop_cli.algebra.references import ALL, Reference, address_of, of_a_sample, place_of
from backprop_cli.deriving.spellings import Spellings, in_a_row
from backprop_cli.deriving.whole_layers import wholes_of_layers
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside
from backprop_cli.problem.model import Problem
from backprop_cli.writing.writer import Writer

_SAMPLE = re.compile(r"\^?\{?\(([0-9]{1,9})\)\}?$")  # E^(2) is E of sample 2
_FEW = 6  # names that are listed in a message
_SHOWN = 50  # unknown names that are listed where all of them are complained about at once


class UnknownName(BackpropError):  # noqa: N818 - read as the sentence that it starts
    """A name that no quantity goes by, or that several do; `is_repeated`: one in several passes."""

    def __init__(
        self, message: str, hint: str | Callable[[], str | None] | None = None, is_repeated: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.is_repeated = is_repeated
        self._hint = hint

    @property
    def hint(self) -> str | None:
        """What may be meant; it is searched for when it is asked for."""
        return self._hint() if callable(self._hint) else self._hint

    def saying(self, message: str) -> UnknownName:
        """The same in other words."""
        return UnknownName(message, self._hint, self.is_repeated)

    @property
    def said(self) -> str:
        """The message with the hint behind it."""
        hint = self.hint
        return aside(self.message, hint) if hint else self.message


@record(slots=False)
class Names:
    """Every name by which quantities may be called; dictionaries, made once and when needed.

    `given` is what has a value without being worked out. So many `further` epochs have the same quantities as the last
    one among them.
    """

    problem: Problem
    quantities: tuple[Quantity, ...]
    given: tuple[Quantity, ...] = ()
    further: int = 0

    @classmethod
    def of(cls, problem: Problem, derivation: Derivation, further: int = 0) -> Names:
        """The names of what a derivation of the problem works out."""
        lines = tuple(line.quantity for line in derivation.lines)
        return cls(problem, lines, tuple(derivation.constants), further)

    def find(self, text: str, within: Address = ()) -> Quantity | None:
        """The same as `resolve`, and None where there is none, or several."""
        try:
            return self.resolve(text, within)
        except UnknownName:
            return None

    def resolve(self, text: str, within: Address = ()) -> Quantity:
        """The one quantity that is called so, at the address that the name and what it stands `within` give.

        A key is taken before a spelling, a spelling as written before one in other letters. Raises UnknownName.
        """
        if not within and (found := self._keys.get(text)):
            return found
        bare, at = self._read(text, within)
        several = self._at(bare, at, text)
        if len(several) > 1:
            message = _("{text!r} is worked out more than once").format(text=_cut(text))
            raise UnknownName(message, lambda: _("say which: {keys}").format(keys=_keys(several)), is_repeated=True)
        return several[0]

    def meant(self, text: str) -> tuple[Reference, ...]:
        """The quantities that a text means, by their keys: those in all the passes that its address includes.

        A name alone means every pass but the one after the update, and stays one reference; that of a vector or a
        matrix of a graph means its entries. Raises UnknownName.
        """
        if entries := self.entries(text):
            return tuple(one for entry in entries for one in self.meant(entry))
        bare, at = self._read(text, ())
        found = self._at(bare, at, text)
        before = [one for one in found if AFTER in at or AFTER not in one.at]
        if not before:
            raise self._nowhere(bare, at, found)
        if not any(self._needed(at)):
            return (Reference((), bare.bare_key, text),)
        if ALL in at:
            return tuple(Reference((*one.at, ALL), bare.bare_key, text) for one in before)
        return tuple(Reference(place, bare.bare_key, text) for one in before for place in self._repeated(one, at))

    def asked(self, text: str) -> tuple[Reference, ...]:
        """The same where a sheet asks for it: of a batch, dW1 is that of all samples together, and not that of each."""
        slopes = [entry for entry in self.entries(text) if "/d" in entry]
        if slopes and self.problem.has_batches and not Reference.parse(text).at:
            with suppress(UnknownName):  # what each sample has of its own is nowhere added up
                return tuple(one for entry in slopes for one in self.meant(f"{ALL} / {entry}"))
        return self.meant(text)

    def entries(self, text: str) -> tuple[str, ...]:
        """The entries of what a text names, where that is a vector or a matrix: W_new, dL/dW, dW1; else none."""
        if not (self.problem.arrays or self.problem.layers) or text in self._bare:
            return ()
        reference = Reference.parse(text)
        if self.problem.layers and reference.name in self._bare:
            return ()
        row = in_a_row(reference.name)
        entries = self._wholes.get(row) if self.problem.arrays else self._of_layers.get(row)
        places = "".join(f"{place} / " for place in reference.at)
        return tuple(places + key for key in entries or ())

    @cached_property
    def _of_layers(self) -> Mapping[str, tuple[str, ...]]:
        """What the vectors and matrices of layers are called in a row, with those of their entries that have lines."""
        wholes = wholes_of_layers(self.problem).items()
        known = {row: tuple(entry for entry in entries if entry in self._bare) for row, entries in wholes}
        return {row: entries for row, entries in known.items() if entries}

    @cached_property
    def _wholes(self) -> Mapping[str, tuple[str, ...]]:
        """What each array, its new value, its gradient and the slopes in it are called in a row, with their entries."""
        arrays = {stem: one.grid.names for stem, one in self.problem.arrays.items() if one.grid.shape}
        numbers = {stem: (stem,) for stem, one in self.problem.arrays.items() if not one.grid.shape}
        found: dict[str, tuple[str, ...]] = {}
        for stem, entries in arrays.items():
            found |= {stem: entries, f"{stem}_new": tuple(f"{entry}_new" for entry in entries)}
        every = {**arrays, **numbers}
        for of, outer in every.items() if self.problem.objective else ():
            for by, inner in arrays.items():
                found[f"d{of}/d{by}"] = tuple(f"d{one}/d{other}" for one in outer for other in inner)
        for of, outer in arrays.items():
            for by in numbers:
                found[f"d{of}/d{by}"] = tuple(f"d{one}/d{by}" for one in outer)
        known = {
            in_a_row(key): tuple(entry for entry in entries if entry in self._bare) for key, entries in found.items()
        }
        return {key: entries for key, entries in known.items() if entries}

    def chosen(self, texts: Iterable[str], asked: bool = False) -> tuple[Reference, ...]:
        """What the command line names, or has `asked` for; raises UsageError for all that it cannot mean, each once."""
        found: list[Reference] = []
        failures: list[str] = []
        for text in dict.fromkeys(texts):
            try:
                found += self.asked(text) if asked else self.meant(text)
            except UnknownName as error:
                failures.append(error.said if len(failures) < _SHOWN else error.message)
        if failures:
            raise UsageError("\n".join(failures))
        return tuple(dict.fromkeys(found))

    def address(self, text: str) -> Address:
        """The part of an address that the text is: `epoch 1`, or `after / sample 2`. Raises UnknownName."""
        places = address_of(text[: limits.TEXT_LENGTH])
        if not places:
            message = _("{text!r} is no part of an address, so nothing can stand under it").format(text=_cut(text))
            raise UnknownName(message, lambda: self._near_place(text))
        for one in self._needed(places):
            if one not in self._places:
                message = _("there is no {place!r} here").format(place=str(one))
                raise UnknownName(message, lambda: self._near_place(""))
        return places

    def _near_place(self, text: str) -> str | None:
        known = [*map(str, self._places)]
        listed = _("known here: {places}").format(places=_some(known)) if known else None
        return did_you_mean(text, known) or listed

    def symbol(self, quantity: Quantity) -> str:
        """The quantity as the problem's notation writes it, without its address."""
        return self.writer.symbol(quantity, quantity.at)

    @cached_property
    def writer(self) -> Writer:
        """Writes quantities in the problem's notation."""
        return writer_for(self.problem, "unicode")

    # ---- what is called so -----------------------------------------------------------------------------------

    def _read(self, text: str, within: Address) -> tuple[Quantity, Address]:
        """The quantity that is called so, without its address, and the address that is asked for."""
        if bare := self._bare.get(text):
            return bare, within
        if len(text) > limits.TEXT_LENGTH:
            raise UnknownName(_("no quantity called {name!r}").format(name=_cut(text)))
        reference = Reference.parse(text)
        places, name = self._with_sample(reference.at, reference.name)
        found = self._bare.get(name) or self._spelled(name)
        if found is None:
            raise self._unknown(text, name, (*within, *places))
        return found, (*within, *places)

    def _with_sample(self, places: Address, name: str) -> tuple[Address, str]:
        """The address and the name where the sample is written as an index: E^(2), E⁽²⁾."""
        spoken = unicodedata.normalize("NFKC", name)
        match = _SAMPLE.search(spoken)
        if match is None or (sample := Place("sample", int(match[1]))) not in self._places:
            return places, name
        return (*places, sample), spoken[: match.start()]

    # ---- where it stands -------------------------------------------------------------------------------------

    def _at(self, bare: Quantity, at: Address, text: str) -> list[Quantity]:
        """The quantity at this address, else at all those that include it. Raises UnknownName where it is at none."""
        found = self._addresses[bare]
        wanted = frozenset(map(self._like, self._needed(tuple(place for place in at if place != ALL))))
        exact = found.get(wanted)
        if exact is not None:
            return [exact]
        several = [one for places, one in found.items() if wanted <= places and not (ALL in at and of_a_sample(one))]
        if not several:
            raise self._nowhere(bare, at, list(found.values()))
        return several

    def _nowhere(self, bare: Quantity, at: Address, found: Sequence[Quantity]) -> UnknownName:
        here = " / ".join(map(str, at))
        if AFTER in at and AFTER not in self._places and self.problem.training.learning_rate is None:
            return UnknownName(_("{key} needs a learning_rate").format(key=f"{here} / {bare.bare_key}"))
        message = _("there is no {name} at {address!r}").format(name=bare.bare_key, address=_cut(here))
        if self.problem.report and any(word == "epoch" for word, _number in self._needed(at)):
            return UnknownName(message, _("the first epoch is worked out, the later ones are only reported"))
        return UnknownName(message, lambda: _("write {keys}").format(keys=_keys(found, _(" or "))))

    def _needed(self, at: Address) -> Iterator[Place]:
        """The address without what goes without saying, such as `epoch 1` where there is only one epoch."""
        for one in at:
            if one.number != 1 or one.word in self._words:
                yield one

    def _like(self, one: Place) -> Place:
        """The epoch among the quantities that stands for this one."""
        last = self._last_epoch
        return Place("epoch", last) if one.word == "epoch" and last < one.number <= last + self.further else one

    def _repeated(self, quantity: Quantity, at: Address) -> Iterator[Address]:
        """The addresses that a quantity stands for: in the last epoch, also those of the ones after it."""
        last = Place("epoch", self._last_epoch)
        if not self.further or last not in quantity.at:
            yield quantity.at
            return
        asked = [number for word, number in at if word == "epoch"]
        for number in asked or range(last.number, last.number + self.further + 1):
            yield tuple(Place("epoch", number) if one == last else one for one in quantity.at)

    @cached_property
    def _last_epoch(self) -> int:
        return max((number for word, number in self._places if word == "epoch"), default=0)

    @cached_property
    def _places(self) -> dict[Place, None]:
        """Every place of every address, in the order of the work."""
        return dict.fromkeys(one for quantity in self.quantities for one in quantity.at)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(one.word for one in self._places)

    @cached_property
    def _keys(self) -> Mapping[str, Quantity]:
        return {quantity.key: quantity for quantity in self.quantities}

    @cached_property
    def _addresses(self) -> Mapping[Quantity, Mapping[frozenset[Place], Quantity]]:
        """Where each quantity without address is worked out, in the order of the work."""
        found: dict[Quantity, dict[frozenset[Place], Quantity]] = {}
        for quantity in self.quantities:
            found.setdefault(quantity.bare, {})[frozenset(quantity.at)] = quantity
        return found

    # ---- what it is called -----------------------------------------------------------------------------------

    @cached_property
    def _bare(self) -> Mapping[str, Quantity]:
        """The quantities without address by their keys."""
        second = {turned(one).bare_key: one for one in self._addresses if one.kind is Kind.HESSIAN}
        return second | {bare.bare_key: bare for bare in self._addresses}

    def _spelled(self, name: str) -> Quantity | None:
        """The quantity that a notation writes so; raises UnknownName where several are written so."""
        found = self._spellings.of(name)
        if len(found) > 1:
            message = _("{name!r} may be several quantities").format(name=_cut(name))
            raise UnknownName(message, _("write {keys}").format(keys=_keys(found, _(" or "))))
        return next(iter(found), None)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.problem, tuple(self._addresses))

    # ---- what it is not --------------------------------------------------------------------------------------

    def _unknown(self, text: str, name: str, at: Address = ()) -> UnknownName:
        if not name or place_of(name) is not None:
            message = _("{text!r} is an address: the quantities stand under it").format(text=_cut(text))
            return UnknownName(message)
        row = in_a_row(name)
        if given := self._given.get(row):
            message = _("{name} is given, it is not worked out").format(name=given.bare_key)
            new = Quantity(Kind.NEW, given.name)
            is_updated = given.kind is Kind.PARAMETER and new in self._addresses
            hint = _("the updated value is {key}").format(key=new.bare_key) if is_updated else None
            return UnknownName(message, hint)
        if old := self._new.get(row):
            if self.problem.training.learning_rate is None:
                return UnknownName(_("{key} needs a learning_rate").format(key=f"{old}_new"))
            if old in self.problem.fixed:
                return UnknownName(_("{name} is fixed: it is not updated").format(name=old))
        return UnknownName(_("no quantity called {name!r}").format(name=_cut(name)), lambda: self._suggestion(name, at))

    @cached_property
    def _new(self) -> Mapping[str, str]:
        """The parameters, by what their new values are called, in a row."""
        return {in_a_row(f"{one}_new"): one for one in reversed([*self.problem.parameters])}

    @cached_property
    def _given(self) -> Mapping[str, Quantity]:
        """The inputs, targets, parameters and settings, by name in a row."""
        return {in_a_row(quantity.bare_key): quantity.bare for quantity in self.given}

    def _suggestion(self, name: str, at: Address = ()) -> str | None:
        if name.isascii() and name.isdigit():  # {net_h1: 0,3775} has a key 3775
            return _("a comma separates answers; decimals are written with a point")
        of_a_unit = [one for one in self._addresses if one.name == name and one.kind in (Kind.NET, Kind.OUT)]
        if of_a_unit:
            return _("write {keys}").format(keys=_keys(of_a_unit, _(" or ")))
        near = self._spellings.near(name)
        if near is not None:
            return _("did you mean {name!r}?").format(name=near.bare_key)
        wanted = frozenset(map(self._like, self._needed(at)))
        here = [one.bare_key for one, found in self._addresses.items() if any(wanted <= places for places in found)]
        if not here:
            return None
        return _("the quantities are {keys}: `backprop names` lists them").format(keys=_some(here))


def _keys(quantities: Iterable[Quantity], between: str = ", ") -> str:
    """Their keys, those with the shortest addresses first."""
    return _some((one.key for one in sorted(quantities, key=lambda one: len(one.at))), between)


def _some(items: Iterable[str], between: str = ", ") -> str:
    listed = list(dict.fromkeys(items))
    return between.join(listed[:_FEW]) + (", …" if len(listed) > _FEW else "")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
