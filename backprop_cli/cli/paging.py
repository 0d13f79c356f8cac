"""Long pages are read in a pager, where a person sits at a terminal that has one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import Any


def show_paged(page: Any) -> None:
    """Shows a page in `$PAGER` or `less`; as other pages where there is none, in a pipe, or where it is short."""
    from backprop_cli.cli.output import show_page
    from backprop_cli.formats.terminal.breaking import console as new_console

    console = new_console(highlight=False)
    pager = _pager()
    if not (pager and console.is_terminal and sys.stdin.isatty()):
        show_page(page)
        return
    with console.capture() as captured:
        console.print(page, crop=False)
    text = captured.get()
    if text.count("\n") < console.height or not _read_in(pager, text):
        console.file.write(text)


def _pager() -> list[str]:
    """The pager's command; nothing for a terminal that cannot move, or a reader who wants none."""
    if os.environ.get("TERM") == "dumb":
        return []
    wanted = os.environ.get("PAGER")
    return shlex.split(wanted) if wanted is not None else ["less"] if shutil.which("less") else []


def _read_in(pager: list[str], text: str) -> bool:
    """Shows the text in a pager until the reader leaves it; False where that does not start."""
    environment = {**os.environ, "LESS": os.environ.get("LESS", "-R"), "LESSCHARSET": "utf-8"}
    try:
        process = subprocess.Popen(pager, stdin=subprocess.PIPE, env=environment, encoding="utf-8", errors="replace")
    except OSError:
        return False
    while True:
        try:
            process.communicate(text)
        except KeyboardInterrupt:  # which is the pager's business
            continue
        return True
