"""An assignment as data: its head, and its exercises, each a problem; a problem alone is one of one exercise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import Loaded
from backprop_cli.problem.tree import Tree


@record
class Due:
    """When an assignment has to be handed in: the first moment that is too late, and the date as it was written."""

    moment: datetime
    written: str

    def days_late(self, when: float) -> int:
        """How many days late is what was handed in at this time, in seconds of Unix; a day that has begun counts."""
        zone = None if self.moment.tzinfo is None else UTC
        late = datetime.fromtimestamp(when, zone) - self.moment
        return late.days + 1 if late >= timedelta() else 0


@record
class Head:
    """What stands at the top of the sheet; `language` is one of `languages()`, or empty; `variant` the id of one."""

    title: str = ""
    course: str = ""
    number: str = ""
    due: Due | None = None
    text: str = ""
    logo: Path | None = None
    language: str = ""
    variant: str = ""


@record
class VariantsRule:
    """Who gets numbers of their own, drawn from which seed, and within how many per cent of the same difficulty.

    `like`: they are like the problem's own, else any that are agreeable by hand; all but the numbers stays either way.
    """

    per: str = "student"
    seed: int = 1
    like: bool = True
    band: int = 10


@record(slots=False)
class Exercise:
    """One exercise: its number from 1, its problem, and what it counts in all, where that is said."""

    number: int
    loaded: Loaded
    points: Rational | None = None


@record(slots=False)
class Assignment:
    """Exercises under one head; where there is no `head`, one problem alone. `tree` and `text` are of its file."""

    source: str
    text: str
    tree: Tree
    exercises: tuple[Exercise, ...]
    head: Head | None = None
    folder: Path | None = None
    students: Path | None = None
    variants: VariantsRule | None = None

    @property
    def is_alone(self) -> bool:
        """Whether it is one problem, and no assignment."""
        return self.head is None

    @classmethod
    def of(cls, loaded: Loaded) -> Assignment:
        """A problem alone."""
        return cls(loaded.source, loaded.text, loaded.tree, (Exercise(1, loaded),), folder=loaded.folder)


def heading_of(number: int, problem: Problem) -> str:
    """Exercise 2: One step"""
    said = _("Exercise {number}").format(number=number)
    return _("{label}: {said}").format(label=said, said=problem.title) if problem.title else said


def exercise_key(number: int, key: str = "") -> str:
    """What a line of an exercise is called among those of all: exercise 2 / net_h1."""
    return f"exercise {number} / {key}" if key else f"exercise {number}"
