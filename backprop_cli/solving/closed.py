"""A derivation solved symbolically: lines of numbers are evaluated, every other one is a closed formula in letters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, names_in, replace
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.deriving.trace import Trace, Value
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.problem.model import OPEN
from backprop_cli.solving.expansion import Closed, Expansion
from backprop_cli.solving.solver import solve


@record
class OpenStep:
    """One line: its value where it is a number, else its closed formula in full and in short (None: too long)."""

    line: Line
    value: Value | None
    full: Closed | None = None
    short: Closed | None = None

    @property
    def quantity(self) -> Quantity:
        """What the step computes."""
        return self.line.quantity


@record(slots=False)
class OpenTrace:
    """Every step in order; `numbers` is the trace of what is a number, `letters` what the open constants are."""

    derivation: Derivation
    steps: tuple[OpenStep, ...]
    numbers: Trace
    letters: Mapping[Quantity, Formula]
    named: Mapping[Quantity, Closed]
    digits: int
    rounded: bool = False

    @cached_property
    def by_quantity(self) -> dict[Quantity, OpenStep]:
        """The steps by what they compute."""
        return {step.quantity: step for step in self.steps}

    def is_open(self, quantity: Quantity) -> bool:
        """Whether the quantity is not a number."""
        if quantity in self.letters:
            return True
        step = self.by_quantity.get(quantity)
        return step is not None and step.value is None

    def value(self, quantity: Quantity) -> Value:
        """The value of a quantity that is a number."""
        return self.numbers.value(quantity)

    def closed_form(self, quantity: Quantity) -> Formula | None:
        """A short exact formula without names for a quantity that is a number, as of any other trace."""
        return None if self.is_open(quantity) else self.numbers.closed_form(quantity)


def close(derivation: Derivation, digits: int = 9) -> OpenTrace:
    """Solves a derivation whose constants and given lines may be letters.

    Lines of numbers only have certified values, as ever. Raises MathError where one of them has none.
    """
    meant = _meanings(derivation)
    letters = dict(_letters(derivation, meant))
    lines = tuple(_with_letters(line, meant) for line in derivation.lines)
    open_ = set(letters)
    for line in lines:
        if any(True for _name in names_in(line.formula)) if line.given else not open_.isdisjoint(_used(line)):
            open_.add(line.quantity)
    constants = {quantity: value for quantity, value in derivation.constants.items() if quantity not in letters}
    settled = tuple(line for line in lines if line.quantity not in open_)
    numbers = solve(Derivation(constants, settled), None, digits)
    derivation = _replace(derivation, lines=lines)
    closing = _Closing(derivation, letters, open_, numbers)
    steps = tuple(closing.steps())
    return OpenTrace(derivation, steps, numbers, letters, closing.named(), digits)


def _used(line: Line) -> list[Quantity]:
    return quantities_in(line.formula)


# ---- letters -------------------------------------------------------------------------------------------------


def _meanings(derivation: Derivation) -> Callable[[Name], Formula]:
    """What a name in a number means: the open number of that name, else a letter that no number has for its name."""
    open_ = [one for one, value in derivation.constants.items() if value == OPEN and not one.at]
    named = {f"t_{one.name}" if one.kind is Kind.TARGET else one.name: one for one in open_}

    def meant(name: Name) -> Formula:
        if isinstance(name.symbol, Quantity):
            return name
        return Name(named.get(str(name.symbol), Quantity(Kind.LETTER, str(name.symbol))))

    return meant


def _letters(derivation: Derivation, meant: Callable[[Name], Formula]) -> Iterator[tuple[Quantity, Formula]]:
    """The constants that are not numbers: each its own letter, or a formula in other letters."""
    for quantity, value in derivation.constants.items():
        if value == OPEN:
            yield quantity, Name(quantity)
        elif any(True for _name in names_in(value)):
            yield quantity, replace(value, meant)


def _with_letters(line: Line, meant: Callable[[Name], Formula]) -> Line:
    """A given line whose number is open is its own letter."""
    if not line.given or not any(True for _name in names_in(line.formula)):
        return line
    at = tuple(place for place in line.quantity.at if place.word != "epoch")  # it is the same number in every epoch
    own = Name(line.quantity.at_address(at))
    return _replace(line, formula=replace(line.formula, lambda name: own if name == OPEN else meant(name)))


# ---- closed formulas -----------------------------------------------------------------------------------------


class _Closing:
    """Writes the lines that are no numbers as one formula each: in letters alone, and with the outputs named."""

    def __init__(
        self, derivation: Derivation, letters: Mapping[Quantity, Formula], open_: Collection[Quantity], numbers: Trace
    ) -> None:
        self.derivation = derivation
        self.letters = letters
        self.open = open_
        self.numbers = numbers
        self.updated = _after_an_update(derivation)
        self.outputs = [line.quantity for line in derivation.lines if self._has_name(line)]
        self.short_forms: dict[Quantity, Closed] = {}

    def _has_name(self, line: Line) -> bool:
        """Whether the line's name stands for it in short formulas: an output, or a node of a graph."""
        if line.given or line.phase is not Phase.FORWARD or line.quantity not in self.open or self._is_later(line):
            return False
        return line.quantity.kind in (Kind.OUT, Kind.NODE) and isinstance(line.formula, Apply)

    def _is_later(self, line: Line) -> bool:
        """Whether a new value of another pass is in the line, where names mean something else than in the first."""
        return any(one.at != line.quantity.at for one in self.updated.get(line.quantity, ()))

    def steps(self) -> Iterator[OpenStep]:
        """Every line, solved."""
        if len(self.derivation.lines) > limits.CLOSED_LINES:
            for line in self.derivation.lines:
                value = None if line.quantity in self.open else self.numbers.by_quantity[line.quantity].value
                yield OpenStep(line, value)
            return
        full = Expansion(self.derivation, self.letters)
        short = Expansion(self.derivation, self.letters, self.outputs)
        for line in self.derivation.lines:
            if line.quantity not in self.open:
                value = self.numbers.by_quantity[line.quantity].value
                full.settle(line, value)
                short.settle(line, value)
                yield OpenStep(line, value)
                continue
            whole, brief = full.close(line), short.close(line)
            if self._is_later(line):
                brief = None
            if brief is not None:
                self.short_forms[line.quantity] = brief
            yield OpenStep(line, None, whole, brief)

    def named(self) -> dict[Quantity, Closed]:
        """What the names in short formulas stand for."""
        return {one: self.short_forms[one] for one in self.outputs if one in self.short_forms}


def _after_an_update(derivation: Derivation) -> dict[Quantity, frozenset[Quantity]]:
    """The new values that each line depends on."""
    found: dict[Quantity, frozenset[Quantity]] = {}
    for line in derivation.lines:
        used = _used(line)
        new = frozenset(one for one in used if one.kind is Kind.NEW)
        found[line.quantity] = new.union(*(found.get(one, frozenset()) for one in used))
    return found
