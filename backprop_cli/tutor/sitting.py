"""A learner's sitting with a lesson: where it was left, what is kept after every reply, and what that shows.

What there is to be said on the way (a damaged file, a folder that cannot be written) is handed to `say`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backprop_cli.ground.words import _
from backprop_cli.problem.reader import Loaded
from backprop_cli.tutor import store
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.state import State, merged


@dataclass
class Memory:
    """What is remembered of a learner of this name; other windows may remember something at the same time."""

    name: str
    say: Callable[[str], None]
    learner: store.Learner = field(default_factory=store.Learner)
    is_kept: bool = True  # whether the folder could be written so far

    @property
    def path(self) -> Path:
        """The file of the learner."""
        return store.learner_path(self.name)

    def open(self) -> None:
        """Finds what is remembered; says so where the file is damaged, or where nothing can be kept."""
        self.learner, damage = store.load_learner(self.path)
        if damage:
            self.say(damage)
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
                self.say(str(error)[:1].upper() + str(error)[1:])
            self.is_kept = False


@dataclass
class Sitting:
    """One learner at one lesson on a problem of this content."""

    lesson: Lesson
    content: str
    path: Path
    memory: Memory
    kept: store.Kept = field(default_factory=store.Kept)  # as it was found, or last written

    def is_done(self, state: State) -> bool:
        """Whether every question was asked."""
        return state.at >= len(self.lesson.tasks)

    def was_finished(self) -> bool:
        """Whether it was finished, and only that was not remembered any more; what it shows is noted."""
        kept, _damage = store.load_session(self.path)
        if kept.content != self.content or not self.is_done(kept.state):
            return False
        self.kept = kept
        self.note(kept.state)
        return True

    def open(self, fresh: bool) -> State:
        """The state in which the lesson was left, or a fresh one, with a word on why it is fresh."""
        kept, damage = store.load_session(self.path)
        if damage:
            self.memory.say(damage)
        self.kept = kept
        if (why := self._why_anew(kept, fresh)) is not None:
            self.kept = store.Kept(State(), self.content, kept.run + bool(kept.content))
            if why:
                self.memory.say(why)
        return self.kept.state

    def _why_anew(self, kept: store.Kept, fresh: bool) -> str | None:
        """Why it starts over (an empty text: as one would expect); None where it goes on."""
        if fresh or not kept.content:
            return ""
        if kept.content != self.content:
            return _("The problem has changed since, so this starts over.")
        return _("You have finished this one before; it starts over.") if self.is_done(kept.state) else None

    def keep(self, state: State) -> State:
        """Keeps the state, and what it shows of the learner; answers given in another window meanwhile come in."""
        with store.alone():
            there, damage = store.load_session(self.path)
            if not damage and (there.content, there.run) == (self.content, self.kept.run):
                state = merged(self.kept.state, state, there.state)
            self.kept = store.Kept(state, self.content, self.kept.run)
            self.memory.keep(lambda: store.keep_session(self.path, self.kept))
        self.note(state)
        return state

    def note(self, state: State) -> None:
        """Remembers what a state shows of the learner."""
        session = f"{self.path.stem}:{self.kept.run}"
        shown = evidence(self.lesson, state)
        if shown and shown != self.memory.learner.evidence.get(session):
            self.memory.change(lambda learner: learner.noting(session, shown))


def evidence(lesson: Lesson, state: State) -> Mapping[str, tuple[str, bool]]:
    """What a session shows by now: for each line that was answered, its skill and whether the learner knew how."""
    found: dict[str, tuple[str, bool]] = {}
    for task in lesson.tasks:
        knew, skill = state.entry(task.key).knew, lesson.skill(task.quantity)
        if knew is not None and skill:
            found[task.key] = (skill, knew)
    return found


def sitting_with(lesson: Lesson, loaded: Loaded, memory: Memory, *options: str) -> Sitting:
    """A learner's sitting with a loaded problem: the same one for the same file, or bundled problem, and options."""
    source = str(Path(loaded.source).resolve()) if Path(loaded.source).exists() else loaded.source
    return Sitting(lesson, content_of(loaded), store.session_path(memory.name, source, *options), memory)


def content_of(loaded: Loaded) -> str:
    """A short name for what a problem is; its title and its comments, in whatever language, are no part of it."""
    lines = [line for line in loaded.text.split("\n") if not line.startswith(("#", "title:"))]
    return store.content_of("\n".join(lines), repr(loaded.problem.samples), loaded.problem.notation)
