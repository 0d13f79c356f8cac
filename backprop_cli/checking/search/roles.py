"""Which quantities are easily taken for one another: neighbours of one sort, kin of one unit, other samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.formula import ONE, Name
from backprop_cli.algebra.parts import BatchParts, GradientParts, NetParts
from backprop_cli.algebra.quantities import (
    AFTER,
    SMOOTH,
    Address,
    Kind,
    Place,
    Quantity,
    delta,
    gradient,
    net,
    out,
    parameter,
)
from backprop_cli.checking.search.beside import Beside
from backprop_cli.checking.search.made import Made
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.records import record

_OF_A_UNIT = (Kind.NET, Kind.OUT, Kind.DELTA, Kind.TARGET, Kind.PART)
_OF_A_PASS = (Kind.NET, Kind.OUT, Kind.DELTA, Kind.PART, Kind.LOSS, Kind.CELL, Kind.NODE)
_DEEPEST = 5  # how far from the end of a name a place is looked at
_CLOSE = 3  # how many places away a neighbour may be
_SENDERS = 12


@record(slots=False)
class Relations:
    """The relations of the quantities of one derivation; `is_known` says which quantities there are."""

    around: Surroundings

    def is_known(self, quantity: Quantity) -> bool:
        """Whether there is such a quantity."""
        derivation = self.around.derivation
        return quantity in derivation.index or quantity in derivation.constants

    @cached_property
    def beside(self) -> Beside:
        """Which names stand beside one another."""
        return Beside(self.around)

    @cached_property
    def made(self) -> Made:
        """What is made of what."""
        return Made(self.around)

    @cached_property
    def _alphabets(self) -> Mapping[tuple[int, str, str], set[str]]:
        """The letters and digits that stand at a place of names that are alike but for it."""
        found: dict[tuple[int, str, str], set[str]] = {}
        derivation = self.around.derivation
        for name in {one.name for one in (*derivation.index, *derivation.constants)}:
            for place in range(1, 1 + min(len(name), _DEEPEST)):
                at = len(name) - place
                found.setdefault((place, name[:at], name[at + 1 :]), set()).add(name[at])
        return found

    def alphabet(self, place: int, name: str) -> set[str]:
        """The letters and digits that names have at a place, counted from the end, that are like this one elsewhere."""
        at = len(name) - place
        return self._alphabets.get((place, name[:at], name[at + 1 :]), set())

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
            for name in self.beside.names_beside(quantity.by.name):
                for by in dict.fromkeys((Kind.PARAMETER, Kind.INPUT, Kind.NODE, Kind.OUT, Kind.CELL, quantity.by.kind)):
                    yield _replace(quantity, by=Quantity(by, name))
        elif kind in _PARAMETRIC:
            state, name = self._state(quantity.name)
            for other in self.beside.names_beside(name):
                yield _replace(quantity, name=state + other)
                yield parameter(state + other)
        elif quantity.name in _SHARES:
            yield from (_replace(quantity, name=other) for other in _SHARES)
        else:
            for other in self.beside.names_beside(quantity.name):
                for sort in dict.fromkeys((kind, *_SORTS)):
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
            if other != quantity and self.is_known(other) and not self._is_one(other):
                yield other, word

    def _is_one(self, quantity: Quantity) -> bool:
        """Whether a line is 1 whatever the numbers are: the gradient of the loss by itself."""
        line = self.around.derivation.index.get(quantity)
        return line is not None and line.formula == ONE

    def _of_unit(self, quantity: Quantity) -> Iterator[tuple[Quantity, str]]:
        unit = quantity.name or (quantity.by.name if quantity.by is not None else "")
        at = quantity.at
        data = tuple(place for place in at if place.word == "sample")
        yield Quantity(Kind.NET, unit, at=at), "net"
        yield Quantity(Kind.OUT, unit, at=at), "output"
        yield Quantity(Kind.TARGET, unit, at=data), "target"
        yield Quantity(Kind.AUX, f"{SMOOTH}{unit}", at=at), "target"
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

    def weighed(self, weight: Quantity, at: Address) -> Iterator[Quantity]:
        """What a weight is multiplied with in the pass of a line."""
        data = [place for place in at if place.word == "sample"]
        found = self._weighed.get(weight.name, ()) if weight.kind in (Kind.PARAMETER, Kind.NEW) else ()
        near = [one for one in found if [place for place in one.at if place.word == "sample"] == data]
        yield from near[:_CLOSE]

    @cached_property
    def _weighed(self) -> Mapping[str, list[Quantity]]:
        found: dict[str, list[Quantity]] = {}
        for line in self.around.derivation.lines:
            for term in line.parts.terms if isinstance(line.parts, NetParts) else ():
                if isinstance(term.weight, Name) and isinstance(term.sender, Name):
                    found.setdefault(term.weight.symbol.name, []).append(term.sender.symbol)  # type: ignore[attr-defined, arg-type]
        return found

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
        if quantity.kind is Kind.CELL:
            others = (_replace(quantity, name=name) for name in self.beside.in_other_layers(quantity.name))
            yield from filter(self.is_known, others)
            return
        if quantity.kind in (Kind.PARAMETER, Kind.NEW):
            for name in self.beside.elsewhere(quantity.name):
                moved = _replace(quantity, name=name)
                yield moved if self.is_known(moved) else parameter(name)
            return
        if quantity.kind is Kind.GRADIENT and quantity.by is not None:
            others = (_replace(quantity, by=parameter(name)) for name in self.beside.elsewhere(quantity.by.name))
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
        for other in (layer - 1, layer + 1, *((layer - 2, layer - 3) if quantity.kind is Kind.OUT else ())):
            units = around.units(other)
            if place < len(units):
                for kind in (quantity.kind, Kind.INPUT if other < 0 else Kind.OUT):
                    moved = _placed(quantity, kind, units[place])
                    if self.is_known(moved):
                        yield moved


_SHARES = ("beta1", "beta2", "mu", "rho", "beta", "tau")
_SORTS = (Kind.NODE, Kind.INPUT, Kind.PARAMETER, Kind.OUT, Kind.CELL)
_PARAMETRIC = (Kind.PARAMETER, Kind.NEW, Kind.AUX)
_LETTERS = ("v", "m", "s", "a", "u", "G", "g", "c", "mhat", "vhat", "vmax", "clipped", "step", "change", "rate", "r")


def _placed(quantity: Quantity, kind: Kind, name: str) -> Quantity:
    """A quantity of another kind or name, in the same pass."""
    if kind in (Kind.INPUT, Kind.TARGET):
        return Quantity(kind, name, at=tuple(place for place in quantity.at if place.word == "sample"))
    return Quantity(kind, name, at=() if kind is Kind.PARAMETER else quantity.at)


def _moved(quantity: Quantity, word: str, step: int) -> Quantity:
    """The quantity in another sample, epoch or step."""
    at = tuple(Place(place.word, place.number + step) if place.word == word else place for place in quantity.at)
    return quantity.at_address(at)
