"""Every unit with its derivative ∂out/∂net in each sample: whether it is dead, flat or saturated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.derivation import Line, quantities_in, rename
from backprop_cli.algebra.formula import ZERO, Apply, Formula
from backprop_cli.algebra.operations import OPERATIONS, partial_derivative
from backprop_cli.algebra.parts import NetParts, Parts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.sizes import is_zero, size
from backprop_cli.views.edges import OnePass, placed

SATURATED = rational(1, 20)  # of the steepest slope that the activation has


@record
class Slope:
    """∂out/∂net of a unit in its own net input, as a formula; `activation` is empty for a formula of one's own.

    `weights` are the parameters of its net input: places with the same ones are one unit that looks at several places.
    """

    unit: Quantity
    activation: str
    formula: Formula
    weights: frozenset[Quantity] = frozenset()

    def line(self, at: Address) -> Line:
        """The slope as a line of the pass at an address."""
        return Line(Phase.BACKWARD, self.quantity(at), rename(self.formula, lambda quantity: placed(quantity, at)))

    def quantity(self, at: Address) -> Quantity:
        """What the line is called."""
        return Quantity(Kind.LOCAL, "own slope", of=self.unit, by=self.unit, at=at)


@record
class UnitHealth:
    """A unit by what it puts out, with its activation and its slope in every sample; `flat`: 0 whatever the numbers.

    The slopes of a place of a feature map, or of a step of a sequence, are those of all places that share its weights:
    what is learned there is learned wherever one of them is not 0.
    """

    output: Quantity
    activation: str
    slopes: tuple[Real, ...]
    flat: bool

    @property
    def dead(self) -> bool:
        """Whether no gradient passes its activation in any sample, although one could: a dying ReLU."""
        return not self.flat and self._steepest is None and all(map(is_zero, self.slopes))

    @property
    def saturated(self) -> bool:
        """Whether its activation is flat in every sample: its slope is below a twentieth of the steepest."""
        steepest = self._steepest
        return steepest is not None and all(bool(size(slope) < SATURATED * steepest) for slope in self.slopes)

    @property
    def _steepest(self) -> Rational | None:
        known = OPERATIONS.get(self.activation)
        return getattr(known.steepest, "value", None) if known else None


def own_slopes(one: OnePass) -> Iterator[Slope]:
    """The slope of every neuron that is not linear, and of every node of a graph that is an activation."""
    nets = {line.quantity: line.parts for line in one.lines if line.quantity.kind is Kind.NET}
    for line in one.lines:
        formula, quantity = line.formula, line.quantity
        named = formula.operation if isinstance(formula, Apply) else ""
        if quantity.kind is Kind.OUT and named != "identity":
            own = Quantity(Kind.NET, quantity.name)
            found = [arrow.slope for arrow in one.into.get(quantity, ()) if arrow.source == own]
            weights = _parameters(nets.get(own))
            yield from (Slope(quantity, _activation(formula), slope, weights) for slope in found)
        elif quantity.kind is Kind.NODE and isinstance(formula, Apply) and OPERATIONS[named].activation:
            yield Slope(quantity, named, partial_derivative(formula, 0))


def _parameters(net_input: Parts | None) -> frozenset[Quantity]:
    """The parameters of a net input."""
    if not isinstance(net_input, NetParts):
        return frozenset()
    used = [term.weight for term in net_input.terms] + [net_input.bias or ZERO]
    return frozenset(one for formula in used for one in quantities_in(formula) if one.kind is Kind.PARAMETER)


def _activation(formula: Formula) -> str:
    """The activation's name, where it is one of the table's, applied to the net input as it is."""
    if isinstance(formula, Apply) and not any(isinstance(argument, Apply) for argument in formula.arguments):
        return formula.operation
    return ""


def units_of(slopes: Sequence[Slope], trace: Trace, passes: Sequence[Address]) -> Iterator[UnitHealth]:
    """The units with the values of their slopes; `trace` has their lines."""
    alone = [[trace.value(slope.quantity(at)).number for at in passes] for slope in slopes]
    alike: dict[frozenset[Quantity], list[Real]] = {}
    for slope, values in zip(slopes, alone, strict=True):
        alike.setdefault(slope.weights, []).extend(values)
    for slope, values in zip(slopes, alone, strict=True):
        together = alike[slope.weights] if slope.weights else values
        yield UnitHealth(slope.unit, slope.activation, tuple(together), slope.formula == ZERO)
