"""A part as a matrix: as NumPy, PyTorch, MATLAB, a list or a TeX matrix writes it, entry by entry as text."""

from __future__ import annotations

import re

from backprop_cli.ground.records import record

_WRAPPED = re.compile(
    r"\s*(?:(?:np|numpy|torch|tf|jnp)\.)?(?:array|tensor|matrix|asarray|Tensor|Matrix)\s*\((.*)\)\s*", re.S
)
_FURTHER = re.compile(r",\s*(?:dtype|grad_fn|device|requires_grad|shape)\s*=.*", re.S)
_TRANSPOSED = re.compile(r"(?<!\s)\s*(?:\^\s*(?:[{(]\s*){0,2}[T⊤](?:\s*[)}]){0,2}|ᵀ|\.T|')\s*$")
_LIST = re.compile(r"\[([^\[\]]*)\]")
_MOST = 4_000  # entries


@record
class WrittenMatrix:
    """Rows of entries, each as its text; `flat` where it was written in one pair of brackets."""

    rows: tuple[tuple[str, ...], ...]
    flat: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def transposed(self) -> WrittenMatrix:
        """Rows for columns."""
        return WrittenMatrix(tuple(zip(*self.rows, strict=True)), self.flat)


def read_matrix(text: str) -> WrittenMatrix | None:
    """The matrix or vector that a part says, or None where it is something else (or its rows differ in length)."""
    if "[" not in text and "(" not in text:
        return None
    if wrapped := _WRAPPED.fullmatch(text):
        text = _FURTHER.sub("", wrapped[1])
    turned = _TRANSPOSED.search(text)
    text = (text[: turned.start()] if turned else text).strip()
    opened, closed = text[:1], text[-1:]
    if opened + closed not in ("[]", "()") or not _is_one_bracket(text):
        return None
    inside = text[1:-1].strip()
    if opened == "(" and not ("," in inside or ";" in inside):
        return None
    rows = _rows(inside, opened)
    if rows is None or len({len(row) for row in rows}) != 1 or not rows[0] or len(rows) * len(rows[0]) > _MOST:
        return None
    found = WrittenMatrix(rows, "[" not in inside and (";" not in inside or opened == "("))
    return found.transposed if turned else found


def _is_one_bracket(text: str) -> bool:
    """Whether the bracket that opens a text closes at its end."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return at == len(text) - 1
    return False


def _rows(inside: str, opened: str) -> tuple[tuple[str, ...], ...] | None:
    if "[" in inside:
        between = _LIST.sub("", inside)
        return tuple(_entries(row) for row in _LIST.findall(inside)) if not between.strip(" ,;\n") else None
    if ";" in inside and not _is_list_with_semicolons(inside) and opened == "[":
        return tuple(_entries(row) for row in inside.split(";") if row.strip())
    return (_entries(inside),)


def _is_list_with_semicolons(inside: str) -> bool:
    """Whether semicolons stand between the numbers of a list, because its decimals have commas."""
    return re.search(r"\d,\d", inside) is not None and not re.search(r"[\d)]\s+[-\d(]|,\s", inside)


def _entries(row: str) -> tuple[str, ...]:
    """The entries of a row: between commas with a blank, else commas, else blanks; 0,15 is a number where that fits."""
    row = row.strip()
    if ";" in row:
        found = row.split(";")
    elif re.search(r",\s", row):
        found = re.split(r",\s+", row)
        if any("," in one for one in found) and "." in row:
            found = row.split(",")
    elif "," in row and ("." in row or not re.search(r"\s", row)):
        found = row.split(",")
    else:
        found = _by_blanks(row)
    return tuple(one.strip() for one in found if one.strip())


def _by_blanks(row: str) -> list[str]:
    """Entries with blanks between them, as NumPy prints; brackets and signs with blanks around hold together."""
    row = re.sub(r"\s*([*/^+])\s*", r"\1", row)
    row = re.sub(r"\s+([-−])\s+", r"\1", row)
    return row.split()
