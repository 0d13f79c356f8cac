"""Practice on the page: a new problem in the weakest skill, until every skill is mastered.

What is known of the learner is kept by the page, as plain data; nothing here is written to a file.
"""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.checker import check_sheet
from backprop_cli.checking.values import read_value
from backprop_cli.ground.words import _
from backprop_cli.tutor.exercises import written_in
from backprop_cli.tutor.practice import PracticeExercise, begun, finished, knowledge_of, next_exercise
from backprop_cli.tutor.sitting import evidence
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import Entry, State
from backprop_cli.tutor.store import Learner, learner_data, learner_from
from backprop_cli.web.marking.opened import Data, OpenExercise, Texts
from backprop_cli.working.model import ChainSide, Spot
from backprop_cli.working.statements import sides


class Practice:
    """The exercise that is open."""

    def __init__(self) -> None:
        self.exercise: PracticeExercise | None = None
        self.open: OpenExercise | None = None

    def next(self, learner: Data, name: str) -> Data:
        """The next exercise of a learner; its name makes the numbers somebody's own. No exercise where all is mastered.

        The same exercise comes again until it is done.
        """
        before = remembered(learner)
        self.exercise = next_exercise(before, name, written_in(None))
        if self.exercise is None:
            return {"learner": learner_data(before), "skills": skills(before), "exercise": None}
        self.open = OpenExercise(self.exercise.loaded, self.exercise.lesson.checker, self.exercise.lesson)
        after = begun(before, self.exercise)
        words = _(SKILLS[self.exercise.skill].words)
        heading = _("Exercise {number}: {skill}").format(number=self.exercise.number, skill=words)
        return {
            "learner": learner_data(after),
            "skills": skills(after),
            "exercise": self.open.data() | {"heading": heading},
        }

    def check(self, texts: Texts) -> Data:
        """What is said of the lines of the open exercise."""
        assert self.open is not None
        return self.open.said(texts, check_sheet(self.open.checker, _sheet(self.open, texts)))

    def hint(self, key: str, level: int, texts: Texts) -> Data:
        """A hint for a line of the open exercise."""
        assert self.open is not None
        return self.open.hint(key, level, texts)

    def why(self, key: str) -> list[Data]:
        """The rule behind a line of the open exercise."""
        assert self.open is not None
        return self.open.why(key)

    def done(self, learner: Data, entries: Mapping[str, Data]) -> Data:
        """The learner after the open exercise: `entries` say of each line its answer, its hints, its wrong replies."""
        assert self.exercise is not None
        told = {key: Entry(str(one["answer"]), hints=int(one["hints"]), wrong=int(one["wrong"]))
                for key, one in entries.items()}  # fmt: skip
        shown = evidence(self.exercise.lesson, State(entries=told))
        noted = remembered(learner).noting(f"page:{self.exercise.number}", shown)
        after = finished(noted, self.exercise)
        return {"learner": learner_data(after), "skills": skills(after)}


def remembered(learner: Data) -> Learner:
    """The learner that the page has kept; a new one where that is none, or damaged."""
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


def _sheet(one: OpenExercise, texts: Texts) -> Sheet:
    """What is worked out for the learner, and what was typed, as a sheet."""
    values = {quantity: read_value(text) for quantity, text in one.lesson.given.items()}
    parts: dict[Quantity, tuple[ChainSide, ...]] = {}
    for key, typed in one.written(texts).items():
        quantity = one.tasks[key].quantity
        if not typed.complaint:
            values[quantity] = read_value(typed.value)
            work = sides(typed.text, Spot(1, 1, len(typed.text)))
            parts |= {quantity: work} if len(work) > 1 else {}
    return Sheet(
        tuple(Answer(quantity, quantity.key, written) for quantity, written in values.items()), "", parts=parts
    )
