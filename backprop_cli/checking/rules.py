"""Formulas ready to be evaluated on balls; lines that differ only in their names share what is compiled."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import Formula, Name, replace
from backprop_cli.algebra.operations import jumps
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.enclosures import Hull
from backprop_cli.training.formula_code import compiled

BITS = 256
Function = Callable[..., tuple[Any, ...]]


@dataclass(eq=False)
class CompiledShape:
    """A formula in numbered names, compiled when it is first asked for."""

    formula: Formula
    arity: int

    @cached_property
    def value(self) -> Function:
        """The value of the formula at these balls."""
        with precision(BITS):
            return compiled([self.formula], range(self.arity), Hull())

    @cached_property
    def slopes(self) -> Function | None:
        """Its slopes in its names; None where it jumps, so that they say nothing about its range."""
        if jumps(self.formula):
            return None
        with precision(BITS):
            by_name = slopes(self.formula, {})
            return compiled([by_name[name] for name in range(self.arity)], range(self.arity), Hull())


@record
class CompiledFormula:
    """A formula of quantities, ready to be evaluated on balls in the order of its `names`."""

    names: tuple[Quantity, ...]
    shape: CompiledShape

    @property
    def value(self) -> Function:
        """The value, as a tuple of one."""
        return self.shape.value

    @property
    def slopes(self) -> Function | None:
        """The slopes in the names."""
        return self.shape.slopes


class Rules:
    """The rules made so far, one shape for all formulas that are alike but for their names."""

    def __init__(self) -> None:
        self._shapes: dict[Formula, CompiledShape] = {}
        self._names: dict[Hashable, Hashable] = {}
        self._known: dict[
            int, tuple[Formula, CompiledFormula]
        ] = {}  # by identity: a formula is asked about again and again

    def rule(self, formula: Formula) -> CompiledFormula:
        """The formula as a rule."""
        known = self._known.get(id(formula))
        if known is None or known[0] is not formula:
            known = self._known[id(formula)] = (formula, self._made(formula))
        return known[1]

    def _made(self, formula: Formula) -> CompiledFormula:
        places: dict[Hashable, int] = {}
        numbered = replace(formula, lambda name: Name(places.setdefault(name.symbol, len(places))))
        shape = self._shapes.get(numbered)
        if shape is None:
            shape = self._shapes[numbered] = CompiledShape(numbered, len(places))
        names = tuple(self._names.setdefault(one, one) for one in places)  # of equal ones, always the same
        return CompiledFormula(names, shape)  # type: ignore[arg-type]
