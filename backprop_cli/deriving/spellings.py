"""How quantities are written: by their keys or in a notation, with indices set or typed in a row, in any letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property, lru_cache

from backprop_cli.algebra.quantities import Kind, Quantity, turned
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import nearest
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem
from backprop_cli.writing.notation import Notation, load_notation
from backprop_cli.writing.writer import GREEK, Writer

_NEW = dict.fromkeys("+*'`´’‘′", "new")  # w5+, w5*, w5' and w5_new
_SPOKEN = str.maketrans(
    {letter: word for word, letter in GREEK.items()} | _NEW | {"∂": "d", "\N{COMBINING CIRCUMFLEX ACCENT}": "hat"}
)
_SILENT = re.compile(r"[\s_^{}()\[\]$\\/.,:=|]+")


def _as_written(text: str) -> str:
    """The spelling without spaces."""
    return "".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=4096)  # the names of a sheet are asked for again and again
def in_a_row(text: str) -> str:
    r"""The letters of a name in a row: `δₕ₁`, `δ_h1`, `delta_{h1}` and `\delta_{h_1}` are all `deltah1`."""
    text = unicodedata.normalize("NFKD", text.replace("\\partial", "∂")).translate(_SPOKEN)
    return _SILENT.sub("", "".join(char for char in text if unicodedata.category(char) != "Cf"))


def _in_any_case(text: str) -> str:
    return in_a_row(text).casefold()


# from the strictest to the most generous one
_READINGS: tuple[Callable[[str], str], ...] = (_as_written, in_a_row, _in_any_case)


@record(slots=False)
class Spellings:
    """Who of some quantities without address is written so; dictionaries, made once and when needed."""

    problem: Problem
    quantities: tuple[Quantity, ...]

    def of(self, name: str) -> Collection[Quantity]:
        """Those that are written exactly so, else in a row, else in a row of other letters.

        Else, where a notation counts the units, those with the unit's name in that place: z_h1 for z²₁.
        """
        for reading, spellings in zip(_READINGS, self._read, strict=True):
            if found := spellings.get(reading(name)):
                return found
        return self._with_units.get(_in_any_case(name), ())

    def near(self, name: str) -> Quantity | None:
        """The one that is written most nearly so."""
        spelled = self._read[_READINGS.index(_in_any_case)]
        near = nearest(_in_any_case(name), spelled)
        return None if near is None else next(iter(spelled[near]))

    @cached_property
    def _read(self) -> Sequence[Mapping[str, dict[Quantity, None]]]:
        """Who is written so, in each of the readings."""
        spellings: tuple[dict[str, dict[Quantity, None]], ...] = ({}, {}, {})
        writers = list(_writers(self.problem))
        for bare in self.quantities:
            ways = [bare, turned(bare)] if bare.kind is Kind.HESSIAN else [bare]
            for text in {text for one in ways for text in (one.bare_key, *(writer.symbol(one) for writer in writers))}:
                for reading, known in zip(_READINGS, spellings, strict=True):
                    known.setdefault(reading(text), {})[bare] = None
        return spellings

    @cached_property
    def _with_units(self) -> Mapping[str, dict[Quantity, None]]:
        """Who is written so where the notation has names for units in place of numbers, in a row of any letters."""
        notation = load_notation(self.problem.notation)
        writer = writer_for(self.problem, "unicode", by_units(notation))
        found: dict[str, dict[Quantity, None]] = {}
        for bare in self.quantities:
            found.setdefault(_in_any_case(writer.symbol(bare)), {})[bare] = None
        return found


def _writers(problem: Problem) -> Iterator[Writer]:
    """Plain and the problem's notation, in Unicode and ASCII, each with E and with E_total for the loss."""
    for notation in dict.fromkeys(["plain", problem.notation]):
        loaded = load_notation(notation)
        for charset in ("unicode", "ascii"):
            yield writer_for(problem, charset, loaded)
        yield writer_for(problem, "unicode", _with_total(loaded))


def _with_total(notation: Notation) -> Notation:
    return _replace(notation, symbols={**notation.symbols, "loss": notation.symbols["loss"] + "_total"})


def by_units(notation: Notation) -> Notation:
    """The notation with the name of the unit as the only index of whatever belongs to a unit."""
    places = ("{n}", "{l}", "{m}", "{j}")
    named = {
        kind: re.split(r"[_^]\{", text)[0] + "_{{n}}"
        for kind, text in notation.symbols.items()
        if any(place in text for place in places)
    }
    return _replace(notation, symbols={**notation.symbols, **named})
