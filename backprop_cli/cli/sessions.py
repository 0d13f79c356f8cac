"""A tutor's session in a terminal or a pipe: reads replies, shows what is said, keeps the state after each reply."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console, RenderableType

from backprop_cli.errors import visible
from backprop_cli.formats.tutoring import Sheet, Told
from backprop_cli.problem.reader import Loaded
from backprop_cli.tutor import store
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Response
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.state import State
from backprop_cli.words import _


def prompt_of(response: Response) -> str:
    """`netₕ₁ = `"""
    return f"{response.question.symbol} = " if response.question is not None else ""


@dataclass
class Session:
    """One learner with one lesson; `again` is the command that goes on with it."""

    lesson: Lesson
    content: str
    path: Path
    learner: str
    again: str
    console: Console = field(default_factory=lambda: Console(highlight=False))
    is_kept: bool = True

    @staticmethod
    def of(lesson: Lesson, loaded: Loaded, learner: str, options: Sequence[str], command: str) -> Session:
        """The session of a learner with a loaded problem."""
        source = str(Path(loaded.source).resolve()) if Path(loaded.source).exists() else loaded.source
        content = store.content_of(loaded.text, repr(loaded.problem.samples), loaded.problem.notation)
        path = store.session_path(learner, source, *options)
        words = [command, *options, *([f"--learner {learner}"] if learner else [])]
        return Session(lesson, content, path, learner, " ".join(words))

    def run(self, fresh: bool = False, sheet: bool = True) -> bool:
        """Asks until the lesson is done or the learner stops; whether it is done."""
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")
        kept = self.opened(fresh)
        state, response = begin(self.lesson, kept.state)
        if sheet:
            self.console.print(Sheet(self.lesson))
        self.show(Told(self.lesson, response))
        prompt = prompt_of(response)
        try:
            while not state.ended:
                text = self.read(prompt)
                state, response = reply(self.lesson, state, "quit" if text is None else text)
                self.keep(store.Kept(state, self.content, kept.run))
                self.show(Told(self.lesson, response))
                prompt = prompt_of(response)
        except KeyboardInterrupt:
            self.say("\n" + self.how_to_go_on(state))
            raise typer.Exit(130) from None
        done = state.at >= len(self.lesson.asked)
        if not done:
            self.say(self.how_to_go_on(state))
        return done

    # ---- the state -------------------------------------------------------------------------------------------

    def opened(self, fresh: bool) -> store.Kept:
        """The state in which the session was left, or a fresh one, with a word on why it is fresh."""
        kept, damage = store.load_session(self.path)
        if damage:
            self.say(damage)
        anew = store.Kept(State(), self.content, kept.run + bool(kept.content))
        if fresh or not kept.content:
            return anew
        if kept.content != self.content:
            self.say(_("The problem has changed since, so this starts over."))
            return anew
        if kept.state.at >= len(self.lesson.asked):
            self.say(_("You have finished this one before; it starts over."))
            return anew
        return kept

    def keep(self, kept: store.Kept) -> None:
        """Keeps the state and what it shows of the learner; says once where that cannot be done."""
        try:
            store.keep_session(self.path, kept)
        except store.NotKept as error:
            if self.is_kept:
                self.say(str(error))
            self.is_kept = False

    def how_to_go_on(self, state: State) -> str:
        """What is said to somebody who stops."""
        if not self.is_kept:
            return _("Nothing could be kept.")
        if not state.entries:
            return _("Until next time.")
        return _("Your answers are kept; `{command}` goes on from here.").format(command=self.again)

    # ---- the terminal ----------------------------------------------------------------------------------------

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

    def read(self, prompt: str) -> str | None:
        """One reply; None where the input has ended. What comes through a pipe is shown, as if it had been typed."""
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


_SHOWN = 200  # characters of a reply that comes through a pipe
