"""When Python looks for what only refers to itself: seldom, as what is imported and remembered stays."""

from __future__ import annotations

import gc

_SELDOM = 100_000, 20, 20  # the usual 700 look through all that stays again and again: a tenth of the time


def collect_seldom() -> None:
    """For a process of our own, from its start on; a program that calls us decides for itself."""
    gc.set_threshold(*_SELDOM)
