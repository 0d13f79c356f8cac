"""The numbers of variants as they are drawn, kept in a journal: who is killed goes on where they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from itertools import count as numbers
from pathlib import Path
from typing import Any

from backprop_cli.generator.difficulty import difficulty_of
from backprop_cli.generator.problems import NotFound, generate
from backprop_cli.generator.recipes import Recipe
from backprop_cli.generator.variants import Chosen, within_band
from backprop_cli.ground.errors import SourceError, UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Exercise, VariantsRule
from backprop_cli.problem.reader import load_text
from backprop_cli.questions.reading import understood
from backprop_cli.solving.worked import WorkedProblem

_APART = 1009  # seeds of one exercise and the next
_MOST_REFUSED = 40  # draws in a row that come to nothing


@record
class Drawn:
    """One draw of an exercise: its number, its file, and how much work it is."""

    number: int
    text: str
    work: int


@dataclass(slots=True)
class Journal:
    """The draws so far, in a file to which each is added as it is made; a last line that is half written is left out.

    `digest` says of which assignment they are. Raises UsageError where the file is of another one.
    """

    path: Path
    digest: str
    known: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.path.exists():
            self._add({"digest": self.digest})
            return
        lines = self.path.read_bytes().split(b"\n")
        whole = lines[:-1]
        if lines[-1]:
            self.path.write_bytes(b"".join(line + b"\n" for line in whole))
        rows = [json.loads(line) for line in whole]
        if not rows:
            self._add({"digest": self.digest})
        elif rows[0].get("digest") != self.digest:
            message = _("{folder} has variants of another assignment, or from another seed: take another folder")
            raise UsageError(message.format(folder=self.path.parent))
        self.known = {(row["exercise"], row["draw"]): row for row in rows[1:]}

    def _add(self, row: dict[str, Any]) -> None:
        try:
            with self.path.open("ab") as file:
                file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            message = _("cannot write {path}: {reason}").format(path=self.path, reason=reason_of(error))
            raise UsageError(message) from None

    def add(self, exercise: int, drawn: Drawn) -> None:
        """Notes a draw."""
        self._add({"exercise": exercise, "draw": drawn.number, "work": drawn.work, "text": drawn.text})


def drawn_for(
    exercise: Exercise, rule: VariantsRule, count: int, journal: Journal, told: Callable[[int], None]
) -> Chosen[Drawn]:
    """So many draws of an exercise that are about as much work, or all that there are; `told` is told of each."""
    loaded = exercise.loaded
    recipe = Recipe(like=loaded, like_name=loaded.source, freely=not rule.like)
    draws = _draws(exercise, recipe, rule.seed + _APART * (exercise.number - 1), journal)
    return within_band(_told(draws, told), count, rule.band, fewer=True)


def _told(draws: Iterator[Drawn], told: Callable[[int], None]) -> Iterator[tuple[Drawn, int]]:
    for place, one in enumerate(draws, start=1):
        told(place)
        yield one, one.work


def _draws(exercise: Exercise, recipe: Recipe, seed: int, journal: Journal) -> Iterator[Drawn]:
    """One draw after the other, none with the numbers of an earlier one."""
    seen: set[str] = set()
    refused = 0
    for number in numbers(1):
        row = journal.known.get((exercise.number, number))
        drawn = Drawn(number, row["text"], row["work"]) if row else _draw(exercise, recipe, seed, number, bool(seen))
        if row is None:
            journal.add(exercise.number, drawn)
        if not drawn.text or drawn.text in seen:
            refused += 1
            if refused > _MOST_REFUSED:
                return
            continue
        refused = 0
        seen.add(drawn.text)
        yield drawn


def _draw(exercise: Exercise, recipe: Recipe, seed: int, number: int, can_be: bool) -> Drawn:
    """A draw; without a text where a question of the assignment has no answer with its numbers.

    Also where no numbers were found, unless `can_be` is false, as there never were any.
    """
    try:
        made = generate(recipe, seed, draw=number)
    except NotFound:
        if not can_be:
            raise
        return Drawn(number, "", 0)
    loaded = exercise.loaded
    text = _without_command(made.text)
    try:
        found = understood(load_text(text, loaded.source, letters=True, folder=loaded.folder, above=loaded.above))
    except SourceError:
        return Drawn(number, "", 0)
    work = difficulty_of(WorkedProblem(_replace(found.problem, ask_words=())))
    return Drawn(number, text, work)


def _without_command(text: str) -> str:
    """A file without the comment on how it was made, which names paths."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#"))
