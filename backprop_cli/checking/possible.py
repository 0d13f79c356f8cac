"""Whether a wrong formula can stand in a line: all that it names exists, and none of that is computed from the line."""

from __future__ import annotations

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import Quantity

_FAR = 4000  # lines that are looked through for a circle


class Possible:
    """What stands before what in one derivation."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.order = {line.quantity: index for index, line in enumerate(derivation.lines)}
        self._circles: dict[tuple[Quantity, Quantity], bool] = {}
        self._used: dict[int, tuple[Formula, tuple[Quantity, ...]]] = {}

    def can_be_done(self, quantity: Quantity, formula: Formula) -> bool:
        """Whether everything in a wrong formula exists and does not need the line itself."""
        constants = self.derivation.constants
        return all(name in constants or (name in self.order and not self._needs(name, quantity))
                   for name in self.names_in(formula))  # fmt: skip

    def _needs(self, name: Quantity, quantity: Quantity) -> bool:
        """Whether a line is computed from another one."""
        last = self.order[quantity]
        if self.order[name] < last:
            return False
        found = self._circles.get((name, quantity))
        if found is None:
            found = self._circles[name, quantity] = self._is_above(quantity, name, last)
        return found

    def _is_above(self, wanted: Quantity, start: Quantity, last: int) -> bool:
        seen, waiting = {start}, [start]
        while waiting and len(seen) < _FAR:
            one = waiting.pop()
            if one == wanted:
                return True
            line = self.derivation.index.get(one)
            for name in quantities_in(line.formula) if line is not None else ():
                if name not in seen and self.order.get(name, -1) >= last:
                    seen.add(name)
                    waiting.append(name)
        return bool(waiting)

    def names_in(self, formula: Formula) -> tuple[Quantity, ...]:
        """Everything that is named in a formula, each once; of parts that formulas share it is found once."""
        if not isinstance(formula, Apply):
            return tuple(quantities_in(formula))
        seen = self._used.get(id(formula))  # by identity; the formula is kept lest its place be reused
        if seen is None:
            names = dict.fromkeys(name for one in formula.arguments for name in self.names_in(one))
            seen = self._used[id(formula)] = formula, tuple(names)
        return seen[1]
