"""From `marks` and `marking` of a file to what answers are worth and how they are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Late, MarkingRule, RoundingRule, Tolerance
from backprop_cli.problem.schema import LateFile, MarkingFile, ToleranceFile
from backprop_cli.problem.tree import Path


class Complain(Protocol):
    """Notes a complaint about what stands at a path of the file."""

    def __call__(self, path: Path, message: str, hint: str | None = None) -> None: ...


def read_marks(marks: Mapping[str, Formula], complain: Complain) -> Mapping[str, Rational]:
    """The marks by the names that they stand under."""
    found: dict[str, Rational] = {}
    for name, formula in marks.items():
        value = _rational(formula)
        if value is None or value < 0:
            complain(("marks", name), _("marks are a number, not below 0: 2, 1/2 or 0.5"))
        else:
            found[name] = value
    return found


def read_marking(
    file: MarkingFile | None, rounding: Callable[[], RoundingRule | None], complain: Complain
) -> MarkingRule:
    """How answers are judged; `rounding` reads the digits where they are not free."""
    if file is None:
        return MarkingRule()
    usual = MarkingRule()
    return MarkingRule(
        digits=None if file.digits is None or file.digits == "free" else rounding(),
        free_digits=file.digits == "free",
        too_few=_share(file.too_few, usual.too_few, ("marking", "too_few"), complain),
        near_miss=_share(file.near_miss, usual.near_miss, ("marking", "near_miss"), complain),
        follow_through=file.follow_through,
        tolerance=_tolerance(file.tolerance, complain),
        late=_late(file.late, complain),
        free_sign=file.names == "free",
    )


def _share(formula: Formula | None, usual: Rational, path: Path, complain: Complain) -> Rational:
    if formula is None:
        return usual
    value = _rational(formula)
    if value is None or not 0 <= value <= 1:
        complain(path, _("a share of the marks is a number from 0 to 1"))
        return usual
    return value


def _tolerance(file: ToleranceFile | None, complain: Complain) -> Tolerance | None:
    pair = _one_of(file, ("relative", "absolute"), ("marking", "tolerance"), complain)
    return Tolerance(pair[1], relative=pair[0] == "relative") if pair is not None else None


def _late(file: LateFile | None, complain: Complain) -> Late | None:
    pair = _one_of(file, ("points", "percent"), ("marking", "late"), complain)
    return Late(pair[1], percent=pair[0] == "percent") if pair is not None else None


def _one_of(file: object, keys: tuple[str, str], path: Path, complain: Complain) -> tuple[str, Rational] | None:
    """The one of two keys that stands in a block, with its number; None, with a complaint, where it is not so."""
    if file is None:
        return None
    given = [key for key in keys if getattr(file, key) is not None]
    if len(given) != 1:
        one, other = keys
        complain(path, _("{block} is {one!r} or {other!r}: exactly one of them").format(
            block=path[-1], one=one, other=other
        ))  # fmt: skip
        return None
    value = _rational(getattr(file, given[0]))
    if value is None or value < 0:
        complain((*path, given[0]), _("a number that is not below 0 is expected"))
        return None
    return given[0], value


def _rational(formula: Formula) -> Rational | None:
    """The number that a constant formula is, where it is rational."""
    try:
        value = evaluate(formula, Certified(), lambda symbol: symbol)
    except (MathError, Undecided):
        return None
    return value if isinstance(value, Rational) else None
