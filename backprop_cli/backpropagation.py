"""The chain rule, line by line: from the forward lines of one sample to its δ terms and gradients.

The gradient of a quantity is the sum, over the lines that use it, of their gradient times their slope with respect to
it. Everything else here is what each of these is called, and in which order they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.calculus import slopes
from backprop_cli.derivation import Line, rename
from backprop_cli.formula import ONE, Formula, Name, add, multiply, negate
from backprop_cli.quantities import Kind, Phase, Quantity, delta, gradient, local

LEAVES = (Kind.INPUT, Kind.PARAMETER)


@dataclass(frozen=True)
class Style:
    """What the courses decide: the sign of δ, whose weights the hidden δ use, and which paths have a part of E."""

    negative_delta: bool = False
    updated: frozenset[str] = frozenset()  # parameters whose new value hidden δ terms use
    parts: Mapping[str, Quantity] = field(default_factory=dict)  # output neuron -> its part of the loss
    short: Mapping[str, tuple[Formula, str]] = field(default_factory=dict)  # neuron -> its δ in textbooks, and why


class Backward:
    """The backward lines of one sample, written as they are asked for; `lines` collects them."""

    def __init__(self, forward: Sequence[Line], objective: Quantity, given: Collection[Quantity], style: Style) -> None:
        self.objective = objective
        self.given = given
        self.style = style
        self.lines: dict[Quantity, Line] = {}
        self._forward = {line.quantity: line for line in forward}
        self._users: dict[Quantity, list[tuple[Quantity, Formula]]] = {}
        self._uses: dict[Quantity, list[Quantity]] = {}
        known = {line.formula: Name(line.quantity) for line in forward if line.quantity.kind is not Kind.LOSS}
        for line in forward:
            for symbol, slope in slopes(line.formula, known).items():
                assert isinstance(symbol, Quantity)
                self._users.setdefault(symbol, []).append((line.quantity, slope))
                self._uses.setdefault(line.quantity, []).append(symbol)
        self._reaching = self._reaching_objective(forward)

    def _reaching_objective(self, forward: Sequence[Line]) -> set[Quantity]:
        """The quantities that the objective, or a prescribed gradient, depends on."""
        reaching = {self.objective}
        for quantity in self.given:
            if quantity.kind is Kind.GRADIENT and quantity.by:
                reaching.add(quantity.by.at_address(quantity.at))
            if quantity.kind is Kind.DELTA:
                reaching.add(Quantity(Kind.NET, quantity.name, at=quantity.at))
        for line in reversed(forward):
            if line.quantity in reaching:
                reaching.update(self._uses.get(line.quantity, ()))
        return reaching

    def reaches(self, quantity: Quantity) -> bool:
        """Whether the objective depends on the quantity."""
        return quantity in self._reaching

    def is_given_out(self, out: Quantity) -> bool:
        """Whether ∂E/∂out is prescribed."""
        return gradient(self.objective, out) in self.given

    def write(self, quantity: Quantity) -> Quantity:
        """Writes the line of the quantity's gradient (for a net input, its δ) and says what it is called."""
        if quantity.kind is Kind.NET:
            return self._delta(quantity)
        named = gradient(self.objective, quantity)
        if named not in self.lines:
            phase = Phase.GRADIENT if quantity.kind in LEAVES else Phase.BACKWARD
            if named in self.given:
                self.lines[named] = Line(phase, named, ONE, given=True)
            elif quantity == self.objective:
                self.lines[named] = Line(phase, named, ONE)
            else:
                self.lines[named] = Line(phase, named, self._sum_over_paths(quantity), rules=self._rules(quantity))
        return named

    def _gradient(self, quantity: Quantity) -> Formula:
        """∂E/∂quantity as it stands in another line."""
        if quantity == self.objective:
            return ONE
        if quantity.kind in (Kind.PART, Kind.LOSS):
            return add(*(multiply(self._gradient(user), slope) for user, slope in self._paths(quantity)))
        name = Name(self.write(quantity))
        return negate(name) if quantity.kind is Kind.NET and self.style.negative_delta else name

    def _paths(self, quantity: Quantity) -> list[tuple[Quantity, Formula]]:
        """The lines that use the quantity; a mean comes after those that use both it and the quantity."""
        paths = [(user, slope) for user, slope in self._users.get(quantity, []) if self.reaches(user)]
        if not any(user.kind is Kind.CELL for user, _ in paths):
            return paths
        inner = Counter(used for user, _ in paths for used in self._uses[user] if used.kind is Kind.CELL)
        return sorted(paths, key=lambda path: inner[path[0]])

    def _delta(self, quantity: Quantity) -> Quantity:
        named = delta(quantity)
        if named in self.lines:
            return named
        if named in self.given:
            self.lines[named] = Line(Phase.BACKWARD, named, ONE, given=True)
            return named
        formula = add(*(multiply(self._gradient(user), self._local(user, quantity, slope))
                        for user, slope in self._paths(quantity)))  # fmt: skip
        short, short_rule = self.style.short.get(quantity.name, (None, ""))
        if short is not None and quantity.at:
            short = self._share(short, quantity)
        if self.style.negative_delta:
            formula, short = negate(formula), None if short is None else negate(short)
        self.lines[named] = Line(Phase.BACKWARD, named, formula, short, short_rule, self._rules(quantity))
        return named

    def _share(self, short: Formula, quantity: Quantity) -> Formula:
        """The short form of δ in a sample of a batch, times the slope of the batch's loss in that of the sample."""
        here = rename(short, lambda one: one.at_address(quantity.at))
        return multiply(self._gradient(self.objective.at_address(quantity.at)), here)

    def _sum_over_paths(self, quantity: Quantity) -> Formula:
        paths = self._paths(quantity)
        if quantity.kind is Kind.OUT and len(paths) > 1:
            return add(*(Name(self._path(quantity, user, slope)) for user, slope in paths))
        graph = any(user.kind is Kind.NODE for user, _ in paths)
        return add(*(self._product(user, self._local(user, quantity, slope) if graph else self._old_or_new(user, slope))
                     for user, slope in paths))  # fmt: skip

    def _product(self, user: Quantity, slope: Formula) -> Formula:
        return multiply(self._gradient(user), slope)

    def _path(self, quantity: Quantity, user: Quantity, slope: Formula) -> Quantity:
        """The summand of ∂E/∂out that goes through one user: ∂E_o1/∂out_h1 where the user leads to one part of E."""
        part = self.style.parts.get(user.name) if user.kind is Kind.NET else None
        of, via = part or self.objective.bare, None if part else user.bare
        named = Quantity(Kind.PATH, of=of, by=quantity.bare, via=via, at=quantity.at)
        self.lines[named] = Line(Phase.BACKWARD, named, self._product(user, self._old_or_new(user, slope)))
        return named

    def _old_or_new(self, user: Quantity, slope: Formula) -> Formula:
        if user.kind is not Kind.NET or not self.style.updated:
            return slope

        def newest(quantity: Quantity) -> Quantity:
            updated = quantity.kind is Kind.PARAMETER and quantity.name in self.style.updated
            return Quantity(Kind.NEW, quantity.name) if updated else quantity

        return rename(slope, newest)

    def _local(self, user: Quantity, quantity: Quantity, slope: Formula) -> Formula:
        """The slope of one line in one name, on a line of its own unless it is 1 or already a name."""
        if user.kind is not Kind.NODE and slope == ONE:
            return slope
        named = local(user, quantity)
        if user == self.objective:
            if len(self._paths(quantity)) == 1:
                return slope  # ∂f/∂q of the last node is its local derivative and its gradient in one
            named = Quantity(
                Kind.LOCAL, "local", of=user.bare, by=quantity.bare, at=user.at
            )  # else the two need two names
        if named not in self.lines:
            phase = Phase.GRADIENT if quantity.kind in LEAVES else Phase.BACKWARD
            self.lines[named] = Line(phase, named, slope, rules=self._forward[user].rules)
        return Name(named)

    def _rules(self, quantity: Quantity) -> tuple[str, ...]:
        """What a teacher says of the slopes that this line uses, once each."""
        said = (rule for user, _ in self._paths(quantity) for rule in self._forward[user].rules)
        return tuple(dict.fromkeys(rule for rule in said if rule))
