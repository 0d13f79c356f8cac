"""What the names in the formula of a quantity mean: what is at the same place first, and with the index left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from backprop_cli.algebra.quantities import Address, Place, Quantity
from backprop_cli.checking.meant import FACTOR, HEADS, NUMBERED, Meanings
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.working.characters import typed

OF_A_SAMPLE = re.compile(r"\^?\{?\(([0-9]{1,4})\)\}?$")  # E^(2), x^{(1)}
ERROR_OF_A_SAMPLE = re.compile(r"(E|L|J|C|Loss|loss|Fehler|error)_?\{?(\d{1,3})\}?")  # E2
_KEPT = 4_096  # names in formulas of lines
NUMBERED_BY_SAMPLE = re.compile(r"([^\W\d_]+|.+_)(?:_|\^)?\{?\(?(\d{1,3})\)?\}?")  # y2


class FormulaNames:
    """Understands the names in formulas of one problem."""

    def __init__(self, meanings: Meanings) -> None:
        self.meanings = meanings
        self._found = lru_cache(maxsize=_KEPT)(self._in_formula)  # the same few names stand in line after line

    def in_formula(self, name: str, near: Quantity) -> tuple[Quantity, ...]:
        """What a name in the formula of a quantity may mean, the likeliest first: what is at the same place."""
        return self._found(name, near)

    def _in_formula(self, name: str, near: Quantity) -> tuple[Quantity, ...]:
        found: dict[Quantity, None] = {}
        name = typed(name)
        sample = OF_A_SAMPLE.search(name)
        name, at = (name[: sample.start()], _of_sample(near.at, int(sample[1]))) if sample else (name, near.at)
        for text in (name, *self._with_an_index(name, near)):
            for within in _around(at):
                if (meant := self.meanings.find(text, within)) is not None:
                    found[meant] = None
            if (given := self.meanings.given(text)) is not None:
                there = dict.fromkeys(self._everywhere(given, at))
                found = there | found if text == given.bare_key else found | there  # its own name, or another book's
            if found:
                break
        return tuple(found) or tuple(self._of_a_sample(name, near)) or self._numbered_by_sample(name, near)

    def _numbered_by_sample(self, name: str, near: Quantity) -> tuple[Quantity, ...]:
        """What there is of a sample, whose number is written as an index: y2 is the output of the second one."""
        found = NUMBERED_BY_SAMPLE.fullmatch(name)
        if found is None or not self.meanings.has_samples:
            return ()
        place = Place("sample", int(found[2]))
        inside = self.in_formula(found[1], near.at_address(_of_sample(near.at, place.number)))
        return tuple(one for one in inside if place in one.at)

    def _of_a_sample(self, name: str, near: Quantity) -> Iterator[Quantity]:
        """The error of a sample, which is often called E1."""
        if found := ERROR_OF_A_SAMPLE.fullmatch(typed(name)):
            yield from self.meanings.known([found[1]], _of_sample(near.at, int(found[2])))

    def _with_an_index(self, name: str, near: Quantity) -> Iterator[str]:
        """A name in the formula of a quantity, with the index that is left out: of what the line is computed from."""
        if (bare := self.meanings.bare_names.in_formula(name, near)) is not None:
            yield bare.bare_key
        yield f"{name}_{near.name}"
        units = self.meanings.units.get(in_a_row(name), ())
        if len(units) == 1:  # h1 for what it puts out
            yield f"out_{units[0]}"
        numbered = NUMBERED.fullmatch(in_a_row(name))
        units = self.meanings.units.get(numbered[2], ()) if numbered and numbered[1] != "y" else ()
        if numbered and len(units) == 1:  # a1 where one unit has the number 1
            yield f"{HEADS[numbered[1].lower()][0]}_{units[0]}"

    def _everywhere(self, given: Quantity, at: Address) -> Iterator[Quantity]:
        """Something given, at the sample of an address where each has its own; a parameter also as it is by then."""
        for places in _around(at):
            quantity = given.at_address(places)
            if quantity in self.meanings.derivation.constants:
                yield quantity

    def factor(self, text: str, near: Quantity) -> tuple[Quantity, Quantity] | None:
        """The two quantities of a derivative that has no line of its own, as ∂net_o1/∂w5."""
        found = FACTOR.fullmatch(text)
        if found is None or self.meanings.is_anything(text) or self.in_formula(text, near):
            return None
        of, by = (self.in_formula(name, near) for name in found.groups())
        return (of[0], by[0]) if of and by else None


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
