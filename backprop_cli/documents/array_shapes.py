"""How the operations of vectors and matrices are written that are not those of numbers: sum(X), W[1, 2], [a, b]."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.array_operations import ALL, ALONG, ENTRY, REDUCTIONS, VECTOR
from backprop_cli.algebra.arrays import OF
from backprop_cli.writing.shapes import FUNCTION, POWER, Shape, function

_AXIS = {"latex": r",\ \mathrm{{axis}}={1}", "typst": ', "axis" = {1}'}
_ALONG = (*REDUCTIONS, "norm", "softmax")


def array_shapes(dialect: str, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shapes of a dialect that has the given ones for numbers."""

    def called(name: str) -> str:
        known = shapes.get(name)
        one = known if known is not None and known.pattern.endswith("({0})") else function(name)
        return shapes[FUNCTION].pattern.replace("{name}", name) if dialect in _AXIS else one.pattern

    axis = _AXIS.get(dialect, ", axis={1}")
    return {
        **{name + OF: Shape(called(name)) for name in REDUCTIONS},
        **{name + ALONG: Shape(called(name).replace("{0}", "{0}" + axis)) for name in _ALONG},
        **{f"{ENTRY} {count}": _places(dialect, count) for count in (1, 2)},
        VECTOR: Shape(r"\left[{0}\right]" if dialect == "latex" else "[{0}]"),
        ALL: Shape(":"),
    }


def _places(dialect: str, count: int) -> Shape:
    """W[1, 2]"""
    inside = ", ".join(f"{{{place}}}" for place in range(1, count + 1))
    left, right = (r"\left[", r"\right]") if dialect == "latex" else ("[", "]")
    return Shape("{0}" + left + inside + right, strength=POWER, inner=(POWER,))
