"""Which answers change with a convention, as JSON."""

from __future__ import annotations

from typing import Any

from backprop_cli.views.comparison import ConventionComparison, Variation


def as_data(comparison: ConventionComparison) -> dict[str, Any]:
    """The comparison as data, one object a variation."""
    return {
        "problem": comparison.problem.title,
        "compare": "conventions",
        "variations": [_variation(comparison, index, one) for index, one in enumerate(comparison.variations)],
        "same_in_all": [answer.quantity.key for answer in comparison.same],
        "nothing_to_choose": [{"convention": one.name, "because": why} for one, why in comparison.absent],
    }


def _variation(comparison: ConventionComparison, index: int, one: Variation) -> dict[str, Any]:
    changes = [
        {
            "quantity": answer.quantity.key,
            "here": None if answer.here is None else answer.here.decimal.text(),
            "instead": None if (there := answer.under[index]) is None else there.decimal.text(),
        }
        for answer in comparison.answers
        if answer.differs(index)
    ]
    same = [answer.quantity.key for answer in comparison.answers if not answer.differs(index)]
    words = {"convention": one.convention.name, "here": one.here, "instead": one.instead, "in_a_file": one.written}
    return {**words, "note": one.note or None, "changes": changes, "same": same}
