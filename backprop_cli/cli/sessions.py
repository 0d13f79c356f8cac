"""A tutor at a terminal: asks until a lesson is done or its learner stops, and one exercise after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import typer

from backprop_cli.cli.front import Front
from backprop_cli.formats.reports.progress import Progress
from backprop_cli.formats.reports.tutoring import Told
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.formats.terminal.plain import DocumentPage
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import exercise_key, heading_of
from backprop_cli.problem.reader import Loaded
from backprop_cli.tutor.exercises import written_in
from backprop_cli.tutor.handout import handout
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.practice import PracticeExercise, knowledge_of, turns
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.sitting import Memory, Sitting, sitting_with
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import State


@dataclass
class Learning:
    """A learner at a terminal, with what is remembered of what was known."""

    name: str
    charset: str = "unicode"
    front: Front = field(default_factory=Front)

    def __post_init__(self) -> None:
        self.memory = Memory(self.name, self.front.say)
        self.memory.open()

    @property
    def option(self) -> str:
        """The option that says who practises."""
        quoted = self.name if self.name.replace("-", "").replace("_", "").isalnum() else repr(self.name)
        return f" --learner {quoted}" if self.name else ""

    def practise(self, skills: Collection[str], options: str, notation: str | None = None, fresh: bool = False) -> None:
        """One exercise after the other, until all skills are mastered or the learner stops.

        With `fresh`, the exercise that is open begins again.
        """
        again = f"backprop tutor --practice{options}{self.option}"
        known = knowledge_of(self.memory.learner)
        self.front.show(Progress([known[name] for name in SKILLS if not skills or name in skills], self.charset))
        for turn in turns(self.memory, written_in(notation), skills, self.charset):
            if turn.is_left():
                one = turn.exercise
                self.front.say("\n" + _("Exercise {number}: {skill}").format(number=one.number, skill=self.words(one)))
                if not self.ask(turn.sitting, again, fresh):
                    return
            fresh = False
            self.front.show(Progress([turn.finish()], self.charset, turn.before))
        self.front.say(_("All of this is mastered."))

    def words(self, one: PracticeExercise) -> str:
        """The skill of an exercise, as it is shown."""
        words = _(SKILLS[one.skill].words)
        return in_charset(self.charset, words)

    def learn(
        self, exercises: Sequence[tuple[int, Loaded, Lesson]], options: Sequence[str], command: str, fresh: bool = False
    ) -> None:
        """The lesson on a problem (number 0), or those on the exercises of an assignment, one after the other.

        Of several, those that were finished before are left out, unless all of them were.
        """
        again = " ".join([command, *options]) + self.option
        sittings = []
        for number, loaded, lesson in exercises:
            heading = heading_of(number, loaded.problem) if number else ""
            which = [exercise_key(number)] if number else []
            sittings.append((heading, sitting_with(lesson, loaded, self.memory, *options, *which)))
        left = [(heading, one) for heading, one in sittings if fresh or not heading or not one.was_finished()]
        for heading, sitting in left or sittings:
            if heading:
                self.front.say("\n" + in_charset(self.charset, heading))
            if not self.ask(sitting, again, fresh):
                return

    def ask(self, sitting: Sitting, again: str, fresh: bool = False) -> bool:
        """Asks until the lesson is done or the learner stops; whether it is done. `again` is how to go on with it."""
        front, lesson = self.front, sitting.lesson
        state, response = begin(lesson, sitting.open(fresh))
        front.show(DocumentPage(handout(lesson)))
        front.show(Told(lesson, response))
        try:
            while not state.ended:
                text = front.read(response)
                state, response = reply(lesson, state, "quit" if text is None else text)
                state = sitting.keep(state)
                front.show(Told(lesson, response))
        except KeyboardInterrupt:
            front.say("\n" + self.how_to_go_on(state, again))
            raise typer.Exit(130) from None
        done = sitting.is_done(state)
        if not done:
            front.say(self.how_to_go_on(state, again))
        return done

    def how_to_go_on(self, state: State, again: str) -> str:
        """What is said to somebody who stops."""
        if not self.memory.is_kept:
            return _("Nothing could be kept.")
        if not state.entries:
            return _("Until next time.")
        return _("Your answers are kept; `{command}` goes on from here.").format(command=again)
