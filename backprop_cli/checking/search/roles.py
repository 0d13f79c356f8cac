"""Which quantities are easily taken for one another: neighbours of one sort, kin of one unit, other samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.parts import BatchParts, GradientParts, NetParts, name_of
from backprop_cli.algebra.quantities import AFTER, Kind, Place, Quantity, delta, gradient, net, out, parameter
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.records import record

_OF_A_UNIT = (Kind.NET, Kind.OUT, Kind.DELTA, Kind.TARGET, Kind.PART)
_OF_A_PASS = (Kind.NET, Kind.OUT, Kind.DELTA, Kind.PART, Kind.LOSS, Kind.CELL, Kind.NODE)
_CLOSE = 3  # how many places away a neighbour may be
_MANY = 8
_FEW = 12  # parameters of a problem of which each is easily taken for any other
_SENDERS = 12


@record(slots=False)
class Relations:
    """The relations of the quantities of one derivation; `is_known` says which quantities there are."""

    around: Surroundings

    def is_known(self, quantity: Quantity) -> bool:
        """Whether there is such a quantity."""
        derivation = self.around.derivation
        return quantity in derivation.index or quantity in derivation.constants

    # ---- where things are ------------------------------------------------------------------------------------

    @cached_property
    def _rows(self) -> Mapping[str, tuple[str, ...]]:
        """The weights of each net input by its name, in order; those of the first pass in which it stands."""
        rows: dict[str, tuple[str, ...]] = {}
        for line in self.around.derivation.lines:
            if isinstance(line.parts, NetParts) and line.quantity.name not in rows:
                rows[line.quantity.name] = tuple(_called(term.weight) for term in line.parts.terms)
        return rows

    @cached_property
    def _biases(self) -> Mapping[str, str]:
        """The bias of each net input."""
        found: dict[str, str] = {}
        for line in self.around.derivation.lines:
            if isinstance(line.parts, NetParts) and line.parts.bias is not None:
                found.setdefault(line.quantity.name, _called(name_of(line.parts.bias, (Kind.PARAMETER, Kind.NEW))))
        return found

    @cached_property
    def _groups(self) -> Sequence[tuple[str, ...]]:
        """Names that stand beside one another: the inputs, the units of each layer, its biases, a graph's numbers."""
        problem = self.around.problem
        layers = [layer.outputs for layer in problem.layers]
        cells = [tuple(dict.fromkeys(cell.quantity.name for cell in layer.cells)) for layer in problem.layers]
        biases = [tuple(dict.fromkeys(self._biases.get(unit, "") for unit in units)) for units in layers]
        given = [tuple(problem.gradients)] if problem.gradients else []
        graph = [(*problem.inputs, *problem.parameters, *problem.nodes)] if problem.nodes else [problem.inputs]
        mixed = problem.nodes or any(layer.cells for layer in problem.layers)
        few = tuple(problem.parameters) if mixed and len(problem.parameters) <= _FEW else ()
        return [*graph, *layers, *cells, *biases, few, *given]

    @cached_property
    def _beside(self) -> Mapping[str, tuple[str, ...]]:
        """The names beside each name, the nearest first."""
        found: dict[str, dict[str, None]] = {}
        for group in self._groups:
            for place, name in enumerate(group):
                near = sorted(range(len(group)), key=lambda other: abs(other - place))
                others = [group[other] for other in near if 0 < abs(other - place) <= _CLOSE]
                found.setdefault(name, {}).update(dict.fromkeys(others))
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def _weights_beside(self) -> Mapping[str, tuple[str, ...]]:
        """The weights in the row, in the column and on the other side of the diagonal of each weight."""
        found: dict[str, dict[str, None]] = {}
        layers = [layer.outputs for layer in self.around.problem.layers]
        for units in [*layers, *([name] for name in self._rows if not any(name in one for one in layers))]:
            rows = [self._rows.get(unit, ()) for unit in units]
            for i, row in enumerate(rows):
                for j, name in enumerate(row):
                    near = [(i, j - 1), (i, j + 1), (i - 1, j), (i + 1, j), (j, i), (i, j - 2), (i, j + 2)]
                    others = [rows[a][b] for a, b in near if 0 <= a < len(rows) and 0 <= b < len(rows[a])]
                    found.setdefault(name, {}).update(dict.fromkeys(other for other in others if other != name))
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def _elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """The parameters at the same place in the layers before and after; of a bias, also the weights of its unit."""
        found: dict[str, dict[str, None]] = {}
        layers = [layer.outputs for layer in self.around.problem.layers]
        for number, units in enumerate(layers):
            for place, unit in enumerate(units):
                near = [layers[other][place] for other in (number - 1, number + 1)
                        if 0 <= other < len(layers) and place < len(layers[other])]  # fmt: skip
                own = self._rows.get(unit, ())
                for column, name in enumerate(own):
                    rows = [self._rows.get(other, ()) for other in near]
                    found.setdefault(name, {}).update((row[column], None) for row in rows if column < len(row))
                bias = self._biases.get(unit, "")
                others = [self._biases.get(other, "") for other in near] + self._biases_near(number)
                found.setdefault(bias, {}).update(dict.fromkeys([*filter(None, others), *own]))
        return {name: tuple(others) for name, others in found.items()}

    def _biases_near(self, number: int) -> list[str]:
        """Some biases of the layers before and after."""
        layers = self.around.problem.layers
        near = [layers[other].outputs[:_CLOSE] for other in (number - 1, number + 1) if 0 <= other < len(layers)]
        return [self._biases.get(unit, "") for units in near for unit in units]

    def names_beside(self, name: str) -> tuple[str, ...]:
        """The names of the same sort beside a name of a parameter, a unit or an input."""
        return tuple(dict.fromkeys([*self._weights_beside.get(name, ()), *self._beside.get(name, ())]))[:_MANY]

    # ---- relations -------------------------------------------------------------------------------------------

    def neighbours(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        """Quantities of the same sort, each with what makes it a neighbour."""
        for other in dict.fromkeys(self._of_other_names(quantity)):
            if other != quantity and self.is_known(other):
                yield other, "neighbour"
        yield from self._before_and_after(quantity)

    def _of_other_names(self, quantity: Quantity) -> Iterator[Quantity]:
        kind = quantity.kind
        if kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH) and quantity.by is not None:
            for name in self.names_beside(quantity.by.name):
                for by in (Kind.PARAMETER, Kind.INPUT, Kind.NODE, quantity.by.kind):
                    yield _replace(quantity, by=Quantity(by, name))
        elif kind in _PARAMETRIC:
            state, name = self._state(quantity.name)
            for other in self.names_beside(name):
                yield _replace(quantity, name=state + other)
                yield parameter(state + other)
        elif quantity.name in _SHARES:
            yield from (_replace(quantity, name=other) for other in _SHARES)
        else:
            for other in self.names_beside(quantity.name):
                for sort in (kind, Kind.NODE, Kind.INPUT, Kind.PARAMETER, Kind.OUT):
                    yield _placed(quantity, sort, other)

    def _state(self, name: str) -> tuple[str, str]:
        """The letter of an optimizer's state, and the parameter that it is of."""
        if name in self.around.problem.parameters or "_" not in name:
            return "", name
        letter, rest = name.split("_", 1)
        return letter + "_", rest

    def _before_and_after(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        if quantity.kind is Kind.NEW:
            for other in self._values_of(quantity):
                yield other, "older"
        elif quantity.kind in _OF_A_PASS and AFTER in quantity.at:
            for address in self._first_address(quantity):
                yield address, "before the update"
        elif quantity.kind in _OF_A_PASS:
            after = quantity.at_address((AFTER, *(place for place in quantity.at if place.word == "sample")))
            if self.is_known(after) and after != quantity:
                yield after, "after the update"
        for place in quantity.at:
            if place.word in ("epoch", "step", "batch"):
                for step in (-1, 1):
                    moved = _moved(quantity, place.word, step)
                    if self.is_known(moved):
                        yield moved, f"another {place.word}"

    def _values_of(self, new: Quantity) -> list[Quantity]:
        """The values that a parameter has had before one of its new ones, the last first; and the first."""
        found = [parameter(new.name), *self._updates.get(new.name, ())]
        before = found[: found.index(new)] if new in found else found
        return list(dict.fromkeys([*before[-2:][::-1], found[0]]))

    @cached_property
    def _updates(self) -> Mapping[str, list[Quantity]]:
        updates: dict[str, list[Quantity]] = {}
        for line in self.around.derivation.lines:
            if line.quantity.kind is Kind.NEW:
                updates.setdefault(line.quantity.name, []).append(line.quantity)
        return updates

    def _first_address(self, quantity: Quantity) -> Iterator[Quantity]:
        data = tuple(place for place in quantity.at if place.word == "sample")
        for address in (data, (Place("epoch", 1), *data)):
            if self.is_known(quantity.at_address(address)):
                yield quantity.at_address(address)

    def kin(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        """Other quantities of the same unit or parameter, each with what it is."""
        by = quantity.by
        if quantity.kind is Kind.GRADIENT and by is not None and by.kind is not Kind.PARAMETER:
            yield from self._locals_of(by.at_address(quantity.at))
        if quantity.kind is Kind.GRADIENT and by is not None and by.kind is Kind.PARAMETER:
            found = iter([*self._made_of(quantity), *self._of_parameter(quantity)])
        else:
            found = self._of_parameter(quantity) if quantity.kind in _PARAMETRIC else self._of_unit(quantity)
        for other, word in dict.fromkeys(found):
            if other != quantity and self.is_known(other):
                yield other, word

    def _of_unit(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        unit = quantity.name or (quantity.by.name if quantity.by is not None else "")
        at = quantity.at
        data = tuple(place for place in at if place.word == "sample")
        yield Quantity(Kind.NET, unit, at=at), "net"
        yield Quantity(Kind.OUT, unit, at=at), "output"
        yield Quantity(Kind.TARGET, unit, at=data), "target"
        yield delta(_replace(net(unit), at=at)), "delta"
        yield Quantity(Kind.PART, unit, at=at), "loss"
        yield gradient(self.around.objective, _replace(out(unit), at=at)), "error"
        if quantity.kind is Kind.GRADIENT and self.around.problem.nodes:
            yield self.around.objective.at_address(at), "value"
        for kind in (Kind.NODE, Kind.INPUT):
            yield gradient(self.around.objective, Quantity(kind, unit, at=at)), "gradient"
            yield Quantity(kind, unit, at=at if kind is Kind.NODE else data), "value"

    def _locals_of(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        """The local derivatives with respect to a quantity, without what comes from further on."""
        for other in self._locals.get(quantity, ()):
            yield other, "slope"

    @cached_property
    def _locals(self) -> Mapping[Quantity, list[Quantity]]:
        found: dict[Quantity, list[Quantity]] = {}
        for line in self.around.derivation.lines:
            one = line.quantity
            if one.kind is Kind.LOCAL and one.by is not None:
                found.setdefault(one.by.at_address(one.at), []).append(one)
        return found

    def _made_of(self, gradient: Quantity) -> Iterator[tuple[Quantity, str]]:
        """What a gradient of a parameter is the product, or the sum, of."""
        line = self.around.derivation.index.get(gradient)
        made = line.parts if line is not None else None
        if isinstance(made, GradientParts):
            for use in made.uses[:2]:
                for name, word in ((use.delta, "delta"), (use.factor, "sender")):
                    if isinstance(name, Name) and isinstance(name.symbol, Quantity):
                        yield name.symbol, word
        if isinstance(made, BatchParts):
            for one in (made.quantities[0], made.quantities[-1]):
                yield one, "one sample"
        yield self.around.objective.at_address(gradient.at), "loss"

    def _of_parameter(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        by = quantity.by.name if quantity.by is not None else quantity.name
        _letter, name = self._state(by)
        at = quantity.at if quantity.kind in (Kind.GRADIENT, Kind.AUX, Kind.NEW) else ()
        yield parameter(name), "old"
        yield Quantity(Kind.NEW, name, at=at), "new"
        yield Quantity(Kind.GRADIENT, of=self.around.objective, by=parameter(name), at=at), "gradient"
        for letter in _LETTERS:
            yield parameter(f"{letter}_{name}"), "state"
            yield Quantity(Kind.NEW, f"{letter}_{name}", at=at), "new state"
            yield Quantity(Kind.AUX, f"{letter}_{name}", at=at), "step"

    def shares(self) -> Iterator[Name]:
        """The settings of the optimizer that keep a part of what was."""
        yield from (Name(one) for one in (Quantity(Kind.CONSTANT, name) for name in _SHARES) if self.is_known(one))

    def parameters(self) -> Iterator[Quantity]:
        """The first parameters of the problem."""
        yield from map(parameter, list(self.around.problem.parameters)[:_SENDERS])

    def senders(self, unit: Quantity) -> Iterator[Quantity]:
        """The inputs of the network, and the outputs of all units, in the pass of a unit."""
        problem = self.around.problem
        data = tuple(place for place in unit.at if place.word == "sample")
        names = [Quantity(Kind.INPUT, name, at=data) for name in problem.inputs]
        names += [Quantity(Kind.OUT, name, at=unit.at) for layer in problem.layers for name in layer.outputs]
        yield from list(filter(self.is_known, names))[:_SENDERS]

    def gradients(self, gradient: Quantity) -> Iterator[Quantity]:
        """The gradients of other parameters in the same pass, those nearest in the order of the parameters first."""
        names = list(self.around.problem.parameters)
        if gradient.by is None or gradient.by.name not in names:
            return
        own = names.index(gradient.by.name)
        for name in sorted(names, key=lambda one: abs(names.index(one) - own))[1 : _SENDERS + 1]:
            other = _replace(gradient, by=parameter(name))
            if self.is_known(other):
                yield other

    def samples(self, quantity: Quantity) -> Iterator[Quantity]:
        """The same quantity in other samples: the one before, the one after, the first."""
        for place in quantity.at:
            if place.word == "sample":
                numbers = dict.fromkeys((place.number - 1, place.number + 1, 1))
                for number in numbers:
                    moved = _moved(quantity, "sample", number - place.number)
                    if moved != quantity and self.is_known(moved):
                        yield moved

    def layers(self, quantity: Quantity) -> Iterator[Quantity]:
        """The same place in the layer before and in the one after."""
        around = self.around
        if quantity.kind in (Kind.PARAMETER, Kind.NEW):
            for name in self._elsewhere.get(quantity.name, ()):
                moved = _replace(quantity, name=name)
                yield moved if self.is_known(moved) else parameter(name)
            return
        if quantity.kind is Kind.GRADIENT and quantity.by is not None:
            others = (_replace(quantity, by=parameter(name)) for name in self._elsewhere.get(quantity.by.name, ()))
            yield from filter(self.is_known, others)
            return
        layer, place = around.layer_of(quantity.name), around.place_of(quantity.name)
        if quantity.kind is Kind.DELTA and layer is not None:
            near = [*around.units(layer + 1)[:_CLOSE], *around.units(layer - 1)[:_CLOSE]]
            yield from filter(self.is_known, [_replace(quantity, name=unit) for unit in near])
            return
        if quantity.kind is Kind.INPUT:
            layer, place = (
                -1,
                around.problem.inputs.index(quantity.name) if quantity.name in around.problem.inputs else None,
            )
        if layer is None or place is None or quantity.kind not in (*_OF_A_UNIT, Kind.INPUT):
            return
        for other in (layer - 1, layer + 1):
            units = around.units(other)
            if place < len(units):
                for kind in (quantity.kind, Kind.INPUT if other < 0 else Kind.OUT):
                    moved = _placed(quantity, kind, units[place])
                    if self.is_known(moved):
                        yield moved


_SHARES = ("beta1", "beta2", "mu", "rho", "beta")
_PARAMETRIC = (Kind.PARAMETER, Kind.NEW, Kind.AUX)
_LETTERS = ("v", "m", "s", "u", "G", "g", "mhat", "vhat", "clipped", "step")


def _placed(quantity: Quantity, kind: Kind, name: str) -> Quantity:
    """A quantity of another kind or name, in the same pass."""
    if kind in (Kind.INPUT, Kind.TARGET):
        return Quantity(kind, name, at=tuple(place for place in quantity.at if place.word == "sample"))
    return Quantity(kind, name, at=() if kind is Kind.PARAMETER else quantity.at)


def _moved(quantity: Quantity, word: str, step: int) -> Quantity:
    """The quantity in another sample, epoch or step."""
    at = tuple(Place(place.word, place.number + step) if place.word == word else place for place in quantity.at)
    return quantity.at_address(at)


def _called(formula: Formula | None) -> str:
    return formula.symbol.name if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else ""
