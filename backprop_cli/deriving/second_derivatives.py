"""Second derivatives: lines up to a gradient, each differentiated once more by forward mode.

Forward mode over the backward pass is Pearlmutter's R-operator (1994, Neural Computation 6, section 3): the tangent of
∂E/∂w₁ in w₂ is ∂²E/∂w₁∂w₂. The slopes are those of the lines as formulas, by the one table of derivatives.
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Line, in_order
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add, multiply
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.ground.records import record

FORWARD = (Phase.FORWARD, Phase.LOSS)


@record
class HessianRow:
    """A row of the Hessian: the parameter that moves, the lines of what it moves, and the row from the diagonal on."""

    seed: Quantity
    lines: tuple[Line, ...]
    entries: tuple[Quantity, ...]


class Differentiated:
    """The slopes of all lines, each made once, for as many tangents as are asked for."""

    def __init__(self, lines: Sequence[Line], by_seed: bool = False) -> None:
        self.by_seed = by_seed  # whether tangents are told apart by what moves
        forward = [line for line in lines if line.phase in FORWARD and line.quantity.kind is not Kind.LOSS]
        known: dict[Formula, Formula] = {line.formula: Name(line.quantity) for line in forward}
        self.slopes = [(line, slopes(line.formula, known)) for line in lines]

    def tangents(self, seed: Quantity) -> dict[Quantity, Line]:
        """The lines that move with the seed: each is the sum of its slopes times the tangents of what it uses."""
        moved: dict[Quantity, Formula] = {seed: ONE}
        lines: dict[Quantity, Line] = {}
        for line, partials in self.slopes:
            terms = [multiply(slope, moved[one]) for one, slope in partials.items()
                     if isinstance(one, Quantity) and one in moved]  # fmt: skip
            formula = add(*terms)
            if formula == ZERO:
                continue
            named = self.tangent(line.quantity, seed)
            lines[named] = Line(line.phase, named, formula)
            moved[line.quantity] = Name(named)
        return lines

    def tangent(self, of: Quantity, seed: Quantity) -> Quantity:
        """What the derivative of a line in the seed is called here."""
        return tangent(of, seed, self.by_seed)


def tangent(of: Quantity, seed: Quantity, by_seed: bool = False) -> Quantity:
    """What the derivative of a line in the seed is called: that of ∂E/∂w₂ in w₁ is ∂²E/∂w₁∂w₂."""
    if of.kind is Kind.GRADIENT:
        return Quantity(Kind.HESSIAN, of=of.of, by=seed.bare, via=of.by, at=of.at)
    if by_seed:
        return Quantity(Kind.TANGENT, seed.bare_key, of=of.bare, by=seed.bare, at=of.at)
    return Quantity(Kind.TANGENT, of=of.bare, by=seed, at=of.at)


def row_of(differ: Differentiated, gradients: Sequence[Quantity], seed: Quantity) -> HessianRow:
    """The row of a seed, from the gradient in it on; its lines stand in the order of those that they are of."""
    lines = differ.tangents(seed)
    entries = tuple(differ.tangent(one, seed) for one in gradients)
    for entry in entries:
        lines.setdefault(entry, Line(Phase.GRADIENT, entry, ZERO))
    needed = {line.quantity for line in in_order(lines, entries)}
    return HessianRow(seed, tuple(line for line in lines.values() if line.quantity in needed), entries)
