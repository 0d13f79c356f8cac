"""The rows of the table of mistakes as what they make of a line: wrong formulas, each with the row and its variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import Formula, Name, multiply
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.parts import LineContext
from backprop_cli.checking.possible import Possible
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.problem.model import Problem

Way = tuple[str, str]  # the name of a row, and its variant


@dataclass
class Patterns:
    """The rows of the table in one problem, and which wrong formulas are possible in its lines."""

    around: Surroundings
    possible: Possible
    _ways: dict[Quantity, Mapping[Way, Formula]] = field(default_factory=dict)

    @classmethod
    def in_problem(cls, problem: Problem, derivation: Derivation) -> Patterns:
        """The rows in a problem with its full derivation."""
        return cls(Surroundings(problem, derivation), Possible(derivation))

    def of(self, quantity: Quantity) -> Mapping[Way, Formula]:
        """The wrong formulas of a line by row and variant, in the order of the table."""
        found = self._ways.get(quantity)
        if found is None:
            rows = {name: place for place, name in enumerate(mistakes())}
            ways = {**dict(self._written(quantity)), **self._by_a_wrong_gradient(quantity)}
            found = self._ways[quantity] = dict(sorted(ways.items(), key=lambda item: rows[item[0][0]]))
        return found

    def _line(self, quantity: Quantity) -> Line | None:
        line = self.around.derivation.index.get(quantity)
        return None if line is None or line.given else line

    def _written(self, quantity: Quantity) -> Iterator[tuple[Way, Formula]]:
        line = self._line(quantity)
        if line is None:
            return
        part = LineContext(line, self.around)
        right = (part.formula, part.written_out)
        for name, mistake in mistakes().items():
            for variant, formula in mistake.write(part):
                if formula not in right and self.possible.can_be_done(quantity, formula):
                    yield (name, variant), formula

    def _by_a_wrong_gradient(self, quantity: Quantity) -> Mapping[Way, Formula]:
        """Where δ = −∂E/∂net an update reads w + η·δ·x, without its gradient's name: what it reads by a wrong one."""
        line, problem = self._line(quantity), self.around.problem
        if not problem.conventions.negative_delta or quantity.kind is not Kind.NEW or line is None:
            return {}
        gradient = self.around.gradient_of(Quantity(Kind.PARAMETER, quantity.name, at=quantity.at))
        used = quantities_in(line.formula)
        if quantity.name not in problem.parameters or gradient in used or self._line(gradient) is None:
            return {}
        old = next((one for one in used if one.name == quantity.name), None)
        if old is None:
            return {}
        rate = Name(next((one for one in used if one.name == LEARNING_RATE.name), LEARNING_RATE))
        return {way: Name(old) - multiply(rate, wrong) for way, wrong in self.of(gradient).items()
                if self.possible.can_be_done(quantity, wrong)}  # fmt: skip
