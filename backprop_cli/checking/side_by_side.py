"""Values that stand side by side under one name: one for each sample of a batch, or for each unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.collection import Collection
from backprop_cli.deriving.names import UnknownName
from backprop_cli.working.matrices import WrittenMatrix, read_matrix
from backprop_cli.working.model import Chain, ChainSide

_BETWEEN = re.compile(r"\s{0,9};\s{0,9}|,\s{1,9}|\s{1,9}(?:and|und|et)\s{1,9}|\s{0,9}[和与]\s{0,9}")
_ONE_NUMBER = re.compile(r"[-−+]?(?:\d{1,30}(?:[.,]\d{0,30})?|[.,]\d{1,30})")
_FEWEST = 2  # samples of a batch


class SideBySide:
    """Takes lists of values into a collection, one by one."""

    def __init__(self, sheet: Collection) -> None:
        self.sheet, self.meanings = sheet, sheet.meanings

    def of_every_sample(self, chain: Chain, matrix: WrittenMatrix | None) -> bool:
        """Takes a row of numbers as one for each sample, where there are as many; whether it is one."""
        listed = matrix.rows[0] if matrix is not None and len(matrix.rows) == 1 else _listed(chain.parts[-1].text)
        values = _worked(chain.parts) or [(one,) for one in listed]
        at = self.meanings.within(chain)
        if len(values) < _FEWEST or any(place.word == "sample" for place in at):
            return False
        samples = [f"sample {number}" for number in range(1, len(values) + 1)]
        beyond = replace(chain, under=(*chain.under, f"sample {len(values) + 1}"))
        parts = [tuple(ChainSide(one, chain.parts[-1].spot) for one in value) for value in values]
        entries = [replace(chain, under=(*chain.under, sample), parts=said)
                   for sample, said in zip(samples, parts, strict=True)]  # fmt: skip
        quantities = [self.of_a_sample(one) for one in entries]
        if None in quantities or self.of_a_sample(beyond) is not None:
            return False
        for one, quantity in zip(entries, quantities, strict=True):
            if quantity is not None:
                self.sheet.answer(one, quantity)
        return True

    def of_a_sample(self, chain: Chain) -> Quantity | None:
        """The quantity of a chain under the heading of a sample; None where there is none there."""
        try:
            found = self.meanings.of_chain(chain)
        except UnknownName:
            return None
        return found if found.at and found.at[-1].word == "sample" else None

    def of_every_unit(self, chain: Chain, several: Sequence[Quantity]) -> bool:
        """Takes a list under a name without an index as one value for each unit; whether it is one of as many."""
        matrix = read_matrix(chain.parts[-1].text)
        if matrix is None or not matrix.flat or len(matrix.rows[0]) != len(several) or len(matrix.rows) > 1:
            return False
        for quantity, value in zip(several, matrix.rows[0], strict=True):
            self.sheet.answer(replace(chain, parts=(ChainSide(value, chain.parts[-1].spot),)), quantity)
        return True


def _worked(parts: Sequence[ChainSide]) -> list[tuple[str, ...]]:
    """Calculations in a row, each with its value: (3 − 4)/2 = −0.5, (5 − 4)/2 = 0.5; nothing where it is none."""
    if len(parts) <= _FEWEST:
        return []
    halves = [_BETWEEN.split(part.text, maxsplit=1) for part in parts[1:-1]]
    if any(len(one) != 2 or not _ONE_NUMBER.fullmatch(one[0].strip()) for one in halves):
        return []
    works = [parts[0].text, *(one[1] for one in halves)]
    values = [*(one[0] for one in halves), parts[-1].text]
    return list(zip(works, values, strict=True))


def _listed(text: str) -> Sequence[str]:
    """The numbers in a row of them; nothing where it is none."""
    parts = [one.strip() for one in _BETWEEN.split(text.strip("()[] "))]
    return parts if all(map(_ONE_NUMBER.fullmatch, parts)) else ()
