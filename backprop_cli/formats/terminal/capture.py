"""What a terminal would show, as plain text."""

from __future__ import annotations

from rich.console import RenderableType

from backprop_cli.formats.terminal.breaking import console as new_console

WIDTH = 80


def plain_text(page: RenderableType, width: int = WIDTH) -> str:
    """A page without colour in so many columns; a line that cannot be broken sticks out."""
    console = new_console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(page, crop=False)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))
