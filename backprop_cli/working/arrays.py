"""Arrays that a program has computed, as a hand-in: each is a matrix under its name, its numbers as they are."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Sequence
from typing import Any

from backprop_cli.ground.records import record
from backprop_cli.working.model import Chain, ChainSide, HandIn, Remark, Spot

FLOAT16, FLOAT32, FLOAT64 = 11, 24, 53  # binary digits of a number
ENTRIES = 4_000  # of one array; more is no exercise
_FIGURES = 15  # nobody types so many
_LARGEST = 3e38  # of single precision
_LOSSES = ("e", "loss", "l", "j", "cost")
_TARGETS = ("y", "y_true", "ytrue", "target", "targets", "labels", "t")
_NET = re.compile(r"(?:d|grad)_?(?:z|net|a|pre)(?:_?(\d+))", re.I)
_DELTA = re.compile(r"delta_?(\d+)", re.I)


@record
class SavedArray:
    """Numbers in the order of their rows, their shape, and how many binary digits each has."""

    name: str
    shape: tuple[int, ...]
    values: Sequence[float]
    bits: int = FLOAT64

    @property
    def text(self) -> str:
        """The array as rows of numbers: [[1.0, 2.0], [3.0, 4.0]]; one number as it is."""
        numbers = [repr(float(value)) for value in self.values]
        if not self.shape or (len(numbers) == 1 and self.name.lower() in _LOSSES):
            return numbers[0]
        width = self.shape[-1]
        rows = (numbers[start : start + width] for start in range(0, len(numbers), width))
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"


def hand_in(
    arrays: Iterable[SavedArray], source: str, form: str, remarks: Sequence[Remark] = (), upright: bool = False
) -> HandIn:
    """The hand-in that these arrays are; its numbers are as fine as the coarsest of them."""
    chains, bits, said = [], FLOAT64, list(remarks)
    for number, one in enumerate(arrays, start=1):
        spot = Spot(number, 1, max(1, len(one.name)), one.name)
        *under, name = one.name.split(" / ")
        chains.append(Chain(own_name(name), spot, (ChainSide(one.text, spot),), under=tuple(under)))
        bits = min(bits, one.bits)
    return HandIn(source, tuple(chains), tuple(said), form=form, bits=bits, upright=upright)


def own_name(name: str) -> str:
    """The name as sheets have it: dZ1, dz_1 and delta1 are delta_1, y is the target."""
    if name.strip().lower() in _TARGETS:
        return "t"
    found = _NET.fullmatch(name.strip()) or _DELTA.fullmatch(name.strip())
    return f"delta_{found[1]}" if found else name.strip()


# ---- JSON, as a program saves its arrays ---------------------------------------------------------------------------


class _NoArraysError(Exception):
    """That a text is something else."""


def in_json(text: str, source: str) -> HandIn | None:
    """The arrays in a JSON object of names, of which some number has all the digits of a double; else None.

    Single numbers, too, where most of those that are not 0 have all these digits.
    """
    if text.lstrip()[:1] != "{":
        return None
    try:
        data = json.loads(text, parse_float=_Digits, parse_constant=_refused)
        named = [(name, *_flat(value)) for name, value in data.items()]
    except (ValueError, RecursionError, OverflowError, _NoArraysError):
        return None
    digits = [one for _name, _shape, values in named for one in values if isinstance(one, _Digits)]
    whole = sum(one.is_whole for one in digits)
    is_array = any(shape for _name, shape, _values in named)
    written = sum(value != 0 for _name, _shape, values in named for value in values)  # a dead unit's 0 has no digits
    if not whole or (2 * whole <= written and not is_array):
        return None
    bits = FLOAT32 if all(one.is_single for one in digits) else FLOAT64
    return hand_in([SavedArray(name, shape, values, bits) for name, shape, values in named], source, "json")


class _Digits(float):
    """A number, and as how many digits it was written."""

    def __init__(self, text: str) -> None:
        self.figures = len(text.lower().partition("e")[0].replace(".", "").lstrip("-0"))

    @property
    def is_whole(self) -> bool:
        """Whether a program wrote it with every digit that it has."""
        return self.figures >= _FIGURES

    @property
    def is_single(self) -> bool:
        """Whether it is a number of single precision."""
        return abs(self) < _LARGEST and struct.unpack("f", struct.pack("f", self))[0] == self


def _refused(text: str) -> float:
    raise _NoArraysError(text)


def _flat(value: Any) -> tuple[tuple[int, ...], list[float]]:
    """Shape and numbers of nested lists of equal lengths. Raises _NoArraysError for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (), [value if isinstance(value, float) else float(value)]
    if not isinstance(value, list) or not value or len(value) > ENTRIES:
        raise _NoArraysError(value)
    inside = [_flat(one) for one in value]
    if len({shape for shape, _values in inside}) > 1:
        raise _NoArraysError(value)
    return (len(value), *inside[0][0]), [one for _shape, values in inside for one in values]
