"""One epoch of training: the lines that its new parameters need, evaluated in fractions or written as a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TypeAlias

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.evaluation import Values
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import AFTER, Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE, STEP_NUMBER
from backprop_cli.numbers.certified import Ball, Certified, Real, compact
from backprop_cli.numbers.exact import Rational
from backprop_cli.training.compiler import LineCompiler, Program

State: TypeAlias = tuple[Ball, ...]

_EXACT_BITS = 1_000


class Epoch:
    """The lines of one epoch that its new parameters need."""

    def __init__(self, derivation: Derivation, state: Sequence[Quantity]) -> None:
        lines = [line for line in derivation.lines if line.quantity.at[:1] != (AFTER,)]
        newest = newest_of(lines)
        self.constants = derivation.constants
        self.state = state
        self.newest = [newest[quantity.name] for quantity in state]
        self.steps = [quantity for quantity in derivation.constants if quantity.bare == STEP_NUMBER]
        self.rates = [line.quantity for line in lines if line.quantity.bare == LEARNING_RATE]
        self.updates = len({line.quantity.at for line in lines if line.quantity.kind is Kind.NEW})
        self.lines = needed([line for line in lines if line.quantity not in self.rates], self.newest)

    def with_constants(self, changed: Mapping[Quantity, Formula]) -> Epoch:
        """The same epoch with other numbers."""
        other = copy(self)
        other.constants = {**self.constants, **changed}
        return other

    def exactly(self, state: Sequence[Real], rates: Sequence[Real], done: int) -> list[Real] | None:
        """The state after this epoch, computed line by line in fractions; None where these are not short or no more.

        Raises MathError where a line has no value, Undecided where a ball does not settle it.
        """

        def later(quantity: Quantity, value: Real) -> Real:
            return value + done * self.updates if quantity.bare == STEP_NUMBER else compact(value)

        known = dict(zip([*self.state, *self.rates], [*state, *rates], strict=True))
        values = Values(self.constants, Certified(), later, known)
        last = self.newest[-1:]  # is soon computed, and mostly tells of all
        for lines, wanted in ((needed(self.lines, last), last), (self.lines, self.newest)):
            for line in lines:
                if line.quantity not in values.known:
                    values.take(line.quantity, line.formula)
            if not all(map(_is_short, (values[quantity] for quantity in wanted))):
                return None
        return [values[quantity] for quantity in self.newest]

    def compiled(self) -> Callable[..., tuple[State, State]]:
        """The function from (one item an epoch: its η or ηs, the state, the step numbers) to the two after them."""
        return self._program.function(self.constants)

    @cached_property
    def _program(self) -> Program:
        writer = LineCompiler([*self.state, *self.steps])
        rates = [writer.argument(rate) for rate in self.rates]
        body = writer.lines(self.lines)
        names = writer.names
        after = [writer.name(quantity) for quantity in self.newest] + [
            f"{names[step]} + {self.updates}" for step in self.steps
        ]
        state, steps = ("".join(f"{names[q]}, " for q in part) for part in (self.state, self.steps))
        source = [f"def run(epochs, {', '.join(writer.arguments)}{{numbers}}):"]
        source += [f"    for {', '.join(rates) or '_'} in epochs:", *(f"        {line}" for line in body)]
        source += [f"        {', '.join(writer.arguments)} = {', '.join(after)}", f"    return ({state}), ({steps})"]
        return writer.program(source)


def _is_short(value: Real) -> bool:
    return isinstance(value, Rational) and value.height_bits() < _EXACT_BITS


def newest_of(lines: Iterable[Line]) -> dict[str, Quantity]:
    """The last new value of every name that is updated."""
    return {line.quantity.name: line.quantity for line in lines if line.quantity.kind is Kind.NEW}


def needed(lines: Sequence[Line], wanted: Iterable[Quantity]) -> list[Line]:
    """The lines that lead to the wanted quantities; every line uses only earlier ones."""
    needed, kept = set(wanted), []
    for line in reversed(lines):
        if line.quantity in needed:
            needed.update(quantities_in(line.formula))
            kept.append(line)
    return kept[::-1]
