"""What the number behind a name counts where no unit has it: a sample, a step; and the errors that students call e."""

from __future__ import annotations

import re
from dataclasses import replace

from backprop_cli.algebra.quantities import Kind, Place, Quantity
from backprop_cli.checking.collection import Collection
from backprop_cli.checking.formula_names import ERROR_OF_A_SAMPLE, NUMBERED_BY_SAMPLE
from backprop_cli.checking.told_apart import Apart
from backprop_cli.checking.written_numbers import says, value_in_chain
from backprop_cli.deriving.names import UnknownName
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.working.characters import typed
from backprop_cli.working.model import Chain

_OF_A_STEP = re.compile(r"(.+?)_?\^?\{?\(?(\d{1,4})\)?\}?")
_BY_A_UNIT = re.compile(r"d_?\{?(\w+?)\}?")
_DIFFERENCE = r"(?:e|d|err|error|fehler|diff|residual|residuum|abweichung)"
_ERROR = re.compile(rf"(?:.*\s)?{_DIFFERENCE}_?\{{?(?P<number>\d{{0,3}})\}}?", re.I)


class Counted:
    """Finds what numbered names mean on one sheet."""

    def __init__(self, sheet: Collection, apart: Apart) -> None:
        self.sheet, self.apart, self.meanings = sheet, apart, sheet.meanings

    def meant(self, chain: Chain) -> tuple[Chain, Quantity] | None:
        """The quantity that a chain is of, and the chain under the heading that its number is, if there is one."""
        return self.by_a_unit(chain) or self.of_an_error(chain) or self.of_a_sample(chain) or self.of_a_step(chain)

    def of_a_sample(self, chain: Chain) -> tuple[Chain, Quantity] | None:
        """E2 is the error of the second sample, y2 its output, where there are samples."""
        name = typed(chain.name.split()[-1]) if chain.name.split() else ""
        found = ERROR_OF_A_SAMPLE.fullmatch(name) or NUMBERED_BY_SAMPLE.fullmatch(name)
        if found is None or not self.meanings.has_samples:
            return None
        inside = replace(chain, name=found[1].rstrip("_^{("), under=(*chain.under, f"sample {found[2]}"))
        quantity = self._at(inside, "sample")
        return (inside, quantity) if quantity is not None else None

    def _at(self, chain: Chain, word: str) -> Quantity | None:
        """The quantity of a chain where it stands at such a place."""
        try:
            found = self.meanings.of_chain(chain)
        except UnknownName:
            return None
        return found if found.at and found.at[-1].word == word else None

    def of_a_step(self, chain: Chain) -> tuple[Chain, Quantity] | None:
        """p^(2) is the value of p after the second step."""
        found = _OF_A_STEP.fullmatch(typed(chain.name))
        given = self.meanings.given(found[1]) if found else None
        if found is None or given is None or given.kind is not Kind.PARAMETER:
            return None
        new = Quantity(Kind.NEW, given.name).bare_key
        for word in ("step", "epoch"):
            quantity = self.meanings.names.find(new, (Place(word, int(found[2])),))
            if quantity is not None and quantity.at:
                return replace(chain, under=(*chain.under, f"{word} {found[2]}")), quantity
        only = self.meanings.names.find(new, ()) if found[2] == "1" else None  # after the only update
        if only is not None and not only.at:
            return chain, only
        return None

    def by_a_unit(self, chain: Chain) -> tuple[Chain, Quantity] | None:
        """The δ of a unit that dh3 is, or the gradient with respect to what it puts out: as its value or work says."""
        found = _BY_A_UNIT.fullmatch(typed(chain.name))
        units = self.meanings.units.get(in_a_row(found[1]), ()) if found and not found[1].isdecimal() else ()
        keys = [f"delta_{units[0]}", f"d{self.meanings.loss}/dout_{units[0]}"] if len(units) == 1 else []
        meant = tuple(self.meanings.known(keys, self.meanings.within(chain)))
        quantity = self.apart.told(chain, meant) or next(iter(meant), None)
        return None if quantity is None else (chain, quantity)

    def of_an_error(self, chain: Chain) -> tuple[Chain, Quantity] | None:
        """The δ that a difference e or d is, where its work or its value is that of one."""
        found, written = _ERROR.fullmatch(typed(chain.name)), value_in_chain(chain)[1]
        if found is None or written is None:
            return None
        within = set(self.meanings.within(chain))
        deltas = [line.quantity for line in self.meanings.derivation.lines
                  if line.quantity.kind is Kind.DELTA and within <= set(line.quantity.at)]  # fmt: skip
        numbered = [one for one in deltas if self._has_number(one, found["number"])]
        quantity = self.apart.by_work(chain, numbered or deltas)
        if quantity is None:
            same = [one for one in numbered or deltas if says(written, self.sheet.known.true(one))]
            quantity = same[0] if len(same) == 1 else None
        return None if quantity is None else (chain, quantity)

    @staticmethod
    def _has_number(one: Quantity, number: str) -> bool:
        """Whether a quantity is of the unit or the sample with this number."""
        return bool(number) and (one.name.endswith(number) or any(str(place.number) == number for place in one.at))
