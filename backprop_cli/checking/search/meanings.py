"""What tells two edits apart: what they give on copies of the problem in which all numbers are others."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.doubles import Known
from backprop_cli.checking.search.lines import Lines, Weighed
from backprop_cli.checking.search.worlds import OF_ITS_OWN, World, Worlds

Meaning = tuple[str, ...]
_NOTHING = ""  # what a line means on a copy on which the right one has no value
_FIGURES = 9
_TINY = 1e-300
_SLACK = 1e-9


@dataclass
class Meanings:
    """The meanings of the edits of one problem, each worked out once."""

    lines: Lines
    worlds: Worlds
    _known: dict[int, tuple[Weighed, Meaning | None]] = field(default_factory=dict)
    _negative: dict[Quantity, Meaning] = field(default_factory=dict)

    def of(self, one: Weighed, target: Quantity, path: Sequence[Quantity]) -> Meaning | None:
        """What an edit gives for a line on the copies; None where it is no mistake there, or has no value.

        `path` are the blank lines from that of the edit to the line.
        """
        if one.line != target:
            return self._meaning(one, target, path)
        known = self._known.get(id(one))
        if known is None:
            known = self._known[id(one)] = one, self._meaning(one, target, path)
        return known[1]

    def _meaning(self, one: Weighed, target: Quantity, path: Sequence[Quantity]) -> Meaning | None:
        found: list[str] = []
        changed = False
        for world in self.worlds.moved:
            known = world(one.edit.formula)
            value = through(world, one.line, known, target, path, self._formula)[0]
            right = world.known(target)[0]
            if not math.isfinite(right):
                found.append(_NOTHING)
                continue
            changed = changed or not abs(value - right) <= _SLACK * max(abs(right), _TINY)
            found.append(_text(value))
        is_one_number = len(set(found) - {_NOTHING}) == 1
        return tuple(found) if changed and not (is_one_number and _cancels(one.edit.formula)) else None

    def is_negative(self, meaning: Meaning, target: Quantity) -> bool:
        """Whether it is what the line is, with the other sign, whatever the numbers are."""
        known = self._negative.get(target)
        if known is None:
            right = [world.known(target)[0] for world in self.worlds.moved]
            known = self._negative[target] = tuple(_text(-one) if math.isfinite(one) else _NOTHING for one in right)
        return meaning == known

    def _formula(self, quantity: Quantity) -> Formula:
        return self.lines.derivation.index[quantity].formula


def is_zero(meaning: Meaning) -> bool:
    """Whether it is 0 whatever the numbers are."""
    return set(meaning) <= {"0", _NOTHING}


def on_this_problem(meaning: Meaning) -> Meaning:
    """What it is as long as the problem has its own zeros and ones, whatever the weights are."""
    return meaning[-OF_ITS_OWN:]


def _cancels(formula: Formula) -> bool:
    """Whether a share or a quotient in it is a number because the same stands in each place: nobody does that."""
    match formula:
        case Apply("softmax", (_, first, *rest)) if rest and all(one == first for one in rest):
            return True
        case Apply("quotient", (above, below)) if above == below:
            return True
        case Apply(_, arguments):
            return any(map(_cancels, arguments))
    return False


def _text(value: float) -> str:
    return "0" if abs(value) < _TINY else f"{value:.{_FIGURES - 1}e}"


def through(
    world: World,
    start: Quantity,
    known: Known,
    end: Quantity,
    path: Sequence[Quantity],
    formula_of: Callable[[Quantity], Formula],
) -> Known:
    """The value of a line where one before it has another value, by the lines between the two."""
    if start == end:
        return known
    changes = {start: known}
    for one in path:
        changes[one] = world.under(changes, formula_of(one))
    return changes[path[-1]]
