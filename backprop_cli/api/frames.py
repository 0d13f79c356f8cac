"""Rows as a data frame, of whichever library is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _

_LIBRARIES = ("pandas", "polars")


def frame_of(rows: Sequence[dict[str, Any]]) -> Any:
    """A data frame of pandas, else of polars, with a row for each; UsageError where neither is installed."""
    for name in _LIBRARIES:
        try:
            library = import_module(name)
        except ImportError:
            continue
        return library.DataFrame(rows)
    raise UsageError(_("a data frame needs pandas or polars: pip install pandas"))
