"""Regular expressions that are compiled when they are first used: large ones, of which many a run needs none.

A pattern of some hundred characters takes a millisecond to compile, in a browser five; all of those that read what
students write took a quarter of the time in which the program starts there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any


class _Later:
    """A pattern that stands for itself until something is asked of it."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self._text, self._flags)
        for method in ("match", "fullmatch", "search", "sub", "finditer", "findall", "split", "pattern", name):
            setattr(self, method, getattr(made, method))  # so that the next one is found at once
        return getattr(made, name)


if TYPE_CHECKING:
    pattern: Callable[..., re.Pattern[str]] = re.compile
else:

    def pattern(text: str, flags: int = 0) -> _Later:
        """The expression, which is compiled when it is first used."""
        return _Later(text, flags)
