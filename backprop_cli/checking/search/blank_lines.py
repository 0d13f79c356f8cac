"""The blank lines before a wrong one: which there are, where they show, and on which answers all of it depends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.lines import Lines
from backprop_cli.ground.recent import Recent

MOST_BLANK = 16  # blank lines before a wrong one in which its mistake is looked for
_MOST_AFTER = 60  # blank lines after a blank one through which it is looked for in what is right
_MOST_BEHIND = 512  # lines of which it is kept on which answers they depend, where these lines are answered


@dataclass
class BlankLines:
    """The lines of one derivation, of which every sheet leaves others blank."""

    lines: Lines
    _behind: Recent[tuple[object, ...], tuple[Quantity, ...]] = field(default_factory=lambda: Recent(_MOST_BEHIND))

    def before(self, quantity: Quantity, answered: Collection[Quantity]) -> list[Quantity]:
        """The line, and the nearest lines before it that no answer cuts off."""
        found, waiting = {quantity: None}, [quantity]
        while waiting and len(found) < MOST_BLANK:
            one = waiting.pop(0)
            for name in quantities_in(self.lines.roots(one, answered)[0].formula):
                if name not in found and name not in answered and self.lines.line(name) is not None:
                    found[name] = None
                    waiting.append(name)
        return list(found)

    def shows_in(self, quantity: Quantity, answered: Collection[Quantity], lines: Collection[Quantity]) -> bool:
        """Whether one of these lines is computed from a blank one, over other blank ones, as far as is looked."""
        found, waiting = {quantity}, [quantity]
        while waiting and len(found) < _MOST_AFTER:
            for one in self._users.get(waiting.pop(0), ()):
                if one in lines:
                    return True
                if one not in found and one not in answered:
                    found.add(one)
                    waiting.append(one)
        return False

    @cached_property
    def _users(self) -> Mapping[Quantity, list[Quantity]]:
        """The lines that are computed from each."""
        users: dict[Quantity, list[Quantity]] = {}
        for line in self.lines.derivation.lines:
            for name in dict.fromkeys(quantities_in(line.formula)) if not line.given else ():
                users.setdefault(name, []).append(line.quantity)
        return users

    def answers_behind(self, lines: Sequence[Quantity], answered: frozenset[Quantity]) -> tuple[Quantity, ...]:
        """The answers that all is computed from which is named in edits of these lines."""
        key = tuple(lines), answered
        behind = self._behind.get(key)
        if behind is None:
            found = dict.fromkeys(name for line in lines for name in self.lines.names(line, answered))
            waiting = list(found)
            for one in waiting:
                if one not in answered and (line := self.lines.derivation.index.get(one)) is not None:
                    new = [name for name in self.lines.possible.names_in(line.formula) if name not in found]
                    found |= dict.fromkeys(new)
                    waiting += new
            behind = self._behind.keep(key, tuple(one for one in found if one in answered))
        return behind
