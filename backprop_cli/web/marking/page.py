"""The HTML of the page that marks: what is asked stands in it, what marks it lies beside it or inside."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import field
from importlib.resources import files
from typing import Any

from backprop_cli.api.assignments import Assignment as Opened
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, language, language_tag
from backprop_cli.problem.assignment import Assignment
from backprop_cli.web.marking.carrying import carried
from backprop_cli.web.marking.words import messages

SCRIPTS = ("base.js", "engine.js", "lines.js", "work.js", "practice.js", "start.js")  # in the order in which they run
_PACKED = (".wasm", ".mjs", ".json")  # what is smaller when it is packed; archives are already


@record(slots=False)
class Marked:
    """A page before it is written: its assignment as data, and the files that its worker loads, by their names."""

    assignment: Assignment
    files: Mapping[str, bytes] = field(default_factory=dict)

    def html(self, scripts: tuple[str, ...], inside: bool = False, licences: str = "") -> str:
        """The page with these scripts after its own; for one file with all others `inside`, and their licences."""
        data = Opened(self.assignment).data()
        setting = {
            "id": self.id,
            "words": messages(),
            "sizes": {name: len(content) for name, content in self.files.items()},
            "exercises": [{"lines": one["lines"]} for one in data["exercises"]],
            "carried": self.carried,
        }
        scripted = tuple(map(browser, (*SCRIPTS, *scripts)))
        carried_files = [_as_text(name, content) for name, content in self.files.items()] if inside else []
        return _render(data, setting, scripted, carried_files, licences)

    @property
    def carried(self) -> dict[str, Any]:
        """What the worker opens."""
        one = carried(self.assignment)
        packed = base64.b64encode(one.assignment).decode()
        return {"language": language(), "files": dict(one.files), "assignment": packed}

    @property
    def id(self) -> str:
        """What the browser keeps its answers under: the same for the same assignment."""
        one = carried(self.assignment)
        said = json.dumps([self.assignment.text, sorted(one.files.items()), *self._problems()])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def _problems(self) -> list[str]:
        return [one.loaded.text for one in self.assignment.exercises]


def browser(name: str) -> str:
    """A file of what runs in the browser."""
    return files("backprop_cli.web.marking").joinpath("browser", name).read_text("utf-8")


def _as_text(name: str, content: bytes) -> dict[str, str]:
    """A file as a page carries it."""
    packed = name.endswith(_PACKED)
    data = zlib.compress(content, 9) if packed else content
    return {"name": name, "packed": "yes" if packed else "no", "text": base64.b64encode(data).decode()}


def _render(
    data: Mapping[str, Any],
    setting: Mapping[str, Any],
    scripts: tuple[str, ...],
    inside: list[dict[str, str]],
    licences: str,
) -> str:
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        said = _("HTML needs {name}, which is not installed: pip install 'backprop-cli[html]'")
        raise UsageError(said.format(name=(error.name or "jinja2").partition(".")[0])) from error
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    exercises = [{**one, "statement": Markup(one["statement"])} for one in data["exercises"]]
    return environment.from_string(browser("page.html")).render(
        language=language_tag(),
        data={**data, "words": Markup(data["words"]), "exercises": exercises},
        words=messages(),
        style=Markup(browser("page.css")),
        setting=Markup(json.dumps(setting, ensure_ascii=False).replace("<", "\\u003c")),
        worker=Markup(browser("worker.js")),
        scripts=[Markup(one) for one in scripts],
        files=inside,
        licences=licences,
    )
