"""How a page that is not the worked solution is written: to the terminal, to stdout or to a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def write_page(
    page: Callable[[str], RenderableType],
    text: Callable[[str], str],
    json: Callable[[], str],
    wanted: str | None,
    ascii_only: bool,
    output: Any,
) -> None:
    """Writes a page in the format that is wanted (None: for the terminal); `page` and `text` are given the charset."""
    from rich.console import Console

    from backprop_cli.cli.output import can_show_unicode, write_file

    charset = "ascii" if ascii_only or (output is None and not can_show_unicode()) else "unicode"
    if wanted is None:
        Console(highlight=False).print(page(charset))
        return
    written = json() if wanted == "json" else text(charset)
    if output is None:
        typer.echo(written, nl=False)
    else:
        write_file(output, written)
