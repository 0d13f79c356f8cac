"""The options of `backprop solve` that show a solution in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

from backprop_cli.words import _

if TYPE_CHECKING:
    from backprop_cli.solution import Solution

WITHOUT_VALUE = ("--jacobian",)  # options whose value may be left out, which is then empty


class WithViews(TyperCommand):
    """A command in which the value of some options may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments with an empty value wherever one is left out."""
        return super().parse_args(ctx, list(with_values(args)))


def with_values(args: Sequence[str]) -> list[str]:
    """The arguments, with an empty one behind each option that has its value left out."""
    found: list[str] = []
    for index, argument in enumerate(args):
        found.append(argument)
        following = args[index + 1] if index + 1 < len(args) else "-"
        if argument in WITHOUT_VALUE and following.startswith("-"):
            found.append("")
    return found


def chosen_view(options: Mapping[str, bool | str | None], only: Sequence[str] | None) -> tuple[str, str] | None:
    """The view that is asked for and what its option was given, or None. Raises UsageError for more than one."""
    from backprop_cli.errors import UsageError

    asked = {name: value for name, value in options.items() if value is not None and value is not False}
    if not asked:
        return None
    names = ", ".join(f"--{name}" for name in asked)
    if len(asked) > 1:
        raise UsageError(_("one view at a time, not {names}").format(names=names))
    if only:
        raise UsageError(_("{name} shows the whole solution; leave out --only").format(name=names))
    (name, value), *_rest = asked.items()
    return name, value if isinstance(value, str) else ""


def check_format(view: tuple[str, str] | None, format_: str | None) -> None:
    """Raises UsageError for a format in which views are not written."""
    from backprop_cli.errors import UsageError

    if view is not None and format_ not in (None, "text", "json"):
        message = _("--{view} is written as text or json, not as {format}")
        raise UsageError(message.format(view=view[0], format=format_))


def show_view(solution: Solution, view: tuple[str, str], wanted: str | None, ascii_only: bool, output: Any) -> None:
    """Writes the view to the terminal, to stdout or to a file."""
    from backprop_cli.cli.output import can_show_unicode, write_file
    from backprop_cli.formats.view import View, render, render_json

    charset = "ascii" if ascii_only or (output is None and not can_show_unicode()) else "unicode"
    shown = View(solution, *view, charset)
    if wanted is None:
        from rich.console import Console

        Console(highlight=False).print(shown, crop=False)
        return
    text = render_json(shown) if wanted == "json" else render(shown)
    if output is None:
        typer.echo(text, nl=False)
    else:
        write_file(output, text)
