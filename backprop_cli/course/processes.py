"""When processes mark, and how they are started: forked from one that has read the modules, while this one goes on."""

from __future__ import annotations

import os
import signal
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from backprop_cli.course.directories import Directory

_FEW = 300  # sheets for which starting processes takes longer than it saves


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def jobs_for(count: int) -> int:
    """How many processes mark so many sheets where nobody says it."""
    return cores() if count >= _FEW else 1


def seem_several(paths: Iterable[Path]) -> bool:
    """Whether what lies at these paths will be marked by several processes, by a look that costs nothing."""
    return jobs_for(sum(map(_size, paths))) > 1


def _size(path: Path) -> int:
    """About how many hand-ins lie in a folder or an archive; of a file, one."""
    try:
        if path.is_dir():
            with os.scandir(path) as entries:
                return sum(1 for _entry in islice(entries, _FEW))
        if path.suffix.lower() == ".zip":
            with path.open("rb") as file:
                return int(Directory(file).count)
    except (OSError, zipfile.BadZipFile):
        pass  # it is said where it is read
    return 1


def begin() -> Any:
    """The context to start them in; the process that they are forked from begins to read.

    They are not forked from this one: of its threads and of its open store, none may use a copy. Who knows early that
    there will be some calls this early: reading takes as long as to list a class.
    """
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # else it would be begun below, and unblock what is blocked
    multiprocessing.set_forkserver_preload(["backprop_cli.course.forked"])
    with uninterrupted():
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets Ctrl-C wait while a process begins, which takes that over: it is the one that began it that says it was."""
    _ctrl_c(wait=True)
    try:
        yield
    finally:
        _ctrl_c(wait=False)


@contextmanager
def interruptible() -> Iterator[None]:
    """Lets Ctrl-C end what a process does that was forked so."""
    _ctrl_c(wait=False)
    try:
        yield
    finally:
        _ctrl_c(wait=True)


def _ctrl_c(wait: bool) -> None:
    """Whether it waits, in this thread; where there are no such signals, nothing is forked."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK if wait else signal.SIG_UNBLOCK, {signal.SIGINT})
