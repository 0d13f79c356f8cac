"""How processes that mark are started: forked from one that has read the modules, while this one goes on."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def begin() -> Any:
    """The context to start them in; the process that they are forked from begins to read.

    They are not forked from this one: of its threads and of its open store, none may use a copy. Who knows early that
    there will be some calls this early: reading takes as long as to list a class.
    """
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
