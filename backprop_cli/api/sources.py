"""Where a problem or a sheet comes from: a path, a bundled name, a text, or a dictionary of Python numbers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from pathlib import Path
from struct import pack, unpack
from typing import Any, TypeAlias

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Assignment
from backprop_cli.problem.finding import File
from backprop_cli.problem.reader import Loaded
from backprop_cli.problem.settings import with_rounding
from backprop_cli.questions.reading import load, load_read

Source: TypeAlias = str | os.PathLike[str] | Mapping[str, Any]


def loaded_from(
    source: Source, notation: str | None = None, rounding: str | int | None = None, case: int | None = None
) -> Loaded:
    """The problem at a path, bundled under a name, in a text of several lines, or in a dictionary, understood.

    `rounding` is what `--round` takes: 4 for places, '4f' for figures, 'none'; `case` the number of one of its cases,
    from 1. Raises SourceError with every complaint, located; UsageError for a notation, a rounding or a name that
    there is not.
    """
    if isinstance(source, Mapping):
        found = load_read(File("<dict>", as_text(source), None, case=case), notation, letters=True)
    elif isinstance(source, str) and "\n" in source:
        found = load_read(File("<text>", source, Path(), case=case), notation, letters=True)
    else:
        name = os.fspath(source)
        found = load(name if case is None else f"{name}#{case}", notation, letters=True)
    rule = None if rounding is None else str(rounding)
    return replace(found, problem=with_rounding(found.problem, rule))


def assignment_of(source: Any) -> Assignment:
    """An assignment, at a path or bundled; or a problem, from wherever `load` takes it: one of one exercise."""
    from backprop_cli.checking import assignments

    if isinstance(found := getattr(source, "model", source), Assignment):
        return found
    if (loaded := getattr(source, "loaded", None)) is not None:
        return Assignment.of(loaded)
    if isinstance(source, Mapping) or (isinstance(source, str) and "\n" in source):
        return Assignment.of(loaded_from(source))
    return assignments.load(os.fspath(source))


def as_text(data: Mapping[str, Any]) -> str:
    """A dictionary as JSON, which YAML includes: fractions as 1/3, arrays and tensors as lists.

    Raises UsageError for a value that cannot be written, such as a function.
    """
    try:
        return json.dumps(data, ensure_ascii=False, indent=1, default=_plain) + "\n"
    except ValueError as error:  # a list that holds itself
        raise UsageError(_("this cannot be written as a problem: {reason}").format(reason=error)) from None


def _in_single(value: Any) -> Any:
    """Numbers of single precision with the fewest digits that tell them apart: 0.1 and not 0.10000000149."""
    if isinstance(value, list):
        return [_in_single(one) for one in value]
    if not isinstance(value, float) or not isfinite(value):
        return value
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return next((text for text in texts if unpack("f", pack("f", float(text)))[0] == value), repr(value))


def _plain(value: object) -> Any:
    """What JSON has no word for: exact numbers, and whatever has a list or a number of its own."""
    if isinstance(value, Fraction | Decimal | os.PathLike):
        return str(value)
    if callable(to_list := getattr(value, "tolist", None)):  # of NumPy, PyTorch and others
        return _in_single(to_list()) if "float32" in str(getattr(value, "dtype", "")) else to_list()
    if isinstance(value, Mapping):
        return dict(value)
    said = _("this cannot be written as a problem: {value!r} is neither text nor number")
    raise UsageError(said.format(value=value))
