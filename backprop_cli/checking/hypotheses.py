"""Every usual mistake that can be made in a problem, worked out line by line when a line is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.patterns import Patterns, Way
from backprop_cli.ground.records import record


@record(slots=False)
class _Lines(Mapping[Quantity, Formula]):
    """The wrong formulas of one hypothesis."""

    table: Hypotheses
    way: Way

    def __getitem__(self, quantity: Quantity) -> Formula:
        return self.table.ways(quantity)[self.way]

    def __contains__(self, quantity: object) -> bool:
        return isinstance(quantity, Quantity) and self.way in self.table.ways(quantity)

    def get(self, quantity: Quantity, default: Any = None) -> Any:
        """The wrong formula of a line, which is asked of every line under every hypothesis."""
        return self.table.ways(quantity).get(self.way, default)

    def __iter__(self) -> Iterator[Quantity]:
        return (quantity for quantity in self.table.key.order if self.way in self.table.ways(quantity))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Hypotheses:
    """The table of mistakes applied to the lines of one key."""

    def __init__(self, key: AnswerKey) -> None:
        self.key = key
        self.patterns = Patterns.in_problem(key.problem, key.derivation)
        self._lines: dict[Quantity, tuple[Hypothesis, ...]] = {}
        self._known: dict[Way, Hypothesis] = {}
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

    def _named(self, way: Way) -> Hypothesis:
        found = self._known.get(way)
        if found is None:
            found = self._known[way] = Hypothesis(mistakes()[way[0]], way[1], _Lines(self, way))
            self._order[found] = (self._rows[way[0]], len(self._order))
        return found

    def ways(self, quantity: Quantity) -> Mapping[Way, Formula]:
        """The wrong formulas of a line by mistake and variant, in the order of the table."""
        return self.patterns.of(quantity)
