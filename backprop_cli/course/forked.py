"""Read by the process that those that mark are forked from: what all need, and need neither collect nor copy."""

from __future__ import annotations

import gc
from importlib import import_module

from backprop_cli.ground.collecting import collect_seldom

_READ = (
    "backprop_cli.course.tasks", "backprop_cli.checking.judging", "backprop_cli.checking.diagnosis",
    "backprop_cli.problem.layer_types.dense", "backprop_cli.writing.notations", "concurrent.futures.process",
    "importlib.metadata", "pickle", "runpy", "tomllib",
)  # fmt: skip

collect_seldom()
for _name in _READ:
    import_module(_name)
gc.freeze()
