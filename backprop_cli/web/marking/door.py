"""What the worker of the page calls: one function, JSON in and JSON out, an error as a sentence.

It is a program of its own, which the packer carries and does not run; all that it asks for is at the door for Python.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from backprop_cli import api as bp
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.words import _, language_called, set_language
from backprop_cli.web.marking.parcel import FOLDER, unpacked

if TYPE_CHECKING:
    from backprop_cli.api import Assignment, Lesson

Texts: TypeAlias = Mapping[str, str]  # what is typed, by the key of its line


class Door:
    """The page's assignment, and the practice of its learner: every call that a page may make, by its name."""

    def __init__(self, setting: Mapping[str, Any], folder: Path | None = None) -> None:
        """Opens what `setting` carries; the files beside the problems are put into the `folder`."""
        set_language(language_called(setting["language"]) or "en", everywhere=True)
        for name, text in setting["files"].items():
            path = (folder or Path(FOLDER)) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.assignment: Assignment = unpacked(base64.b64decode(setting["assignment"]))
        self.calls: Mapping[str, Callable[..., Any]] = {
            "check": lambda answers: self.assignment.check(self._asked(answers)),
            "save": lambda answers, student="": self.assignment.hand_in(self._asked(answers), student),
            "hint": lambda exercise, *asked: _hint(self.assignment.exercises[exercise], *asked),
            "why": lambda exercise, key: self.assignment.exercises[exercise].why(key),
            "worked": lambda exercise: self.assignment.exercises[exercise].worked(),
        }

    def _asked(self, answers: Sequence[Texts]) -> list[Texts]:
        return [_asked(one, texts) for one, texts in zip(self.assignment.exercises, answers, strict=True)]

    @cached_property
    def practised(self) -> Mapping[str, Callable[..., Any]]:
        """The calls of practice; what draws new problems is imported with the first: nobody waits for it before."""
        practice = bp.Practice()
        return {
            "practise": practice.next,
            "practise_check": lambda texts: practice.open.check(_asked(practice.open, texts)),
            "practise_hint": lambda *asked: _hint(practice.open, *asked),
            "practise_why": lambda key: practice.open.why(key),  # noqa: PLW0108 (of the one that is open then)
            "practise_done": practice.done,
        }

    def call(self, message: str) -> str:
        """The answer to `{"call": …, "with": [...]}`: `result`, or `error` with a sentence, or `needs`.

        What is needed is a module that the worker has not unpacked yet; it does, and calls again.
        """
        asked = json.loads(message)
        try:
            return json.dumps({"result": self._called(asked["call"])(*asked["with"])}, ensure_ascii=False)
        except ModuleNotFoundError as error:  # of what lies in an archive of its own
            return json.dumps({"needs": error.name})
        except BackpropError as error:
            return json.dumps({"error": str(error)}, ensure_ascii=False)
        except RecursionError:
            return json.dumps({"error": _("This is nested too deeply to be worked out.")}, ensure_ascii=False)

    def _called(self, name: str) -> Callable[..., Any]:
        return self.calls[name] if name in self.calls else self.practised[name]


def _hint(lesson: Lesson, key: str, level: int, texts: Texts) -> Any:
    return lesson.hint(key, level, _asked(lesson, texts))


def _asked(lesson: Lesson, texts: Texts) -> Texts:
    """What was typed at the lines that are asked for: a browser may have kept others, of an older page."""
    return {key: text for key, text in texts.items() if key in lesson.tasks}


def opened_door(setting: str) -> Door:
    """The door of a page, from its setting as JSON."""
    return Door(json.loads(setting))
