"""What every quantity is: on the sheet of a student, in the right solution, and in copies with other numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from random import Random

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import STEP_NUMBER
from backprop_cli.checking.search.doubles import NOTHING, Changed, Floats, Known

_COUNTED = (STEP_NUMBER.name, COUNT.name, "N", "every", "at")  # whole numbers that say when, not how much
_SIGNED = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET)
_MARKS = (Kind.INPUT, Kind.TARGET)  # whose 0 and 1 are often no amounts: a pixel, a word, a class
OF_ITS_OWN = 2  # copies with the zeros and ones of the problem
_HALF = 0.5
_NOT_KNOWN: Known = (NOTHING, 0.0)


class World(Floats):
    """The value of every quantity, and how far it may be off, all lines by their right formulas but those given.

    A line is worked out when it is first asked for. It computes formulas itself: a world and what computes in it would
    hold each other, and every sheet's thousand numbers would wait for the collector.
    """

    def __init__(
        self, derivation: Derivation, constants: Mapping[Quantity, float], given: Mapping[Quantity, Known]
    ) -> None:
        super().__init__()
        self._lines = derivation.index
        self._values: dict[Quantity, Known] = {quantity: (value, 0.0) for quantity, value in constants.items()}
        self._values.update(given)

    def known(self, quantity: Quantity) -> Known:
        """The value of a quantity; not a number where there is no such quantity."""
        found = self._values.get(quantity)
        if found is None:
            self._work_out(quantity)
            found = self._values.get(quantity, _NOT_KNOWN)
        return found

    def _work_out(self, quantity: Quantity) -> None:
        """Works out a line after those that it needs, however many they are."""
        waiting = [quantity] if quantity in self._lines else []
        while waiting:
            formula = self._lines[waiting[-1]].formula
            missing = [one for one in quantities_in(formula) if one not in self._values and one in self._lines]
            waiting += missing
            if not missing:
                self._values[waiting.pop()] = self.once(formula)

    def under(self, changes: Mapping[Quantity, Known], formula: Formula) -> Known:
        """The value of a formula where some quantities are others."""
        return Changed(changes, self.known).once(formula)


class Worlds:
    """The right solution of one derivation and copies of it in which all numbers are moved, each by itself."""

    def __init__(self, derivation: Derivation, still: frozenset[str]) -> None:
        self.derivation = derivation
        self.still = still  # names of inputs that are numbers of rows
        known: dict[Quantity, Known] = {}
        floats = Changed(known, lambda _quantity: _NOT_KNOWN)
        for quantity, formula in derivation.constants.items():
            known[quantity] = floats.once(formula)[0], 0.0
        self.constants = {quantity: value for quantity, (value, _off) in known.items()}

    @cached_property
    def right(self) -> World:
        """The right solution."""
        return World(self.derivation, self.constants, {})

    @cached_property
    def moved(self) -> tuple[World, ...]:
        """The copies; in four of them, signs are others too, and those of all parameters once either way.

        In the last OF_ITS_OWN inputs and targets that are 0 or 1 stay: what is the same there is the same on this
        problem whatever its weights are.
        """
        turned = [self._moved(seed, True, sign) for seed in (3, 4) for sign in (1, -1)]
        near = [self._moved(seed, False, keeping=True) for seed in range(5, 5 + OF_ITS_OWN)]
        return self._moved(1, False), self._moved(2, False), *turned, *near

    def _moved(self, seed: int, turning: bool, sign: int = 1, keeping: bool = False) -> World:
        dice = Random(seed)
        given = {line.quantity: (_moved(self.right.known(line.quantity)[0], dice, turning), 0.0)
                 for line in self.derivation.lines if line.given}  # fmt: skip
        constants = {
            quantity: value
            if self._stays(quantity) or (keeping and quantity.kind in _MARKS and value in (0, 1))
            else _moved(value, dice, turning and quantity.kind in _SIGNED)
            for quantity, value in self.constants.items()
        }
        if sign < 0:
            constants |= {one: -value for one, value in constants.items() if one.kind is Kind.PARAMETER}
        return World(self.derivation, constants, given)

    def _stays(self, quantity: Quantity) -> bool:
        if quantity.kind is Kind.CONSTANT:
            return quantity.name in _COUNTED
        return quantity.kind is Kind.INPUT and quantity.name in self.still

    def of_sheet(self, answers: Mapping[Quantity, Known]) -> World:
        """What a student has: the answers, and what follows from them."""
        return World(self.derivation, self.constants, answers)


def _moved(value: float, dice: Random, turning: bool) -> float:
    """A number near by, or, where signs are turned, anywhere; shares and probabilities stay between 0 and 1."""
    if turning:
        return dice.random() if 0 <= value <= 1 and dice.random() < _HALF else value * (2 * dice.random() - 1) + 0.1
    if value == 0:
        return 0.02 + 0.08 * dice.random()
    return value * (0.83 + 0.15 * dice.random())
