"""Formulas in two dimensions as one line of plain characters: fractions, indices, powers, roots and matrices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from backprop_cli.working.characters import second_derivative

_DERIVATIVE = re.compile(r"([d∂])([^\s+*/=()^·×-]*)")
_SIMPLE = re.compile(r"[\w.]+")


def fraction(above: str, below: str) -> str:
    """A quotient; of two derivatives, as one writes it in a row."""
    top, bottom = _DERIVATIVE.fullmatch(above.strip()), _DERIVATIVE.fullmatch(below.strip())
    if top and bottom and bottom[2] and top[1] == bottom[1]:
        return f" {above.strip()}/{below.strip()} "
    if found := second_derivative(above, below):
        return f" {found} "
    return f"({above})/({below})"


def sub(base: str, index: str) -> str:
    """A letter with its index."""
    return f"{base}_{{{index}}}"


def sup(base: str, power: str) -> str:
    """A power, or a letter with an index above."""
    return f"{base}^{{{power}}}" if _SIMPLE.fullmatch(base) or "_{" in base else f"({base})^{{{power}}}"


def subsup(base: str, index: str, power: str) -> str:
    """A letter with both."""
    return f"{base}_{{{index}}}^{{{power}}}"


def root(inside: str, degree: str = "") -> str:
    """A root."""
    return f"({inside})^(1/{degree})" if degree.strip() else f"sqrt({inside})"


def matrix(rows: Sequence[Sequence[str]]) -> str:
    """A matrix in brackets, row by row."""
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"


def hat(base: str) -> str:
    """An estimate."""
    return base + "\N{COMBINING CIRCUMFLEX ACCENT}"


def _over(base: str, mark: str) -> str:
    return hat(base) if mark.strip() in ("^", "ˆ", "\N{COMBINING CIRCUMFLEX ACCENT}") else base


def _joined(*children: str) -> str:
    return "".join(children)


def _pair(shape: Callable[[str, str], str]) -> Callable[..., str]:
    """The shape of two children, where there are two."""
    return lambda *children: shape(*children) if len(children) == 2 else "".join(children)


ELEMENTS: dict[str, Callable[..., str]] = {  # of MathML
    "mfrac": _pair(fraction),
    "msub": _pair(sub),
    "msup": _pair(lambda base, power: f"{base}^{{{power}}}"),
    "msubsup": lambda *children: subsup(*children) if len(children) == 3 else "".join(children),
    "msqrt": lambda *children: root("".join(children)),
    "mroot": _pair(root),
    "mover": _pair(_over),
    "mfenced": lambda *children: "(" + ", ".join(children) + ")",
    "mtd": _joined,
    "mspace": lambda *_children: " ",
    "annotation": lambda *_children: "",
    "annotation-xml": lambda *_children: "",
}


def element(tag: str, children: Sequence[str]) -> str:
    """A MathML element over what its children are."""
    return ELEMENTS.get(tag, _joined)(*children)
