"""Practice: a new problem in the weakest skill, until every skill is mastered.

What is known of the learner is plain data, which the caller keeps; nothing here is written to a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from backprop_cli.api.lesson import Lesson
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.tutor.exercises import written_in
from backprop_cli.tutor.lines import Data
from backprop_cli.tutor.practice import PracticeExercise, begun, finished, knowledge_of, next_exercise
from backprop_cli.tutor.sitting import evidence
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import Entry, State
from backprop_cli.tutor.store import Learner, learner_data, learner_from


class Practice:
    """New problems for one learner at a time, each a lesson in one skill.

    >>> practice = Practice()
    >>> found = practice.next(name="ann")  # the learner, how well each skill is known, and what is asked
    >>> found["skills"][0]["name"], found["exercise"]["heading"]
    ('net', 'Exercise 1: net inputs')
    """

    def __init__(self) -> None:
        self._exercise: PracticeExercise | None = None

    @property
    def exercise(self) -> PracticeExercise:
        """The exercise that is open: its number, its skill. Raises UsageError where none is."""
        if self._exercise is None:
            raise UsageError(_("no exercise is open: ask for the next one first"))
        return self._exercise

    @cached_property
    def open(self) -> Lesson:
        """The lesson that is open: it checks answers, and gives hints. Raises UsageError where none is."""
        return Lesson(self.exercise.loaded, self.exercise.lesson.checker, self.exercise.lesson)

    def next(self, learner: Data | None = None, name: str = "") -> Data:
        """The next exercise of a learner; the name makes the numbers somebody's own. No exercise where all is mastered.

        The same exercise comes again until it is done.
        """
        before = remembered(learner or {})
        self._exercise = next_exercise(before, name, written_in(None))
        self.__dict__.pop("open", None)
        if self._exercise is None:
            return {"learner": learner_data(before), "skills": skills(before), "exercise": None}
        after = begun(before, self.exercise)
        words = _(SKILLS[self.exercise.skill].words)
        heading = _("Exercise {number}: {skill}").format(number=self.exercise.number, skill=words)
        return {
            "learner": learner_data(after),
            "skills": skills(after),
            "exercise": self.open.data() | {"heading": heading},
        }

    def done(self, learner: Data, entries: Mapping[str, Data]) -> Data:
        """The learner after the open exercise: `entries` say of each line its answer, its hints, its wrong replies.

        Raises UsageError where no exercise is open.
        """
        told = {key: Entry(str(one["answer"]), hints=int(one["hints"]), wrong=int(one["wrong"]))
                for key, one in entries.items()}  # fmt: skip
        shown = evidence(self.exercise.lesson, State(entries=told))
        noted = remembered(learner).noting(f"page:{self.exercise.number}", shown)
        after = finished(noted, self.exercise)
        return {"learner": learner_data(after), "skills": skills(after)}


def remembered(learner: Data) -> Learner:
    """The learner that was kept; a new one where that is none, or damaged."""
    try:
        return learner_from(learner)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Learner()


def skills(learner: Learner) -> list[Data]:
    """How well every skill is known, in per cent, and whether it is mastered."""
    return [
        {"name": name, "words": _(one.skill.words), "known": round(100 * one.known), "mastered": one.is_mastered}
        for name, one in knowledge_of(learner).items()
    ]
