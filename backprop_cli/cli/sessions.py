"""A tutor's session in a terminal or a pipe: reads replies, shows what is said, keeps the state after each reply."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console, RenderableType

from backprop_cli.errors import visible
from backprop_cli.formats.plain import DocumentPage
from backprop_cli.formats.progress import progress
from backprop_cli.formats.tutoring import Told
from backprop_cli.problem.reader import Loaded
from backprop_cli.tutor import store
from backprop_cli.tutor.exercises import exercise
from backprop_cli.tutor.handout import handout
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.practice import Exercise, begun, evidence, finished, knowledge_of, next_exercise
from backprop_cli.tutor.said import Response
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import State
from backprop_cli.words import _

_SHOWN = 200  # characters of a reply that comes through a pipe


class Front:
    """The terminal, or the pipe, that one learner sits at."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")

    def show(self, told: RenderableType) -> None:
        """Prints what is said, without spaces at the ends of lines where it is not for a terminal."""
        if self.console.is_terminal:
            self.console.print(told)
            return
        with self.console.capture() as capture:
            self.console.print(told)
        lines = capture.get().split("\n")
        self.console.file.write("\n".join(line.rstrip() for line in lines))
        self.console.file.flush()

    def say(self, text: str) -> None:
        """Prints a sentence."""
        self.console.print(visible(text), markup=False, soft_wrap=True)

    def read(self, response: Response) -> str | None:
        """One reply; None where the input has ended. What comes through a pipe is shown, as if it had been typed."""
        prompt = f"{response.question.symbol} = " if response.question is not None else ""
        if sys.stdin.isatty():
            return self.typed(prompt)
        text = sys.stdin.readline()
        self.say(prompt + text.rstrip("\r\n")[:_SHOWN])
        return text.rstrip("\r\n") if text else None

    @staticmethod
    def typed(prompt: str) -> str | None:
        """One reply from a terminal, with editing where the system has it."""
        if os.environ.get("TERM", "dumb") != "dumb":
            import contextlib

            with contextlib.suppress(ImportError):
                import readline  # noqa: F401 - input() then knows the arrow keys
        try:
            return input(prompt)
        except EOFError:
            typer.echo()
            return None


@dataclass
class Learning:
    """A learner, with what is remembered of what was known."""

    name: str
    charset: str = "unicode"
    front: Front = field(default_factory=Front)
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

    def remembered(self) -> store.Learner:
        """What is remembered of the learner; says so where the file is damaged."""
        learner, damage = store.load_learner(self.path)
        if damage:
            self.front.say(damage)
        return learner

    def note(self, learner: store.Learner) -> None:
        """Remembers the learner; says once where that cannot be done."""
        self.keep(lambda: store.keep_learner(self.path, learner))

    def keep(self, write: object) -> None:
        """Writes a file; says once where that cannot be done."""
        assert callable(write)
        try:
            write()
        except store.NotKept as error:
            if self.is_kept:
                self.front.say(str(error))
            self.is_kept = False

    # ---- practice --------------------------------------------------------------------------------------------

    def practise(self, skills: Collection[str], options: str) -> None:
        """One exercise after the other, in the weakest skill, until all are mastered or the learner stops."""
        again = f"backprop tutor --practice{options}{self.option}"
        learner = self.remembered()
        known = knowledge_of(learner)
        self.front.show(progress([known[name] for name in SKILLS if not skills or name in skills], self.charset))
        while (one := next_exercise(learner, self.name, exercise, skills, self.charset)) is not None:
            before = knowledge_of(learner)
            self.note(learner := begun(learner, one))
            session = self.session(one, again)
            self.front.say("\n" + _("Exercise {number}: {skill}").format(number=one.number, skill=self.words(one)))
            if not session.run():
                return
            learner = finished(session.learner)
            self.note(learner)
            after = knowledge_of(learner)
            self.front.show(progress([after[one.skill]], self.charset, before))
        self.front.say(_("All of this is mastered."))

    def words(self, one: Exercise) -> str:
        """The skill of an exercise, as it is shown."""
        from backprop_cli.formats.text import in_ascii

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
    learner: store.Learner = field(default_factory=store.Learner)

    @staticmethod
    def of(lesson: Lesson, loaded: Loaded, learning: Learning, options: Sequence[str], command: str) -> Session:
        """The session of a learner with a loaded problem."""
        source = str(Path(loaded.source).resolve()) if Path(loaded.source).exists() else loaded.source
        path = store.session_path(learning.name, source, *options)
        return Session(lesson, content(loaded), path, learning, " ".join([command, *options]) + learning.option)

    def run(self, fresh: bool = False) -> bool:
        """Asks until the lesson is done or the learner stops; whether it is done."""
        front = self.learning.front
        self.learner = self.learning.remembered()
        kept = self.opened(fresh)
        state, response = begin(self.lesson, kept.state)
        front.show(DocumentPage(handout(self.lesson)))
        front.show(Told(self.lesson, response))
        try:
            while not state.ended:
                text = front.read(response)
                state, response = reply(self.lesson, state, "quit" if text is None else text)
                self.keep(store.Kept(state, self.content, kept.run))
                front.show(Told(self.lesson, response))
        except KeyboardInterrupt:
            front.say("\n" + self.how_to_go_on(state))
            raise typer.Exit(130) from None
        done = state.at >= len(self.lesson.asked)
        if not done:
            front.say(self.how_to_go_on(state))
        return done

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
        if kept.state.at >= len(self.lesson.asked):
            front.say(_("You have finished this one before; it starts over."))
            return anew
        return kept

    def keep(self, kept: store.Kept) -> None:
        """Keeps the state, and what it shows of the learner."""
        self.learning.keep(lambda: store.keep_session(self.path, kept))
        session = f"{self.path.stem}:{kept.run}"
        shown = evidence(self.lesson, kept.state)
        if shown and shown != self.learner.evidence.get(session):
            self.learner = self.learner.noting(session, shown)
            self.learning.note(self.learner)

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
