"""How processes that mark are started: forked from one that has read the modules, while this one goes on."""

from __future__ import annotations

import multiprocessing
from typing import Any


def begin() -> Any:
    """The context to start them in; the process that they are forked from begins to read.

    They are not forked from this one: of its threads and of its open store, none may use a copy. Who knows early that
    there will be some calls this early: reading takes as long as to list a class.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    multiprocessing.set_forkserver_preload(["backprop_cli.course.forked"])
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")
