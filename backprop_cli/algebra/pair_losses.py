"""Losses of distances between vectors, by name in a graph: a name stands for the formula that its paper writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_cli.algebra.formula import ONE, Apply, Formula, apply, number

PairLoss = Callable[[Formula, Formula, Formula, Formula], Formula]

_HALF = number(1, 2)


def _distance(one: Formula, other: Formula) -> Formula:
    """‖a − b‖."""
    return Apply("norm", (_less(one, other),))


def _less(one: Formula, other: Formula) -> Formula:
    return Apply("sum", (one, Apply("negative", (other,))))


def _squared(formula: Formula) -> Formula:
    return Apply("power", (formula, number(2)))


def _contrastive(one: Formula, other: Formula, differ: Formula, margin: Formula) -> Formula:
    """(1 − y)·½·D² + y·½·max(0, m − D)² with D = ‖a − b‖ (Hadsell, Chopra and LeCun 2006, equation 4).

    y is 0 where a and b belong together, and 1 where they do not.
    """
    distance = _distance(one, other)
    near = Apply("product", (_less(ONE, differ), _HALF, _squared(distance)))
    far = Apply("product", (differ, _HALF, _squared(_positive(_less(margin, distance)))))
    return Apply("sum", (near, far))


def _triplet(anchor: Formula, positive: Formula, negative: Formula, margin: Formula) -> Formula:
    """max(0, ‖a − p‖² − ‖a − n‖² + α) (Schroff, Kalenichenko and Philbin 2015, equation 3)."""
    near, far = (_squared(_distance(anchor, one)) for one in (positive, negative))
    return _positive(Apply("sum", (near, Apply("negative", (far,)), margin)))


def _positive(formula: Formula) -> Formula:
    """max(0, z), whose slope at 0 is 0."""
    return apply("relu", formula, 0)


PAIR_LOSSES: Mapping[str, PairLoss] = {"contrastive": _contrastive, "triplet": _triplet}
