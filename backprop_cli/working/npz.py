"""Arrays saved by NumPy (`np.savez`), read without NumPy: no pickle is opened, and no more unpacked than is allowed.

A file in the archive is a header (a Python dictionary of literals with type, order and shape) and the numbers behind it
(NumPy's `lib.format`).
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator
from math import isfinite, prod

from backprop_cli.ground.errors import Complaint, SourceError, visible
from backprop_cli.ground.words import _
from backprop_cli.working import archives
from backprop_cli.working.arrays import ENTRIES, FLOAT16, FLOAT32, FLOAT64, SavedArray, hand_in
from backprop_cli.working.model import HandIn, Remark, Spot

_MAGIC = b"\x93NUMPY"
_TYPES = {  # struct's letter, and the binary digits
    "f2": ("e", FLOAT16), "f4": ("f", FLOAT32), "f8": ("d", FLOAT64), "b1": ("?", FLOAT64),
    "i1": ("b", FLOAT64), "i2": ("h", FLOAT64), "i4": ("i", FLOAT64), "i8": ("q", FLOAT64),
    "u1": ("B", FLOAT64), "u2": ("H", FLOAT64), "u4": ("I", FLOAT64), "u8": ("Q", FLOAT64),
}  # fmt: skip
_HEADER = 10_000  # bytes
_DIMENSIONS = 8


class _RefusedError(Exception):
    """Why an array is not read."""


def read(data: bytes, source: str) -> HandIn:
    """The arrays of an archive. Raises SourceError where it is damaged, or has nothing in it that can be read."""
    archive = archives.opened(data, source)
    arrays: list[SavedArray] = []
    remarks: list[Remark] = []
    for number, name in enumerate(archive.namelist(), start=1):
        if not name.endswith(".npy"):
            continue
        name_of_array = name.removesuffix(".npy")
        try:
            arrays.append(_array(name_of_array, archives.content(archive, name, source)))
        except _RefusedError as why:
            spot = Spot(number, 1, 1, visible(name_of_array))
            remarks.append(Remark(visible(name_of_array), spot, str(why)))
    if not arrays:
        said = [Complaint(f"{one.spot}: {one.why}") for one in remarks]
        raise SourceError(source, said or [Complaint(_("there is no array in this file"))])
    return hand_in(arrays, source, "npz", remarks)


def _array(name: str, data: bytes) -> SavedArray:
    """One array. Raises _RefusedError for what is none of plain numbers."""
    kind, in_columns, shape, start = _header(data)
    letter, bits = _TYPES.get(kind[1:], ("", 0))
    if "O" in kind:
        raise _RefusedError(_("objects of Python are not opened: save arrays of numbers"))
    if not letter or kind[0] not in "<>|=":
        raise _RefusedError(_("numbers of the type {type} are not read").format(type=visible(kind[:20])))
    count = prod(shape)
    if count > ENTRIES:
        raise _RefusedError(
            _("{count:,} numbers; the limit for an array is {limit:,}").format(count=count, limit=ENTRIES)
        )
    form = struct.Struct(f"{'>' if kind[0] == '>' else '<'}{count}{letter}")
    if len(data) - start != form.size or not count:
        raise _RefusedError(_("the array is empty, or cut off"))
    values = [float(value) for value in form.unpack_from(data, start)]
    if not all(map(isfinite, values)):
        raise _RefusedError(_("it has nan or inf in it, with which nobody can compute"))
    return SavedArray(name, shape, list(_in_rows(values, shape)) if in_columns else values, bits)


def _in_rows(values: list[float], shape: tuple[int, ...]) -> Iterator[float]:
    """The numbers of an array that is stored by columns, by rows."""
    steps = [prod(shape[:axis]) for axis in range(len(shape))]

    def walk(axis: int, start: int) -> Iterator[float]:
        if axis == len(shape):
            yield values[start]
            return
        for place in range(shape[axis]):
            yield from walk(axis + 1, start + place * steps[axis])

    return walk(0, 0)


def _header(data: bytes) -> tuple[str, bool, tuple[int, ...], int]:
    """Type, whether columns come first, shape, and where the numbers begin. Raises _RefusedError for a damaged one."""
    damaged = _RefusedError(_("this is no array of NumPy, or it is damaged"))
    if len(data) < 12 or not data.startswith(_MAGIC) or data[6] not in (1, 2, 3):
        raise damaged
    size = "<H" if data[6] == 1 else "<I"
    length = struct.unpack_from(size, data, 8)[0]
    start = 8 + struct.calcsize(size) + length
    if length > _HEADER or start > len(data):
        raise damaged
    try:
        said = ast.literal_eval(data[8 + struct.calcsize(size) : start].decode("utf-8").strip())
        kind, in_columns, shape = said["descr"], said["fortran_order"], said["shape"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError, UnicodeDecodeError):
        raise damaged from None
    plain = isinstance(shape, tuple) and all(type(one) is int and one >= 0 for one in shape)
    if not isinstance(kind, str) or len(kind) < 2:
        raise _RefusedError(_("an array of records is not read: save arrays of numbers"))
    if not plain or len(shape) > _DIMENSIONS or not isinstance(in_columns, bool):
        raise damaged
    return kind, in_columns, shape, start
