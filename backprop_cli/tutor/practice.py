"""Practice: an exercise in the weakest skill, and another one, until every skill is mastered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace as _replace
from functools import partial

from backprop_cli.ground.records import record
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.sitting import Memory, Sitting
from backprop_cli.tutor.sitting import content_of as problem_of
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.store import Learner, content_of, session_path
from backprop_cli.tutor.tracing import Knowledge, knowledge_from

QUESTIONS = 5  # of an exercise, at most: a parameter's step with Adam has five lines
_HARDLY = 0.15  # a difference in P(L) that says little
MakeProblem = Callable[[str, int], Loaded]  # a problem to practise a skill on, from a number


@record(slots=False)
class PracticeExercise:
    """A lesson in one skill; its number counts the exercises of a learner from 1."""

    number: int
    skill: str
    loaded: Loaded
    lesson: Lesson


def knowledge_of(learner: Learner) -> Mapping[str, Knowledge]:
    """How well a learner knows each skill."""
    return knowledge_from(answer for answered in learner.evidence.values() for answer in answered.values())


def weakest(learner: Learner, skills: Collection[str] = ()) -> str | None:
    """The skill (of these, or of all) that is known least and not mastered yet; None where there is none.

    Of several that are hardly known better than the least, it is the one that was practised least; and after two
    exercises in one skill another has its turn, if there is one: nobody is kept at the same thing for ever.
    """
    known = knowledge_of(learner)
    left = [name for name in SKILLS if not known[name].is_mastered and (not skills or name in skills)]
    left = [name for name in left if name != _practised_twice(learner)] or left
    least = min((known[name].known for name in left), default=0.0)
    return min(
        (name for name in left if known[name].known <= least + _HARDLY),
        key=lambda name: known[name].answers,
        default=None,
    )


def _practised_twice(learner: Learner) -> str | None:
    """The only skill of the last two sessions, or None."""
    last = list(learner.evidence.values())[-2:]
    found = {skill for answered in last for skill, _knew in answered.values()}
    return found.pop() if len(last) == 2 and len(found) == 1 else None


def next_exercise(
    learner: Learner, name: str, make: MakeProblem, skills: Collection[str] = (), charset: str = "unicode"
) -> PracticeExercise | None:
    """The next exercise of a learner of this name, the same until it is done; None where all is mastered."""
    number = learner.exercises + 1
    is_open = learner.current in SKILLS and (not skills or learner.current in skills)
    skill = learner.current if is_open else weakest(learner, skills)
    if skill is None:
        return None
    loaded = make(skill, int(content_of(name, skill, str(number))[:7], 16))
    worked = WorkedProblem.of(loaded)
    return PracticeExercise(number, skill, loaded, lesson_of(worked, skill=skill, charset=charset, most=QUESTIONS))


def begun(learner: Learner, exercise: PracticeExercise) -> Learner:
    """The learner with an exercise begun."""
    return _replace(learner, current=exercise.skill)


def finished(learner: Learner, exercise: PracticeExercise) -> Learner:
    """The learner with an exercise done; done twice, it counts once."""
    return _replace(learner, exercises=max(learner.exercises, exercise.number), current="")


@record(slots=False)
class Turn:
    """An exercise whose turn it is, the sitting in which it is done, and what was known before it."""

    exercise: PracticeExercise
    sitting: Sitting
    before: Mapping[str, Knowledge]

    def is_left(self) -> bool:
        """Whether it is still to be done: it may be that only this was not remembered."""
        return not self.sitting.was_finished()

    def finish(self) -> Knowledge:
        """Remembers that it is done, and says what is known of its skill by now."""
        memory = self.sitting.memory
        memory.change(lambda learner: finished(learner, self.exercise))
        return knowledge_of(memory.learner)[self.exercise.skill]


def turns(memory: Memory, make: MakeProblem, skills: Collection[str] = (), charset: str = "unicode") -> Iterator[Turn]:
    """One exercise after the other, in the weakest skill, until all are mastered; each is finished by who does it."""
    while (one := next_exercise(memory.learner, memory.name, make, skills, charset)) is not None:
        before = knowledge_of(memory.learner)
        memory.change(partial(begun, exercise=one))
        path = session_path(memory.name, "practice", one.skill, str(one.number))
        yield Turn(one, Sitting(one.lesson, problem_of(one.loaded), path, memory), before)
