"""Where a line stands: its unit's layer and place, the weights around it, the update that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import ONE, Formula, Name
from backprop_cli.algebra.parts import BatchParts, NetParts
from backprop_cli.algebra.quantities import Kind, Quantity, gradient, local, net
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem


@record(slots=False)
class Surroundings:
    """What the lines of a full derivation say of one another."""

    problem: Problem
    derivation: Derivation

    # ---- layers ----------------------------------------------------------------------------------------------

    def layer_of(self, unit: str) -> int | None:
        """The number of the unit's layer, from 0."""
        return self._places.get(unit, (None, None))[0]

    def place_of(self, unit: str) -> int | None:
        """The number of the unit in its layer, from 0."""
        return self._places.get(unit, (None, None))[1]

    @cached_property
    def _places(self) -> Mapping[str, tuple[int | None, int | None]]:
        layers = self.problem.layers
        return {name: (n, place) for n, layer in enumerate(layers) for place, name in enumerate(layer.outputs)}

    def units(self, layer: int | None) -> tuple[str, ...]:
        """The outputs of a layer; of the layer before the first one, the inputs."""
        if layer is None or not -1 <= layer < len(self.problem.layers):
            return ()
        return self.problem.inputs if layer < 0 else self.problem.layers[layer].outputs

    def weights_between(self, layer: int, at: Quantity) -> list[list[Formula | None]] | None:
        """The matrix of a layer's weights, row by receiving unit, as the pass at the address of `at` uses them."""
        senders = self.units(layer - 1)
        rows: list[list[Formula | None]] = []
        for unit in self.units(layer):
            line = self.derivation.index.get(_replace(net(unit), at=at.at))
            if line is None or not isinstance(line.parts, NetParts):
                return None
            found = {unit_of(term.sender): term.weight for term in line.parts.terms}
            rows.append([found.get(sender) for sender in senders])
        return rows or None

    # ---- the chain rule --------------------------------------------------------------------------------------

    def gradient_of(self, quantity: Quantity) -> Quantity:
        """∂E/∂quantity."""
        return gradient(self.objective, quantity)

    @cached_property
    def objective(self) -> Quantity:
        """What is differentiated."""
        found = [line.quantity.of for line in self.derivation.lines if line.quantity.kind is Kind.GRADIENT]
        return found[0] if found and found[0] is not None else Quantity(Kind.LOSS)

    @cached_property
    def gradient_before(self) -> Mapping[Quantity, Quantity]:
        """By the gradient of each parameter: that of the pass before, of a sample by that of a sample."""
        last: dict[tuple[str, tuple[str, ...]], Quantity] = {}
        found: dict[Quantity, Quantity] = {}
        for one in self.derivation.index:
            if one.kind is Kind.GRADIENT and one.by is not None:
                alike = one.by.name, tuple(place.word for place in one.at)
                if (before := last.get(alike)) is not None:
                    found[one] = before
                last[alike] = one
        return found

    def slope(self, of: Quantity, by: Quantity) -> Formula:
        """∂out/∂net as it is written on a line of its own; 1 where there is none."""
        return self.derivation.formula_of(local(of, by)) or ONE

    def slope_in_net(self, of: Quantity) -> Formula | None:
        """∂out/∂net with nothing but the net input in it."""
        line = self.derivation.index.get(of)
        if line is None:
            return None
        found = list(slopes(line.formula, {}).values())
        return found[0] if len(found) == 1 else None

    # ---- updates ---------------------------------------------------------------------------------------------

    def new_of(self, parameter: Name, at: Quantity) -> Name | None:
        """The updated value of a parameter, from the update of the pass that `at` stands in."""
        name, address = unit_of(parameter), at.at
        while True:
            candidate = Quantity(Kind.NEW, name, at=address)
            if candidate in self.derivation.index:
                return Name(candidate)
            if not address:
                return None
            address = address[:-1]

    @cached_property
    def batches(self) -> Mapping[str, Mapping[Quantity, tuple[Quantity, ...]]]:
        """By parameter and by its update after a batch: the gradients of the batch's samples, in their order."""
        found: dict[str, dict[Quantity, tuple[Quantity, ...]]] = {}
        for line in self.derivation.lines:
            by = line.quantity.by
            if not isinstance(line.parts, BatchParts) or by is None:
                continue
            new = Quantity(Kind.NEW, by.name, at=line.quantity.at)
            parts = line.parts.quantities
            if len(parts) > 1 and new in self.derivation.index:
                found.setdefault(by.name, {})[new] = parts
        return found


def unit_of(formula: Formula | None) -> str:
    """The unit (or parameter) that a name is of; nothing for anything else."""
    return formula.symbol.name if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else ""
