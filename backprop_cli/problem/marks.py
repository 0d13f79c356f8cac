"""From `marks` of a file to what each quantity is worth."""

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


def read_marks(marks: Mapping[str, Formula], book: ComplaintBook) -> dict[Reference, Formula]:
    """The marks by what they are for: exact numbers, none of them below 0."""
    found: dict[Reference, Formula] = {}
    for text, value in marks.items():
        reference = Reference.parse(text)
        if reference in found:
            book.complain_at_key(("marks", text), _("{key} has its marks already").format(key=reference))
        if not _is_worth(value):
            book.complain(("marks", text), _("marks are 0 or more: 2, 1.5 or 1/2"))
        found[reference] = value
    return found


def _is_worth(value: Formula) -> bool:
    """Whether a constant can be a number of marks."""
    try:
        worth = evaluate(value, Certified())
    except (MathError, Undecided):
        return False
    return isinstance(worth, Rational) and worth >= 0
