"""The views that write the trace of a solution in another way: as a page, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from rich.console import Console, RenderableType

from backprop_cli.formats import VIEWS
from backprop_cli.formats.text import Page
from backprop_cli.solution import Solution
from backprop_cli.words import _


class SolutionView(Page):
    """A solution written in another way: `name` is a key of VIEWS, `argument` what its option was given."""

    def __init__(
        self, solution: Solution, name: str, argument: str, charset: str, console: Console, width: int
    ) -> None:
        super().__init__(solution, charset, console, width)
        self.view = name
        self.argument = argument

    def parts(self) -> Iterator[RenderableType]:
        """The view from top to bottom."""
        yield from self.title()
        yield from _module(self.view).parts(self.solution, self.argument, self)
        if self.solution.training is not None:
            yield self.paragraph(_("This is the first epoch only."), "yellow", 0)


def as_data(solution: Solution, name: str, argument: str = "") -> dict[str, Any]:
    """The view as plain data, in canonical names."""
    return {
        "problem": solution.problem.title,
        "view": name,
        "arithmetic": "rounded" if solution.trace.rounded else "exact",
        "digits": solution.trace.digits,
        **_module(name).as_data(solution, argument),
    }


def _module(name: str) -> Any:
    """The module that writes a view; imported only now, so that no view costs another."""
    return import_module(f"backprop_cli.formats.{VIEWS[name]}")
