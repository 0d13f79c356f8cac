"""A tutor's sessions: each asks, keeps the state after every reply, and remembers what it shows of the learner."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import typer

from backprop_cli.cli.front import Front
from backprop_cli.deriving.understanding import understood
from backprop_cli.formats.reports.progress import Progress
from backprop_cli.formats.reports.tutoring import Told
from backprop_cli.formats.terminal.plain import DocumentPage
from backprop_cli.ground.words import _
from backprop_cli.problem.reader import Loaded, load_text
from backprop_cli.tutor import store
from backprop_cli.tutor.exercises import exercise
from backprop_cli.tutor.handout import handout
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.practice import Exercise, begun, evidence, finished, knowledge_of, next_exercise
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import State, merged


@dataclass
class Learning:
    """A learner, with what is remembered of what was known."""

    name: str
    charset: str = "unicode"
    front: Front = field(default_factory=Front)
    learner: store.Learner = field(default_factory=store.Learner)
    is_kept: bool = True  # whether the folder could be written so far

    @property
    def path(self) -> Path:
        """The file of the learner."""
        return store.learner_path(self.name)

    @property
    def option(self) -> str:
        """The option that says who practises."""
        quoted = self.name if self.name.replace("-", "").replace("_", "").isalnum() else repr(self.name)
        return f" --learner {quoted}" if self.name else ""

    def open(self) -> None:
        """Finds what is remembered; says so where the file is damaged, or where nothing can be kept."""
        self.learner, damage = store.load_learner(self.path)
        if damage:
            self.front.say(damage)
        self.keep(store.check_folder)

    def change(self, how: Callable[[store.Learner], store.Learner]) -> None:
        """Changes what is remembered; what another window has added in the meantime stays."""
        with store.alone():
            if self.is_kept:
                learner, damage = store.load_learner(self.path)
                self.learner = self.learner if damage else learner
            before, self.learner = self.learner, how(self.learner)
            if self.learner != before:
                self.keep(lambda: store.keep_learner(self.path, self.learner))

    def keep(self, write: Callable[[], None]) -> None:
        """Writes a file; says once where that cannot be done."""
        try:
            write()
        except store.NotKept as error:
            if self.is_kept:
                self.front.say(str(error)[:1].upper() + str(error)[1:])
            self.is_kept = False

    # ---- practice --------------------------------------------------------------------------------------------

    def practise(self, skills: Collection[str], options: str, notation: str | None = None, fresh: bool = False) -> None:
        """One exercise after the other, in the weakest skill, until all are mastered or the learner stops.

        With `fresh`, the exercise that is open begins again.
        """

        def make(skill: str, number: int) -> Loaded:
            made = exercise(skill, number)
            return made if notation is None else understood(load_text(made.text, made.source, notation))

        again = f"backprop tutor --practice{options}{self.option}"
        self.open()
        known = knowledge_of(self.learner)
        self.front.show(Progress([known[name] for name in SKILLS if not skills or name in skills], self.charset))
        while (one := next_exercise(self.learner, self.name, make, skills, self.charset)) is not None:
            before = knowledge_of(self.learner)
            self.change(partial(begun, exercise=one))
            session = self.session(one, again)
            if not session.was_finished():
                self.front.say("\n" + _("Exercise {number}: {skill}").format(number=one.number, skill=self.words(one)))
                if not session.run(fresh):
                    return
            fresh = False
            self.change(partial(finished, exercise=one))
            self.front.show(Progress([knowledge_of(self.learner)[one.skill]], self.charset, before))
        self.front.say(_("All of this is mastered."))

    def words(self, one: Exercise) -> str:
        """The skill of an exercise, as it is shown."""
        from backprop_cli.formats.terminal.ascii import in_ascii

        words = _(SKILLS[one.skill].words)
        return in_ascii(words) if self.charset == "ascii" else words

    def session(self, one: Exercise, again: str) -> Session:
        """The session of an exercise."""
        path = store.session_path(self.name, "practice", one.skill, str(one.number))
        return Session(one.lesson, content(one.loaded), path, self, again)


@dataclass
class Session:
    """One learner with one lesson; `again` is the command that goes on with it."""

    lesson: Lesson
    content: str
    path: Path
    learning: Learning
    again: str
    kept: store.Kept = field(default_factory=store.Kept)  # as it was found, or last written

    @staticmethod
    def of(lesson: Lesson, loaded: Loaded, learning: Learning, options: Sequence[str], command: str) -> Session:
        """The session of a learner with a loaded problem."""
        source = str(Path(loaded.source).resolve()) if Path(loaded.source).exists() else loaded.source
        path = store.session_path(learning.name, source, *options)
        return Session(lesson, content(loaded), path, learning, " ".join([command, *options]) + learning.option)

    def run(self, fresh: bool = False) -> bool:
        """Asks until the lesson is done or the learner stops; whether it is done."""
        front = self.learning.front
        self.kept = self.opened(fresh)
        state, response = begin(self.lesson, self.kept.state)
        front.show(DocumentPage(handout(self.lesson)))
        front.show(Told(self.lesson, response))
        try:
            while not state.ended:
                text = front.read(response)
                state, response = reply(self.lesson, state, "quit" if text is None else text)
                state = self.keep(state)
                front.show(Told(self.lesson, response))
        except KeyboardInterrupt:
            front.say("\n" + self.how_to_go_on(state))
            raise typer.Exit(130) from None
        done = self.is_done(state)
        if not done:
            front.say(self.how_to_go_on(state))
        return done

    def is_done(self, state: State) -> bool:
        """Whether every question was asked."""
        return state.at >= len(self.lesson.asked)

    def was_finished(self) -> bool:
        """Whether it was finished, and only that was not remembered any more; what it shows is noted."""
        kept, _damage = store.load_session(self.path)
        if kept.content != self.content or not self.is_done(kept.state):
            return False
        self.kept = kept
        self.note(kept.state)
        return True

    def opened(self, fresh: bool) -> store.Kept:
        """The state in which the session was left, or a fresh one, with a word on why it is fresh."""
        front = self.learning.front
        kept, damage = store.load_session(self.path)
        if damage:
            front.say(damage)
        anew = store.Kept(State(), self.content, kept.run + bool(kept.content))
        if fresh or not kept.content:
            return anew
        if kept.content != self.content:
            front.say(_("The problem has changed since, so this starts over."))
            return anew
        if self.is_done(kept.state):
            front.say(_("You have finished this one before; it starts over."))
            return anew
        return kept

    def keep(self, state: State) -> State:
        """Keeps the state, and what it shows of the learner; answers given in another window meanwhile come in."""
        with store.alone():
            there, damage = store.load_session(self.path)
            if not damage and (there.content, there.run) == (self.content, self.kept.run):
                state = merged(self.kept.state, state, there.state)
            self.kept = store.Kept(state, self.content, self.kept.run)
            self.learning.keep(lambda: store.keep_session(self.path, self.kept))
        self.note(state)
        return state

    def note(self, state: State) -> None:
        """Remembers what a state shows of the learner."""
        session = f"{self.path.stem}:{self.kept.run}"
        shown = evidence(self.lesson, state)
        if shown and shown != self.learning.learner.evidence.get(session):
            self.learning.change(lambda learner: learner.noting(session, shown))

    def how_to_go_on(self, state: State) -> str:
        """What is said to somebody who stops."""
        if not self.learning.is_kept:
            return _("Nothing could be kept.")
        if not state.entries:
            return _("Until next time.")
        return _("Your answers are kept; `{command}` goes on from here.").format(command=self.again)


def content(loaded: Loaded) -> str:
    """A short name for what a problem is; its title and its comments, in whatever language, are no part of it."""
    lines = [line for line in loaded.text.split("\n") if not line.startswith(("#", "title:"))]
    return store.content_of("\n".join(lines), repr(loaded.problem.samples), loaded.problem.notation)
