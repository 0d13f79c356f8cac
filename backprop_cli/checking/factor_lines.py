"""Lines of a factor of the chain rule, ∂out/∂net or σ′(net), as they stand on a sheet, and what such a factor is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Formula, Name, add, multiply
from backprop_cli.algebra.quantities import Kind, Quantity, net, out
from backprop_cli.checking.formula_names import FormulaNames
from backprop_cli.checking.meant import FACTOR
from backprop_cli.ground.records import record
from backprop_cli.working.characters import typed
from backprop_cli.working.model import Chain, ChainSide, Spot

_MOST_PATHS = 8  # of a derivative that is written in one factor
_MOST_LINES = 60  # between its two ends
_ACTIVATION = r"(?:σ|sigma|sigmoid|sig|f|φ|phi|g|tanh|relu|act)(?:_\w{1,6})?"
_SLOPE = re.compile(rf"(?:d\s?{_ACTIVATION}['′´’]?|{_ACTIVATION}['′´’])\((?P<of>[^()]{{1,40}})\)", re.I)


@record
class Factor:
    """The work for one factor: the local derivative that it is, how it follows, its name as written, its place."""

    quantity: Quantity
    formula: Formula
    name: str
    spot: Spot
    parts: tuple[ChainSide, ...]


class FactorReader:
    """Finds which local derivative a line is of, on one sheet."""

    def __init__(self, named: FormulaNames, through: bool = False) -> None:
        self.named, self.derivation = named, named.meanings.derivation
        self.through = through  # whether the sheet numbers the units through the network

    def factor(self, chain: Chain, near: Quantity | None) -> Factor | None:
        """The factor that a chain is the work for; `near` is a quantity at the place of the chain. None for another."""
        ends = self._ends(chain, near) if near is not None else None
        formula = derivative(self.derivation, *ends) if ends else None
        if ends is None or formula is None:
            return None
        of, by = ends
        quantity = Quantity(Kind.LOCAL, of=of.bare, by=by.bare, at=of.at or by.at)
        return Factor(quantity, formula, chain.name, chain.spot, chain.parts)

    def _end(self, name: str, chain: Chain, near: Quantity) -> Sequence[Quantity]:
        """What one end may be: in a formula of `near`, or, without an index, of the unit that the words above name.

        A letter with a number may be of several units, the last layer first.
        """
        bare = self.named.meanings.bare(replace(chain, name=name))
        found = bare if len(bare) == 1 else self.named.in_formula(name, near)[:1]
        if found:
            return found
        numbered = self.named.meanings.spoken.numbered(name, self.through)
        numbered = numbered or self.named.meanings.spoken.numbered(name, through=True)
        return tuple(self.named.meanings.known((one.bare_key for one in numbered), near.at))

    def _ends(self, chain: Chain, near: Quantity) -> tuple[Quantity, Quantity] | None:
        """What is differentiated, and by what."""
        name = typed(chain.name)
        if slope := _SLOPE.fullmatch(name):
            found = self.named.in_formula(slope["of"], near)
            unit = found[0] if found else None
            both = (out(unit.name).at_address(unit.at), net(unit.name).at_address(unit.at)) if unit else None
            return both if both and set(both) <= self.derivation.index.keys() else None
        ends = FACTOR.fullmatch(name)
        pairs = (
            ((of, by) for of in self._end(ends[1], chain, near) for by in self._end(ends[2], chain, of)) if ends else ()
        )
        apart = [(of, by) for of, by in pairs if of != by]
        return next((one for one in apart if derivative(self.derivation, *one) is not None), next(iter(apart), None))


def is_slope(name: str) -> bool:
    """Whether a name is that of the slope of an activation: σ′(net)."""
    return _SLOPE.fullmatch(typed(name)) is not None


def is_factor(name: str) -> bool:
    """Whether a name is that of a derivative, which may be a factor of the chain rule."""
    return is_slope(name) or FACTOR.fullmatch(typed(name)) is not None


def derivative(derivation: Derivation, of: Quantity, by: Quantity) -> Formula | None:
    """∂of/∂by along every path from line to line; None where it is not computed from it, or far from it."""
    between = derivation.ancestors([of])
    if by not in between or of == by or len(between) > len(derivation.index):
        return None
    place = {line.quantity: at for at, line in enumerate(derivation.lines)}
    return _derivative(derivation, place, of, by, _MOST_LINES)


def _derivative(
    derivation: Derivation, place: dict[Quantity, int], of: Quantity, by: Quantity, depth: int
) -> Formula | None:
    line = derivation.index.get(of)
    if line is None or line.given or not depth:
        return None
    found: list[Formula] = []
    for name, slope in slopes(line.formula, {line.formula: Name(of)}).items():
        assert isinstance(name, Quantity)
        inner = derivation.index.get(name)
        if name == by:
            found.append(slope)
        elif inner is not None and place[name] > place.get(by, -1) and len(found) < _MOST_PATHS:
            further = _derivative(derivation, place, name, by, depth - 1)
            found += [] if further is None else [multiply(slope, further)]
    return add(*found) if found else None
