"""Every usual mistake that can be made in a problem, worked out line by line when a line is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula, Name, multiply
from backprop_cli.algebra.optimizers import LEARNING_RATE
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.parts import Part
from backprop_cli.checking.surroundings import Surroundings

_Way = tuple[str, str]  # the name of a mistake, and the variant


@dataclass(frozen=True)
class _Lines(Mapping[Quantity, Formula]):
    """The wrong formulas of one hypothesis."""

    table: Hypotheses
    way: _Way

    def __getitem__(self, quantity: Quantity) -> Formula:
        return self.table.ways(quantity)[self.way]

    def __contains__(self, quantity: object) -> bool:
        return isinstance(quantity, Quantity) and self.way in self.table.ways(quantity)

    def __iter__(self) -> Iterator[Quantity]:
        return (quantity for quantity in self.table.key.order if self.way in self.table.ways(quantity))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Hypotheses:
    """The table of mistakes applied to the lines of one key."""

    def __init__(self, key: AnswerKey) -> None:
        self.key = key
        self._around = Surroundings(key.problem, key.derivation)
        self._ways: dict[Quantity, Mapping[_Way, Formula]] = {}
        self._lines: dict[Quantity, tuple[Hypothesis, ...]] = {}
        self._known: dict[_Way, Hypothesis] = {}
        self._order: dict[Hypothesis, tuple[int, int]] = {}
        self._rows = {name: place for place, name in enumerate(mistakes())}

    @classmethod
    def of_key(cls, key: AnswerKey) -> Hypotheses:
        """The table of a key, made once."""
        table = key.shared.get("hypotheses")
        if table is None:
            table = key.shared["hypotheses"] = cls(key)
        assert isinstance(table, Hypotheses)
        return table

    def of(self, quantity: Quantity) -> tuple[Hypothesis, ...]:
        """The ways of going wrong in a line, in the order of the table."""
        found = self._lines.get(quantity)
        if found is None:
            found = self._lines[quantity] = tuple(map(self._named, self.ways(quantity)))
        return found

    @property
    def all(self) -> tuple[Hypothesis, ...]:
        """Every way of going wrong in the problem, in the order of the table."""
        found = dict.fromkeys(one for quantity in self.key.order for one in self.of(quantity))
        return tuple(sorted(found, key=self.place))

    def place(self, hypothesis: Hypothesis) -> tuple[int, int]:
        """Where a hypothesis stands in the order of the table."""
        return self._order[hypothesis]

    def _named(self, way: _Way) -> Hypothesis:
        found = self._known.get(way)
        if found is None:
            found = self._known[way] = Hypothesis(mistakes()[way[0]], way[1], _Lines(self, way))
            self._order[found] = (self._rows[way[0]], len(self._order))
        return found

    def ways(self, quantity: Quantity) -> Mapping[_Way, Formula]:
        """The wrong formulas of a line by mistake and variant."""
        found = self._ways.get(quantity)
        if found is None:
            found = self._ways[quantity] = self._in_order(
                {**dict(self._found(quantity)), **self._by_a_wrong_gradient(quantity)}
            )
        return found

    def _in_order(self, ways: Mapping[_Way, Formula]) -> Mapping[_Way, Formula]:
        """The ways in the order of the table."""
        return dict(sorted(ways.items(), key=lambda item: self._rows[item[0][0]]))

    def _found(self, quantity: Quantity) -> Iterator[tuple[_Way, Formula]]:
        if not self.key.is_worked(quantity):
            return
        part = Part(self.key.derivation.index[quantity], self._around)
        right = (part.formula, part.written_out)
        for name, mistake in mistakes().items():
            for variant, formula in mistake.write(part):
                if formula not in right and self._can_be_done(quantity, formula):
                    yield (name, variant), formula

    def _by_a_wrong_gradient(self, quantity: Quantity) -> Mapping[_Way, Formula]:
        """Where δ = −∂E/∂net an update reads w + η·δ·x, without its gradient's name: what it reads by a wrong one."""
        negative = self.key.problem.conventions.negative_delta and self.key.is_worked(quantity)
        if not negative or self.key.old_of(quantity) is None:
            return {}
        parameter = Quantity(Kind.PARAMETER, quantity.name, at=quantity.at)
        gradient = self._around.gradient_of(parameter)
        used = self.key.rule(quantity).names
        if gradient in used or gradient not in self.key.order:
            return {}
        old = next(one for one in used if one.name == quantity.name)
        rate = Name(next((one for one in used if one.name == LEARNING_RATE.name), LEARNING_RATE))
        return {way: Name(old) - multiply(rate, wrong) for way, wrong in self.ways(gradient).items()}

    def _can_be_done(self, quantity: Quantity, formula: Formula) -> bool:
        """Whether everything in a wrong formula exists and does not need the line itself."""
        order, place = self.key.order, self.key.order[quantity]
        for name in quantities_in(formula):
            at = order.get(name)
            if at is None and name not in self.key.derivation.constants:
                return False
            if at is not None and at >= place and self.key.needs(name, quantity):
                return False
        return True
