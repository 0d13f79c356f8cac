"""How commands write: to stdout or a file, whole or not at all; messages to stderr; quiet when the reader leaves."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOBase
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.errors import BackpropError, SourceError, SourcesError, reason_of, visible
from backprop_cli.ground.replacing import write_file
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.problem.reader import Loaded

FAILURE = 2
INTERRUPTED = 130
_SOON = 0.4  # seconds after which a training is worth a progress bar


def guarded(run: Callable[[], Any]) -> int:
    """Runs a command and returns its exit code; errors of the input become one message on stderr."""
    _make_output_safe()
    try:
        try:
            run()
        finally:
            sys.stdout.flush()  # here, where a full disk can still be told
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # which typer says of Ctrl-C
            _complain("backprop: " + _("interrupted"))
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else FAILURE
    except BackpropError as error:
        located = isinstance(error, SourceError | SourcesError)
        _complain(str(error) if located else f"backprop: {visible(_cut(str(error)))}")
        return FAILURE
    except RecursionError:
        _complain("backprop: " + _("the problem is nested too deeply to be solved"))
        return FAILURE
    except MemoryError:
        _complain("backprop: " + _("there is not enough memory for this problem"))
        return FAILURE
    except KeyboardInterrupt:
        _complain("backprop: " + _("interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        _complain("backprop: " + _("cannot write the output: {reason}").format(reason=reason_of(error)))
        return FAILURE
    return 0


def _forget_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    if not isinstance(sys.stdout, _Closed):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Closed(TextIOBase):
    """A stream that was closed before the program began: nobody minds until something is written to it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        if not text:
            return 0
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _make_output_safe() -> None:
    """A terminal that cannot show δ gets a question mark, not a crash; a stream that is closed says so when used."""
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _cut(message: str) -> str:
    """The message, in which a word of thousands of characters is quoted by its beginning."""
    return re.sub(r"\S{500,}", lambda word: f"{word[0][:60]}…", message)


def _complain(message: str) -> None:
    print(message, file=sys.stderr)


def write_document(content: str | bytes | Iterator[str]) -> None:
    """Writes what is a file (a template, JSON, Markdown, a program): in UTF-8 whatever the locale, if it leaves here.

    On a terminal it has the terminal's encoding, like everything else.
    """
    if not isinstance(content, str | bytes):
        for piece in content:
            write_document(piece)
        return
    if isinstance(content, str) and (sys.stdout.isatty() or not hasattr(sys.stdout, "buffer")):
        sys.stdout.write(content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    sys.stdout.buffer.flush()


def can_show_unicode() -> bool:
    """Whether stdout can carry the symbols of a solution."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return encoding.startswith("utf")


def charset_for(ascii_only: bool, output: Path | None = None) -> str:
    """What plain text is written in: unicode, or ascii where it is wished for or stdout cannot carry more."""
    return "ascii" if ascii_only or (output is None and not can_show_unicode()) else "unicode"


def write(content: str | bytes | Iterator[str], output: Path | None) -> None:
    """What is a file, to stdout or into a file; a long one piece by piece."""
    if output is None:
        write_document(content)
    else:
        write_file(output, content)


def write_page(page: Any, plain: bool, output: Path | None) -> None:
    """A page on the terminal; as plain text, 80 columns wide, where it is `plain` or goes to a file."""
    from backprop_cli.formats.terminal.capture import plain_text

    if output is None and not plain:
        show_page(page)
    else:
        write(plain_text(page), output)


def reply_to(prompt: str) -> str | None:
    """One reply, asked for on stderr; None where the input has ended."""
    print(prompt, end="", file=sys.stderr, flush=True)
    try:
        return input()
    except EOFError:
        return None


def say_notes(loaded: Loaded) -> None:
    """Says on stderr what may not be meant in the file."""
    if (notes := loaded.notes) is not None:
        _complain(str(notes))


@contextmanager
def epochs_shown(total: int) -> Iterator[Callable[[int], None]]:
    """Shows on stderr how far a long training is; `total` counts the epochs of all runs."""
    with count_shown(_("epochs")) as shown:
        yield lambda epoch: shown(epoch, total)


@contextmanager
def count_shown(word: str) -> Iterator[Callable[[int, int], None]]:
    """Shows on stderr how many of something are done, of how many, and how long it has still to run.

    Only where someone is watching; nothing is shown of what is over in a moment.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    bar = _Bar(word)
    try:
        yield bar.show
    finally:
        bar.close()


class _Bar:
    """A bar with the time that remains, from when something turns out to take long until it is done."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.begun = monotonic()
        self.progress: Any = None
        self.task: Any = None

    def show(self, done: int, total: int) -> None:
        """So many are done, of so many."""
        if not total or (self.progress is None and monotonic() - self.begun < _SOON):
            return
        if self.progress is None:
            self._open()
        self.progress.update(self.task, completed=done, total=total)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn(self.word), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task("", total=None)
        self.progress.start()

    def close(self) -> None:
        """Takes the bar away."""
        if self.progress is not None:
            self.progress.stop()


def show_page(page: Any) -> None:
    """Prints a page: a line that cannot be broken sticks out, and outside a terminal none ends in blanks."""
    from backprop_cli.formats.terminal.breaking import console as new_console

    console = new_console(highlight=False)
    if console.is_terminal:
        console.print(page, crop=False)
        return
    with console.capture() as captured:
        console.print(page, crop=False)
    sys.stdout.write("\n".join(line.rstrip() for line in captured.get().split("\n")))
