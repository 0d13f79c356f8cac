"""The parameters of a problem while it is read: each is declared where it stands, under its own or a new name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import count

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.letters import Letters
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Path


@record(slots=False)
class Parameters:
    """The values declared so far; `written` are those of all named numbers in the layers, wherever they stand."""

    book: ComplaintBook
    letters: Letters
    values: dict[str, Formula]
    taken: frozenset[str] = frozenset()  # names that the file gives to parameters
    others: frozenset[str] = frozenset()  # and to inputs and neurons, which no automatic name takes either
    written: Mapping[str, Formula] = field(default_factory=dict)
    automatic: set[str] = field(default_factory=set)  # names that nobody gave
    frozen: set[str] = field(default_factory=set)  # by their layer, not by `fixed`
    _numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        book: ComplaintBook,
        letters: Letters,
        declared: Mapping[str, Formula],
        named: Iterable[NamedNumber],
        others: Iterable[str],
    ) -> Parameters:
        """With those that the file declares by name, and the named numbers in its layers."""
        listed = [one for one in named if one.name]
        written = {str(one.name): one.value for one in listed if one.value is not None}
        taken = frozenset(declared) | {str(one.name) for one in listed}
        return cls(book, letters, dict(declared), taken, frozenset(others), written)

    def declare(self, one: NamedNumber, letter: str, path: Path) -> str:
        """Enters a parameter and says its name: its own, or the next automatic one with this letter."""
        return self.declare_as("" if one.name else self._next(letter), one, path)

    def declare_as(self, name: str, one: NamedNumber, path: Path) -> str:
        """Enters a parameter and says its name: its own, or this one."""
        if one.name is None:
            assert one.value is not None
            self.values[name] = one.value
            self.automatic.add(name)
            return name
        known = self.values.get(one.name)
        value = self.written.get(one.name) if one.value is None and known is None else one.value
        if value is None and known is None and self.letters.has(one.name):
            self.values[one.name] = Name(one.name)
        elif value is None and known is None:
            self._refuse_without_value(one.name, path)
        elif value is not None:
            if known is not None and known != value:
                message = _("parameter {name} already has another value; a name used twice is one shared parameter")
                self.book.complain(path, message.format(name=one.name))
            self.values[one.name] = value
        return one.name

    def _refuse_without_value(self, name: str, path: Path) -> None:
        hint = _("write {name} = 0.5 where it stands first, or {name} = {name} to leave it as a letter")
        near = self.book.near(name, self.values)
        hint = f"{near} " * bool(near) + hint.format(name=name)
        self.book.complain(path, _("parameter {name} has no value").format(name=name), hint)

    def _next(self, letter: str) -> str:
        """The next automatic name that nobody has taken."""
        numbers = self._numbers.setdefault(letter, count(1))
        taken = self.taken | self.others
        numbered = letter if not letter[-1].isdigit() else f"{letter}_"
        return next(name for number in numbers if (name := f"{numbered}{number}") not in taken)
