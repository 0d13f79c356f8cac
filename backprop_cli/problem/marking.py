"""From `marks` and `marking` of a file to what answers are worth and how they are judged."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.references import Reference
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Late, MarkingRule, Tolerance
from backprop_cli.problem.sections import LateFile, MarkingFile, ToleranceFile
from backprop_cli.problem.settings import read_rounding
from backprop_cli.problem.tree import Path

_MOST = 1_000_000  # marks, and parts of a mark


def read_marks(marks: Mapping[str, Formula], book: ComplaintBook) -> dict[Reference, Rational]:
    """The marks by what they are for: exact numbers, none of them below 0."""
    found: dict[Reference, Rational] = {}
    for text, formula in marks.items():
        reference, value = Reference.parse(text), _rational(formula)
        if reference in found:
            book.complain_at_key(("marks", text), _("{key} has its marks already").format(key=reference))
        if value is None or value < 0:
            book.complain(("marks", text), _("marks are 0 or more: 2, 1.5 or 1/2"))
        elif value > _MOST or value.q > _MOST:
            said = _("marks are at most {most:,}, and fractions no finer than that")
            book.complain(("marks", text), said.format(most=_MOST))
        else:
            found[reference] = value
    return found


def read_points(formula: Formula | None, book: ComplaintBook, path: Path) -> Rational | None:
    """What an exercise counts in all, which is more than nothing."""
    if formula is None:
        return None
    value = _rational(formula)
    if value is None or value <= 0:
        book.complain(path, _("points are more than 0: 10, 7.5 or 15/2"))
    elif value > _MOST or value.q > _MOST:
        book.complain(path, _("marks are at most {most:,}, and fractions no finer than that").format(most=_MOST))
    else:
        return value
    return None


def read_marking(file: MarkingFile | None, book: ComplaintBook) -> MarkingRule:
    """How answers are judged."""
    if file is None:
        return MarkingRule()
    usual = MarkingRule()
    return MarkingRule(
        digits=read_rounding(file.digits, book, ("marking", "digits")) if file.digits != "free" else None,
        free_digits=file.digits == "free",
        too_few=_share(file.too_few, usual.too_few, ("marking", "too_few"), book),
        near_miss=_share(file.near_miss, usual.near_miss, ("marking", "near_miss"), book),
        formula=_formula_share(file, usual, book),
        follow_through=file.follow_through,
        tolerance=_tolerance(file.tolerance, book),
        late=_late(file.late, book),
        free_sign=file.names == "free",
    )


def _share(formula: Formula | None, usual: Rational, path: Path, book: ComplaintBook) -> Rational:
    if formula is None:
        return usual
    value = _rational(formula)
    if value is None or not 0 <= value <= 1:
        book.complain(path, _("a share of the marks is a number from 0 to 1"))
        return usual
    return value


def _formula_share(file: MarkingFile, usual: MarkingRule, book: ComplaintBook) -> Rational:
    """What a right formula earns that is worked out wrong: its own share, or what the arithmetic leaves."""
    path = ("marking", "formula")
    formula = _share(file.formula, usual.formula, path, book)
    arithmetic = _share(file.arithmetic, 1 - formula, ("marking", "arithmetic"), book)
    if file.formula is not None and formula + arithmetic != 1:
        book.complain(path, _("formula and arithmetic share out one mark: together they are 1"))
    return 1 - arithmetic


def _tolerance(file: ToleranceFile | None, book: ComplaintBook) -> Tolerance | None:
    pair = _one_of(file, ("relative", "absolute"), ("marking", "tolerance"), book)
    return Tolerance(pair[1], relative=pair[0] == "relative") if pair is not None else None


def _late(file: LateFile | None, book: ComplaintBook) -> Late | None:
    pair = _one_of(file, ("points", "percent"), ("marking", "late"), book)
    return Late(pair[1], percent=pair[0] == "percent") if pair is not None else None


def _one_of(file: object, keys: tuple[str, str], path: Path, book: ComplaintBook) -> tuple[str, Rational] | None:
    """The one of two keys that stands in a block, with its number; None, with a complaint, where it is not so."""
    if file is None:
        return None
    given = [key for key in keys if getattr(file, key) is not None]
    if len(given) != 1:
        one, other = keys
        book.complain(path, _("{block} is {one!r} or {other!r}: exactly one of them").format(
            block=path[-1], one=one, other=other
        ))  # fmt: skip
        return None
    value = _rational(getattr(file, given[0]))
    if value is None or value < 0:
        book.complain((*path, given[0]), _("a number that is not below 0 is expected"))
        return None
    return given[0], value


def _rational(formula: Formula) -> Rational | None:
    """The number that a constant formula is, where it is rational."""
    try:
        value = evaluate(formula, Certified())
    except (MathError, Undecided):
        return None
    return value if isinstance(value, Rational) else None
