"""Writes a view of a solution: for a terminal, as plain text and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderResult

from backprop_cli.formats import VIEWS
from backprop_cli.formats.text import Page
from backprop_cli.solution import Solution
from backprop_cli.words import _


@dataclass(frozen=True)
class View:
    """A view as a Rich renderable: `name` is a key of VIEWS, `argument` what its option was given."""

    solution: Solution
    name: str
    argument: str = ""
    charset: str = "unicode"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = Page(self.solution, self.charset, console, options.max_width)
        yield Group(*page.title(), *_module(self.name).parts(self.solution, self.argument, page))
        if self.solution.training is not None:
            yield page.paragraph(_("This is the first epoch only."), "yellow", 0)


def render(view: View, width: int = 80) -> str:
    """The view as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(view, crop=False)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def render_json(view: View) -> str:
    """The view as JSON, in canonical names."""
    solution = view.solution
    data = {
        "problem": solution.problem.title,
        "view": view.name,
        "arithmetic": "rounded" if solution.trace.rounded else "exact",
        "digits": solution.trace.digits,
        **_module(view.name).as_data(solution, view.argument),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _module(name: str) -> Any:
    """The module that writes a view; imported only now, so that no view costs another."""
    return import_module(f"backprop_cli.formats.{VIEWS[name]}")
