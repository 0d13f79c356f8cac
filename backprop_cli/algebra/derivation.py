"""A derivation: the named formulas that a person writes on paper, in a topological order of their computation graph."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import field
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula, Name, names_in, replace
from backprop_cli.algebra.parts import Parts
from backprop_cli.algebra.quantities import Address, Phase, Quantity
from backprop_cli.ground.records import record


@record
class Line:
    """A line of the worked solution, a node of the computation graph: this quantity, by this formula.

    `short` is the formula as textbooks write it where algebra has merged several factors (p − t), `short_rules` what a
    teacher says of that; `rules` are the sentences of the slopes in `formula`; a `given` line has its value from the
    problem file. `parts` say which role each piece of the formula has (see `algebra/parts`).
    """

    phase: Phase
    quantity: Quantity
    formula: Formula
    short: Formula | None = None
    short_rules: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    given: bool = False
    parts: Parts | None = field(default=None, compare=False)

    def renamed(self, change: Callable[[Quantity], Quantity]) -> Line:
        """The line with every quantity in it changed."""
        return Renaming(change).line(self)


@record
class SamplePlan:
    """The lines of one sample, without addresses: forward pass to the objective, backward pass, gradients, updates.

    `objective` is the quantity that is differentiated.
    """

    lines: tuple[Line, ...]
    objective: Quantity


@record
class Derivation:
    """The whole solution: constants by name, and lines in topological order: each uses only constants and earlier ones.

    Where batch statistics couple the samples, `together` has the address of the batch for that of each sample.
    """

    constants: Mapping[Quantity, Formula]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    together: Mapping[Address, Address] = field(default_factory=dict)
    index: Mapping[Quantity, Line] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {line.quantity: line for line in self.lines})

    @property
    def several_addresses(self) -> bool:
        """Whether there is more than one pass, so that each needs its address."""
        return len({line.quantity.at for line in self.lines}) > 1

    def formula_of(self, quantity: Quantity) -> Formula | None:
        """The formula of a line; None where there is no such line."""
        line = self.index.get(quantity)
        return None if line is None else line.formula

    def uses(self, quantity: Quantity) -> list[Quantity]:
        """What a line is computed from, from left to right; nothing where there is no such line."""
        line = self.index.get(quantity)
        return [] if line is None else quantities_in(line.formula)

    def ancestors(self, wanted: Iterable[Quantity]) -> frozenset[Quantity]:
        """The wanted quantities and every quantity that they are computed from."""
        found: set[Quantity] = set()
        waiting = list(wanted)
        while waiting:
            quantity = waiting.pop()
            if quantity in found:
                continue
            found.add(quantity)
            waiting += self.uses(quantity)
        return frozenset(found)

    def only(self, wanted: Iterable[Quantity]) -> Derivation:
        """The derivation with nothing but the wanted quantities and what they are computed from."""
        needed = self.ancestors(wanted)
        return _replace(self, lines=tuple(line for line in self.lines if line.quantity in needed))


def rename(formula: Formula, change: Callable[[Quantity], Quantity]) -> Formula:
    """The formula with every quantity in it changed; letters stay."""
    return Renaming(change).formula(formula)


class Renaming:
    """Changes the quantities in formulas and lines, each once however often it stands there; letters stay.

    Lines are left without their parts where nobody will ask for them.
    """

    def __init__(self, change: Callable[[Quantity], Quantity], with_parts: bool = True) -> None:
        self._change = change
        self._with_parts = with_parts
        self._names: dict[Hashable, Name] = {}

    def name(self, name: Name) -> Name:
        """The name of what is put in its place."""
        found = self._names.get(name.symbol)
        if found is None:
            changed = self._change(name.symbol) if isinstance(name.symbol, Quantity) else name.symbol
            found = self._names[name.symbol] = name if changed is name.symbol else Name(changed)
        return found

    def formula(self, formula: Formula) -> Formula:
        """The formula with every quantity in it changed."""
        return replace(formula, self.name)

    def line(self, line: Line) -> Line:
        """The line with every quantity in it changed."""
        quantity = self._change(line.quantity)
        parts = line.parts.changed(self.formula) if line.parts is not None and self._with_parts else None
        short = None if line.short is None else self.formula(line.short)
        return _replace(line, quantity=quantity, formula=self.formula(line.formula), short=short, parts=parts)


def in_order(lines: Mapping[Quantity, Line], wanted: Iterable[Quantity]) -> list[Line]:
    """The lines of the wanted quantities and of all that they use, in topological order.

    Raises ValueError, naming the quantity, where the lines form a cycle.
    """
    written: dict[Quantity, Line] = {}
    open_: set[Quantity] = set()
    for first in wanted:
        stack = [first]
        while stack:
            quantity = stack[-1]
            line = lines.get(quantity)
            if line is None or quantity in written:
                stack.pop()
                continue
            needed = [other for other in quantities_in(line.formula) if other in lines and other not in written]
            if not needed:
                written[quantity] = line
                open_.discard(quantity)
                stack.pop()
            elif quantity in open_:
                raise ValueError(quantity.key)
            else:
                open_.add(quantity)
                stack += reversed(needed)
    return list(written.values())


def quantities_in(formula: Formula) -> list[Quantity]:
    """Every quantity the formula uses, from left to right, repeated as often as it is used."""
    return [name.symbol for name in names_in(formula) if isinstance(name.symbol, Quantity)]
