"""How processes that mark are started: forked from one that has read the modules, while this one goes on."""

from __future__ import annotations

import multiprocessing
from typing import Any

READ = [  # once, for all of them
    "backprop_cli.course.tasks", "backprop_cli.checking.diagnosis", "backprop_cli.problem.layer_types.dense",
    "backprop_cli.writing.notations", "importlib.metadata", "pickle", "tomllib",
]  # fmt: skip


def begin() -> Any:
    """The context to start them in; the process that they are forked from begins to read.

    They are not forked from this one: of its threads and of its open store, none may use a copy. Who knows early that
    there will be some calls this early: reading takes as long as to list a class.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    multiprocessing.set_forkserver_preload(READ)
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")
