"""A dictionary of arrays, of NumPy or PyTorch or anything like them, as a hand-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from numbers import Real
from typing import Any

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.working.arrays import ENTRIES, FLOAT16, FLOAT32, FLOAT64, SavedArray, hand_in
from backprop_cli.working.model import HandIn

_BITS = {"bfloat16": 8, "float16": FLOAT16, "float32": FLOAT32}


def computed(answers: Mapping[str, Any], upright: bool = False) -> HandIn | None:
    """The hand-in that a dictionary with arrays of floating point in it is; None where it is a sheet as one writes it.

    Raises UsageError for an array with more numbers than are read, or with nan or inf in it.
    """
    flat = list(_flat(answers, ""))
    arrays = [value for _name, value in flat if _is_array(value)]
    if not any("float" in str(one.dtype) for one in arrays):
        return None
    if not all(_is_array(value) or isinstance(value, Real) for _name, value in flat):
        return None
    return hand_in([array(name, value) for name, value in flat], "<dict>", "arrays", upright=upright)


def _flat(answers: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    """The entries by name; those of a dictionary inside under its own name, as an address: sample 1 / net_h1."""
    for name, value in answers.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name} / ")
        elif value is not None:
            yield f"{before}{name}", value


def _is_array(value: Any) -> bool:
    return all(hasattr(value, name) for name in ("dtype", "shape", "tolist"))


def array(name: str, value: Any) -> SavedArray:
    """One array, or one number, under its name."""
    if not _is_array(value):
        return SavedArray(name, (), [float(value)])
    shape = tuple(int(size) for size in value.shape)
    dtype = str(value.dtype).rpartition(".")[2]
    values = [float(one) for one in _numbers(value.tolist())]
    if len(values) > ENTRIES:
        said = _("{name}: {count:,} numbers; the limit for an array is {limit:,}")
        raise UsageError(said.format(name=name, count=len(values), limit=ENTRIES))
    if not all(map(isfinite, values)):
        raise UsageError(_("{name} has nan or inf in it, with which nobody can compute").format(name=name))
    return SavedArray(name, shape, values, _BITS.get(dtype, FLOAT64))


def _numbers(value: Any) -> Iterator[float]:
    """The numbers in nested lists."""
    if isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    else:
        yield value
