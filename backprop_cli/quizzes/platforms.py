"""The learning platforms a quiz is written for, as a table."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from backprop_cli.ground.errors import unknown
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.quizzes.making import Cut
from backprop_cli.quizzes.model import Quiz


@record
class QuizPlatform:
    """A platform: the module here whose `render` writes for it, the ending of its files, and how exercises are cut."""

    name: str
    module: str
    ending: str
    cut: Cut = Cut()

    @property
    def render(self) -> Callable[[Quiz], str | bytes]:
        """What writes a quiz; imported only now, so that no platform costs another."""
        written: Callable[[Quiz], str | bytes] = import_module(f"backprop_cli.quizzes.{self.module}").render
        return written

    def notes(self, quiz: Quiz) -> list[str]:
        """What a lecturer has to do on the platform beside importing the file."""
        said = getattr(import_module(f"backprop_cli.quizzes.{self.module}"), "notes", None)
        return list(said(quiz)) if said else []


PLATFORMS = {
    one.name: one
    for one in (
        QuizPlatform("moodle", "moodle", ".xml"),
        QuizPlatform("stack", "stack", ".xml", Cut(None)),
        QuizPlatform("canvas", "canvas", ".zip"),
        QuizPlatform("qti21", "qti21", ".zip", Cut(dialect="unicode")),
    )
}


def platform_called(name: str) -> QuizPlatform:
    """The platform of this name. Raises UsageError where there is none."""
    if name not in PLATFORMS:
        raise unknown(_("no platform called {name!r} ({hint})"), name, PLATFORMS)
    return PLATFORMS[name]


def whole(platform: QuizPlatform) -> Cut:
    """How a platform cuts an exercise of which it shows a variant by chance: not at all."""
    return Cut(None, platform.cut.dialect)
