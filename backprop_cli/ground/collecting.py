"""When Python looks for what only refers to itself: seldom, as what is imported and remembered stays until the end."""

from __future__ import annotations

import atexit
import gc

_SELDOM = 100_000, 20, 20  # the usual 700 look through all that stays again and again: a tenth of the time


def collect_seldom() -> None:
    """For a process of our own, from its start on; a program that calls us decides for itself.

    At its end it does not look at all: what is left goes with the process, and to look through it took a seventh of
    `backprop solve`. What has to be closed is closed by whoever opened it.
    """
    gc.set_threshold(*_SELDOM)
    atexit.register(gc.freeze)
