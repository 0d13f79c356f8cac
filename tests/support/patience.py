"""How long something may take: seconds of work, on a machine as fast as the one that the bounds were set on.

A slower machine gets as much more as a piece of work that never changes takes longer there: a bound says something
about the program, not about the machine or about what else it does.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from time import process_time

USUAL = 0.021  # seconds that the piece of work takes where the bounds were set


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Asserts that what is inside takes less. What is there already is not looked at by the collector at its cost."""
    gc.freeze()
    start = process_time()
    try:
        yield
    finally:
        spent = process_time() - start
        gc.unfreeze()
    assert_within(spent, seconds)


def assert_within(spent: float, seconds: float) -> None:
    """That work took less than so many seconds of the usual machine."""
    assert spent < seconds or spent < seconds * slowness(), (spent, seconds)


def slowness() -> float:
    """How many times longer than usual work takes just now; at least 1."""
    return max(1.0, min(_work() for _ in range(3)) / USUAL)


def _work() -> float:
    """The seconds that the piece of work takes: fractions, dictionaries, tuples, text, as the program itself."""
    start = process_time()
    total, table = Fraction(0), {}
    for n in range(1, 4_000):
        total = (total + Fraction(n, n + 1)) % 7
        table[str(n), n % 13] = (n, f"w{n} = {n}/{n + 1}")
        total = Fraction(total.numerator % 10**12, total.denominator % 10**12 + 1)
    words = re.compile(r"[a-z]+\d*")
    assert sum(len(words.findall(text)) for _n, text in table.values()) == len(table)
    return process_time() - start
