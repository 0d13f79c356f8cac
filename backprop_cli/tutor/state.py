"""Where a session is, as data that can be kept in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from dataclasses import replace as _replace

from backprop_cli.ground.records import record


@record
class Entry:
    """What happened at one question.

    The answer that stands (`kept`: although it is wrong), the last number that was typed, how many hints and wrong
    replies there were, and which mistakes these were.
    """

    answer: str = ""
    last: str = ""
    hints: int = 0
    wrong: int = 0
    mistakes: tuple[str, ...] = ()
    kept: bool = False
    skipped: bool = False

    @property
    def at_once(self) -> bool:
        """Whether it was answered rightly with the first number and without a hint."""
        return bool(self.answer) and not (self.kept or self.hints or self.wrong or self.mistakes)

    @property
    def knew(self) -> bool | None:
        """Whether the learner knew how: None where nothing can be told. A slip of a digit is no lack of knowledge."""
        if self.wrong or self.hints or self.kept:
            return False
        return True if self.answer else None


@record
class State:
    """The number of the question, and what happened at each by its quantity's key; `ended` when one stops."""

    at: int = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)
    ended: bool = False
    offered: tuple[str, str] = ("", "")  # a line's key, and the number typed elsewhere that may be put there

    def entry(self, key: str) -> Entry:
        """What happened at a question so far."""
        return self.entries.get(key, Entry())

    def noting(self, key: str, entry: Entry) -> State:
        """The state with another entry."""
        return _replace(self, entries={**self.entries, key: entry})


def merged(before: State, ours: State, theirs: State) -> State:
    """Ours, with what was done elsewhere since `before` at the questions that we did not touch."""
    touched = {key: entry for key, entry in ours.entries.items() if entry != before.entries.get(key)}
    return _replace(ours, entries={**theirs.entries, **touched})
