"""Any formula of a problem for programs, each name in it so that it means one value, in whatever pass that is.

In the formula of a line, a name means what has it in the pass of the line; what has none there, the last new value from
a pass before, or what is given: so `w` is the weight with which the pass began. `x^(2)` is that of sample 2. Every
other value is written by its key in square brackets, `[step 1 / v_p_new]`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import takewhile

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Address, Kind, Place, Quantity, place
from backprop_cli.solving.spelling import Speller
from backprop_cli.writing.shapes import Spelling

_NEW = "_new"


class PlainFormulas:
    """Writes formulas of the lines of a derivation in canonical names; `write` is the plain speller of a program."""

    def __init__(self, write: Speller, derivation: Derivation) -> None:
        self.write = write
        self.order = {line.quantity: number for number, line in enumerate(derivation.lines)}
        self.lines = _by_name(self.order)
        self.given = _by_name(derivation.constants)
        self._known = {*self.order, *derivation.constants}

    def formula(self, formula: Formula, line: Quantity) -> str:
        """A formula as it is written in this line."""
        return self.write.numbers_of(formula, lambda quantity: self._named(quantity, line))

    def meant(self, name: str, sample: int | None, line: Quantity) -> Quantity | None:
        """What a name means in the formula of a line, with the number of a sample or without; None for nothing."""
        page = self.write.page_of(line.at)
        here = {*page}
        if sample is not None:
            here = {one for one in here if one.word != "sample"} | {Place("sample", sample)}
        return (
            _nearest(self.lines.get(name, ()), here)
            or self._new_before(name, line, page)
            or _nearest(self.given.get(name, ()), here)
        )

    def _new_before(self, name: str, line: Quantity, page: Address) -> Quantity | None:
        """The last new value of what has this name from a pass before that of the line."""
        until = self.order.get(line, len(self.order))
        before = takewhile(lambda one: self.order[one] < until, self.lines.get(name + _NEW, ()))
        return next((one for one in reversed([*before]) if one.at != page), None)

    def _named(self, quantity: Quantity, line: Quantity) -> Spelling:
        page = self.write.page_of(line.at)
        is_old = quantity.kind is Kind.NEW and quantity.at != page  # which is written as what it was the new value of
        sample = place(quantity.at, "sample") if quantity.kind is not Kind.NEW else None
        sample = None if sample == place(page, "sample") else sample
        found = self.meant(quantity.name if is_old else quantity.bare_key, sample, line)
        if found == quantity or quantity not in self._known:
            return self.write.named(quantity, page)
        return Spelling(f"[{quantity.key}]")


def _by_name(quantities: Iterable[Quantity]) -> Mapping[str, list[Quantity]]:
    found: dict[str, list[Quantity]] = defaultdict(list)
    for one in quantities:
        found[one.bare_key].append(one)
    return dict(found)


def _nearest(quantities: Iterable[Quantity], here: set[Place]) -> Quantity | None:
    """Of those whose whole address is among these places, the one that has most of them."""
    return max((one for one in quantities if here.issuperset(one.at)), key=lambda one: len(one.at), default=None)
