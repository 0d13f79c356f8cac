"""What a student calls a quantity: by its key, or as a notation writes it, with indices set or typed in a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import Address, Kind, Place, Quantity
from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import writer_for
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.notation import GREEK, Notation, Writer, load_notation

_PLACE = re.compile(r"(epoch|batch|sample|step)[\s_.:#-]*([0-9]{1,9})|(after)(?:\s+(?:the\s+)?update)?", re.I)
_SAMPLE = re.compile(r"\^?\{?\(([0-9]{1,9})\)\}?$")  # E^(2) is E of sample 2
_NEW = dict.fromkeys("+*'`´’‘′", "new")  # w5+, w5*, w5' and w5_new
_SPOKEN = str.maketrans(
    {letter: word for word, letter in GREEK.items()} | _NEW | {"∂": "d", "\N{COMBINING CIRCUMFLEX ACCENT}": "hat"}
)
_SILENT = re.compile(r"[\s_^{}()\[\]$\\/.,:=|]+")
_FEW = 6  # names that are listed in a message
_NEAR = 4_000  # names that are searched for a suggestion


class UnknownName(BackpropError):  # noqa: N818 - read as the sentence that it starts
    """A name that no quantity goes by, or that several do."""

    def __init__(self, message: str, hint: str | Callable[[], str | None] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self._hint = hint

    @property
    def hint(self) -> str | None:
        """What may be meant; it is searched for when it is asked for."""
        return self._hint() if callable(self._hint) else self._hint


@dataclass(frozen=True)
class Names:
    """Every name by which the quantities of a derivation may be called; dictionaries, made once and when needed."""

    problem: Problem
    derivation: Derivation

    def resolve(self, text: str, within: Address = ()) -> Quantity:
        """The quantity that is called so, at the address that the name and what it stands `within` give.

        A key is taken before a spelling, a spelling as written before one in other letters. Raises UnknownName.
        """
        if not within and (found := self._keys.get(text)):
            return found
        if bare := self._bare.get(text):
            return self._placed(bare, within, text)
        if len(text) > limits.TEXT_LENGTH:
            raise UnknownName(_("no quantity called {name!r}").format(name=_cut(text)))
        places, name = self._with_sample(*split_address(text))
        bare = self._bare.get(name) or self._spelled(name)
        if bare is None:
            raise self._unknown(text, name)
        return self._placed(bare, (*within, *places), text)

    def address(self, text: str) -> Address:
        """The part of an address that the text is: `epoch 1`, or `after / sample 2`. Raises UnknownName."""
        places, rest = split_address(text[: limits.TEXT_LENGTH])
        if rest or not places:
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

    def _with_sample(self, places: Address, name: str) -> tuple[Address, str]:
        """The address and the name where the sample is written as an index: E^(2), E⁽²⁾."""
        spoken = unicodedata.normalize("NFKC", name)
        match = _SAMPLE.search(spoken)
        if match is None or (sample := Place("sample", int(match[1]))) not in self._places:
            return places, name
        return (*places, sample), spoken[: match.start()]

    # ---- where it stands -------------------------------------------------------------------------------------

    def _placed(self, bare: Quantity, at: Address, text: str) -> Quantity:
        """The quantity at this address, or at the only one that includes it."""
        found = self._addresses[bare]
        wanted = frozenset(self._needed(at))
        if (exact := found.get(wanted)) is not None:
            return exact
        if wanted <= self._places.keys():
            several = [quantity for places, quantity in found.items() if wanted <= places]
            if len(several) == 1:
                return several[0]
            if several:
                message = _("{text!r} is worked out more than once").format(text=_cut(text))
                raise UnknownName(message, lambda: _("say which: {keys}").format(keys=_keys(several)))
        here = " / ".join(map(str, at))
        message = _("there is no {name} at {address!r}").format(name=bare.bare_key, address=_cut(here))
        raise UnknownName(message, lambda: _("it is worked out as {keys}").format(keys=_keys(found.values())))

    def _needed(self, at: Address) -> Iterator[Place]:
        """The address without what goes without saying, such as `epoch 1` where there is only one epoch."""
        for one in at:
            if one.number != 1 or one.word in self._words:
                yield one

    @cached_property
    def _places(self) -> dict[Place, None]:
        """Every place of every address, in the order of the work."""
        return dict.fromkeys(one for line in self.derivation.lines for one in line.quantity.at)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(one.word for one in self._places)

    @cached_property
    def _keys(self) -> Mapping[str, Quantity]:
        return {line.quantity.key: line.quantity for line in self.derivation.lines}

    @cached_property
    def _addresses(self) -> Mapping[Quantity, Mapping[frozenset[Place], Quantity]]:
        """Where each quantity without address is worked out, in the order of the work."""
        found: dict[Quantity, dict[frozenset[Place], Quantity]] = {}
        for line in self.derivation.lines:
            found.setdefault(line.quantity.bare, {})[frozenset(line.quantity.at)] = line.quantity
        return found

    # ---- what it is called -----------------------------------------------------------------------------------

    @cached_property
    def _bare(self) -> Mapping[str, Quantity]:
        """The quantities without address by their keys."""
        return {bare.bare_key: bare for bare in self._addresses}

    def _spelled(self, name: str) -> Quantity | None:
        """The quantity that a notation writes so: exactly so, else in a row, else in a row of other letters.

        Raises UnknownName where several quantities are written so.
        """
        for reading, spellings in self._spellings:
            found = spellings.get(reading(name))
            if found is not None and len(found) == 1:
                return next(iter(found))
            if found is not None:
                message = _("{name!r} may be several quantities").format(name=_cut(name))
                hint = _("write {keys}").format(keys=_keys(found, _(" or ")))
                raise UnknownName(message, hint)
        return None

    @cached_property
    def _spellings(self) -> Sequence[tuple[Callable[[str], str], Mapping[str, dict[Quantity, None]]]]:
        """How a spelling is read, and who is written so: from the strictest reading to the most generous one."""
        spellings: tuple[dict[str, dict[Quantity, None]], ...] = ({}, {}, {})
        writers = list(_writers(self.problem))
        for bare in self._addresses:
            for text in {bare.bare_key, *(writer.symbol(bare) for writer in writers)}:
                for reading, known in zip(_READINGS, spellings, strict=True):
                    known.setdefault(reading(text), {})[bare] = None
        return list(zip(_READINGS, spellings, strict=True))

    # ---- what it is not --------------------------------------------------------------------------------------

    def _unknown(self, text: str, name: str) -> UnknownName:
        if not name:
            message = _("{text!r} is an address: the quantities stand under it").format(text=_cut(text))
            return UnknownName(message)
        if given := self._given.get(in_a_row(name)):
            message = _("{name} is given, there is nothing to answer").format(name=given.bare_key)
            new = Quantity(Kind.NEW, given.name)
            is_updated = given.kind is Kind.PARAMETER and new in self._addresses
            hint = _("the updated value is {key}").format(key=new.bare_key) if is_updated else None
            return UnknownName(message, hint)
        return UnknownName(_("no quantity called {name!r}").format(name=_cut(name)), lambda: self._suggestion(name))

    @cached_property
    def _given(self) -> Mapping[str, Quantity]:
        """The inputs, targets, parameters and settings, by name in a row."""
        return {in_a_row(quantity.bare_key): quantity.bare for quantity in self.derivation.constants}

    def _suggestion(self, name: str) -> str | None:
        if name.isascii() and name.isdigit():  # {net_h1: 0,3775} has a key 3775
            return _("a comma separates answers; decimals are written with a point")
        of_a_unit = [one for one in self._addresses if one.name == name and one.kind in (Kind.NET, Kind.OUT)]
        if of_a_unit:
            return _("write {keys}").format(keys=_keys(of_a_unit, _(" or ")))
        word = unicodedata.normalize("NFKD", name).translate(_SPOKEN)
        known = [key for key in self._bare if len(self._bare) <= _NEAR or key[:1] == word[:1]]
        return did_you_mean(word, known[:_NEAR])


def names_of(problem: Problem) -> Names:
    """The names of everything that the problem's full derivation works out, the pass after the update included."""
    worked = WorkedProblem(problem)
    return Names(worked.by_hand, worked.full)


def place_of(text: str) -> Place | None:
    """One step of an address, however it is typed: `epoch 2`, `Epoch_2`, `after the update`."""
    match = _PLACE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    return Place("after") if match[3] else Place(match[1].lower(), int(match[2]))


def split_address(text: str) -> tuple[Address, str]:
    """The address that a name begins with, and the rest: `epoch 2 / dE/dw` is (epoch 2) and dE/dw."""
    places: list[Place] = []
    rest = text.strip()
    while rest:
        head, _slash, tail = rest.partition("/")
        found = place_of(head)
        if found is None:
            break
        places.append(found)
        rest = tail.strip()
    return tuple(places), rest


# ---- readings of a spelling --------------------------------------------------------------------------------------


def _as_written(text: str) -> str:
    """The spelling without spaces."""
    return "".join(unicodedata.normalize("NFC", text).split())


def in_a_row(text: str) -> str:
    r"""The letters of a name in a row: `δₕ₁`, `δ_h1`, `delta_{h1}` and `\delta_{h_1}` are all `deltah1`."""
    text = unicodedata.normalize("NFKD", text.replace("\\partial", "∂")).translate(_SPOKEN)
    return _SILENT.sub("", "".join(char for char in text if unicodedata.category(char) != "Cf"))


def _in_any_case(text: str) -> str:
    return in_a_row(text).casefold()


_READINGS = (_as_written, in_a_row, _in_any_case)


def _writers(problem: Problem) -> Iterator[Writer]:
    """Plain and the problem's notation, in Unicode and ASCII, each with E and with E_total for the loss."""
    for notation in dict.fromkeys(["plain", problem.notation]):
        loaded = load_notation(notation)
        for charset in ("unicode", "ascii"):
            yield writer_for(problem, charset, loaded)
        yield writer_for(problem, "unicode", _with_total(loaded))


def _with_total(notation: Notation) -> Notation:
    return _replace(notation, symbols={**notation.symbols, "loss": notation.symbols["loss"] + "_total"})


def _keys(quantities: Iterable[Quantity], between: str = ", ") -> str:
    """Their keys, those with the shortest addresses first."""
    return _some((one.key for one in sorted(quantities, key=lambda one: len(one.at))), between)


def _some(items: Iterable[str], between: str = ", ") -> str:
    listed = list(dict.fromkeys(items))
    return between.join(listed[:_FEW]) + (", …" if len(listed) > _FEW else "")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
