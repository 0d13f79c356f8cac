"""How long something may take, in processor time of its own."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Asserts that what is inside takes less, without the collector, whose share depends on the tests before it."""
    gc.disable()
    start = process_time()
    try:
        yield
    finally:
        spent = process_time() - start
        gc.enable()
    assert spent < seconds
