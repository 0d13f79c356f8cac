"""What the worker of the page calls: one function, JSON in and JSON out, an error as a sentence."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.words import _, language_called, set_language
from backprop_cli.web.marking.carrying import FOLDER, made_again
from backprop_cli.web.marking.opened import OpenAssignment

if TYPE_CHECKING:
    from backprop_cli.web.marking.practising import Practice


class Door:
    """The page's assignment, and the practice of its learner."""

    def __init__(self, setting: Mapping[str, Any], folder: Path | None = None) -> None:
        """Opens what `setting` carries; the files beside the problems are put into the `folder`."""
        set_language(language_called(setting["language"]) or "en", everywhere=True)
        for name, text in setting["files"].items():
            path = (folder or Path(FOLDER)) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.opened = OpenAssignment(made_again(base64.b64decode(setting["assignment"])))
        self.calls: Mapping[str, Callable[..., Any]] = {
            "check": self.opened.check,
            "hint": lambda exercise, key, level, texts: self.opened.exercises[exercise].hint(key, level, texts),
            "why": lambda exercise, key: self.opened.exercises[exercise].why(key),
            "worked": lambda exercise: self.opened.exercises[exercise].worked(),
            "save": self.opened.handed_in,
        }

    @cached_property
    def practice(self) -> Practice:
        """New problems; what draws them is imported when the first one is wanted: nobody waits for it before."""
        from backprop_cli.web.marking.practising import Practice

        return Practice()

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
        called: Callable[..., Any] = (
            getattr(self.practice, _OF_PRACTICE[name]) if name in _OF_PRACTICE else self.calls[name]
        )
        return called


_OF_PRACTICE = {
    "practise": "next",
    "practise_check": "check",
    "practise_hint": "hint",
    "practise_why": "why",
    "practise_done": "done",
}


def opened_door(setting: str) -> Door:
    """The door of a page, from its setting as JSON."""
    return Door(json.loads(setting))
