"""The pages of `backprop solve` that are not the worked solution in numbers, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backprop_cli.words import _

if TYPE_CHECKING:
    from rich.console import RenderableType

    from backprop_cli.problem.reader import Loaded
    from backprop_cli.solution import Wishes


@dataclass(frozen=True)
class Destination:
    """Where a page goes: to the terminal, or (`wanted`: as text or json) to stdout or a file."""

    wanted: str | None
    ascii_only: bool
    output: Path | None

    def write(self, page: Callable[[str], RenderableType], text: Callable[[str], str], json: Callable[[], str]) -> None:
        """Writes the page in the form that is wanted; `page` and `text` are given the charset."""
        from rich.console import Console

        from backprop_cli.cli.output import can_show_unicode, write_file

        plain = self.ascii_only or (self.output is None and not can_show_unicode())
        charset = "ascii" if plain else "unicode"
        if self.wanted is None:
            Console(highlight=False).print(page(charset))
            return
        written = json() if self.wanted == "json" else text(charset)
        if self.output is None:
            typer.echo(written, nl=False)
        else:
            write_file(self.output, written)


def show_comparison(loaded: Loaded, what: str, only: Sequence[str], digits: int, destination: Destination) -> None:
    """Shows which answers change with a convention."""
    from backprop_cli.comparison import compare
    from backprop_cli.errors import UsageError
    from backprop_cli.formats.conventions import ConventionsPage, render, render_json
    from backprop_cli.solution import check_quantities

    if what != "conventions":
        raise UsageError(_("--compare takes conventions, not {text!r}").format(text=what))
    check_quantities(loaded)
    result = compare(loaded.problem, only, digits)
    destination.write(
        lambda charset: ConventionsPage(result, charset),
        lambda charset: render(result, charset=charset),
        lambda: render_json(result),
    )


def show_letters(loaded: Loaded, wishes: Wishes, every_letter: bool, destination: Destination) -> None:
    """Shows the solution in letters."""
    from backprop_cli.formats.symbolic import SymbolicWork, render, render_json
    from backprop_cli.symbolic import symbolic_solution_of

    solution = symbolic_solution_of(loaded, wishes, every_letter)
    destination.write(
        lambda charset: SymbolicWork(solution, charset),
        lambda charset: render(solution, charset=charset),
        lambda: render_json(solution),
    )
