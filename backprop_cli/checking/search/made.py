"""What a line of a cell or a layer is computed from, and what is computed from it next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.records import record

_BETWEEN = (Kind.CELL, Kind.OUT)
_CLOSE = 3  # lines that are computed from one
_FAR = 3  # links of the chain rule from a gradient to those that it comes from
_MANY = 6
_CHOOSING = ("max", "min", "mean", "quotient")  # what makes one value of several of a sort


_VALUES = (Kind.CELL, Kind.OUT, Kind.NET, Kind.INPUT)


@record(slots=False)
class Made:
    """What is made of what in one derivation."""

    around: Surroundings

    def of(self, quantity: Quantity) -> Iterator[Quantity]:
        """What a line's function is taken of: the score of a share, the value before it was standardized.

        Of the gradient of a line that is no net input or output, the gradients of what that is computed from.
        """
        derivation, by = self.around.derivation, quantity.by
        if quantity.kind is Kind.GRADIENT and by is not None and by.kind in _BETWEEN:
            for name in derivation.uses(by.at_address(quantity.at)):
                found = self.around.gradient_of(name)
                if name.kind in _BETWEEN and self._is_known(found):
                    yield found
        if quantity.kind is Kind.GRADIENT and by is not None and by.kind is Kind.PARAMETER:
            terms = [one for one in derivation.uses(quantity) if one.kind in (Kind.GRADIENT, Kind.DELTA)]
            yield from dict.fromkeys([*terms[:1], *terms[-1:]])
        match derivation.formula_of(quantity) if quantity.kind in (Kind.CELL, Kind.OUT) else None:
            case Apply("standardized", (Name(Quantity() as own), *_)):
                yield own
            case Apply("softmax", (Number(which), *scores)):
                yield from quantities_in(scores[int(which) - 1])
            case Apply(_, (Name(Quantity(kind=Kind.CELL) as own),)):
                yield own
            case Apply(operation, _) as formula if operation in _CHOOSING and quantity.kind is Kind.OUT:
                yield from [one for one in quantities_in(formula) if one.kind in _VALUES][:_CLOSE]

    def from_farther_on(self, quantity: Quantity) -> Iterator[Quantity]:
        """The δ and gradients that a δ or a gradient is computed from, the nearest first, over a few links."""
        if not is_a_gradient(quantity):
            return
        found: dict[Quantity, None] = {}
        near = [quantity]
        for _link in range(_FAR):
            near = [name for one in near for name in self._gradients_in(one)]
            found.update(dict.fromkeys(near))
        found.pop(quantity, None)
        yield from list(found)[:_MANY]

    def next_on(self, quantity: Quantity) -> Quantity | None:
        """The gradient one link farther on that has the numbers of a name in its own name, or the only one."""
        found = self._gradients_in(quantity) if is_a_gradient(quantity) else []
        alike = [one for one in found if _numbers(one) == _numbers(quantity)]
        return (alike or found)[0] if alike or len(found) == 1 else None

    def _gradients_in(self, quantity: Quantity) -> list[Quantity]:
        """The δ and gradients in a line, those on its paths included, which stand on lines of their own."""
        found: dict[Quantity, None] = {}
        for name in self.around.derivation.uses(quantity):
            found.update(dict.fromkeys(self._gradients_in(name) if name.kind is Kind.PATH else (name,)))
        return list(filter(is_a_gradient, found))

    def used_with(self, quantity: Quantity) -> Iterator[Quantity]:
        """The values beside a value in the lines of a cell that are computed from it: c, i and g beside f."""
        if quantity.kind not in _VALUES:
            return
        found: dict[Quantity, None] = {}
        for user in self._users.get(quantity, ())[:_CLOSE]:
            found.update(dict.fromkeys(self.around.derivation.uses(user)))
        yield from [one for one in found if one != quantity and one.kind in _VALUES][:_MANY]

    def standard(self, quantity: Quantity) -> Iterator[Quantity]:
        """The x̂ of γ·x̂ + β."""
        for name in self.around.derivation.uses(quantity) if quantity.kind in _BETWEEN else ():
            if Name(name) in self.distances:
                yield name

    def before_normalizing(self, quantity: Quantity) -> Quantity | None:
        """The value that a normalization was handed: x for x̂ = (x − μ)/σ, for x/rms, and for γ·x̂ + β."""
        formula = self.around.derivation.formula_of(quantity) if quantity.kind in _BETWEEN else None
        match formula:
            case Apply("standardized", (Name(Quantity() as own), *_)):
                return own
            case Apply("quotient", (Name(Quantity() as own), Name(Quantity(kind=Kind.CELL)))):
                return own
            case Name(Quantity(kind=Kind.CELL) as own):
                return self.before_normalizing(own)
        scaled = next(self.standard(quantity), None)
        return self.before_normalizing(scaled) if scaled is not None else None

    @cached_property
    def distances(self) -> Mapping[Formula, Formula]:
        """x − μ and the x̂ that it becomes, each for the other."""
        found: dict[Formula, Formula] = {}
        for line in self.around.derivation.lines:
            match line.formula:
                case Apply("standardized", (x, mean, *_)):
                    distance, name = Apply("sum", (x, Apply("negative", (mean,)))), Name(line.quantity)
                    found |= {distance: name, name: distance}
        return found

    def into(self, quantity: Quantity) -> Iterator[Quantity]:
        """What is computed next from a line of a cell or an output; of a gradient or δ, the gradients of that."""
        by = quantity.by
        is_back = quantity.kind is Kind.GRADIENT and by is not None and by.kind in _BETWEEN
        if quantity.kind is Kind.DELTA:
            one = Quantity(Kind.OUT, quantity.name, at=quantity.at)
        elif is_back and by is not None:
            one = by.at_address(quantity.at)
        elif quantity.kind is Kind.CELL:
            one = quantity
        else:
            return
        for user in self._users.get(one, ())[:_CLOSE]:
            found = user if one is quantity else self.around.gradient_of(user)
            if self._is_known(found):
                yield found

    @cached_property
    def _users(self) -> Mapping[Quantity, list[Quantity]]:
        """The lines of cells and the outputs that are computed from each quantity, one of each sort."""
        found: dict[Quantity, list[Quantity]] = {}
        for line in self.around.derivation.lines:
            if line.quantity.kind in _BETWEEN and not line.given:
                for name in dict.fromkeys(quantities_in(line.formula)):
                    found.setdefault(name, []).append(line.quantity)
        return found

    def _is_known(self, quantity: Quantity) -> bool:
        derivation = self.around.derivation
        return quantity in derivation.index or quantity in derivation.constants


def is_a_gradient(quantity: Quantity) -> bool:
    """Whether it is a δ, or a gradient by what is computed in a pass or by a parameter."""
    return quantity.kind is Kind.DELTA or (quantity.kind is Kind.GRADIENT and quantity.by is not None)


def _numbers(quantity: Quantity) -> str:
    """The numbers in the name of a quantity, or of what it is a gradient by."""
    name = quantity.by.name if quantity.by is not None else quantity.name
    return name.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
